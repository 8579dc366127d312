"""Questions find the passage that answers them."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from personal_ai.documents.library import Library
from personal_ai.documents.search import make_query
from personal_ai.paths import RESOURCES


def test_a_query_is_made_of_stems_without_function_words() -> None:
    assert make_query("Which recipes did she like?") == '"recip"'


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
