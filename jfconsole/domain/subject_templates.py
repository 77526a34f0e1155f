"""Templates of subjects and fixed claims: `${SYS_TENANT}/${SYS_USERNAME}`.

Source: Avassa API reference, "JWT Issuer Roles", field `subject-template`. An unknown variable is refused when a role
is saved, a missing value when a token is minted: never is a token made from half a template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

VARIABLES: Final = ("SYS_TENANT", "SYS_USERNAME")
"""The tenant's uuid, and the login name of whoever mints."""

_VARIABLE: Final = re.compile(r"\$\{([^{}$]*)\}")


def template_problem(template: str) -> str | None:
    """What is wrong with a template, as a sentence; None for a good one."""
    for name in _VARIABLE.findall(template):
        if name not in VARIABLES:
            return f"There is no variable {name!r}: use {' or '.join(f'${{{known}}}' for known in VARIABLES)}"
    if "$" in _VARIABLE.sub("", template):
        return "A $ begins a variable: write ${SYS_TENANT} or ${SYS_USERNAME}"
    return None


def variables(template: str) -> tuple[str, ...]:
    """The variables that a template asks for, each once."""
    return tuple(dict.fromkeys(_VARIABLE.findall(template)))


def expand(template: str, values: Mapping[str, str]) -> str:
    """The template with its variables replaced; a value is never expanded again.

    Raises KeyError with the name of a variable that has no value.
    """

    if "$" not in template:
        return template

    def value(found: re.Match[str]) -> str:
        if not values.get(found[1]):
            raise KeyError(found[1])
        return values[found[1]]

    return _VARIABLE.sub(value, template)
