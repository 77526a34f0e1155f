"""What can go wrong in the local issuer, in the one family of errors."""

from __future__ import annotations

from dataclasses import dataclass

from jfconsole.domain.errors import ConsoleError, Refused


class VaultLocked(Refused):
    """The vault is locked: nothing that needs a private key, and no change, is possible."""


class WrongKey(Refused):
    """The vault does not open with this passphrase or key. A damaged wrap looks the same, on purpose."""


class Damaged(ConsoleError):
    """A record is not what was written: it was damaged, exchanged or edited."""


class StoreClosed(Refused):
    """The issuer's store cannot be used: nothing is minted and nothing changed."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a token is not minted. `rule` is a stable word, `allowed` what the rule would have let pass."""

    rule: str
    sentence: str
    allowed: str = ""


class MintRefused(Refused):
    """A token that the role, the issuer or the state of things does not allow."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence, f"Allowed: {refusal.allowed}" if refusal.allowed else "")
        self.refusal = refusal
