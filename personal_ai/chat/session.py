"""The chat as the window and the command line know it: ask, stream, keep, stop, go on after a crash."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Literal

from personal_ai import messages
from personal_ai.chat import asking, beginning, fitting, prompt
from personal_ai.chat.aside import Aside
from personal_ai.chat.asking import Ask, Character, Way
from personal_ai.chat.events import AskStarted, ChatEvent, Hit, Sources, WorkerRestarted
from personal_ai.chat.history import day_of
from personal_ai.chat.model_worker import ModelWorker
from personal_ai.chat.preparing import Preparing
from personal_ai.chat.resting import Resting
from personal_ai.chat.teaching import Teaching
from personal_ai.errors import UserError
from personal_ai.messages import AdapterUse, Turn
from personal_ai.models.catalogue import ModelEntry
from personal_ai.settings import Settings
from personal_ai.store.attachments import NewAttachment
from personal_ai.store.conversations import Conversations, Made, MessageState, Switches
from personal_ai.store.taught import Taught, TaughtRow
from personal_ai.worker import Worker, WorkerDied

logger = logging.getLogger(__name__)

#: A growing answer is kept this often, so that a crash of the window loses little of it.
KEEP_SECONDS = 2.0

#: Seconds without a question after which what was computed is written to disk, and after which the model is dropped.
KEEP_AFTER, DROP_AFTER = 30.0, 900.0
#: With less memory left, in bytes, the model is dropped as soon as it is not in use.
SHORT_OF_MEMORY = 500 * 1024**2
#: Read once to see how fast this machine reads, so that the first follow-up brings along what can be read in time.
READING = "The tide comes in twice a day, and the boats wait for it in the harbour. " * 8

RESTARTED = "The model stopped unexpectedly and was started again; the answer begins anew."
BROKEN = (
    "The model stopped twice in a row, so this question was given up. Ask again, or choose another model; "
    "if it happens again, close other programs to free memory."
)


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
        persona: Callable[[int], Character | None] = lambda _conversation: None,
        choose_persona: Callable[[int, int], None] = lambda _conversation, _persona: None,
        shelved: Callable[[int], list[AdapterUse]] = lambda _night: [],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_seed: Callable[[], int] = lambda: secrets.randbelow(2**31),
    ) -> None:
        self.conversations = conversations
        self.teaching = Teaching(taught, conversations, keep_note)
        self._model = model
        self._adapters = adapters
        self._settings = settings
        self._persona, self._choose_persona, self._shelved = persona, choose_persona, shelved
        self._start_worker = start_worker
        self._now = now
        self._new_seed = new_seed
        self._worker: ModelWorker | None = None
        # A plain lock: a generator may be closed by another thread than the one that began it.
        self._busy = threading.Lock()
        self._writing: Ask | None = None
        self._aside = Aside()
        self._resting = Resting(conversations, self._aside)
        #: When the worker was last asked for anything, on the monotonic clock.
        self._used = 0.0
        self._preparing = Preparing(
            conversations,
            self.teaching,
            search,
            lambda: self._model(),
            lambda: self._adapters(),
            settings,
            lambda conversation: self._persona(conversation),
            new_seed,
        )

    @property
    def pid(self) -> int | None:
        """The chat worker's process id, None while there is none."""
        return self._worker.pid if self._worker else None

    def close(self) -> None:
        """Stop what is being written and end the chat worker."""
        self.stop()
        # A generator that somebody forgot to close must not keep the program from ending.
        with self._aside.first():
            got = self._busy.acquire(timeout=5)
            try:
                if got:
                    self._rest(self._resting.keep_state)
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
        switches: Switches | None = None,
        max_tokens: int | None = None,
        seed: int | None = None,
        persona: int | None = None,
        attached: Sequence[NewAttachment] = (),
        look_into: Callable[[str, int], Sequence[Hit]] | None = None,
    ) -> Iterator[ChatEvent]:
        """Answer a question, in a new conversation when none is given; what is None is as it and the settings say.

        `look_into` searches the attached files, in place of the notes this once. `switches` are what a new conversation
        chooses, `persona` is who answers in it.

        The question is kept with what is attached before AskStarted, or nothing is; the answer is kept however it ends.
        Closing the generator stops it.
        Raises UserError for an empty question, a missing model or conversation, and when the model crashes twice.
        """
        question = _some(question)
        with self._alone():
            started = time.monotonic()
            self._model()
            with beginning.conversation(self.conversations, conversation_id, question) as id:
                if conversation_id is None and switches:
                    self.conversations.switch(id, switches)
                if conversation_id is None and persona is not None:
                    self._choose_persona(id, persona)
                history = self._preparing.history(id, self.conversations.messages(id))
                chosen = self._preparing.chosen(id, use_notes, use_adapter)
                shown = tuple(each.data for each in attached if each.kind == "picture")
                ask = self._preparing.ask(
                    id, 0, question, history, chosen, started, seed=seed, look_into=look_into, pictures=shown
                )
                if max_tokens is not None:
                    ask.max_tokens = max_tokens
                beginning.answer(self.conversations, ask, beginning.Question(question, attached))
            yield from self._answer(ask)

    def edit(self, message_id: int, question: str) -> Iterator[ChatEvent]:
        """Ask a question in other words, and answer that; the old one stays beside it with all that followed.

        Raises UserError for a message that is no question, and for an empty one.
        """
        question = _some(question)
        with self._alone():
            started = time.monotonic()
            self._model()
            old = self.conversations.message(message_id)
            if old.role != "user":
                raise UserError("Only a question can be asked in other words. Choose one.")
            history = self._preparing.history(old.conversation_id, self._preparing.path(old.parent))
            chosen = self._preparing.chosen(old.conversation_id)
            read = self._preparing.attached_sources(message_id)
            ask = self._preparing.ask(
                old.conversation_id, 0, question, history, chosen, started, of_files=read,
                pictures=self._preparing.pictures(message_id),
            )  # fmt: skip
            beginning.answer(self.conversations, ask, beginning.Question(question, instead=old))
            yield from self._answer(ask)

    def regenerate(
        self, message_id: int, way: Way | None = None, seed: int | None = None
    ) -> Generator[ChatEvent, None, None]:
        """Write an answer again from the same passages with another seed; the old one stays beside it.

        `way` is what it leans on, None: what its conversation chose. Raises UserError for a message that is no answer.
        """
        with self._alone():
            started = time.monotonic()
            self._model()
            old = self.conversations.message(message_id)
            before = self._preparing.path(old.parent)
            if old.role != "assistant" or not before or before[-1].role != "user":
                raise UserError("Only an answer can be written again. Choose one, or ask the question anew.")
            chosen = way.switches if way else self._preparing.chosen(old.conversation_id)
            # Where the notes were not looked into, they are now that they are wanted.
            sources = old.sources if chosen.notes and old.made.asked_notes is not False else None
            read = self._preparing.attached_sources(before[-1].id)
            history = self._preparing.history(old.conversation_id, before)
            ask = self._preparing.ask(
                old.conversation_id, before[-1].id, before[-1].text, history, chosen, started, sources, seed,
                of_files=read, pictures=self._preparing.pictures(before[-1].id),
            )  # fmt: skip
            if way and way.night is not None and chosen.adapter:
                ask.adapters = asking.at_strength(self._shelved(way.night), way.strength)
            beginning.answer(self.conversations, ask)
            yield from self._answer(ask)

    def compare(self, message_id: int, ways: tuple[Way, Way]) -> Iterator[tuple[int, ChatEvent]]:
        """Answer the question of an answer in two ways, one after the other, with one seed; events say which (0 or 1).

        Both stand beside the answer as further versions of it, and the answer stays on show.
        Raises UserError as `regenerate` does.
        """
        seed = self._new_seed()
        try:
            for number, way in enumerate(ways):
                with closing(self.regenerate(message_id, way, seed)) as events:
                    for event in events:
                        yield number, event
        finally:
            self.conversations.branches.show(message_id)

    def proceed(self, message_id: int) -> Iterator[ChatEvent]:
        """Continue an answer that was stopped, broke off or became too long, where it ends.

        Raises UserError for any other message.
        """
        with self._alone():
            started = time.monotonic()
            self._model()
            old = self.conversations.message(message_id)
            before = self._preparing.path(old.parent)
            if not asking.can_proceed(old) or not before or before[-1].role != "user":
                raise UserError("Only an answer that was cut off can be continued. Ask for more in words.")
            history = self._preparing.history(old.conversation_id, before)
            chosen = self._preparing.chosen(old.conversation_id)
            ask = self._preparing.ask(
                old.conversation_id, before[-1].id, before[-1].text, history, chosen, started, old.sources,
                pictures=self._preparing.pictures(before[-1].id),
            )  # fmt: skip
            ask.message_id, ask.begun, ask.text, ask.before = old.id, old.text, old.text, old.made
            beginning.answer(self.conversations, ask)
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

    def prefer(self, better_id: int, other_id: int) -> TaughtRow:
        """Say that one of two answers to the same question is better, and show it from now on.

        It goes with its conversation. Raises UserError when they say the same, or answer different questions.
        """
        row = self.teaching.prefer(better_id, other_id)
        self.conversations.branches.show(better_id)
        return row

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
        """Load the model ahead of the first question, where it is not loaded, and see how fast it reads.

        Raises UserError.
        """
        with self._aside.first(), self._busy:
            model = self._model()
            self._used = time.monotonic()
            if self._worker and self._worker.alive and self._worker.holds(model):
                return
            try:
                chosen = self._settings()
                context = chosen.choices(model.name).context
                worker = self._ready(model, self._adapters() if chosen.use_adapter else [], context)
                system = prompt.system_turn(day_of(self._now()))
                if not self._preparing.reading_speed:
                    self._preparing.watch_speed(worker.read([system, Turn("user", READING)], chosen.use_notes))
                worker.read([system, Turn("user", "")], chosen.use_notes)
            except WorkerDied as error:
                self._drop_worker()
                raise UserError(BROKEN) from error

    def rest(self, free_memory: int) -> None:
        """Keep what was computed once the person pauses, name the conversation, drop the model when long not used.

        To be called about once a minute. `free_memory` is in bytes (0: unknown); where it is short the model goes
        sooner. Does nothing while an answer is written.
        """
        if not self._busy.acquire(blocking=False):
            return
        try:
            idle = time.monotonic() - self._used
            if idle >= KEEP_AFTER:
                self._rest(self._resting.keep_state)
            if self._worker and idle >= (KEEP_AFTER if 0 < free_memory < SHORT_OF_MEMORY else DROP_AFTER):
                logger.info("the model is dropped after %.0f idle seconds", idle)
                self._drop_worker()
            elif idle >= KEEP_AFTER:
                self._rest(self._resting.name)
        finally:
            self._busy.release()

    def _rest(self, what: Callable[[ModelWorker | None], None]) -> None:
        try:
            what(self._worker)
        except WorkerDied:
            self._drop_worker()

    def refresh_adapters(self) -> messages.AdaptersInUse | None:
        """Make what the shelf says live in the running worker, after the answer that is being written.

        Return None when nothing had to change; a worker that does not run takes the new set when it starts.
        """
        with self._aside.first(), self._busy:
            worker = self._worker
            if worker is None or worker.loaded is None or worker.loaded.model != str(self._model().path):
                return None
            wanted = self._adapters() if self._settings().use_adapter else []
            if wanted == worker.live:
                return None
            # To read it all again would take longer than a name is worth.
            self._resting.unnamed = None
            try:
                return worker.use(wanted)
            except WorkerDied:
                self._drop_worker()
                return None

    def _ready(self, model: ModelEntry, adapters: list[AdapterUse], context: int) -> ModelWorker:
        if self._worker is None or not self._worker.alive:
            self._drop_worker()
            self._worker = ModelWorker(self._start_worker())
        if self._worker.loaded and self._worker.loaded.model != str(model.path):
            self._preparing.reading_speed = 0.0
        self._worker.prepare(model, adapters, context)
        return self._worker

    def _drop_worker(self) -> None:
        worker, self._worker = self._worker, None
        self._resting.unnamed = None
        if worker:
            worker.end()

    # ---- one answer -----------------------------------------------------------------------------------------

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._writing is not None:
            raise UserError("An answer is still being written. Stop it, or wait for its end, and ask again.")
        with self._aside.first(), self._busy:
            try:
                yield
            finally:
                self._writing = None

    def _answer(self, ask: Ask) -> Iterator[ChatEvent]:
        self._writing = ask
        try:
            yield AskStarted(ask.conversation_id, ask.message_id, ask.blind)
            if ask.sources:
                yield Sources(ask.sources)
            yield from self._stream_twice(ask)
        except GeneratorExit:
            if not ask.done:
                self._finish_stopped(ask)
            raise
        except BaseException:
            self._keep(ask, "failed", asking.made(ask, time.monotonic(), reason="failed"))
            raise

    def _stream_twice(self, ask: Ask) -> Iterator[ChatEvent]:
        try:
            yield from self._stream(ask)
            return
        except WorkerDied as error:
            logger.warning("the chat worker died and is started again: %s", error)
        self._drop_worker()
        ask.id, ask.text, ask.first = 0, ask.begun, 0.0
        yield WorkerRestarted(RESTARTED, ask.begun)
        try:
            yield from self._stream(ask)
        except WorkerDied as error:
            self._drop_worker()
            raise UserError(BROKEN) from error

    def _stream(self, ask: Ask) -> Iterator[ChatEvent]:
        if self._resting.unkept and self._resting.unkept.conversation_id != ask.conversation_id:
            self._rest(self._resting.keep_state)
        self._resting.forget()
        worker = self._ready(ask.model, ask.adapters, ask.context)
        ask.turns = fitting.fit(ask, worker, day_of(self._now()))
        ask.id = worker.next_id()
        if ask.stopped:
            # It was stopped while the model was loaded; the worker then ends the request before its first token.
            worker.cancel(ask.id)
        # What was seen is computed once more after a restart, and weighed as it comes.
        seeing = asking.shows_pictures(ask)
        contrasted = bool(ask.sources) and not ask.begun and not seeing
        request = messages.Generate(
            id=ask.id,
            turns=ask.turns,
            sampling=ask.sampling,
            max_tokens=ask.max_tokens,
            without=[*ask.turns[:-1], Turn("user", ask.question)] if contrasted else [],
            begun=ask.begun,
            notes=ask.reads,
            state="" if seeing else str(self.conversations.states.file(ask.conversation_id)),
        )
        for event in worker.generate(request):
            if isinstance(event, messages.Text):
                self._take(ask, event.text)
                yield event
            else:
                ask.done = True
                self._resting.unkept, self._used = ask, time.monotonic()
                self._resting.unnamed = ask if event.reason in ("end", "length") else None
                self._preparing.watch_speed(event)
                how = asking.made(ask, time.monotonic(), event)
                self._keep(ask, "stopped" if event.reason == "cancelled" else "done", how)
                yield asking.whole(ask, event)

    def _take(self, ask: Ask, text: str) -> None:
        ask.text += text
        now = time.monotonic()
        ask.first = ask.first or now - ask.started
        if now - ask.kept > KEEP_SECONDS:
            ask.kept = now
            self._keep(ask, "streaming")

    def _keep(self, ask: Ask, state: MessageState, how: Made | None = None) -> None:
        try:
            self.conversations.update_message(ask.message_id, text=ask.text, state=state, made=how)
        except UserError as error:
            logger.warning(
                "an answer could not be kept: its conversation is gone, or %s", type(error.__cause__).__name__
            )

    def _finish_stopped(self, ask: Ask) -> None:
        """Stop the worker, and keep what it said until it did, so that its cache and the history agree."""
        try:
            if ask.id and self._worker:
                self._worker.cancel(ask.id)
                ask.text += "".join(e.text for e in self._worker.rest() if isinstance(e, messages.Text))
                self._resting.unkept, self._used = ask, time.monotonic()
        except WorkerDied:
            self._drop_worker()
        except (UserError, RuntimeError) as error:
            logger.warning("an answer failed while it was being stopped: %s", error)
        self._keep(ask, "stopped", asking.made(ask, time.monotonic(), reason="cancelled"))


def _some(question: str) -> str:
    question = question.strip()
    if not question:
        raise UserError("There is no question yet. Type one and ask again.")
    return question
