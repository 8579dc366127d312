"""Questions whose right passage is known, written by hand: as a person asks who remembers a note only vaguely."""

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

#: Over resources/sample_notes, and over the til corpus (github.com/jbranchaud/til, MIT), which is not kept here.
SETS = ("sample_notes", "til")
#: The day on which they are asked: “last March” is this year's.
TODAY = date(2026, 5, 10)


class Asked(msgspec.Struct, frozen=True):
    """A question, the file of the right note, and words that stand in the right passage."""

    question: str
    note: str
    phrase: str
    split: Literal["tuning", "proof"]


def read(name: str) -> list[Asked]:
    """The questions of one of `SETS`."""
    lines = Path(__file__).with_name(f"questions_{name}.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Asked) for line in lines]


def half(question: str) -> str:
    """Which half a question belongs to, for good: weights are tuned on one, and proved on the other."""
    return "tuning" if hashlib.sha256(question.encode()).digest()[0] % 2 == 0 else "proof"


def squeezed(text: str) -> str:
    """A text with one blank for any run of them: phrases do not know where lines end."""
    return re.sub(r"\s+", " ", text)
