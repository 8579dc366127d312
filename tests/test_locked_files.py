"""Sealed files say nothing, cannot be changed unnoticed, and are changed in place without a gap."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personal_ai import locked_files

KEY = bytes(range(32))


def sealed(data: bytes, key: bytes = KEY) -> bytes:
    """Seal in memory."""
    out = io.BytesIO()
    locked_files.seal(key, io.BytesIO(data), out)
    return out.getvalue()


def opened(data: bytes, key: bytes = KEY) -> bytes:
    """Open in memory."""
    return b"".join(locked_files.opened(key, io.BytesIO(data)))


@pytest.mark.parametrize(
    "size", [0, 1, locked_files.PIECE - 1, locked_files.PIECE, locked_files.PIECE + 1, 3 * locked_files.PIECE]
)
def test_what_was_sealed_opens_again_whatever_its_size(size: int) -> None:
    data = os.urandom(size)
    assert opened(sealed(data)) == data
    assert sealed(data) != sealed(data)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_one_changed_byte_anywhere_is_noticed(data) -> None:
    whole = bytearray(sealed(b"the needle in the note" * 9))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(locked_files.BrokenSeal):
        opened(bytes(whole))


def test_pieces_cannot_be_cut_off_moved_or_come_from_elsewhere() -> None:
    whole = sealed(os.urandom(3 * locked_files.PIECE))
    head, piece = len(locked_files.MAGIC) + locked_files.SALT, locked_files.PIECE + locked_files.TAG
    first, second = whole[head : head + piece], whole[head + piece : head + 2 * piece]
    for broken in (
        whole[: head + piece],
        whole[: head + 2 * piece],
        whole[:head] + second + first + whole[head + 2 * piece :],
        whole[:head],
        b"",
        sealed(b"x", bytes(32)),
    ):
        with pytest.raises(locked_files.BrokenSeal):
            opened(broken)


def test_a_file_is_sealed_in_its_place_and_made_plain_again(tmp_path: Path) -> None:
    file = tmp_path / "adapter.gguf"
    file.write_bytes(b"needle" * 1000)
    file.chmod(0o600)
    locked_files.seal_file(KEY, file)
    once = file.read_bytes()
    assert locked_files.is_sealed(file) and b"needle" not in once
    locked_files.seal_file(KEY, file)
    assert file.read_bytes() == once
    locked_files.open_file(KEY, file)
    assert file.read_bytes() == b"needle" * 1000
    locked_files.open_file(KEY, file)
    assert [entry.name for entry in tmp_path.iterdir()] == ["adapter.gguf"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_old_content_is_overwritten_before_its_name_goes(tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "note"
    file.write_bytes(b"needle" * 1000)
    before = os.open(file, os.O_RDONLY)
    locked_files.seal_file(KEY, file)
    assert set(os.read(before, 6000)) == {0}
    os.close(before)


def test_sealed_files_are_plain_only_in_the_room(tmp_path: Path) -> None:
    kept, room = tmp_path / "adapters", tmp_path / "room"
    (kept / "3").mkdir(parents=True)
    (tmp_path / "made").write_bytes(b"needle" * 50)
    files = locked_files.SealedFiles(KEY, kept, room)
    files.take_in(tmp_path / "made", kept / "3" / "adapter.gguf")
    files.write(kept / "3" / "manifest.json", b'{"needle": 1}')
    assert all(b"needle" not in file.read_bytes() for file in kept.rglob("*") if file.is_file())
    place = files.usable(kept / "3" / "adapter.gguf")
    assert place == room / "3" / "adapter.gguf" and place.read_bytes() == b"needle" * 50
    before = place.stat().st_ino
    assert files.usable(kept / "3" / "adapter.gguf").stat().st_ino == before
    assert files.read(kept / "3" / "manifest.json") == b'{"needle": 1}'
    files.drop(kept / "3")
    assert not place.exists()
    with pytest.raises(OSError, match="belongs to another key"):
        locked_files.SealedFiles(bytes(32), kept, room).read(kept / "3" / "manifest.json")
