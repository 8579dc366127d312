"""Which passages a question brings along: fewer in a follow-up, as many as this machine reads in time."""

from collections.abc import Callable, Sequence

from personal_ai.chat import prompt
from personal_ai.chat.events import Hit
from personal_ai.store.conversations import Source

#: Tokens of new passages in a follow-up, at least and at most. A first question may be read for a second and a half;
#: later ones should be answered within 0.4 seconds, so they get what this machine was seen to read in that time.
FOLLOW_UP_LEAST, FOLLOW_UP_MOST = 50, prompt.BUDGET
FOLLOW_UP_SECONDS = 0.33
#: Below so many tokens they are one passage's, above two passages': what is cut too short says nothing.
ONE_PASSAGE_TOKENS = 100
#: What a follow-up costs besides its passages' text: template, titles, the question itself.
FOLLOW_UP_TOKENS = 50
#: A question of at most so many words is looked up together with the one before it.
SHORT_QUESTION = 5


def find(
    search: Callable[[str, int], Sequence[Hit]], question: str, before: str | None, limit: int, speed: float
) -> list[Source]:
    """Look a question up and cut what is found to its budget.

    `before` is the question before it, None for a first one, "" where nothing was looked for before; `speed` is how
    many tokens a second this machine was seen to read, 0 where it was not.
    """
    wanted, budget = question, prompt.BUDGET
    if before is not None:
        if len(question.split()) <= SHORT_QUESTION:
            # “And when was that?” finds nothing by itself.
            wanted = f"{before} {question}".strip()
        budget = _follow_up_budget(speed)
        limit = min(limit, 1 if budget < ONE_PASSAGE_TOKENS else 2)
    hits = list(search(wanted, limit))[:limit] if limit > 0 else []
    places = prompt.cut(wanted, [hit.text for hit in hits], budget)
    return [_source(hit, start, end) for hit, (start, end) in zip(hits, places, strict=True) if end > start]


def _follow_up_budget(speed: float) -> int:
    if not speed:
        return FOLLOW_UP_MOST  # the whole conversation has to be read first anyway
    tokens = speed * FOLLOW_UP_SECONDS - FOLLOW_UP_TOKENS
    # In steps, so that small differences in speed between two runs change no prompt.
    return max(FOLLOW_UP_LEAST, min(FOLLOW_UP_MOST, int(tokens) // 25 * 25))


def _source(hit: Hit, start: int, end: int) -> Source:
    return Source(
        document=hit.document,
        document_id=hit.document_id,
        chunk_id=hit.chunk_id,
        title=hit.title,
        heading=hit.heading,
        text=hit.text[start:end],
        start=hit.start + start,
        end=hit.start + end,
        created=hit.created,
    )
