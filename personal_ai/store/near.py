"""Words that mean nearly the same: “fridge” and “refrigerator”, “bike” and “bicycle”."""

from functools import lru_cache

from personal_ai import paths

#: A line for each stem: the stem, a tab, and other stems with how much alike they are (cosine), most alike first.
TABLE = paths.RESOURCES / "words" / "near.tsv"


def near(stem: str) -> list[tuple[str, float]]:
    """Stems of English words that mean nearly what `stem` does, with how much alike they are (0 to 1), best first."""
    return [
        (other, float(alike))
        for other, _, alike in (pair.partition(":") for pair in read_table().get(stem, "").split())
    ]


@lru_cache(maxsize=1)
def read_table() -> dict[str, str]:
    """Each stem with its line of others, as `TABLE` holds it."""
    return dict(line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines())


def is_word(stem: str) -> bool:
    """Whether this is the stem of a common English word, so that it is not misspelled."""
    return stem in read_table() or stem in _others()


@lru_cache(maxsize=1)
def _others() -> frozenset[str]:
    return frozenset(pair.partition(":")[0] for line in read_table().values() for pair in line.split())
