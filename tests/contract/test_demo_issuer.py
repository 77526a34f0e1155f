"""The demo's local issuer: what its story shows, and that images are really pulled with its tokens."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from jfconsole.domain.checks import Verdict
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.jwt_issuers import url_problem
from jfconsole.domain.registry_checks import Code
from jfconsole.services import registries
from jfconsole.services.demo_issuer import DemoIssuer
from jfconsole.services.demo_names import issuer_url
from jfconsole.services.issuer_view import issuer_rows, key_rows
from jfconsole.services.pull_proof import prove_pull
from jfconsole.services.workbench import Workbench
from jfconsole.wizards.catalog import built_in
from tests.support.console import connection, console_parts
from tests.support.sandbox import RunningSandbox


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """The demo as `jfconsole demo` puts it together, but for the terminal."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    with RunningSandbox("demo", arguments=["--strongbox", issuer_url(base)]) as sandbox:
        bench, _ = console_parts(connection(sandbox), tmp_path)
        story = DemoIssuer(bench.paths.state)
        story.begin(base)
        story.finish(urlsplit(sandbox.url).netloc, sandbox.url)
        bench.issuer.public_server.start(port)
        try:
            yield bench
        finally:
            asyncio.run(bench.close())


def state_of(bench: Workbench) -> IssuerState:
    return bench.issuer.local.state()


def test_it_has_one_of_everything_and_pulls(bench: Workbench) -> None:
    state, now = state_of(bench), int(time.time())
    keys = {row.name: row for row in key_rows(state, now)}
    assert (keys["edge"].record.due() or now) < now
    assert keys["edge"].ready is None
    assert {version.state.value for version in keys["plant"].record.versions} == {"retiring", "active", "next"}
    assert keys["plant"].record.key.cipher.algorithm == "RS256"
    assert {row.name: row.current for row in issuer_rows(state, now) if row.publication} == {"edge": False}
    rows = bench.issuer.local.audit_rows()
    assert len({row.row["rule"] for row in rows if row.row.get("outcome") == "refused"}) >= 4
    assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
    assert not any(url_problem(state.url(name)) for name in state.issuers)

    async def pulled() -> None:
        tools = await bench.wizard_tools()
        address = urlsplit(bench.connection.url).netloc
        explained = registries.explain(state, f"{address}/docker-prod-local/shop:4.3.0")
        proof = await prove_pull(tools.puller, explained.registry, explained.entry, explained.image)
        assert [check.verdict for check in proof] == [Verdict.GOOD] * 3, proof
        findings = await registries.check(tools.session, state, explained.registry)
        assert [finding.code for finding in findings] == [Code.TTL_TOO_SHORT]
        rotation, pulls = built_in("rotate-signing-key"), built_in("registry-pulls")
        assert rotation is not None
        assert pulls is not None
        assert rotation.open(tools).steps({})[0].form.defaults()["key"] == "registry"
        proposed = {name: given for page in pulls.open(tools).steps({}) for name, given in page.form.defaults().items()}
        assert (proposed["key"], proposed["role"], proposed["subject"]) == ("registry", *["registry-pull"] * 2)
        await bench.close()

    asyncio.run(pulled())
