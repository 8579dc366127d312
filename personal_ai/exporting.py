"""Everything that is the person's goes out: notes, chats, what was learned and taught, choices; whole or not at all.

notes/<title>.md              the text as it was read, behind what is known of it (front matter)
chats/<title>.md              to read, in the versions that are shown
chats/pictures/               what was attached to questions
chats.json                    all of them in all versions, to take along and to take in again
learned/<number>/             adapter.gguf and reading.gguf for llama.cpp; adapter.gguf as two files for PEFT
taught.json decisions.json personas.json nights.json settings.json
"""

import contextlib
import glob
import os
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import psutil

from personal_ai.adapters import exchange
from personal_ai.chat import export as chats
from personal_ai.errors import UserError, disk_error
from personal_ai.paths import sync_folder
from personal_ai.services import Services
from personal_ai.store.attachments import AttachmentRow
from personal_ai.store.documents import DocumentRow

DOING = "exporting your data"
#: What the name begins with where the person chooses a place only.
NAME = "Personal AI"
_PNG = b"\x89PNG"
#: Names that Windows keeps for itself.
RESERVED = frozenset(("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))))

README = """This is everything that Personal AI kept of yours, exported on {day}.

notes/          each note as text, behind a few lines that say where it came from; “gone” is since when its file is gone
chats/          each chat as it is shown, to read, with the pictures that you attached
chats.json      all chats, with every version of an answer; Personal AI takes in again what is shown (Import chats)
learned/        what was learned: adapter.gguf for llama.cpp, and reading.gguf in its place where notes are shown; the
                other two files are adapter.gguf for PEFT and transformers
taught.json     thumbs, better answers and things to remember
decisions.json  what you decided about single facts
personas.json   who answers, by name and instructions
nights.json     every night and how it ended
settings.json   your choices

None of this is encrypted.
"""


class Exporting(msgspec.Struct, frozen=True):
    """How far it is."""

    done: int
    total: int
    name: str


class Exported(msgspec.Struct, frozen=True):
    """All is there. `left_out` has a sentence for each adapter that could not be read."""

    path: str
    documents: int
    conversations: int
    adapters: int
    size: int
    seconds: float
    left_out: list[str]


def free_place(folder: Path, day: datetime, suffix: str = "") -> Path:
    """A name for an export in `folder` that nothing has yet."""
    name, number = f"{NAME} {day:%Y-%m-%d}", 1
    while (place := folder / f"{name}{f' ({number})' if number > 1 else ''}{suffix}").exists():
        number += 1
    return place


def export(services: Services, target: Path) -> Iterator[Exporting | Exported]:
    """Write everything to `target`: a zip file where its name ends so, else a folder that is new or empty.

    It appears under its name when it is whole. Closing the generator leaves nothing behind. Raises UserError where
    something is there already, or the disk refuses.
    """
    began = time.monotonic()
    target = target.expanduser().absolute()
    _refuse(target, services)
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    try:
        _sweep(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir(mode=0o700)
        writing = _Writing(services, part)
        yield from writing.write()
        written = _finish(part, target)
    except OSError as error:
        raise disk_error(error, DOING) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        with contextlib.suppress(OSError):
            _zip_of(part).unlink()
    yield Exported(
        str(target),
        writing.documents,
        writing.conversations,
        writing.adapters,
        written,
        time.monotonic() - began,
        writing.left_out,
    )


def words(exported: Exported) -> str:
    """What was exported, in a sentence or two."""
    parts = [
        _count(exported.documents, "note"),
        _count(exported.conversations, "chat"),
        _count(exported.adapters, "adapter"),
    ]
    sentence = f"Exported {parts[0]}, {parts[1]} and {parts[2]} to “{exported.path}”."
    return " ".join([sentence, *exported.left_out])


def _refuse(target: Path, services: Services) -> None:
    home = services.paths.home.resolve()
    if home in (target.resolve(), *target.resolve().parents):
        raise UserError("Choose a place outside of Personal AI's own folder: what lies in there goes when you delete.")
    if target.suffix.lower() == ".zip":
        taken = target.exists()
    else:
        taken = target.exists() and (not target.is_dir() or any(target.iterdir()))
    if taken:
        raise UserError(f"“{target}” is there already, and nothing is overwritten. Choose another name.")


def _sweep(target: Path) -> None:
    """Remove what an export to this name, or one of ours, left half-made when its process was killed."""
    names = (glob.escape(target.name), f"{NAME} *")
    for left in {path for name in names for path in target.parent.glob(f".{name}.part-*")}:
        number = re.search(r"\.part-(\d+)(\.zip)?$", left.name)
        if number and not psutil.pid_exists(int(number[1])):
            shutil.rmtree(left, ignore_errors=True)
            with contextlib.suppress(OSError):
                left.unlink()


def _finish(part: Path, target: Path) -> int:
    """Let it appear under its name; return its size in bytes."""
    source = part
    if target.suffix.lower() == ".zip":
        source = _zip_of(part)
        _zip(part, source, target.stem)
    size = sum(file.stat().st_size for file in part.rglob("*") if file.is_file()) if source == part else 0
    if hasattr(os, "sync"):
        # One by one, thousands of small files take minutes.
        os.sync()
    if source == part and target.is_dir() and os.name == "nt":
        target.rmdir()
    source.replace(target)
    sync_folder(target.parent)
    return size or target.stat().st_size


def _zip_of(part: Path) -> Path:
    return part.with_name(f"{part.name}.zip")


def _zip(folder: Path, target: Path, name: str) -> None:
    # For nobody else to read, from its first byte on.
    private = partial(os.open, mode=0o600)
    with (
        open(target, "xb", opener=private) as out,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, f"{name}/{file.relative_to(folder).as_posix()}")


class _Writing:
    """One export into a folder that nobody sees yet."""

    def __init__(self, services: Services, folder: Path) -> None:
        self._services, self._folder = services, folder
        self.documents = self.conversations = self.adapters = 0
        self.left_out: list[str] = []
        self._pictures: _Names | None = None

    def write(self) -> Iterator[Exporting]:
        """Write part after part, and say how far it is."""
        services = self._services
        notes = [*services.documents.list(), *services.documents.set_aside()]
        conversations = services.conversations
        listed = conversations.index.list()
        shelf = services.shelf.list()
        total, done = len(notes) + len(listed) + len(shelf) + 1, 0
        names = _Names(self._folder / "notes")
        for row in notes:
            yield Exporting(done, total, row.title)
            text = services.documents.text(row.id)
            _write(names.free(row.title, ".md"), front_matter(row) + text + ("" if text.endswith("\n") else "\n"))
            self.documents, done = self.documents + 1, done + 1
        names = _Names(self._folder / "chats")
        attached: dict[int, list[chats.Attached]] = {}
        for each in listed:
            yield Exporting(done, total, each.title)
            attached |= self._write_pictures(each.id)
            text = chats.as_markdown(each, conversations.messages(each.id), attached)
            _write(names.free(each.title or "Chat", ".md"), text)
            self.conversations, done = self.conversations + 1, done + 1
        told = chats.as_json(listed, conversations.messages, conversations.every_message, attached)
        (self._folder / "chats.json").write_bytes(told)
        for adapter in shelf:
            yield Exporting(done, total, f"adapter {adapter.number}")
            self._write_adapter(adapter.number)
            done += 1
        yield Exporting(done, total, "your choices")
        self._write_rest()

    def _write_pictures(self, conversation_id: int) -> dict[int, list[chats.Attached]]:
        """Write the pictures of a chat; tell what is attached to which message."""
        kept = self._services.conversations.attachments
        return {
            message: [self._write_picture(each) if each.kind == "picture" else _file(each) for each in rows]
            for message, rows in kept.of_conversation(conversation_id).items()
        }

    def _write_picture(self, row: AttachmentRow) -> chats.Attached:
        data = self._services.conversations.attachments.data(row.id)
        self._pictures = self._pictures or _Names(self._folder / "chats" / "pictures")
        # Its name may tell of another format: a picture is kept as it was sent, as PNG or JPEG.
        place = self._pictures.free(Path(row.name).stem, ".png" if data.startswith(_PNG) else ".jpg")
        place.write_bytes(data)
        return chats.Attached("picture", row.name, row.path, f"pictures/{place.name}")

    def _write_adapter(self, number: int) -> None:
        services = self._services
        try:
            base = services.shelf.manifest(number).base_sha256
            model = next((entry for entry in services.catalogue.list() if entry.sha256 == base), None)
            exchange.export(
                services.shelf, number, self._folder / "learned" / str(number), model.path if model else None
            )
        except UserError as error:
            self.left_out.append(str(error))
            return
        if model is None:
            self.left_out.append(f"Adapter {number} went out for llama.cpp only: its model is no longer here.")
        self.adapters += 1

    def _write_rest(self) -> None:
        services = self._services
        rows: dict[str, Any] = {
            "taught": services.taught_rows.list(),
            "decisions": services.choices.list(),
            "personas": services.personas.list(),
            "nights": services.night_rows.list(),
            "settings": services.settings,
        }
        for name, value in rows.items():
            (self._folder / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1))
        _write(self._folder / "README.txt", README.format(day=f"{services.now().astimezone():%Y-%m-%d}"))


class _Names:
    """File names in one folder, each given once; letters of either case are the same on some systems."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._taken: set[str] = set()

    def free(self, title: str, suffix: str) -> Path:
        """A name like `title` that every system allows."""
        plain = file_stem(title)
        stem, number = plain, 2
        while stem.casefold() in self._taken:
            stem, number = f"{plain} ({number})", number + 1
        self._taken.add(stem.casefold())
        return self._folder / f"{stem}{suffix}"


def file_stem(title: str) -> str:
    """A name that every system allows, without an ending: at most 150 bytes long."""
    words = " ".join("".join(letter if letter.isalnum() or letter in " -_,'" else " " for letter in title).split())
    stem = words.encode()[:150].decode(errors="ignore").strip(" -") or "Untitled"
    return f"_{stem}" if stem.casefold() in RESERVED else stem


def front_matter(row: DocumentRow) -> str:
    """What is known of a note, as YAML; strings are written as JSON, which YAML reads."""
    known: dict[str, Any] = {
        "title": row.title,
        "source": row.path,
        "format": row.format,
        "created": row.created,
        "added": row.added,
        "provenance": row.provenance,
        "author": row.author,
        "never_learn": row.never_learn,
        "never_use": row.never_use,
        "gone": row.gone,
    }
    lines = [f"{key}: {msgspec.json.encode(value).decode()}" for key, value in known.items() if value not in ("", None)]
    return "\n".join(["---", *lines, "---", "", ""])


def _file(row: AttachmentRow) -> chats.Attached:
    return chats.Attached("file", row.name, row.path)


def _write(path: Path, text: str) -> None:
    # As it is: no line ending may change, and what is no character stays visible.
    path.write_bytes(text.encode(errors="backslashreplace"))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
