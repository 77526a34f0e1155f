"""Values that must not be shown: tokens, passwords, passphrases."""

from __future__ import annotations

from typing import Final, NoReturn

MASK: Final = "••••"


class Secret:
    """A secret text that cannot be printed, formatted, pickled or compared by accident.

    Every implicit way to a string gives a mask. `reveal` is the one explicit way, kept easy to search for.
    Comparison raises; use `matches`, which takes constant time.
    """

    __slots__ = ("_value",)
    __hash__ = None  # type: ignore[assignment]  # a secret is no dictionary key

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The clear text. Call it where the value leaves for its destination, nowhere else."""
        return self._value

    def matches(self, other: Secret) -> bool:
        """Whether both hold the same text, in constant time."""
        import hmac  # here, since it takes a while to load and few compare

        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("secrets are compared with matches()")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")
