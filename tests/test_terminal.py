"""Commands speak JSON to scripts and words to people, and Ctrl-C ends what runs in order."""

import io
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from personal_ai import messages
from personal_ai.terminal import Interrupted, Terminal, cell_text, count, event_name, fields_of


class AddFinished(msgspec.Struct):
    """An event of a service, which has no tag."""

    documents: int


def nothing(event: object) -> None:
    """Show nothing."""


def test_an_event_is_named_by_its_tag_or_its_class() -> None:
    assert event_name(messages.JobDone(result={})) == "job_done"
    assert event_name(AddFinished(1)) == "add_finished"


def test_fields_have_no_tag() -> None:
    assert fields_of(messages.Text(id=3, text="so")) == {"id": 3, "text": "so"}
    assert fields_of(AddFinished(1)) == {"documents": 1}


def test_json_is_one_object_a_line_with_the_result_last(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(json=True)
    end = terminal.follow(iter([messages.Text(id=1, text="é\n"), AddFinished(2)]), nothing)
    terminal.result({"documents": 2, "path": Path("a")}, lambda: pytest.fail("words, where JSON was asked for"))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert end == AddFinished(2)
    assert lines == [
        {"event": "text", "id": 1, "text": "é\n"},
        {"event": "add_finished", "documents": 2},
        {"event": "result", "documents": 2, "path": "a"},
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill cannot send Ctrl-C to this very process on Windows")
def test_ctrl_c_closes_the_generator_between_two_events() -> None:
    closed = []

    def work() -> Iterator[AddFinished]:
        try:
            yield AddFinished(1)
            os.kill(os.getpid(), signal.SIGINT)
            yield AddFinished(2)
            pytest.fail("it went on after Ctrl-C")
        except GeneratorExit:
            closed.append(True)
            raise

    before = signal.getsignal(signal.SIGINT)
    stopped = threading.Event()
    with pytest.raises(Interrupted):
        Terminal(json=False).follow(work(), nothing, stopped.set)
    assert closed == [True]
    assert stopped.wait(5)
    assert signal.getsignal(signal.SIGINT) is before


def test_square_brackets_of_a_note_are_printed_as_they_are() -> None:
    terminal = Terminal(json=False)
    terminal.console = Console(file=io.StringIO(), width=60)
    terminal.say("[bold]not markup[/bold]")
    terminal.stream("[1] and [red]")
    terminal.table(("word", "number"), [("[/x]", 1234)])
    written = terminal.console.file.getvalue()  # type: ignore[attr-defined]
    assert "[bold]not markup[/bold]" in written
    assert "[1] and [red]" in written
    assert "[/x]" in written


def test_cells_and_counts_read_well() -> None:
    assert (cell_text(None), cell_text(2.0 / 3), cell_text(7)) == ("–", "0.667", "7")
    assert (count(1, "note"), count(1200, "note"), count(0, "story", "stories")) == (
        "1 note",
        "1,200 notes",
        "0 stories",
    )
