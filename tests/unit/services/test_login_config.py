"""The files of container clients: one entry changes, everything else stays, and what was there is kept beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jfconsole.domain.errors import ConsoleError, PlanMoved, UsageError
from jfconsole.services.login_config import docker_config, plan_login, podman_config, write_login

ADDRESS = "registry.example.com:6000"
NOW = 1_790_000_000.0


def written(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_new_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "docker" / "config.json"
    change = plan_login(path, ADDRESS)
    assert change.needed
    assert [line.sign for line in change.lines] == ["+"]
    assert write_login(change) is None
    assert written(path) == {"credHelpers": {ADDRESS: "jfconsole"}}
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert not plan_login(path, ADDRESS).needed


@pytest.mark.parametrize("indent", ["\t", "  "])
def test_everything_else_stays(tmp_path: Path, indent: str) -> None:
    path = tmp_path / "config.json"
    there = {
        "auths": {"https://index.docker.io/v1/": {"auth": "dTpw"}, ADDRESS: {"auth": "dTpw"}},
        "credHelpers": {"other.example": "pass"},
        "credsStore": "desktop",
        "proxies": {"default": {"httpProxy": "http://proxy:3128"}},
        "später": [1, 2.5, None, {"x": "ü"}],
    }
    text = json.dumps(there, indent=indent, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    change = plan_login(path, ADDRESS)
    assert change.stored
    backup = write_login(change, NOW)
    assert backup == tmp_path / "config.json.20260921-141320.bak"
    assert backup.read_text(encoding="utf-8") == text
    assert backup.stat().st_mode & 0o777 == 0o600
    assert written(path) == {**there, "credHelpers": {"other.example": "pass", ADDRESS: "jfconsole"}}
    assert path.read_text(encoding="utf-8").startswith("{\n" + indent + '"auths"')
    assert sorted(one.name for one in tmp_path.iterdir()) == ["config.json", backup.name]


def test_another_helper_s_entry_is_shown_before_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"credHelpers": {ADDRESS: "pass"}}))
    (line,) = plan_login(path, ADDRESS).lines
    assert line.sign == "~"
    assert "pass" in line.text
    assert "jfconsole" in line.text


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.json", tmp_path / "config.json"
    real.write_text("{}")
    link.symlink_to(real)
    write_login(plan_login(link, ADDRESS), NOW)
    assert link.is_symlink()
    assert written(real) == {"credHelpers": {ADDRESS: "jfconsole"}}


def test_what_was_reviewed_is_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("{}")
    change = plan_login(path, ADDRESS)
    path.write_text('{"auths": {}}')
    with pytest.raises(PlanMoved):
        write_login(change)
    assert written(path) == {"auths": {}}


@pytest.mark.parametrize("text", ["{", "[]", "1", '{"credHelpers": []}', "[" * 100_000, "\ud800"])
def test_a_broken_file_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(UsageError):
        plan_login(path, ADDRESS)
    assert path.read_bytes() == text.encode("utf-8", "surrogatepass")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConsoleError):
        write_login(plan_login(tmp_path / "file" / "config.json", ADDRESS))


def test_where_clients_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert docker_config({}) == tmp_path / ".docker" / "config.json"
    assert docker_config({"DOCKER_CONFIG": "/x"}) == Path("/x/config.json")
    assert podman_config({}) == tmp_path / ".config" / "containers" / "auth.json"
    assert podman_config({"XDG_CONFIG_HOME": "/x"}) == Path("/x/containers/auth.json")
    assert podman_config({"REGISTRY_AUTH_FILE": "/x/auth.json"}) == Path("/x/auth.json")
