"""A conversation is made to fit what a model can hold in mind: the oldest questions leave, summed up where it can."""

from msgspec.structs import replace

from personal_ai import messages
from personal_ai.chat import prompt
from personal_ai.chat.asking import Ask
from personal_ai.chat.history import as_turns
from personal_ai.chat.model_worker import ModelWorker
from personal_ai.messages import Sampling, Turn

#: A model of fewer parameters says things in a summary that nobody said; with it the oldest questions just leave.
SUMMING_UP = 1_000_000_000
#: The longest summary, and what it and the words around it take of the room, in tokens.
SUMMARY, SUMMARY_ROOM = 200, 240
#: Of one question and of its answer so many characters are summed up.
QUESTION, ANSWER = 400, 1200

ASKED = (
    "Below is the beginning of a conversation. Sum it up in at most six short sentences: what was asked, what was "
    "answered, and what was decided. Keep names, numbers and dates. Add nothing.\n\n"
)
SAID_BEFORE = "Earlier in this conversation:"


def fit(ask: Ask, worker: ModelWorker, today: str) -> list[Turn]:
    """Write the prompt: earlier questions under the passages they had then, so that the worker knows all of it.

    Says in `ask` how much room there is, how many of the oldest questions left, and what they came to.
    """
    assert worker.loaded
    ask.room = worker.loaded.context
    can = worker.loaded.parameters >= SUMMING_UP
    room = ask.room - min(ask.max_tokens, ask.room // 4) - (SUMMARY_ROOM if can else 0)

    def write(dropped: int, summary: str = "") -> list[Turn]:
        turns = as_turns(ask.history[dropped:], ask.question, ask.sources, today, ask.pictures, ask.seen)
        if summary:
            turns[0] = Turn("system", f"{turns[0].text}\n{SAID_BEFORE} {summary}")
        return prompt.instructed(turns, ask.instructions)

    def fits(turns: list[Turn]) -> bool:
        return worker.count([*turns, Turn("assistant", ask.begun)] if ask.begun else turns) <= room

    turns, ask.dropped = prompt.trim(len(ask.history), write, fits)
    ask.summary = _summary(ask, worker) if can and ask.dropped else ""
    return write(ask.dropped, ask.summary) if ask.summary else turns


def _summary(ask: Ask, worker: ModelWorker) -> str:
    """What the questions that left come to; the summary of before is taken up, and kept where no more have left."""
    before = ask.history[-1][1].made
    if before.summary and before.dropped == ask.dropped:
        return before.summary
    known = before.dropped if before.summary and before.dropped < ask.dropped else 0
    said = [f"So far: {before.summary}"] if known else []
    for asked, answered in ask.history[known : ask.dropped]:
        said += [f"Asked: {asked.text[:QUESTION]}", f"Answered: {answered.text[:ANSWER]}"]
    request = messages.Generate(
        id=worker.next_id(),
        turns=[Turn("user", ASKED + "\n".join(said))],
        sampling=replace(Sampling(), temperature=0.0),
        max_tokens=SUMMARY,
    )
    ask.id = request.id
    text = "".join(event.text for event in worker.generate(request) if isinstance(event, messages.Text))
    return " ".join(text.split())
