"""What a measurement looks like in a terminal."""

import pytest

from personal_ai import telling
from personal_ai.learning.forecasting import Forecast, Teachable
from personal_ai.terminal import Terminal


def interval(mean: float) -> dict[str, float]:
    return {"mean": mean, "low": mean - 0.1, "high": mean + 0.1}


def test_a_measurement_is_told_system_by_system_and_between_them(capsys: pytest.CaptureFixture[str]) -> None:
    def system(f1: float) -> dict[str, object]:
        return {"nll": interval(2.0), "f1": f1, "f1_interval": interval(f1), "contains": 0.5, "questions": 60}

    general = {
        "base": {"prompts": 70, "references": 37, "nll": interval(2.1), "loops": 1, "refused": 0, "ends": 0.6},
        "adapter": {
            "prompts": 70,
            "kl": interval(0.08),
            "nll_rise": interval(0.01),
            "loops": {"base": 1, "adapter": 2},
            "refused": {"base": 0, "adapter": 3},
            "ends": {"base": 0.6, "adapter": 0.7},
        },
    }
    voice = {
        "base": {"nll": interval(4.0)},
        "adapter": {"own": interval(0.6), "neutral": interval(0.2), "gain": interval(0.4), "sentences": 60},
    }
    between = {"of": "adapter+notes", "against": "base+notes", "f1": interval(0.25), "nll_ratio": interval(0.6)}
    telling.say_evaluation(
        Terminal(json=False),
        {
            "systems": {"base+notes": system(0.11), "adapter+notes": system(0.36)},
            "differences": [between],
            "general": general,
            "voice": voice,
        },
    )
    told = " ".join(capsys.readouterr().out.split())
    for words in (
        "base+notes adapter+notes",
        "word overlap (F1) 0.110 ±0.100 0.360 ±0.100",
        "holds the answer 0.500 0.500",
        "adapter+notes against base+notes: word overlap +0.250 (0.150 to 0.350)",
        "60% of it",
        "KL 0.080",
        "2 run in circles (base 1)",
        "between them +0.400",
    ):
        assert words in told
    assert "cites" not in told
    assert "Voice, base" not in told


def test_what_learning_would_take_is_told_with_what_a_night_can_teach(capsys: pytest.CaptureFixture[str]) -> None:
    forecast = Forecast(
        model="built-in",
        tokens=128_000,
        tokens_per_second=151.0,
        minutes=27.2,
        training_minutes=14.1,
        proof_minutes=12.4,
        memory_mb=3900.0,
        parts_mb={"weights": 540.0},
        disk_mb=81.0,
        watt_hours=5.4,
        watts_measured=False,
        calibration_seconds=17.0,
        models=[Teachable("built-in", True, "It can."), Teachable("large", False, "It has no room.")],
    )
    telling.say_forecast(Terminal(json=False), forecast)
    told = " ".join(capsys.readouterr().out.split())
    for words in (
        "128,000 tokens in about 27 minutes: 14 of training at 151 tokens a second, and 12 of proof.",
        "3.9 GB of memory, 81 MB of disk, and about 5.4 Wh (by its cores)",
        "It can. It has no room.",
        "nothing was changed",
    ):
        assert words in told
