"""The profiles' file: what it says of itself when it is bad, and that nothing in it gets lost."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.errors import NotFound, UsageError
from jfconsole.domain.profiles import Colour, Profile, TokenPlace
from jfconsole.services.profiles import FILE, ProfileStore, renamed

URL = "https://acme.jfrog.io"
FULL = Profile(
    name="acme",
    url=URL,
    token=TokenPlace.COMMAND,
    token_command=("pass", "show", "jf rog"),
    ca_cert=Path("/etc/ca.pem"),
    client_cert=Path("/etc/me.pem"),
    client_key=Path("/etc/me.key"),
    pin="ab" * 32,
    read_only=True,
    colour=Colour.RED,
)


def test_nothing_is_there_at_first(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path / "config")
    assert (store.load().known, store.load().default) == ((), None)
    assert not store.path.parent.exists()


def test_what_is_put_comes_back(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path / "config")
    plain = Profile(name="lab", url="http://127.0.0.1:8081")
    store.put(FULL)
    store.put(plain)
    assert (store.load().known, store.load().default) == ((FULL, plain), "acme")
    assert store.path.stat().st_mode & 0o777 == 0o600
    store.use("lab")
    assert store.load().default == "lab"
    store.remove("lab")
    assert (store.load().known, store.load().default) == ((FULL,), None)


@given(
    st.builds(
        Profile,
        name=st.from_regex(r"[a-z0-9](-?[a-z0-9]){0,15}", fullmatch=True),
        url=st.sampled_from([URL, "https://a.test:8443/jfrog"]),
        read_only=st.booleans(),
        colour=st.none() | st.sampled_from(Colour),
        ca_cert=st.none()
        | st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n~"), min_size=1).map(
            lambda text: Path("/", text)
        ),
    )
)
def test_any_profile_comes_back(tmp_path_factory: pytest.TempPathFactory, profile: Profile) -> None:
    store = ProfileStore(tmp_path_factory.mktemp("config"))
    store.put(profile)
    assert store.load().known == (profile,)


def test_what_is_not_known_here_is_kept(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    store.path.write_text(
        f'theme = "dark"\n[profiles.acme]\nurl = "{URL}"\nfuture = [1, 2]\n[profiles.old]\nurl = "{URL}"\n'
    )
    store.put(FULL)
    store.use("old")
    document = tomllib.loads(store.path.read_text())
    assert document["theme"] == "dark"
    assert document["profiles"]["acme"]["future"] == [1, 2]
    assert store.load().known == (FULL, Profile(name="old", url=URL))


def test_a_setting_taken_back_is_gone(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    store.put(FULL)
    store.put(Profile(name="acme", url=URL))
    assert store.load().known == (Profile(name="acme", url=URL),)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[profiles.acme]\n\nurl = 7\n", 3, "text in quotes"),
        ('[profiles.acme]\nurl = "ftp://acme"\n', 2, "no platform URL"),
        ('[profiles.acme]\nurl = "http://acme.jfrog.io"\n', 2, "clear text"),
        ("[profiles.acme]\nread-only = true\n", 1, "url: it is missing"),
        (f'[profiles.acme]\nurl = "{URL}"\nread-only = "yes"\n', 3, "true or false"),
        (f'[profiles.acme]\nurl = "{URL}"\ntoken = "file"\n', 3, "ask, vault, keyring, command"),
        (f'[profiles.acme]\nurl = "{URL}"\ntoken = "command"\n', 3, "token-command"),
        (f'[profiles.acme]\nurl = "{URL}"\ntoken-command = "pass"\n', 3, "list of words"),
        (f'[profiles.acme]\nurl = "{URL}"\ncertificate-sha256 = "ab"\n', 3, "64 hex digits"),
        (f'[profiles.acme]\nurl = "{URL}"\nclient-key = "/k"\n', 3, "client-cert"),
        (f'[profiles."Acme X"]\nurl = "{URL}"\n', 1, "small letters"),
        ('default = "gone"\n', 1, "no profile of this file"),
        ("[profiles\n", 1, "no TOML"),
        ("profiles = 3\n", 1, "must be a table"),
    ],
)
def test_a_bad_file_is_told_with_its_line_and_left_alone(tmp_path: Path, text: str, line: int, words: str) -> None:
    store = ProfileStore(tmp_path)
    store.path.write_text(text)
    for attempt in (store.load, lambda: store.put(FULL)):
        with pytest.raises(UsageError, match=rf"{FILE}:{line}:.*{words}"):
            attempt()
    assert store.path.read_text() == text


def test_an_unknown_name(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    store.put(FULL)
    with pytest.raises(NotFound, match="no profile lab") as caught:
        store.get("lab")
    assert "acme" in caught.value.hint


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    store.put(FULL)
    assert renamed(FULL, store.load()).name == "acme-2"
