"""A file with many documents is kept current as one: added, changed, moved, removed, forgotten."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from personal_ai.documents import chunks
from personal_ai.documents.library import Added, AddFinished, Library, Skipped, _Round
from personal_ai.documents.read_worker import read_documents
from personal_ai.documents.readers import MANY, Parsed
from personal_ai.messages import DocumentRead
from personal_ai.store.database import Database

Add = Callable[..., AddFinished]


def a_round(library: Library) -> _Round:
    """What stores that a worker has read."""
    return _Round(library.documents, {}, [], frozenset(), by_hand=True)


def put_member(library: Library, read: DocumentRead) -> tuple[int, bool]:
    """Store one document of a file with many; its id, and whether it was known."""
    return a_round(library)._put_member(read, chunks.split(read))


def _mbox(path: Path, **messages: str) -> Path:
    path.write_text(
        "".join(
            f"From x Mon Mar  4 10:15:00 2024\nFrom: {'me' if 'sent' in name else 'ida'}@example.org\n"
            f"Subject: {name}\nMessage-ID: <{name}>\n\n{text}\n\n"
            for name, text in messages.items()
        )
    )
    return path


def _titles(library: Library) -> list[str]:
    return sorted(row.title for row in library.list())


def test_each_document_is_found_and_named_as_it_is_added(library: Library, notes: Path) -> None:
    file = _mbox(notes / "in.mbox", one="The boat leaks.", two="Caraway soup.")
    events = list(library.add([file]))
    assert [(event.title, event.done, event.total) for event in events if isinstance(event, Added)] == [
        ("one", 0, 1),
        ("two", 1, 1),
    ]
    assert library.search("caraway")[0].title == "two"
    assert library.search("caraway")[0].document == str(file)


def test_an_unchanged_file_adds_nothing_and_is_not_opened(library: Library, add: Add, notes: Path) -> None:
    file = _mbox(notes / "in.mbox", one="The boat leaks.")
    add(file)
    unread = Library(library.documents, reader=lambda: 1 / 0)  # type: ignore[arg-type]
    *_, end = unread.add([file])
    assert isinstance(end, AddFinished)
    assert (end.documents, end.unchanged) == (0, 1)


def test_a_changed_file_updates_its_documents(library: Library, add: Add, notes: Path) -> None:
    add(_mbox(notes / "in.mbox", one="The boat leaks.", two="Caraway soup.", three="A lamp."))
    before = {row.title: row for row in library.list()}
    end = add(_mbox(notes / "in.mbox", one="The boat leaks.", two="Dill soup.", four="A door."))
    assert end.documents == 2
    after = {row.title: row for row in library.list()}
    assert after["one"].id == before["one"].id
    assert after["two"].version == 2
    assert library.search("caraway") == []
    # Exports often hold the newest part only: what is in the file no longer is not lost, and goes when the file does.
    assert sorted(after) == ["four", "one", "three", "two"]
    assert after["three"].id == before["three"].id
    library.remove(notes / "in.mbox")
    assert library.list() == []


def test_a_file_that_is_gone_takes_its_documents_unless_another_has_them(
    library: Library, add: Add, notes: Path, database: Database
) -> None:
    add(_mbox(notes / "a.mbox", one="The boat leaks.", two="Caraway soup."))
    assert add(_mbox(notes / "b.mbox", two="Caraway soup.")).unchanged == 1
    assert add(notes / "a.mbox", notes / "b.mbox").unchanged == 2
    library.remove(notes / "a.mbox")
    (row,) = library.list()
    assert (row.title, row.path) == ("two", str(notes / "b.mbox"))
    library.remove(notes / "b.mbox")
    assert library.list() == []
    assert database.query("SELECT count(*) FROM members") == database.query("SELECT count(*) FROM containers") == [(0,)]
    library.remove(notes / "b.mbox")


def test_a_plain_file_that_is_gone_takes_its_document(library: Library, add: Add, notes: Path) -> None:
    (notes / "a.txt").write_text("a word")
    add(notes)
    library.remove(notes / "a.txt")
    assert library.list() == []


def test_what_the_person_deleted_does_not_come_back_with_its_file(library: Library, add: Add, notes: Path) -> None:
    add(_mbox(notes / "in.mbox", one="The boat leaks.", two="Caraway soup."))
    library.delete(next(row.id for row in library.list() if row.title == "one"))
    assert add(notes / "in.mbox").unchanged == 1
    add(_mbox(notes / "in.mbox", one="The boat leaks.", two="Caraway soup.", three="A lamp."))
    assert _titles(library) == ["three", "two"]
    library.remove(notes / "in.mbox")
    add(notes / "in.mbox")
    assert _titles(library) == ["one", "three", "two"]


def test_the_name_of_what_was_deleted_in_a_file_is_not_kept(
    library: Library, add: Add, notes: Path, database: Database
) -> None:
    def cards(*names: str) -> Path:
        card = "BEGIN:VCARD\nVERSION:3.0\nFN:{}\nEMAIL:a@example.org\nEND:VCARD\n"
        (notes / "people.vcf").write_text("".join(map(card.format, names)))
        return notes / "people.vcf"

    def delete(name: str) -> None:
        library.delete(next(row.id for row in library.list() if row.title == name))

    add(cards("Ida Brandl", "Jon Wick"))
    delete("Ida Brandl")
    # As it was kept until now.
    with database.transaction() as connection:
        connection.execute("INSERT INTO members VALUES(?, 'Max Ohm', NULL)", (str(notes / "people.vcf"),))
    add(cards("Ida Brandl", "Max Ohm", "Jon Wick", "Eva Sand"))
    assert _titles(library) == ["Eva Sand", "Jon Wick"]
    delete("Eva Sand")
    kept = [row[0] for row in database.query("SELECT member FROM members WHERE document_id IS NULL")]
    assert len(kept) == 3
    assert all(re.fullmatch("gone:[0-9a-f]{64}", name) for name in kept)
    add(cards("Ida Brandl", "Max Ohm", "Eva Sand", "Jon Wick", "Ute Lind"))
    assert _titles(library) == ["Jon Wick", "Ute Lind"]


def test_only_the_persons_own_part_is_learned(library: Library, add: Add, notes: Path) -> None:
    library._names = lambda: ["me@example.org"]
    add(_mbox(notes / "in.mbox", sent="My own words.\n\n> Her question?", got="Somebody else's words."))
    documents = library.documents
    assert {row.title: row.provenance for row in library.list()} == {"sent": "mine", "got": "sent"}
    assert [chunk.text for chunk in documents.learnable_chunks()] == ["My own words."]
    (chunk,) = documents.learnable_chunks()
    assert library.text(chunk.document_id)[chunk.start : chunk.end] == chunk.text
    (hit,) = library.search("question")
    assert "My own words." in hit.text
    assert library.get(chunk.document_id).chunks == len(documents.document_chunks(chunk.document_id)) == 1
    assert library.counts().chunks == 2


def test_a_name_that_is_told_later_makes_own_mail_the_persons_own(library: Library, add: Add, notes: Path) -> None:
    file = _mbox(notes / "in.mbox", sent="My own words.", got="Other words.", sent2="More of mine.")
    add(file)
    chosen = next(row for row in library.list() if row.title == "sent2")
    library.set_provenance(chosen.id, "elsewhere")
    assert library.documents.learnable_chunks() == []
    library._names = lambda: ["me@example.org"]
    assert add(file).documents == 2
    assert {row.title: row.provenance for row in library.list()} == {
        "sent": "mine",
        "got": "sent",
        "sent2": "elsewhere",
    }


def test_a_file_that_becomes_a_single_document_or_many_loses_nothing(library: Library) -> None:
    read = DocumentRead(
        path="/a.txt", sha256="1", size=1, title="t", format="txt", text="word", sections=[], created="", member="m"
    )
    whole = DocumentRead(**{**_fields(read), "sha256": "2", "member": ""})
    put_member(library, read)
    library.documents.seal("/a.txt", "", 1)
    id = a_round(library)._put(whole, chunks.split(whole)).id
    assert id
    assert library.documents.container("/a.txt") is None
    library.set_flags(id, never_learn=True)
    library.set_provenance(id, "elsewhere")
    put_member(library, DocumentRead(**{**_fields(read), "sha256": "3", "member": "n"}))
    library.documents.seal("/a.txt", "", 1)
    assert {row.sha256: (row.never_learn, row.provenance) for row in library.list()} == {
        "1": (False, "mine"),
        "2": (True, "elsewhere"),
        # What was said of the whole file holds for what is found in it later.
        "3": (True, "elsewhere"),
    }
    library.remove(Path("/a.txt"))
    assert library.list() == []


def _fields(read: DocumentRead) -> dict[str, object]:
    return {name: getattr(read, name) for name in read.__struct_fields__}


def test_a_name_that_is_the_same_everywhere_is_one_document_in_all_files(library: Library) -> None:
    def read(path: str, text: str) -> DocumentRead:
        return DocumentRead(
            path=path,
            sha256=text,
            size=1,
            title="t",
            format="chatgpt",
            text=text,
            sections=[],
            created="",
            member="urn:chatgpt:1",
        )

    first, _ = put_member(library, read("/march.zip", "one"))
    second, _ = put_member(library, read("/april.zip", "one two"))
    (row,) = library.list()
    assert (row.id, row.version, row.path) == (second, 2, "/april.zip")
    assert library.documents.inside("/march.zip") == library.documents.inside("/april.zip") == [second] != [first]
    assert library.documents.remove_file("/april.zip") == []
    assert library.list()[0].path == "/march.zip"
    library.delete(second)
    assert put_member(library, read("/may.zip", "one two three")) == (0, True)
    assert library.list() == []


def test_what_is_damaged_inside_is_told_and_costs_nothing_else(notes: Path, monkeypatch) -> None:
    def read(path: Path, names: object):
        yield lambda: Parsed(title="one", text="one", member="1")
        yield lambda: 1 / 0
        yield lambda: None
        yield lambda: Parsed(title="two", text="two", member="2")

    monkeypatch.setitem(MANY, ".mbox", read)
    (notes / "a.mbox").write_text("x")
    *_, end = read_documents(notes / "a.mbox")
    assert (end.documents, end.left_out) == (2, 1)  # type: ignore[union-attr]


def test_that_something_was_left_out_is_said(fragile_library: Library, notes: Path) -> None:
    file = _mbox(notes / "in.mbox", one="text", raises="text", two="text")
    events = list(fragile_library.add([file]))
    (skip,) = [event for event in events if isinstance(event, Skipped)]
    assert skip.reason == "1 of 3 entries in “in.mbox” are damaged or too long, so they were left out."
    assert _titles(fragile_library) == ["one", "two"]


def test_a_file_that_kills_its_reader_keeps_what_was_read_and_is_named(fragile_library: Library, notes: Path) -> None:
    file = _mbox(notes / "in.mbox", one="text", kills="text", two="text")
    (notes / "b.txt").write_text("after")
    *_, end = fragile_library.add([notes])
    assert isinstance(end, AddFinished)
    assert [Path(skip.path) for skip in end.skipped] == [file]
    assert _titles(fragile_library) == ["B", "one"]


def test_what_cannot_be_read_this_time_is_not_gone(fragile_library: Library, notes: Path) -> None:
    list(fragile_library.add([_mbox(notes / "in.mbox", one="text", two="text")]))
    list(fragile_library.add([_mbox(notes / "in.mbox", two="text", raises="text")]))
    assert _titles(fragile_library) == ["one", "two"]


@pytest.mark.parametrize(("kind", "versions"), [("keep", 2), ("chatgpt", 1)])
def test_an_older_talk_changes_nothing_and_a_shortened_note_does(library: Library, kind: str, versions: int) -> None:
    read = DocumentRead(
        path="/a.zip",
        sha256="1",
        size=1,
        title="t",
        format=kind,
        text="The door. Its code is 1234.",
        sections=[],
        created="",
        member=f"urn:{kind}:1",
    )
    put_member(library, read)
    put_member(library, DocumentRead(**{**_fields(read), "path": "/b.zip", "sha256": "2", "text": "The door."}))
    (row,) = library.list()
    assert row.version == versions
    assert bool(library.search("1234")) == (versions == 1)


def test_whose_words_a_note_is_changes_with_what_the_file_says(library: Library) -> None:
    read = DocumentRead(
        path="/a.zip",
        sha256="1",
        size=1,
        title="t",
        format="keep",
        text="The door.",
        sections=[],
        created="",
        member="urn:keep:1",
        provenance="mine",
    )
    put_member(library, read)
    put_member(library, DocumentRead(**{**_fields(read), "sha256": "2", "provenance": "sent"}))
    assert [row.provenance for row in library.list()] == ["sent"]
    assert library.documents.learnable_chunks() == []
