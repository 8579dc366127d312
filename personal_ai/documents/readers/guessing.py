"""In which encoding old text was written, told by what its odd bytes make of words.

charset-normalizer compares whole pages; in a few lines it takes Polish for Latvian and Big5 for no text at all.
"""

import re
from collections import Counter
from typing import NamedTuple

#: How much of a text is looked at, in bytes: the lines that hold odd ones.
_SAMPLE = 4000
#: Below this share of letters that make sense an encoding is none at all.
ENOUGH = 0.85

_WESTERN = (
    *("äöüß", "éèêëàâçîïôùûœæ", "áéíóúüñ", "áâãàçéêíóôõú", "àèéìíîòóùú", "éëïöüèáóíçê", "åäö", "æøåéò", "äöõü"),
    *("áðéíóúýþæö", "àéèíïòóúüç"),
)
#: What each language writes beside a to z, by the encodings that it was written in; the usual one first. Where several
#: fit, the first wins.
_LATIN: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("cp1252", "mac_roman", "cp850", "cp437"), _WESTERN),
    (
        ("cp1250", "iso8859_2", "cp852"),
        ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čšž", "čćđšž", "ăâîşţ"),
    ),
    # A small İ begins with an i.
    (("cp1254", "cp857"), ("çğıiöşüâîû",)),
    (("cp1257",), ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž")),
)
#: The same for other alphabets: their letters, vowels or other letters that every line is full of, and how full.
_ALPHABETS: tuple[tuple[tuple[str, ...], str, str, float], ...] = (
    (
        ("cp1251", "koi8_r", "cp866", "mac_cyrillic", "iso8859_5"),
        "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
        "аеёиоуыэюя",
        0.33,
    ),
    (("cp1251", "koi8_u"), "абвгдежзийклмнопрстуфхцчшщьюяєіїґ", "аеєиіїоуюя", 0.33),
    (("cp1251",), "абвгдежзијклљмнњопрстћуфхцчџшђќѓѕ", "аеиоујр", 0.33),
    (("cp1253", "iso8859_7"), "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ", "αεηιουωάέήίόύώ", 0.33),
    (("cp1255",), "אבגדהוזחטיכךלמםנןסעפףצץקרשת", "יוהלארתבםשמ", 0.5),
    (("cp1256",), "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئىةپچژگ", "اليمنرتبوة", 0.4),
    (("cp874",), "".join(map(chr, range(0x0E01, 0x0E5C))), "านรอกเงมยลวดทสต่้", 0.5),
)
_SIGNS = frozenset("„“”‚‘’«»‹›–—…€£§°©®™·•†¡¿\u00a0")
_OPENING = frozenset("„‚«‹¡¿")
_ODD = re.compile("[^\x00-\x7f]")


class _Guess(NamedTuple):
    score: float
    encoding: str


def encoding(data: bytes) -> str:
    """The encoding that bytes which are no UTF-8 were most likely written in; "" where nothing makes sense of them."""
    sample = _odd_lines(data)
    # Of equal ones the first is taken.
    best = max([*_latin(sample), *_alphabetic(sample), *_asian(sample)], key=lambda guess: guess.score)
    return best.encoding if best.score >= ENOUGH else ""


def _odd_lines(data: bytes) -> bytes:
    kept: list[bytes] = []
    size = 0
    for line in data.splitlines():
        if not line.isascii():
            first = next(at for at, byte in enumerate(line) if byte > 127)
            # An even number before it, for letters of two bytes.
            kept.append(line[max(0, first - 40) : first + _SAMPLE])
            size += len(kept[-1])
            if size > _SAMPLE:
                break
    return b"\n".join(kept)


def _decoded(sample: bytes, name: str) -> str:
    """The sample in this encoding; "" where it cannot be that. A last letter may be cut in two."""
    try:
        return sample.decode(name)
    except UnicodeDecodeError as error:
        return sample[: error.start].decode(name) if error.start > len(sample) - 4 and len(sample) > 200 else ""


# ---- alphabets --------------------------------------------------------------------------------------------------


def _latin(sample: bytes) -> list[_Guess]:
    found: list[_Guess] = []
    for encodings, languages in _LATIN:
        for order, name in enumerate(encodings):
            text = _decoded(sample, name)
            signs, letters = _well_placed(text)
            total = max(1, _odd_of(text))
            shares = [(signs + _known(letters, each)) / total for each in languages]
            # A text in several languages may be; one in a single language is likelier.
            shares.append((signs + _known(letters, "".join(languages))) / total - 0.03)
            found.append(_Guess(max(shares) - 0.01 * order, name))
    return found


def _well_placed(text: str) -> tuple[int, Counter[str]]:
    """How many odd signs stand where such signs do, and which odd letters where letters do."""
    signs, letters = 0, Counter[str]()
    for found in _ODD.finditer(text):
        letter = found[0]
        before, after = text[found.start() - 1 : found.start()] or " ", text[found.end() : found.end() + 1] or " "
        if letter in _OPENING:
            signs += not before.isalpha()
        elif letter in _SIGNS:
            # Nothing but an apostrophe stands inside of a word.
            signs += letter in "’·" or not (before.isalpha() and after.isalpha())
        elif letter in "²³½¼¾ªº":
            signs += not after.isalpha() and (before == "m" or not before.isalpha())
        elif not (
            (letter.isupper() and before.islower())
            # Two odd letters side by side are common in some languages, three in none.
            or (before > "\x7f" and before.isalpha() and after > "\x7f" and after.isalpha())
        ):
            letters[letter.lower()[:1]] += 1
    return signs, letters


def _known(letters: Counter[str], alphabet: str) -> int:
    return sum(count for letter, count in letters.items() if letter in alphabet)


def _alphabetic(sample: bytes) -> list[_Guess]:
    found: list[_Guess] = []
    for encodings, letters, full, share in _ALPHABETS:
        for order, name in enumerate(encodings):
            found.append(_Guess(_share(_decoded(sample, name), letters, full, share) - 0.01 * order, name))
    return found


def _share(text: str, letters: str, full: str, share: float) -> float:
    fine = total = usual = 0
    for found in _ODD.finditer(text):
        letter, lower = found[0], found[0].lower()
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        total += 1
        if letter in _SIGNS or letter == "№":
            fine += 1
        elif lower in letters:
            # No word is written in two alphabets, or has a large letter behind a small one.
            mixed = any(each.isascii() and each.isalpha() for each in (before, after))
            fine += not mixed and not (letter != lower and before != before.upper())
            usual += lower in full
    return fine / total - max(0.0, share - usual / total) if total else 0.0


# ---- East Asia --------------------------------------------------------------------------------------------------

_KANA = re.compile("[\u3041-\u30ff]")
_HALF = re.compile("[\uff61-\uff9f]")
# A small Latin letter at its side is a sign that this is none.
_HANGUL = re.compile("(?<![a-z])[\uac00-\ud7a3](?![a-z])")
_HAN = re.compile("(?<![a-z])[\u4e00-\u9fff](?![a-z])")
_MARKS = re.compile("[\u3000-\u3020\uff00-\uff5e·–—‘’“”…]")


def _asian(sample: bytes) -> list[_Guess]:
    found: list[_Guess] = []
    for name in ("cp932", "euc_jp"):
        text = _decoded(sample, name)
        odd, kana = _odd_of(text), len(_KANA.findall(text))
        # Hardly a Japanese sentence does without its own letters.
        if odd and kana >= 0.15 * odd:
            known = kana + len(_MARKS.findall(text)) + _common(text, _HAN, "shift_jis", 0x88, 0xEA)
            found.append(_Guess((known - len(_HALF.findall(text))) / odd, name))
    for name, signs, table, first, last in (
        ("cp949", _HANGUL, "euc_kr", 0xB0, 0xC8),
        ("gb18030", _HAN, "gb2312", 0xB0, 0xD7),
        ("big5hkscs", _HAN, "big5", 0xA4, 0xC6),
    ):
        text = _decoded(sample, name)
        if odd := _odd_of(text):
            # What is read wrongly is full of signs that nobody uses.
            share = (_common(text, signs, table, first, last) + len(_MARKS.findall(text))) / odd
            found.append(_Guess(min(1.0, share + 0.1) if share > 0.8 else 0.0, name))
    return found


def _odd_of(text: str) -> int:
    return len(_ODD.findall(text))


def _common(text: str, signs: re.Pattern[str], table: str, first: int, last: int) -> int:
    """How many of these signs lie in the part of a national table that holds the common ones."""
    codes = [sign.encode(table, "ignore") for sign in signs.findall(text)]
    return sum(bool(code) and first <= code[0] <= last for code in codes)
