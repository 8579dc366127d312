"""Three short screens for somebody who opens the program for the first time."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from personal_ai.ui import theme, widgets

SCREENS = (
    (
        "An AI of your own",
        "It reads the notes you give it and answers from them, and every answer shows where it comes from.",
    ),
    (
        "Nothing leaves this machine",
        "The model runs here, without the internet. Your notes, chats and what was learned lie in one folder of yours.",
    ),
    (
        "At night it learns",
        "While you sleep and the machine is plugged in, it learns your notes, tests itself on questions it has not "
        "seen, and keeps what helps. In the morning you see what changed, and can undo it.",
    ),
)


class FirstRun(QWidget):
    """Ends with what to begin with: "samples", "folder" or "nothing"."""

    finished = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._at = 0
        self._words = QStackedWidget()
        for title, sentence in SCREENS:
            self._words.addWidget(_screen(title, sentence))
        picture = QLabel()
        picture.setPixmap(theme.application_icon().pixmap(72, 72))
        self._dots = widgets.label("", "second", wrap=False)
        self._back = widgets.button("Back", "quiet", lambda: self._go(-1))
        self._next = widgets.button("Next", "primary", lambda: self._go(1), "welcome-next")
        self._begin = self._build_begin()
        inner = QWidget()
        inner.setFixedWidth(560)
        column = QVBoxLayout(inner)
        column.setSpacing(theme.BETWEEN)
        column.addStretch(2)
        column.addWidget(picture)
        column.addWidget(self._words)
        column.addWidget(self._begin)
        column.addLayout(widgets.row(self._dots, 1, self._back, self._next))
        column.addStretch(3)
        around = QHBoxLayout(self)
        around.addWidget(inner, 0, Qt.AlignmentFlag.AlignHCenter)
        self._show()

    def _build_begin(self) -> QWidget:
        box = QWidget()
        line = QHBoxLayout(box)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.INSIDE)
        for text, kind, what in (
            ("Add a folder of notes…", "primary", "folder"),
            ("Try it with sample notes", "", "samples"),
            ("Start empty", "quiet", "nothing"),
        ):
            line.addWidget(widgets.button(text, kind, lambda what=what: self.finished.emit(what), f"welcome-{what}"))
        line.addStretch(1)
        return box

    def _go(self, steps: int) -> None:
        self._at = min(max(self._at + steps, 0), len(SCREENS) - 1)
        self._show()

    def _show(self) -> None:
        last = self._at == len(SCREENS) - 1
        self._words.setCurrentIndex(self._at)
        self._dots.setText(f"{self._at + 1} of {len(SCREENS)}")
        self._back.setVisible(self._at > 0)
        self._next.setVisible(not last)
        # Room is kept for the last screen's buttons, so that nothing jumps on the way there.
        policy = self._begin.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._begin.setSizePolicy(policy)
        self._begin.setVisible(last)
        self.setFocus()


def _screen(title: str, sentence: str) -> QWidget:
    screen = QWidget()
    column = QVBoxLayout(screen)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.INSIDE)
    column.addWidget(widgets.label(title, "title"))
    words = widgets.label(sentence)
    words.setMinimumHeight(66)
    words.setAlignment(Qt.AlignmentFlag.AlignTop)
    column.addWidget(words)
    column.addStretch(1)
    return screen
