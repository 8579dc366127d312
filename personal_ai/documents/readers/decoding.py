"""Bytes become text: what the file really is, and in which encoding it was written."""

import codecs
import itertools
import re
from pathlib import Path
from typing import TypeVar

import msgspec

from personal_ai.errors import UserError

_SAMPLE = 128 * 1024
# What the first bytes say, and how to name it to the person.
_SIGNATURES: list[tuple[bytes, str]] = [
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a bitmap picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or locked Office file"),
    (b"PK\x03\x04", "a zip archive or Office file"),
    (b"GGUF", "a model file"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"ID3", "a sound recording"),
    (b"OggS", "a sound recording"),
    (b"fLaC", "a sound recording"),
]
_BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
# What most old files that are not UTF-8 were written in; asked before guessing, for short texts fool a guess.
_USUAL = "cp1252"


_HALF = re.compile(rb"(\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w)|\\u[dD][89a-fA-F]\w\w")
Decoded = TypeVar("Decoded")


def kind(data: bytes) -> str:
    """Name what the first bytes belong to ("a JPEG picture"); "" when they are nothing known."""
    head = data[:16]
    if head[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "a WebP picture"
    if data[4:8] == b"ftyp":
        return "a video or photo"
    return next((name for magic, name in _SIGNATURES if head.startswith(magic)), "")


def decode(data: bytes, path: Path) -> str:
    """Decode a text file. Raises UserError when it is not text."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    _refuse_binary(data, path)
    wide = _wide(data[:_SAMPLE])
    if wide:
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_guess(data, path), errors="replace")


def decode_json(data: bytes, type: type[Decoded]) -> Decoded:
    """Decode JSON. Raises msgspec.MsgspecError for what is none, or not of this type."""
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return msgspec.json.decode(data, type=type)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        # JavaScript writes halves of characters where a program cut a text in the middle of one.
        return msgspec.json.decode(_HALF.sub(lambda found: found[1] or rb"\ufffd", data), type=type)


def _refuse_binary(data: bytes, path: Path) -> None:
    sample = data[:_SAMPLE]
    named = kind(data)
    # "BM" and "MZ" also begin ordinary words; only with bytes that no text has do they say what a file is.
    controls = sum(sample.count(byte) for byte in (0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20, 127))
    binary = controls > max(2, len(sample) // 100) and not _wide(sample)
    if binary or (named and len(named) > 0 and not _reads_as_text(sample)):
        looks = f"it looks like {named}" if named else "it holds data"
        raise UserError(f"“{path.name}” is not a text file ({looks}), so it was left out.")


def _reads_as_text(sample: bytes) -> bool:
    return b"\x00" not in sample and sum(byte < 9 or byte > 126 for byte in sample[:4096]) < len(sample[:4096]) // 4 + 1


def _wide(sample: bytes) -> str:
    """The UTF-16 without a mark that these bytes are, or "": nearly every second byte is zero, always the same half."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half and odd > 0.3 * half and even < 0.02 * half:
        return "utf-16-le"
    if half and even > 0.3 * half and odd < 0.02 * half:
        return "utf-16-be"
    return ""


def _guess(data: bytes, path: Path) -> str:
    # Cut around the first odd byte, so that a long ASCII beginning does not hide what is to be guessed.
    first = next((at for at, byte in enumerate(data) if byte > 127), 0)
    sample = data[max(0, first - 1024) : first + _SAMPLE]
    if _is_western(sample):
        return _USUAL
    from charset_normalizer import from_bytes  # 20 ms that few files need

    best = from_bytes(sample).best()
    if best is None:
        raise UserError(f"“{path.name}” is not a text file that Personal AI can make out, so it was left out.")
    return best.encoding


def _is_western(sample: bytes) -> bool:
    """Whether the odd bytes read as single accented letters inside Latin words, as in old Windows files."""
    try:
        text = sample.decode(_USUAL)
    except UnicodeDecodeError:
        return False
    odd = [at for at, letter in enumerate(text) if letter > "\x7f"]
    usual = set("äöüÄÖÜßéèêëàâáãåçñíìîïóòôõøúùûýÿæœÉÈÀÁÂÃÇÑÓÔÕÅÆØÍÚ€£§°«»„“”‘’–—…·¡¿´©®½¼²³\u00a0")
    fine = sum(text[at] in usual for at in odd)
    runs = sum(after - before == 1 and text[after].isalpha() for before, after in itertools.pairwise(odd))
    return fine >= 0.95 * len(odd) and runs <= 0.2 * len(odd)
