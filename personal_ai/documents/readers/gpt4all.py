"""GPT4All's chats (gpt4all-….chat): a file of Qt's QDataStream for each.

Its eleven released forms differ in what stands around the messages, the model's memory among it, and none says how long
that is. In all of them a message is its name, “Prompt: ” or “Response: ”, and right behind it what was said.
"""

import re
import struct
from pathlib import Path

from personal_ai.documents.readers.chats import name_of
from personal_ai.documents.readers.parsed import tidy, utc
from personal_ai.errors import UserError
from personal_ai.messages import ConversationRead, Said

_MAGIC = bytes.fromhex("f5d553cc")
_EMPTY = 0xFFFFFFFF


def _stored(text: str) -> bytes:
    raw = text.encode("utf-16-be")
    return struct.pack(">I", len(raw)) + raw


_NAMES = {_stored("Prompt: "): "user", _stored("Response: "): "assistant"}
_NAME = re.compile(b"|".join(map(re.escape, _NAMES)))


def history(data: bytes, path: Path) -> ConversationRead:
    """The conversation in one file. Raises UserError for a file that is none of GPT4All's."""
    if not data.startswith(_MAGIC) or len(data) < 16:
        raise UserError(f"“{path.name}” is no chat of GPT4All, so it was left out.")
    created = utc(struct.unpack_from(">q", data, 8)[0])
    id, at = _string(data, 16, path)
    title, at = _string(data, at, path)
    said: list[Said] = []
    while found := _NAME.search(data, at):
        text, at = _string(data, found.end(), path)
        if text := tidy(text).strip():
            said.append(Said(role="user" if _NAMES[found[0]] == "user" else "assistant", text=text))
    return ConversationRead(
        key=name_of("gpt4all", id, said),
        title="" if title == "New Chat" else title,
        said=said,
        created=created,
    )


def _string(data: bytes, at: int, path: Path) -> tuple[str, int]:
    """A QString, and where it ends: its length in bytes, then UTF-16."""
    length = int.from_bytes(data[at : at + 4], "big")
    end = at + 4 + (0 if length == _EMPTY else length)
    if at + 4 > len(data) or end > len(data):
        raise UserError(f"“{path.name}” is damaged: it ends in the middle of a message, so it was left out.")
    return data[at + 4 : end].decode("utf-16-be", errors="replace"), end
