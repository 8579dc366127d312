"""What others made and this program brings: a list, and the whole licence of the one in front."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from personal_ai.licences import Licence
from personal_ai.ui import amounts, theme, widgets
from personal_ai.ui.language import tr


class LicencesPage(QWidget):
    """Names on the left, words on the right."""

    back_asked = Signal()

    def __init__(self, licences: list[Licence]) -> None:
        super().__init__()
        self.setObjectName("page")
        self._licences = licences
        back = widgets.button(tr("Back  ·  Esc"), "quiet", self.back_asked.emit, "licences-back")
        QShortcut(QKeySequence("Esc"), self, self.back_asked.emit)
        title = widgets.label(tr("What it is made of"), "title", wrap=False)
        sentence = tr("{parts} that others made and gave away, each under its own licence.")
        sentence = widgets.label(sentence.format(parts=amounts.count_words(len(licences), "part")), "second")
        self.list = QListWidget()
        self.list.setObjectName("licences")
        self.list.setAccessibleName(tr("Parts"))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.words = QPlainTextEdit()
        self.words.setReadOnly(True)
        self.words.setAccessibleName(tr("The licence"))
        self.words.document().setDocumentMargin(theme.BETWEEN)
        for part in licences:
            item = QListWidgetItem(f"{part.name} {part.version}".strip())
            item.setToolTip(part.licence)
            item.setSizeHint(QSize(0, theme.zoomed(28)))
            self.list.addItem(item)
        self.list.currentRowChanged.connect(self._show)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.list)
        split.addWidget(self.words)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 5)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.AROUND, 18, theme.AROUND, theme.AROUND)
        column.setSpacing(theme.INSIDE)
        column.addLayout(widgets.row(title, 1, back))
        column.addWidget(sentence)
        column.addWidget(split, 1)
        self.setFocusProxy(self.list)
        self.list.setCurrentRow(0)

    def _show(self, row: int) -> None:
        part = self._licences[row]
        whose = tr("the learning add-on") if part.part == "learning" else tr("the program")
        comes = tr("Comes with {whose}.").format(whose=whose)
        self.words.setPlainText(f"{part.name} {part.version}\n{part.licence}\n{comes}\n\n{part.text}")
