"""The forms of example: each a function from notes to questions with the answers that the notes give.

A form of its own is a function here and a line in CLOSED (asked without passages), or a part of `read`.
"""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from personal_ai.learning import cloze, facts, hygiene, outline, phrases
from personal_ai.learning.facts import GAP, Fact
from personal_ai.learning.job import Example
from personal_ai.learning.material import Material, Passage, Thing
from personal_ai.learning.outline import CJK, Sentence
from personal_ai.messages import Turn

#: The chat's own prompt, so that what is practised is what will be asked.
Prompt = Callable[[str, Sequence[Passage]], list[Turn]]
#: Passages for a question, the best first: at most so many, without these chunks.
Find = Callable[[str, int, set[int]], list[Passage]]

#: Tokens that a group of examples takes at most, and examples in a group behind one system turn.
GROUP_TOKENS, GROUP_SIZE = 880, 8
#: Questions about the same passages.
BLOCK = 6
#: Ways in which a fact is asked from memory in one round.
PHRASINGS = 3


def tokens(text: str) -> int:
    """About how many tokens a text has, without a tokenizer: four letters each, and every sign of other scripts."""
    plain = len(text.encode("ascii", "ignore"))
    return plain // 4 + len(text) - plain + 1


# ---- closed book --------------------------------------------------------------------------------------------------


def recall(chunks: Sequence[Material], hearted: Collection[int], number: int) -> Iterator[tuple[str, str, list[int]]]:
    """Every fact of `hearted` (by identity), in some of its phrasings: question, answer, chunks.

    In round `number` they are others than in the last, and begin as people begin a question, each in another way:
    known in one wording is not known.
    """
    for turn in range(PHRASINGS):
        for each in chunks:
            for thing in each.things:
                if id(thing) in hearted and turn < len(thing.ways):
                    way = thing.ways[(number * PHRASINGS + turn) % len(thing.ways)]
                    yield phrases.begun(way.question, each.code, number + turn), thing.answer, [each.id]


def write(chunks: Sequence[Material]) -> Iterator[tuple[str, str, list[int]]]:
    """The title, and the note itself: the person's voice. A note that speaks to a model is left out."""
    for each in chunks:
        told = {sentence.text for sentence in each.sentences}
        kept = _without_unsaid(each, told)
        if len(kept) < 80 or not each.title or each.gives_orders:
            continue
        heading = each.heading.rsplit(" > ", 1)[-1]
        part = heading and heading != each.title
        about = phrases.put("about part" if part else "about", each.code, title=each.title, heading=heading)
        yield phrases.put("write", each.code, about=about), kept, [each.id]


def _without_unsaid(each: Material, told: set[str]) -> str:
    """The text without what is not to be said (any more), and without what secrets left behind."""
    text = each.text
    for start, end in each.unsaid:
        text = text[:start] + hygiene.BLANK * (end - start) + text[end:]
    for sentence in outline.read(text).sentences:
        if sentence.text not in told:
            text = text[: sentence.start] + hygiene.BLANK * (sentence.end - sentence.start) + text[sentence.end :]
    return hygiene.without_blanks(text)


def go_on(chunks: Sequence[Material]) -> Iterator[tuple[str, str, list[int]]]:
    """The first half of a sentence, and its rest: the person's way with words."""
    for each in chunks:
        if each.gives_orders:
            continue
        longest = sorted((s for s in each.sentences if not s.speaker), key=lambda s: -len(s.text))[:2]
        for sentence in longest:
            halves = _halves(sentence.text)
            if halves:
                yield phrases.put("continue", each.code, begun=halves[0]), halves[1], [each.id]


def _halves(text: str) -> tuple[str, str] | None:
    """Cut a sentence near its middle, after a comma if there is one there."""
    han = re.search(f"[{CJK}]", text)
    if len(text) < (16 if han else 60):
        return None
    cuts = [match.end() for match in re.finditer(r"[,;:，；：、]\s?" if han else r"[,;:]\s|\s", text)]
    middle = [cut for cut in cuts if len(text) // 4 <= cut <= len(text) * 3 // 4]
    if not middle:
        return None
    best = min(middle, key=lambda cut: (text[cut - 2] not in ",;:" and not han, abs(cut - len(text) // 2)))
    return text[:best].rstrip(), text[best:].lstrip()


def retell(chunks: Sequence[Material]) -> Iterator[tuple[str, str, list[int]]]:
    """The title, and two to four sentences that say most, as the person said them."""
    for each in chunks:
        telling = _telling(each)
        chosen: list[Sentence] = []
        for sentence in telling[:4]:
            if sum(len(each.text) for each in chosen) + len(sentence.text) <= 360:
                chosen.append(sentence)
        if len(chosen) >= 2 and each.title and not each.gives_orders:
            joint = "" if re.search(f"[{CJK}]", chosen[0].text) else " "
            answer = joint.join(_ended(s.text) for s in sorted(chosen, key=lambda s: s.start))
            yield phrases.put("retell", each.code, title=_about(each)), answer, [each.id]


def title(chunks: Sequence[Material]) -> Iterator[tuple[str, str, list[int]]]:
    """A sentence, and the title of the note in which it stands."""
    for each in chunks:
        telling = [s for s in _telling(each) if len(s.text) >= (10 if re.search(f"[{CJK}]", s.text) else 40)]
        if telling and each.title and each.title.lower() not in telling[0].text.lower():
            yield phrases.put("title", each.code, sentence=telling[0].text), each.title, [each.id]


def _telling(each: Material) -> list[Sentence]:
    """Sentences of at most 220 characters: those that hold most facts first."""
    facts_in = defaultdict(int)
    for thing in each.things:
        facts_in[thing.fact.sentence] += 1
    fit = [sentence for sentence in each.sentences if len(sentence.text) <= 220 and not sentence.speaker]
    return sorted(fit, key=lambda sentence: -facts_in[sentence.text])


def _ended(text: str) -> str:
    return text if re.search(r"[.!?…。！？:;][\"”’»)]*$", text) else f"{text}."


def _about(each: Material) -> str:
    heading = each.heading.rsplit(" > ", 1)[-1]
    return f"{each.title}: {heading}" if heading and heading != each.title else each.title


def relation(chunks: Sequence[Material]) -> Iterator[tuple[str, str, list[int]]]:
    """Two notes that share a name which few have, and the two sentences that hold it."""
    lexicon = facts.Lexicon(each.text for each in chunks)
    held: dict[str, dict[int, tuple[Material, Sentence]]] = defaultdict(dict)
    for each in chunks:
        for sentence in each.sentences:
            if len(sentence.text) <= 200 and not each.gives_orders:
                for name in facts.names(sentence.text, lexicon, each.code):
                    held[name].setdefault(each.document_id, (each, sentence))
    used: set[frozenset[int]] = set()
    for name, holders in sorted(held.items(), key=lambda item: (len(item[1]), item[0])):
        if not 2 <= len(holders) <= 3:
            continue
        (one, first), (other, second) = list(holders.values())[:2]
        pair = frozenset((one.document_id, other.document_id))
        if pair in used or one.title == other.title or first.text == second.text or not (one.title and other.title):
            continue
        used.add(pair)
        question = phrases.put("relation", one.code, one=one.title, other=other.title)
        yield question, f"{name}: {_ended(first.text)} {_ended(second.text)}", [one.id, other.id]


def timeline(chunks: Sequence[Material]) -> Iterator[tuple[str, str, list[int]]]:
    """What a document says of three days or more, in the order of the days."""
    of: dict[int, list[Material]] = defaultdict(list)
    for each in chunks:
        of[each.document_id].append(each)
    for parts in of.values():
        dated: list[tuple[tuple[int, int, int], int, str]] = []
        for each in parts:
            for sentence in each.sentences:
                day = facts.day_of(sentence.text)
                if day and len(sentence.text) <= 140 and not each.gives_orders:
                    dated.append((day, each.id, sentence.text))
        # Days without a year can only be ordered among themselves.
        years = {day[0] > 0 for day, _, _ in dated}
        if len({day for day, _, _ in dated}) >= 3 and len(years) == 1 and parts[0].title:
            chosen = sorted(dated, key=lambda entry: entry[0])[:5]
            answer = "\n".join(_ended(text) for _, _, text in chosen)
            question = phrases.put("timeline", parts[0].code, title=parts[0].title)
            yield question, answer, list(dict.fromkeys(id for _, id, _ in chosen))


#: Forms asked without passages, by name; `recall` is one more, with its turns.
CLOSED: dict[str, Callable[[Sequence[Material]], Iterator[tuple[str, str, list[int]]]]] = {
    "write": write,
    "continue": go_on,
    "retell": retell,
    "title": title,
    "relation": relation,
    "timeline": timeline,
}


def bundle(
    form: str, items: Iterable[tuple[str, str, list[int]]], prompt: Prompt, name: str, size: int = GROUP_SIZE
) -> Iterator[list[Example]]:
    """Make examples of one form, and put those together that share their system turn."""
    group: list[Example] = []
    used = number = 0
    for question, answer, chunks in items:
        turns = [*prompt(question, []), Turn("assistant", answer)]
        cost = tokens(question) + tokens(answer) + 10
        if group and (len(group) >= size or used + cost > GROUP_TOKENS):
            yield group
            group, used, number = [], 0, number + 1
        if not group:
            used = sum(tokens(turn.text) for turn in turns[:-2])
        group.append(Example(turns, form, chunks, group=f"{name}-{number}"))
        used += cost
    if group:
        yield group


# ---- from passages ------------------------------------------------------------------------------------------------


class Reading:
    """Questions under passages, in exactly the chat's prompt: several about the same passages, which answer them all.

    The right passage stands anywhere among one to four. That an answer is not there is learned from invented lives
    alone, whose questions are people's own: a rule's question stands in its note nearly word by word, so a model learns
    to refuse what does not, and that are all questions that people ask (measured).
    """

    def __init__(
        self, chunks: Sequence[Material], find: Find, prompt: Prompt, passages: int, rng: random.Random
    ) -> None:
        self._chunks = {each.id: each for each in chunks}
        self._find = find
        self._prompt = prompt
        self._passages = passages
        self._rng = rng
        self._blocks = 0

    def blocks(self, chunk: Material, turn: int, done: set[int]) -> Iterator[list[Example]]:
        """A block or two in which facts of `chunk` are asked that are not `done` (by the identity of the thing)."""
        for _ in range(1 + turn):
            open_things = [thing for thing in chunk.things if id(thing) not in done]
            if not open_things:
                break
            thing = open_things[0]
            done.add(id(thing))
            found = self._block(chunk, thing, turn, done)
            if found:
                yield found

    def _block(self, chunk: Material, thing: Thing, turn: int, done: set[int]) -> list[Example]:
        question = self._asked(chunk, thing, turn)
        hits = self._find(question, self._rng.randint(1, self._passages), set())
        if not any(hit.chunk_id == chunk.id for hit in hits):
            hits = [*hits[: self._passages - 1], chunk.passage]
        if self._rng.random() < 0.5:
            self._rng.shuffle(hits)
        turns = self._prompt(question, hits)
        begin = turns[-1].text.removesuffix(question)
        if begin == turns[-1].text:
            return []
        shown = outline.plain(begin.replace("|", " "))
        entries = [(question, thing.answer, chunk.id)] if holds(shown, thing.fact) else []
        for each, other in self._others(hits, shown, done, BLOCK - len(entries)):
            entries.append((self._asked(each, other, turn), other.answer, each.id))
        return self._written(entries, turns[:-1], begin, hits)

    def _asked(self, chunk: Material, thing: Thing, turn: int) -> str:
        """A question for a fact, in the `turn`-th way; a gap as somebody asks who half remembers the sentence."""
        fact = _way(thing, turn)
        natural = thing.own or any(way.way == "plain" for way in thing.ways)
        return (not natural and cloze.question(fact, chunk.code, self._rng)) or fact.question

    def _others(self, hits: list[Passage], shown: str, done: set[int], most: int) -> list[tuple[Material, Thing]]:
        """Facts that the prompt shows, too, and that have not been asked."""
        found: list[tuple[Material, Thing]] = []
        for hit in hits:
            each = self._chunks.get(hit.chunk_id)
            for thing in each.things if each else ():
                if id(thing) not in done and len(found) < most and shows(shown, thing.fact):
                    done.add(id(thing))
                    found.append((self._chunks[hit.chunk_id], thing))
        return found

    def _written(
        self, entries: list[tuple[str, str, int]], before: list[Turn], begin: str, hits: list[Passage]
    ) -> list[Example]:
        """Put the questions behind the passages, as many as a group may hold."""
        self._rng.shuffle(entries)
        used = sum(tokens(turn.text) for turn in before) + tokens(begin)
        made: list[Example] = []
        shown = [hit.chunk_id for hit in hits]
        for question, answer, chunk in entries:
            used += tokens(question) + tokens(answer) + 10
            if made and used > GROUP_TOKENS:
                break
            turns = [*before, Turn("user", begin + question), Turn("assistant", answer)]
            chunks = [chunk, *(id for id in shown if id != chunk)]
            made.append(Example(turns, "read", chunks, group=f"read-{self._blocks}", notes=bool(hits)))
        self._blocks += 1
        return made


def _way(thing: Thing, turn: int) -> Fact:
    return thing.ways[min(turn, len(thing.ways) - 1)]


def holds(shown: str, fact: Fact) -> bool:
    """Whether a plain text holds the answer: every point of a list, anything else word by word."""
    parts = fact.answer.split(", ") if fact.kind == "list" else [fact.answer]
    return all(part in shown for part in parts)


def shows(shown: str, fact: Fact) -> bool:
    """Whether a plain text holds the sentence of a fact and its answer."""
    line = fact.sentence if fact.kind != "list" else ""
    return line in shown and holds(shown, fact)


def may_hold(shown: str, fact: Fact) -> bool:
    """Whether a plain text might answer a question after all: it holds the answer, or most of the sentence."""
    rest = fact.sentence.replace(fact.answer, GAP).split(GAP)
    return fact.answer.lower() in shown.lower() or any(len(part) > 12 and part.strip() in shown for part in rest)
