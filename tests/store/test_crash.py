"""Killed at any moment, the store keeps everything it has acknowledged, and stays sound."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from personal_ai.store import terms
from personal_ai.store.conversations import Conversations
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents

WRITER = Path(__file__).with_name("writer.py")
KILLS = 20


def _write_and_kill(folder: Path, run: int, seconds: float) -> list[list[str]]:
    """Let a writer run for `seconds` after its first word, kill it, and return what it acknowledged."""
    child = subprocess.Popen([sys.executable, WRITER, folder, str(run)], stdout=subprocess.PIPE, cwd=Path.cwd())
    assert child.stdout
    first = child.stdout.readline()
    time.sleep(seconds)
    child.kill()
    rest = child.stdout.read()
    child.wait()
    return [line.split() for line in (first + rest).decode().splitlines()]


@pytest.mark.slow
def test_twenty_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(20250304)
    acknowledged = [line for run in range(KILLS) for line in _write_and_kill(tmp_path, run, chance.uniform(0, 0.2))]
    assert len(acknowledged) > KILLS
    database = Database(tmp_path / "personal.db", tmp_path / "backups")
    documents, conversations = Documents(database), Conversations(database)
    for kind, id, name in acknowledged:
        if kind == "d":
            assert documents.get(int(id)).sha256 == name
            assert name.replace("-", " number ") in documents.text(int(id))
            assert len(documents.document_chunks(int(id))) == 1
        else:
            assert f"number {name} " in conversations.message(int(id)).text
    found = documents.search(terms.all_of("run number "), 100_000)
    assert len(found) == documents.counts().documents
    assert database.check() == []
