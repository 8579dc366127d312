"""How a command speaks: JSON lines for scripts, words and bars for people; Ctrl-C cancels in order."""

import re
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cached_property
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

if TYPE_CHECKING:
    # Imported when there is something for a person to read: what a script reads needs nothing of it.
    from rich.console import Console

EventType = TypeVar("EventType")


class Interrupted(Exception):
    """The person pressed Ctrl-C, and what ran has ended in order."""


class Terminal:
    """Where a command's events and its result go: stdout, as JSON lines where `json` is set."""

    def __init__(self, json: bool) -> None:
        self.json = json

    @cached_property
    def console(self) -> "Console":
        """Where words for people go."""
        from rich.console import Console

        return Console(highlight=False)

    def follow(
        self, events: Iterator[EventType], show: Callable[[EventType], None], stop: Callable[[], None] | None = None
    ) -> EventType | None:
        """Show every event and return the last. Ctrl-C closes `events`, which cancels the work, and raises Interrupted.

        A generator can only be closed between two events, so the first Ctrl-C waits for the next one; `stop` is called
        on another thread to make it come sooner. A second Ctrl-C does not wait (KeyboardInterrupt).
        """
        last = None
        with _interruptible(stop) as interrupted:
            for event in events:
                last = event
                self.event(event, show)
                if interrupted.is_set():
                    if isinstance(events, Generator):
                        events.close()
                    raise Interrupted
        return last

    def event(self, event: EventType, show: Callable[[EventType], None]) -> None:
        """Write one event as a JSON line, or `show` it to a person."""
        if self.json:
            self._line({"event": event_name(event), **fields_of(event)})
        else:
            show(event)

    def result(self, fields: dict[str, Any], say: Callable[[], None]) -> None:
        """Write the last line of a script's answer, or `say` it to a person."""
        if self.json:
            self._line({"event": "result", **fields})
        else:
            say()

    def say(self, text: str = "", style: str = "") -> None:
        """Print one paragraph as it is; square brackets in a note are not markup."""
        self.console.print(text, style=style or None, markup=False, soft_wrap=True)

    def stream(self, text: str) -> None:
        """Print a piece of a longer text at once."""
        self.console.out(text, end="", highlight=False)
        self.console.file.flush()

    def table(self, headings: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        """Print rows under headings; numbers stand to the right."""
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style="dim")
        for column, heading in enumerate(headings):
            numeric = bool(rows) and all(isinstance(row[column], int | float) for row in rows)
            table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            table.add_row(*(cell_text(cell) for cell in row))
        self.console.print(table, markup=False)

    @contextmanager
    def bar(self, doing: str) -> Iterator[Callable[[float, str], None]]:
        """Show a progress bar for people: call what is yielded with (fraction 0 to 1, a few words)."""
        if self.json:
            yield lambda _fraction, _words: None
            return
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        with Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[words]}", markup=False),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
        ) as progress:
            task = progress.add_task(doing, total=1.0, words="")
            yield lambda fraction, words: progress.update(task, completed=fraction, words=words)

    def _line(self, fields: dict[str, Any]) -> None:
        sys.stdout.write(msgspec.json.encode(fields, enc_hook=str).decode() + "\n")
        sys.stdout.flush()


def event_name(event: Any) -> str:
    """Name an event: the tag of a message (`job_done`), else its class in snake case."""
    tag = event.__struct_config__.tag if isinstance(event, msgspec.Struct) else None
    return tag if isinstance(tag, str) else re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()


def fields_of(struct: Any) -> dict[str, Any]:
    """Turn a struct into plain fields, without its tag."""
    fields = msgspec.to_builtins(struct, enc_hook=str)
    config = getattr(struct, "__struct_config__", None)
    if config is not None and config.tag_field:
        fields.pop(config.tag_field, None)
    return fields


def cell_text(value: Any) -> str:
    """Write one cell of a table."""
    if value is None:
        return "–"
    return f"{value:,.3g}" if isinstance(value, float) else str(value)


def count(number: int, one: str, many: str = "") -> str:
    """Write “1 note”, “2 notes”."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def mark(current: bool) -> str:
    """The sign in a table before what is in use."""
    return "●" if current else ""


@contextmanager
def _interruptible(stop: Callable[[], None] | None) -> Iterator[threading.Event]:
    """Turn the first Ctrl-C into a flag and a call of `stop`; the next one is a KeyboardInterrupt as always."""
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    previous = signal.getsignal(signal.SIGINT)

    def note(_number: int, _frame: FrameType | None) -> None:
        interrupted.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if stop:
            # This handler runs in the middle of anything, so it must not wait for a lock that is held right here.
            threading.Thread(target=stop, name="stop", daemon=True).start()

    signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, previous)
