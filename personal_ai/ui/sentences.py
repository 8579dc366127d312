"""Sentences of the rooms below the window, which know no Qt: recognised where the window shows them, and translated.

What is not in the list is shown as it came, in English.
"""

import re
from functools import cache

from personal_ai.ui import language
from personal_ai.ui.error_list import ERRORS
from personal_ai.ui.language import tr
from personal_ai.ui.sentence_list import SENTENCES

#: Places that hold words of a room below, too.
_WORDS = frozenset(
    (
        *("adapters", "after", "begun", "broken", "change", "chats", "day", "deleted", "doing", "erased", "fault"),
        *("gain", "hindrance", "how", "known", "lacking", "lacks", "locked", "looks", "month", "names", "notes", "old"),
        *("part", "reason", "wanted", "what", "who", "why", "worker"),
    )
)
#: Places that hold several of them, one behind the other.
_LISTS = frozenset(("let",))
#: What may stand in a place: a file in brackets or nothing, a number, else anything.
_MAY_BE = {
    **dict.fromkeys(("n", "mean", "low", "high", "year", "number", "done", "total"), r"[-+\d.,]+"),
    **{"fault": "[^.]+?", "month": r"\w+", "where": ".*?"},
}
#: Where one sentence ends and the next begins.
_BETWEEN = re.compile(r"(?<=[.!?]) (?=[A-Z“])")


def said(text: str) -> str:
    """A sentence from below, or several, in the language of the window; what is not known stays as it is."""
    if not text or language.in_use() == "en":
        return text
    return _said(text) or _one_by_one(text) or text


def _said(text: str) -> str | None:
    """A sentence of the list; None for any other."""
    if text in _whole():
        return tr(text)
    for pattern, sentence in _patterns():
        if found := pattern.fullmatch(text):
            return tr(sentence).format(**{name: _filled(name, words) for name, words in found.groupdict().items()})
    return None


def _filled(name: str, words: str) -> str:
    """What stands in a place of a sentence."""
    if name in _LISTS:
        return tr(", ", "between titles").join(map(said, words.split(", ")))
    return said(words) if name in _WORDS else words


def _one_by_one(text: str) -> str | None:
    """Several sentences of the list; None where one of them is not in it."""
    for between in _BETWEEN.finditer(text):
        first, rest = text[: between.start()], text[between.end() :]
        if (begun := _said(first)) and (gone_on := _said(rest) or _one_by_one(rest)):
            return f"{begun}{gone_on}"
    return None


@cache
def _whole() -> frozenset[str]:
    return frozenset(sentence for sentence in (*SENTENCES, *ERRORS) if "{" not in sentence)


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    templates = [each for each in (*SENTENCES, *ERRORS) if "{" in each]
    # The one that says most comes first: a short one may fit a long sentence, too.
    templates.sort(key=lambda each: -len(re.sub(r"{\w+}", "", each)))
    return [(re.compile(_pattern(each), re.DOTALL), each) for each in templates]


def _pattern(template: str) -> str:
    parts = re.split(r"{(\w+)}", template)
    places = [f"(?P<{name}>{_MAY_BE.get(name, '.+?')})" for name in parts[1::2]]
    return "".join(re.escape(words) + place for words, place in zip(parts[::2], [*places, ""], strict=True))
