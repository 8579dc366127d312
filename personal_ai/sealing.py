"""What the system refuses to a worker, tried in a real one and shown with what the kernel says of it."""

from collections.abc import Callable

import msgspec

from personal_ai import messages, sandbox
from personal_ai.errors import UserError
from personal_ai.worker import Worker, WorkerDied


class Seal(msgspec.Struct, frozen=True):
    """How a worker's attempts ended: the name of the error that the system answered ("EPERM"), "" where it let it.

    `kernel` is the kernel's own word on that process ("Seccomp: 2"), "" where it has none; `landlock` the version of
    what keeps files from it, 0 for none.
    """

    worker: str
    answers: dict[str, str]
    kernel: str
    landlock: int

    @property
    def offline(self) -> bool:
        """Whether the worker cannot reach a network, whatever it runs."""
        return bool(self.answers.get("network") and self.answers.get("network, IPv6"))

    @property
    def only_reads(self) -> bool:
        """Whether it can also neither start a program, nor write, nor open files that it was not given."""
        return self.offline and all(self.answers.values())


def try_out(start_worker: Callable[[], Worker]) -> Seal:
    """Start a worker (made by `start_worker`, not started yet), let it try what it must not do, and end it.

    Raises UserError where it does not start.
    """
    worker = start_worker()
    try:
        worker.start()
        worker.send(messages.TryOut())
        for event in worker.events((messages.TriedOut, messages.Failed)):
            if isinstance(event, messages.TriedOut):
                kernel = sandbox.kernel_status(worker.pid or 0)
                return Seal(worker.name, event.answers, kernel, sandbox.landlock_version())
        raise WorkerDied("no answer")
    except WorkerDied as error:
        raise UserError(f"The {worker.name.replace('-', ' ')} does not start. Start Personal AI again.") from error
    finally:
        worker.stop()


def sentence(reader: Seal, others: list[Seal]) -> str:
    """Say in one or two sentences what holds on this computer."""
    seals = [reader, *others]
    if not all(seal.offline for seal in seals):
        return (
            "This system cannot keep a program off the network at its own wish. Personal AI opens no connection, "
            "but that is its promise and not the system's."
        )
    answers = sorted({seal.answers["network"] for seal in seals})
    told = f"{', '.join(answers)}; {reader.kernel}" if reader.kernel else ", ".join(answers)
    begun = (
        "Asked for a network connection just now, what reads files and what answers were refused it by the system "
        f"({told})."
    )
    if reader.only_reads:
        return f"{begun} What reads files can open those alone, write nothing and start nothing."
    let = [what for what, answer in reader.answers.items() if not answer]
    return f"{begun} This system does not refuse to what reads files: {', '.join(let)}."
