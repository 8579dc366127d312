"""The versions of what was learned, and which one is in use. A crash at any moment leaves the old state or the new one.

An adapter is a folder `<number>/` that appears by one rename, complete; CURRENT is a file that is replaced by one
rename. The disk is the truth and the store's rows follow it.
"""

import errno
import hashlib
import logging
import math
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psutil

from personal_ai.errors import UserError, disk_sentence
from personal_ai.messages import AdapterUse
from personal_ai.paths import Paths, sync_folder, write_durably
from personal_ai.store.adapters import AdapterRow, Adapters

logger = logging.getLogger(__name__)

#: What may come along from a job's folder. The first is what chats, and is required.
FILES = ("adapter.gguf", "adapter.safetensors", "report.json")
#: How far back one can go.
HISTORY = 20
#: Beyond this an adapter drowns the model it was made for.
STRONGEST = 2.0

_TEMPORARY = re.compile(r"\.(?:new|gone)-\d+-(\d+)(?:-\d+)?|\.CURRENT\.(\d+)(?:-\d+)?\.tmp")


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an adapter's folder says about itself (manifest.json)."""

    version: int = 1
    number: int
    base: str
    base_sha256: str
    adapter_sha256: str
    size: int
    created: str
    strength: float = 1.0
    recipe: dict[str, Any] = {}
    notes: int = 0
    documents: list[int] = []
    proof: dict[str, Any] = {}
    parent: int | None = None


class Pointer(msgspec.Struct, frozen=True):
    """Which adapter is in use, how strongly, and which were in use before, newest last (None: none was)."""

    number: int | None = None
    strength: float = 1.0
    history: list[int | None] = []


class UnsoundError(Exception):
    """An adapter's folder is missing, incomplete or changed; the text ends the sentence "Adapter 3 …"."""


@dataclass(frozen=True)
class _InUse:
    """What CURRENT comes down to on the disk that is really there."""

    manifest: Manifest | None
    strength: float
    problem: str | None = None


class Shelf:
    """The adapters of one data folder. Several processes may hold a shelf over the same folder."""

    def __init__(
        self, paths: Paths, adapters: Adapters, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._folder = paths.adapters
        self._adapters = adapters
        self._now = now
        self._lock = threading.RLock()
        self._hashed: dict[tuple[str, int, int], str] = {}
        self._sweep()

    # ---- looking ----

    def list(self) -> list[AdapterRow]:
        """Every adapter on the shelf, newest first."""
        with self._lock:
            self._follow_disk()
            return [row for row in self._adapters.list() if row.state == "kept"]

    def current(self) -> AdapterRow | None:
        """The adapter in use, None when the bare model is."""
        with self._lock:
            manifest = self._in_use().manifest
            if manifest is None:
                return None
            self._follow_disk()
            return self._adapters.get(manifest.number)

    def strength(self) -> float:
        """How strongly the adapter in use is applied, 1.0 as it was trained (also when none is in use)."""
        return self._in_use().strength

    def in_use(self, base_sha256: str) -> "list[AdapterUse]":
        """What the chat should load beside the base model of this checksum; nothing when it is for another one."""
        now = self._in_use()
        if now.manifest is None or now.manifest.base_sha256 != base_sha256:
            return []
        return [AdapterUse(str(self.path(now.manifest.number)), now.strength)]

    def problem(self) -> str | None:
        """Why the adapter in use is not the one that was chosen, as a sentence; None when all is well."""
        return self._in_use().problem

    def path(self, number: int) -> Path:
        """Where adapter `number`'s GGUF file is."""
        return self._folder / str(number) / FILES[0]

    def manifest(self, number: int) -> Manifest:
        """What is known of adapter `number`, its checksum verified. Raises UserError for one that cannot be used."""
        try:
            return self._sound(number)
        except UnsoundError as error:
            raise UserError(
                f"Adapter {number} {error}. Choose another one; “personal-ai adapters” lists them."
            ) from None

    def next_number(self) -> int:
        """The number of the next adapter; none is given twice."""
        return max([self._adapters.next_number(), *(number + 1 for number in self._numbers())])

    # ---- changing ----

    def publish(
        self,
        folder: Path,
        *,
        base: str,
        base_sha256: str,
        documents: Sequence[int] = (),
        strength: float = 1.0,
        recipe: dict[str, Any] | None = None,
        proof: dict[str, Any] | None = None,
        notes: int | None = None,
        parent: int | None = None,
    ) -> int:
        """Copy the adapter in a job's `folder` (see FILES) to the shelf, put it in use and return its number.

        `documents` are the ids it learned, `notes` how many (default: their number), `parent` the adapter that its
        training began from. Raises UserError when that fails; then what was in use before still is.
        """
        _check_strength(strength)
        if not (folder / FILES[0]).is_file():
            raise UserError(f"There is no adapter in “{folder}”. Learn again to make one.")
        with self._lock, _disk("putting the adapter on the shelf"):
            draft = Manifest(
                number=0,
                base=base,
                base_sha256=base_sha256,
                adapter_sha256="",
                size=0,
                created=_stamp(self._now()),
                strength=strength,
                recipe=recipe or {},
                notes=len(documents) if notes is None else notes,
                documents=[*documents],
                proof=proof or {},
                parent=parent,
            )
            manifest = self._place(folder, draft)
            try:
                self._record(manifest)
                self._point(manifest.number, strength)
            except (OSError, UserError):
                self._unpublish(manifest.number)
                raise
        logger.info("adapter %d is in use", manifest.number)
        return manifest.number

    def use(self, number: int) -> None:
        """Put adapter `number` in use. Raises UserError when it is not on the shelf or is damaged."""
        with self._lock, _disk("changing the adapter"):
            self._point(number, self.manifest(number).strength)

    def none(self) -> None:
        """Use the bare model."""
        with self._lock, _disk("changing the adapter"):
            self._point(None, 1.0)

    def rollback(self) -> AdapterRow | None:
        """Go back to what was in use before (None: the bare model). Raises UserError when nothing was."""
        with self._lock, _disk("going back"):
            pointer = self._read_pointer()
            if pointer.number is None and not pointer.history:
                raise UserError("There is nothing to go back to: no adapter is in use, and none was before.")
            self._write_pointer(self._before(pointer))
            return self.current()

    def set_strength(self, number: int, strength: float) -> None:
        """Apply adapter `number` with `strength` from now on: 1.0 is as trained, 0 is off, 2.0 the most."""
        _check_strength(strength)
        with self._lock, _disk("changing the strength"):
            self._write_manifest(msgspec.structs.replace(self.manifest(number), strength=strength))
            pointer = self._read_pointer()
            if pointer.number == number:
                self._write_pointer(msgspec.structs.replace(pointer, strength=strength))

    def remove(self, number: int) -> None:
        """Delete adapter `number`; one in use gives way to the one before it. Raises UserError for an unknown one."""
        with self._lock, _disk("removing the adapter"):
            if number not in self._numbers():
                raise UserError(f"There is no adapter {number}. “personal-ai adapters” lists the ones there are.")
            self._forget(number)
            self._take_away(number)

    # ---- the pointer ----

    def _read_pointer(self, but: int | None = None) -> Pointer:
        """CURRENT as it stands; where it is damaged, one that names the newest sound adapter but `but`."""
        try:
            return self._decode_pointer()
        except UnsoundError:
            return Pointer(*self._newest(but))

    def _decode_pointer(self) -> Pointer:
        try:
            pointer = msgspec.json.decode((self._folder / "CURRENT").read_bytes(), type=Pointer)
        except FileNotFoundError:
            return Pointer()
        except (msgspec.MsgspecError, OSError, UnicodeDecodeError) as error:
            raise UnsoundError from error
        return pointer if 0 <= pointer.strength <= STRONGEST else msgspec.structs.replace(pointer, strength=1.0)

    def _write_pointer(self, pointer: Pointer) -> None:
        write_durably(self._folder / "CURRENT", msgspec.json.encode(pointer))

    def _point(self, number: int | None, strength: float) -> None:
        # An adapter that is being published cannot be what was in use before it.
        pointer = self._read_pointer(but=number)
        history = pointer.history if pointer.number == number else [*pointer.history, pointer.number]
        self._write_pointer(Pointer(number, strength, history[-HISTORY:]))

    def _before(self, pointer: Pointer) -> Pointer:
        """The state before `pointer`, adapters that are gone by now left out."""
        history = [*pointer.history]
        while history:
            number = history.pop()
            if number is None:
                return Pointer(None, 1.0, history)
            try:
                return Pointer(number, self._sound(number).strength, history)
            except UnsoundError:
                continue
        return Pointer()

    def _forget(self, number: int) -> None:
        pointer = self._read_pointer(but=number)
        history = [entry for entry in pointer.history if entry != number]
        kept = msgspec.structs.replace(pointer, history=history)
        if pointer.number == number:
            kept = self._before(kept)
        if kept != pointer:
            self._write_pointer(kept)

    def _unpublish(self, number: int) -> None:
        """Undo as much of a failed publication as the disk allows; rows are mended by the next look at the shelf."""
        # CURRENT may have been replaced before its folder could be synced.
        with suppress(OSError, UserError):
            self._forget(number)
        if self._read_pointer(but=number).number != number:
            with suppress(OSError, UserError):
                self._take_away(number)

    def _newest(self, but: int | None = None) -> tuple[int | None, float]:
        for number in sorted({*self._numbers()} - {but}, reverse=True):
            try:
                return number, self._sound(number).strength
            except UnsoundError:
                continue
        return None, 1.0

    def _in_use(self) -> _InUse:
        """Follow CURRENT to an adapter that is really there and whole. Nothing is written: a disk may come back."""
        with self._lock:
            try:
                pointer = self._decode_pointer()
            except UnsoundError:
                return self._instead(Pointer(*self._newest()), "The note of which adapter is in use was damaged")
            if pointer.number is None:
                return _InUse(None, 1.0)
            try:
                return _InUse(self._sound(pointer.number), pointer.strength)
            except UnsoundError as error:
                return self._instead(self._before(pointer), f"Adapter {pointer.number} {error}")

    def _instead(self, pointer: Pointer, why: str) -> _InUse:
        if pointer.number is None:
            return _InUse(None, 1.0, f"{why}, so none is used. Learn again, or choose one under Learning.")
        sentence = f"{why}, so adapter {pointer.number} is used instead. Remove it, or choose another under Learning."
        if why.startswith("The note"):
            sentence = f"{why}, so the newest one, adapter {pointer.number}, is used. Choose another under Learning."
        return _InUse(self._sound(pointer.number), pointer.strength, sentence)

    # ---- folders ----

    def _numbers(self) -> "list[int]":
        return [int(entry.name) for entry in self._entries() if entry.name.isdecimal() and entry.is_dir()]

    def _entries(self) -> "list[Path]":
        try:
            return list(self._folder.iterdir())
        except FileNotFoundError:
            return []

    def _sound(self, number: int) -> Manifest:
        """Read adapter `number`'s manifest and compare the file's checksum. Raises UnsoundError."""
        folder = self._folder / str(number)
        if not folder.is_dir():
            raise UnsoundError("is no longer there")
        try:
            manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
            if manifest.number != number or self._hash(folder / FILES[0]) != manifest.adapter_sha256:
                raise UnsoundError("has changed on disk since it was made")
        except FileNotFoundError as error:
            raise UnsoundError("is incomplete") from error
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnsoundError("cannot be read") from error
        return manifest

    def _hash(self, path: Path) -> str:
        # Once a file and process: asked before every load, and 100 MB take a tenth of a second.
        status = path.stat()
        key = (str(path), status.st_size, status.st_mtime_ns)
        if key not in self._hashed:
            with path.open("rb") as file:
                self._hashed[key] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._hashed[key]

    def _place(self, source: Path, draft: Manifest) -> Manifest:
        """Copy `source` to a folder of its own under the next free number, complete or not at all."""
        number = self.next_number()
        temporary = self._temporary("new", number)
        temporary.mkdir(mode=0o700)
        try:
            for name in FILES:
                if (source / name).is_file():
                    _copy_durably(source / name, temporary / name)
            gguf = temporary / FILES[0]
            with gguf.open("rb") as file:
                checksum = hashlib.file_digest(file, "sha256").hexdigest()
            while True:
                manifest = msgspec.structs.replace(
                    draft, number=number, adapter_sha256=checksum, size=gguf.stat().st_size
                )
                _write(temporary / "manifest.json", _encode(manifest))
                sync_folder(temporary)
                try:
                    temporary.rename(self._folder / str(number))
                    break
                except OSError as error:
                    # The command line beside the window was quicker.
                    if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                        raise
                    number += 1
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        sync_folder(self._folder)
        return manifest

    def _take_away(self, number: int) -> None:
        """Delete a folder so that half of it is never taken for an adapter, and mark its row."""
        gone = self._temporary("gone", number)
        (self._folder / str(number)).rename(gone)
        sync_folder(self._folder)
        shutil.rmtree(gone, ignore_errors=True)
        if any(row.number == number for row in self._adapters.list()):
            self._adapters.set_state(number, "removed")

    def _write_manifest(self, manifest: Manifest) -> None:
        write_durably(self._folder / str(manifest.number) / "manifest.json", _encode(manifest))

    def _temporary(self, kind: str, number: int) -> Path:
        return self._folder / f".{kind}-{number}-{os.getpid()}-{threading.get_ident()}"

    def _sweep(self) -> None:
        """Delete what a crash left half-made; what a living process is making stays."""
        for entry in self._entries():
            found = _TEMPORARY.fullmatch(entry.name)
            if found and not psutil.pid_exists(int(found[1] or found[2])):
                logger.info("removing a left-over: %s", entry.name)
                if entry.is_dir():
                    shutil.rmtree(entry, ignore_errors=True)
                else:
                    entry.unlink(missing_ok=True)

    # ---- rows ----

    def _record(self, manifest: Manifest, documents: Sequence[int] | None = None) -> None:
        self._adapters.add(
            manifest.number,
            manifest.base,
            manifest.base_sha256,
            manifest.size,
            notes=manifest.notes,
            proof=manifest.proof,
            parent=manifest.parent,
            created=manifest.created,
            documents=manifest.documents if documents is None else documents,
        )

    def _follow_disk(self) -> None:
        """Make the rows agree with the folders: a crash may have come between the two."""
        rows, numbers, following = {row.number: row for row in self._adapters.list()}, self._numbers(), None
        for number in sorted(numbers):
            if number in rows and rows[number].state == "kept":
                continue
            following = following or self._adapters.next_number()
            try:
                manifest = self._sound(number)
            except UnsoundError as error:
                logger.warning("adapter %d %s", number, error)
                continue
            # Ids mean something only in the database they come from. A crash leaves out the very next number; any other
            # folder without a row was copied here.
            self._record(manifest, None if number in rows or number == following else ())
        for number, row in rows.items():
            if row.state == "kept" and number not in numbers:
                self._adapters.set_state(number, "removed")


def _check_strength(strength: float) -> None:
    if not (math.isfinite(strength) and 0 <= strength <= STRONGEST):
        raise UserError(f"A strength is a number from 0 (off) to {STRONGEST:g}; 1 is as trained.")


def _encode(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _copy_durably(source: Path, target: Path) -> None:
    with source.open("rb") as reading, target.open("xb") as writing:
        shutil.copyfileobj(reading, writing, 1 << 20)
        writing.flush()
        os.fsync(writing.fileno())


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _disk(doing: str) -> Iterator[None]:
    """Turn what the system refuses while `doing` something into a sentence."""
    try:
        yield
    except OSError as error:
        raise UserError(disk_sentence(error, doing)) from error
