"""Where recipes are, and what they are called, without reading any."""

from __future__ import annotations

from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Final

FOLDER: Final = "recipes"
"""The folder of the recipes that come with the console, in this package."""

SUFFIX: Final = ".toml"
"""The end of a recipe's file name; before it stands the id."""


def recipe_ids(own: Path) -> set[str]:
    """Ids of the recipes that come with the console and of a person's own ones, as their files say them."""
    names = {file.name for file in files(__package__).joinpath(FOLDER).iterdir()}
    with suppress(OSError):  # nobody has to have a folder of them
        names |= {path.name for path in own.iterdir()}
    return {name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)}
