"""Options that build the scope and the audience of a token, for every verb that makes one."""

from __future__ import annotations

import argparse


def add_scope(parser: argparse.ArgumentParser, title: str) -> None:
    """Options that build a scope."""
    scope = parser.add_argument_group(title)
    scope.add_argument("--scope-user", action="store_true", help="everything its user may do")
    scope.add_argument("--admin", action="store_true", help="administer the whole platform")
    scope.add_argument(
        "--group", metavar="NAME", nargs="+", action="extend", default=[], help="what members of these groups may do"
    )
    scope.add_argument(
        "--role", metavar="PROJECT:ROLE[,…]", action="append", default=[], help="what roles of a project may do"
    )
    scope.add_argument(
        "--repo",
        metavar="REPO[/PATH]:r,w",
        action="append",
        default=[],
        help="in a repository or a path: r read, w deploy, d delete, a annotate, m manage, or * for all",
    )
    scope.add_argument(
        "--system", metavar="AREA:r", action="append", default=[], help="on an area of the platform, such as metrics"
    )
    scope.add_argument("--scope", metavar="SCOPE", help="a whole scope string instead; --plan explains it")


def add_services(parser: argparse.ArgumentParser, title: str) -> None:
    """Options that build an audience."""
    services = parser.add_argument_group(title)
    services.add_argument(
        "--service",
        metavar="NAME",
        nargs="+",
        action="extend",
        default=[],
        help="such as Artifactory, Xray, Distribution; a service type such as jfrt; or all",
    )
    services.add_argument("--audience", metavar="AUDIENCE", help="a whole audience string instead")
