"""Plain English sentences become the questions that they answer, and others none."""

import pytest

from personal_ai.learning import english


def is_name(word: str) -> bool:
    return word in (
        "Bettina",
        "Tomas",
        "Brandl",
        "Griet",
        "Jelle",
        "Wanda",
        "Lokeren",
        "Ghent",
        "Célestine",
        "Dirk",
        "React",
    )


def ask(sentence: str) -> dict[str, str]:
    return {
        asked.question: asked.answer
        for asked in english.questions(sentence, is_name, lambda word: word not in ("React", "Ghent", "Lokeren"))
    }


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("On 3 May 2025 I paid £20 to Tomas for the hat.", "When did I pay £20 to Tomas for the hat?", "3 May 2025"),
        ("I sold the old car on 12 June 2024.", "When did I sell the old car?", "12 June 2024"),
        ("The mortgage ends in November 2029.", "When does the mortgage end?", "November 2029"),
        ("The theory exam is on 9 September.", "When is the theory exam?", "9 September"),
        ("I paid £20 for the hat.", "How much did I pay for the hat?", "£20"),
        ("Paid €4.50 for the stamps.", "How much did I pay for the stamps?", "€4.50"),
        ("The fee was £65 a year.", "How much was the fee?", "£65"),
        ("We counted 63 slugs in one night.", "How many slugs did we count in one night?", "63"),
        ("Bettina came at eleven with a matchbox.", "Who came at eleven with a matchbox?", "Bettina"),
        ("I met Wanda at the station.", "Who did I meet at the station?", "Wanda"),
        ("The removal man was called Dirk and sang.", "What is the removal man called?", "Dirk"),
        ("There is a nurse, Célestine, with red hair.", "What is the nurse called?", "Célestine"),
        ("I live in Ghent.", "Where do I live?", "Ghent"),
        ("I bought the scale in Lokeren.", "Where did I buy the scale?", "Lokeren"),
        ("I sold the boat because the hull was rotten.", "Why did I sell the boat?", "the hull was rotten"),
        ("My favourite colour is green.", "What is my favourite colour?", "green"),
        ("React makes a good page in little time.", "Who or what makes a good page in little time?", "React"),
    ],
)
def test_a_plain_sentence_is_asked_about(sentence: str, question: str, answer: str) -> None:
    assert ask(sentence).get(question) == answer


@pytest.mark.parametrize(
    "sentence",
    [
        "She gave it to him.",
        "Nobody does not believe in that.",
        "Bettina asked how.",
        "Whatever, it rained.",
        "And then there were three of them in there.",
        "I've opened a branch off of main and made a series of commits.",
    ],
)
def test_what_could_not_be_understood_alone_is_not_asked(sentence: str) -> None:
    assert ask(sentence) == {}


def test_every_answer_stands_in_its_sentence_and_in_no_question() -> None:
    for sentence in ("On 3 May 2025 I paid £20 to Tomas Brandl.", "Griet called the shop and Jelle sold two lamps."):
        for question, answer in ask(sentence).items():
            assert answer in sentence
            assert answer not in question


@pytest.mark.parametrize(
    ("sentence", "others"),
    [
        (
            "I sold the old car on 12 June 2024.",
            [
                "Do you know when I sold the old car?",
                "On what date did I sell the old car?",
                "I sold the old car. When was that?",
            ],
        ),
        (
            "The theory exam is on 9 September.",
            ["Do you know when the theory exam is?", "On what date is the theory exam?"],
        ),
        (
            "Paid €4.50 for the stamps.",
            ["Do you know how much I paid for the stamps?", "What amount did I pay for the stamps?"],
        ),
        (
            "Bettina came with a matchbox.",
            [
                "Do you know who came with a matchbox?",
                "Somebody came with a matchbox. Who was it?",
                "Who was it that came with a matchbox?",
            ],
        ),
        (
            "The rabbit is called Dirk.",
            [
                "What is the name of the rabbit?",
                "Do you know what the rabbit is called?",
                "Which name does the rabbit have?",
            ],
        ),
    ],
)
def test_what_is_asked_is_asked_in_other_words_too(sentence: str, others: list[str]) -> None:
    asked = list(english.questions(sentence, is_name, is_name))
    assert set(others) <= {other for each in asked for other in each.others}
    assert not any(each.answer in other or each.question == other for each in asked for other in each.others)
