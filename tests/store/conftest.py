"""A real data file, documents to put in it, and small disks to fill."""

import hashlib
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from personal_ai.messages import DocumentRead, Section
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents, NewChunk
from tests import empty_data


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(empty_data.put(tmp_path / "personal.db"), tmp_path / "backups")
    yield opened
    opened.close()


@pytest.fixture
def documents(database: Database) -> Documents:
    return Documents(database)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that is a minute later at every look."""
    minutes = count()
    return lambda: datetime(2026, 3, 4, tzinfo=UTC) + timedelta(minutes=next(minutes))


@pytest.fixture
def note() -> Callable[..., tuple[DocumentRead, list[NewChunk]]]:
    def make(text: str, path: str = "/notes/a.md", title: str = "A note") -> tuple[DocumentRead, list[NewChunk]]:
        read = DocumentRead(
            path=path,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            size=len(text.encode()),
            title=title,
            format="md",
            text=text,
            sections=[Section(heading="Top", level=1, start=0, end=len(text))],
            created="2025-03-04T00:00:00Z",
        )
        return read, [NewChunk("Top", text, 0, len(text))]

    return make


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MiB; skipped where the system lets nobody mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
