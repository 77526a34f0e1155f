"""Scripts of calls: every body arrives as it is, secrets are variables, and names cannot break out."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.domain.exports.formats import Format, export_plan
from jfconsole.domain.exports.shell import here_document, variable_name
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.requests import CallClass, Json, Request
from jfconsole.domain.secret import Secret

SHELLS = [name for name in ("sh", "bash", "dash", "zsh") if shutil.which(name)]
PIECES = st.sampled_from(
    ["$x", "`id`", "$(id)", "\\", '"', "'", "\n", "BODY", "\nBODY\n", "@@", "{{password}}", "ü", "!"]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=5).map("".join)
BODIES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), TEXTS, st.just("{{password}}")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
PASSWORD = "\"\\ $x `id` $(id) ' & ! ü /"


def filled(body: Json) -> Json:
    """The body with the password in the place of its place holders."""
    if isinstance(body, dict):
        return {key: filled(value) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(value) for value in body]
    return PASSWORD if body == "{{password}}" else body


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("secret", [False, True])
@settings(max_examples=15, deadline=None)
@given(bodies=st.lists(BODIES, min_size=1, max_size=8))
def test_every_body_comes_through_a_shell_as_it_is(shell: str, secret: bool, bodies: list[Json]) -> None:
    variables = {"password": "PASSWORD"} if secret else {}
    documents = [here_document(body, variables) for body in bodies]
    script = "".join(f"cat {found.redirection}\n{found.lines}\nprintf '\\0'\n" for found in documents)
    environment = {"PATH": os.environ["PATH"], "PASSWORD": PASSWORD}
    done = subprocess.run([shell, "-c", script], env=environment, capture_output=True, check=True, timeout=60)
    came = [json.loads(text) for text in done.stdout.split(b"\0")[:-1]]
    expected = [filled(body) if secret else body for body in bodies]
    assert came == json.loads(json.dumps(expected))


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_variables_have_names_that_a_shell_takes(words: list[str]) -> None:
    assert re.fullmatch(r"[A-Z0-9][A-Z0-9_]*", variable_name(*words))


def a_step(key: str) -> Step:
    request = Request(
        method="PUT",
        path="/access/api/v2/users/x/password",
        call_class=CallClass.IDEMPOTENT,
        body={"password": "{{password}}"},
        secrets={"password": Secret("hunter2")},
    )
    return Step(kind="user.password", key=key, title=f"Password of {key}", before=None, after=None, requests=(request,))


@pytest.mark.parametrize("to", [Format.CURL, Format.JF])
def test_every_object_has_a_variable_of_its_own(to: Format) -> None:
    keys = ("ann", "a.b", "a-b", "ann")
    plan = Plan(
        title="T\nrm -rf $HOME",
        origin="https://acme.example",
        steps=tuple(map(a_step, keys)),
        confirmation=Confirmation(verb="Go", effects=()),
    )
    text = export_plan(plan, to)
    asked = re.findall(r'^: "\$\{(PASSWORD_\w+):\?is not set\}"$', text, re.MULTILINE)
    assert asked == ["PASSWORD_ANN", "PASSWORD_A_B", "PASSWORD_A_B_2"]
    assert text.count('"$PASSWORD_ANN"') == 2
    assert "hunter2" not in text
    assert not [line for line in text.splitlines() if line.startswith("rm ")]


def test_a_name_in_another_alphabet_is_a_variable_all_the_same() -> None:
    assert variable_name("password", "名") == "PASSWORD"
    assert variable_name("名") == "SECRET"
    assert variable_name("password", "x" * 99) == f"PASSWORD_{'X' * 31}"


def test_what_stays_on_this_machine_is_told_and_never_called() -> None:
    request = Request(
        method="PUT",
        path="/v1/config/strongbox/vault-secrets/a%2Fb",
        call_class=CallClass.IDEMPOTENT,
        body={"data": {"token": "{{token}}"}},
        secrets={"token": Secret("canary")},
    )
    step = Step(
        kind="vault-secret.create", key="a/b", title="Put secret a/b", before=None, after={}, requests=(request,)
    )
    plan = Plan(
        title="x", origin="https://acme.example", steps=(step,), confirmation=Confirmation(verb="x", effects=())
    )
    for to in (Format.CURL, Format.JF):
        text = export_plan(plan, to)
        assert "# On this machine, by jfconsole alone" in text
        assert "strongbox" not in text
        assert "TOKEN_A_B" not in text
