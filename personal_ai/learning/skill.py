"""The reading skill: short grounded answers from passages, learned once a base model from invented lives.

The lives lie in resources/skills/reading/{train,dev,proof}, one JSON file each:
  life   {"name", "about", "language", "split"}
  notes  [{"id", "title", "heading", "date", "kind", "text"}]
  items  [{"question", "answer", "notes": [ids], "kind"}]; of kind "none": no note says it, and the answer says that
What a person's own nights learn, they learn beside the skill, as it is.
"""

import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

import msgspec

from personal_ai.learning import phrases
from personal_ai.learning.job import Example, Question
from personal_ai.messages import Turn
from personal_ai.paths import RESOURCES
from personal_ai.store import terms

LIVES = RESOURCES / "skills" / "reading"
#: Questions over the same passages that are packed behind them at most.
TOGETHER = 5
#: As often the same questions are asked again without the notes that answer them: what tells the two apart is then
#: whether the passages say it, and not how a question sounds.
ABSENT = 0.5
#: So many of them at most.
ABSENT_TOGETHER = 3


class Prompt(Protocol):
    """The chat's own prompt: question, hits (title, heading, text, created), and the day it is asked on."""

    def __call__(self, question: str, hits: Sequence[Any], today: date | None = None) -> list[Turn]: ...


@dataclass(frozen=True)
class Hit:
    """A life's note as the chat's search would give it."""

    title: str
    heading: str
    text: str
    created: str
    id: str


@dataclass(frozen=True)
class Item:
    """A question about a life. `notes` are the ids of the notes that answer it, or nearly do."""

    question: str
    answer: str
    notes: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Life:
    """An invented person's notes, and questions about them."""

    name: str
    language: str
    notes: dict[str, Hit]
    items: list[Item]


def lives(split: str) -> list[Life]:
    """The lives of "train", "dev" or "proof", by file name."""
    return [_read(path) for path in sorted((LIVES / split).glob("*.json"))]


def _read(path: Path) -> Life:
    data = json.loads(path.read_bytes())
    notes = {n["id"]: Hit(n["title"], n["heading"], n["text"], n["date"], n["id"]) for n in data["notes"]}
    items = [Item(i["question"], i["answer"], tuple(i["notes"]), i["kind"]) for i in data["items"]]
    return Life(data["life"]["name"], data["life"]["language"], notes, items)


# ---- practice ---------------------------------------------------------------------------------------------------


def examples(
    chosen: Iterable[Life], prompt: Prompt, *, passages: int = 4, rounds: int = 1, seed: int = 1
) -> list[Example]:
    """Every item of the lives once a round, in the chat's own prompt among other passages.

    Each round shows other passages, in another order, on another day, and asks some items again without the notes that
    answer them.
    """
    found: list[Example] = []
    for life in chosen:
        index = _Index(life.notes.values())
        for number in range(rounds):
            rng = random.Random(f"{seed}-{number}-{life.name}")
            found.extend(_reading(life, index, prompt, passages, rng, number))
    return found


def _reading(
    life: Life, index: "_Index", prompt: Prompt, passages: int, rng: random.Random, number: int
) -> Iterable[Example]:
    for place, together in enumerate(_parties(life, rng)):
        needed = list(dict.fromkeys(note for item in together for note in item.notes))
        near = [hit.id for hit in index.search(" ".join(item.question for item in together), passages + len(needed))]
        room = max(len(needed), rng.randint(1, passages))
        listed = [*needed, *(id for id in near if id not in needed)][:room]
        yield from _block(life, together, listed, near, prompt, rng, f"skill-{life.name}-{number}-{place}")
        others = [id for id in near if id not in needed][: rng.randint(1, passages)]
        if others and rng.random() < ABSENT:
            name = f"skill-{life.name}-{number}-{place}-absent"
            yield from _block(life, together[:ABSENT_TOGETHER], others, near, prompt, rng, name, absent=True)


def _block(
    life: Life,
    together: Sequence[Item],
    listed: list[str],
    near: Sequence[str],
    prompt: Prompt,
    rng: random.Random,
    group: str,
    *,
    absent: bool = False,
) -> Iterator[Example]:
    """Items asked under the same notes; `absent`: they lack what is asked, and the answer says so."""
    # As search would give them, or in any order: the right one does not always come first.
    listed = sorted(listed, key=lambda id: near.index(id) if id in near else len(near))
    if rng.random() < 0.5:
        rng.shuffle(listed)
    # Passages are cut to what is asked; asked all at once, one cut serves all, and all begin alike.
    joined = " ".join(item.question for item in together)
    turns = prompt(joined, [life.notes[id] for id in listed], _some_day(rng))
    shown = turns[-1].text
    refusal = phrases.NOT_IN_NOTES[phrases.spoken(life.language)]
    for item in together:
        # What the passages say after all is no question to refuse, and what was cut from them none to answer.
        if item.kind != "none" and absent == _answered(item, shown.removesuffix(joined), life):
            continue
        answer = _first_sentence(item) if item.kind == "none" else refusal if absent else item.answer
        asked = Turn("user", shown.removesuffix(joined) + item.question)
        yield Example([*turns[:-1], asked, Turn("assistant", answer)], "skill", [], group=group, notes=True)


def _parties(life: Life, rng: random.Random) -> list[list[Item]]:
    """The items in groups about the same notes, at most TOGETHER each and three notes in all."""
    items = list(life.items)
    rng.shuffle(items)
    parties: list[tuple[set[str], list[Item]]] = []
    for item in items:
        wanted = set(item.notes)
        for notes, members in parties:
            if len(members) < TOGETHER and wanted & notes and len(wanted | notes) <= 2:
                notes |= wanted
                members.append(item)
                break
        else:
            parties.append((wanted, [item]))
    return [members for _, members in parties]


def _answered(item: Item, shown: str, life: Life) -> bool:
    """Whether what is left of the passages still says the answer, as far as the notes say it word by word."""
    wanted = set(terms.index_terms(item.answer))
    whole = set().union(*(terms.index_terms(life.notes[id].text) for id in item.notes))
    return (wanted & whole) <= set(terms.index_terms(shown))


def _first_sentence(item: Item) -> str:
    return re.split(r"(?<=[.!?])\s|(?<=[。！？])", item.answer)[0]


def _some_day(rng: random.Random) -> date:
    return date(2024, 1, 1) + timedelta(days=rng.randrange(1500))


# ---- proof ------------------------------------------------------------------------------------------------------


def questions(chosen: Iterable[Life], prompt: Prompt, *, passages: int = 4) -> list[Question]:
    """The lives' questions with what a search in that life's notes finds, as the chat would ask them."""
    found: list[Question] = []
    for life in chosen:
        index = _Index(life.notes.values())
        for item in life.items:
            hits = index.search(item.question, passages)
            gold = life.notes[item.notes[0]].title if item.notes else ""
            turns = prompt(item.question, []), prompt(item.question, hits)
            found.append(Question(item.question, item.answer, *turns, gold, item.kind))
    return found


def shown(prompt: Prompt, count: int, *, passages: int = 4) -> list[Question]:
    """About `count` questions that set when a refusal is due: of the dev lives, with the answer in what is shown."""
    if count == 0:
        return []
    found = [
        msgspec.structs.replace(question, use="threshold")
        for question in questions(lives("dev"), prompt, passages=passages)
        if question.kind != "none" and terms.fold(question.answer) in terms.fold(question.open[-1].text)
    ]
    return found[:: max(1, len(found) // count)][:count]


class _Index:
    """BM25 (Robertson & Zaragoza 2009; k1 1.2, b 0.75) over a life's notes, by the library's own terms."""

    def __init__(self, notes: Iterable[Hit]) -> None:
        self._notes = list(notes)
        self._counts = [Counter(terms.index_terms(f"{n.title} {n.heading} {n.text}")) for n in self._notes]
        self._lengths = [sum(count.values()) for count in self._counts]
        self._mean = sum(self._lengths) / max(1, len(self._lengths))
        self._in = Counter(term for count in self._counts for term in count)

    def search(self, question: str, limit: int) -> list[Hit]:
        """The `limit` notes that share most with the question, best first."""
        words = [w for w in re.findall(r"\w+", question) if w.lower() not in terms.FUNCTION_WORDS]
        wanted = set(terms.index_terms(" ".join(words) or question))
        scores = [self._score(i, wanted) for i in range(len(self._notes))]
        order = sorted(range(len(scores)), key=lambda i: -scores[i])
        return [self._notes[i] for i in order[:limit]]

    def _score(self, i: int, wanted: set[str]) -> float:
        total = 0.0
        for term in wanted:
            times = self._counts[i][term]
            if times:
                n = self._in[term]
                rarity = math.log(1 + (len(self._notes) - n + 0.5) / (n + 0.5))
                total += rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * self._lengths[i] / self._mean))
        return total
