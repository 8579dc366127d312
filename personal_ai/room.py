"""A folder in memory for what must be plain while a locked data folder is open; it is gone with the power.

Everybody who has the data folder open uses the same room. The last one to leave seals the nights under way back onto
the disk and takes the room away; what a crash leaves of it goes when the data folder is next opened by anybody.
"""

import hashlib
import os
import shutil
import stat
import sys
from dataclasses import replace
from pathlib import Path

from personal_ai import locked_files, presence
from personal_ai.errors import UserError, disk_error
from personal_ai.keys import Keys
from personal_ai.paths import Paths, sync_folder

#: Where Linux has folders in memory, if it has them.
PLACES = ("/dev/shm", os.environ.get("XDG_RUNTIME_DIR", ""))
NONE_HERE = (
    "This system has no folder that is only in memory, and without one your notes would have to be written to the disk "
    "in plain while you use them. So locking with a password is not possible here."
)


def memories(places: tuple[str, ...] = PLACES, mounts: Path = Path("/proc/mounts")) -> list[Path]:
    """The folders that are in memory only, the roomiest one first; which one that is can change at any time."""
    if not sys.platform.startswith("linux"):
        return []
    try:
        kinds = {line.split()[1]: line.split()[2] for line in mounts.read_text().splitlines() if line.count(" ") > 2}
    except OSError:
        return []
    found: list[Path] = []
    for place in filter(None, places):
        folder = Path(place).resolve()
        at = next((kinds[str(above)] for above in (folder, *folder.parents) if str(above) in kinds), "")
        if at in ("tmpfs", "ramfs") and os.access(folder, os.W_OK):
            found.append(folder)
    return sorted(found, key=lambda folder: shutil.disk_usage(folder).free, reverse=True)


def in_memory(places: tuple[str, ...] = PLACES, mounts: Path = Path("/proc/mounts")) -> Path | None:
    """A folder that is in memory only, the roomiest one; None where there is none."""
    return next(iter(memories(places, mounts)), None)


def place(paths: Paths) -> Path:
    """Where the room of a data folder is, or would be. Raises UserError where there can be none."""
    found = _places(paths)
    if not found:
        raise UserError(NONE_HERE)
    return next((folder for folder in found if _is_own(folder)), found[0])


def _is_own(folder: Path) -> bool:
    """Whether it is there, and nobody else's: memory is everybody's."""
    try:
        about = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid()


def _places(paths: Paths) -> list[Path]:
    """Where the room of a data folder can be."""
    return [memory / _name(paths) for memory in memories()]


def _name(paths: Paths) -> str:
    return f"personal-ai-{os.getuid()}-{hashlib.sha256(str(paths.home.resolve()).encode()).hexdigest()[:20]}"


class Room:
    """An open locked data folder: `paths` leads into memory where it must."""

    def __init__(self, paths: Paths, keys: Keys) -> None:
        """Enter. Raises UserError where there is no memory for it, or somebody changes all the data just now."""
        self.keys, self._home = keys, paths
        place(paths)
        self._presence = presence.share(paths)
        try:
            alone = self._presence.try_alone()
            if alone:
                # Nobody else is here: what there is was left by a crash.
                sweep(paths)
            # Asked only now: whoever is here has made it, and there is one.
            folder = place(paths)
            self.paths = replace(paths, room=folder)
            if alone:
                _make(folder)
                self._bring_jobs()
                self._presence.share()
            _check(folder)
        except BlockingIOError as error:
            raise UserError(presence.BUSY) from error
        except OSError as error:
            self._presence.leave()
            raise disk_error(error, "opening your locked notes") from error
        except BaseException:
            self._presence.leave()
            raise

    @property
    def files(self) -> locked_files.SealedFiles:
        """The adapters, sealed on disk, in plain in the room."""
        assert self.paths.room
        return locked_files.SealedFiles(self.keys.files, self.paths.adapters, self.paths.room / "adapters")

    def leave(self) -> None:
        """Leave; the last one seals what is to be kept and takes the room away. A second time does nothing."""
        if not self._presence.held:
            return
        try:
            if self._presence.leave_last(self.paths.in_use):
                self._put_jobs_back()
                assert self.paths.room
                shutil.rmtree(self.paths.room, ignore_errors=True)
        except OSError as error:
            raise disk_error(error, "locking your notes") from error
        finally:
            self._presence.leave()

    def _bring_jobs(self) -> None:
        for sealed in sorted(self._home.jobs.rglob("*")):
            target = self.paths.jobs / sealed.relative_to(self._home.jobs)
            if any(part.startswith(".") for part in sealed.relative_to(self._home.jobs).parts):
                continue
            if sealed.is_dir():
                target.mkdir(mode=0o700, exist_ok=True)
            elif locked_files.is_sealed(sealed):
                with sealed.open("rb") as reading, target.open("wb") as writing:
                    try:
                        for piece in locked_files.opened(self.keys.files, reading):
                            writing.write(piece)
                    except locked_files.BrokenSeal:
                        # A run that lacks a file is begun anew; that is told where it is looked for.
                        target.unlink()

    def _put_jobs_back(self) -> None:
        """Make the jobs on disk those of the room, each folder as a whole."""
        kept = self._home.jobs
        here = [folder for folder in self.paths.jobs.iterdir() if folder.is_dir()] if self.paths.jobs.is_dir() else []
        for folder in here:
            new = kept / f".new-{folder.name}"
            shutil.rmtree(new, ignore_errors=True)
            for source in [folder, *sorted(folder.rglob("*"))]:
                target = new / source.relative_to(folder)
                if source.is_dir():
                    target.mkdir(mode=0o700)
                else:
                    locked_files.SealedFiles(self.keys.files, kept, kept).take_in(source, target)
            shutil.rmtree(kept / folder.name, ignore_errors=True)
            new.rename(kept / folder.name)
        names = {folder.name for folder in here}
        for old in kept.iterdir():
            if old.is_dir() and old.name not in names:
                shutil.rmtree(old, ignore_errors=True)
        sync_folder(kept)


def sweep(paths: Paths) -> None:
    """Take away what a crash left in memory. Whoever calls has the data alone."""
    for folder in _places(paths):
        shutil.rmtree(folder, ignore_errors=True)


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name in ("jobs", "adapters", "states"):
        (folder / name).mkdir(mode=0o700)


def _check(folder: Path) -> None:
    """Memory is everybody's: a folder of this name that is not ours, or open to others, is not used."""
    if not _is_own(folder) or folder.lstat().st_mode & 0o077:
        raise UserError(f"“{folder}” is not Personal AI's own. Take it away, then open your notes again.")
