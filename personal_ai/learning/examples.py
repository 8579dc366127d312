"""Chunks of notes become training examples and set-aside questions, by rule: nothing that a note does not say."""

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from personal_ai.learning import aside, forms, material, told
from personal_ai.learning.forms import Prompt, Reading, tokens
from personal_ai.learning.job import Example, Question
from personal_ai.learning.material import Material, Note, Passage
from personal_ai.messages import Turn
from personal_ai.store import terms
from personal_ai.store.choices import ChoiceRow
from personal_ai.store.taught import TaughtRow

__all__ = ["FORMS", "Lesson", "Note", "Passage", "Prompt", "Search", "make"]

#: The chat's own search, so that what is practised is what will be asked.
Search = Callable[[str, int], Sequence[Any]]

#: Every form of example that notes give; what the person taught directly is one more.
FORMS = frozenset({"read", "recall", *forms.CLOSED})
#: No document makes up more than this part of the examples, by tokens; with few documents their fair part and a fifth.
DOCUMENT_PART = 0.02
#: What is to be known by heart is asked in so many rounds, each time begun in another way: exposures are what it takes.
_EXPOSURES = 10
#: What is known already is asked in every third of them (aside.AGAIN).
_AGAIN = 3
#: What is made in which round. What is to be known by heart comes first, for a part of it is of no use; the first round
#: behind passages takes every other chunk, another half every night.
_ROUNDS: tuple[tuple[str, ...], ...] = (
    *(("recall",),) * _EXPOSURES,
    ("read",),
    ("write",),
    ("read",),
    ("relation", "timeline", "title", "retell"),
    ("read", "continue"),
)


class Lesson(msgspec.Struct, frozen=True):
    """Everything one job needs to know about the notes.

    `documents` are all whose text stands in an example. `replaced` are sentences that a newer note contradicts, each
    with the newer one.
    """

    examples: list[Example]
    questions: list[Question]
    documents: list[int]
    #: The keys of the facts that are known by heart afterwards (aside.Heart).
    hearted: list[str] = []
    replaced: list[tuple[str, str]] = []


def make(
    notes: Sequence[Note],
    search: Search,
    prompt: Callable[[str, Sequence[Any]], list[Turn]],
    *,
    questions: int = 48,
    passages: int = 4,
    seed: int = 1,
    most: int = 6000,
    heart: int = 100,
    new: Collection[int] | None = None,
    known: Sequence[str] = (),
    begins_anew: bool = True,
    forms: frozenset[str] | None = None,
    choices: Mapping[str, ChoiceRow] | None = None,
    taught: Sequence[TaughtRow] = (),
) -> Lesson:
    """Turn `notes` into at most `most` examples and at most `questions` questions that no example answers.

    About a tenth of the chunks is set aside for the questions. The examples come in rounds: every fact in its best
    form, then in its next, and so on, so that their beginning is the best use of a short night. What is found for an
    example and is not among `notes` (never to be learned) is left out of it. `forms` are those of FORMS that are wanted
    (all). `heart` says how many facts there is time to know by heart, those of the documents `new` first (None: what is
    in use has learned nothing yet); `known` are the keys of those which the last run knew, and `begins_anew` says
    whether this one does not go on from it. `choices` are the person's decisions by the key of a fact; `taught` is what
    they taught in the chat, of which better answers and thumbs up become examples of their own.
    """
    made, replaced = material.prepare(notes)
    told.decide(made, choices or {})
    right = told.answers(taught)
    told.give_way(made, right)
    counts = aside.share(questions)
    set_aside = aside.set_aside(made, counts.read + counts.none)
    held = {each.id for each in set_aside}
    learned = [each for each in made if each.id not in held]
    told.keep_out(set_aside, right)
    hearted = aside.to_know(learned, heart, new or (), known, begins_anew=begins_anew)
    kept_back = aside.keep_back(learned, hearted.anew, counts.recall, hearted.known)
    find = _Find(search, made)
    proof = aside.Asking(made, find.anywhere, prompt, passages, new).questions(set_aside, kept_back, counts)
    wanted = FORMS if forms is None else forms
    maker = _Maker(learned, hearted, find.among_notes, prompt, passages, seed, wanted, proof)
    document = {note.id: note.document_id for note in notes}
    own = told.examples(right[: most // 2], find.learnable(notes), prompt)
    examples = told.first(own, _cap_documents(maker.make(most - len(own)), document))
    return Lesson(
        examples=examples,
        questions=proof,
        documents=sorted({document[id] for example in examples for id in example.chunks}),
        hearted=hearted.keys,
        replaced=replaced,
    )


class _Find:
    """The search, its passages without secrets."""

    def __init__(self, search: Search, made: Sequence[Material]) -> None:
        self._search = search
        self._passages = {each.id: each.passage for each in made}

    def among_notes(self, question: str, limit: int, without: set[int]) -> list[Passage]:
        """Only what may be learned."""
        return [hit for hit in self.anywhere(question, limit, without) if hit.chunk_id in self._passages]

    def learnable(self, notes: Sequence[Note]) -> Callable[[int], Passage | None]:
        """A chunk of `notes` by its id; None where there is no such chunk, or nothing of it may be shown."""
        chunks = {note.id: note for note in notes}

        def passage(id: int) -> Passage | None:
            found = self._passages.get(id) or (material.passage_of(chunks[id]) if id in chunks else None)
            return found if found and found.text.strip() else None

        return passage

    def anywhere(self, question: str, limit: int, without: set[int]) -> list[Passage]:
        """What the chat would find, too."""
        hits = [hit for hit in self._search(question, limit + len(without)) if hit.chunk_id not in without][:limit]
        return [self._passages.get(hit.chunk_id) or material.clean_passage(hit) for hit in hits]


class _Maker:
    """Makes the examples, round after round."""

    def __init__(
        self,
        chunks: Sequence[Material],
        hearted: aside.Heart,
        find: forms.Find,
        prompt: Prompt,
        passages: int,
        seed: int,
        wanted: frozenset[str],
        proof: Sequence[Question],
    ) -> None:
        self._rng = random.Random(f"{seed}")
        self._chunks = list(chunks)
        self._rng.shuffle(self._chunks)
        self._hearted = hearted
        self._prompt = prompt
        self._wanted = wanted
        self._never: dict[str, list[str]] = defaultdict(list)
        for asked in proof:
            self._never[terms.fold(asked.answer)].append(terms.fold(asked.question))
        #: What was asked behind passages already, by identity.
        self._done: set[int] = set()
        self._reading = Reading(self._chunks, find, prompt, passages, self._rng)

    def make(self, most: int) -> list[Example]:
        """At most `most` examples; those of a group stand together."""
        made: list[Example] = []
        seen: set[tuple[str, str, str]] = set()
        for number, parts in enumerate(_ROUNDS):
            groups: list[list[Example]] = []
            count = len(made)
            for group in self._round(number, parts):
                kept = [example for example in group if self._fresh(example, number, seen)]
                groups.append(kept)
                count += len(kept)
                if count >= most:
                    break
            self._rng.shuffle(groups)
            made.extend(example for group in groups for example in group)
            if len(made) >= most:
                break
        return made[:most]

    def _round(self, number: int, parts: tuple[str, ...]) -> Iterator[list[Example]]:
        """The groups of a round, chunk by chunk where that is possible, so that what is cut off are whole chunks."""
        for at in range(0, len(self._chunks), 16):
            some = self._chunks[at : at + 16]
            for part in parts:
                name = f"{part}-{number}-{at}"
                if part == "recall" and part in self._wanted:
                    asked = forms.recall(some, self._in_round(number), number)
                    yield from forms.bundle(part, asked, self._prompt, name)
                elif part == "read" and part in self._wanted:
                    for chunk in some[::2] if number == _EXPOSURES else some:
                        yield from self._reading.blocks(chunk, number - _EXPOSURES, self._done)
                elif part in self._wanted and part in forms.CLOSED and part not in _ACROSS:
                    yield from forms.bundle(part, forms.CLOSED[part](some), self._prompt, name)
        for part in _ACROSS:
            if part in parts and part in self._wanted:
                yield from forms.bundle(part, forms.CLOSED[part](self._chunks), self._prompt, f"{part}-{number}")

    def _in_round(self, number: int) -> set[int]:
        """What is asked from memory in a round, by identity: what is known already in some of them."""
        return self._hearted.anew | (self._hearted.again if number % _AGAIN == 0 else set())

    def _fresh(self, example: Example, number: int, seen: set[tuple[str, str, str]]) -> bool:
        """Whether an example is new (from memory: in this round) and asks nothing that the proof asks."""
        question, answer = example.turns[-2].text, example.turns[-1].text
        key = (f"recall {number}" if example.form == "recall" else example.form, question, answer)
        never = self._never.get(terms.fold(answer), ())
        if key in seen or (never and terms.fold(question).endswith(tuple(never))):
            return False
        seen.add(key)
        return True


#: Forms that look at many notes at once.
_ACROSS = ("relation", "timeline")


def _cap_documents(examples: list[Example], document: Mapping[int, int]) -> list[Example]:
    """Drop the last examples of every document that would make up more than its part of all tokens."""
    cost = [sum(tokens(turn.text) for turn in example.turns) for example in examples]
    of: dict[int, int] = defaultdict(int)
    for example, each in zip(examples, cost, strict=True):
        of[document[example.chunks[0]]] += each
    part = max(DOCUMENT_PART, 1.2 / len(of)) if of else 1.0
    limit = part * _total(list(of.values()), part)
    used: dict[int, int] = defaultdict(int)
    kept: list[Example] = []
    for example, each in zip(examples, cost, strict=True):
        owner = document[example.chunks[0]]
        if used[owner] + each <= limit or part >= 1:
            used[owner] += each
            kept.append(example)
    return kept


def _total(sizes: list[int], part: float) -> float:
    """How much is left when nothing may be more than `part` of it: the T with T = Σ min(size, part · T)."""
    total = float(sum(sizes))
    for _ in range(200):
        left = sum(min(size, part * total) for size in sizes)
        if left >= total * 0.999:
            break
        total = left
    return total
