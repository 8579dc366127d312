"""Whatever a file is, it is read or left out with a reason, and nothing is left running or broken."""

import os
from pathlib import Path

import psutil
import pytest

from personal_ai.documents.library import Added, AddEvent, AddFinished, Library, Skipped
from personal_ai.errors import UserError
from personal_ai.store.database import Database
from tests.documents import malformed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(os.name != "posix", reason="pipes and devices are POSIX"),
]


def give(library: Library, root: Path, files: list[Path]) -> dict[Path, str]:
    """Add a folder, and by name what it did not answer for; of each file why it was left out, "" where it was read."""
    answers: dict[str, str] = {}

    def note(event: AddEvent) -> None:
        if isinstance(event, AddFinished):
            return
        reason = event.reason if isinstance(event, Skipped) else ""
        # A file of many documents has an answer for each, and one for what was left out of it.
        answers[event.path] = "" if isinstance(event, Added) or answers.get(event.path) == "" else reason

    with malformed.restless(files):
        for event in library.add([root]):
            note(event)
        for path in files:
            if _written(path) not in answers:
                try:
                    for event in library.add([path]):
                        note(event)
                except UserError as error:
                    answers[_written(path)] = str(error)
    return {path: _answer(answers, path) for path in files}


def _written(path: Path) -> str:
    return os.fsencode(path).decode(errors="replace")


def _answer(answers: dict[str, str], path: Path) -> str:
    if _written(path) in answers:
        return answers[_written(path)]
    # A folder by the name of a file: its files were answered.
    return next(reason for name, reason in answers.items() if name.startswith(f"{path}/"))


def test_of_every_kind_each_file_is_read_or_left_out_with_a_reason(
    library: Library, database: Database, tmp_path: Path
) -> None:
    files = malformed.make_all(tmp_path / "strange", each=1, seed=2)
    answers = give(library, tmp_path / "strange", files)
    for path, reason in answers.items():
        assert not reason or (reason.endswith((".", "?")) and "\n" not in reason), (path, reason)
    assert any(not reason for reason in answers.values())
    assert not [child for child in psutil.Process().children(recursive=True) if "read-worker" in child.cmdline()]
    assert database.check() == []
    # The library goes on as if nothing had happened.
    (tmp_path / "sound.md").write_text("The heron stands at the pond.")
    (*_, end) = library.add([tmp_path / "sound.md"])
    assert isinstance(end, AddFinished) and end.documents == 1


def test_a_name_that_is_no_text(library: Library, notes: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(notes) + b"/old \xe9.txt"))
    odd.write_text("heron")
    (notes / "beside.txt").write_text("pond")
    (*_, end) = library.add([notes])
    assert isinstance(end, AddFinished)
    assert (end.documents, [skip.path for skip in end.skipped]) == (1, [str(notes / "old \ufffd.txt")])
    assert "another name" in end.skipped[0].reason


def test_a_folder_that_contains_itself(library: Library, notes: Path) -> None:
    (notes / "a").mkdir()
    (notes / "a" / "again").symlink_to(notes)
    (notes / "a" / "note.txt").write_text("pond")
    (*_, end) = library.add([notes])
    assert isinstance(end, AddFinished) and end.documents == 1
