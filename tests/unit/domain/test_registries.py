"""Remote registries: which entry serves which image, names of images, and what no registry can be."""

from __future__ import annotations

import base64
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.image_names import ImageName, address_problem, covers, parse_image
from jfconsole.domain.registries import (
    EVERY_REPOSITORY,
    RegistryCredential,
    RemoteRegistry,
    chosen,
    read_registry,
    registry_at,
)

CERTIFICATE = (
    f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(bytes([0x30]) * 90).decode()}\n-----END CERTIFICATE-----\n"
)
ENTRY: dict[str, Any] = {"repository": "*", "jwt-issuer": "jfrog", "jwt-role": "pulls"}
REGISTRY: dict[str, Any] = {"address": "registry.example.com:6000", "credentials": [ENTRY]}

SEGMENTS = st.sampled_from(["a", "app", "apple", "team", "x1"])
PATHS = st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join)


def entry(repository: str) -> RegistryCredential:
    return RegistryCredential(repository=repository, vault="v", secret="s")


def sentences(document: dict[str, Any]) -> str:
    return " | ".join(f"{problem.field}: {problem.sentence}" for problem in read_registry(document)[1])


def slowly(names: list[str], path: str) -> str | None:
    """The rule said another way: from the whole name towards the root, the first that has an entry; else `*`."""
    parts = path.split("/")
    tried = ["/".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((name for name in (*tried, EVERY_REPOSITORY) if name in names), None)


def test_the_longest_entry_part_by_part_wins() -> None:
    met: Counter[str] = Counter()

    @given(names=st.lists(PATHS | st.just(EVERY_REPOSITORY), unique=True, max_size=6), path=PATHS)
    def holds(names: list[str], path: str) -> None:
        found = chosen([entry(name) for name in names], path)
        expected = slowly(names, path)
        assert (found.repository if found else None) == expected
        met["none" if expected is None else "general" if expected == EVERY_REPOSITORY else "named"] += 1

    holds()
    assert min(met[case] for case in ("none", "general", "named")) * 20 >= met.total()


@given(path=PATHS, letters=st.sampled_from(["x", "-x", ".x"]))
def test_no_part_is_covered_by_its_beginning(path: str, letters: str) -> None:
    assert covers(path, f"{path}/app")
    assert covers(path, path)
    assert not covers(path, f"{path}{letters}")


@given(names=st.lists(PATHS | st.just(EVERY_REPOSITORY), unique=True, max_size=6), path=PATHS, seed=st.randoms())
def test_the_order_of_entries_does_not_matter(names: list[str], path: str, seed: Any) -> None:
    shuffled = list(names)
    seed.shuffle(shuffled)
    assert chosen([entry(name) for name in names], path) == chosen([entry(name) for name in shuffled], path)


def test_without_a_name_the_general_entry_alone_serves() -> None:
    team, general = entry("team"), entry("*")
    assert chosen([team, general], "") == general
    assert chosen([team], "") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("registry.example.com:6000/team/app:1.0", ("registry.example.com:6000", "team/app", "1.0")),
        ("127.0.0.1:8081/imgs/app", ("127.0.0.1:8081", "imgs/app", "latest")),
        ("localhost/app", ("localhost", "app", "latest")),
        ("[::1]:8081/app:x", ("[::1]:8081", "app", "x")),
        ("team/app:1", ("docker.io", "team/app", "1")),
        ("alpine", ("docker.io", "library/alpine", "latest")),
        (f"r.example/app:1@sha256:{'0' * 64}", ("r.example", "app", f"sha256:{'0' * 64}")),
    ],
)
def test_names_of_images(text: str, expected: tuple[str, str, str]) -> None:
    assert parse_image(text) == ImageName(*expected)


@pytest.mark.parametrize(
    "text",
    [
        *("", ":", "r.example/", "r.example/App", "r.example//app", "r.example/app:", "r.example/app:-x"),
        *("https://r.example/app", "r.example/app@sha256:1", "r.example:0/app", "r.example:70000/app", "R.example/app"),
        *("r.example/a b", "r.example/app\n:1", "user@r.example/app", "r.example/../app", "r.example/-app"),
    ],
)
def test_what_is_no_image(text: str) -> None:
    with pytest.raises(ValueError, match=r"no |small letters"):
        parse_image(text)


@pytest.mark.parametrize(
    "text", ["r.example", "r.example:6000", "127.0.0.1:1", "localhost", "a-b.example", "[::1]:5000"]
)
def test_addresses(text: str) -> None:
    assert address_problem(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "https://r.example", "r.example/team", "R.example", "r.example:", "r.example:06000", "r.example:65536"),
        *(
            "-r.example",
            "r..example",
            "r.example:6000\n",
            " r.example",
            "r.éxample",
            "user@r.example",
            "*",
            "r.example.",
        ),
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert address_problem(text)


def test_a_document_is_read_back_as_it_was_written() -> None:
    document = {
        **REGISTRY,
        "override-address": "proxy.example.com",
        "platform-url": "https://acme.jfrog.io",
        "provider-name": "pulls",
        "ca-cert": [CERTIFICATE],
        "login-repository": "team/app",
        "credentials": [ENTRY, {"repository": "team", "vault": "v", "secret": "s"}],
    }
    registry, problems = read_registry(document)
    assert registry is not None
    assert (problems, registry.document()) == ((), document)
    assert registry.login_entry == entry("team")


def test_what_is_left_out_has_a_default() -> None:
    registry, problems = read_registry(REGISTRY)
    assert registry is not None
    assert problems == ()
    assert (registry.provider_name, registry.platform) == ("strongbox", "https://registry.example.com:6000")
    elsewhere, _ = read_registry({**REGISTRY, "override-address": "proxy.example"})
    assert elsewhere is not None
    assert elsewhere.platform == "https://proxy.example"
    pasted, _ = read_registry({**REGISTRY, "platform-url": "https://acme.jfrog.io/ui/admin"})
    assert pasted is not None
    assert pasted.platform == "https://acme.jfrog.io"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"address": "https://r.example"}, "address: "),
        ({"address": ""}, "address: "),
        ({"override-address": "R.example"}, "override-address: "),
        ({"platform-url": "http://acme.example"}, "platform-url: "),
        ({"platform-url": "https://user:pass@acme.example"}, "platform-url: "),
        ({"provider-name": "Strong Box"}, "provider-name: "),
        ({"ca-cert": ["x"]}, "ca-cert: "),
        ({"ca-cert": [CERTIFICATE + CERTIFICATE]}, "ca-cert: "),
        ({"ca-cert": ["-----BEGIN PRIVATE KEY-----"]}, "private key"),
        ({"credentials": [ENTRY, ENTRY]}, "two entries"),
        ({"credentials": [{"repository": "*"}]}, "one of the two pairs"),
        ({"credentials": [{**ENTRY, "vault": "v", "secret": "s"}]}, "one of the two pairs"),
        ({"credentials": [{"repository": "*", "jwt-issuer": "jfrog"}]}, "both jwt-issuer and jwt-role"),
        ({"credentials": [{"repository": "*", "secret": "s"}]}, "both vault and secret"),
        ({"credentials": [{**ENTRY, "repository": "team/*"}]}, "no repository"),
        ({"credentials": [{**ENTRY, "repository": "team/app:1"}]}, "no repository"),
        ({"credentials": [{**ENTRY, "repository": ""}]}, "no repository"),
        ({"credentials": [{**ENTRY, "user": "x"}]}, "no such field"),
        ({"credentials": [{**ENTRY, "repository": "team"}], "login-repository": "other"}, "No entry covers other"),
        ({"login-repository": "A"}, "login-repository: "),
        ({"scheme": "https"}, "no such field"),
    ],
)
def test_what_cannot_be(change: dict[str, Any], said: str) -> None:
    assert said in sentences({**REGISTRY, **change})


@pytest.mark.parametrize(
    ("server", "found"),
    [
        ("r.example:6000", "r.example:6000"),
        ("https://r.example:6000/v2/", "r.example:6000"),
        ("R.EXAMPLE:6000\n", "r.example:6000"),
        ("proxy.example", "r.example:6000"),
        ("r.example", None),
        ("r.example:6000.evil.example", None),
        ("evil.example/r.example:6000", None),
        ("", None),
    ],
)
def test_what_a_client_asks_for(server: str, found: str | None) -> None:
    registry = RemoteRegistry(address="r.example:6000", override_address="proxy.example")
    other = RemoteRegistry(address="other.example")
    answer = registry_at([other, registry], server)
    assert (answer.address if answer else None) == found
