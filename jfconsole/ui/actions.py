"""Every action of the console: the one place that bindings, palette, command line, help and docs read.

An action names what it does, its keys and where it applies. Screens and the app implement it as a method
`do_<name>`, tables as `action_<name>`; screens may say through `why_not` why it is not possible right now.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from jfconsole.ui.action import Action, Scope
from jfconsole.ui.help_actions import HELP_ACTIONS
from jfconsole.ui.issuer_actions import ISSUER_ACTIONS
from jfconsole.ui.registry_actions import REGISTRY_ACTIONS
from jfconsole.ui.snapshot_actions import SNAPSHOT_ACTIONS

__all__ = ["ACTIONS", "BY_ID", "Action", "Scope", "in_scopes", "key_name", "key_names"]


def _app(id_: str, label: str, help_: str, *keys: str, footer: int | None = None) -> Action:
    return Action(id=f"app.{id_}", label=label, help=help_, scope=Scope.APP, keys=keys, footer=footer)


def _list(id_: str, label: str, help_: str, *keys: str, footer: int | None = None) -> Action:
    return Action(id=f"list.{id_}", label=label, help=help_, scope=Scope.LIST, keys=keys, footer=footer)


def _table(id_: str, label: str, help_: str, *keys: str, footer: int | None = None) -> Action:
    return Action(id=f"table.{id_}", label=label, help=help_, scope=Scope.TABLE, keys=keys, footer=footer)


ACTIONS: Final[tuple[Action, ...]] = (
    _app("tokens", "Tokens", "Go to the access tokens.", "1"),
    _app("users", "Users", "Go to the users.", "2"),
    _app("groups", "Groups", "Go to the groups.", "3"),
    _app("permissions", "Permissions", "Go to the permissions: who may do what where.", "4"),
    _app("repositories", "Repositories", "Go to the repositories.", "5"),
    _app("integrations", "Integrations", "Go to the OIDC integrations: whose tokens the platform trusts.", "6"),
    _app("mappings", "Mappings", "Go to the identity mappings: which of those tokens get in, and as whom.", "7"),
    _app("issuer", "Issuer", "Go to the local issuer of JWTs: vault, keys, issuers, roles, mint log.", "8"),
    _app("vault", "Vault", "Go to the vault of the local issuer, and its named secrets."),
    _app("keys", "Keys", "Go to the transit keys: what signs."),
    _app("issuers", "Issuers", "Go to the issuers: whose tokens they are, and where their keys are published."),
    _app("roles", "Roles", "Go to the roles of issuers: what tokens may say."),
    _app("mint-log", "Mint log", "Go to the mint log: every attempt to mint, and every change of the issuer."),
    _app("registries", "Registries", "Go to the registries that images are pulled from with minted tokens.", "9"),
    _app("journal", "Journal", "Go to the journal: what was changed, reports, unfinished work.", "0"),
    _app("ledger", "Ledger", "Go to the ledger: the tokens that this console made, listed by the platform or not."),
    _app("snapshots", "Snapshots", "Go to the snapshots: everything about access, to compare and to bring back.", "Z"),
    _app("own", "Own token", "Show the token that this console works with; work with one for an hour instead.", "O"),
    _app("circle", "Circle of trust", "Show what other platforms need to believe this one's tokens; try it."),
    Action(
        id="app.wizards",
        label="Wizards",
        help="Set up a scanner or another consumer, change or retire one, offboard a user, pair two platforms.",
        scope=Scope.APP,
        keys=("w",),
        footer=80,
        edits=True,
    ),
    _app("server", "Server", "Work on another server: `:server prod`, or choose from those that are known."),
    _app("help", "Help", "Show what can be done here, with the keys.", "question_mark", "f1", footer=90),
    _app("palette", "Palette", "Find any action by its words.", "ctrl+p"),
    _app("command", "Command", "Type a command: `:tokens scope:admin`, `:journal`, `:q`.", "colon"),
    _app("requests", "Requests", "Show what was sent to the platform, newest first.", "L"),
    _app("settings", "Settings", "Choose colours, how often lists are fetched, the time zone.", "comma"),
    _app("progress", "Progress", "Show the work that is under way.", "B"),
    _app("previous", "Last screen", "Go to the screen before this one.", "minus"),
    _app("history-back", "Back", "Go back through the screens you visited.", "alt+left"),
    _app("history-forward", "Forward", "Go forward again.", "alt+right"),
    _app("back", "Back", "Leave what is open: menu, filter, pane, screen.", "q", "escape"),
    _app("quit", "Quit", "Leave the console.", "ctrl+q", footer=95),
    _list("describe", "Describe", "Show everything known about the row.", "d", footer=7),
    _list("json", "JSON", "Show the row as JSON.", "y"),
    _list("filter", "Filter", "Filter the list; esc clears.", "slash", footer=2),
    _list("views", "Views", "Choose a ready or a saved filter; save the one that is there.", "f", footer=5),
    _list("sort", "Sort", "Choose the column to sort by.", "s"),
    _list("preview", "Preview", "Show or hide the pane with the details of the row.", "p", footer=8),
    _list("refresh", "Refresh", "Fetch the list now.", "r", footer=9),
    _list("live", "Live", "Switch live refresh on or off.", "R"),
    _list("access", "Access", "Show who can, or what can be done, and by which grants.", "a", footer=6),
    _list("copy", "Copy id", "Copy the id of the row.", "c"),
    _list("copy-curl", "Copy curl", "Copy the call that reads this row as a curl command, without the token.", "C"),
    _table("cursor-down", "Down", "Go one row down.", "down", "j"),
    _table("cursor-up", "Up", "Go one row up.", "up", "k"),
    _table("page-down", "Page down", "Go one screen down.", "pagedown"),
    _table("page-up", "Page up", "Go one screen up.", "pageup"),
    _table("first", "First", "Go to the first row.", "g", "home"),
    _table("last", "Last", "Go to the last row.", "G", "end"),
    _table("open", "Open", "Open the row under the cursor.", "enter", footer=1),
    _table("toggle-mark", "Mark", "Mark the row and go to the next.", "space", footer=4),
    _table("mark-range", "Mark range", "Mark from the last marked row to this one.", "V"),
    _table("mark-all", "Mark all", "Mark every row that the filter lets through.", "asterisk"),
    _table("unmark-all", "Unmark all", "Take all marks away.", "u"),
    _table("reverse-sort", "Reverse", "Reverse the order.", "S"),
    Action(
        id="tokens.revoke",
        label="Revoke",
        help="Revoke the marked tokens, or the one under the cursor.",
        scope=Scope.TOKENS,
        keys=("ctrl+d", "delete"),
        footer=3,
        changes=True,
    ),
    Action(
        id="tokens.create",
        label="New",
        help="Make a token: say who, what, where and how long, see what will come of it, take the value once.",
        scope=Scope.TOKENS,
        keys=("n",),
        footer=3,
        edits=True,
    ),
    Action(
        id="tokens.inspect",
        label="Inspect",
        help="Paste a token and see what it is. It is decoded here and not sent.",
        scope=Scope.TOKENS,
        keys=("i",),
        footer=6,
    ),
    Action(
        id="tokens.check",
        label="Check",
        help="Paste a token and see what it is, whether this platform accepts it now, and what it can do.",
        scope=Scope.TOKENS,
        keys=("T",),
        footer=6,
    ),
    Action(
        id="tokens.rotate",
        label="Rotate",
        help="Put another token beside the one under the cursor, try it, take it, and only then end the old one.",
        scope=Scope.TOKENS,
        keys=("o",),
        footer=4,
        edits=True,
    ),
    Action(
        id="tokens.refresh-pair",
        label="Refresh a token",
        help="Paste a refresh token: a new pair is given, and the old one is dead at once.",
        scope=Scope.TOKENS,
        keys=("F",),
        edits=True,
    ),
    Action(
        id="tokens.revoke-value",
        label="Revoke by value",
        help="Paste a leaked token and revoke it; which one it is, and whose, is said first.",
        scope=Scope.TOKENS,
        keys=("ctrl+x",),
        changes=True,
    ),
    Action(
        id="tokens.save-list",
        label="Export",
        help="Save the marked tokens, or those the filter lets through, as CSV, JSON or reminders for a calendar.",
        scope=Scope.TOKENS,
        keys=("x",),
    ),
    Action(
        id="objects.new",
        label="New",
        help="Make a new one.",
        scope=Scope.EDITABLE,
        keys=("n",),
        footer=5,
        edits=True,
    ),
    Action(
        id="objects.edit",
        label="Edit",
        help="Edit the one under the cursor.",
        scope=Scope.EDITABLE,
        keys=("e",),
        footer=2,
        edits=True,
    ),
    Action(
        id="objects.rename",
        label="Rename",
        help="Give the one under the cursor another name.",
        scope=Scope.RENAMABLE,
        keys=("f2",),
        edits=True,
    ),
    Action(
        id="objects.delete",
        label="Delete",
        help="Delete the marked ones, or the one under the cursor.",
        scope=Scope.OBJECTS,
        keys=("ctrl+d", "delete"),
        footer=3,
        changes=True,
    ),
    Action(
        id="people.members",
        label="Members",
        help="Choose who is in the group, or which groups the user is in. Only the differences are sent.",
        scope=Scope.PEOPLE,
        keys=("m",),
        footer=4,
        edits=True,
    ),
    Action(
        id="people.import",
        label="Import",
        help="Make users, or change memberships, as a CSV file says. Shows what will be done first.",
        scope=Scope.PEOPLE,
        edits=True,
    ),
    Action(
        id="users.password",
        label="Set password",
        help="Give the user another password.",
        scope=Scope.USERS,
        edits=True,
    ),
    Action(
        id="users.unlock",
        label="Unlock",
        help="Let the marked users in again, or the one under the cursor, where failed logins locked them.",
        scope=Scope.USERS,
        changes=True,
    ),
    Action(
        id="users.expire",
        label="Expire password",
        help="Make the user choose another password at the next login.",
        scope=Scope.USERS,
        changes=True,
    ),
    Action(
        id="users.offboard",
        label="Offboard",
        help="Take away everything that the user under the cursor has: tokens, groups, grants, the account.",
        scope=Scope.USERS,
        edits=True,
    ),
    Action(
        id="permissions.lint",
        label="Lint",
        help="Look for targets, patterns, grants and groups that have no effect, or reach too far.",
        scope=Scope.PERMISSIONS,
        keys=("l",),
        footer=5,
    ),
    Action(
        id="trust.simulate",
        label="Simulate",
        help="See which mapping a token would get in through. Paste one, or take claims: nothing is sent.",
        scope=Scope.TRUST,
        keys=("t",),
        footer=4,
    ),
    Action(
        id="trust.doctor",
        label="Doctor",
        help="Find out why tokens do not get in, stage by stage, and what to change.",
        scope=Scope.TRUST,
        keys=("D",),
        footer=5,
    ),
    Action(
        id="trust.exchange",
        label="Exchange",
        help="Exchange the token of a workload for an access token, which is shown once.",
        scope=Scope.TRUST,
        keys=("E",),
        edits=True,
    ),
    *ISSUER_ACTIONS,
    *REGISTRY_ACTIONS,
    Action(
        id="mappings.move-up",
        label="Move up",
        help="Have the mapping looked at earlier. The order is chosen first, and reviewed.",
        scope=Scope.MAPPINGS,
        keys=("K",),
        footer=6,
        edits=True,
    ),
    Action(
        id="mappings.move-down",
        label="Move down",
        help="Have the mapping looked at later. The order is chosen first, and reviewed.",
        scope=Scope.MAPPINGS,
        keys=("J",),
        edits=True,
    ),
    Action(
        id="journal.continue",
        label="Continue",
        help="Continue the unfinished work under the cursor.",
        scope=Scope.JOURNAL,
        keys=("ctrl+r",),
        footer=3,
        changes=True,
    ),
    Action(
        id="journal.undo",
        label="Undo",
        help="Take back what the work under the cursor did, as far as that is possible now.",
        scope=Scope.JOURNAL,
        keys=("z",),
        footer=4,
        edits=True,
    ),
    Action(
        id="journal.keep",
        label="Keep as is",
        help="Leave the unfinished work as it is: it will not be offered again.",
        scope=Scope.JOURNAL,
        keys=("ctrl+k",),
        footer=4,
    ),
    Action(
        id="journal.export",
        label="Export",
        help="Show the change as curl, for the JFrog CLI, or as Terraform; no secret is in it.",
        scope=Scope.JOURNAL,
        keys=("x",),
        footer=4,
    ),
    Action(
        id="journal.verify",
        label="Verify",
        help="Check that no entry of the journal was damaged.",
        scope=Scope.JOURNAL,
        keys=("v",),
        footer=5,
    ),
    *HELP_ACTIONS,
    *SNAPSHOT_ACTIONS,
)

BY_ID: Final[dict[str, Action]] = {action.id: action for action in ACTIONS}

_KEY_NAMES: Final = {
    "question_mark": "?",
    "colon": ":",
    "comma": ",",
    "slash": "/",
    "minus": "-",
    "asterisk": "*",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "alt+left": "alt+←",
    "alt+right": "alt+→",
    "delete": "del",
}


def in_scopes(scopes: Iterable[Scope]) -> list[Action]:
    """The actions of these scopes, in registry order."""
    wanted = set(scopes)
    return [action for action in ACTIONS if action.scope in wanted]


def key_name(key: str) -> str:
    """A key as people write it: `?`, `esc`, `^d`."""
    if key in _KEY_NAMES:
        return _KEY_NAMES[key]
    return f"^{key.removeprefix('ctrl+')}" if key.startswith("ctrl+") else key


def key_names(keys: Iterable[str]) -> str:
    """Keys as people write them, for help."""
    return ", ".join(map(key_name, keys))
