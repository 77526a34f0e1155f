"""The trust doctor against every way in which an exchange fails, each caused for real, with a real issuer."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.checks import Verdict
from jfconsole.domain.connection import Connection, platform_url
from jfconsole.domain.plans import Plan
from jfconsole.domain.secret import Secret
from jfconsole.services.exchanges import EXCHANGE
from jfconsole.services.journal import Journal
from jfconsole.services.session import open_session
from jfconsole.services.trust_doctor import Case, TrustDoctor
from jfconsole.services.trust_findings import Code, Found, Stage, cause, diagnosis_record, is_healthy, report_text
from tests.support.front import Front
from tests.support.identity import make_group, make_repository, make_user
from tests.support.oidc_issuer import DISCOVERY, JWKS, OidcIssuer
from tests.support.revoking import Desk
from tests.support.sandbox import RunningSandbox
from tests.support.trust import exchange, make_integration, make_mapping

USER: dict[str, Any] = {
    "username": "puller",
    "scope": "applied-permissions/user",
    "audience": "jfrt@*",
    "expires_in": 600,
}


class Practice:
    """A doctor's: one platform, one issuer, one integration `ci` with the mapping `pull`."""

    def __init__(self, platform: RunningSandbox, issuer: OidcIssuer, home: Path) -> None:
        self.platform, self.issuer, self.home = platform, issuer, home
        self.read_only = False
        self.url = platform.url
        self.skew = 0.0

    def trust(self, url: str | None = None, mapping: bool = True, **fields: object) -> None:
        with self.platform.http() as client:
            make_user(client, "puller")
            make_integration(client, "ci", url or self.issuer.url, **({"audience": "jfrog"} | fields))
            if mapping:
                make_mapping(client, "ci", "pull", {"sub": "job"}, priority=5, **USER)

    def examine(self, token: str | None = None, name: str = "ci", **case: Any) -> list[Found]:
        """All stages up to the first that is broken."""
        found, _ = self._ask(Case(integration=name, token=Secret(token) if token else None, **case))
        return found

    def plan(self, token: str, **case: Any) -> Plan:
        """The plan that mends what is found."""
        _, plan = self._ask(Case(integration="ci", token=Secret(token), **case))
        assert plan is not None
        return plan

    def mend(self, token: str) -> None:
        """Carry it out."""
        report = Desk(self.platform, self.home / "runner").runner.run(self.plan(token))
        assert report.exit_code == 0, report

    def refused(self, token: str, name: str = "ci", **fields: object) -> bool:
        """Whether the platform really refuses it."""
        with self.platform.http(token="") as nobody:
            return exchange(nobody, name, token, **fields).status_code != 200

    def _ask(self, case: Case) -> tuple[list[Found], Plan | None]:
        connection = Connection(url=self.url, token=Secret(self.platform.token), read_only=self.read_only)
        journal = Journal(self.home / "journal.db")

        async def asked() -> tuple[list[Found], Plan | None]:
            async with open_session(connection) as session:
                doctor = TrustDoctor(session, journal, case, clock=lambda: time.time() + self.skew)
                found = [one async for one in doctor.examine()]
                first = cause(found)
                return found, await doctor.plan(first.repair) if first and first.repair else None

        try:
            return asyncio.run(asked())
        finally:
            journal.close()


@pytest.fixture
def practice(platform: RunningSandbox, issuer: OidcIssuer, tmp_path: Path) -> Practice:
    return Practice(platform, issuer, tmp_path)


def ends(found: list[Found], stage: Stage, code: Code) -> Found:
    """The last stage is this one, broken for this reason, and says what to do; all before were passed."""
    last = found[-1]
    assert (last.stage, last.verdict, last.code) == (stage, Verdict.BAD, code), last
    assert last.sentence
    assert last.fix
    assert not any(one.broken for one in found[:-1])
    assert not is_healthy(found)
    return last


def test_all_is_well(practice: Practice) -> None:
    practice.trust()
    with practice.platform.http() as client:
        make_repository(client, "docker-local", package_type="docker")
    token = practice.issuer.token(aud="jfrog")
    found = practice.examine(token)
    assert [one.stage for one in found] == list(Stage)
    assert is_healthy(found)
    assert found[-1].code in (Code.OK, Code.SEES_NOTHING)
    journal = Journal(practice.home / "journal.db")
    assert [json.loads(row.payload)["outcome"] for row in journal.records(EXCHANGE)] == ["given"]
    journal.close()
    record = json.dumps(diagnosis_record("ci", found))
    report = report_text("ci", "acme", found)
    for text in (record, report, repr(found)):
        assert token not in text
        assert "eyJ" not in text


def test_without_a_token_it_ends_at_the_keys(practice: Practice) -> None:
    practice.trust()
    found = practice.examine()
    assert [(one.stage, one.verdict) for one in found][-2:] == [
        (Stage.KEYS, Verdict.GOOD),
        (Stage.TOKEN, Verdict.UNKNOWN),
    ]
    assert (found[-1].code, is_healthy(found)) == (Code.NO_TOKEN, True)


def test_an_unknown_provider_name(practice: Practice) -> None:
    practice.trust()
    token = practice.issuer.token(aud="jfrog")
    last = ends(practice.examine(token, "c-i"), Stage.PLATFORM, Code.PROVIDER_UNKNOWN)
    assert "Did you mean ci" in last.fix
    assert practice.refused(token, "c-i")
    last = ends(practice.examine(token, "CI"), Stage.PLATFORM, Code.PROVIDER_UNKNOWN)
    assert "Did you mean ci? Names count to the letter" in last.fix
    assert practice.refused(token, "CI")


def test_a_platform_that_is_not_there(practice: Practice) -> None:
    practice.url = "http://127.0.0.1:1"
    ends(practice.examine(), Stage.PLATFORM, Code.PLATFORM_UNREACHABLE)


@pytest.mark.parametrize("tail", ["", "/", "/artifactory", "/artifactory/", "/ui/login", "/access"])
def test_base_urls_as_they_are_pasted(practice: Practice, tail: str) -> None:
    practice.trust()
    practice.url = platform_url(practice.platform.url + tail)
    assert is_healthy(practice.examine(practice.issuer.token(aud="jfrog")))


def test_a_base_url_that_is_none(practice: Practice) -> None:
    practice.trust()
    practice.url = f"{practice.platform.url}/elsewhere"
    last = ends(practice.examine(), Stage.PLATFORM, Code.BASE_URL)
    assert "without /artifactory" in last.fix


def test_a_domain_of_one_s_own(practice: Practice) -> None:
    practice.trust()
    token = practice.issuer.token(aud="jfrog")
    for tail in ("", "/artifactory"):
        with Front(practice.platform.url, "/access", "/artifactory") as front:
            practice.url = platform_url(front.url + tail)
            assert is_healthy(practice.examine(token))
    with Front(practice.platform.url, "/artifactory") as front:
        practice.url = platform_url(f"{front.url}/artifactory")
        last = ends(practice.examine(token), Stage.PLATFORM, Code.BASE_URL)
    assert "/access next to /artifactory" in last.fix
    assert any(fact.text.startswith("404") for fact in last.evidence)


def test_a_dead_issuer(practice: Practice) -> None:
    practice.trust()
    token = practice.issuer.token(aud="jfrog")
    practice.issuer.stop()
    ends(practice.examine(token), Stage.DISCOVERY, Code.DISCOVERY_UNREACHABLE)
    assert practice.refused(token)
    beyond = practice.examine(token, platform_reaches=True)
    assert [one.verdict for one in beyond[1:4]] == [Verdict.UNKNOWN] * 3
    ends(beyond, Stage.EXCHANGE, Code.EXCHANGE_KEYS)


def test_an_issuer_that_is_no_issuer(practice: Practice) -> None:
    practice.trust()
    practice.issuer.documents[DISCOVERY] = b"<html>"
    ends(practice.examine(), Stage.DISCOVERY, Code.DISCOVERY_INVALID)
    del practice.issuer.documents[DISCOVERY]
    ends(practice.examine(), Stage.DISCOVERY, Code.DISCOVERY_INVALID)
    practice.issuer.documents[DISCOVERY] = b"{}"
    ends(practice.examine(), Stage.ISSUER, Code.DISCOVERY_INVALID)


def test_an_issuer_at_a_metadata_address(practice: Practice) -> None:
    practice.trust("https://169.254.169.254/latest")
    ends(practice.examine(), Stage.DISCOVERY, Code.DISCOVERY_REFUSED)


def test_a_slash_at_the_end(practice: Practice) -> None:
    practice.trust(f"{practice.issuer.url}/", token_issuer="")
    token = practice.issuer.token(aud="jfrog")
    ends(practice.examine(token), Stage.ISSUER, Code.ISSUER_SLASH)
    assert practice.refused(token)
    practice.mend(token)
    assert is_healthy(practice.examine(token))
    assert not practice.refused(token)


def test_another_issuer_than_is_wanted(practice: Practice) -> None:
    practice.trust(token_issuer="https://sts.windows.net/t/")
    token = practice.issuer.token(aud="jfrog")
    ends(practice.examine(token), Stage.ISSUER, Code.ISSUER_DIFFERS)
    assert practice.refused(token)
    practice.mend(token)
    assert is_healthy(practice.examine(token))


def test_a_document_does_not_say_where_keys_come_from(practice: Practice) -> None:
    practice.trust()
    document = json.loads(practice.issuer.documents[DISCOVERY])
    evil = {**document, "issuer": "https://evil.example"}
    practice.issuer.documents[DISCOVERY] = json.dumps(evil).encode()
    (step,) = practice.plan(practice.issuer.token(aud="jfrog")).steps
    assert isinstance(step.after, dict)
    assert (step.after["issuer_url"], step.after["token_issuer"]) == (practice.issuer.url, "https://evil.example")


def test_keys_that_are_not_there(practice: Practice) -> None:
    practice.trust()
    del practice.issuer.documents[JWKS]
    ends(practice.examine(), Stage.KEYS, Code.KEYS_UNREACHABLE)
    practice.issuer.documents[JWKS] = b'{"keys": []}'
    ends(practice.examine(), Stage.KEYS, Code.KEYS_UNUSABLE)


def test_a_private_key_that_is_published(practice: Practice) -> None:
    practice.trust()
    practice.issuer.documents[JWKS] = b'{"keys": [{"kty": "EC", "kid": "a", "d": "AAAA"}]}'
    ends(practice.examine(), Stage.KEYS, Code.KEYS_PRIVATE)


def test_an_unknown_kid(practice: Practice) -> None:
    practice.trust()
    token = practice.issuer.token(aud="jfrog")
    practice.issuer.rotate()
    ends(practice.examine(token), Stage.TOKEN, Code.KID_UNKNOWN)
    assert practice.refused(token)


def test_another_key_than_the_token_s(practice: Practice) -> None:
    practice.trust()
    token = practice.issuer.token(aud="jfrog")
    practice.issuer.documents[JWKS] = json.dumps({"keys": [{"kty": "RSA", "kid": practice.issuer.kid}]}).encode()
    ends(practice.examine(token), Stage.TOKEN, Code.KEY_TYPE)


def test_a_wrong_signature_is_left_to_the_platform(practice: Practice) -> None:
    practice.trust()
    with OidcIssuer() as stranger:
        token = practice.issuer.token(aud="jfrog", key=stranger.key)
    ends(practice.examine(token), Stage.EXCHANGE, Code.EXCHANGE_REFUSED)
    assert practice.refused(token)


def test_a_token_that_is_none(practice: Practice) -> None:
    practice.trust()
    ends(practice.examine("no.token.atall"), Stage.TOKEN, Code.TOKEN_MALFORMED)
    unsigned = practice.issuer.token(aud="jfrog", header={"alg": "none"})
    ends(practice.examine(unsigned), Stage.TOKEN, Code.TOKEN_UNSIGNED)
    assert practice.refused(unsigned)


def test_a_token_of_another_issuer(practice: Practice) -> None:
    practice.trust()
    token = practice.issuer.token(aud="jfrog", iss="https://another.test")
    ends(practice.examine(token), Stage.TOKEN, Code.TOKEN_ISSUER)
    assert practice.refused(token)


@pytest.mark.parametrize("algorithm", ["ES384", "EdDSA"])
def test_algorithms_that_nobody_has_seen_work(platform: RunningSandbox, tmp_path: Path, algorithm: str) -> None:
    with OidcIssuer(algorithm) as issuer:
        practice = Practice(platform, issuer, tmp_path)
        practice.trust()
        found = practice.examine(issuer.token(aud="jfrog"), exchange=False)
    warned = [one for one in found if one.code is Code.ALGORITHM_UNPROVEN]
    assert warned
    assert {one.verdict for one in warned} == {Verdict.WARNING}
    assert any(algorithm in one.sentence for one in warned)


def test_an_expired_token(practice: Practice) -> None:
    practice.trust()
    token = practice.issuer.token(aud="jfrog", exp=int(time.time()) - 100, iat=None, nbf=None)
    ends(practice.examine(token), Stage.TIMES, Code.EXPIRED)
    assert practice.refused(token)


def test_a_token_from_the_future(practice: Practice) -> None:
    practice.trust()
    later = int(time.time()) + 900
    token = practice.issuer.token(aud="jfrog", iat=later, nbf=later, exp=later + 300)
    ends(practice.examine(token), Stage.TIMES, Code.CLOCK_SKEW)
    assert practice.refused(token)
    token = practice.issuer.token(aud="jfrog", iat=None, nbf=later, exp=later + 300)
    ends(practice.examine(token), Stage.TIMES, Code.NOT_YET_VALID)


def test_a_clock_that_is_wrong_here(practice: Practice) -> None:
    practice.trust()
    practice.skew = -900
    ends(practice.examine(practice.issuer.token(aud="jfrog")), Stage.TIMES, Code.CLOCK_SKEW)


@pytest.mark.parametrize(("audience", "code"), [("another", Code.AUDIENCE_DIFFERS), (None, Code.AUDIENCE_MISSING)])
def test_a_wrong_audience(practice: Practice, audience: str | None, code: Code) -> None:
    practice.trust()
    token = practice.issuer.token(aud=audience)
    last = ends(practice.examine(token), Stage.AUDIENCE, code)
    assert {fact.label for fact in last.evidence} == {"token's aud", "integration's"}
    assert practice.refused(token)
    if audience:
        practice.mend(token)
        assert is_healthy(practice.examine(token))


def test_no_mapping_at_all(practice: Practice) -> None:
    practice.trust(mapping=False)
    token = practice.issuer.token(aud="jfrog")
    ends(practice.examine(token), Stage.MAPPING, Code.NO_MAPPINGS)
    assert practice.refused(token)


def test_a_wrong_sub(practice: Practice) -> None:
    practice.trust()
    token = practice.issuer.token(aud="jfrog", sub="other-job")
    last = ends(practice.examine(token), Stage.MAPPING, Code.NO_MAPPING_MATCHES)
    assert last.fix == 'Change sub from "job" to "other-job"'
    assert practice.refused(token)
    practice.mend(token)
    assert is_healthy(practice.examine(token))


def test_priority_shadowing(practice: Practice) -> None:
    practice.trust()
    with practice.platform.http() as client:
        make_group(client, "few")
        make_mapping(client, "ci", "wide", {"sub": "*"}, priority=1, scope="applied-permissions/groups:few")
    token = practice.issuer.token(aud="jfrog")
    found = practice.examine(token)
    first = cause(found)
    assert first is not None
    assert (first.stage, first.code, first.verdict) == (Stage.MAPPING, Code.MAPPING_SHADOWED, Verdict.WARNING)
    with practice.platform.http(token="") as nobody:
        assert exchange(nobody, "ci", token).json()["username"] == "ci/wide"
        practice.mend(token)
        assert exchange(nobody, "ci", token).json()["username"] == "puller"


def test_a_project_that_is_not_named(practice: Practice) -> None:
    practice.trust(mapping=False)
    with practice.platform.http() as client:
        client.post("/access/api/v1/projects", json={"project_key": "mobile", "display_name": "Mobile"})
        make_mapping(client, "ci", "app", {"sub": "job"}, project_key="mobile", **USER)
    token = practice.issuer.token(aud="jfrog")
    last = practice.examine(token)[-1]
    assert last.code in (Code.PROJECT_NOT_NAMED, Code.NO_MAPPINGS)
    assert practice.refused(token)
    assert is_healthy(practice.examine(token, project="mobile"))


def test_a_pattern_that_finds_nothing(practice: Practice) -> None:
    practice.trust(mapping=False)
    with practice.platform.http() as client:
        make_mapping(client, "ci", "who", {"sub": "job"}, username_pattern="{{user_login}}", expires_in=60)
    token = practice.issuer.token(aud="jfrog")
    ends(practice.examine(token), Stage.MAPPING, Code.PATTERN_FAILS)
    assert practice.refused(token)


@pytest.mark.parametrize("state", ["missing", "disabled"])
def test_a_user_who_is_not_there(practice: Practice, state: str) -> None:
    practice.trust()
    with practice.platform.http() as client:
        if state == "missing":
            client.delete("/access/api/v2/users/puller").raise_for_status()
        else:
            practice.platform.control("POST", "/state", {"users": [{"username": "puller", "status": "disabled"}]})
    token = practice.issuer.token(aud="jfrog")
    last = ends(practice.examine(token), Stage.MAPPING, Code.TARGET_MISSING)
    assert "puller" in last.sentence
    assert practice.refused(token)


def test_a_group_that_is_not_there(practice: Practice) -> None:
    practice.trust(mapping=False)
    with practice.platform.http() as client:
        make_group(client, "few")
        make_mapping(client, "ci", "pull", {"sub": "job"}, scope='applied-permissions/groups:"few"', expires_in=60)
        client.delete("/access/api/v2/groups/few").raise_for_status()
    token = practice.issuer.token(aud="jfrog")
    first = cause(practice.examine(token))
    assert first is not None
    assert (first.stage, first.code, first.verdict) == (Stage.MAPPING, Code.TARGET_MISSING, Verdict.WARNING)
    assert "There is no group few" in first.sentence


def test_another_organisation(practice: Practice) -> None:
    practice.trust(provider_type="GitHub Enterprise", organization="acme")
    token = practice.issuer.token(aud="jfrog", repository_owner="mallory")
    ends(practice.examine(token), Stage.MAPPING, Code.ORGANIZATION_DIFFERS)
    assert practice.refused(token)


def test_nothing_is_sent_when_it_must_not_be(practice: Practice) -> None:
    practice.trust()
    token = practice.issuer.token(aud="jfrog")
    practice.read_only = True
    for found in (practice.examine(token), practice.examine(token, exchange=False)):
        assert (found[-1].stage, found[-1].code) == (Stage.EXCHANGE, Code.NOT_TRIED)
    assert {
        one["method"] for one in practice.platform.requests() if "jfconsole" in one["headers"].get("user-agent", "")
    } == {"GET"}


def test_a_token_for_another_service_is_of_no_use(practice: Practice) -> None:
    practice.trust(mapping=False)
    with practice.platform.http() as client:
        make_mapping(client, "ci", "pull", {"sub": "job"}, **(USER | {"audience": "jfxr@*"}))
    ends(practice.examine(practice.issuer.token(aud="jfrog")), Stage.USE, Code.TOKEN_REFUSED)


def test_reports_carry_nothing_secret(practice: Practice) -> None:
    found = replace(practice.examine(name="nothing")[-1], sentence="eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln said")
    for text in (report_text("ci", "h", [found]), json.dumps(diagnosis_record("ci", [found]))):
        assert "eyJ" not in text
