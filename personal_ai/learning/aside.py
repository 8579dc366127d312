"""What is set aside, and what is known by heart; and questions about both that no example answers."""

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Literal

import msgspec

from personal_ai.learning import facts, outline
from personal_ai.learning.facts import Fact
from personal_ai.learning.forms import Find, Prompt, holds, may_hold
from personal_ai.learning.job import NOT_IN_NOTES, Question
from personal_ai.learning.material import Material, Passage, Thing, hash_of
from personal_ai.store import terms

#: Chunks set aside: about this part of those with facts, more if that gives too few questions, never above MOST_PART.
PART, MOST_PART = 1 / 10, 1 / 8
#: Whose hash is below this is in that part, whatever other chunks there are.
LINE = int(PART * 2**64)
#: Questions about what is set aside that are wanted at least, where the notes allow.
WANTED = 24
#: Of all questions, those that the notes do not answer and those of learned facts.
NONE_PART, RECALL_PART = 0.2, 0.3
#: Questions of one kind about one chunk at most.
EACH = 6
#: An answer of more characters is no short one.
SHORT = 24
#: What is known by heart keeps with this part of the exposures that it took (examples._AGAIN).
AGAIN = 0.4

Use = Literal["choose", "prove"]


class Counts(msgspec.Struct, frozen=True):
    """How many questions of each kind to ask."""

    read: int
    recall: int
    none: int


def share(questions: int) -> Counts:
    """Share out the questions: half about chunks set aside, a third of learned facts, a fifth without an answer."""
    none, recall = round(questions * NONE_PART), round(questions * RECALL_PART)
    return Counts(questions - none - recall, recall, none)


def set_aside(chunks: Sequence[Material], wanted: int) -> list[Material]:
    """Choose by their text alone which chunks nothing is learned from.

    Each is set aside or not by its own hash, so that one which was learned is none that proves on a later night. Other
    notes have a say only where there are too few of these for enough questions, or more than MOST_PART.
    """
    fit = [each for each in chunks if each.things and not each.gives_orders]
    # What the person wrote is to be learned, so their chunks come last.
    fit.sort(key=lambda each: (_has_own(each), each.hash))
    if len(fit) < 2:
        return []
    most = max(1, int(len(fit) * MOST_PART))
    count = min(most, max(1, sum(each.hash < LINE and not _has_own(each) for each in fit)))
    enough = min(WANTED, wanted)
    while count < most and sum(min(len(each.things), EACH) for each in fit[:count]) < enough:
        count += 1
    return fit[:count]


def _has_own(each: Material) -> bool:
    return any(thing.own for thing in each.things)


class Heart(msgspec.Struct, frozen=True):
    """What a run is to know by heart, by identity: `anew` with all exposures, `again` so as not to be forgotten.

    `known` is all that was known before, asked again or not. `keys` are those of all that is known afterwards, what has
    not been asked for longest first.
    """

    anew: set[int]
    again: set[int]
    known: set[int]
    keys: list[str]


def to_know(
    learned: Sequence[Material], count: int, new: Collection[int], known: Sequence[str], *, begins_anew: bool
) -> Heart:
    """Choose what to know by heart where there is time to learn `count` things.

    `known` are the keys of what is known already (Heart.keys). A run that goes on from that asks it again, a part at a
    time; one that begins anew has to learn it again, what was asked last first. At least a third is for what is new.
    """
    things: dict[str, Thing] = {}
    for thing in by_heart(learned, new):
        things.setdefault(thing.key, thing)
    old = [key for key in dict.fromkeys(known) if key in things]
    fresh = [key for key in things if key not in set(old)]
    if begins_anew:
        relearned = old[-max(count - len(fresh), 2 * count // 3) :]
        anew, again = [*relearned, *fresh[: count - len(relearned)]], []
        keys = anew
    else:
        anew = fresh[: round(count - min(AGAIN * len(old), count / 2))]
        again = old[: int((count - len(anew)) / AGAIN)]
        keys = [*old[len(again) :], *again, *anew]
    asked_anew, asked_again, old_ones = ({id(things[key]) for key in chosen} for chosen in (anew, again, old))
    return Heart(asked_anew, asked_again, old_ones, keys)


def by_heart(learned: Sequence[Material], new: Collection[int] = ()) -> list[Thing]:
    """All things in the order of their worth to be known by heart: those of `new` documents first, in turn of each.

    A fact takes many exposures to be known, so a night does better to learn some well than all badly. What the person
    wrote comes first, then what can be asked as people ask, of that what has a short answer, and of that what a
    sentence says: it can be put in several ways, and known in one wording is not known. Among equals, answers that were
    not chosen yet come first: of many facts with few answers a model learns which answers there are, and not to which
    question (measured). The choice follows from the text alone.
    """
    of: dict[int, list[tuple[tuple[bool, ...], int, Thing]]] = defaultdict(list)
    for each in learned:
        for thing in each.things:
            fact = thing.fact
            entry = not any(way.way == "gap" for way in thing.ways)
            worth = (not thing.own, fact.way != "plain", len(fact.answer) > SHORT, entry)
            of[each.document_id].append((worth, hash_of(f"{fact.sentence}{thing.answer}"), thing))
    chosen: list[Thing] = []
    answers: Counter[str] = Counter()
    for documents in ([d for d in of if d in new], [d for d in of if d not in new]):
        for worth in itertools.product((False, True), repeat=4):
            queues = [sorted((e for e in of[d] if e[0] == worth), key=lambda entry: entry[1]) for d in documents]
            things = [entry[2] for turn in itertools.zip_longest(*queues) for entry in turn if entry]
            chosen.extend(_other_answers_first(things, answers))
    return chosen


def _other_answers_first(things: Sequence[Thing], answers: Counter[str]) -> list[Thing]:
    """Those whose answer is new to `answers` and to those before, then those that have it once, and so on; counted."""
    turns: list[tuple[int, Thing]] = []
    for thing in things:
        answer = terms.fold(thing.answer)
        turns.append((answers[answer], thing))
        answers[answer] += 1
    return [thing for _, thing in sorted(turns, key=lambda entry: entry[0])]


def keep_back(
    learned: Sequence[Material], hearted: Collection[int], count: int, known: Collection[int] = ()
) -> list[tuple[Material, Fact]]:
    """Choose facts known by heart to ask about in words that no example uses; the examples do without these words.

    Of every fact the same words are kept back every night, whatever else is learned: one of two that has a natural
    question keeps back that, any other what no example says. `count` are asked at most, no more than two of a chunk,
    and what was `known` before in turn with what was not. The choice follows from the text alone.
    """
    pool = [(each, thing) for each in learned for thing in each.things if id(thing) in hearted or id(thing) in known]
    pool.sort(key=lambda entry: hash_of(f"{entry[1].fact.sentence}{entry[1].answer}"))
    queues: tuple[list[tuple[Material, Fact]], ...] = ([], [])
    seen: dict[int, int] = defaultdict(int)
    for each, thing in pool:
        fact = _kept_back(thing)
        if fact is None:
            continue
        if fact is thing.fact:
            thing.ways = _without_plain(thing)
        if seen[each.id] < 2:
            seen[each.id] += 1
            queues[id(thing) in known].append((each, fact))
    in_turn = itertools.zip_longest(*queues)
    return [entry for turn in in_turn for entry in turn if entry][:count]


def _kept_back(thing: Thing) -> Fact | None:
    """The question of a thing that no example asks."""
    # One of two words or so could be meant in many ways.
    natural = (
        thing.fact.way == "plain" and _without_plain(thing) and len(facts.subject(thing.fact.question).split()) >= 3
    )
    if natural and (thing.kept is None or hash_of(thing.key) % 2):
        return thing.fact
    return thing.kept


def _without_plain(thing: Thing) -> list[Fact]:
    """The questions of a thing other than its first one, and than those which hold it."""
    plain = terms.fold(thing.fact.question)
    return [fact for fact in thing.ways if plain not in terms.fold(fact.question)]


class Asking:
    """Makes the questions of a proof."""

    def __init__(
        self, chunks: Sequence[Material], find: Find, prompt: Prompt, passages: int, new: Collection[int] | None = None
    ) -> None:
        self._find = find
        self._prompt = prompt
        self._passages = passages
        self._new = new
        self._pools: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for each in chunks:
            for thing in each.things:
                self._pools[thing.fact.kind].append((each.document_id, thing.answer))

    def questions(
        self, aside: Sequence[Material], kept_back: Sequence[tuple[Material, Fact]], counts: Counts
    ) -> list[Question]:
        """About what is set aside, with and without an answer in the passages, and about learned facts."""
        uses = _halves([each.id for each in aside])
        read, none = self._about(aside, counts, uses)
        recall: list[Question] = []
        asked: Counter[str] = Counter()
        for each, fact in kept_back:
            # In turn of each way of asking, so that what chooses the strength is like what proves.
            use = _use(asked[fact.way])
            asked[fact.way] += 1
            recall.append(self._question(each, fact, "recall", use, self._shown(fact.question, set())))
        return [*read, *recall, *none]

    def _about(
        self, aside: Sequence[Material], counts: Counts, uses: dict[int, Use]
    ) -> tuple[list[Question], list[Question]]:
        read: list[Question] = []
        none: list[Question] = []
        spare: list[tuple[Material, Fact]] = []
        for number, (each, thing) in enumerate(_in_turn(aside)):
            # With one chunk alone its questions are halved, so that there is something to choose the strength by.
            use = uses[each.id] if len(uses) > 1 else _use(number)
            turn = len(uses) < 2 or use == _use(len(none))
            if turn and len(none) * counts.read < len(read) * counts.none and len(none) < counts.none:
                lacking = self._lacking(each, thing.fact, use)
                if lacking:
                    none.append(lacking)
                    continue
            if len(read) >= counts.read:
                if len(none) >= counts.none:
                    break
                continue
            hits = self._shown(thing.fact.question, set())
            turns = self._prompt(thing.fact.question, hits)
            if holds(outline.plain(turns[-1].text), thing.fact):
                read.append(self._question(each, thing.fact, thing.fact.kind, use, hits))
            else:
                spare.append((each, thing.fact))
        # A proof without passages that help is a poor one, but better than none.
        for each, fact in spare[: max(0, counts.read - len(read))]:
            read.append(self._question(each, fact, fact.kind, uses[each.id], self._shown(fact.question, set())))
        return read, none

    def _lacking(self, each: Material, fact: Fact, use: Use) -> Question | None:
        """A question whose answer is taken out of what the search finds."""
        hits = self._shown(fact.question, {each.id})
        turns = self._prompt(fact.question, hits)
        shown = outline.plain(turns[-1].text.removesuffix(fact.question))
        if not hits or may_hold(shown, fact):
            return None
        return Question(
            question=fact.question,
            answer=NOT_IN_NOTES,
            closed=self._prompt(fact.question, []),
            open=turns,
            note=each.title,
            kind="none",
            use=use,
        )

    def _question(self, each: Material, fact: Fact, kind: str, use: Use, hits: Sequence[Passage]) -> Question:
        return Question(
            question=fact.question,
            answer=fact.answer,
            closed=self._prompt(fact.question, []),
            open=self._prompt(fact.question, hits),
            note=each.title,
            kind=kind,
            distractors=self._distractors(each, fact),
            use=use,
            known=self._new is not None and each.document_id not in self._new,
        )

    def _shown(self, question: str, without: set[int]) -> list[Passage]:
        return self._find(question, self._passages, without)

    def _distractors(self, each: Material, fact: Fact) -> list[str]:
        """Three answers of the same kind from other notes, of much the same build."""
        rng = random.Random(fact.question)
        right = terms.fold(fact.answer)
        found: list[str] = []
        kinds = [fact.kind, *(kind for kind in self._pools if kind != fact.kind)]
        for kind in kinds:
            pool = [answer for document, answer in self._pools[kind] if document != each.document_id]
            rng.shuffle(pool)
            for answer in sorted(pool, key=lambda answer: _unlike(answer, fact.answer)):
                folded = terms.fold(answer)
                fresh = folded not in map(terms.fold, found) and folded not in right and right not in folded
                if fresh and len(found) < 3:
                    found.append(answer)
            if len(found) == 3:
                break
        return found


def _unlike(answer: str, other: str) -> float:
    """How different two answers look: the unit or sign of an amount, the number of words, the length."""
    unit = "".join(sign for sign in answer if not sign.isdecimal() and sign not in "., ")
    others = "".join(sign for sign in other if not sign.isdecimal() and sign not in "., ")
    has_number = any(sign.isdecimal() for sign in other)
    return (
        2.0 * (has_number and unit != others)
        + abs(len(answer.split()) - len(other.split()))
        + abs(len(answer) - len(other)) / 10
    )


def _in_turn(aside: Sequence[Material]) -> Iterable[tuple[Material, Thing]]:
    """One fact of every chunk, then another of each."""
    for turn in range(EACH * 2):
        for each in aside:
            if turn < len(each.things):
                yield each, each.things[turn]


def _halves(ids: Sequence[int]) -> dict[int, Use]:
    return {id: _use(number) for number, id in enumerate(ids)}


def _use(number: int) -> Use:
    return "prove" if number % 2 == 0 else "choose"
