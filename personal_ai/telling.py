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
    from personal_ai.learning.forecasting import Forecast
    from personal_ai.learning.practising import Practised
    from personal_ai.paths import Paths
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
    rate = answer.tokens_per_second
    # One token has no rate.
    then = f", then {rate:.{0 if rate >= 10 else 1}f} a second" if rate else ""
    terminal.say(
        f"{count(answer.tokens, 'token')}, the first after {answer.first_token_seconds:.2f} s{then}", style="dim"
    )


# ---- a night ----------------------------------------------------------------------------------------------------


def follow_night(terminal: Terminal, services: "Services", minutes: float | None) -> "NightRow":
    """Learn now, show how far it is, return what came of it."""
    from personal_ai.learning.night import NightEnded

    with progress_bar(terminal, "Learning") as show:
        end = terminal.follow(services.night.learn(minutes=minutes, by="hand"), show, services.night.cancel)
    assert isinstance(end, NightEnded)
    return end.night


def follow_practice(terminal: Terminal, services: "Services", minutes: float | None) -> "Practised":
    """Practise reading, show how far it is, return what came of it."""
    from personal_ai.learning.practising import Practised

    with progress_bar(terminal, "Practising") as show:
        end = terminal.follow(services.practising.practise(minutes), show, services.practising.cancel)
    assert isinstance(end, Practised)
    return end


def follow_forecast(terminal: Terminal, services: "Services", minutes: float | None) -> "Forecast":
    """Measure for some seconds what learning now would take, and return it."""
    from personal_ai.learning.forecasting import Forecast

    with progress_bar(terminal, "Looking ahead") as show:
        end = terminal.follow(services.forecasting.forecast(minutes), show)
    if not isinstance(end, Forecast):
        raise UserError("Looking ahead ended early. Close other programs, and try again.")
    return end


def say_forecast(terminal: Terminal, forecast: "Forecast") -> None:
    """Say what learning now would take, and what a night could do for each model."""
    energy = "as the processor counts it" if forecast.watts_measured else "by its cores"
    terminal.say(
        f"It would learn {forecast.tokens:,} tokens in about {forecast.minutes:.0f} minutes: "
        f"{forecast.training_minutes:.0f} of training at {forecast.tokens_per_second:,.0f} tokens a second, and "
        f"{forecast.proof_minutes:.0f} of proof.",
        style="bold",
    )
    terminal.say(
        f"At most about {forecast.memory_mb / 1000:.1f} GB of memory, {forecast.disk_mb:,.0f} MB of disk, and about "
        f"{forecast.watt_hours:,.1f} Wh ({energy})."
    )
    for each in forecast.models:
        terminal.say(each.sentence)
    terminal.say(f"Measured in {forecast.calibration_seconds:.0f} s; nothing was changed.", style="dim")


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


def window_is_open(paths: "Paths") -> bool:
    """Whether a window holds this data folder: the process that its lock names lives, and is the one that wrote it.

    A crash leaves the lock behind, and any later process may get the same number.
    """
    import psutil

    try:
        lines = paths.lock.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    if not lines or not lines[0].isdecimal() or not psutil.pid_exists(int(lines[0])):
        return False
    return not sys.platform.startswith("linux") or _wrote(lines)


def _wrote(lines: list[str]) -> bool:
    """Whether the process in a lock wrote it, as Qt does: number, program, computer, its id, the id of its start."""
    try:
        program = Path(f"/proc/{lines[0]}/exe").readlink().name
        start = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        # A process of somebody else, or one that ended just now.
        return False
    # The program of a window that an update came over is gone from the disk, and goes on.
    return lines[1:2] == [program.removesuffix(" (deleted)")] and lines[4:5] == [start]


# ---- a measurement ----------------------------------------------------------------------------------------------


def follow_evaluation(terminal: Terminal, services: "Services", questions: Path, **wanted: Any) -> dict[str, Any]:
    """Measure every system on a file of questions; `wanted` are the choices of Measuring.evaluate.

    Returns the fields of Evaluated without the answers: {"systems", "differences"} and, where wanted, more.
    """
    from personal_ai.learning.measuring import Evaluated

    with progress_bar(terminal, "Measuring") as show:
        end = terminal.follow(services.measuring.evaluate(questions, **wanted), show)
    if not isinstance(end, Evaluated):
        raise UserError("Measuring ended early. Close other programs and try again.")
    found: dict[str, Any] = {"systems": end.systems, "differences": end.differences}
    return found | {name: rows for name, rows in (("general", end.general), ("voice", end.voice)) if rows}


#: What is told of each system: its field, and what it says. Shares and nats, each with half of its 95 % interval.
MEASURES = {
    "f1": "word overlap (F1)",
    "contains": "holds the answer",
    "nll": "surprise a token (nats)",
    "rank": "right one ranked first",
    "found": "right note was shown",
    "cited": "cites the right note",
    "refused": "refused though it is there",
    "abstention": "says it is not there",
}


def say_evaluation(terminal: Terminal, found: dict[str, Any]) -> None:
    """Print everything that was measured: the systems, what is between them, what was kept, and whose voice it is."""
    say_systems(terminal, found["systems"])
    for difference in found.get("differences", []):
        terminal.say(_difference(difference))
    for name, row in found.get("general", {}).items():
        terminal.say(f"General questions, {name}: {_general(row)}")
    for name, row in found.get("voice", {}).items():
        if words := _voice(row):
            terminal.say(f"Voice, {name}: {words}")


def say_systems(terminal: Terminal, systems: dict[str, Any]) -> None:
    """Print the figures of each system, a column each, without the rows that nobody measured."""
    rows = [
        (words, *(_measured(figures, name) for figures in systems.values()))
        for name, words in MEASURES.items()
        if any(figures.get(name) is not None for figures in systems.values())
    ]
    terminal.table(("", *systems), rows)


def _measured(figures: dict[str, Any], name: str) -> str:
    value = figures.get(name)
    if value is None:
        return ""
    interval = value if isinstance(value, dict) else figures.get(f"{name}_interval")
    if interval is None:
        return f"{value:.3f}"
    return f"{interval['mean']:.3f} ±{(interval['high'] - interval['low']) / 2:.3f}"


def _difference(difference: dict[str, Any]) -> str:
    """`adapter+notes against base+notes: word overlap +0.210 (0.130 to 0.290), …`."""
    told = {"f1": "word overlap", "contains": "holds the answer", "nll": "nats saved a token"}
    parts = [f"{words} {_signed(difference[name])}" for name, words in told.items() if name in difference]
    if ratio := difference.get("nll_ratio"):
        parts.append(f"surprise {ratio['mean']:.0%} of it ({ratio['low']:.0%} to {ratio['high']:.0%})")
    return f"{difference['of']} against {difference['against']}: {', '.join(parts)}"


def _general(row: dict[str, Any]) -> str:
    loops, refused, ends = row["loops"], row["refused"], row["ends"]
    if "kl" not in row:
        return (
            f"{row['nll']['mean']:.3f} nats a token of good answers; of {row['prompts']} answers of its own "
            f"{loops} run in circles, {refused} refuse, {ends:.0%} come to an end"
        )
    kl, rise = row["kl"], row["nll_rise"]
    return (
        f"KL {kl['mean']:.3f} nats a token ({kl['low']:.3f} to {kl['high']:.3f}), good answers "
        f"{rise['mean']:+.1%} surprising ({rise['low']:+.1%} to {rise['high']:+.1%}); of {row['prompts']} of its own "
        f"{loops['adapter']} run in circles (base {loops['base']}), {refused['adapter']} refuse "
        f"(base {refused['base']}), {ends['adapter']:.0%} come to an end (base {ends['base']:.0%})"
    )


def _voice(row: dict[str, Any]) -> str:
    parts = []
    if "gain" in row:
        parts.append(
            f"nats saved a token on own sentences {_signed(row['own'])}, on neutral ones {_signed(row['neutral'])}, "
            f"between them {_signed(row['gain'])}"
        )
    if "attributed" in row:
        parts.append(f"{row['attributed']['share']['mean']:.0%} of what it writes reads most like the person")
    return "; ".join(parts)


def _signed(interval: dict[str, float]) -> str:
    return f"{interval['mean']:+.3f} ({interval['low']:.3f} to {interval['high']:.3f})"


@contextmanager
def progress_bar(terminal: Terminal, doing: str) -> Iterator[Any]:
    """Yield what shows the Progress among events."""
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
