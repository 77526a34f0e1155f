"""No secret leaves by a side door: not by the terminal, a file, an argument or a child's environment."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

import pytest

from tests.pty.consoles import descendants, on, opened
from tests.support.sandbox import RunningSandbox


def encodings(secret: str) -> list[bytes]:
    """The ways in which a secret may be written down."""
    raw = secret.encode()
    escaped = json.dumps(secret).strip('"').replace("/", "\\/").encode()
    return [
        raw,
        escaped,
        secret.encode("utf-16-le"),
        secret.encode("utf-16-be"),
        raw.hex().encode(),
        *(base64.b64encode(raw[offset:])[4:-4] for offset in range(3)),
    ]


def holds(content: bytes, secret: str) -> bool:
    """Whether a secret stands in some bytes, written down in any of these ways."""
    return any(form in content for form in encodings(secret))


def test_the_search_finds_every_form() -> None:
    secret = "cmVmdGtuOjAxOjE3NjM4MDAwMDA6YWJjZGVm/+"
    for form in (secret, json.dumps({"t": secret}), secret.encode().hex()):
        assert holds(b"before " + form.encode() + b" after", secret)
    for padding in range(3):
        assert holds(base64.b64encode(b"x" * padding + secret.encode() + b"end"), secret)
    assert holds(secret.encode("utf-16"), secret)
    assert not holds(b"nothing here", secret)


@pytest.fixture
def sandbox_of_its_own() -> object:
    with RunningSandbox("demo") as sandbox:
        yield sandbox


def test_a_tour_leaves_no_token_anywhere(tmp_path: Path, sandbox_of_its_own: RunningSandbox) -> None:
    """The own token, a pasted JWT and a pasted reference token, through every screen that there is."""
    sandbox = sandbox_of_its_own
    created = sandbox.create_token(username="tour", scope="applied-permissions/user", include_reference_token=True)
    secrets = {"own": sandbox.token, "jwt": created["access_token"], "reference": created["reference_token"]}
    arguments = on(sandbox, tmp_path)
    begun = len(sandbox.requests())
    processes: dict[int, bytes] = {}
    with opened(tmp_path / "home", arguments, size=(120, 40)) as session:
        console = session.console

        def look_around() -> None:
            for pid in descendants(console.process.pid):
                for name in ("cmdline", "environ"):
                    processes[pid] = processes.get(pid, b"") + Path(f"/proc/{pid}/{name}").read_bytes()

        look_around()
        for pasted in ("jwt", "reference"):
            console.send("i")
            console.wait_for("Paste an access token")
            console.send(secrets[pasted], "enter")
            console.wait_for("inspected here, not sent")
            console.send("escape")
            console.wait_gone("esc close")
        session.filter_by("build-bot", " 1 of ")
        for key, shows in [("d", "build-bot"), ("y", "build-bot")]:
            console.send(key)
            console.wait_for("esc close")
            console.wait_for(shows)
            console.send("escape")
            console.wait_gone("esc close")
        console.send("ctrl+d")
        console.wait_for("Review before anything is sent")
        look_around()
        console.send("tab", "enter")
        console.wait_for("Report saved to")
        look_around()
        console.send("escape")
        console.wait_gone("Report saved to")
        console.send("L")
        console.wait_for("DELETE")
        console.send("0")
        console.wait_for("jfconsole ▸ journal")
        session.quit()
        files = {path: path.read_bytes() for path in session.files()}
    assert any(request["method"] == "DELETE" for request in sandbox.requests()[begun:])
    assert len(files) >= 2
    for name, secret in secrets.items():
        assert not holds(console.raw, secret), f"{name} was written to the terminal"
        assert [path for path, content in files.items() if holds(content, secret)] == [], name
        assert [pid for pid, content in processes.items() if holds(content, secret)] == [], name


@pytest.mark.deep
def test_a_token_that_is_made_goes_to_the_file_that_was_named_and_nowhere_else(
    tmp_path: Path, sandbox_of_its_own: RunningSandbox
) -> None:
    arguments = on(sandbox_of_its_own, tmp_path)
    processes: list[bytes] = []
    with opened(tmp_path / "home", arguments, size=(100, 30)) as session:
        console = session.console

        def look_around() -> None:
            for pid in descendants(console.process.pid):
                processes.extend(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))

        console.send("n")
        console.wait_for("New token")
        console.send("ci")
        console.wait_for("ci  ")
        console.send("ctrl+s")
        console.wait_for("Review before anything is sent")
        console.send("tab", "enter")
        console.wait_for("Shown once")
        look_around()
        console.send("s")
        console.wait_for("only you can read")
        console.send("enter")
        console.wait_for("readable by you alone")
        look_around()
        console.send("escape")
        console.wait_gone("Shown once")
        session.quit()
        files = {path: path.read_bytes() for path in session.files()}
    (kept,) = [path for path in files if path.name.endswith(".access-token")]
    value = files.pop(kept).decode()
    assert value.startswith("eyJ")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not holds(console.raw, value)
    assert [path for path, content in files.items() if holds(content, value)] == []
    assert not any(holds(content, value) for content in processes)


def test_a_token_from_the_environment_is_not_passed_on(tmp_path: Path, story: RunningSandbox) -> None:
    environment = {"JFROG_URL": story.url, "JFROG_ACCESS_TOKEN": story.token}
    script = "import os, sys; from jfconsole.cli import main as m; from jfconsole.cli.verbs import console as c;" + (
        "c.open_console = lambda *_: os.execvp(sys.executable, [sys.executable, '-c',"
        " 'import os; print(sorted(os.environ), flush=True)']); m.main([])"
    )
    with opened(
        tmp_path, ["-c", script], command=[sys.executable], environment=environment, ready="JFROG_URL"
    ) as child:
        assert child.console.exit_code() == 0
        assert "JFROG_ACCESS_TOKEN" not in child.console.text
        assert not holds(child.console.raw, story.token)
