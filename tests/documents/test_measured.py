"""The measured questions hold: their notes exist, their phrases stand in a passage, and their halves never change."""

from collections import Counter

import pytest

from personal_ai.documents import chunks
from personal_ai.documents.read_worker import read_document
from personal_ai.paths import RESOURCES
from tests.documents.measured import SETS, half, read, squeezed


def test_there_are_enough_questions_in_both_halves() -> None:
    asked = [one for name in SETS for one in read(name)]
    halves = Counter(one.split for one in asked)
    assert len(asked) >= 300
    assert min(halves["tuning"], halves["proof"]) >= 150
    assert len({one.question for one in asked}) == len(asked)


@pytest.mark.parametrize("name", SETS)
def test_a_question_stays_in_its_half(name: str) -> None:
    assert [one.question for one in read(name) if one.split != half(one.question)] == []


def test_the_phrase_of_a_question_about_the_sample_notes_stands_in_one_passage() -> None:
    folder = RESOURCES / "sample_notes"
    passages = {
        note: [squeezed(chunk.text) for chunk in chunks.split(read_document(folder / note))]
        for note in {one.note for one in read("sample_notes")}
    }
    wrong = [
        f"{one.note}: {one.phrase}"
        for one in read("sample_notes")
        if not any(squeezed(one.phrase) in passage for passage in passages[one.note])
    ]
    assert wrong == []
