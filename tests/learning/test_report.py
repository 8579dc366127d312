"""The gate: it lets a proved gain through and names what is wrong with anything else."""

from typing import Any

import pytest

from personal_ai.learning import report


def proof(
    notes: float = 0.5, low: float = 0.2, closed_high: float = 0.4, rise: float = 0.02, questions: int = 24
) -> dict[str, Any]:
    def system(mean: float) -> dict[str, Any]:
        return {"nll": {"mean": mean, "low": mean - 0.1, "high": mean + 0.1}}

    return {
        "questions": questions,
        "scale": 1.0,
        "systems": {
            "base": system(4.0),
            "base+notes": system(3.0),
            "adapter": system(3.8),
            "adapter+notes": system(3.0 - notes),
        },
        "gain": {
            "notes": {"mean": notes, "low": low, "high": notes + 0.3},
            "closed": {"mean": 0.2, "low": -0.1, "high": closed_high},
        },
        "general": {"base": 0.5, "adapter": 0.5 + rise, "rise": rise},
        "samples": [],
    }


def test_a_proved_gain_is_accepted() -> None:
    judged = report.judge(proof())
    assert judged["accepted"] is True
    assert "24" in judged["reason"]


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (proof(notes=0.1, low=-0.05), "reliably"),
        (proof(closed_high=-0.2), "Without your notes"),
        (proof(rise=0.3), "forgotten"),
        (proof(questions=2), "only 2 questions"),
    ],
)
def test_anything_else_is_refused_with_its_reason(case: dict[str, Any], words: str) -> None:
    judged = report.judge(case)
    assert judged["accepted"] is False
    assert words in judged["reason"]


def test_the_words_hold_the_figures() -> None:
    text = " ".join(report.words(report.judge(proof())))
    assert "3.00" in text
    assert "2.50" in text


def test_gains_are_positive_when_the_adapter_is_less_surprised() -> None:
    gain = report.gains([3.0, 4.0, 5.0, 3.5], [2.0, 3.0, 3.0, 3.0])
    assert gain["mean"] == pytest.approx(1.125)
    assert gain["low"] > 0
