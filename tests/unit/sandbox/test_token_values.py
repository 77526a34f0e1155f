"""Reference and refresh tokens lead back to their token, and no other value does."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.sandbox.installation import install
from jfconsole.sandbox.records import TokenItem, TokenRecord
from jfconsole.sandbox.signing import BadToken
from jfconsole.sandbox.token_values import TokenValues, looks_like_reference

PLATFORM = install("empty", None)
VALUES = TokenValues(PLATFORM)


def stored(token_id: str, expiry: int | None = None) -> TokenRecord:
    item = TokenItem(token_id, "jfac@x/users/bob", 1, "jfac@x", False, expiry=expiry)
    record = TokenRecord(item, "applied-permissions/user", "*@*", 0, reference=True)
    PLATFORM.state.tokens.put(record)
    return record


@given(st.uuids(version=4), st.one_of(st.none(), st.integers(1, 9_999_999_999)))
def test_every_id_has_its_values(token_id: uuid.UUID, expiry: int | None) -> None:
    record = stored(str(token_id), expiry)
    reference = VALUES.reference(record)
    assert looks_like_reference(reference)
    assert VALUES.identify(reference).jti == record.key
    assert VALUES.find_refresh(VALUES.refresh(record.key)) == record.key


@given(st.uuids(version=4), st.integers(0, 63), st.characters(codec="ascii"))
def test_a_changed_reference_is_no_reference(token_id: uuid.UUID, position: int, char: str) -> None:
    reference = VALUES.reference(stored(str(token_id)))
    changed = reference[:position] + char + reference[position + 1 :]
    if changed != reference:
        with pytest.raises(BadToken, match="parse"):
            VALUES.identify(changed)


@given(st.text(max_size=80))
def test_text_is_no_refresh_token(text: str) -> None:
    found = VALUES.find_refresh(text)
    assert found is None or found not in PLATFORM.state.refreshes


def test_a_reference_that_was_never_given_out_is_not_honoured() -> None:
    record = stored(str(uuid.uuid4()))
    record.reference = False
    with pytest.raises(BadToken, match="revoked"):
        VALUES.identify(VALUES.reference(record))
