"""The policy of minting: what is granted stays within the role, and what is refused names its rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.issuer_roles import AllowedClaim, IssuerRole
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.minting import Denied, MintContext, MintRequest, decide

ISSUER = JwtIssuer(name="jfrog", signing_key="k", max_ttl=3600)
ROLE = IssuerRole(
    issuer="jfrog",
    name="pulls",
    allowed_audiences=("acme.jfrog.io", "*.eu.acme.example:6000"),
    subject_template="${SYS_TENANT}/pulls",
    fixed_claims=(("team", "red"),),
    allowed_claims=(
        AllowedClaim(name="env", values=("prod-*", "test")),
        AllowedClaim(name="tags", kind="string-array", values=("a*",)),
        AllowedClaim(name="n", kind="integer"),
        AllowedClaim(name="on", kind="boolean", values=("true",)),
    ),
)
CONTEXT = MintContext(issuer_url="https://i.example/jwt", variables={"SYS_TENANT": "t-1"}, now=1000)


def ask(role: IssuerRole = ROLE, **wanted: Any) -> dict[str, Any]:
    wanted = {"audiences": ("acme.jfrog.io",)} | wanted
    return decide(MintRequest(issuer="jfrog", role="pulls", **wanted), ISSUER, role, CONTEXT)


def changed(**fields: Any) -> IssuerRole:
    return replace(ROLE, **fields)


def test_the_claims_of_a_token() -> None:
    assert ask(ttl=60, claims={"env": "prod-1"}) == {
        "iss": "https://i.example/jwt",
        "sub": "t-1/pulls",
        "aud": "acme.jfrog.io",
        "iat": 1000,
        "nbf": 940,
        "exp": 1060,
        "team": "red",
        "env": "prod-1",
    }


def test_several_audiences_are_an_array_and_one_is_a_text() -> None:
    assert ask(audiences=("acme.jfrog.io", "x.eu.acme.example:6000"))["aud"] == [
        "acme.jfrog.io",
        "x.eu.acme.example:6000",
    ]
    assert ask(audiences=("acme.jfrog.io",) * 2)["aud"] == "acme.jfrog.io"


def test_the_role_fills_in_what_the_caller_leaves_out() -> None:
    assert ask(changed(default_audiences=("acme.jfrog.io",)), audiences=())["aud"] == "acme.jfrog.io"
    assert "aud" not in ask(changed(require_audience=False), audiences=())
    assert ask()["exp"] == 1000 + ROLE.default_ttl


@pytest.mark.parametrize(
    ("wanted", "rule", "allowed"),
    [
        ({"audiences": ()}, "audience-required", "acme.jfrog.io"),
        ({"audiences": ("",)}, "audience-text", "acme.jfrog.io"),
        ({"audiences": ("acme.jfrog.io:443",)}, "audience-not-allowed", "acme.jfrog.io"),
        ({"audiences": ("acme.jfrog.io", "evil.example")}, "audience-not-allowed", "acme.jfrog.io"),
        ({"audiences": ("acme.jfrog.io\n",)}, "audience-text", "acme.jfrog.io"),
        ({"audiences": tuple(f"{n}.eu.acme.example:6000" for n in range(17))}, "audience-count", "16"),
        ({"subject": "root"}, "subject-override", "t-1/pulls"),
        ({"ttl": 0}, "ttl-least", "1s"),
        ({"ttl": -5}, "ttl-least", "1s"),
        ({"ttl": 1801}, "ttl-role", "30m"),
        ({"claims": {"sub": "x"}}, "claim-reserved", "env"),
        ({"claims": {"exp": 1}}, "claim-reserved", "env"),
        ({"claims": {"team": "blue"}}, "claim-reserved", "env"),
        ({"claims": {"other": "x"}}, "claim-not-allowed", "env"),
        ({"claims": {"env": "dev"}}, "claim-value", "prod-*"),
        ({"claims": {"env": 1}}, "claim-type", "string"),
        ({"claims": {"tags": ["a1", "b"]}}, "claim-value", "a*"),
        ({"claims": {"tags": "a"}}, "claim-type", "string-array"),
        ({"claims": {"n": True}}, "claim-type", "integer"),
        ({"claims": {"n": 1.5}}, "claim-type", "integer"),
        ({"claims": {"on": False}}, "claim-value", "true"),
    ],
)
def test_a_refusal_names_its_rule_and_what_is_allowed(wanted: dict[str, Any], rule: str, allowed: str) -> None:
    with pytest.raises(Denied) as denied:
        ask(**wanted)
    assert denied.value.refusal.rule == rule
    assert allowed in denied.value.refusal.allowed


@pytest.mark.parametrize(
    ("fields", "wanted", "rule"),
    [
        ({"max_ttl": 7200}, {"ttl": 7000}, "ttl-issuer"),
        ({"subject_template": "", "allowed_subject_patterns": ("ci-*",)}, {}, "subject-required"),
        ({"subject_template": "", "allowed_subject_patterns": ("ci-*",)}, {"subject": "x"}, "subject-not-allowed"),
        ({"subject_template": "", "allowed_subject_patterns": ("*",)}, {"subject": "a b"}, "subject-text"),
        ({"subject_template": "${SYS_USERNAME}"}, {}, "subject-template"),
        ({"fixed_claims": (("u", "${SYS_USERNAME}"),)}, {}, "fixed-claims"),
        ({"required_claims": ("env",)}, {}, "claim-required"),
        ({"allowed_audiences": ()}, {}, "audience-not-allowed"),
    ],
)
def test_refusals_of_other_roles(fields: dict[str, Any], wanted: dict[str, Any], rule: str) -> None:
    with pytest.raises(Denied) as denied:
        ask(changed(**fields), **wanted)
    assert denied.value.refusal.rule == rule


GOOD = ["acme.jfrog.io", "a.eu.acme.example:6000"]
AUDIENCES = st.lists(st.sampled_from(GOOD * 4 + ["evil.example", "*", "", "acme.jfrog.io/x"]), min_size=1, max_size=2)
CLAIMS: st.SearchStrategy[Mapping[str, Any]] = st.one_of(
    st.sampled_from([{}, {"env": "prod-1"}, {"tags": ["a"]}, {"n": 1}]),
    st.dictionaries(
        st.sampled_from(["env", "tags", "n", "iss", "exp", "team", "x"]),
        st.sampled_from(["prod-1", "test", "dev", ["a"], ["b"], 1, True, None, {"a": 1}]),
        max_size=2,
    ),
)


def test_whatever_is_minted_lies_within_the_role() -> None:
    asked = granted = 0

    @given(
        AUDIENCES,
        st.one_of(st.integers(1, 1800), st.integers(-200, 2200)),
        CLAIMS,
        st.sampled_from(["", "", "t-1/pulls", "x"]),
    )
    def check(audiences: list[str], ttl: int, claims: Mapping[str, Any], subject: str) -> None:
        nonlocal asked, granted
        asked += 1
        try:
            made = ask(audiences=tuple(audiences), ttl=ttl, claims=claims, subject=subject)
        except Denied:
            return
        granted += 1
        audience = made["aud"]
        assert ({audience} if isinstance(audience, str) else set(audience)) <= set(GOOD)
        assert made["sub"] == "t-1/pulls"
        assert made["iss"] == "https://i.example/jwt"
        assert 0 < made["exp"] - made["iat"] <= 1800
        assert made["team"] == "red"
        assert set(made) <= {"iss", "sub", "aud", "iat", "nbf", "exp", "team", "env", "tags", "n"}

    check()
    assert 0.3 <= granted / asked <= 0.9
