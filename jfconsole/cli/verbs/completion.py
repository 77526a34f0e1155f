"""`jfconsole completion`: what makes a shell complete our commands."""

from __future__ import annotations

import argparse
import sys


def show(arguments: argparse.Namespace) -> int:
    """Print what the shell has to evaluate. It asks the command itself, so that it never grows stale."""
    from argcomplete.shell_integration import shellcode

    sys.stdout.write(shellcode(["jfconsole"], shell=arguments.shell))
    return 0
