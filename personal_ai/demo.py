"""The whole loop in a terminal: sample notes in, a question, a short night, the same question again."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.errors import UserError
from personal_ai.paths import RESOURCES, locate
from personal_ai.services import Services
from personal_ai.telling import follow_answer, follow_night, night_fields, say_night, say_sources
from personal_ai.terminal import Terminal, count, fields_of

NOTES = RESOURCES / "sample_notes"
SEED = 1


class SampleQuestion(msgspec.Struct, frozen=True):
    """A question about the sample notes and its answer."""

    question: str
    answer: str
    note: str = ""
    set: str = "dev"


def sample_questions(of: str = "dev") -> list[SampleQuestion]:
    """Read the questions that belong to the sample notes: those to look at while building, or those kept for proof."""
    try:
        lines = (NOTES / "questions.jsonl").read_bytes()
    except FileNotFoundError as error:
        raise UserError(f"The sample notes are missing from “{NOTES}”. Install Personal AI again.") from error
    questions = msgspec.json.Decoder(SampleQuestion).decode_lines(lines)
    return [question for question in questions if question.set == of]


def sample_notes() -> list[Path]:
    """List the sample notes; the questions about them, and what is measured beside them, are no notes."""
    return [path for path in sorted(NOTES.iterdir()) if path.suffix != ".jsonl" and path.name[0] != "."]


def run(terminal: Terminal, home: Path | None, minutes: float) -> None:
    """Show the loop in `home`, or in a folder that is gone afterwards."""
    with ExitStack() as stack:
        folder = home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="personal-ai-demo-")))
        services = Services(locate(folder))
        stack.callback(services.close)
        if home is None:
            # The same question twice can be compared only where chance has no part in it.
            services.change_settings(temperature=0.0)
        question = sample_questions()[0]
        _tell(terminal, f"1 of 4: reading the sample notes into {folder}")
        notes = _read_notes(terminal, services)
        _tell(terminal, f"2 of 4: a question about them: {question.question}")
        before = _ask(terminal, services, question)
        _tell(terminal, f"3 of 4: learning them, at most {minutes:g} minutes")
        night = follow_night(terminal, services, minutes)
        if not terminal.json:
            say_night(terminal, night)
        _tell(terminal, f"4 of 4: the same question again: {question.question}")
        after = _ask(terminal, services, question)
    fields = {
        "documents": notes,
        "question": question.question,
        "gold": question.answer,
        "before": fields_of(before),
        "after": fields_of(after),
        "learned": night_fields(night),
    }
    terminal.result(fields, lambda: _say_end(terminal, question, before, after, night.state == "published"))


def _tell(terminal: Terminal, text: str) -> None:
    if not terminal.json:
        terminal.say(f"\n{text}", style="bold")


def _read_notes(terminal: Terminal, services: Services) -> int:
    end: Any = terminal.follow(services.library.add(sample_notes()), lambda event: None)  # noqa: ARG005
    if not terminal.json:
        terminal.say(f"{count(end.documents, 'note')} in {end.seconds:.1f} s.")
    return end.documents


def _ask(terminal: Terminal, services: Services, question: SampleQuestion) -> Any:
    answer = follow_answer(terminal, services, question.question, seed=SEED, max_tokens=120)
    if not terminal.json:
        say_sources(terminal, answer)
    return answer


def _say_end(terminal: Terminal, question: SampleQuestion, before: Any, after: Any, published: bool) -> None:
    _tell(terminal, "What came of it")
    terminal.say(f"The note says:  {question.answer}")
    terminal.say(f"Before:         {before.answer.strip()}")
    terminal.say(f"After:          {after.answer.strip()}")
    if not published:
        terminal.say("The proof did not show that learning helps, so the second answer was made without it.")
