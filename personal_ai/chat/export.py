"""A conversation as a file: Markdown to read, JSON to take along and to take in again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.errors import disk_error
from personal_ai.paths import write_durably
from personal_ai.store.attachments import AttachmentKind
from personal_ai.store.conversation_index import Listed
from personal_ai.store.conversations import MessageRow, Source

Messages = Callable[[int], Sequence[MessageRow]]
FORMAT = "personal-ai conversations 1"


class Attached(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing attached to a question: of a file `path` is where it lay, of a picture `copy` where its bytes went.

    `copy` is seen from the folder that the chats lie in as Markdown.
    """

    kind: AttachmentKind
    name: str
    path: str = ""
    copy: str = ""


#: What is attached to which message.
ByMessage = Mapping[int, Sequence[Attached]]


def export(conversations: Sequence[Listed], messages: Messages, path: Path) -> None:
    """Write conversations to a file, whole or not at all: as JSON where `path` ends so, else as Markdown.

    `messages` tells those of one, oldest first. Raises UserError where the file cannot be written.
    """
    if path.suffix.lower() == ".json":
        data = as_json(conversations, messages)
    else:
        data = "\n\n---\n\n".join(as_markdown(each, messages(each.id)) for each in conversations).encode()
    try:
        write_durably(path, data)
    except OSError as error:
        raise disk_error(error, f"writing “{path.name}”") from error


def as_markdown(conversation: Listed, messages: Sequence[MessageRow], attached: ByMessage | None = None) -> str:
    """A conversation to be read: its title, every turn under who said it and when, and what an answer leaned on."""
    parts = [f"# {conversation.title or 'New chat'}"]
    for message in messages:
        who = "You" if message.role == "user" else message.model or "Answer"
        parts += [f"## {who}, {_local(message.created)}", message.text.strip() or "*(nothing)*"]
        parts += [_attached_line(each) for each in (attached or {}).get(message.id, ())]
        if message.sources:
            parts.append("\n".join(["Sources:", "", *map(_source_line, range(1, 99), message.sources)]))
    return "\n\n".join(parts) + "\n"


def as_json(
    conversations: Sequence[Listed],
    messages: Messages,
    every: Messages | None = None,
    attached: ByMessage | None = None,
) -> bytes:
    """Conversations with all that is shown of them, as this program takes them in again.

    `every` tells the messages of one in all their versions: those that are not shown stand apart then, and each message
    says which one it follows.
    """
    kept = [
        {
            "key": each.key,
            "title": each.title,
            "created": each.created,
            "updated": each.updated,
            "folder": each.folder,
            "pinned": each.pinned,
            "archived": each.archived,
            **_versions(messages(each.id), every(each.id) if every else (), attached or {}),
        }
        for each in conversations
    ]
    return msgspec.json.format(msgspec.json.encode({"format": FORMAT, "conversations": kept}), indent=1) + b"\n"


def file_name(conversation: Listed) -> str:
    """A name for its file that every system allows, without an ending."""
    words = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in conversation.title)
    return " ".join(words.split())[:60].strip() or "Chat"


def _versions(shown: Sequence[MessageRow], every: Sequence[MessageRow], attached: ByMessage) -> dict[str, Any]:
    told: dict[str, Any] = {"messages": [_message(row, attached) for row in shown]}
    seen = {row.id for row in shown}
    if others := [_message(row, attached) for row in every if row.id not in seen]:
        told["other_versions"] = others
    return told


def _message(row: MessageRow, attached: ByMessage) -> dict[str, Any]:
    told: dict[str, Any] = {"id": row.id, "follows": row.parent}
    told |= {"role": row.role, "text": row.text, "created": row.created}
    if row.role == "assistant":
        told |= {"model": row.model, "adapter": row.adapter, "state": row.state}
    if row.sources:
        told["sources"] = [
            {"title": each.title, "heading": each.heading, "created": each.created, "text": each.text}
            for each in row.sources
        ]
    if row.id in attached:
        told["attached"] = attached[row.id]
    return told


def _attached_line(attached: Attached) -> str:
    if attached.kind == "picture":
        return f"![{attached.name}](<{attached.copy}>)"
    return f"Attached: {attached.name}"


def _source_line(number: int, source: Source) -> str:
    return f"{number}. {' › '.join(filter(None, (source.title, source.heading)))} ({source.created[:10]})"


def _local(stamp: str) -> str:
    try:
        return f"{datetime.fromisoformat(stamp).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return stamp
