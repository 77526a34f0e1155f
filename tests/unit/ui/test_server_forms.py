"""What the questions about a server come to, without a screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.domain.forms import Answer, asked, problems
from jfconsole.domain.profiles import Colour, TokenPlace
from jfconsole.domain.secret import Secret
from jfconsole.services.servers import Places
from jfconsole.ui import server_forms as forms

NOTHING = Places(vault=False, keyring=False)
EVERYTHING = Places(vault=True, keyring=True)
URL = "https://acme.jfrog.io/ui/login/"


def answered(**answers: Answer) -> dict[str, Answer]:
    return {**forms.connect_form(NOTHING, {}).defaults(), "url": URL, **answers}


def told(answers: dict[str, Answer]) -> str:
    form = forms.connect_form(NOTHING, {})
    assert form.preview is not None
    return "\n".join(form.preview(answers))


@pytest.mark.parametrize(
    ("places", "first", "never"),
    [
        (NOTHING, "nowhere: ask each time", "in the vault"),
        (EVERYTHING, "in the vault", "in a vault, made now"),
        (Places(vault=False, keyring=True), "in the system's keyring", "in the vault"),
    ],
)
def test_the_safest_place_that_is_there_comes_first(places: Places, first: str, never: str) -> None:
    keep = next(field for field in forms.connect_form(places, {}).fields if field.id == "keep")
    assert keep.default == keep.choices[0] == first
    assert never not in keep.choices


def test_a_profile_has_all_that_was_answered(tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}.pem" for name in ("ca_cert", "client_cert", "client_key")}
    for path in files.values():
        path.touch()
    pin = ":".join(["ab"] * 32)
    answers = answered(name="prod", read_only=True, colour="red", pin=pin, **{n: str(p) for n, p in files.items()})
    assert problems(forms.connect_form(NOTHING, {}), answers) == {}
    profile = forms.profile_of(answers)
    assert (profile.url, profile.name, profile.token) == ("https://acme.jfrog.io", "prod", TokenPlace.ASK)
    assert (profile.ca_cert, profile.client_cert, profile.client_key) == tuple(files.values())
    assert (profile.pin, profile.read_only, profile.colour) == ("ab" * 32, True, Colour.RED)
    assert forms.profile_of(answered()).name == "acme"


def test_a_command_takes_the_place_of_a_token() -> None:
    answers = answered(keep="nowhere: a command prints it", command="pass show 'acme prod'")
    form = forms.connect_form(NOTHING, {})
    assert "token" not in {field.id for field in asked(form, answers)}
    assert problems(form, answers) == {}
    assert forms.profile_of(answers).token_command == ("pass", "show", "acme prod")
    assert "end" in problems(form, {**answers, "command": "pass 'acme"})["command"]
    assert problems(form, {**answers, "command": ""}) == {"command": "Command is needed"}


def test_a_new_passphrase_is_given_twice_and_only_once_more() -> None:
    new = answered(keep="in a vault, made now", new=Secret("correct horse"), again=Secret("correct hors"))
    form = forms.connect_form(NOTHING, {})
    assert problems(form, new) == {"again": "The two are not the same"}
    given = {"new": Secret("correct horse"), "again": Secret("correct horse")}
    later = answered(keep="in a vault, made now", new=Secret(""), again=Secret(""))
    assert problems(form, later) == {"new": "A passphrase is needed"}
    assert problems(forms.connect_form(NOTHING, given), later) == {}
    keeping = forms.keeping_of(later, given)
    assert keeping.new_vault
    assert keeping.passphrase is not None
    assert keeping.passphrase.matches(given["new"])
    assert forms.without_secrets(new).keys().isdisjoint({"new", "again"})


def test_a_key_needs_its_certificate(tmp_path: Path) -> None:
    (tmp_path / "key.pem").touch()
    answers = answered(client_key=str(tmp_path / "key.pem"))
    assert list(problems(forms.connect_form(NOTHING, {}), answers)) == ["client_key"]


def test_the_preview_tells_platform_proxy_and_what_a_vault_means(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.example:3128")
    shown = told(answered(keep="in a vault, made now"))
    assert "The platform is https://acme.jfrog.io\n" in shown
    assert "Proxy: proxy.example:3128 (HTTPS_PROXY)" in shown
    assert "nobody can restore" in shown
    assert "secret" not in shown
    assert "will stand here" in told({**answered(), "url": "ftp://x"})
