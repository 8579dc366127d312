"""The lock with a password, on the privacy page: put on, opened by another password, taken away."""

from typing import Any, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from personal_ai.ui import background, controls, theme, widgets
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.sentences import said
from personal_ai.ui.theme import Theme

COVERS = QT_TR_NOOP(
    "Notes, chats, backups, what was learned and nights under way are encrypted on the disk. Models, your choices and "
    "the program's records are not. While Personal AI is open it works as always, nights too; while it is closed, "
    "nothing is learned. Who loses both the password and the recovery code has lost the notes."
)
IS_ON = QT_TR_NOOP(
    "Notes, chats, backups, what was learned and nights under way are encrypted on the disk; models, your choices and "
    "the program's records are not. What is in use is plain in this computer's memory until Personal AI is closed."
)
OFF, CODE, ON, CHANGE, IMPOSSIBLE = range(5)


class Lock(Protocol):
    """What the card does (a `privacy.Lock`)."""

    @property
    def locked(self) -> bool: ...
    def impossible(self) -> str: ...
    def make(self, password: str) -> tuple[str, Any]: ...
    def change(self, old: str, new: str) -> None: ...
    def unlock(self) -> Any: ...
    def now(self) -> Any: ...
    def keyring(self) -> tuple[bool, bool]: ...
    def keep(self, kept: bool) -> None: ...


def password_field(words: str, name: str) -> QLineEdit:
    """A line that shows dots."""
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setPlaceholderText(words)
    made.setAccessibleName(words)
    made.setObjectName(name)
    return made


class LockCard(QWidget):
    """One state at a time; what it asks for is done once the data is closed (`asked`)."""

    asked = Signal(object)

    def __init__(self, look: Theme, lock: Lock) -> None:
        super().__init__()
        self._look, self._lock = look, lock
        self._work: Any = None
        self._said = widgets.label("", "warning", "lock-said")
        self._said.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._states = [
            build()
            for build in (self._build_off, self._build_code, self._build_on, self._build_change, self._build_impossible)
        ]
        for state in self._states:
            column.addWidget(state)
        self.state = OFF
        self.refresh()

    # ---- states ----

    def _build_off(self) -> QWidget:
        self.first = password_field(tr("A password of at least 8 characters"), "lock-password")
        self.again = password_field(tr("The same again"), "lock-again")
        self.make = widgets.button(tr("Lock with this password"), "", self._on_make, "lock-make")
        self.again.returnPressed.connect(self._on_make)
        return _column(widgets.label(tr(COVERS), "second"), self.first, self.again, self._said, self.make)

    def _build_code(self) -> QWidget:
        self.code = widgets.label("", "heading", "lock-code")
        self.code.setFont(theme.mono(theme.BODY))
        self.kept = widgets.button(tr("I have written it down: lock now"), "primary", self._on_kept, "lock-now")
        copy = widgets.button(tr("Copy"), "", lambda: QApplication.clipboard().setText(self.code.text()), "lock-copy")
        back = widgets.button(tr("Do not lock"), "quiet", self._on_back, "lock-back")
        words = tr(
            "This is your recovery code. It opens your notes when the password is forgotten, and is shown only now."
        )
        return _column(widgets.label(words), self.code, widgets.row(self.kept, copy, 1, back))

    def _build_on(self) -> QWidget:
        now = widgets.button(tr("Lock now"), "", lambda: self.asked.emit(self._lock.now()), "lock-close")
        change = widgets.button(tr("Change the password"), "", lambda: self.show_state(CHANGE), "lock-change")
        self._away = QVBoxLayout()
        away = widgets.button(tr("Take the lock away"), "", self._on_away, "lock-away")
        self.keyring = controls.Switch(self._look, tr("Do not ask on this computer"))
        self.keyring.setObjectName("lock-keyring")
        self.keyring.clicked.connect(self._on_keyring)
        self._keyring_words = widgets.label("", "second")
        keyring = widgets.row(self._keyring_words, self.keyring)
        keyring.setStretch(0, 1)
        return _column(widgets.label(tr(IS_ON), "second"), keyring, widgets.row(now, change, away, 1), self._away)

    def _build_change(self) -> QWidget:
        self.old = password_field(tr("The password now, or the recovery code"), "lock-old")
        self.new = password_field(tr("The new password"), "lock-new")
        self.new_again = password_field(tr("The new one again"), "lock-new-again")
        self._change_said = widgets.label("", "warning")
        self._change_said.hide()
        save = widgets.button(tr("Change the password"), "primary", self._on_change, "lock-save")
        back = widgets.button(tr("Keep the old one"), "quiet", self._on_back)
        return _column(self.old, self.new, self.new_again, self._change_said, widgets.row(save, back, 1))

    def _build_impossible(self) -> QWidget:
        self._why = widgets.label("", "second", "lock-impossible")
        return _column(self._why)

    # ---- what is in front ----

    def refresh(self) -> None:
        """Show how it is."""
        if self.state in (CODE, CHANGE):
            return
        self._why.setText(said(self._lock.impossible()))
        if self._lock.locked:
            self.show_state(ON)
            background.call(self._lock.keyring, self._show_keyring, self._on_failed)
        else:
            self.show_state(IMPOSSIBLE if self._why.text() else OFF)

    def _show_keyring(self, found: tuple[bool, bool]) -> None:
        available, kept = found
        self.keyring.setChecked(kept)
        self.keyring.setEnabled(available)
        self.keyring.setVisible(available)
        self._keyring_words.setText(
            tr("Do not ask on this computer: the key is kept in the system's keyring, which opens when you log in.")
            if available
            else tr("This system has no keyring that encrypts, so the password is asked for each time.")
        )

    def show_state(self, state: int) -> None:
        """Bring one of OFF, CODE, ON, CHANGE, IMPOSSIBLE to the front. A stack would be as high as the highest."""
        self.state = state
        for number, made in enumerate(self._states):
            made.setVisible(number == state)

    # ---- what the person does ----

    def _on_make(self) -> None:
        if self.first.text() != self.again.text():
            self._say(tr("The two are not the same. Type both again."))
            return
        self.make.setEnabled(False)
        password = self.first.text()
        background.call(lambda: self._lock.make(password), self._on_made, self._on_failed)

    def _on_made(self, made: tuple[str, Any]) -> None:
        self.make.setEnabled(True)
        self._said.hide()
        code, self._work = made
        self.code.setText(code)
        self.show_state(CODE)
        self.kept.setFocus()

    def _on_kept(self) -> None:
        self._forget()
        self.asked.emit(self._work)

    def _on_back(self) -> None:
        self._forget()
        self.show_state(ON if self._lock.locked else OFF)

    def _on_change(self) -> None:
        if self.new.text() != self.new_again.text():
            self._say(tr("The two new ones are not the same. Type both again."))
            return
        old, new = self.old.text(), self.new.text()
        background.call(lambda: self._lock.change(old, new), self._on_changed, self._on_failed)

    def _on_changed(self, _done: Any) -> None:
        self._on_back()

    def _on_away(self) -> None:
        question = tr("Write everything to the disk in plain again?")
        confirm = widgets.Confirm(question, tr("Take the lock away"), lambda: self.asked.emit(self._lock.unlock()))
        widgets.clear(self._away)
        self._away.addWidget(confirm)

    def _on_keyring(self, kept: bool) -> None:
        def keep() -> tuple[bool, bool]:
            self._lock.keep(kept)
            return self._lock.keyring()

        background.call(keep, self._show_keyring, self._on_keyring_failed)

    def _on_keyring_failed(self, sentence: str) -> None:
        # As it was before the click.
        self.keyring.setChecked(not self.keyring.isChecked())
        self._keyring_words.setText(said(sentence))

    def _on_failed(self, sentence: str) -> None:
        self.make.setEnabled(True)
        self._say(sentence)

    def _say(self, sentence: str) -> None:
        place = self._change_said if self.state == CHANGE else self._said
        place.setText(said(sentence))
        place.show()

    def _forget(self) -> None:
        for field in (self.first, self.again, self.old, self.new, self.new_again):
            field.clear()
        for place in (self._said, self._change_said):
            place.hide()
        self.code.setText("")


def _column(*parts: Any) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    return made
