"""The learning add-on where it is missing: what it takes, and a button that installs it from its file."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QFrame, QProgressBar, QVBoxLayout

from personal_ai.bundle import SUFFIX, Unpacked
from personal_ai.ui import amounts, background, widgets
from personal_ai.ui.language import tr

if TYPE_CHECKING:
    from personal_ai.addon import Addon


class AddonCard(QFrame):
    """Shown while learning lacks its libraries."""

    installed = Signal()
    looked = Signal()

    def __init__(self, addon: "Callable[[], Addon]", say: Callable[[str, str], None]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setObjectName("addon-card")
        self._addon, self._say = addon, say
        self._job: background.Job | None = None
        #: Why learning cannot begin, as a sentence; empty when everything is there.
        self.missing = ""
        self.title = widgets.label(tr("The learning add-on"), "heading")
        self.sentence = widgets.label("", "second", "addon-sentence")
        self.choose = widgets.button(tr("Install from a file…"), "primary", self._on_choose, "install-addon")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Installing the add-on"))
        self.bar.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        for made in (self.title, self.sentence, self.bar):
            column.addWidget(made)
        column.addLayout(widgets.row(self.choose, 1))
        self.hide()

    def refresh(self) -> None:
        """Look whether the add-on is there."""
        if self._job is None:
            background.call(lambda: self._addon().missing(), self.show_missing, lambda words: self._say(words, "error"))

    def show_missing(self, missing: str) -> None:
        """Show why learning cannot begin; an empty sentence puts the card away."""
        self.missing = missing
        if self._job is None:
            self.setVisible(bool(missing))
            self.sentence.setText(size_words(self._addon()))
        self.looked.emit()

    def install(self, file: Path) -> None:
        """Install the add-on from a file; a package of the system is opened by the system."""
        if self._job is not None:
            return
        if file.suffix == ".deb":
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))
            return
        self.choose.setEnabled(False)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.sentence.setText(tr("Checking the file and unpacking it. This takes about a minute."))
        self._job = background.run(self._addon().install(file), self._on_progress, self._on_done, self._on_failed)

    def _on_choose(self) -> None:
        dialog = QFileDialog(self, tr("Install the learning add-on"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(tr("Learning add-on (*{suffix} *.deb)").format(suffix=SUFFIX))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.install(Path(name)))
        dialog.open()

    def _on_progress(self, event: Unpacked) -> None:
        self.bar.setRange(0, event.of)
        self.bar.setValue(event.files)

    def _on_done(self, _result: object) -> None:
        self._end()
        self._say(tr("The learning add-on is installed. Nothing needs to be started again."), "info")
        self.installed.emit()

    def _on_failed(self, sentence: str) -> None:
        self._end()
        self._say(sentence, "error")

    def _end(self) -> None:
        self._job = None
        self.bar.hide()
        self.choose.setEnabled(True)
        self.refresh()


def size_words(addon: "Addon") -> str:
    """What the add-on takes, where that is known."""
    wanted = addon.wanted
    if wanted is None:
        return ""
    packed, unpacked = amounts.size_words(wanted.packed), amounts.size_words(wanted.unpacked)
    return tr(
        "You find it where you found Personal AI: a file of {packed}, which takes {unpacked} on the disk. "
        "Chatting and your notes work without it."
    ).format(packed=packed, unpacked=unpacked)
