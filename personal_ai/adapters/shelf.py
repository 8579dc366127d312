"""The versions of what was learned, and which one is in use. A crash at any moment leaves the old state or the new one.

An adapter is a folder `<number>/` that appears by one rename, complete; CURRENT is a file that is replaced by one
rename. The disk is the truth and the store's rows follow it.
"""

import logging
import math
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.adapters.folders import ADAPTER, Folders, UnsoundError
from personal_ai.adapters.manifest import (
    Kind,
    Manifest,
    Pointer,
    chunks_sha,
    pointer_without,
)
from personal_ai.errors import UserError, disk_error
from personal_ai.locked_files import Files
from personal_ai.messages import AdapterUse
from personal_ai.models.adapter_file import READING
from personal_ai.paths import Paths, write_durably
from personal_ai.store.adapters import AdapterRow, Adapters, Forgotten

logger = logging.getLogger(__name__)

#: How far back one can go, and how many of the newest are kept in any case.
HISTORY = 20
#: Beyond this an adapter drowns the model it was made for.
STRONGEST = 2.0


@dataclass(frozen=True)
class _InUse:
    """What CURRENT comes down to on the disk that is really there."""

    manifest: Manifest | None
    strength: float
    problem: str | None = None


class Shelf:
    """The adapters of one data folder. Several processes may hold a shelf over the same folder.

    An adapter that learned a note which was deleted since is never used again, and building a shelf deletes it: a crash
    may have come between the deletion of the note and `forget`.
    """

    def __init__(
        self,
        paths: Paths,
        adapters: Adapters,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        files: Files | None = None,
    ) -> None:
        self._folder = paths.adapters
        self._adapters = adapters
        self._now = now
        self._lock = threading.RLock()
        self._folders = Folders(paths.adapters, files)
        self._folders.sweep()
        self._finish_forgetting()

    # ---- looking ----

    def list(self) -> list[AdapterRow]:
        """Every adapter on the shelf, newest first."""
        with self._lock:
            self._finish_forgetting()
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
        return [self._use(now.manifest, now.strength)]

    def shelved(self, number: int) -> "AdapterUse":
        """An adapter as the chat would use it, in use or not. Raises UserError when it cannot be used."""
        return self._use(self.manifest(number), 1.0)

    def _use(self, manifest: Manifest, strength: float) -> "AdapterUse":
        path = self.path(manifest.number)
        reading = path.with_name(READING)
        return AdapterUse(str(path), strength, str(reading) if reading.is_file() else "")

    def problem(self) -> str | None:
        """Why the adapter in use is not the one that was chosen, as a sentence; None when all is well."""
        return self._in_use().problem

    def path(self, number: int) -> Path:
        """Where adapter `number`'s GGUF file is."""
        return self._folders.adapter(number)

    def manifest(self, number: int) -> Manifest:
        """What is known of adapter `number`, its checksum verified. Raises UserError for one that cannot be used."""
        try:
            return self._sound(number)
        except UnsoundError as error:
            raise UserError(
                f"Adapter {number} {error}. Choose another one; “personal-ai adapters” lists them."
            ) from None

    def newest_accepted(self, base_sha256: str) -> Manifest | None:
        """What the next night may go on from: the newest adapter that a night made for this base and that was accepted.

        One that the person went back to counts as the newest; None where they went back to the bare model.
        """
        with self._lock:
            self._follow_disk()
            pointer = self._read_pointer()
            newest = self._accepted(pointer.number, base_sha256) if pointer.number is not None else None
            if newest or pointer.number is None:
                return newest
            found = (self._accepted(number, base_sha256) for number in sorted(self._folders.numbers(), reverse=True))
            return next((manifest for manifest in found if manifest), None)

    def _accepted(self, number: int, base_sha256: str) -> Manifest | None:
        try:
            manifest = self._sound(number)
        except UnsoundError:
            return None
        made_here = manifest.kind in ("fresh", "delta") and manifest.proof.get("accepted", True)
        return manifest if made_here and manifest.base_sha256 == base_sha256 else None

    def next_number(self) -> int:
        """The number of the next adapter; none is given twice."""
        return max([self._adapters.next_number(), *(number + 1 for number in self._folders.numbers())])

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
        kind: Kind = "fresh",
        chunks: Iterable[int] = (),
    ) -> int:
        """Copy the adapter in a job's `folder` (see folders.FILES) to the shelf, put it in use and return its number.

        `documents` and `chunks` are the ids that this run learned, `notes` how many documents (default: their number),
        `parent` the adapter that its training began from, whose documents join these. Raises DiskFull, and UserError
        when it fails otherwise or one of the documents was deleted meanwhile; then what was in use before still is.
        """
        _check_strength(strength)
        if not (folder / ADAPTER).is_file():
            raise UserError(f"There is no adapter in “{folder}”. Learn again to make one.")
        with self._lock, _disk("putting the adapter on the shelf"):
            self._follow_disk()
            # A row outlives its adapter's folder, and its ids are those of this database.
            inherited = self._adapters.documents(parent) if parent is not None else []
            learned = sorted({*documents, *inherited})
            self._refuse_deleted(learned)
            draft = Manifest(
                number=0,
                base=base,
                base_sha256=base_sha256,
                adapter_sha256="",
                size=0,
                created=_stamp(self._now()),
                strength=strength,
                recipe=recipe or {},
                notes=len(learned) if notes is None else notes,
                documents=learned,
                proof=proof or {},
                parent=parent,
                kind=kind,
                nights_since_fresh=self._nights_since_fresh(parent) + 1 if kind == "delta" else 0,
                chunks_sha=chunks_sha(chunks),
            )
            manifest = self._folders.place(folder, draft, self.next_number())
            try:
                self._record(manifest)
                self._point(manifest.number, strength)
                # Whoever deletes a note from now on finds the row; whoever did before is found here.
                self._refuse_deleted(learned)
            except (OSError, UserError):
                self._unpublish(manifest.number)
                raise
            self._make_room()
        logger.info("adapter %d is in use", manifest.number)
        return manifest.number

    def use(self, number: int) -> None:
        """Put adapter `number` in use. Raises UserError when it is not on the shelf or is damaged."""
        with self._lock, _disk("changing the adapter"):
            self._point(number, self.manifest(number).strength)

    def none(self) -> None:
        """Use none of them: the reading skill answers, where the base has one, or the bare model."""
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
            self._folders.write_manifest(msgspec.structs.replace(self.manifest(number), strength=strength))
            pointer = self._read_pointer()
            if pointer.number == number:
                self._write_pointer(msgspec.structs.replace(pointer, strength=strength))

    def remove(self, number: int) -> None:
        """Delete adapter `number`; one in use gives way to the one before it. Raises UserError for an unknown one."""
        with self._lock, _disk("removing the adapter"):
            if number not in self._folders.numbers():
                raise UserError(f"There is no adapter {number}. “personal-ai adapters” lists the ones there are.")
            self._forget(number)
            self._take_away(number)

    def forget(self, documents: Iterable[int]) -> Forgotten:
        """Delete every adapter that learned one of these documents, its own or its ancestors'.

        One in use gives way to the newest earlier one of the same base that learned none of them, or to none. Raises
        UserError where the disk refuses; then they are out of use, and the next shelf deletes them.
        """
        with self._lock:
            self._follow_disk()
            return self._drop({*self._adapters.that_learned(documents)})

    # ---- forgetting ----

    def _finish_forgetting(self) -> None:
        """Delete what learned a deleted note: a crash, or another process, may have left it."""
        try:
            self._follow_disk()
            left = self._adapters.that_learned_deleted().intersection(self._folders.numbers())
            if left:
                self._drop(left)
        except UserError:
            # The next look tries again; until then none of them is used.
            logger.exception("adapters that learned a deleted note are still there")

    def _drop(self, numbers: set[int]) -> Forgotten:
        gone = numbers.intersection(self._folders.numbers())
        failed: OSError | None = None
        try:
            pointer = self._read_pointer()
            instead, strength = self._newest_of_its_base(pointer.number, gone)
            after = pointer_without(pointer, gone, instead, strength)
            if after != pointer:
                self._write_pointer(after)
        except OSError as error:
            failed, after = error, Pointer()
        for number in sorted(gone):
            try:
                self._take_away(number)
            except OSError as error:
                failed = error
        if failed:
            raise UserError(
                "The note is gone and what was learned from it is no longer used, but its file could not be deleted "
                f"({failed.strerror or failed}). It is deleted when the program starts again."
            ) from failed
        if gone:
            logger.info("deleted with a note: adapters %s", sorted(gone))
        return Forgotten(sorted(gone), after.number)

    def _newest_of_its_base(self, number: int | None, gone: set[int]) -> tuple[int | None, float]:
        """What takes the place of adapter `number` when it goes with the others, and its strength."""
        if number is None or number not in gone:
            return None, 1.0
        base = self._adapters.get(number).base_sha256
        for earlier in sorted({*self._folders.numbers()} - gone, reverse=True):
            with suppress(UnsoundError):
                if earlier < number and (manifest := self._sound(earlier)).base_sha256 == base:
                    return earlier, manifest.strength
        return None, 1.0

    def _nights_since_fresh(self, parent: int | None) -> int:
        with suppress(UnsoundError):
            return self._sound(parent).nights_since_fresh if parent is not None else 0
        return 0

    def _refuse_deleted(self, documents: Iterable[int]) -> None:
        if self._adapters.any_deleted(documents):
            raise UserError(
                "A note was deleted while it was being learned, so what was learned with it is thrown away. "
                "Learn again; the note takes no part in it."
            )

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

    def _make_room(self) -> None:
        """Take away what a night made, where it is none of the newest and going back no longer leads to it.

        Else the disk would fill up, night by night. What was brought from elsewhere stays.
        """
        pointer = self._read_pointer()
        reached = {pointer.number, *pointer.history}
        for number in sorted(self._folders.numbers())[:-HISTORY]:
            # One that is damaged stays to be told of; one that the disk keeps now goes after the next night.
            with suppress(UnsoundError, OSError, UserError):
                if number not in reached and self._sound(number).kind in ("fresh", "delta"):
                    self._take_away(number)
                    logger.info("adapter %d gave way to newer ones", number)

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
        for number in sorted({*self._folders.numbers()} - {but}, reverse=True):
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

    # ---- folders and rows ----

    def _sound(self, number: int) -> Manifest:
        """Read a manifest and check that the adapter is whole and may be used. Raises UnsoundError."""
        manifest = self._folders.sound(number)
        if number in self._adapters.that_learned_deleted():
            raise UnsoundError("learned a note that you deleted")
        return manifest

    def _take_away(self, number: int) -> None:
        self._folders.take_away(number)
        if any(row.number == number for row in self._adapters.list()):
            self._adapters.set_state(number, "removed")

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
        rows, numbers, following = {row.number: row for row in self._adapters.list()}, self._folders.numbers(), None
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


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextmanager
def _disk(doing: str) -> Iterator[None]:
    """Turn what the system refuses while `doing` something into a sentence."""
    try:
        yield
    except OSError as error:
        raise disk_error(error, doing) from error
