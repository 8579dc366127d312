"""The kernel refuses, in real processes: sockets to every worker, and to the reader of files nearly all else."""

import errno
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from personal_ai import sandbox
from personal_ai.documents.read_worker import read_documents
from personal_ai.documents.readers import SUFFIXES
from personal_ai.messages import BatchRead, DocumentRead, FileRead, FileSkipped, FileStarted, MayRead, ReadFiles
from personal_ai.sealing import Seal, sentence, try_out
from personal_ai.worker import Worker

MADE = Path(__file__).parent / "documents" / "made"

filtered = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"), reason="seccomp is Linux's"
)
walled = pytest.mark.skipif(sandbox.landlock_version() == 0, reason="this kernel has no Landlock")

#: In a child: what each attempt met, by the names of errors.
CHILD = """
import errno, json, os, socket, subprocess, sys, threading
from pathlib import Path
from personal_ai import sandbox
def met(attempt):
    try:
        attempt()
    except OSError as error:
        return errno.errorcode[error.errno]
    except RuntimeError as error:
        return type(error).__name__
    return ""
folder = Path(sys.argv[1])
here = folder / "here"
"""


def child(folder: Path, code: str) -> dict[str, str]:
    """Run `code` after CHILD; it leaves its findings in `found`."""
    run = [sys.executable, "-c", f"{CHILD}{code}\nprint(json.dumps(found))", str(folder)]
    return json.loads(subprocess.run(run, capture_output=True, text=True, check=True, timeout=120).stdout)


# ---- the network ------------------------------------------------------------------------------------------------

FAMILIES = """
found = {
    "inet": met(lambda: socket.socket(socket.AF_INET)),
    "inet6": met(lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)),
    "packet": met(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
    "netlink": met(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
    "name": met(lambda: socket.create_connection(("127.0.0.1", 9))),
    "unix": met(lambda: socket.socket(socket.AF_UNIX)),
    "pair": met(lambda: socket.socketpair()),
}
"""


@filtered
def test_no_socket_leads_out_of_the_computer(tmp_path: Path) -> None:
    found = child(tmp_path, f"assert sandbox.refuse_network()\n{FAMILIES}")
    refused = dict.fromkeys(("inet", "inet6", "packet", "netlink", "name"), "EPERM")
    assert found == refused | {"unix": "", "pair": ""}


@filtered
def test_the_refusal_holds_for_threads_that_run_already_and_for_programs_started_later(tmp_path: Path) -> None:
    found = child(
        tmp_path,
        """
go, found = threading.Event(), {}
def late():
    go.wait()
    found["thread"] = met(lambda: socket.socket(socket.AF_INET))
thread = threading.Thread(target=late)
thread.start()
assert sandbox.refuse_network()
go.set()
thread.join()
code = "import socket; socket.socket(socket.AF_INET)"
found["program"] = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr.split()[-4]
""",
    )
    assert found == {"thread": "EPERM", "program": "1]"}


@filtered
def test_no_ring_opens_a_socket_past_the_filter(tmp_path: Path) -> None:
    found = child(tmp_path, "sandbox.refuse_network()\nfound = {'ring': str(sandbox._call(425, 1, None))}")
    assert found == {"ring": str(-errno.EPERM)}


# ---- the reader of files ----------------------------------------------------------------------------------------

ATTEMPTS = """
found = {
    "unix": met(lambda: socket.socket(socket.AF_UNIX)),
    "fork": met(os.fork),
    "program": met(lambda: subprocess.run(["true"])),
    "exec": met(lambda: os.execv(sys.executable, [sys.executable])),
    "write": met(lambda: (folder / "new").write_text("x")),
    "append": met(lambda: here.open("ab")),
    "delete": met(here.unlink),
    "rename": met(lambda: here.rename(folder / "there")),
    "folder": met(lambda: (folder / "made").mkdir()),
    "mode": met(lambda: here.chmod(0o777)),
    "time": met(lambda: os.utime(here)),
    "link": met(lambda: os.link(here, folder / "linked")),
    "symlink": met(lambda: (folder / "linked").symlink_to(here)),
    "attribute": met(lambda: os.setxattr(here, "user.a", b"b")),
    "cut": met(lambda: os.truncate(here, 0)),
    "signal": met(lambda: os.kill(os.getppid(), 0)),
    "thread": met(threading.Thread(target=int).start),
}
"""


@filtered
def test_the_reader_changes_nothing_and_starts_nothing(tmp_path: Path) -> None:
    (tmp_path / "here").write_text("stays")
    found = child(tmp_path, f"sandbox.refuse_all_but_reading()\n{ATTEMPTS}")
    assert found.pop("thread") == ""
    refused = {name for name, answer in found.items() if answer in ("EPERM", "EACCES")}
    assert refused == set(found), found
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
    assert (tmp_path / "here").read_text() == "stays"


@filtered
def test_no_signal_reaches_another_process_by_way_of_a_queue(tmp_path: Path) -> None:
    # Number 0 only asks whether it could be sent; with the code of a queue (-1) the kernel itself lets it through.
    code = """
import ctypes, struct
about = ctypes.create_string_buffer(struct.pack("=iii", 0, 0, -1), 128)
column, other = sandbox._machine()[1], os.getppid()
calls = {"process": ("rt_sigqueueinfo", other, 0, about), "thread": ("rt_tgsigqueueinfo", other, other, 0, about)}
def sent():
    return [sandbox._call(sandbox._NUMBERS[name][column], *words) for name, *words in calls.values()]
before = sent()
sandbox.landlock_version = lambda: 0
sandbox.refuse_all_but_reading()
found = {"before": before, "after": sent()}
"""
    refused = -errno.EPERM
    assert child(tmp_path, code) == {"before": [0, 0], "after": [refused, refused]}


@filtered
def test_what_only_the_filter_refuses_is_refused_without_landlock_too(tmp_path: Path) -> None:
    (tmp_path / "here").write_text("stays")
    code = f"sandbox.landlock_version = lambda: 0\nassert not sandbox.refuse_all_but_reading()\n{ATTEMPTS}"
    found = child(tmp_path, code)
    assert {name for name, answer in found.items() if answer != "EPERM"} == {"thread"}


@walled
def test_the_reader_opens_what_it_was_given_and_nothing_beside_it(tmp_path: Path) -> None:
    for name in ("given", "beside", "target"):
        (tmp_path / name).write_text(name)
    (tmp_path / "link").symlink_to(tmp_path / "target")
    found = child(
        tmp_path,
        """
sandbox.refuse_all_but_reading()
assert sandbox.read_only([str(folder / "given"), str(folder / "link"), str(folder / "missing"), "\\0"])
found = {name: met((folder / name).read_bytes) for name in ("given", "link", "beside")}
found["folder"] = met(lambda: os.listdir(folder))
found["home"] = met(lambda: os.listdir(Path.home()))
found["others"] = met(lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes())
import lxml.etree, pypdfium2, selectolax.lexbor, zoneinfo
zoneinfo.ZoneInfo("Europe/Vienna")
""",
    )
    refused = dict.fromkeys(("beside", "folder", "home", "others"), "EACCES")
    assert found == {"given": "", "link": ""} | refused


def test_a_system_that_refuses_nothing_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert not sandbox.refuse_network()
    assert not sandbox.refuse_all_but_reading()
    assert not sandbox.read_only([])
    assert sandbox.landlock_version() == 0


# ---- the workers ------------------------------------------------------------------------------------------------


@filtered
@walled
def test_the_read_worker_can_do_nothing_but_read(tmp_path: Path) -> None:
    seal = try_out(lambda: Worker("read-worker", log=tmp_path / "log"))
    assert seal.only_reads, seal
    assert seal.kernel == "Seccomp: 2"
    assert seal.answers["network"] == "EPERM"


@filtered
def test_the_chat_worker_has_no_network(tmp_path: Path) -> None:
    seal = try_out(lambda: Worker("chat-worker", log=tmp_path / "log"))
    assert seal.offline and seal.kernel == "Seccomp: 2"


@filtered
def test_the_train_worker_has_no_network(tmp_path: Path) -> None:
    # It waits for its order for ever.
    os.mkfifo(tmp_path / "job.json")
    worker = Worker("train-worker", (str(tmp_path),), log=tmp_path / "log")
    try:
        worker.start(timeout=120)
        assert sandbox.kernel_status(worker.pid or 0) == "Seccomp: 2"
    finally:
        worker.stop(grace=0.2)


def test_what_a_system_does_not_refuse_is_told_as_it_is() -> None:
    free = Seal("read-worker", dict.fromkeys(sandbox.ATTEMPTS, ""), "", 0)
    assert "that is its promise" in sentence(free, [])
    half = Seal("read-worker", dict.fromkeys(sandbox.ATTEMPTS, "EPERM") | {"reading": ""}, "Seccomp: 2", 0)
    assert "does not refuse to what reads files: reading." in sentence(half, [])


def read_by_worker(log: Path, granted: list[Path], asked: list[Path]) -> list[DocumentRead | FileRead | FileSkipped]:
    worker = Worker("read-worker", log=log)
    try:
        worker.start()
        worker.send(MayRead(paths=[str(path) for path in granted]))
        worker.send(ReadFiles(paths=[str(path) for path in asked]))
        events = list(worker.events((BatchRead,)))
    finally:
        worker.stop()
    return [event for event in events if not isinstance(event, FileStarted | BatchRead)]  # type: ignore[misc]


def test_every_format_is_read_in_the_sealed_worker_as_outside_of_it(tmp_path: Path) -> None:
    files = sorted(path for path in MADE.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    formats = {path.suffix for path in files}
    assert len(formats) > 8, formats
    here = [event for path in files for event in read_documents(path)]
    assert read_by_worker(tmp_path / "log", files, files) == here


@walled
def test_a_worker_opens_no_file_that_was_not_named_first(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"The heron of {name}")
    got = read_by_worker(tmp_path / "log", [tmp_path / "a.txt"], [tmp_path / "a.txt", tmp_path / "b.txt"])
    assert [type(event) for event in got] == [DocumentRead, FileSkipped]


@walled
def test_a_file_that_another_one_takes_the_place_of_is_said_to_have_changed(tmp_path: Path) -> None:
    named, new = tmp_path / "a.txt", tmp_path / "new"
    named.write_text("The old heron")
    worker = Worker("read-worker", log=tmp_path / "log")
    try:
        worker.start()
        worker.send(MayRead(paths=[str(named)]))
        worker.send(ReadFiles(paths=[str(named)]))
        assert list(worker.events((BatchRead,)))
        new.write_text("The new heron")
        new.replace(named)
        worker.send(ReadFiles(paths=[str(named)]))
        _, skipped, _ = worker.events((BatchRead,))
    finally:
        worker.stop()
    assert isinstance(skipped, FileSkipped) and "changed while it was being read" in skipped.reason


def test_a_read_worker_has_other_threads_only_after_it_is_sealed() -> None:
    code = (
        "import threading\n"
        "from personal_ai import sandbox\n"
        "from personal_ai.documents import read_worker\n"
        "seen = []\n"
        "sandbox.refuse_all_but_reading = lambda: seen.append(threading.active_count())\n"
        "sandbox.read_only = lambda files: seen.append(threading.active_count())\n"
        "read_worker.main()\n"
        "assert seen == [1, 1], seen\n"
    )
    subprocess.run([sys.executable, "-c", code], input=b"", check=True, timeout=60, capture_output=True)
