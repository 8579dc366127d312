"""Tell what a long job does, in a terminal: an answer as it streams, a night as it learns, a measurement as it runs."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personal_ai import messages
from personal_ai.errors import UserError
from personal_ai.terminal import Terminal, count, fields_of
from personal_ai.worker import command

if TYPE_CHECKING:
    from personal_ai.chat.events import Answer
    from personal_ai.services import Services
    from personal_ai.store.nights import NightRow

PHASES = {
    "loading": "Loading the model",
    "checking": "Checking that it is the same model",
    "examples": "Making examples from your notes",
    "training": "Learning",
    "exporting": "Writing the adapter",
    "proving": "Proving that it helps",
    "publishing": "Putting it to use",
}


# ---- an answer --------------------------------------------------------------------------------------------------


def follow_answer(terminal: Terminal, services: "Services", question: str, **choices: Any) -> "Answer":
    """Ask, print the answer as it comes, return it whole. `choices` are those of ChatSession.ask."""
    from personal_ai.chat.events import Answer, WorkerRestarted

    def show(event: Any) -> None:
        if isinstance(event, messages.Text):
            terminal.stream(event.text)
        elif isinstance(event, WorkerRestarted):
            terminal.say(event.sentence, style="yellow")

    answer = terminal.follow(services.session.ask(question, **choices), show, services.session.stop)
    assert isinstance(answer, Answer)
    return answer


def say_sources(terminal: Terminal, answer: "Answer") -> None:
    """List what an answer leaned on and how fast it came."""
    terminal.say("\n")
    for number, source in enumerate(answer.sources, 1):
        heading = f" · {source.heading}" if source.heading else ""
        terminal.say(f"[{number}] {source.title}{heading}", style="dim")
    terminal.say(
        f"{count(answer.tokens, 'token')}, the first after {answer.first_token_seconds:.2f} s, "
        f"then {answer.tokens_per_second:.0f} a second",
        style="dim",
    )


# ---- a night ----------------------------------------------------------------------------------------------------


def follow_night(terminal: Terminal, services: "Services", minutes: float | None) -> "NightRow":
    """Learn now, show how far it is, return what came of it."""
    from personal_ai.learning.night import NightEnded

    with _progress_bar(terminal, "Learning") as show:
        end = terminal.follow(services.night.learn(minutes=minutes, by="hand"), show, services.night.cancel)
    assert isinstance(end, NightEnded)
    return end.night


def night_fields(night: "NightRow") -> dict[str, Any]:
    """Give a night the names that the command line promises."""
    report = night.report
    return {
        "published": night.state == "published",
        "adapter": night.adapter,
        "reason": night.reason,
        "tokens": night.tokens,
        "seconds": night.seconds,
        "tokens_per_second": report.get("tokens_per_second") or night.tokens / max(night.seconds, 1e-9),
        "proof": report.get("proof", {}),
        "night": fields_of(night),
    }


def say_night(terminal: Terminal, night: "NightRow") -> None:
    """Say what a night came to, with its proof."""
    terminal.say(night.reason, style="bold")
    loss = night.report.get("loss") or []
    if loss:
        terminal.say(f"{night.tokens:,} tokens in {night.seconds:.0f} s; loss {loss[0][1]:.2f} → {loss[-1][1]:.2f}")
    systems = night.report.get("proof", {}).get("systems", {})
    if systems:
        say_systems(terminal, systems)


def start_detached(words: list[str], log: Path) -> int:
    """Run a command of this program on its own, its events in `log`, and return its process id."""
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    with log.open("wb") as out:
        process = subprocess.Popen(
            command(*words),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            creationflags=flags,
            start_new_session=True,
        )
    return process.pid


# ---- a measurement ----------------------------------------------------------------------------------------------


def follow_evaluation(terminal: Terminal, services: "Services", questions: Path) -> dict[str, Any]:
    """Measure every system on a file of questions and return the figures by system."""
    from personal_ai.learning.night import Evaluated

    with _progress_bar(terminal, "Measuring") as show:
        end = terminal.follow(services.night.evaluate(questions), show)
    if not isinstance(end, Evaluated):
        raise UserError("Measuring ended early. Close other programs and try again.")
    return end.systems


def say_systems(terminal: Terminal, systems: dict[str, Any]) -> None:
    """Print the figures of each system as a table, without the columns that nobody measured."""
    columns = {
        "": list(systems),
        "word overlap (F1)": [figures.get("f1") for figures in systems.values()],
        "holds the answer": [figures.get("contains") for figures in systems.values()],
        "surprise a token (nats)": [_interval(figures.get("nll")) for figures in systems.values()],
    }
    measured = {name: cells for name, cells in columns.items() if any(cell is not None for cell in cells)}
    terminal.table(tuple(measured), list(zip(*measured.values(), strict=True)))


def _interval(nll: Any) -> str | None:
    if not isinstance(nll, dict):
        return None
    return f"{nll['mean']:.3f}  ({nll['low']:.3f} to {nll['high']:.3f})"


@contextmanager
def _progress_bar(terminal: Terminal, doing: str) -> Iterator[Any]:
    with terminal.bar(doing) as bar:

        def show(event: Any) -> None:
            if isinstance(event, messages.Progress):
                bar(event.fraction, _progress_words(event))

        yield show


def _progress_words(progress: messages.Progress) -> str:
    words = [PHASES[progress.phase]]
    if progress.loss is not None:
        words.append(f"loss {progress.loss:.2f}")
    if progress.tokens_per_second:
        words.append(f"{progress.tokens_per_second:,.0f} tokens a second")
    if progress.eta_seconds is not None:
        words.append(f"{progress.eta_seconds / 60:.0f} min left" if progress.eta_seconds > 90 else "soon done")
    return " · ".join(words)
