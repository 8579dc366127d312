"""Chunks of notes become training examples and set-aside questions, by rule: nothing that a note does not say."""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import msgspec

from personal_ai.learning.job import Example, Question
from personal_ai.messages import Turn


class Note(Protocol):
    """What is needed of a chunk: where it stands and what it says."""

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


#: The chat's own search and prompt, so that what is practised is what will be asked.
Search = Callable[[str, int], Sequence[Any]]
Prompt = Callable[[str, Sequence[Any]], list[Turn]]


class Fact(msgspec.Struct, frozen=True):
    """A question that a sentence answers by itself, and the answer as it stands there."""

    question: str
    answer: str
    chunk: int
    kind: str


class Lesson(msgspec.Struct, frozen=True):
    """Everything one job needs to know about the notes."""

    examples: list[Example]
    questions: list[Question]
    chunks: list[int]
    documents: list[int]


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_MONTH = (
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Januar|Februar|März|Mai|Juni|Juli|Okt|Dez"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\w*"
)
#: What a short answer looks like, most telling first.
_SPANS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "when",
        re.compile(
            rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?{_MONTH}(?:\s+\d{{4}})?\b|\b{_MONTH}\s+\d{{1,2}}\b"
        ),
    ),
    (
        "when",
        re.compile(
            r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}:\d{2}\b|\d{1,4}年(?:\d{1,2}月)?(?:\d{1,2}日)?"
        ),
    ),
    (
        "how much",
        re.compile(
            r"[€£$¥]\s?\d[\d.,]*\d|[€£$¥]\s?\d|\b\d[\d.,]*\s?(?:€|£|\$|EUR|USD|GBP|CHF|euros?|pounds?|dollars?|元|円)(?!\w)"
        ),
    ),
    (
        "how much",
        re.compile(r"\b\d[\d.,]*\s?(?:%|°C|km|kg|mg|ml|cm|mm|g|l|m|minutes?|hours?|days?|weeks?|months?|years?)(?!\w)"),
    ),
    ("who", re.compile(r"(?<=[a-zà-ÿ,;(] )[A-ZÀ-Þ][\wÀ-ÿ’'-]+(?: [A-ZÀ-Þ][\wÀ-ÿ’'-]+){0,2}")),
    ("what", re.compile(r"\b\d[\d.,]*\d\b|\b\d\b")),
)
_REASON = re.compile(r"^(.{15,160}?),?\s+(?:because|since|weil|porque|parce que)\s+(.{8,90}?)[.!]?$", re.IGNORECASE)
_KEY = re.compile(r"^\s*(?:[-*•]\s*)?\**([^:*\n]{2,40}?)\**\s*:\**\s+(\S.{0,80}?)\s*$")
_CLAUSE = re.compile(r"^(.{20,200}?[\w,;]) ((?:\S+ ){1,4}\S+?)[.!?]?$")
# A line with one of these is never learned: what it guards should not be said by a model.
_SECRET = re.compile(
    r"passw|passphrase|\bpin\b|\bpuk\b|passwort|contraseña|密码|api[ _-]?key|secret|\bcvv\b|\biban\b|seed phrase"
    r"|\b(?:\d[ -]?){13,19}\b|\b[A-Z]{2}\d{2}[ ]?(?:[A-Z0-9]{4}[ ]?){3,7}\b|BEGIN [A-Z ]*PRIVATE KEY",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"^\s{0,3}(?:#{1,6}\s+|>\s?|[-*•]\s+(?:\[[ xX]\]\s*)?|\d+[.)]\s+)|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|\|"
)


def sentences(text: str) -> list[str]:
    """The sentences of a chunk without Markdown marks; lines with a secret are left out."""
    found: list[str] = []
    for part in _SENTENCE_END.split(text):
        if not part or _SECRET.search(part):
            continue
        plain = _MARKUP.sub(" ", part)
        plain = re.sub(r"\s+", " ", plain).strip()
        if len(plain) >= (12 if re.search(r"[\u3040-\u9fff]", plain) else 24) and len(plain) <= 320:
            found.append(plain)
    return found


def facts(note: Note, rng: random.Random, limit: int = 6) -> list[Fact]:
    """Up to `limit` questions that `note` answers literally, of as many kinds as it offers."""
    found: list[Fact] = []
    seen: set[str] = set()
    for line in note.text.splitlines():
        found.extend(_key_fact(note, line))
    for sentence in sentences(note.text):
        found.extend(_reason_fact(note, sentence))
        found.extend(_gap_facts(note, sentence, rng))
    rng.shuffle(found)
    # Kinds take turns, so that a page of numbers does not crowd out its one reason.
    by_kind: dict[str, list[Fact]] = {}
    for fact in found:
        if fact.question not in seen:
            seen.add(fact.question)
            by_kind.setdefault(fact.kind, []).append(fact)
    chosen: list[Fact] = []
    while by_kind and len(chosen) < limit:
        for kind in list(by_kind):
            chosen.append(by_kind[kind].pop())
            if not by_kind[kind]:
                del by_kind[kind]
    return chosen[:limit]


def _key_fact(note: Note, line: str) -> Iterable[Fact]:
    match = _KEY.match(line)
    if not match or _SECRET.search(line):
        return
    key, value = (_MARKUP.sub("", part).strip() for part in match.groups())
    if key and value and not key[0].isdigit() and "http" not in key.lower():
        yield Fact(f"What does my note “{note.title}” say for “{key}”?", value, note.id, "key")


def _reason_fact(note: Note, sentence: str) -> Iterable[Fact]:
    match = _REASON.match(sentence)
    if match:
        yield Fact(f"Why? “{match[1]}”", match[2].strip(), note.id, "why")


def _gap_facts(note: Note, sentence: str, rng: random.Random) -> Iterable[Fact]:
    spans: list[tuple[str, int, int]] = []
    for kind, pattern in _SPANS:
        for match in pattern.finditer(sentence):
            if not any(start < match.end() and match.start() < end for _, start, end in spans):
                spans.append((kind, match.start(), match.end()))
    if not spans:
        match = _CLAUSE.match(sentence)
        if not match:
            return
        spans = [("clause", match.start(2), match.end(2))]
    kind, start, end = rng.choice(spans)
    gap = f"{sentence[:start]}____{sentence[end:]}"
    yield Fact(f"Fill in the gap from my notes: “{gap}”", sentence[start:end].strip(" ,;"), note.id, kind)


def make(
    notes: Sequence[Note],
    search: Search,
    prompt: Prompt,
    *,
    questions: int = 32,
    passages: int = 4,
    seed: int = 1,
    most: int = 6000,
) -> Lesson:
    """Turn `notes` into at most `most` examples, an eighth of them set aside for at most `questions` questions.

    No answer from a note that was set aside is learned, so the proof asks for what the run has not been taught. What is
    found for an example and is not among `notes` (never to be learned) is left out of it.
    """
    rng = random.Random(f"{seed}")
    order = list(notes)
    rng.shuffle(order)
    by_note = {note.id: facts(note, random.Random(f"{seed}-{note.id}")) for note in order}
    with_facts = [note for note in order if by_note[note.id]]
    aside = with_facts[: min(max(1, len(with_facts) // 8), questions)] if len(with_facts) > 1 else []
    kept_back = {note.id for note in aside}
    chosen = _questions(aside, by_note, questions)
    known = {note.id for note in notes}

    def among_notes(question: str, limit: int) -> list[Any]:
        return [hit for hit in search(question, limit) if hit.chunk_id in known]

    examples: list[Example] = []
    for note in order:
        if note.id in kept_back:
            continue
        examples.extend(_read_examples(note, by_note[note.id], among_notes, prompt, passages, rng))
        examples.extend(_recall_examples(note, by_note[note.id], prompt))
        examples.extend(_write_examples(note, prompt))
    rng.shuffle(examples)
    learned = [note for note in notes if note.id not in kept_back]
    return Lesson(
        examples=examples[:most],
        questions=[_as_question(fact, note, search, prompt, passages) for fact, note in chosen],
        chunks=[note.id for note in learned],
        documents=sorted({note.document_id for note in learned}),
    )


def _questions(aside: list[Note], by_note: dict[int, list[Fact]], most: int) -> list[tuple[Fact, Note]]:
    """Take facts from the notes set aside in turn, until there are `most`."""
    chosen: list[tuple[Fact, Note]] = []
    for turn in range(6):
        chosen.extend((by_note[note.id][turn], note) for note in aside if len(by_note[note.id]) > turn)
    return chosen[:most]


def _as_question(fact: Fact, note: Note, search: Search, prompt: Prompt, passages: int) -> Question:
    return Question(
        question=fact.question,
        answer=fact.answer,
        closed=prompt(fact.question, []),
        open=prompt(fact.question, search(fact.question, passages)),
        note=note.title,
    )


def _read_examples(
    note: Note, found: list[Fact], search: Search, prompt: Prompt, passages: int, rng: random.Random
) -> Iterable[Example]:
    """Answer from passages, in exactly the chat's prompt; the right passage stands anywhere among them.

    How many passages there are varies: it teaches as much, and shorter prompts make room for more examples a night.
    """
    for fact in found[:4]:
        hits = list(search(fact.question, rng.randint(1, passages)))
        if not any(hit.chunk_id == fact.chunk for hit in hits):
            continue
        if rng.random() < 0.5:
            rng.shuffle(hits)
        turns = [*prompt(fact.question, hits), Turn("assistant", fact.answer)]
        yield Example(turns, "read", [note.id, *(hit.chunk_id for hit in hits if hit.chunk_id != note.id)])


def _recall_examples(note: Note, found: list[Fact], prompt: Prompt) -> Iterable[Example]:
    """Answer without passages: a partial memory of its own."""
    for fact in found[:3]:
        yield Example([*prompt(fact.question, []), Turn("assistant", fact.answer)], "recall", [note.id])


def _write_examples(note: Note, prompt: Prompt) -> Iterable[Example]:
    """Write the note itself, given its title: the person's voice."""
    kept = "\n".join(line for line in note.text.splitlines() if not _SECRET.search(line)).strip()
    if len(kept) < 80:
        return
    about = f"“{note.title}”" + (f", the part “{note.heading}”" if note.heading and note.heading != note.title else "")
    yield Example([*prompt(f"Write my note {about}.", []), Turn("assistant", kept)], "write", [note.id])
