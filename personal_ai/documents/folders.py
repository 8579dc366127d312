"""Folders are walked: which files of a person's are read, and which are passed over."""

import fnmatch
import os
import stat
from collections.abc import Iterable
from pathlib import Path

import msgspec

from personal_ai.documents.readers import LARGE, SUFFIXES, is_wanted, kinds
from personal_ai.errors import UserError, disk_sentence
from personal_ai.store.files import Seen, seen

#: The largest file that is read, in bytes.
MAX_SIZE = 200 * 1024 * 1024
#: The largest of those that are read piece by piece.
MAX_LARGE = 8 * 1024 * 1024 * 1024
#: Folders that programs fill, not people.
_PROGRAM_FOLDERS = frozenset(
    ("node_modules", "__pycache__", "site-packages", "$RECYCLE.BIN", "System Volume Information")
)
#: How the names begin that programs give to what they keep beside a file for a while: Office, LibreOffice, Syncthing.
PASSING = (".", "~$", "~syncthing~")


class Skip(msgspec.Struct, frozen=True):
    """A file that was left out, and why, in one sentence."""

    path: str
    reason: str


class Rules:
    """What is passed over in folders: what programs keep there, what matches a pattern of the person's, and `apart`.

    A pattern is a name (`*.log`, `drafts`) or a place (`archive/2019`).
    """

    def __init__(self, patterns: Iterable[str] = (), apart: Path | None = None) -> None:
        patterns = [pattern.strip().strip("/").casefold() for pattern in patterns]
        self._names = [pattern for pattern in patterns if pattern and "/" not in pattern]
        self._places = [f"*/{pattern}" for pattern in patterns if "/" in pattern]
        self._apart = str(apart) if apart else ""

    def passes_over(self, name: str, path: str) -> bool:
        """Whether a file or folder of this name, lying here, is not looked at."""
        if name.startswith(PASSING) or name in _PROGRAM_FOLDERS or path == self._apart:
            return True
        if self._names and any(fnmatch.fnmatchcase(name.casefold(), pattern) for pattern in self._names):
            return True
        place = path.replace(os.sep, "/").casefold() if self._places else ""
        return any(fnmatch.fnmatchcase(place, pattern) for pattern in self._places)


class Walked:
    """What lies in a folder: files that are read, folders that could not be opened, what was left out and why."""

    def __init__(self) -> None:
        self.files: dict[str, Seen] = {}
        self.closed: list[str] = []
        self.skipped: list[Skip] = []


def walk(folder: Path, rules: Rules, deep: bool = True) -> Walked:
    """Look through a folder, in the order of names; with `deep` through all folders in it.

    Links are not followed, other disks not entered, and no folder is looked through twice.
    """
    walked, todo = Walked(), [str(folder)]
    left_out: set[str] = set()
    disk = 0
    been: set[tuple[int, int]] = set()
    while todo:
        here = todo.pop()
        try:
            status = os.stat(here)  # noqa: PTH116 - thousands of them
            disk = disk or status.st_dev
            # A folder can lie in itself: mounted there a second time, or by a junction.
            if (place := (status.st_dev, status.st_ino)) in been and status.st_ino:
                continue
            been.add(place)
            with os.scandir(here) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            walked.closed.append(here)
            walked.skipped.append(Skip(here, disk_sentence(error, f"opening “{Path(here).name}”")))
            continue
        left_out |= _left_out_by_obsidian(here)
        below: list[str] = []
        for entry in listed:
            if rules.passes_over(entry.name, entry.path) or entry.path in left_out or entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                if deep and _is_on(entry, disk, walked):
                    below.append(entry.path)
            elif entry.is_file(follow_symlinks=False) and is_wanted(Path(entry.path)):
                _take(entry, walked)
        todo += reversed(below)
    return walked


def _take(entry: os.DirEntry[str], walked: Walked) -> None:
    try:
        entry.name.encode()
        walked.files[entry.path] = seen(entry.stat(follow_symlinks=False))
    except UnicodeEncodeError:
        walked.skipped.append(_unwritable(entry.path))
    except OSError:
        pass  # it went while we looked


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unwritable(path: str) -> Skip:
    """Why a file is left out whose name no text can hold; such bytes are shown as �."""
    shown = os.fsencode(path).decode(errors="replace")
    return Skip(shown, f"The name “{Path(shown).name}” is written in no known way. Give the file another name.")


def _is_on(entry: os.DirEntry[str], disk: int, walked: Walked) -> bool:
    """Whether a folder lies on this disk; Windows does not say where a folder is listed."""
    try:
        there = entry.stat(follow_symlinks=False).st_dev
        entry.name.encode()
    except (OSError, UnicodeEncodeError):
        return False
    if there in (0, disk):
        return True
    walked.closed.append(entry.path)
    walked.skipped.append(Skip(entry.path, f"“{entry.name}” is another disk in this folder. Add it by itself."))
    return False


def _left_out_by_obsidian(folder: str) -> frozenset[str]:
    """Where the notes of a vault lie that Obsidian is told to leave out: files and folders, no other patterns."""
    try:
        told = Path(folder, ".obsidian", "app.json").read_bytes()
        filters = msgspec.json.decode(told, type=_VaultChoices).userIgnoreFilters
    except (OSError, msgspec.MsgspecError):
        return frozenset()
    # One between slashes is a regular expression; a vault comes from anywhere, and could make it run for ever.
    plain = [each.strip("/") for each in filters if not (each.startswith("/") and each.endswith("/"))]
    return frozenset(str(Path(folder, *each.split("/"))) for each in plain if each)


class _VaultChoices(msgspec.Struct):
    userIgnoreFilters: list[str] = []  # noqa: N815 - Obsidian's name


def collect(paths: list[Path], rules: Rules | None = None) -> tuple[dict[str, Seen], list[Skip]]:
    """The files to read among `paths`, folders walked, and those that will not be, with the reason.

    Hidden files, links and unknown formats inside folders are passed over silently; a file named by the person gets an
    answer. Raises UserError for a path that does not exist, and when there is nothing at all.
    """
    rules = rules or Rules()
    paths = [absolute(path) for path in paths]
    for path in paths:
        if not is_there(path):
            raise UserError(_missing_sentence(path))
    found: dict[str, Seen | None] = {}
    skipped: list[Skip] = []
    empty: list[Path] = []
    for path in paths:
        if not is_folder(path):
            found[str(path)] = None
            continue
        walked = walk(path, rules)
        skipped += walked.skipped
        found |= walked.files
        if not walked.files:
            empty.append(path)
    if empty and not found and not skipped:
        raise UserError(_empty_sentence(empty[0]))
    skipped += [Skip(str(path), _empty_sentence(path)) for path in empty]
    files, refused = readable(found)
    return files, skipped + refused


def readable(found: dict[str, Seen | None]) -> tuple[dict[str, Seen], list[Skip]]:
    """Those files that are given to a worker, and why the others are not; None for one that was not looked at yet."""
    files: dict[str, Seen] = {}
    skipped: list[Skip] = []
    for path, known in found.items():
        if not _is_text(path):
            skipped.append(_unwritable(path))
            continue
        now = known or _look(Path(path))
        if isinstance(now, Skip):
            skipped.append(now)
        elif reason := _refusal(Path(path), now.size):
            skipped.append(Skip(path, reason))
        else:
            files[path] = now
    return files, skipped


def is_there(path: Path) -> bool:
    """Whether there is such a file or folder; one whose disk does not answer is not there."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises where a network folder is gone


def is_folder(path: Path) -> bool:
    """Whether there is such a folder; one whose disk does not answer is not there."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where a network folder is gone


def absolute(path: Path) -> Path:
    """A path from the root on. Links are not resolved: the person knows the file under the name they gave."""
    return Path(os.path.normpath(path.expanduser().absolute()))


def _missing_sentence(path: Path) -> str:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        return disk_sentence(error, f"opening “{path.name}”")
    return f"There is no file or folder “{path}”. Check the name; nothing was added."


def _empty_sentence(folder: Path) -> str:
    return f"There is nothing to read in “{folder.name or folder}”. Personal AI reads {kinds()}."


def _look(path: Path) -> Seen | Skip:
    try:
        status = path.stat()
    except OSError as error:
        return Skip(str(path), disk_sentence(error, f"reading “{path.name}”"))
    if not stat.S_ISREG(status.st_mode):
        return Skip(str(path), f"“{path.name}” is not a file with text in it, so it was left out.")
    return seen(status)


def _refusal(path: Path, size: int) -> str:
    """Why a file is not even given to the worker, in one sentence; "" when it is."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        return f"Personal AI cannot read “{path.name}”. It reads {kinds()}."
    if size == 0:
        return f"“{path.name}” is empty, so there is nothing to read in it."
    most = MAX_LARGE if suffix in LARGE else MAX_SIZE
    if size > most:
        size, most = size // 1024**2, most // 1024**2
        return f"“{path.name}” is too large ({size:,} MB; {most} MB is the most). Split it and add the parts."
    return ""


def is_passed_over(folder: str, root: Path, rules: Rules) -> bool:
    """Whether a folder somewhere below `root` is not looked at, for its own sake or that of one it lies in."""
    here = str(root)
    left_out: set[str] = set()
    for name in Path(folder).relative_to(root).parts:
        below = str(Path(here, name))
        left_out |= _left_out_by_obsidian(here)
        if rules.passes_over(name, below) or below in left_out:
            return True
        here = below
    return False
