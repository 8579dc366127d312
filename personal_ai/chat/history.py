"""What was said so far as the turns that a model reads, such that each next prompt begins with the one before it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType

from msgspec.structs import replace

from personal_ai import days
from personal_ai.chat import prompt
from personal_ai.chat.asking import Pair
from personal_ai.chat.prompt import Passage
from personal_ai.messages import Turn
from personal_ai.store.conversations import MessageRow, Source


def day_of(moment: datetime) -> str:
    """The day, by the computer's own clock, as the model is told it."""
    return days.with_weekday(moment.astimezone())


def as_turns(
    history: list[Pair],
    question: str,
    sources: list[Source],
    today: str,
    pictures: tuple[bytes, ...] = (),
    seen: Mapping[int, tuple[bytes, ...]] = MappingProxyType({}),
) -> list[Turn]:
    """Write the system turn, questions and answers; a passage that an earlier question brought along is not said again.

    `pictures` are shown with the question, and those of `seen` with the questions before, by their number.

    The system turn tells the day of the first question, and a question on a later day tells its own: so a conversation
    goes on the next day without being read again from its beginning.
    """
    day = first = day_of(datetime.fromisoformat(history[0][0].created)) if history else today
    written: list[Turn] = []
    said = ""
    for asked, answered in history:
        now = day_of(datetime.fromisoformat(asked.created))
        shown = seen.get(asked.id, ())
        written += [_question(asked.text, answered.sources, said, "" if now == day else now, shown)]
        said, day = said + written[-1].text, now
        written += [Turn("assistant", answered.text)]
    asked_now = _question(question, sources, said, "" if today == day else today, pictures)
    return [prompt.system_turn(first), *written, asked_now]


def _question(text: str, sources: list[Source], said: str, new_day: str, pictures: tuple[bytes, ...]) -> Turn:
    text = f"Today is {new_day}. {text}" if new_day else text
    new = [(number, s) for number, s in enumerate(sources, 1) if s.text.strip() not in said]
    passages = [Passage(s.title, s.heading, s.text, s.created) for _, s in new]
    turn = prompt.user_turn(text, passages, [number for number, _ in new])
    return replace(turn, pictures=pictures)


def answered_pairs(rows: Sequence[MessageRow]) -> list[Pair]:
    """The questions that were answered, with their answers; failed and empty answers are no part of a conversation."""
    return [
        (asked, answered)
        for asked, answered in pairwise(rows)
        if (asked.role, answered.role) == ("user", "assistant") and answered.text and answered.state != "failed"
    ]
