"""Calls about OIDC trust: what is asked, and what is made of odd answers."""

from __future__ import annotations

import asyncio

import pytest

from jfconsole.domain.errors import BadResponse, ErrorDetail
from jfconsole.domain.mappings import MappingRef
from jfconsole.domain.requests import CallClass
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.jfrog import integrations, mappings
from jfconsole.jfrog.exchange import ExchangeOrder, Reason, exchange_request, refusal
from tests.support.trusting import a_mapping, an_integration
from tests.unit.jfrog.recording_sender import RecordingSender, answer


def test_a_list_is_a_bare_array_and_what_is_no_object_is_left_out() -> None:
    sender = RecordingSender([answer([{"name": "a"}, 7, None, "b", {"name": None, "later": 1}])])
    found = asyncio.run(integrations.fetch_list(sender))
    assert [one.name for one in found] == ["a", ""]
    assert found[1].extra == {"later": 1}


@pytest.mark.parametrize("body", [{}, {"configurations": []}, "x", b"", b"<html></html>"])
def test_anything_else_is_no_list(body: object) -> None:
    for listing in (integrations.fetch_list, lambda sender: mappings.fetch_list(sender, "ci")):
        with pytest.raises(BadResponse):
            asyncio.run(listing(RecordingSender([answer(body)])))


def test_the_project_is_a_query_parameter_on_every_call_and_in_no_body() -> None:
    mapping = a_mapping(project_key=Untrusted("acme"))
    ref = MappingRef("github", "build", "acme")
    requests = (
        mappings.list_request("github", "acme"),
        mappings.mapping_request(ref),
        mappings.create_request(mapping),
        mappings.update_request(mapping),
        mappings.delete_request(ref),
    )
    assert {request.query for request in requests} == {(("project_key", "acme"),)}
    assert [request.method for request in requests] == ["GET", "GET", "POST", "PUT", "DELETE"]
    for request in requests:
        assert not isinstance(request.body, dict) or "project_key" not in request.body
        assert not isinstance(request.body, dict) or request.body["provider_name"] == "github"
    assert mappings.create_request(a_mapping()).query == ()


def test_what_is_asked_of_a_project_belongs_to_it() -> None:
    sender = RecordingSender([answer([{"name": "a"}, {"name": "b", "project_key": "shop"}])])
    found = asyncio.run(mappings.fetch_list(sender, "ci", "acme"))
    assert [(one.provider_name, one.project_key) for one in found] == [("ci", "acme"), ("ci", "shop")]


def test_names_are_one_path_segment() -> None:
    hostile = "../..?x=/"
    request = mappings.delete_request(MappingRef(hostile, hostile))
    assert request.path.count("/") == mappings.delete_request(MappingRef("a", "b")).path.count("/")
    assert "?" not in integrations.delete_request(hostile).path


def test_only_creates_are_creates() -> None:
    assert integrations.create_request(an_integration()).call_class is CallClass.CREATE
    assert integrations.update_request(an_integration()).call_class is CallClass.IDEMPOTENT
    assert integrations.delete_request("a").call_class is CallClass.IDEMPOTENT


def test_an_exchange_keeps_the_token_out_of_its_body() -> None:
    order = ExchangeOrder(provider="ci", token=Secret("eyJ.secret.token"), mapping="build", project="acme")
    request = exchange_request(order)
    assert "eyJ" not in repr(request)
    assert request.body == {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "subject_token": "{{subject_token}}",
        "provider_name": "ci",
        "identity_mapping_name": "build",
        "project_key": "acme",
    }
    assert request.anonymous
    assert request.call_class is CallClass.CREATE


@pytest.mark.parametrize(
    ("status", "text", "reason"),
    [
        (400, "Invalid audience", Reason.AUDIENCE),
        (400, "Failed to get public key", Reason.KEYS),
        (400, "subject_token must not be blank", Reason.INPUT),
        (401, "Bad Credentials", Reason.CREDENTIALS),
        (401, "", Reason.CREDENTIALS),
        (404, "OIDC provider not found", Reason.NO_PROVIDER),
        (401, "No identity mapping matched", Reason.NO_MAPPING),
        (404, "", Reason.NO_PROVIDER),
        (403, "no", Reason.OTHER),
        (None, "", Reason.OTHER),
    ],
)
def test_refusals_have_reasons(status: int | None, text: str, reason: Reason) -> None:
    found = refusal(ErrorDetail(status=status, server_text=Untrusted(text)))
    assert found.reason is reason
    assert found.sentence
