"""A worker that does what a test asks: `python toy_worker.py [HOW TO START]`, then a verb in each ReadFiles."""

import os
import signal
import sys
import time

from personal_ai import messages, worker
from personal_ai.errors import UserError
from personal_ai.messages import BatchRead, Checkpointed, FileSkipped, Finished, Generate, ReadFiles, Request, Text


def handle(request: Request, inbox: worker.Inbox, emit: worker.Emit) -> None:
    """Answer a verb, or work on a Generate until it is cancelled."""
    if isinstance(request, Generate):
        work(request, inbox, emit)
    elif isinstance(request, ReadFiles):
        verb, *rest = request.paths
        VERBS[verb](emit, *rest)
        emit(BatchRead(files=len(request.paths)))


def work(request: Generate, inbox: worker.Inbox, emit: worker.Emit) -> None:
    """Say a piece every 10 ms until cancelled, or until `max_tokens` of them are said."""
    said, stopped = 0, False
    while said < request.max_tokens and not stopped:
        emit(Text(id=request.id, text="piece"))
        said += 1
        time.sleep(0.01)
        stopped = inbox.cancelled(request.id)
    if isinstance(inbox.interrupt(), messages.Pause) and not inbox.closed.is_set():
        emit(Checkpointed(step=said))
    emit(
        Finished(
            id=request.id,
            reason="cancelled" if stopped else "length",
            prompt_tokens=0,
            reused_tokens=0,
            tokens=said,
            first_token_seconds=0.0,
            seconds=0.0,
        )
    )


def chatter(_emit: worker.Emit) -> None:
    """Print as a careless library does: from Python, past Python, and from a child."""
    print("a library prints")
    sys.stdout.flush()
    os.write(1, b"a library writes past Python\n")
    os.system("echo a child prints")


def refuse(_emit: worker.Emit) -> None:
    """Fail as a person can understand."""
    raise UserError("That cannot be read. Choose another file.")


def stumble(_emit: worker.Emit) -> None:
    """Fail as a bug does, with a note in its text."""
    raise KeyError("dear diary")


VERBS = {
    "hello": lambda emit: None,
    "chatter": chatter,
    "refuse": refuse,
    "stumble": stumble,
    "long": lambda emit, size: emit(FileSkipped(path="x" * int(size), reason="")),
    "environment": lambda emit, name: emit(FileSkipped(path=name, reason=os.environ.get(name, ""))),
    "exit": lambda emit, code: os._exit(int(code)),
    "kill": lambda emit: os.kill(os.getpid(), signal.SIGKILL),
}


def main(how: str = "properly") -> int:
    """Start in the way a test wants."""
    if how == "dies":
        return 3
    if how == "silent":
        time.sleep(600)
    if how == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _, emit = worker.open_channel()
        emit(messages.Ready(pid=os.getpid()))
        time.sleep(600)
    if how == "rambling":
        os.write(1, b'{"kind":"batch_read","files":1}\n')
        time.sleep(600)
    if how == "noisy":
        os.write(1, b'{"kind":"ready","pid":1}\nno message\n{"kind":"unknown"}\n\n{"kind":"batch_read","files":7}\n')
        return 0
    return worker.serve(handle)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
