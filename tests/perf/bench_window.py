"""What the window takes: its start, a flush, a long conversation, a resize, memory: python -m tests.perf.bench_window.

Each is the third quartile of several, in milliseconds of the window's thread: by the wall, and of the processor, which
other programs on the machine change less. Of hostile texts it is the longest turn of each.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "*=false")

import psutil
from PySide6.QtWidgets import QApplication

from personal_ai import app, paths
from personal_ai.ui import widgets
from personal_ai.ui.markdown_view import MarkdownView
from personal_ai.ui.theme import Theme
from tests.ui import fakes, hostile

MESSAGES = 300
PARAGRAPH = (
    "Your rent is due on the **3rd** of each month, and in *March* you paid `1,140` a day late, because of the bank "
    "holiday; the letter says so, and so does the budget.\n\n"
)
TEXT = (PARAGRAPH * 3 + "- one thing\n- another thing\n- a third thing\n\n```python\ntotal = 1140 * 12\n```\n\n") * 40


def main() -> None:
    """Print all of it."""
    with tempfile.TemporaryDirectory() as home:
        begin = [sys.executable, "-m", "tests.perf.window_start", home]
        # A package's window and every second start find their bytecode, whether or not any is written here.
        kept = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": f"{home}/bytecode"}
        starts = [
            read_start(subprocess.run([*begin, str(time.time())], capture_output=True, check=True, env=kept))
            for _ in range(6)
        ]
        say("the window on the screen, from the start of its process (≤ 800)", middle(starts[1:]))
    application = app.build_application()
    look = Theme(application)
    look.choose("light")
    with tempfile.TemporaryDirectory() as home:
        services = fakes.FakeServices(paths.locate(Path(home)))
        services.change_settings(welcomed=True, tray=False)
        fakes.put_sample_notes(services, 10)
        short, long = services.conversations.create("Short"), services.conversations.create("Long")
        for number in range(MESSAGES // 2):
            services.conversations.add_message(long, "user", f"Question {number}: when is the rent due?")
            services.conversations.add_message(long, "assistant", fakes.ANSWER, sources=services.session.sources())
        program = app.Program(services, look)
        program.open()
        program.window.resize(1040, 720)
        settle(application)
        page = program.window.chat_page
        say("a flush at 20,000 characters (≤ 4)", flush(application, look))
        page.open_conversation(short)
        settle(application)
        say(f"opening a conversation of {MESSAGES} messages (≤ 200)", timed(lambda: opened(application, page, long)))
        turns = []
        while page._view.grows_above:
            turns.append(timed(application.processEvents))
        say(
            "more of them coming above, the longest turn",
            (max(turn[0] for turn in turns), max(turn[1] for turn in turns)),
        )
        widths = [(1040 + 13 * step, 720) for step in range(12)]
        say("a step of resizing it (≤ 16)", worst(lambda size: resized(application, program, size), widths))
        print(f"memory with the newest of them shown: {memory():.0f} MB (≤ 220)")
        while not page._view.earlier.isHidden():
            page._view.show_earlier()
        settle(application)
        print(f"memory with all {MESSAGES} shown: {memory():.0f} MB (≤ 220)")
        say("a step of resizing all of them", worst(lambda size: resized(application, program, size), widths))
        program.window.hide()
        program.close()
    say("hostile texts, the longest turn (≤ 100)", stalls(application, look))


def read_start(ended: subprocess.CompletedProcess) -> tuple[float, float]:
    """What `window_start` printed: by the clock, and of the processor, of all of its threads."""
    wall, processor = ended.stdout.split()
    return float(wall), float(processor)


def middle(each: list[tuple[float, float]]) -> tuple[float, float]:
    """The middle one of each."""
    return statistics.median(one[0] for one in each), statistics.median(one[1] for one in each)


def flush(application: QApplication, look: Theme) -> tuple[float, float]:
    """Pieces of an answer that has become 20,000 characters long."""
    _page, view = shown(look)
    view.append(TEXT[:20_000])
    # What is still being drawn would be begun anew by every piece; the window lets it come to its end first.
    while not view.whole:
        application.processEvents()

    def add(piece: str) -> tuple[float, float]:
        return timed(lambda: (view.append(piece), view._draw_open()))

    return worst(add, [TEXT[20_000 + 20 * n : 20_020 + 20 * n] for n in range(60)])


def stalls(application: QApplication, look: Theme) -> tuple[float, float]:
    """Show every hostile text, let it grow, and make it narrower."""
    longest = (0.0, 0.0)
    for name, text in hostile.texts(9, Path("/nowhere/secret.png")).items():
        page, view = shown(look)
        turns = [timed(lambda view=view, text=text: view.show_text(text))]
        while not view.whole:
            turns.append(timed(application.processEvents))
        turns.append(timed(lambda page=page: (page.resize(690, 420), application.processEvents())))
        view.begin()
        for start in range(0, min(len(text), 40_000), 400):
            view.append(text[start : start + 400])
            turns.append(timed(application.processEvents))
        turns.append(timed(view.finish))
        while not view.whole:
            turns.append(timed(application.processEvents))
        here = max(turn[0] for turn in turns), max(turn[1] for turn in turns)
        print(f"  {name}: {here[0]:.0f} ms, processor {here[1]:.0f} ms")
        longest = max(longest[0], here[0]), max(longest[1], here[1])
        page.close()
        page.deleteLater()
        settle(application)
    return longest


def shown(look: Theme) -> tuple[widgets.Column, MarkdownView]:
    """A view as the chat has it: as high as its text, in a page that scrolls. By itself it would paint all of that."""
    page, view = widgets.Column(), MarkdownView(look)
    page.body.addWidget(view)
    page.body.addStretch(1)
    page.resize(740, 420)
    page.show()
    view.begin()
    return page, view


def opened(application: QApplication, page: object, id: int) -> None:
    page.open_conversation(id)  # type: ignore[attr-defined]
    application.processEvents()


def resized(application: QApplication, program: app.Program, size: tuple[int, int]) -> tuple[float, float]:
    return timed(lambda: (program.window.resize(*size), application.processEvents()))


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the wall and of the processor."""
    wall, processor = time.perf_counter(), time.thread_time()
    act()
    return (time.perf_counter() - wall) * 1000, (time.thread_time() - processor) * 1000


def worst(act: Callable, each: list) -> tuple[float, float]:
    """The third quartile of each: what is felt, without what another program did once."""
    found = sorted(act(one) for one in each)
    walls, processors = sorted(one[0] for one in found), sorted(one[1] for one in found)
    at = len(found) * 3 // 4
    return walls[at], processors[at]


def say(what: str, taken: tuple[float, float]) -> None:
    print(f"{what}: {taken[0]:.1f} ms, processor {taken[1]:.1f} ms", flush=True)


def settle(application: QApplication) -> None:
    end = time.perf_counter() + 0.3
    while time.perf_counter() < end:
        application.processEvents()


def memory() -> float:
    """What this process holds of memory by itself, in MB."""
    found = psutil.Process().memory_full_info()
    return getattr(found, "uss", found.rss) / 1e6


if __name__ == "__main__":
    main()
