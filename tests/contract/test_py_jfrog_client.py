"""A client generated from an OpenAPI description of the platform, py-jfrog-client: it checks the type of every answer.

Deep, as the client takes seconds to import.
"""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.sandbox import RunningSandbox

pytestmark = pytest.mark.deep
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def library() -> Any:
    return importlib.import_module("jfrog_client")


@pytest.fixture
def api(sandbox: RunningSandbox, library: Any) -> Iterator[Any]:
    """Gives the part of the client that is called `name`, as the administrator."""
    client = library.ApiClient(library.Configuration(host=sandbox.url))
    client.default_headers["Authorization"] = f"Bearer {sandbox.token}"
    yield lambda name: getattr(library, f"{name}Api")(client)
    client.rest_client.pool_manager.clear()


@pytest.fixture
def refused(library: Any) -> Any:
    """Says the status with which a call is refused."""

    def status(call: Any, *arguments: object) -> int:
        with pytest.raises(library.ApiException) as caught:
            call(*arguments)
        return int(caught.value.status)

    return status


def test_tokens(api: Any, sandbox: RunningSandbox, refused: Any) -> None:
    tokens = api("AccessTokens")
    made = tokens.create_token(expires_in=30_000, refreshable=True, include_reference_token=True, _content_type=FORM)
    assert (made.expires_in, made.scope, made.token_type) == (30_000, "applied-permissions/user", "Bearer")
    assert made.reference_token
    again = tokens.create_token(grant_type="refresh_token", refresh_token=made.refresh_token, _content_type=FORM)
    assert again.access_token != made.access_token
    (token_id,) = (token.token_id for token in tokens.get_tokens().tokens if token.refreshable)
    assert tokens.get_token_by_id(token_id).subject.endswith("/users/admin")
    assert tokens.revoke_token_by_value({"token": again.access_token}).revoked_token_id == token_id
    assert refused(tokens.get_token_by_id, token_id) == 404
    tokens.revoke_token_by_id(sandbox.create_token(expires_in=30_000)["token_id"])
    tokens.set_token_default_expiry({"default_token_expiration": 32_000_000})
    assert tokens.get_token_default_expiry().default_token_expiration == 32_000_000


def test_users_and_groups(api: Any, refused: Any) -> None:
    users, groups = api("Users"), api("Groups")
    assert groups.create_group({"name": "team", "description": "d", "auto_join": False}).realm == "internal"
    body = {"username": "bob", "email": "bob@example.com", "password": "Passw0rd1", "groups": ["team"]}
    assert users.create_user(body).groups == ["readers", "team"]
    assert refused(users.create_user, body) == refused(groups.create_group, {"name": "team"}) == 409
    assert groups.get_group_details("team").members == ["bob"]
    assert groups.update_group_members("team", {"add": ["admin"], "remove": ["bob"]}).members == ["admin"]
    assert groups.update_group("team", {"description": "changed"}).description == "changed"
    assert [one.group_name for one in groups.get_group_list(limit=1, descending_order=True).groups] == ["team"]
    assert [one.username for one in users.get_user_list(status="enabled", only_admins=True).users] == ["admin"]
    assert users.update_user("bob", {"email": "new@example.com"}).email == "new@example.com"
    assert users.update_user_groups("bob", {"add": ["team"]}).groups == ["readers", "team"]
    assert users.get_user_details("bob").groups == ["readers", "team"], "in the older dialect"
    users.change_user_password("bob", {"password": "N3wSecret1"})
    users.expire_user_password("bob")
    users.unlock_user("bob")
    for everybody in (users.expire_password_for_all_users, users.unexpire_password_for_all_users):
        assert isinstance(everybody(), str)
    users.delete_user("bob")
    groups.delete_group("team")
    assert refused(users.get_user_details1, "bob") == refused(groups.get_group_details, "team") == 404


def test_permissions(api: Any, refused: Any) -> None:
    permissions, repositories = api("Permissions"), api("Repositories")
    repositories.create_repository("loc", {"rclass": "local", "packageType": "generic"})
    patterns = {"include_patterns": ["a/**"], "exclude_patterns": []}
    resource = {"actions": {"users": {"admin": ["READ"]}}, "targets": {"loc": patterns}}
    made = permissions.create_permission({"name": "p", "resources": {"artifact": resource}})
    assert made.resources.artifact.targets["loc"].include_patterns == ["a/**"]
    assert [one.name for one in permissions.get_permissions().permissions] == ["Any Remote", "Anything", "p"]
    assert permissions.get_permission_resource("p", "artifact").actions.users == {"admin": ["READ"]}
    changed = {"actions": {"groups": {"readers": ["READ", "WRITE"]}}, "targets": {"loc": patterns}}
    replaced = permissions.replace_permission_resource("p", "artifact", changed)
    assert (replaced.actions.users, replaced.actions.groups) == ({}, {"readers": ["READ", "WRITE"]})
    merged = permissions.update_permission_resource("p", "artifact", {"actions": {"users": {"admin": ["DELETE"]}}})
    assert (merged.actions.users, merged.actions.groups) == ({"admin": ["DELETE"]}, {"readers": ["READ", "WRITE"]})
    assert permissions.get_permission_targets()[-1].name == "p", "in the older dialect"
    permissions.delete_permission("p")
    assert refused(permissions.get_permission_details, "p") == 404


def test_projects_their_members_and_roles(api: Any, refused: Any) -> None:
    projects, members, roles = api("Projects"), api("Members"), api("Roles")
    assert projects.create_project({"project_key": "shop", "display_name": "Shop"}).storage_quota_bytes == -1
    assert projects.update_project("shop", {"display_name": "Shop 2"}).display_name == "Shop 2"
    assert [one.project_key for one in projects.get_projects_list()] == ["shop"]
    role = {"name": "Deployer", "type": "CUSTOM", "environments": ["DEV"], "actions": ["DEPLOY_CACHE_REPOSITORY"]}
    assert roles.create_project_role("shop", role).type == "CUSTOM"
    assert roles.update_project_role("shop", "Deployer", role | {"environments": ["PROD"]}).environments == ["PROD"]
    assert roles.get_project_role("shop", "Deployer").actions == ["DEPLOY_CACHE_REPOSITORY"]
    assert {"Viewer", "Deployer"} <= {one.name for one in roles.get_project_roles("shop")}
    member = {"name": "anonymous", "roles": ["Deployer"]}
    assert members.add_or_update_project_user("shop", "anonymous", member).roles == ["Deployer"]
    assert members.update_project_group("shop", "readers", {"name": "readers", "roles": ["Viewer"]}).roles == ["Viewer"]
    assert [one.name for one in members.get_project_users("shop").members] == ["anonymous"]
    assert [one.name for one in members.get_project_groups("shop").members] == ["readers"]
    members.delete_project_user("shop", "anonymous")
    members.delete_project_group("shop", "readers")
    roles.delete_project_role("shop", "Deployer")
    assert refused(roles.get_project_role, "shop", "Deployer") == 404
    projects.delete_project("shop")
    assert refused(projects.get_project, "shop") == 404


def test_global_roles(api: Any, refused: Any) -> None:
    roles = api("GlobalRoles")
    role = {"name": "Auditor", "type": "CUSTOM_GLOBAL", "environments": ["DEV"], "actions": ["READ_REPOSITORY"]}
    roles.create_global_role(role)
    assert refused(roles.create_global_role, role) == 409
    actions = ["READ_REPOSITORY", "READ_BUILD"]
    roles.update_global_role("Auditor", role | {"description": "reads", "actions": actions})
    found = roles.get_global_role("Auditor")
    assert (found.type.value, found.description) == ("CUSTOM_GLOBAL", "reads")
    assert found.actions == actions
    assert found in roles.get_all_global_roles()
    roles.delete_global_role("Auditor")
    assert refused(roles.get_global_role, "Auditor") == 404


def test_system_and_locks(api: Any) -> None:
    system, locks = api("System"), api("UserLockPolicy")
    assert system.get_basic_authentication_status().enabled is True
    assert system.get_service_id().startswith("jfrt@")
    assert system.router_health_check().router.state == "HEALTHY"
    assert api("ArtifactorySystem").get_artifactory_version().version == "7.146.10"
    locks.configure_user_lock_policy({"enabled": True, "loginAttempts": 3})
    assert locks.get_user_lock_policy().login_attempts == 3
    locks.unlock_locked_out_users(["admin"])
    assert locks.get_locked_out_users() == []


def test_repositories_and_what_is_in_them(api: Any, sandbox: RunningSandbox) -> None:
    repositories, items = api("Repositories"), api("ItemManagementAPIs")
    for key in ("loc", "other"):
        repositories.create_repository(key, {"rclass": "local", "packageType": "generic"})
    assert [one.key for one in repositories.get_repositories_by_type_and_project(package_type="generic")] == [
        "loc",
        "other",
    ]
    with sandbox.http() as client:
        client.put("/artifactory/loc/file.txt", content=b"hello").raise_for_status()
    items.set_item_properties("loc", "file.txt", "a=1")
    moved = api("ArtifactManagement").move_item("loc", "file.txt", "/other/new.txt")
    assert moved.messages[0].message.endswith("1 artifacts and 0 folders were moved")
    found = api("Searches").search_artifact("new", repos="other")
    assert [one.uri.rpartition("/")[2] for one in found.results] == ["new.txt"]
    api("Projects").create_project({"project_key": "shop", "display_name": "Shop"})
    repositories.attach_repository_to_project("loc", "shop")
    repositories.share_repository_with_target_project("other", "shop", read_only=True)
    repositories.unshare_repository_with_target_project("other", "shop")
    summary = api("StorageInfo").get_storage_summary_info()
    assert summary.binaries_summary.artifacts_count == "1"
    repositories.delete_repository("other")
