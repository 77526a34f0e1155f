"""`jfconsole completion`: what makes a shell complete our commands."""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files
from typing import Final

_SCRIPTS: Final = "shells"


def show(arguments: argparse.Namespace) -> int:
    """Print what the shell has to evaluate. It asks the command itself, so that it never grows stale."""
    script = files("jfconsole.cli").joinpath(_SCRIPTS, f"jfconsole.{arguments.shell}")
    sys.stdout.write(script.read_text(encoding="utf-8"))
    return 0
