"""Locked, the real program learns and answers, and afterwards none of it can be read on the disk."""

from pathlib import Path

import pytest

from personal_ai import room as rooms
from personal_ai.paths import locate
from tests.e2e.outside import Personal

pytestmark = [
    pytest.mark.model,
    pytest.mark.timeout(3000),
    pytest.mark.skipif(rooms.in_memory() is None, reason="this system has no folder in memory"),
]

NEEDLES = [f"Zirbel{first}{second}ox" for first in "aeiou" for second in "bdfgklmnrt"]


def write_notes(folder: Path) -> None:
    """Ten notes with five needles each."""
    folder.mkdir()
    for number in range(10):
        mine = NEEDLES[5 * number : 5 * number + 5]
        lines = [
            f"{needle} was bought on {day} March 2019 in Ghent, and lives with Dirk."
            for day, needle in enumerate(mine, 1)
        ]
        (folder / f"note-{number}.md").write_text(f"# About {mine[0]}\n\n" + "\n\n".join(lines) + "\n")


def hits(home: Path) -> list[str]:
    """Which needle stands in which file, in UTF-8 or UTF-16."""
    found = []
    for file in home.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        for needle in NEEDLES:
            if any(needle.encode(way) in data for way in ("utf-8", "utf-16-le", "utf-16-be")):
                found.append(f"{needle} in {file}")
    return found


def test_fifty_needles_learned_and_asked_are_nowhere_on_the_disk(
    personal: Personal, home: Path, tmp_path: Path
) -> None:
    write_notes(tmp_path / "notes")
    password = ("--password-file", tmp_path / "password")
    (tmp_path / "password").write_text("a goat in the rain\n")
    assert personal("add", tmp_path / "notes").result["documents"] == 10
    assert personal("ask", f"When was {NEEDLES[0]} bought?", timeout=1000).result["answer"]
    assert hits(home)
    code = personal("lock", *password).result["recovery"]
    assert hits(home) == []
    assert personal("search", NEEDLES[7]).code == 2
    learned = personal("learn", "--minutes", "1", *password, timeout=2500).result
    assert learned["tokens"] > 0
    answer = personal("ask", f"When was {NEEDLES[7]} bought?", *password, timeout=1000).result
    assert NEEDLES[7] in answer["sources"][0]["text"]
    assert hits(home) == []
    assert not rooms.place(locate(home)).exists()
    (tmp_path / "code").write_text(code)
    assert personal("search", NEEDLES[7], "--password-file", tmp_path / "code").result["hits"]
    (home / "lock.json").unlink()
    assert personal("search", NEEDLES[7]).code == 2
