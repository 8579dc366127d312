"""Open WebUI exports: each conversation is a tree, told from the message on show up."""

import re
from typing import Any, Literal, cast

import msgspec

from personal_ai.documents.readers.chats import name_of
from personal_ai.documents.readers.parsed import tidy, utc
from personal_ai.messages import ConversationRead, Said

#: What a model thought or looked up before it answered.
_ASIDE = re.compile(r"<details type=\"[^\"]*\"[^>]*>.*?</details>\s*", re.DOTALL)


class _Message(msgspec.Struct, frozen=True):
    role: str = ""
    content: Any = None
    parent: str | None = msgspec.field(default=None, name="parentId")
    timestamp: Any = None
    model: str | None = None


class _History(msgspec.Struct, frozen=True):
    messages: dict[str, _Message] = {}
    current: str | None = msgspec.field(default=None, name="currentId")


class _Chat(msgspec.Struct, frozen=True):
    title: str | None = None
    history: _History | None = None
    messages: list[_Message] | None = None
    timestamp: Any = None


class _Conversation(msgspec.Struct, frozen=True):
    chat: _Chat
    id: str | None = None
    title: str | None = None
    created_at: Any = None
    updated_at: Any = None
    archived: bool | None = None
    pinned: bool | None = None


def history(raw: bytes) -> ConversationRead:
    """One conversation: the branch on show."""
    conversation = msgspec.json.decode(raw, type=_Conversation)
    chat = conversation.chat
    said = [
        Said(
            role=cast(Literal["user", "assistant"], message.role),
            text=text,
            created=utc(message.timestamp),
            model=(message.model or "") if message.role == "assistant" else "",
        )
        for message in _branch(chat)
        if message.role in ("user", "assistant") and (text := _words(message.content))
    ]
    return ConversationRead(
        key=name_of("open-webui", conversation.id, said),
        title=conversation.title or chat.title or "",
        said=said,
        created=utc(conversation.created_at) or utc(chat.timestamp),
        updated=utc(conversation.updated_at),
        pinned=bool(conversation.pinned),
        archived=bool(conversation.archived),
    )


def _branch(chat: _Chat) -> list[_Message]:
    tree = chat.history
    if tree is None or tree.current not in tree.messages:
        return chat.messages or []
    told: list[_Message] = []
    at: str | None = tree.current
    seen: set[str] = set()
    while at is not None and at in tree.messages and at not in seen:
        seen.add(at)
        told.append(tree.messages[at])
        at = tree.messages[at].parent
    return told[::-1]


def _words(content: Any) -> str:
    parts = content if isinstance(content, list) else [content]
    said = [part.get("text", "") if isinstance(part, dict) else part for part in parts]
    text = "\n\n".join(part for part in said if isinstance(part, str) and part.strip())
    return tidy(_ASIDE.sub("", text)).strip()
