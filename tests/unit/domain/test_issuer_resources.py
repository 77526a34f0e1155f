"""Keys, issuers and roles as documents: what is read back, and what is refused, in sentences."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.globs import glob_match
from jfconsole.domain.issuer_names import name_problem
from jfconsole.domain.issuer_roles import RESERVED, IssuerRole, read_role, role_in_issuer_problems
from jfconsole.domain.jwt_issuers import JwtIssuer, read_issuer, url_problem
from jfconsole.domain.public_jwk import PublicJwk, load_jwk
from jfconsole.domain.subject_templates import expand, template_problem, variables
from jfconsole.domain.transit_keys import Cipher, TransitKey, changed_key_problems, read_key

ROLE: dict[str, Any] = {
    "issuer": "jfrog",
    "name": "pulls",
    "allowed-audiences": ["acme.jfrog.io"],
    "subject-template": "${SYS_TENANT}/pulls",
}


def fields_of(problems: tuple[Any, ...], *, certain: bool = True) -> set[str]:
    return {problem.field for problem in problems if problem.certain is certain}


@pytest.mark.parametrize("name", ["a", "a-b", "0", "a" * 63, "jfrog2"])
def test_good_names(name: str) -> None:
    assert name_problem(name, "key") is None


@pytest.mark.parametrize(
    "name", ["", "A", "a_b", "-a", "a-", "a\n", "a/b", "..", "a b", "ａ", "é", "a" * 64, "a\x00", "%61", "a.b"]
)
def test_bad_names(name: str) -> None:
    assert name_problem(name, "key")


@pytest.mark.parametrize(
    "url",
    ["https://a.example", "https://a.example:8443/t/jwt/x", "http://127.0.0.1:8080/jwt/x", "http://localhost/x"],
)
def test_good_issuer_urls(url: str) -> None:
    assert url_problem(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/",
        "https://a.example/x/",
        "https://A.example/x",
        "HTTPS://a.example",
        "http://a.example/x",
        "http://127.0.0.1.example.com/x",
        "https://u:p@a.example",
        "https://a.example?x",
        "https://a.example#",
        "https://a.example?",
        "https://a.example/x\n",
        "https://a.example/a b",
        "https://a.example/a//b",
        "https://a.example/../b",
        "https://a.example/%2e",
        "https://ä.example",
        "https://",
        "ftp://a.example",
        "a.example",
        "https://a.example/" + "x" * 255,
        "https://a.example\\@b.example",
        "https://a.example:port/x",
    ],
)
def test_bad_issuer_urls(url: str) -> None:
    assert url_problem(url)
    issuer, problems = read_issuer({"name": "x", "signing-key": "k", "issuer": url})
    assert issuer is not None
    assert "issuer" in fields_of(problems)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("acme.jfrog.io", "acme.jfrog.io", True),
        ("acme.jfrog.io", "acme.jfrog.io:443", False),
        ("acme.jfrog.io", "ACME.jfrog.io", False),
        ("https://api.*.example.com", "https://api.eu.example.com", True),
        ("https://api.*.example.com", "https://api.evil.test/.example.com", False),
        ("*.example.com", "evil.test/x.example.com", False),
        ("*", "a/b", False),
        ("*", "", True),
        ("a?c", "abc", False),
        ("[ab]", "a", False),
        ("[ab]", "[ab]", True),
        ("a*", "a\n", True),
        ("a", "a\n", False),
        ("a.c", "abc", False),
        ("*a*", "bab", True),
        ("ab*ba", "aba", False),
    ],
)
def test_globs(pattern: str, text: str, fits: bool) -> None:
    assert glob_match(pattern, text) is fits


@given(st.lists(st.text(string.ascii_lowercase + "?[]!.\\", max_size=4), min_size=1, max_size=4), st.data())
def test_a_star_stands_for_any_text_without_a_slash(pieces: list[str], data: st.DataObject) -> None:
    filling = [data.draw(st.text(string.printable.replace("/", ""), max_size=5)) for _ in pieces[1:]]
    text = pieces[0] + "".join(fill + piece for fill, piece in zip(filling, pieces[1:], strict=True))
    assert glob_match("*".join(pieces), text)
    assert not glob_match("*".join(pieces), f"{text}/x")
    assert glob_match(text.replace("*", ""), text.replace("*", ""))


@pytest.mark.parametrize("template", ["${SYS_TENANT}", "a/${SYS_USERNAME}", "fixed", "${SYS_TENANT}/${SYS_USERNAME}"])
def test_good_templates(template: str) -> None:
    assert template_problem(template) is None


@pytest.mark.parametrize(
    "template", ["${OTHER}", "${sys_tenant}", "$SYS_TENANT", "${SYS_TENANT", "${}", "$", "${${SYS_TENANT}}", "$$"]
)
def test_bad_templates(template: str) -> None:
    assert template_problem(template)


def test_a_value_is_not_expanded_again_and_a_missing_one_is_named() -> None:
    values = {"SYS_TENANT": "${SYS_USERNAME}", "SYS_USERNAME": "admin"}
    assert expand("x/${SYS_TENANT}", values) == "x/${SYS_USERNAME}"
    assert variables("${SYS_TENANT}${SYS_TENANT}") == ("SYS_TENANT",)
    with pytest.raises(KeyError, match="SYS_USERNAME"):
        expand("${SYS_USERNAME}", {"SYS_USERNAME": ""})


@given(
    st.builds(
        TransitKey,
        name=st.just("k"),
        cipher=st.sampled_from(Cipher),
        rotate_period=st.one_of(st.just(0), st.integers(3600, 10**7)),
        overlap=st.integers(300, 10**7),
        deletion_allowed=st.booleans(),
    )
)
def test_a_key_is_read_as_it_is_shown(key: TransitKey) -> None:
    read, problems = read_key(key.document() | {"versions": [], "algorithm": "ES256"})
    assert read == key
    assert not fields_of(problems)


@given(
    st.builds(
        JwtIssuer,
        name=st.just("i"),
        signing_key=st.just("k"),
        issuer=st.sampled_from(["", "https://a.example/x"]),
        default_ttl=st.integers(60, 600),
        max_ttl=st.integers(600, 10**6),
        jwks_max_age=st.integers(10, 86400),
        verbose_logging=st.booleans(),
    )
)
def test_an_issuer_is_read_as_it_is_shown(issuer: JwtIssuer) -> None:
    read, problems = read_issuer(issuer.document() | {"discovery-url": "x"})
    assert read == issuer
    assert not fields_of(problems)


def test_a_role_is_read_as_it_is_shown() -> None:
    document = ROLE | {
        "fixed-claims": [{"name": "team", "value": "${SYS_TENANT}"}],
        "allowed-claims": [{"name": "env", "type": "string", "allowed-values": ["prod-*"]}],
        "required-claims": ["env", "team"],
        "max-ttl": "10m",
        "algorithm": "ES256",
    }
    role, problems = read_role(document)
    assert role is not None
    assert problems == ()
    assert read_role(role.document()) == (role, ())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cipher": "aes256-gcm96"}, "cipher"),
        ({"cipher": "ecdsa-p521"}, "cipher"),
        ({"rotate-period": "59m"}, "rotate-period"),
        ({"rotate-period": "soon"}, "rotate-period"),
        ({"overlap": "1m"}, "overlap"),
        ({"overlap": -1}, "overlap"),
        ({"overlap": True}, "overlap"),
        ({"exportable": True}, "exportable"),
        ({"deletion-allowed": "yes"}, "deletion-allowed"),
        ({"name": "K"}, "name"),
        ({"distribute": []}, "distribute"),
    ],
)
def test_bad_keys(change: dict[str, Any], field: str) -> None:
    assert field in fields_of(read_key({"name": "k"} | change)[1])


def test_advice_on_keys() -> None:
    assert fields_of(read_key({"name": "k", "cipher": "ed25519"})[1], certain=False) == {"cipher"}
    assert fields_of(read_key({"name": "k", "rotate-period": "1y"})[1], certain=False) == {"rotate-period"}
    one, other = TransitKey(name="k"), TransitKey(name="k", cipher=Cipher.RSA_2048)
    assert [problem.field for problem in changed_key_problems(one, other)] == ["cipher"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"default-ttl": "2h", "max-ttl": "1h"}, "default-ttl"),
        ({"default-ttl": "30s"}, "default-ttl"),
        ({"max-ttl": "31d"}, "max-ttl"),
        ({"jwks-max-age": "1s"}, "jwks-max-age"),
        ({"signing-key": ""}, "signing-key"),
        ({"publish": "x"}, "publish"),
    ],
)
def test_bad_issuers(change: dict[str, Any], field: str) -> None:
    assert field in fields_of(read_issuer({"name": "i", "signing-key": "k"} | change)[1])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"allowed-audiences": []}, "allowed-audiences"),
        ({"allowed-audiences": ["a b"]}, "allowed-audiences"),
        ({"allowed-audiences": [1]}, "allowed-audiences"),
        ({"default-audiences": ["other.example"]}, "default-audiences"),
        ({"default-audiences": ["acme.*"], "allowed-audiences": ["*"]}, "default-audiences"),
        ({"allowed-subject-patterns": ["x"]}, "allowed-subject-patterns"),
        ({"subject-template": ""}, "subject-template"),
        ({"subject-template": "${HOME}"}, "subject-template"),
        ({"subject-template": "a\u202eb"}, "subject-template"),
        ({"default-ttl": "0s"}, "default-ttl"),
        ({"default-ttl": "40m"}, "default-ttl"),
        ({"allowed-claims": [{"name": "x", "type": "float"}]}, "allowed-claims"),
        ({"allowed-claims": [{"name": "x", "other": 1}]}, "allowed-claims"),
        ({"allowed-claims": [{"name": "x"}, {"name": "x"}]}, "allowed-claims"),
        ({"allowed-claims": [{"name": "x"}], "fixed-claims": [{"name": "x", "value": "1"}]}, "allowed-claims"),
        ({"fixed-claims": [{"name": "x", "value": "${NO}"}]}, "fixed-claims"),
        ({"fixed-claims": [{"name": "", "value": "1"}]}, "fixed-claims"),
        ({"required-claims": ["env"]}, "required-claims"),
        ({"issuer": "../x"}, "issuer"),
    ],
)
def test_bad_roles(change: dict[str, Any], field: str) -> None:
    assert field in fields_of(read_role(ROLE | change)[1])


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_no_role_can_have_a_say_in_what_the_issuer_sets(name: str) -> None:
    for change in ({"fixed-claims": [{"name": name, "value": "x"}]}, {"allowed-claims": [{"name": name}]}):
        assert fields_of(read_role(ROLE | change)[1])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"allowed-audiences": ["*"]}, "allowed-audiences"),
        ({"subject-template": "", "allowed-subject-patterns": ["*"]}, "allowed-subject-patterns"),
        ({"default-ttl": "4m", "max-ttl": "4m"}, "max-ttl"),
    ],
)
def test_advice_on_roles(change: dict[str, Any], field: str) -> None:
    role, problems = read_role(ROLE | change)
    assert role is not None
    assert not fields_of(problems)
    assert field in fields_of(problems, certain=False)


def test_a_role_stays_within_its_issuer() -> None:
    role = IssuerRole(issuer="i", name="r", max_ttl=600, algorithm="RS256")
    assert {problem.field for problem in role_in_issuer_problems(role, 300, "ES256")} == {"max-ttl", "algorithm"}
    assert not list(role_in_issuer_problems(role, 600, "RS256"))


@pytest.mark.parametrize("document", [None, [], "x", 1])
def test_anything_but_an_object_is_a_problem(document: Any) -> None:
    for read in (read_key, read_issuer, read_role):
        assert read(document)[1]


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    """The example of RFC 7638, section 3.1."""
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
        "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5ha"
        "jrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    assert PublicJwk(kty="RSA", alg="RS256", n=n, e="AQAB").kid == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "x5c"])
def test_a_public_key_has_no_place_for_a_private_member(member: str) -> None:
    good = {"kty": "EC", "alg": "ES256", "crv": "P-256", "x": "eA", "y": "eQ"}
    assert load_jwk(dict(good)).document().keys() == {"kty", "alg", "crv", "x", "y", "use", "kid"}
    with pytest.raises(ValueError, match="members"):
        load_jwk({**good, member: "eA"})


@pytest.mark.parametrize(
    "members",
    [{"kty": "EC", "crv": "P-256", "x": "a"}, {"kty": "oct"}, {"kty": "RSA", "n": "a", "e": "b", "x": "c"}, {"kty": 1}],
)
def test_half_a_key_is_none(members: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="key"):
        load_jwk({"alg": "ES256", **members})
