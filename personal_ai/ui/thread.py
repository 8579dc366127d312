"""The messages of the conversation in front, from top to bottom."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from personal_ai.ui import widgets
from personal_ai.ui.language import tr
from personal_ai.ui.message_views import Answer, Question


class Thread(QVBoxLayout):
    """Questions and answers as they stand on the page."""

    _mark: QLabel | None = None

    def messages(self) -> list[Question | Answer]:
        """All of them, oldest first."""
        items = [self.itemAt(index) for index in range(self.count())]
        views = [item.widget() if item else None for item in items]
        return [view for view in views if isinstance(view, Question | Answer)]

    def find(self, message_id: int) -> Question | Answer | None:
        """The one of this id, if it is on the page."""
        return next((view for view in self.messages() if view.message_id == message_id), None)

    def drop_from(self, message_id: int) -> None:
        """Take a message and all after it off the page; they stay stored."""
        for view in reversed(self.messages()):
            self.removeWidget(view)
            view.hide()
            view.deleteLater()
            if view.message_id == message_id:
                return

    def know_question(self, message_id: int, created: str, attached: Sequence[QWidget] = ()) -> None:
        """Tell the newest question which message it became and when, and show what is attached to it."""
        asked = [view for view in self.messages() if isinstance(view, Question) and not view.message_id]
        if asked:
            asked[-1].know(message_id, created)
            asked[-1].show_attached(attached)

    def order_from(self, before: QWidget) -> None:
        """Let the keyboard go through the messages as they stand, after `before`: the newest are not the last made."""
        inside = (each for view in self.messages() for each in view.findChildren(QWidget))
        stops = [before, *(each for each in inside if each.focusPolicy() & Qt.FocusPolicy.TabFocus)]
        for one, following in pairwise(stops):
            QWidget.setTabOrder(one, following)

    def mark_forgotten(self, first_kept: int | None, summary: str) -> None:
        """Say above the message `first_kept` that what stands before it left the model's mind; None: nothing did."""
        if self._mark is not None:
            self.removeWidget(self._mark)
            self._mark.hide()
            self._mark.deleteLater()
            self._mark = None
        kept = self.find(first_kept) if first_kept else None
        if kept:
            words = tr("The model no longer has in mind what stands above: the chat has outgrown what it can hold.")
            words = (
                tr("{words} It goes on from this summary: {summary}").format(words=words, summary=summary)
                if summary
                else words
            )
            self._mark = widgets.label(words, "second", "forgotten-mark")
            self.insertWidget(self.indexOf(kept), self._mark)

    def offer_versions(self, versions: Mapping[int, list[int]]) -> None:
        """Show at each message its versions, by its id."""
        for view in self.messages():
            view.versions.offer(versions.get(view.message_id, []), view.message_id)
