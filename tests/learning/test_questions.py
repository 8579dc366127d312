"""Files of questions: what a line may hold, and the wrong answers that the right one is ranked against."""

from pathlib import Path

import pytest

from personal_ai.errors import UserError
from personal_ai.learning import questions
from personal_ai.paths import RESOURCES


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("19 November 2026", "date"),
        ("2025-03-04", "date"),
        ("17. Oktober", "date"),
        ("on Wednesdays", "date"),
        ("3月5日", "date"),
        ("€1,140.50", "money"),
        ("95 euros", "money"),
        ("231", "number"),
        ("forty minutes", "number"),
        ("berth 22", "number"),
        ("Boris", "name"),
        ("Mrs Ghislaine Tack", "name"),
        ("Nine Winters in Tarnow", "name"),
        ("a knitting needle", "other"),
        ("Yes", "other"),
        ("because the two of them had to be back by 9 in the evening", "other"),
    ],
)
def test_an_answers_type_is_seen_by_its_looks(answer: str, kind: str) -> None:
    assert questions.type_of(answer) == kind


def test_wrong_answers_are_of_the_type_and_say_something_else() -> None:
    others = ["Boris", "the starter Boris", "Anna", "Otto", "Irma", "€340", "12 May", "That is not in your notes."]
    found = questions.distractors("Boris", others, "What is it called?")
    assert sorted(found) == ["Anna", "Irma", "Otto"]
    assert found == questions.distractors("Boris", others, "What is it called?")
    assert set(questions.distractors("Boris", others[:3], "?")) == {"Anna"}
    assert questions.distractors("", others, "?") == []


def test_every_sample_question_gets_three() -> None:
    for question in questions.read_questions(RESOURCES / "sample_notes" / "questions.jsonl"):
        assert len(set(question.distractors)) == 3
        assert question.answer not in question.distractors


def test_what_a_line_brings_is_kept_and_what_has_no_answer_gets_no_wrong_ones(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '{"question": "a?", "answer": "Boris", "distractors": ["Anna"], "kind": "who", "note": "Bread"}\n'
        '{"question": "b?", "kind": "none"}\n'
        '{"question": "c?", "answer": "That is not in your notes."}\n'
        '{"question": "d?", "answer": "Otto"}\n'
    )
    first, second, third, fourth = questions.read_questions(file)
    assert (first.distractors, first.kind, first.note) == (["Anna"], "who", "Bread")
    assert (second.answer, second.distractors) == ("", [])
    assert third.distractors == []
    assert fourth.distractors == ["Boris"]


def test_an_answer_may_be_missing_only_where_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "a?"}\n')
    with pytest.raises(UserError, match="Line 1"):
        questions.read_questions(file)


def test_a_note_is_meant_by_its_path_or_its_title() -> None:
    documents = [("/home/o/notes/people/jelle.md", "Jelle Mussche"), ("/home/o/notes/jelle.md", "Rabbit")]
    assert questions.title_of("people/jelle.md", documents) == "Jelle Mussche"
    assert questions.title_of("Rabbit", documents) == "Rabbit"
    assert questions.title_of("missing.md", documents) == "missing.md"
    assert questions.title_of("", documents) == ""
