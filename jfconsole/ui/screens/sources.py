"""Where forms get names to choose from: everything that there is on the platform, over all pages."""

from __future__ import annotations

from collections.abc import Sequence

from jfconsole.services.directory import Directory
from jfconsole.ui.widgets.form_body import Sources


def sources_of(directory: Directory) -> Sources:
    """Sources by the names that fields use."""

    async def groups() -> Sequence[str]:
        return await directory.groups.search("")

    async def users() -> Sequence[str]:
        return [row.username for row in await directory.users.search("")]

    async def repositories() -> Sequence[str]:
        return [row.key for row in (await directory.repositories.list()).views]

    return {"groups": groups, "members": users, "users": users, "repositories": repositories}
