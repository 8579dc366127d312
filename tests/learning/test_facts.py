"""The ledger: what a note says, where, and in which words it can be asked."""

from dataclasses import dataclass

import pytest

from personal_ai.learning import facts, outline, phrases


@dataclass(frozen=True)
class Chunk:
    id: int
    title: str
    text: str
    heading: str = ""


TEXT = """Dentist: Mrs Van Imschoot, Voormuide, third floor, no lift, magazines from 2017.

On 6 December 2025, at coffee in the workshop, I bit on a
hazelnut shell because Jelle had not sieved the flour. The crown
weighs **1.1 gram** and the lab is in Lokeren.

| | Price in euro |
|---|---|
| Crown | 780.00 |
| Pictures | 96.50 |

## To bring

- card
- old splint
- patience

1. Hall
2. Kitchen
3. Bathroom
"""


def things(text: str, title: str = "Teeth", code: str = "en") -> list[list[facts.Fact]]:
    return facts.ledger(Chunk(1, title, text), facts.Lexicon([text, "with Jelle in Lokeren"]), code, most=50)


def test_every_answer_stands_at_its_place() -> None:
    found = things(TEXT)
    assert {fact.kind for thing in found for fact in thing} >= {"amount", "when", "why", "list", "item", "name"}
    for thing in found:
        for fact in thing:
            raw = outline.plain(TEXT[fact.start : fact.end])
            assert all(part in raw for part in (fact.answer.split(", ") if fact.kind == "list" else [fact.answer]))


def test_keys_rows_and_lists_are_asked_by_name() -> None:
    asked = {fact.question: fact.answer for thing in things(TEXT) for fact in thing}
    assert asked["What did I note under “Dentist” in “Teeth”?"] == "Mrs Van Imschoot"
    assert asked["What is “Price in euro” of “Crown” in my note “Teeth”?"] == "780.00"
    assert asked["What is on my list “To bring”?"] == "card, old splint, patience"
    assert asked["What is number 2 on my list “To bring”?"] == "Kitchen"


def test_a_wrapped_sentence_is_one_sentence() -> None:
    said = [sentence.text for sentence in outline.read(TEXT).sentences]
    assert any(text.startswith("On 6 December") and text.endswith("sieved the flour.") for text in said)


def test_each_fact_has_several_phrasings_and_one_that_is_kept() -> None:
    thing = next(thing for thing in things(TEXT) if thing[0].answer == "6 December 2025")
    assert [fact.way for fact in thing] == ["gap", "titled", "kept"], thing
    assert len({fact.question for fact in thing}) == 3


def test_a_chat_is_asked_for_its_answers() -> None:
    chat = "[19:02] Griet: How many are we then?\n[19:05] Odile: 18 with the card club\n"
    asked = {fact.question: fact.answer for thing in things(chat) for fact in thing}
    assert asked["What did Odile answer to “How many are we then?”?"] == "18 with the card club"


@pytest.mark.parametrize(
    ("code", "text", "question"),
    [
        ("de", "Zahnärztin: Frau Moser", "Was habe ich in „Zähne“ unter „Zahnärztin“ notiert?"),
        ("es", "Dentista: Rufina Ortiz", "¿Qué anoté en «Zähne» bajo «Dentista»?"),
        ("zh", "牙医：苟师傅", "我在《Zähne》里“牙医”一项写了什么？"),
    ],
)
def test_a_question_is_put_in_the_language_of_the_note(code: str, text: str, question: str) -> None:
    assert question in {fact.question for thing in things(text, "Zähne", code) for fact in thing}


def test_languages_are_told_apart() -> None:
    assert phrases.language("I went to the market and it was closed for the day") == "en"
    assert phrases.language("Ich war auf dem Markt und der war zu") == "de"
    assert phrases.language("Fui al mercado y estaba cerrado por la fiesta de los muertos") == "es"
    assert phrases.language("今天去了市场，可是关门了。") == "zh"
    assert phrases.language("Je suis allé au marché et il est fermé pour la fête") == "fr"
    assert phrases.language("12 34") == ""


def test_code_is_not_asked_about() -> None:
    text = "Use the `-m` flag to name a stash.\n\n```bash\n$ git stash push -m 'made some changes today'\n```\n"
    asked = [fact for thing in things(text) for fact in thing]
    assert any(fact.answer == "-m" for fact in asked)
    assert not any("made some changes" in fact.question + fact.answer for fact in asked)
    cut = "  const value = other.map(x => x + 1);\n  return value;\n}\n```\n\nThat gives a list of all the numbers.\n"
    assert all("const" not in sentence.text for sentence in outline.read(cut).sentences)


def test_days_are_read_in_four_languages() -> None:
    assert facts.day_of("On 3 May 2025 it rained") == (2025, 5, 3)
    assert facts.day_of("Am 14. März kam er") == (0, 3, 14)
    assert facts.day_of("el 5 de julio de 2024 llovió") == (2024, 7, 5)
    assert facts.day_of("2024年3月5日下雨") == (2024, 3, 5)
    assert facts.day_of("It was 20 minutes late") is None
