"""The sample notes and the questions on them: the counts hold, and every answer stands in the note it names."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

NOTES = Path(__file__).resolve().parent.parent / "resources" / "sample_notes"
QUESTIONS = NOTES / "questions.jsonl"
VOICE = NOTES / "voice.jsonl"
# fmt: off
FUNCTION_WORDS = frozenset({
    "a", "an", "and", "at", "because", "by", "for", "from", "in", "is", "it", "my", "no",
    "not", "of", "on", "or", "the", "to", "under", "was", "yes",
})
# fmt: on
TEXT_KINDS = {".md", ".txt"}


def notes() -> list[Path]:
    return sorted(path for path in NOTES.rglob("*") if path.is_file() and path not in (QUESTIONS, VOICE))


def questions() -> list[dict[str, str]]:
    return [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def words(text: str) -> list[str]:
    """Words and numbers, in lower case; 3,110 and 13:30 and GE-7719 stay whole."""
    return re.findall(r"\w+(?:[.,:'’-]\w+)*", text.casefold())


def test_kinds_and_number_of_notes() -> None:
    kinds = Counter(path.suffix for path in notes())
    assert 58 <= sum(kinds.values()) <= 64
    assert kinds[".pdf"] == 1
    assert kinds[".docx"] == 1
    assert kinds[".txt"] >= 8
    assert set(kinds) <= {".md", ".txt", ".pdf", ".docx", ".html"}
    assert all(path.stat().st_size > 0 for path in notes())


def test_text_notes_are_utf8_and_of_a_readable_length() -> None:
    for path in notes():
        if path.suffix in TEXT_KINDS:
            assert 80 <= len(path.read_text(encoding="utf-8").split()) <= 450, path


def test_there_are_two_equal_sets_of_questions() -> None:
    asked = questions()
    assert len(asked) == 120
    assert Counter(item["set"] for item in asked) == {"dev": 60, "proof": 60}
    assert all(set(item) == {"question", "answer", "note", "set"} for item in asked)
    assert len({item["question"].casefold() for item in asked}) == 120


def test_every_note_is_asked_about_and_no_question_is_about_a_missing_one() -> None:
    asked = Counter(item["note"] for item in questions())
    assert set(asked) == {path.relative_to(NOTES).as_posix() for path in notes()}
    assert max(asked.values()) <= 4


def test_the_sets_share_no_fact() -> None:
    sets: dict[str, set[str]] = {}
    for item in questions():
        sets.setdefault(item["note"], set()).add(item["set"])
    both = {note for note, used in sets.items() if len(used) == 2}
    # Only the one .docx and the one .pdf are asked about in both; their answers must differ.
    assert {Path(note).suffix for note in both} <= {".docx", ".pdf"}
    facts = [(item["note"], item["answer"].casefold()) for item in questions()]
    assert len(facts) == len(set(facts))


@pytest.mark.parametrize("item", questions(), ids=lambda item: item["question"])
def test_the_answer_stands_in_the_note(item: dict[str, str]) -> None:
    path = NOTES / item["note"]
    assert path.is_file()
    assert item["question"].endswith("?")
    if path.suffix in TEXT_KINDS:
        found = set(words(path.read_text(encoding="utf-8")))
        missing = [word for word in words(item["answer"]) if word not in FUNCTION_WORDS and word not in found]
        assert not missing


def test_the_sentences_of_her_voice_stand_in_no_note() -> None:
    pairs = [json.loads(line) for line in VOICE.read_text(encoding="utf-8").splitlines()]
    assert len(pairs) >= 60
    assert all(set(pair) == {"sentence", "neutral"} for pair in pairs)
    assert len({pair["sentence"] for pair in pairs}) == len(pairs)
    written = [path.read_text(encoding="utf-8") for path in notes() if path.suffix in TEXT_KINDS]
    runs = {tuple(found[i : i + 6]) for text in written for found in [words(text)] for i in range(len(found) - 5)}
    for pair in pairs:
        found = words(pair["sentence"])
        assert not any(tuple(found[i : i + 6]) in runs for i in range(len(found) - 5)), pair["sentence"]
        # About the same content at about the same length: a rewrite that says less would be likelier for that alone.
        assert 0.7 < len(pair["neutral"]) / len(pair["sentence"]) < 1.5, pair["sentence"]
