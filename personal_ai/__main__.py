"""One door: no words → the window; a worker's name → that worker; anything else → the command line.

Decides before it imports anything heavy, so that a worker or `--help` is there at once.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

from personal_ai import sandbox
from personal_ai.worker import QUIET_ENVIRONMENT

WORKERS = {
    "chat-worker": "personal_ai.chat.chat_worker",
    "read-worker": "personal_ai.documents.read_worker",
    "train-worker": "personal_ai.learning.train_worker",
}

# Read by the thread library when torch and llama.cpp load it. Where other programs want the cores, threads that sleep
# at a barrier instead of spinning train 2.3 times as fast (tests/perf/LOG.md), and learning is in the background.
WAITING = {"train-worker": {"OMP_WAIT_POLICY": "PASSIVE"}}


def main(words: list[str] | None = None) -> int:
    """Be what the words on the command line ask for (default: this process's own). Return the exit code."""
    os.environ.update(QUIET_ENVIRONMENT)
    words = sys.argv[1:] if words is None else words
    window, home = wants_window(words)
    if window:
        # Not here: a browser that opens a link is a child of the window, and is to reach the network.
        return import_module("personal_ai.app").main(home)
    sandbox.refuse_network()
    if words and words[0] in WORKERS:
        os.environ.update(WAITING.get(words[0], {}))
        work = import_module(WORKERS[words[0]]).main
        return work(words[1:]) if words[1:] else work()
    return import_module("personal_ai.cli").main(words)


def wants_window(words: list[str]) -> tuple[bool, Path | None]:
    """Whether nothing was asked for but the window, and in which data folder."""
    match words:
        case []:
            return True, None
        case ["--home", folder]:
            return True, Path(folder)
        case [word] if word.startswith("--home="):
            return True, Path(word.removeprefix("--home="))
        case _:
            return False, None


if __name__ == "__main__":
    sys.exit(main())
