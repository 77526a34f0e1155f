"""Where a call goes, for the sentences of its errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jfconsole.domain.errors import ErrorDetail
from jfconsole.domain.text import Untrusted


@dataclass(frozen=True, slots=True)
class CallSite:
    """One call as errors speak of it. `source` says where URL and token came from; `path` has no query."""

    url: str
    host: str
    method: str
    path: str
    source: str
    anonymous: bool

    def detail(
        self,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        code: str | None = None,
        server_text: str | None = None,
    ) -> ErrorDetail:
        """For the detail pane: the call, and what came back."""
        return ErrorDetail(
            method=self.method,
            path=self.path,
            status=status,
            code=_untrusted(code),
            server_text=_untrusted(server_text),
            request_id=request_id(headers),
        )


def request_id(headers: Mapping[str, str] | None) -> Untrusted | None:
    """The platform's own id of the call, which its logs carry."""
    return _untrusted((headers or {}).get("x-request-id"))


def _untrusted(text: str | None) -> Untrusted | None:
    return Untrusted(text) if text else None
