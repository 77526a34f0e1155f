"""The console's recipes and a person's own stand in one list; a broken one hides nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.domain.toml_source import SIZE_LIMIT
from jfconsole.services.paths import Paths, find_paths
from jfconsole.wizards.catalog import recipes
from jfconsole.wizards.recipe import RecipeKind
from tests.unit.wizards.written_recipes import EVERY_BUILT_IN, FULL


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths({"JFCONSOLE_HOME": str(tmp_path)})


def _keep(paths: Paths, name: str, content: str | bytes) -> Path:
    folder = paths.config / "recipes"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_the_consoles_own_are_there_without_any_folder(paths: Paths) -> None:
    catalog = recipes(paths)
    assert {f"{entry.id}.toml" for entry in catalog.entries} == EVERY_BUILT_IN.keys()
    assert [entry.problems for entry in catalog.entries if entry.problems] == []
    places = [(recipe.kind is RecipeKind.CI, recipe.title.casefold()) for recipe in catalog.recipes]
    assert places == sorted(places), "consumers first, each kind by title"
    assert not paths.config.exists()


def test_a_persons_own_recipe_is_found(paths: Paths) -> None:
    path = _keep(paths, "full.toml", FULL)
    _keep(paths, "notes.txt", "no recipe")
    entry = recipes(paths).find("full")
    assert entry
    assert entry.recipe
    assert (entry.path, entry.replaces) == (path, False)


def test_a_persons_own_recipe_stands_in_for_the_consoles(paths: Paths) -> None:
    own = EVERY_BUILT_IN["ox-security.toml"].replace("90d", "30d")
    _keep(paths, "ox-security.toml", own)
    catalog = recipes(paths)
    entry = catalog.find("ox-security")
    assert entry
    assert entry.recipe
    assert entry.replaces
    assert entry.recipe.token.expires_in == 30 * 86_400
    assert len(catalog.entries) == len(EVERY_BUILT_IN)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (FULL.replace("[token]", "[tokn]"), "did you mean token?"),
        ("id = ", "this is no TOML"),
        (b"\xff\xfe", "not written in UTF-8"),
        (b"#" * (SIZE_LIMIT + 1), "larger than"),
    ],
)
def test_a_broken_one_is_listed_and_hides_no_other(paths: Paths, content: str | bytes, sentence: str) -> None:
    _keep(paths, "a-broken-one.toml", content)
    _keep(paths, "full.toml", FULL)
    catalog = recipes(paths)
    assert len(catalog.recipes) == len(EVERY_BUILT_IN) + 1
    broken = catalog.entries[-1]
    assert (broken.id, broken.recipe) == ("a-broken-one", None)
    assert any(sentence in str(problem) for problem in broken.problems)


def test_a_broken_one_still_stands_in_for_the_consoles(paths: Paths) -> None:
    _keep(paths, "ox-security.toml", "id = ")
    entry = recipes(paths).find("ox-security")
    assert entry
    assert entry.recipe is None
    assert entry.replaces


def test_what_cannot_be_opened_says_so(paths: Paths) -> None:
    (paths.config / "recipes" / "folder.toml").mkdir(parents=True)
    (paths.config / "recipes" / "dangling.toml").symlink_to("nowhere")
    broken = [entry for entry in recipes(paths).entries if entry.recipe is None]
    assert [entry.id for entry in broken] == ["dangling", "folder"]
    assert all("the file cannot be read" in str(entry.problems[0]) for entry in broken)
