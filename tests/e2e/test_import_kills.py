"""kill -9 in mid-import: what was acknowledged stays, nothing comes twice, and the end is that of any other import."""

import os
from pathlib import Path
from random import Random

import pytest

from tests.documents import killed_import
from tests.documents.killed_import import Import, different

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="there is no kill -9 elsewhere")]

KILLS = 10


@pytest.mark.timeout(600)
def test_ten_kills_of_an_import_lose_nothing_and_leave_nothing_twice(tmp_path: Path) -> None:
    killed_import.make(tmp_path / "notes", 36)
    whole = Import(tmp_path / "notes", tmp_path / "whole")
    assert whole.run() == ""
    assert whole.wrong() == []
    chance, killed, phases, homes = Random(20261129), 0, set[str](), 0
    while killed < KILLS:
        # One import takes many kills; where it came to its end nevertheless, another one begins.
        homes += 1
        run = Import(tmp_path / "notes", tmp_path / f"killed-{homes}")
        while killed < KILLS and not run.over:
            # Before the first answer or soon after it.
            answers = killed % 4 and chance.randint(1, 12) + len(run.answered)
            seconds = 0.3 * chance.random() if answers else whole.first * chance.random()
            phase = run.run(answers, seconds, everything=killed % 2 == 0)
            killed += bool(phase)
            phases.add(phase)
            assert run.wrong() == []
        assert run.run() == ""
        assert run.wrong() == []
        assert different(run.contents(), whole.contents()) == []
    assert phases >= {"starting", "reading"}
