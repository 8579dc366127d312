"""A whole day watched from below: no process of the program asks the kernel for a socket that leads to a network."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.e2e.a_day import OVER
from tests.e2e.outside import environment

pytestmark = [pytest.mark.model, pytest.mark.timeout(3000)]

ROOT = Path(__file__).parents[2]
#: Programs are seen when they begin, so that it is known whom was watched.
WATCHED = "trace=%network,execve"
#: A network with nothing in it but a loopback that is down.
APART = ("unshare", "--map-root-user", "--net", "--")
ASKED_FOR = re.compile(r"\bsocket(?:pair)?\((?P<family>\w+)")
#: As strace names what leads out of this computer.
OUTWARD = ("AF_INET", "AF_INET6")


def _missing() -> str:
    """Why nothing can be watched here; empty where it can."""
    if not sys.platform.startswith("linux"):
        return "strace watches Linux"
    for tool in ("strace", "unshare"):
        if not shutil.which(tool):
            return f"{tool} is not installed (Debian: strace, util-linux)"
    tried = subprocess.run(["strace", "-f", *APART, "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else "this system lets nobody watch, or make a network apart"


@pytest.fixture(scope="module", autouse=True)
def watching() -> None:
    """Leave out what cannot be watched."""
    if missing := _missing():
        pytest.skip(missing)


def watched(log: Path, words: Sequence[str], timeout: float = 120) -> tuple[str, str]:
    """Run a Python with these words in a network with nothing in it; return its stdout and what strace saw."""
    command = ["strace", "-f", "-s", "200", "-e", WATCHED, "-o", str(log), *APART, sys.executable, *words]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment(), timeout=timeout
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout, log.read_text(errors="replace")


def sockets(seen: str) -> dict[str, list[str]]:
    """The lines in which a socket was asked for, granted or not, by its family."""
    found: dict[str, list[str]] = {}
    for line in seen.splitlines():
        if asked := ASKED_FOR.search(line):
            found.setdefault(asked["family"], []).append(line)
    return found


def outward(seen: str) -> list[str]:
    """The lines in which a socket that leads out of this computer was asked for."""
    found = sockets(seen)
    return [line for family in OUTWARD for line in found.get(family, [])]


@pytest.mark.parametrize("family", OUTWARD)
def test_whoever_asks_for_such_a_socket_is_seen(family: str, tmp_path: Path) -> None:
    code = f"import os, socket; os.fork() or socket.socket(socket.{family}, socket.SOCK_STREAM)"
    _, seen = watched(tmp_path / "seen", ["-c", code])
    assert len(outward(seen)) == 1
    assert family in outward(seen)[0]


def test_one_that_is_refused_is_seen_too(tmp_path: Path) -> None:
    code = (
        "import socket; from personal_ai import sandbox; sandbox.refuse_network()\n"
        "try: socket.socket()\n"
        "except OSError: print('refused')\n"
    )
    told, seen = watched(tmp_path / "seen", ["-c", code])
    assert "refused" in told
    assert len(outward(seen)) == 1


def test_a_whole_day_asks_for_none(tmp_path: Path, notes: Path) -> None:
    told, seen = watched(tmp_path / "seen", ["-m", "tests.e2e.a_day", str(tmp_path / "home"), str(notes)], timeout=2900)
    assert "interfaces: lo\n" in told
    assert OVER.format(nights=2) in told
    # The window, the commands and all three kinds of worker were watched, and what they ask for is seen.
    begun = [line for line in seen.splitlines() if "execve(" in line]
    for program in ('"ask"', '"add"', '"chat-worker"', '"read-worker"', '"tests.perf.open_gate"'):
        assert any(program in line for line in begun), program
    assert sockets(seen)["AF_UNIX"]
    assert outward(seen) == []
