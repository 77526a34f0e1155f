"""Views: filters with a name, by kind of list, ready or saved by a person. Lists offer them, verbs take `--view`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.lint_tokens import RULES
from jfconsole.domain.settings import MUST_BE_VISIBLE
from jfconsole.domain.text import concerns


@dataclass(frozen=True, slots=True)
class View:
    """A ready filter with a name. The id is stable: scripts name it."""

    id: str
    title: str
    filter: str
    why: str


READY: Final[Mapping[str, tuple[View, ...]]] = {
    "tokens": (
        *(View(rule.id, rule.title.capitalize(), rule.filter, f"{rule.why}. {rule.fix}.") for rule in RULES),
        View("refreshable", "Refreshable", "refreshable", "Its holder can make a new one when it ends."),
        View("made-here", "Made here", "here", "By this console, as its ledger has it."),
    ),
    "users": (
        View("locked", "Locked", "locked", "Shut out after failed logins: can be unlocked."),
        View("disabled", "Disabled", "disabled", "Cannot log in. Their tokens may still work."),
        View("invited", "Invited", "invited", "Asked to come, and have not come yet."),
        View("external", "From elsewhere", "external", "Come from LDAP, SAML, SCIM or another realm than internal."),
        View("admins", "Administrators", "admin", "By themselves; those through a group once they were looked at."),
    ),
    "groups": (
        View("admin", "Administrators", "admin", "Members may do everything."),
        View("autojoin", "Joining by themselves", "autojoin", "New users become members."),
        View("empty", "Without members", "empty", "Nobody is in them."),
    ),
    "permissions": (
        View("strong", "Giving much", "strong", "They give WRITE, DELETE or MANAGE."),
        View("any", "Covering all of a kind", "catchall", "They name ANY LOCAL or the like."),
        View("own", "Made here", "!builtin", "Without those that came with the platform."),
    ),
    "repositories": (
        View("local", "Local", "local", "They hold what was deployed to them."),
        View("remote", "Remote", "remote", "They fetch from elsewhere, and keep what they fetched."),
        View("virtual", "Virtual", "virtual", "They stand for others. Permissions hold for those others."),
    ),
    "integrations": (
        View("permissive", "Permissive", "permissive", "Every organisation of GitHub gets as far as the mappings."),
        View("github", "GitHub", "type:github", "Workflows of GitHub Actions."),
    ),
    "mappings": (
        View("strangers", "Letting strangers in", "strangers", "The linter would stop them."),
        View("shadowed", "Never winning", "shadowed", "Another one comes first and admits the same."),
        View("admin", "Making administrators", "admin", "Whoever gets in may do everything."),
    ),
    "registries": (View("broken", "With findings", "broken", "Something stands in the way."),),
    "mint-log": (
        View("refused", "Refused", "outcome:refused", "What stood in the way of a token."),
        View("minted", "Minted", "outcome:minted", "Tokens that were handed out."),
        View("changes", "Changes", "!event:mint", "What was done with keys, issuers, roles and secrets."),
    ),
    "ledger": (
        View("orphans", "Possible orphans", "orphan", "Asked for, and the answer was lost: they may exist."),
        View("unlisted", "Not listed", "unlisted", "The platform does not store them, so only the ledger has them."),
    ),
    "journal": (
        View("unfinished", "Unfinished", "unfinished", "Interrupted: can be continued or kept as it is."),
        View("exchanges", "Exchanges", "exchange", "Tokens of workloads that were exchanged from here, or refused."),
    ),
    "keymap": (
        View("own", "Given by you", "own", "Their keys are in the settings; backspace brings the default back."),
        View("without", "Without a key", "nokey", "They are in the palette and on the : line."),
    ),
}
"""By the section that lists them, the most wanted first."""


def ready(kind: str, name: str) -> View | None:
    """The ready view of a kind of list with that id or title."""
    wanted = name.casefold()
    return next((view for view in READY.get(kind, ()) if wanted in {view.id, view.title.casefold()}), None)


NAME_LIMIT: Final = 40
"""Characters in the name of a saved filter."""


def name_problem(kind: str, name: str) -> str | None:
    """Why a filter cannot be saved under this name, as a sentence; None when it can."""
    if not name.strip():
        return "it needs a name"
    if name != name.strip() or len(name) > NAME_LIMIT:
        return f"a name has at most {NAME_LIMIT} characters, and no blanks around them"
    if concerns(name):
        return f"{'; '.join(concerns(name))}: {MUST_BE_VISIBLE}"
    found = ready(kind, name)
    return f"{found.title} is a ready view of this list already" if found is not None else None
