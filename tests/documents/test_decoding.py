"""Old encodings are told apart by what they make of words, and some damaged bytes cost no other."""

from pathlib import Path

import pytest

from personal_ai.documents.readers.decoding import decode, decode_as
from personal_ai.errors import UserError

TEXTS = {
    "de": "Die Bäume stehen über dem Bach, und Großmann kommt später.",
    "fr": "Les pommiers ont été taillés après la gelée. Où est l’échelle de Renée ?",
    "es": "Podamos los manzanos. ¿Dónde está la escalera? ¡Mañana vendrá el señor Ibáñez!",
    "is": "Við klipptum eplatrén við lækinn áður en frostið kom.",
    "pl": "Przyciąłem gałęzie jabłoni przed pierwszymi mrozami.",
    "cs": "Příští týden musíme ořezat jabloně u potoka. Žebřík půjčí soused.",
    "hu": "A hosszú létrát csütörtökön hozza a szomszéd. Őszre új kerítést építünk.",
    "tr": "Elma ağaçlarını perşembe günü budayacağız. İstanbul’da yağmur yok.",
    "ru": "Мы обрезали яблони у ручья до первых заморозков.",
    "uk": "Ми обрізали яблуні біля струмка до перших заморозків, її донька теж.",
    "el": "Κλαδέψαμε τις μηλιές πριν από τον παγετό. Άρχισε η άνοιξη.",
    "he": "גזמנו את עצי התפוח לפני הכפור.",
    "ar": "قلمنا أشجار التفاح قبل الصقيع.",
    "ja": "霜が降りる前に小川のそばのりんごの木を剪定しました。",
    "zh": "我们在霜冻之前修剪了小溪边的苹果树。",
    "ko": "서리가 내리기 전에 개울가의 사과나무 가지를 쳤습니다.",
}
CODES = {
    "de": ("cp1252", "mac_roman", "cp437", "cp850"),
    "fr": ("cp1252", "mac_roman"),
    "es": ("cp1252", "mac_roman"),
    "is": ("cp1252",),
    "pl": ("cp1250", "iso8859_2"),
    "cs": ("cp1250", "iso8859_2", "cp852"),
    "hu": ("cp1250", "iso8859_2"),
    "tr": ("cp1254",),
    "ru": ("cp1251", "koi8_r", "cp866"),
    "uk": ("cp1251", "koi8_u"),
    "el": ("cp1253", "iso8859_7"),
    "he": ("cp1255",),
    "ar": ("cp1256",),
    "ja": ("shift_jis", "euc_jp", "iso2022_jp"),
    "zh": ("gb18030", "gb2312"),
    "ko": ("euc_kr",),
}


@pytest.mark.parametrize(("language", "code"), [(language, code) for language in CODES for code in CODES[language]])
def test_a_sentence_in_an_old_encoding_is_read(language: str, code: str) -> None:
    text = TEXTS[language]
    assert decode(text.encode(code), Path("a.txt")) == text


def test_traditional_chinese_is_read() -> None:
    text = "我們在霜凍之前修剪了小溪邊的蘋果樹。鄰居借給我們一把梯子。"
    assert decode(text.encode("big5"), Path("a.txt")) == text


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("code", ["utf-16-le", "utf-16-be", "utf-16", "utf-32"])
def test_wide_letters_are_read_with_and_without_a_mark(language: str, code: str) -> None:
    text = f"{TEXTS[language]}\n" * 2
    assert decode(text.encode(code), Path("a.txt")) == text


@pytest.mark.parametrize("language", TEXTS)
def test_some_damaged_bytes_cost_no_other(language: str) -> None:
    text = TEXTS[language] * 2
    assert decode(text.encode() + b"\xc3", Path("a.txt")) == text
    assert decode(b"a\xff" + text.encode(), Path("a.txt")).endswith(text)
    # A line that an old program has written into a file of a new one.
    assert decode(f"{text}\n".encode() + "Grüße\n".encode("cp1252"), Path("a.txt")) == f"{text}\nGrüße\n"


def test_a_long_line_is_told_by_its_first_letters() -> None:
    text = TEXTS["ru"] * 20_000
    assert decode(text.encode("koi8_r"), Path("a.txt")) == text


def test_data_is_no_text_in_wide_letters() -> None:
    with pytest.raises(UserError, match="not a text file"):
        decode(bytes(byte * 37 % 256 for byte in range(3000)), Path("a.txt"))


@pytest.mark.parametrize(
    ("declared", "code", "text"),
    [
        ("iso-8859-1", "cp1252", "don’t – 5 €"),
        ("us-ascii", "utf-8", "Grüße"),
        ("ISO-8859-1", "utf-8", "Grüße"),
        ("GB2312", "gbk", "朱镕基"),
        ("Shift_JIS", "cp932", "①髙島屋"),
        ("ks_c_5601-1987", "cp949", "똠방각하"),
        ("utf-8", "cp1252", "Grüße aus Zürich"),
        ("windows-874", "cp874", "สวัสดี"),
        ("nobody knows", "utf-8", "Grüße"),
        ("hex", "utf-8", "6162"),
    ],
)
def test_a_declared_encoding_is_taken_for_what_programs_write(declared: str, code: str, text: str) -> None:
    assert decode_as(text.encode(code), declared, Path("a.txt")) == text
