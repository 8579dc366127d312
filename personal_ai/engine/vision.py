"""Pictures become what a model reads: its projector makes embeddings of them that stand where tokens stand.

The place of a picture in a prompt is written in negative numbers, made of the picture's SHA-256: whatever compares
tokens, such as the reuse of what was computed, then knows the same picture again, and no other for it.
"""

import ctypes
import hashlib
import os
import struct
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from personal_ai.engine.llama import DecodeStopped, llama_cpp, on_log
from personal_ai.errors import UserError
from personal_ai.models import header, projector

#: The longest side of a picture that is decoded, in pixels; what the window keeps is smaller.
LARGEST = 4096
#: Embeddings that are kept for the next question, in bytes; what was seen last.
KEPT = 64 << 20
#: How many pictures' places are remembered, so that counting them computes nothing.
REMEMBERED = 64
#: The places of a part, and what is asked of this often while it is computed: operations of llama.cpp.
_BITS, _OPERATIONS = 16, 16


def is_place(token: int) -> bool:
    """Whether this is no token, but a place that a picture takes."""
    return token < 0


def within(place: int) -> int:
    """How many places of the same part of a picture stand before this one."""
    return -1 - place & (1 << _BITS) - 1


def part_of(place: int) -> int:
    """What is the same for all places of one part of a picture, and for no others."""
    return -1 - place >> _BITS


def stretches(tokens: Sequence[int], longest: int) -> Iterator[list[int]]:
    """Cut a prompt into pieces of at most `longest`, each of tokens alone or of places in one part of a picture."""
    start = 0
    while start < len(tokens):
        end = start + 1
        alike = _kind(tokens[start])
        while end < len(tokens) and end - start < longest and _kind(tokens[end]) == alike:
            end += 1
        yield list(tokens[start:end])
        start = end


def _kind(token: int) -> int:
    return part_of(token) if is_place(token) else -1


class Eyes:
    """The projector of a loaded model. Not thread-safe: one caller at a time."""

    def __init__(self, path: Path, model: Any, vocabulary: int, threads: int) -> None:
        """Load a projector file for this model. Raises UserError for one that is unsound or made for another model."""
        # llama.cpp takes whatever stands where the end of a file is missing.
        projector.describe(header.read(path))
        self._path = path
        self._mtmd = _library()
        self._vocabulary = vocabulary
        #: How many numbers an embedding has.
        self._width: int = llama_cpp.llama_model_n_embd_inp(model)
        self._cancelled: Callable[[], bool] = lambda: False
        self._asked = 0
        self._stopped = False
        # The library calls it for as long as the projector is loaded.
        self._callback = llama_cpp.ggml_backend_sched_eval_callback(self._on_operation)
        self._places: OrderedDict[bytes, list[int]] = OrderedDict()
        #: Where a part comes from: the picture's SHA-256, and which one of it this is.
        self._parts: dict[int, tuple[bytes, int]] = {}
        self._pictures: dict[bytes, bytes] = {}
        self._embeddings: OrderedDict[int, np.ndarray] = OrderedDict()
        self._context: Any = self._load(model, threads)
        try:
            self._check()
        except UserError:
            self.close()
            raise

    def close(self) -> None:
        """Free the projector, before its model is."""
        if self._context:
            self._mtmd.mtmd_free(self._context)
        self._context = None

    def _load(self, model: Any, threads: int) -> Any:
        params = self._mtmd.mtmd_context_params_default()
        params.use_gpu = params.print_timings = False
        params.n_threads = threads
        # A first run over the largest picture would take memory for one that may never come.
        params.warmup = False
        params.cb_eval = self._callback
        context = self._mtmd.mtmd_init_from_file(os.fsencode(self._path), model, params)
        if not context:
            raise UserError(
                f"“{self._path.name}” cannot be loaded with this model: it is damaged, was made for another model, or "
                "is of a kind that this program does not know. Look for the one that is offered beside the model."
            )
        return context

    def _check(self) -> None:
        if not self._mtmd.mtmd_support_vision(self._context):
            raise UserError(f"“{self._path.name}” lets a model hear, and not see. Only pictures can be looked at.")
        if self._mtmd.mtmd_decode_use_mrope(self._context):
            raise self._other_order()
        self.whole = bool(self._mtmd.mtmd_decode_use_non_causal(self._context, None))

    def _other_order(self) -> UserError:
        return UserError(
            "This model counts the places of a picture in a way that this program does not know (M-RoPE), so it cannot "
            "look at pictures here. Another model can, such as one of the Gemma 3 family."
        )

    # ---- where a picture stands -----------------------------------------------------------------------------

    def look(self, picture: bytes) -> list[int]:
        """What stands in a prompt for a picture, PNG or JPEG: its places, and the tokens that a model wants around it.

        Nothing is computed yet. Raises UserError for a damaged or too large picture.
        """
        key = hashlib.sha256(picture).digest()
        self._pictures[key] = picture
        known = self._places.get(key)
        if known is None:
            with self._parts_of(picture) as chunks:
                known = self._written(key, chunks)
            self._places[key] = known
            if len(self._places) > REMEMBERED:
                self._places.popitem(last=False)
        self._places.move_to_end(key)
        return known

    def keep_only(self, tokens: Sequence[int]) -> None:
        """Let go of the pictures that this prompt does not show."""
        shown = {part_of(token) for token in tokens if is_place(token)}
        self._parts = {part: where for part, where in self._parts.items() if part in shown}
        wanted = {key for key, _ in self._parts.values()}
        self._pictures = {key: picture for key, picture in self._pictures.items() if key in wanted}
        # What is asked next is looked at anew where it was let go of.
        self._places = OrderedDict((key, places) for key, places in self._places.items() if key in wanted)

    def _written(self, key: bytes, chunks: list[Any]) -> list[int]:
        tokens: list[int] = []
        for number, chunk in enumerate(chunks):
            kind = self._mtmd.mtmd_input_chunk_get_type(chunk)
            if kind == self._mtmd.MTMD_INPUT_CHUNK_TYPE_TEXT:
                tokens += self._around(chunk)
                continue
            count = self._mtmd.mtmd_input_chunk_get_n_tokens(chunk)
            if self._mtmd.mtmd_input_chunk_get_n_pos(chunk) != count or count >= 1 << _BITS:
                raise self._other_order()
            part = int.from_bytes(hashlib.sha256(key + number.to_bytes(4, "little")).digest()[:16], "little")
            self._parts[part] = key, number
            tokens += [-1 - (part << _BITS | place) for place in range(count)]
        return tokens

    def _around(self, chunk: Any) -> list[int]:
        count = ctypes.c_size_t()
        pointer = self._mtmd.mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(count))
        tokens = pointer[: count.value]
        # What its vocabulary lacks is -1.
        if any(not 0 <= token < self._vocabulary for token in tokens):
            raise UserError(
                f"“{self._path.name}” was made for another model: this one lacks words that it needs. Look for the one "
                "that is offered beside the model."
            )
        return tokens

    @contextmanager
    def _parts_of(self, picture: bytes) -> Iterator[list[Any]]:
        """A picture as it is cut and scaled for the projector; freed with the block."""
        mtmd = self._mtmd
        _check_picture(picture)
        data = (ctypes.c_uint8 * len(picture)).from_buffer_copy(picture)
        bitmap = mtmd.mtmd_helper_bitmap_init_from_buf(self._context, data, len(picture), False)
        if not bitmap:
            raise _damaged()
        chunks = mtmd.mtmd_input_chunks_init()
        try:
            part = mtmd.mtmd_input_part(None, bitmap)
            parts = (ctypes.POINTER(mtmd.mtmd_input_part) * 1)(ctypes.pointer(part))
            if mtmd.mtmd_tokenize_from_parts(self._context, chunks, parts, 1, False) != 0:
                raise UserError("This picture cannot be made ready for the model. Try another size, or another format.")
            yield [mtmd.mtmd_input_chunks_get(chunks, i) for i in range(mtmd.mtmd_input_chunks_size(chunks))]
        finally:
            mtmd.mtmd_input_chunks_free(chunks)
            mtmd.mtmd_bitmap_free(bitmap)

    # ---- what it shows --------------------------------------------------------------------------------------

    def embeddings(self, place: int, cancelled: Callable[[], bool]) -> np.ndarray:
        """The embeddings of the part that a place belongs to: float32 [places, width].

        The picture must have been looked at. Raises DecodeStopped, some operations later, once `cancelled` says so.
        """
        part = part_of(place)
        if part not in self._embeddings:
            self._embeddings[part] = self._encode(part, cancelled)
            self._make_room()
        self._embeddings.move_to_end(part)
        return self._embeddings[part]

    def _encode(self, part: int, cancelled: Callable[[], bool]) -> np.ndarray:
        key, number = self._parts[part]
        with self._parts_of(self._pictures[key]) as chunks:
            chunk = chunks[number]
            self._cancelled, self._stopped = cancelled, False
            try:
                failed = self._mtmd.mtmd_encode_chunk(self._context, chunk)
            finally:
                self._cancelled = lambda: False
            if self._stopped:
                # What it computed until then looks like success.
                raise DecodeStopped
            if failed:
                raise UserError(
                    "There is not enough memory to look at this picture. Close other programs and try again."
                )
            shape = self._mtmd.mtmd_input_chunk_get_n_tokens(chunk), self._width
            return np.ctypeslib.as_array(self._mtmd.mtmd_get_output_embd(self._context), shape=shape).copy()

    def _make_room(self) -> None:
        held = sum(each.nbytes for each in self._embeddings.values())
        while held > KEPT and len(self._embeddings) > 1:
            held -= self._embeddings.popitem(last=False)[1].nbytes

    def _on_operation(self, _tensor: Any, asking: bool, _data: Any) -> bool:
        """Called around every operation: whether to stop behind it, and then whether to go on."""
        if asking:
            self._asked += 1
            return self._asked % _OPERATIONS == 0
        self._stopped = self._stopped or self._cancelled()
        return not self._stopped


def try_picture(side: int = 448) -> bytes:
    """A picture to try a projector with, as PNG: shades from corner to corner."""
    shades = np.linspace(0, 255, side).astype(np.uint8)
    pixels = np.stack(np.broadcast_arrays(shades[None, :], shades[:, None], shades[::-1, None]), axis=2)
    return as_png(pixels)


def as_png(pixels: np.ndarray) -> bytes:
    """Write pixels, uint8 [rows, columns, 3], as PNG."""
    rows, columns, _ = pixels.shape
    raw = np.hstack([np.zeros((rows, 1), np.uint8), pixels.reshape(rows, -1)]).tobytes()
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    blocks = ((b"IHDR", head), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
    return _PNG + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in blocks
    )


_PNG = b"\x89PNG\r\n\x1a\n"


def _check_picture(picture: bytes) -> None:
    """Only PNG and JPEG are decoded, which the window writes itself, and only of a size that memory can hold."""
    width, height = _size(picture)
    if not (1 <= width <= LARGEST and 1 <= height <= LARGEST):
        raise _damaged()


def _damaged() -> UserError:
    return UserError("A picture of this conversation is damaged, so it cannot be looked at. Attach it again.")


def _size(picture: bytes) -> tuple[int, int]:
    """Width and height as the head of a PNG or JPEG says; 0 for anything else."""
    if picture.startswith(_PNG) and len(picture) > 24:
        width, height = struct.unpack(">II", picture[16:24])
        return width, height
    if not picture.startswith(b"\xff\xd8"):
        return 0, 0
    place = 2
    while place + 9 < len(picture) and picture[place] == 0xFF:
        mark, length = picture[place + 1], int.from_bytes(picture[place + 2 : place + 4], "big")
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", picture[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return 0, 0


def _library() -> Any:
    """The part of llama.cpp that looks at pictures; loaded when the first one comes."""
    try:
        from llama_cpp import mtmd_cpp
    except (ImportError, OSError, RuntimeError) as error:
        raise UserError(
            "The part of llama.cpp that looks at pictures is missing. Run “python3 packaging/dev.py setup” again, or "
            "install Personal AI again."
        ) from error
    mtmd_cpp.mtmd_log_set(on_log, ctypes.c_void_p(0))
    mtmd_cpp.mtmd_helper_log_set(on_log, ctypes.c_void_p(0))
    return mtmd_cpp
