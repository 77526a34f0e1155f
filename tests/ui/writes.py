"""What a console sent, and whether what it shows is harmless."""

from __future__ import annotations

from tests.support.console import Hands
from tests.support.sandbox import RunningSandbox


def sent(sandbox: RunningSandbox) -> list[tuple[str, str, object]]:
    """What the console wrote: method, path, body."""
    return [
        (request["method"], request["path"], request["body"])
        for request in sandbox.requests()
        if request["headers"].get("user-agent", "").startswith("jfconsole") and request["method"] != "GET"
    ]


def assert_harmless(hands: Hands) -> None:
    """Nothing on the screen controls the terminal or can be clicked to act."""
    for strip in hands.app.screen._compositor.render_strips():
        for segment in strip:
            assert segment.text.isprintable() or not segment.text.strip(), repr(segment.text)
            assert segment.style is None or "@click" not in segment.style.meta
