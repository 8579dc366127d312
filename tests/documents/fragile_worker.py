"""The real read worker, except that some files are fatal to it."""

import os
import signal
import sys
import threading
import time
from collections.abc import Collection
from pathlib import Path

from personal_ai.documents import read_worker
from personal_ai.documents.readers import READERS, SLOW, Alive, Parsed, Textless, mail, plain


def fail(name: str) -> None:
    if "kills" in name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "spins" in name:
        while True:
            pass
    if "sleeps" in name:
        threading.Event().wait(60)
    if "raises" in name:
        raise RecursionError


def read(path: Path) -> Parsed:
    fail(path.name)
    if "eats" in path.name:
        return Parsed(title="", text="x" * (3 * 1024**3))
    return plain.read(path)


def parse(data: bytes, path: Path, names: Collection[str], sent: bool = False) -> Parsed | None:
    parsed = real_parse(data, path, names, sent)
    if parsed:
        fail(parsed.title)
    return parsed


def recognise(path: Path, alive: Alive) -> Parsed:
    """As where text recognition is installed, and as slow."""
    if "bare" in path.name:
        raise Textless(f"“{path.name}” is a picture without text, so it was left out.")
    while "endless" in path.name:
        alive()
        threading.Event().wait(0.02)
    if "dense" in path.name:
        alive()
        end = time.process_time() + 3
        while time.process_time() < end:
            pass
    return Parsed(title=path.stem, text="The heron", partly="A page is lacking." if "partly" in path.name else "")


READERS[".txt"] = read
SLOW[".png"] = SLOW[".pdf"] = recognise
real_parse = mail.parse
mail.parse = parse
read_worker.MAX_FILE_SECONDS = 1
sys.exit(read_worker.main())
