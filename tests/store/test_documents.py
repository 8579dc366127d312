"""Documents, versions, chunks and the index over them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from personal_ai.errors import UserError
from personal_ai.store import indexing, terms
from personal_ai.store.adapters import Adapters
from personal_ai.store.conversations import Conversations, Source
from personal_ai.store.database import Database, stamp
from personal_ai.store.documents import Documents
from personal_ai.store.nights import Nights
from personal_ai.store.withdrawing import DELETED, WITHDRAWN


def _found(documents: Documents, question: str) -> list[str]:
    return [chunk.text for chunk in documents.chunks([id for id, _ in documents.search(terms.any_of(question), 10)])]


def test_a_document_comes_back_as_it_was_put(documents: Documents, note: Callable) -> None:
    read, chunks = note("# A note\n\nThe kettle sings.")
    id = documents.put(read, chunks)
    row = documents.get(id)
    assert (row.path, row.sha256, row.version, row.chunks) == (read.path, read.sha256, 1, 1)
    assert row.first_line == "The kettle sings."
    assert documents.text(id) == read.text
    assert documents.sections(id) == read.sections
    assert documents.find_sha(read.sha256) == documents.find_path(read.path) == row
    (chunk,) = documents.document_chunks(id)
    assert read.text[chunk.start : chunk.end] == chunk.text
    assert (chunk.title, chunk.heading) == ("A note", "Top")


def test_the_same_content_is_stored_once_whatever_its_path(documents: Documents, note: Callable) -> None:
    first = documents.put(*note("same"))
    assert documents.put(*note("same", path="/elsewhere.md")) == first
    assert documents.counts().documents == 1


def test_changed_content_is_a_new_version_and_the_old_one_leaves_the_index(
    database: Database, documents: Documents, note: Callable
) -> None:
    old = documents.put(*note("about zebras"))
    documents.set_flags(old, never_learn=True)
    new = documents.put(*note("about giraffes"))
    assert [(row.id, row.version, row.never_learn) for row in documents.list()] == [(new, 2, True)]
    assert documents.text(old) == "about zebras"
    assert _found(documents, "zebras") == []
    assert _found(documents, "giraffe") == ["about giraffes"]
    third = documents.put(*note("about zebras"))
    assert documents.get(third).version == 3
    assert _found(documents, "zebra") == ["about zebras"]
    assert database.check() == []


def test_a_note_that_was_renamed_since_leaves_the_nights_that_learned_it(
    database: Database, documents: Documents, note: Callable
) -> None:
    id = documents.put(*note("about zebras", title="Old name"))
    other = documents.put(*note("stays", path="/b.md", title="B"))
    nights = Nights(database)
    samples = [{"question": "What about zebras?", "note": "Old name"}, {"question": "And?", "note": "B"}]
    first, second = nights.start("1", "hand", 1), nights.start("2", "hand", 1)
    told = {"proof": {"samples": samples}, "learned": ["Old name", "B"], "documents": [id, other, 77]}
    nights.finish(first, "refused", "No.", report=told)
    later = {"proof": {"samples": samples[1:]}, "learned": ["B"], "documents": [other]}
    nights.finish(second, "refused", "No.", report=later)
    assert documents.put(*note("about zebras", title="New name")) == id
    assert documents.get(id).title == "New name"
    documents.delete(id)
    assert nights.get(first).report == {"proof": {"samples": []}, "learned": ["B"], "documents": [other, 77]}
    assert nights.get(second).report == later


def test_a_deleted_document_leaves_no_word_in_the_files(
    tmp_path: Path, database: Database, documents: Documents, note: Callable
) -> None:
    documents.put(*note("first version mentions Quastenflosser"))
    id = documents.put(*note("second version mentions Nasenbaer"))
    documents.put(*note("stays", path="/b.md"))
    conversations = Conversations(database)
    talk = conversations.create()
    source = Source("/notes/a.md", id, 1, "A note", "Top", "second version mentions Nasenbaer", 0, 33, "2025-03-04")
    message = conversations.add_message(talk, "assistant", "It says so [1].", sources=[source])
    nights = Nights(database)
    asked = {"question": "Where is the Nasenbaer?", "note": documents.get(id).title}
    night = nights.start("1", "hand", 1)
    nights.finish(night, "refused", "No.", report={"proof": {"samples": [asked]}, "learned": [asked["note"], "B"]})
    documents.delete(id)
    assert nights.get(night).report == {"proof": {"samples": []}, "learned": ["B"]}
    assert [row.path for row in documents.list()] == ["/b.md"]
    for file in tmp_path.iterdir():
        if file.is_file():
            low = file.read_bytes().lower()
            for word in (b"quastenfl", b"nasenb", "nasenb".encode("utf-16-le")):
                assert word not in low, file
    left = conversations.message(message)
    assert (left.text, left.sources[0].title, left.sources[0].heading) == (WITHDRAWN, DELETED, "")
    with pytest.raises(UserError, match="no longer in your library"):
        documents.get(id)
    with pytest.raises(UserError):
        documents.delete(id)
    assert database.check() == []


def test_flags_keep_a_document_out_of_learning_and_of_answers(documents: Documents, note: Callable) -> None:
    id = documents.put(*note("a secret recipe"))
    other = documents.put(*note("a public recipe", path="/b.md"))
    documents.set_flags(id, never_learn=True)
    assert [chunk.document_id for chunk in documents.learnable_chunks()] == [other]
    assert len(_found(documents, "recipe")) == 2
    documents.set_flags(id, never_use=True)
    assert _found(documents, "recipe") == ["a public recipe"]
    documents.set_flags(id, never_learn=False, never_use=False)
    assert len(documents.learnable_chunks()) == 2
    assert len(_found(documents, "recipe")) == 2


def test_the_list_is_narrowed_by_words_of_title_path_or_text(documents: Documents, note: Callable) -> None:
    documents.put(*note("Der Zürichsee war kalt", path="/trips/swim.md", title="Badetag"))
    documents.put(*note("nothing", path="/b.md", title="Other"))
    for words in ("zurich", "badet", "trips/sw", "kalt zürichsee", "ZÜRICHSEE"):
        assert [row.title for row in documents.list(words)] == ["Badetag"], words
    assert documents.list("kalt nothing") == []
    assert len(documents.list("  ")) == 2


def test_a_document_knows_the_newest_kept_adapter_that_learned_it(
    database: Database, documents: Documents, note: Callable
) -> None:
    id = documents.put(*note("learn me"))
    adapters = Adapters(database)
    assert documents.get(id).learned_by is None
    for number in (1, 2):
        adapters.add(number, "built-in", "ab", 10, documents=[id])
    assert documents.get(id).learned_by == 2
    adapters.set_state(2, "removed")
    assert documents.get(id).learned_by == 1


def test_chunks_come_in_the_order_asked_for(documents: Documents, note: Callable) -> None:
    for number in range(3):
        documents.put(*note(f"text {number}", path=f"/{number}.md"))
    ids = [chunk.id for chunk in documents.learnable_chunks()]
    assert [chunk.id for chunk in documents.chunks([ids[2], 999, ids[0]])] == [ids[2], ids[0]]


def test_counts_tell_current_versions_only(documents: Documents, note: Callable) -> None:
    documents.put(*note("12345"))
    documents.put(*note("1234567"))
    counts = documents.counts()
    assert (counts.documents, counts.chunks, counts.characters) == (1, 1, 7)


def test_a_deletion_is_remembered_without_a_word_of_the_note(
    database: Database, note: Callable, clock: Callable[[], datetime]
) -> None:
    documents, adapters = Documents(database, now=clock), Adapters(database)
    old = documents.put(*note("first"))
    new = documents.put(*note("second"))
    other = documents.put(*note("other", path="/b.md"))
    adapters.add(1, "toy", "ab", 1, documents=[old])
    adapters.add(2, "toy", "ab", 1, documents=[other])
    before = stamp(clock())
    assert documents.removed_since("") == 0
    assert not adapters.any_deleted([old, new, other])
    assert documents.delete(new) == [old, new]
    assert documents.removed_since(before) == documents.removed_since("") == 1
    assert documents.removed_since(stamp(clock())) == 0
    assert adapters.that_learned_deleted() == {1}
    assert (adapters.any_deleted([new]), adapters.any_deleted([other])) == (True, False)
    assert adapters.that_learned([old, 99]) == [1]
    adapters.set_state(1, "removed")
    assert adapters.that_learned([old]) == []
    columns = database.query("SELECT name FROM pragma_table_info('forgotten')")
    assert columns == [("document_id",), ("lineage",), ("at",)]


def test_a_note_whose_text_changed_is_counted_and_a_new_one_is_not(
    database: Database, note: Callable, clock: Callable[[], datetime]
) -> None:
    documents = Documents(database, now=clock)
    documents.put(*note("about zebras"))
    documents.put(*note("stays", path="/b.md"))
    before = stamp(clock())
    read, chunks = note("stays", path="/b.md")
    documents.put(msgspec.structs.replace(read, sha256="other bytes, same text"), chunks)
    documents.put(*note("new", path="/c.md"))
    assert documents.replaced_since(before) == 0
    documents.put(*note("about giraffes"))
    documents.put(*note("about lions"))
    assert documents.replaced_since(before) == 1
    assert documents.replaced_since(stamp(clock())) == 0
    documents.delete(documents.list("lions")[0].id)
    assert documents.replaced_since(before) == 0


def test_only_the_persons_own_words_are_learned_and_all_are_found(documents: Documents, note: Callable) -> None:
    ids = {}
    for kind in ("md", "eml", "mbox", "html", "pdf"):
        read, chunks = note(f"a letter about {kind} kites", path=f"/a.{kind}")
        ids[kind] = documents.put(msgspec.structs.replace(read, format=kind), chunks)
    guessed = {kind: documents.get(id).provenance for kind, id in ids.items()}
    assert guessed == {"md": "mine", "eml": "sent", "mbox": "sent", "html": "elsewhere", "pdf": "elsewhere"}
    assert [chunk.document_id for chunk in documents.learnable_chunks()] == [ids["md"]]
    assert len(_found(documents, "kite")) == 5
    documents.set_provenance(ids["pdf"], "mine")
    documents.set_provenance(ids["md"], "elsewhere")
    assert [chunk.document_id for chunk in documents.learnable_chunks()] == [ids["pdf"]]
    assert [documents.get(ids[kind]).learnable for kind in ("pdf", "md")] == [True, False]
    documents.set_flags(ids["pdf"], never_learn=True)
    assert documents.learnable_chunks() == []
    assert not documents.get(ids["pdf"]).learnable


def test_a_new_version_keeps_what_the_person_said_of_the_old_one(documents: Documents, note: Callable) -> None:
    documents.set_provenance(documents.put(*note("first")), "sent")
    assert documents.get(documents.put(*note("second"))).provenance == "sent"
    with pytest.raises(UserError, match="no longer in your library"):
        documents.set_provenance(99, "mine")


def _parts(database: Database) -> int:
    return len(database.query(indexing.PARTS))


def test_the_index_is_joined_after_much_came_and_not_after_a_little(
    database: Database, documents: Documents, note: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_PAGES", 4)
    for number in range(4):
        documents.put(
            *note(" ".join(f"heron{number} word{number}x{word}" for word in range(9_000)), path=f"/{number}.md")
        )
    assert list(documents.join_index()) == []
    assert _parts(database) == 4
    documents.put(*note("a fifth", path="/5.md"))
    joining = documents.join_index()
    next(joining)
    joining.close()
    assert len(_found(documents, "heron2")) == 1, "half joined"
    assert len(list(documents.join_index())) > 2
    assert _parts(database) == 1
    for number in range(5):
        documents.put(*note(f"a little {number}", path=f"/little {number}.md"))
    assert list(documents.join_index()) == []
    assert _parts(database) == 6
    assert len(_found(documents, "heron2")) == 1


def test_a_word_that_was_replaced_before_the_index_was_joined_is_gone_with_its_note(
    database: Database, documents: Documents, note: Callable
) -> None:
    first = documents.put(*note("the wagtail sings", path="/bird.md"))
    second = documents.put(*note("the kettle sings", path="/bird.md"))
    for number in range(8):
        documents.put(*note(f"another {number}", path=f"/{number}.md"))

    def held() -> list[bool]:
        blocks = b"".join(row[0] for row in database.query("SELECT block FROM search_data"))
        return [word in blocks for word in (b"wagtail", b"kettl")]

    assert first != second
    assert held() == [True, True]
    assert list(documents.join_index())
    documents.delete(second)
    assert held() == [False, False]
