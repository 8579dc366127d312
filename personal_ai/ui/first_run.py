"""The first minutes: what this is, something to read, and the first question, which is about what was found."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from personal_ai.ui import amounts, background, theme, widgets
from personal_ai.ui.flow import Flow
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.opening import QuestionCard
from personal_ai.ui.sentences import said

SCREENS = (
    (
        QT_TR_NOOP("An AI of your own"),
        QT_TR_NOOP(
            "It reads the notes you give it and answers from them, and every answer shows where it comes from. At "
            "night, while the machine is plugged in, it learns them, and keeps what it learned only if that helped."
        ),
    ),
    (
        QT_TR_NOOP("What it does not do"),
        QT_TR_NOOP(
            "It does not go online: the model runs here, and nothing leaves this machine. What is not in your notes "
            "it does not know, and mostly says so. The model is small: it finds better than it reasons, so look at the "
            "sources."
        ),
    ),
    (
        QT_TR_NOOP("What shall it read?"),
        QT_TR_NOOP(
            "Choose a folder of notes, mail and documents, or drop files onto this window. They are read, never "
            "changed or moved. To look around first, take the notes of an invented person."
        ),
    ),
)
#: Behind the screens of words: reading, and what was found.
READING, FOUND = len(SCREENS), len(SCREENS) + 1


class FirstRun(QWidget):
    """Ends with a question to ask, or "" where the person wants to look around, and with what is still to be read."""

    finished = Signal(str, list)
    #: Something is being read, so a first question is not far.
    started = Signal()

    def __init__(
        self, add: Callable[[Sequence[Path]], Iterator[Any]], suggest: Callable[[], list[str]], samples: Path
    ) -> None:
        """`add` imports files and folders, `suggest` tells questions that what was imported answers."""
        super().__init__()
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._add, self._suggest, self._samples = add, suggest, samples
        self._at, self._paths, self._last = 0, list[Path](), None
        #: How many notes can be asked.
        self._here = 0
        self._job: background.Job | None = None
        self._words = QStackedWidget()
        for title, sentence in SCREENS:
            self._words.addWidget(_screen(tr(title), widgets.label(tr(sentence))))
        self._build_reading()
        self._build_found()
        picture = QLabel()
        picture.setPixmap(theme.application_icon().pixmap(72, 72))
        self._dots = widgets.label("", "second", wrap=False)
        self._back = widgets.button(tr("Back"), "quiet", lambda: self._go(-1))
        self._next = widgets.button(tr("Next"), "primary", lambda: self._go(1), "welcome-next")
        self._begin = self._build_begin()
        self._said = widgets.label("", "warning", "welcome-said")
        self._said.hide()
        # Large letters on a small screen need more room than there is.
        scroll = widgets.Column(theme.zoomed(560))
        column = scroll.body
        column.addStretch(2)
        column.addWidget(picture)
        column.addWidget(self._words)
        column.addWidget(self._said)
        column.addWidget(self._begin)
        column.addLayout(widgets.row(self._dots, 1, self._back, self._next))
        column.addStretch(3)
        around = QHBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll)
        self._show()

    # ---- screens ----

    def _build_begin(self) -> QWidget:
        box = QWidget()
        line = Flow()
        box.setLayout(line)
        for text, kind, name, act in (
            (tr("Choose a folder…"), "primary", "folder", self._choose),
            (tr("Sample notes"), "", "samples", lambda: self.begin([self._samples])),
            (tr("Start empty"), "quiet", "nothing", lambda: self._finish("")),
        ):
            line.addWidget(widgets.button(text, kind, act, f"welcome-{name}"))
        return box

    def _build_reading(self) -> None:
        self._count = widgets.label("", "second", "welcome-count")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Reading"))
        leave = widgets.button(tr("Look around meanwhile"), "quiet", lambda: self._finish(""), "welcome-leave")
        self._words.addWidget(_screen(tr("Reading"), self._bar, self._count, leave))

    def _build_found(self) -> None:
        self._found = QVBoxLayout()
        self._found.setSpacing(theme.INSIDE)
        box = QWidget()
        box.setLayout(self._found)
        self._found.setContentsMargins(0, 0, 0, 0)
        self._words.addWidget(box)

    def _show_found(self, questions: list[str]) -> None:
        widgets.clear(self._found)
        event = self._last
        self._how_many = widgets.label("", "title")
        self._found.addWidget(self._how_many)
        self._count_here(self._here)
        if questions:
            self._found.addWidget(widgets.label(tr("Your notes answer these, for example:")))
        for question in questions:
            self._found.addWidget(QuestionCard(question, lambda question=question: self._finish(question)))
        other = tr("Ask something else") if questions else tr("Begin")
        kind = "" if questions else "primary"
        self._found.addWidget(widgets.button(other, kind, lambda: self._finish(""), "welcome-other"))
        if event and event.skipped:
            left = amounts.count_words(len(event.skipped), "file")
            why = said(event.skipped[0].reason)
            self._found.addWidget(
                widgets.label(tr("{files} could not be read. {why}").format(files=left, why=why), "second")
            )
        self._found.addStretch(1)
        self._at = FOUND
        self._show()

    def _go(self, steps: int) -> None:
        self._at = min(max(self._at + steps, 0), len(SCREENS) - 1)
        self._show()

    def _show(self) -> None:
        last, words = self._at == len(SCREENS) - 1, self._at < len(SCREENS)
        self._words.setCurrentIndex(self._at)
        self._dots.setText(tr("{n} of {all}").format(n=self._at + 1, all=len(SCREENS)) if words else "")
        self._back.setVisible(words and self._at > 0)
        self._next.setVisible(words and not last)
        # Room is kept for the last screen's buttons, so that nothing jumps on the way there.
        policy = self._begin.sizePolicy()
        policy.setRetainSizeWhenHidden(words)
        self._begin.setSizePolicy(policy)
        self._begin.setVisible(last)
        self.setFocus()

    # ---- reading ----

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("Choose a folder of notes"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.begin([Path(name) for name in names]))
        dialog.open()

    def begin(self, paths: Sequence[Path]) -> None:
        """Read these, and show how far it is."""
        if self._job:
            return
        self._paths, self._last, self._at = list(paths), None, READING
        self._said.hide()
        self._bar.setRange(0, 0)
        self._count.setText(tr("Looking for notes…"))
        self._wait_for(background.run(self._add(self._paths), self._on_event, self._on_read, self._on_failed))
        self._show()
        self.started.emit()

    def _on_event(self, event: Any) -> None:
        if hasattr(event, "total"):
            self._bar.setRange(0, max(event.total, 1))
            self._bar.setValue(event.done)
            self._count.setText(tr("{done:,} of {total:,}").format(done=event.done, total=event.total))
        else:
            self._last = event

    def _on_read(self, _result: Any) -> None:
        event = self._last
        if event is None or not event.documents + event.unchanged:
            reasons = [skip.reason for skip in event.skipped] if event else []
            self._on_failed(reasons[0] if reasons else tr("There was nothing to read in there. Choose another folder."))
            return
        self._here = event.documents + event.unchanged
        self._look_for_questions()

    def notes_came(self, count: int) -> None:
        """Go on to the first question: notes were added elsewhere, by a command or from a folder that stays current."""
        if self._at == FOUND:
            self._count_here(max(count, self._here))
        elif not self._job:
            self._here, self._last, self._at = count, None, READING
            self._look_for_questions()
            self._show()

    def _count_here(self, count: int) -> None:
        self._here = count
        self._how_many.setText(tr("{notes} can be asked now").format(notes=amounts.count_words(count, "note")))

    def _look_for_questions(self) -> None:
        self._count.setText(tr("Looking for a first question…"))
        self._bar.setRange(0, 0)
        self._wait_for(background.call(self._suggest, self._on_suggested, lambda _sentence: self._on_suggested([])))

    def _wait_for(self, job: background.Job) -> None:
        """Wait for this job, and tell nobody how it ended when this screen is gone by then."""
        self._job = job
        self.destroyed.connect(lambda: job.cancel(silent=True))

    def _on_suggested(self, questions: list[str]) -> None:
        self._job, self._paths = None, []
        self._show_found(questions)

    def _on_failed(self, sentence: str) -> None:
        self._job, self._paths, self._at = None, [], len(SCREENS) - 1
        self._said.setText(said(sentence))
        self._said.show()
        self._show()

    def _finish(self, question: str) -> None:
        if self._job:
            self._job.cancel(silent=True)
        self.finished.emit(question, self._paths)


def _screen(title: str, *parts: QWidget) -> QWidget:
    screen = QWidget()
    column = QVBoxLayout(screen)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.INSIDE)
    column.addWidget(widgets.label(title, "title"))
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return screen
