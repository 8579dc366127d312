"""A system that kills or refuses at any one system call: strace injects the fault, forks make it quick.

The traced process loads everything once (`serve`) and forks for each run, because strace counts the calls of every
process on its own. A run first makes so many calls that fail anyway that the injected one is just the Nth of its own.
"""

import errno
import itertools
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

NOWHERE, NO_FILE = Path("/nowhere/a"), 1_000_000
#: The system calls that change a disk, each with one of its kind that fails without changing anything.
CALLS: dict[str, Callable[[], object]] = {
    "write": lambda: os.write(NO_FILE, b"x"),
    "pwrite64": lambda: os.pwrite(NO_FILE, b"x", 0),
    "fsync": lambda: os.fsync(NO_FILE),
    "fdatasync": lambda: os.fdatasync(NO_FILE),
    "rename": lambda: NOWHERE.rename("/nowhere/b"),
    "unlink": NOWHERE.unlink,
    "unlinkat": lambda: os.unlink("a", dir_fd=NO_FILE),
    "rmdir": NOWHERE.rmdir,
}
#: What strace does then.
FAULTS = {"kill -9": "signal=SIGKILL", "full": "error=ENOSPC", "broken": "error=EIO"}
REFUSED, UNHARMED = 7, 8

needs_strace = pytest.mark.skipif(
    not shutil.which("strace") or platform.machine() != "x86_64",
    reason="needs strace (apt install strace) and the system calls of x86-64",
)


# ---- in the traced process --------------------------------------------------------------------------------------


def serve(run: Callable[[Path, Callable[[str], None]], None], refusal: type[Exception]) -> None:
    """Fork for every line [FOLDER, CALL, NTH] on stdin: `run(folder, reached)` there, its Nth CALL the faulty one.

    What a run says it has `reached` is a file of that name in its folder, "done" at its end. Its process ends with
    REFUSED where it raised `refusal`, with UNHARMED where it made fewer calls. The answer is the process's exit code,
    negative for a signal.
    """
    os.writev(1, [b"ready\n"])
    for line in sys.stdin:
        folder, call, nth = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(run, refusal, Path(folder), CALLS[call], nth, int(sys.argv[1]))
        _, status = os.waitpid(child, 0)
        os.writev(1, [b"%d\n" % os.waitstatus_to_exitcode(status)])


def _run(
    run: Callable[[Path, Callable[[str], None]], None],
    refusal: type[Exception],
    folder: Path,
    in_vain: Callable[[], object],
    nth: int,
    moment: int,
) -> None:
    def reached(name: str) -> None:
        os.close(os.open(folder / name, os.O_CREAT | os.O_WRONLY))

    for _ in range(moment - nth):
        _with_fault(in_vain)
    try:
        run(folder, reached)
    except refusal:
        os._exit(REFUSED)
    except BaseException as error:  # noqa: BLE001 - a fork must not go on as its parent
        os.writev(2, [f"{type(error).__name__}: {error}\n".encode()])
        os._exit(1)
    reached("done")
    # Does the fault come only now?
    os._exit(UNHARMED if any(_with_fault(in_vain) for _ in range(nth)) else 0)


def _with_fault(in_vain: Callable[[], object]) -> bool:
    """Make a call that fails; whether it failed by the injected fault."""
    try:
        in_vain()
    except OSError as error:
        return error.errno in (errno.ENOSPC, errno.EIO)
    raise AssertionError("the call was to fail")


# ---- in the test ------------------------------------------------------------------------------------------------


class Faulty:
    """A traced process of `module`, which calls `serve`; one system call of CALLS is faulty in each run.

    `moment` is the number of the call that strace makes the faulty one: more than a run makes of a kind.
    """

    def __init__(self, module: str, fault: str, moment: int) -> None:
        self._moment = moment
        injected = [f"--inject={call}:{FAULTS[fault]}:when={moment}" for call in CALLS]
        command = ["strace", "-f", "-qq", "-o", os.devnull, f"--trace={','.join(CALLS)}", *injected]
        self._process = subprocess.Popen(
            [*command, sys.executable, "-B", "-m", module, str(moment)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self._process.stdout
        if self._process.stdout.readline() != "ready\n":
            pytest.skip("strace may not trace here")

    def run(self, folder: Path, call: str, nth: int) -> int:
        """Run once in `folder` with the fault at its `nth` call; return the exit code."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([str(folder), call, nth]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def every(self, call: str, fresh: Callable[[Path], None], folder: Path) -> Iterator[tuple[int, Path, int]]:
        """Fault at the first call, at the second, … as long as there is one: (number, folder, exit code) of each run.

        `fresh(folder)` makes the folder that a run begins in.
        """
        for nth in itertools.count(1):
            assert nth < self._moment
            place = folder / f"{call}-{nth}"
            fresh(place)
            code = self.run(place, call, nth)
            if (place / "done").exists() and code in (UNHARMED, -9):
                return
            assert code in (0, REFUSED, -9), f"{call} {nth}: {code}"
            yield nth, place, code

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=30)
