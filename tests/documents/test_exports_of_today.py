"""Exports as phones and programs of today write them: in many languages, with files, polls, pages beside the talk."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from personal_ai.documents.read_worker import read_documents
from personal_ai.documents.readers import histories
from personal_ai.documents.readers.whatsapp_words import said_words
from personal_ai.messages import ConversationRead, DocumentRead


def _read(path: Path, content: Any, *names: str) -> list[DocumentRead]:
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return [event for event in read_documents(path, names) if isinstance(event, DocumentRead)]


def _zipped(path: Path, files: dict[str, Any]) -> list[DocumentRead]:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data if isinstance(data, str) else json.dumps(data))
    return [event for event in read_documents(path) if isinstance(event, DocumentRead)]


def _own(read: DocumentRead) -> list[str]:
    assert read.own is not None
    return [read.text[start:end] for start, end in read.own]


def _history(path: Path) -> ConversationRead:
    (told,) = [each for make in histories.read(path) if (each := make())]
    return told


# ---- WhatsApp ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("3/4/24, 10:15\u202fPM - Ida: Hi", "2024-03-04 22:15"),
        ("04/03/24, 10:15\u202fpm - Ida: Hi", "2024-03-04 22:15"),
        ("4/3/2024, 10:15 p.\xa0m. - Ida: Hi", "2024-03-04 22:15"),
        ("[4/3/24, 12:15:01 a.\u202fm.] Ida: Hi", "2024-03-04 00:15"),
        ("2024/3/4 下午10:15 - Ida: Hi", "2024-03-04 22:15"),
        ("[2024/3/4 凌晨1:15:07] Ida: Hi", "2024-03-04 01:15"),
        ("2024/03/04, 午後10:15 - Ida: Hi", "2024-03-04 22:15"),
        ("2024년 3월 4일 오후 10:15 - Ida: Hi", "2024-03-04 22:15"),
        ("[2024. 3. 4. 오전 10:15:07] Ida: Hi", "2024-03-04 10:15"),
        ("4.3.2024 klo 10.15 - Ida: Hi", "2024-03-04 10:15"),
        ("[4.3.2024 klo 22.15.07] Ida: Hi", "2024-03-04 22:15"),
        ("4.03.2024 г., 22:15 ч. - Ida: Hi", "2024-03-04 22:15"),
        ("2024-03-04 22 h 15 - Ida: Hi", "2024-03-04 22:15"),
        ("[2024-03-04, 22 h 15 min 07 s] Ida: Hi", "2024-03-04 22:15"),
        ("04/03/2024 à 22:15 - Ida: Hi", "2024-03-04 22:15"),
        ("٤\u200f/٣\u200f/٢٠٢٤، ١٠:١٥ م - Ida: Hi", "2024-03-04 22:15"),
        ("4/3/24 10:15 μ.μ. - Ida: Hi", "2024-03-04 22:15"),
        ("[4/3/2567 BE 22:15:07] Ida: Hi", "2024-03-04 22:15"),
        ("04. 03. 2024. 22:15 - Ida: Hi", "2024-03-04 22:15"),
        ("4.3.2024 22:15 - Ida: Hi", "2024-03-04 22:15"),
        ("24.3.2024., 22:15 - Ida: Hi", "2024-03-24 22:15"),
    ],
)
def test_the_day_and_hour_of_a_message_are_read_in_every_language(notes: Path, line: str, told: str) -> None:
    read = _read(notes / "WhatsApp Chat with Ida.txt", line)[0]
    assert (read.format, read.created[:10]) == ("whatsapp", told[:10])
    assert f"Ida, {told[11:]}: Hi" in read.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<Media omitted>", ""),
        ("<Medien ausgeschlossen>", ""),
        ("[Image omitted]", ""),
        ("image omitted", ""),
        ("GIF omitted", ""),
        ("Bild weggelassen", ""),
        ("imagen omitida", ""),
        ("\u200eimage omitted", ""),
        ("IMG-20240305-WA0001.jpg (file attached)", ""),
        ("\u200eIMG-20240305-WA0001.jpg (archivo adjunto)\nThe boat", "The boat"),
        ("The boat \u200e<attached: 00000012-PHOTO-2024-03-04.jpg>", "The boat"),
        ("\u200e<angehängt: 00000012-PHOTO-2024-03-04.jpg>\nDas Boot", "Das Boot"),
        ("The boat \u200eimage omitted", "The boat"),
        ("Rent.pdf • \u200e3 pages \u200edocument omitted", ""),
        ("Rent.pdf • \u200edocument omitted", ""),
        ("Rent.pdf • \u200e3 pages \u200edocument omitted\nPlease sign", "Please sign"),
        ("Found it <This message was edited>", "Found it"),
        ("Ya está <Se editó este mensaje.>", "Ya está"),
        ("Voilà <Ce message a été modifié>", "Voilà"),
        ("Pronto <Questo messaggio è stato modificato>", "Pronto"),
        ("见 <此消息已编辑>", "见"),
        ("Found it \u200e<This message was edited>", "Found it"),
        ("This message was deleted", ""),
        ("This message was deleted by admin Ben.", ""),
        ("Se eliminó este mensaje.", ""),
        ("Mensagem apagada", ""),
        ("Waiting for this message. This may take a while.", ""),
        ("Missed voice call", ""),
        ("Voice call, 12 min", ""),
        ("null", ""),
        (
            "\u200ePOLL:\nWhere to?\n\u200eOPTION: The pond (\u200e2 votes)",
            "POLL:\nWhere to?\nOPTION: The pond (2 votes)",
        ),
        ("I omitted the salt", "I omitted the salt"),
        ("The image was omitted from the report", "The image was omitted from the report"),
        ("a < b and b > a", "a < b and b > a"),
        ("Ask @\u2068Ben\u2069 about the video call", "Ask @Ben about the video call"),
    ],
)
def test_what_whatsapp_itself_says_is_no_message(text: str, words: str) -> None:
    assert said_words(text) == words


@pytest.mark.parametrize(
    "text", ["\u200e", "\u200ea", "\u200eimage ", "a.pdf • ", "a.pdf • \u200e", "<", "edited ", " "]
)
def test_a_message_that_is_built_to_take_long_comes_to_its_end(text: str) -> None:
    # Looked through again for each of its letters it would take hours.
    assert "x" in said_words(f"x{text * (500_000 // len(text))}\u200e")


def test_lines_of_whatsapps_own_are_nobodys_words(notes: Path) -> None:
    chat = """\
04/03/2024, 10:15 - Messages and calls are end-to-end encrypted. Only people in this chat can read them. Learn more.
04/03/2024, 10:15 - Ida created group “Boat: the second”
04/03/2024, 10:15 - Ben changed the group name from “Boat: the second” to “Tern”
04/03/2024, 10:16 - Ida: See you
04/03/2024, 10:17 - Ben left
04/03/2024, 10:18 - \u202a+49 170 1234567\u202c: Who is this?
04/03/2024, 10:19 - ~\u202fCara: I am Cara
"""
    (read,) = _read(notes / "WhatsApp Chat with Tern.txt", chat, "Cara")
    assert read.text == (
        "## Monday, 4 March 2024\n\nIda, 10:16: See you\n\n+49 170 1234567, 10:18: Who is this?\n\n"
        "Cara, 10:19: I am Cara\n\n"
    )
    assert _own(read) == ["I am Cara"]


@pytest.mark.parametrize(
    "name",
    [
        *("WhatsApp Chat with Ida Holm", "WhatsApp_Chat_with_Ida_Holm", "WhatsApp-Chat mit Ida Holm"),
        *("Chat de WhatsApp con Ida Holm", "Discussion WhatsApp avec Ida Holm", "Conversa do WhatsApp com Ida Holm"),
        *("WhatsApp-chat met Ida Holm", "Чат WhatsApp с контактом Ida Holm", "与Ida Holm的 WhatsApp 聊天"),
        *("Ida Holm ile WhatsApp Sohbeti", "WhatsApp Chat - Ida Holm", "WhatsApp Chat with Ida Holm (1)"),
    ],
)
def test_a_chat_is_named_after_somebody_in_every_language(notes: Path, name: str) -> None:
    chat = "04/03/2024, 10:15 - Ida Holm: Where?\n04/03/2024, 10:16 - Ben: Here."
    (read,) = _read(notes / f"{name}.txt", chat)
    assert read.title == "WhatsApp chat with Ida Holm, March 2024"
    assert _own(read) == ["Here."]


# ---- Telegram ---------------------------------------------------------------------------------------------------


def test_a_telegram_message_of_today_is_told_with_its_poll_contact_and_place(notes: Path) -> None:
    def said(id: int, text: Any = "", **more: Any) -> dict[str, Any]:
        when = {"date": "2024-03-04T10:15:00", "date_unixtime": "1709543700"}
        who = {"from": "Ben", "from_id": "user9", "reactions": [{"type": "emoji", "count": 1, "emoji": "👍"}]}
        return {"id": id, "type": "message", **when, **who, "text": text, "text_entities": [], **more}

    parts = [
        *("Ask ", {"type": "mention", "text": "@ida"}, " or see "),
        *(
            {"type": "text_link", "text": "the map", "href": "https://example.org"},
            {"type": "custom_emoji", "text": "🗺"},
        ),
        {"type": "blockquote", "text": "\nIt is far.", "collapsed": False},
    ]
    poll = {"question": "Where to?", "closed": False, "total_voters": 2, "answers": [{"text": "The pond", "voters": 2}]}
    modern = {**poll, "question": [{"type": "plain", "text": "When?"}], "answers": [{"text": [{"text": "At six"}]}]}
    contact = {"first_name": "Cara", "last_name": "", "phone_number": "+49 170 1234567"}
    chat = {
        "name": "Ida",
        "type": "personal_chat",
        "id": 7,
        "messages": [
            said(1, parts, reply_to_message_id=0, edited="2024-03-04T10:16:00"),
            said(2, poll=poll),
            said(3, poll=modern),
            said(4, contact_information=contact),
            said(5, place_name="Mill", address="Lane 4", location_information={"latitude": 1.0, "longitude": 2.0}),
            said(6, file="(File not included.)", media_type="sticker", sticker_emoji="😀"),
            {**said(7, "gone"), "from": None, "from_id": "user7"},
            {"id": 8, "type": "service", "date": "2024-03-04T10:20:00", "action": "pin_message", "text": ""},
            {"id": 9, "type": "unsupported", "date": "2024-03-04T10:21:00"},
        ],
    }
    (read,) = _read(notes / "result.json", chat)
    assert read.text == (
        "## Monday, 4 March 2024\n\nBen, 10:15: Ask @ida or see the map🗺\nIt is far.\nWhere to?\n- The pond\n"
        "When?\n- At six\nCara +49 170 1234567\nMill, Lane 4\n\nDeleted account, 10:15: gone\n\n"
    )


# ---- Claude -----------------------------------------------------------------------------------------------------


def _turn(uuid: str, parent: str, sender: str, *content: Any, minute: int = 0, **more: Any) -> dict[str, Any]:
    when = f"2026-03-04T09:{minute:02}:00.123456Z"
    both = {"uuid": uuid, "parent_message_uuid": parent, "sender": sender, "created_at": when, "updated_at": when}
    return {**both, "text": "", "content": list(content), "attachments": [], "files": [], **more}


def _text(text: str) -> dict[str, Any]:
    when = "2026-03-04T09:15:00Z"
    return {
        "start_timestamp": when,
        "stop_timestamp": when,
        "flags": None,
        "type": "text",
        "text": text,
        "citations": [],
    }


ROOT = "00000000-0000-4000-8000-000000000000"
PASTED = {"file_name": "paste.txt", "file_size": 20, "file_type": "txt", "extracted_content": "The lamp hangs low."}
CLAUDE = {
    "uuid": "u-1",
    "name": "Letter",
    "summary": "",
    "created_at": "2026-03-04T09:15:00.123456Z",
    "updated_at": "2026-03-04T09:20:00.123456Z",
    "account": {"uuid": "a"},
    "chat_messages": [
        _turn("m1", ROOT, "human", _text("Write a letter."), attachments=[PASTED], files=[{"file_name": "a.png"}]),
        _turn("m2", "m1", "assistant", _text("An answer nobody kept."), minute=1),
        _turn(
            *("m3", "m1", "assistant"),
            {"type": "thinking", "thinking": "They want a letter.", "summaries": []},
            _text("Here it is."),
            {
                "type": "tool_use",
                "name": "artifacts",
                "input": {"command": "create", "title": "To the mill", "content": "Dear mill,", "id": "x"},
            },
            {"type": "tool_result", "name": "artifacts", "content": [{"type": "text", "text": "OK"}]},
            {"type": "tool_use", "name": "web_search", "input": {"query": "mill"}},
            {"type": "token_budget"},
            minute=2,
            text="Here it is.\n```\nThis block is not supported on your current device yet.\n```",
        ),
        _turn("m4", "m3", "human", {"type": "voice_note", "title": "", "text": "Thank you."}, minute=3),
        _turn(
            *("m5", "m4", "assistant"),
            {"type": "tool_use", "name": "view", "input": {"path": "/mnt"}},
            minute=4,
            text="```\nThis block is not supported on your current device yet.\n```",
        ),
        _turn("m6", "m5", "human", minute=5, attachments=[{"file_name": None, "extracted_content": "Pasted alone."}]),
        _turn(
            *("m7", "m6", "assistant"),
            {
                "type": "tool_use",
                "name": "create_file",
                "input": {"description": "A list", "path": "/mnt/user-data/outputs/list.md", "file_text": "- lamp"},
            },
            minute=6,
        ),
    ],
}


def test_a_claude_conversation_has_its_pages_and_what_was_attached_and_no_thoughts(notes: Path) -> None:
    (read,) = _read(notes / "conversations.json", [CLAUDE])
    assert read.text.split("\n\n")[:-1] == [
        "Attached (paste.txt): The lamp hangs low.",
        "Me: Write a letter.",
        "Claude: Here it is.",
        "To the mill",
        "Dear mill,",
        "Me: Thank you.",
        "Attached: Pasted alone.",
        "Claude: list.md",
        "- lamp",
    ]
    assert _own(read) == ["Write a letter.", "Thank you."]


def test_a_claude_history_is_the_branch_on_show(notes: Path) -> None:
    _read(notes / "conversations.json", [CLAUDE])
    told = _history(notes / "conversations.json")
    assert [(each.role, each.text.splitlines()[0]) for each in told.said] == [
        ("user", "Write a letter."),
        ("assistant", "Here it is."),
        ("user", "Thank you."),
        ("assistant", "list.md"),
    ]
    assert "nobody kept" not in str(told.said)


def test_claude_messages_that_name_no_parents_or_lost_ones_are_all_told(notes: Path) -> None:
    one, two = _turn("m1", ROOT, "human", _text("one")), _turn("m2", "m1", "assistant", _text("two"), minute=1)
    for messages in ([one, {**two, "uuid": ""}], [one, {**two, "parent_message_uuid": "lost"}], [two, one]):
        (read,) = _read(notes / "conversations.json", [{"uuid": "u-2", "name": "x", "chat_messages": messages}])
        assert "Me: one" in read.text
        assert "Claude: two" in read.text


def test_one_conversation_alone_in_a_file_is_read(notes: Path) -> None:
    assert _read(notes / "letter.json", CLAUDE)[0].member == "urn:claude:u-1"


# ---- ChatGPT ----------------------------------------------------------------------------------------------------


def _chatgpt(*messages: dict[str, Any]) -> dict[str, Any]:
    mapping: dict[str, Any] = {"root": {"id": "root", "message": None, "parent": None, "children": ["0"]}}
    for at, message in enumerate(messages):
        parent = str(at - 1) if at else "root"
        mapping[str(at)] = {"id": str(at), "message": message, "parent": parent, "children": [str(at + 1)]}
    times = {"create_time": 1709543700.5, "update_time": 1709543800.0}
    last = {"current_node": str(len(messages) - 1), "conversation_id": "c-1"}
    return {"title": "Letter", **times, "mapping": mapping, **last, "gizmo_id": None, "safe_urls": []}


def _message(role: str, kind: str, *parts: Any, to: str = "all", content: Any = None, **more: Any) -> dict[str, Any]:
    told = {"content_type": kind, "parts": list(parts)} if content is None else {"content_type": kind, **content}
    author = {"role": role, "name": None, "metadata": {}}
    state = {"status": "finished_successfully", "end_turn": None, "weight": 1.0, "recipient": to, "channel": None}
    return {"id": "x", "author": author, "create_time": 1709543700.5, "content": told, **state, "metadata": {}, **more}


HIDDEN = {"is_visually_hidden_from_conversation": True}
CHANGES = {"updates": [{"pattern": ".*", "multiple": True, "replacement": "Dear mill, dear miller,"}]}
CHATGPT = _chatgpt(
    _message("system", "text", "", metadata=HIDDEN),
    _message("user", "user_editable_context", content={"user_profile": "I am Ida", "user_instructions": "Be brief"}),
    _message("system", "text", "Original custom instructions no longer available", metadata=HIDDEN),
    _message(
        "user",
        "multimodal_text",
        {"content_type": "audio_transcription", "text": "Write to the mill.", "direction": "in", "decoding_id": None},
        {"content_type": "audio_asset_pointer", "asset_pointer": "sediment://x", "size_bytes": 1},
        {"content_type": "image_asset_pointer", "asset_pointer": "sediment://y", "width": 1, "metadata": {}},
        "Like this.",
    ),
    _message("assistant", "model_editable_context", content={"model_set_context": "Ida has a boat"}),
    _message("assistant", "thoughts", content={"thoughts": [{"summary": "Plan", "content": "A letter"}]}),
    _message("assistant", "reasoning_recap", content={"content": "Thought for 8 seconds"}),
    _message("assistant", "text", "Let me think aloud.", channel="analysis"),
    _message("assistant", "code", to="python", content={"language": "unknown", "text": "print(1)"}),
    _message("tool", "execution_output", content={"text": "1"}),
    _message(
        "assistant",
        "code",
        to="canmore.create_textdoc",
        content={"text": json.dumps({"name": "To_the_mill", "type": "document", "content": "Dear mill,"})},
    ),
    _message("tool", "text", "Successfully created text document"),
    _message("assistant", "text", json.dumps(CHANGES), to="canmore.update_textdoc"),
    _message("assistant", "code", to="canmore.update_textdoc", content={"text": "no JSON"}),
    _message("assistant", "code", to="canmore.comment_textdoc", content={"text": "{}"}),
    _message(
        "assistant",
        "text",
        'The mill of \ue200entity\ue202["person","Ada Roe","miller"]\ue201 stands\ue200cite\ue202turn0search0\ue201 by '
        '\ue200url\ue202the pond\ue202https://example.org\ue201【4†source】.\n\n:::writing{variant="email" id="1"}\n'
        "Dear Ada\n:::\nDone.",
    ),
    _message("assistant", "system_error", content={"name": "tool_error", "text": "Error"}),
)


def test_a_chatgpt_conversation_is_what_its_window_shows(notes: Path) -> None:
    (read,) = _read(notes / "conversations.json", [CHATGPT])
    assert read.text.split("\n\n")[:-1] == [
        "Me: Write to the mill.",
        "Like this.",
        "ChatGPT: To the mill",
        "Dear mill,",
        "ChatGPT: Dear mill, dear miller,",
        "ChatGPT: The mill of Ada Roe stands by the pond.",
        "Dear Ada\nDone.",
    ]
    assert _own(read) == ["Write to the mill.\n\nLike this."]
    told = _history(notes / "conversations.json")
    assert [each.role for each in told.said] == ["user", "assistant"]
    assert told.said[1].text.endswith("stands by the pond.\n\nDear Ada\nDone.")


# ---- Google Keep ------------------------------------------------------------------------------------------------


def test_a_keep_note_of_today_is_read_in_any_folder_that_takeout_names(notes: Path) -> None:
    note = {
        "attachments": [{"filePath": "a.png", "mimetype": "image/png"}],
        "color": "DEFAULT",
        **{"isTrashed": False, "isPinned": True, "isArchived": False},
        "textContent": "The boat leaks.",
        "textContentHtml": '<p dir="ltr"><span>The boat leaks.</span></p>',
        "title": "Boat",
        "userEditedTimestampUsec": 1709543700000000,
        "createdTimestampUsec": "1709543700000000",
        "labels": None,
    }
    items = {
        "listContent": [{"textHtml": "<p>salt</p>", "text": "salt", "isChecked": True}],
        "title": "",
        "color": "RED",
    }
    read = _zipped(notes / "takeout.zip", {"Takeout/Google Notizen/Boat.json": note, "Takeout/Keep/a.json": items})
    assert [each.text.strip() for each in read] == ["The boat leaks.", "[x] salt"]
    assert (read[0].title, read[0].created[:10]) == ("Boat", "2024-03-04")


# ---- Notion -----------------------------------------------------------------------------------------------------


def test_a_notion_page_is_told_without_the_addresses_of_other_pages(notes: Path) -> None:
    home, soup = f"{1:032x}", f"{2:032x}"
    page = (
        "# Home\n\nCreated: March 4, 2024 9:15 AM\nTags: mill\nDue: April 9, 2024\n"
        f"Recipes: Soup (Home%20{home}/Soup%20{soup}.md), Old (https://www.notion.so/Old-{soup}?pvs=21)\n\n"
        "<aside>\n💡 The door is green.\n\n</aside>\n\n## Links\n\n"
        f"See [Soup](Home%20{home}/Soup%20{soup}.md) and [the map](https://example.org).\n"
    )
    rows = f'\ufeffName,Recipe\nTern,"Soup (Home%20{home}/Soup%20{soup}.md)"\n'
    read, boats = _zipped(notes / "a.zip", {f"Home {home}.md": page, f"Home/Boats {soup}_all.csv": rows})
    assert read.created == "2024-03-04T00:00:00Z"
    assert "Recipes: Soup, Old\n\n💡 The door is green.\n" in read.text
    assert "See Soup and [the map](https://example.org)." in read.text
    assert [read.text[each.start : each.end].strip() for each in read.sections if each.heading == "Links"] == [
        "See Soup and [the map](https://example.org)."
    ]
    assert boats.text == "Name | Recipe\nTern | Soup"


# ---- Evernote ---------------------------------------------------------------------------------------------------

ENEX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export4.dtd">
<en-export export-date="20260601T120000Z" application="Evernote" version="10.150.3">
  <note>
    <title>Shopping</title>
    <created>20260304T091500Z</created>
    <updated>20260305T091500Z</updated>
    <note-attributes><author>Ida Holm</author></note-attributes>
    <task>
      <title>Ring the mill</title><created>20250101T000000Z</created><updated>20250101T000000Z</updated>
      <taskStatus>open</taskStatus><taskFlag>true</taskFlag><sortWeight>B</sortWeight><noteLevelID>1</noteLevelID>
      <taskGroupNoteLevelID>2</taskGroupNoteLevelID><dueDate>20260401T000000Z</dueDate>
      <reminder><created>20250101T000000Z</created><noteLevelID>3</noteLevelID></reminder>
    </task>
    <task><title>Pay</title><taskStatus>completed</taskStatus></task>
    <content><![CDATA[<?xml version="1.0" encoding="UTF-8" standalone="no"?>
      <!DOCTYPE en-note SYSTEM "http://xml.evernote.com/pub/enml2.dtd"><en-note>
      <ul style="--en-todo:true;"><li style="--en-checked:true;"><div>salt</div></li>
      <li style="--en-checked:false;"><div>dill</div></li></ul>
      <div style="--en-task-group:true; --en-id:2;"><div>Content not supported</div></div>
      <div style="--en-codeblock:true;box-sizing: border-box;"><div>a = 1</div><div>b = 2</div></div>
      </en-note>]]></content>
    <resource><data encoding="base64">iVBORw0KGgo=</data><mime>image/png</mime>
      <resource-attributes><source-url>https://example.org/a.png</source-url></resource-attributes></resource>
  </note>
</en-export>"""


def test_an_evernote_note_of_today_has_its_checklists_and_tasks(notes: Path) -> None:
    (read,) = _read(notes / "a.enex", ENEX)
    assert (read.title, read.author, read.created[:10]) == ("Shopping", "Ida Holm", "2026-03-04")
    # A picture from the web makes no clipping of a note.
    assert read.provenance == "mine"
    assert "- [x] salt\n- [ ] dill" in read.text
    assert "[ ] Ring the mill\n[x] Pay" in read.text
    assert "a = 1" in read.text
