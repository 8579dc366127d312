"""Files that are asked about by themselves: read by a real worker, searched, and in no library."""

from pathlib import Path

import pytest

from personal_ai.documents import beside
from personal_ai.documents.beside import Beside
from personal_ai.documents.search import Hit
from personal_ai.errors import UserError
from personal_ai.worker import Worker


def start() -> Worker:
    return Worker("read-worker")


def passages(*texts: str) -> list[Beside]:
    hits = [Hit(0, 0, "/a.md", "A", "", text, 0, len(text), "2026-01-01", 0.0) for text in texts]
    return [Beside("/a.md", "a.md", 10, hits)]


def test_a_file_is_read_into_passages(tmp_path: Path) -> None:
    file = tmp_path / "lease.md"
    file.write_text("# Lease\n\nThe rent is 1,140 euros.\n\n## Notice\n\nThree months to the end of a quarter.\n")
    read = beside.read(file, start)
    assert (read.name, read.passages[0].document_id) == ("lease.md", 0)
    assert "1,140" in " ".join(hit.text for hit in read.passages)


def test_what_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "program.exe").write_bytes(b"MZ")
    for name, words in (("empty.txt", "empty"), ("program.exe", "cannot read"), ("gone.txt", "is no file")):
        with pytest.raises(UserError, match=words):
            beside.read(tmp_path / name, start)


def test_the_passage_with_the_rare_word_comes_first() -> None:
    files = passages("The house has a roof.", "The house has a boiler from 1998.", "The house has windows.")
    assert beside.search(files, "How old is the boiler of the house?", 2)[0].text.startswith("The house has a boiler")


def test_where_no_word_fits_the_beginning_is_shown() -> None:
    files = passages("First words.", "Second words.", "Third words.")
    assert [hit.text for hit in beside.search(files, "Sum it up", 2)] == ["First words.", "Second words."]
