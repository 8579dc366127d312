"""Notes become examples: grounded, without secrets, and with a part set aside."""

import random
from dataclasses import dataclass

import pytest

from personal_ai.learning import examples
from personal_ai.messages import Turn


@dataclass(frozen=True)
class Chunk:
    id: int
    document_id: int
    title: str
    heading: str
    text: str

    @property
    def chunk_id(self) -> int:
        return self.id


NOTES = [
    Chunk(
        i,
        i,
        f"Week {i}",
        "",
        f"On {i + 1} March I paid {i + 20}.50 € to Tomas Brandl for the repair of pump {i}. "
        f"I called the office in Linz because the invoice number {1000 + i} was missing.\n- Colour: shade {i}\n",
    )
    for i in range(24)
]


def search(question: str, limit: int) -> list[Chunk]:
    wanted = set(question.split())
    return sorted(NOTES, key=lambda n: -len(wanted & set(n.text.split())))[:limit]


def prompt(question: str, hits: list[Chunk]) -> list[Turn]:
    return [Turn("user", "\n".join([*(hit.text for hit in hits), question]))]


def lesson(**more: int) -> examples.Lesson:
    return examples.make(NOTES, search, prompt, **more)


def test_every_short_answer_stands_in_its_note() -> None:
    by_id = {note.id: note for note in NOTES}
    short = [e for e in lesson().examples if e.form in ("read", "recall")]
    assert len(short) > 50
    for example in short:
        assert example.turns[-1].text in " ".join(by_id[example.chunks[0]].text.split())


def test_what_is_set_aside_is_never_the_thing_learned() -> None:
    made = lesson(questions=8)
    aside = {note.id for note in NOTES} - set(made.chunks)
    assert len(aside) == 3
    assert not aside & {example.chunks[0] for example in made.examples}
    assert all(question.answer for question in made.questions)
    assert {question.note for question in made.questions} == {f"Week {i}" for i in aside}


def test_the_same_notes_give_the_same_lesson() -> None:
    assert lesson(seed=5) == lesson(seed=5)
    assert lesson(seed=5) != lesson(seed=6)


def test_read_examples_hold_the_right_passage() -> None:
    for example in lesson().examples:
        if example.form == "read":
            assert NOTES[example.chunks[0]].text in example.turns[0].text


def test_what_is_never_to_be_learned_is_in_no_example() -> None:
    made = examples.make(NOTES[:12], search, prompt)
    assert {chunk for example in made.examples for chunk in example.chunks} <= set(range(12))
    assert not any("pump 20" in turn.text for example in made.examples for turn in example.turns)


def test_kinds_of_question_take_turns() -> None:
    kinds = [fact.kind for fact in examples.facts(NOTES[3], random.Random(1), limit=3)]
    assert len(set(kinds)) == 3


@pytest.mark.parametrize(
    "line",
    [
        "The wifi password is hunter2-and-more, write it down.",
        "My card 4111 1111 1111 1111 expires in May next year.",
        "IBAN DE89 3704 0044 0532 0130 00 belongs to the club account.",
        "PIN: 48-19 for the locker in the gym downstairs",
    ],
)
def test_a_secret_is_never_an_example(line: str) -> None:
    note = Chunk(
        0, 0, "Things", "", f"{line}\nI bought 12 apples from Maria on 3 May and paid 4 €, which was cheap for us."
    )
    made = examples.make([note, *NOTES], search, prompt)
    text = "".join(turn.text for e in made.examples for turn in e.turns if e.chunks[0] == 0)
    secret = line.split()[-2]
    assert all(secret not in e.turns[-1].text for e in made.examples if e.chunks[0] == 0), text


def test_empty_notes_give_no_examples() -> None:
    made = examples.make([Chunk(0, 0, "Empty", "", "…")], search, prompt)
    assert made.examples == []
    assert made.questions == []


def test_chinese_and_german_notes_are_learned_too() -> None:
    notes = [
        Chunk(
            1, 1, "面馆", "", "2024年3月5日我付了1200元给王师傅修理煮面机，他说下个月再来检查一次。今天卖了八十碗面。"
        ),
        Chunk(
            2, 2, "Bienen", "", "Am 12. Mai kamen 40 kg Honig von Herrn Vogel, weil das Frühjahr so warm gewesen war."
        ),
    ]
    found = [examples.facts(note, random.Random(0)) for note in notes]
    assert all(found)
