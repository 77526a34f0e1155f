"""The glossary: whole, in order, and found by what people call things."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.domain.glossary import find_terms, terms_named_in
from jfconsole.services.glossary import glossary
from tests.support.command import Command

WANTED = (
    "access token",
    "reference token",
    "scope",
    "audience",
    "service id",
    "transient user",
    "identity mapping",
    "provider type",
    "permission target",
    "ANY LOCAL",
    "circle of trust",
    "refreshable",
    "kid",
    "JWKS",
    "discovery",
    "transit key",
)


def test_every_term_is_explained_once_and_leads_to_others_that_exist() -> None:
    terms = glossary()
    assert len(terms) >= 40
    known = {term.name for term in terms}
    names = [name for term in terms for name in term.names]
    assert len(names) == len(set(names))
    assert set(WANTED) <= known
    for term in terms:
        assert set(term.see) <= known - {term.name}, term.name
        assert term.text.endswith(".")
        assert 60 <= len(term.text) <= 480, (term.name, len(term.text))
        assert term.text.isprintable()


def test_the_file_is_in_the_order_of_the_alphabet() -> None:
    from jfconsole.services import glossary as module

    text = module._FILE.read_text("utf-8")
    names = [line.removeprefix('name = "').rstrip('"') for line in text.splitlines() if line.startswith("name = ")]
    assert [name.lower() for name in names] == sorted(name.lower() for name in names)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("audience", ["audience"]),
        ("JSON web key set", ["JWKS"]),
        ("Sub", ["subject"]),
        ("trusted keys", ["circle of trust"]),
        ("no such word", []),
    ],
)
def test_terms_are_found(wanted: str, found: list[str]) -> None:
    assert [term.name for term in find_terms(glossary(), wanted)] == found


def test_the_label_of_a_field_leads_to_its_term() -> None:
    assert [term.name for term in terms_named_in(glossary(), "Audience")] == ["audience"]
    assert [term.name for term in terms_named_in(glossary(), "Groups")] == ["group"]
    assert terms_named_in(glossary(), "Colour") == []


def test_at_the_command_line(tmp_path: Path) -> None:
    cli = Command(tmp_path)
    assert cli("glossary", "circle", "of", "trust").out.startswith("circle of trust\n  Platforms that accept")
    assert "  See: root certificate, revocable" in cli("glossary", "circle", "of", "trust").out
    (term,) = cli("glossary", "kid", "--json").json["terms"]
    assert (term["name"], term["also"], term["see"]) == ("kid", ["key id"], ["JWKS", "transit key"])
    assert len(cli("glossary", "--json").json["terms"]) == len(glossary())
    missing = cli("glossary", "\x1b[2Jnothing")
    assert missing.code == 4
    assert "\x1b" not in missing.err
