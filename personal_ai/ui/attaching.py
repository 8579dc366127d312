"""Files and pictures on the line to type in: dropped, pasted or picked, and asked about by themselves."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QFrame, QWidget

from personal_ai.errors import UserError
from personal_ai.ui import amounts, background, pictures, theme, widgets
from personal_ai.ui.flow import Flow
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.documents.beside import Beside
    from personal_ai.documents.search import Hit
    from personal_ai.store.attachments import Attachments, NewAttachment

#: As many at once as anybody keeps in mind.
MOST = 8
UNSEEN = QT_TR_NOOP(
    "The picture is kept with your question, but the model in use cannot see it. On the Models page, add a model "
    "together with the file that lets it see (mmproj, GGUF), or write what matters in the picture."
)


class Attaching(QObject):
    """What is attached to the next question. `place` shows it; nothing is read twice and nothing put into the library.

    `read` reads a file by the read worker; `search` finds passages in what was read.
    """

    failed = Signal(str)
    changed = Signal()

    def __init__(
        self,
        look: Theme,
        place: QWidget,
        read: "Callable[[Path], Beside]",
        search: "Callable[[list[Beside], str, int], Sequence[Hit]]",
    ) -> None:
        super().__init__(place)
        self._look, self._place, self._read, self._search = look, place, read, search
        self._flow = Flow()
        place.setLayout(self._flow)
        place.hide()
        self._chips: list[Chip] = []
        #: What went with the last question, until that is stored.
        self._taken: list[tuple[str, tuple[NewAttachment, Beside | None]]] = []

    @property
    def holds(self) -> bool:
        """Whether anything is attached."""
        return bool(self._chips)

    @property
    def busy(self) -> bool:
        """Whether something is still being read."""
        return any(chip.attached is None for chip in self._chips)

    def choose(self) -> None:
        """Let the person pick files."""
        dialog = QFileDialog(self._place, tr("Ask about files"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add([Path(name) for name in names]))
        dialog.open()

    def add(self, paths: Sequence[Path]) -> None:
        """Attach files; each is read at once, off the window's thread."""
        for path in paths:
            if path.suffix.lower() in pictures.SUFFIXES:
                self._begin(path.name, lambda path=path: self._picture(path.name, str(path), pictures.read(path)))
            else:
                self._begin(path.name, lambda path=path: self._file(self._read(path)))

    def add_image(self, image: QImage) -> None:
        """Attach a picture that was pasted."""
        name = tr("Picture")
        self._begin(name, lambda: self._picture(name, "", pictures.kept(image)))

    def take(self) -> "tuple[list[NewAttachment], Callable[[str, int], Sequence[Hit]] | None]":
        """What is attached, and how to search its files, None without any; nothing is attached afterwards.

        It can be given back until it is said to be `stored`.
        """
        self._taken = [(chip.name, chip.attached) for chip in self._chips if chip.attached]
        found = [attached for _, attached in self._taken]
        files = [beside for _, beside in found if beside is not None]
        search = self._search
        self.clear()
        return [new for new, _ in found], (lambda wanted, limit: search(files, wanted, limit)) if files else None

    def stored(self) -> None:
        """What was taken is kept with its question."""
        self._taken = []

    def give_back(self) -> None:
        """Attach what was taken and is not stored again."""
        taken, self._taken = self._taken, []
        for name, attached in taken:
            self._add_chip(name).show_ready(attached)
        if taken:
            self.changed.emit()

    def clear(self) -> None:
        """Let go of everything."""
        for chip in self._chips[:]:
            self._drop(chip)

    def _add_chip(self, name: str) -> "Chip":
        chip = Chip(self._look, name, lambda: self._drop(chip))
        self._chips.append(chip)
        self._flow.addWidget(chip)
        self._place.show()
        return chip

    def _begin(self, name: str, make: Callable[[], Any]) -> None:
        if len(self._chips) >= MOST:
            self.failed.emit(
                tr("{most} files at once are the most. Add a whole folder to your library instead.").format(most=MOST)
            )
            return
        chip = self._add_chip(name)
        background.call(make, lambda made: self._on_read(chip, made), lambda sentence: self._on_failed(chip, sentence))
        self.changed.emit()

    def _on_read(self, chip: "Chip", made: "tuple[NewAttachment, Beside | None]") -> None:
        if chip in self._chips:
            chip.show_ready(made)
            self.changed.emit()

    def _on_failed(self, chip: "Chip", sentence: str) -> None:
        if chip in self._chips:
            self._drop(chip)
            self.failed.emit(sentence)

    def _drop(self, chip: "Chip") -> None:
        if chip in self._chips:
            self._chips.remove(chip)
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
            self._place.setVisible(bool(self._chips))
            self.changed.emit()

    def _picture(self, name: str, path: str, data: bytes) -> "tuple[NewAttachment, None]":
        from personal_ai.store.attachments import NewAttachment

        return NewAttachment("picture", name, path, len(data), data), None

    def _file(self, read: "Beside") -> "tuple[NewAttachment, Beside]":
        from personal_ai.store.attachments import NewAttachment

        return NewAttachment("file", read.name, read.path, read.size), read


class Chip(QFrame):
    """One attachment: its name, what was read of it, and a way to take it off."""

    def __init__(self, look: Theme, name: str, then: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("role", "chip")
        self.name = name
        self.attached: tuple[NewAttachment, Beside | None] | None = None
        shown = name if len(name) <= 32 else f"{name[:20]}…{name[-10:]}"
        self._words = widgets.label(tr("{name} · reading…").format(name=shown), "second", wrap=False)
        self._shown = shown
        line = widgets.row(
            self._words,
            widgets.IconButton(look, "close", tr("Take off {name}").format(name=name), then),
            spacing=theme.INSIDE // 2,
        )
        line.setContentsMargins(12, 2, 4, 2)
        self.setLayout(line)

    def show_ready(self, attached: "tuple[NewAttachment, Beside | None]") -> None:
        """Say what was read."""
        self.attached = attached
        beside = attached[1]
        what = amounts.count_words(len(beside.passages), "passage") if beside else tr("picture")
        self._words.setText(f"{self._shown} · {what}")
        self.setAccessibleName(tr("Attached: {name}, {what}").format(name=self.name, what=what))


def say_passage(banner: widgets.Banner, path: Path, text: str, add: Callable[[], None]) -> None:
    """Show a passage of a file that is not in the library, and offer to `add` the file where it is still there."""
    words = " ".join(text.split())[:400]
    sentence = tr("From “{name}”, which is not in your library: {words}").format(name=path.name, words=words)
    banner.say(sentence, action=tr("Add it") if path.is_file() else "", then=add)


def shown_with(kept: "Attachments", message_id: int) -> list[QWidget]:
    """What stands under a question: the names of its files, its pictures as small ones."""
    made: list[QWidget] = []
    for row in kept.of_message(message_id):
        label = widgets.label(row.name, "second", wrap=False)
        label.setAccessibleName(tr("Attached: {name}").format(name=row.name))
        if row.kind == "picture":
            try:
                label.setPixmap(pictures.small(kept.data(row.id)))
            except UserError:
                label.setText(tr("{name} (cannot be shown)").format(name=row.name))
        made.append(label)
    return made
