"""The password: a random key locks the data, and the password and a recovery code each unwrap that key.

lock.json is there exactly while the data is locked, or on its way there or back. It holds the key twice, wrapped by
AES-256-GCM under what Argon2id (RFC 9106) makes of the password and of the recovery code, and no other secret.
"""

import base64
import contextlib
import os
import secrets
import time
import unicodedata
from collections.abc import Callable
from typing import Literal

import msgspec

from personal_ai.errors import UserError, disk_error
from personal_ai.paths import Paths, write_durably

KEY_BYTES, CODE_BYTES = 32, 20
SHORTEST_PASSWORD = 8
#: After so many wrong passwords one has to wait; each time twice as long, up to the longest wait in seconds.
FREE_TRIES, LONGEST_WAIT = 5, 60
LOCKED = "Your notes are locked with a password."
#: The letters of a recovery code: none that is taken for another one.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class WrongPassword(UserError):
    """It opens nothing."""


class Cost(msgspec.Struct, frozen=True):
    """What one try costs: KiB of memory, and passes over it. As RFC 9106 recommends where memory is scarce."""

    memory: int = 65_536
    passes: int = 3
    lanes: int = 4


class Wrap(msgspec.Struct, frozen=True):
    """The key, readable by who knows one secret."""

    salt: bytes
    nonce: bytes
    sealed: bytes
    cost: Cost


class KeyFile(msgspec.Struct, frozen=True, kw_only=True):
    """What lock.json says. `state` is "locking" or "opening" while the data is on its way there or back."""

    version: int = 1
    state: Literal["locking", "locked", "opening"] = "locking"
    password: Wrap
    recovery: Wrap
    #: Tells the key from any other one, and nothing about it.
    proof: bytes
    #: Whether the system's keyring has the key, too.
    in_keyring: bool = False


class Keys(msgspec.Struct, frozen=True):
    """The data's key in use: what opens the database and what opens files are two keys made of one."""

    whole: bytes

    @property
    def database(self) -> str:
        """As SQLite takes it, in hexadecimal digits."""
        return _derived(self.whole, b"personal-ai database").hex()

    @property
    def files(self) -> bytes:
        """What files are sealed with."""
        return _derived(self.whole, b"personal-ai files")


def make(password: str, cost: Cost | None = None) -> tuple[KeyFile, Keys, str]:
    """A new key, wrapped for `password` and a recovery code, and that code. Raises UserError for a short password."""
    check(password)
    cost = cost or Cost()
    key, code = secrets.token_bytes(KEY_BYTES), _code(secrets.token_bytes(CODE_BYTES))
    file = KeyFile(
        password=_wrap(key, password, cost, b"password"),
        recovery=_wrap(key, code, cost, b"recovery"),
        proof=_proof(key),
    )
    return file, Keys(key), code


def fits(file: KeyFile, keys: Keys) -> bool:
    """Whether this is the key of these notes."""
    return secrets.compare_digest(file.proof, _proof(keys.whole))


def change(file: KeyFile, keys: Keys, password: str, cost: Cost | None = None) -> KeyFile:
    """The same key for another password; the recovery code stays. Raises UserError for a short one."""
    check(password)
    return msgspec.structs.replace(file, password=_wrap(keys.whole, password, cost or Cost(), b"password"))


def check(password: str) -> None:
    """Raise UserError where a password is too short to be one."""
    if len(password) < SHORTEST_PASSWORD:
        raise UserError(f"Take a password of at least {SHORTEST_PASSWORD} letters; a few words are easy to remember.")


def unwrap(file: KeyFile, secret: str) -> Keys:
    """The key, by the password or by the recovery code. Raises WrongPassword."""
    tries = [(file.password, secret, b"password")]
    if code := read_code(secret):
        tries.insert(0, (file.recovery, code, b"recovery"))
    for wrap, word, purpose in tries:
        with contextlib.suppress(ValueError):
            return Keys(_unwrap(wrap, word, purpose))
    raise WrongPassword("This is not the password. Nothing was changed; the recovery code opens your notes, too.")


def read_code(text: str) -> str:
    """A recovery code as it was printed, whatever spaces, dashes and small letters; empty where it is none."""
    plain = "".join(text.upper().replace("-", " ").split()).replace("O", "0").replace("I", "1").replace("L", "1")
    fits = len(plain) * 5 == CODE_BYTES * 8 and set(plain) <= set(_LETTERS)
    return "-".join(plain[i : i + 4] for i in range(0, len(plain), 4)) if fits else ""


def _code(data: bytes) -> str:
    letters = base64.b32encode(data).decode().translate(str.maketrans(_BASE32, _LETTERS))
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


# ---- the file ---------------------------------------------------------------------------------------------------


def is_locked(paths: Paths) -> bool:
    """Whether a password is needed; also on the way there and back."""
    return paths.key_file.exists()


def load(paths: Paths) -> KeyFile:
    """Read lock.json. Raises UserError where it is damaged or of a newer program."""
    try:
        file = msgspec.json.decode(paths.key_file.read_bytes(), type=KeyFile)
    except OSError as error:
        raise disk_error(error, "reading the lock of your notes") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UserError(
            f"“{paths.key_file}” is damaged, and without it nothing opens your notes. Put a copy of it back there."
        ) from error
    if file.version > 1:
        raise UserError("Your notes were locked by a newer Personal AI. Update this one to open them.")
    return file


def save(paths: Paths, file: KeyFile) -> None:
    """Write lock.json. Raises OSError."""
    write_durably(paths.key_file, msgspec.json.encode(file))


# ---- wrong passwords --------------------------------------------------------------------------------------------


class _Tries(msgspec.Struct, frozen=True):
    count: int = 0
    last: float = 0.0


def open_with(paths: Paths, secret: str, now: Callable[[], float] = time.time) -> tuple[KeyFile, Keys]:
    """The key by password or recovery code; after several wrong ones only after a while. Raises WrongPassword."""
    tries = _read_tries(paths)
    wait = wait_seconds(tries.count) - (now() - min(tries.last, now()))
    if wait > 0:
        raise WrongPassword(
            f"That was the wrong password {tries.count} times. Wait {round(wait) or 1} s, then try again; "
            "your notes are as they were."
        )
    file = load(paths)
    try:
        keys = unwrap(file, secret)
    except WrongPassword:
        _write_tries(paths, _Tries(tries.count + 1, now()))
        raise
    with contextlib.suppress(OSError):
        paths.tries.unlink(missing_ok=True)
    return file, keys


def wait_seconds(wrong: int) -> int:
    """How long to wait after so many wrong passwords."""
    return min(LONGEST_WAIT, 2 ** (wrong - FREE_TRIES)) if wrong >= FREE_TRIES else 0


def _read_tries(paths: Paths) -> _Tries:
    with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return msgspec.json.decode(paths.tries.read_bytes(), type=_Tries)
    return _Tries()


def _write_tries(paths: Paths, tries: _Tries) -> None:
    # It only slows somebody at this keyboard down; who holds the disk is held off by Argon2.
    with contextlib.suppress(OSError):
        write_durably(paths.tries, msgspec.json.encode(tries))


# ---- ciphers ----------------------------------------------------------------------------------------------------


def _wrap(key: bytes, secret: str, cost: Cost, purpose: bytes) -> Wrap:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = os.urandom(16), os.urandom(12)
    return Wrap(salt, nonce, AESGCM(_stretched(secret, salt, cost)).encrypt(nonce, key, purpose), cost)


def _unwrap(wrap: Wrap, secret: str, purpose: bytes) -> bytes:
    """Raises ValueError where the secret is another one."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(_stretched(secret, wrap.salt, wrap.cost)).decrypt(wrap.nonce, wrap.sealed, purpose)
    except InvalidTag as error:
        raise ValueError from error


def _stretched(secret: str, salt: bytes, cost: Cost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    # One letter can be written as several code points, and keyboards differ in which.
    word = unicodedata.normalize("NFC", secret).encode()
    return Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory).derive(
        word
    )


def _proof(key: bytes) -> bytes:
    return _derived(key, b"personal-ai proof")


def _derived(key: bytes, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)
