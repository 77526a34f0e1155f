"""Repositories as Artifactory's API reads and writes them."""

import re
from typing import Any

from msgspec.structs import replace

from jfconsole.sandbox import fields as f
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import RepositoryRecord

CLASSES = ("local", "remote", "virtual", "federated", "distribution")
_KEY = re.compile(r"[^\s/\\:|?*\"<>]{1,64}")
_OWN = frozenset({"key", "rclass", "packageType", "description", "url", "repositories", "projectKey", "environments"})
_CAPITALISED = {
    "buildinfo": "BuildInfo",
    "releasebundles": "ReleaseBundles",
    "rubygems": "RubyGems",
    "nuget": "NuGet",
    "pypi": "Pypi",
    "huggingfaceml": "HuggingFaceML",
}
_LAYOUTS = {"maven": "maven-2-default", "npm": "npm-default", "nuget": "nuget-default", "generic": "simple-default"}


def created(platform: Platform, key: str, fields: f.Fields) -> RepositoryRecord:
    """A new repository called `key`.

    Raises:
        Refusal: 400.
    """
    if not _KEY.fullmatch(key) or key in (".", "..") or fields.get("key", key) != key:
        raise bad_request(Message.REPOSITORY_KEY.format(name=key))
    rclass = f.text(fields, "rclass", 32)
    if rclass not in CLASSES:
        raise bad_request(Message.REPOSITORY_CLASS.format(name=rclass))
    package_type = f.text(fields, "packageType", 64) or "generic"
    return updated(platform, RepositoryRecord(key, rclass, package_type.lower()), fields)


def updated(platform: Platform, repository: RepositoryRecord, fields: f.Fields) -> RepositoryRecord:
    """`repository` with what `fields` say.

    Raises:
        Refusal: 400.
    """
    rclass = f.text(fields, "rclass", 32)
    if rclass is not None and rclass != repository.rclass:
        raise bad_request(Message.REPOSITORY_CLASS_FIXED.format(name=repository.key, rclass=repository.rclass))
    texts = {"description": "description", "url": "url", "projectKey": "project_key"}
    changes: dict[str, Any] = {
        attribute: f.text(fields, name, 10_000) for name, attribute in texts.items() if name in fields
    }
    if "description" in changes:
        changes["description"] = changes["description"] or ""
    changes |= {name: f.names(fields, name) or [] for name in ("repositories", "environments") if name in fields}
    config = repository.config | {name: value for name, value in fields.items() if name not in _OWN}
    changed = replace(repository, **changes, config=config)
    _check(platform, changed)
    return changed


def _check(platform: Platform, repository: RepositoryRecord) -> None:
    if repository.rclass == "remote" and not repository.url:
        raise bad_request(Message.REPOSITORY_URL.format(name=repository.key))
    for member in repository.repositories if repository.rclass == "virtual" else ():
        if member not in platform.state.repositories:
            raise bad_request(Message.REPOSITORY_MEMBER.format(name=member))


def listed(repository: RepositoryRecord, base: str) -> dict[str, object]:
    """A row of the list: `type` in capitals, `packageType` capitalised, no description if there is none."""
    row: dict[str, object] = {"key": repository.key}
    if repository.description:
        row["description"] = repository.description
    url = repository.url if repository.rclass == "remote" else f"{base}/artifactory/{repository.key}"
    row |= {"type": repository.rclass.upper(), "url": url}
    return row | {"packageType": capitalised(repository.package_type)}


def capitalised(package_type: str) -> str:
    """A package type as lists show it."""
    return _CAPITALISED.get(package_type, package_type.capitalize())


def configuration(repository: RepositoryRecord, *, partial: bool = False) -> dict[str, object]:
    """The configuration; `partial` is what those see who do not administer the platform."""
    body: dict[str, object] = {
        "key": repository.key,
        "rclass": repository.rclass,
        "packageType": repository.package_type,
        "description": repository.description,
    }
    if partial:
        return body
    body |= {
        "notes": "",
        "includesPattern": "**/*",
        "excludesPattern": "",
        "repoLayoutRef": _LAYOUTS.get(repository.package_type, "simple-default"),
        "projectKey": repository.project_key or "",
        "environments": repository.environments,
    }
    if repository.rclass == "remote":
        body["url"] = repository.url
    if repository.rclass == "virtual":
        body["repositories"] = repository.repositories
    return body | repository.config
