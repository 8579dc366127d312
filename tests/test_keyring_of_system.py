"""The system's keyring keeps the key, gives it, and lets go of it, or says that it does not."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from personal_ai import keyring_of_system, keys
from personal_ai.errors import UserError
from personal_ai.paths import Paths, locate
from personal_ai.privacy import Lock
from tests import light


class Keyring(KeyringBackend):
    """One in memory, which can be locked."""

    # It counts as one of the system's.
    __module__ = "keyring.backends.SecretService"
    priority = 0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.holds_on = False

    def get_password(self, service: str, username: str) -> str | None:
        """What it keeps."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep."""
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Let go."""
        if self.holds_on:
            raise KeyringLocked("It is locked.")
        del self.kept[service, username]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keyring]:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(ring := Keyring())
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def opened(tmp_path: Path) -> Any:
    """What is open of a locked data folder, as far as the keyring goes."""
    paths = locate(tmp_path / "home")
    file, key, _code = light.make()
    keys.save(paths, file)
    return SimpleNamespace(paths=paths, room=SimpleNamespace(keys=key))


def test_the_key_is_kept_given_and_let_go_of(ring: Keyring, opened: Any) -> None:
    lock = Lock(opened)
    lock.keep(True)
    assert lock.keyring() == (True, True)
    assert keyring_of_system.read(opened.paths) == opened.room.keys
    lock.keep(False)
    assert lock.keyring() == (True, False)
    assert ring.kept == {}


def test_a_keyring_that_holds_on_to_the_key_is_told_of(ring: Keyring, opened: Any) -> None:
    lock = Lock(opened)
    lock.keep(True)
    ring.holds_on = True
    with pytest.raises(UserError, match="did not let go of the key"):
        lock.keep(False)
    assert lock.keyring() == (True, True)
    assert ring.kept


def test_without_a_keyring_nobody_knows_that_the_key_is_gone(
    ring: Keyring, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths: Paths = opened.paths
    assert keyring_of_system.forget(paths)
    monkeypatch.setattr(keyring_of_system, "_backend", lambda: None)
    assert not keyring_of_system.forget(paths)
