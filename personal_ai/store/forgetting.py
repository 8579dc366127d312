"""A deleted document leaves every place that quotes it in the database: index, answers, nights, what was taught."""

from collections.abc import Sequence
from typing import Any

import apsw
import msgspec

from personal_ai.store import files, indexing
from personal_ai.store.withdrawing import DELETED, withdraw


def delete(connection: apsw.Connection, ids: Sequence[int], at: str) -> list[int]:
    """Delete documents with all their versions, and return the ids of these; gone ones are no error.

    `at` is the moment, as the store writes it.
    """
    wanted = msgspec.json.encode(list(ids)).decode()
    rows: list[tuple[Any, ...]] = connection.execute(
        """SELECT id, title FROM documents WHERE lineage IN (
               SELECT lineage FROM documents WHERE id IN (SELECT value FROM json_each(?)))""",
        (wanted,),
    ).fetchall()
    versions = [row[0] for row in rows]
    gone = msgspec.json.encode(versions).decode()
    indexing.leave_without_trace(connection, versions)
    files.dismiss(connection, versions)
    withdraw(connection, versions)
    _blank_sources(connection, set(versions))
    _blank_samples(connection, set(versions), {row[1] for row in rows})
    _leave_teaching(connection, gone)
    connection.execute(
        """INSERT INTO forgotten(document_id, lineage, at)
           SELECT id, lineage, ? FROM documents WHERE id IN (SELECT value FROM json_each(?))""",
        (at, gone),
    )
    connection.execute("DELETE FROM documents WHERE id IN (SELECT value FROM json_each(?))", (gone,))
    files.forget_members(connection)
    return versions


def _blank_sources(connection: apsw.Connection, documents: set[int]) -> None:
    """Take a deleted document out of the sources that answers keep; that one was used stays visible."""
    rows: list[tuple[Any, ...]] = connection.execute(
        "SELECT id, sources FROM messages WHERE sources <> '[]'"
    ).fetchall()
    for id, kept in rows:
        sources: list[dict[str, Any]] = msgspec.json.decode(kept)
        hit = [source for source in sources if source.get("document_id") in documents]
        if hit:
            for source in hit:
                source |= {"title": DELETED, "heading": "", "text": "", "document": ""}
            connection.execute(
                "UPDATE messages SET sources = ? WHERE id = ?", (msgspec.json.encode(sources).decode(), id)
            )
            # A summary may say what the passage said.
            connection.execute(
                """UPDATE messages SET made = json_remove(made, '$.summary')
                    WHERE conversation_id = (SELECT conversation_id FROM messages WHERE id = ?)
                      AND json_extract(made, '$.summary') IS NOT NULL""",
                (id,),
            )


def _blank_samples(connection: apsw.Connection, documents: set[int], titles: set[str]) -> None:
    """Take deleted documents out of what nights tell: their titles, and the questions that quote them."""
    rows: list[tuple[Any, ...]] = connection.execute("SELECT id, report FROM nights WHERE report <> '{}'").fetchall()
    for id, kept in rows:
        report: dict[str, Any] = msgspec.json.decode(kept)
        changed = _blank_learned(report, documents) if "documents" in report else _blank_titled(report, titles)
        # Whose sentences these are is not kept.
        if report.pop("replaced", []) or changed:
            connection.execute("UPDATE nights SET report = ? WHERE id = ?", (msgspec.json.encode(report).decode(), id))


def _blank_learned(report: dict[str, Any], documents: set[int]) -> bool:
    """Blank a report that names its documents by id: they may have had other titles then."""
    ids, learned = report["documents"], report.get("learned", [])
    if documents.isdisjoint(ids):
        return False
    # Any answer of the proof may have been given a passage of any note.
    report["proof"] = {**report.get("proof", {}), "samples": []}
    report["learned"] = [name for id, name in zip(ids, learned, strict=False) if id not in documents]
    report["documents"] = [id for id in ids if id not in documents]
    return True


def _blank_titled(report: dict[str, Any], titles: set[str]) -> bool:
    """Blank a report of the time before ids were kept in it."""
    proof: dict[str, Any] = report.get("proof", {})
    samples, learned = proof.get("samples", []), report.get("learned", [])
    proof["samples"] = [sample for sample in samples if sample.get("note") not in titles]
    report["learned"] = [name for name in learned if name not in titles]
    return proof["samples"] != samples or report["learned"] != learned


def _leave_teaching(connection: apsw.Connection, ids: str) -> None:
    """A deleted note is not learned by way of answers about it either; what the person wrote themselves stays."""
    connection.execute(
        """UPDATE taught SET never = 1 WHERE EXISTS (
               SELECT 1 FROM json_each(taught.chunks) cited JOIN chunks c ON c.id = cited.value
                WHERE c.document_id IN (SELECT value FROM json_each(?)))""",
        (ids,),
    )
    connection.execute(
        """DELETE FROM example_choices WHERE EXISTS (
               SELECT 1 FROM json_each(example_choices.documents) source
                WHERE source.value IN (SELECT value FROM json_each(?)))""",
        (ids,),
    )
