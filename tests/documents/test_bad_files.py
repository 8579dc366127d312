"""Every bad input gets one clear sentence and changes nothing that is stored."""

import os
import random
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from personal_ai.documents.chunks import split
from personal_ai.documents.library import AddFinished, Library
from personal_ai.documents.read_worker import read_document
from personal_ai.errors import UserError
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents
from personal_ai.worker import Worker
from tests.documents.files import make_locked_pdf, make_pdf, make_raw_docx

Add = Callable[..., AddFinished]
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 20


@pytest.fixture(autouse=True)
def unchanged(library: Library, notes: Path) -> Iterator[None]:
    """Something is stored before, and the same is stored after."""
    kept = notes / "kept.md"
    kept.write_text("# Kept\n\nThis stays.")
    read = read_document(kept)
    library.documents.put(read, split(read))
    kept.unlink()
    before = library.list()
    yield
    assert library.list() == before
    assert library.text(before[0].id) == "# Kept\n\nThis stays."


def _refused(add: Add, file: Path, *words: str) -> None:
    end = add(file)
    assert (end.documents, end.unchanged, len(end.skipped)) == (0, 0, 1)
    skip = end.skipped[0]
    assert skip.path == str(file)
    assert file.name in skip.reason
    assert "\n" not in skip.reason
    assert skip.reason.endswith(".")
    for word in words:
        assert word in skip.reason


def test_an_empty_folder(add: Add, notes: Path) -> None:
    with pytest.raises(UserError, match="There is nothing to read in “notes”"):
        add(notes)


def test_a_folder_with_nothing_readable(add: Add, notes: Path) -> None:
    (notes / "photo.jpg").write_bytes(JPEG)
    with pytest.raises(UserError, match="There is nothing to read"):
        add(notes)


def test_an_empty_folder_beside_others_is_named(library: Library, add: Add, notes: Path) -> None:
    (notes / "empty").mkdir()
    (notes / "zero.txt").touch()
    end = add(notes / "empty", notes / "zero.txt")
    assert len(end.skipped) == 2


def test_a_missing_path(add: Add, notes: Path) -> None:
    (notes / "there.txt").write_text("not even this is added")
    with pytest.raises(UserError, match="There is no file or folder"):
        add(notes / "there.txt", notes / "missing.txt")


def test_an_empty_file(add: Add, notes: Path) -> None:
    (notes / "zero.txt").touch()
    _refused(add, notes / "zero.txt", "is empty")


def test_a_file_with_nothing_but_blanks(add: Add, notes: Path) -> None:
    (notes / "blank.md").write_text(" \n\u200b\n<!-- hidden -->\n")
    _refused(add, notes / "blank.md", "holds no text")


def test_a_jpeg_named_pdf(add: Add, notes: Path) -> None:
    (notes / "scan.pdf").write_bytes(JPEG)
    _refused(add, notes / "scan.pdf", "not really a PDF", "JPEG")


def test_a_locked_pdf(add: Add, notes: Path) -> None:
    _refused(add, make_locked_pdf(notes / "locked.pdf"), "locked with a password", "Save a copy")


def test_a_damaged_pdf(add: Add, notes: Path) -> None:
    (notes / "broken.pdf").write_bytes(b"%PDF-1.7\n" + random.Random(1).randbytes(3000))
    _refused(add, notes / "broken.pdf", "damaged PDF")


def test_a_pdf_without_text(add: Add, notes: Path) -> None:
    _refused(add, make_pdf(notes / "scan.pdf", [[], []]), "pictures of pages")


@pytest.mark.parametrize("suffix", ["txt", "md", "html", "csv"])
def test_a_binary_named_as_text(add: Add, notes: Path, suffix: str) -> None:
    (notes / f"program.{suffix}").write_bytes(b"\x7fELF" + random.Random(2).randbytes(20_000))
    _refused(add, notes / f"program.{suffix}", "not a text file")


def test_a_picture_named_txt(add: Add, notes: Path) -> None:
    (notes / "photo.txt").write_bytes(JPEG)
    _refused(add, notes / "photo.txt", "not a text file", "JPEG")


def test_a_file_of_300_megabytes(add: Add, notes: Path) -> None:
    with (notes / "huge.txt").open("wb") as file:
        file.truncate(300 * 1024**2)
    _refused(add, notes / "huge.txt", "too large", "300 MB")


@pytest.mark.parametrize("suffix", ["txt", "md", "csv", "html", "json"])
def test_a_text_file_of_two_gigabytes(add: Add, notes: Path, suffix: str) -> None:
    with (notes / f"huge.{suffix}").open("wb") as file:
        file.write(b"It begins like any other.\n")
        file.truncate(2 * 1024**3)
    _refused(add, notes / f"huge.{suffix}", "too large", "2,048 MB", "Split it")


def test_a_text_of_too_many_characters(add: Add, notes: Path) -> None:
    (notes / "long.txt").write_text("word " * 1_100_000)
    _refused(add, notes / "long.txt", "5 million characters")


def test_a_format_that_nobody_reads(add: Add, notes: Path) -> None:
    (notes / "song.mp3").write_bytes(b"ID3")
    _refused(add, notes / "song.mp3", "cannot read", ".md")


def test_a_pipe(add: Add, notes: Path) -> None:
    os.mkfifo(notes / "pipe.txt")
    _refused(add, notes / "pipe.txt")


def test_a_docx_that_is_none(add: Add, notes: Path) -> None:
    (notes / "letter.docx").write_text("just text")
    _refused(add, notes / "letter.docx", "not really a Word file")
    (notes / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    _refused(add, notes / "old.docx", "locked with a password or an old Word file")
    (notes / "half.docx").write_bytes(b"PK\x03\x04" + bytes(600))
    _refused(add, notes / "half.docx", "damaged, or not a Word file")
    with zipfile.ZipFile(notes / "other.docx", "w") as archive:
        archive.writestr("readme", "a zip of something else")
    _refused(add, notes / "other.docx", "damaged, or not a Word file")


def test_a_zip_bomb_named_docx(add: Add, notes: Path) -> None:
    _refused(add, make_raw_docx(notes / "bomb.docx", b" " * 50 * 1024**2), "harm computers")


def test_a_docx_with_a_document_type(add: Add, notes: Path) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    _refused(add, make_raw_docx(notes / "laughs.docx", laughs), "harms computers")
    wide = f'<?xml version="1.0" encoding="utf-16"?>{laughs}'.encode("utf-16")
    _refused(add, make_raw_docx(notes / "wide.docx", wide), "harms computers")


def test_a_docx_with_too_many_members(add: Add, notes: Path) -> None:
    with zipfile.ZipFile(notes / "many.docx", "w") as archive:
        for number in range(10_001):
            archive.writestr(str(number), "")
    _refused(add, notes / "many.docx", "harm computers")


def test_a_name_that_is_odd_is_no_trouble(library: Library, add: Add, notes: Path) -> None:
    odd = notes / "new\nline \u202e\u202d“quote” 100%.txt"
    odd.touch()
    end = add(odd)
    assert len(end.skipped) == 1


def test_a_full_disk(add: Add, database: Database, notes: Path) -> None:
    (notes / "big.txt").write_text("\n\n".join(f"word{number} " * 50 for number in range(2000)))
    pages = database.read().execute("PRAGMA page_count").fetchall()[0][0]
    database.read().execute(f"PRAGMA max_page_count = {pages + 10}").fetchall()
    with pytest.raises(UserError, match="The disk is full"):
        add(notes)
    database.read().execute("PRAGMA max_page_count = 1000000").fetchall()
    assert database.check() == []


def test_a_data_folder_without_write_permission(add: Add, notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "readonly"
    home.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", home], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount a disk")
    try:
        Database(home / "personal.db", home / "backups").close()
        subprocess.run(["mount", "-o", "remount,ro", home], check=True)
        (notes / "a.txt").write_text("new")
        with pytest.raises(UserError, match="may not write here"):
            other = Library(Documents(Database(home / "personal.db", home / "backups")), lambda: Worker("read-worker"))
            list(other.add([notes]))
    finally:
        subprocess.run(["umount", "-l", home], check=True)
