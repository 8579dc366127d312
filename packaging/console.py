"""Lines on the terminal, and other programs run behind them with their output in a log."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

# What a failed program's output says, and what a person can do about it; the first that matches is told.
REASONS = (
    (r"No space left on device|Errno 28|disk quota exceeded", "the disk is full: make room and run this again"),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
        "this network's certificate is not one that Python trusts here",
    ),
    (
        r"NewConnectionError|NameResolutionError|Temporary failure (?:in name resolution|resolving)"
        r"|Network is unreachable|Connection (?:refused|reset|timed out)|Read ?timed ?out|ConnectTimeout"
        r"|ProxyError|Could not resolve|Connection broken|RemoteDisconnected",
        "there is no network connection: go online and run this again (what was fetched already is kept)",
    ),
    (
        r"Killed signal|out of memory|MemoryError|Cannot allocate memory",
        "memory ran out: close other programs and run this again",
    ),
    (
        r"Could not get lock|Unable to acquire the dpkg frontend lock",
        "another program is installing packages: run this again when it is done",
    ),
    (r"Permission denied|Errno 13|Read-only file system", "writing is not permitted there: check who owns the folder"),
    (
        r"\(from versions: none\)\s+.*No matching distribution found for (\S+)",
        "{0} was not found: is there a network connection?",
    ),
    (r"No matching distribution found for (\S+)", "no version of {0} fits this Python and this system"),
    (r"Unable to locate package (\S+)", "this system knows no package {0}"),
    (r"CMake Error|Failed building wheel for llama", "the C++ compiler refused llama.cpp: the lines above say why"),
)


class Stop(Exception):
    """One sentence the person can act on; the set-up ends with it and exit code 2."""


class Screen:
    """Plain lines with the seconds since the start, on stderr so that a program's own output stays clean."""

    def __init__(self, live: bool) -> None:
        self._started = time.monotonic()
        self._live = live
        self._last_line = self._started
        self._width = 0

    def say(self, text: str) -> None:
        """Print one line that stays."""
        self._erase()
        sys.stderr.write(f"[{time.monotonic() - self._started:6.1f} s] {plain(text)}\n")
        sys.stderr.flush()
        self._last_line = time.monotonic()

    def note(self, text: str) -> None:
        """Show a line that the next one replaces; where lines cannot be replaced, print one every half minute."""
        if self._live:
            line = plain(text)[: shutil.get_terminal_size().columns - 1]
            sys.stderr.write("\r" + line.ljust(self._width))
            sys.stderr.flush()
            self._width = len(line)
        elif time.monotonic() - self._last_line >= 30:
            self.say(text)

    def _erase(self) -> None:
        if self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            self._width = 0


def run_logged(
    command: Sequence[str], log: Path, screen: Screen, title: str, environ: Mapping[str, str] | None = None
) -> None:
    """Run a program with its output in `log` and a live line on screen; Stop with the reason when it fails."""
    started = time.monotonic()
    with log.open("ab") as out:
        out.write(f"\n$ {' '.join(command)}\n".encode())
        out.flush()
        begin = out.tell()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environ)
        code = watch(process, log, screen, title)
    if code != 0:
        output = log.read_bytes()[begin:].decode(errors="replace")
        show_last_lines(output, screen)
        raise Stop(f"{title} failed: {explain(output)}. The whole log: {log}")
    screen.say(f"{title}: done in {duration(time.monotonic() - started)}")


def watch(process: subprocess.Popen, log: Path, screen: Screen, title: str) -> int:
    """Wait for a process, showing elapsed time and how far its log says it is; return its exit code."""
    started = time.monotonic()
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(timeout=0.5)
            with log.open("rb") as written:
                doing = progress(tail(written))
            screen.note(f"{title}  {duration(time.monotonic() - started)}  {doing}".rstrip())
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def tail(log: BinaryIO, size: int = 1 << 16) -> str:
    """Return the end of an open log."""
    # Enough for the compiler's warnings to leave its last `[12/83]` in sight.
    log.seek(max(0, log.seek(0, os.SEEK_END) - size))
    return log.read().decode(errors="replace")


def progress(output: str) -> str:
    """Say in a few words what pip or the compiler did last: `file 120 of 300` or `Downloading torch-...`."""
    built = re.findall(r"^\s*\[(\d+)/(\d+)\]", output, re.MULTILINE)
    if built:
        return f"file {built[-1][0]} of {built[-1][1]}"
    words = "Collecting|Downloading|Using cached|Installing|Building|Unpacking|Setting up"
    steps = re.findall(rf"^\s*((?:{words}) .*)$", output, re.MULTILINE)
    return steps[-1].strip()[:70] if steps else ""


def explain(output: str) -> str:
    """Give the reason that a failed program's output tells, in words without a full stop."""
    for pattern, sentence in REASONS:
        found = re.search(pattern, output, re.IGNORECASE)
        if found:
            return sentence.format(*found.groups())
    return "the lines above say why"


def show_last_lines(output: str, screen: Screen, count: int = 12) -> None:
    """Print the end of a failed program's output."""
    lines = [line for line in output.splitlines() if line.strip() and not line.startswith("WARNING: Location")]
    screen.say("its last lines were:")
    for line in lines[-count:]:
        sys.stderr.write(f"    {plain(line)[:200]}\n")


def plain(text: str) -> str:
    """Keep what any terminal can show."""
    return text.encode("ascii", "replace").decode()


def duration(seconds: float) -> str:
    """Format seconds as `4.2 s` or `3:07 min`."""
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60}:{int(seconds) % 60:02} min"
