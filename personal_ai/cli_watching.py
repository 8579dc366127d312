"""The commands for folders that stay current."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from personal_ai.terminal import Terminal, count, fields_of

if TYPE_CHECKING:
    from personal_ai.command import Command
    from personal_ai.services import Services

watch_app = typer.Typer(
    help="Folders that stay current: list, add, remove, pause, resume, now.", invoke_without_command=True
)

_Folder = Annotated[Path, typer.Argument(metavar="DIR")]
_Any = Annotated[Path | None, typer.Argument(metavar="DIR", help="One of them, else all.")]


@watch_app.callback()
def watch(context: typer.Context) -> None:
    """Folders that stay current: list, add, remove, pause, resume, now."""
    if context.invoked_subcommand is None:
        with context.obj.services() as services:
            _show(context.obj.terminal, services)


@watch_app.command("list")
def watch_list(context: typer.Context) -> None:
    """Which folders stay current."""
    with context.obj.services() as services:
        _show(context.obj.terminal, services)


@watch_app.command("add")
def watch_add(context: typer.Context, folder: _Folder) -> None:
    """Read a folder, and keep it current from now on while the window is open or in the tray."""
    with context.obj.services() as services:
        services.watching.add(folder)
        _take_over(context.obj, services)


@watch_app.command("remove")
def watch_remove(context: typer.Context, folder: _Folder) -> None:
    """Keep a folder current no longer; its notes stay."""
    with context.obj.services() as services:
        services.watching.remove(folder)
        _show(context.obj.terminal, services)


@watch_app.command("pause")
def watch_pause(context: typer.Context, folder: _Any = None) -> None:
    """Let a folder, or all of them, be as they are for a while."""
    with context.obj.services() as services:
        services.watching.pause(True, folder)
        _show(context.obj.terminal, services)


@watch_app.command("resume")
def watch_resume(context: typer.Context, folder: _Any = None) -> None:
    """Go on with a folder, or all of them."""
    with context.obj.services() as services:
        services.watching.pause(False, folder)
        _take_over(context.obj, services)


@watch_app.command("now")
def watch_now(context: typer.Context) -> None:
    """Take over what changed since the last time, without the window."""
    with context.obj.services() as services:
        _take_over(context.obj, services)


def _take_over(command: "Command", services: "Services") -> None:
    from personal_ai.documents.watching import TakenOver

    terminal, taken = command.terminal, []
    with terminal.bar("Reading") as bar:

        def show(event: Any) -> None:
            if isinstance(event, TakenOver):
                taken.append(event)
            elif event.state == "reading":
                bar(event.done / max(event.total, 1), Path(event.path).name)
            elif event.sentence and event.state != "current":
                taken.append(event)

        terminal.follow(services.watching.scan(), show)
    _show(terminal, services, taken)


def taken_words(event: Any) -> str:
    """What was taken over from a folder, in a line."""
    parts = [
        f"{count(number, 'note')} {words}"
        for number, words in ((event.added, "new or changed"), (event.moved, "moved"), (event.gone, "set aside"))
        if number
    ]
    return f"{Path(event.path).name}: {', '.join(parts) or 'nothing new'}."


def _show(terminal: Terminal, services: "Services", taken: Sequence[Any] = ()) -> None:
    folders = services.watching.folders()
    gone = services.library.files.count_gone()
    fields = [{**fields_of(row), "files": services.library.files.count(row.path)} for row in folders]

    def say() -> None:
        for event in taken:
            terminal.say(event.sentence if hasattr(event, "sentence") else taken_words(event))
            for skip in getattr(event, "skipped", ()):
                terminal.say(f"Left out {Path(skip.path).name}: {skip.reason}", style="yellow")
        if not folders:
            terminal.say("No folder stays current yet. Choose one: personal-ai watch add DIR")
            return
        rows = [(each["path"], each["files"], "paused" if each["paused"] else "stays current") for each in fields]
        terminal.table(("folder", "files", ""), rows)
        if gone:
            terminal.say(f"{gone:,} of your notes are set aside, as their files are gone: not found, used or learned.")

    terminal.result({"folders": fields, "set_aside": gone}, say)
