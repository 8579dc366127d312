"""Folders that stay current, from a terminal."""

import json
from pathlib import Path
from typing import Any

import pytest

from personal_ai import cli


def run(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> dict[str, Any]:
    assert cli.main(["--home", str(home), "--json", "watch", *words]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert result.pop("event") == "result"
    return result


def test_a_folder_is_chosen_read_and_let_go(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, notes = tmp_path / "home", tmp_path / "notes"
    notes.mkdir()
    (notes / "boat.md").write_text("# Boat\n\nThe boat leaks.")
    assert run(capsys, home) == {"folders": [], "set_aside": 0}
    added = run(capsys, home, "add", str(notes))
    assert [(each["path"], each["files"], each["paused"]) for each in added["folders"]] == [(str(notes), 1, False)]
    assert run(capsys, home, "pause")["folders"][0]["paused"]
    (notes / "boat.md").unlink()
    assert run(capsys, home, "now")["set_aside"] == 0
    assert run(capsys, home, "resume", str(notes))["set_aside"] == 1
    assert cli.main(["--home", str(home), "watch"]) == 0
    assert "1 of your notes are set aside" in capsys.readouterr().out.replace("\n", " ")
    assert run(capsys, home, "remove", str(notes))["folders"] == []
    assert cli.main(["--home", str(home), "watch", "remove", str(notes)]) == 2
    assert "not among the folders" in capsys.readouterr().err
