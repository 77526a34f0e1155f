"""Setting up the platform: from nothing, or from the directory where it was left."""

import logging
from pathlib import Path

import msgspec

from jfconsole.sandbox.identity import Identity
from jfconsole.sandbox.platform import Platform, Strongbox
from jfconsole.sandbox.seed import initial_settings, plant
from jfconsole.sandbox.settings import Settings
from jfconsole.sandbox.signing import RootKey
from jfconsole.sandbox.state import State
from jfconsole.sandbox.storage import Storage

_IDENTITY, _SEED, _KEY, _CERTIFICATE = "identity", "seed", "signing_key", "root_certificate"

logger = logging.getLogger("jfconsole.sandbox")


def install(seed: str, directory: Path | None, strongbox: Strongbox | None = None) -> Platform:
    """A platform filled with `seed`, or the one kept in `directory` if there is one (then its own seed counts).

    `strongbox` is the issuer that the demo's integration of that name trusts, unless a stand-in will do.

    Raises:
        StateInUse: another sandbox works on the directory.
        OSError: the directory cannot be used.
    """
    if directory is None:
        return _new(seed, State(), strongbox)
    storage = Storage(directory)
    identity = storage.meta(_IDENTITY)
    if identity is None:
        return _new(seed, State(storage), strongbox)
    return _kept(seed, storage, msgspec.json.decode(identity, type=Identity))


def _new(seed: str, state: State, strongbox: Strongbox | None) -> Platform:
    identity = Identity.create(seed)
    root, settings = RootKey.create(identity.access_id), initial_settings(seed)
    platform = Platform(identity, root, state, seed, settings=settings, strongbox=strongbox)
    plant(platform)
    if state.storage:
        state.storage.put_meta(_KEY, platform.root.private_pem())
        state.storage.put_meta(_CERTIFICATE, platform.root.certificate_pem())
        state.storage.put_meta(_SEED, seed.encode())
        state.storage.put_meta(_IDENTITY, msgspec.json.encode(identity))
        state.commit()
    return platform


def _kept(seed: str, storage: Storage, identity: Identity) -> Platform:
    kept_seed = (storage.meta(_SEED) or b"").decode()
    if kept_seed != seed:
        logger.warning("the state was made from seed %s; %s is ignored", kept_seed, seed)
    state = State(storage)
    state.restore()
    root = RootKey.load(storage.meta(_KEY) or b"", storage.meta(_CERTIFICATE) or b"")
    platform = Platform(identity, root, state, kept_seed, settings=initial_settings(kept_seed))
    settings, offset = storage.meta(Platform.SETTINGS_KEY), storage.meta(Platform.OFFSET_KEY)
    if settings is not None:
        platform.settings = msgspec.json.decode(settings, type=Settings)
    if offset is not None:
        platform.clock.shift(msgspec.json.decode(offset, type=float))
    return platform
