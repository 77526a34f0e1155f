"""The files of container clients: one entry changes, everything else stays, and what was there is kept beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jfconsole.domain.errors import ConsoleError, UsageError
from jfconsole.services.login_config import Login, docker_config, podman_config
from jfconsole.services.login_steps import backup_in, login_step

ADDRESS = "registry.example.com:6000"
NOW = 1_790_000_000.0


def written(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_new_file_is_private_and_its_entry_goes_as_it_came(tmp_path: Path) -> None:
    path = tmp_path / "docker" / "config.json"
    login = Login(path, ADDRESS)
    assert (login.helper(), login.backup(NOW)) == ("", None)
    login.write("jfconsole")
    assert written(path) == {"credHelpers": {ADDRESS: "jfconsole"}}
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert login_step(login) is None
    login.write("")
    assert written(path) == {}


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
    login = Login(path, ADDRESS)
    assert login.stored()
    backup = login.backup(NOW)
    assert backup == tmp_path / "config.json.20260921-141320.bak"
    login.write("jfconsole", backup)
    assert backup.read_text(encoding="utf-8") == text
    assert backup.stat().st_mode & 0o777 == 0o600
    assert written(path) == {**there, "credHelpers": {"other.example": "pass", ADDRESS: "jfconsole"}}
    assert path.read_text(encoding="utf-8").startswith("{\n" + indent + '"auths"')
    assert sorted(one.name for one in tmp_path.iterdir()) == ["config.json", backup.name]
    login.write("", backup)
    assert written(path) == there
    assert backup.read_text(encoding="utf-8") == text, "the first copy is the one that counts"


def test_a_step_tells_what_was_asked_before_and_goes_back_to_it(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"credHelpers": {ADDRESS: "pass"}}))
    step = login_step(Login(path, ADDRESS), NOW)
    assert step is not None
    assert (step.kind, step.before, step.after) == ("client-login.update", {"helper": "pass"}, {"helper": "jfconsole"})
    assert step.inverse is not None
    assert step.inverse.after == {"helper": "pass"}
    assert backup_in(step) == tmp_path / "config.json.20260921-141320.bak"
    assert all(request.stays_here for request in (*step.requests, *step.inverse.requests))


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.json", tmp_path / "config.json"
    real.write_text("{}")
    link.symlink_to(real)
    step = login_step(Login(link, ADDRESS))
    assert step is not None
    assert step.key == f"{ADDRESS} {real}"


@pytest.mark.parametrize("text", ["{", "[]", "1", '{"credHelpers": []}', "[" * 100_000, "\ud800"])
def test_a_broken_file_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    for attempt in (lambda login: login_step(login), lambda login: login.write("jfconsole")):
        with pytest.raises(UsageError):
            attempt(Login(path, ADDRESS))
    assert path.read_bytes() == text.encode("utf-8", "surrogatepass")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConsoleError):
        Login(tmp_path / "file" / "config.json", ADDRESS).write("jfconsole")


def test_where_clients_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert docker_config({}) == tmp_path / ".docker" / "config.json"
    assert docker_config({"DOCKER_CONFIG": "/x"}) == Path("/x/config.json")
    assert podman_config({}) == tmp_path / ".config" / "containers" / "auth.json"
    assert podman_config({"XDG_CONFIG_HOME": "/x"}) == Path("/x/containers/auth.json")
    assert podman_config({"REGISTRY_AUTH_FILE": "/x/auth.json"}) == Path("/x/auth.json")
