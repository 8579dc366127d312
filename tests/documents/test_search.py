"""Questions find the passage that answers them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest

from personal_ai.documents.library import Library
from personal_ai.documents.search import search
from personal_ai.messages import DocumentRead
from personal_ai.paths import RESOURCES
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents, NewChunk


def _write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _first(library: Library, question: str) -> str:
    return Path(library.search(question)[0].document).name


def test_a_folder_tells_what_its_notes_are_about(add: Callable, library: Library, notes: Path) -> None:
    _write(
        notes, {"ruby/loops.md": "Repeat a block.", "python/loops.md": "Repeat a block!", "go/a.md": "Something else."}
    )
    add(notes)
    assert "python" in library.search("repeat a block in python")[0].document


def test_words_that_mean_the_same_are_found_behind_the_word_itself(
    add: Callable, library: Library, notes: Path
) -> None:
    _write(notes, {"a.md": "The refrigerator is 59.6 wide.", "b.md": "The fridge hums.", "c.md": "Wide fields."})
    add(notes)
    assert [Path(hit.document).name for hit in library.search("fridge")] == ["b.md", "a.md"]


def test_words_that_stand_together_are_meant_together(add: Callable, library: Library, notes: Path) -> None:
    _write(
        notes, {"a.md": "The check at the door is spare; keys jam.", "b.md": "The spare keys are at the door, check."}
    )
    add(notes)
    assert _first(library, "spare keys") == "b.md"


def test_last_march_is_the_one_before_today(database: Database, notes: Path) -> None:
    documents = Documents(database)
    for year in (2024, 2025, 2026):
        document = DocumentRead(
            path=f"/{year}.md",
            sha256=str(year),
            size=1,
            title="Bill",
            format="md",
            text="",
            sections=[],
            created="2020-01-01",
        )
        documents.put(document, [NewChunk("", f"Water bill of March {year}", 0, 1)])
    found = search(documents, "the water bill last march", 3, date(2026, 2, 1))
    assert found[0].text == "Water bill of March 2025"


def test_what_must_never_be_used_is_not_found(add: Callable, library: Library, notes: Path) -> None:
    _write(notes, {"a.md": "The spare key.", "b.md": "Another spare key."})
    add(notes)
    library.set_flags(library.find("a.md").id, never_use=True)
    assert [Path(hit.document).name for hit in library.search("spare key")] == ["b.md"]


def test_nothing_is_found_for_no_words(add: Callable, library: Library, notes: Path) -> None:
    _write(notes, {"a.md": "The spare key."})
    add(notes)
    assert library.search("?!") == library.search("zzz") == []


def test_passages_in_many_languages_are_found(add: Callable, library: Library, notes: Path) -> None:
    for name, text in {
        "ja": "京都の金閣寺を訪れた。とても美しかった。",
        "zh": "今天我们去了颐和园，天气很好。",
        "fr": "Nous avons mangé des crêpes à Quimper.",
        "de": "Die Wohnung in Köln hat drei Zimmer.",
        "ru": "Мы гуляли по Невскому проспекту.",
        "ko": "어제 부산에서 회를 먹었다.",
    }.items():
        (notes / f"{name}.txt").write_text(text, encoding="utf-8")
    add(notes)
    questions = {
        "ja": "金閣寺はいつ",
        "zh": "颐和园",
        "fr": "crepes quimper",
        "de": "koln wohnung",
        "ru": "невскому",
        "ko": "부산",
    }
    for name, question in questions.items():
        assert library.search(question)[0].document.endswith(f"{name}.txt"), name


def test_the_month_of_a_note_is_found(add: Callable, library: Library, notes: Path) -> None:
    (notes / "2025-03-09-walk.md").write_text("A walk by the river.")
    (notes / "2025-06-09-walk.md").write_text("A walk by the sea.")
    add(notes)
    assert library.search("my walk in June")[0].text == "A walk by the sea."
    assert library.search("walk 2025-03-09")[0].created == "2025-03-09T00:00:00Z"


def test_nine_of_ten_questions_about_the_sample_notes_find_their_note(add: Callable, library: Library) -> None:
    folder = RESOURCES / "sample_notes"
    if not (folder / "questions.jsonl").exists():
        pytest.skip("no questions yet")
    add(folder)
    questions = [msgspec.json.decode(line) for line in (folder / "questions.jsonl").read_bytes().splitlines()]
    dev = [question for question in questions if question["set"] == "dev"]
    found = [
        any(hit.document.endswith(question["note"]) for hit in library.search(question["question"], 4))
        for question in dev
    ]
    assert sum(found) >= 0.9 * len(found)
