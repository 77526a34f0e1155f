"""Repositories, as far as access is concerned: their rows, one in detail, and which catch-all targets cover them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from jfconsole.domain.fields import Fields, JsonObject, said
from jfconsole.domain.permissions import ANY, ANY_DISTRIBUTION, ANY_LOCAL, ANY_REMOTE
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted

CACHE_SUFFIX: Final = "-cache"
"""What the web UI and item paths add to the key of a remote repository; permissions name the key without it."""


class RepositoryKind(StrEnum):
    """The documented kinds; a newer platform may have others. Source: JFrog REST API "Get Repositories"."""

    LOCAL = "local"
    REMOTE = "remote"
    VIRTUAL = "virtual"
    FEDERATED = "federated"
    DISTRIBUTION = "distribution"
    RELEASE_BUNDLES = "releasebundles"


_CATCH_ALLS: Final[Mapping[str, tuple[str, ...]]] = {
    RepositoryKind.LOCAL: (ANY_LOCAL, ANY),
    RepositoryKind.FEDERATED: (ANY_LOCAL, ANY),
    RepositoryKind.REMOTE: (ANY_REMOTE, ANY),
    RepositoryKind.DISTRIBUTION: (ANY_DISTRIBUTION, ANY),
    RepositoryKind.RELEASE_BUNDLES: (ANY_DISTRIBUTION, ANY),
}
"""Inferred: federated repositories count as local ones, release bundle repositories as distribution ones."""


_OTHER_TYPES: Final = frozenset({"buildinfo", "releasebundles"})


@dataclass(frozen=True, slots=True)
class RepositoryRow:
    """One row of the list. `kind` is in lower case, a RepositoryKind where it is a documented one.

    For a remote repository `url` is where it fetches from.
    """

    key: Untrusted
    kind: Untrusted
    package_type: Untrusted
    url: Untrusted | None = None
    description: Untrusted | None = None

    @property
    def holds_artifacts(self) -> bool:
        """Whether the artifact section of a permission covers it: build info and release bundles have their own."""
        return self.package_type not in _OTHER_TYPES

    @property
    def catch_alls(self) -> tuple[str, ...]:
        """The targets that cover it besides its own key, the narrowest first."""
        return _CATCH_ALLS.get(self.kind, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository in detail, as far as the console uses it; everything else stays in `extra`.

    `members` are the repositories behind a virtual one. Source: JFrog REST API "Repository Configuration JSON".
    """

    key: Untrusted
    kind: Untrusted
    package_type: Untrusted
    description: Untrusted | None = None
    notes: Untrusted | None = None
    include: Untrusted | None = None
    exclude: Untrusted | None = None
    url: Untrusted | None = None
    project: Untrusted | None = None
    environments: tuple[Untrusted, ...] | None = None
    members: tuple[Untrusted, ...] | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)

    def as_object(self) -> JsonObject:
        """The repository as the wire has it; what is not said is left out."""
        known = said(
            key=self.key,
            rclass=self.kind,
            packageType=self.package_type,
            description=self.description,
            notes=self.notes,
            includesPattern=self.include,
            excludesPattern=self.exclude,
            url=self.url,
            projectKey=self.project,
            environments=self.environments,
            repositories=self.members,
        )
        return {**known, **self.extra}


def repository_from(source: Mapping[str, Json], key: str = "") -> Repository:
    """The repository in a wire object; `key` stands in where the object has none."""
    fields = Fields(source)
    return Repository(
        key=fields.text("key") or Untrusted(key),
        kind=fields.text("rclass") or Untrusted(""),
        package_type=fields.text("packageType") or Untrusted(""),
        description=fields.text("description"),
        notes=fields.text("notes"),
        include=fields.text("includesPattern"),
        exclude=fields.text("excludesPattern"),
        url=fields.text("url"),
        project=fields.text("projectKey"),
        environments=fields.names("environments"),
        members=fields.names("repositories"),
        extra=fields.rest,
    )


def repository_record(row: RepositoryRow) -> JsonObject:
    """The row as `--json` prints it; keys are stable."""
    return {
        "key": row.key,
        "kind": row.kind,
        "package_type": row.package_type,
        "url": row.url,
        "description": row.description,
    }
