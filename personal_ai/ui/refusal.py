"""The small window that says in one sentence why the program cannot open."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from personal_ai.ui import theme, widgets
from personal_ai.ui.language import tr
from personal_ai.ui.sentences import said


class Refusal(QWidget):
    """A sentence and a way out."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setWindowTitle("Personal AI")
        self.setFixedWidth(460)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.AROUND, theme.AROUND, theme.AROUND, theme.AROUND)
        column.setSpacing(theme.BETWEEN)
        column.addWidget(widgets.label(tr("Personal AI cannot open"), "title"))
        column.addWidget(widgets.label(said(sentence), name="refusal-sentence"))
        close = widgets.button(tr("Close"), "primary")
        close.clicked.connect(self.close)
        column.addLayout(widgets.row(1, close))
