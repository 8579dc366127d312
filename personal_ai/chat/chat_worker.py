"""The child that holds llama.cpp: loads a model, swaps adapters, answers, measures."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from personal_ai import messages
from personal_ai.engine import generate, state, vision
from personal_ai.engine.runtime import ContextFull, Runtime
from personal_ai.errors import UserError, disk_sentence
from personal_ai.messages import Request, Sampling, Turn
from personal_ai.models import families, header, projector
from personal_ai.worker import Emit, Inbox, serve

logger = logging.getLogger(__name__)

#: How many texts are remembered token by token.
REMEMBERED = 256
#: A shorter conversation is computed again in less time than anybody notices.
WORTH_KEEPING = 256
#: Texts are sent at most this often: nobody sees more, and each message wakes another process on a busy processor.
SEND_SECONDS = 0.02
#: Rounds of a measurement: bare and own loop take turns, so that the machine's moods hit both.
ROUNDS = 4

LARGE_PICTURES = (
    "The pictures take more than this model can hold in mind at once. Attach fewer or smaller ones, or let it hold "
    "more in mind: on the Models page, under Defaults."
)

_MEASURED_TEXT = "Once upon a time, in a small town by the sea, there lived an old clockmaker who "


class ChatWorker:
    """Answers requests, one at a time."""

    def __init__(self) -> None:
        self._runtime: Runtime | None = None
        self._sha256 = ""
        # The state that was asked for last, so that each conversation's is read once.
        self._state = ""
        # Text → the tokens it was made of. Encoding an answer's text again may give other tokens than were sampled,
        # and then nothing after them could be reused.
        self._said: OrderedDict[str, list[int]] = OrderedDict()

    def handle(self, request: Request, inbox: Inbox, emit: Emit) -> None:
        """Answer one request by its events. Raises UserError for what a person can mend."""
        match request:
            case messages.Load():
                emit(self._load(request))
            case messages.UseAdapters():
                emit(self._use_adapters(request))
            case messages.Generate():
                self._generate(request, inbox, emit)
            case messages.CountTokens():
                emit(messages.TokenCount(id=request.id, tokens=len(self._encode(request.turns))))
            case messages.KeepState():
                emit(messages.StateKept(id=request.id, bytes=self._keep(request)))
            case messages.MeasureDecode():
                emit(self._measure(request, emit))
            case messages.Inspect():
                emit(messages.Inspected(path=request.path, width=_width(Path(request.path))))
            case messages.MeasureSight():
                emit(self._measure_sight(request, inbox))
            case _:
                raise ValueError(f"a chat worker does not know {type(request).__name__}")

    @property
    def _ready(self) -> Runtime:
        if self._runtime is None:
            raise UserError("No model is loaded yet. Choose a model in the settings.")
        return self._runtime

    def _load(self, request: messages.Load) -> messages.Loaded:
        started = time.perf_counter()
        if self._runtime:
            self._runtime.close()
            self._runtime = None
        self._said.clear()
        self._sha256, self._state = request.sha256, ""
        projector = Path(request.projector) if request.projector else None
        self._runtime = Runtime.load(Path(request.model), request.context, request.threads, projector)
        return messages.Loaded(
            model=request.model,
            family=self._runtime.family.name,
            context=self._runtime.n_ctx,
            parameters=self._runtime.header.parameters,
            seconds=time.perf_counter() - started,
        )

    def _use_adapters(self, request: messages.UseAdapters) -> messages.AdaptersInUse:
        started = time.perf_counter()
        self._state = ""
        self._ready.set_adapters(request.adapters)
        return messages.AdaptersInUse(adapters=request.adapters, seconds=time.perf_counter() - started)

    def _generate(self, request: messages.Generate, inbox: Inbox, emit: Emit) -> None:
        outbox = _Outbox(request.id, emit)
        try:
            with self._ready.aside() if request.aside else nullcontext():
                outcome = self._run(request, outbox.add, lambda: inbox.cancelled(request.id))
        finally:
            outbox.flush()
            # A Cancel that came too late must not stop the next answer.
            inbox.forget_interrupts()
        if request.aside and not self._ready.tokens:
            # This model cannot forget a part: what is on disk has to be taken up again.
            self._state = ""
        elif not request.aside:
            self._remember(request.begun + outbox.text, self._begun(request) + outcome.generated)
        emit(
            messages.Finished(
                id=request.id,
                reason=outcome.reason,
                prompt_tokens=outcome.prompt_tokens,
                reused_tokens=outcome.reused_tokens,
                tokens=len(outcome.generated),
                first_token_seconds=outcome.first_token_seconds,
                seconds=outcome.seconds,
            )
        )

    def _run(
        self, request: messages.Generate, take: Callable[[str], None], cancelled: Callable[[], bool]
    ) -> generate.Outcome:
        if not request.aside:
            self._ready.with_notes(request.notes)
            if not request.state:
                # What is read now is no conversation that was kept: that is taken up again when it goes on.
                self._state = ""
        self._take_up(request)
        tokens = self._encode(request.turns) + self._begun(request)
        self._ready.forget_pictures(tokens)
        if len(tokens) > self._ready.n_ctx and any(turn.pictures for turn in request.turns):
            raise UserError(LARGE_PICTURES)
        without = self._encode(request.without) if request.without else ()
        answer = generate.generate(
            self._ready, tokens, request.sampling, request.max_tokens, cancelled, without=without
        )
        while True:
            try:
                take(next(answer))
            except StopIteration as end:
                return end.value

    # ---- states -------------------------------------------------------------------------------------------------

    def _keep(self, request: messages.KeepState) -> int:
        # What a picture stands for is no token, and a file of them would not know it again.
        if not self._sha256 or len(self._ready.tokens) < WORTH_KEEPING or self._ready.holds_pictures:
            return 0
        try:
            return state.save(self._ready, Path(request.path), self._sha256, request.at_most)
        except OSError as error:
            raise UserError(disk_sentence(error, "keeping what was computed of a conversation")) from error

    def _take_up(self, request: messages.Generate) -> None:
        """Continue from what was kept of this conversation, unless it is the live one already."""
        if not self._sha256 or request.state in ("", self._state):
            return
        self._state = request.state
        try:
            if state.restore(self._ready, Path(request.state), self._sha256):
                self._recognise(request.turns)
        except OSError as error:
            logger.warning("a kept state cannot be read: %s", type(error).__name__)

    def _recognise(self, turns: list[Turn]) -> None:
        """Remember the tokens that earlier answers have in the cache."""
        tokenizer, known = self._ready.tokenizer, self._ready.tokens
        place = int(tokenizer.adds_bos)
        for piece in families.render(turns, self._ready.template):
            wanted, end = piece.text.encode(), place
            if piece.learn and not piece.special:
                got = b""
                while end < len(known) and len(got) < len(wanted):
                    got += tokenizer.piece(known[end])
                    end += 1
                if got != wanted:
                    return
                self._remember(piece.text, known[place:end])
            else:
                end += len(tokenizer.encode(piece.text, piece.special))
            place = end

    # ---- tokens -------------------------------------------------------------------------------------------------

    def _encode(self, turns: list[Turn]) -> list[int]:
        tokenizer = self._ready.tokenizer
        tokens = [tokenizer.bos] if tokenizer.adds_bos else []
        for piece in families.render(turns, self._ready.template):
            if piece.picture:
                tokens += self._ready.look(piece.picture)
                continue
            said = self._said.get(piece.text) if piece.learn and not piece.special else None
            tokens += tokenizer.encode(piece.text, piece.special) if said is None else said
        return tokens

    def _begun(self, request: messages.Generate) -> list[int]:
        said = self._said.get(request.begun)
        return (said if said is not None else self._ready.tokenizer.encode(request.begun)) if request.begun else []

    def _remember(self, text: str, tokens: list[int]) -> None:
        self._said[text] = tokens
        self._said.move_to_end(text)
        if len(self._said) > REMEMBERED:
            self._said.popitem(last=False)

    def _measure(self, request: messages.MeasureDecode, emit: Emit) -> messages.DecodeMeasured:
        runtime = self._ready
        tokens = runtime.tokenizer.encode(_MEASURED_TEXT)
        steps = max(1, min(request.tokens, (runtime.n_ctx - len(tokens)) - 1) // ROUNDS)
        bare = own = 0.0
        for _ in range(ROUNDS):
            bare += generate.bare(runtime, tokens, steps)
            own += self._own_seconds(request.id, tokens, steps, emit)
        runtime.clear()
        return messages.DecodeMeasured(id=request.id, tokens=steps * ROUNDS, bare_seconds=bare, engine_seconds=own)

    def _measure_sight(self, request: messages.MeasureSight, inbox: Inbox) -> messages.SightMeasured:
        runtime = self._ready
        started = time.perf_counter()
        tokens = [*runtime.look(vision.try_picture()), *runtime.tokenizer.encode(_MEASURED_TEXT)]
        runtime.clear()
        try:
            runtime.prefill(tokens, lambda: inbox.cancelled(request.id))
        except ContextFull as error:
            raise UserError(LARGE_PICTURES) from error
        runtime.clear()
        return messages.SightMeasured(id=request.id, tokens=len(tokens), seconds=time.perf_counter() - started)

    def _own_seconds(self, id: int, tokens: list[int], steps: int, emit: Emit) -> float:
        # One token more than timed: the first comes with the prompt, so both loops time `steps` decodes and samples.
        outbox = _Outbox(id, emit)
        greedy = Sampling(temperature=0, repeat_penalty=1.0)
        started = 0.0
        for text in generate.generate(self._ready, tokens, greedy, steps + 1, lambda: False, ignore_end=True):
            started = started or time.perf_counter()
            outbox.add(text)
        outbox.flush()
        return time.perf_counter() - started


def _width(path: Path) -> int:
    """The width of the models that a projector is for; 0 for a file that is none."""
    file = header.read(path)
    return projector.describe(file).width if projector.is_one(file) else 0


class _Outbox:
    """Gathers an answer's text and sends it in pieces, the first at once."""

    def __init__(self, id: int, emit: Emit) -> None:
        self._id = id
        self._emit = emit
        self._waiting: list[str] = []
        self._all: list[str] = []
        self._sent = 0.0

    @property
    def text(self) -> str:
        return "".join(self._all)

    def add(self, text: str) -> None:
        self._waiting.append(text)
        now = time.perf_counter()
        if now - self._sent >= SEND_SECONDS:
            self._sent = now
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            text = "".join(self._waiting)
            self._all.append(text)
            self._waiting.clear()
            self._emit(messages.Text(id=self._id, text=text))


def main() -> int:
    """Be the chat worker until stdin closes; return the exit code."""
    return serve(ChatWorker().handle)
