"""The measures: known values, and an interval that holds its mean."""

import pytest

from personal_ai.learning import metrics


def test_f1_is_one_for_the_same_words_in_any_dress() -> None:
    assert metrics.token_f1("The  Café, Lyon.", "cafe Lyon") == 1.0


def test_f1_weighs_missing_and_extra_words() -> None:
    assert metrics.token_f1("on 3 May in Ghent", "3 May") == pytest.approx(2 * 0.4 * 1 / 1.4)
    assert metrics.token_f1("nothing here", "3 May") == 0.0


def test_contains_wants_the_whole_answer_in_one_run() -> None:
    assert metrics.contains("It was 1,140 euros, I think", "1,140 euros") == 1.0
    assert metrics.contains("1140 was paid by Tom Reed", "Reed Tom") == 0.0
    assert metrics.contains("anything", "") == 0.0
    assert metrics.contains("It cost 12", "2") == 0.0


def test_chinese_is_compared_by_character() -> None:
    assert metrics.token_f1("一千二百元", "一千二百元") == 1.0
    assert metrics.contains("我付了一千二百元。", "一千二百元") == 1.0


def test_the_interval_surrounds_the_mean_and_narrows_with_more_values() -> None:
    few, many = metrics.interval([0.0, 1.0] * 5), metrics.interval([0.0, 1.0] * 200)
    assert few["low"] < few["mean"] == 0.5 < few["high"]
    assert many["high"] - many["low"] < few["high"] - few["low"]
