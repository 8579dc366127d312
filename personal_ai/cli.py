"""The same services for a terminal: the commands, their words, and what they answer."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from personal_ai.errors import UserError
from personal_ai.paths import locate
from personal_ai.telling import (
    follow_answer,
    follow_evaluation,
    follow_night,
    follow_practice,
    night_fields,
    say_evaluation,
    say_night,
    say_sources,
    start_detached,
)
from personal_ai.terminal import Interrupted, Terminal, count, fields_of

if TYPE_CHECKING:
    from personal_ai.services import Services

app = typer.Typer(
    name="personal-ai",
    help="An AI of your own: chats offline with your notes, and learns them overnight. No words: the window.",
    epilog="--home and --json may stand before or after any command.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
adapters_app = typer.Typer(help="What was learned: list, use, undo, mix, export.", invoke_without_command=True)
models_app = typer.Typer(help="Base models: list, add, use, remove.", invoke_without_command=True)
bench_app = typer.Typer(help="Measured speed here, beside the limit it is bound by.")
app.add_typer(adapters_app, name="adapters")
app.add_typer(models_app, name="models")
app.add_typer(bench_app, name="bench")

# Typer brings a click of its own from some version on; this finds the right class in either case.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]

Home = Annotated[Path | None, typer.Option("--home", help="The data folder (else PERSONAL_AI_HOME).")]
Json = Annotated[bool, typer.Option("--json", help="Events as JSON lines, the result last.")]
Model = Annotated[str | None, typer.Option("--model", help="A model by its name, for this time only.")]


@dataclass(frozen=True)
class Command:
    """What every command needs: the data folder that was asked for, and where its words go."""

    home: Path | None
    terminal: Terminal

    @contextmanager
    def services(self, model: str | None = None) -> "Iterator[Services]":
        """Open the data folder, and close it in order whatever happens."""
        from personal_ai.services import Services

        services = Services(locate(self.home), model=model)
        try:
            yield services
        finally:
            services.close()


def main(words: list[str] | None = None) -> int:
    """Run one command. Return 0, 2 (a sentence on stderr) or 130 (cancelled); anything else is a bug and stays loud."""
    # On stderr stands the one sentence and nothing else; workers have logs of their own.
    logging.getLogger("personal_ai").addHandler(logging.NullHandler())
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        code = app(
            shared_first(sys.argv[1:] if words is None else words), prog_name="personal-ai", standalone_mode=False
        )
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except UsageError as error:
        print(f"{error.format_message()} Try: personal-ai --help", file=sys.stderr)  # type: ignore[attr-defined]
        return 2
    except (Interrupted, typer.Abort, KeyboardInterrupt):
        code = 130
    except SystemExit:
        # Typer's answer when nobody reads any further (`… | head`).
        return 0
    if code != 130:
        return 0
    # By us, or by typer for a Ctrl-C outside of a long job.
    print("Stopped.", file=sys.stderr)
    return 130


def shared_first(words: list[str]) -> list[str]:
    """Move --home DIR and --json to the front, so that they may stand before or after the command."""
    shared, rest, position = [], [], 0
    while position < len(words):
        word = words[position]
        if word == "--":
            rest += words[position:]
            break
        width = 2 if word == "--home" else 1
        if position + width > len(words):
            raise UserError("--home needs a folder after it.")
        is_shared = word in ("--home", "--json") or word.startswith("--home=")
        (shared if is_shared else rest).extend(words[position : position + width])
        position += width
    return shared + rest


@app.callback()
def _shared(context: typer.Context, home: Home = None, json: Json = False) -> None:
    context.obj = Command(home, Terminal(json))


# ---- notes ------------------------------------------------------------------------------------------------------


@app.command()
def add(context: typer.Context, paths: Annotated[list[Path], typer.Argument(metavar="PATH...")]) -> None:
    """Import files and folders."""
    from personal_ai.documents.library import AddFinished

    command: Command = context.obj
    with command.services() as services, command.terminal.bar("Reading") as bar:

        def show(event: Any) -> None:
            if not isinstance(event, AddFinished):
                bar(event.done / max(event.total, 1), Path(event.path).name)

        end = command.terminal.follow(services.library.add(paths), show)
    assert isinstance(end, AddFinished)  # it is the last event of every import
    command.terminal.result(fields_of(end), lambda: _say_added(command.terminal, end))
    if end.skipped and not end.documents and not end.unchanged:
        raise UserError(_nothing_read([skip.reason for skip in end.skipped]))


def _say_added(terminal: Terminal, end: Any) -> None:
    for skip in end.skipped:
        terminal.say(f"Left out {Path(skip.path).name}: {skip.reason}", style="yellow")
    same = f", {end.unchanged:,} already known" if end.unchanged else ""
    terminal.say(f"{count(end.documents, 'new document')}{same}, in {end.seconds:.1f} s.")


def _nothing_read(reasons: list[str]) -> str:
    if len(reasons) == 1:
        return reasons[0]
    return f"None of these {len(reasons)} files could be read. The first one: {reasons[0]}"


@app.command()
def search(
    context: typer.Context, query: str, limit: Annotated[int, typer.Option(min=1, help="At most this many.")] = 8
) -> None:
    """What would be found."""
    command: Command = context.obj
    with command.services() as services:
        hits = services.library.search(query, limit)

    def say() -> None:
        for number, hit in enumerate(hits, 1):
            command.terminal.say(f"{number} {hit.title}" + (f" · {hit.heading}" if hit.heading else ""), style="bold")
            command.terminal.say(hit.text.strip() + "\n")
        if not hits:
            command.terminal.say("Nothing in your notes fits these words.")

    command.terminal.result({"hits": [fields_of(hit) for hit in hits]}, say)


@app.command()
def forget(context: typer.Context, note: Annotated[str, typer.Argument(metavar="TITLE|PATH")]) -> None:
    """Delete a note for good, and what was learned from it."""
    command: Command = context.obj
    with command.services() as services:
        row = services.library.find(note)
        gone = services.library.delete(row.id)

    def say() -> None:
        command.terminal.say(f"“{row.title}” is deleted.")
        if gone.dropped:
            numbers = ", ".join(map(str, gone.dropped))
            instead = f"adapter {gone.now} is used" if gone.now is not None else "no adapter is used"
            command.terminal.say(f"Adapters that had learned it are deleted too ({numbers}); {instead} from now on.")

    fields = {"document": row.id, "title": row.title, "path": row.path, "dropped": gone.dropped, "adapter": gone.now}
    command.terminal.result(fields, say)


# ---- the chat ---------------------------------------------------------------------------------------------------


@app.command()
def ask(
    context: typer.Context,
    question: str,
    no_notes: Annotated[bool, typer.Option("--no-notes", help="Do not look into the notes.")] = False,
    no_adapter: Annotated[bool, typer.Option("--no-adapter", help="Do not use what was learned.")] = False,
    model: Model = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="The longest answer.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed gives the same answer.")] = None,
) -> None:
    """Ask one question and get an answer with its sources."""
    command: Command = context.obj
    with command.services(model) as services:
        answer = follow_answer(
            command.terminal,
            services,
            question,
            use_notes=False if no_notes else None,
            use_adapter=False if no_adapter else None,
            max_tokens=max_tokens,
            seed=seed,
        )
    command.terminal.result(fields_of(answer), lambda: say_sources(command.terminal, answer))


@app.command()
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


@app.command()
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


@app.command()
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


def _mark(current: bool) -> str:
    return "●" if current else ""


# ---- models -----------------------------------------------------------------------------------------------------


@models_app.callback()
def models(context: typer.Context) -> None:
    """Base models: list, add, use, remove."""
    if context.invoked_subcommand is None:
        with context.obj.services() as services:
            _show_models(context.obj.terminal, services)


@models_app.command("add")
def models_add(context: typer.Context, file: Path) -> None:
    """Take a GGUF file into the catalogue."""
    with context.obj.services() as services:
        services.catalogue.add(file)
        _show_models(context.obj.terminal, services)


@models_app.command("use")
def models_use(context: typer.Context, name: str) -> None:
    """Talk to this model from now on."""
    with context.obj.services() as services:
        services.change_settings(model=services.catalogue.get(name).name)
        _show_models(context.obj.terminal, services)


@models_app.command("remove")
def models_remove(context: typer.Context, name: str) -> None:
    """Delete a model that was added."""
    with context.obj.services() as services:
        if services.catalogue.get(name).name == services.settings.model:
            raise UserError(f"“{name}” is the model in use. Choose another first: personal-ai models use NAME.")
        services.catalogue.remove(name)
        _show_models(context.obj.terminal, services)


def _show_models(terminal: Terminal, services: "Services") -> None:
    current, entries = services.settings.model, services.catalogue.list()
    rows = [
        (_mark(e.name == current), e.name, e.family, e.parameters / 1e6, e.quantisation, "yes" if e.learns else "no")
        for e in entries
    ]
    terminal.result(
        {"current": current, "models": [fields_of(entry) for entry in entries]},
        lambda: terminal.table(("", "name", "family", "million parameters", "precision", "learns"), rows),
    )


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
    """Write adapter N as GGUF and as PEFT safetensors into a folder."""
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
            (_mark(row.number == number), row.number, row.created[:10], row.base, row.notes, row.size / 2**20)
            for row in rows
        ]
        terminal.table(("", "number", "made", "for", "notes", "MB"), lines)

    terminal.result(result, say)


# ---- learning ---------------------------------------------------------------------------------------------------


@app.command()
def learn(
    context: typer.Context,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="The longest it may take.")] = None,
    model: Model = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be learned.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Go on in the background.")] = False,
    skill: Annotated[bool, typer.Option("--skill", help="Only practise reading, once for a model.")] = False,
) -> None:
    """Learn the notes now, prove that it helps, and use it."""
    command: Command = context.obj
    with command.services(model) as services:
        if skill:
            _practise(command.terminal, services, minutes)
        elif dry_run:
            plan = services.night.plan()
            command.terminal.result(fields_of(plan), lambda: command.terminal.say(plan.sentence))
        elif detach:
            _learn_detached(command, services, minutes, model)
        else:
            _learn_here(command.terminal, services, minutes)


def _learn_here(terminal: Terminal, services: "Services", minutes: float | None) -> None:
    night = follow_night(terminal, services, minutes)
    terminal.result(night_fields(night), lambda: say_night(terminal, night))
    if night.state == "failed":
        raise UserError(night.reason)


def _practise(terminal: Terminal, services: "Services", minutes: float | None) -> None:
    practised = follow_practice(terminal, services, minutes)
    terminal.result(fields_of(practised), lambda: terminal.say(practised.reason, style="bold"))


def _learn_detached(command: Command, services: "Services", minutes: float | None, model: str | None) -> None:
    plan = services.night.plan()
    if not plan.notes:
        raise UserError(plan.sentence)
    words = ["learn", "--json", "--home", str(services.paths.home)]
    words += ["--minutes", str(minutes)] if minutes else []
    words += ["--model", model] if model else []
    log = services.paths.logs / "learn.jsonl"
    pid = start_detached(words, log)
    command.terminal.result(
        {"pid": pid, "log": str(log), "published": False, "adapter": None, "reason": "It learns in the background."},
        lambda: command.terminal.say(f"It learns in the background (process {pid}). What happens is in {log}."),
    )


@app.command()
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


# ---- this machine -----------------------------------------------------------------------------------------------


@bench_app.command("chat")
def bench_chat(context: typer.Context, model: Model = None) -> None:
    """How fast it answers."""
    from personal_ai import bench

    bench.chat(context.obj.terminal, locate(context.obj.home), model)


@bench_app.command("library")
def bench_library(context: typer.Context) -> None:
    """How fast notes are read and found."""
    from personal_ai import bench

    bench.library(context.obj.terminal)


@bench_app.command("learn")
def bench_learn(context: typer.Context, model: Model = None) -> None:
    """How fast it learns."""
    from personal_ai import bench

    with context.obj.services(model) as services:
        bench.learn(context.obj.terminal, services)


@app.command()
def doctor(context: typer.Context) -> None:
    """What this machine can do, and whether the data is sound."""
    from personal_ai.doctor import examine

    command: Command = context.obj
    terminal = command.terminal
    with command.services() as services:
        checks = []
        for check in examine(services):
            checks.append(check)
            terminal.event(check, lambda c: terminal.say(("✓ " if c.ok else "✗ ") + c.sentence, "" if c.ok else "red"))
    unsound = [check for check in checks if not check.ok]
    terminal.result({"sound": not unsound, "checks": [fields_of(check) for check in checks]}, lambda: None)
    if unsound:
        raise UserError(f"{count(len(unsound), 'thing needs', 'things need')} your attention: {unsound[0].sentence}")


@app.command()
def demo(
    context: typer.Context,
    minutes: Annotated[float, typer.Option(min=0.5, help="How long it may learn.")] = 3.0,
) -> None:
    """Show the whole loop on the sample notes, in a folder of its own."""
    from personal_ai import demo as show

    show.run(context.obj.terminal, context.obj.home, minutes)
