"""Zip files are opened within limits."""

import io
import zipfile
from pathlib import Path

import pytest

from personal_ai.documents.readers.archive import Archive
from personal_ai.errors import UserError


def _zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_files_are_read_by_their_names(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"one.txt": b"1", "../two.txt": b"22", "folder/": b""})
    with Archive(path) as archive:
        assert archive.names() == ["one.txt", "../two.txt"]
        assert (archive.read("../two.txt"), archive.size("../two.txt")) == (b"22", 2)


def test_an_archive_inside_an_archive_is_read_from_memory(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("note.md", b"inside")
    path = _zip(tmp_path / "a.zip", {"part.zip": inner.getvalue()})
    with Archive(path) as outer, Archive(path, data=outer.read("part.zip")) as part:
        assert part.read("note.md") == b"inside"


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "bomb.zip", {"zeros": bytes(4 << 20), "a": b"12345", "b": b"12345"})
    with Archive(path, unpacked=8) as archive:
        with pytest.raises(UserError, match=r"“bomb\.zip” unpacks to more"):
            archive.read("zeros")
        archive.read("a")
        with pytest.raises(UserError, match="unpacks to more"):
            archive.read("b")
    with Archive(path) as archive, pytest.raises(UserError, match="unpacks to more"):
        archive.read("zeros")
    with pytest.raises(UserError, match="unpacks to more"):
        Archive(path, entries=2)


def test_what_is_no_sound_zip_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"%PDF-1.4 ...")
    with pytest.raises(UserError, match=r"not really a zip archive \(it looks like a PDF\)"):
        Archive(path)
    _zip(path, {"a": bytes(range(256)) * 40})
    whole = path.read_bytes()
    path.write_bytes(whole[:200])
    with pytest.raises(UserError, match="damaged"):
        Archive(path)
    path.write_bytes(whole[:40] + b"\xff" * 40 + whole[80:])
    with Archive(path) as archive, pytest.raises(UserError, match="damaged"):
        archive.read("a")


def test_a_locked_file_is_told(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"a": b"secret"})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    with Archive(path) as archive, pytest.raises(UserError, match="locked with a password"):
        archive.read("a")
