from __future__ import annotations

import asyncio
import base64

import pytest

from jfconsole.domain.errors import BadResponse, NotAllowed, NotFound
from jfconsole.jfrog import system
from jfconsole.jfrog.system import Service
from tests.unit.jfrog.recording_sender import RecordingSender, answer


@pytest.mark.parametrize("service", list(Service))
@pytest.mark.parametrize("body", [b"OK", b"OK\n", b'{"status":"UP"}', b'{"code":"OK"}'])
def test_a_ping_needs_no_credentials(service: Service, body: bytes) -> None:
    sender = RecordingSender([answer(body, kind="text/plain")])
    asyncio.run(system.ping(sender, service))
    assert sender.asked[0].anonymous


@pytest.mark.parametrize("body", [b"", b"<html><title>UP and OK</title></html>", b"Server state is offline"])
def test_what_is_no_pong(body: bytes) -> None:
    with pytest.raises(BadResponse) as raised:
        asyncio.run(system.ping(RecordingSender([answer(body, kind="text/plain")])))
    assert "Check the URL" in raised.value.hint


def test_versions() -> None:
    artifactory = answer({"version": "7.146.10", "revision": "1", "entitlements": {"A": True}})
    assert asyncio.run(system.artifactory_version(RecordingSender([artifactory]))) == "7.146.10"
    assert asyncio.run(system.access_version(RecordingSender([answer({"name": "7.200.1"})]))) == "7.200.1"


@pytest.mark.parametrize("body", [b"jfrt@01gw9sq35wpgjh1t60gs5r0hmj", b"jf-artifactory@abc\n"])
def test_service_id(body: bytes) -> None:
    assert asyncio.run(system.service_id(RecordingSender([answer(body, kind="text/plain")]))) == body.decode().strip()


@pytest.mark.parametrize("body", [b"", b"hello", b"jfrt@", b"jfrt@01 x", b"<html></html>"])
def test_no_service_id(body: bytes) -> None:
    with pytest.raises(BadResponse):
        asyncio.run(system.service_id(RecordingSender([answer(body, kind="text/plain")])))


def test_root_certificate() -> None:
    body = base64.b64encode(b"\x30\x82der")
    assert asyncio.run(system.root_certificate(RecordingSender([answer(body)]))) == b"\x30\x82der"
    with pytest.raises(BadResponse, match="no base64"):
        asyncio.run(system.root_certificate(RecordingSender([answer(b"-----BEGIN")])))


def test_admin() -> None:
    assert asyncio.run(system.is_admin(RecordingSender([answer(b"true")])))
    assert not asyncio.run(system.is_admin(RecordingSender([NotAllowed("no")])))
    with pytest.raises(NotFound):
        asyncio.run(system.is_admin(RecordingSender([NotFound("no")])))
    with pytest.raises(BadResponse):
        asyncio.run(system.is_admin(RecordingSender([answer(b"<html>login</html>")])))
