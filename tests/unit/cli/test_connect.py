"""Where URL and token come from, in which order, and what is refused."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from jfconsole.cli.connect import NothingConfigured, Where, find_connection
from jfconsole.cli.environment import take_environment
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import UsageError

URL = "https://acme.jfrog.io"


def connect(where: Where | None = None, environ: dict[str, str] | None = None, stdin: str = "") -> Connection:
    return find_connection(where or Where(), take_environment(environ or {}), io.StringIO(stdin))


def token_file(folder: Path, text: str = "s3cr3t\n", mode: int = 0o600) -> Path:
    path = folder / "token"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_flags_win_over_the_environment(tmp_path: Path) -> None:
    where = Where(url="https://flags.test", token_file=token_file(tmp_path))
    found = connect(where, {"JFROG_URL": "https://env.test", "JFROG_ACCESS_TOKEN": "other"})
    assert (found.url, found.token.reveal(), found.source) == ("https://flags.test", "s3cr3t", "--url and --token-file")


def test_a_token_from_stdin() -> None:
    found = connect(Where(url=URL, token_stdin=True), stdin="  s3cr3t\n")
    assert (found.token.reveal(), found.source) == ("s3cr3t", "--url and --token-stdin")


@pytest.mark.parametrize(
    ("environ", "source"),
    [
        ({"JFROG_URL": URL, "JFROG_ACCESS_TOKEN": "a"}, "JFROG_URL and JFROG_ACCESS_TOKEN"),
        ({"JF_URL": URL, "JF_ACCESS_TOKEN": "a"}, "JF_URL and JF_ACCESS_TOKEN"),
        ({"JFCONSOLE_URL": URL, "JFCONSOLE_TOKEN": "a"}, "JFCONSOLE_URL and JFCONSOLE_TOKEN"),
        (
            {"JF_URL": "https://b.test", "JF_ACCESS_TOKEN": "b", "JFROG_URL": URL, "JFROG_ACCESS_TOKEN": "a"},
            "JFROG_URL and JFROG_ACCESS_TOKEN",
        ),
        (
            {"JFROG_URL": "https://b.test", "JFROG_ACCESS_TOKEN": "b", "JFCONSOLE_URL": URL, "JFCONSOLE_TOKEN": "a"},
            "JFCONSOLE_URL and JFCONSOLE_TOKEN",
        ),
        (
            {"JFROG_URL": "https://b.test", "JF_URL": URL, "JF_ACCESS_TOKEN": "a"},
            "JF_URL and JF_ACCESS_TOKEN",
        ),
    ],
)
def test_pairs_of_the_environment(environ: dict[str, str], source: str) -> None:
    found = connect(environ=environ)
    assert (found.url, found.token.reveal(), found.source) == (URL, "a", source)


def test_pairs_are_not_mixed() -> None:
    with pytest.raises(UsageError, match="JFROG_URL and JF_ACCESS_TOKEN set, the other half"):
        connect(environ={"JFROG_URL": URL, "JF_ACCESS_TOKEN": "a"})


def test_half_of_our_own_pair_does_not_lead_to_another_platform() -> None:
    with pytest.raises(UsageError, match="the other half"):
        connect(environ={"JFCONSOLE_URL": URL, "JFROG_URL": "https://b.test", "JFROG_ACCESS_TOKEN": "b"})


def test_nothing_configured_is_an_error_of_its_own() -> None:
    with pytest.raises(NothingConfigured):
        connect()


def test_tokens_leave_the_environment() -> None:
    environ = {"JFROG_URL": URL, "JFROG_ACCESS_TOKEN": "a", "JF_ACCESS_TOKEN": "b", "JFCONSOLE_TOKEN": "c", "HOME": "/"}
    pairs = take_environment(environ)
    assert environ == {"JFROG_URL": URL, "HOME": "/"}
    assert not any(secret in repr(pairs) for secret in ("'a'", "'b'", "'c'"))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_token_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = token_file(tmp_path, mode=mode)
    with pytest.raises(UsageError, match="can be read by others") as caught:
        connect(Where(url=URL, token_file=path))
    assert caught.value.hint == f"Run: chmod 600 {path}"


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_token_file_is_taken(tmp_path: Path, mode: int) -> None:
    assert connect(Where(url=URL, token_file=token_file(tmp_path, mode=mode))).token.reveal() == "s3cr3t"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is no token"),
        (" \n", "there is no token"),
        ("a b", "more than a token"),
        ("a\x1bb", "more than a token"),
    ],
)
def test_what_a_token_file_must_hold(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        connect(Where(url=URL, token_file=token_file(tmp_path, text)))


def test_a_token_file_that_is_no_text(tmp_path: Path) -> None:
    path = token_file(tmp_path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="it is not text"):
        connect(Where(url=URL, token_file=path))


@pytest.mark.parametrize(
    ("where", "why"),
    [
        (Where(url=URL), "--url is given without a token"),
        (Where(token_stdin=True), "no platform"),
        (Where(url=URL, token_file=Path("/nowhere/token")), "cannot be read: No such file"),
        (Where(url=URL, token_file=Path("/"), token_stdin=True), "exclude each other"),
        (Where(url="http://acme.jfrog.io", token_stdin=True), "in clear text"),
        (Where(url=URL, token_stdin=True, ca_cert=Path("/nowhere.pem")), "is no file"),
    ],
)
def test_refusals(where: Where, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        connect(where, stdin="s3cr3t")
    assert caught.value.hint


def test_the_rest_of_the_connection(tmp_path: Path) -> None:
    where = Where(url=URL, token_file=token_file(tmp_path), ca_cert=token_file(tmp_path), read_only=True)
    found = connect(where)
    assert found.read_only
    assert found.ca_cert == where.ca_cert
