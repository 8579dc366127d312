"""Read the head of a GGUF file: its metadata and where each tensor lies. Every size is capped before it is believed.

llama.cpp aborts the whole process on some absurd fields and gguf-py can be made to grow without end, so strangers'
files pass through here first. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personal_ai.errors import UserError, disk_sentence
from personal_ai.models.gguf_types import ARRAY, SCALARS, STRING, TENSORS

if TYPE_CHECKING:
    import numpy as np

MAX_KEYS = 4096
MAX_TENSORS = 65_536
MAX_STRING = 1 << 20
MAX_ARRAY = 4_000_000
MAX_ELEMENTS = 1 << 48
MAX_NAME = 64
#: Arrays longer than this (token lists) are decoded only on request, by `GGUFFile.array`.
EAGER_ARRAY = 4096


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One tensor: `shape` in ggml's order (the fastest dimension first), `offset` and `bytes` in the file."""

    shape: tuple[int, ...]
    type: str
    offset: int
    bytes: int

    @property
    def elements(self) -> int:
        """How many numbers the tensor holds."""
        count = 1
        for size in self.shape:
            count *= size
        return count


@dataclass(frozen=True, slots=True)
class LongArray:
    """An array that was skipped: where its elements start, their value type, and how many there are."""

    type: int
    length: int
    offset: int


@dataclass(frozen=True)
class GGUFFile:
    """The head of a GGUF file. Long arrays stand in `metadata` as LongArray; `array` decodes them."""

    path: Path
    metadata: dict[str, Any]
    tensors: dict[str, TensorInfo]

    def array(self, key: str) -> list[Any]:
        """Decode the array `key`, long or short. Raises KeyError when there is none."""
        value = self.metadata[key]
        if not isinstance(value, LongArray):
            return value
        with _Head(self.path) as head:
            head.position = value.offset
            return [head.value(value.type) for _ in range(value.length)]

    def data(self, name: str) -> "np.ndarray":
        """Map the bytes of tensor `name` read-only: uint8 [bytes]. Nothing is read from disk until it is touched."""
        import numpy as np  # the window reads heads only

        info = self.tensors[name]
        return np.memmap(self.path, dtype=np.uint8, mode="r", offset=info.offset, shape=(info.bytes,))


def read(path: Path) -> GGUFFile:
    """Read and check the head of `path`. Raises UserError for anything but a complete GGUF file."""
    try:
        with _Head(path) as head:
            return _read(head)
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise UserError(f"There is no file “{path}”.") from error
        raise UserError(disk_sentence(error, f"reading “{path.name}”")) from error


def _read(head: "_Head") -> GGUFFile:
    _read_magic(head)
    tensor_count, key_count = head.count("<Q", MAX_TENSORS), head.count("<Q", MAX_KEYS)
    metadata: dict[str, Any] = {}
    for _ in range(key_count):
        key = head.text(MAX_STRING)
        if key in metadata:
            raise head.absurd(f"it names “{key[:40]}” twice")
        metadata[key] = head.value(head.number("<I"), long_arrays=True)
    alignment = metadata.get("general.alignment", 32)
    if not isinstance(alignment, int) or not 1 <= alignment <= 65_536 or alignment & (alignment - 1):
        raise head.absurd("its alignment is no power of two")
    tensors: dict[str, TensorInfo] = {}
    for _ in range(tensor_count):
        name, info = _tensor(head, alignment)
        if name in tensors:
            raise head.absurd(f"it holds “{name}” twice")
        tensors[name] = info
    start = -(-head.position // alignment) * alignment
    placed = {n: TensorInfo(t.shape, t.type, start + t.offset, t.bytes) for n, t in tensors.items()}
    if any(t.offset + t.bytes > head.size for t in placed.values()):
        raise head.truncated()
    return GGUFFile(head.path, metadata, placed)


def _read_magic(head: "_Head") -> None:
    if head.size < 4 or head.bytes(4) != b"GGUF":
        raise UserError(
            f"“{head.path.name}” is not a GGUF file. Choose the .gguf file of a model; other formats cannot be used."
        )
    version = head.number("<I")
    if version not in (2, 3):
        raise UserError(
            f"“{head.path.name}” is a GGUF file of version {version}, which this program does not know. "
            "Download the model again as a newer GGUF file."
        )


def _tensor(head: "_Head", alignment: int) -> tuple[str, TensorInfo]:
    name = head.text(MAX_NAME)
    dimensions = head.number("<I")
    if not 1 <= dimensions <= 4:
        raise head.absurd(f"“{name}” has {dimensions} dimensions")
    shape = tuple(head.number("<Q") for _ in range(dimensions))
    kind = head.number("<I")
    if kind not in TENSORS:
        raise UserError(
            f"“{head.path.name}” is quantised in a way (type {kind}) that this program does not know. "
            "Download another quantisation of the model, such as Q4_K_M or Q8_0."
        )
    type_name, block_values, block_bytes = TENSORS[kind]
    offset = head.number("<Q")
    elements = 1
    for size in shape:
        elements *= size
        if not 1 <= size <= MAX_ELEMENTS or elements > MAX_ELEMENTS:
            raise head.absurd(f"“{name}” is impossibly large")
    if shape[0] % block_values or offset % alignment:
        raise head.absurd(f"“{name}” does not fit its own layout")
    return name, TensorInfo(shape, type_name, offset, elements // block_values * block_bytes)


class _Head:
    """A cursor over a memory-mapped file that never reads past its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.position = 0

    def __enter__(self) -> "_Head":
        if self.path.is_dir():
            raise UserError(f"“{self.path.name}” is a folder. Choose the .gguf file inside it.")
        self._file = self.path.open("rb")
        self.size = self.path.stat().st_size
        self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) if self.size else b""
        return self

    def __exit__(self, *_: object) -> None:
        if isinstance(self._map, mmap.mmap):
            self._map.close()
        self._file.close()

    def truncated(self) -> UserError:
        return UserError(
            f"“{self.path.name}” is incomplete: its end is missing. Copy or download it again and add it once more."
        )

    def absurd(self, what: str) -> UserError:
        return UserError(f"“{self.path.name}” is damaged ({what}). Copy or download it again and add it once more.")

    def bytes(self, length: int) -> bytes:
        start = self.position
        if start + length > self.size:
            raise self.truncated()
        self.position = start + length
        return self._map[start : start + length]

    def number(self, form: str) -> Any:
        size = struct.calcsize(form)
        if self.position + size > self.size:
            raise self.truncated()
        (value,) = struct.unpack_from(form, self._map, self.position)
        self.position += size
        return value

    def count(self, form: str, limit: int) -> int:
        value = self.number(form)
        if value > limit:
            raise self.absurd(f"it claims {value} entries where {limit} are the most")
        return value

    def text(self, limit: int) -> str:
        raw = self.bytes(self.count("<Q", limit))
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.absurd("a name in it is no text") from error

    def value(self, kind: int, *, long_arrays: bool = False) -> Any:
        if kind in SCALARS:
            return self.number(SCALARS[kind][0])
        if kind == STRING:
            # Token texts may hold half characters, so strings are never refused for their bytes.
            return self.bytes(self.count("<Q", MAX_STRING)).decode("utf-8", errors="replace")
        if kind == ARRAY and long_arrays:
            return self._array()
        raise self.absurd(f"it holds a value of type {kind}")

    def _array(self) -> "list[Any] | LongArray":
        kind, length = self.number("<I"), self.count("<Q", MAX_ARRAY)
        if kind not in SCALARS and kind != STRING:
            raise self.absurd(f"it holds a list of type {kind}")
        if length <= EAGER_ARRAY:
            return [self.value(kind) for _ in range(length)]
        skipped = LongArray(kind, length, self.position)
        if kind in SCALARS:
            self.position += length * SCALARS[kind][1]
            if self.position > self.size:
                raise self.truncated()
        else:
            self._skip_strings(length)
        return skipped

    def _skip_strings(self, length: int) -> None:
        # A quarter of a million tokens are walked here whenever a model is looked at, hence the bare loop.
        unpack, data, position, last = struct.Struct("<Q").unpack_from, self._map, self.position, self.size - 8
        for _ in range(length):
            if position > last:
                raise self.truncated()
            (size,) = unpack(data, position)
            if size > MAX_STRING:
                raise self.absurd("a token in it is impossibly long")
            position += 8 + size
        if position > self.size:
            raise self.truncated()
        self.position = position
