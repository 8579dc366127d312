"""The one notification after a night: the first who comes to the computer is told what the night came to."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from personal_ai.ui import background
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.sentences import said

if TYPE_CHECKING:
    from personal_ai.settings import Settings
    from personal_ai.store.nights import NightRow
    from personal_ai.system import State

logger = logging.getLogger(__name__)

#: Whoever touched anything less than so many seconds ago is there to be told.
THERE = 120.0
#: What is older is no news.
NEWS = timedelta(hours=24)
TITLES = {
    "published": QT_TR_NOOP("Personal AI learned"),
    "refused": QT_TR_NOOP("Personal AI learned nothing new that helps"),
}


class Mornings:
    """Looks, when asked, for a night to tell of and somebody to tell it to; `show` gets a title and a text."""

    def __init__(
        self,
        nights: "Callable[[], list[NightRow]]",
        look: "Callable[[], State]",
        *,
        settings: "Callable[[], Settings]",
        change_settings: "Callable[..., Settings]",
        show: Callable[[str, str], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._nights, self._look, self._now, self._show = nights, look, now, show
        self._settings, self._change_settings = settings, change_settings
        self._asking = False

    def ask(self) -> None:
        """Look, off the window's thread, and show what there is to tell."""
        if not self._asking:
            self._asking = True
            background.call(self.news, self._tell, self._on_failed)

    def news(self) -> "NightRow | None":
        """The night to tell of now; it counts as told from here on."""
        settings = self._settings()
        row = next((row for row in self._nights() if row.by == "night" and row.state in TITLES), None)
        if row is None or row.id <= settings.told_night or not settings.tell_mornings:
            return None
        if row.ended is None or self._now() - datetime.fromisoformat(row.ended) > NEWS or not self._somebody_there():
            return None
        self._change_settings(told_night=row.id)
        return row

    def _somebody_there(self) -> bool:
        state = self._look()
        if state.locked or state.idle_seconds is None:
            # Nobody knows; by day it is likely.
            settings, hour = self._settings(), self._now().astimezone().hour
            quiet = (hour - settings.quiet_from) % 24 < (settings.quiet_until - settings.quiet_from) % 24
            return not state.locked and not quiet
        return state.idle_seconds < THERE

    def _tell(self, row: "NightRow | None") -> None:
        self._asking = False
        if row is not None:
            self._show(tr(TITLES[row.state]), said(row.reason))

    def _on_failed(self, sentence: str) -> None:
        self._asking = False
        logger.warning("whether there is a night to tell of is not known: %s", sentence)
