"""Users and groups: whatever is done, both sides tell the same, and somebody administers."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from jfconsole.sandbox import scopes
from jfconsole.sandbox.auth import Caller
from jfconsole.sandbox.directory import Directory
from jfconsole.sandbox.errors import Refusal
from jfconsole.sandbox.installation import install
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import GroupRecord, UserRecord

USERS = st.sampled_from(["admin", "u1", "u2"])
GROUPS = st.sampled_from(["g1", "g2", "root"])
CALLER = Caller("operator", "", scopes.parse(scopes.ADMIN), admin=True, groups=frozenset(), token_id="t")
PLATFORM: list[Platform] = []


def platform() -> Platform:
    """One installation for all runs: its key is slow to make."""
    if not PLATFORM:
        PLATFORM.append(install("empty", None))
    return PLATFORM[0]


class Memberships(RuleBasedStateMachine):
    """Random administration of three users and three groups, with the memberships written down beside."""

    def __init__(self) -> None:
        super().__init__()
        self.state = platform().state
        self.directory = Directory(platform())
        self.state.users.plant([UserRecord("admin", admin=True)])
        self.state.groups.plant([])
        self.model: set[tuple[str, str]] = set()

    @rule(name=USERS)
    def create_user(self, name: str) -> None:
        if name not in self.state.users:
            self.directory.save_user(UserRecord(name))

    @rule(name=GROUPS)
    def create_group(self, name: str) -> None:
        if name not in self.state.groups:
            self.directory.save_group(GroupRecord(name, admin_privileges=name == "root"))

    @rule(group=GROUPS, add=st.sets(USERS), remove=st.sets(USERS))
    def change(self, group: str, add: set[str], remove: set[str]) -> None:
        remove -= add
        if group in self.state.groups and self.directory.known_users(add | remove):
            try:
                self.directory.change_members(group, add=add, remove=remove)
            except Refusal:
                return
            self.model |= {(user, group) for user in add}
            self.model -= {(user, group) for user in remove}

    @rule(name=USERS)
    def delete_user(self, name: str) -> None:
        try:
            self.directory.delete_user(CALLER, name)
        except Refusal:
            return
        self.model = {(user, group) for user, group in self.model if user != name}

    @rule(name=GROUPS)
    def delete_group(self, name: str) -> None:
        try:
            self.directory.delete_group(name)
        except Refusal:
            return
        self.model = {(user, group) for user, group in self.model if group != name}

    @rule(name=USERS, admin=st.booleans())
    def promote(self, name: str, admin: bool) -> None:
        user = self.state.users.get(name)
        if user is not None:
            try:
                self.directory.save_user(UserRecord(name, admin=admin, groups=user.groups))
            except Refusal:
                return

    @invariant()
    def both_sides_agree(self) -> None:
        assert {(user.username, group) for user in self.state.users for group in user.groups} == self.model
        for group in self.state.groups:
            members = sorted(user for user, name in self.model if name == group.name)
            assert self.directory.members(group.name) == members

    @invariant()
    def somebody_administers(self) -> None:
        assert any(self.directory.is_effective_admin(user) for user in self.state.users)


TestMemberships = Memberships.TestCase
TestMemberships.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@pytest.mark.parametrize("name", ["Team", "TEAM", "team"])
def test_group_names_are_told_apart_by_more_than_case(name: str) -> None:
    directory = Directory(platform())
    platform().state.groups.plant([GroupRecord("team")])
    found = directory.group_like(name)
    assert found is not None
    assert found.name == "team"
