"""Measured speed on this machine, beside the limit it is bound by; nothing of it stays."""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from personal_ai import messages
from personal_ai.demo import sample_notes, sample_questions
from personal_ai.errors import UserError
from personal_ai.paths import Paths, locate
from personal_ai.services import Services
from personal_ai.terminal import Terminal
from personal_ai.worker import Worker

if TYPE_CHECKING:
    from personal_ai.models.catalogue import Catalogue

DECODE_TOKENS = 128
ROUNDS = 5
CORPUS_DOCUMENTS = 200
CORPUS_QUERIES = 100


@contextmanager
def _temporary_services(model: str | None = None, catalogue: "Catalogue | None" = None) -> Iterator[Services]:
    """Open an empty data folder, with the person's own models where their catalogue is given."""
    with tempfile.TemporaryDirectory(prefix="personal-ai-bench-") as folder:
        services = Services(locate(Path(folder)), model=model, catalogue=catalogue)
        try:
            yield services
        finally:
            services.close()


# ---- chat -------------------------------------------------------------------------------------------------------


def chat(terminal: Terminal, paths: Paths, model: str | None) -> None:
    """Measure the chat worker's decode loop as a client sees it, and how long a person waits for the first word."""
    own = Services(paths)
    with _temporary_services(model or own.settings.model, own.catalogue) as services:
        entry = services.model()
        worker = services.worker("chat-worker")
        worker.start()
        try:
            _answer(worker, messages.Load(model=str(entry.path)), messages.Loaded)
            speeds = [_decode_speeds(worker) for _ in range(ROUNDS)]
        finally:
            worker.stop()
        first, follow_up = _first_tokens(services)
    bare = statistics.median(bare for bare, _, _ in speeds)
    seen = statistics.median(seen for _, _, seen in speeds)
    fields = {
        "decode_ratio": statistics.median(seen / bare for bare, _, seen in speeds),
        "engine_ratio": statistics.median(engine / bare for bare, engine, _ in speeds),
        "tokens_per_second": seen,
        "bare_tokens_per_second": bare,
        "first_token_seconds": first,
        "follow_up_seconds": follow_up,
        "memory_limit_tokens_per_second": _memory_bandwidth() / entry.size,
        "model": entry.name,
    }
    terminal.result(fields, lambda: _say_chat(terminal, fields))


def _decode_speeds(worker: Worker) -> tuple[float, float, float]:
    """Measure tokens per second of the bare loop, of the engine's loop, and of an answer as it arrives here."""
    measured = _answer(worker, messages.MeasureDecode(id=1, tokens=DECODE_TOKENS), messages.DecodeMeasured)
    turns = [messages.Turn("user", "Write a long story about a lighthouse, a storm and the people of the village.")]
    # A temperature of 0 and no early end: the same steps as the bare loop, through sampling, text, JSON and a pipe.
    worker.send(
        messages.Generate(id=2, turns=turns, sampling=messages.Sampling(temperature=0), max_tokens=DECODE_TOKENS)
    )
    first = None
    for event in worker.events((messages.Finished, messages.Failed)):
        if isinstance(event, messages.Text) and first is None:
            first = time.monotonic()
        if isinstance(event, messages.Failed):
            raise UserError(event.sentence)
        if isinstance(event, messages.Finished):
            assert first is not None
            seen = (event.tokens - 1) / (time.monotonic() - first)
            return measured.tokens / measured.bare_seconds, measured.tokens / measured.engine_seconds, seen
    raise AssertionError("unreachable: `events` ends with Finished or Failed")


def _first_tokens(services: Services) -> tuple[float, float]:
    """Measure seconds to the first piece of text, model loaded: with four passages, and in a follow-up turn."""
    for _event in services.library.add(sample_notes()):
        pass
    questions = sample_questions()
    services.session.warm()
    firsts, follow_ups = [], []
    for number in range(ROUNDS):
        seconds, conversation = _time_to_text(services, questions[2 * number].question, None)
        firsts.append(seconds)
        follow_ups.append(_time_to_text(services, questions[2 * number + 1].question, conversation)[0])
    return statistics.median(firsts), statistics.median(follow_ups)


def _time_to_text(services: Services, question: str, conversation: int | None) -> tuple[float, int]:
    from personal_ai.chat.events import AskStarted

    start, first = time.monotonic(), None
    for event in services.session.ask(question, conversation, max_tokens=48, seed=1):
        if isinstance(event, AskStarted):
            conversation = event.conversation_id
        if isinstance(event, messages.Text) and first is None:
            first = time.monotonic() - start
    assert first is not None and conversation is not None
    return first, conversation


def _answer(worker: Worker, request: messages.Message, kind: type[messages.Message]) -> Any:
    worker.send(request)
    for event in worker.events((kind, messages.Failed)):
        if isinstance(event, messages.Failed):
            raise UserError(event.sentence)
        if isinstance(event, kind):
            return event
    raise AssertionError("unreachable: `events` ends with the answer or Failed")


def _memory_bandwidth() -> float:
    """Measure how many bytes a second this machine reads from memory; each token reads the whole model once."""
    block = np.ones(2**25, dtype=np.float32)
    block.sum()
    start = time.perf_counter()
    for _ in range(4):
        block.max()
    return 4 * block.nbytes / (time.perf_counter() - start)


def _say_chat(terminal: Terminal, fields: dict[str, Any]) -> None:
    terminal.say(
        f"{fields['tokens_per_second']:.1f} tokens a second arrive here, {fields['decode_ratio']:.0%} of the "
        f"{fields['bare_tokens_per_second']:.1f} of a bare llama.cpp loop."
    )
    terminal.say(f"One core's memory allows about {fields['memory_limit_tokens_per_second']:.0f}.", style="dim")
    terminal.say(
        f"The first word comes after {fields['first_token_seconds']:.2f} s with four passages, "
        f"after {fields['follow_up_seconds']:.2f} s in a follow-up."
    )


# ---- library ----------------------------------------------------------------------------------------------------


def library(terminal: Terminal) -> None:
    """Measure reading and finding on a made-up corpus."""
    with tempfile.TemporaryDirectory(prefix="personal-ai-corpus-") as folder, _temporary_services() as services:
        words = _write_corpus(Path(folder))
        synced = _syncs_per_second(Path(folder))
        end: Any = None
        for end in services.library.add([Path(folder)]):  # noqa: B007 - the last event is the result
            pass
        times = [_search_seconds(services, words, number) for number in range(CORPUS_QUERIES)]
    fields = {
        "documents_per_second": end.documents / end.seconds,
        "search_p95_ms": 1000 * statistics.quantiles(times, n=20)[-1],
        "search_median_ms": 1000 * statistics.median(times),
        "documents": end.documents,
        "syncs_per_second": synced,
    }
    terminal.result(fields, lambda: _say_library(terminal, fields))


def _write_corpus(folder: Path) -> list[str]:
    """Write notes of made-up words, distributed as words are (Zipf), and return the words."""
    chance = random.Random(7)
    syllables = ["ka", "lo", "mi", "ter", "san", "dor", "vel", "ru", "pen", "gi", "ost", "hal", "bre", "un", "fi"]
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(5000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    for number in range(CORPUS_DOCUMENTS):
        paragraphs = [" ".join(chance.choices(words, weights, k=80)) for _ in range(6)]
        (folder / f"note-{number}.md").write_text(f"# Note {number}\n\n" + "\n\n".join(paragraphs), encoding="utf-8")
    return words


def _syncs_per_second(folder: Path) -> float:
    """Measure how often a second the disk can promise to keep something: each document needs one such promise."""
    probe = folder / ".sync"
    start = time.perf_counter()
    with probe.open("wb") as file:
        for _ in range(20):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
    probe.unlink()
    return 20 / (time.perf_counter() - start)


def _search_seconds(services: Services, words: list[str], seed: int) -> float:
    query = " ".join(random.Random(seed).choices(words, k=4))
    start = time.perf_counter()
    services.library.search(query)
    return time.perf_counter() - start


def _say_library(terminal: Terminal, fields: dict[str, Any]) -> None:
    terminal.say(
        f"{fields['documents_per_second']:.0f} documents a second are read and stored; "
        f"the disk could keep {fields['syncs_per_second']:.0f} a second."
    )
    terminal.say(f"95 of 100 searches take less than {fields['search_p95_ms']:.1f} ms.")


# ---- learn ------------------------------------------------------------------------------------------------------


def learn(terminal: Terminal, services: Services) -> None:
    """Measure a training step in the train worker, beside what this processor can multiply."""
    from personal_ai.learning.measuring import Measured

    end = terminal.follow(services.measuring.bench(), lambda _event: None)
    if not isinstance(end, Measured):
        raise UserError("Measuring ended early. Close other programs and try again.")
    terminal.result(end.figures, lambda: _say_learn(terminal, end.figures))


def _say_learn(terminal: Terminal, fields: dict[str, Any]) -> None:
    terminal.say(
        f"It learns {fields['tokens_per_second']:,.0f} tokens a second, {fields['ceiling_fraction']:.0%} of what "
        f"{fields['ceiling_gflops']:,.0f} billion multiplications and additions a second would allow."
    )
    terminal.say(
        f"At most {fields['peak_memory_mb']:,.0f} MB of memory were in use, "
        f"and {fields['predicted_memory_mb']:,.0f} MB were predicted."
    )
