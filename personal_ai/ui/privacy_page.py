"""What is kept where, that nothing leaves, and the person's say in it: take all of it along, delete all of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from personal_ai.ui import amounts, background, theme, widgets
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.lock_card import Lock, LockCard
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.belongings import Belonging

#: What has to be typed before everything goes.
CONFIRMATION = QT_TR_NOOP("delete everything")
NOTHING_LEAVES = QT_TR_NOOP(
    "No account, no server, no telemetry: no part of Personal AI goes online, and the model runs on this computer."
)


class Privacy(Protocol):
    """What the page shows and does (built in pages.py)."""

    @property
    def home(self) -> Path:
        """The data folder."""
        ...

    @property
    def lock(self) -> Lock:
        """The lock with a password."""
        ...

    def places(self) -> "list[tuple[Belonging, int]]":
        """Every part of the data folder with its size in bytes."""
        ...

    def proof(self) -> list[tuple[bool, str]]:
        """What the system says, tried now, about going online: (whether it is refused, a sentence); may be empty."""
        ...

    def free_place(self, folder: Path, suffix: str) -> Path:
        """A name for an export in a folder that nothing has yet."""
        ...

    def export(self, target: Path) -> Iterator[Any]:
        """Write everything to a folder or a zip file: events with `done` and `total`, the last one with `path`."""
        ...

    def words(self, exported: Any) -> str:
        """What was exported, in a sentence."""
        ...


class PrivacyPage(QWidget):
    """Places and sizes; the kernel's own word; export; delete."""

    back_asked = Signal()
    erase_asked = Signal()

    def __init__(self, look: Theme, privacy: Privacy) -> None:
        super().__init__()
        self.setObjectName("page")
        self._privacy = privacy
        self.lock = LockCard(look, privacy.lock)
        self._exporting: background.Job | None = None
        self.banner = widgets.Banner(look)
        self._places, self._proofs = QVBoxLayout(), QVBoxLayout()
        self._places.setSpacing(10)
        self._proofs.setSpacing(4)
        scroll = widgets.Column(spacing=theme.INSIDE)
        self._body = scroll.body
        back = widgets.button(tr("Back  ·  Esc"), "quiet", self.back_asked.emit, "privacy-back")
        self._body.addWidget(self.banner)
        self._body.addLayout(widgets.row(widgets.label(tr("Privacy"), "title", wrap=False), 1, back))
        self._build_leaving()
        self._build_places()
        self._section(tr("Lock with a password")).addWidget(self.lock)
        self._build_export()
        self._build_erase()
        self._body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    # ---- sections ----

    def _section(self, title: str) -> QVBoxLayout:
        return widgets.section(self._body, title, spacing=12)

    def _build_leaving(self) -> None:
        card = self._section(tr("Nothing leaves"))
        card.addWidget(widgets.label(tr(NOTHING_LEAVES)))
        card.addLayout(self._proofs)

    def _build_places(self) -> None:
        card = self._section(tr("What is kept, and where"))
        show = widgets.button(tr("Show the folder"), "", self._open_folder)
        line = widgets.row(widgets.Elided(str(self._privacy.home), "second"), show)
        line.setStretch(0, 1)
        card.addLayout(line)
        card.addLayout(self._places)

    def _build_export(self) -> None:
        card = self._section(tr("Take everything along"))
        card.addWidget(
            widgets.label(
                tr(
                    "Notes and chats as text that any program reads, what was learned as files for llama.cpp and PEFT, "
                    "and your choices. It is there whole or not at all, and it is not encrypted."
                ),
                "second",
            )
        )
        self.to_folder = widgets.button(tr("Into a folder…"), "", lambda: self._choose(""), "export-folder")
        self.to_zip = widgets.button(tr("Into a zip file…"), "", lambda: self._choose(".zip"), "export-zip")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Export"))
        self._words = widgets.label("", "second", "export-words")
        self._stop = widgets.button(tr("Stop"), "quiet", self._on_stop, "export-stop")
        card.addLayout(widgets.row(self.to_folder, self.to_zip, 1, self._stop))
        card.addWidget(self._bar)
        card.addWidget(self._words)
        self._show_exporting(False)
        self._words.hide()

    def _build_erase(self) -> None:
        card = self._section(tr("Delete everything"))
        sentence = tr(
            "Notes, chats, what was learned, models you added, backups and choices go from this computer, and nothing "
            "brings them back. Your own files, where you added them from, stay."
        )
        card.addWidget(widgets.label(sentence, "second"))
        self.typed = QLineEdit()
        self.typed.setObjectName("erase-typed")
        self.typed.setPlaceholderText(tr("Type: {words}").format(words=tr(CONFIRMATION)))
        self.typed.setAccessibleName(tr("Type “{words}” to allow it").format(words=tr(CONFIRMATION)))
        self.erase = widgets.button(tr("Delete everything"), "danger", self._on_erase, "erase")
        self.erase.setEnabled(False)
        self.typed.textChanged.connect(lambda text: self.erase.setEnabled(_confirmed(text)))
        self.typed.returnPressed.connect(self._on_erase)
        line = widgets.row(self.typed, self.erase)
        line.setStretch(0, 1)
        card.addLayout(line)

    # ---- the page ----

    def refresh(self) -> None:
        """Look again at what lies where, and ask the system again whether anything could leave."""
        background.call(self._privacy.places, self._show_places, self._on_failed)
        background.call(self._privacy.proof, self._show_proofs, self._on_failed)
        self.lock.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.back_asked.emit()
            return
        super().keyPressEvent(event)

    def _show_places(self, found: "list[tuple[Belonging, int]]") -> None:
        widgets.clear(self._places)
        for belonging, size in found:
            told = widgets.label(amounts.size_words(size) if size else tr("nothing"), "second", wrap=False)
            told.setAlignment(Qt.AlignmentFlag.AlignTop)
            line = widgets.two_lines(said(belonging.title), f"{said(belonging.sentence)} ({belonging.path.name})", told)
            line.setAlignment(told, Qt.AlignmentFlag.AlignTop)
            self._places.addLayout(line)
        total = sum(size for _, size in found)
        self._places.addWidget(widgets.rule())
        self._places.addLayout(
            widgets.row(
                widgets.label(tr("Together"), wrap=False), 1, widgets.label(amounts.size_words(total), wrap=False)
            )
        )

    def _show_proofs(self, found: list[tuple[bool, str]]) -> None:
        widgets.clear(self._proofs)
        for refused, sentence in found:
            self._proofs.addWidget(widgets.label(said(sentence), "second" if refused else "warning", "privacy-proof"))

    # ---- export ----

    def _choose(self, suffix: str) -> None:
        dialog = QFileDialog(self, tr("Export everything into…"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.export(self._privacy.free_place(Path(folder), suffix)))
        dialog.open()

    def export(self, target: Path) -> None:
        """Write everything to `target`, and show how far it is."""
        if self._exporting:
            return
        self._words.setText(tr("Writing “{name}”…").format(name=target.name))
        self._bar.setRange(0, 0)
        self._exporting = background.run(
            self._privacy.export(target), self._on_exporting, self._on_exported, self._on_export_failed
        )
        self._show_exporting(True)

    def _on_exporting(self, event: Any) -> None:
        if hasattr(event, "total"):
            self._bar.setRange(0, event.total)
            self._bar.setValue(event.done)
            self._words.setText(
                tr("{done:,} of {total:,} · {name}").format(done=event.done, total=event.total, name=event.name)
            )
        else:
            self._words.setText(said(self._privacy.words(event)))
            self._words.setProperty("path", event.path)

    def _on_exported(self, _result: Any) -> None:
        assert self._exporting
        if self._exporting.cancelled:
            self._words.setText(tr("Stopped; nothing was written."))
        self._show_exporting(False)

    def _on_export_failed(self, sentence: str) -> None:
        self._words.hide()
        self._show_exporting(False)
        self._on_failed(sentence)

    def _on_stop(self) -> None:
        if self._exporting:
            self._exporting.cancel()

    def _show_exporting(self, busy: bool) -> None:
        if not busy:
            self._exporting = None
        else:
            self._words.show()
        for part, shown in ((self._bar, busy), (self._stop, busy), (self.to_folder, not busy), (self.to_zip, not busy)):
            part.setVisible(shown)

    # ---- the rest ----

    def _on_erase(self) -> None:
        if _confirmed(self.typed.text()):
            self.erase_asked.emit()

    def _on_failed(self, sentence: str) -> None:
        self.banner.say(sentence, "error")

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._privacy.home)))


def _confirmed(text: str) -> bool:
    return " ".join(text.casefold().split()).strip(" .“”\"'") == tr(CONFIRMATION)
