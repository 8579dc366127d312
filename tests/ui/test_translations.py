"""Every text of the window can be translated, all are in Chinese, and none is cut where a language takes more room."""

import ast
import errno
import importlib
import os
import re
import string
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from personal_ai import app, paths, start
from personal_ai import settings as saved
from personal_ai.errors import disk_sentence
from personal_ai.learning import schedule
from personal_ai.system import State
from personal_ai.ui import amounts, dates, language, widgets
from personal_ai.ui.error_list import ERRORS
from personal_ai.ui.language import tr
from personal_ai.ui.main_window import NAMES
from personal_ai.ui.sentence_list import SENTENCES
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme
from tests.ui import fakes, said_below

ROOT = Path(__file__).parents[2]


def _load():
    """packaging/ is a folder of scripts and no package."""
    sys.path.insert(0, str(ROOT / "packaging"))
    try:
        return importlib.import_module("translations")
    finally:
        sys.path.remove(str(ROOT / "packaging"))


translations = _load()
SOURCES = [ROOT / "personal_ai" / f"{name}.py" for name in translations.WINDOW]
SOURCES += sorted((ROOT / "personal_ai" / "ui").glob("*.py"))
CHINESE = translations.ts_file("zh_CN")


# ---- in the source ----------------------------------------------------------------------------------------------

#: Modules that say nothing to a person: colours and names of fonts; mathematical signs and marks.
SILENT = ("theme", "stylesheet", "tex", "tex_symbols", "formula", "markdown_blocks", "language")
#: What stays as it is in every language.
ALLOWED = {
    "Personal AI",  # the name
    "personal-ai-",
    "%(asctime)s %(name)s %(levelname)s %(message)s",  # the log
    "Apache 2.0",
    "MIT",
    *("KB", "MB", "GB", "Wh", "{n} Wh"),  # units
    *("Esc", "Return", "Shift+Return", "Tab", "Space", "F1", "(Ctrl+Enter)", "Ctrl+"),  # keys
    *("Cc", "Cf", "Co", "Cn", "Zl", "Zp"),  # kinds of letters
    "Personal AI (*)",  # a name, with a suffix
    "as it is",  # what a fact's state is called in the data
    "Locked",  # the name of a piece of work that nobody sees
    "CURRENT",  # a file
}
#: Calls whose words no person reads.
QUIET_CALLS = re.compile(
    r"setObjectName|setProperty|property|findChild|logger\.\w+|\bre\.\w+|cast|hasattr|getattr|QKeySequence|hasProperty|"
    r"getLogger|print"
)
#: Calls that show their first words, however they are written.
SHOWING = re.compile(
    r"(label|button|setText|setToolTip|setAccessibleName|setPlaceholderText|setWindowTitle|say|addAction)$"
)


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def _is_tr(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _called(node).removeprefix("language.") in ("tr", "QT_TR_NOOP")


class _Reader(ast.NodeVisitor):
    """Collects the words of a module that go through `tr`, and those that a person may read and that do not."""

    def __init__(self) -> None:
        self.marked: list[tuple[str, str]] = []
        self.bare: list[tuple[int, str]] = []
        self.twisted: list[int] = []

    def visit_Call(self, node: ast.Call) -> None:
        name = _called(node)
        if _is_tr(node):
            words = [part.value for part in node.args if isinstance(part, ast.Constant)]
            if words and len(words) == len(node.args):
                self.marked.append((words[0], words[1] if len(words) > 1 else ""))
            elif any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in node.args):
                self.twisted.append(node.lineno)
            return
        if QUIET_CALLS.search(name.split("(")[-1]) and not SHOWING.search(name):
            return
        if SHOWING.search(name) and node.args:
            shown = _words(node.args[0])
            if re.search(r"[A-Za-z]{2}", shown) and shown.strip() not in ALLOWED:
                self.bare.append((node.lineno, shown))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._look(node.lineno, node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._look(node.lineno, _words(node))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                # lupdate does not read inside of f-strings.
                if any(_is_tr(inner) and isinstance(inner.args[0], ast.Constant) for inner in ast.walk(part.value)):  # type: ignore[attr-defined]
                    self.twisted.append(node.lineno)
                self.visit(part.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_arg(self, node: ast.arg) -> None:
        """Annotations are no words."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        node.returns = None
        self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> None:
        self.visit(node.test)

    def visit_MatchValue(self, node: ast.MatchValue) -> None:
        """Compared, not shown."""

    def _look(self, line: int, words: str) -> None:
        if words.strip() in ALLOWED or re.fullmatch(r"(Ctrl|Shift)\+.*|(#|%|http|\.|<|\\)\S.*|\w+:", words):
            return
        if re.search(r"[a-zA-Z…,.;:]\s+[a-zA-Z“]|[a-z]{2}…|(?<![\w-])[A-Z][a-z]+(?![\w.-])", words):
            self.bare.append((line, words))


def _words(node: ast.AST) -> str:
    """The words of a literal, without what is put into them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value for part in node.values if isinstance(part, ast.Constant))
    return ""


def _read(file: Path) -> _Reader:
    reader = _Reader()
    reader.visit(ast.parse(file.read_text(encoding="utf-8")))
    return reader


def test_every_text_that_a_person_reads_can_be_translated() -> None:
    bare = {
        f"{file.name}:{line}": words for file in SOURCES if file.stem not in SILENT for line, words in _read(file).bare
    }

    assert not bare


def test_a_text_that_cannot_be_translated_is_found(tmp_path: Path) -> None:
    file = tmp_path / "page.py"
    file.write_text(
        'def build(n):\n    button("stop", "quiet")\n    x = {"a": "No answer came."}\n'
        '    y = f"Reading {n} notes"\n    z = tr(f"Reading {n}")\n    return f"{tr(\'within\')} {n}"\n'
    )

    found = _read(file)

    assert [words for _, words in found.bare] == ["stop", "No answer came.", "Reading  notes"]
    assert found.twisted == [5, 6]


def test_qt_finds_every_text_that_goes_through_tr() -> None:
    marked = {text for file in SOURCES for text in _read(file).marked}

    assert not {file.name: lines for file in SOURCES if (lines := _read(file).twisted)}
    assert {(text.source, text.about) for text in translations.texts()} == marked


# ---- the translation --------------------------------------------------------------------------------------------


def _places(text: str) -> list[tuple[str, str]]:
    return sorted((name, spec or "") for _, name, spec, _ in string.Formatter().parse(text) if name is not None)


def test_every_text_is_in_chinese_and_holds_the_same_places() -> None:
    said = translations.read(CHINESE)

    assert list(said) == translations.texts(), "run `poe words`, and translate what is new"
    assert not [text.source for text, words in said.items() if not words]
    assert not [text.source for text, words in said.items() if _places(text.source) != _places(words)]
    # Filters of file dialogs keep their patterns.
    assert not [
        text
        for text, words in said.items()
        if re.findall(r"\*\.\w+", text.source) != re.findall(r"\*\.\w+", words) and "(*" in text.source
    ]


def test_the_compiled_translation_is_that_of_the_source(qtbot: QtBot) -> None:
    compiled = QTranslator()
    assert compiled.load(str(CHINESE.with_suffix(".qm")))

    old = [
        text.source
        for text, words in translations.read(CHINESE).items()
        if compiled.translate(text.context, text.source, text.about or None) != words
    ]

    assert not old, "run `poe words`"


# ---- sentences from below ---------------------------------------------------------------------------------------

#: Put together from parts below, so that no text there reads like them.
PUT_TOGETHER = {"1 chat", "{} chats", "1 adapter", "{} adapters", "rich text"}
#: What the system says of a file that it refuses.
BY_THE_SYSTEM = {os.strerror(number) for number in errno.errorcode}
#: What an English word looks like.
WORD = re.compile("[A-Za-z]{3,}")


def test_every_sentence_in_the_list_is_said_below() -> None:
    bare = {re.sub(r"{\w+}", "{}", sentence) for sentence in (*SENTENCES, *ERRORS)}

    assert bare - said_below.every_text() - BY_THE_SYSTEM == PUT_TOGETHER


def test_every_sentence_that_the_window_may_show_is_in_the_list(speak: QCoreApplication) -> None:
    language.choose(speak, "zh_CN")
    # Names are the same in both.
    names = {name for words in translations.read(CHINESE).values() for name in WORD.findall(words)}

    english = [
        place
        for place, text in said_below.shown().items()
        if not names.issuperset(WORD.findall(said(text.replace("{}", "7"))))
    ]

    assert not english


def test_a_sentence_that_is_not_in_the_list_is_found() -> None:
    source = '''
def reads(path, old):
    """Read it. It is no sentence of the window."""
    if old:
        raise UserError(f"“{path.name}” is {old or 'new'}." + (" Try again." if path else ""))
    logger.warning("Nothing was read of it.")
    with self._database.transaction("saving what was read"):
        return "It was read to its end."
'''
    found = {text for _, text in said_below.texts_of(ast.parse(source))}

    assert found == {
        *("“{}” is {}.", "“{}” is {}. Try again.", "“{}” is new.", "“{}” is new. Try again."),
        *("saving what was read", "It was read to its end."),
    }


MONDAY = datetime(2026, 3, 2, 20, 0).astimezone()
NIGHT = MONDAY.replace(hour=2)
DECISIONS = [
    (MONDAY, {}, State(on_mains=True), 14, "今晚 01:00 之后，接通电源时：14 篇新笔记。"),
    (MONDAY, {"mains_only": False}, State(), 1, "今晚 01:00 之后：1 篇新笔记。"),
    (NIGHT, {}, State(on_mains=False, battery=41.0), 2, "等待中：电脑正在使用电池（剩余 41 %）。"),
    (NIGHT, {}, State(on_mains=True, idle_seconds=1.0), 2, "等待中：你正在使用电脑。"),
    (NIGHT, {}, State(on_mains=True, free_disk=0), 2, None),
    (NIGHT, {}, State(on_mains=True), 3, "现在学习：3 篇新笔记。"),
    (MONDAY, {"nights": False}, State(), 3, "夜间学习已关闭。"),
    (MONDAY, {}, State(), 0, "还没有可学的：请添加一些笔记。"),
]


@pytest.mark.parametrize(("now", "choices", "state", "notes", "expected"), DECISIONS)
def test_the_clock_of_the_night_speaks_chinese(
    speak: QCoreApplication, now: datetime, choices: dict[str, Any], state: State, notes: int, expected: str | None
) -> None:
    reason = schedule.decide(now, saved.Settings(**choices), None, notes, state).reason

    assert said(reason) == reason
    language.choose(speak, "zh_CN")
    assert not re.search("[A-Za-z]{3}", said(reason))
    assert expected is None or said(reason) == expected


def test_an_error_from_below_speaks_chinese_with_its_names_as_they_are(speak: QCoreApplication) -> None:
    language.choose(speak, "zh_CN")
    full = disk_sentence(OSError(errno.ENOSPC, "no space", "/x/notes"), "reading “plans.md”")

    assert said(full) == "磁盘已满，读取“plans.md”因此停止 (/x/notes)。请腾出空间后再试；没有任何改动。"
    assert said("“a {b} c.pdf” is empty, so there is nothing to read in it.") == "“a {b} c.pdf”是空的，没有内容可读。"
    gain = (
        "surprise at the right answer went from 1.10 to 0.70 nats a token "
        "(saved 0.40, 0.30 to 0.50, the last two its 90% interval)."
    )
    assert said(f"With your notes at hand, {gain}") == (
        "参考笔记时，对正确答案的意外度从每词元 1.10 nat 变为 0.70 nat"
        "（降低 0.40，0.30 至 0.50，后两个数是 90% 区间）。"
    )
    assert said("Nothing new to learn since 2 March.") == "3月2日以来没有新内容可学。"
    assert said("Nothing new to learn since 2 March 2025.") == "2025年3月2日以来没有新内容可学。"
    assert said("Nothing new to learn since 10:30 today.") == "今天 10:30 以来没有新内容可学。"
    assert said("Nobody has ever said this. Not even here.") == "Nobody has ever said this. Not even here."


PUT_INTO_EACH_OTHER = [
    (
        "Adapter 3 is incomplete, so adapter 2 is used instead. Remove it, or choose another under Learning.",
        "第 3 号适配器不完整，因此改用第 2 号适配器。请移除它，或在“学习”页选择别的。",
    ),
    (
        "“a.docx” is not really a Word file (it looks like a JPEG picture), so it was left out.",
        "“a.docx”其实不是Word 文件（看起来像JPEG 图片），已跳过。",
    ),
    (
        "“a.zip” is damaged, or not a zip archive. Make it again, or unpack it and add what is in it.",
        "“a.zip”已损坏，或不是zip 压缩包。请重新制作，或解压后添加里面的内容。",
    ),
    ("“m.gguf” is damaged (it claims 900 layers). Copy or download it again and add it once more.", None),
    (
        "Learning stood still twice. What was in use before still is; close other programs, or choose a smaller "
        "model, and try again.",
        "学习两次停滞不前。之前使用的仍在使用；请关闭其他程序，或选择更小的模型，然后再试。",
    ),
    ("3 of 12 · 3/7.bin", "第 3 项，共 12 项 · 3/7.bin"),
    ("Chats kept ready …", "备好的对话…"),
    (
        "Everything is deleted: 14 files, 3.1 MB, in “x”. What is not Personal AI's stayed there: “a”, “b”, “c” and 4 "
        "more.",
        "已全部删除：14 个文件，3.1 MB，位于“x”。不属于 Personal AI 的仍留在那里：“a”, “b”, “c”及另外 4 个。",
    ),
    (
        "Exported 3 notes, 1 chat and 2 adapters to “x”. Adapter 2 went out for llama.cpp only: its model is no longer "
        "here. Adapter 4 cannot be read. Choose another one; “personal-ai adapters” lists them.",
        "已将 3 篇笔记、1 个对话和 2 个适配器导出到“x”。第 2 号适配器只导出了 llama.cpp 格式：它的模型已不在这里。"
        "第 4 号适配器无法读取。请选择别的；用“personal-ai adapters”可列出现有的。",
    ),
    ("Asked just now: this window and its 2 workers hold 1 network connections.", None),
]


@pytest.mark.parametrize(("sentence", "chinese"), PUT_INTO_EACH_OTHER)
def test_sentences_that_are_put_together_speak_chinese(
    speak: QCoreApplication, sentence: str, chinese: str | None
) -> None:
    language.choose(speak, "zh_CN")

    assert said(sentence) != sentence
    assert chinese is None or said(sentence) == chinese


def test_a_banner_shows_a_sentence_from_below_in_chinese(speak: QCoreApplication, look: Theme, qtbot: QtBot) -> None:
    language.choose(speak, "zh_CN")
    banner = widgets.Banner(look)
    qtbot.addWidget(banner)

    banner.say("This note is no longer in your library. Add its file again to bring it back.", "warning")

    assert banner.text == "这篇笔记已不在你的资料库中。重新添加它的文件即可恢复。"


# ---- the choice -------------------------------------------------------------------------------------------------


@pytest.fixture
def speak(qtbot: QtBot) -> Iterator[QCoreApplication]:
    """The application, English again afterwards."""
    application = app.build_application()
    yield application
    language.choose(application, "en")


def test_the_language_of_the_settings_is_used_and_given_back(speak: QCoreApplication) -> None:
    language.choose(speak, "zh_CN")
    chinese = tr("Settings"), dates.day("2026-05-12T10:00:00+00:00"), amounts.count_words(3, "note")
    copy = QCoreApplication.translate("QWidgetTextControl", "&Copy")
    language.choose(speak, "en")

    assert chinese == ("设置", "5月12日", "3 篇笔记")
    assert copy.startswith("复制"), "Qt's own menus"
    assert tr("Settings") == "Settings"
    assert not speak.findChildren(QTranslator) or language.in_use() == "en"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["zh-Hans-CN", "zh-CN", "zh"], "zh_CN"),
        (["zh-CN"], "zh_CN"),
        (["zh-Hant-TW", "zh-TW", "zh"], "en"),
        (["en-GB", "zh-CN"], "en"),
        (["de-DE"], "en"),
        ([], "en"),
    ],
)
def test_the_language_of_the_system_is_followed(
    monkeypatch: pytest.MonkeyPatch, names: list[str], expected: str
) -> None:
    class System:
        def uiLanguages(self) -> list[str]:  # noqa: N802
            return names

    monkeypatch.setattr(language.QLocale, "system", staticmethod(System))

    assert language.of_system() == expected


def test_the_program_starts_in_the_language_of_its_settings(
    speak: QCoreApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = paths.locate(tmp_path / "home")
    saved.save(where.settings, saved.Settings(language="zh_CN"))
    monkeypatch.setattr(start, "let_in", lambda *_args, **_more: None)

    assert start.main(where) == 0

    assert tr("Settings") == "设置"


def test_a_choice_of_a_language_is_kept(program: app.Program, qtbot: QtBot) -> None:
    program.window.show_page("settings")
    page = program.window.settings_page

    page._language.chosen.emit("zh_CN")

    assert saved.load(program.services.paths.settings).language == "zh_CN"


# ---- on the pages -----------------------------------------------------------------------------------------------


@pytest.fixture
def full(speak: QCoreApplication, look: Theme, tmp_path: Path) -> Iterator[fakes.FakeServices]:
    """Data for every page."""
    services = fakes.FakeServices(paths.locate(tmp_path / "home"))
    services.change_settings(welcomed=True, tray=False)
    fakes.put_skill(services)
    fakes.put_sample_notes(services, 6)
    fakes.put_conversations(services)
    fakes.put_nights(services)
    fakes.put_models(services)
    yield services
    services.close()


def _open(services: fakes.FakeServices, look: Theme) -> app.Program:
    program = app.Program(services, look)
    program.window.resize(program.window.minimumSize())
    program.open()
    return program


def _close(program: app.Program) -> None:
    program.close()
    program.window.close()
    program.window.deleteLater()


def _visit(program: app.Program, qtbot: QtBot) -> Iterator[str]:
    """Bring every page to the front, with something on it."""
    window = program.window
    for key in NAMES:
        window.show_page(key)
        if key == "chat":
            window.chat_page.open_conversation(max(row.id for row in program.services.conversations.list()))
        elif key == "library":
            window.library_page.open_document(program.services.library.list()[3].id)
        elif key == "learning":
            qtbot.waitUntil(lambda: bool(window.learning_page._plan.text()), timeout=60_000)
        elif key == "models":
            qtbot.waitUntil(lambda: bool(window.models_page._cards), timeout=60_000)
        qtbot.wait(200)
        yield key
    window.settings_page.show_privacy()
    privacy = window.settings_page.privacy
    assert privacy
    qtbot.waitUntil(lambda: privacy._places.count() > 0 and privacy._proofs.count() > 0, timeout=60_000)
    yield "privacy"
    window.show_page("learning")
    window.learning_page.look_through.click()
    tonight = window.learning_page.tonight
    assert tonight
    qtbot.waitUntil(lambda: tonight._all is not None, timeout=60_000)
    qtbot.wait(100)
    yield "tonight"


def _shown(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    """What can be seen and read, or heard."""
    for made in window.findChildren(QWidget):
        if made.isVisible():
            words = made.text() if isinstance(made, QLabel | QAbstractButton) else ""
            hint = made.placeholderText() if isinstance(made, QLineEdit) else ""
            yield from ((made, each) for each in (words, hint, made.accessibleName()) if each)


def test_every_page_speaks_chinese(
    full: fakes.FakeServices, speak: QCoreApplication, look: Theme, qtbot: QtBot
) -> None:
    language.choose(speak, "zh_CN")
    english = {text.source for text, words in translations.read(CHINESE).items() if words != text.source}
    program = _open(full, look)
    try:
        for page in _visit(program, qtbot):
            shown = [words for _, words in _shown(program.window)]
            assert not [words for words in shown if words in english], page
            # Titles and texts of notes and chats are the person's own.
            assert sum(bool(re.search(r"[\u4e00-\u9fff]", words)) for words in shown) > 10, page
    finally:
        _close(program)


class Longer(QTranslator):
    """A language that does not exist: every text is about 35 % longer than in English."""

    def isEmpty(self) -> bool:  # noqa: N802
        return False

    def translate(self, context: str, source: str, _about: str | None = None, _n: int = -1) -> str | None:  # type: ignore[override]
        return longer(source) if not context else None


def longer(text: str) -> str:
    """`text` with letters doubled until it is 35 % longer; what stands in {} stays."""
    parts = []
    for words, name, spec, _ in string.Formatter().parse(text):
        due = 0.0
        for letter in words.replace("{", "{{").replace("}", "}}"):
            parts.append(letter)
            due += 0.35 if letter.isascii() and letter.isalpha() else 0.0
            if due >= 0.5 and letter.isascii() and letter.isalpha():
                parts.append(letter)
                due -= 1
        if name is not None:
            parts.append(f"{{{name}{':' + spec if spec else ''}}}")
    return "".join(parts)


def test_the_language_that_does_not_exist_is_35_percent_longer() -> None:
    text = "Deleted the chat “{title}”, with {n:,} notes that nobody else has read."

    assert len(longer(text)) == pytest.approx(1.3 * len(text), rel=0.07)
    assert _places(longer(text)) == _places(text)


def _cut(window: QWidget) -> Iterator[str]:
    """Labels, buttons and rows that have less room than their words need."""
    for made in window.findChildren(QWidget):
        if not made.isVisible() or not isinstance(made, QLabel | QAbstractButton) or isinstance(made, widgets.Elided):
            continue
        words = " ".join(made.text().split())
        if not words:
            continue
        if isinstance(made, QLabel) and made.wordWrap():
            needs, has = made.heightForWidth(made.width()), made.height()
        else:
            needs, has = made.sizeHint().width(), made.width()
        if needs > has + 1:
            yield f"{words!r} needs {needs} and has {has}"
        # What scrolls up and down does not scroll sideways.
        around = next((each for each in _parents(made) if isinstance(each, QScrollArea)), None)
        inside = around.viewport() if around else window
        right = made.mapTo(inside, made.rect().topRight()).x()
        if right > inside.width():
            yield f"{words!r} ends {right - inside.width()} pixels outside"


def _cut_at_rest(window: QWidget, qtbot: QtBot) -> list[str]:
    """What is cut once everything has its place."""
    found = list(_cut(window))
    for _ in range(50):
        if found:
            qtbot.wait(100)
            found = list(_cut(window))
    return found


def _parents(made: QWidget) -> Iterator[QWidget]:
    while (above := made.parentWidget()) is not None:
        yield above
        made = above


def test_nothing_is_cut_in_a_language_that_takes_more_room(
    full: fakes.FakeServices, speak: QCoreApplication, look: Theme, qtbot: QtBot
) -> None:
    pseudo = Longer(speak)
    speak.installTranslator(pseudo)
    program = _open(full, look)
    try:
        cut = {page: found for page in _visit(program, qtbot) if (found := _cut_at_rest(program.window, qtbot))}
    finally:
        speak.removeTranslator(pseudo)
        _close(program)

    assert not cut
