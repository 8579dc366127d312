"""A conversation as a file: Markdown to read, JSON to take along and to take in again."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.errors import disk_error
from personal_ai.paths import write_durably
from personal_ai.store.conversation_index import Listed
from personal_ai.store.conversations import MessageRow, Source

Messages = Callable[[int], Sequence[MessageRow]]
FORMAT = "personal-ai conversations 1"


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


def as_markdown(conversation: Listed, messages: Sequence[MessageRow]) -> str:
    """A conversation to be read: its title, every turn under who said it and when, and what an answer leaned on."""
    parts = [f"# {conversation.title or 'New chat'}"]
    for message in messages:
        who = "You" if message.role == "user" else message.model or "Answer"
        parts += [f"## {who}, {_local(message.created)}", message.text.strip() or "*(nothing)*"]
        if message.sources:
            parts.append("\n".join(["Sources:", "", *map(_source_line, range(1, 99), message.sources)]))
    return "\n\n".join(parts) + "\n"


def as_json(conversations: Sequence[Listed], messages: Messages) -> bytes:
    """Conversations with all that is shown of them, as this program takes them in again."""
    kept = [
        {
            "key": each.key,
            "title": each.title,
            "created": each.created,
            "updated": each.updated,
            "folder": each.folder,
            "pinned": each.pinned,
            "archived": each.archived,
            "messages": [_message(row) for row in messages(each.id)],
        }
        for each in conversations
    ]
    return msgspec.json.format(msgspec.json.encode({"format": FORMAT, "conversations": kept}), indent=1) + b"\n"


def file_name(conversation: Listed) -> str:
    """A name for its file that every system allows, without an ending."""
    words = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in conversation.title)
    return " ".join(words.split())[:60].strip() or "Chat"


def _message(row: MessageRow) -> dict[str, Any]:
    told: dict[str, Any] = {"role": row.role, "text": row.text, "created": row.created}
    if row.role == "assistant":
        told |= {"model": row.model, "adapter": row.adapter, "state": row.state}
    if row.sources:
        told["sources"] = [
            {"title": each.title, "heading": each.heading, "created": each.created, "text": each.text}
            for each in row.sources
        ]
    return told


def _source_line(number: int, source: Source) -> str:
    return f"{number}. {' › '.join(filter(None, (source.title, source.heading)))} ({source.created[:10]})"


def _local(stamp: str) -> str:
    try:
        return f"{datetime.fromisoformat(stamp).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return stamp
