"""What this machine can do, and whether the person's data is sound: one sentence a check."""

import hashlib
import os
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from personal_ai import messages, sealing, system
from personal_ai.errors import UserError
from personal_ai.services import Services
from personal_ai.worker import WorkerDied

GIB = 2**30
# Below these, learning or even chatting gets into trouble; measured with the built-in model, which needs the least.
LEAST_MEMORY = 2 * GIB
LEAST_DISK = 2 * GIB


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at. Where it is not `ok`, the sentence says what to do."""

    name: str
    ok: bool
    sentence: str


def examine(services: Services) -> Iterator[Check]:
    """Look at one thing after the other."""
    checks: dict[str, Callable[[Services], str]] = {
        "python": _python,
        "memory": _memory,
        "disk": _disk,
        "processor": _processor,
        "settings": _settings,
        "database": _database,
        "model": _model,
        "adapters": _adapters,
        "chat worker": _chat_worker,
        "read worker": _read_worker,
        "offline": _offline,
        "learning": _learning,
    }
    for name, check in checks.items():
        try:
            yield Check(name, True, check(services))
        except UserError as error:
            yield Check(name, False, str(error))


def _python(_services: Services) -> str:
    version = platform.python_version()
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise UserError(f"This is Python {version}. Install Python 3.11, 3.12 or 3.13.")
    return f"Python {version} on {platform.system()} ({platform.machine()})."


def _memory(_services: Services) -> str:
    memory = system.memory()
    words = f"{memory.available / GIB:.1f} of {memory.total / GIB:.1f} GB of memory are free"
    if memory.total < LEAST_MEMORY:
        raise UserError(f"{words}; learning needs at least {LEAST_MEMORY / GIB:.0f} GB.")
    return f"{words}."


def _disk(services: Services) -> str:
    free = system.free_disk(services.paths.home)
    words = f"{free / GIB:.1f} GB are free beside your notes in {services.paths.home}"
    if free < LEAST_DISK:
        raise UserError(f"{words}; free some space, a night needs about {LEAST_DISK / GIB:.0f} GB.")
    return f"{words}."


def _processor(_services: Services) -> str:
    cores = count_cores()
    halves = "computes in bfloat16" if has_bf16() else "has no bfloat16, so learning runs in full precision, slower"
    return f"{cores}; the processor {halves}."


def count_cores() -> str:
    """Say how many cores there are and how many this program may use."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{system.physical_cores()} cores, {allowed} threads for this program"


def has_bf16() -> bool:
    """Whether the processor itself multiplies bfloat16 (AVX-512, AMX, Arm), as far as the system tells."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        # Apple's chips from the M2 on have it; other systems do not say.
        return sys.platform == "darwin" and platform.machine() == "arm64"
    return not {"avx512_bf16", "amx_bf16", "bf16"}.isdisjoint(flags)


def _settings(services: Services) -> str:
    settings = services.settings
    nights = f"from {settings.quiet_from:02d}:00 to {settings.quiet_until:02d}:00" if settings.nights else "are off"
    return f"The settings are sound; nights {nights}."


def _database(services: Services) -> str:
    problems = services.database.check()
    if problems:
        raise UserError(
            f"The database is damaged ({problems[0]}). Copies from before each upgrade are in {services.paths.backups}."
        )
    counts = services.library.counts()
    return f"The database is sound: {counts.documents:,} documents in {counts.chunks:,} pieces."


def _model(services: Services) -> str:
    model = services.model()
    with Path(model.path).open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    if checksum != model.sha256:
        raise UserError(f"The model “{model.name}” has changed on disk. Remove it and add it again.")
    return f"The model “{model.name}” is whole: {model.parameters / 1e6:,.0f} million parameters, {model.quantisation}."


def _adapters(services: Services) -> str:
    uses = services.shelf.in_use(services.model().sha256)
    problem = services.shelf.problem()
    if problem:
        raise UserError(problem)
    kept = sum(row.state == "kept" for row in services.shelf.list())
    adapters = "1 learned adapter is" if kept == 1 else f"{kept} learned adapters are"
    return f"{adapters} kept; {'one is' if uses else 'none is'} in use."


def _chat_worker(services: Services) -> str:
    worker = services.worker("chat-worker")
    try:
        worker.start()
        worker.send(messages.Load(model=str(services.model().path), context=512))
        for event in worker.events((messages.Loaded, messages.Failed)):
            if isinstance(event, messages.Failed):
                raise UserError(event.sentence)
            if isinstance(event, messages.Loaded):
                return f"The chat worker starts and loads the model in {event.seconds:.1f} s."
        raise AssertionError("unreachable: `events` ends with Loaded or Failed")
    except WorkerDied as error:
        raise UserError(f"The chat worker does not start; its log is in {services.paths.logs}.") from error
    finally:
        worker.stop()


def _read_worker(services: Services) -> str:
    worker = services.worker("read-worker")
    try:
        worker.start()
    except WorkerDied as error:
        raise UserError(f"The worker that reads files does not start; its log is in {services.paths.logs}.") from error
    finally:
        worker.stop()
    return "The worker that reads files starts."


def _offline(services: Services) -> str:
    return sealing.sentence(*services.seals())


def _learning(services: Services) -> str:
    from importlib.util import find_spec

    services.addon.check()
    if services.addon.wanted is not None:
        return "The learning add-on is installed."

    missing = [name for name in ("torch", "peft", "safetensors") if find_spec(name) is None]
    if missing:
        raise UserError(f"Learning is not installed ({', '.join(missing)}). Run: pip install personal-ai[learn]")
    return "Everything that learning needs is installed."
