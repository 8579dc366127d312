"""A disk that does not answer holds nobody for long, and no threads pile up."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from personal_ai.documents import answering
from personal_ai.documents.answering import Answering
from personal_ai.documents.library import Library


class Disk:
    """A disk whose folder `silent` gives no answer until `go_on`; all who ask are noted."""

    def __init__(self) -> None:
        self.silent = Path("/network")
        self.asked: list[str] = []
        self._go_on = threading.Event()

    def ask(self, path: str) -> None:
        self.asked.append(path)
        if Path(path).is_relative_to(self.silent):
            self._go_on.wait(120)

    def go_on(self) -> None:
        self._go_on.set()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    made = Disk()
    monkeypatch.setattr(answering, "_ask", made.ask)
    monkeypatch.setattr(answering, "ONCE_MORE", 0.01)
    yield made
    made.go_on()


def test_what_lies_in_a_silent_folder_is_not_asked_and_not_waited_for(disk: Disk) -> None:
    clock = iter((0.0, 0.0, *[1e6] * 100))
    asking = Answering(patience=0.05, now=lambda: next(clock))
    assert not asking.answers(Path("/network"))
    # An hour would have to pass here, if they were waited for anew.
    assert not any(asking.answers(Path(f"/network/{number}.txt"), 3600) for number in range(20))
    assert disk.asked == ["/network"]
    assert asking.answers(Path("/here"))


def test_when_it_goes_on_what_lies_in_it_is_asked_itself(disk: Disk) -> None:
    asking = Answering(patience=60)
    assert not asking.answers(Path("/network"), 0.01)
    disk.go_on()
    assert asking.answers(Path("/network/in"))
    assert disk.asked == ["/network", "/network/in"]


def test_many_files_that_were_not_ended_are_one_question(library: Library, disk: Disk) -> None:
    library.answering = Answering(patience=0.05)
    library.files.begin(f"/network/{number}.txt" for number in range(20))
    assert library.unfinished() == []
    assert disk.asked == ["/network"]
    assert len(library.files.unfinished()) == 20
