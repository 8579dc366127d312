"""Files that are broken or mean harm, of 27 kinds, the same ones for the same seed."""

import base64
import io
import json
import os
import shutil
import socket
import stat
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.documents.files import make_locked_pdf, make_pdf, make_raw_docx

MADE = Path(__file__).with_name("made")
#: Endings of which one is drawn where a kind fits any format.
ANY = (
    *(".md", ".txt", ".csv", ".pdf", ".docx", ".odt", ".rtf", ".pptx", ".xlsx", ".ods", ".epub", ".html"),
    *(".eml", ".mbox", ".enex", ".ics", ".vcf", ".json", ".zip"),
)
WORDS = ("the", "heron", "stands", "at", "pond", "while", "boats", "come", "in", "and", "rent", "is", "due", "on")
#: A file that grows, shrinks or goes away while it is read says so in its name.
RESTLESS = "restless"

Make = Callable[[Path, Random], Path]


def make_all(folder: Path, each: int, seed: int = 1) -> list[Path]:
    """Make `each` files of every kind below `folder`, a folder a kind; return their paths, good and bad ones mixed."""
    made: list[Path] = []
    for kind, make in KINDS.items():
        (folder / kind).mkdir(parents=True)
        for number in range(each):
            place = folder / kind / str(number)
            place.mkdir()
            made.append(make(place, Random(f"{seed} {kind} {number}")))
    Random(seed).shuffle(made)
    return made


@contextmanager
def restless(files: list[Path]) -> Iterator[None]:
    """Write to those files that are restless, for as long as the block lasts."""
    done, mine = threading.Event(), [path for path in files if RESTLESS in path.name]

    def disturb() -> None:
        while not done.wait(0.002):
            for path in mine:
                _disturb(path)

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _disturb(path: Path) -> None:
    try:
        if "replaced" in path.name:
            new = path.with_name(f"new-{path.name}.part")
            new.write_bytes(path.read_bytes()[:100_000] + b"\nmore")
            new.replace(path)
        elif "cut" in path.name:
            os.truncate(path, path.stat().st_size // 2 + 1)
        elif "gone" in path.name:
            path.unlink()
        elif path.stat().st_size < 20_000_000:
            with path.open("ab") as file:
                file.write(b"one line more about the heron\n")
    except OSError:
        pass


# ---- good files to spoil ----------------------------------------------------------------------------------------


def good(folder: Path, chance: Random, suffix: str = "") -> Path:
    """A sound file of this ending, else of any."""
    suffix = suffix or chance.choice(ANY)
    path = folder / f"note{suffix}"
    models = sorted(MADE.glob(f"*{suffix}"))
    if suffix == ".pdf":
        make_pdf(path, [[prose(chance, 12) for _ in range(20)] for _ in range(3)])
    elif suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(5):
                archive.writestr(f"Page {number} {number:032x}.md", prose(chance, 200))
    elif models:
        shutil.copyfile(chance.choice(models), path)
    else:
        path.write_text(_TEXTS.get(suffix, "{0}").replace("{0}", prose(chance, 400)))
    return path


def prose(chance: Random, words: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(words))


_TEXTS = {
    ".eml": "From: a@example.org\nTo: b@example.org\nSubject: Pond\nDate: Mon, 3 Mar 2025 10:00:00 +0100\n\n{0}",
    ".mbox": "From a@example.org Mon Mar  3 10:00:00 2025\nFrom: a@example.org\nSubject: Pond\n\n{0}\n\n" * 5,
    ".enex": '<?xml version="1.0"?><en-export><note><title>Pond</title><content><![CDATA[<en-note>{0}</en-note>]]>'
    "</content></note></en-export>",
    ".ics": "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20250303T100000Z\r\nSUMMARY:{0}\r\nEND:VEVENT\r\nEND:VCALENDAR",
    ".vcf": "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\nNOTE:{0}\r\nEND:VCARD\r\n",
    ".json": json.dumps(
        [{"uuid": "u", "name": "Pond", "chat_messages": [{"sender": "human", "text": "{0}"}], "created_at": ""}]
    ),
    ".md": "# Pond\n\n{0}\n",
}


def _spoil(folder: Path, chance: Random, spoil: Callable[[bytearray], None]) -> Path:
    path = good(folder, chance)
    data = bytearray(path.read_bytes())
    spoil(data)
    path.write_bytes(data)
    return path


# ---- the kinds --------------------------------------------------------------------------------------------------


def cut(folder: Path, chance: Random) -> Path:
    path = good(folder, chance)
    os.truncate(path, int(path.stat().st_size * chance.random()))
    return path


def flipped(folder: Path, chance: Random) -> Path:
    def flip(data: bytearray) -> None:
        for _ in range(chance.choice((1, 5, 50, len(data) // 10))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)

    return _spoil(folder, chance, flip)


def zeroed(folder: Path, chance: Random) -> Path:
    def zero(data: bytearray) -> None:
        start = chance.randrange(len(data))
        length = min(chance.choice((16, 512, 4096, len(data))), len(data) - start)
        data[start : start + length] = bytes(length)

    return _spoil(folder, chance, zero)


def wrong_suffix(folder: Path, chance: Random) -> Path:
    path = good(folder, chance)
    return path.rename(path.with_suffix(chance.choice([suffix for suffix in ANY if suffix != path.suffix])))


def noise(folder: Path, chance: Random) -> Path:
    path = folder / f"noise{chance.choice(ANY)}"
    heads = (b"", b"%PDF-1.7\n", b"PK\x03\x04", b"{\\rtf1", b"<?xml version='1.0'?>", b"From ", b"\xff\xfe", b"[{")
    path.write_bytes(chance.choice(heads) + chance.randbytes(chance.choice((1, 100, 10_000, 500_000))))
    return path


def empty(folder: Path, chance: Random) -> Path:
    path = folder / f"empty{chance.choice(ANY)}"
    path.write_bytes(b"" if chance.random() < 0.5 else chance.choice((b" ", b"\n" * 1000, b"\xef\xbb\xbf", b"\0")))
    return path


def sparse(folder: Path, chance: Random) -> Path:
    path = folder / f"sparse{chance.choice(ANY)}"
    with path.open("wb") as file:
        file.truncate(chance.choice((10 * 1024**3, 7 * 1024**3, 190 * 1024**2)))
    return path


def zip_bomb(folder: Path, chance: Random) -> Path:
    kind = chance.choice((".docx", ".xlsx", ".epub", ".zip", ".odt", ".pptx"))
    path = folder / f"bomb{kind}"
    size = chance.choice((20, 60, 300)) * 1024**2
    inner = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".odt": "content.xml"}.get(kind, "a.md")
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(inner, "w", force_zip64=True) as file,
    ):
        for _ in range(size // 1024**2):
            file.write(bytes(1024**2))
    return path


def nested_zip(folder: Path, chance: Random) -> Path:
    data = prose(chance, 100).encode()
    name = "note.md"
    for level in range(50):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
            archive.writestr(name, data)
        data, name = packed.getvalue(), f"level {level}.zip"
    path = folder / "nested.zip"
    path.write_bytes(data)
    return path


def lying_zip(folder: Path, chance: Random) -> Path:
    """Names that lead out, thousands of entries, sizes that lie, names twice."""
    path = folder / f"lying{chance.choice(('.zip', '.docx', '.xlsx', '.epub', '.odt'))}"
    names = ["../../evil.md", "/etc/evil.md", "a/../../b.md", "C:\\evil.md", "nul\0l.md", "é\u202e.md", "x" * 3000]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names + [f"{number}.md" for number in range(chance.choice((5, 12_000)))]:
            archive.writestr(name, prose(chance, 3))
    data = bytearray(path.read_bytes())
    if chance.random() < 0.5:
        at = data.rfind(b"PK\x01\x02")
        data[at + 24 : at + 28] = struct.pack("<I", chance.choice((0, 7, 0xFFFFFFFF)))
        path.write_bytes(data)
    return path


def xml_bomb(folder: Path, chance: Random) -> Path:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bombs = (
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l9;</x>',
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x>a</x>',
        f'<!DOCTYPE x [<!ENTITY q "{"a" * 50_000}">]><x>{"&q;" * 5000}</x>',
    )
    return _xml_file(folder, chance, '<?xml version="1.0"?>' + chance.choice(bombs))


def deep_xml(folder: Path, chance: Random) -> Path:
    depth = chance.choice((300, 5000, 200_000))
    tag = chance.choice(("div", "w:p", "text:p", "ul", "table", "b"))
    return _xml_file(folder, chance, f"<{tag}>" * depth + "deep" + f"</{tag}>" * depth)


def _xml_file(folder: Path, chance: Random, xml: str) -> Path:
    kind = chance.choice((".docx", ".odt", ".epub", ".enex", ".html", ".pptx", ".xlsx"))
    path = folder / f"markup{kind}"
    if kind in (".enex", ".html"):
        path.write_text(xml)
        return path
    if kind == ".docx":
        return make_raw_docx(path, xml)
    good(folder, chance, kind).rename(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chosen = chance.choice([name for name in parts if name.endswith((".xml", ".rels", ".opf", ".xhtml", ".html"))])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, xml if name == chosen else data)
    return path


def deep_nesting(folder: Path, chance: Random) -> Path:
    depth = chance.choice((500, 20_000, 200_000))
    kind = chance.choice((".json", ".md", ".rtf", ".eml", ".ics", ".html"))
    path = folder / f"deep{kind}"
    if kind == ".eml":
        lines = ["From: a@example.org", "MIME-Version: 1.0"]
        for level in range(min(depth, 3000)):
            lines += [f'Content-Type: multipart/mixed; boundary="b{level}"', "", f"--b{level}"]
        path.write_text("\n".join([*lines, "Content-Type: text/plain", "", "deep"]))
        return path
    texts = {
        ".json": '{"a":[' * depth,
        ".md": "> " * depth + "deep\n" + "- " * 2000 + "[" * depth + "*_" * depth,
        ".rtf": "{\\rtf1 " + "{" * depth + "deep" + "}" * depth,
        ".ics": "BEGIN:VCALENDAR\r\n" * depth + "SUMMARY:deep\r\n",
        ".html": "<table><tr><td>" * depth + "deep",
    }
    path.write_text(texts[kind])
    return path


def hostile_pdf(folder: Path, chance: Random) -> Path:
    path = folder / "hostile.pdf"
    flate = zlib.compress(bytes(200 * 1024**2 if chance.random() < 0.3 else 1024**2))
    kids = " ".join(["2 0 R"] * 2000)
    bodies: list[tuple[str, bytes]] = [
        (f"<< /Type /Pages /Kids [{kids}] /Count 2000 >>", b""),
        ("<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>", b""),
        ("<< /Type /Pages /Kids [3 0 R] /Count -5 /Parent 2 0 R >>", b""),
        (f"<< /Length {len(flate)} /Filter [/FlateDecode /FlateDecode] >>", flate),
        ("<< /Type /Pages /Kids [" + "[" * 50_000 + "] /Count 1 >>", b""),
    ]
    body, stream = chance.choice(bodies)
    shown = b"\nstream\n" + stream + b"\nendstream" if stream else b""
    page = "<< /Type /Page /Parent 2 0 R /Contents 2 0 R /AA << /O << /S /URI /URI (http://127.0.0.1:9/) >> >> >>"
    path.write_bytes(
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (/bin/sh) >> >>\nendobj\n"
        b"2 0 obj\n" + body.encode() + shown + b"\nendobj\n3 0 obj\n" + page.encode() + b"\nendobj\n"
        b"trailer\n<< /Root 1 0 R /Size 99999999 >>\nstartxref\n7\n%%EOF"
    )
    return path


def encrypted(folder: Path, chance: Random) -> Path:
    match chance.randrange(3):
        case 0:
            return make_locked_pdf(folder / "locked.pdf")
        case 1:
            path = good(folder, chance, chance.choice((".zip", ".docx", ".epub", ".xlsx")))
            data = bytearray(path.read_bytes())
            for head, flag in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
                at = data.find(head)
                while at >= 0:
                    data[at + flag] |= 1
                    at = data.find(head, at + 4)
            path.write_bytes(data)
            return path
        case _:
            path = folder / f"locked{chance.choice(('.docx', '.xlsx', '.pptx'))}"
            path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + chance.randbytes(5000))
            return path


_NAMES = (
    *(
        "заметки",
        "笔记",
        "メモ帳",
        "노트",
        "ملاحظات",
        "הערות",
        "σημειώσεις",
        "บันทึก",
        "नोट",
        "ჩანაწერი",
        "ግርግር",
        "𓀀𓂀",
        "👩‍👩‍👧",
    ),
    *(
        "new\nline",
        "tab\there",
        "\u202egnp.exe",
        "a\u0301\u0327" * 20,
        "\u200b",
        "“quotes” 'and' `ticks`",
        "%s %n {0}",
        "$(reboot)",
    ),
    *(
        "..",
        "-rf",
        "CON",
        "a" * 245,
        "é" * 120,
        "~",
        "*?[a]",
        "\x7f\x1b[31m",
        "\\backslash",
        ";semi",
        " leading",
        "dot.",
    ),
)


def hostile_name(folder: Path, chance: Random) -> Path:
    suffix = chance.choice((".md", ".txt", ".csv", ".html"))
    name = chance.choice([*map(os.fsencode, _NAMES), b"\xff\xfe latin \xe9", b"\x80", b"half \xc3"]) + suffix.encode()
    path = folder / os.fsdecode(name)
    path.write_text(prose(chance, 50) if chance.random() < 0.7 else "")
    return path


def loop(folder: Path, chance: Random) -> Path:
    """Links to themselves, to nothing, out of the folder, to a folder above: and a folder that contains itself so."""
    path = folder / f"loop{chance.choice(('.txt', '.md', '.zip', ''))}"
    aims = (path.name, "missing.txt", "/etc/passwd", "..", ".", "/dev/zero", "/proc/self/mem", "/proc/kmsg")
    path.symlink_to(chance.choice(aims))
    return path


def pipe(folder: Path, chance: Random) -> Path:
    path = folder / f"pipe{chance.choice(('.txt', '.mbox', '.zip'))}"
    if chance.random() < 0.5:
        os.mkfifo(path)
        return path
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as listening:
        # Its name may have 107 bytes only.
        os.chdir(folder)
        try:
            listening.bind(path.name)
        finally:
            os.chdir(here)
    return path


def device(folder: Path, chance: Random) -> Path:
    path = folder / f"device{chance.choice(('.txt', '.mbox', '.pdf', '.zip'))}"
    try:
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, chance.choice((3, 5, 7, 8))))
    except OSError:
        path.symlink_to("/dev/zero")
    return path


def odd_text(folder: Path, chance: Random) -> Path:
    path = folder / f"odd{chance.choice(('.txt', '.md', '.csv', '.html', '.eml'))}"
    text = prose(chance, 300)
    odd = (
        text.encode("utf-16"),
        text.encode("utf-32-be"),
        b"\xff\xfe" + chance.randbytes(999),
        text.encode() + b"\xed\xa0\x80" * 50,
        b"\x00".join(text.encode().split()),
        text.replace("e", "é").encode("cp1252"),
        text.encode("cp500"),
        ("\u202e\u2066" * 5000 + text).encode(),
        ("\U000e0041" * 5000 + text).encode(),
        ("e\u0301\u0300" * 300_000).encode(),
        (text + "\u2028\u2029\x85\x0b\x0c").encode(),
        b"+AGE-+/v8-" * 500,
    )
    path.write_bytes(chance.choice(odd))
    return path


def one_line(folder: Path, chance: Random) -> Path:
    path = folder / f"line{chance.choice(('.txt', '.md', '.csv', '.html', '.ics', '.vcf', '.eml', '.rtf'))}"
    unit = chance.choice(
        ("a", "a ", ",", '"', "|", "<", "&", "[", "(", "`", "#", "\\", "=\n", "- \n", "\t", "&#0;", "{\\b ")
    )
    path.write_text(unit * (chance.choice((100_000, 4_000_000)) // len(unit)))
    return path


def huge_text(folder: Path, chance: Random) -> Path:
    path = folder / f"huge{chance.choice(('.txt', '.md', '.html', '.csv', '.mbox', '.enex'))}"
    block = (prose(chance, 2000) + "\n").encode() * 100
    with path.open("wb") as file:
        for _ in range(chance.choice((6, 30, 150)) * 1024**2 // len(block)):
            file.write(block)
    return path


def changing(folder: Path, chance: Random) -> Path:
    path = (
        folder / f"{RESTLESS} {chance.choice(('growing', 'cut', 'replaced'))}{chance.choice(('.txt', '.md', '.mbox'))}"
    )
    path.write_text((prose(chance, 200) + "\n") * chance.choice((10, 3000)))
    return path


def vanishing(folder: Path, chance: Random) -> Path:
    path = folder / f"{RESTLESS} gone{chance.choice(('.txt', '.md', '.html', '.zip'))}"
    path.write_text(prose(chance, 200))
    return path


def forbidden(folder: Path, chance: Random) -> Path:
    """Files that nobody may read, and folders by the name of a file."""
    if chance.random() < 0.5:
        path = folder / f"folder{chance.choice(ANY)}"
        path.mkdir()
        (path / "note.md").write_text(prose(chance, 30))
        return path
    path = good(folder, chance)
    path.chmod(0)
    return path


def bad_mail(folder: Path, chance: Random) -> Path:
    heads = (
        "Content-Type: text/plain; charset=x-unknown\nContent-Transfer-Encoding: base64\n\n!!!not base64!!!",
        'Content-Type: multipart/mixed; boundary="b"\n\n' + "--b\n\n" * 50_000,
        "Content-Type: message/rfc822\n\n" * 2000 + "Subject: deep\n\ndeep",
        "Subject: " + "=?utf-8?q?=C3?=" * 20_000 + "\n\nbody",
        "Date: Mon, 99 Foo 99999 99:99:99 +9999\nReferences: " + "<a@b> " * 100_000 + "\n\nbody",
        "Content-Transfer-Encoding: base64\n\n" + base64.b64encode(chance.randbytes(3_000_000)).decode(),
        ("X-Header: " + "a" * 998 + "\n") * 3000 + "\nbody",
        "\u0000: \u0000\n\n\u0000",
    )
    message = "From: a@example.org\n" + chance.choice(heads)
    if chance.random() < 0.5:
        path = folder / "bad.eml"
        path.write_text(message)
        return path
    path = folder / "bad.mbox"
    path.write_text((f"From a@example.org\n{message}\n\n")[:300_000] * 3 + "From \n" * 20_000)
    return path


def bad_lines(folder: Path, chance: Random) -> Path:
    """Calendars, contacts, rich text and exports that are wrong inside."""
    texts = {
        ".ics": "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:99999999T999999Z\r\nRRULE:FREQ=SECONDLY;COUNT=999999999\r\n"
        + "SUMMARY;X=" * 30_000
        + "\r\nEND:VCALENDAR",
        ".vcf": "BEGIN:VCARD\r\nPHOTO;ENCODING=b:" + "A" * 2_000_000 + "\r\nFN;CHARSET=none:=3D=\r\n" * 2000,
        ".rtf": "{\\rtf1\\bin2147483647 \\u-99999999 \\'zz" + "\\uc99999 " * 5000 + "{\\*\\x" * 5000,
        ".json": '[{"uuid": 7, "chat_messages": {"a": null}, "mapping": {"x": {"parent": "x", "children": ["x"]}}}]',
        ".enex": "<en-export>" + "<note><title>a</title><content>" * 20_000,
        ".csv": '"' + "a,\r" * 400_000,
        ".epub": "application/epub+zip",
    }
    kind = chance.choice(sorted(texts))
    path = folder / f"bad{kind}"
    path.write_text(texts[kind])
    return path


KINDS: dict[str, Make] = {
    make.__name__: make
    for make in (
        *(
            cut,
            flipped,
            zeroed,
            wrong_suffix,
            noise,
            empty,
            sparse,
            zip_bomb,
            nested_zip,
            lying_zip,
            xml_bomb,
            deep_xml,
        ),
        *(deep_nesting, hostile_pdf, encrypted, hostile_name, loop, pipe, device, odd_text, one_line, huge_text),
        *(changing, vanishing, forbidden, bad_mail, bad_lines),
    )
}
