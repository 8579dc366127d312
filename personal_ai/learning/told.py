"""What the person said themselves: decisions about single facts, and answers that they taught."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from personal_ai.learning import hygiene, pairs
from personal_ai.learning.forms import Prompt, tokens
from personal_ai.learning.job import Example
from personal_ai.learning.material import Material, Passage, Thing
from personal_ai.messages import Turn
from personal_ai.store import terms
from personal_ai.store.choices import ChoiceRow
from personal_ai.store.taught import TaughtRow

FORM = "taught"
#: What one that was taught weighs beside one that was generated.
WEIGHT = 2.0
#: The part of all tokens that what was taught makes up at most.
PART = 0.1


def decide(made: Sequence[Material], choices: Mapping[str, ChoiceRow]) -> None:
    """Leave out facts that are never to be learned; ask and answer edited ones only as the person wrote them."""
    unsaid: set[str] = set()
    for each in made:
        kept: list[Thing] = []
        for thing in each.things:
            choice = choices.get(thing.key)
            if choice is None:
                kept.append(thing)
                continue
            edited = choice.choice == "edit"
            if not edited or terms.fold(choice.answer) != terms.fold(thing.answer):
                unsaid.add(thing.ways[-1].sentence)
                each.unsaid.extend(_line(each, thing))
            if edited and fit(choice.question, choice.answer):
                fact = msgspec.structs.replace(
                    thing.ways[-1], question=choice.question, answer=choice.answer, way="plain"
                )
                kept.append(Thing([fact], own=True))
        each.things = kept
    for each in made:
        each.sentences = [sentence for sentence in each.sentences if sentence.text not in unsaid]


def _line(each: Material, thing: Thing) -> list[tuple[int, int]]:
    """The lines of a fact that stands in no sentence: a cell of a table, a short point of a list."""
    fact = thing.ways[-1]
    if fact.end <= fact.start or any(fact.sentence == sentence.text for sentence in each.sentences):
        return []
    end = each.text.find("\n", fact.end)
    return [(each.text.rfind("\n", 0, fact.start) + 1, end if end >= 0 else len(each.text))]


def fit(question: str, answer: str) -> bool:
    """Whether a question and an answer may be learned at all: without a secret, and no order to a model."""
    return not (hygiene.has_secret(question) or hygiene.has_secret(answer) or hygiene.gives_orders(answer))


def answers(rows: Sequence[TaughtRow]) -> list[TaughtRow]:
    """What was taught that is to be learned, the newest first: thumbs up and better answers, one for each question."""
    return [row for row in pairs.best_answers(rows) if fit(row.question, row.answer)]


def give_way(made: Sequence[Material], rows: Sequence[TaughtRow]) -> None:
    """Drop what would ask a question of the person's, or keep it for the proof: their answer is the only one."""
    own = {terms.fold(thing.fact.question) for each in made for thing in each.things if thing.own}
    own |= {terms.fold(row.question) for row in rows}
    for each in made:
        for thing in each.things:
            if not thing.own:
                thing.ways = [fact for fact in thing.ways if terms.fold(fact.question) not in own]
                thing.kept = thing.kept if thing.kept and terms.fold(thing.kept.question) not in own else None
        each.things = [thing for thing in each.things if thing.ways]


def keep_out(set_aside: Iterable[Material], rows: Sequence[TaughtRow]) -> None:
    """Drop from what the proof asks what the person wrote, or taught an answer about: that is learned."""
    said: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        for chunk in row.chunks:
            said[chunk].append(terms.fold(row.answer))
    for each in set_aside:
        each.things = [
            thing
            for thing in each.things
            if not thing.own and not any(terms.fold(thing.answer) in text for text in said[each.id])
        ]


def examples(rows: Sequence[TaughtRow], passage: Callable[[int], Passage | None], prompt: Prompt) -> list[Example]:
    """What was taught as examples, in the chat's own prompt, with the passages that the answer had.

    `passage` gives what is left of a chunk; without any, the question is asked closed book.
    """
    made: list[Example] = []
    for row in rows:
        shown = [found for id in row.chunks if (found := passage(id))]
        turns = [*prompt(row.question, shown), Turn("assistant", row.answer)]
        made.append(Example(turns, FORM, [each.chunk_id for each in shown], weight=WEIGHT, notes=bool(shown)))
    return made


def first(own: Sequence[Example], others: Sequence[Example]) -> list[Example]:
    """Put `own` among `others`, the first at the head and each next one as soon as PART allows it.

    However many of the first examples a night has time for, these stay about PART of them by tokens. What is beyond
    PART of all is left out, and the groups of `others` are not torn.
    """
    ratio = PART / (1 - PART)
    room = ratio * sum(map(_cost, others))
    left = [*own]
    made: list[Example] = []
    used = passed = 0
    before = ""
    for example in others:
        while left and used <= ratio * passed and (not before or before != example.group):
            next_one = left.pop(0)
            if used + _cost(next_one) <= room:
                made.append(next_one)
                used += _cost(next_one)
        made.append(example)
        passed += _cost(example)
        before = example.group
    return made


def _cost(example: Example) -> int:
    return sum(tokens(turn.text) for turn in example.turns)
