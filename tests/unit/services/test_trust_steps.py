"""Steps on integrations and mappings: cleaned words, raw names on the wire, patterns that are no place holders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jfconsole.domain.curl import as_curl
from jfconsole.domain.integrations import Integration
from jfconsole.domain.mappings import IdentityMapping, TokenSpec, mapping_ref
from jfconsole.domain.plans import Step
from jfconsole.domain.text import Untrusted
from jfconsole.services import integration_steps, mapping_steps
from jfconsole.services.kinds import HANDLERS
from jfconsole.services.plan_codec import dump_step, load_step

EVIL = Untrusted("a\x1b[2J\u202e[/b]/é@x")
INTEGRATION = Integration(name=EVIL, issuer_url=EVIL, provider_type=EVIL, extra={"later": [EVIL]})
MAPPING = IdentityMapping(
    name=EVIL,
    provider_name=EVIL,
    claims={EVIL: [EVIL]},
    token_spec=TokenSpec(username_pattern=Untrusted("{{actor}}"), scope=EVIL, expires_in=60),
    project_key=EVIL,
)


def made(step: Step | None) -> Step:
    assert step is not None
    return step


STEPS = [
    integration_steps.create_step(INTEGRATION),
    made(integration_steps.update_step(INTEGRATION, replace(INTEGRATION, audience=EVIL))),
    integration_steps.delete_step(INTEGRATION),
    mapping_steps.create_step(MAPPING),
    made(mapping_steps.update_step(MAPPING, replace(MAPPING, priority=7))),
    mapping_steps.delete_step(MAPPING),
]


def test_every_kind_is_here() -> None:
    nouns = ("integration.", "mapping.")
    assert {step.kind for step in STEPS} == {kind for kind in HANDLERS if kind.startswith(nouns)}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.kind)
def test_words_are_cleaned_and_the_wire_gets_the_name_as_it_is(step: Step) -> None:
    for shown in (step, step.inverse):
        assert shown is not None
        assert shown.title.isprintable()
        assert shown.loses.isprintable()
        handler = HANDLERS[shown.kind]
        moved = handler.moved(shown, {"name": EVIL, EVIL: EVIL, "claims": {EVIL: EVIL}, "issuer_url": "x"})
        assert (moved or "").isprintable()
        if isinstance(shown.after, dict):
            assert shown.after["name"] == EVIL
    if step.kind.startswith("mapping."):
        ref = mapping_ref(step.key)
        assert (ref.provider, ref.name, ref.project) == (EVIL, EVIL, EVIL)
        assert ref.words.isprintable()
    for request in step.requests:
        assert request.target.isascii()
        assert request.target.isprintable()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.kind)
def test_what_is_written_down_comes_back(step: Step) -> None:
    again = load_step(dump_step(step))
    assert replace(again, requests=()) == replace(step, requests=())
    assert [request.body for request in again.requests] == [request.body for request in step.requests]
    assert not again.lacks_secrets
    assert step.unique is step.kind.endswith(".create")
    assert step.repeatable


def test_a_pattern_is_exported_as_it_is() -> None:
    (request,) = mapping_steps.create_step(MAPPING).requests
    assert "{{actor}}" in as_curl(request, "https://acme.test")


def test_nothing_to_do_is_no_step() -> None:
    assert integration_steps.update_step(INTEGRATION, replace(INTEGRATION, audience=Untrusted(""))) is None
    assert mapping_steps.update_step(MAPPING, MAPPING) is None
    assert mapping_steps.update_step(MAPPING, replace(MAPPING, claims={})) is not None
