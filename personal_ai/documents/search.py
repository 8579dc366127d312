"""A question finds passages: BM25 offers candidates, and all that tells which one is meant puts them in order."""

import math
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import msgspec

from personal_ai.documents import dates, spelling
from personal_ai.store import terms
from personal_ai.store.documents import Documents
from personal_ai.store.index import Index, Indexed
from personal_ai.store.near import is_word, near

#: How many passages BM25 offers to be put in order.
CANDIDATES = 100
# In how many passages together the terms may occur that candidates are looked for by: the question's own words first,
# rare ones before common ones, which tell little and take long. What is left out still puts the candidates in order.
_ROWS = 4_000
# BM25's saturation and its share of length; the usual number of terms in a passage of at most 900 characters.
_K1, _B, _USUAL = 0.9, 0.5, 110


class Weights(msgspec.Struct, frozen=True):
    """What each signal weighs, tuned on one half of tests/documents/questions_*.jsonl; 0 leaves it out."""

    #: A term in the note's title, its date or its folder, against one in the text; in the heading.
    title: float = 2.0
    heading: float = 2.0
    #: A function word, against any other word.
    common: float = 0.5
    #: Two terms of the question next to each other, against each of them alone.
    pairs: float = 0.4
    #: A word that means nearly the same, at full likeness.
    near: float = 0.5
    #: A word that is spelled nearly so, where the word itself occurs nowhere.
    spelling: float = 0.8
    #: A date that the question means in other words: “last March”.
    dates: float = 0.5


WEIGHTS = Weights()


class Hit(msgspec.Struct, frozen=True):
    """A passage that was found. `document` is the file's path; the higher `score`, the better."""

    chunk_id: int
    document_id: int
    document: str
    title: str
    heading: str
    text: str
    start: int
    end: int
    created: str
    score: float


class _Query(msgspec.Struct):
    """What is looked for. Of terms for the same thing, the best one in a passage counts: `same` gives that thing."""

    weights: dict[str, float]
    same: dict[str, str]
    beginnings: set[str]
    pairs: dict[tuple[str, str], float]


def search(documents: Documents, question: str, limit: int, today: date, weights: Weights = WEIGHTS) -> list[Hit]:
    """The passages that fit a question best; documents that must never be used are left out."""
    query, rarest = _understood(documents.index, question, today, weights)
    candidates = documents.index.candidates(rarest, max(CANDIDATES, limit))
    scored = [(_score(query, each, weights), each.chunk_id) for each in candidates]
    scored.sort(key=lambda one: (-one[0], one[1]))
    return _hits(documents, {chunk: score for score, chunk in scored[:limit]})


def _hits(documents: Documents, scores: dict[int, float]) -> list[Hit]:
    owners: dict[int, Any] = {}
    hits: list[Hit] = []
    for chunk in documents.chunks(list(scores)):
        owner = owners.get(chunk.document_id) or documents.get(chunk.document_id)
        owners[chunk.document_id] = owner
        hits.append(
            Hit(
                chunk.id,
                chunk.document_id,
                owner.path,
                chunk.title,
                chunk.heading,
                chunk.text,
                chunk.start,
                chunk.end,
                owner.created,
                scores[chunk.id],
            )
        )
    return hits


# ---- what is asked ----------------------------------------------------------------------------------------------


def _understood(index: Index, question: str, today: date, weights: Weights) -> tuple[_Query, list[tuple[str, bool]]]:
    """What a question looks for, and the rarest of its terms, each with whether it only begins one."""
    asked = terms.asked(question)
    only_common = all(each.common for each in asked)
    shares = {each.term: weights.common if each.common and not only_common else 1.0 for each in asked}
    beginnings = {each.term for each in asked if each.begins}
    runs = [[each.term for each in asked]]
    if weights.dates:
        runs += [terms.index_terms(name) for name in dates.names(question, today)]
        for term in (term for name in runs[1:] for term in name):
            shares.setdefault(term, weights.dates)
    telling = [each.term for each in asked if not each.common or only_common]
    others = {other: (share, term) for other, share, term in _others(index, telling, weights) if other not in shares}
    counts = index.counts([*shares, *others])
    size = max(index.size(), max(counts.values(), default=0))
    shares |= {other: share for other, (share, _) in others.items() if other in counts}
    rarity = {term: _rarity(counts.get(term, 0), size) for term in shares}
    query = _Query(
        {term: share * rarity[term] for term, share in shares.items()},
        {other: term for other, (_, term) in others.items()},
        beginnings,
        {pair: weights.pairs / 2 * (rarity[pair[0]] + rarity[pair[1]]) for run in runs for pair in pairwise(run)},
    )
    wanted = [term for term in telling if term in counts or term in beginnings]
    wanted = sorted(wanted, key=lambda term: counts.get(term, 0))
    wanted += sorted((term for term in others if term in counts), key=lambda term: counts[term])
    return query, [(term, term in beginnings) for term in _selected(wanted or list(counts), counts)]


def _others(index: Index, asked: list[str], weights: Weights) -> Iterator[tuple[str, float, str]]:
    """Terms that may be meant as well, with what they weigh, and what they are another word for."""
    counts = index.counts(asked)
    for term in asked:
        if term not in counts and weights.spelling and not is_word(term):
            for other, share, thing in spelling.meant(index, term):
                yield other, weights.spelling * share, thing
        if weights.near:
            for other, alike in near(term):
                yield other, weights.near * alike, term


def _rarity(count: int, size: int) -> float:
    return math.log(1 + (size - count + 0.5) / (count + 0.5))


def _selected(wanted: list[str], counts: dict[str, int]) -> list[str]:
    """The first of these terms, and of the others those that do not bring too many passages."""
    kept: list[str] = []
    rows = 0
    for term in dict.fromkeys(wanted):
        if not kept or rows + counts.get(term, 0) <= _ROWS:
            kept.append(term)
            rows += counts.get(term, 0)
    return kept


# ---- how well a passage fits ------------------------------------------------------------------------------------


def _score(query: _Query, passage: Indexed, weights: Weights) -> float:
    """BM25 with the question's weights, and what stands together."""
    often: dict[str, float] = {}
    together = 0.0
    length = 0
    for weight, field in ((weights.title, passage.title), (weights.heading, passage.heading), (1.0, passage.text)):
        words = field.split()
        length += len(words)
        for term in filter(query.weights.__contains__, words):
            often[term] = often.get(term, 0.0) + weight
        for begun in query.beginnings:
            often[begun] = often.get(begun, 0.0) + weight * sum(word.startswith(begun) for word in words)
    beside = [pair for pair in query.pairs if pair[0] in often and pair[1] in often]
    if beside:
        fields = f" {passage.title} \n {passage.heading} \n {passage.text} "
        together = sum(query.pairs[pair] for pair in beside if f" {pair[0]} {pair[1]} " in fields)
    norm = _K1 * (1 - _B + _B * length / _USUAL)
    best: dict[str, float] = {}
    for term, count in often.items():
        thing = query.same.get(term, term)
        best[thing] = max(best.get(thing, 0.0), query.weights[term] * (_K1 + 1) * count / (count + norm))
    return sum(best.values()) + together
