"""The one family of errors that services raise and front ends show.

ConsoleError
├── UsageError            the request makes no sense as typed
│   └── NothingToChange   everything is as wanted already
├── Refused               we will not do it (read-only, own token, confirmation missing)
│   ├── ReadOnly          a write in read-only mode
│   ├── PlanMoved         the platform changed since the plan was reviewed
│   └── JournalClosed     the journal cannot be written, so nothing may be changed
├── Unreachable           no answer: name, connection, deadline
│   ├── TlsUntrusted      the certificate does not check
│   └── DeadlineExceeded  the answer did not come, or not fully, in time
├── OutcomeUnknown        a change was sent and its answer is lost
├── BadResponse           an answer that is no JFrog answer
│   ├── Redirected        a redirect, which is never followed
│   └── TooLarge          an answer beyond its size or depth cap
└── Rejected              the platform said no
    ├── NotAuthenticated  401
    ├── NotAllowed        403
    ├── NotFound          404
    ├── Conflict          409
    ├── RateLimited       429
    └── ServerFailed      5xx
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from jfconsole.domain.text import Untrusted


class ExitCode(IntEnum):
    """Exit codes of every verb."""

    OK = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    NOT_FOUND = 4
    UNKNOWN_OUTCOME = 5


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """What the platform answered, for the detail pane and for a ticket; its texts are hostile until shown."""

    method: str = ""
    path: str = ""
    status: int | None = None
    code: Untrusted | None = None
    server_text: Untrusted | None = None
    request_id: Untrusted | None = None


class ConsoleError(Exception):
    """Something did not work. `message` says what and why to a person, `hint` what to do now."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, message: str, hint: str = "", detail: ErrorDetail | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail or ErrorDetail()


class UsageError(ConsoleError):
    """The request makes no sense as typed."""

    exit_code = ExitCode.USAGE


class NothingToChange(UsageError):
    """Everything is as wanted already, so there is nothing to plan."""


class Refused(ConsoleError):
    """We will not do it, and say which rule stands in the way."""

    exit_code = ExitCode.REFUSED


class ReadOnly(Refused):
    """A write in read-only mode; nothing was sent."""


class PlanMoved(Refused):
    """What the plan would change is no longer as it was reviewed; nothing was sent."""


class JournalClosed(Refused):
    """The journal cannot be written: changes are refused, reading goes on."""


class Unreachable(ConsoleError):
    """No answer came: the name does not resolve, nothing listens, or the connection broke."""


class TlsUntrusted(Unreachable):
    """The server's certificate does not check against the trusted authorities."""


class DeadlineExceeded(Unreachable):
    """The answer did not come, or not fully, within the total deadline."""


class OutcomeUnknown(ConsoleError):
    """A change was sent and its answer is lost: it may have happened."""

    exit_code = ExitCode.UNKNOWN_OUTCOME


class BadResponse(ConsoleError):
    """An answer that no JFrog Platform gives: HTML, broken JSON, a wrong shape."""


class Redirected(BadResponse):
    """The platform answered with a redirect. It is never followed: credentials stay with their origin."""


class TooLarge(BadResponse):
    """An answer beyond its size or depth cap; it was not read to the end."""


class Rejected(ConsoleError):
    """The platform understood and said no."""


class NotAuthenticated(Rejected):
    """401: the token is wrong, expired or revoked."""


class NotAllowed(Rejected):
    """403: the token is good, yet may not do this."""


class NotFound(Rejected):
    """404: there is no such object, or this token may not see it."""

    exit_code = ExitCode.NOT_FOUND


class Conflict(Rejected):
    """409: an object of that name exists."""


class RateLimited(Rejected):
    """429: too many calls. `retry_after` is what the server asked for, in seconds."""

    def __init__(
        self,
        message: str,
        hint: str = "",
        detail: ErrorDetail | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint, detail)
        self.retry_after = retry_after


class ServerFailed(Rejected):
    """5xx: the platform or something in front of it failed."""
