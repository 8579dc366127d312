"""The commands about the data as a whole: take it along, lock it, unlock it, delete it."""

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from personal_ai.command import Command
from personal_ai.errors import UserError
from personal_ai.paths import locate
from personal_ai.terminal import fields_of


class Recovery(msgspec.Struct, frozen=True):
    """The recovery code of notes that are about to be locked; it opens them from the moment that locking begins."""

    recovery: str


def export(
    context: typer.Context, target: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, or a .zip.")]
) -> None:
    """Write everything that is yours into a folder or a zip file: notes, chats, what was learned, your choices."""
    from personal_ai import exporting

    command: Command = context.obj
    with command.services() as services, command.terminal.bar("Exporting") as bar:

        def show(event: Any) -> None:
            if isinstance(event, exporting.Exporting):
                bar(event.done / event.total, event.name)

        end = command.terminal.follow(exporting.export(services, target), show)
    assert isinstance(end, exporting.Exported)  # it is the last event of every export
    command.terminal.result(fields_of(end), lambda: command.terminal.say(exporting.words(end)))


def erase(
    context: typer.Context, yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False
) -> None:
    """Delete everything for good: notes, chats, what was learned, models you added, your choices."""
    from personal_ai import erasing

    command: Command = context.obj
    paths = locate(command.home)
    if not yes:
        _confirm(f"Everything in “{paths.home}” goes, and nothing brings it back.", erasing.CONFIRMATION)
    end = command.terminal.follow(erasing.erase(paths), lambda _event: None)
    assert isinstance(end, erasing.Erased)  # it is the last event
    command.terminal.result(fields_of(end), lambda: command.terminal.say(erasing.words(end)))


def lock(
    context: typer.Context,
    change: Annotated[bool, typer.Option("--change", help="Take another password.")] = False,
) -> None:
    """Lock everything that is yours with a password, and print a recovery code once."""
    from personal_ai import keys, locking, opening

    command: Command = context.obj
    paths = locate(command.home)
    if change:
        old = opening.secret(command.password_file)
        locking.change_password(paths, old, _new_password(None))
        command.terminal.result({"changed": True}, lambda: command.terminal.say("The password is another one now."))
        return
    file, key, code = keys.make(_new_password(command.password_file))
    # Before anything is locked: interrupted in the middle, the notes go on being locked, and the code opens them.
    command.terminal.event(Recovery(code), lambda _event: _say_code(command, code))
    with command.terminal.bar("Locking") as bar:
        command.terminal.follow(
            locking.lock(paths, file, key), lambda step: bar(step.done / step.total, Path(step.name).name)
        )
    fields = {"locked": True, "recovery": code}
    command.terminal.result(fields, lambda: command.terminal.say("Your notes are locked."))


def unlock(context: typer.Context) -> None:
    """Take the password away for good: everything is plain on the disk again."""
    from personal_ai import keyring_of_system, keys, locking, opening

    command: Command = context.obj
    paths = locate(command.home)
    if not keys.is_locked(paths):
        raise UserError("Your notes are not locked.")
    file, key = keys.open_with(paths, opening.secret(command.password_file))
    keyring_of_system.forget(paths)
    with command.terminal.bar("Unlocking") as bar:
        command.terminal.follow(
            locking.unlock(paths, file, key), lambda step: bar(step.done / step.total, Path(step.name).name)
        )
    command.terminal.result({"locked": False}, lambda: command.terminal.say("Your notes are plain again."))


def _say_code(command: Command, code: str) -> None:
    command.terminal.say("This recovery code opens your notes when the password is forgotten, once locking has begun;")
    command.terminal.say("write it down, it is shown only now:\n")
    command.terminal.say(f"    {code}\n", style="bold")


def _confirm(sentence: str, words: str) -> None:
    if not sys.stdin.isatty():
        raise UserError("Nothing was deleted. Add --yes where nobody can be asked.")
    print(sentence, file=sys.stderr)
    if typer.prompt(f"Type “{words}” to go on", default="", show_default=False, err=True).strip() != words:
        raise UserError("Nothing was deleted.")


def _new_password(file: Path | None) -> str:
    from personal_ai import opening

    if file or os.environ.get(opening.VARIABLE):
        return opening.secret(file)
    if not sys.stdin.isatty():
        raise UserError(f"A password is needed: add --password-file FILE, or set {opening.VARIABLE}.")
    password = getpass.getpass("New password: ")
    if getpass.getpass("The same again: ") != password:
        raise UserError("The two were not the same; nothing was changed.")
    return password
