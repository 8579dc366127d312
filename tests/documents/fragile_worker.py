"""The real read worker, except that some files are fatal to it."""

import os
import signal
import sys
import threading
from pathlib import Path

from personal_ai.documents import read_worker
from personal_ai.documents.readers import READERS, Parsed, plain


def read(path: Path) -> Parsed:
    if "kills" in path.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "spins" in path.name:
        while True:
            pass
    if "sleeps" in path.name:
        threading.Event().wait(60)
    if "eats" in path.name:
        return Parsed(title="", text="x" * (3 * 1024**3))
    if "raises" in path.name:
        raise RecursionError
    return plain.read(path)


READERS[".txt"] = read
read_worker.MAX_FILE_SECONDS = 1
sys.exit(read_worker.main())
