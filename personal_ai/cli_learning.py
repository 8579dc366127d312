"""The commands of learning: what it is taught, a night by hand, a measurement, and the adapters that came of it."""

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from personal_ai.command import Command, Model
from personal_ai.errors import UserError
from personal_ai.telling import (
    follow_evaluation,
    follow_forecast,
    follow_night,
    follow_practice,
    night_fields,
    progress_bar,
    say_evaluation,
    say_forecast,
    say_night,
    start_detached,
    window_is_open,
)
from personal_ai.terminal import Terminal, fields_of, mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from personal_ai.learning.night import Night, NightEvent
    from personal_ai.learning.schedule import Decision
    from personal_ai.services import Services
    from personal_ai.store.nights import StartedBy

WINDOW_OPEN = "The window is open, and minds the nights itself."

adapters_app = typer.Typer(help="What was learned: list, use, undo, mix, export.", invoke_without_command=True)


# ---- teaching ---------------------------------------------------------------------------------------------------


def remember(context: typer.Context, text: str) -> None:
    """Keep a text as a note; it is found from now on, and learned."""
    command: Command = context.obj
    with command.services() as services:
        row = services.session.remember(text)
        assert row.document_id is not None  # its note is stored before it
        title = services.library.get(row.document_id).title
    command.terminal.result(
        {"taught": row.id, "document": row.document_id, "title": title},
        lambda: command.terminal.say(f"Kept as “{title}”."),
    )


def taught(context: typer.Context) -> None:
    """What you taught it directly: thumbs, better answers, things to remember."""
    command: Command = context.obj
    with command.services() as services:
        rows = services.session.taught()

    def say() -> None:
        lines = [(row.created[:10], row.kind, row.question, row.answer or f"not: {row.rejected}") for row in rows]
        if lines:
            command.terminal.table(("when", "kind", "question", "answer"), lines)
        else:
            command.terminal.say("Nothing yet. A thumb under an answer teaches, and so does personal-ai remember TEXT.")

    command.terminal.result({"taught": [fields_of(row) for row in rows]}, say)


def tonight(context: typer.Context) -> None:
    """What it will learn tonight, note by note; the window lets you change it."""
    command: Command = context.obj
    with command.services() as services:
        notes = services.tonight.list()

    def say() -> None:
        marks = {"as it is": "", "never": " (never)", "edit": " (your words)"}
        for note in notes:
            command.terminal.say(note.title, style="bold")
            for fact in note.facts:
                command.terminal.say(f"  {fact.question} → {fact.answer}{marks[fact.state]}")
        if not notes:
            command.terminal.say("Nothing yet. Add some notes with a few sentences in them: personal-ai add PATH.")

    command.terminal.result({"notes": [fields_of(note) for note in notes]}, say)


# ---- learning ---------------------------------------------------------------------------------------------------


def learn(
    context: typer.Context,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="The longest it may take.")] = None,
    model: Model = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only measure for some seconds, and say what it would take.")
    ] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Go on in the background.")] = False,
    skill: Annotated[bool, typer.Option("--skill", help="Only practise reading, once for a model.")] = False,
) -> None:
    """Learn the notes now, prove that it helps, and use it."""
    command: Command = context.obj
    with command.services(model) as services:
        if skill:
            _practise(command.terminal, services, minutes)
        elif dry_run:
            _look_ahead(command.terminal, services, minutes)
        elif detach:
            _learn_detached(command, services, minutes, model)
        else:
            _learn_here(command.terminal, services, minutes)


def night(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Look once, and wait for nothing.")] = False,
) -> None:
    """Learn as the night does: in the quiet hours, on mains, while nobody is there; wait for that, and say why."""
    command: Command = context.obj
    with command.services() as services:
        if once and window_is_open(services.paths):
            command.terminal.result(_no_night(WINDOW_OPEN), lambda: command.terminal.say(WINDOW_OPEN))
            return
        _be_the_night(command.terminal, services, once)


def _be_the_night(terminal: Terminal, services: "Services", once: bool) -> None:
    from personal_ai.learning import by_night
    from personal_ai.learning.by_night import Waits
    from personal_ai.learning.night import NightEnded

    nights = _Nights(services)

    def stop(*_: Any) -> None:
        # Asked to end by the system: what is done is kept, and the next night goes on from there. This runs in the
        # middle of anything, so it must not wait for a lock that is held right here.
        nights.leaving = True
        threading.Thread(target=nights.leave, name="leave", daemon=True).start()

    def show(event: Any) -> None:
        if isinstance(event, Waits):
            terminal.say(event.reason)
        else:
            bar(event)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with progress_bar(terminal, "Learning") as bar:
            end = terminal.follow(by_night.through(lambda: nights, nights.wait, once=once), show, nights.cancel)
    finally:
        signal.signal(signal.SIGTERM, before)
    if isinstance(end, NightEnded):
        terminal.result(night_fields(end.night), lambda: say_night(terminal, end.night))
        if end.night.state == "failed":
            raise UserError(end.night.reason)
    else:
        terminal.result(_no_night(end.reason if isinstance(end, Waits) else ""), lambda: None)


class _Nights:
    """The night as a command has it, open while something is asked of it, and waiting while a window minds it."""

    def __init__(self, services: "Services") -> None:
        self._services = services
        self._night: Night | None = None
        self._over = threading.Event()
        self._beside_window = False
        #: Nothing is begun any more.
        self.leaving = False

    def due(self) -> "Decision":
        """Whether the night may learn now; never beside an open window."""
        from personal_ai.learning.schedule import Decision

        self._night = self._services.night
        decision = self._night.due()
        self._beside_window = (decision.go or decision.waits) and window_is_open(self._services.paths)
        if not self._beside_window:
            return decision
        # What is locked with a password must not stay open here once the window locks it.
        return Decision(False, WINDOW_OPEN, decision.next, waits=self._services.room is None)

    def learn(self, minutes: float | None = None, by: "StartedBy" = "hand") -> "Iterator[NightEvent]":
        """Learn."""
        assert self._night
        return self._night.learn(minutes, by)

    def wait(self, seconds: float, begun: bool) -> bool:
        """Wait, and say whether to go on."""
        # Whoever wants to lock the data, or to empty it, need not wait for a night that waits itself. A locked folder
        # cannot be opened again without its password.
        if self._services.room is None and (self._beside_window or not begun):
            self._night = None
            self._services.close()
        return not self._over.wait(seconds) and not self.leaving

    def leave(self) -> None:
        """Pause what is under way or about to begin, and wait for nothing."""
        self._over.set()
        if night := self._night:
            night.leave()

    def cancel(self) -> None:
        """End what is under way, and wait for nothing."""
        self._over.set()
        if night := self._night:
            night.cancel()


def _no_night(reason: str) -> dict[str, Any]:
    return {"published": False, "adapter": None, "reason": reason, "tokens": 0, "seconds": 0.0, "night": None}


def _learn_here(terminal: Terminal, services: "Services", minutes: float | None) -> None:
    night = follow_night(terminal, services, minutes)
    terminal.result(night_fields(night), lambda: say_night(terminal, night))
    if night.state == "failed":
        raise UserError(night.reason)


def _look_ahead(terminal: Terminal, services: "Services", minutes: float | None) -> None:
    plan = services.night.plan()
    if not plan.notes:
        raise UserError(plan.sentence)
    forecast = follow_forecast(terminal, services, minutes)
    fields = {"notes": plan.notes, "new_notes": plan.new_notes} | fields_of(forecast)
    terminal.result(fields, lambda: say_forecast(terminal, forecast))


def _practise(terminal: Terminal, services: "Services", minutes: float | None) -> None:
    practised = follow_practice(terminal, services, minutes)
    terminal.result(fields_of(practised), lambda: terminal.say(practised.reason, style="bold"))


def _learn_detached(command: Command, services: "Services", minutes: float | None, model: str | None) -> None:
    from personal_ai.learning.night import EVENTS

    if services.room:
        raise UserError(
            "Your notes are locked with a password, which a process in the background cannot be asked for. "
            "Leave out --detach, or let the open window learn."
        )
    plan = services.night.plan()
    if not plan.notes:
        raise UserError(plan.sentence)
    words = ["learn", "--json", "--home", str(services.paths.home)]
    words += ["--minutes", str(minutes)] if minutes else []
    words += ["--model", model] if model else []
    # It holds what the proof asked, words of notes among it; the records of the program never do.
    log = services.paths.jobs / EVENTS
    pid = start_detached(words, log)
    command.terminal.result(
        {"pid": pid, "log": str(log), "published": False, "adapter": None, "reason": "It learns in the background."},
        lambda: command.terminal.say(f"It learns in the background (process {pid}). What happens is in {log}."),
    )


def evaluate(
    context: typer.Context,
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS.jsonl")],
    general: Annotated[bool, typer.Option("--general", help="Also what must not be forgotten.")] = False,
    voice: Annotated[
        Path | None, typer.Option(metavar="PAIRS.jsonl", help="Also the voice, on lines of sentence and neutral.")
    ] = None,
    model: Model = None,
) -> None:
    """Measure answers to known questions: the base, with notes, with what was learned, with both."""
    command: Command = context.obj
    with command.services(model) as services:
        found = follow_evaluation(command.terminal, services, questions, general=general, voice=voice)
    command.terminal.result(found, lambda: say_evaluation(command.terminal, found))


# ---- adapters ---------------------------------------------------------------------------------------------------


@adapters_app.callback()
def adapters(context: typer.Context) -> None:
    """What was learned: list, use, undo, mix, export."""
    if context.invoked_subcommand is None:
        with context.obj.services() as services:
            _show_adapters(context.obj.terminal, services)


@adapters_app.command("use")
def adapters_use(context: typer.Context, number: Annotated[str, typer.Argument(metavar="N|none")]) -> None:
    """Use adapter N, or none."""
    with context.obj.services() as services:
        if number == "none":
            services.shelf.none()
        else:
            _use_adapter(services, _adapter_number(number))
        _show_adapters(context.obj.terminal, services)


@adapters_app.command("rollback")
def adapters_rollback(context: typer.Context) -> None:
    """Go back to the adapter before this one."""
    with context.obj.services() as services:
        services.shelf.rollback()
        _show_adapters(context.obj.terminal, services)


@adapters_app.command("scale")
def adapters_scale(context: typer.Context, number: int, strength: float) -> None:
    """Apply adapter N with this strength: 1 is as trained, 0 is off."""
    with context.obj.services() as services:
        services.shelf.set_strength(number, strength)
        _show_adapters(context.obj.terminal, services)


@adapters_app.command("export")
def adapters_export(context: typer.Context, number: int, folder: Path) -> None:
    """Write adapter N into a folder as GGUF, with what reads notes by it, and as PEFT safetensors."""
    from personal_ai.adapters import exchange

    with context.obj.services() as services:
        checksum = services.shelf.manifest(number).base_sha256
        base = next((model.path for model in services.catalogue.list() if model.sha256 == checksum), None)
        written = exchange.export(services.shelf, number, folder, base)
        if not context.obj.terminal.json:
            context.obj.terminal.say(f"Written: {', '.join(path.name for path in written)}.")
        _show_adapters(context.obj.terminal, services)


@adapters_app.command("import")
def adapters_import(context: typer.Context, file: Path) -> None:
    """Take an adapter that was made elsewhere for the model in use."""
    from personal_ai.adapters import exchange

    with context.obj.services() as services:
        exchange.import_file(services.shelf, file, services.model())
        _show_adapters(context.obj.terminal, services)


@adapters_app.command("remove")
def adapters_remove(context: typer.Context, number: int) -> None:
    """Delete adapter N."""
    with context.obj.services() as services:
        services.shelf.remove(number)
        _show_adapters(context.obj.terminal, services)


def _adapter_number(word: str) -> int:
    if not word.isdecimal():
        raise UserError(f"“{word}” is no adapter. Give its number, or none; personal-ai adapters lists them.")
    return int(word)


def _use_adapter(services: "Services", number: int) -> None:
    manifest, model = services.shelf.manifest(number), services.model()
    if manifest.base_sha256 != model.sha256:
        raise UserError(
            f"Adapter {number} was made for the model “{manifest.base}”, and you talk to “{model.name}”. "
            "Choose that model first: personal-ai models use NAME."
        )
    services.shelf.use(number)


def _show_adapters(terminal: Terminal, services: "Services") -> None:
    rows, current = services.shelf.list(), services.shelf.current()
    number = current.number if current else None
    result = {
        "current": number,
        "strength": services.shelf.strength(),
        "adapters": [fields_of(row) for row in rows],
    }

    def say() -> None:
        if not result["adapters"]:
            terminal.say("Nothing is learned yet. personal-ai learn makes the first adapter.")
            return
        lines = [
            (mark(row.number == number), row.number, row.created[:10], row.base, row.notes, row.size / 2**20)
            for row in rows
        ]
        terminal.table(("", "number", "made", "for", "notes", "MB"), lines)

    terminal.result(result, say)
