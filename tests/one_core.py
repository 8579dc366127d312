"""One core for a child process, and another one for those of each test process beside this one."""

import os
import shutil


def words() -> tuple[str, ...]:
    """What stands before a command that is to have one core; nothing where a system has no such command."""
    if not shutil.which("taskset"):
        return ()
    cores = sorted(os.sched_getaffinity(0))
    # As pytest-xdist numbers the processes: gw0, gw1, …
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return ("taskset", "-c", str(cores[number % len(cores)]))
