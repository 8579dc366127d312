"""ChatGPT exports (conversations.json): each conversation is a tree, of which one branch is what the person sees."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, cast

import msgspec

from personal_ai.documents.readers.chats import name_of, talk
from personal_ai.documents.readers.parsed import Parsed, moment, tidy
from personal_ai.messages import ConversationRead, Said

#: Where an answer leans on a page of the web, or names somebody: letters of no alphabet around a kind and its fields.
_MARKS = re.compile("\ue200([^\ue200-\ue202]*)(?:\ue202([^\ue200\ue201]*))?\ue201")
#: The same in exports of earlier years: “【12†source】”.
_OLD_MARKS = re.compile(r"【\d{1,4}(?::\d{1,4})?†[^【】\n]{0,200}】")
#: The lines around a letter that the person may take over.
_FENCES = re.compile(r"^:::(?:writing\{[^\n{}]*\})?[ \t]*\n?", re.M)
#: A text written beside the talk (“canvas”), and that text written anew.
_NEW_PAGE, _CHANGED_PAGE = "canmore.create_textdoc", "canmore.update_textdoc"


class _Author(msgspec.Struct, frozen=True):
    role: str = ""


class _Content(msgspec.Struct, frozen=True):
    content_type: str = ""
    parts: list[Any] | None = None
    text: Any = None


class _Meta(msgspec.Struct, frozen=True):
    model_slug: str | None = None
    hidden: bool | None = msgspec.field(default=False, name="is_visually_hidden_from_conversation")


class _Message(msgspec.Struct, frozen=True):
    author: _Author = _Author()
    content: _Content | None = None
    recipient: str | None = None
    channel: str | None = None
    metadata: _Meta | None = None
    create_time: float | None = None


class _Node(msgspec.Struct, frozen=True):
    message: _Message | None = None
    parent: str | None = None


class _Change(msgspec.Struct, frozen=True):
    pattern: str = ""
    replacement: str = ""


class _Page(msgspec.Struct, frozen=True):
    name: str = ""
    content: str = ""
    updates: list[_Change] = []


class _Conversation(msgspec.Struct, frozen=True):
    mapping: dict[str, _Node]
    title: str | None = None
    create_time: float | None = None
    update_time: float | None = None
    is_archived: bool | None = None
    current_node: str | None = None
    conversation_id: str | None = None
    id: str | None = None


def parse(raw: bytes, path: Path) -> Parsed | None:
    """One conversation: the branch that was looked at last."""
    conversation = msgspec.json.decode(raw, type=_Conversation)
    turns = [("Me" if role == "user" else "ChatGPT", text, role == "user") for _, role, text in _shown(conversation)]
    name = conversation.conversation_id or conversation.id
    created = moment(conversation.create_time) if conversation.create_time else ""
    return talk(
        conversation.title or "",
        turns,
        path,
        format="chatgpt",
        member=f"urn:chatgpt:{name}" if name else f"{created} {conversation.title}",
        created=created,
    )


def history(raw: bytes) -> ConversationRead:
    """One conversation as such: the branch that was looked at last."""
    conversation = msgspec.json.decode(raw, type=_Conversation)
    said = [
        Said(
            role=role,
            text=text,
            created=moment(message.create_time) if message.create_time else "",
            model=(message.metadata and message.metadata.model_slug) or "",
        )
        for message, role, text in _shown(conversation)
    ]
    return ConversationRead(
        key=name_of("chatgpt", conversation.conversation_id or conversation.id, said),
        title=conversation.title or "",
        said=said,
        created=moment(conversation.create_time) if conversation.create_time else "",
        updated=moment(conversation.update_time) if conversation.update_time else "",
        archived=bool(conversation.is_archived),
    )


def _shown(conversation: _Conversation) -> Iterator[tuple[_Message, Literal["user", "assistant"], str]]:
    """What the person sees: (message, role, text)."""
    for message in _branch(conversation):
        role, hidden = message.author.role, message.metadata is not None and message.metadata.hidden
        if role not in ("user", "assistant") or hidden or message.channel == "analysis":
            continue
        if message.recipient in (_NEW_PAGE, _CHANGED_PAGE):
            text = _page(message)
        else:
            text = _words(message) if message.recipient in (None, "all") else ""
        text = tidy(_readable(text)).strip()
        if text:
            yield message, cast(Literal["user", "assistant"], role), text


def _branch(conversation: _Conversation) -> list[_Message]:
    """From the current leaf up to the root, told from the root down."""
    nodes = conversation.mapping
    parents = {node.parent for node in nodes.values()}
    at = conversation.current_node if conversation.current_node in nodes else None
    at = at or next((name for name in reversed(nodes) if name not in parents), None)
    messages: list[_Message] = []
    seen: set[str] = set()
    while at in nodes and at not in seen:
        seen.add(at)
        node = nodes[at]
        if node.message:
            messages.append(node.message)
        at = node.parent
    return messages[::-1]


def _words(message: _Message) -> str:
    content = message.content
    if content is None or content.content_type not in ("text", "multimodal_text"):
        return ""
    # Of a part that is no string only what was spoken is text.
    said = [part.get("text", "") if isinstance(part, dict) else part for part in content.parts or []]
    return "\n\n".join(part for part in said if isinstance(part, str) and part.strip())


def _page(message: _Message) -> str:
    """The text that stands beside the talk after this message; "" where only some words of it were changed."""
    content = message.content
    raw = content and (content.text or next(iter(content.parts or []), None))
    try:
        page = msgspec.json.decode(raw, type=_Page) if isinstance(raw, str) else _Page()
    except msgspec.MsgspecError:
        return ""
    whole = page.content or next((each.replacement for each in page.updates if each.pattern == ".*"), "")
    title = page.name.replace("_", " ").strip()
    return f"{title}\n\n{whole}".strip() if whole.strip() else ""


def _readable(text: str) -> str:
    """A text without the marks that only ChatGPT's own window understands."""
    return _FENCES.sub("", _OLD_MARKS.sub("", _MARKS.sub(_marked, text)))


def _marked(mark: re.Match[str]) -> str:
    """The words that a mark shows: a name, or the title of a link."""
    kind, fields = mark[1], mark[2] or ""
    if kind == "entity":
        try:
            told = msgspec.json.decode(fields, type=list[str])
        except msgspec.MsgspecError:
            told = []
        return told[1] if len(told) > 1 else ""
    return fields.partition("\ue202")[0] if kind in ("url", "link_title") else ""
