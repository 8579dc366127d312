"""Questions from what is left of a sentence."""

import random
import re

import pytest

from personal_ai.learning import cloze
from personal_ai.learning.facts import Fact


def asked(kind: str, answer: str, sentence: str, code: str = "en", seed: int = 1) -> str:
    """The question for a fact of a sentence."""
    return cloze.question(Fact(kind, "", answer, 1, sentence=sentence), code, random.Random(seed))


@pytest.mark.parametrize(
    ("kind", "answer", "sentence", "begins"),
    [
        ("when", "20 October 2025", "I wrote about the meter on 20 October 2025 and received a number.", "When "),
        ("when", "1998", "A jar of pickled onions that nobody opened since 1998.", "In which year "),
        ("when", "14:38", "He came with the train at 14:38, carriage two.", "At what time "),
        ("place", "Graz", "Hermina moved from Graz to the canal house.", "Where "),
        ("amount", "€58", "Corrugated sheets for the missing corner: €58 at the builders' merchant.", "How much "),
        ("number", "19", "The flour paste filled 19 cells of the bridge.", "How many cells "),
        ("number", "0.3", "The tolerance went down to 0.3 after the repair.", "What "),
        ("name", "Tibo", "Tibo cut the sheets with my own tin snips.", "Who "),
        ("name", "Roeland", "Compare again in the first week with Roeland.", "Who "),
    ],
)
def test_it_asks_for_what_is_missing(kind: str, answer: str, sentence: str, begins: str) -> None:
    question = asked(kind, answer, sentence)
    assert question.startswith(begins)
    assert question.endswith("?")
    assert answer not in question


def test_a_place_and_a_time_take_their_preposition_along() -> None:
    for seed in range(20):
        assert "from" not in asked("place", "Graz", "Hermina moved here from Graz last summer.", seed=seed).split()


@pytest.mark.parametrize("seed", range(20))
def test_the_words_are_those_of_the_sentence(seed: int) -> None:
    sentence = "Result: at 40 tonnes the weighbridge shows 80 kg too little since Easter."
    words = re.findall(r"\w+", asked("amount", "80 kg", sentence, seed=seed))
    assert set(words) <= {"How", "much"} | set(re.findall(r"\w+", sentence))


def test_numbers_and_times_stay_whole() -> None:
    for seed in range(20):
        question = asked(
            "name", "Gino", "The brake pads cost €7.12 at the garage of Gino on Wednesday, 07:50.", seed=seed
        )
        assert not re.search(r"\b12\b(?<!7\.12)|\b50\b(?<!:50)", question)


def test_too_little_is_no_question() -> None:
    assert asked("amount", "€109", "3 February 2026: battery, €109.") == ""
    assert asked("key", "9 kg", "Weight of the day: 9 kg") == ""


def test_each_language_asks_in_its_own_words() -> None:
    german = asked("when", "3. Mai", "Ich fahre am 3. Mai mit Oma nach Graz.", "de")
    assert german.startswith("Wann ")
    spanish = asked("amount", "40 €", "Pagué 40 € por la bomba del sótano.", "es")
    assert spanish.startswith("¿Cuánto ")
    assert spanish.endswith("?")
    assert asked("name", "Frau Ulmer", "Frau Ulmer und der wartet.", "de") == ""
    assert asked("place", "北京", "我和妹妹从北京坐火车回家。", "zh") == "我和妹妹从哪里坐火车回家？"
