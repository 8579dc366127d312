"""Everything is deleted: what Personal AI keeps in its folder, and nothing else that lies there."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from personal_ai import keyring_of_system, presence, room
from personal_ai.belongings import Belonging, belongings
from personal_ai.errors import disk_error
from personal_ai.paths import Paths, sync_folder, wipe

#: What has to be typed.
CONFIRMATION = "delete everything"


class ErasedPart(msgspec.Struct, frozen=True):
    """One part of the data folder is gone."""

    title: str
    files: int
    size: int


class Erased(msgspec.Struct, frozen=True):
    """All is gone; `left` names what lay in the folder and is not Personal AI's."""

    home: str
    files: int
    size: int
    left: list[str]


def erase(paths: Paths) -> Iterator[ErasedPart | Erased]:
    """Delete all that Personal AI keeps, part by part; what holds the person's words is overwritten with zeros first.

    Nothing is deleted while a window or command uses the data. Raises UserError then, and where the disk refuses: what
    was deleted until there is gone, and the same call goes on with the rest.
    """
    with presence.alone(paths):
        if paths.key_file.exists():
            keyring_of_system.forget(paths)
        files = size = 0
        try:
            for belonging in belongings(paths):
                part = _erase(belonging)
                if part.files:
                    yield part
                files, size = files + part.files, size + part.size
            for rest in _leftovers(paths):
                rest.unlink(missing_ok=True)
            room.sweep(paths)
            sync_folder(paths.home)
        except OSError as error:
            raise disk_error(error, "deleting your data") from error
        with contextlib.suppress(OSError):
            paths.in_use.unlink()
    left = sorted(entry.name for entry in paths.home.iterdir() if entry != paths.lock) if paths.home.is_dir() else []
    yield Erased(str(paths.home), files, size, left)


def words(erased: Erased) -> str:
    """What was deleted, in a sentence or two."""
    size = f"{erased.size / 1e6:,.1f} MB" if erased.size >= 1e5 else f"{erased.size / 1e3:,.0f} KB"
    sentence = f"Everything is deleted: {erased.files:,} files, {size}, in “{erased.home}”."
    if not erased.left:
        return sentence
    named = ", ".join(f"“{name}”" for name in erased.left[:3])
    if len(erased.left) > 3:
        named = f"{named} and {len(erased.left) - 3} more"
    return f"{sentence} What is not Personal AI's stayed there: {named}."


def _erase(belonging: Belonging) -> ErasedPart:
    files, size = belonging.files(), belonging.size()
    for file in files:
        if belonging.private:
            wipe(file)
        else:
            # A model's file may be the very one that the person keeps elsewhere; only this name of it goes.
            file.unlink()
    if belonging.path.is_dir() and not belonging.path.is_symlink():
        shutil.rmtree(belonging.path)
    return ErasedPart(belonging.title, len(files), size)


def _leftovers(paths: Paths) -> list[Path]:
    # Without the key, what a drive may have kept of locked files says nothing.
    return [paths.key_file, paths.tries, *paths.home.glob(".lock*.tmp"), *paths.home.glob(".probe-*")]
