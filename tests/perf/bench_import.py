"""How fast files come in, with how much memory, and how soon a watched folder is current again.

    python -m tests.perf.bench_import FOLDER [--make N] [--window] [--watch CHANGES]

Reads FOLDER into a fresh library, and again unchanged. `--make` fills it with so many documents of twelve formats, 5 kB
of text in the mean, all different. `--window` reads through the window and tells how long it ever stood still.
`--watch` keeps the folder current, changes, moves and deletes so many of its files, and compares with a fresh import.
"""

import argparse
import os
import random
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Any

import psutil

from personal_ai import paths
from personal_ai.documents.library import AddFinished, Library
from personal_ai.documents.watching import FolderState, TakenOver
from personal_ai.services import Services
from tests.documents.files import make_pdf, make_raw_docx

MADE = Path(__file__).parents[1] / "documents" / "made"
MEAN = 5000


def main() -> None:
    """Print a line for each thing measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--make", type=int)
    parser.add_argument("--window", action="store_true")
    parser.add_argument("--watch", type=int)
    wanted = parser.parse_args()
    if wanted.make:
        make(wanted.folder, wanted.make)
    with tempfile.TemporaryDirectory() as home:
        if wanted.window:
            window(Path(home), wanted.folder)
            return
        services = Services(paths.locate(Path(home)))
        read(services.library, wanted.folder)
        if wanted.watch:
            watch(services, wanted.folder, wanted.watch)
        services.close()


# ---- what is measured -------------------------------------------------------------------------------------------


class Usage:
    """Memory of all processes of this program, sampled on a thread, and their processor time."""

    def __init__(self) -> None:
        self.peak = 0.0
        self.children: dict[int, float] = {}
        self._stop = threading.Event()
        self._began, self._own = time.monotonic(), time.process_time()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _sample(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(0.25):
            total = _memory(me)
            for child in me.children(recursive=True):
                try:
                    total += _memory(child)
                    spent = child.cpu_times()
                    self.children[child.pid] = spent.user + spent.system
                except psutil.Error:
                    continue
            self.peak = max(self.peak, total)

    def tell(self, name: str, documents: int) -> None:
        """Print a line and stop."""
        self._stop.set()
        seconds, own = time.monotonic() - self._began, time.process_time() - self._own
        workers = sum(self.children.values())
        print(
            f"{name}: {documents} documents in {seconds:.2f} s ({documents / seconds:.0f} a second; "
            f"{documents / max(own, workers, 0.01):.0f} by the processor time of the busier side), "
            f"processor {own:.2f} s here and {workers:.2f} s in workers, peak memory {self.peak / 1e6:.0f} MB",
            flush=True,
        )


def _memory(process: psutil.Process) -> int:
    """What a process has of its own; pages that several share count in parts where the system tells."""
    full = process.memory_full_info()
    return getattr(full, "pss", full.uss)


def read(library: Library, folder: Path) -> None:
    """Read a folder, and again."""
    for name in ("new", "unchanged"):
        usage, end = Usage(), None
        for end in library.add([folder]):  # noqa: B007 - the last event is the result
            pass
        assert isinstance(end, AddFinished)
        usage.tell(name, end.documents + end.unchanged)
        for skip in end.skipped[:3]:
            print("  skipped", skip.reason)


# ---- the window -------------------------------------------------------------------------------------------------


def window(home: Path, folder: Path) -> None:
    """Read a folder through the window, a clock beating in its thread."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEventLoop, QTimer

    from personal_ai import app
    from personal_ai.ui.theme import Theme
    from tests.ui.fakes import FakeServices

    application = app.build_application()
    services = FakeServices(paths.locate(home))
    services.change_settings(welcomed=True, tray=False)
    program = app.Program(services, Theme(application))
    program.open()
    program.window.show_page("library")
    page = program.window.library_page
    gaps: list[float] = []
    last = time.perf_counter()
    worked = time.thread_time()

    def beat() -> None:
        nonlocal last, worked
        now, busy = time.perf_counter(), time.thread_time()
        gaps.append(1000 * (now - last))
        spent.append(1000 * (busy - worked))
        last, worked = now, busy

    spent: list[float] = []
    timer = QTimer(interval=5)
    timer.timeout.connect(beat)
    loop = QEventLoop()
    QTimer.singleShot(1500, loop.quit)
    loop.exec()
    ended = QTimer(interval=100)
    ended.timeout.connect(lambda: None if page._job else QTimer.singleShot(2500, loop.quit))
    usage = Usage()
    last, worked = time.perf_counter(), time.thread_time()
    page.add([folder])
    timer.start()
    ended.start()
    loop.exec()
    usage.tell("through the window", services.library.counts().documents)
    for what, times in (("stood still", gaps), ("worked at one thing (processor)", spent)):
        ordered = sorted(times)
        print(
            f"  the window's thread {what} for {ordered[-1]:.0f} ms at most; over 100 ms: "
            f"{sum(each > 100 for each in times)} of {len(times)} beats; "
            f"99 of 100 under {ordered[int(0.99 * len(ordered))]:.0f} ms"
        )
    program.window.hide()
    program.close()


# ---- a watched folder -------------------------------------------------------------------------------------------


def watch(services: Services, folder: Path, changes: int) -> None:
    """Keep a folder current while files in it are changed, moved and deleted."""
    watching = services.watching
    watching.add(folder)
    states: list[str] = []
    took: list[TakenOver] = []
    ended = [0.0]

    def follow() -> None:
        for event in watching.watch():
            if isinstance(event, FolderState):
                states.append(event.state)
            else:
                took.append(event)
            ended[0] = time.monotonic()

    thread = threading.Thread(target=follow, daemon=True)
    began = time.monotonic()
    thread.start()
    _until(lambda: states[-1:] == ["current"])
    print(f"found nothing new in {time.monotonic() - began:.2f} s when it began", flush=True)
    idle, woken = time.process_time(), _switches()
    time.sleep(10)
    print(
        f"while nothing happens it works {100 * (time.process_time() - idle):.0f} ms in 10 s "
        f"and wakes {_switches() - woken} times",
        flush=True,
    )
    busy = time.process_time()
    chance = random.Random(5)
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix in (".md", ".txt", ".html"))
    (folder / "moved").mkdir(exist_ok=True)
    chosen = chance.sample(files, changes)
    counted = {"changed": 0, "moved": 0, "deleted": 0}
    for number, file in enumerate(chosen):
        if number % 3 == 0:
            file.write_text(f"{file.read_text()}\n\nA line that was added, number {number}.")
            counted["changed"] += 1
        elif number % 3 == 1:
            file.rename(folder / "moved" / file.name)
            counted["moved"] += 1
        else:
            file.unlink()
            counted["deleted"] += 1
    last = time.monotonic()
    taken = lambda: [sum(getattr(each, name) for each in took) for name in ("added", "moved", "gone")]  # noqa: E731
    _until(
        lambda: taken() == list(counted.values()) and states[-1:] == ["current"], lambda: print(taken(), states[-1:])
    )
    print(
        f"{counted}: current again {ended[0] - last:.2f} s after the last of them, "
        f"processor {time.process_time() - busy:.2f} s here",
        flush=True,
    )
    watching.stop()
    thread.join(20)
    with tempfile.TemporaryDirectory() as home:
        fresh = Services(paths.locate(Path(home)))
        for _ in fresh.library.add([folder]):
            pass
        ours, theirs = _indexed(services.library), _indexed(fresh.library)
        fresh.close()
    different = [path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path)]
    print(
        f"compared with a fresh import: {len(ours)} and {len(theirs)} documents, {len(different)} differ", different[:3]
    )


def _switches() -> int:
    return psutil.Process().num_ctx_switches().voluntary


def _until(condition: Callable[[], bool], tell: Callable[[], None] = lambda: None) -> None:
    end = time.monotonic() + 400
    while not condition():
        time.sleep(0.05)
        if time.monotonic() > end:
            tell()
            raise SystemExit("it never came to be")


def _indexed(library: Library) -> dict[str, Any]:
    rows = library.documents._db.query(
        """SELECT d.path, d.title, s.title, s.heading, s.text FROM search s JOIN chunks c ON c.id = s.rowid
             JOIN documents d ON d.id = c.document_id ORDER BY d.path, c.position"""
    )
    found: dict[str, Any] = {}
    for path, *rest in rows:
        found.setdefault(path, []).append(rest)
    return found


# ---- documents --------------------------------------------------------------------------------------------------


def make(folder: Path, count: int) -> None:
    """Write documents of twelve formats in turn, into folders of a hundred."""
    chance = random.Random(11)
    words = [_word(chance) for _ in range(30_000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    formats: dict[str, Callable[[Path, str, list[str]], object]] = {
        "md": lambda path, title, parts: path.write_text(f"# {title}\n\n## Begin\n\n" + "\n\n".join(parts)),
        "txt": lambda path, title, parts: path.write_text(f"{title}\n\n" + "\n\n".join(parts)),
        "html": lambda path, title, parts: path.write_text(_page(title, parts)),
        "csv": lambda path, title, parts: path.write_text(
            "what,how\n" + "\n".join(f'"{part[: len(part) // 2]}","{part[len(part) // 2 :]}"' for part in parts)
        ),
        "docx": lambda path, title, parts: make_raw_docx(path, _word_xml(title, parts)),
        "odt": lambda path, title, parts: _fill(path, "harbour-libreoffice.odt", {"content.xml": _odt(title, parts)}),
        "rtf": lambda path, title, parts: path.write_text(
            r"{\rtf1\ansi\deff0{\fonttbl{\f0 Times;}}\f0 " + r"\par ".join([title, *parts]) + r"\par}"
        ),
        "pptx": lambda path, title, parts: _fill(
            path, "harbour-pandoc.pptx", {"ppt/slides/slide2.xml": _slide(title, parts)}
        ),
        "xlsx": lambda path, title, parts: _fill(
            path, "stock-xlsxwriter.xlsx", {"xl/worksheets/sheet1.xml": _sheet(parts)}
        ),
        "epub": lambda path, title, parts: _fill(
            path, "harbour-pandoc.epub", {"EPUB/text/ch001.xhtml": _page(title, parts)}
        ),
        "eml": lambda path, title, parts: path.write_bytes(_mail(title, parts)),
        "pdf": lambda path, title, parts: make_pdf(path, [[title, *_lines(" ".join(parts))[:55]]]),
    }
    for number in range(count):
        kind = list(formats)[number % len(formats)]
        place = folder / f"folder {number // 100}"
        place.mkdir(parents=True, exist_ok=True)
        length = chance.lognormvariate(0, 0.7) * MEAN * 0.78
        parts: list[str] = []
        while sum(map(len, parts)) < length:
            said = chance.choices(words, weights, k=chance.randint(20, 110))
            parts.append(" ".join(said).capitalize() + ".")
        title = f"{' '.join(chance.choices(words, k=3)).capitalize()} {number}"
        formats[kind](place / f"{number} {words[number % 997]}.{kind}", title, parts)


def _word(chance: random.Random) -> str:
    onsets = ["", *"bcdfghjklmnprstvw", "br", "ch", "cl", "fr", "gr", "pl", "sh", "sp", "st", "th", "tr"]
    codas = ["", "", "", *"nrstlmd", "nd", "rt", "ing", "ed", "s"]
    return "".join(
        chance.choice(onsets) + chance.choice("aeiou") + chance.choice(codas) for _ in range(chance.randint(1, 3))
    )


def _page(title: str, parts: list[str]) -> str:
    body = "".join(f"<p>{escape(part)}</p>" for part in parts)
    head = f"<head><title>{title}</title></head>"
    return f'<html xmlns="http://www.w3.org/1999/xhtml">{head}<body><h1>{title}</h1>{body}</body></html>'


def _word_xml(title: str, parts: list[str]) -> str:
    body = "".join(f"<w:p><w:r><w:t>{escape(part)}</w:t></w:r></w:p>" for part in [title, *parts])
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return f"<w:document {names}><w:body>{body}</w:body></w:document>"


def _odt(title: str, parts: list[str]) -> str:
    kind = "urn:oasis:names:tc:opendocument:xmlns"
    names = f'xmlns:office="{kind}:office:1.0" xmlns:text="{kind}:text:1.0"'
    body = "".join(f"<text:p>{escape(part)}</text:p>" for part in [title, *parts])
    body = f"<office:body><office:text>{body}</office:text></office:body>"
    return f"<office:document-content {names}>{body}</office:document-content>"


def _slide(title: str, parts: list[str]) -> str:
    names = (
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    )
    body = "".join(f"<a:p><a:r><a:t>{escape(part)}</a:t></a:r></a:p>" for part in [title, *parts])
    named = "<p:nvSpPr><p:cNvPr id='1' name='x'/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>"
    shape = f"<p:sp>{named}<p:txBody>{body}</p:txBody></p:sp>"
    return f"<p:sld {names}><p:cSld><p:spTree>{shape}</p:spTree></p:cSld></p:sld>"


def _sheet(parts: list[str]) -> str:
    names = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rows = "".join(
        f'<row r="{at}"><c r="A{at}"><v>{at}</v></c><c r="B{at}" t="inlineStr"><is><t>{escape(part)}</t></is></c></row>'
        for at, part in enumerate(parts, 1)
    )
    return f"<worksheet {names}><sheetData>{rows}</sheetData></worksheet>"


def _mail(title: str, parts: list[str]) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = title, "Ida Holm <ida@example.org>", "me@example.org"
    message["Date"] = "Tue, 3 Mar 2026 10:00:00 +0000"
    message["Message-ID"] = f"<{abs(hash(title))}@example.org>"
    message.set_content("\n\n".join(parts))
    return message.as_bytes()


def _lines(text: str) -> list[str]:
    found, line = [], ""
    for word in text.split():
        if len(line) + len(word) > 88:
            found.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*found, line]


def _fill(path: Path, sample: str, parts: dict[str, str]) -> None:
    """A file as another program made it, with other words in it."""
    with zipfile.ZipFile(MADE / sample) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        assert parts.keys() <= set(old.namelist()), old.namelist()
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))


if __name__ == "__main__":
    main()
