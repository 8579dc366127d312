"""A command opens the data folder: at once, or where it is locked, by a file, a variable, the keyring or a prompt."""

import getpass
import os
import sys
from pathlib import Path

from personal_ai import keyring_of_system, keys, locking
from personal_ai.errors import UserError, disk_error
from personal_ai.paths import Paths
from personal_ai.room import Room

#: Holds the password for a script; it is taken out of the surroundings at once, so that no child sees it.
VARIABLE = "PERSONAL_AI_PASSWORD"


def enter(paths: Paths, password_file: Path | None) -> Room | None:
    """Open a data folder that is locked; None for one that is not. Raises UserError where the password is missing."""
    if not keys.is_locked(paths):
        return None
    if not password_file and not os.environ.get(VARIABLE):
        file = keys.load(paths)
        if (kept := from_keyring(paths, file)) is not None:
            return locking.enter(paths, file, kept)
    return locking.enter(paths, *keys.open_with(paths, secret(password_file)))


def secret(password_file: Path | None) -> str:
    """The password or recovery code: from the file, from the variable, or asked for. Raises UserError."""
    said = os.environ.pop(VARIABLE, "")
    if password_file:
        return _first_line(password_file)
    if said:
        return said
    if not sys.stdin.isatty():
        raise UserError(f"{keys.LOCKED} Add --password-file FILE, or set {VARIABLE}.")
    return getpass.getpass("Password or recovery code: ")


def from_keyring(paths: Paths, file: keys.KeyFile) -> keys.Keys | None:
    """The key that the system's keyring was given, if it still has it and it is the right one."""
    kept = keyring_of_system.read(paths) if file.in_keyring else None
    return kept if kept is not None and keys.fits(file, kept) else None


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")[0].rstrip("\r")
    except OSError as error:
        raise disk_error(error, "reading the password") from error
    except UnicodeDecodeError as error:
        raise UserError(f"“{path.name}” holds no text. Write the password into its first line.") from error
