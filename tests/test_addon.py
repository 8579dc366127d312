"""The learning add-on: there or not, whole or not, the right one or not, and how it gets there."""

import json
import os
import sys
from pathlib import Path

import pytest

from personal_ai.addon import Addon, Wanted, of_this_program
from personal_ai.errors import UserError
from tests import signed_files

WANTED = Wanted(key="abc", version="0.2.0", packed=200, unpacked=600)


def files(key: str = "abc", version: str = "0.2.0") -> dict[str, bytes]:
    """What an add-on holds."""
    library = b"there = 'yes'\n"
    about = {"key": key, "version": version, "files": {"lib/learned_from_here.py": len(library)}}
    return {"lib/learned_from_here.py": library, "addon.json": json.dumps(about).encode()}


def put(folder: Path, **words: str) -> None:
    """Lay an add-on into its folder."""
    for name, data in files(**words).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


@pytest.fixture
def addon(tmp_path: Path) -> Addon:
    """The add-on of a packaged program, not installed yet."""
    return Addon(WANTED, tmp_path / "program" / "learning", signed_files.PUBLIC)


def test_a_program_from_source_needs_none(tmp_path: Path) -> None:
    assert of_this_program().wanted is None
    assert Addon(None, tmp_path).missing() == ""


def test_missing_half_and_wrong_ones_are_told_apart(addon: Addon) -> None:
    assert "not installed yet" in addon.missing()
    put(addon.folder, key="other", version="0.1.0")
    assert "is version 0.1.0, and this Personal AI needs version 0.2.0" in addon.missing()
    put(addon.folder)
    assert addon.missing() == ""
    (addon.folder / "lib/learned_from_here.py").write_text("")
    assert "only half there" in addon.missing()
    (addon.folder / "addon.json").write_text("{")
    assert "damaged" in addon.missing()
    (addon.folder / "addon.json").unlink()
    assert "only half there" in addon.missing()


def test_its_libraries_are_found_after_the_programs_own(addon: Addon, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="not installed yet"):
        addon.use()
    monkeypatch.setattr(sys, "path", list(sys.path))
    put(addon.folder)
    addon.use()
    import learned_from_here  # pyright: ignore[reportMissingImports]

    assert learned_from_here.there == "yes"
    assert sys.path[-1] == str(addon.folder / "lib")


def test_it_is_installed_from_its_file_in_place_of_another(addon: Addon, tmp_path: Path) -> None:
    put(addon.folder, key="other", version="0.1.0")
    (addon.folder / "lib" / "old.py").write_text("")
    file = signed_files.write(tmp_path / "learning.personal-ai", files())
    list(addon.install(file))
    assert addon.missing() == ""
    assert sorted(path.name for path in addon.folder.parent.iterdir()) == ["learning"]
    assert not (addon.folder / "lib" / "old.py").exists()


def test_one_of_another_version_changes_nothing(addon: Addon, tmp_path: Path) -> None:
    put(addon.folder)
    file = signed_files.write(tmp_path / "learning.personal-ai", files(key="old"), key="old", version="0.1.0")
    with pytest.raises(UserError, match=r"add-on of version 0\.1\.0, and this Personal AI needs the one of version 0"):
        list(addon.install(file))
    assert addon.missing() == ""


def test_what_an_interrupted_install_left_is_cleared_by_the_next(addon: Addon, tmp_path: Path) -> None:
    left = addon.folder.with_name("learning.new")
    left.mkdir(parents=True)
    (left / "half").write_text("")
    list(addon.install(signed_files.write(tmp_path / "learning.personal-ai", files())))
    assert addon.missing() == ""
    assert not left.exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_beside_a_program_of_the_system_it_says_which_package(addon: Addon, tmp_path: Path) -> None:
    addon.folder.parent.mkdir()
    addon.folder.parent.chmod(0o555)
    with pytest.raises(UserError, match="its add-on is a package too"):
        list(addon.install(signed_files.write(tmp_path / "learning.personal-ai", files())))
