"""The circle of trust: root certificates of other platforms, dropped into a folder, whose tokens are believed here.

A certificate that could be taken in vanishes from the folder, as Access makes it do with
`$JFROG_HOME/artifactory/var/etc/access/keys/trusted` (JFrog help "Access Tokens", circle of trust). What must not cross
follows from the rest: a reference token is known to its own platform alone, and a revocable one would have to be looked
up there.
"""

import logging
import re
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from jfconsole.sandbox.signing import BadToken, Claims, PublicKey
from jfconsole.sandbox.storage import Storage

_META = "trusted_certificates"
_SUFFIXES = (".crt", ".pem")
_SERVICE = re.compile(r"jf[a-z]+@\S+")

logger = logging.getLogger("jfconsole.sandbox")


class TrustedKeys:
    """Keys of other platforms. Without a folder nobody but this platform is believed."""

    def __init__(self, folder: Path | None = None, storage: Storage | None = None) -> None:
        self._folder = folder
        self._storage = storage
        self._keys: dict[str, PublicKey] = {}
        kept = storage.meta(_META) if storage else None
        for pem in msgspec.json.decode(kept, type=list[str]) if kept else ():
            self._take(pem.encode())

    def look(self) -> None:
        """Take in what lies in the folder. A file that is no certificate stays, and is said to be none."""
        if self._folder is None:
            return
        for path in sorted(self._folder.glob("*")):
            if path.suffix not in _SUFFIXES:
                continue
            try:
                self._take(path.read_bytes())
            except (OSError, ValueError) as error:
                logger.warning("%s was not taken in: %s", path.name, error)
                continue
            path.unlink(missing_ok=True)
            self._keep()

    def verify(self, token: str) -> Claims:
        """The claims of a token that a trusted platform signed, and issued in its own name.

        Inferred: that the issuer has to be the one that the certificate names.

        Raises:
            BadToken: nobody who is trusted signed it.
        """
        for issuer, key in self._keys.items():
            try:
                claims = key.verify(token)
            except BadToken:
                continue
            if claims.iss == issuer:
                return claims
        raise BadToken("signature")

    def _take(self, content: bytes) -> None:
        """Raises ValueError for what is no certificate of a token issuer."""
        certificate = (
            x509.load_pem_x509_certificate(content)
            if content.lstrip().startswith(b"-----")
            else x509.load_der_x509_certificate(content)
        )
        key = certificate.public_key()
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        issuer = _SERVICE.search(str(names[0].value)) if names else None
        if not isinstance(key, rsa.RSAPublicKey) or issuer is None:
            raise ValueError("it is not the root certificate of a platform")
        self._keys[issuer[0]] = PublicKey(key, certificate.public_bytes(serialization.Encoding.PEM))

    def _keep(self) -> None:
        if self._storage is not None:
            pems = [key.pem.decode() for key in self._keys.values()]
            self._storage.put_meta(_META, msgspec.json.encode(pems))
