"""The same services for a terminal: the commands, their words, and what they answer."""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from personal_ai.cli_learning import adapters_app, evaluate, learn, night, remember, taught, tonight
from personal_ai.cli_privacy import erase, export, lock, unlock
from personal_ai.cli_watching import watch_app
from personal_ai.command import Command, Home, Json, Model, PasswordFile
from personal_ai.errors import UserError
from personal_ai.paths import locate
from personal_ai.telling import follow_answer, say_sources
from personal_ai.terminal import Interrupted, Terminal, count, fields_of, mark

if TYPE_CHECKING:
    from personal_ai.services import Services

app = typer.Typer(
    name="personal-ai",
    help="An AI of your own: chats offline with your notes, and learns them overnight. No words: the window.",
    epilog="--home, --password-file and --json may stand before or after any command.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
models_app = typer.Typer(help="Base models: list, add, use, remove.", invoke_without_command=True)
bench_app = typer.Typer(help="Measured speed here, beside the limit it is bound by.")
app.add_typer(watch_app, name="watch")
app.add_typer(adapters_app, name="adapters")
app.add_typer(models_app, name="models")
app.add_typer(bench_app, name="bench")

# Typer brings a click of its own from some version on; this finds the right class in either case.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]


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
    """Move --home DIR, --password-file FILE and --json to the front: they may stand before or after the command."""
    shared, rest, position = [], [], 0
    while position < len(words):
        word = words[position]
        if word == "--":
            rest += words[position:]
            break
        width = 2 if word in ("--home", "--password-file") else 1
        if position + width > len(words):
            raise UserError(f"{word} needs a {'folder' if word == '--home' else 'file'} after it.")
        is_shared = word in ("--home", "--password-file", "--json") or word.startswith(("--home=", "--password-file="))
        (shared if is_shared else rest).extend(words[position : position + width])
        position += width
    return shared + rest


@app.callback()
def _shared(context: typer.Context, home: Home = None, json: Json = False, password_file: PasswordFile = None) -> None:
    context.obj = Command(home, Terminal(json), password_file)


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

        try:
            end = command.terminal.follow(services.library.add(paths), show)
        except Interrupted:
            services.library.give_up(paths)
            raise
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
    """Delete a note for good, or all that lie in one file, and what was learned from it."""
    command: Command = context.obj
    with command.services() as services:
        if inside := services.library.inside(Path(note)):
            gone = services.library.remove(Path(note))
            # What lies in another file, too, stays.
            left = {row.id for row in services.library.list()}
            inside = [id for id in inside if id not in left]
            fields: dict[str, Any] = {"documents": inside, "title": Path(note).name, "path": note}
        else:
            row = services.library.find(note)
            gone = services.library.delete(row.id)
            fields = {"document": row.id, "title": row.title, "path": row.path}

    def say() -> None:
        many = f" with {count(len(inside), 'note')}" if inside else ""
        command.terminal.say(f"“{fields['title']}”{many} is deleted.")
        if gone.dropped:
            numbers = ", ".join(map(str, gone.dropped))
            instead = f"adapter {gone.now} is used" if gone.now is not None else "no adapter is used"
            command.terminal.say(f"Adapters that had learned it are deleted too ({numbers}); {instead} from now on.")

    command.terminal.result({**fields, "dropped": gone.dropped, "adapter": gone.now}, say)


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


# ---- learning ---------------------------------------------------------------------------------------------------

# --help lists commands in the order in which they are named here.
for learning in (remember, taught, tonight, learn, night, evaluate):
    app.command()(learning)


# ---- models -----------------------------------------------------------------------------------------------------


@models_app.callback()
def models(context: typer.Context) -> None:
    """Base models: list, add, use, remove."""
    if context.invoked_subcommand is None:
        with context.obj.services() as services:
            _show_models(context.obj.terminal, services)


@models_app.command("add")
def models_add(context: typer.Context, file: Path) -> None:
    """Take a GGUF file into the catalogue; one that lets a model see (mmproj) goes to the model it was made for."""
    with context.obj.services() as services:
        services.trying.add(file)
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
        (
            mark(e.name == current),
            e.name,
            e.family,
            e.parameters / 1e6,
            e.quantisation,
            "yes" if e.learns else "no",
            "yes" if e.sees else "no",
        )
        for e in entries
    ]
    terminal.result(
        {"current": current, "models": [fields_of(entry) | {"sees": entry.sees} for entry in entries]},
        lambda: terminal.table(("", "name", "family", "million parameters", "precision", "learns", "sees"), rows),
    )


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
def update(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]")] = None,
    back: Annotated[bool, typer.Option("--back", help="Go back to the version before.")] = False,
) -> None:
    """Install another version of Personal AI from its signed file, or go back to the one before."""
    command: Command = context.obj
    with command.services() as services:
        updating = services.updating
        if back:
            version = updating.go_back().version
        elif file is None:
            raise UserError("Name the file to update from, or say --back to go back to the version before.")
        else:
            *_, last = updating.install(file)
            version = getattr(last, "version", "")
    words = f"Version {version} starts from now on."
    command.terminal.result({"version": version}, lambda: command.terminal.say(words))


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


# ---- everything -------------------------------------------------------------------------------------------------

for whole in (export, lock, unlock, erase):
    app.command()(whole)


@app.command()
def demo(
    context: typer.Context,
    minutes: Annotated[float, typer.Option(min=0.5, help="How long it may learn.")] = 3.0,
) -> None:
    """Show the whole loop on the sample notes, in a folder of its own."""
    from personal_ai import demo as show

    show.run(context.obj.terminal, context.obj.home, minutes)
