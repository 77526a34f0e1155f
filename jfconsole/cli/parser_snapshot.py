"""The command line of snapshots."""

from __future__ import annotations

from typing import Final

from jfconsole.cli.parsing import Parser, Subparsers, add_file_deletion_options, add_write_options, lazily, leaf

_TAKE: Final = """\
Groups, users with their groups, permissions, integrations, mappings and facts about tokens, as canonical JSON: the
same objects give the same text, but for the time, so that it can be kept under version control. No secret is in it.
The file is new, and 0600. Without FILE it goes where the console lists its snapshots.
Never in it are passwords, values of tokens, API and SSH keys; projects with their members and roles, global roles of
your own; how people sign in; settings of security; the circle of trust; repositories themselves; the local issuer. The
file names them under not_held, and under notes what could not be read this time."""
_DIFF: Final = """\
With one file it is compared with the platform as it is now, with two with each other; they may be of two platforms.
Two servers are compared by their profiles: --from-profile acme-lab --to-profile acme-prod; either may stand in the
place of a file. Nothing but reads is sent. Ends with 1 when anything differs.
--json prints {"differences": [{"kind", "key", "sign", "whose", "changes"}], "uncompared": [kind], "notes": [what keeps
it from telling all], "not_held": [what no snapshot has]}."""
_RESTORE: Final = """\
A plan like every other: look at it with --plan. What is not in the snapshot is left alone. Tokens and passwords do
not come back, users of a realm come back as internal, disabled ones enabled; the plan says who. --yes does not cover
administrators, users who were disabled, nor mappings that let strangers in."""
_DELETE: Final = """\
Files that the console keeps, by the names that `snapshot list` prints: look with --plan. They are gone for good; no
platform is asked or changed, and files elsewhere are left alone. --json prints {"deleted": [file], "failed": [{"file",
"message"}]}, with --plan {"plan": {"effects", "phrase", "covered_by_yes", "snapshots"}}."""
_FILE: Final = "a snapshot; a name alone may be one of those that the console keeps"


def add_snapshot(below: Subparsers, shared: Parser) -> None:
    """Add take, list, diff, restore and delete."""
    take = leaf(below, shared, "take", "write who may do what to a file", lazily("snapshot", "take"), _TAKE)
    take.add_argument("file", metavar="FILE", nargs="?", help="a new file, - for stdout")
    leaf(below, shared, "list", "list the snapshots that the console keeps", lazily("snapshot", "list_kept"))
    diff = leaf(below, shared, "diff", "tell what differs", lazily("snapshot", "diff"), _DIFF)
    diff.add_argument("before", metavar="FILE", nargs="?", help=_FILE)
    diff.add_argument("after", metavar="OTHER", nargs="?", help="another one; the platform as it is now unless given")
    diff.add_argument("--from-profile", metavar="NAME", help="a server as it is now, in the place of FILE")
    diff.add_argument("--to-profile", metavar="NAME", help="a server as it is now, in the place of OTHER")
    restore = leaf(
        below, shared, "restore", "bring back what is missing or different", lazily("snapshot", "restore"), _RESTORE
    )
    restore.add_argument("file", metavar="FILE", help=f"{_FILE}, - for stdin")
    add_write_options(restore)
    delete = leaf(below, shared, "delete", "delete kept snapshots", lazily("snapshot", "delete"), _DELETE)
    delete.add_argument("names", metavar="NAME", nargs="+", help="snapshots that the console keeps")
    add_file_deletion_options(delete)
