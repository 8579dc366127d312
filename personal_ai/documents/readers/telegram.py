"""Telegram chats (result.json): one chat, or everything."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.documents.readers.chats import Turn, months
from personal_ai.documents.readers.decoding import decode_json
from personal_ai.documents.readers.parsed import Parsed, is_person, tidy

#: The kinds of chat in which all messages but the person's own are by the one who gave it its id.
_TWO = frozenset(("personal_chat", "bot_chat"))


class _Message(msgspec.Struct, frozen=True):
    type: str = ""
    date: str = ""
    who: str | None = msgspec.field(default=None, name="from")
    from_id: Any = None
    text: Any = ""
    forwarded_from: Any = None
    poll: Any = None
    contact: Any = msgspec.field(default=None, name="contact_information")
    place_name: Any = None
    address: Any = None


class _Chat(msgspec.Struct, frozen=True):
    name: str | None = None
    type: str = ""
    id: Any = None
    messages: list[msgspec.Raw] = []


class _Chats(msgspec.Struct, frozen=True):
    every: list[_Chat] = msgspec.field(default_factory=list, name="list")


class _Person(msgspec.Struct, frozen=True):
    user_id: Any = None


class _Export(_Chat, frozen=True):
    personal_information: _Person | None = None
    chats: _Chats | None = None
    left_chats: _Chats | None = None


def parse(data: bytes, path: Path, names: Collection[str]) -> Iterator[Callable[[], Parsed | None]]:
    """The chats of an export, a document a month."""
    export = decode_json(data, _Export)
    person = export.personal_information.user_id if export.personal_information else None
    chats = [chat for group in (export.chats, export.left_chats) if group for chat in group.every]
    for chat in chats or [export]:
        yield from _chat(chat, person, path, names)


def _chat(chat: _Chat, person: Any, path: Path, names: Collection[str]) -> Iterator[Callable[[], Parsed | None]]:
    turns: list[Turn] = []
    for raw in chat.messages:
        try:
            message = msgspec.json.decode(raw, type=_Message)
            when = datetime.fromisoformat(message.date).replace(tzinfo=None)
        except (msgspec.MsgspecError, ValueError):
            continue
        text = tidy("\n".join(filter(None, (_words(message.text), *_beside(message))))).strip()
        if message.type == "message" and text:
            own = _is_own(message, chat, person, names) and not message.forwarded_from
            said = f"(forwarded from {message.forwarded_from}) {text}" if message.forwarded_from else text
            turns.append(Turn(when, message.who or "Deleted account", said, own))
    name = chat.name or ("Saved messages" if chat.type == "saved_messages" else "Chat")
    known = person is not None or chat.type in _TWO or bool(names)
    prefix = f"{chat.type} {chat.id} "
    yield from months(f"{name} on Telegram", turns, path, format="telegram", known=known, prefix=prefix)


def _is_own(message: _Message, chat: _Chat, person: Any, names: Collection[str]) -> bool:
    if chat.type == "saved_messages" or (person is not None and message.from_id == f"user{person}"):
        return True
    if chat.type in _TWO and chat.id is not None and str(message.from_id).startswith("user"):
        return message.from_id != f"user{chat.id}"
    return is_person(message.who or "", names)


def _words(text: Any) -> str:
    """The words of a message: a string, or pieces that are links, bold and the like."""
    pieces = text if isinstance(text, list) else [text]
    said = [piece.get("text", "") if isinstance(piece, dict) else piece for piece in pieces]
    return "".join(piece for piece in said if isinstance(piece, str))


def _beside(message: _Message) -> Iterator[str]:
    """What a message shows that is no text of its own: a question to all, somebody's number, a place."""
    if isinstance(message.poll, dict):
        answers = message.poll.get("answers")
        told = [f"- {_words(each.get('text'))}" for each in answers or [] if isinstance(each, dict)]
        yield "\n".join([_words(message.poll.get("question")), *told])
    if isinstance(message.contact, dict):
        fields = (message.contact.get(name) for name in ("first_name", "last_name", "phone_number"))
        yield " ".join(field for field in fields if isinstance(field, str) and field)
    yield ", ".join(field for field in (message.place_name, message.address) if isinstance(field, str) and field)
