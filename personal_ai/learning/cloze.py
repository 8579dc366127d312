"""A sentence asked about as somebody might who half remembers it: a question word first, then what is left of it.

Most sentences have no question by grammar (english.py). Asked by a gap they teach only to find themselves again, word
by word, which is not how people ask. So the gap becomes a question word for its type and moves to the front, words that
say little are dropped, and the others change places a little: “noisy cloze” of Lewis, Denoyer & Riedel 2019,
“Unsupervised question answering by cloze translation” (arXiv 1906.04980), where it reads nearly as well as translated
questions do.
"""

import random
import re
from collections.abc import Sequence
from typing import NamedTuple

from personal_ai.learning.facts import Fact
from personal_ai.learning.phrases import Language, spoken
from personal_ai.store import terms

#: The kinds of answer that a question word asks for.
KINDS = frozenset({"amount", "when", "name", "place", "term", "number", "gap"})
#: The words on each side of a gap that are asked with; fewer than so many that say something are no question.
BEFORE, AFTER, FEWEST = 9, 7, 2
#: How often a word is left out: one that says little, any other.
DROPPED, LOST = 0.4, 0.1
#: A word moves by fewer places than this.
MOVED = 2.5


class _Words(NamedTuple):
    """How a language asks for each type of answer."""

    when: str
    year: str
    clock: str
    where: str
    who: str
    what: str
    much: str
    many: str


_ASKING: dict[Language, _Words] = {
    "en": _Words("When", "In which year", "At what time", "Where", "Who", "What", "How much", "How many"),
    "de": _Words("Wann", "In welchem Jahr", "Um wie viel Uhr", "Wo", "Wer", "Was", "Wie viel", "Wie viele"),
    "es": _Words("¿Cuándo", "¿En qué año", "¿A qué hora", "¿Dónde", "¿Quién", "¿Qué", "¿Cuánto", "¿Cuántos"),
    "zh": _Words("什么时候", "哪一年", "几点", "哪里", "谁", "什么", "多少", "多少"),
}
#: What says little in German and Spanish; English has its own list.
_LITTLE = frozenset(
    re.findall(
        r"\w+",
        """
        der die das den dem des ein eine einen einem einer eines und oder aber denn ich du er sie es wir ihr mich mir
        sich uns mein meine meinen meinem meiner sein seine ihre ist war sind waren bin hat habe haben hatte wird wurde
        wurden im in am an auf aus bei mit nach von vom zu zum zur für über um als wie wenn dass nicht auch noch nur
        schon so dann da sehr el la los las un una unos unas lo le les me mi mis su sus te tu se nos y o u pero que de
        del al en con por para sin sobre era fue son eran ha he han había hay sí también ya muy más como cuando yo él
        ella este esta eso
        """,
    )
)
_LEADING = re.compile(
    r"\b(?:in|on|at|from|to|since|until|till|by|near|around|about|am|im|um|an|auf|aus|bei|nach|seit|bis|von|en|el|de|desde"
    r"|hasta|a|sobre)\s*$",
    re.IGNORECASE,
)
_WITH = re.compile(r"\b(?:with|by|for|to|from|and|mit|von|für|con|por|para|de)\s*$", re.IGNORECASE)
_CUT = re.compile(
    r"[;!?…—–(){}|“”„«»\"]|(?<!\d)[.:]|[.:](?!\d)|\s-\s|,\s(?=(?:and|but|so|which|who|und|aber|y|pero)\b)"
)
_WORD = re.compile(r"[^\W_](?:[\w’'.,:/%°+-]*[\w%°])?|[€£$¥]\s?[\d.,]*\d")


def question(fact: Fact, code: str, rng: random.Random) -> str:
    """A question for the answer of `fact` from what is around it in its sentence; empty where too little is.

    `code` is the language of its note.
    """
    language = spoken(code)
    left, gap, right = fact.sentence.partition(fact.answer)
    if not gap or fact.kind not in KINDS:
        return ""
    if language == "zh":
        return _in_place(left, right, fact)
    words = _ASKING[language]
    left, right = _CUT.split(left)[-1], _CUT.split(right)[0]
    asking = _asking(fact, left, right, words)
    if asking in (words.when, words.year, words.clock, words.where):
        left = _LEADING.sub("", left)
    around = [*_WORD.findall(left)[-BEFORE:], *_WORD.findall(right)[:AFTER]]
    if asking == words.many:
        counted = _WORD.findall(right)[0]
        around.remove(counted)
        asking = f"{asking} {counted}"
    return _noisy(asking, around, rng)


def _noisy(asking: str, words: Sequence[str], rng: random.Random) -> str:
    """The words behind a question word, some left out, the others moved a little; empty where they say too little."""
    telling = [word for word in words if not _says_little(word)]
    if len(telling) < FEWEST:
        return ""
    kept = [word for word in words if rng.random() >= (DROPPED if _says_little(word) else LOST)]
    if sum(not _says_little(word) for word in kept) < FEWEST:
        kept = telling
    moved = [word for _, word in sorted((at + rng.uniform(0, MOVED), word) for at, word in enumerate(kept))]
    # A sentence's first word keeps its capital only where it would have it anywhere.
    rest = [word.lower() if _says_little(word) and word != "I" else word for word in moved]
    return f"{asking} {' '.join(rest)}?"


def _says_little(word: str) -> bool:
    return word.lower() in terms.FUNCTION_WORDS or word.lower() in _LITTLE or len(word) < 2


def _asking(fact: Fact, left: str, right: str, words: _Words) -> str:
    """The question word for an answer by its type and what stands beside it."""
    answer = fact.answer
    if fact.kind == "when":
        if re.fullmatch(r"(?:1[5-9]|20)\d{2}", answer):
            return words.year
        return words.clock if re.match(r"\d{1,2}[:.]\d{2}\b|\d{1,2}\s?[ap]m\b", answer) else words.when
    if fact.kind == "place":
        return words.where
    if fact.kind == "amount":
        return words.much
    if fact.kind == "number":
        counts = re.fullmatch(r"\d+", answer) and re.match(r"\s[^\W\d_]{3,}", right)
        return words.many if counts else words.what
    if fact.kind == "name":
        acts = not left.strip() and re.match(r"\s[a-zà-ÿ]", right)
        return words.who if acts or _WITH.search(left) else words.what
    return words.what


def _in_place(left: str, right: str, fact: Fact) -> str:
    """Chinese asks where the answer stands."""
    left, right = re.split(r"[。；！？…：“”（）]", left)[-1], re.split(r"[。；！？…：“”（）]", right)[0]
    if len(left) + len(right) < 4:
        return ""
    asking = _asking(fact, left, right, _ASKING["zh"])
    if fact.kind == "number" and asking == "什么":
        asking = "多少"
    return f"{left}{asking}{right}？".strip("，, ")
