"""The measures: known values, and an interval that holds its mean."""

import math

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


@pytest.mark.parametrize(
    "text",
    [
        "That is not in your notes.",
        "That is not in your notes. It only says 1 spoon per meal from a can.",
        "I’m sorry, but the notes do not mention her surname.",
        "Your notes don't say.",
        "It isn't stated.",
        "I don't know.",
        "There is no information about the price.",
        "I do not have enough information to answer.",
        "Unknown.",
        "Das steht nicht in deinen Notizen. Nur 20 % stehen da.",
        "In deinen Notizen steht dazu nichts.",
        "Das weiß ich nicht.",
        "Eso no está en tus notas. Solo dice 4 manojos.",
        "Tus notas no lo dicen.",
        "Ce n'est pas dans vos notes.",
        "Je ne sais pas.",
        "Non è nei tuoi appunti.",
        "Isso não está nas suas notas.",
        "Dat staat niet in je notities.",
        "你的笔记里没有写。只知道姓廖。",
        "笔记中没有提到这一点。",
        "それはメモに書かれていません。",
    ],
)
def test_not_in_the_notes_is_understood_in_many_languages(text: str) -> None:
    assert metrics.abstains(text)


@pytest.mark.parametrize(
    "text",
    [
        "No.",
        "No, only on Fridays.",
        "Nobody",
        "Not before the 14th of May",
        "the blue one",
        "Nein, erst am Freitag",
        "no, el martes",
        "没有。",
        "I noted it in my notes: Boris",
        "the note on the fridge",
        "It was not Anselm but Griet",
        "",
    ],
)
def test_a_no_is_an_answer(text: str) -> None:
    assert not metrics.abstains(text)


def test_the_right_answer_ranks_first_when_it_is_the_likeliest() -> None:
    assert metrics.rank_first([1.0, 2.0, 3.0, 1.5]) == 1.0
    assert metrics.rank_first([2.0, 1.0, 3.0]) == 0.0
    assert metrics.rank_first([1.0, 1.0, 2.0]) == 0.5
    assert math.isnan(metrics.rank_first([1.0]))


@pytest.mark.parametrize(
    "said",
    [
        "I am here. I am here. I am here. I am here.",
        "Well: no no no no no no no",
        "1. Use less water. 2. Use less water. 3. Use less water. 4. Use less water.",
        "你好你好你好你好你好你好你好你好你好",
        [5, 9, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2],
    ],
)
def test_an_answer_that_runs_in_circles_is_seen(said: str | list[int]) -> None:
    assert metrics.loops(said)


@pytest.mark.parametrize(
    "said",
    [
        "1 2 3 4 5 6 7 8 9 10 11 12",
        "It is 1,000,000.",
        "--------------------------------",
        "Red, green and blue. Red is warm, green is calm.",
        "No no no.",
        "",
        [7, 7, 7, 7, 7],
        list(range(50)),
    ],
)
def test_lists_and_long_numbers_are_no_loop(said: str | list[int]) -> None:
    assert not metrics.loops(said)


def test_pairs_are_surer_than_their_sides() -> None:
    before = [float(i % 10) for i in range(60)]
    after = [b + 0.5 + 0.1 * (i % 3) for i, b in enumerate(before)]
    gain = metrics.difference(before, after)
    assert 0.5 < gain["low"] < gain["mean"] < gain["high"] < 0.7
    assert metrics.interval(after)["low"] < metrics.interval(before)["high"]


def test_a_relative_change_is_of_the_means() -> None:
    change = metrics.relative_change([1.0, 3.0, 2.0, 2.0], [1.1, 3.3, 2.2, 2.2])
    assert change["mean"] == pytest.approx(0.1)
    assert change["low"] == pytest.approx(0.1)
    assert metrics.relative_change([], []) == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_writing_is_attributed_to_who_writes_like_it() -> None:
    authors = {
        "sailor": "We hoisted the jib and reefed the mainsail; the tide ran against us all the morning watch. " * 3,
        "baker": "The sourdough wants flour, water, salt and patience; I knead the dough before the oven is hot. " * 3,
    }
    first, second = metrics.attribute(["Flour and salt, then knead the dough.", "The tide and the sail."], authors)
    assert first["baker"] > first["sailor"]
    assert second["sailor"] > second["baker"]
    assert 0 <= first["baker"] <= 1
