"""Documents, their versions and chunks, and the full-text index over them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import Any

import apsw
import msgspec

from personal_ai.errors import UserError
from personal_ai.messages import DocumentRead, Section
from personal_ai.store import files, forgetting, indexing, terms
from personal_ai.store.database import Database, stamp, utc_now
from personal_ai.store.index import HEADING_WEIGHT, TEXT_WEIGHT, TITLE_WEIGHT, Index
from personal_ai.store.rows import ChunkRow, Counts, DocumentRow, Entry, NewChunk, Provenance

_FIRST_LINE = 160
# The index is joined where it has more parts than these, and this share of it is outside of the largest.
_MANY, _PARTS = 0.05, 4

#: What a format tells about that; any other is taken for the person's own.
_GUESSED: dict[str, Provenance] = {
    **dict.fromkeys(("eml", "mbox"), "sent"),
    **dict.fromkeys(("html", "htm", "pdf", "epub"), "elsewhere"),
}


_DOCUMENT = """
    SELECT d.id, d.path, d.sha256, d.title, d.format, d.size, d.created, d.added, d.version, d.first_line,
           d.never_learn, d.never_use,
           (SELECT max(a.number) FROM adapter_documents ad JOIN adapters a ON a.number = ad.adapter
             WHERE ad.document_id = d.id AND a.state = 'kept'),
           (SELECT count(*) FROM chunks c WHERE c.document_id = d.id AND c.found = 1),
           d.provenance, d.guessed, d.author, d.gone,
           coalesce((SELECT max(a.created) FROM adapter_documents ad JOIN adapters a ON a.number = ad.adapter
                      WHERE ad.document_id = d.id AND a.state = 'kept'), '')
      FROM documents d
"""
_CHUNK = """
    SELECT c.id, c.document_id, c.position, c.heading, c.text, c.start, c.stop, d.title, d.created
      FROM chunks c JOIN documents d ON d.id = c.document_id
"""
#: Holds for documents `d` that are a whole file.
_WHOLE_FILE = "NOT EXISTS (SELECT 1 FROM members m WHERE m.document_id = d.id)"
#: Names, the same in every file, of what only grows: talks with assistants.
_TALKS = ("urn:chatgpt:", "urn:claude:")
#: Holds for members `m` of this path, and wherever they lie for those whose name is the same in every file.
_SAME_PLACE = "(m.path = ? OR m.member LIKE 'urn:%')"


class Documents:
    """The library's rows. Every change is one transaction."""

    def __init__(self, db: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._db = db
        self._now = now
        #: The full-text index over the passages, for searching.
        self.index = Index(db)
        #: The files that documents lie in.
        self.files = files.Files(db, now)

    def together(self) -> AbstractContextManager[Any]:
        """Everything in the block is stored in one transaction, or nothing of it."""
        return self._db.transaction("saving what was read")

    # ---- finding ------------------------------------------------------------------------------------------------

    def find_sha(self, sha256: str) -> DocumentRow | None:
        """The current document with this content."""
        return self._one("WHERE d.sha256 = ? AND d.replaced_by IS NULL", sha256)

    def find_same(self, document: DocumentRead) -> DocumentRow | None:
        """The current document that holds all of this one: its content, or where it goes on, an older state of it."""
        same = self.find_sha(document.sha256)
        if same or not document.member.startswith("urn:"):
            return same
        # Exports of chats hold the same talks as the ones before, which may be read later. A talk only grows; of a note
        # that became shorter the rest was meant to go.
        old = self._before(document) if document.member.startswith(_TALKS) else None
        text, older = (self.text(old.id), document.text.rstrip()) if old else ("", "")
        return old if len(older) < len(text.rstrip()) and text.startswith(older) else None

    def find_path(self, path: str) -> DocumentRow | None:
        """The current document that is the whole file `path`."""
        return self._one(f"WHERE d.path = ? AND d.replaced_by IS NULL AND {_WHOLE_FILE} ORDER BY d.id DESC", path)

    def container(self, path: str) -> tuple[str, int] | None:
        """The seal and the size in bytes of a file that holds documents, as it was read; None for any other file."""
        rows = self._db.query("SELECT seal, size FROM containers WHERE path = ?", (path,))
        return (rows[0][0], rows[0][1]) if rows else None

    def was_deleted(self, path: str, member: str) -> bool:
        """Whether the person deleted this document of a file; one with a name everywhere, from any file."""
        return bool(
            self._db.query(
                f"SELECT 1 FROM members m WHERE m.member IN (?, ?) AND {_SAME_PLACE} AND m.document_id IS NULL",
                (member, files.member_key(member), path),
            )
        )

    def inside(self, path: str) -> list[int]:
        """Ids of the current documents that lie in the file `path`."""
        rows = self._db.query(
            "SELECT document_id FROM members WHERE path = ? AND document_id IS NOT NULL ORDER BY document_id", (path,)
        )
        return [row[0] for row in rows]

    def get(self, id: int) -> DocumentRow:
        """A document by its id, replaced versions too. Raises UserError when it is gone."""
        row = self._one("WHERE d.id = ?", id)
        if row is None:
            raise UserError("This note is no longer in your library. Add its file again to bring it back.")
        return row

    def text(self, id: int) -> str:
        """The whole text of a document. Raises UserError when it is gone."""
        self.get(id)
        return self._db.query("SELECT text FROM texts WHERE document_id = ?", (id,))[0][0]

    def sections(self, id: int) -> list[Section]:
        """The headings of a document and where their text lies. Raises UserError when it is gone."""
        self.get(id)
        kept = self._db.query("SELECT sections FROM texts WHERE document_id = ?", (id,))[0][0]
        return msgspec.json.decode(kept, type=list[Section])

    def counts(self) -> Counts:
        """How many documents, chunks and characters there are."""
        row = self._db.query(
            """SELECT count(*),
                      coalesce(sum((SELECT count(*) FROM chunks c WHERE c.document_id = d.id AND c.found = 1)), 0),
                      coalesce(sum((SELECT length(t.text) FROM texts t WHERE t.document_id = d.id)), 0)
                 FROM documents d WHERE d.replaced_by IS NULL"""
        )[0]
        return Counts(*row)

    def chunks(self, ids: Sequence[int]) -> list[ChunkRow]:
        """Chunks by id, in the order asked for; missing ones are left out."""
        rows = self._db.query(f"{_CHUNK} WHERE c.id IN (SELECT value FROM json_each(?))", (_json(ids),))
        found = {row[0]: ChunkRow(*row) for row in rows}
        return [found[id] for id in ids if id in found]

    def document_chunks(self, id: int) -> list[ChunkRow]:
        """All chunks of one document that can be found, in reading order."""
        rows = self._db.query(f"{_CHUNK} WHERE d.id = ? AND c.found = 1 ORDER BY c.position", (id,))
        return [ChunkRow(*row) for row in rows]

    def learnable_chunks(self) -> list[ChunkRow]:
        """Chunks of current documents that may be learned, oldest document first: the person's own words."""
        rows = self._db.query(
            f"""{_CHUNK} WHERE d.replaced_by IS NULL AND d.never_learn = 0 AND d.provenance = 'mine'
                  AND c.learned = 1
                ORDER BY d.id, c.position"""
        )
        return [ChunkRow(*row) for row in rows]

    def all_there(self, chunks: Sequence[int]) -> bool:
        """Whether all these chunks are stored."""
        gone = "SELECT 1 FROM json_each(?) WHERE value NOT IN (SELECT id FROM chunks) LIMIT 1"
        return not self._db.query(gone, (_json(chunks),))

    def removed_since(self, moment: str) -> int:
        """How many documents were deleted at `moment` (ISO 8601, UTC, as the store writes it) or later."""
        return self._db.query("SELECT count(DISTINCT lineage) FROM forgotten WHERE at >= ?", (moment,))[0][0]

    def replaced_since(self, moment: str) -> int:
        """How many documents got another text at `moment` or later and are still there; new ones do not count."""
        return self._db.query(
            """SELECT count(DISTINCT old.lineage) FROM documents old
                 JOIN documents new ON new.id = old.replaced_by
                 JOIN texts before ON before.document_id = old.id
                 JOIN texts after ON after.document_id = new.id
                WHERE new.added >= ? AND after.text <> before.text""",
            (moment,),
        )[0][0]

    def search(self, match: str, limit: int) -> list[tuple[int, float]]:
        """(chunk id, BM25; the lower the better) for an FTS5 expression, without documents that must never be used."""
        if not match:
            return []
        return self._db.query(
            """SELECT rowid, bm25(search, ?, ?, ?) AS score FROM search
                WHERE search MATCH ? AND rowid NOT IN (
                      SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.never_use = 1)
                ORDER BY score, rowid LIMIT ?""",
            (TITLE_WEIGHT, HEADING_WEIGHT, TEXT_WEIGHT, match, limit),
        )  # type: ignore[return-value]

    # ---- changing -----------------------------------------------------------------------------------------------

    def put(self, document: DocumentRead, chunks: Sequence[NewChunk]) -> int:
        """Store a document with its chunks and index them; return its id.

        Content that is already there stays as it is, and is called what its file is called now; what was set aside
        comes back. A known path (and member) with new content becomes the next version: the old one is kept, marked as
        replaced, and leaves the index.
        """
        with self._db.transaction(f"saving “{document.title}”") as connection:
            same = self.find_same(document) or self._gone(document.sha256)
            if same and same.gone:
                files.bring_back(connection, [same.id], document.path)
                same = self.get(same.id)
            if same and not document.member:
                renamed = same.path == document.path and self._rename(connection, same, document, chunks)
                return self._replace(connection, document, chunks, same) if renamed is None else same.id
            old = self._before(document)
            if not document.member:
                # What was read out of it before stays, and goes when the file does.
                connection.execute("DELETE FROM containers WHERE path = ?", (document.path,))
            id = same.id if same else self._replace(connection, document, chunks, old)
            if document.member:
                if same is None and old:
                    connection.execute("UPDATE members SET document_id = ? WHERE document_id = ?", (id, old.id))
                hashed = (document.path, files.member_key(document.member))
                connection.execute("DELETE FROM members WHERE path = ? AND member = ?", hashed)
                connection.execute("INSERT OR REPLACE INTO members VALUES(?,?,?)", (document.path, document.member, id))
            return id

    def join_index(self) -> Iterator[None]:
        """Make searches fast again, a step at a time, where much came since the index was in one part.

        What comes day by day is too little for it: the index joins its newest parts by itself. Where the disk refuses,
        searches stay as fast as they are.
        """
        with suppress(UserError):
            sizes = [pages for _, pages in self._db.query(indexing.PARTS)]
            going = len(sizes) > _PARTS and sum(sizes) - max(sizes) > _MANY * sum(sizes)
            begin = True
            while going:
                with self._db.transaction() as connection:
                    going, begin = indexing.join(connection, begin), False
                yield

    def seal(self, path: str, seal: str, size: int) -> None:
        """Note that the file `path`, which holds documents, was read to its end.

        What was read out of it earlier stays, though it may hold it no longer: exports often hold the newest part only.
        """
        with self._db.transaction("saving what a file holds") as connection:
            connection.execute("INSERT OR REPLACE INTO containers VALUES(?,?,?)", (path, seal, size))

    def remove_file(self, path: str) -> list[int]:
        """Remove all documents of a file for good, as `delete` does, but for those that lie in another one, too.

        Returns the ids of all versions that are gone; a file that nobody knows is no error.
        """
        with self._db.states.forgetting(), self._db.transaction("removing a file") as connection:
            connection.execute("DELETE FROM containers WHERE path = ?", (path,))
            connection.execute("DELETE FROM members WHERE path = ?", (path,))
            files.dismiss_file(connection, path)
            connection.execute(
                """UPDATE documents SET path = (SELECT m.path FROM members m WHERE m.document_id = documents.id)
                    WHERE path = ? AND replaced_by IS NULL AND id IN (SELECT document_id FROM members)""",
                (path,),
            )
            rows: list[tuple[Any, ...]] = connection.execute(
                "SELECT id FROM documents WHERE path = ? AND (replaced_by IS NULL OR gone <> '')", (path,)
            ).fetchall()
            versions = forgetting.delete(connection, [row[0] for row in rows], stamp(self._now()))
        self._leave_files(versions)
        return versions

    def delete(self, id: int) -> list[int]:
        """Remove a document for good: all its versions, chunks, index terms, and what answers and nights quote of it.

        What was taught from its passages is marked as never to be learned. Returns the ids of its versions; that they
        are gone is kept, so that what learned them can be found at any later time. Raises UserError when it is gone
        already.
        """
        self.get(id)
        with self._db.states.forgetting(), self._db.transaction("deleting a note") as connection:
            versions = forgetting.delete(connection, [id], stamp(self._now()))
        self._leave_files(versions)
        return versions

    def _leave_files(self, versions: list[int]) -> None:
        """Leave no byte of these documents in the database's files, the copies of it among them."""
        self._db.forget_pages()
        if versions:
            # Those whose deletion a crash cut short here are taken along.
            held = "SELECT id FROM documents WHERE id IN (SELECT value FROM json_each(?))"
            gone = [row[0] for row in self._db.query("SELECT document_id FROM forgotten")]
            at = stamp(self._now())
            self._db.forget_in_backups(held, _json(gone), lambda copy, ids: forgetting.delete(copy, ids, at))

    def set_flags(self, id: int, never_learn: bool | None = None, never_use: bool | None = None) -> None:
        """Say whether a document may be learned or used in answers; None leaves a flag as it is."""
        self.get(id)
        with self._db.transaction("saving your choice") as connection:
            connection.execute(
                """UPDATE documents SET never_learn = coalesce(?, never_learn), never_use = coalesce(?, never_use)
                    WHERE lineage = (SELECT lineage FROM documents WHERE id = ?)""",
                (never_learn, never_use, id),
            )

    def set_provenance(self, id: int, provenance: Provenance) -> None:
        """Say whose words a document is, later versions included. Raises UserError when it is gone."""
        self.get(id)
        with self._db.transaction("saving your choice") as connection:
            connection.execute(
                "UPDATE documents SET provenance = ? WHERE lineage = (SELECT lineage FROM documents WHERE id = ?)",
                (provenance, id),
            )

    # ---- pieces -------------------------------------------------------------------------------------------------

    def _before(self, document: DocumentRead) -> DocumentRow | None:
        """The current document that this one is a new version of."""
        if not document.member:
            # A file that was gone and is there again, changed, is the same note.
            return self.find_path(document.path) or self._one(
                f"WHERE d.path = ? AND d.gone <> '' AND {_WHOLE_FILE} ORDER BY d.id DESC", document.path
            )
        return self._one(
            f"""JOIN members m ON m.document_id = d.id WHERE m.member = ? AND {_SAME_PLACE}
                ORDER BY m.path = ? DESC, d.id DESC""",
            document.member,
            document.path,
            document.path,
        )

    def _insert(
        self, connection: apsw.Connection, document: DocumentRead, chunks: Sequence[NewChunk], old: DocumentRow | None
    ) -> int:
        # What the person said of a whole file holds for what is found in it later, and for a copy of it.
        kin = old or self.find_path(document.path) or self._one("WHERE d.sha256 = ? ORDER BY d.id", document.sha256)
        guessed = document.provenance or _GUESSED.get(document.format, "mine")
        if old:
            # The index on current contents wants the old row out of the way first; the new id is set below.
            connection.execute("UPDATE documents SET replaced_by = id, gone = '' WHERE id = ?", (old.id,))
            indexing.leave(connection, [old.id])
        connection.execute(
            """INSERT INTO documents(lineage, version, path, sha256, title, format, size, created, added, first_line,
                                     never_learn, never_use, provenance, guessed, author)
               VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)""",
            (
                0,
                old.version + 1 if old else 1,
                document.path,
                document.sha256,
                document.title,
                document.format,
                document.size,
                document.created,
                stamp(self._now()),
                _first_line(document, chunks),
                bool(kin and kin.never_learn),
                bool(kin and kin.never_use),
                kin.provenance if kin and kin.provenance != kin.guessed else guessed,
                guessed,
                document.author,
            ),
        )
        id = connection.last_insert_rowid()
        connection.execute(
            "UPDATE documents SET lineage = coalesce((SELECT lineage FROM documents WHERE id = ?), id) WHERE id = ?",
            (old.id if old else None, id),
        )
        if old:
            connection.execute("UPDATE documents SET replaced_by = ? WHERE id = ?", (id, old.id))
        return id

    def _insert_chunks(
        self, connection: apsw.Connection, id: int, document: DocumentRead, chunks: Sequence[NewChunk]
    ) -> None:
        connection.execute(
            "INSERT INTO texts(document_id, text, sections) VALUES(?,?,?)",
            (id, document.text, msgspec.json.encode(document.sections).decode()),
        )
        connection.executemany(
            """INSERT INTO chunks(document_id, position, heading, text, start, stop, found, learned)
               VALUES(?,?,?,?,?,?,?,?)""",
            (
                (id, position, chunk.heading, chunk.text, chunk.start, chunk.end, chunk.found, chunk.learned)
                for position, chunk in enumerate(chunks)
            ),
        )
        indexing.enter(connection, [id])

    def _replace(
        self, connection: apsw.Connection, document: DocumentRead, chunks: Sequence[NewChunk], old: DocumentRow | None
    ) -> int:
        """Store a document, in place of an older version where there is one."""
        id = self._insert(connection, document, chunks, old)
        self._insert_chunks(connection, id, document, chunks)
        return id

    def _rename(
        self, connection: apsw.Connection, row: DocumentRow, document: DocumentRead, chunks: Sequence[NewChunk]
    ) -> bool | None:
        """Let a document be called what its file is called now; None where that cuts it into other passages."""
        told = (document.title, document.format, document.created)
        if told == (row.title, row.format, row.created):
            return False
        kept: list[tuple[Any, ...]] = connection.execute(
            "SELECT heading, start, stop FROM chunks WHERE document_id = ? ORDER BY position", (row.id,)
        ).fetchall()
        if document.format != row.format and kept != [(chunk.heading, chunk.start, chunk.end) for chunk in chunks]:
            return None
        if document.title == row.title and document.format == row.format:
            # A file without a date of its own has that of its last change; one that was only touched keeps its day.
            return False
        connection.execute(
            "UPDATE documents SET title = ?, format = ?, created = ?, first_line = ? WHERE id = ?",
            (*told, _first_line(document, chunks), row.id),
        )
        indexing.retitle(connection, [row.id])
        return True

    def _gone(self, sha256: str) -> DocumentRow | None:
        """The document of this content that was set aside last."""
        return self._one("WHERE d.sha256 = ? AND d.gone <> '' ORDER BY d.gone DESC, d.id DESC", sha256)

    def _one(self, where: str, *values: Any) -> DocumentRow | None:
        found = self._all(f"{where} LIMIT 1", *values)
        return found[0] if found else None

    def _all(self, where: str, *values: Any) -> list[DocumentRow]:
        return [_document(row) for row in self._db.query(f"{_DOCUMENT} {where}", values)]

    def count(self) -> int:
        """How many documents there are."""
        return self._db.query("SELECT count(*) FROM documents WHERE replaced_by IS NULL")[0][0]

    def titled(self, title: str) -> DocumentRow | None:
        """The document of this title, the one with the newest date where several have it."""
        return self._one("WHERE d.title = ? AND d.replaced_by IS NULL ORDER BY d.created DESC, d.id DESC", title)

    def newest(self, count: int) -> "list[DocumentRow]":
        """The documents that came last."""
        return self._all("WHERE d.replaced_by IS NULL ORDER BY d.id DESC LIMIT ?", count)

    def entries(self) -> "list[Entry]":
        """All current documents, last added first."""
        rows = self._db.query(
            """SELECT id, path, format, substr(created, 1, 7) FROM documents
                WHERE replaced_by IS NULL ORDER BY added DESC, id DESC"""
        )
        return [Entry(*row) for row in rows]

    def rows(self, ids: Sequence[int]) -> "dict[int, DocumentRow]":
        """Documents by their ids; those that are gone are left out."""
        return {row.id: row for row in self._all("WHERE d.id IN (SELECT value FROM json_each(?))", _json(ids))}

    def set_aside(self) -> "list[DocumentRow]":
        """Documents whose files are gone, the last one first."""
        return self._all("WHERE d.gone <> '' ORDER BY d.gone DESC, d.id DESC")

    # The last method: behind it, `list` in an annotation would mean this one.
    def list(self, text: str = "") -> list[DocumentRow]:
        """Current documents, last added first; with `text`, those that hold all its words in title, path or text."""
        match = terms.all_of(text)
        if not match:
            return self._all("WHERE d.replaced_by IS NULL ORDER BY d.added DESC, d.id DESC")
        return self._all(
            """WHERE d.replaced_by IS NULL AND (
                   instr(fold(d.title), ?1) OR instr(fold(d.path), ?1)
                   OR d.id IN (SELECT document_id FROM chunks
                                WHERE id IN (SELECT rowid FROM search WHERE search MATCH ?2)))
               ORDER BY d.added DESC, d.id DESC""",
            terms.fold(text.strip()),
            match,
        )


def _document(row: tuple[Any, ...]) -> DocumentRow:
    fields = list(row)
    fields[10:12] = bool(row[10]), bool(row[11])
    return DocumentRow(*fields)


def _json(ids: Sequence[int]) -> str:
    return msgspec.json.encode(list(ids)).decode()


def _first_line(document: DocumentRead, chunks: Sequence[NewChunk]) -> str:
    """The first line that tells more than the title does."""
    for line in (chunks[0].text if chunks else document.text).splitlines():
        said = line.strip().lstrip("#>*-+ \t").strip("*_ ")
        if said and said != document.title and any(map(str.isalnum, said)):
            return said[:_FIRST_LINE]
    return ""
