"""Take a picture of every page, light and dark, in three sizes: python -m tests.ui.grab FOLDER [WORD…].

Words (such as `chat` or `dark`) keep only the pictures whose names hold all of them. SHOTS_LANGUAGE=zh_CN has the
window speak another language.
"""

import errno
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QPushButton, QScrollArea

from personal_ai import app, paths
from personal_ai.addon import Addon, Wanted
from personal_ai.errors import disk_sentence
from personal_ai.licences import Licence
from personal_ai.models.free import FREE_MODELS
from personal_ai.paths import RESOURCES
from personal_ai.ui import language, links
from personal_ai.ui.comparing import Comparing
from personal_ai.ui.import_card import end_words
from personal_ai.ui.message_views import Answer, Question
from personal_ai.ui.overlay import Overlay, Palette
from personal_ai.ui.theme import Theme
from tests.ui import fakes

SIZES = {"least": (640, 360), "small": (900, 620), "large": (1400, 900)}


def main(folder: Path, words: list[str]) -> None:
    """Write the pictures into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    application = app.build_application()
    language.choose(application, os.environ.get("SHOTS_LANGUAGE", "en"))
    look = Theme(application)
    if os.environ.get("SHOTS_RIGHT_TO_LEFT"):
        application.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    for full in (False, True):
        with tempfile.TemporaryDirectory() as home:
            services = fakes.FakeServices(paths.locate(Path(home)))
            services.change_settings(welcomed=True, tray=False)
            fakes.put_skill(services)
            if full:
                fakes.put_sample_notes(services)
                fakes.put_conversations(services)
                fakes.put_nights(services)
                fakes.put_models(services)
            program = app.Program(services, look)
            program._say_status()
            for scheme in ("light", "dark", "contrast"):
                for size in SIZES:
                    for name, prepare in SCENES.items():
                        title = f"{name}-{'full' if full else 'empty'}-{scheme}-{size}"
                        if all(word in title for word in words) and (full or name not in ONLY_FULL):
                            look.choose(scheme)
                            program.window.resize(*SIZES[size])
                            program.window.show()
                            prepare(program)
                            settle(350)
                            program.window.grab().save(str(folder / f"{title}.png"))
                            for over in program.window.findChildren(Overlay):
                                over.put_away()
                            # Else it would still stand in the way of the next one.
                            settle(0)
            program.window.hide()
            program.close()


def settle(milliseconds: int) -> None:
    """Let the window come to rest."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def chat(program: app.Program) -> None:
    """An old conversation, or the opening."""
    program.window.show_page("chat")
    rows = program.services.conversations.list()
    if rows:
        program.window.chat_page.open_conversation(max(row.id for row in rows))


def hovered(program: app.Program) -> None:
    """The pointer on an answer, and a sentence on top."""
    chat(program)
    settle(100)
    page = program.window.chat_page
    page.findChildren(Answer)[-1].hovered.emit(True)
    links.ask(page.banner, "https://example.org/a/long/address?with=parameters")


def made(program: app.Program) -> None:
    """How an answer was made."""
    program.window.chat_page.start_conversation()
    chat(program)
    settle(100)
    answer = program.window.chat_page.findChildren(Answer)[-1]
    answer.made.click()
    answer.hovered.emit(True)


def taught(program: app.Program) -> None:
    """A thumb under the last answer, the person's own answer above it."""
    program.window.chat_page.start_conversation()
    chat(program)
    settle(100)
    page = program.window.chat_page
    first, last = page.findChildren(Answer)[-2:]
    if not last.good.isChecked():
        page._lessons.thumb(last.message_id, True)
        page._lessons.better(first.message_id, "It is due on the **3rd**; in March you paid £1,140 on the 4th.")
    page.findChildren(Question)[-1].hovered.emit(True)
    last.hovered.emit(True)
    cursor = last.view.textCursor()
    cursor.setPosition(8)
    cursor.movePosition(cursor.MoveOperation.End, cursor.MoveMode.KeepAnchor)
    last.view.setTextCursor(cursor)


def bettering(program: app.Program) -> None:
    """A better answer being written."""
    taught(program)
    page = program.window.chat_page
    page.findChildren(Answer)[-1].begin_better()
    page.composer.edit.setPlainText("/remember The key is under the blue pot.")
    QTimer.singleShot(500, page.composer.edit.clear)


def comparing(program: app.Program) -> None:
    """Two answers to one question side by side."""
    chat(program)
    page = program.window.chat_page
    page.compare()
    settle(400)
    made = program.window.findChild(Comparing)
    assert made
    made.start.click()
    settle(600)


def dropping(program: app.Program) -> None:
    """Files over the window."""
    chat(program)
    program.window._drop_hint.cover(program.window)
    QTimer.singleShot(400, program.window._drop_hint.hide)


def opening(program: app.Program) -> None:
    """A conversation with nothing in it."""
    program.window.show_page("chat")
    program.window.chat_page.start_conversation()


def library(program: app.Program) -> None:
    """The list, and one note in front."""
    program.window.show_page("library")
    page = program.window.library_page
    page.search.clear()
    rows = program.services.library.list()
    if rows:
        page.open_document(rows[3].id)


def found(program: app.Program) -> None:
    """A search."""
    program.window.show_page("library")
    page = program.window.library_page
    page.search_here()
    page.search.setText("bicycle stolen")
    settle(400)
    page.list.setCurrentIndex(page.list.model().index(0, 0))


def imported(program: app.Program) -> None:
    """An import that skipped something."""
    library(program)

    class Skip:
        path, reason = (
            "/x/scan.pdf",
            "“scan.pdf” is locked with a password. Save a copy without one and add the copy.",
        )

    card = program.window.library_page.imports
    card.begin()
    card.end(end_words(60, 0, 1, 3.0), [Skip])
    card._toggle()
    full = disk_sentence(OSError(errno.ENOSPC, ""), "saving your data")
    program.window.library_page.banner.say(full, "error")


def learning(program: app.Program) -> None:
    """The newest morning and the nights."""
    program.window.show_page("learning")
    page = program.window.learning_page
    page._on_back()
    page.findChildren(QScrollArea)[0].verticalScrollBar().setValue(0)
    program.window.refresh()


def details(program: app.Program) -> None:
    """The curve and the proof."""
    learning(program)
    made = program.window.learning_page.findChild(QPushButton, "night-details")
    if made and made.text() == language.tr("Details"):
        made.click()
    settle(100)
    (scroll, *_) = program.window.learning_page.findChildren(QScrollArea)
    scroll.verticalScrollBar().setValue(scroll.verticalScrollBar().maximum())


def tonight(program: app.Program) -> None:
    """What it will learn tonight, one fact never, one being edited."""
    learning(program)
    page = program.window.learning_page
    page.look_through.click()
    assert page.tonight
    while page.tonight._all is None:
        settle(50)
    facts = page.tonight.facts
    if facts.fact:
        facts.refuse()
        settle(100)
        facts.begin_edit()
        settle(400)


def working(program: app.Program) -> None:
    """A night at work."""
    learning(program)
    program.services.fake_night.pause_seconds = 0.05  # type: ignore[attr-defined]
    if not program.learner.busy:
        program.learner.learn()


def models(program: app.Program) -> None:
    """The models, one with its defaults open."""
    program.window.show_page("models")
    settle(200)
    for card in list(program.window.models_page._cards.values())[:1]:
        card.open_defaults()


def models_end(program: app.Program) -> None:
    """The personas, one being written, and the free models."""
    program.window.show_page("models")
    settle(200)
    page = program.window.models_page
    page.personas.edit(next(iter(program.services.personas.list()), None))
    settle(100)
    bar = page.layout().itemAt(0).widget().verticalScrollBar()  # type: ignore[union-attr]
    bar.setValue(bar.maximum())


def free_model(program: app.Program) -> None:
    """Where a free model is to be had."""
    program.window.show_page("models")
    program.window.models_page.personas._close()
    program.window.models_page._on_where(FREE_MODELS[3])


def palette(program: app.Program) -> None:
    """The command palette, a few letters typed."""
    program.window.show_page("library")
    program.window.show_palette()
    made = program.window.findChild(Palette)
    assert made
    made.field.setText("ne")


def keys(program: app.Program) -> None:
    """All keys."""
    program.window.show_page("library")
    program.window.show_keys()


def settings(program: app.Program) -> None:
    """The choices."""
    program.window.show_page("settings")
    program.window.settings_page._on_back()


def privacy(program: app.Program) -> None:
    """What is kept where."""
    program.window.show_page("settings")
    program.window.settings_page.show_privacy()
    settle(800)


def privacy_end(program: app.Program) -> None:
    """An export that is done, and the words to be typed."""
    program.window.show_page("settings")
    program.window.settings_page.show_privacy()
    made = program.window.settings_page.privacy
    assert made
    made._words.setText("Exported 60 notes, 4 chats and 2 adapters to “/home/ida/Personal AI 2026-11-29.zip”.")
    made._words.show()
    made.typed.setText(language.tr("delete everything"))
    settle(800)
    (scroll, *_) = made.findChildren(QScrollArea)
    scroll.verticalScrollBar().setValue(scroll.verticalScrollBar().maximum())


def settings_end(program: app.Program) -> None:
    """The choices, further down."""
    program.window.show_page("settings")
    program.window.settings_page._on_back()
    settle(200)
    (scroll, *_) = program.window.settings_page.findChildren(QScrollArea)
    scroll.verticalScrollBar().setValue(scroll.verticalScrollBar().maximum())


def welcome(program: app.Program) -> None:
    """The first screen, and the last."""
    program._show_welcome()
    settle(50)
    made = program.window.findChild(QPushButton, "welcome-next")
    assert made
    made.click()
    made.click()
    settle(300)
    QTimer.singleShot(500, program.window.uncover)


def lacking(program: app.Program) -> None:
    """Learning without its add-on."""
    wanted = Wanted(key="abc", version="0.2.0", packed=98_000_000, unpacked=467_000_000)
    program.services._built["addon"] = Addon(wanted, program.services.paths.home / "nowhere")
    learning(program)
    settle(400)
    QTimer.singleShot(500, lambda: program.services._built.pop("addon", None))


def licences(program: app.Program) -> None:
    """What it is made of."""
    settings(program)
    page = program.window.settings_page
    text = (RESOURCES / "fonts" / "LICENCES.txt").read_text()
    names = [
        "apsw-sqlite3mc",
        "filelock",
        "Inter and JetBrains Mono",
        "Jinja2",
        "llama_cpp_python",
        "numpy",
        "Python",
        "Qt",
    ]
    page._licences = lambda: [Licence(name, "1.2.3", "MIT", "app", text) for name in names]
    page._show_licences()


SCENES: dict[str, Callable[[app.Program], None]] = {
    "chat": chat,
    "hovered": hovered,
    "made": made,
    "taught": taught,
    "bettering": bettering,
    "comparing": comparing,
    "dropping": dropping,
    "opening": opening,
    "library": library,
    "found": found,
    "imported": imported,
    "learning": learning,
    "details": details,
    "lacking": lacking,
    "licences": licences,
    "tonight": tonight,
    "models": models,
    "modelsend": models_end,
    "freemodel": free_model,
    "palette": palette,
    "keys": keys,
    "settings": settings,
    "settingsend": settings_end,
    "privacy": privacy,
    "privacyend": privacy_end,
    "working": working,
    "welcome": welcome,
}
ONLY_FULL = (
    "chat",
    "hovered",
    "made",
    "taught",
    "bettering",
    "comparing",
    "dropping",
    "found",
    "imported",
    "details",
    "lacking",
    "licences",
    "working",
    "settingsend",
    "privacy",
    "privacyend",
)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
