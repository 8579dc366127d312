"""The sample notes and the questions on them: the counts hold, and an answer stands in the note it names or in none."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from personal_ai.learning.questions import read_questions

NOTES = Path(__file__).resolve().parent.parent / "resources" / "sample_notes"
QUESTIONS = NOTES / "questions.jsonl"
UNANSWERABLE = NOTES / "unanswerable.jsonl"
VOICE = NOTES / "voice.jsonl"
# fmt: off
FUNCTION_WORDS = frozenset({
    "a", "an", "and", "at", "because", "by", "for", "from", "in", "is", "it", "my", "no",
    "not", "of", "on", "or", "the", "to", "under", "was", "yes",
})
# fmt: on
TEXT_KINDS = {".md", ".txt"}


def notes() -> list[Path]:
    return sorted(path for path in NOTES.rglob("*") if path.is_file() and path not in (QUESTIONS, UNANSWERABLE, VOICE))


def questions(file: Path = QUESTIONS) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


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


def test_what_the_notes_do_not_say_is_asked_in_two_equal_sets_as_the_rest_is() -> None:
    asked = questions(UNANSWERABLE)
    assert Counter(item["set"] for item in asked) == {"dev": 40, "proof": 40}
    assert all(set(item) == {"question", "answer", "kind", "note", "set"} for item in asked)
    everything = [item["question"].casefold() for item in [*asked, *questions()]]
    assert len(set(everything)) == len(everything)
    lengths = [len(item["question"].split()) for item in questions()]
    assert all(min(lengths) <= len(item["question"].split()) <= max(lengths) for item in asked)
    assert all(item["question"].endswith("?") for item in asked)
    # A length must not give away which ones the notes answer.
    mean = sum(lengths) / len(lengths)
    assert 0.8 < sum(len(item["question"].split()) for item in asked) / len(asked) / mean < 1.2


def test_a_third_of_what_the_notes_do_not_say_is_about_nothing_in_them() -> None:
    for name in ("dev", "proof"):
        nearest = [item["note"] for item in questions(UNANSWERABLE) if item["set"] == name]
        assert nearest.count("") == 13
        assert all((NOTES / note).is_file() for note in nearest if note)


def test_what_the_notes_do_not_say_is_read_as_having_no_answer() -> None:
    for question in read_questions(UNANSWERABLE):
        assert (question.kind, question.answer, question.distractors) == ("none", "", [])


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
