"""The data folder: found, made private, written to so that a crash leaves old or new."""

import errno
import os
import stat
from pathlib import Path

import pytest

from personal_ai.errors import UserError, disk_sentence
from personal_ai.paths import locate, write_durably

needs_permissions = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="the system lets this user write everywhere"
)


def test_the_variable_moves_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PERSONAL_AI_HOME", str(tmp_path / "mine"))
    paths = locate()
    assert paths.home == tmp_path / "mine"
    for place in (paths.database, paths.settings, paths.backups, paths.logs, paths.models, paths.jobs, paths.adapters):
        assert place.is_relative_to(paths.home)


def test_a_given_folder_wins_over_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PERSONAL_AI_HOME", str(tmp_path / "variable"))
    assert locate(tmp_path / "given").home == tmp_path / "given"
    assert not (tmp_path / "variable").exists()


def test_without_either_the_systems_data_folder_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PERSONAL_AI_HOME", raising=False)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path / "system"))
    assert locate().home == tmp_path / "system"


def test_a_relative_folder_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert locate(Path("here")).home == tmp_path / "here"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_nobody_else_may_look_inside(tmp_path: Path):
    paths = locate(tmp_path / "private")
    assert stat.S_IMODE(paths.home.stat().st_mode) == 0o700
    assert stat.S_IMODE(paths.adapters.stat().st_mode) == 0o700


def test_names_with_spaces_and_accents_work(tmp_path: Path):
    paths = locate(tmp_path / "Ma mémoire 中文")
    write_durably(paths.settings, b"{}")
    assert paths.settings.read_bytes() == b"{}"


def test_a_folder_that_is_a_file_is_told_in_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="opening your data folder"):
        locate(tmp_path / "file")


@needs_permissions
def test_a_folder_without_write_permission_is_told_in_one_sentence(tmp_path: Path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UserError, match="may not write here"):
            locate(tmp_path / "data")
    finally:
        tmp_path.chmod(0o700)


def test_writing_leaves_no_temporary_file(tmp_path: Path):
    write_durably(tmp_path / "file", b"one")
    write_durably(tmp_path / "file", b"two")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"two"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failing_write_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str):
    write_durably(tmp_path / "file", b"old")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)
    with pytest.raises(OSError, match="No space"):
        write_durably(tmp_path / "file", b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full, so saving stopped (/data/file)."),
        (errno.EDQUOT, "The disk is full"),
        (errno.EACCES, "Personal AI may not write here, so saving stopped (/data/file)."),
        (errno.EROFS, "Personal AI may not write here"),
        (errno.EIO, "The system refused while saving (/data/file): Input/output error."),
    ],
)
def test_what_the_disk_refuses_is_said_in_words(number: int, words: str):
    assert disk_sentence(OSError(number, os.strerror(number), "/data/file"), "saving").startswith(words)
