"""Plans as Terraform: the providers' own names, one resource an object, and a comment for everything else."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.exports import terraform_resources as resources
from jfconsole.domain.exports.formats import Format, export_plan
from jfconsole.domain.exports.hcl import Expression, Value
from jfconsole.domain.groups import group_from
from jfconsole.domain.integrations import integration_from
from jfconsole.domain.mappings import mapping_from
from jfconsole.domain.permissions import permission_from
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_requests import TokenRequest
from jfconsole.domain.users import user_from
from jfconsole.services import group_steps, integration_steps, mapping_steps, permission_steps, user_steps
from jfconsole.services.kinds import HANDLERS
from jfconsole.services.token_create import create_step, revoke_step

SECTION: dict[str, Json] = {
    "actions": {"users": {"ann": ["READ"]}, "groups": {"scanners": ["READ", "ANNOTATE"]}},
    "targets": {"ANY LOCAL": {"include_patterns": ["**"], "exclude_patterns": ["secret/**"]}},
}
GROUP: dict[str, Json] = {
    "name": "scanners",
    "description": "read only",
    "external_id": "42",
    "auto_join": False,
    "admin_privileges": False,
    "members": ["ox"],
}
USER: dict[str, Json] = {
    "username": "ox",
    "email": "ox@example.com",
    "admin": False,
    "profile_updatable": True,
    "disable_ui_access": True,
    "internal_password_disabled": False,
    "groups": ["scanners"],
}
INTEGRATION: dict[str, Json] = {
    "name": "github",
    "description": "workflows",
    "issuer_url": "https://token.actions.githubusercontent.com",
    "provider_type": "GitHub Enterprise",
    "organization": "acme",
    "audience": "jfrog",
    "token_issuer": "https://issuer.example",
    "azure_app_id": "1",
    "enable_permissive_configuration": False,
    "use_default_proxy": True,
    "project_key": "acme",
}
MAPPING: dict[str, Json] = {
    "name": "build",
    "description": "the build",
    "provider_name": "github",
    "priority": 1,
    "claims": {"repository": "acme/shop"},
    "token_spec": {
        "username": "ox",
        "username_pattern": "{{actor}}",
        "groups_pattern": "{{groups}}",
        "scope": "applied-permissions/groups:scanners",
        "audience": "jfrt@*",
        "expires_in": 600,
        "self_revocable": True,
    },
    "project_key": "acme",
}
TOKEN = TokenRequest(
    username=Untrusted("ox"),
    scope='applied-permissions/groups:scanners,"a b" system:metrics:r',
    audience="jfrt@* jfxr@*",
    expires_in=7_776_000,
    refreshable=True,
    reference=True,
    description="scanner",
    project_key="acme",
)
OPERATION = "jfc-0123456789"

GOLDEN: Mapping[str, tuple[Step | None, str, set[str]]] = {
    "platform_group": (
        group_steps.create_step(group_from(GROUP)),
        "name description external_id auto_join admin_privileges",
        set(),
    ),
    "platform_group_members": (group_steps.members_step("scanners", [], ["ox"]), "name members", set()),
    "artifactory_unmanaged_user": (
        user_steps.create_step(user_from(USER)),
        "name email admin profile_updatable disable_ui_access internal_password_disabled groups",
        set(),
    ),
    "artifactory_managed_user": (
        user_steps.create_step(user_from(USER), Secret("hunter2")),
        "name email admin profile_updatable disable_ui_access internal_password_disabled password groups",
        set(),
    ),
    "platform_permission": (
        permission_steps.create_step(
            permission_from(
                {
                    "name": "all",
                    "resources": dict.fromkeys(
                        ("artifact", "build", "release_bundle", "destination", "pipeline_source"), SECTION
                    ),
                }
            )
        ),
        "name artifact build release_bundle destination pipeline_source",
        {"actions", "users", "groups", "name", "permissions", "targets", "include_patterns", "exclude_patterns"},
    ),
    "artifactory_scoped_token": (
        create_step(TOKEN, OPERATION, 0),
        "username scopes audiences expires_in refreshable include_reference_token description project_key",
        set(),
    ),
    "platform_oidc_configuration": (
        integration_steps.create_step(integration_from(INTEGRATION)),
        "name description issuer_url provider_type organization audience token_issuer azure_app_id"
        " enable_permissive_configuration use_default_proxy project_key",
        set(),
    ),
    "platform_oidc_identity_mapping": (
        mapping_steps.create_step(mapping_from(MAPPING)),
        "name description provider_name priority claims_json token_spec project_key",
        {"username", "username_pattern", "groups_pattern", "scope", "audience", "expires_in"},
    ),
}
"""By resource: a step that says everything, the attributes in the providers' documentation, and the nested ones."""


def planned(*steps: Step | None, **fields: Any) -> Plan:
    wanted = {"title": "A change", "origin": "https://acme.example", "id": OPERATION}
    made = tuple(step for step in steps if step is not None)
    return Plan(steps=made, confirmation=Confirmation(verb="Go", effects=()), **(wanted | fields))


def written(*steps: Step | None, **fields: Any) -> str:
    return export_plan(planned(*steps, **fields), Format.TERRAFORM)


def resource(text: str, kind: str) -> list[str]:
    """The lines of the one resource of that type."""
    (found,) = re.findall(rf'^resource "{kind}" "[^"]+" {{\n(.*?)^}}$', text, re.MULTILINE | re.DOTALL)
    lines: list[str] = found.splitlines()
    return lines


@pytest.mark.parametrize("kind", GOLDEN)
def test_attributes_have_the_names_of_the_providers(kind: str) -> None:
    step, names, nested = GOLDEN[kind]
    lines = resource(written(step), kind)
    top = [line.split()[0] for line in lines if re.match(r"  \w+ += ", line)]
    inner = {line.split()[0] for line in lines if re.match(r"    +\w+ += ", line)}
    assert sorted(top) == sorted(names.split())
    assert inner == nested


def test_every_kind_of_step_has_a_place_or_a_comment() -> None:
    for kind in HANDLERS:
        step = Step(kind=kind, key="x", title=f"Do {kind}", before=None, after={"name": "x"}, requests=())
        text = written(step)
        assert ('resource "' in text) or "# Not in here:\n# - " in text, kind


def test_what_the_plan_makes_is_referred_to_so_that_it_comes_first() -> None:
    text = written(*(step for step, _, _ in (GOLDEN[kind] for kind in GOLDEN) if step and "unmanaged" not in step.kind))
    for line in (
        "  name    = platform_group.scanners.name",
        "  members = [artifactory_managed_user.ox.name]",
        "          name        = platform_group.scanners.name",
        "  username                = artifactory_managed_user.ox.name",
        "  provider_name = platform_oidc_configuration.github.name",
        "  depends_on              = [platform_group.scanners]",
        '          name        = "ann"',
    ):
        assert line in text.splitlines()


def test_steps_on_one_object_become_one_resource() -> None:
    made = user_steps.create_step(user_from(USER), Secret("hunter2"))
    text = written(made, user_steps.groups_step("ox", ["scanners", "readers"], ["scanners"]))
    assert text.count("resource ") == 1
    assert '  groups                     = ["scanners"]' in text
    assert 'variable "password_ox"' in text
    assert "hunter2" not in text
    assert "{{password}}" not in text


def test_what_exists_is_adopted_and_what_the_plan_does_not_know_is_left_alone() -> None:
    before = permission_from({"name": "team", "resources": {"artifact": SECTION, "build": SECTION}})
    section = replace(before.sections[Untrusted("artifact")], users={})
    text = written(
        permission_steps.section_step("team", "artifact", before.sections[Untrusted("artifact")], section),
        user_steps.update_step(user_from(USER), replace(user_from(USER), email=Untrusted("new@example.com"))),
    )
    assert '  to = platform_permission.team\n  id = "team"' in text
    assert "    ignore_changes = [build, release_bundle, destination, pipeline_source]" in text
    assert '  to = artifactory_unmanaged_user.ox\n  id = "ox"' in text
    assert "    ignore_changes = [groups]" in text
    assert "new@example.com" in text


@pytest.mark.parametrize(
    ("changed", "identity"),
    [({}, "build:github:acme"), ({"project_key": None}, "build:github")],
)
def test_mappings_and_integrations_are_adopted_by_the_documented_ids(changed: Any, identity: str) -> None:
    mapping = mapping_from({**MAPPING, **changed})
    text = written(
        mapping_steps.update_step(mapping, replace(mapping, priority=2)),
        integration_steps.update_step(
            integration_from(INTEGRATION), replace(integration_from(INTEGRATION), audience=Untrusted("b"))
        ),
    )
    assert f'  id = "{identity}"' in text
    assert '  id = "github:acme"' in text
    assert '  provider_type                   = "GitHubEnterprise"' in text


def test_two_names_that_look_alike_make_two_blocks() -> None:
    steps = [group_steps.create_step(group_from({"name": name})) for name in ("a b", "a.b", "a_b")]
    labels = re.findall(r'resource "platform_group" "([^"]+)"', written(*steps))
    assert len(set(labels)) == 3


def test_a_token_is_described_by_its_purpose_alone() -> None:
    text = written(GOLDEN["artifactory_scoped_token"][0])
    assert '  description             = "scanner"' in text
    assert "  expires_in              = 7776000" in text
    assert "The provider cannot force it to be revocable" in text
    bare = written(create_step(TokenRequest(force_revocable=False), OPERATION, 0))
    assert "description" not in "".join(resource(bare, "artifactory_scoped_token"))
    assert "No lifetime was asked for" in bare


def test_what_has_no_attribute_is_told() -> None:
    text = written(
        group_steps.create_step(group_from({"name": "a", "policy_manager": True, "watch_manager": False, "new": 1})),
        mapping_steps.create_step(mapping_from({**MAPPING, "priority": None})),
        permission_steps.create_step(permission_from({"name": "p", "resources": {"model": SECTION}})),
    )
    assert "# The provider has no attribute for new, policy_manager\n" in text
    assert "# The provider has no attribute for self_revocable\n" in text
    assert "# It has no priority" in text
    assert "# The provider has no resource type model" in text


def test_what_goes_is_told_and_not_written() -> None:
    gone = group_steps.delete_step(group_from(GROUP))
    text = written(gone, revoke_step("some-id", "ox"), user_steps.expire_step("ox"))
    assert "resource" not in text.replace("its resource", "").replace("their resource", "")
    assert "# - Delete group scanners: take its resource out of the configuration" in text
    assert "# - Revoke token some-id of ox: Terraform revokes only tokens that it made" in text
    assert "# - Expire the password of ox: Terraform has nothing for it" in text


def test_hostile_names_stay_in_their_place() -> None:
    name = 'a"\n}\nresource "x" "y" { # ${file("secret")}'
    text = written(
        group_steps.create_step(group_from({"name": name, "members": [name]})), title=f"T\n{name}", origin=f"o\n{name}"
    )
    assert [line for line in text.splitlines() if line.startswith("resource")] == [
        'resource "platform_group" "a_resource_x_y_file_secret" {',
        'resource "platform_group_members" "a_resource_x_y_file_secret" {',
    ]


def test_a_reference_is_made_of_the_kinds_that_have_names() -> None:
    def named(kind: str, name: str) -> Value:
        return Expression(f"{kind}.{name}.name")

    assert resources.members({"name": "g", "members": ["u"]}, named).attributes == {
        "name": Expression("group.g.name"),
        "members": [Expression("user.u.name")],
    }


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not installed")
def test_terraform_would_leave_it_so(tmp_path: Path) -> None:
    file = tmp_path / "main.tf"
    file.write_text(written(*(step for step, _, _ in GOLDEN.values()), user_steps.expire_step("ox")))
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-diff", str(file)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "")
