"""A real client of the older APIs, dohq-artifactory: what scripts of administrators do with it, unchanged."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from artifactory import ArtifactoryPath, walk
from dohq_artifactory import admin
from dohq_artifactory.exception import ArtifactoryException

from tests.support.sandbox import RunningSandbox


@contextmanager
def connected(sandbox: RunningSandbox, **credentials: Any) -> Iterator[Any]:
    path = ArtifactoryPath(f"{sandbox.url}/artifactory", **credentials)
    with path.session:
        yield path


@pytest.fixture
def root(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The platform, as its administrator by token; the client's own half second after each write is left out."""
    monkeypatch.setattr(admin, "rest_delay", lambda: None)
    with connected(sandbox, token=sandbox.token) as path:
        yield path


@pytest.fixture
def with_password(sandbox: RunningSandbox, root: Any) -> Iterator[Any]:
    """The same by password, which the older tokens need."""
    with connected(sandbox, auth=(sandbox.username, sandbox.password)) as path:
        yield path


def local(root: Any, name: str = "loc", package_type: str = "generic") -> Any:
    repository = admin.RepositoryLocal(root, name, package_type=package_type)
    repository.create()
    return repository


def shown(paths: Any, root: Any) -> list[str]:
    return sorted(str(path).removeprefix(str(root)).strip("/") for path in paths)


def test_users_and_groups(root: Any, sandbox: RunningSandbox) -> None:
    bob = admin.User(root, "bob", "bob@example.com", "Passw0rd1")
    bob.create()
    assert (bob.realm, bob.last_logged_in, bob.raw["groups"], bob.admin) == ("internal", None, ["readers"], False)
    team = admin.Group(root, "team")
    team.description = "first"
    team.create()
    bob.add_to_group(team)
    bob.update()
    assert [group.name for group in bob.groups] == ["readers", "team"]
    bob.remove_from_group("readers")
    bob.update()
    assert bob.raw["groups"] == ["team"]
    team.users = ["admin"]
    team.update()
    with sandbox.http() as client:
        assert client.get("/access/api/v2/groups/team").json()["members"] == ["admin", "bob"]
    ldap = admin.GroupLDAP(root, "LdapTeam", "ou=team")
    ldap.create()
    assert (ldap.name, ldap.realm, ldap.realm_attributes) == ("ldapteam", "ldap", "ou=team")
    assert (bob.list(), team.list()) == (["admin", "anonymous", "bob"], ["ldapteam", "readers", "team"])
    assert bob.encrypted_password.startswith("AP")
    assert str(bob.api_key) == ""
    with pytest.raises(ArtifactoryException, match="disabled"):
        bob.api_key.create()
    for made in (bob, team, ldap):
        made.delete()
    assert (root.find_user("bob"), root.find_group("team")) == (None, None)
    with pytest.raises(ArtifactoryException, match="bob"):
        bob.delete()


def test_repositories(root: Any) -> None:
    one = local(root)
    one.description = "changed"
    one.update()
    assert (one.raw["description"], one.raw["rclass"], one.raw["dockerApiVersion"]) == ("changed", "local", "V1")
    remote = admin.RepositoryRemote(root, "rem", url="https://upstream.example.com", package_type="pypi")
    remote.create()
    both = admin.RepositoryVirtual(root, "all", repositories=["loc", "rem"], default_deployment_repo_name="loc")
    both.create()
    assert [type(found) for found in root.find_repository("all").repositories] == [
        admin.RepositoryLocal,
        admin.RepositoryRemote,
    ]
    with pytest.raises(ArtifactoryException, match="already exists"):
        one.create()
    names = [found.name for found in root.get_repositories()]
    assert names == ["all", "artifactory-build-info", "loc", "release-bundles-v2", "rem"]
    for made in (both, remote, one):
        made.delete()
        assert root.find_repository(made.name) is None


def test_permissions_and_projects(root: Any) -> None:
    repository = local(root)
    admin.User(root, "bob", "bob@example.com", "Passw0rd1").create()
    target = admin.PermissionTarget
    permission = target(root, "p", repositories=["loc"], users={"bob": target.ROLE_DEPLOY})
    permission.create()
    permission.add_group("readers", target.ROLE_ADMIN)
    permission.add_repository("ANY REMOTE")
    permission.update()
    found = root.find_permission_target("p").raw
    assert found["repositories"] == ["loc", "ANY REMOTE"]
    assert sorted(found["principals"]["users"]["bob"]) == ["n", "r", "w"]
    assert sorted(found["principals"]["groups"]["readers"]) == ["d", "m", "mxm", "n", "r", "w", "x"]
    assert [one.name for one in root.get_permissions()] == ["Any Remote", "Anything", "p"]
    permission.delete()
    assert root.find_permission_target("p") is None
    project = admin.Project(root, "shop", "Shop", manage_members=False)
    project.create()
    project.display_name = "Shop 2"
    project.update()
    assert [(one.project_key, one.display_name, one.manage_members) for one in root.get_projects()] == [
        ("shop", "Shop 2", False)
    ]
    project.delete()
    assert root.find_project("shop") is None
    repository.delete()


def test_tokens(sandbox: RunningSandbox, with_password: Any) -> None:
    token = admin.Token(
        with_password, username="bob", scope="member-of-groups:readers", expires_in=25_000, refreshable=True
    )
    token.create()
    assert (token.token["expires_in"], token.token["token_type"]) == (25_000, "Bearer")
    token.read()
    assert token.tokens[token.token_id]["refreshable"] is True
    with sandbox.http(token=token.jwt_token) as client:
        assert client.get("/artifactory/api/system/version").status_code == 200
        token.delete()
        assert client.get("/artifactory/api/system/version").status_code == 401
    with pytest.raises(requests.HTTPError, match="Invalid scope"):
        admin.Token(with_password, username="bob", scope="nonsense").create()


def test_files_and_folders(root: Any, tmp_path: Path) -> None:
    base = local(root).path
    file = base / "dir" / "file.txt"
    assert not file.exists()
    file.write_text("hello")
    (tmp_path / "f.bin").write_bytes(b"abc")
    (base / "dir" / "sub" / "f.bin").deploy_file(tmp_path / "f.bin", parameters={"k": "v", "m": ["1", "2"]})
    (base / "dir" / "again.txt").deploy_by_checksum(sha1=file.stat().sha1)
    assert (file.read_text(), (base / "dir" / "again.txt").read_text()) == ("hello", "hello")
    stat = file.stat()
    assert (stat.size, stat.is_dir, stat.created_by, stat.mime_type) == (5, False, "admin", "text/plain")
    assert (stat.repo, (base / "dir").stat().children) == ("loc", ["again.txt", "file.txt", "sub"])
    empty = base / "empty"
    empty.mkdir()
    with pytest.raises(OSError, match="File exists"):
        empty.mkdir()
    assert (empty.is_dir(), empty.stat().children, empty.owner()) == (True, [], "nobody")
    assert [(folders, files) for _, folders, files in walk(base)] == [
        (["dir", "empty"], []),
        (["sub"], ["again.txt", "file.txt"]),
        ([], ["f.bin"]),
        ([], []),
    ]
    assert shown(base.glob("**/*.txt"), base) == ["dir/again.txt", "dir/file.txt"]
    stats = file.download_stats()
    assert (stats.download_count, stats.last_downloaded_by) == (1, "admin")
    for gone in (empty, base / "dir"):
        gone.rmdir()
        assert not gone.exists()
    with pytest.raises(FileNotFoundError):
        file.unlink()


def test_properties(root: Any) -> None:
    base = local(root).path
    file = base / "dir" / "file.txt"
    file.write_text("hello")
    assert file.properties == {}
    file.set_properties({"a": "1", "b": ["2", "3"]})
    assert file.properties == {"a": ["1"], "b": ["2", "3"]}
    file.properties = {"b": "4", "c": "x=y,z"}
    assert file.properties == {"b": ["4"], "c": ["x=y,z"]}
    file.del_properties(["b"])
    (base / "dir").set_properties({"team": "t"}, recursive=True)
    (base / "dir").set_properties({"alone": "1"}, recursive=False)
    assert (base / "dir").properties == {"team": ["t"], "alone": ["1"]}
    assert file.properties == {"c": ["x=y,z"], "team": ["t"]}
    with pytest.raises(FileNotFoundError):
        _ = (base / "none").properties


def test_copies_and_moves(root: Any) -> None:
    base, other = local(root).path, local(root, "other").path
    (base / "dir" / "file.txt").write_text("hello")
    (base / "dir" / "file.txt").set_properties({"a": "1"})
    (base / "dir" / "empty").mkdir()
    dry = (base / "dir").copy(other / "new", dry_run=True)
    words = "copying loc:dir to other:new completed successfully, 1 artifacts and 2 folders were copied"
    assert dry == {"messages": [{"level": "INFO", "message": words}]}
    assert not (other / "new").exists()
    (base / "dir").copy(other / "new")
    assert shown(other.glob("**/*"), other) == ["new", "new/empty", "new/file.txt"]
    assert (other / "new" / "file.txt").properties == {"a": ["1"]}
    (base / "dir").copy(other / "new")
    assert (other / "new" / "dir" / "file.txt").exists()
    (base / "dir" / "file.txt").move(base / "moved.txt")
    assert ((base / "moved.txt").read_text(), (base / "dir" / "file.txt").exists()) == ("hello", False)
    with pytest.raises(ArtifactoryException):
        (base / "none").copy(other / "none")


def test_queries(root: Any) -> None:
    repository = local(root)
    for name, size in (("b.txt", 20), ("a.txt", 3), ("c.bin", 100)):
        (repository.path / "dir" / name).write_bytes(b"x" * size)
    (repository.path / "dir" / "a.txt").set_properties({"k": ["v", "w"]})
    by_size = root.aql("items.find", {"repo": "loc"}, ".include", ["name", "size"], ".sort", {"$desc": ["size"]})
    assert [row["name"] for row in by_size] == ["c.bin", "b.txt", "a.txt"]
    page = repository.search_raw(include=["name"], sort={"$asc": ["name"]}, offset=1, limit=1)
    assert page == [{"name": "b.txt"}]
    assert shown(repository["*.txt"], repository.path) == ["dir/a.txt", "dir/b.txt"]
    held = root.aql("items.find", {"@k": "w"}, ".include", ["name", "property.*"])
    assert held == [{"name": "a.txt", "properties": [{"key": "k", "value": "v"}, {"key": "k", "value": "w"}]}]
    assert shown(map(root.from_aql, root.aql("items.find", {"type": "folder"})), root) == ["loc/dir"]
