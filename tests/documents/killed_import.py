"""An import by the real command, killed at any moment: what it was given, how it is killed, what must be true then."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psutil

from personal_ai.documents.library import Library
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents
from personal_ai.worker import Worker, wait_until
from tests.documents import malformed
from tests.e2e.outside import environment
from tests.perf import bench_import

ROOT = Path(__file__).parents[2]

#: Where a kill can meet it: before its first answer, between two, after the last.
PHASES = ("starting", "reading", "ending")


# ---- what is imported -------------------------------------------------------------------------------------------


def make(folder: Path, count: int) -> None:
    """Write so many documents of twelve formats, files that hold many, two alike, and some that nobody can read."""
    bench_import.make(folder, count)
    chance = Random(count)
    first = folder / "folder 0"
    shutil.copyfile(next(first.glob("*.md")), first / "the same again.md")
    shutil.copyfile(next(first.glob("*.docx")), first / "the same again.docx")
    (first / "empty.txt").touch()
    (first / "no letter.docx").write_text("just text")
    (first / "cut.pdf").write_bytes(next(first.glob("*.pdf")).read_bytes()[:90])
    many = folder / "many in one"
    many.mkdir()
    (many / "mails.mbox").write_text("".join(_mail(number, chance) for number in range(2 * count)))
    with zipfile.ZipFile(many / "Export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            archive.writestr(f"Page {number} {number:032x}.md", f"# Page {number}\n\n{malformed.prose(chance, 80)}")
    for suffix in (".enex", ".ics", ".vcf"):
        malformed.good(many, chance, suffix)
    # The second export goes on with the talks of the first: each becomes a new version.
    for year, turns in ((2025, 2), (2026, 4)):
        (many / str(year)).mkdir()
        talks = [_talk(number, turns) for number in range(count // 4)]
        (many / str(year) / "conversations.json").write_text(json.dumps(talks))


def _mail(number: int, chance: Random) -> str:
    head = f"From: a@example.org\nTo: b@example.org\nSubject: Mail {number}\nMessage-ID: <{number}@example.org>"
    return f"From a@example.org Mon Mar  3 10:00:00 2025\n{head}\n\nNumber {number}: {malformed.prose(chance, 60)}\n\n"


def _talk(number: int, turns: int) -> dict[str, Any]:
    nodes: dict[str, Any] = {}
    for turn in range(turns):
        parts = [f"Talk {number}, turn {turn}: {malformed.prose(random.Random(f'{number} {turn}'), 30)}"]
        message = {
            "author": {"role": "assistant" if turn % 2 else "user"},
            "content": {"content_type": "text", "parts": parts},
        }
        nodes[str(turn)] = {"message": message, "parent": str(turn - 1) if turn else None, "children": []}
    return {
        "title": f"Talk {number}",
        "create_time": 1709543700.5,
        "conversation_id": f"c-{number}",
        "current_node": str(turns - 1),
        "mapping": nodes,
    }


# ---- the command ------------------------------------------------------------------------------------------------


class Import:
    """`personal-ai add FOLDER --json` into one data folder, as often as it takes, and all that it acknowledged."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.home = home
        #: The documents that were told as new: by id the path of their file.
        self.told: dict[int, str] = {}
        #: The files that were answered: nothing more was said of them.
        self.answered: set[str] = set()
        self.ended = False
        #: Every file was answered, in this run or before it: it may have ended without saying so, and begun anew.
        self.over = False
        #: When the last run gave its first answer, and when it was over, in seconds after its start.
        self.first = self.seconds = 0.0
        self._said = home.with_name(f"{home.name}.said")
        #: What was wrong with the words themselves.
        self._wrong: list[str] = []

    def run(self, answers: int = 0, seconds: float | None = None, everything: bool = True) -> str:
        """Import until the end, or a kill so many `seconds` after so many answers: of `everything`, else the command.

        Returns the phase in which it was killed, "" where it had ended before. Raises AssertionError where it fails by
        itself, and where something outlives it.
        """
        command = [sys.executable, "-m", "personal_ai", "add", str(self.folder), "--home", str(self.home), "--json"]
        begin = reached = time.monotonic()
        self.first = 0.0
        with self._said.open("wb") as out, self._said.with_suffix(".log").open("ab") as log:
            process = subprocess.Popen(command, stdout=out, stderr=log, cwd=ROOT, env=environment())
            while process.poll() is None:
                said, now = self._said.read_bytes().count(b"\n"), time.monotonic()
                self.first = self.first or (now - begin if said else 0.0)
                if said < answers:
                    reached = now
                elif seconds is not None and now > reached + seconds:
                    break
                time.sleep(0.002)
            killed = process.returncode is None and _kill(process, everything)
            process.wait()
        self.seconds = time.monotonic() - begin
        self.ended = self._listen()
        assert killed or self.ended, self._said.with_suffix(".log").read_text()[-2000:]
        if not killed:
            return ""
        return PHASES[2] if self.ended else PHASES[1] if self._said.stat().st_size else PHASES[0]

    def _listen(self) -> bool:
        """Take in what the last run acknowledged; whether it came to its end."""
        done = 0
        # A line that was cut short is no acknowledgement.
        for line in self._said.read_bytes().split(b"\n")[:-1]:
            said = json.loads(line)
            if said["event"] == "result":
                self.over = True
                return True
            if said["event"] == "add_finished":
                continue
            if said["event"] == "added":
                if said["document_id"] in self.told:
                    self._wrong.append(f"document {said['document_id']} was told as new twice")
                self.told[said["document_id"]] = said["path"]
            if said["done"] > done:
                self.answered.add(said["path"])
            done = said["done"]
            self.over = done == said["total"]
        return False

    # ---- what must be true --------------------------------------------------------------------------------------

    def wrong(self) -> list[str]:
        """What is lost, twice or damaged in the data folder as it lies there now; empty when all is as it must be."""
        with self._copied() as database:
            if database is None:
                return [*self._wrong, "all is lost"] if self.told or self.answered else self._wrong
            return [*self._wrong, *self._lost(database), *wrong_in(database)]

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that an import stores, in order, without numbers and moments that no two imports share."""
        with self._copied() as database:
            assert database
            return contents(database)

    @contextmanager
    def _copied(self) -> Iterator[Database | None]:
        """The database as it lies there, opened from a copy: the next run shall find what the kill has left."""
        copy = self.home.with_name(f"{self.home.name}.copy")
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for name in ("personal.db", "personal.db-wal"):
            if (self.home / name).exists():
                shutil.copyfile(self.home / name, copy / name)
        if not (copy / "personal.db").exists():
            yield None
            return
        database = Database(copy / "personal.db", copy / "backups")
        try:
            yield database
        finally:
            database.close()

    def _lost(self, database: Database) -> list[str]:
        kept: dict[int, str] = dict(database.query(_KEPT))  # type: ignore[arg-type]
        found = [
            f"document {id} of {path} was told as new, and is lost"
            for id, path in self.told.items()
            if kept.get(id) != path
        ]
        files = {row[0] for row in database.query("SELECT path FROM files")}
        # Those that are not even given to a worker leave nothing behind; each run tells them anew.
        refused = {str(path) for path in self.folder.rglob("empty.txt")}
        found += [f"{path} was answered, and is forgotten" for path in sorted(self.answered - files - refused)]
        asked = Library(Documents(database), lambda: Worker("read-worker")).unfinished()
        right = [[]] if self.ended else [[self.folder], []] if self.over else [[self.folder]]
        if asked not in right and (self.ended or self.answered):
            found.append(f"unfinished is {asked}")
        return found


def _kill(process: "subprocess.Popen[bytes]", everything: bool) -> bool:
    """Kill the command, and `everything` that it started; whether it still ran. Nothing may outlive it for long."""
    try:
        children = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        children = []
    os.kill(process.pid, signal.SIGKILL)
    for child in children if everything else []:
        try:
            child.kill()
        except psutil.NoSuchProcess:
            continue
    assert wait_until(lambda: all(map(_is_gone, children)), seconds=20), "a worker outlives its program"
    return process.wait() == -signal.SIGKILL


def _is_gone(process: psutil.Process) -> bool:
    """Whether it has ended; one that nobody has waited for yet has."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


#: Documents as they are found; an older version counts where a newer one is.
_KEPT = """
    SELECT d.id, d.path FROM documents d JOIN texts t ON t.document_id = d.id JOIN documents now USING(lineage)
     WHERE now.replaced_by IS NULL AND d.gone = '' AND length(t.text) > 0
       AND EXISTS (SELECT 1 FROM chunks c WHERE c.document_id = d.id)
"""


def wrong_in(database: Database) -> list[str]:
    """What is damaged in a database, there twice, or missing in its index; empty when all is as it must be."""
    return [*database.check(), *_twice(database), *_unfound(database)]


def _twice(database: Database) -> list[str]:
    found: list[str] = []
    for what, query in (
        ("content", "SELECT sha256 FROM documents GROUP BY sha256 HAVING count(*) > 1"),
        (
            "file",
            """SELECT path FROM documents d WHERE replaced_by IS NULL
                  AND NOT EXISTS (SELECT 1 FROM members m WHERE m.document_id = d.id)
                GROUP BY path HAVING count(*) > 1""",
        ),
        ("version", "SELECT lineage FROM documents WHERE replaced_by IS NULL GROUP BY lineage HAVING count(*) > 1"),
    ):
        found += [f"the {what} {row[0]} is there twice" for row in database.query(query)]
    return found


def _unfound(database: Database) -> list[str]:
    """Passages that are not in the index, and what is there without being a passage of a current document."""
    passages = {
        row[0]
        for row in database.query(
            """SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document_id
                WHERE d.replaced_by IS NULL AND c.found = 1"""
        )
    }
    indexed = {row[0] for row in database.query("SELECT rowid FROM search")}
    found = [f"passage {id} is not in the index" for id in sorted(passages - indexed)]
    return found + [f"{id} is in the index, and no passage" for id in sorted(indexed - passages)]


CONTENTS = {
    "documents": """
        SELECT d.path, coalesce(m.member, '') AS member, d.version, d.replaced_by IS NULL, d.sha256, d.title, d.format,
               d.size, d.created, d.first_line, d.never_learn, d.never_use, d.provenance, d.guessed, d.author, d.gone,
               t.text, t.sections
          FROM documents d JOIN texts t ON t.document_id = d.id LEFT JOIN members m ON m.document_id = d.id
         ORDER BY d.path, member, d.sha256, m.path""",
    "passages": """
        SELECT d.path, d.sha256, c.position, c.heading, c.text, c.start, c.stop, c.found, c.learned,
               s.title, s.heading, s.text
          FROM chunks c JOIN documents d ON d.id = c.document_id LEFT JOIN search s ON s.rowid = c.id
         ORDER BY d.path, d.sha256, c.position""",
    "index": "SELECT title, heading, text FROM search ORDER BY title, heading, text",
    "words": "SELECT term, doc, cnt FROM vocabulary ORDER BY term",
    "members": """
        SELECT m.path, m.member, d.sha256 FROM members m LEFT JOIN documents d ON d.id = m.document_id
         ORDER BY m.path, m.member""",
    "files": "SELECT path, folder, size, modified, inode, sha256, reason FROM files ORDER BY path",
    "containers": "SELECT path, seal, size FROM containers ORDER BY path",
    "unfinished": "SELECT path FROM unfinished",
}


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All that an import stores, in order, without numbers and moments that no two imports share."""
    return {name: database.query(query) for name, query in CONTENTS.items()}


def different(found: dict[str, list[tuple[Any, ...]]], expected: dict[str, list[tuple[Any, ...]]]) -> list[str]:
    """In what two imports of the same folder differ, in a few words each."""
    told: list[str] = []
    for name, rows in expected.items():
        have, want = set(found[name]), set(rows)
        if len(found[name]) != len(rows) or have != want:
            some = [row[:2] for row in (have ^ want)][:3]
            told.append(f"{name}: {len(found[name])} for {len(rows)}, different {len(have ^ want)}, as {some}")
    return told
