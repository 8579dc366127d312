"""A signed file is opened only when it is from the makers, whole, and for this system."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from personal_ai import bundle
from personal_ai.errors import UserError
from tests import signed_files

ROOT = Path(__file__).parents[1]
FILES = {"addon.json": b"{}", "lib/torch/a.py": b"x = 1\n" * 1000, "personal-ai": b"program"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A sound file."""
    return signed_files.write(tmp_path / "learning.personal-ai", FILES)


def refused(path: Path, part: str = "learning") -> str:
    """Why a file is not opened."""
    with pytest.raises(UserError) as caught:
        bundle.read(path, part, signed_files.PUBLIC)
    return str(caught.value)


def test_what_was_packed_comes_out_with_its_rights(file: Path, tmp_path: Path) -> None:
    manifest = bundle.read(file, "learning", signed_files.PUBLIC)
    *_, last = bundle.unpack(file, manifest, tmp_path / "learning")
    assert last.files == last.of == 3
    assert (tmp_path / "learning/lib/torch/a.py").read_bytes() == FILES["lib/torch/a.py"]
    assert os.access(tmp_path / "learning/personal-ai", os.X_OK)


def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    other = Ed25519PrivateKey.generate()
    theirs = signed_files.write(tmp_path / "x.personal-ai", FILES, secret=other)
    assert "does not come from the makers" in refused(theirs)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 anything", bundle.FIRST_LINE, bundle.FIRST_LINE + b"{}\n\n"])
def test_a_file_without_a_signature_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.personal-ai"
    path.write_bytes(content)
    assert "does not come from the makers" in refused(path)


def test_a_changed_manifest_is_refused(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'"0.2.0"', b'"9.2.0"', 1))
    assert "was changed since" in refused(file)


def test_a_cut_and_a_damaged_file_are_told_apart(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:-10])
    assert "not complete" in refused(file)
    file.write_bytes(whole[:-10] + bytes(10))
    assert "damaged on its way" in refused(file)


def test_the_wrong_part_and_the_wrong_system_are_named(tmp_path: Path) -> None:
    file = signed_files.write(tmp_path / "x.personal-ai", FILES)
    assert "the learning add-on, and this is the place for Personal AI itself" in refused(file, "app")
    file = signed_files.write(tmp_path / "y.personal-ai", FILES, system="windows-x86_64")
    assert "is for windows-x86_64, and this computer is" in refused(file)


def test_without_room_nothing_is_left_behind(file: Path, tmp_path: Path) -> None:
    manifest = bundle.read(file, "learning", signed_files.PUBLIC)
    huge = bundle.Manifest(
        **{name: getattr(manifest, name) for name in manifest.__struct_fields__} | {"unpacked": 1 << 60}
    )
    target = tmp_path / "there" / "learning"
    with pytest.raises(UserError, match=r"not enough room: .* MB are needed in"):
        list(bundle.unpack(file, huge, target))
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("added", [b"", b"more"])
def test_what_was_not_checked_is_not_installed(file: Path, tmp_path: Path, added: bytes) -> None:
    manifest = bundle.read(file, "learning", signed_files.PUBLIC)
    theirs = FILES if added else FILES | {"personal-ai": b"another program"}
    signed_files.write(file, theirs, secret=Ed25519PrivateKey.generate())
    file.write_bytes(file.read_bytes() + added)
    with pytest.raises(UserError, match="was changed while it was unpacked"):
        list(bundle.unpack(file, manifest, tmp_path / "in" / "learning"))
    assert list((tmp_path / "in").iterdir()) == []


def test_nothing_is_unpacked_outside_its_folder(tmp_path: Path) -> None:
    file = signed_files.write(tmp_path / "x.personal-ai", {"../outside": b"!", "a": b"b"})
    manifest = bundle.read(file, "learning", signed_files.PUBLIC)
    with pytest.raises(UserError, match="cannot be unpacked"):
        list(bundle.unpack(file, manifest, tmp_path / "in" / "learning"))
    assert not (tmp_path / "in" / "outside").exists()
    assert list((tmp_path / "in").iterdir()) == []


def test_the_file_that_packaging_writes_is_the_one_that_the_program_reads(tmp_path: Path) -> None:
    folder, key = tmp_path / "learning", tmp_path / "key"
    folder.mkdir()
    (folder / "addon.json").write_text("{}")
    key.write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    code = (
        "import sys, pathlib; sys.path.insert(0, 'packaging'); import bundles; from debian import Release;"
        "here = pathlib.Path(sys.argv[1]); release = Release(pathlib.Path('.'), '0.2.0', 1790000000, 'abc', '1');"
        "bundles.SYSTEM = sys.argv[2]; print(bundles.sign(release, 'learning', here / 'learning', here, here / 'key'))"
    )
    command = [sys.executable, "-c", code, str(tmp_path), bundle.this_system()]
    made = [
        Path(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120).stdout.strip())
        for _ in range(2)
    ]
    assert bundle.read(made[0], "learning", signed_files.PUBLIC).version == "0.2.0"
