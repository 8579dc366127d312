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

#: In front of what would open the window: it starts out of sight, as at login.
TRAY = "--tray"


def main(words: list[str] | None = None) -> int:
    """Be what the words on the command line ask for (default: this process's own). Return the exit code."""
    os.environ.update(QUIET_ENVIRONMENT)
    leave_own_libraries()
    words = sys.argv[1:] if words is None else words
    in_tray = words[:1] == [TRAY]
    window, home = wants_window(words[1:] if in_tray else words)
    if window:
        # Not here: a browser that opens a link is a child of the window, and is to reach the network.
        return import_module("personal_ai.start").main(home, in_tray=in_tray)
    sandbox.refuse_network()
    if words and words[0] in WORKERS:
        os.environ.update(WAITING.get(words[0], {}))
        if words[0] == "train-worker":
            import_module("personal_ai.addon").of_this_program().use()
        work = import_module(WORKERS[words[0]]).main
        return work(words[1:]) if words[1:] else work()
    if words == ["prepare-learning"]:
        return import_module("personal_ai.addon").prepare()
    return import_module("personal_ai.cli").main(words)


def leave_own_libraries() -> None:
    """Give what a packaged program starts (a browser, the file manager) the system's libraries, and not its own.

    What starts it puts its own folder into LD_LIBRARY_PATH, which is read once, when a process begins. A worker is the
    same program again and is to begin as the first did.
    """
    if not getattr(sys, "frozen", False):
        return
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)


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
