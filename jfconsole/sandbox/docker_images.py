"""Images in Docker repositories, as Artifactory lays them out: `<image>/<tag>/manifest.json`, blobs beside it."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from jfconsole.sandbox.content import Content, Item
from jfconsole.sandbox.errors import Refusal, not_found
from jfconsole.sandbox.records import ArtifactRecord, RepositoryRecord

PACKAGE_TYPES = frozenset({"docker", "oci", "helmoci"})
_MANIFESTS = ("manifest.json", "list.manifest.json")
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_BLOB = "sha256__"
_MEDIA_TYPE = re.compile(r"application/[a-z0-9.+-]{1,120}")


def digest(record: ArtifactRecord) -> str:
    """The name of a blob or manifest by its content."""
    return f"sha256:{hashlib.sha256(record.content).hexdigest()}"


def manifest_type(record: ArtifactRecord) -> str:
    """What a manifest is served as: what it calls itself, which clients insist on, else as what it was deployed.

    Source: OCI image specification, manifest.md, `mediaType`. Inferred: that Artifactory looks there.
    """
    try:
        said = json.loads(record.content)["mediaType"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return record.media_type
    return said if isinstance(said, str) and _MEDIA_TYPE.fullmatch(said) else record.media_type


@dataclass(frozen=True, slots=True)
class Images:
    """What one caller can pull from one repository. Whoever may not read something is refused as for any file."""

    content: Content
    repository: RepositoryRecord

    def names(self) -> list[str]:
        """Images with a manifest that can be read."""
        found = (self._tagged(record) for record in self._below(""))
        return sorted({image for image, tag in found if tag})

    def tags(self, image: str) -> list[str]:
        """Tags of `image`.

        Raises:
            Refusal: 403, or 404 if there are none.
        """
        found = {tag for name, tag in map(self._tagged, self._below(image)) if name == image and tag}
        if not found:
            raise not_found(image)
        return sorted(found)

    def manifest(self, image: str, reference: str) -> ArtifactRecord:
        """The manifest that a tag or a digest names.

        Raises:
            Refusal: 403 or 404.
        """
        if _DIGEST.fullmatch(reference):
            return self._by_digest(image, reference, manifests=True)
        refused = not_found(reference)
        for name in _MANIFESTS:
            try:
                return self.content.file(Item(self.repository, f"{image}/{reference}/{name}"))
            except Refusal as refusal:
                refused = refusal
        raise refused

    def blob(self, image: str, reference: str) -> ArtifactRecord:
        """The layer or configuration that a digest names.

        Raises:
            Refusal: 403 or 404.
        """
        return self._by_digest(image, reference, manifests=False)

    def _by_digest(self, image: str, reference: str, *, manifests: bool) -> ArtifactRecord:
        for record in self._below(image):
            named = record.path.rpartition("/")[2]
            fits = named in _MANIFESTS if manifests else named.startswith(_BLOB)
            if fits and digest(record) == reference:
                return record
        raise not_found(reference)

    def _below(self, folder: str) -> list[ArtifactRecord]:
        return self.content.below(Item(self.repository, folder))

    def _tagged(self, record: ArtifactRecord) -> tuple[str, str]:
        """Image and tag of a manifest; two empty texts for anything else."""
        folder, _, name = record.path.rpartition("/")
        image, _, tag = folder.rpartition("/")
        return (image, tag) if name in _MANIFESTS and image else ("", "")


def docker_repositories(repositories: Iterator[RepositoryRecord]) -> list[RepositoryRecord]:
    """Those that hold images, by key."""
    return sorted((one for one in repositories if one.package_type in PACKAGE_TYPES), key=lambda one: one.key)
