"""An OIDC issuer on a real socket, with tokens signed by PyJWT: nobody's code but its own."""

import json
import threading
import time
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

DISCOVERY = "/.well-known/openid-configuration"
JWKS = "/keys"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
_CURVES: Mapping[str, ec.EllipticCurve] = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


def new_key(algorithm: str) -> Key:
    """A key that signs with `algorithm`."""
    if algorithm in _CURVES:
        return ec.generate_private_key(_CURVES[algorithm])
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class OidcIssuer:
    """Discovery and keys over plain HTTP. A context manager; `asked` are the paths that were asked for."""

    def __init__(self, algorithm: str = "ES256") -> None:
        self.algorithm = algorithm
        self.asked: list[str] = []
        self.documents: dict[str, bytes] = {}
        self.status = 200
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.documents[DISCOVERY] = json.dumps({"issuer": self.url, "jwks_uri": self.url + JWKS}).encode()
        self.rotate()

    def rotate(self) -> None:
        """A new key in the place of the old one."""
        self.key, self.kid = new_key(self.algorithm), uuid.uuid4().hex
        self.publish({self.kid: self.key})

    def publish(self, keys: Mapping[str, Key]) -> None:
        """Let these be the keys there are."""
        algorithm = jwt.get_algorithm_by_name(self.algorithm)
        jwks = [algorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid} for kid, key in keys.items()]
        self.documents[JWKS] = json.dumps({"keys": jwks}).encode()

    def token(self, *, header: Mapping[str, Any] | None = None, key: Any = None, **claims: object) -> str:
        """A token of this issuer, good for five minutes; a claim that is None is left out."""
        now = int(time.time())
        said = {"iss": self.url, "sub": "job", "iat": now, "nbf": now, "exp": now + 300} | claims
        payload = {name: value for name, value in said.items() if value is not None}
        headers = {"kid": self.kid, **(header or {})}
        algorithm = str(headers.pop("alg", self.algorithm))
        kept = {name: value for name, value in headers.items() if value is not None}
        signer: Any = None if algorithm == "none" else key or self.key
        return jwt.PyJWS().encode(json.dumps(payload).encode(), signer, algorithm, headers=kept)

    def stop(self) -> None:
        """Serve no more; the port is closed."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.requestline.split()[1]  # as it came: `self.path` has lost a slash at its start
                issuer.asked.append(path)
                body = issuer.documents.get(path)
                self.send_response(404 if body is None else issuer.status)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
