"""A folder that another process serves through FUSE, as sshfs does: it can be killed or stand still in mid-read.

`python -m tests.documents.network_folder SERVED MOUNTED` shows the folder SERVED, to be read only, at MOUNTED, and
prints a line when it is there. Killed, it leaves a folder that is no longer connected; stopped (SIGSTOP), one that does
not answer. Speaks the kernel's own protocol (linux/fuse.h, version 7.31), as root.
"""

import ctypes
import errno
import os
import signal
import stat
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Asked(IntEnum):
    """What the kernel asks."""

    LOOKUP = 1
    FORGET = 2
    GETATTR = 3
    OPEN = 14
    READ = 15
    STATFS = 17
    RELEASE = 18
    FLUSH = 25
    INIT = 26
    OPENDIR = 27
    READDIR = 28
    RELEASEDIR = 29
    INTERRUPT = 36
    BATCH_FORGET = 42


#: Each question begins with its length, what is asked, its number, the node that is meant, and who asks.
HEAD = struct.Struct("<IIQQIIIHH")
ROOT_NODE = 1


# ---- the process that serves ------------------------------------------------------------------------------------


class Served:
    """Answers the kernel's questions about one folder; nothing is kept, so that each is asked anew."""

    def __init__(self, folder: Path) -> None:
        self._paths = {ROOT_NODE: folder}
        self._nodes = {folder: ROOT_NODE}

    def answer(self, asked: int, node: int, body: bytes) -> bytes | None:
        """The answer to one question; None for what wants none. Raises OSError."""
        path = self._paths[node or ROOT_NODE]
        match asked:
            case Asked.INIT:
                return struct.pack("<IIIIHHIIHH32x", 7, 31, 0, 0, 8, 8, 4096, 1, 0, 0)
            case Asked.LOOKUP:
                child = path / os.fsdecode(body.rstrip(b"\0"))
                return struct.pack("<QQQQII", self._node(child), 0, 0, 0, 0, 0) + _attributes(child)
            case Asked.GETATTR:
                return struct.pack("<QII", 0, 0, 0) + _attributes(path)
            case Asked.OPEN | Asked.OPENDIR:
                return struct.pack("<QII", 0, 0, 0)
            case Asked.READ:
                _, offset, size = struct.unpack_from("<QQI", body)
                with path.open("rb") as file:
                    file.seek(offset)
                    return file.read(size)
            case Asked.READDIR:
                _, offset, size = struct.unpack_from("<QQI", body)
                return self._listed(path, offset, size)
            case Asked.STATFS:
                return bytes(80)
            case Asked.RELEASE | Asked.FLUSH | Asked.RELEASEDIR:
                return b""
            case Asked.FORGET | Asked.INTERRUPT | Asked.BATCH_FORGET:
                return None
            case _:
                raise OSError(errno.ENOSYS, "")

    def _node(self, path: Path) -> int:
        if path not in self._nodes:
            path.lstat()
            self._nodes[path] = len(self._nodes) + 1
            self._paths[self._nodes[path]] = path
        return self._nodes[path]

    def _listed(self, folder: Path, offset: int, size: int) -> bytes:
        found = b""
        for number, child in enumerate(sorted(folder.iterdir())[offset:], offset + 1):
            name = os.fsencode(child.name)
            kind = stat.S_IFMT(child.lstat().st_mode) >> 12
            entry = struct.pack("<QQII", self._node(child), number, len(name), kind) + name
            entry += bytes(-len(entry) % 8)
            if len(found) + len(entry) > size:
                break
            found += entry
        return found


def _attributes(path: Path) -> bytes:
    told = path.lstat()
    seconds, rest = divmod(told.st_mtime_ns, 10**9)
    whole = (told.st_ino, told.st_size, told.st_blocks, seconds, seconds, seconds, rest, rest, rest)
    return struct.pack("<QQQQQQIIIIIIIIII", *whole, told.st_mode, 1, told.st_uid, told.st_gid, 0, 4096, 0)


def main(served: Path, mounted: Path) -> None:
    """Mount, and answer until the folder is unmounted."""
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()},allow_other"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"away", os.fsencode(mounted), b"fuse", 0, options.encode()):
        raise OSError(ctypes.get_errno(), "mount")
    folder = Served(served)
    print("mounted", flush=True)
    while True:
        try:
            question = os.read(device, 1 << 20)
        except OSError as error:
            if error.errno == errno.ENODEV:
                return
            raise
        _, asked, number, node, *_ = HEAD.unpack_from(question)
        try:
            answer, failed = folder.answer(asked, node, question[HEAD.size :]), 0
        except OSError as error:
            answer, failed = b"", error.errno or errno.EIO
        if answer is not None:
            try:
                os.write(device, struct.pack("<IiQ", 16 + len(answer), -failed, number) + answer)
            except FileNotFoundError:
                continue  # who asked was killed meanwhile


# ---- in the test ------------------------------------------------------------------------------------------------


class NetworkFolder:
    """The folder, and the process that serves it."""

    def __init__(self, served: Path, mounted: Path) -> None:
        self.path = mounted
        self._served = served
        self._process: subprocess.Popen[str] | None = None

    def connect(self) -> None:
        """Show the folder. Skips the test where this user may not."""
        self.path.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "tests.documents.network_folder", str(self._served), str(self.path)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self._process.stdout
        if self._process.stdout.readline() != "mounted\n":
            pytest.skip("this user may not mount a folder, or this system has no FUSE")

    def stand_still(self) -> None:
        """Answer nothing from now on."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Answer again, what was asked meanwhile, too."""
        self._signal(signal.SIGCONT)

    def go_away(self) -> None:
        """Lose the connection; the folder stays where it is, and every question about it fails."""
        self._signal(signal.SIGKILL)
        assert self._process
        self._process.wait()

    def come_back(self) -> None:
        """Connect anew where the folder was."""
        self.unmount()
        self.connect()

    def unmount(self) -> None:
        """Take the folder away, and end who serves it."""
        subprocess.run(["umount", "-l", self.path], check=False, capture_output=True)
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _signal(self, number: int) -> None:
        assert self._process
        self._process.send_signal(number)


@contextmanager
def network_folder(served: Path, mounted: Path) -> Iterator[NetworkFolder]:
    """A folder as it is served from elsewhere, for as long as the block lasts."""
    folder = NetworkFolder(served, mounted)
    try:
        folder.connect()
        yield folder
    finally:
        folder.unmount()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
