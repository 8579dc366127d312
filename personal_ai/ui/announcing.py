"""Growing text is told to screen readers sentence by sentence, in words without mark-up."""

import re
from collections.abc import Callable

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from personal_ai.ui.language import tr

_END = re.compile(r"[.!?](?=\s)|[。！？]|\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)])\s)")
_MARKS = re.compile(r"\s?\[\d{1,2}\]|[*_`#>|~]+|^\s*[-+]\s", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_CODE = re.compile(r"```[^\n]*\n(.*?)(?:```|\Z)", re.DOTALL)


class Announcer:
    """Gathers pieces and tells each sentence once it is whole. `tell` speaks one; it is not called for nothing."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell, self._waiting, self._code = tell, "", False

    def add(self, piece: str) -> None:
        """The next piece came."""
        self._waiting += piece
        # Code is told as a whole: half of it means nothing.
        if self._waiting.count("```") % 2:
            return
        ends = [found.end() for found in _END.finditer(self._waiting)]
        if ends:
            self._say(self._waiting[: ends[-1]])
            self._waiting = self._waiting[ends[-1] :]

    def finish(self) -> None:
        """No more comes."""
        self._say(self._waiting)
        self._waiting = ""

    def _say(self, text: str) -> None:
        if words := spoken(text):
            self._tell(words)


def spoken(text: str) -> str:
    """Markdown as it is read aloud."""
    text = _CODE.sub(lambda code: tr("Code: {code}").format(code=code[1]), text)
    return " ".join(_MARKS.sub(" ", _LINK.sub(r"\1", text)).split())


def announce(widget: QWidget, words: str) -> None:
    """Have a screen reader say something, when it comes to it; without any nothing happens."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))
