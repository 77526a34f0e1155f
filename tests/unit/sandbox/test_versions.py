"""Which release is imitated, and what depends on it."""

import pytest

from jfconsole.sandbox.options import RELEASES
from jfconsole.sandbox.versions import EMULATIONS, Emulation, Version


@pytest.mark.parametrize(
    ("version", "revision"),
    [
        (Version(7, 19, 10), "71910900"),
        (Version(7, 33, 8), "73308900"),
        (Version(7, 55, 6), "75506900"),
        (Version(7, 100, 2), "80002900"),
        (Version(7, 111, 4), "81104900"),
    ],
)
def test_revisions_are_those_of_public_samples(version: Version, revision: str) -> None:
    assert version.revision == revision


def test_versions_compare_as_numbers() -> None:
    assert Version(7, 9, 0) < Version(7, 10, 0) < Version(7, 10, 1) < Version(8, 0, 0)
    assert Version(7, 84, 3) >= Version(7, 84, 3)
    assert str(Version(7, 146, 10)) == "7.146.10"


def test_older_releases_answer_in_their_own_way() -> None:
    old, new = Emulation(access=Version(7, 55, 6)), Emulation()
    assert (old.access_ping_is_json, old.revoked_id_key) == (False, "revoked-token-id")
    assert (new.access_ping_is_json, new.revoked_id_key) == (True, "revoked_token_id")


def test_every_release_that_can_be_asked_for_is_there() -> None:
    assert tuple(EMULATIONS) == RELEASES
    assert EMULATIONS[RELEASES[-1]] == Emulation()
    for name, emulation in EMULATIONS.items():
        assert str(emulation.artifactory).startswith(f"{name}.")
