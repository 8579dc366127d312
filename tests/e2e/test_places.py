"""Where people have it: folders of any name, two kinds of screen, three sizes. It starts there, and answers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e import screens
from tests.e2e.outside import Personal, environment

ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these screens are of Linux")

pytestmark = pytest.mark.model

#: What folders are called; a name may have 255 bytes on most disks.
NAMES = ["with two  spaces", "Éléonore", "中文", "n" * 200, 'quote\'s "and" $HOME %d']


@pytest.mark.parametrize("name", NAMES)
def test_it_answers_whatever_its_folder_is_called(personal: Personal, tmp_path: Path, notes: Path, name: str) -> None:
    home, texts = tmp_path / name / "data", tmp_path / name / "texts"
    home.parent.mkdir()
    notes.rename(texts)
    assert personal("add", texts, home=home).result["documents"] == 3
    answered = personal("ask", "What is the rye starter called?", "--max-tokens", "16", home=home).result
    assert answered["answer"]
    assert answered["sources"][0]["title"] == "Bread"


@LINUX
@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
@pytest.mark.parametrize("kind", ["x11", "wayland"])
def test_the_window_answers_on_every_screen(home: Path, notes: Path, tmp_path: Path, kind: str, scale: str) -> None:
    with screens.screen(kind) as shown:
        nobody = dict.fromkeys(("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"), "unix:path=/nowhere")
        words = [sys.executable, "-m", "tests.e2e.asking_window", str(home), str(notes)]
        log = tmp_path / "window.log"
        with log.open("wb") as errors:
            window = subprocess.Popen(
                words,
                cwd=ROOT,
                env=environment() | shown | nobody | {"QT_SCALE_FACTOR": scale},
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        with screens.ended(window):
            assert window.stdout
            assert window.stdout.readline().startswith(b"answering"), log.read_text(errors="replace")
            if folder := os.environ.get("PERSONAL_AI_PICTURES"):
                screens.picture(shown, Path(folder) / f"{kind}-{scale}.png")
