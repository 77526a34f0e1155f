"""What a platform says about itself: pings, versions, service ids, the certificate behind its tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

import msgspec

from jfconsole.domain.errors import BadResponse, NotAllowed
from jfconsole.domain.requests import CallClass, Request
from jfconsole.domain.text import Untrusted, visible
from jfconsole.jfrog.answers import text, typed
from jfconsole.jfrog.sender import Answer, Sender

_SERVICE_ID: Final = re.compile(r"[a-z][a-z-]*@[0-9a-z]+", re.ASCII)
_PONG: Final = re.compile(r"(?<![A-Za-z])(?:OK|UP)(?![A-Za-z])")
_ADMIN_PROBE: Final = "/access/api/v1/config/security/authentication/basic_authentication_enabled"


class Service(StrEnum):
    """The parts of a platform that answer a ping without credentials."""

    ARTIFACTORY = "artifactory"
    ACCESS = "access"
    ROUTER = "router"


_PINGS: Final = {
    Service.ARTIFACTORY: "/artifactory/api/system/ping",
    Service.ACCESS: "/access/api/v1/system/ping",
    Service.ROUTER: "/router/api/v1/system/ping",
}


class _ArtifactoryVersion(msgspec.Struct, frozen=True):
    version: str


class _AccessVersion(msgspec.Struct, frozen=True):
    name: str


class _Licence(msgspec.Struct, frozen=True):
    type: str = ""
    validThrough: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """Its kind, such as `Enterprise Plus`, and until when it holds, in epoch seconds; None for no end that is told."""

    kind: Untrusted
    valid_until: float | None


async def ping(sender: Sender, service: Service = Service.ARTIFACTORY) -> None:
    """Return when the service is up; needs no credentials.

    The body is `OK`, or JSON with `"status": "UP"` on newer platforms: what counts is that it is one of these.
    Source: jfrog/jfrog-client-go:tests/accessping_test.go, jfrog/jfrog-cli (TestApiGetAccessPing).
    """
    await sender.send(_get(_PINGS[service], anonymous=True), _pong)


async def clock(sender: Sender) -> float | None:
    """The platform's time in epoch seconds, as its answers carry it; None where they do not.

    Source of the header: RFC 9110, section 6.6.1.
    """
    return await sender.send(_get(_PINGS[Service.ARTIFACTORY], anonymous=True), _date)


async def artifactory_version(sender: Sender) -> Untrusted:
    """Such as `7.146.10`. Source: JFrog REST API "Get Version and Add-ons Information"."""
    return await sender.send(
        _get("/artifactory/api/system/version"), lambda answer: Untrusted(typed(answer, _ArtifactoryVersion).version)
    )


async def access_version(sender: Sender) -> Untrusted:
    """The version stands in `name`. Source: jfrog/terraform-provider-shared:util/util.go (GetAccessVersion)."""
    return await sender.send(
        _get("/access/api/v1/system/version"), lambda answer: Untrusted(typed(answer, _AccessVersion).name)
    )


async def licence(sender: Sender) -> Licence:
    """The licence in force; not everyone may read it.

    Source: JFrog REST API "License Information"; `{"type", "validThrough", "licensedTo"}`.
    """
    return await sender.send(_get("/artifactory/api/system/license"), _licence)


async def service_id(sender: Sender) -> Untrusted:
    """Artifactory's service id, `jfrt@01…`; admins only.

    Source: jfrog/jfrog-client-go:artifactory/services/system.go.
    """
    return await sender.send(_get("/artifactory/api/system/service_id"), _service_id)


async def root_certificate(sender: Sender) -> bytes:
    """The certificate (DER) whose key signs this platform's access tokens; admin tokens only.

    Plain base64 of the DER, without armour. Source: JFrog REST API "Get Root Certificate";
    jfrog/vault-plugin-secrets-artifactory:artifactory.go.
    """
    return await sender.send(_get("/access/api/v1/cert/root"), _der)


async def is_admin(sender: Sender) -> bool:
    """Whether the token is an administrator's: 200 for one (its body is not documented), 403 for another good token.

    Source: JFrog's own probe, jfrog/jfrog-skills (onboarding api-reference.md). Raises NotFound where the platform
    lacks the setting.
    """
    try:
        await sender.send(_get(_ADMIN_PROBE), text)
    except NotAllowed:
        return False
    return True


def _get(path: str, *, anonymous: bool = False) -> Request:
    return Request(method="GET", path=path, call_class=CallClass.SAFE, anonymous=anonymous)


def _date(answer: Answer) -> float | None:
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    except (TypeError, ValueError):
        return None


def _pong(answer: Answer) -> None:
    said = text(answer)
    if not _PONG.search(said):
        raise BadResponse(
            f"The answer to a ping is “{visible(said[:100])}” instead of OK",
            "Check the URL: it must be the platform's base URL",
        )


def _licence(answer: Answer) -> Licence:
    found = typed(answer, _Licence)
    try:
        until = datetime.strptime(found.validThrough, "%b %d, %Y").replace(tzinfo=UTC).timestamp()
    except ValueError:
        until = None
    return Licence(Untrusted(found.type), until)


def _service_id(answer: Answer) -> Untrusted:
    said = text(answer, longest=200)
    if not _SERVICE_ID.fullmatch(said):
        raise BadResponse(
            f"The answer is “{visible(said[:100])}”, where a service id such as jfrt@01… was expected",
            "Check the URL: it must be the platform's base URL",
        )
    return said


def _der(answer: Answer) -> bytes:
    import base64
    import binascii

    try:
        return base64.b64decode(text(answer), validate=True)
    except binascii.Error as error:
        raise BadResponse(
            "The answer is no base64, where the root certificate was expected",
            "Check the URL: it must be the platform's base URL",
        ) from error
