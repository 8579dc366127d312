"""Claude exports (conversations.json): what was said, what was written beside it, and what was attached."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.documents.readers.chats import name_of, talk
from personal_ai.documents.readers.parsed import Parsed, find_date, tidy, utc
from personal_ai.messages import ConversationRead, Said

#: What stands in the plain text of a message where a tool was used.
_UNSUPPORTED = re.compile(r"(?:```\s*)?This block is not supported on your current device yet\.?(?:\s*```)?")
#: What comes before the first message.
_ROOT = "00000000-0000-4000-8000-000000000000"
#: What a text written beside the talk is called, and what holds it, by the tool that writes it.
_PAGES = {"artifacts": ("title", "content"), "create_file": ("path", "file_text")}


class _Attachment(msgspec.Struct, frozen=True):
    file_name: str | None = None
    extracted_content: str | None = None


class _Message(msgspec.Struct, frozen=True):
    sender: str = ""
    text: str | None = None
    content: list[Any] | None = None
    created_at: str | None = None
    uuid: str | None = None
    parent: str | None = msgspec.field(default=None, name="parent_message_uuid")
    attachments: list[_Attachment] | None = None


class _Conversation(msgspec.Struct, frozen=True):
    chat_messages: list[_Message]
    uuid: str = ""
    name: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


def parse(raw: bytes, path: Path) -> Parsed | None:
    """One conversation. What was attached is found with it, and is nobody's own words."""
    conversation = msgspec.json.decode(raw, type=_Conversation)
    turns: list[tuple[str, str, bool]] = []
    for message in _branch(conversation.chat_messages):
        own = message.sender == "human"
        turns += [(f"Attached ({name})" if name else "Attached", text, False) for name, text in _attached(message)]
        if text := _words(message):
            turns.append(("Me" if own else "Claude", text, own))
    return talk(
        conversation.name or "",
        turns,
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
        for message in _branch(conversation.chat_messages)
        # A question may be nothing but what was pasted.
        if (text := _words(message) or "\n\n".join(text for _, text in _attached(message)))
    ]
    return ConversationRead(
        key=name_of("claude", conversation.uuid, said),
        title=conversation.name or "",
        said=said,
        created=utc(conversation.created_at),
        updated=utc(conversation.updated_at),
    )


def _branch(messages: Sequence[_Message]) -> Sequence[_Message]:
    """What leads to the last message, where a question or answer that was written again is still there as well."""
    known = {message.uuid: message for message in messages if message.uuid}
    if len(known) < len(messages) or not any(message.parent in known for message in messages):
        return messages
    told: list[_Message] = []
    at: str | None = max(reversed(messages), key=lambda message: message.created_at or "").uuid
    while at in known:
        told.append(known.pop(at))
        at = told[-1].parent
    return told[::-1] if at in (None, _ROOT) else messages


def _attached(message: _Message) -> list[tuple[str, str]]:
    """Name and text of what came with a message."""
    texts = [(each.file_name or "", tidy(each.extracted_content or "").strip()) for each in message.attachments or []]
    return [(name, text) for name, text in texts if text]


def _words(message: _Message) -> str:
    """The text of a message and what was written beside it; what else a tool was asked and answered is left out."""
    said = [text for part in message.content or [] if isinstance(part, dict) and (text := _part(part))]
    return tidy("\n\n".join(said) or _UNSUPPORTED.sub("", message.text or "")).strip()


def _part(part: dict[str, Any]) -> str:
    kind = part.get("type")
    if kind in ("text", "voice_note"):
        return text.strip() if isinstance(text := part.get("text"), str) else ""
    asked = part.get("input")
    if kind == "tool_use" and part.get("name") in _PAGES and isinstance(asked, dict):
        title, text = (asked.get(field) for field in _PAGES[part["name"]])
        if isinstance(text, str) and text.strip():
            return f"{title.rpartition('/')[2]}\n\n{text}" if isinstance(title, str) and title else text
    return ""
