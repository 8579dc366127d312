"""Another version takes the place of this one, the one before stays, and the notes are copied first."""

from pathlib import Path

import pytest

from personal_ai.errors import UserError
from personal_ai.updating import Updated, Updating
from tests import signed_files


class Kept:
    """Counts the copies that were asked for."""

    def __init__(self) -> None:
        self.copies = 0
        self.fails = False

    def __call__(self) -> None:
        """Copy."""
        if self.fails:
            raise UserError("The disk is full.")
        self.copies += 1


@pytest.fixture
def kept() -> Kept:
    """The copies of the database."""
    return Kept()


def installed(tmp_path: Path, version: str) -> Path:
    """Lay out what the installer leaves."""
    program = tmp_path / "opt" / "versions" / version
    program.mkdir(parents=True)
    (program / "personal-ai").write_text(version)
    (tmp_path / "opt" / "current").symlink_to(f"versions/{version}")
    return program


def updating(program: Path, kept: Kept, version: str = "0.1.0") -> Updating:
    """Updates of a program that runs from there."""
    return Updating(program, kept, version, signed_files.PUBLIC)


def file(tmp_path: Path, version: str = "0.2.0") -> Path:
    """A newer version, signed."""
    return signed_files.write(tmp_path / f"{version}.personal-ai", {"personal-ai": b"new"}, "app", version=version)


def test_the_next_start_brings_the_new_one_and_the_old_one_stays(tmp_path: Path, kept: Kept) -> None:
    program = installed(tmp_path, "0.1.0")
    *_, last = updating(program, kept).install(file(tmp_path))
    assert last == Updated("0.2.0")
    assert (tmp_path / "opt/current/personal-ai").read_bytes() == b"new"
    assert (tmp_path / "opt/previous/personal-ai").read_text() == "0.1.0"
    assert kept.copies == 1


def test_one_can_go_back_and_forth(tmp_path: Path, kept: Kept) -> None:
    program = installed(tmp_path, "0.1.0")
    before = updating(program, kept)
    assert before.earlier is None
    with pytest.raises(UserError, match="no earlier version"):
        before.go_back()
    list(before.install(file(tmp_path)))
    now = updating(tmp_path / "opt/versions/0.2.0", kept, "0.2.0")
    assert now.go_back() == Updated("0.1.0")
    assert (tmp_path / "opt/current/personal-ai").read_text() == "0.1.0"
    assert now.go_back() == Updated("0.2.0")


def test_only_two_versions_are_kept(tmp_path: Path, kept: Kept) -> None:
    program = installed(tmp_path, "0.1.0")
    list(updating(program, kept).install(file(tmp_path)))
    second = tmp_path / "opt/versions/0.2.0"
    list(updating(second, kept, "0.2.0").install(file(tmp_path, "0.10.0")))
    assert sorted(path.name for path in second.parent.iterdir()) == ["0.10.0", "0.2.0"]


def test_an_older_and_the_same_version_are_refused(tmp_path: Path, kept: Kept) -> None:
    program = installed(tmp_path, "0.10.0")
    for version in ("0.2.0", "0.10.0"):
        with pytest.raises(UserError, match=r"and this is 0\.10\.0 already"):
            list(updating(program, kept, "0.10.0").install(file(tmp_path, version)))
    assert kept.copies == 0


def test_without_a_copy_of_the_notes_there_is_no_update(tmp_path: Path, kept: Kept) -> None:
    program = installed(tmp_path, "0.1.0")
    kept.fails = True
    with pytest.raises(UserError, match="disk is full"):
        list(updating(program, kept).install(file(tmp_path)))
    assert (tmp_path / "opt/current/personal-ai").read_text() == "0.1.0"
    assert [path.name for path in program.parent.iterdir()] == ["0.1.0"]


def test_a_file_of_others_changes_nothing(tmp_path: Path, kept: Kept) -> None:
    program = installed(tmp_path, "0.1.0")
    stranger = tmp_path / "x.personal-ai"
    stranger.write_bytes(b"#!/bin/sh\nrm -rf /\n")
    with pytest.raises(UserError, match="does not come from the makers"):
        list(updating(program, kept).install(stranger))
    assert kept.copies == 0


def test_a_program_of_the_system_is_updated_by_the_system(tmp_path: Path, kept: Kept) -> None:
    system = updating(tmp_path / "opt" / "personal-ai", kept)
    assert not system.possible
    with pytest.raises(UserError, match="as a package of your system"):
        list(system.install(file(tmp_path)))
