"""The system's own keyring may keep the key, so that the password is not asked for on this computer.

Only keyrings that encrypt are used, and on Linux only over the session's own D-Bus, which is a socket of files.
"""

import hashlib
import logging
import os
import sys
from typing import Any

from personal_ai.keys import Keys
from personal_ai.paths import Paths

logger = logging.getLogger(__name__)

SERVICE = "Personal AI"
#: Backends that keep secrets encrypted: GNOME's and KDE's, Apple's, Windows'.
TRUSTED = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)


def available() -> bool:
    """Whether this system has a keyring that can be trusted."""
    return _backend() is not None


def keep(paths: Paths, keys: Keys) -> bool:
    """Store the key; whether that worked."""
    backend = _backend()
    if backend is None:
        return False
    try:
        backend.set_password(SERVICE, _name(paths), keys.whole.hex())
        return backend.get_password(SERVICE, _name(paths)) == keys.whole.hex()
    except _failures() as error:
        logger.warning("the keyring does not keep the key: %s", type(error).__name__)
        return False


def read(paths: Paths) -> Keys | None:
    """The key, where the keyring has it and gives it."""
    backend = _backend()
    if backend is None:
        return None
    try:
        kept = backend.get_password(SERVICE, _name(paths))
        return Keys(bytes.fromhex(kept)) if kept else None
    except _failures() as error:
        logger.warning("the keyring does not give the key: %s", type(error).__name__)
        return None


def forget(paths: Paths) -> bool:
    """Take the key out of the keyring, if it is there; whether it surely is not there any more."""
    backend = _backend()
    if backend is None:
        return False
    try:
        if backend.get_password(SERVICE, _name(paths)) is not None:
            backend.delete_password(SERVICE, _name(paths))
        return backend.get_password(SERVICE, _name(paths)) is None
    except _failures() as error:
        logger.warning("the keyring does not forget the key: %s", type(error).__name__)
        return False


def _backend() -> Any:
    """The keyring in use, None where it is one that keeps secrets in plain, or is reached over a network."""
    if sys.platform.startswith("linux") and not os.environ.get("DBUS_SESSION_BUS_ADDRESS", "unix:").startswith("unix:"):
        return None
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    offered = chosen.backends if isinstance(chosen, ChainerBackend) else [chosen]
    return next((each for each in offered if type(each).__module__.startswith(TRUSTED)), None)


def _failures() -> tuple[type[BaseException], ...]:
    """What a keyring that is locked, gone or in trouble raises."""
    from keyring.errors import KeyringError

    found: list[type[BaseException]] = [KeyringError, OSError, RuntimeError, ValueError, LookupError]
    if sys.platform.startswith("linux"):
        from secretstorage.exceptions import SecretStorageException

        found.append(SecretStorageException)
    return tuple(found)


def _name(paths: Paths) -> str:
    return hashlib.sha256(str(paths.home.resolve()).encode()).hexdigest()[:20]
