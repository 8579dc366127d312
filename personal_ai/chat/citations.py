"""Marks of sources in an answer are looked at: one whose passage does not say what stands before it goes."""

import re
from collections.abc import Sequence

from personal_ai.store import terms

_MARK = re.compile(r"[ \u00a0]?\[(\d{1,2})\]")
_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]*`)", re.DOTALL)
# A sentence ends behind its marks: “It is so. [1]”
_SENTENCE = re.compile(r"(?:[^.!?。！？\n]|[.!?](?!\s|\Z))+(?:[.!?。！？]+(?:\s*\[\d{1,2}\])*|\n|\Z)|.", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_QUOTED = re.compile(r"[“\"„«]([^”\"“»]{2,120})[”\"“»]")
_NAME = re.compile(r"(?<![.!?:\n] )(?<!\A)(?<=[\w,;(] )[A-ZÀ-ÞΑ-ΩА-Я][\w’'-]+")

#: Notes write these in many ways: “March” is “4 Mar” and “2026-03-04” there.
_DATES = frozenset(
    (
        *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
        *("november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    )
)


def checked(text: str, passages: Sequence[str]) -> str:
    """Take out every mark [n] that no passage n stands behind.

    A passage stands behind a sentence when it holds one of its numbers, names or quotations, and what it lacks of these
    stands in another passage that is named there; a sentence without any needs a telling word of it.
    """
    if "[" not in text:
        return text
    folded = [_folded(passage) for passage in passages]
    parts = _CODE.split(text)
    return "".join(part if number % 2 else _checked(part, folded) for number, part in enumerate(parts))


def _checked(text: str, passages: Sequence[str]) -> str:
    made: list[str] = []
    for sentence in _SENTENCE.findall(text):
        named = {int(number) for number in _MARK.findall(sentence)}
        kept = _standing(_MARK.sub("", sentence), named, passages) if named else set()
        made.append(_MARK.sub(lambda mark, kept=kept: mark[0] if int(mark[1]) in kept else "", sentence))
    return "".join(made)


def _standing(sentence: str, named: set[int], passages: Sequence[str]) -> set[int]:
    there = {number: passages[number - 1] for number in named if 1 <= number <= len(passages)}
    facts = _facts(sentence)
    if not facts:
        words = {term for term in terms.index_terms(sentence) if term not in terms.FUNCTION_WORDS}
        return {n for n, passage in there.items() if not words or words & set(terms.index_terms(passage))}
    found = {n: {fact for fact in facts if _holds(passage, fact)} for n, passage in there.items()}
    whole = set().union(*found.values()) >= facts if found else False
    return {n for n, held in found.items() if held and whole}


def _facts(sentence: str) -> set[str]:
    """What can be looked up word by word: numbers, quotations, and names that do not begin the sentence."""
    plain = sentence.replace("*", "").replace("_", "")
    found = {_folded(each) for each in (*_NUMBER.findall(plain), *_QUOTED.findall(plain), *_NAME.findall(plain))}
    return {fact for fact in found if fact and fact not in terms.FUNCTION_WORDS and fact not in _DATES}


def _holds(passage: str, fact: str) -> bool:
    before = r"(?<!\d)" if fact[0].isdigit() else r"(?<!\w)"
    return re.search(before + re.escape(fact) + (r"(?!\d)" if fact[-1].isdigit() else ""), passage) is not None


def _folded(text: str) -> str:
    """Small letters, one blank between words, no commas in numbers: “1,140” is 1140."""
    text = re.sub(r"(?<=\d)[,\u202f\u00a0'](?=\d{3}\b)", "", text)
    return " ".join(text.replace("’", "'").casefold().split())
