"""The invented lives of the reading skill: complete, consistent, and split by person."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "resources" / "skills" / "reading"
FILES = sorted(FOLDER.glob("*/*.json"))
LIVES: dict[str, Any] = {path.stem: json.loads(path.read_text("utf-8")) for path in FILES}


def test_there_are_enough_lives_and_items_in_four_languages() -> None:
    assert len(LIVES) >= 15
    assert sum(len(life["items"]) for life in LIVES.values()) >= 1200
    assert {life["life"]["language"] for life in LIVES.values()} == {"en", "de", "es", "zh"}


def test_no_note_stands_in_two_lives() -> None:
    texts = Counter(note["text"] for life in LIVES.values() for note in life["notes"])
    assert max(texts.values()) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_life_is_sound(path: Path) -> None:
    life = LIVES[path.stem]
    assert life["life"]["split"] == path.parent.name
    ids = [note["id"] for note in life["notes"]]
    assert len(set(ids)) == len(ids)
    questions = [item["question"] for item in life["items"]]
    assert len(set(questions)) == len(questions)
    for item in life["items"]:
        assert item["answer"]
        assert item["notes"]
        assert set(ids).issuperset(item["notes"]), item
    kinds = Counter(item["kind"] for item in life["items"])
    assert 0.15 < kinds["none"] / kinds.total() < 0.25
