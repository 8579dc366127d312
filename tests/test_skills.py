"""The invented lives of the reading skill: complete, consistent, and split by person."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from personal_ai.chat import prompt

FOLDER = Path(__file__).parents[1] / "resources" / "skills" / "reading"
FILES = sorted(FOLDER.glob("*/*.json"))
LIVES: dict[str, Any] = {path.stem: json.loads(path.read_text("utf-8")) for path in FILES}
PRACTISED = [life for life in LIVES.values() if life["life"]["split"] == "train"]
MEASURED = [life for life in LIVES.values() if life["life"]["split"] != "train"]
#: Words in a row that two texts by one hand share by chance are fewer.
RUN = 8
#: What tells a day: a month, or a number that is a date.
DAY = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|jän|mär|mai|okt|dez|ene|abr|ago|dic)[a-zäé]*\b"
    r"|\d{1,2}\.\d{1,2}\.|\b\d{1,2}/\d{1,2}\b|月.{1,3}[日号]",
    re.IGNORECASE,
)


def runs(texts: Iterable[str]) -> set[tuple[str, ...]]:
    """Every RUN words in a row; in Chinese, characters."""
    found = (re.findall(r"[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]+", text.casefold()) for text in texts)
    return {tuple(words[i : i + RUN]) for words in found for i in range(len(words) - RUN + 1)}


def shown(note: dict[str, str], question: str) -> str:
    """What the chat shows of a note to whoever asks this."""
    passage = prompt.Passage(note["title"], note["heading"], note["text"], note["date"])
    return prompt.user_turn(question, [passage]).text.removesuffix(question)


def test_there_are_enough_lives_and_items_in_four_languages() -> None:
    assert len(LIVES) >= 24
    assert sum(len(life["items"]) for life in LIVES.values()) >= 2200
    assert {life["life"]["language"] for life in LIVES.values()} == {"en", "de", "es", "zh"}


def test_no_note_stands_in_two_lives() -> None:
    texts = Counter(note["text"] for life in LIVES.values() for note in life["notes"])
    assert max(texts.values()) == 1


def test_some_lives_are_nearly_half_talk() -> None:
    def length(notes: Iterable[dict[str, str]]) -> int:
        return sum(len(note["text"]) for note in notes)

    talk = [length(n for n in life["notes"] if n["kind"] == "chat") / length(life["notes"]) for life in PRACTISED]
    assert sum(share > 0.4 for share in talk) >= 8


def test_what_is_practised_and_what_is_measured_share_no_question_and_no_run_of_words() -> None:
    asked = [
        {item["question"].casefold() for life in lives for item in life["items"]} for lives in (PRACTISED, MEASURED)
    ]
    assert not asked[0] & asked[1]
    written = [runs(note["text"] for life in lives for note in life["notes"]) for lives in (PRACTISED, MEASURED)]
    assert not written[0] & written[1]


def test_a_date_to_be_worked_out_has_a_date_to_start_from() -> None:
    for life in PRACTISED:
        notes = {note["id"]: note for note in life["notes"]}
        for item in life["items"]:
            if item["kind"] == "relative":
                assert any(DAY.search(shown(notes[id], item["question"])) for id in item["notes"]), item


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
