"""What a model has computed of a conversation, as a file: read back in a hundredth of the time it took to compute.

A file is llama.cpp's own (`llama_state_seq_save_file`) with a seal behind it: a digest of everything that must be the
same for the numbers to mean anything, and one of the content, as llama.cpp trusts whatever it is given.
"""

import ctypes
import hashlib
import logging
import os
import zlib
from pathlib import Path
from typing import BinaryIO

import msgspec

from personal_ai.engine.llama import llama_cpp, token_array
from personal_ai.engine.runtime import Runtime

logger = logging.getLogger(__name__)

_SEAL = 32
_SUM = 4
_BLOCK = 1 << 20
#: The one sequence of a context.
_ONE = ctypes.c_int32(0)


def save(runtime: Runtime, path: Path, model: str, at_most: int) -> int:
    """Write what the cache holds to `path`, whole or not at all; return the bytes written.

    `model` is the SHA-256 of the model's file. Nothing is written (0) where it would be more than `at_most` bytes.
    Raises OSError when the disk refuses.
    """
    size = llama_cpp.llama_state_seq_get_size(runtime.context, _ONE) + 4 * len(runtime.tokens)
    if not runtime.tokens or size > at_most:
        return 0
    part = path.with_name(f"{path.name}.part")
    try:
        tokens = token_array(runtime.tokens)
        if not llama_cpp.llama_state_seq_save_file(runtime.context, os.fsencode(part), _ONE, tokens, len(tokens)):
            raise OSError(f"llama.cpp could not write {size} bytes")
        with part.open("r+b") as file:
            checksum = _checksum(file, part.stat().st_size)
            file.write(_seal(runtime, model) + checksum)
            written = file.tell()
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return written


def restore(runtime: Runtime, path: Path, model: str) -> bool:
    """Put what `save` wrote into the cache, in the place of what it holds; return whether there was anything to use.

    A file that is damaged, or of another model, other adapters, another strength, template or llama.cpp, is removed.
    Raises OSError when the disk refuses.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return False
    with file:
        size = path.stat().st_size - _SEAL - _SUM
        checksum = _checksum(file, size)
        sound = size > 0 and file.read() == _seal(runtime, model) + checksum
    if sound and _load(runtime, path):
        path.touch()  # the oldest go first
        return True
    logger.info("a kept state does not fit and is removed")
    path.unlink(missing_ok=True)
    return False


def _load(runtime: Runtime, path: Path) -> bool:
    tokens = (llama_cpp.llama_token * runtime.n_ctx)()
    count = ctypes.c_size_t()
    runtime.clear()
    read = llama_cpp.llama_state_seq_load_file(
        runtime.context, os.fsencode(path), _ONE, tokens, runtime.n_ctx, ctypes.pointer(count)
    )
    if not read:
        runtime.clear()
        return False
    runtime.tokens = tokens[: count.value]
    return True


def _checksum(file: BinaryIO, size: int) -> bytes:
    """CRC-32 of the first `size` bytes, which are then read."""
    value = 0
    while size > 0 and (block := file.read(min(_BLOCK, size))):
        value = zlib.crc32(block, value)
        size -= len(block)
    return value.to_bytes(_SUM, "little")


def _seal(runtime: Runtime, model: str) -> bytes:
    """A digest of what the numbers depend on: model, adapters and their strength, template, llama.cpp."""
    parts = (model, runtime.adapters_seal, repr(runtime.template), llama_cpp.__version__)
    return hashlib.sha256(msgspec.json.encode(parts)).digest()
