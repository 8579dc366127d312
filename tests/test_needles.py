"""Fifty words in notes that were asked about and learned are found nowhere once the notes are deleted."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import apsw
import pytest

from personal_ai.learning import job, pairs
from personal_ai.learning.job import Example, Job, Question
from personal_ai.learning.recipe import Recipe
from personal_ai.messages import Turn
from personal_ai.paths import locate
from personal_ai.services import Services
from personal_ai.store.conversations import Source
from personal_ai.store.steps import STEPS
from tests.documents.files import make_pdf, make_raw_docx

NEEDLES = ["".join(Random(number).choices("bdfgklmnprtvz", k=5)) + "aqux" + f"{number:02}" for number in range(50)]
WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{}</w:t>'
)
CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:{}\nEMAIL:a@example.org\nEND:VCARD\n"
MAIL = "From: a@example.org\nTo: b@example.org\nSubject: The pond\nMessage-ID: <m@example.org>\n\n{}\n"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    services = Services(locate(tmp_path / "home"))
    yield services
    services.close()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Ten files of six formats with five needles each, a contact, and one note that stays."""
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(10):
        words = NEEDLES[number * 5 : number * 5 + 5]
        text = f"The heron of {words[0]} met {words[1]} at {words[2]}; {words[3]} and {words[4]} looked on."
        match ("md", "txt", "html", "docx", "pdf", "eml")[number % 6]:
            case "md":
                (folder / f"{number}.md").write_text(f"# About {words[0]}\n\n{text}\n")
            case "html":
                (folder / f"{number}.html").write_text(f"<title>{words[0]}</title><p>{text}")
            case "docx":
                make_raw_docx(folder / f"{number}.docx", f"{WORD.format(text)}</w:r></w:p></w:body></w:document>")
            case "pdf":
                make_pdf(folder / f"{number}.pdf", [[text]])
            case "eml":
                (folder / f"{number}.eml").write_text(MAIL.format(text).replace("m@", f"m{number}@"))
            case suffix:
                (folder / f"{number}.{suffix}").write_text(text)
    # Without a UID its name is all that tells it from others in the file.
    (folder / "contacts.vcf").write_text(CARD.format(NEEDLES[49]))
    (folder / "stays.md").write_text("# Bread\n\nThe bread rises overnight.")
    return folder


def hits(home: Path) -> list[tuple[str, str]]:
    """Where which needle stands, in any of the encodings that a file could have."""
    found: list[tuple[str, str]] = []
    for path in (path for path in home.rglob("*") if path.is_file()):
        data = path.read_bytes().lower()
        for needle in NEEDLES:
            # What the index keeps of a word may be shorter than the word.
            begin = needle[:9]
            if any(begin.encode(encoding) in data for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
                found.append((str(path.relative_to(home)), needle))
    return found


def quote_everywhere(services: Services) -> None:
    """Ask about every note, learn all of them, and keep copies, as a program does in weeks."""
    home, documents = services.paths.home, services.documents
    talk = services.conversations.create()
    chunks = documents.learnable_chunks()
    for row in documents.list():
        (chunk, *_) = documents.document_chunks(row.id)
        services.conversations.add_message(talk, "user", "Who looked on?")
        source = Source(row.path, row.id, chunk.id, row.title, chunk.heading, chunk.text, 0, 9, row.created)
        answer = services.conversations.add_message(talk, "assistant", chunk.text, sources=[source])
        services.taught_rows.add("up", "Who?", chunk.text, conversation_id=talk, message_id=answer, chunks=[chunk.id])
    text = " ".join(NEEDLES)
    folder = services.paths.jobs / "1"
    order = Job(
        number=1, task="learn", model="m", model_sha256="0", recipe=Recipe(), seconds=60.0,
        chunks=[chunk.id for chunk in chunks], documents=[row.id for row in documents.list()],
        replaced=[(text, text)],
    )  # fmt: skip
    turns = [Turn("user", text), Turn("assistant", text)]
    job.write(folder, order, [Example(turns, "fact", [1])], [Question(text, text, turns, turns)])
    for name in ("base.json", "report.json", ".half.tmp", pairs.FILE):
        (folder / name).write_text(text)
    # What `learn --detach` tells, with the samples of its proof.
    (services.paths.jobs / "learn.jsonl").write_text(text)
    for name in ("checkpoint-a", "adapter"):
        (folder / name).mkdir()
        (folder / name / "weights").write_text(text)
    (home / "states").mkdir(exist_ok=True)
    (home / "states" / f"{talk}.state").write_bytes(text.encode("utf-16-le"))
    night = services.night_rows.start("1", "hand", 10)
    report = {
        "proof": {"samples": [{"question": documents.text(row.id), "note": row.title} for row in documents.list()]}
    }
    report["learned"] = [row.title for row in documents.list()]
    services.night_rows.finish(night, "refused", "No.", report=report)
    database = services.database
    for _ in range(2):
        database._back_up(database.read(), len(STEPS))
    old = next(services.paths.backups.glob("*.db"))
    before = old.with_name("personal-v3-20200101T000000000000.db")
    shutil.copyfile(old, before)
    connection = apsw.Connection(str(before))
    connection.pragma("user_version", 3)
    connection.close(True)
    # A process was killed while it made another one.
    shutil.copyfile(old, old.with_suffix(f".{2**22 + 7}.tmp"))


def test_no_byte_of_fifty_words_is_left_of_notes_that_were_used_and_deleted(services: Services, notes: Path) -> None:
    list(services.library.add([notes]))
    quote_everywhere(services)
    home = services.paths.home
    assert {needle for _, needle in hits(home)} == set(NEEDLES)
    assert "jobs/learn.jsonl" in {Path(file).as_posix() for file, _ in hits(home)}
    assert {Path(file).parts[0].removesuffix("-wal") for file, _ in hits(home)} >= {
        "personal.db",
        "backups",
        "jobs",
        "states",
    }
    for row in services.library.list():
        if row.title != "Bread":
            services.library.delete(row.id)
    assert hits(home) == []
    assert [row.title for row in services.library.list()] == ["Bread"]
    assert services.database.check() == []
    copies = list(services.paths.backups.glob("*.db"))
    assert copies
    for copy in copies:
        connection = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READONLY)
        kept = connection.execute("SELECT title FROM documents WHERE replaced_by IS NULL").fetchall()
        assert kept == [("Bread",)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close(True)
    # What is not a quotation of them stays.
    services.close()
    assert hits(home) == []
