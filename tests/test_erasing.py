"""Everything of ours goes, and nothing else."""

import os
from pathlib import Path

import pytest

from personal_ai import cli, erasing
from personal_ai.errors import UserError
from personal_ai.paths import Paths, locate
from personal_ai.services import Services
from tests.ui.fakes import put_sample_notes


@pytest.fixture
def home(tmp_path: Path) -> Paths:
    """A data folder with notes, chats and a model that the person keeps elsewhere, too."""
    paths = locate(tmp_path / "home")
    services = Services(paths)
    put_sample_notes(services, 3)
    services.close()
    (paths.models / "mine").mkdir()
    (tmp_path / "mine.gguf").write_bytes(b"GGUF" * 100)
    os.link(tmp_path / "mine.gguf", paths.models / "mine" / "model.gguf")
    (tmp_path / "diary.txt").write_text("kept elsewhere")
    (paths.jobs / "1").mkdir()
    (paths.jobs / "1" / "diary.txt").symlink_to(tmp_path / "diary.txt")
    (paths.backups / "old").symlink_to(tmp_path)
    return paths


def test_all_of_ours_goes_and_what_is_not_ours_stays(home: Paths, tmp_path: Path) -> None:
    (home.home / "letter.txt").write_text("not Personal AI's")
    *parts, end = erasing.erase(home)
    assert isinstance(end, erasing.Erased)
    assert end.left == ["letter.txt"]
    assert [entry.name for entry in home.home.iterdir()] == ["letter.txt"]
    assert sum(part.files for part in parts if isinstance(part, erasing.ErasedPart)) == end.files
    assert (tmp_path / "mine.gguf").read_bytes() == b"GGUF" * 100
    assert (tmp_path / "diary.txt").read_text() == "kept elsewhere"
    assert "letter.txt" in erasing.words(end)


def test_nothing_goes_while_somebody_uses_it(home: Paths) -> None:
    services = Services(home)
    assert services.library.counts().documents == 3
    with pytest.raises(UserError, match="is open with this data folder"):
        next(erasing.erase(home))
    assert services.library.counts().documents == 3
    services.close()
    assert list(erasing.erase(home))


def test_the_command_asks_first_and_starts_fresh_afterwards(home: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--home", str(home.home), "erase"]) == 2
    assert "Nothing was deleted" in capsys.readouterr().err
    assert home.database.exists()
    assert cli.main(["--home", str(home.home), "erase", "--yes", "--json"]) == 0
    assert '"event":"result"' in capsys.readouterr().out
    assert not home.database.exists()
    services = Services(locate(home.home))
    assert services.library.counts().documents == 0
    services.close()
