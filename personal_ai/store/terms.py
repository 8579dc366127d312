"""Text becomes search terms: folded, stemmed, cut into pairs where a script writes no spaces.

The same function makes the terms of the index and those of a question, so the two always meet. Everything is a pure
function of the text: no language is guessed, because a question of three words would be guessed wrongly.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

#: English words that carry no meaning of their own: dropped from questions, never from the index.
FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a about above after again all also am an and any are as at be because been before being below between
        both but by can cannot could did do does doing done down during each few for from further get gets got
        had has have having he hello her here hers herself hey hi him himself his how i if in into is it its itself just
        let like me more most my myself no nor not now of off on once only or other our ours ourselves out over own
        please s same shall she should so some such t tell than thanks that the their theirs them themselves then
        there these they this those through to too under until up us very was we were what when where which while who
        whom whose why will with would you your yours yourself yourselves
        """,
    )
)

# Scripts written without spaces between words (and Hangul, whose particles cling to the word).
_UNSPACED = (
    r"\u0e01-\u0e5b\u0e81-\u0edf\u1000-\u109f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
    r"\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # kana
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"  # Hangul
)
_PIECE = re.compile(rf"(?P<run>[{_UNSPACED}]+)|(?P<word>(?:(?![{_UNSPACED}])[^\W_])+)")
_CLITIC = re.compile(r"(?<=\w)['’ʼ](?:s|t|re|ve|ll|d|m)\b")
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]+")
# Letters that Unicode does not take apart although people type them without the stroke.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_LAST_WORD = re.compile(rf"(?:(?![{_UNSPACED}])[^\W_])+\Z")
_LONGEST_TERM = 64


class Asked(NamedTuple):
    """A term of a question. `begins`: longer terms that begin so count as well; `common`: it is a function word."""

    term: str
    begins: bool
    common: bool


def fold(text: str) -> str:
    """Lower case without accents: “Café” → “cafe”, full-width and half-width forms as one."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    # Composed again at the end, so that a dakuten or a Hangul syllable stays in its letter.
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))


def index_terms(text: str) -> list[str]:
    """The terms under which `text` is found. A run of Chinese or the like gives its pairs and its last character."""
    return [term for term, _, _ in _terms(text, whole=False)]


def place_terms(path: str) -> list[str]:
    """The terms of a file's name and of the two folders it lies in."""
    parts = re.split(r"[\\/]", path)[-3:]
    return index_terms(" ".join([*parts[:-1], parts[-1].rpartition(".")[0] or parts[-1]]))


def asked(text: str) -> list[Asked]:
    """The terms of a question, in their order, the same one as often as it was said."""
    return [Asked(*each) for each in _terms(text, whole=True)]


def one_of(wanted: Iterable[tuple[str, bool]]) -> str:
    """An FTS5 expression that finds texts with at least one of these terms, each with whether it only begins one."""
    return " OR ".join(_quote(term, begins) for term, begins in wanted)


def any_of(text: str) -> str:
    """An FTS5 expression that finds texts sharing terms with a question; "" when the question has none.

    Function words are dropped unless there is nothing else. Every term is quoted, so no text is a syntax error.
    """
    found = list(dict.fromkeys(_terms(text, whole=True)))
    telling = [each for each in found if not each[2]]
    return one_of((term, prefix) for term, prefix, _ in telling or found)


def all_of(text: str) -> str:
    """An FTS5 expression that finds texts holding all terms; the last one may be the beginning of a word."""
    found = list(dict.fromkeys(_terms(text, whole=True)))
    quoted = [_quote(term, prefix) for term, prefix, _ in found]
    typed = _LAST_WORD.search(fold(text))
    if found and typed:
        quoted[-1] = _begun(typed[0], found[-1][0])
    return " AND ".join(quoted)


def _begun(typed: str, term: str) -> str:
    """What a word that is still being typed may become: “restauran” is longer than the stem it ends up under."""
    stems = [typed[:length] for length in range(max(4, len(typed) - 4), len(typed))] if typed.isascii() else []
    kinds = [_quote(each, True) for each in dict.fromkeys((term, typed))] + [_quote(each, False) for each in stems]
    return f"({' OR '.join(kinds)})"


def _quote(term: str, prefix: bool) -> str:
    # Terms hold letters and digits only, so there is no quote to double.
    return f'"{term}"*' if prefix else f'"{term}"'


def _terms(text: str, *, whole: bool) -> list[tuple[str, bool, bool]]:
    """(term, matches as a prefix, is a function word). `whole`: as a question asks, else as the index holds."""
    found: list[tuple[str, bool, bool]] = []
    for piece in _PIECE.finditer(_CLITIC.sub("", fold(text))):
        word = piece["word"]
        if word is not None:
            found.append((stem(word), False, word in FUNCTION_WORDS))
            continue
        run = piece["run"]
        found += [(run[at : at + 2], False, False) for at in range(len(run) - 1)]
        # The index keeps the last character alone, so that each character begins a term and can be asked for.
        if not whole or len(run) == 1:
            found.append((run[-1], whole, False))
    return found


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A folded word's English stem (Snowball); words in other letters and words with digits stay as they are.

    Words of other languages in Latin letters lose an ending now and then, on both sides alike, so they are still found.
    """
    word = word[:_LONGEST_TERM]
    if not (word.isascii() and word.isalpha()) or len(word) < 3:
        return word
    return _stemmer().stemWord(word)


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer  # 25 ms that only indexing and searching need

    return snowballstemmer.stemmer("english")
