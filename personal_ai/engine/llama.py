"""The one door to llama.cpp: starts it once, keeps it from writing to our streams, and copies tokens into batches.

Everybody takes `llama_cpp` from here, so that it is never met unprepared.
"""

import ctypes
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# Read by the OpenMP library when it is loaded. Its threads meet some 500 times a token and by default spin while one
# is missing: on two cores with a compiler beside them that is 2 tokens a second instead of 8 with this (97 and 92 when
# nothing else runs; not spinning at all: 18 and 42).
os.environ.setdefault("GOMP_SPINCOUNT", "2000")

import llama_cpp
import numpy as np

__all__ = ["Batch", "DecodeStopped", "llama_cpp", "on_log", "token_array"]

logger = logging.getLogger(__name__)

_ERROR = 4  # GGML_LOG_LEVEL_ERROR


class DecodeStopped(Exception):
    """A computation was given up because its caller asked for it."""


@llama_cpp.llama_log_callback
def on_log(level: int, text: bytes, _data: int) -> None:
    """Keep what llama.cpp says of errors, and nothing else."""
    # llama.cpp prints vocabulary and sometimes prompt text at lower levels; a log must never hold a note.
    if level == _ERROR:
        logger.error("llama.cpp: %s", text.decode("utf-8", errors="replace").strip()[:300])


def _take_processor(folder: Path) -> None:
    # A packaged llama.cpp is made for several kinds of processor, each in a library of its own; the best that runs here
    # is taken. One that was compiled on this machine is made for it, and has nothing to choose from.
    variants = list(folder.glob("*ggml-cpu-*"))
    loaders = (folder / "libggml.so", folder / "ggml.dll") if variants else ()
    for library in filter(Path.is_file, loaders):
        ctypes.CDLL(str(library)).ggml_backend_load_all_from_path(os.fsencode(folder))


llama_cpp.llama_log_set(on_log, ctypes.c_void_p(0))
_take_processor(Path(llama_cpp.__file__).parent / "lib")
llama_cpp.llama_backend_init()


def token_array(tokens: Sequence[int]) -> Any:
    """Copy tokens into a C array of llama_token."""
    return (llama_cpp.llama_token * len(tokens))(*tokens)


class Batch:
    """A reusable llama_batch of one sequence, filled by numpy instead of one ctypes write a field."""

    def __init__(self, capacity: int) -> None:
        self._tokens = np.zeros(capacity, np.int32)
        self._positions = np.zeros(capacity, np.int32)
        self._counts = np.ones(capacity, np.int32)
        self._wanted = np.zeros(capacity, np.int8)
        self._sequence = (ctypes.c_int32 * 1)(0)
        one = ctypes.cast(self._sequence, ctypes.POINTER(ctypes.c_int32))
        self._sequences = (ctypes.POINTER(ctypes.c_int32) * capacity)(*([one] * capacity))
        self.raw: Any = llama_cpp.llama_batch()
        self.raw.token = self._tokens.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_token))
        self.raw.pos = self._positions.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_pos))
        self.raw.n_seq_id = self._counts.ctypes.data_as(ctypes.POINTER(ctypes.c_int32))
        self.raw.seq_id = ctypes.cast(self._sequences, ctypes.POINTER(ctypes.POINTER(llama_cpp.llama_seq_id)))
        self.raw.logits = self._wanted.ctypes.data_as(ctypes.POINTER(ctypes.c_int8))
        #: The same for embeddings in the place of tokens.
        self._raw_embeddings: Any = llama_cpp.llama_batch.from_buffer_copy(self.raw)
        self._raw_embeddings.token = None
        self._embeddings = np.zeros((0, 0), np.float32)

    def fill(self, tokens: Sequence[int], position: int, wanted: slice) -> Any:
        """Hold `tokens` from `position` on, with logits asked for at the indices in `wanted`; return the C struct."""
        self._tokens[: len(tokens)] = tokens
        return self._place(self.raw, len(tokens), position, wanted)

    def fill_embeddings(self, embeddings: np.ndarray, position: int, wanted: slice) -> Any:
        """The same for embeddings, float32 [count, width], in the place of tokens."""
        # Held, as llama.cpp is given a pointer alone.
        self._embeddings = np.ascontiguousarray(embeddings, np.float32)
        self._raw_embeddings.embd = self._embeddings.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        return self._place(self._raw_embeddings, len(embeddings), position, wanted)

    def _place(self, raw: Any, count: int, position: int, wanted: slice) -> Any:
        self._positions[:count] = np.arange(position, position + count)
        self._wanted[:count] = 0
        self._wanted[:count][wanted] = 1
        raw.n_tokens = count
        return raw
