"""An old data file becomes a new one, with everything that was in it and a copy beside it."""

from pathlib import Path

import apsw

from personal_ai.store.adapters import Adapters
from personal_ai.store.conversations import Conversations
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents
from personal_ai.store.steps import STEPS

FORMATS = ("md", "txt", "docx", "html", "pdf", "eml")


def old_file(folder: Path) -> Path:
    """Write a data file of version 1: a note of each format, and adapters, one of which learned a deleted note."""
    path = folder / "personal.db"
    opened = Database(path, folder / "backups", steps=STEPS[:1])
    with opened.transaction() as connection:
        for id, kind in enumerate(FORMATS, 1):
            connection.execute(
                "INSERT INTO documents(id, lineage, version, path, sha256, title, format, size, created, added,"
                " first_line) VALUES(?,?,1,?,?,?,?,1,'2025-01-01','2025-01-02','')",
                (id, id, f"/{id}.{kind}", f"sha {id}", f"Note {id}", kind),
            )
            connection.execute("INSERT INTO texts VALUES(?, 'text', '[]')", (id,))
            connection.execute(
                "INSERT INTO chunks(document_id, position, heading, text, start, stop) VALUES(?, 0, '', 'text', 0, 4)",
                (id,),
            )
        connection.execute("INSERT INTO adapters VALUES(1, 'toy', 'b', '2025-01-03', 9, 2, '{}', 'kept', NULL)")
        connection.execute("INSERT INTO adapters VALUES(2, 'toy', 'b', '2025-01-04', 9, 1, '{}', 'kept', NULL)")
        connection.executemany("INSERT INTO adapter_documents VALUES(?,?)", [(1, 1), (1, 77), (2, 1)])
    opened.close()
    return path


def test_an_upgrade_keeps_everything_and_a_sound_copy(tmp_path: Path) -> None:
    path = old_file(tmp_path)
    database = Database(path, tmp_path / "backups")
    assert database.read().pragma("user_version") == len(STEPS)
    assert [row.title for row in Documents(database).list()] == [f"Note {id}" for id in (6, 5, 4, 3, 2, 1)]
    assert database.check() == []
    (copy,) = (tmp_path / "backups").iterdir()
    before = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READONLY)
    assert before.pragma("user_version") == 1
    assert before.execute("SELECT count(*) FROM documents").fetchall() == [(len(FORMATS),)]
    before.close()
    database.close()


def test_notes_that_were_deleted_before_the_upgrade_are_known_as_deleted(tmp_path: Path) -> None:
    database = Database(old_file(tmp_path), tmp_path / "backups")
    assert Adapters(database).that_learned_deleted() == {1}
    assert Documents(database).removed_since("2025-01-04T00:00:00.000Z") == 1
    database.close()


def test_whose_words_an_old_note_is_is_guessed_by_its_format(tmp_path: Path) -> None:
    documents = Documents(Database(old_file(tmp_path), tmp_path / "backups"))
    assert {row.format: row.provenance for row in documents.list()} == {
        "md": "mine",
        "txt": "mine",
        "docx": "mine",
        "html": "elsewhere",
        "pdf": "elsewhere",
        "eml": "sent",
    }
    assert {chunk.title for chunk in documents.learnable_chunks()} == {"Note 1", "Note 2", "Note 3"}


def test_an_old_note_is_found_by_its_folder_after_the_upgrade(tmp_path: Path) -> None:
    path = old_file(tmp_path)
    before = Database(path, tmp_path / "backups", steps=STEPS[:1])
    with before.transaction() as connection:
        connection.execute("UPDATE documents SET path = '/notes/garden/2025/' || id || '.md' WHERE id = 2")
        connection.execute("INSERT INTO search(rowid, title, heading, text) SELECT id, 'note', '', 'text' FROM chunks")
    before.close()
    database = Database(path, tmp_path / "backups")
    assert [each.chunk_id for each in Documents(database).index.candidates([("garden", False)], 5)] == [2]
    assert Documents(database).index.counts(["text", "garden", "nothing"]) == {"text": len(FORMATS), "garden": 1}
    assert database.query("SELECT v FROM search_config WHERE k = 'secure-delete'") == [(1,)]
    database.close()


def test_an_old_conversation_is_one_branch_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "personal.db"
    opened = Database(path, tmp_path / "backups", steps=STEPS[:7])
    with opened.transaction() as connection:
        for talk in (1, 2):
            connection.execute("INSERT INTO conversations VALUES(?, 'Talk', '2025-01-01', '2025-01-01')", (talk,))
        for talk, text in ((1, "q"), (2, "other"), (1, "a"), (1, "q2")):
            connection.execute(
                "INSERT INTO messages(conversation_id, role, text, created) VALUES(?, 'user', ?, '2025-01-01')",
                (talk, text),
            )
    opened.close()
    database = Database(path, tmp_path / "backups")
    conversations = Conversations(database)
    assert [(row.text, row.parent) for row in conversations.messages(1)] == [("q", None), ("a", 1), ("q2", 3)]
    assert [row.text for row in conversations.messages(2)] == ["other"]
    assert conversations.branches.versions(1) == {}
    # Nobody knows who named it.
    assert not conversations.is_unnamed(1)
    database.close()
