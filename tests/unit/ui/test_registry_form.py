"""What the forms of a registry come to: its document, its authorities, its entries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes

from jfconsole.domain.certificates import certificate_fingerprint
from jfconsole.domain.errors import UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers, problems
from jfconsole.domain.issuer_roles import IssuerRole
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.registries import RemoteRegistry, read_registry
from jfconsole.ui.screens import registry_form as forms
from tests.support.certificates import authority

ROLE = IssuerRole(issuer="jfrog", name="short", allowed_audiences=("r.example",), subject_template="x", max_ttl=120)
STATE = IssuerState(
    tenant="t",
    public_base="https://id.example",
    roles={"jfrog/short": ROLE},
    vaults={"hub": ""},
    secrets={"hub/robot": ("token",)},
)

GENERAL: JsonObject = {"repository": "*", "jwt-issuer": "jfrog", "jwt-role": "short"}


def registry_with(**fields: Any) -> RemoteRegistry:
    found, wrong = read_registry({"address": "r.example", "credentials": [GENERAL], **fields})
    assert found is not None
    assert not wrong
    return found


def test_authorities_come_from_a_file_stay_or_go(tmp_path: Path) -> None:
    first, second = authority(), authority()
    texts = [one.save(tmp_path / f"{number}.pem").read_text() for number, one in enumerate((first, second))]
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(f"# ours\n{texts[0]}\nbetween\n{texts[1]}")
    new = forms.new_registry_form(STATE, "https://r.example", "r.example").defaults()
    chosen = {**new, forms.AUTHORITIES: "further ones, from a file", forms.FILE: str(bundle)}
    record = forms.registry_record(chosen)
    assert record["credentials"] == [GENERAL]
    registry = registry_with(**{"ca-cert": record["ca-cert"]})
    shown = [certificate_fingerprint(text).replace(":", "").lower() for text in registry.ca_cert]
    assert shown == [one.certificate.fingerprint(hashes.SHA256()).hex() for one in (first, second)]

    edited = forms.edit_registry_form(registry).defaults()
    kept = forms.registry_record(edited)
    assert "ca-cert" not in kept, "what is not said stays"
    assert "credentials" not in kept
    assert forms.registry_record({**edited, forms.AUTHORITIES: "those of the system"})["ca-cert"] == []


@pytest.mark.parametrize("text", ["", "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n", "no\x00pem"])
def test_a_file_that_holds_no_certificate(tmp_path: Path, text: str) -> None:
    path = tmp_path / "some.pem"
    path.write_text(text)
    answers = {forms.AUTHORITIES: "further ones, from a file", forms.FILE: str(path)}
    with pytest.raises(UsageError, match=r"some\.pem holds"):
        forms.registry_record(answers)
    with pytest.raises(UsageError, match="cannot be read"):
        forms.registry_record({**answers, forms.FILE: str(tmp_path / "none")})


def test_entries_are_mixed_changed_and_taken_out() -> None:
    registry = registry_with()
    secret: Answers = {forms.REPOSITORY: "team", forms.SENDS: forms.A_SECRET, forms.SECRET: "hub/robot"}
    entries = forms.with_entry(registry.credentials, None, secret)
    assert [entry.words for entry in entries] == ["role jfrog/short", "secret hub/robot"]
    again = forms.with_entry(entries, entries[1], {**secret, forms.REPOSITORY: "team/app"})
    assert [entry.repository for entry in again] == ["*", "team/app"]
    assert forms.with_entry(again, again[0], {**secret, forms.REMOVE: True}) == again[1:]


def test_an_entry_tells_what_it_serves_and_what_stands_in_its_way() -> None:
    registry = registry_with()
    form = forms.entry_form(STATE, registry, None)
    assert form.preview is not None
    answers = {**form.defaults(), forms.REPOSITORY: "team"}
    told = " ".join(form.preview(answers))
    assert "r.example/team and what lies below it" in told
    assert "gives 2m at most" in told
    assert not problems(form, answers)
    assert "two entries" in problems(form, {**answers, forms.REPOSITORY: "*"})[forms.REPOSITORY]
    assert "It is written issuer/role" in problems(form, {**answers, forms.ROLE: "short"})[forms.ROLE]
