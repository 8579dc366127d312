"""A data folder with a night in it whose worker does as a word says, on a clock and a machine of the test's own."""

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from personal_ai.adapters.shelf import Shelf
from personal_ai.learning.night import Night, NightEnded
from personal_ai.messages import DocumentRead, Turn
from personal_ai.paths import Paths, locate
from personal_ai.settings import Settings
from personal_ai.store.adapters import Adapters
from personal_ai.store.choices import Choices
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents, NewChunk
from personal_ai.store.nights import NightRow, Nights
from personal_ai.store.taught import Taught
from personal_ai.system import State
from personal_ai.worker import Worker
from tests import empty_data

SCRIPT = Path(__file__).parent / "scripted_worker.py"
TEXT = "On {day} March 2025 I paid {day}0 € to Tomas Brandl for pump {day}, because the old one leaked into the cellar."


class House:
    """A data folder with a night in it whose worker does as `word` says."""

    def __init__(self, home: Path) -> None:
        self.paths: Paths = locate(home)
        self.database = Database(empty_data.put(self.paths.database), self.paths.backups)
        self.moment = datetime(2026, 3, 4, 2, 30, tzinfo=UTC)
        clock = self.clock
        self.documents = Documents(self.database, now=clock)
        self.rows = Nights(self.database, now=clock)
        self.shelf = Shelf(self.paths, Adapters(self.database), now=clock)
        self.choices = Choices(self.database, now=clock)
        self.taught = Taught(self.database, now=clock)
        self.word = "accept"
        self.learns = True
        self.settings = Settings()
        self.state = State()
        self.look = lambda: self.state
        self.night = Night(
            self.paths,
            self.documents,
            self.rows,
            self.shelf,
            model=self.model,
            search=lambda _question, _limit: [],
            choices=self.choices,
            taught=self.taught,
            prompt=lambda question, _hits, _today=None: [Turn("user", question)],
            settings=lambda: self.settings,
            start_worker=self.worker,
            look=lambda: self.look(),
            now=clock,
        )

    def clock(self) -> datetime:
        return self.moment

    def model(self) -> Any:
        lacks = "" if self.learns else "it is a toy"
        return SimpleNamespace(
            name="toy", path=Path("toy.gguf"), sha256="a" * 64, parameters=10**8, learns=self.learns, lacks=lacks
        )

    def worker(self, _name: str, *arguments: str) -> Worker:
        program = (sys.executable, str(SCRIPT), self.word)
        return Worker("train-worker", arguments, program=program)

    def add(self, day: int) -> int:
        text = TEXT.format(day=day)
        return self.documents.put(
            DocumentRead(
                path=f"/notes/{day}.md",
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                size=len(text),
                title=f"Pump {day}",
                format="markdown",
                text=text,
                sections=[],
                created="2025-03-01T00:00:00Z",
            ),
            [NewChunk("", text, 0, len(text))],
        )

    def learn(self, word: str) -> NightRow:
        self.word = word
        events = list(self.night.learn(minutes=1))
        assert isinstance(events[-1], NightEnded)
        return events[-1].night

    def close(self) -> None:
        """End it in order."""
        self.night.close()
        self.database.close()
