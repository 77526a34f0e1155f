"""Secrets by their shape, taken out of texts that were never meant to carry one: tracebacks, log lines, crash files.

This is the last net, not the first: a secret is a `Secret` and does not get into such a text. What cannot be told
from ordinary words by its shape (a short password, say) passes through.
"""

from __future__ import annotations

import logging
import re
import traceback
from typing import Final

from jfconsole.domain.secret import MASK

_NAMES: Final = (
    r"(?:access|refresh|id|subject|reference)_?token|token|client_?secret|secret|password|passphrase|api_?key"
)

_RULES: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # PEM private keys of every kind, also when the end is cut off.
        (r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z ]*-----|\Z)", f"{MASK} (private key)"),
        # Headers that carry credentials: everything up to the closing quote or the end of the line.
        (
            r"(?i)\b((?:proxy-)?authorization|x-jfrog-art-api|(?:set-)?cookie)(b?[\"']?\s*[:=,]\s*b?[\"']?)[^\"'\r\n]+",
            rf"\1\2{MASK}",
        ),
        (r"(?i)\b(bearer|basic)(\s+)[A-Za-z0-9+/=._~-]{8,}", rf"\1\2{MASK}"),
        # JWTs (`eyJ` is `{"` in base64), reference tokens (`reftkn` in base64) and API keys.
        (r"eyJ[A-Za-z0-9_=-]{7,}(?:\.[A-Za-z0-9_=-]*){0,4}", f"{MASK} (JWT)"),
        (r"cmVmdGtu[A-Za-z0-9+/=_-]{4,}", f"{MASK} (reference token)"),
        (r"AKCp[0-9][A-Za-z0-9]{10,}", f"{MASK} (API key)"),
        # Credentials in a URL.
        (r"(://)[^/\s:@\"']*:[^/\s@\"']+@", rf"\1{MASK}@"),
        # `"password": "…"` and `password='…'`, also inside escaped JSON.
        (
            rf"(?i)\b({_NAMES})(\\?[\"']?\s*[:=]\s*)(\\?[\"'])(?!{MASK})[^\"'\\\r\n]+",
            rf"\1\2\3{MASK}",
        ),
    )
)


def redact(text: str) -> str:
    """The text with everything that has the shape of a secret replaced by a mask. Redacting twice changes nothing."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


class RedactingFilter(logging.Filter):
    """Redacts message, arguments, traceback and stack of a log record.

    Put it on handlers: a logger's filters do not see the records of its children.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record pass, redacted."""
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info and record.exc_info[1]:
            record.exc_text = "".join(traceback.format_exception(record.exc_info[1])).rstrip("\n")
            record.exc_info = None
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True
