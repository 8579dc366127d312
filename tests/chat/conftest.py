"""A chat over a real store, with a real or a scripted worker."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from personal_ai import paths
from personal_ai.chat.session import ChatSession
from personal_ai.documents.search import Hit
from personal_ai.messages import AdapterUse, DocumentRead
from personal_ai.models.catalogue import BUILT_IN, Catalogue
from personal_ai.settings import Settings
from personal_ai.store.conversations import Conversations
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents, NewChunk
from personal_ai.store.taught import Taught
from personal_ai.worker import Worker
from tests import empty_data

SHED = "The shed is green. Its key hangs behind the clock. The roof was tarred in April."


def hit(text: str, number: int = 1, title: str = "Shed") -> Hit:
    """A found passage."""
    return Hit(number, number, f"/notes/{number}.md", title, "", text, 0, len(text), "2026-01-01T00:00:00Z", 1.0)


class Chat:
    """A session and what the tests turn on it."""

    def __init__(self, home: Path) -> None:
        where = paths.locate(home)
        self.database = Database(empty_data.put(where.database), where.backups)
        self.conversations = Conversations(self.database)
        self.taught = Taught(self.database)
        self.notes: list[str] = []
        self.settings = Settings(temperature=0.0, max_tokens=24)
        self.hits: list[Hit] = []
        self.asked: list[tuple[str, int]] = []
        self.adapters: list[AdapterUse] = []
        self.workers: list[Worker] = []
        self.log = where.logs / "chat-worker.log"
        self._catalogue = Catalogue(where)
        self.session = ChatSession(
            self.conversations,
            search=self._search,
            model=lambda: self._catalogue.get(BUILT_IN),
            adapters=lambda: self.adapters,
            settings=lambda: self.settings,
            start_worker=self._start,
            taught=self.taught,
            keep_note=self._keep_note,
        )
        self.make_worker: Callable[[], Worker] = lambda: Worker("chat-worker", log=self.log)

    def _search(self, question: str, limit: int) -> list[Hit]:
        self.asked.append((question, limit))
        return self.hits[:limit]

    def _keep_note(self, text: str) -> int:
        """Store a note as the library would; the one that is there where it is known."""
        self.notes.append(text)
        note = DocumentRead(
            path=f"remembered:{text}", sha256=text, size=1, title="Remembered", format="txt", text=text, sections=[],
            created="2026-01-01T00:00:00Z",
        )  # fmt: skip
        return Documents(self.database).put(note, [NewChunk("", text, 0, len(text))])

    def _start(self) -> Worker:
        self.workers.append(self.make_worker())
        return self.workers[-1]

    def close(self) -> None:
        self.session.close()
        self.database.close()


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    chat = Chat(tmp_path / "home")
    yield chat
    chat.close()
