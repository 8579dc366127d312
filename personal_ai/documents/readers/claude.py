"""Claude exports (conversations.json)."""

from pathlib import Path
from typing import Any

import msgspec

from personal_ai.documents.readers.chats import name_of, talk
from personal_ai.documents.readers.parsed import Parsed, find_date, tidy, utc
from personal_ai.messages import ConversationRead, Said


class _Message(msgspec.Struct, frozen=True):
    sender: str = ""
    text: str | None = None
    content: list[Any] | None = None
    created_at: str | None = None


class _Conversation(msgspec.Struct, frozen=True):
    chat_messages: list[_Message]
    uuid: str = ""
    name: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


def parse(raw: bytes, path: Path) -> Parsed | None:
    """One conversation."""
    conversation = msgspec.json.decode(raw, type=_Conversation)
    said = [(message.sender == "human", tidy(_words(message)).strip()) for message in conversation.chat_messages]
    return talk(
        conversation.name or "",
        [("Me" if own else "Claude", text, own) for own, text in said if text],
        path,
        format="claude",
        member=f"urn:claude:{conversation.uuid}" if conversation.uuid else conversation.created_at or "conversation",
        created=find_date(conversation.created_at or ""),
    )


def history(raw: bytes) -> ConversationRead:
    """One conversation as such."""
    conversation = msgspec.json.decode(raw, type=_Conversation)
    said = [
        Said(role="user" if message.sender == "human" else "assistant", text=text, created=utc(message.created_at))
        for message in conversation.chat_messages
        if (text := tidy(_words(message)).strip())
    ]
    return ConversationRead(
        key=name_of("claude", conversation.uuid, said),
        title=conversation.name or "",
        said=said,
        created=utc(conversation.created_at),
        updated=utc(conversation.updated_at),
    )


def _words(message: _Message) -> str:
    """The text of a message; what a tool was asked and answered is left out."""
    parts = [part for part in message.content or [] if isinstance(part, dict) and part.get("type") == "text"]
    said = [part["text"] for part in parts if isinstance(part.get("text"), str)]
    return "\n\n".join(said) or message.text or ""
