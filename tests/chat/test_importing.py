"""Histories come in whole or not at all, never twice, and go out so that they come back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from personal_ai import paths
from personal_ai.chat.export import as_markdown, export, file_name
from personal_ai.chat.importing import Coming, Imported
from personal_ai.chat.titles import title_of
from personal_ai.errors import UserError
from personal_ai.services import Services
from personal_ai.store.conversations import Source
from tests.documents.test_histories import chatgpt, claude, open_webui, written


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    services = Services(paths.locate(tmp_path / "home"))
    yield services
    services.close()


def taken_in(services: Services, *files: Path) -> Imported:
    *_, last = services.importing.add(files)
    assert isinstance(last, Imported)
    return last


def test_a_history_comes_in_once_and_goes_on(services: Services, tmp_path: Path) -> None:
    file = written(tmp_path / "conversations.json", [chatgpt(title=""), claude(), {"mapping": 3}])
    assert taken_in(services, file) == Imported(new=2, left_out=1)
    assert taken_in(services, file) == Imported(known=2, left_out=1)
    titles = {row.title: row.id for row in services.conversations.index.list()}
    assert list(titles) == ["Rent", "Where is the heron?"]
    assert [(row.role, row.text) for row in services.conversations.messages(titles["Rent"])] == [
        ("user", "When?"),
        ("assistant", "On the 3rd."),
    ]
    assert [each.conversation.title for each in services.conversations.index.find("heron")] == ["Where is the heron?"]
    longer = claude()
    longer["chat_messages"].append({"sender": "human", "text": "Thanks."})
    assert taken_in(services, written(file, [longer])) == Imported(longer=1)
    assert services.conversations.messages(titles["Rent"])[-1].text == "Thanks."
    services.conversations.index.throw_away(titles["Rent"])
    assert taken_in(services, file) == Imported(new=1)


def test_a_failed_or_cancelled_import_changes_nothing(services: Services, tmp_path: Path) -> None:
    services.conversations.create("Mine")
    good = written(tmp_path / "good.json", [open_webui()])
    bad = written(tmp_path / "bad.json", json.dumps([chatgpt()]).encode()[:-30])
    with pytest.raises(UserError, match="not whole"):
        taken_in(services, bad)
    coming = services.importing.add([good])
    assert next(coming) == Coming("good.json", 1)
    coming.close()  # type: ignore[attr-defined]
    assert [row.title for row in services.conversations.index.list()] == ["Mine"]
    assert services.database.query("SELECT count(*) FROM messages") == [(0,)]
    done = taken_in(services, good, bad)
    assert (done.new, len(done.skipped)) == (1, 1)
    (tmp_path / "none").mkdir()
    with pytest.raises(UserError, match="no chat history"):
        taken_in(services, tmp_path / "none")


def test_what_goes_out_as_json_comes_back_and_only_once(services: Services, tmp_path: Path) -> None:
    source = Source("/a.md", 1, 2, "Lease", "Rent", "due on the 3rd", 0, 14, "2025-01-01T00:00:00Z")
    id = services.conversations.create("Rent: when?")
    services.conversations.add_message(id, "user", "When is it due?")
    services.conversations.add_message(id, "assistant", "On the 3rd [1].", sources=[source], model="built-in")
    services.conversations.index.put_into(id, "Home")
    row = services.conversations.index.get(id)
    export([row], services.conversations.messages, tmp_path / "out.json")
    assert taken_in(services, tmp_path / "out.json") == Imported(known=1)
    other = Services(paths.locate(tmp_path / "other"))
    assert taken_in(other, tmp_path / "out.json") == Imported(new=1)
    (back,) = other.conversations.index.list()
    assert (back.title, back.folder, back.created, back.key) == (row.title, "Home", row.created, row.key)
    assert [each.text for each in other.conversations.messages(back.id)] == ["When is it due?", "On the 3rd [1]."]
    other.close()
    told = as_markdown(row, services.conversations.messages(id))
    assert told.startswith("# Rent: when?\n\n## You, 20")
    assert "On the 3rd [1].\n\nSources:\n\n1. Lease › Rent (2025-01-01)" in told
    assert file_name(row) == "Rent when"


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("Hi! Can you tell me when the rent is due? It is urgent.", "When the rent is due?"),
        ("hello there, please explain", "Explain"),
        ("```py\nx = 1\n```\nWhy does this fail?", "Why does this fail?"),
        ("Hm. And when does it open?", "Hm. And when does it open?"),
        ("word " * 30, "Word " + "word " * 9 + "word…"),
        ("租金什么时候到期？我忘了。", "租金什么时候到期？"),
        ("***", "***"),
    ],
)
def test_a_title_is_what_the_first_question_comes_to(asked: str, title: str) -> None:
    assert title_of(asked) == title
