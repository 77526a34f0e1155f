"""A remote registry as facts: what it sends where, what is wrong with it, whom clients here ask."""

from __future__ import annotations

from collections.abc import Sequence

from jfconsole.domain.certificates import certificate_fingerprint
from jfconsole.domain.registries import RemoteRegistry
from jfconsole.domain.registry_checks import RegistryFinding
from jfconsole.services.clients import CLIENTS, login_words
from jfconsole.ui.text import show_name
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine


def registry_sheet(
    registry: RemoteRegistry, findings: Sequence[RegistryFinding], further: Sequence[SheetLine] = ()
) -> Sheet:
    """Everything; `further` stands before what was found."""
    found = [line for one in findings for line in _finding_lines(one)]
    lines = (
        *_exchange(registry),
        *(SheetLine("entry", f"{entry.repository}: {entry.words}") for entry in registry.credentials),
        SheetLine("logins get", _login_words(registry)),
        *(_authorities(registry) or [SheetLine("authorities", "the system's")]),
        *further,
        *(found or [SheetLine("checks", "nothing found", "$text-success")]),
    )
    return Sheet(show_name(registry.address), lines, label_width=14)


def _exchange(registry: RemoteRegistry) -> Sequence[SheetLine]:
    if not registry.exchanges:
        return (SheetLine("exchanged at", "nowhere: its entries send secrets alone"),)
    return (SheetLine("exchanged at", registry.platform), SheetLine("integration", registry.provider_name))


def client_lines(registry: RemoteRegistry) -> list[SheetLine]:
    """Whom clients on this machine ask. Blocks."""
    return [SheetLine(client.partition(",")[0].lower(), login_words(client, registry.address)) for client in CLIENTS]


def _finding_lines(finding: RegistryFinding) -> Sequence[SheetLine]:
    return (SheetLine("beware", finding.sentence, "$text-warning"), SheetLine("to change", finding.fix))


def _authorities(registry: RemoteRegistry) -> Sequence[SheetLine]:
    return [SheetLine("authority", f"SHA-256 {certificate_fingerprint(one)}") for one in registry.ca_cert]


def _login_words(registry: RemoteRegistry) -> str:
    entry = registry.login_entry
    return "nothing: there is no entry for *" if entry is None else f"the entry {entry.repository}: {entry.words}"
