"""Where tokens of profiles come from: commands that misbehave, a vault that is bound to URLs."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from jfconsole.domain.errors import ConsoleError, NotFound, Refused
from jfconsole.domain.profiles import Profile, TokenPlace
from jfconsole.domain.secret import Secret
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.services import token_places
from tests.support.keyrings import ClearKeyring, LockedKeyring, MemoryKeyring, using
from tests.unit.services.test_child_environment import SECRET_VARIABLES

PROFILE = Profile(name="acme", url="https://acme.jfrog.io", token=TokenPlace.VAULT)


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_one_line_is_the_token() -> None:
    assert token_places.from_command(python("print(' s3cr3t ')")).reveal() == "s3cr3t"


def test_no_shell_reads_the_words() -> None:
    assert token_places.from_command((*python("import sys; print(sys.argv[1])"), "$HOME;ls")).reveal() == "$HOME;ls"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("print('s3cr3t'); print('s3cr3t')", "more than a token"),
        ("", "no token"),
        ("print('s3cr3t'); raise SystemExit(3)", "ended with 3"),
        ("import sys; sys.stdout.buffer.write(b's3cr3t\\xff')", "not text"),
        ("print(input())", "ended with 1"),
    ],
)
def test_a_command_that_gives_no_token(code: str, words: str) -> None:
    with pytest.raises(ConsoleError, match=words) as caught:
        token_places.from_command(python(code))
    assert "s3cr3t" not in f"{caught.value.message}{caught.value.hint}"


def test_a_command_that_does_not_exist() -> None:
    with pytest.raises(Refused, match="cannot be run"):
        token_places.from_command(("/nowhere/at-all",))


def test_a_command_that_hangs_is_ended_although_a_child_of_its_holds_on() -> None:
    code = "import subprocess; subprocess.run(['sleep', '3'])"
    with pytest.raises(Refused, match=r"no token within 0\.5 s"):
        token_places.from_command(python(code), seconds=0.5)


def test_the_vault_gives_a_token_to_its_url_alone(tmp_path: Path) -> None:
    issuer = LocalIssuer(tmp_path / "issuer")
    issuer.vault.create(Secret("correct horse"), "https://jwt.acme.example")
    token_places.keep_in_vault(PROFILE, Secret("s3cr3t-token"), issuer)
    assert token_places.read_vault(PROFILE, issuer).reveal() == "s3cr3t-token"
    with pytest.raises(NotFound, match="no token for acme"):
        token_places.read_vault(replace(PROFILE, url="https://evil.example"), issuer)
    token_places.forget(PROFILE, issuer)
    token_places.forget(PROFILE, issuer)
    with pytest.raises(NotFound, match="no token for acme"):
        token_places.read_vault(PROFILE, issuer)
    issuer.close()
    for file in (tmp_path / "issuer").iterdir():
        assert b"s3cr3t-token" not in file.read_bytes()


def test_without_a_keyring_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(Refused, match="keyring is not installed"):
        token_places.read_keyring(PROFILE)


KEPT_THERE = replace(PROFILE, token=TokenPlace.KEYRING)


def test_the_keyring_gives_a_token_to_its_url_alone(a_keyring: MemoryKeyring) -> None:
    token_places.keep_in_keyring(KEPT_THERE, Secret("s3cr3t-token"))
    assert token_places.read_keyring(KEPT_THERE).reveal() == "s3cr3t-token"
    assert list(a_keyring.kept) == [(token_places.SERVICE, KEPT_THERE.token_key)]
    with pytest.raises(NotFound, match="no token for acme"):
        token_places.read_keyring(replace(KEPT_THERE, url="https://evil.example"))
    token_places.forget(KEPT_THERE)
    token_places.forget(KEPT_THERE)
    assert a_keyring.kept == {}


@pytest.mark.parametrize(("backend", "words"), [(ClearKeyring(), "sealed"), (LockedKeyring(), "KeyringLocked")])
def test_a_keyring_of_no_use_gets_nothing(backend: MemoryKeyring, words: str) -> None:
    with using(backend):
        for ask in (token_places.read_keyring, lambda p: token_places.keep_in_keyring(p, Secret("s3cr3t-token"))):
            with pytest.raises(Refused, match=words):
                ask(KEPT_THERE)
    assert backend.kept == {}


def test_a_command_is_ended_when_nobody_waits_any_more() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Refused, match="gave no token"):
        token_places.from_command(python("import time; time.sleep(60)"), stop=stop)


def test_a_command_gets_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRET_VARIABLES:
        monkeypatch.setenv(name, "sentinel")
    monkeypatch.setenv("MANAGER_SESSION", "theirs")
    printed = token_places.from_command(python("import os; print(*sorted(os.environ), sep=',')")).reveal().split(",")
    assert "MANAGER_SESSION" in printed
    assert not set(printed) & set(SECRET_VARIABLES)
