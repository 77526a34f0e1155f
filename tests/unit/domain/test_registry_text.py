"""The entries of a registry on one line: read back as they were written, and what makes no sense is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.registries import RegistryCredential
from jfconsole.domain.registry_text import entries_text, parse_entries

WORDS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
REPOSITORIES = st.just("*") | st.lists(WORDS, min_size=1, max_size=3).map("/".join)
ROLES = st.builds(
    lambda r, i, n: RegistryCredential(repository=r, jwt_issuer=i, jwt_role=n), REPOSITORIES, WORDS, WORDS
)
SECRETS = st.builds(lambda r, v, n: RegistryCredential(repository=r, vault=v, secret=n), REPOSITORIES, WORDS, WORDS)


@given(st.lists(ROLES | SECRETS, max_size=5).map(tuple))
def test_what_is_written_is_read_back(entries: tuple[RegistryCredential, ...]) -> None:
    assert parse_entries(entries_text(entries)) == entries


@pytest.mark.parametrize(
    "text",
    ["*", "* role", "* role jfrog", "* role jfrog/", "* role /pulls", "* role a/b/c", "* token a/b", "a b role c/d"],
)
def test_what_makes_no_sense(text: str) -> None:
    with pytest.raises(ValueError, match="is no entry"):
        parse_entries(text)


def test_blanks_and_empty_parts_do_not_matter() -> None:
    assert parse_entries("  *   role  a/b ,, ") == (RegistryCredential(repository="*", jwt_issuer="a", jwt_role="b"),)
