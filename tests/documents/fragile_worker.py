"""The real read worker, except that some files are fatal to it."""

import os
import signal
import sys
import threading
from collections.abc import Collection
from pathlib import Path

from personal_ai.documents import read_worker
from personal_ai.documents.readers import READERS, Parsed, mail, plain


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


READERS[".txt"] = read
real_parse = mail.parse
mail.parse = parse
read_worker.MAX_FILE_SECONDS = 1
sys.exit(read_worker.main())
