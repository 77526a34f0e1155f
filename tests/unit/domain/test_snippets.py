"""Ready texts for a token: the value is never an argument, and a name of any kind stays where it belongs."""

from __future__ import annotations

import shlex
from xml.etree import ElementTree

import pytest

from jfconsole.domain.snippets import PLACE, Snippet, token_snippets

URL = "https://acme.jfrog.io"
NAMES = ["ci", "o'brien", 'say "hi"', "a b", "x\nEND\nrm -rf /", "<b>&", "\x1b[2J", "$(id)", "back\\slash"]


def snippets(name: str) -> dict[str, Snippet]:
    return {snippet.id: snippet for snippet in token_snippets(URL, name)}


@pytest.mark.parametrize("name", NAMES)
def test_the_value_is_read_from_input_or_from_a_file(name: str) -> None:
    for snippet in token_snippets(URL, name):
        assert PLACE in snippet.text
        if snippet.filename.endswith(".sh"):
            command, _, input_ = snippet.text.partition("\n")
            assert PLACE not in command
            assert input_.rstrip().endswith("END")
            assert input_.count("END") == 1 + name.replace("\n", "").count("END") * (snippet.id == "basic")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("client", ["docker", "podman"])
def test_a_login_is_one_command_whatever_the_name_is(name: str, client: str) -> None:
    command = snippets(name)[client].text.partition(" <<'END'")[0]
    words = shlex.split(command)
    assert words[:4] == [client, "login", "acme.jfrog.io", "--username"]
    assert words[5:] == ["--password-stdin"]


@pytest.mark.parametrize("name", NAMES)
def test_names_cannot_leave_their_place_in_files(name: str) -> None:
    found = snippets(name)
    server = ElementTree.fromstring(found["maven"].text).find(".//server")
    assert server is not None
    assert [child.tag for child in server] == ["id", "username", "password"]
    assert found["pip"].text.count("\n") == 2
    assert found["pip"].text.split("@")[-1].startswith("acme.jfrog.io/artifactory/api/pypi/")
    assert found["basic"].text.count("\n") == 4


def test_npm_names_the_registry_without_its_scheme() -> None:
    first, second = snippets("ci")["npm"].text.splitlines()
    assert first == "registry=https://acme.jfrog.io/artifactory/api/npm/YOUR-REPOSITORY/"
    assert second == f"//acme.jfrog.io/artifactory/api/npm/YOUR-REPOSITORY/:_authToken={PLACE}"
