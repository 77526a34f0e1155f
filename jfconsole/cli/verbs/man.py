"""`jfconsole man`: the manual, made of what this version is."""

from __future__ import annotations

import argparse
import sys

from jfconsole.cli.manual import manual


def show(arguments: argparse.Namespace) -> int:
    """Print the page for `man`, or the reference as Markdown."""
    if arguments.markdown:
        from jfconsole.cli.manual_markdown import markdown

        sys.stdout.write(markdown(manual()))
    else:
        from jfconsole.cli.manual_roff import roff

        sys.stdout.write(roff(manual()))
    return 0
