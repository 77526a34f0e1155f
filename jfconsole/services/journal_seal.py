"""The journal under the key of the vault: what stood in it when it was sealed cannot be changed unnoticed any more.

A seal is a row in the audit trail of the local issuer, which has a key: it says where the journal ended. Edits, missing
events, another order and a cut end are found up to there. What comes behind it is found damaged by accident only, until
the next seal; a chain that does not fit is never sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from jfconsole.domain.errors import ConsoleError
from jfconsole.issuer.store import DATABASE, FOLDER
from jfconsole.services.journal_chain import BEGINNING, Mark, Verification

if TYPE_CHECKING:
    from jfconsole.domain.requests import Json
    from jfconsole.issuer.backend import LocalIssuer
    from jfconsole.services.journal import Journal


def has_vault(state: Path) -> bool:
    """Whether there is a vault at all, below the folder of the console's state."""
    return (state / FOLDER / DATABASE).exists()


def seal(journal: Journal, issuer: LocalIssuer) -> None:
    """Seal what has come since the last seal, if it fits. Raises VaultLocked, StoreClosed, Damaged, JournalClosed."""
    issuer.vault.key()
    before = _mark(issuer.journal_mark()) or BEGINNING
    if before != BEGINNING and not journal.has(before):
        return
    found = journal.verify(before)
    if found.intact and found.end != before:
        issuer.seal_journal({"seq": found.end.seq, "hash": found.end.hash})


def seal_unattended(journal: Journal, state: Path) -> None:
    """Seal it where the vault opens by itself; where it does not, the next one that is open does."""
    if not has_vault(state):
        return
    from jfconsole.issuer.backend import LocalIssuer  # here: most have no vault, and it loads cryptography

    with suppress(ConsoleError), closing(LocalIssuer(state / FOLDER)) as issuer:
        issuer.vault.unlock_unattended()
        seal(journal, issuer)


def verify(journal: Journal, issuer: LocalIssuer | None) -> Verification:
    """Check the journal, and compare it with its seal where a vault is open. Raises as `seal`."""
    found = journal.verify()
    if not found.intact or issuer is None or not issuer.vault.status().exists:
        return found
    if issuer.vault.locked:
        return replace(found, locked=True)
    if not issuer.verify_audit().intact:
        return replace(found, broken_at=1, problem="the vault's audit trail, which has its seal, is damaged itself")
    mark = _mark(issuer.journal_mark())
    if mark is None:
        return replace(found, sealed=0)
    if found.events < mark.seq:
        return replace(found, broken_at=found.events + 1, problem="the end is cut off")
    if not journal.has(mark):
        return replace(found, broken_at=mark.seq, problem="it is not the one that was sealed")
    return replace(found, sealed=mark.seq)


def _mark(sealed: Mapping[str, Json] | None) -> Mark | None:
    return None if sealed is None else Mark(int(str(sealed["seq"])), str(sealed["hash"]))
