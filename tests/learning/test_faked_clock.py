"""The night on a clock that libfaketime sets: back a day, summer time, 1970 and 2036, all in one program."""

import glob
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

import pytest

from personal_ai.messages import DocumentRead
from personal_ai.paths import locate
from personal_ai.services import Services
from personal_ai.store.documents import NewChunk

BERLIN = ZoneInfo("Europe/Berlin")
LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib*/faketime/libfaketimeMT.so.1")


class Program:
    """A child with notes to learn, whose clock the test sets."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._in, self._out = cast(IO[str], process.stdin), cast(IO[str], process.stdout)

    def at(self, text: str, fold: int = 0) -> dict[str, Any]:
        """What the night would do at this time in Berlin."""
        seconds = int(datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).timestamp())
        told = self._say(str(seconds))
        assert abs(told["now"] - seconds) < 60, "the clock was not set"
        return told

    def learned(self) -> dict[str, Any]:
        """A night's run begins and ends now."""
        return self._say("learned")

    def _say(self, line: str) -> dict[str, Any]:
        self._in.write(f"{line}\n")
        self._in.flush()
        return json.loads(self._out.readline())


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """One note, added long ago."""
    found = [path for pattern in LIBRARIES for path in glob.glob(pattern)]  # noqa: PTH207 - an absolute pattern
    if not found:
        pytest.skip("libfaketime is not installed (Debian: libfaketime)")
    services = Services(locate(tmp_path / "home"), now=lambda: datetime(1969, 1, 1, tzinfo=BERLIN))
    text = "On 3 March I paid 40 € to Tomas Brandl for the pump in the cellar, because the old one leaked."
    services.documents.put(
        DocumentRead(
            path="/notes/pump.md",
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            size=len(text),
            title="Pump",
            format="markdown",
            text=text,
            sections=[],
            created="1969-01-01T00:00:00Z",
        ),
        [NewChunk("", text, 0, len(text))],
    )
    services.close()
    timestamp = tmp_path / "timestamp"
    timestamp.write_text("@1000000000\n")
    environment = os.environ | {
        "TZ": "Europe/Berlin",
        "LD_PRELOAD": found[0],
        "FAKETIME_TIMESTAMP_FILE": str(timestamp),
        "FAKETIME_FMT": "%s",
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    command = [sys.executable, "-m", "tests.learning.faked_clock", str(tmp_path / "home"), str(timestamp)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    yield Program(process)
    process.communicate(timeout=60)


def test_one_run_a_night_whatever_is_done_to_the_clock(program: Program) -> None:
    assert not program.at("2026-05-04 23:00")["go"]
    assert program.at("2026-05-05 01:00")["go"]
    assert not program.learned()["go"]
    for moment in ("2026-05-05 03:00", "2026-05-04 02:00", "2026-05-05 02:00", "1970-01-02 02:00", "2036-05-05 02:00"):
        assert not program.at(moment)["go"], moment
    assert not program.at("2026-05-05 15:00")["go"]


def test_the_hour_that_comes_twice_brings_one_run(program: Program) -> None:
    assert program.at("2026-10-25 02:30")["go"]
    assert not program.learned()["go"]
    assert not program.at("2026-10-25 02:30", fold=1)["go"]
    assert not program.at("2026-10-25 05:00")["go"]


def test_the_hour_that_is_skipped_takes_no_night_away(program: Program) -> None:
    assert not program.at("2026-03-29 00:59")["go"]
    assert program.at("2026-03-29 01:59:30")["go"]
    assert program.at("2026-03-29 03:00")["go"]
