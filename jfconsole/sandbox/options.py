"""The arguments of the sandbox; light enough to be read by every start of the command line."""

import argparse

SEEDS = ("empty", "demo", "large")
DEFAULT_PORT = 8082
RELEASES = ("7.77", "7.117", "7.146")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `jfconsole sandbox`."""
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help="0 picks a free one (default: %(default)s)")
    parser.add_argument(
        "--seed",
        choices=SEEDS,
        default="empty",
        help="empty: a fresh platform; demo: a company with a story; large: 20,000 users, 100,000 tokens",
    )
    parser.add_argument(
        "--emulate",
        choices=RELEASES,
        default=RELEASES[-1],
        help="the release whose version is reported and whose fields and rules apply (default: %(default)s)",
    )
    parser.add_argument("--state", metavar="DIR", help="keep the state there, across restarts")
    parser.add_argument("--tls", action="store_true", help="serve https with a certificate authority of its own")


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise ValueError
    return port
