"""Notes made ready for learning: without secrets and repeats, and with what each chunk says of its own accord."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import msgspec

from personal_ai.learning import facts, hygiene, outline, phrases
from personal_ai.learning.facts import Fact, Lexicon
from personal_ai.learning.outline import Sentence
from personal_ai.store import terms

#: Chunks of one document that are learned at most; of a longer one they are chosen evenly, and the same every night.
MOST_CHUNKS = 150
#: Characters of one chunk that are read at most.
MOST_CHARACTERS = 6000


class Note(Protocol):
    """What is needed of a chunk: where it stands and what it says. One that has a `created` tells its date by it."""

    @property
    def id(self) -> int: ...
    @property
    def document_id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def text(self) -> str: ...


class Passage(msgspec.Struct, frozen=True):
    """A chunk as a prompt shows it, without its secrets. `created` is the note's date, ISO 8601 (or empty)."""

    chunk_id: int
    document_id: int
    title: str
    heading: str
    text: str
    created: str = ""


class Thing(msgspec.Struct):
    """One fact with all its questions: `ways` may be learned, `kept` is asked in the proof only.

    Of an `own` one the person wrote the question and the answer, which need not stand in the note.
    """

    ways: list[Fact]
    kept: Fact | None = None
    own: bool = False

    @property
    def fact(self) -> Fact:
        """The best question there is."""
        return self.ways[0]

    @property
    def answer(self) -> str:
        """What all its questions are answered with."""
        return self.ways[0].answer

    @property
    def key(self) -> str:
        """32 hex digits that only the fact's sentence and its answer decide: the same in every night."""
        said = f"{self.fact.sentence}\n{self.answer}"
        return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


class Material(msgspec.Struct):
    """A chunk that may be learned. `text` has blanks where secrets stood, `code` is its language.

    `unsaid` are stretches of the text (start, end) that are shown and never to be written out.
    """

    id: int
    document_id: int
    title: str
    heading: str
    text: str
    created: str
    code: str
    gives_orders: bool
    sentences: list[Sentence] = []
    things: list[Thing] = []
    unsaid: list[tuple[int, int]] = []

    @property
    def passage(self) -> Passage:
        """The chunk as a prompt shows it."""
        text = hygiene.without_blanks(self.text)
        return Passage(self.id, self.document_id, self.title, self.heading, text, self.created)

    @property
    def hash(self) -> int:
        """A number that only the text decides, so that it is the same every night."""
        return hash_of(self.text)


def hash_of(text: str) -> int:
    """A number of 64 bits that only `text` decides."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def prepare(notes: Sequence[Note]) -> tuple[list[Material], list[tuple[str, str]]]:
    """Make ready what may be learned, in the order of `notes`; and the sentences that a newer one took the place of."""
    made = [_clean(note) for note in _sample(notes)]
    made = [each for each in made if re.search(r"\w", each.text)]
    # Of two that say the same, the newer one is kept.
    newest = sorted(made, key=lambda each: each.created, reverse=True)
    repeats = hygiene.near_duplicates({each.id: each.text for each in newest})
    made = [each for each in made if each.id not in repeats]
    _tell_languages(made)
    lexicon = Lexicon(each.text for each in made)
    for each in made:
        found = outline.read(each.text)
        each.sentences = found.sentences
        ledger = facts.of_outline(each, found, lexicon, each.code)
        each.things = _things(ledger)
    replaced = _settle_contradictions(made)
    _drop_ambiguous(made)
    _drop_repeats(made)
    return made, replaced


def _sample(notes: Sequence[Note]) -> list[Note]:
    """All chunks of ordinary documents, MOST_CHUNKS of a very long one."""
    of: dict[int, list[Note]] = defaultdict(list)
    for note in notes:
        of[note.document_id].append(note)
    left_out: set[int] = set()
    for chunks in of.values():
        if len(chunks) > MOST_CHUNKS:
            by_hash = sorted(chunks, key=lambda note: hash_of(note.text))
            left_out.update(note.id for note in by_hash[MOST_CHUNKS:])
    return [note for note in notes if note.id not in left_out]


def _clean(note: Note) -> Material:
    text = note.text[:MOST_CHARACTERS]
    return Material(
        id=note.id,
        document_id=note.document_id,
        title=note.title,
        heading=note.heading,
        text=hygiene.blank_secrets(text, note.title, note.heading),
        created=str(getattr(note, "created", "")),
        code="",
        gives_orders=hygiene.gives_orders(text),
    )


def passage_of(note: Note) -> Passage:
    """A chunk as a prompt shows it, without its secrets, whether or not it is among what was prepared."""
    return _clean(note).passage


def clean_passage(hit: Any) -> Passage:
    """What the search found, without its secrets."""
    text = hygiene.without_blanks(hygiene.blank_secrets(hit.text, hit.title, hit.heading))
    created = str(getattr(hit, "created", ""))
    return Passage(hit.chunk_id, getattr(hit, "document_id", 0), hit.title, hit.heading, text, created)


def _tell_languages(made: list[Material]) -> None:
    """By the whole document: a chunk may be a table of numbers. One that is unclear is taken for what most are."""
    texts: dict[int, list[str]] = defaultdict(list)
    for each in made:
        texts[each.document_id].append(each.text)
    codes = {document: phrases.language("\n".join(parts)) for document, parts in texts.items()}
    known = Counter(code for code in codes.values() if code)
    usual = known.most_common(1)[0][0] if known else ""
    for each in made:
        each.code = codes[each.document_id] or usual


def _things(ledger: list[list[Fact]]) -> list[Thing]:
    found: list[Thing] = []
    order = {"plain": 0, "reworded": 1, "gap": 2, "titled": 3}
    for ways in ledger:
        kept = next((fact for fact in ways if fact.way == "kept"), None)
        learned = sorted((fact for fact in ways if fact.way != "kept"), key=lambda fact: order[fact.way])
        if learned and not hygiene.gives_orders(learned[0].answer):
            found.append(Thing(learned, kept))
    return found


# ---- facts that cannot all stand ----------------------------------------------------------------------------------


def _settle_contradictions(made: list[Material]) -> list[tuple[str, str]]:
    """Where notes of different dates say different things about the same, drop the older. Return (older, newer)."""
    by_subject: dict[str, list[tuple[Material, Fact]]] = defaultdict(list)
    for each in made:
        for thing in each.things:
            fact = thing.ways[-1]
            if fact.subject and (_is_key(fact) or _compares(fact)):
                by_subject[f"{_is_key(fact)} {fact.subject}"].append((each, fact))
    replaced: dict[str, str] = {}
    for group in by_subject.values():
        replaced.update(_older(group, lambda fact: terms.fold(fact.answer)))
    replaced.update(_older_denials(made))
    for each in made:
        each.things = [thing for thing in each.things if thing.fact.sentence not in replaced]
        each.sentences = [sentence for sentence in each.sentences if sentence.text not in replaced]
    return list(replaced.items())


def _is_key(fact: Fact) -> bool:
    return "/" in fact.subject


def _compares(fact: Fact) -> bool:
    """Whether a sentence says how something is, of something that it names."""
    own = re.match(r"(?:I|My|We|Our|Ich|Mein\w*|Wir|Yo|Mi|我)", fact.sentence)
    named = len(fact.subject.split()) >= (1 if own else 2)
    return fact.way != "plain" and named and facts.tells_a_state(fact.sentence) and len(fact.sentence) <= 120


def _older(group: list[tuple[Material, Fact]], answer: Callable[[Fact], str]) -> dict[str, str]:
    """The sentences of a group that the newest one replaces; none where it cannot be told which that is."""
    documents = {each.document_id for each, _ in group}
    answers = {answer(fact) for _, fact in group}
    # More than three notes with as many answers are a diary of something, not a mind that was changed.
    if len(documents) < 2 or not 2 <= len(answers) <= 3:
        return {}
    newest = max(each.created for each, _ in group)
    last = [fact for each, fact in group if each.created == newest]
    if len({answer(fact) for fact in last}) > 1 or not newest:
        return {}
    wins = last[0]
    return {
        fact.sentence: wins.sentence
        for each, fact in group
        if each.created < newest and answer(fact) != answer(wins) and fact.sentence != wins.sentence
    }


def _older_denials(made: list[Material]) -> dict[str, str]:
    """“I eat fish” and, later, “I no longer eat fish”."""
    by_subject: dict[str, list[tuple[Material, Fact]]] = defaultdict(list)
    for each in made:
        for said in each.sentences:
            if len(said.text) <= 90 and facts.tells_a_state(said.text):
                fact = Fact("gap", "", "", each.id, said.start, said.end, said.text, facts.subject(said.text), "gap")
                if _compares(fact):
                    by_subject[fact.subject].append((each, fact))
    replaced: dict[str, str] = {}
    for group in by_subject.values():
        replaced.update(_older(group, lambda fact: str(facts.denies(fact.sentence))))
    return replaced


def _drop_ambiguous(made: list[Material]) -> None:
    """Drop every question to which the notes give several answers."""
    answers: dict[str, set[str]] = defaultdict(set)
    for fact in _all_facts(made):
        answers[terms.fold(fact.question)].add(terms.fold(fact.answer))

    def clear(fact: Fact) -> bool:
        return len(answers[terms.fold(fact.question)]) == 1

    for each in made:
        for thing in each.things:
            thing.ways = [fact for fact in thing.ways if clear(fact)]
            thing.kept = thing.kept if thing.kept and clear(thing.kept) else None
        each.things = [thing for thing in each.things if thing.ways]


def _drop_repeats(made: list[Material]) -> None:
    """Drop facts that nearly repeat another chunk's: the same answer in nearly the same sentence."""
    seen: dict[str, list[tuple[int, frozenset[tuple[str, ...]]]]] = defaultdict(list)
    for each in made:
        kept: list[Thing] = []
        for thing in each.things:
            own = hygiene.shingles(thing.fact.sentence)
            same = seen[terms.fold(thing.answer)]
            if not any(chunk != each.id and hygiene.jaccard(own, other) >= 0.8 for chunk, other in same):
                kept.append(thing)
                same.append((each.id, own))
        each.things = kept


def _all_facts(made: Iterable[Material]) -> Iterable[Fact]:
    for each in made:
        for thing in each.things:
            yield from thing.ways
            if thing.kept:
                yield thing.kept
