"""Histories of other programs as conversations: ChatGPT, Claude, Open WebUI, GPT4All, and what this program exports."""

import codecs
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from personal_ai.documents.readers import chatgpt, claude, gpt4all, open_webui
from personal_ai.documents.readers.archive import Archive
from personal_ai.documents.readers.chats import name_of
from personal_ai.documents.readers.decoding import decode, decode_json
from personal_ai.documents.readers.exports import MAX_ENTRIES, MAX_FILE, MAX_UNPACKED
from personal_ai.documents.readers.parsed import clean_title, tidy
from personal_ai.errors import UserError
from personal_ai.messages import ConversationRead, Said

#: The longest turn that is kept, in characters: nobody reads on, and every list would stand still over it.
MAX_SAID = 1_000_000
Histories = Iterator[Callable[[], ConversationRead | None]]
Decoded = TypeVar("Decoded")


class _Ours(msgspec.Struct, frozen=True):
    key: str = ""
    title: str = ""
    created: str = ""
    updated: str = ""
    folder: str = ""
    pinned: bool = False
    archived: bool = False
    messages: list[dict[str, Any]] = []


class _Probe(msgspec.Struct, frozen=True):
    """What tells the programs apart: the fields that only one of them has."""

    mapping: msgspec.Raw = msgspec.Raw()
    chat_messages: msgspec.Raw = msgspec.Raw()
    chat: msgspec.Raw = msgspec.Raw()
    conversations: msgspec.Raw = msgspec.Raw()
    messages: msgspec.Raw = msgspec.Raw()
    key: msgspec.Raw = msgspec.Raw()


def read(path: Path) -> Histories:
    """What makes each conversation of a file; making one raises for a damaged one.

    Raises UserError for a file that is no history, damaged as a whole or too large.
    """
    if path.suffix.lower() == ".zip":
        yield from _zip(path)
        return
    size = path.stat().st_size
    if size == 0:
        raise UserError(f"“{path.name}” is empty, so there is nothing to read in it.")
    if size > MAX_FILE:
        raise _too_large(path.name, size)
    if path.suffix.lower() == ".chat":
        yield lambda: _tidied(gpt4all.history(path.read_bytes(), path))
    else:
        yield from _json(path.read_bytes(), path)


def _zip(path: Path) -> Histories:
    with Archive(path, entries=MAX_ENTRIES, unpacked=MAX_UNPACKED) as archive:
        # ChatGPT cuts a long history into conversations-000.json and so on.
        names = [
            name
            for name in archive.names()
            if (inside := PurePosixPath(name).name).endswith(".chat")
            or (inside.startswith(("conversations", "chat")) and inside.endswith(".json"))
        ]
        if not names:
            raise _no_history(path)
        for name in names:
            if archive.size(name) > MAX_FILE:
                raise _too_large(PurePosixPath(name).name, archive.size(name))
            data = archive.read(name)
            if name.endswith(".chat"):
                yield lambda data=data: _tidied(gpt4all.history(data, path))
            else:
                yield from _json(data, path)


def _json(data: bytes, path: Path) -> Histories:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = decode(data, path).encode()
    try:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"[":
            every = _decode(data, list[msgspec.Raw])
        else:
            probe = _decode(data, _Probe)
            every = _decode(probe.conversations, list[msgspec.Raw]) if probe.conversations else [msgspec.Raw(data)]
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise UserError(
            f"“{path.name}” is damaged or not whole, so nothing was taken from it. Export it or copy it here again."
        ) from error
    known = False
    for raw in every:
        try:
            form = _form(raw)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            form = None if not known else chatgpt.history  # it fails there again, and is counted as left out
        if form:
            known = True
            yield partial(_make, form, raw)
    if not known and every:
        raise _no_history(path)


def _form(raw: msgspec.Raw) -> Callable[[bytes], ConversationRead] | None:
    probe = _decode(raw, _Probe)
    if probe.mapping:
        return chatgpt.history
    if probe.chat_messages:
        return claude.history
    if probe.chat:
        return open_webui.history
    return _ours if probe.messages and probe.key else None


def _make(form: Callable[[bytes], ConversationRead], raw: msgspec.Raw) -> ConversationRead | None:
    try:
        return _tidied(form(bytes(raw)))
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _tidied(form(_mended(bytes(raw))))


def _ours(raw: bytes) -> ConversationRead:
    kept = msgspec.json.decode(raw, type=_Ours)
    said = [
        Said(
            role="user" if each.get("role") == "user" else "assistant",
            text=tidy(str(each.get("text", ""))).strip(),
            created=str(each.get("created", "")),
            model=str(each.get("model", "")),
        )
        for each in kept.messages
    ]
    return ConversationRead(
        key=kept.key or name_of("personal-ai", None, said),
        title=kept.title,
        said=said,
        created=kept.created,
        updated=kept.updated,
        folder=kept.folder,
        pinned=kept.pinned,
        archived=kept.archived,
    )


def _tidied(read: ConversationRead) -> ConversationRead | None:
    """A conversation with turns that take turns; None for one in which nobody said anything."""
    said: list[Said] = []
    for _, turns in groupby((each for each in read.said if each.text), key=lambda each: each.role):
        # An answer that a tool interrupted is one answer.
        together = list(turns)
        text = "\n\n".join(each.text for each in together)
        said.append(replace(together[0], text=text[:MAX_SAID], model=together[-1].model))
    return replace(read, said=said, title=clean_title(read.title)) if said else None


def _decode(data: bytes | msgspec.Raw, type: type[Decoded]) -> Decoded:
    raw = bytes(data)
    try:
        return decode_json(raw, type)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        return decode_json(_mended(raw), type)


def _mended(data: bytes) -> bytes:
    """Bytes of which those that are no UTF-8 became �. Raises DecodeError where there is nothing to mend."""
    mended = data.decode("utf-8", errors="replace").encode()
    if mended == data:
        raise msgspec.DecodeError("damaged otherwise")
    return mended


def _no_history(path: Path) -> UserError:
    return UserError(
        f"“{path.name}” is no history of ChatGPT, Claude, Open WebUI, GPT4All or Personal AI, "
        "so nothing was taken from it."
    )


def _too_large(name: str, size: int) -> UserError:
    return UserError(f"“{name}” is too large to read ({size >> 20:,} MB; {MAX_FILE >> 20} MB is the most).")
