"""`python -m jfconsole.sandbox`."""

import argparse
import sys

from jfconsole.sandbox.options import add_arguments
from jfconsole.sandbox.server import run

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="jfconsole sandbox", description="A JFrog Platform in one process.")
    add_arguments(parser)
    sys.exit(run(parser.parse_args()))
