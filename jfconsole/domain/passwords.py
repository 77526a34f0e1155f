"""Passwords that nobody has to remember."""

from __future__ import annotations

import secrets
import string
from typing import Final

from jfconsole.domain.secret import Secret

LENGTH: Final = 28
_SETS: Final = (string.ascii_lowercase, string.ascii_uppercase, string.digits)


def generated_password() -> Secret:
    """Some 160 random bits that keep the platform's default policy: lower-case and upper-case letters and digits.

    Source of the policy (8 characters, one of each): JFrog help "Password Policy". Special characters are left out,
    since some login forms and scripts break on them.
    """
    everything = "".join(_SETS)
    letters = [secrets.choice(letters) for letters in _SETS]
    letters += [secrets.choice(everything) for _ in range(LENGTH - len(letters))]
    secrets.SystemRandom().shuffle(letters)
    return Secret("".join(letters))
