"""The older dialects of permissions: what they can say survives the way there and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.sandbox import permission_dialects as dialects
from jfconsole.sandbox.errors import Refusal
from jfconsole.sandbox.installation import install
from jfconsole.sandbox.permission_words import LETTERS, WORDS, translated, understood
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import Grants, Patterns, PermissionRecord, Resource

NAMES = st.text(min_size=1, max_size=5)
PATTERNS = st.lists(
    st.text(st.characters(exclude_characters=","), min_size=1, max_size=4).map(str.strip), max_size=2, unique=True
)
BUILD_INFO = "artifactory-build-info"


@pytest.fixture(scope="module")
def platform() -> Platform:
    return install("empty", None)


def principals() -> st.SearchStrategy[dict[str, list[str]]]:
    return st.dictionaries(NAMES, st.lists(st.sampled_from(sorted(WORDS)), unique=True), max_size=2)


@st.composite
def resources(draw: st.DrawFn, targets: list[str]) -> Resource:
    include, exclude = ([pattern for pattern in draw(PATTERNS) if pattern] for _ in range(2))
    chosen = draw(st.lists(st.sampled_from(targets), min_size=1, unique=True))
    patterns = Patterns(include or ["**"], exclude)
    return Resource(Grants(draw(principals()), draw(principals())), dict.fromkeys(chosen, patterns))


@settings(deadline=None)
@given(
    repo=resources([BUILD_INFO, "ANY LOCAL", "ANY REMOTE", "ANY"]),
    build=resources([BUILD_INFO]),
    with_build=st.booleans(),
)
def test_version_2_there_and_back(platform: Platform, repo: Resource, build: Resource, with_build: bool) -> None:
    made = PermissionRecord("p", {"artifact": repo} | ({"build": build} if with_build else {}))
    assert dialects.read_v2(platform, dialects.write_v2(made)) == made.resources


@settings(deadline=None)
@given(artifact=resources([BUILD_INFO, "ANY LOCAL", "ANY"]))
def test_version_1_there_and_back(platform: Platform, artifact: Resource) -> None:
    made = PermissionRecord("p", {"artifact": artifact})
    assert dialects.read_v1(platform, dialects.write_v1(made)) == artifact


@pytest.mark.parametrize("names", [LETTERS, WORDS])
def test_every_action_has_one_name_in_each(names: dict[str, str]) -> None:
    assert understood(translated(names, names), names) == list(names)
    with pytest.raises(Refusal):
        understood(["fly"], names)


def test_other_resource_types_are_not_shown_and_not_lost() -> None:
    destination = Resource(targets={"*": Patterns()})
    old = PermissionRecord("p", {"artifact": Resource(targets={"ANY": Patterns()}), "destination": destination})
    assert set(dialects.write_v2(old)) == {"name", "repo"}
    new = dialects.replaced_v2(old, {"build": Resource()}, "bob")
    assert set(new.resources) == {"build", "destination"}
    assert new.modified_by == "bob"
