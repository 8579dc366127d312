"""The folders that stay current: how each is doing, and what may be done with it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from personal_ai.errors import UserError
from personal_ai.ui import amounts, widgets
from personal_ai.ui.import_card import progress_words
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.sentences import said

if TYPE_CHECKING:
    from personal_ai.documents.watching import FolderState, Watching

ABOUT = QT_TR_NOOP(
    "What is new, changed or moved in these folders is taken over by itself. A note whose file is deleted is set "
    "aside: it is not found, used or learned, and waits in the library until you bring it back or delete it for good."
)


class WatchedFolders(QWidget):
    """A line for each folder, and the way to choose another."""

    failed = Signal(str)
    chosen = Signal()

    def __init__(self, watching: "Callable[[], Watching]", states: "Callable[[], dict[str, FolderState]]") -> None:
        super().__init__()
        self._watching, self._states = watching, states
        self._lines: dict[str, _Line] = {}
        self._column = QVBoxLayout()
        self._column.setSpacing(10)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(widgets.label(tr(ABOUT), "second"))
        column.addLayout(self._column)
        column.addLayout(widgets.row(widgets.button(tr("Keep a folder current…"), "", self.choose, "keep-current"), 1))
        self.refresh()

    def refresh(self) -> None:
        """Read again which folders there are."""
        rows = self._watching().folders()
        if [row.path for row in rows] != list(self._lines):
            widgets.clear(self._column)
            self._lines = {row.path: _Line(self, row.path) for row in rows}
            for line in self._lines.values():
                self._column.addWidget(line)
        states = self._states()
        for row in rows:
            self._lines[row.path].show_state(row.paused, states.get(row.path))

    def show_state(self, state: "FolderState") -> None:
        """Tell how a folder is doing now."""
        if state.path in self._lines:
            self._lines[state.path].show_state(state.state == "paused", state)

    def states(self) -> "dict[str, FolderState]":
        """How each folder is doing."""
        return self._states()

    def holds(self, folder: Path) -> bool:
        """Whether a folder is one of them, or lies in one."""
        return any(folder.is_relative_to(row.path) for row in self._watching().folders())

    def choose(self) -> None:
        """Let the person pick a folder."""
        dialog = QFileDialog(self.window(), tr("Keep a folder current"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add(Path(names[0])))
        dialog.open()

    def add(self, folder: Path) -> None:
        """Keep a folder current."""
        self.change(lambda watching: watching.add(folder))

    def change(self, what: "Callable[[Watching], object]") -> None:
        """Do something with the folders, or say why it cannot be done."""
        try:
            what(self._watching())
        except UserError as error:
            self.failed.emit(str(error))
        self.refresh()
        self.chosen.emit()


class _Line(QWidget):
    """One folder."""

    def __init__(self, owner: WatchedFolders, path: str) -> None:
        super().__init__()
        folder = Path(path)
        self._paused = False
        self._name = widgets.label(folder.name or path, "", wrap=False)
        self._name.setToolTip(widgets.tip(path))
        self._name.setAccessibleDescription(path)
        self._words = widgets.label("", "second")
        self._accept = widgets.button(
            tr("They are meant to be gone"), "quiet", lambda: owner.change(lambda watching: watching.accept(folder))
        )
        self._pause = widgets.button(
            tr("Pause"), "quiet", lambda: owner.change(lambda watching: watching.pause(not self._paused, folder))
        )
        remove = widgets.button(tr("Remove"), "quiet", lambda: owner.change(lambda watching: watching.remove(folder)))
        remove.setToolTip(tr("The folder stays current no longer; its notes stay in the library"))
        remove.setAccessibleName(tr("Keep {folder} current no longer").format(folder=folder.name))
        self.setLayout(widgets.two_lines(self._name, self._words, widgets.row(self._accept, self._pause, remove)))
        self._folder = folder

    def show_state(self, paused: bool, state: "FolderState | None") -> None:
        """Tell how it is doing."""
        self._paused = paused
        self._pause.setText(tr("Resume") if paused else tr("Pause"))
        self._pause.setAccessibleName(f"{self._pause.text()} {self._folder.name}")
        self._words.setText(state_words(paused, state))
        self._accept.setVisible(state is not None and state.state == "emptied" and not paused)


def state_words(paused: bool, state: "FolderState | None") -> str:
    """How a folder is doing, in a line."""
    if paused:
        return tr("Paused: what changes in it is taken over when you resume.")
    if state is None or state.state == "looking":
        return tr("Looking what changed…")
    if state.state == "reading":
        return progress_words(state.done, state.total, state.seconds)
    if state.sentence and state.state != "current":
        return said(state.sentence)
    current = tr("Current · {files}.").format(files=amounts.count_words(state.files, "file"))
    return " ".join(part for part in (current, said(state.sentence)) if part)
