"""What can be said about a repository: line by line, and what a filter may ask."""

from __future__ import annotations

from collections.abc import Sequence

from jfconsole.domain.filters import FieldSpec, Getter, Schema
from jfconsole.domain.repositories import Repository, RepositoryKind, RepositoryRow
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import NOT_SAID, Fact

REMOTE_CAVEAT = (
    "READ on a remote repository covers what its cache holds; fetching something new takes WRITE, "
    "which JFrog calls Deploy/Cache"
)
"""Source: JFrog help, "Permission Details"; conan-io/conan#5271."""


def repository_schema() -> Schema[RepositoryRow]:
    """The filter schema of repository lists."""
    return Schema(
        lambda row: f"{row.key}\n{row.package_type}\n{row.description or ''}".lower(),
        {
            FieldSpec("key", "text", ("name", "repo"), "its key"): lambda row: row.key,
            FieldSpec("kind", "choice", ("type", "rclass"), "its kind", tuple(RepositoryKind)): lambda row: row.kind,
            FieldSpec("package", "text", ("packagetype",), "its package type"): lambda row: row.package_type,
            FieldSpec("url", "text", (), "its URL, or where it fetches from"): lambda row: row.url,
            FieldSpec("description", "text", ("desc",), "its description"): lambda row: row.description,
            FieldSpec("local", "flag", (), "it is local"): _is_a(RepositoryKind.LOCAL),
            FieldSpec("remote", "flag", (), "it fetches from elsewhere"): _is_a(RepositoryKind.REMOTE),
            FieldSpec("virtual", "flag", (), "it stands for others"): _is_a(RepositoryKind.VIRTUAL),
        },
    )


def _is_a(kind: str) -> Getter[RepositoryRow]:
    return lambda row: row.kind == kind


def describe_repository(repository: Repository) -> tuple[Fact, ...]:
    """What matters about a repository for access; cleaned text."""
    lines = [
        Fact("key", visible(repository.key)),
        Fact("kind", visible(repository.kind) or NOT_SAID),
        Fact("package type", visible(repository.package_type) or NOT_SAID),
        Fact("description", visible(repository.description) if repository.description else "none"),
        Fact("includes", visible(repository.include) if repository.include else "everything"),
        Fact("excludes", visible(repository.exclude) if repository.exclude else "nothing"),
        Fact("project", visible(repository.project) if repository.project else "none"),
        Fact("environments", _names(repository.environments)),
    ]
    if repository.url:
        lines.append(Fact("fetches from", visible(repository.url)))
    if repository.members is not None:
        lines.append(Fact("members", _names(repository.members)))
        lines.append(Fact("beware", "Permissions hold for the members: a virtual repository has none of its own"))
    if repository.kind == RepositoryKind.REMOTE.value:
        lines.append(Fact("beware", REMOTE_CAVEAT))
    return tuple(lines)


def _names(names: Sequence[str] | None) -> str:
    return ", ".join(map(visible, names or ())) or "none"
