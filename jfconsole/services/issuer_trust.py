"""Who on a platform relies on the local issuer: whom an emergency reaches."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.integrations import Integration
from jfconsole.domain.text import visible
from jfconsole.services.directory import Directory

NOT_ASKED: Final = (
    "No platform is connected: see yourself which integrations trust the issuer, and what gets in by them"
)


async def reach(directory: Directory, issuers: Collection[str]) -> tuple[str, ...]:
    """The integrations that trust one of these issuers, by their URLs, with their mappings, as sentences.

    Where the platform cannot be asked, that is the sentence: an emergency does not wait for it.
    """
    try:
        trusted = await trusting(directory, issuers)
        found = [(row.name, await directory.integrations.fetch_mappings(row.name)) for row in trusted]
    except ConsoleError as error:
        return (asking_failed(error),)
    host = visible(directory.origin)
    if not found:
        return (f"No integration on {host} trusts it",)
    return tuple(
        f"On {host} the integration {visible(name)} trusts it"
        + (f"; disable its mappings: {', '.join(visible(mapping.name) for mapping in mappings)}" if mappings else "")
        for name, mappings in found
    )


async def trusting(directory: Directory, issuers: Collection[str]) -> tuple[Integration, ...]:
    """The integrations that trust one of these issuers, by their URLs. Raises the ConsoleError family."""
    return tuple(row for row in (await directory.integrations.list()).views if _trusts(row, issuers))


def asking_failed(error: ConsoleError) -> str:
    """What is said where the platform cannot be asked."""
    return f"Which integrations trust it could not be asked: {error.message}"


def _trusts(integration: Integration, issuers: Collection[str]) -> bool:
    return (integration.issuer_url or "") in issuers or (integration.token_issuer or "") in issuers
