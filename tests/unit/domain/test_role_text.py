"""Lists and claims of a role survive the way onto a line and back."""

from __future__ import annotations

import pytest

from jfconsole.domain.issuer_roles import AllowedClaim
from jfconsole.domain.role_text import (
    allowed_in,
    allowed_text,
    claims_in,
    fixed_in,
    fixed_text,
    names_in,
    names_text,
)


def test_names() -> None:
    assert names_in(" a, b  c ,") == ["a", "b", "c"]
    assert names_in(names_text(["a", "b"])) == ["a", "b"]


def test_fixed_claims() -> None:
    claims = [("team", "ci"), ("env", "${SYS_TENANT}=x")]
    assert fixed_in(fixed_text(claims)) == [{"name": name, "value": value} for name, value in claims]
    assert fixed_in("") == []


@pytest.mark.parametrize("text", ["x", "=1", "a=1; b", " ; =2"])
def test_what_is_no_claim_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="NAME=VALUE"):
        fixed_in(text)


def test_allowed_claims() -> None:
    claims = [
        AllowedClaim(name="env", values=("dev", "prod-*")),
        AllowedClaim(name="ref"),
        AllowedClaim(name="run", kind="integer"),
    ]
    assert allowed_text(claims) == "env = dev | prod-*; ref; run: integer"
    assert allowed_in(allowed_text(claims)) == [
        {"name": claim.name, "type": claim.kind, "allowed-values": list(claim.values)} for claim in claims
    ]


def test_claims_are_json_where_they_are() -> None:
    assert claims_in('n=1; t=x; l=["a"]; b=true') == {"n": 1, "t": "x", "l": ["a"], "b": True}
