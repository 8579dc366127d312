"""The chat as the window and the command line know it: ask, stream, keep, stop, go on after a crash."""

import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec

from personal_ai import messages
from personal_ai.chat import prompt
from personal_ai.chat.events import Answer, AskStarted, ChatEvent, Hit, Sources, WorkerRestarted
from personal_ai.chat.model_worker import ModelWorker
from personal_ai.chat.prompt import Passage
from personal_ai.chat.teaching import Teaching
from personal_ai.errors import UserError
from personal_ai.messages import AdapterUse, Sampling, Turn
from personal_ai.models.catalogue import ModelEntry
from personal_ai.settings import Settings
from personal_ai.store.conversations import READING_SKILL, Conversations, MessageRow, MessageState, Source
from personal_ai.store.taught import Taught, TaughtRow
from personal_ai.worker import Worker, WorkerDied

logger = logging.getLogger(__name__)

#: Tokens of new passages in a follow-up, at least and at most. A first question may be read for a second and a half;
#: later ones should be answered within 0.4 seconds, so they get what this machine was seen to read in that time.
FOLLOW_UP_LEAST, FOLLOW_UP_MOST = 50, prompt.BUDGET
FOLLOW_UP_SECONDS = 0.33
#: Below so many tokens they are one passage's, above two passages': what is cut too short says nothing.
ONE_PASSAGE_TOKENS = 100
#: What a follow-up costs besides its passages' text: template, titles, the question itself.
FOLLOW_UP_TOKENS = 50
#: A question of at most so many words is looked up together with the one before it.
SHORT_QUESTION = 5
#: Prompts shorter than this are too short to tell how fast the machine reads.
MEASURED_TOKENS = 96
#: A growing answer is kept this often, so that a crash of the window loses little of it.
KEEP_SECONDS = 2.0

RESTARTED = "The model stopped unexpectedly and was started again; the answer begins anew."
BROKEN = (
    "The model stopped twice in a row, so this question was given up. Ask again, or choose another model; "
    "if it happens again, close other programs to free memory."
)


#: A question and the answer it got.
Pair = tuple[MessageRow, MessageRow]


class _Ask(msgspec.Struct):
    """One answer in the making."""

    conversation_id: int
    message_id: int
    question: str
    sources: list[Source]
    history: list[Pair]
    model: ModelEntry
    adapters: list[AdapterUse]
    sampling: Sampling
    max_tokens: int
    started: float
    #: Of the request in the worker; 0 before it was sent.
    id: int = 0
    text: str = ""
    first: float = 0.0
    kept: float = 0.0
    stopped: bool = False
    done: bool = False


class ChatSession:
    """Answers questions with the chat worker and keeps every conversation.

    Any thread may call; one answer is written at a time, and nothing is changed in the worker while it is.
    """

    def __init__(
        self,
        conversations: Conversations,
        search: Callable[[str, int], Sequence[Hit]],
        model: Callable[[], ModelEntry],
        adapters: Callable[[], list[AdapterUse]],
        settings: Callable[[], Settings],
        start_worker: Callable[[], Worker],
        taught: Taught,
        keep_note: Callable[[str], int],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_seed: Callable[[], int] = lambda: secrets.randbelow(2**31),
    ) -> None:
        self.conversations = conversations
        self.teaching = Teaching(taught, conversations, keep_note)
        self._search = search
        self._model = model
        self._adapters = adapters
        self._settings = settings
        self._start_worker = start_worker
        self._now = now
        self._new_seed = new_seed
        self._worker: ModelWorker | None = None
        # A plain lock: a generator may be closed by another thread than the one that began it.
        self._busy = threading.Lock()
        self._writing: _Ask | None = None
        #: Tokens a second at which this machine was seen to read a prompt; 0 before it was.
        self._reading_speed = 0.0

    @property
    def pid(self) -> int | None:
        """The chat worker's process id, None while there is none."""
        return self._worker.pid if self._worker else None

    def close(self) -> None:
        """Stop what is being written and end the chat worker."""
        self.stop()
        # A generator that somebody forgot to close must not keep the program from ending.
        got = self._busy.acquire(timeout=5)
        try:
            self._drop_worker()
        finally:
            if got:
                self._busy.release()

    # ---- asking ---------------------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        conversation_id: int | None = None,
        *,
        use_notes: bool | None = None,
        use_adapter: bool | None = None,
        max_tokens: int | None = None,
        seed: int | None = None,
    ) -> Iterator[ChatEvent]:
        """Answer a question, in a new conversation when none is given; what is None is as the settings say.

        The question is kept at once and the answer however it ends; closing the generator stops it.
        Raises UserError for an empty question, a missing model or conversation, and when the model crashes twice.
        """
        question = question.strip()
        if not question:
            raise UserError("There is no question yet. Type one and ask again.")
        with self._alone():
            started = time.monotonic()
            chosen, model = self._settings(), self._model()
            if conversation_id is None:
                conversation_id = self.conversations.create(_title(question))
            history = self._history(conversation_id, self.conversations.messages(conversation_id))
            self.conversations.add_message(conversation_id, "user", question)
            noted = chosen.use_notes if use_notes is None else use_notes
            learned = chosen.use_adapter if use_adapter is None else use_adapter
            ask = _Ask(
                conversation_id=conversation_id,
                message_id=0,
                question=question,
                sources=self._passages(question, history, chosen.passages) if noted else [],
                history=history,
                model=model,
                adapters=self._adapters() if learned else [],
                sampling=self._sampling(chosen, seed),
                max_tokens=chosen.max_tokens if max_tokens is None else max_tokens,
                started=started,
            )
            yield from self._answer(ask)

    def regenerate(self, message_id: int) -> Iterator[ChatEvent]:
        """Write an answer again from the same passages with another seed; it and all after it are replaced.

        Raises UserError for a message that is no answer.
        """
        with self._alone():
            started = time.monotonic()
            chosen, model = self._settings(), self._model()
            old = self.conversations.message(message_id)
            before = [row for row in self.conversations.messages(old.conversation_id) if row.id < message_id]
            if old.role != "assistant" or not before or before[-1].role != "user":
                raise UserError("Only an answer can be written again. Choose one, or ask the question anew.")
            self.conversations.delete_messages_from(message_id)
            ask = _Ask(
                conversation_id=old.conversation_id,
                message_id=0,
                question=before[-1].text,
                sources=old.sources,
                history=self._history(old.conversation_id, before),
                model=model,
                adapters=self._adapters() if chosen.use_adapter else [],
                sampling=self._sampling(chosen, None),
                max_tokens=chosen.max_tokens,
                started=started,
            )
            yield from self._answer(ask)

    def stop(self) -> None:
        """Stop the answer that is being written, from any thread; what came is kept."""
        ask, worker = self._writing, self._worker
        if ask is None:
            return
        ask.stopped = True
        if worker is not None and ask.id and not ask.done:
            try:
                worker.cancel(ask.id)
            except WorkerDied:
                logger.info("nothing to stop: the chat worker is gone")

    # ---- teaching -------------------------------------------------------------------------------------------

    def thumb(self, message_id: int, up: bool) -> Literal["up", "down"] | None:
        """Say that an answer was good or bad; the same thumb again takes it back. Returns the thumb that stands now.

        It goes with its conversation. Raises UserError for a message that is no answer.
        """
        return self.teaching.thumb(message_id, up)

    def teach(self, message_id: int, better_answer: str) -> TaughtRow:
        """Keep a better answer; the conversation goes on from it, and what was said is kept as `rejected`.

        It takes the place of an earlier one and of a thumb, and stays when its conversation is deleted. The message
        itself is not changed. Raises UserError for a message that is no answer, and for an empty or an unchanged one.
        """
        return self.teaching.teach(message_id, better_answer)

    def remember(self, text: str) -> TaughtRow:
        """Keep a text, and as a note of its own, so that it is found from the next question on; both stay.

        Raises UserError when there are no words in it.
        """
        return self.teaching.remember(text)

    def taught(self) -> list[TaughtRow]:
        """Everything taught, newest first."""
        return self.teaching.rows.list()

    # ---- getting ready --------------------------------------------------------------------------------------

    def warm(self) -> None:
        """Load the model and read the stable part of the prompt ahead of the first question. Raises UserError."""
        with self._busy:
            chosen, model = self._settings(), self._model()
            try:
                worker = self._ready(model, self._adapters() if chosen.use_adapter else [])
                worker.read([prompt.system_turn(self._today()), Turn("user", "")])
            except WorkerDied as error:
                self._drop_worker()
                raise UserError(BROKEN) from error

    def refresh_adapters(self) -> messages.AdaptersInUse | None:
        """Make what the shelf says live in the running worker, after the answer that is being written.

        Return None when nothing had to change; a worker that does not run takes the new set when it starts.
        """
        with self._busy:
            worker = self._worker
            if worker is None or worker.loaded is None or worker.loaded.model != str(self._model().path):
                return None
            wanted = self._adapters() if self._settings().use_adapter else []
            try:
                return worker.use(wanted) if wanted != worker.live else None
            except WorkerDied:
                self._drop_worker()
                return None

    def _ready(self, model: ModelEntry, adapters: list[AdapterUse]) -> ModelWorker:
        if self._worker is None or not self._worker.alive:
            self._drop_worker()
            self._worker = ModelWorker(self._start_worker())
        if self._worker.loaded and self._worker.loaded.model != str(model.path):
            self._reading_speed = 0.0
        self._worker.prepare(model, adapters)
        return self._worker

    def _drop_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker:
            worker.end()

    # ---- one answer -----------------------------------------------------------------------------------------

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._writing is not None:
            raise UserError("An answer is still being written. Stop it, or wait for its end, and ask again.")
        with self._busy:
            try:
                yield
            finally:
                self._writing = None

    def _answer(self, ask: _Ask) -> Iterator[ChatEvent]:
        self._writing = ask
        ask.kept = ask.started
        ask.message_id = self.conversations.add_message(
            ask.conversation_id,
            "assistant",
            "",
            sources=ask.sources,
            adapter=_number(ask.adapters),
            model=ask.model.name,
            seed=ask.sampling.seed,
            state="streaming",
        )
        try:
            yield AskStarted(ask.conversation_id, ask.message_id)
            if ask.sources:
                yield Sources(ask.sources)
            yield from self._stream_twice(ask)
        except GeneratorExit:
            if not ask.done:
                self._finish_stopped(ask)
            raise
        except BaseException:
            self._keep(ask, "failed")
            raise

    def _stream_twice(self, ask: _Ask) -> Iterator[ChatEvent]:
        try:
            yield from self._stream(ask)
            return
        except WorkerDied as error:
            logger.warning("the chat worker died and is started again: %s", error)
        self._drop_worker()
        ask.id, ask.text, ask.first = 0, "", 0.0
        yield WorkerRestarted(RESTARTED)
        try:
            yield from self._stream(ask)
        except WorkerDied as error:
            self._drop_worker()
            raise UserError(BROKEN) from error

    def _stream(self, ask: _Ask) -> Iterator[ChatEvent]:
        worker = self._ready(ask.model, ask.adapters)
        turns = self._turns(ask, worker)
        ask.id = worker.next_id()
        if ask.stopped:
            # It was stopped while the model was loaded; the worker then ends the request before its first token.
            worker.cancel(ask.id)
        request = messages.Generate(
            id=ask.id,
            turns=turns,
            sampling=ask.sampling,
            max_tokens=ask.max_tokens,
            with_notes=bool(ask.sources),
        )
        for event in worker.generate(request):
            if isinstance(event, messages.Text):
                self._take(ask, event.text)
                yield event
            else:
                ask.done = True
                self._watch_speed(event)
                self._keep(ask, "stopped" if event.reason == "cancelled" else "done")
                yield _whole(ask, event)

    def _take(self, ask: _Ask, text: str) -> None:
        ask.text += text
        now = time.monotonic()
        ask.first = ask.first or now - ask.started
        if now - ask.kept > KEEP_SECONDS:
            ask.kept = now
            self._keep(ask, "streaming")

    def _keep(self, ask: _Ask, state: MessageState) -> None:
        try:
            self.conversations.update_message(ask.message_id, text=ask.text, state=state)
        except UserError as error:
            logger.warning(
                "an answer could not be kept: its conversation is gone, or %s", type(error.__cause__).__name__
            )

    def _finish_stopped(self, ask: _Ask) -> None:
        """Stop the worker, and keep what it said until it did, so that its cache and the history agree."""
        try:
            if ask.id and self._worker:
                self._worker.cancel(ask.id)
                ask.text += "".join(e.text for e in self._worker.rest() if isinstance(e, messages.Text))
        except WorkerDied:
            self._drop_worker()
        except (UserError, RuntimeError) as error:
            logger.warning("an answer failed while it was being stopped: %s", error)
        self._keep(ask, "stopped")

    def _sampling(self, chosen: Settings, seed: int | None) -> Sampling:
        return Sampling(temperature=chosen.temperature, seed=self._new_seed() if seed is None else seed)

    def _watch_speed(self, event: messages.Finished) -> None:
        read = event.prompt_tokens - event.reused_tokens
        if read >= MEASURED_TOKENS and event.first_token_seconds > 0:
            # The fastest seen: a slow one says more about what else ran than about the machine.
            self._reading_speed = max(self._reading_speed, read / event.first_token_seconds)

    def _history(self, conversation_id: int, rows: Sequence[MessageRow]) -> list[Pair]:
        """The questions that were answered so far, with the better answer where the person wrote one."""
        better = self.teaching.better_answers(conversation_id)
        return [
            (asked, msgspec.structs.replace(answered, text=better.get(answered.id, answered.text)))
            for asked, answered in _pairs(rows)
        ]

    # ---- the prompt -----------------------------------------------------------------------------------------

    def _passages(self, question: str, history: list[Pair], limit: int) -> list[Source]:
        wanted, budget = question, prompt.BUDGET
        if history:
            if len(question.split()) <= SHORT_QUESTION:
                # “And when was that?” finds nothing by itself.
                wanted = f"{history[-1][0].text} {question}"
            budget = self._follow_up_budget()
            limit = min(limit, 1 if budget < ONE_PASSAGE_TOKENS else 2)
        hits = list(self._search(wanted, limit))[:limit] if limit > 0 else []
        places = prompt.cut(wanted, [hit.text for hit in hits], budget)
        return [_source(hit, start, end) for hit, (start, end) in zip(hits, places, strict=True) if end > start]

    def _follow_up_budget(self) -> int:
        if not self._reading_speed:
            return FOLLOW_UP_MOST  # the whole conversation has to be read first anyway
        tokens = self._reading_speed * FOLLOW_UP_SECONDS - FOLLOW_UP_TOKENS
        # In steps, so that small differences in speed between two runs change no prompt.
        return max(FOLLOW_UP_LEAST, min(FOLLOW_UP_MOST, int(tokens) // 25 * 25))

    def _turns(self, ask: _Ask, worker: ModelWorker) -> list[Turn]:
        """Write the prompt: earlier questions under the passages they had then, so that the worker knows all of it."""
        assert worker.loaded
        room = worker.loaded.context - min(ask.max_tokens, worker.loaded.context // 4)
        today = self._today()

        def write(dropped: int) -> list[Turn]:
            return [prompt.system_turn(today), *_conversation(ask.history[dropped:], ask.question, ask.sources)]

        return prompt.trim(len(ask.history), write, lambda turns: worker.count(turns) <= room)[0]

    def _today(self) -> str:
        today = self._now().astimezone()
        return f"{today:%A}, {today.day} {today:%B} {today.year}"


def _conversation(history: list[Pair], question: str, sources: list[Source]) -> list[Turn]:
    """Write questions and answers; a passage that an earlier question brought along is not said again."""
    turns: list[Turn] = []
    said = ""
    for asked, answered in history:
        turns += [_question(asked.text, answered.sources, said), Turn("assistant", answered.text)]
        said += turns[-2].text
    return [*turns, _question(question, sources, said)]


def _question(text: str, sources: list[Source], said: str) -> Turn:
    new = [(number, s) for number, s in enumerate(sources, 1) if s.text.strip() not in said]
    passages = [Passage(s.title, s.heading, s.text, s.created) for _, s in new]
    return prompt.user_turn(text, passages, [number for number, _ in new])


def _pairs(rows: Sequence[MessageRow]) -> list[Pair]:
    """The questions that were answered, with their answers; failed and empty answers are no part of a conversation."""
    return [
        (asked, answered)
        for asked, answered in pairwise(rows)
        if (asked.role, answered.role) == ("user", "assistant") and answered.text and answered.state != "failed"
    ]


def _source(hit: Hit, start: int, end: int) -> Source:
    return Source(
        document=hit.document,
        document_id=hit.document_id,
        chunk_id=hit.chunk_id,
        title=hit.title,
        heading=hit.heading,
        text=hit.text[start:end],
        start=hit.start + start,
        end=hit.start + end,
        created=hit.created,
    )


def _whole(ask: _Ask, event: messages.Finished) -> Answer:
    speaking = event.seconds - event.first_token_seconds
    return Answer(
        message_id=ask.message_id,
        answer=ask.text,
        sources=ask.sources,
        tokens=event.tokens,
        prompt_tokens=event.prompt_tokens,
        reused_tokens=event.reused_tokens,
        first_token_seconds=ask.first,
        tokens_per_second=(event.tokens - 1) / speaking if event.tokens > 1 and speaking > 0 else 0.0,
        reason=event.reason,
    )


def _number(adapters: Sequence[AdapterUse]) -> int | None:
    """An adapter of the person's own lies in a folder named by its number, a reading skill among the skills."""
    if not adapters:
        return None
    folder = Path(adapters[0].path).parent
    if folder.parent.name == "skills":
        return READING_SKILL
    return int(folder.name) if folder.name.isdecimal() else None


def _title(question: str) -> str:
    line = re.sub(r"\s+", " ", question)
    return line if len(line) <= 60 else line[:59].rsplit(" ", 1)[0] + "…"
