"""An export holds every word, is whole or not there, and overwrites nothing."""

import json
import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from personal_ai import cli, exporting
from personal_ai.errors import UserError
from personal_ai.paths import locate
from personal_ai.services import Services
from personal_ai.store.attachments import NewAttachment
from tests.ui.fakes import FakeServices, put_adapter, put_conversations, put_note, put_sample_notes


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Notes, chats and an adapter."""
    services = FakeServices(locate(tmp_path / "home"))
    put_sample_notes(services, 6)
    put_note(services, "con.md", "Text of a name that Windows keeps.\n", title="CON")
    put_note(services, "a.md", "first\n", title="Same / title?")
    put_note(services, "b.md", "second, \U0001f375 and a lone 中", title="same   TITLE")
    put_conversations(services)
    put_adapter(services, [])
    yield services
    services.close()


def test_every_note_is_there_word_for_word_behind_what_is_known_of_it(services: Services, tmp_path: Path) -> None:
    *events, end = exporting.export(services, tmp_path / "out")
    assert isinstance(end, exporting.Exported)
    assert (end.documents, end.conversations, end.adapters) == (9, 4, 1)
    assert len(events) == 9 + 4 + 1 + 1
    files = sorted((tmp_path / "out" / "notes").iterdir())
    assert len(files) == 9
    bodies = [file.read_bytes().decode().split("\n---\n\n", 1)[1] for file in files]
    for row in services.documents.list():
        assert services.documents.text(row.id).rstrip("\n") in [body.rstrip("\n") for body in bodies]
    assert {"_CON.md", "same TITLE.md", "Same title (2).md"} <= {file.name for file in files}
    head = next(file for file in files if file.name == "_CON.md").read_text().splitlines()
    assert head[:3] == ["---", 'title: "CON"', 'source: "con.md"']


def test_chats_come_as_markdown_and_as_json_that_comes_in_again(services: Services, tmp_path: Path) -> None:
    list(exporting.export(services, tmp_path / "out"))
    kept = json.loads((tmp_path / "out" / "chats.json").read_text())
    assert len(kept["conversations"]) == len(list((tmp_path / "out" / "chats").iterdir())) == 4
    settings = msgspec.json.decode((tmp_path / "out" / "settings.json").read_bytes())
    assert settings["model"] == "built-in"
    assert (tmp_path / "out" / "learned" / "1" / "adapter.gguf").read_bytes().startswith(b"GGUF")


def test_notes_whose_files_are_gone_are_there_and_say_so(services: Services, tmp_path: Path) -> None:
    services.documents.files.set_aside(["b.md"])
    *_, end = exporting.export(services, tmp_path / "out")
    assert isinstance(end, exporting.Exported)
    assert end.documents == 9
    files = {file.read_text() for file in (tmp_path / "out" / "notes").iterdir()}
    (gone,) = (text for text in files if "\ngone: " in text)
    assert "second, \U0001f375 and a lone 中" in gone
    assert services.documents.set_aside()[0].gone in gone


def test_every_version_of_a_question_and_its_answers_is_there(services: Services, tmp_path: Path) -> None:
    conversations = services.conversations
    id = conversations.create("Lisbon")
    first = conversations.add_message(id, "user", "When do I fly?")
    conversations.add_message(id, "assistant", "On Monday.")
    again = conversations.add_message(id, "user", "On which day do I fly?", after=None)
    shown = conversations.add_message(id, "assistant", "On Tuesday.")
    list(exporting.export(services, tmp_path / "out"))
    kept = json.loads((tmp_path / "out" / "chats.json").read_text())["conversations"]
    (talk,) = (each for each in kept if each["title"] == "Lisbon")
    assert [(row["id"], row["follows"], row["text"]) for row in talk["messages"]] == [
        (again, None, "On which day do I fly?"),
        (shown, again, "On Tuesday."),
    ]
    assert [(row["id"], row["follows"], row["text"]) for row in talk["other_versions"]] == [
        (first, None, "When do I fly?"),
        (first + 1, first, "On Monday."),
    ]
    assert all("other_versions" not in each for each in kept if each is not talk)


def test_attached_pictures_are_there_byte_for_byte(services: Services, tmp_path: Path) -> None:
    conversations = services.conversations
    id = conversations.create("Shed")
    asked = conversations.add_message(id, "user", "What is that?")
    pictures = [b"\x89PNG one", b"\xff\xd8\xff two"]
    conversations.attachments.add(
        asked,
        [
            *(NewAttachment("picture", "Shed.heic", "", len(data), data) for data in pictures),
            NewAttachment("file", "plan.pdf", "/home/me/plan.pdf", 9),
        ],
    )
    conversations.add_message(id, "user", "And now?", after=None)
    list(exporting.export(services, tmp_path / "out"))
    folder = tmp_path / "out" / "chats"
    assert (folder / "pictures" / "Shed.png").read_bytes() == pictures[0]
    kept = json.loads((tmp_path / "out" / "chats.json").read_text())["conversations"]
    (talk,) = (each for each in kept if each["title"] == "Shed")
    told = talk["other_versions"][0]["attached"]
    assert [(folder / each["copy"]).read_bytes() for each in told[:2]] == pictures
    assert told[2] == {"kind": "file", "name": "plan.pdf", "path": "/home/me/plan.pdf"}
    conversations.branches.show(asked)
    list(exporting.export(services, tmp_path / "again"))
    assert "![Shed.heic](<pictures/Shed.png>)" in (tmp_path / "again" / "chats" / "Shed.md").read_text()


def test_a_zip_holds_the_same(services: Services, tmp_path: Path) -> None:
    list(exporting.export(services, tmp_path / "all.zip"))
    list(exporting.export(services, tmp_path / "all"))
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.testzip() is None
        inside = set(archive.namelist())
    assert inside == {
        f"all/{file.relative_to(tmp_path / 'all')}" for file in (tmp_path / "all").rglob("*") if file.is_file()
    }


def test_stopped_halfway_nothing_is_there(services: Services, tmp_path: Path) -> None:
    going = exporting.export(services, tmp_path / "out")
    for _ in range(5):
        next(going)
    going.close()  # type: ignore[attr-defined]
    assert [entry.name for entry in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize("name", ["out", "all.zip", "of [2026].zip"])
def test_what_a_killed_export_left_goes_with_the_next(services: Services, tmp_path: Path, name: str) -> None:
    killed = [tmp_path / f".{name}.part-{2**22 + 7}", tmp_path / f".Personal AI 2026-01-02.zip.part-{2**22 + 7}"]
    for left in killed:
        left.mkdir()
        left.with_name(f"{left.name}.zip").write_bytes(b"words")
    mine = tmp_path / f".{name}.part-{os.getppid()}"
    mine.mkdir()
    theirs = tmp_path / ".film.part-4194311"
    theirs.touch()
    list(exporting.export(services, tmp_path / name))
    assert {path.name for path in tmp_path.iterdir()} == {"home", name, mine.name, theirs.name}


def test_a_zip_is_nobody_elses_to_read_and_is_half_made_under_a_name_that_is_swept(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, int] = {}
    replace = Path.replace

    def look(path: Path, target: Path) -> Path:
        seen[path.name] = stat.S_IMODE(path.stat().st_mode)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", look)
    list(exporting.export(services, tmp_path / "all.zip"))
    assert seen[f".all.zip.part-{os.getpid()}.zip"] == 0o600


def test_nothing_is_overwritten_and_nothing_goes_into_the_data_folder(services: Services, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    (tmp_path / "some.zip").write_text("mine")
    for target in (
        tmp_path / "full",
        tmp_path / "some.zip",
        services.paths.home / "out",
        tmp_path / "full" / "letter.txt",
    ):
        with pytest.raises(UserError):
            list(exporting.export(services, target))
    assert (tmp_path / "full" / "letter.txt").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    list(exporting.export(services, tmp_path / "empty"))
    assert (tmp_path / "empty" / "README.txt").exists()


def test_two_exports_on_a_day_have_two_names(services: Services, tmp_path: Path) -> None:
    first = exporting.free_place(tmp_path, services.now())
    first.mkdir()
    assert exporting.free_place(tmp_path, services.now()).name == f"{first.name} (2)"


def test_the_command_writes_it_and_says_how_much(services: Services, tmp_path: Path, capsys) -> None:
    home = str(services.paths.home)
    assert cli.main(["--home", home, "--json", "export", str(tmp_path / "out")]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (last["event"], last["documents"]) == ("result", 9)
    assert cli.main(["--home", home, "export", str(tmp_path / "out")]) == 2
