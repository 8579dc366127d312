"""What is set aside for the proof: which chunks, and which facts in words that no example uses."""

from collections import defaultdict

import msgspec

from personal_ai.learning import aside
from personal_ai.learning.facts import Fact
from personal_ai.learning.material import Material, Thing
from personal_ai.messages import Turn


def thing(chunk: int, number: int, *, natural: bool) -> Thing:
    """A fact with questions to learn; a natural one can be kept back by its first, another has one to be kept."""
    said = f"Tomas{number}-{chunk}"
    sentence = f"{said} mended the copper boiler of house {number}."

    def fact(question: str, way: str) -> Fact:
        return Fact("name", question, said, chunk, sentence=sentence, subject="boiler copper mend", way=way)

    gap = fact(f"Fill in: ____ mended the copper boiler of house {number}-{chunk}.", "gap")
    if natural:
        return Thing([fact(f"Who mended the copper boiler of house {number}-{chunk}?", "plain"), gap])
    return Thing([gap], kept=fact(f"Which name is missing at house {number}-{chunk}?", "kept"))


def material(id: int, things: list[Thing], text: str = "") -> Material:
    return Material(id, id, f"Note {id}", "", text or f"Text {id}", "", "en", gives_orders=False, things=things)


def kept_back(chunks: list[Material], count: int) -> list[tuple[Material, Fact]]:
    hearted = {id(thing) for each in chunks for thing in each.things}
    return aside.keep_back(chunks, hearted, count)


# ---- what is to be known by heart ----------------------------------------------------------------------------------


def test_many_answers_are_known_before_one_is_known_again() -> None:
    def who(id: int, number: int, answer: str) -> Thing:
        asked = f"Who came to house {number} on day {id}?"
        return Thing([Fact("name", asked, answer, id, sentence=f"{answer} came to house {number}.", way="plain")])

    notes = [material(id, [who(id, 0, "Jelle"), who(id, 1, f"Guest{id}")]) for id in range(6)]
    answers = [thing.answer for thing in aside.by_heart(notes)]
    assert sorted(answers[:7]) == ["Guest0", "Guest1", "Guest2", "Guest3", "Guest4", "Guest5", "Jelle"]
    assert answers[7:] == ["Jelle"] * 5


def test_what_is_known_is_asked_again_a_part_at_a_time() -> None:
    notes = [material(id, [thing(id, n, natural=True) for n in range(4)]) for id in range(10)]
    things = {each.key: each for note in notes for each in note.things}
    first = aside.to_know(notes[:5], 10, {}, [], begins_anew=True)
    assert len(first.anew) == len(first.keys) == 10 and not first.again
    known, asked = first.keys, list[str]()
    for night in range(4):
        heart = aside.to_know(notes, 10, {5, 6, 7, 8, 9}, known, begins_anew=False)
        again = [key for key in known if id(things[key]) in heart.again]
        # Half for what is new, or more where little is known; what is known is asked in its turn.
        assert len(heart.anew) == (6 if night == 0 else 5)
        assert again == known[: len(again)] and len(again) >= 10
        assert not heart.anew & {id(things[key]) for key in known}
        assert sorted(heart.keys[: -len(heart.anew)]) == sorted(known)
        known, asked = heart.keys, [*asked, *again]
    assert set(first.keys) <= set(asked)


def test_what_begins_anew_learns_what_was_known_again() -> None:
    notes = [material(id, [thing(id, n, natural=True) for n in range(4)]) for id in range(10)]
    things = {each.key: each for note in notes for each in note.things}
    known = aside.to_know(notes[:5], 6, {}, [], begins_anew=True).keys
    gone = [*known, "a fact of a note that is gone"]
    heart = aside.to_know(notes, 10, {5, 6, 7, 8, 9}, gone, begins_anew=True)
    assert heart.keys[:6] == known and len(heart.keys) == len(heart.anew) == 10 and not heart.again
    # A third is for what is new.
    fewer = aside.to_know(notes, 6, {5}, gone, begins_anew=True)
    assert fewer.keys[:4] == known[-4:] and fewer.keys[4:] and not set(fewer.keys[4:]) & set(known)
    assert fewer.anew == {id(things[key]) for key in fewer.keys}
    assert fewer.known == {id(things[key]) for key in known}


# ---- learned facts in other words ---------------------------------------------------------------------------------


def test_natural_questions_are_kept_back_where_there_are_no_others() -> None:
    notes = [material(id, [thing(id, 0, natural=id > 0)]) for id in range(6)]
    ways = [fact.way for _, fact in kept_back(notes, 6)]
    assert sorted(ways) == ["kept", *["plain"] * 5]


def test_others_are_kept_back_where_there_are_no_natural_questions() -> None:
    notes = [material(id, [thing(id, 0, natural=id == 0)]) for id in range(6)]
    assert sorted(fact.way for _, fact in kept_back(notes, 6)) == [*["kept"] * 5, "plain"]


def test_the_same_words_are_kept_back_whatever_else_is_known() -> None:
    def notes() -> list[Material]:
        made = [material(id, [thing(id, 0, natural=True)]) for id in range(12)]
        for note in made:
            note.things[0].kept = msgspec.structs.replace(note.things[0].fact, question=f"Said {note.id}", way="kept")
        return made

    some, every = notes(), notes()
    first = {each.id: fact for each, fact in kept_back(some[:6], 6)}
    all_known = {id(thing) for each in every for thing in each.things}
    held = {id(each.things[0]) for each in every[:6]}
    then = aside.keep_back(every, all_known - held, 8, held)
    assert {each.id: fact for each, fact in then if each.id < 6}.items() <= first.items()
    assert {fact.way for fact in first.values()} == {"kept", "plain"}
    # What is known and what is new take turns, and nobody learns the words of those that are not asked today either.
    assert sum(each.id < 6 for each, _ in then) == 4
    for each in every:
        if (kept := first.get(each.id)) and kept.way == "plain":
            assert kept.question not in {fact.question for fact in each.things[0].ways}


def test_what_stands_in_a_chunk_twice_is_known_once() -> None:
    notes = [material(id, [thing(id, 0, natural=True), thing(id, 0, natural=True)]) for id in range(6)]
    known: list[str] = []
    for _ in range(4):
        heart = aside.to_know(notes, 10, {}, known, begins_anew=False)
        assert len(heart.keys) == len(set(heart.keys)) == 6
        known = heart.keys


def test_what_chooses_the_strength_is_asked_in_the_same_ways_as_what_proves() -> None:
    notes = [material(id, [thing(id, n, natural=n == 0) for n in range(2)]) for id in range(6)]
    kept = kept_back(notes, 10)
    asking = aside.Asking(notes, lambda *_: [], lambda question, _hits: [Turn("user", question)], 4)
    found = asking.questions([], kept, aside.Counts(0, 10, 0))
    ways: dict[str, list[str]] = defaultdict(list)
    for question, (_, fact) in zip(found, kept, strict=True):
        ways[question.use].append(fact.way)
    assert {use: sorted(set(each)) for use, each in ways.items()} == {
        "prove": ["kept", "plain"],
        "choose": ["kept", "plain"],
    }
    assert len(ways["prove"]) - len(ways["choose"]) in (0, 1, 2)


# ---- chunks that are set aside ------------------------------------------------------------------------------------


def library(count: int) -> list[Material]:
    return [
        material(id, [thing(id, n, natural=True) for n in range(3)], f"A walk of {id} steps") for id in range(count)
    ]


def test_a_chunk_that_was_learned_is_never_set_aside_later_however_the_notes_grow() -> None:
    notes = library(1000)
    learned: set[int] = set()
    for size in range(300, 1001, 10):
        held = {each.id for each in aside.set_aside(notes[:size], 80)}
        assert not held & learned, size
        assert size / 16 < len(held) <= size / 8
        learned |= set(range(size)) - held


def test_of_few_notes_enough_are_set_aside_and_never_more_than_an_eighth() -> None:
    for size in range(2, 200):
        held = aside.set_aside(library(size), 80)
        most = max(1, size // 8)
        assert len(held) <= most
        assert len(held) == most or sum(len(each.things) for each in held) >= aside.WANTED
