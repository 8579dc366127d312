"""Sentences of the rooms below the window, which know no Qt: recognised where the window shows them, and translated.

What is not in the list is shown as it came, in English.
"""

import re
from functools import cache

from personal_ai.ui import language
from personal_ai.ui.language import tr
from personal_ai.ui.sentence_list import SENTENCES

#: Places that hold words of a room below, too.
_WORDS = frozenset(
    (
        *("adapters", "after", "begun", "change", "chats", "day", "doing", "gain", "hindrance"),
        *("how", "lacking", "lacks", "month", "notes", "what", "why"),
    )
)
#: What may stand in a place: a file in brackets or nothing, a number, else anything.
_MAY_BE = {
    **dict.fromkeys(("n", "mean", "low", "high", "year"), r"[-+\d.,]+"),
    **{"month": "[A-Z][a-z]+", "where": ".*?"},
}


def said(text: str) -> str:
    """A sentence from below in the language of the window; one that is not known stays as it is."""
    if not text or language.in_use() == "en":
        return text
    if text in _whole():
        return tr(text)
    for pattern, sentence in _patterns():
        if found := pattern.fullmatch(text):
            parts = {name: said(part) if name in _WORDS else part for name, part in found.groupdict().items()}
            return tr(sentence).format(**parts)
    return text


@cache
def _whole() -> frozenset[str]:
    return frozenset(sentence for sentence in SENTENCES if "{" not in sentence)


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    # The one that says most comes first: a short one may fit a long sentence, too.
    templates = sorted((each for each in SENTENCES if "{" in each), key=lambda each: -len(re.sub(r"{\w+}", "", each)))
    return [(re.compile(_pattern(each), re.DOTALL), each) for each in templates]


def _pattern(template: str) -> str:
    parts = re.split(r"{(\w+)}", template)
    places = [f"(?P<{name}>{_MAY_BE.get(name, '.+?')})" for name in parts[1::2]]
    return "".join(re.escape(words) + place for words, place in zip(parts[::2], [*places, ""], strict=True))
