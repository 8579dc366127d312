"""What the person teaches while chatting: a thumb, a better answer, a thing to remember."""

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

from personal_ai.errors import UserError
from personal_ai.store.conversations import Conversations, MessageRow
from personal_ai.store.taught import THUMBS, Taught, TaughtRow


class Teaching:
    """Keeps what is taught; the next night learns it. `keep_note` makes a note of a text and returns its id."""

    def __init__(self, rows: Taught, conversations: Conversations, keep_note: Callable[[str], int]) -> None:
        self.rows = rows
        self._conversations = conversations
        self._keep_note = keep_note

    def thumb(self, message_id: int, up: bool) -> Literal["up", "down"] | None:
        """See ChatSession.thumb."""
        asked, answered = self._pair(message_id)
        kind: Literal["up", "down"] = "up" if up else "down"
        if any(row.kind == kind for row in self.rows.of_message(message_id)):
            self.rows.take_back(message_id, THUMBS)
            return None
        self.rows.add(
            kind,
            asked.text,
            answered.text if up else "",
            rejected="" if up else answered.text,
            conversation_id=answered.conversation_id,
            message_id=message_id,
            chunks=[source.chunk_id for source in answered.sources],
            instead_of=THUMBS,
        )
        return kind

    def teach(self, message_id: int, better_answer: str) -> TaughtRow:
        """See ChatSession.teach."""
        asked, answered = self._pair(message_id)
        better = better_answer.strip()
        if not better:
            raise UserError("There is no better answer yet. Write one, or give this one a thumb down.")
        if better == answered.text.strip():
            raise UserError("This is what it said already. Change the answer, or give it a thumb up.")
        return self.rows.add(
            "edit",
            asked.text,
            better,
            rejected=answered.text,
            conversation_id=answered.conversation_id,
            message_id=message_id,
            chunks=[source.chunk_id for source in answered.sources],
            instead_of=(*THUMBS, "edit"),
        )

    def prefer(self, better_id: int, other_id: int) -> TaughtRow:
        """See ChatSession.prefer."""
        asked, better = self._pair(better_id)
        other_asked, other = self._pair(other_id)
        if asked.id != other_asked.id:
            raise UserError("These two answer different questions. Compare two answers to the same one.")
        if better.text.strip() == other.text.strip():
            raise UserError("Both say the same, so there is nothing to prefer. Compare again for other words.")
        return self.rows.add(
            "prefer",
            asked.text,
            better.text,
            rejected=other.text,
            conversation_id=better.conversation_id,
            message_id=better_id,
            chunks=[source.chunk_id for source in better.sources],
            instead_of=("prefer",),
        )

    def remember(self, text: str) -> TaughtRow:
        """See ChatSession.remember."""
        text = text.strip()
        if not any(map(str.isalnum, text)):
            raise UserError("There is nothing to remember yet. Write it down and try again.")
        note = self._keep_note(text)
        return self.rows.of_document(note) or self.rows.add("remember", "", text, document_id=note)

    def better_answers(self, conversation_id: int) -> dict[int, str]:
        """The answers that the person wrote in place of the model's, by message id."""
        rows = self.rows.of_conversation(conversation_id)
        return {row.message_id: row.answer for row in rows if row.kind == "edit" and row.message_id is not None}

    def _pair(self, message_id: int) -> tuple[MessageRow, MessageRow]:
        """An answer and its question. Raises UserError for what nothing can be taught about."""
        message = self._conversations.message(message_id)
        if message.state == "streaming":
            raise UserError("This answer is still being written. Wait for its end, or stop it.")
        for asked, answered in pairwise(self._conversations.path(message_id)):
            if answered.id == message_id and (asked.role, answered.role) == ("user", "assistant") and answered.text:
                return asked, answered
        raise UserError("Only an answer with words in it can be taught about. Choose one.")
