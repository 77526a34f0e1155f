"""Kinds of steps that give a token: what the journal is asked for, by those who make tokens and who list them."""

from __future__ import annotations

from typing import Final

CREATE: Final = "token.create"
REFRESH: Final = "token.refresh"

GIVING: Final = (CREATE, REFRESH)
