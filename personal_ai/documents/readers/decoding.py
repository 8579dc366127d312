"""Bytes become text: what the file really is, and in which encoding it was written."""

import codecs
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TypeVar

import msgspec

from personal_ai.documents.readers import guessing
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
# What most old files that are not UTF-8 were written in.
_USUAL = "cp1252"


# A letter of UTF-8 beyond ASCII, what is none, and the beginning of one at an end.
_SOUND = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_ASCII = re.compile(rb"[\t\n\r\x20-\x7e]")
_ODD = re.compile(rb"[\x80-\xff]")
_SOUND_OR_ODD = re.compile(b"(" + _SOUND.pattern + b")|([\x80-\xff])")
_UNENDED = re.compile(rb"(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})\Z")
_JAPANESE_MAIL = re.compile(rb"\x1b\$[@B][\x21-\x7e\r\n]{2,}?\x1b\([BJ]")
# Programs write more than the encoding has that they name: what browsers and mail programs take it for.
_CALLED = {
    **dict.fromkeys(("us-ascii", "ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1"), _USUAL),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb-2312-80", "gb-2312", "csgb2312", "x-euc-cn"), "gb18030"),
    **dict.fromkeys(("shift-jis", "sjis", "x-sjis", "ms-kanji", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks-c-5601-1987", "ks-c-5601", "ksc5601", "korean", "windows-949"), "cp949"),
    **dict.fromkeys(("big5", "big-5", "x-x-big5", "big5-hkscs"), "big5hkscs"),
    **{"iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874"},
    **{"iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "x-mac-roman": "mac_roman", "macintosh": "mac_roman"},
    **{"x-mac-cyrillic": "mac_cyrillic", "koi8": "koi8_r", "x-user-defined": _USUAL, "unicode-1-1-utf-7": "utf-7"},
    **{"iso-2022-jp": "iso2022_jp_ext", "unicode-1-1-utf-8": "utf-8", "utf8": "utf-8", "unicode": "utf-16"},
}
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
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _damaged_utf8(data) or data.decode(_guess(data, path), errors="replace")
    # The only one in use that has no odd bytes.
    return data.decode("iso2022_jp_ext", errors="replace") if _JAPANESE_MAIL.search(data) else text


def name_of(declared: str) -> str:
    """What an encoding is called here that a file declares: what is really written where programs declare that."""
    name = declared.strip().strip("\"'").lower()
    return _CALLED.get(name.replace("_", "-"), name)


def decode_as(data: bytes, declared: str, path: Path) -> str:
    """Decode text in the encoding that its file declares, by whatever name, where it can be that."""
    name = name_of(declared)
    # Western is what programs declare that do not know; and hardly such a text is UTF-8 by chance.
    for tried in ("utf-8", name) if name == _USUAL else (name,):
        try:
            return data.decode(tried)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    try:
        return decode(data, path)
    except UserError:
        return data.decode(_USUAL, errors="replace")


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
    # Of other alphabets only blanks, digits and line ends have a zero.
    return next((name for name in ("utf-16-le", "utf-16-be") if _makes_sense(sample, name)), "")


def _makes_sense(sample: bytes, name: str) -> bool:
    """Whether bytes that hardly any other text has are UTF-16 of an alphabet other than Latin."""
    controls = any(sample.count(byte) for byte in (0, 1, 2, 3, 4, 5, 6, 7, 14, 15, 16))
    if not controls or len(_ASCII.findall(sample)) > 0.8 * len(sample):
        return False
    try:
        text = sample[: len(sample) // 2 * 2].decode(name)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4:
            return False
        text = sample[: error.start].decode(name)
    letters = sum(letter.isalnum() for letter in text)
    # A blank whose bytes are swapped is a wide one.
    fine = letters + sum(letter in "\n\r\t \xa0\u3000" or unicodedata.category(letter)[0] in "PM" for letter in text)
    blocks = Counter(_block(letter) for letter in text)
    most = sum(count for _, count in blocks.most_common(4))
    # Data is strewn over all the signs that there are.
    return len(text) > 3 and fine >= 0.97 * len(text) and letters > 0.5 * len(text) and most > 0.9 * len(text)


def _block(letter: str) -> int:
    """Chinese and Korean signs as one block each, others in blocks of 256."""
    return 0x4E if "\u3400" <= letter <= "\u9fff" else 0xAC if "\uac00" <= letter <= "\ud7a3" else ord(letter) >> 8


def _guess(data: bytes, path: Path) -> str:
    found = guessing.encoding(data)
    if found:
        return found
    from charset_normalizer import from_bytes  # 20 ms that few files need

    # Cut around the first odd byte, so that a long ASCII beginning does not hide what is to be guessed.
    first = next((at for at, byte in enumerate(data) if byte > 127), 0)
    best = from_bytes(data[max(0, first - 1024) : first + _SAMPLE]).best()
    if best is None:
        raise UserError(f"“{path.name}” is not a text file that Personal AI can make out, so it was left out.")
    return best.encoding


def _damaged_utf8(data: bytes) -> str:
    """UTF-8 that some bytes of another encoding, or a cut in the middle of a letter, have got into; "" for none."""
    sound = len(_SOUND.findall(data))
    if sound < 2 * len(_ODD.findall(_SOUND.sub(b"", data))):
        return ""
    # A part that was copied in from an old file is in the usual encoding of those.
    return _SOUND_OR_ODD.sub(
        lambda found: found[0] if found[1] else found[2].decode(_USUAL, "replace").encode(),
        data[: len(data) - _cut(data)],
    ).decode(errors="replace")


def _cut(data: bytes) -> int:
    """How many bytes at the end are the beginning of a letter."""
    found = _UNENDED.search(data[-3:])
    return len(found[0]) if found else 0
