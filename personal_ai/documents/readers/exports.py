"""What other programs export as a zip archive or JSON file: which program it is, and its documents."""

import re
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path, PurePosixPath

import msgspec

from personal_ai.documents.readers import chatgpt, claude, keep, notion, telegram, whatsapp
from personal_ai.documents.readers.archive import Archive
from personal_ai.documents.readers.decoding import decode_json
from personal_ai.documents.readers.parsed import Parsed
from personal_ai.errors import UserError

#: An export lists every picture, too.
MAX_ENTRIES = 500_000
#: The most that is read of one archive, and of one file or archive in it, in bytes. Pictures and films are not read.
MAX_UNPACKED, MAX_FILE = 8 * 1024**3, 512 * 1024**2
#: Archives in archives in archives.
MAX_DEPTH = 2
_KNOWN = "ChatGPT, Claude, Google Keep, Notion, Telegram or WhatsApp"
_TALKS = re.compile(r"conversations(?:[-_]\d+)?\.json")

Documents = Iterator[Callable[[], Parsed | None]]


class _Probe(msgspec.Struct, frozen=True):
    """What tells the formats apart: the fields that only one of them has."""

    mapping: msgspec.Raw = msgspec.Raw()
    chat_messages: msgspec.Raw = msgspec.Raw()
    messages: msgspec.Raw = msgspec.Raw()
    chats: msgspec.Raw = msgspec.Raw()
    text: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="textContent")
    items: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="listContent")
    color: msgspec.Raw = msgspec.Raw()


def is_named_export(path: Path) -> bool:
    """Whether a JSON file in a folder has the name of one that is read: most others are none of a person's writing."""
    return path.name == "result.json" or bool(_TALKS.fullmatch(path.name)) or path.parent.name in keep.FOLDERS


def read_json(path: Path, names: Collection[str]) -> Documents:
    """Read a JSON file of an export. Raises UserError for any other one."""
    yield from _json(path.read_bytes(), path, names)


def read_zip(path: Path, names: Collection[str]) -> Documents:
    """Read an export that is an archive. Raises UserError for any other one."""
    found = False
    with Archive(path, entries=MAX_ENTRIES, unpacked=MAX_UNPACKED) as archive:
        for document in _zip(archive, path, names, 1):
            found = True
            yield document
    if not found:
        raise UserError(f"“{path.name}” is no export of {_KNOWN}, so it was left out. Unpack it to add what is in it.")


def _zip(archive: Archive, path: Path, names: Collection[str], depth: int) -> Documents:
    every = frozenset(archive.names())
    pages = any(map(notion.is_page, every))
    for name in archive.names():
        inside = PurePosixPath(name)
        if pages and notion.is_page(name):
            if not notion.is_told_by_another(name, every):
                yield partial(notion.parse, _file(archive, name, path), name)
        elif inside.parent.name in keep.FOLDERS and inside.suffix == ".json":
            if inside.name != "Labels.json":
                yield partial(keep.parse, _file(archive, name, path), Path(inside.name), names)
        elif inside.parent.name in keep.FOLDERS and inside.suffix == ".html":
            if str(inside.with_suffix(".json")) not in every:
                yield partial(keep.parse_page, _file(archive, name, path), Path(inside.name))
        elif inside.name == "result.json" or _TALKS.fullmatch(inside.name):
            yield from _json(_file(archive, name, path), path, names)
        elif inside.suffix == ".txt" and ("whatsapp" in inside.name.lower() or inside.name == "_chat.txt"):
            # On an iPhone the archive has the name of the chat, and the file in it always the same.
            named = path if inside.name == "_chat.txt" else path.with_name(inside.name)
            yield from whatsapp.parse(_file(archive, name, path), named, names, f"{inside.parent} ")
        elif inside.suffix == ".zip" and depth < MAX_DEPTH:
            with Archive(path, entries=MAX_ENTRIES, unpacked=MAX_UNPACKED, data=_file(archive, name, path)) as part:
                yield from _zip(part, path, names, depth + 1)


def _file(archive: Archive, name: str, path: Path) -> bytes:
    if archive.size(name) > MAX_FILE:
        raise UserError(
            f"“{PurePosixPath(name).name}” in “{path.name}” is too large to read ({archive.size(name) >> 20:,} MB; "
            f"{MAX_FILE >> 20} MB is the most)."
        )
    return archive.read(name)


def _json(data: bytes, path: Path, names: Collection[str]) -> Documents:
    try:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
            for raw in decode_json(data, list[msgspec.Raw]):
                if document := _talk(raw, path):
                    yield document
            return
        probe = decode_json(data, _Probe)
        if probe.messages or probe.chats:
            yield from telegram.parse(data, path, names)
            return
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UserError(f"“{path.name}” is damaged or not what its name says, so it was left out.") from error
    if document := _talk(msgspec.Raw(data), path):
        yield document
        return
    if not (probe.text or probe.items or probe.color):
        raise UserError(f"“{path.name}” is no export of {_KNOWN}, so it was left out.")
    yield partial(keep.parse, data, path, names)


def _talk(raw: msgspec.Raw, path: Path) -> Callable[[], Parsed | None] | None:
    try:
        probe = msgspec.json.decode(raw, type=_Probe)
    except msgspec.MsgspecError:
        return partial(chatgpt.parse, raw, path)  # it fails there again, and is counted as left out
    if probe.mapping:
        return partial(chatgpt.parse, raw, path)
    return partial(claude.parse, raw, path) if probe.chat_messages else None
