"""Histories of other programs are read as the person saw them last, damaged ones as far as that goes."""

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from personal_ai.documents.readers import histories
from personal_ai.errors import UserError
from personal_ai.messages import ConversationRead


def chatgpt(title: str = "Heron", id: str = "c1", answer: str = "At the pond.") -> dict[str, Any]:
    """A conversation of which one question was asked twice."""

    def node(parent: str | None, role: str, text: str) -> dict[str, Any]:
        content = {"content_type": "text", "parts": [text]}
        return {"parent": parent, "message": {"author": {"role": role}, "content": content, "create_time": 1.7e9}}

    mapping = {
        "root": {"parent": None, "message": None},
        "q": node("root", "user", "Where is the heron?"),
        "old": node("q", "assistant", "An old branch."),
        "new": node("q", "assistant", answer),
        "more": node("new", "assistant", "It fishes."),
    }
    return {"title": title, "conversation_id": id, "mapping": mapping, "current_node": "more", "create_time": 1.7e9}


def claude() -> dict[str, Any]:
    return {
        "uuid": "u1",
        "name": "Rent",
        "created_at": "2025-03-04T05:06:07.123456Z",
        "chat_messages": [
            {"sender": "human", "text": "When?", "created_at": "2025-03-04T05:06:07Z"},
            {"sender": "assistant", "content": [{"type": "text", "text": "On the 3rd."}]},
        ],
    }


def open_webui() -> dict[str, Any]:
    def node(parent: str | None, role: str, content: str) -> dict[str, Any]:
        return {"parentId": parent, "role": role, "content": content, "timestamp": 1_700_000_000, "model": "llama"}

    nodes = {
        "a": node(None, "user", "Soup?"),
        "b": node("a", "assistant", "Cold."),
        "c": node("a", "assistant", '<details type="reasoning" done="true">\nhm\n</details>\nSour.'),
    }
    history = {"messages": nodes, "currentId": "c"}
    return {"id": "w1", "title": "Soup", "chat": {"history": history}, "pinned": True, "updated_at": 1_700_000_100}


def gpt4all_file(*said: tuple[str, str], before: bytes = b"\x00" * 37) -> bytes:
    """A chat as version 10 writes it, as far as anybody reads it."""

    def string(text: str) -> bytes:
        raw = text.encode("utf-16-be")
        return struct.pack(">I", len(raw)) + raw

    head = bytes.fromhex("f5d553cc") + struct.pack(">iq", 10, 1_700_000_000) + string("id-1") + string("Boat")
    return head + before + b"".join(b"\x00" * 4 + string(name) + string(text) + b"\x01\x00" for name, text in said)


def read(path: Path) -> list[ConversationRead]:
    return [each for make in histories.read(path) if (each := make())]


def written(path: Path, what: Any) -> Path:
    path.write_bytes(what if isinstance(what, bytes) else json.dumps(what, ensure_ascii=False).encode())
    return path


def words(conversation: ConversationRead) -> list[tuple[str, str]]:
    return [(each.role, each.text) for each in conversation.said]


def test_of_a_chatgpt_tree_the_branch_on_show_is_told(tmp_path: Path) -> None:
    (told,) = read(written(tmp_path / "conversations.json", [chatgpt()]))
    assert words(told) == [("user", "Where is the heron?"), ("assistant", "At the pond.\n\nIt fishes.")]
    assert (told.key, told.title, told.created) == ("chatgpt:c1", "Heron", "2023-11-14T22:13:20Z")


def test_every_program_is_known_by_its_form(tmp_path: Path) -> None:
    told = read(written(tmp_path / "all.json", [claude(), open_webui()]))
    assert [(each.key, each.title) for each in told] == [("claude:u1", "Rent"), ("open-webui:w1", "Soup")]
    assert words(told[0]) == [("user", "When?"), ("assistant", "On the 3rd.")]
    assert words(told[1]) == [("user", "Soup?"), ("assistant", "Sour.")]
    assert told[0].said[0].created == "2025-03-04T05:06:07Z"
    assert (told[1].pinned, told[1].said[1].model, told[1].updated) == (True, "llama", "2023-11-14T22:15:00Z")


def test_an_archive_is_read_as_the_file_in_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("conversations.json", json.dumps([chatgpt()]))
        archive.writestr("picture.png", b"x")
    assert [each.key for each in read(tmp_path / "export.zip")] == ["chatgpt:c1"]


def test_a_gpt4all_chat_is_found_behind_whatever_the_model_remembered(tmp_path: Path) -> None:
    data = gpt4all_file(("Prompt: ", "Which boat?"), ("Response: ", "The small one ⛵."))
    (told,) = read(written(tmp_path / "gpt4all-1.chat", data))
    assert (told.key, told.title, told.created) == ("gpt4all:id-1", "Boat", "2023-11-14T22:13:20Z")
    assert words(told) == [("user", "Which boat?"), ("assistant", "The small one ⛵.")]
    with pytest.raises(UserError, match="ends in the middle"):
        read(written(tmp_path / "gpt4all-2.chat", data[:-12]))
    with pytest.raises(UserError, match="no chat of GPT4All"):
        read(written(tmp_path / "gpt4all-3.chat", b"something else entirely"))


def test_broken_utf8_costs_the_broken_letters_only(tmp_path: Path) -> None:
    data = json.dumps([chatgpt(answer="caf#"), chatgpt(id="c2")]).encode().replace(b"caf#", b"caf\xe9")
    told = read(written(tmp_path / "conversations.json", data))
    assert [each.key for each in told] == ["chatgpt:c1", "chatgpt:c2"]
    assert told[0].said[1].text.startswith("caf�")
    half = json.dumps([chatgpt(answer="caf#")]).encode().replace(b"caf#", b"caf\\ud83d")
    assert read(written(tmp_path / "half.json", half))[0].said[1].text.startswith("caf")


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (b"", "empty"),
        (json.dumps([chatgpt()]).encode()[:-40], "damaged or not whole"),
        (b"\xff\xfe\x00\xd8[", "damaged or not whole"),
        (b"[[[[[[", "damaged or not whole"),
        ([{"name": "x"}], "is no history"),
        ({"a": 1}, "is no history"),
    ],
)
def test_what_is_no_whole_history_is_one_sentence(tmp_path: Path, what: Any, why: str) -> None:
    with pytest.raises(UserError, match=why):
        read(written(tmp_path / "conversations.json", what))
