"""The arguments of the sandbox; light enough to be read by every start of the command line."""

import argparse

SEEDS = ("empty", "demo", "large")
DEFAULT_PORT = 8082
RELEASES = ("7.77", "7.117", "7.146")
DEMO_ALIASES = {
    "https://token.actions.githubusercontent.com": "github",
    "https://gitlab.com": "gitlab",
    "https://ct.acme.test/1b6f6a52-0d5c-4a8e-9f3b-2c7d9e1a4b60/jwt/registry": "strongbox",
}
"""Issuers that the demo's integrations name, and the stand-ins that answer for them."""


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
    parser.add_argument(
        "--trusted-keys",
        metavar="DIR",
        help="believe tokens of platforms whose root certificate lies there; a certificate that was taken in vanishes",
    )
    parser.add_argument(
        "--allow-http-issuers",
        action="store_true",
        help="exchange tokens of OIDC issuers on loopback that speak http (always on with the demo)",
    )
    parser.add_argument(
        "--idp-alias",
        metavar="URL=NAME",
        type=_alias,
        action="append",
        default=[],
        help="let the stand-in at /_sandbox/idp/NAME answer for the OIDC issuer at URL, so that nothing leaves this"
        " machine; may be repeated (the demo has its own)",
    )
    parser.add_argument(
        "--strongbox",
        metavar="URL",
        help="with the demo: the OIDC issuer that its integration strongbox trusts, in the place of a stand-in; its"
        " tokens are for the sandbox's own address",
    )


def _alias(text: str) -> tuple[str, str]:
    url, equals, name = text.rpartition("=")
    if not equals or not name or not url.startswith(("https://", "http://")):
        raise ValueError
    return url, name


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise ValueError
    return port
