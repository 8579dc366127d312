"""What was meant by a word that occurs nowhere: one that is spelled nearly so, or two that were written as one."""

from collections.abc import Iterator

from personal_ai.store.index import Index

_SHORTEST = 5
_LONG = 8
#: Two words written as one are less sure to be meant.
_APART = 0.7


def meant(index: Index, term: str) -> Iterator[tuple[str, float, str]]:
    """Terms of the index that may be meant by one that is not in it, with how sure that is (0 to 1), and what by.

    The first two letters are taken to be right; one letter may be wrong, in long words two.
    """
    if len(term) < _SHORTEST or not term.isalpha():
        return
    most = 2 if len(term) >= _LONG else 1
    found = [
        (wrong, -count, other)
        for other, count in index.beginning(term[:2], len(term) - most, len(term) + most)
        if 0 < (wrong := distance(term, other, most)) <= most
    ]
    if found:
        least = min(found)[0]
        yield from ((other, 1.0, term) for wrong, _, other in sorted(found)[:2] if wrong == least)
        return
    counts = index.counts([part for at in range(3, len(term) - 2) for part in (term[:at], term[at:])])
    cuts = [(term[:at], term[at:]) for at in range(3, len(term) - 2) if term[:at] in counts and term[at:] in counts]
    if cuts:
        yield from ((part, _APART, part) for part in max(cuts, key=lambda cut: min(counts[cut[0]], counts[cut[1]])))


def distance(one: str, other: str, most: int) -> int:
    """How many letters to change, add, leave out or swap with the next one; anything above `most` is `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            least = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                least = min(least, before[column - 2] + 1)
            line.append(least)
        if min(line) > most:
            return most + 1
        before, above = above, line
    return min(above[-1], most + 1)
