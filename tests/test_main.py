"""The one door decides early and loads little."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from personal_ai.__main__ import main, wants_window

HEAVY = ["torch", "peft", "transformers", "llama_cpp", "PySide6", "numpy", "apsw", "pypdfium2", "docx"]


def loaded_by(code: str) -> set[str]:
    """Run `code` in a fresh interpreter and return which heavy libraries it loaded."""
    report = f"import json, sys; {code}; print('\\n' + json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    out = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True, timeout=60).stdout
    return set(json.loads(out.splitlines()[-1]))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], (True, None)),
        (["--home", "/somewhere"], (True, Path("/somewhere"))),
        (["--home=/somewhere"], (True, Path("/somewhere"))),
        (["--home"], (False, None)),
        (["--json"], (False, None)),
        (["--help"], (False, None)),
        (["search", "--home", "/somewhere"], (False, None)),
    ],
)
def test_only_no_words_or_a_home_alone_open_the_window(words: list[str], expected: tuple[bool, Path | None]) -> None:
    assert wants_window(words) == expected


def test_at_login_the_window_starts_out_of_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    window = SimpleNamespace(main=lambda home, in_tray: seen.append((home, in_tray)) or 0)
    monkeypatch.setattr("personal_ai.__main__.import_module", lambda _name: window)
    assert main(["--tray"]) == main(["--tray", "--home", "/somewhere"]) == main([]) == 0
    assert seen == [(None, True), (Path("/somewhere"), True), (None, False)]


def test_help_loads_nothing_heavy() -> None:
    assert loaded_by("from personal_ai.__main__ import main; main(['--help'])") == set()


def test_the_window_plans_a_night_without_the_engine() -> None:
    """It is built in the window's own process, beside the first seconds of a start."""
    assert not loaded_by("import personal_ai.learning.night") & {
        "llama_cpp",
        "torch",
        "peft",
        "transformers",
        "PySide6",
    }


def test_the_read_worker_runs_until_its_stdin_closes() -> None:
    command = [sys.executable, "-m", "personal_ai", "read-worker"]
    worker = subprocess.run(command, input=b"", capture_output=True, timeout=60, check=False)
    assert worker.returncode == 0
    assert json.loads(worker.stdout)["kind"] == "ready"


def test_workers_and_commands_may_not_look_at_the_network() -> None:
    code = "import os; from personal_ai.__main__ import main; main(['--help']); print(os.environ['HF_HUB_OFFLINE'])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    assert out.splitlines()[-1] == "1"
