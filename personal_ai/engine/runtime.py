"""A base model in memory: its context, what the KV cache holds, and the adapters that are live."""

import contextlib
import ctypes
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from personal_ai.engine import llama, vision
from personal_ai.engine.llama import DecodeStopped, llama_cpp
from personal_ai.engine.tokenizer import Tokenizer
from personal_ai.engine.vision import Eyes
from personal_ai.errors import UserError
from personal_ai.messages import AdapterUse
from personal_ai.models import adapter_file, families, header
from personal_ai.models.adapter_file import WITH_NOTES
from personal_ai.models.families import Family, Template
from personal_ai.models.header import GGUFFile, ModelHeader

#: Tokens a call of llama_decode takes at most; also how many are computed at once.
BATCH = 512
EVERY = slice(None)
LAST = slice(-1, None)
NONE = slice(0, 0)


__all__ = ["BATCH", "EVERY", "LAST", "NONE", "ContextFull", "DecodeStopped", "Runtime", "physical_cores"]


logger = logging.getLogger(__name__)


class ContextFull(Exception):
    """The context is full."""


@dataclass(frozen=True)
class _Source:
    """What identifies a loaded adapter: the same path with other content is another adapter."""

    path: str
    size: int
    changed: int

    @classmethod
    def of(cls, path: str) -> "_Source":
        try:
            stat = os.stat(path)  # noqa: PTH116 - one call, and the path stays a string for llama.cpp
        except OSError as error:
            raise UserError(f"The adapter file “{path}” is missing. Choose another adapter, or learn again.") from error
        return cls(path, stat.st_size, stat.st_mtime_ns)


@dataclass(frozen=True)
class _Adapter:
    """A loaded adapter: llama.cpp's pointer, and what it leans to where an answer begins."""

    pointer: Any
    leaning: dict[int, float]


class Runtime:
    """One loaded model and its context. Not thread-safe: one caller at a time.

    `tokens` is always what the KV cache holds: a prefix that the next prompt shares with it is not computed again. A
    picture stands in it by negative numbers (see vision.py).
    """

    def __init__(self, path: Path, file: GGUFFile, model: Any, context: Any, projector: Path | None = None) -> None:
        self.path = path
        self._projector = projector
        self._eyes: Eyes | None = None
        self.file = file
        self.header: ModelHeader = header.describe(file)
        self.family: Family = families.find(self.header)
        self.template: Template = families.template(self.header)
        self.model: Any = model
        self.context: Any = context
        self.vocab: Any = llama_cpp.llama_model_get_vocab(model)
        self.tokenizer = Tokenizer(self.vocab)
        self.tokenizer.add_end(self.template.end)
        self.n_ctx: int = llama_cpp.llama_n_ctx(context)
        self.tokens: list[int] = []
        self.adapters: list[AdapterUse] = []
        #: What tells the live set from any other: of each adapter its size, when it was written (ns), its strength.
        self.adapters_seal: list[tuple[int, int, float]] = []
        self._with_notes = False
        self._memory: Any = llama_cpp.llama_get_memory(context)
        self._loaded: dict[_Source, _Adapter] = {}
        #: Where the adapters come from, without notes and with: None where there is none.
        self._sources: list[tuple[_Source | None, _Source | None]] = []
        #: The live adapters and their strengths as llama.cpp has them.
        self._live: list[tuple[Any, float]] = []
        #: What the live adapters lean to where an answer begins: nats by token.
        self.leaning: dict[int, float] = {}
        #: The prompt and the first logits of the last answer that was looked at without its passages (contrast.py).
        self.without: tuple[list[int], np.ndarray] | None = None
        self._batch = llama.Batch(BATCH)

    @classmethod
    def load(cls, path: Path, context: int = 4096, threads: int = 0, projector: Path | None = None) -> "Runtime":
        """Load a base model with a context of at most `context` tokens. 0 threads means one a physical core.

        `projector` lets it look at pictures; its file is loaded when the first one comes.
        Raises UserError, one sentence, for a file that is no sound or supported model or that memory cannot hold.
        """
        about = header.inspect_model(path)
        file = header.read(path)
        families.template(about)
        model = llama_cpp.llama_model_load_from_file(os.fsencode(path), llama_cpp.llama_model_default_params())
        if not model:
            raise UserError(f"The model “{path.name}” cannot be loaded. Download it again, or choose another one.")
        made = llama_cpp.llama_init_from_model(model, _context_params(min(context, about.context_length), threads))
        if not made:
            llama_cpp.llama_model_free(model)
            raise UserError(
                f"There is not enough memory for “{path.name}”. Close other programs or take a smaller model."
            )
        runtime = cls(path, file, model, made, projector)
        try:
            runtime._warm_up()
        except BaseException:
            runtime.close()
            raise
        return runtime

    def close(self) -> None:
        """Free the context, the adapters, the projector and the model."""
        if self._eyes:
            self._eyes.close()
            self._eyes = None
        if self.context:
            llama_cpp.llama_free(self.context)
            llama_cpp.llama_model_free(self.model)  # takes its adapters with it
        self.context = self.model = None
        self._loaded.clear()

    def __enter__(self) -> "Runtime":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- the KV cache ---------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Forget everything that was computed."""
        llama_cpp.llama_memory_clear(self._memory, True)
        self.tokens = []

    def keep(self, count: int) -> int:
        """Forget all but the first `count` tokens. Return how many are left: 0 where a model cannot forget a part."""
        if count < len(self.tokens):
            if count and llama_cpp.llama_memory_seq_rm(self._memory, 0, count, -1):
                self.tokens = self.tokens[:count]
            else:
                self.clear()
        return len(self.tokens)

    def reuse(self, tokens: Sequence[int], at_most: int) -> int:
        """Keep what the cache and `tokens` share at their start, no more than `at_most` tokens. Return its length."""
        common = 0
        for mine, wanted in zip(self.tokens, tokens[:at_most], strict=False):
            if mine != wanted:
                break
            common += 1
        if common < len(tokens) and vision.is_place(tokens[common]):
            # A part of a picture is seen as a whole or not at all.
            common -= vision.within(tokens[common])
        return self.keep(common)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Let the bare base model compute something behind what the cache holds, which is all it holds afterwards.

        Where the block computes something else, only what both begin with is left.
        """
        before = self.tokens[:]
        if self._live:
            # The cache stays: the conversation behind it is the adapters', what follows is not.
            self._apply([])
        try:
            yield
        finally:
            if self._live:
                self._apply(self._live)
            self.reuse(before, len(before))

    def decode(self, tokens: Sequence[int], wanted: slice = LAST) -> None:
        """Compute at most BATCH tokens after those in the cache, with logits at the indices in `wanted`.

        Raises ContextFull when they do not fit and DecodeStopped when a prefill is cancelled; the cache stays as is.
        """
        if len(self.tokens) + len(tokens) > self.n_ctx:
            raise ContextFull
        self._compute(self._batch.fill(tokens, len(self.tokens), wanted), tokens)

    def _compute(self, batch: Any, tokens: Sequence[int]) -> None:
        status = llama_cpp.llama_decode(self.context, batch)
        if status == 0:
            self.tokens += tokens
            return
        # Parts of the batch may stand in the cache already.
        if not self.tokens or not llama_cpp.llama_memory_seq_rm(self._memory, 0, len(self.tokens), -1):
            self.clear()
        if status == 2:
            raise DecodeStopped
        if status == 1:
            raise ContextFull
        raise RuntimeError(f"llama_decode failed with status {status}")

    def prefill(self, tokens: Sequence[int], cancelled: Callable[[], bool]) -> None:
        """Compute `tokens` after those in the cache, with logits for the last.

        Raises ContextFull when they do not fit, and DecodeStopped, a layer or two later, once `cancelled` says so.
        """
        if not tokens:
            return
        *before, last = vision.stretches(tokens, BATCH)
        with self._stoppable(cancelled):
            for part in before:
                self._read(part, NONE, cancelled)
            self._read(last, LAST, cancelled)

    def _read(self, part: list[int], wanted: slice, cancelled: Callable[[], bool]) -> None:
        if vision.is_place(part[0]):
            self._see(part, wanted, cancelled)
        else:
            self.decode(part, wanted)

    @contextlib.contextmanager
    def _stoppable(self, cancelled: Callable[[], bool]) -> Iterator[None]:
        # Asked before each of some thousand nodes a batch: nothing beside 512 tokens, too much beside one.
        callback = llama_cpp.ggml_abort_callback(lambda _data: cancelled())
        llama_cpp.llama_set_abort_callback(self.context, callback, ctypes.c_void_p(0))
        try:
            yield
        finally:
            llama_cpp.llama_set_abort_callback(self.context, llama_cpp.ggml_abort_callback(), ctypes.c_void_p(0))

    # ---- pictures -------------------------------------------------------------------------------------------

    def look(self, picture: bytes) -> list[int]:
        """What stands in a prompt for a picture (see Eyes.look). Raises UserError where the model cannot see it."""
        if self._eyes is None:
            if self._projector is None:
                raise UserError("This model cannot look at pictures. Choose one that can, or ask without them.")
            self._eyes = Eyes(self._projector, self.model, self.tokenizer.size, llama_cpp.llama_n_threads(self.context))
        return self._eyes.look(picture)

    def forget_pictures(self, tokens: Sequence[int]) -> None:
        """Let go of the pictures that were looked at and are not in this prompt."""
        if self._eyes:
            self._eyes.keep_only(tokens)

    @property
    def holds_pictures(self) -> bool:
        """Whether any of what the cache holds was seen."""
        return any(map(vision.is_place, self.tokens))

    def _see(self, places: list[int], wanted: slice, cancelled: Callable[[], bool]) -> None:
        """Put a stretch of one part of a picture into the cache."""
        assert self._eyes
        if len(self.tokens) + len(places) > self.n_ctx:
            raise ContextFull
        seen = self._eyes.embeddings(places[0], cancelled)
        if self._eyes.whole and len(places) < len(seen):
            # llama.cpp ends the process where what sees itself as a whole is larger than a batch.
            raise UserError("This model sees more of a picture at once than this program can give it. Choose another.")
        first = vision.within(places[0])
        batch = self._batch.fill_embeddings(seen[first : first + len(places)], len(self.tokens), wanted)
        if self._eyes.whole:
            llama_cpp.llama_set_causal_attn(self.context, False)
        try:
            self._compute(batch, places)
        finally:
            if self._eyes.whole:
                llama_cpp.llama_set_causal_attn(self.context, True)

    def _warm_up(self) -> None:
        # The first decode reads the weights from disk and builds the graph; the first question should not pay for it.
        self.decode([max(self.tokenizer.bos, 0)])
        self.clear()

    # ---- adapters -------------------------------------------------------------------------------------------

    def set_adapters(self, uses: Sequence[AdapterUse]) -> None:
        """Make exactly these adapters live (none: the bare base model) and forget the cache.

        Raises UserError for a file that is unreadable or was made for another model; the old set then stays live.
        """
        fresh: dict[_Source, _Adapter] = {}
        try:
            sources = [self._both(use, fresh) for use in uses]
        except UserError:
            for adapter in fresh.values():
                llama_cpp.llama_adapter_lora_free(adapter.pointer)
            raise
        wanted = {source for both in sources for source in both if source}
        available = self._loaded | fresh
        self._loaded = {source: available[source] for source in wanted}
        self.adapters = list(uses)
        self._sources = sources
        self._make_live()
        # Freed only now: the context would still point at them.
        for source, adapter in available.items():
            if source not in wanted:
                llama_cpp.llama_adapter_lora_free(adapter.pointer)

    def _both(self, use: AdapterUse, fresh: dict[_Source, _Adapter]) -> tuple[_Source | None, _Source | None]:
        """What answers for `use` without notes and with them, loaded into `fresh` where it is not."""
        own = self._source(use.path, fresh)
        if use.reads == use.path:
            return None, own
        try:
            return own, self._source(use.reads, fresh) if use.reads else own
        except UserError:
            logger.warning("what an adapter reads notes by is missing or damaged; it reads by itself")
            return own, own

    def _source(self, path: str, fresh: dict[_Source, _Adapter]) -> _Source:
        source = _Source.of(path)
        if source not in self._loaded and source not in fresh:
            fresh[source] = self._load_adapter(source)
        return source

    def with_notes(self, notes: bool) -> None:
        """Say whether what comes next is asked with notes, for which `AdapterUse.reads` may name another adapter.

        A reading skill in use by itself works with notes alone: without, it would say of most things that the notes do
        not. The bare base answers then. Where another adapter answers, the cache is forgotten.
        """
        if notes != self._with_notes:
            self._with_notes = notes
            if any(without != reading for without, reading in self._sources):
                self._make_live()

    def _make_live(self) -> None:
        """Apply the adapters as they are asked now, and forget the cache."""
        chosen: list[tuple[_Source, float]] = []
        for (own, reading), use in zip(self._sources, self.adapters, strict=True):
            if not self._with_notes or own in (None, reading):
                chosen += [(source, use.scale)] if (source := reading if self._with_notes else own) else []
                continue
            # The strength is that of what was learned, a part of what reads: the skill in it stays as it is.
            assert own and reading
            chosen += [(reading, 1.0), (own, (use.scale - 1) * WITH_NOTES)][: 1 if use.scale == 1 else 2]
        self._live = [(self._loaded[source].pointer, scale) for source, scale in chosen]
        self._apply(self._live)
        self.adapters_seal = [(source.size, source.changed, scale) for source, scale in chosen if scale]
        self.leaning = {token: bias for source, _ in chosen for token, bias in self._loaded[source].leaning.items()}
        self.without = None
        self.clear()

    def lean(self) -> None:
        """Add to an answer's first logits what the adapters in use lean to (see `adapter_file.leaning`)."""
        if self.leaning:
            pointer = llama_cpp.llama_get_logits_ith(self.context, -1)
            logits = np.ctypeslib.as_array(pointer, shape=(self.tokenizer.size,))
            for token, bias in self.leaning.items():
                logits[token] += bias

    def _load_adapter(self, source: _Source) -> _Adapter:
        leaning = adapter_file.leaning(adapter_file.check(Path(source.path), self.file))
        pointer = llama_cpp.llama_adapter_lora_init(self.model, os.fsencode(source.path))
        if not pointer:
            name = Path(source.path).name
            raise UserError(f"The adapter “{name}” cannot be loaded. Choose another one, or learn again.")
        return _Adapter(pointer, {token: bias for token, bias in leaning.items() if token < self.tokenizer.size})

    def _apply(self, adapters: list[tuple[Any, float]]) -> None:
        count = len(adapters)
        pointers = (llama_cpp.llama_adapter_lora_p_ctypes * count)(*[p for p, _ in adapters]) if count else None
        scales = (ctypes.c_float * count)(*[s for _, s in adapters]) if count else None
        if llama_cpp.llama_set_adapters_lora(self.context, pointers, count, scales) != 0:
            raise RuntimeError("llama_set_adapters_lora failed")


def _context_params(tokens: int, threads: int) -> Any:
    params = llama_cpp.llama_context_default_params()
    params.n_ctx = tokens
    params.n_batch = params.n_ubatch = BATCH
    params.n_threads = params.n_threads_batch = threads or physical_cores()
    # Without flash attention a prompt's logits do not depend on how it was cut into batches (with it they differ by up
    # to 0.15 nats here), so scores repeat and a reused prefix changes no answer; on processors it is no slower.
    params.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.no_perf = True
    return params


def physical_cores() -> int:
    """How many physical cores this process may use: more threads than that slow decoding down."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(psutil.cpu_count(logical=False) or allowed, allowed))
