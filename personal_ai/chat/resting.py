"""What is done once the person pauses: what was computed of a conversation is kept, and it gets a name."""

import logging

from personal_ai.chat import asking, naming
from personal_ai.chat.aside import Aside
from personal_ai.chat.asking import Ask
from personal_ai.chat.model_worker import ModelWorker
from personal_ai.errors import UserError
from personal_ai.store.conversations import Conversations
from personal_ai.system import free_disk

logger = logging.getLogger(__name__)


class Resting:
    """Remembers the last answer for as long as something is to be done about it. To be called by one thread at a time.

    Both things raise WorkerDied where the worker is gone by then.
    """

    def __init__(self, conversations: Conversations, aside: Aside) -> None:
        self._conversations, self._aside = conversations, aside
        #: The last answer, while what was computed for it stands in the worker alone.
        self.unkept: Ask | None = None
        #: The last answer, while its conversation may get a better name and the worker still holds it.
        self.unnamed: Ask | None = None

    def forget(self) -> None:
        """Another answer is on its way, and what the worker holds changes."""
        self.unkept = self.unnamed = None

    def keep_state(self, worker: ModelWorker | None) -> None:
        """Write what was computed for the last answer to disk, if all that it has seen is stored still."""
        ask, self.unkept = self.unkept, None
        states = self._conversations.states
        if ask is None or worker is None or not worker.alive or asking.shows_pictures(ask):
            return
        try:
            with states.keeping(ask.conversation_id) as file:
                if self._is_stored(ask):
                    worker.keep_state(file, min(states.limit // 2, free_disk(file) // 10))
        except (UserError, OSError) as error:
            logger.warning("what was computed of a conversation is not kept: %s", type(error).__name__)

    def name(self, worker: ModelWorker | None) -> None:
        """Let the model name the last conversation, unless the person did. A question that comes now goes first."""
        ask, self.unnamed = self.unnamed, None
        if ask is None or worker is None or not worker.alive:
            return
        try:
            wanted = self._conversations.is_unnamed(ask.conversation_id) and self._is_stored(ask)
            if wanted and (title := naming.name(ask, worker, self._aside)):
                self._conversations.name(ask.conversation_id, title)
        except (UserError, RuntimeError) as error:
            logger.warning("a conversation keeps its name: %s", type(error).__name__)

    def _is_stored(self, ask: Ask) -> bool:
        """Whether the conversation still stands there and quotes all that was read; deleted notes are blanked in it."""
        stored = {row.id: row.sources for row in self._conversations.path(ask.message_id)}
        read = [(ask.message_id, ask.sources), *((answered.id, answered.sources) for _, answered in ask.history)]
        return all(stored.get(id) == sources for id, sources in read)
