"""What is read of the JFrog CLI's configuration, and that nothing of it is ever changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.errors import NotFound, UsageError
from jfconsole.services.jfrog_cli import CliServer, cli_home, read_cli
from tests.support.jfrog_cli import KEY, sealed, write_cli

PROD = {"serverId": "Prod_EU", "url": "https://acme.jfrog.io/", "accessToken": "s3cr3t-one", "isDefault": True}
LAB = {"serverId": "lab", "artifactoryUrl": "http://127.0.0.1:8082/artifactory/", "accessToken": "s3cr3t-two"}


def read(home: Path, **environ: str) -> tuple[CliServer, ...]:
    return read_cli(home, environ).servers


def token(server: CliServer) -> str | None:
    return server.token.reveal() if server.token else None


@pytest.mark.parametrize("key", [None, KEY])
def test_two_servers(tmp_path: Path, key: str | None) -> None:
    path = write_cli(tmp_path, PROD, LAB, key=key)
    before = path.read_bytes()
    prod, lab = read(tmp_path)
    assert prod.profile is not None
    assert lab.profile is not None
    assert (prod.profile.name, prod.profile.url, prod.default, token(prod)) == (
        "prod-eu",
        "https://acme.jfrog.io",
        True,
        "s3cr3t-one",
    )
    assert (lab.profile.name, lab.profile.url, lab.default, token(lab)) == (
        "lab",
        "http://127.0.0.1:8082",
        False,
        "s3cr3t-two",
    )
    assert path.read_bytes() == before


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=200))
def test_whatever_the_cli_encrypts_is_opened(tmp_path_factory: pytest.TempPathFactory, secret: str) -> None:
    home = tmp_path_factory.mktemp("cli")
    write_cli(home, {**PROD, "accessToken": secret}, key=KEY)
    assert token(read(home)[0]) == secret


def test_the_key_may_come_from_the_environment(tmp_path: Path) -> None:
    other = KEY[::-1]
    path = write_cli(tmp_path, {**PROD, "accessToken": sealed("s3cr3t", other)})
    path.write_text(path.read_text().replace('"enc": false', '"enc": true'))
    (tmp_path / "my.key").write_text(f"{other}\n")
    assert token(read(tmp_path, JFROG_CLI_ENCRYPTION_KEY=other)[0]) == "s3cr3t"
    assert token(read(tmp_path, JFROG_CLI_ENCRYPTION_KEY=str(tmp_path / "my.key"))[0]) == "s3cr3t"


@pytest.mark.parametrize(
    ("yaml", "words"),
    [
        (f"masterKey: {KEY[::-1]}\n", "does not open it"),
        ("masterKey: short\n", "32 bytes"),
        ("version: 1\n", "is not there"),
    ],
)
def test_a_key_of_no_use_costs_the_token_alone(tmp_path: Path, yaml: str, words: str) -> None:
    write_cli(tmp_path, PROD, key=KEY)
    (tmp_path / "security" / "security.yaml").write_text(yaml)
    (server,) = read(tmp_path)
    assert server.profile is not None
    assert server.token is None
    assert words in server.remarks[0]


@pytest.mark.parametrize("name", ["jfrog-cli.conf.v5", "jfrog-cli.conf.v4", "jfrog-cli.conf"])
def test_older_files(tmp_path: Path, name: str) -> None:
    write_cli(tmp_path, {"serverId": "old", "url": "https://acme.jfrog.io/artifactory/", "accessToken": "t"}, name=name)
    (server,) = read(tmp_path)
    assert server.profile is not None
    assert server.profile.url == "https://acme.jfrog.io"


def test_the_oldest_file_has_one_server(tmp_path: Path) -> None:
    (tmp_path / "jfrog-cli.conf").write_text('{"artifactory": {"url": "https://acme.jfrog.io/artifactory/"}}')
    (server,) = read(tmp_path)
    assert server.profile is not None
    assert (server.profile.name, server.token) == ("default-server", None)


def test_the_newest_file_counts(tmp_path: Path) -> None:
    write_cli(tmp_path, LAB, name="jfrog-cli.conf.v4")
    write_cli(tmp_path, PROD)
    assert [server.server_id for server in read(tmp_path)] == ["Prod_EU"]


def test_what_is_said_about_servers(tmp_path: Path) -> None:
    write_cli(
        tmp_path,
        {**PROD, "refreshToken": "r"},
        {"serverId": "pw", "url": "https://a.test", "user": "ops", "password": "p"},
        {"serverId": "far", "url": "http://acme.example", "accessToken": "t"},
    ).chmod(0o644)
    refreshed, password, far = read(tmp_path)
    assert "refreshes its token" in refreshed.remarks[0]
    assert "a user name and a password" in password.remarks[0]
    assert far.profile is None
    assert "clear text" in far.remarks[0]
    assert "Others can read" in read_cli(tmp_path, {}).remarks[0]


@pytest.mark.parametrize("text", ["", "[1]", '{"servers": ', '"x"'])
def test_no_configuration(tmp_path: Path, text: str) -> None:
    (tmp_path / "jfrog-cli.conf.v6").write_text(text)
    with pytest.raises(UsageError, match=r"jfrog-cli\.conf\.v6 is no"):
        read(tmp_path)


@pytest.mark.parametrize("text", ["{}", '{"servers": 7}', '{"servers": ["x", 7, null]}', '{"artifactory": 1}'])
def test_strange_shapes_hold_no_server(tmp_path: Path, text: str) -> None:
    (tmp_path / "jfrog-cli.conf.v6").write_text(text)
    assert read(tmp_path) == ()


def test_where_it_is(tmp_path: Path) -> None:
    assert cli_home({"JFROG_CLI_HOME_DIR": str(tmp_path)}) == tmp_path
    assert cli_home({}).name == ".jfrog"
    with pytest.raises(NotFound, match="no configuration"):
        read(tmp_path)


def test_authorities_are_found(tmp_path: Path) -> None:
    write_cli(tmp_path, PROD)
    (tmp_path / "security" / "certs").mkdir()
    (tmp_path / "security" / "certs" / "ca.pem").write_text("x")
    assert [path.name for path in read_cli(tmp_path, {}).authorities] == ["ca.pem"]
