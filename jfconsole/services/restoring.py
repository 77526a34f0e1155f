"""The plan that brings a platform back to a snapshot: what is missing is made, what differs is changed back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from jfconsole.domain import snapshots
from jfconsole.domain.errors import NothingToChange
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.groups import group_from
from jfconsole.domain.integrations import integration_from
from jfconsole.domain.lint_integrations import lint_integration
from jfconsole.domain.lint_mappings import Finding, blocking, lint_mapping
from jfconsole.domain.mappings import IdentityMapping, mapping_from
from jfconsole.domain.passwords import generated_password
from jfconsole.domain.permissions import permission_from
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.snapshots import GROUPS, INTEGRATIONS, MAPPINGS, PERMISSIONS, TOKENS, USERS, Snapshot
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.users import ANONYMOUS, User, user_from, username_problems
from jfconsole.services import group_steps, integration_steps, mapping_steps, permission_steps, user_steps
from jfconsole.services.ladder import listed

_LISTED: Final = 500
"""Names of those who do not come back as they were that a plan lists; then it says how many more."""


def plan_restore(wanted: Snapshot, live: Snapshot) -> Plan:
    """Make what a snapshot has and the platform has not, and change back what differs. Nothing is deleted.

    Raises NothingToChange when nothing is missing or different.
    """
    apart = snapshots.uncompared(wanted, live)
    wanted = replace(wanted, objects={kind: found for kind, found in wanted.objects.items() if kind not in apart})
    steps, told = _Steps(wanted, live), _Told(wanted, live)
    found = tuple(step for step in (*steps.groups(), *steps.users(), *steps.rest()) if step is not None)
    if not found:
        raise told.nothing()
    grave = [*told.administrators(), *told.demoted(), *told.let_in_again(), *told.strangers()]
    return Plan(
        title=f"Restore the snapshot of {visible(wanted.platform)}",
        origin=live.platform,
        steps=found,
        confirmation=Confirmation(
            verb=f"Restore {len(found):,} objects",
            effects=(
                *told.elsewhere(),
                *_apart(apart),
                *grave,
                *told.losses(),
                *told.left_alone(),
                snapshots.not_held_words("and neither compared nor brought back"),
            ),
            phrase=f"restore {len(found)}",
            by_yes=not grave,
        ),
        stop_on_failure=False,
    )


class _Steps:
    """The steps that lead from what there is to what there was, in an order in which each finds what it needs."""

    def __init__(self, wanted: Snapshot, live: Snapshot) -> None:
        self._wanted = wanted
        self._live = live

    def groups(self) -> Iterable[Step | None]:
        """Without members: those stand at the users."""
        for before, after in self._pairs(GROUPS):
            group = group_from(after)
            yield (
                group_steps.create_step(group)
                if before is None
                else group_steps.update_step(group_from(before), group_from({**before, **after}))
            )

    def users(self) -> Iterable[Step | None]:
        """A user who is made again gets a password that nobody knows, and leaves what new users join by themselves."""
        joining = self._joined_by_new_users()
        for before, after in self._pairs(USERS):
            user = user_from(after)
            if before is None and _comes_from_elsewhere(user):
                continue
            if before is None:
                secret = None if user.internal_password_disabled else generated_password()
                yield user_steps.create_step(user, secret)
                held = user.groups or ()
                yield user_steps.groups_step(user.username, tuple(dict.fromkeys([*held, *joining])), held)
                continue
            now = user_from(before)
            secret = generated_password() if _gets_a_password(now, user) else None
            yield user_steps.update_step(now, replace(user, groups=now.groups), secret)
            if user.groups is not None:
                yield user_steps.groups_step(user.username, now.groups or (), user.groups)

    def rest(self) -> Iterable[Step | None]:
        """Permissions, integrations, mappings."""
        for before, after in self._pairs(PERMISSIONS):
            permission = permission_from(after)
            if before is None:
                yield permission_steps.create_step(permission)
            else:
                now = permission_from(before)
                yield from permission_steps.section_steps(now, replace(now, sections=permission.sections))
        for before, after in self._pairs(INTEGRATIONS):
            integration = integration_from(after)
            yield (
                integration_steps.create_step(integration)
                if before is None
                else integration_steps.update_step(integration_from(before), integration)
            )
        for before, after in self._pairs(MAPPINGS):
            mapping = mapping_from(after)
            yield (
                mapping_steps.create_step(mapping)
                if before is None
                else mapping_steps.update_step(mapping_from(before), mapping)
            )

    def _pairs(self, kind: str) -> Iterable[tuple[JsonObject | None, JsonObject]]:
        """Each object that was there: as it is now, and as it was; those that are alike are left out."""
        live = self._live.of(kind)
        return [(live.get(key), after) for key, after in self._wanted.of(kind).items() if live.get(key) != after]

    def _joined_by_new_users(self) -> tuple[Untrusted, ...]:
        """Groups that will take in every new user by then."""
        after = {**self._live.of(GROUPS), **self._wanted.of(GROUPS)}
        return tuple(group.name for group in map(group_from, after.values()) if group.auto_join)


class _Told:
    """What a person has to know before a snapshot is restored."""

    def __init__(self, wanted: Snapshot, live: Snapshot) -> None:
        self._wanted = wanted
        self._live = live

    def nothing(self) -> NothingToChange:
        """That there is nothing to do, and whether something differs all the same."""
        kinds = [kind for kind in snapshots.KINDS if kind in self._live.objects]
        left = sum(len(self._differing(kind)) for kind in kinds)
        if not left:
            return NothingToChange(f"Everything in the snapshot is on {self._live.platform} as it was")
        return NothingToChange(
            f"Nothing more can be brought back to {self._live.platform}: what differs still ({left:,}) is tokens, "
            "what a realm gives, and who is disabled",
            "A comparison names them",
        )

    def elsewhere(self) -> list[str]:
        """That the snapshot is of another platform."""
        same = self._wanted.platform == self._live.platform
        return [] if same else [f"The snapshot is of {visible(self._wanted.platform)}, and this is another platform"]

    def administrators(self) -> list[str]:
        """Who becomes an administrator by it."""
        users = [name for name in self._differing(USERS) if self._becomes(USERS, name, "admin")]
        groups = [name for name in self._differing(GROUPS) if self._becomes(GROUPS, name, "admin_privileges")]
        found = [f"users {listed(users)}"] if users else []
        found += [f"members of {listed(groups)}"] if groups else []
        return [f"It makes administrators: {' and '.join(found)}"] if found else []

    def demoted(self) -> list[str]:
        """Who is one no more: it may be the person who restores."""
        live = self._live.of(USERS)
        found = [
            name
            for name in self._differing(USERS)
            if live.get(name, {}).get("admin") and not self._wanted.of(USERS)[name].get("admin")
        ]
        return [f"It takes the administration from: {listed(found)}"] if found else []

    def let_in_again(self) -> list[str]:
        """Who was disabled, and is not when made again. Source: JFrog REST API "Create User": no call sets a status."""
        live = self._live.of(USERS)
        made = [name for name in self._disabled() if name not in live]
        return (
            [f"Disabled then, and enabled when made again, until the web UI disables them: {_all(made)}"]
            if made
            else []
        )

    def _disabled(self) -> list[str]:
        """Who was, of those who can be there."""
        users = self._wanted.of(USERS)
        found = [name for name, user in users.items() if snapshots.is_disabled(user)]
        return [name for name in found if not _comes_from_elsewhere(user_from(users[name]))]

    def strangers(self) -> list[str]:
        """Findings that block a save elsewhere."""
        found: list[Finding] = []
        mappings = [mapping_from(item) for item in self._wanted.of(MAPPINGS).values()]
        for name in self._differing(INTEGRATIONS):
            integration = integration_from(self._wanted.of(INTEGRATIONS)[name])
            found += [replace(finding, mapping=integration.name) for finding in lint_integration(integration)]
        for key in self._differing(MAPPINGS):
            found += self._lint(mapping_from(self._wanted.of(MAPPINGS)[key]), mappings)
        return [f"{stop.rule.value} {visible(stop.mapping)}: {stop.sentence}" for stop in blocking(found)]

    def losses(self) -> list[str]:
        """What does not come back."""
        users, live = self._wanted.of(USERS), self._live.of(USERS)
        missing = [name for name in users if name not in live]
        refused = [name for name in missing if _comes_from_elsewhere(user_from(users[name]))]
        made = [name for name in missing if name not in refused]
        with_password = [name for name in made if not users[name].get("internal_password_disabled")]
        external = [name for name in made if user_from(users[name]).is_external]
        still = [name for name in self._disabled() if name in live and not snapshots.is_disabled(live[name])]
        tokens = [token for key, token in self._wanted.of(TOKENS).items() if key not in self._live.of(TOKENS)]
        told = []
        if still:
            told.append(f"Disabled then, and left enabled, as no call disables a user: {_all(still)}")
        if refused:
            told.append(f"Not made, as the platform takes such names from their realm alone: {_all(refused)}")
        if with_password:
            told.append(f"Passwords do not come back: {_all(with_password)} get one that nobody knows")
        if named := [*external, *self._external_groups()]:
            told.append(f"Made as internal, until their realm claims them: {_all(named)}")
        if tokens:
            whose = sorted(set(map(snapshots.whose, tokens)))
            told.append(f"{len(tokens):,} tokens do not come back: nothing keeps their values. Whose: {_all(whose)}")
        return [*told, *self._wanted.notes]

    def _external_groups(self) -> list[str]:
        """Groups of a realm that are made again."""
        live = self._live.of(GROUPS)
        return [n for n, one in self._wanted.of(GROUPS).items() if n not in live and group_from(one).is_external]

    def left_alone(self) -> list[str]:
        """What the snapshot does not have."""
        kinds = [kind for kind in snapshots.KINDS if kind != TOKENS]
        others = [name for kind in kinds for name in self._live.of(kind) if name not in self._wanted.of(kind)]
        return [f"Not in the snapshot, and left alone: {listed(others)}"] if others else []

    def _differing(self, kind: str) -> list[str]:
        live = self._live.of(kind)
        return [key for key, after in self._wanted.of(kind).items() if live.get(key) != after]

    def _becomes(self, kind: str, name: str, field: str) -> bool:
        return bool(self._wanted.of(kind)[name].get(field)) and not self._live.of(kind).get(name, {}).get(field)

    def _lint(self, mapping: IdentityMapping, mappings: Sequence[IdentityMapping]) -> Sequence[Finding]:
        found = self._wanted.of(INTEGRATIONS).get(mapping.provider_name)
        others = [other for other in mappings if other.provider_name == mapping.provider_name]
        return lint_mapping(mapping, integration_from(found), others) if found is not None else ()


def _all(names: Sequence[str]) -> str:
    """Every name, of very many the first ones: whoever restores has to know whom it fails."""
    return listed(names, _LISTED)


def _apart(kinds: Sequence[str]) -> list[str]:
    return (
        [f"Left alone, as they are missing in the snapshot, or cannot be read here: {', '.join(kinds)}"]
        if kinds
        else []
    )


def _comes_from_elsewhere(user: User) -> bool:
    """Whether nobody can make this user here: built in, or of a realm and with a name that only realms give."""
    return user.username == ANONYMOUS or (user.is_external and bool(username_problems(user.username)))


def _gets_a_password(now: User, wanted: User) -> bool:
    """Whether a user who has none is to have one again."""
    return bool(now.internal_password_disabled) and not wanted.internal_password_disabled
