"""Recipe files to read: one that says everything, and those that come with the console."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from jfconsole.wizards.recipe import Recipe
from jfconsole.wizards.recipe_parser import parse_recipe

FULL: Final = """\
id = "full"
title = "Full"
vendor = "Full Inc."
kind = "consumer"
summary = "Says everything that a recipe can say."
source = "Full Inc.: Connecting a platform"
url_form = "docker-api"
account = "full-eu"
connection_name = "{recipe} {account}"
probes = ["ping", "list", "read", "pull", "search", "identities", "no-other-repository", "no-write"]
warnings = [
  "One.",
  "Two.",
]

[group]
name = "{account}"
description = "{vendor} {title}"

[permission]
name = "{account}-read"
actions = ["ANNOTATE", "READ"]

[repositories]
kinds = ["local", "remote"]
package_types = ["docker", "oci"]

[user]
name = "{account}"
profile_updatable = true
password = "generated"
only_this_group = false

[token]
flavours = ["user", "groups", "scopes"]
scopes = ["system:metrics:r"]
services = ["artifactory", "xray"]
expires_in = "30d"
reference = true
refreshable = true
name = "{account}-token"
description = "{title} {recipe}"

[[wish]]
about = "token.expires_in"
value = "never"
why = "It says so."
instead = "We do not."

[[wish]]
about = "permission.actions"
value = ["MANAGE", "READ"]
why = "It says so."
instead = "We do not."

[[wish]]
about = "user.admin"
value = true
why = "It says so."
instead = "We do not."

[[card]]
label = "Server"
value = "{registry_host}"
help = "Without https."

[[card]]
label = "Repository"
value = "{docker_api_url}"

[[card]]
label = "Login"
value = "{user_name}:{token}"
"""

EVERY_BUILT_IN: Final = {
    file.name: file.read_text(encoding="utf-8")
    for file in files("jfconsole.wizards").joinpath("recipes").iterdir()
    if file.name.endswith(".toml")
}

BUILT_IN: Final = {file: text for file, text in EVERY_BUILT_IN.items() if '\nkind = "ci"\n' not in text}
"""Those of consumers; those of CI platforms are in `ci_recipes`."""

ALL: Final = {"full.toml": FULL, **EVERY_BUILT_IN}


def consumer(text: str, file: str) -> Recipe:
    """The recipe of a consumer in a text."""
    recipe = parse_recipe(text, file)
    assert isinstance(recipe, Recipe)
    return recipe
