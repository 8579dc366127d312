"""The one night at work in this window, started by hand or by the clock; pages and the sidebar listen to it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from personal_ai.messages import Progress
from personal_ai.ui import background

if TYPE_CHECKING:
    from personal_ai.learning.night import Night
    from personal_ai.store.nights import StartedBy


class Learner(QObject):
    """Runs `night.learn()` off the window's thread and tells how it goes."""

    started = Signal()
    progressed = Signal(object)  # messages.Progress
    ended = Signal(object)  # store.nights.NightRow, or None after a cancel
    failed = Signal(str)

    def __init__(self, night: "Callable[[], Night]") -> None:
        super().__init__()
        # The service is built with the first night, not with the window.
        self._night = night
        self._job: background.Job | None = None
        self._row: Any = None
        self.last: Progress | None = None
        self.by = ""
        self.ending = ""

    @property
    def busy(self) -> bool:
        """Whether a night is at work."""
        return self._job is not None

    def learn(self, by: "StartedBy" = "hand") -> None:
        """Start a night now, unless one is at work."""
        if self._job:
            return
        self.by, self.last, self.ending, self._row = by, None, "", None
        self._job = background.run(self._night().learn(by=by), self._on_event, self._on_done, self._on_failed)
        self.started.emit()

    def pause(self) -> None:
        """Write a checkpoint and stop; the next night goes on from there."""
        if self._job and not self.ending:
            self.ending = "pausing"
            self._night().pause()
            self.progressed.emit(self.last)

    def cancel(self) -> None:
        """Stop, and keep the old adapter."""
        if self._job and self.ending != "cancelling":
            self.ending = "cancelling"
            self._night().cancel()
            self._job.cancel()
            self.progressed.emit(self.last)

    def _on_event(self, event: Any) -> None:
        if isinstance(event, Progress):
            self.last = event
            self.progressed.emit(event)
        elif hasattr(event, "night"):
            self._row = event.night

    def _on_done(self, _result: Any) -> None:
        self._job = None
        self.ended.emit(self._row)

    def _on_failed(self, sentence: str) -> None:
        self._job = None
        self.failed.emit(sentence)
