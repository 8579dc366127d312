"""What was meant by a word that occurs nowhere: one with one letter otherwise, or two that were written as one."""

from collections.abc import Iterator
from string import ascii_lowercase

from personal_ai.store.index import Index

_SHORTEST = 5
_MOST = 2
#: Two words written as one are less sure to be meant.
_APART = 0.7


def meant(index: Index, term: str) -> Iterator[tuple[str, float, str]]:
    """Terms of the index that may be meant by one that is not in it, with how sure that is (0 to 1), and what by."""
    if len(term) < _SHORTEST or not term.isalpha():
        return
    for kind in misspelled(term):
        counts = index.counts(kind)
        if counts:
            usual = sorted(counts, key=lambda other: (-counts[other], other))
            yield from ((other, 1.0, term) for other in usual[:_MOST])
            return
    cuts = [(term[:at], term[at:]) for at in range(3, len(term) - 2)]
    counts = index.counts([part for cut in cuts for part in cut])
    known = [cut for cut in cuts if cut[0] in counts and cut[1] in counts]
    if known:
        likely = max(known, key=lambda cut: min(counts[cut[0]], counts[cut[1]]))
        yield from ((part, _APART, part) for part in likely)


def misspelled(term: str) -> tuple[set[str], set[str]]:
    """What one slip makes of a term: a letter left out, added or swapped with the next one; and a letter changed.

    The first kind is the likelier one.
    """
    letters = {*ascii_lowercase, *term}
    halves = [(term[:at], term[at:]) for at in range(len(term) + 1)]
    slipped = {first + second[1:] for first, second in halves}
    slipped |= {first + second[1] + second[0] + second[2:] for first, second in halves if len(second) > 1}
    slipped |= {first + letter + second for first, second in halves for letter in letters}
    changed = {first + letter + second[1:] for first, second in halves if second for letter in letters}
    return slipped - {term}, changed - {term}
