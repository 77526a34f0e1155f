"""Files in repositories: where a path leads, and what is there."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from jfconsole.sandbox.access_rules import CACHE_SUFFIX, Rights
from jfconsole.sandbox.auth import Caller, denied
from jfconsole.sandbox.errors import Message, not_found
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import ArtifactRecord, FolderRecord, RepositoryRecord


@dataclass(frozen=True, slots=True)
class Item:
    """A path in one repository, seen with the rights of one caller."""

    repository: RepositoryRecord
    path: str
    """Without slashes at the ends; empty for the repository itself."""


class Content:
    """What a caller finds. A folder exists while there is a file below it, or because somebody made it."""

    def __init__(self, platform: Platform, caller: Caller) -> None:
        self._platform = platform
        self._caller = caller
        self.rights = Rights(platform, caller)

    def item(self, key: str, path: str) -> Item:
        """Where `path` of the repository called `key` is; `<remote>-cache` leads to the remote repository.

        Matrix parameters (`;name=value`) are not part of a path.

        Raises:
            Refusal: 404, there is no such repository.
        """
        repositories = self._platform.state.repositories
        repository = repositories.get(key)
        if repository is None and key.endswith(CACHE_SUFFIX):
            repository = repositories.get(key.removesuffix(CACHE_SUFFIX))
            repository = repository if repository is not None and repository.rclass == "remote" else None
        if repository is None:
            raise not_found(Message.REPOSITORY_NOT_FOUND.format(name=key))
        parts = (part for part in path.partition(";")[0].split("/") if part)
        return Item(repository, "/".join(parts))

    def file(self, item: Item) -> ArtifactRecord:
        """The file at `item`, which in a virtual repository is that of its first member to have it.

        Raises:
            Refusal: 404; 403 (401 for `anonymous`) if the caller may not read it, or may not fetch what a remote
                repository has not cached (conan-io/conan#5271). Inferred: no upstream ever has it.
        """
        found = None
        refused = True
        for member in self._members(item):
            record = self.at(member)
            if record is not None and self._may("READ", member):
                found = found or record
            missing_in_cache = record is None and member.repository.rclass == "remote"
            refused = refused and not self._may("WRITE" if missing_in_cache else "READ", member)
        if found is None:
            raise denied(self._caller, Message.FORBIDDEN) if refused else not_found(Message.FILE_NOT_FOUND)
        return found

    def found(self, item: Item) -> ArtifactRecord | None:
        """The file at `item`, as `file` finds it; None where there is no file, but perhaps a folder.

        Raises:
            Refusal: 403 (401 for `anonymous`), the caller may not read it.
        """
        return self.file(item) if any(self.at(member) for member in self._members(item)) else None

    def at(self, item: Item) -> ArtifactRecord | None:
        """The file at `item` itself, whoever asks."""
        return self._platform.state.artifacts.get(f"{item.repository.repo_key}/{item.path}")

    def below(self, item: Item) -> list[ArtifactRecord]:
        """The files below the folder `item` that the caller can read, in order of their paths.

        Raises:
            Refusal: 403 (401 for `anonymous`), the caller may not see the folder.
        """
        members = list(self._members(item))
        if not any(self._may("READ", member, folder=True) for member in members):
            raise denied(self._caller, Message.FORBIDDEN)
        found = (record for member in members for record in self.inside(member))
        return sorted(filter(self.readable, found), key=lambda record: (record.path, record.repository))

    def roots(self) -> Iterator[Item]:
        """The repositories in which there is anything that the caller may see, by key."""
        state = self._platform.state
        for key in sorted({one.repository for one in state.artifacts} | {one.repository for one in state.folders}):
            repository = state.repositories.get(key)
            if repository is not None and self.rights.may("READ", repository, "", folder=True):
                yield Item(repository, "")

    def everything(self) -> Iterator[ArtifactRecord]:
        """All files that the caller can read, by repository and path."""
        for root in self.roots():
            yield from self.below(root)

    def readable(self, record: ArtifactRecord) -> bool:
        """Whether the caller may read a file."""
        return self._may("READ", self._place(record))

    def inside(self, item: Item) -> list[ArtifactRecord]:
        """All files below the folder `item`, whoever asks."""
        start = f"{item.path}/" if item.path else ""
        return [
            record
            for record in self._platform.state.artifacts
            if record.repository == item.repository.repo_key and record.path.startswith(start)
        ]

    def folder(self, item: Item) -> FolderRecord | None:
        """What is kept of the folder at `item`, if anything, whoever asks."""
        return self._platform.state.folders.get(f"{item.repository.repo_key}/{item.path}")

    def made_inside(self, item: Item) -> list[FolderRecord]:
        """The folders below `item`, and `item` itself, of which something is kept, whoever asks."""
        return [
            record
            for record in self._platform.state.folders
            if record.repository == item.repository.repo_key
            and (record.path == item.path or record.path.startswith(f"{item.path}/" if item.path else ""))
        ]

    def folders_below(self, item: Item) -> list[str]:
        """Paths of all folders below `item` that the caller can read, in order."""
        paths = {parent for record in self.below(item) for parent in _parents(record.path)}
        paths |= {path for record in self.made(item) for path in (record.path, *_parents(record.path))}
        start = f"{item.path}/" if item.path else ""
        return sorted(path for path in paths if path.startswith(start) and path != item.path)

    def made(self, item: Item) -> list[FolderRecord]:
        """The folders of which something is kept, below `item` or in what it stands for, that the caller can read."""
        found = (record for member in self._members(item) for record in self.made_inside(member))
        return [record for record in found if self._may("READ", self._place(record), folder=True)]

    def require(self, action: str, item: Item, message: str) -> None:
        """Raises: Refusal 403 (401 for `anonymous`) unless the caller may do `action` there."""
        if not self._may(action, item):
            raise denied(self._caller, message)

    def _may(self, action: str, item: Item, *, folder: bool = False) -> bool:
        return self.rights.may(action, item.repository, item.path, folder=folder)

    def _place(self, record: ArtifactRecord | FolderRecord) -> Item:
        repository = self._platform.state.repositories.get(record.repository)
        assert repository is not None
        return Item(repository, record.path)

    def _members(self, item: Item) -> Iterator[Item]:
        """`item` itself, or the same path in the members of a virtual repository, which may be virtual again."""
        if item.repository.rclass != "virtual":
            yield item
            return
        for key in item.repository.repositories:
            member = self._platform.state.repositories.get(key)
            if member is not None and member.repo_key != item.repository.repo_key:
                yield from self._members(Item(member, item.path))


def _parents(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def checksums(record: ArtifactRecord) -> dict[str, str]:
    """The three checksums that Artifactory keeps."""
    md5 = hashlib.md5(record.content, usedforsecurity=False).hexdigest()
    sha1 = hashlib.sha1(record.content, usedforsecurity=False).hexdigest()
    return {"sha1": sha1, "md5": md5, "sha256": hashlib.sha256(record.content).hexdigest()}
