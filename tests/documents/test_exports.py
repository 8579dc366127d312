"""Chats and notes as other programs export them: what is in them, and which of it is the person's own."""

import json
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from personal_ai.documents import read_worker
from personal_ai.documents.library import Library
from personal_ai.documents.read_worker import read_documents
from personal_ai.documents.readers import is_wanted
from personal_ai.errors import UserError
from personal_ai.messages import DocumentRead, FileRead


def _read(path: Path, content: Any, *names: str) -> list[DocumentRead]:
    if isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in content.items():
                archive.writestr(name, data if isinstance(data, str | bytes) else json.dumps(data))
    else:
        path.write_text(json.dumps(content))
    return [event for event in read_documents(path, names) if isinstance(event, DocumentRead)]


def _own(read: DocumentRead) -> list[str]:
    assert read.own is not None
    return [read.text[start:end] for start, end in read.own]


# ---- ChatGPT ----------------------------------------------------------------------------------------------------


def _node(parent: str | None, role: str, *parts: Any, kind: str = "text", **more: Any) -> dict[str, Any]:
    message = {"author": {"role": role, "name": None}, "content": {"content_type": kind, "parts": parts}, **more}
    return {"id": "x", "message": message, "parent": parent, "children": []}


CHATGPT = {
    "title": "Soup for winter",
    "create_time": 1709543700.5,
    "update_time": 1709543800.0,
    "conversation_id": "c-1",
    "current_node": "end",
    "mapping": {
        "root": {"id": "root", "message": None, "parent": None, "children": ["sys"]},
        "sys": _node("root", "system", "You are a helper.", metadata={"is_visually_hidden_from_conversation": True}),
        "ask": _node("sys", "user", "How much caraway goes into my soup?", metadata={"weight": 1}),
        "old": _node("ask", "assistant", "An answer nobody kept."),
        "call": _node("ask", "assistant", "search('caraway')", recipient="browser"),
        "tool": _node("call", "tool", "a page"),
        "new": _node("tool", "assistant", "Two spoons.", recipient="all"),
        "pic": _node("new", "user", {"content_type": "image_asset_pointer"}, "Like this?", kind="multimodal_text"),
        "end": _node("pic", "assistant", "Yes \ud83d."),
    },
}


def test_a_chatgpt_conversation_is_the_branch_that_is_seen(notes: Path) -> None:
    (read,) = _read(notes / "conversations.json", [CHATGPT])
    assert (read.title, read.format, read.member) == ("Soup for winter", "chatgpt", "urn:chatgpt:c-1")
    assert read.created == "2024-03-04T09:15:00Z"
    assert read.text.split("\n\n")[:4] == [
        "Me: How much caraway goes into my soup?",
        "ChatGPT: Two spoons.",
        "Me: Like this?",
        "ChatGPT: Yes \ufffd.",
    ]
    assert _own(read) == ["How much caraway goes into my soup?", "Like this?"]
    assert read.provenance == "mine"


def test_a_tree_that_bites_its_tail_or_has_no_leaf_is_read(notes: Path) -> None:
    loop = {"mapping": {"a": _node("b", "user", "one"), "b": _node("a", "assistant", "two")}, "current_node": "a"}
    lost = {**CHATGPT, "conversation_id": "c-2", "current_node": None, "title": None}
    first, second = _read(notes / "conversations.json", [loop, lost])
    assert (first.title, first.text) == ("one", "ChatGPT: two\n\nMe: one\n\n")
    assert second.title == "How much caraway goes into my soup?"


def test_a_damaged_conversation_costs_no_other(notes: Path) -> None:
    path = notes / "conversations-000.json"
    assert [read.title for read in _read(path, [{"mapping": 7}, 7, CHATGPT])] == ["Soup for winter"]
    *_, end = read_documents(path)
    assert isinstance(end, FileRead)
    assert end.left_out == 2


def test_a_later_export_goes_on_with_the_same_conversation(library: Library, notes: Path) -> None:
    (notes / "new").mkdir()
    for conversations, name in (([CHATGPT], "conversations.json"), ([CHATGPT], "new/conversations.json")):
        conversations[0] = json.loads(json.dumps(conversations[0]))
        if "new" in name:
            conversations[0]["mapping"]["more"] = _node("end", "user", "And dill?")
            conversations[0]["current_node"] = "more"
        (notes / name).write_text(json.dumps(conversations))
        list(library.add([notes / name]))
    (row,) = library.list()
    assert (row.version, row.path) == (2, str(notes / "new" / "conversations.json"))
    (notes / "again").mkdir()
    (notes / "again" / "conversations.json").write_text(json.dumps([CHATGPT]))
    *_, end = library.add([notes / "again"])
    assert (end.documents, end.unchanged) == (0, 1)  # type: ignore[union-attr]
    assert "dill" in library.text(library.list()[0].id)
    assert [chunk.text for chunk in library.documents.learnable_chunks()] == [
        "How much caraway goes into my soup?",
        "Like this?",
        "And dill?",
    ]


# ---- Claude -----------------------------------------------------------------------------------------------------

CLAUDE = {
    "uuid": "u-1",
    "name": "",
    "created_at": "2024-03-04T09:15:00.123456Z",
    "account": {"uuid": "a"},
    "chat_messages": [
        {"sender": "human", "text": "old", "content": [{"type": "text", "text": "Where is the lamp?"}], "files": []},
        {
            "sender": "assistant",
            "text": "In the shed.",
            "content": [{"type": "tool_use", "input": {}}, {"type": "text", "text": "In the shed."}],
        },
        {"sender": "human", "text": "Thanks.", "content": None},
    ],
}


def test_a_claude_export_is_a_document_a_conversation(notes: Path) -> None:
    files = {"conversations.json": [CLAUDE], "users.json": [{"uuid": "a", "full_name": "Ida"}], "projects.json": []}
    (read,) = _read(notes / "data-2024-06.zip", files)
    assert (read.title, read.format, read.member) == ("Where is the lamp?", "claude", "urn:claude:u-1")
    assert read.created == "2024-03-04T00:00:00Z"
    assert read.text == "Me: Where is the lamp?\n\nClaude: In the shed.\n\nMe: Thanks.\n\n"
    assert _own(read) == ["Where is the lamp?", "Thanks."]


# ---- WhatsApp ---------------------------------------------------------------------------------------------------

ANDROID = """04/03/2024, 10:15 - Messages and calls are end-to-end encrypted. No one outside of this chat can read them.
04/03/2024, 10:15 - Ida Holm: Where is the key?
04/03/2024, 10:16 - Ben: Behind the green door.
It hangs there: on a nail.
04/03/2024, 10:17 - Ben: And the lamp is in the shed.
05/03/2024, 09:00 - Ida Holm: <Media omitted>
05/03/2024, 09:01 - Ida Holm: IMG-20240305-WA0001.jpg (file attached)
15/04/2024, 09:02 - Ida Holm: Found it <This message was edited>
"""
IOS = """\u200e[12/31/23, 11:58:01\u202fPM] Ida Holm: \u200eMessages and calls are end-to-end encrypted.
[12/31/23, 11:59:58\u202fPM] Ida Holm: Happy new year!
[1/1/24, 12:01:00\u202fAM] Ben: And to you.
\u200e[1/1/24, 12:02:00\u202fAM] Ben: \u200eimage omitted
[1/1/24, 12:03:00\u202fAM] Ben: The lamp works. \u200e<This message was edited>
"""


def test_a_whatsapp_chat_is_a_document_a_month(notes: Path) -> None:
    march, april = _read(notes / "WhatsApp Chat with Ida Holm.txt", ANDROID)
    assert (march.title, march.format, march.created) == (
        "WhatsApp chat with Ida Holm, March 2024",
        "whatsapp",
        "2024-03-04T00:00:00Z",
    )
    assert march.text == (
        "## Monday, 4 March 2024\n\nIda Holm, 10:15: Where is the key?\n\n"
        "Ben, 10:16: Behind the green door.\nIt hangs there: on a nail.\nAnd the lamp is in the shed.\n\n"
    )
    assert april.text == "## Monday, 15 April 2024\n\nIda Holm, 09:02: Found it\n\n"


def test_in_a_chat_named_after_one_voice_the_other_is_the_persons(notes: Path) -> None:
    march, april = _read(notes / "WhatsApp Chat with Ida Holm.txt", ANDROID)
    own = "Behind the green door.\nIt hangs there: on a nail.\nAnd the lamp is in the shed."
    assert (march.provenance, _own(march)) == ("mine", [own])
    assert (april.provenance, april.own) == ("sent", [])


@pytest.mark.parametrize(("names", "whose"), [((), "elsewhere"), (("ben",), "mine"), (("Somebody",), "sent")])
def test_in_any_other_chat_the_name_must_be_known(notes: Path, names: tuple[str, ...], whose: str) -> None:
    read = _read(notes / "WhatsApp Chat with The Boat.txt", ANDROID, *names)[0]
    assert read.provenance == whose
    assert bool(read.own) == (whose == "mine")


def test_a_chat_of_an_iphone_is_read_from_its_archive(notes: Path) -> None:
    december, january = _read(notes / "WhatsApp Chat - Ida Holm.zip", {"_chat.txt": IOS, "photo.jpg": b"\xff\xd8"})
    assert december.text == "## Sunday, 31 December 2023\n\nIda Holm, 23:59: Happy new year!\n\n"
    assert january.text == "## Monday, 1 January 2024\n\nBen, 00:01: And to you.\nThe lamp works.\n\n"
    assert january.title == "WhatsApp chat with Ida Holm, January 2024"
    assert _own(january) == ["And to you.\nThe lamp works."]


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (["4/3/24, 10:15 PM - A: x", "4/5/24, 10:16 AM - B: y"], "2024-04-03"),
        (["4/3/24, 10:15 - A: x", "5/3/24, 10:16 - B: y"], "2024-03-04"),
        (["04.03.24, 10:15 - A: x", "05.03.24, 10:16 - B: y"], "2024-03-04"),
        (["2024-03-04, 10:15 - A: x", "2024-03-05, 10:16 - B: y"], "2024-03-04"),
        (["2024/3/4, 10:15 - A: x", "2024/3/5, 10:16 - B: y"], "2024-03-04"),
        (["4/3/2024, 10:15 p. m. - A: x", "20/3/2024, 10:16 a. m. - B: y"], "2024-03-04"),
        (["04-03-2024 10:15 - A: x", "05-03-2024 10:16 - B: y"], "2024-03-04"),
        (["[04.03.24, 10:15:01] A: x", "[05.03.24, 10:16:00] B: y"], "2024-03-04"),
        (["[04/03/2024, 10:15:01] A: x", "[05/03/2024, 10:16:00] B: y"], "2024-03-04"),
        (["2024. 03. 04. 10:15 - A: x", "2024. 03. 05. 10:16 - B: y"], "2024-03-04"),
        (["4/3/24 10.15 - A: x", "5/3/24 10.16 - B: y"], "2024-03-04"),
    ],
)
def test_dates_are_read_as_each_phone_writes_them(notes: Path, lines: list[str], day: str) -> None:
    read = _read(notes / "WhatsApp Chat with A.txt", "\n".join(lines))[0]
    assert read.created == f"{day}T00:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "A letter.\n04/03/2024, 10:15 - Ida: in it",
        "2024-03-04 10:15:00 INFO: started\n2024-03-04 10:16:00 ERROR: stopped",
        "[2024-03-04 10:15:00] INFO: started\n[2024-03-04 10:16:00] INFO: more",
        "04.03.2024, 10:15 - slept badly",
    ],
)
def test_other_texts_with_dates_are_no_chats(notes: Path, text: str) -> None:
    (read,) = _read(notes / "diary.txt", text)
    assert (read.format, read.member, read.text) == ("txt", "", text)


def test_a_chat_without_a_word_is_told(notes: Path) -> None:
    with pytest.raises(UserError, match="holds no messages"):
        _read(notes / "WhatsApp Chat with Ida.txt", "99/99/2024, 10:15 - Ida: x\n04/03/2024, 10:15 - Ida: null\n")


# ---- Telegram ---------------------------------------------------------------------------------------------------


def _said(who: str, text: Any, date: str = "2024-03-04T10:15:00", **more: Any) -> dict[str, Any]:
    ids = {"Ida": "user7", "Ben": "user9"}
    return {"id": 1, "type": "message", "date": date, "from": who, "from_id": ids.get(who), "text": text, **more}


TELEGRAM = {
    "name": "Ida",
    "type": "personal_chat",
    "id": 7,
    "messages": [
        {"id": 0, "type": "service", "date": "2024-03-04T10:00:00", "actor": "Ida", "action": "phone_call", "text": ""},
        _said("Ida", ["See ", {"type": "link", "text": "https://example.org"}, " there"]),
        _said("Ben", "The lamp is in the shed."),
        _said("Ben", "News", forwarded_from="A paper"),
        _said("Ben", "", photo="x.jpg"),
        {"type": "message", "date": "never", "text": "undated"},
        _said("Ben", "April.", "2024-04-01T10:00:00"),
    ],
}


def test_a_telegram_chat_is_a_document_a_month(notes: Path) -> None:
    march, april = _read(notes / "result.json", TELEGRAM)
    assert (march.title, march.format, march.provenance) == ("Ida on Telegram, March 2024", "telegram", "mine")
    assert march.text == (
        "## Monday, 4 March 2024\n\nIda, 10:15: See https://example.org there\n\n"
        "Ben, 10:15: The lamp is in the shed.\n\nBen, 10:15: (forwarded from A paper) News\n\n"
    )
    assert _own(march) == ["The lamp is in the shed."]
    assert _own(april) == ["April."]


def test_in_an_export_of_everything_the_accounts_owner_is_the_person(notes: Path) -> None:
    group = {"name": "Boat", "type": "private_group", "id": 1, "messages": [_said("Ida", "a"), _said("Ben", "b")]}
    saved = {"type": "saved_messages", "id": 9, "messages": [_said("Ben", "c")]}
    channel = {"name": "Paper", "type": "public_channel", "id": 2, "messages": [_said("Paper", "d")]}
    export = {
        "personal_information": {"user_id": 9},
        "chats": {"list": [group, saved]},
        "left_chats": {"list": [channel]},
    }
    boat, mine, paper = _read(notes / "result.json", export)
    assert (_own(boat), _own(mine), _own(paper)) == (["b"], ["c"], [])
    assert [read.provenance for read in (boat, mine, paper)] == ["mine", "mine", "sent"]
    assert mine.title == "Saved messages on Telegram, March 2024"
    alone = _read(notes / "result.json", group)[0]
    assert (alone.provenance, alone.own) == ("elsewhere", [])


# ---- Google Keep ------------------------------------------------------------------------------------------------

KEEP = {
    "color": "DEFAULT",
    "isTrashed": False,
    "title": "Shopping",
    "listContent": [{"text": "salt", "isChecked": True}, {"text": "dill", "isChecked": False}],
    "labels": [{"name": "kitchen"}],
    "annotations": [{"description": "", "source": "WEBLINK", "title": "Soup", "url": "https://example.org"}],
    "createdTimestampUsec": 1709543700000000,
}
KEEP_PAGE = (
    '<html><head><title>Boat</title></head><body><div class="note"><div class="heading">Mar 4, 2024</div>'
    '<div class="title">Boat</div><div class="content">The boat<br>leaks.</div></div></body></html>'
)


def test_keep_notes_are_read_from_an_archive_once_each(notes: Path) -> None:
    files = {
        "Takeout/Keep/Shopping.json": KEEP,
        "Takeout/Keep/Shopping.html": "<p>the same</p>",
        "Takeout/Keep/Boat.html": KEEP_PAGE,
        "Takeout/Keep/Bin.json": {"title": "Bin", "textContent": "gone", "isTrashed": True},
        "Takeout/Keep/Broken.json": "{",
        "Takeout/Keep/photo.jpg": b"\xff",
        "Takeout/archive_browser.html": "<p>index</p>",
    }
    shopping, boat = _read(notes / "takeout.zip", files)
    assert (shopping.title, shopping.created, shopping.provenance) == ("Shopping", "2024-03-04T09:15:00Z", "mine")
    assert shopping.text == "[x] salt\n[ ] dill\n\nSoup https://example.org\n\ntags: kitchen\n\n"
    assert (boat.title, boat.text.strip(), boat.format) == ("Boat", "The boat\nleaks.", "keep")
    *_, end = read_documents(notes / "takeout.zip")
    assert isinstance(end, FileRead)
    assert (end.documents, end.left_out) == (2, 1)


def test_in_a_folder_of_keep_notes_each_is_read_once(library: Library, notes: Path) -> None:
    (notes / "Keep").mkdir()
    (notes / "Keep" / "Shopping.json").write_text(json.dumps(KEEP))
    (notes / "Keep" / "Shopping.html").write_text("<p>the same</p>")
    (notes / "Keep" / "Boat.html").write_text(KEEP_PAGE)
    (notes / "package.json").write_text("{}")
    *_, end = library.add([notes])
    assert (end.documents, end.skipped) == (2, [])  # type: ignore[union-attr]
    assert sorted((row.title, row.format, row.provenance) for row in library.list()) == [
        ("Boat", "keep", "mine"),
        ("Shopping", "keep", "mine"),
    ]
    assert not is_wanted(notes / "package.json")


def test_a_note_that_somebody_shared_is_theirs(notes: Path) -> None:
    shared = {**KEEP, "sharees": [{"email": "ida@example.org", "isOwner": True}, {"email": "ben@example.org"}]}
    assert _read(notes / "a.json", shared, "ben@example.org")[0].provenance == "sent"
    assert _read(notes / "a.json", shared, "ida@example.org")[0].provenance == "mine"


def test_a_page_in_a_folder_of_that_name_is_a_page(notes: Path) -> None:
    (notes / "Keep").mkdir()
    (read,) = _read(notes / "Keep" / "a.html", "<title>Soup</title><p>Two spoons.")
    assert (read.title, read.format, read.provenance, read.text.strip()) == ("Soup", "html", "", "Two spoons.")


# ---- Notion -----------------------------------------------------------------------------------------------------


def test_a_notion_export_is_a_document_a_page(notes: Path) -> None:
    ids = [f"{number:032x}" for number in range(5)]
    pages = {
        f"Home {ids[0]}.md": "# Home\n\nTags: mill\n\nThe door is green.",
        f"Home {ids[0]}/Soup {ids[1]}.html": "<title>Soup</title><p>Two spoons of caraway.</p>",
        f"Home {ids[0]}/Boats {ids[2]}.csv": "Name,Leaks\nTern,yes",
        f"Home {ids[0]}/Boats {ids[2]}_all.csv": "Name,Leaks\nTern,yes\nGull,no",
        f"Home {ids[0]}/Empty {ids[3]}.md": "",
        "index.html": "<p>index</p>",
        "photo.png": b"\x89PNG",
    }
    home, soup, boats = _read(notes / "plain.zip", pages)
    assert [(each.title, each.format, each.provenance) for each in (home, soup, boats)] == [
        ("Home", "notion", "mine"),
        ("Soup", "notion", "mine"),
        ("Boats", "notion", "mine"),
    ]
    assert home.member == f"urn:notion:{ids[0]}"
    assert boats.text == "Name | Leaks\nTern | yes\nGull | no"
    part = (notes / "plain.zip").read_bytes()
    assert len(_read(notes / "outer.zip", {"ExportBlock-1-Part-1.zip": part})) == 3
    with pytest.raises(UserError, match="no export"):
        _read(notes / "deep.zip", {"a.zip": (notes / "outer.zip").read_bytes()})


# ---- malformed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[",
        "nonsense",
        "[" * 100_000,
        '{"a": ' * 50_000,
        "[1, 2]",
        "{}",
        "[]",
        '{"messages": 7}',
        '{"mapping": {}}',
    ],
)
def test_json_that_is_no_export_is_told(notes: Path, content: str) -> None:
    with pytest.raises(UserError, match="left out"):
        _read(notes / "conversations.json", content)


@pytest.mark.parametrize("files", [{}, {"photo.jpg": b"\xff\xd8"}, {"package.json": "{}"}, {"conversations.json": "{"}])
def test_an_archive_that_is_no_export_is_told(notes: Path, files: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="left out"):
        _read(notes / "a.zip", files)


def test_an_archive_that_unpacks_without_end_is_refused(notes: Path) -> None:
    with pytest.raises(UserError, match="harm computers"):
        _read(notes / "a.zip", {"conversations.json": b"[" + b" " * (8 << 20) + b"]"})


def test_whatever_is_cut_or_flipped_is_read_or_told(notes: Path) -> None:
    samples = {
        "conversations.json": json.dumps([CHATGPT, CLAUDE]).encode(),
        "result.json": json.dumps(TELEGRAM).encode(),
        "note.json": json.dumps(KEEP).encode(),
        "WhatsApp Chat with Ida Holm.txt": ANDROID.encode(),
        "in.mbox": b"From a Mon Mar  4 10:15:00 2024\nFrom: =?utf-8?q?J=C3=BC?= <a@b.c>\nSubject: a\n\nOne.\n> two\n",
        "a.eml": b"From: a@b.c\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nOne\n--x--\n",
        "a.ics": b"BEGIN:VEVENT\nDTSTART;TZID=a:20240304T101500\nSUMMARY:One\nRRULE:FREQ=DAILY\nEND:VEVENT\n",
        "a.vcf": b"BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:J=C3=BC\nTEL;TYPE=home:1\nEND:VCARD\n",
        "a.enex": b"<en-export><note><title>a</title><content><![CDATA[<p>One</p>]]></content></note></en-export>",
        "a.zip": _zipped(notes / "whole.zip"),
    }
    dice = random.Random(7)
    for name, whole in samples.items():
        for _ in range(25):
            data = bytearray(whole[: dice.randint(1, len(whole))] if dice.random() < 0.4 else whole)
            for _ in range(dice.randint(1, 6)):
                data[dice.randrange(len(data))] = dice.choice((0, 10, 34, 58, 92, 128, 255))
            (notes / name).write_bytes(data)
            *_, end = read_worker._read(str(notes / name), [])
            assert isinstance(end, FileRead | DocumentRead) or end.reason, name


def _zipped(path: Path) -> bytes:
    _read(path, {"conversations.json": [CHATGPT], "Takeout/Keep/a.json": KEEP})
    return path.read_bytes()
