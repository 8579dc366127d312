"""What the system itself refuses to a worker, for good: the network, and to the reader of files nearly all else.

A refusal is asked for once and holds until the process has ended, for its children, too; nothing that a file or a
library brings along can take it back. Nothing here raises: where a system refuses nothing, the program goes on without,
and `personal_ai.sealing` tells what holds.

Linux (x86-64 and 64-bit Arm): seccomp filters, and Landlock where the kernel has it. macOS: its sandbox, the network
only; nobody has tried that on a Mac yet. Windows has nothing of the kind that a process can ask for by itself.
"""

import ctypes
import errno
import functools
import logging
import os
import platform
import socket
import struct
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from personal_ai.paths import RESOURCES

logger = logging.getLogger(__name__)

Program = list[tuple[int, int, int, int]]


# ---- what a process asks for ------------------------------------------------------------------------------------


def refuse_network() -> bool:
    """Let no socket be opened but those between programs of this computer; whether the system agreed."""
    if sys.platform == "darwin":
        return _enter_macos_sandbox("(version 1)(allow default)(deny network*)")
    return _enter_filter(_network_rules())


def refuse_all_but_reading() -> bool:
    """Let no socket be opened, no program started, no process made, nothing on a disk changed; threads stay possible.

    What is open already can be written to. To be called before the process has a second thread, which Landlock would
    not reach. Returns whether the system agreed to all of it.
    """
    if sys.platform == "darwin":
        return _enter_macos_sandbox("(version 1)(allow default)(deny network*)(deny process-exec*)(deny file-write*)")
    walled = _enter_landlock(~_READING)
    return _enter_filter([*_reader_rules()]) and walled


def read_only(files: Iterable[str]) -> bool:
    """Let nothing be opened from now on but these files and what belongs to Python and the system's libraries.

    A file that another one takes the place of later is not among them. To be called before the process has a second
    thread. Returns whether the system agreed.
    """
    return _enter_landlock(_READING, [*program_folders(), *files])


def program_folders() -> list[str]:
    """Where the code of this program, of Python and of the system's libraries lies."""
    package = Path(__file__).parent
    ours = [str(package), str(RESOURCES), sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values()]
    if getattr(sys, "frozen", False):
        ours.append(str(Path(sys.executable).parent))
    libraries = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/nix/store", "/gnu/store"]
    # What the libraries ask the system for: time zones, the number of processors, chance.
    asked = [
        "/usr/share",
        "/etc/ld.so.cache",
        "/etc/localtime",
        "/sys/devices/system/cpu",
        "/proc/self",
        "/proc/cpuinfo",
    ]
    return [*ours, *libraries, *asked, "/dev/null", "/dev/urandom"]


# ---- what holds -------------------------------------------------------------------------------------------------

#: What `try_out` tries.
ATTEMPTS: dict[str, Callable[[], None]] = {
    "network": lambda: _try_network(socket.AF_INET),
    "network, IPv6": lambda: _try_network(socket.AF_INET6),
    "program": lambda: _try_program(),
    "writing": lambda: os.close(os.open(os.devnull, os.O_WRONLY)),
    "reading": lambda: os.close(os.open("/etc/passwd", os.O_RDONLY)),
}


def try_out() -> dict[str, str]:
    """Try each of ATTEMPTS here and now: the name of the error that the system answered, "" where it let it."""
    answers: dict[str, str] = {}
    for what, attempt in ATTEMPTS.items():
        try:
            attempt()
            answers[what] = ""
        except OSError as error:
            answers[what] = errno.errorcode.get(error.errno or 0, "OSError")
    return answers


def _try_network(family: int) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as opened:
        if sys.platform == "darwin":
            # There a socket may be had, but leads nowhere, not even to this computer's own port where nobody listens.
            opened.connect(("127.0.0.1" if family == socket.AF_INET else "::1", 9))


def _try_program() -> None:
    if not hasattr(os, "posix_spawn"):
        return
    child = os.posix_spawn(sys.executable, [sys.executable, "-S", "-c", ""], os.environ)
    os.waitpid(child, 0)


def kernel_status(pid: int) -> str:
    """What the kernel says of a process's filter: the line “Seccomp: 2” where one holds; "" where it does not say."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return ""
    return next((" ".join(line.split()) for line in lines if line.startswith("Seccomp:")), "")


def landlock_version() -> int:
    """Which version of Landlock this kernel has; 0 for none."""
    if _machine() is None:
        return 0
    return max(0, _call(_LANDLOCK_CREATE, None, 0, 1))


# ---- filters of system calls ------------------------------------------------------------------------------------

#: Number of each system call on x86-64 and on 64-bit Arm; None where it is not there.
_NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "open": (2, None),
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "socketpair": (53, 199),
    "clone": (56, 220),
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "kill": (62, 129),
    "truncate": (76, 45),
    "rename": (82, None),
    "mkdir": (83, None),
    "rmdir": (84, None),
    "creat": (85, None),
    "link": (86, None),
    "unlink": (87, None),
    "symlink": (88, None),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "ptrace": (101, 117),
    "rt_sigqueueinfo": (129, 138),
    "utime": (132, None),
    "mknod": (133, None),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "mount": (165, 40),
    "umount2": (166, 39),
    "init_module": (175, 105),
    "delete_module": (176, 106),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "utimes": (235, None),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "openat": (257, 56),
    "mkdirat": (258, 34),
    "mknodat": (259, 33),
    "fchownat": (260, 54),
    "futimesat": (261, None),
    "unlinkat": (263, 35),
    "renameat": (264, 38),
    "linkat": (265, 37),
    "symlinkat": (266, 36),
    "fchmodat": (268, 53),
    "unshare": (272, 97),
    "utimensat": (280, 88),
    "rt_tgsigqueueinfo": (297, 240),
    "perf_event_open": (298, 241),
    "open_by_handle_at": (304, 265),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "finit_module": (313, 273),
    "renameat2": (316, 276),
    "kexec_file_load": (320, 294),
    "bpf": (321, 280),
    "execveat": (322, 281),
    "userfaultfd": (323, 282),
    "pidfd_send_signal": (424, 424),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "clone3": (435, 435),
    "openat2": (437, 437),
    "pidfd_getfd": (438, 438),
    "mount_setattr": (442, 442),
    "fchmodat2": (452, 452),
    "setxattrat": (463, 463),
    "removexattrat": (466, 466),
}
_SECCOMP = (317, 277)
#: By which number the kernel knows each kind of processor in a filter, and where it stands above.
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

#: They open sockets by themselves, past a filter that knows `socket` only.
_RINGS = ("io_uring_setup", "io_uring_enter", "io_uring_register")
_STARTING = ("fork", "vfork", "execve", "execveat")
_CHANGING = (
    *("truncate", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "creat", "link", "linkat"),
    *("unlink", "unlinkat", "symlink", "symlinkat", "mknod", "mknodat", "chmod", "fchmod", "fchmodat", "fchmodat2"),
    *("chown", "fchown", "lchown", "fchownat", "utime", "utimes", "futimesat", "utimensat", "setxattr", "lsetxattr"),
    *("fsetxattr", "setxattrat", "removexattr", "lremovexattr", "fremovexattr", "removexattrat"),
)
_REACHING_OUT = (
    *("connect", "bind", "listen", "socket", "socketpair", "ptrace", "process_vm_readv", "process_vm_writev"),
    *("pidfd_getfd", "pidfd_send_signal", "add_key", "request_key", "keyctl", "perf_event_open", "userfaultfd", "bpf"),
    *("open_by_handle_at", "setns", "unshare", "chroot", "pivot_root", "mount", "umount2", "open_tree", "move_mount"),
    *("fsopen", "mount_setattr", "init_module", "finit_module", "delete_module", "kexec_file_load"),
    *("rt_sigqueueinfo", "rt_tgsigqueueinfo"),
)
_WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CLONE_THREAD = 0x00010000

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW = 0x7FFF0000


def _deny(error: int = errno.EPERM) -> tuple[int, int, int, int]:
    return (_RETURN, 0, 0, 0x00050000 | error)


def _network_rules() -> list[Program]:
    local = int(getattr(socket, "AF_UNIX", 1))
    return [
        *_never(_RINGS),
        *_only_if("socket", 0, _EQUAL, local),
        *_only_if("socketpair", 0, _EQUAL, local),
    ]


def _reader_rules() -> list[Program]:
    return [
        *_never((*_RINGS, *_STARTING, *_CHANGING, *_REACHING_OUT)),
        *_only_if("clone", 0, _ANY_BIT, _CLONE_THREAD),
        # What they are asked for stands where no filter can look; the C library then takes the older call.
        *_never(("clone3", "openat2"), errno.ENOSYS),
        *_only_if("open", 1, _ANY_BIT, _WRITING_FLAGS, unless=True),
        *_only_if("openat", 2, _ANY_BIT, _WRITING_FLAGS, unless=True),
        # A process may end itself.
        *_only_if("kill", 0, _EQUAL, os.getpid()),
        *_only_if("tgkill", 0, _EQUAL, os.getpid()),
        *_never(("tkill",)),
    ]


def _never(names: Sequence[str], error: int = errno.EPERM) -> Iterator[Program]:
    for number in _numbers(names):
        yield [(_EQUAL, 0, 1, number), _deny(error)]


def _only_if(name: str, argument: int, test: int, value: int, unless: bool = False) -> Iterator[Program]:
    """Allow a call if a test of its argument's lower 32 bits holds (`unless`: if it does not), else refuse it."""
    for number in _numbers((name,)):
        ends = [_deny(), (_RETURN, 0, 0, _ALLOW)] if unless else [(_RETURN, 0, 0, _ALLOW), _deny()]
        yield [(_EQUAL, 0, 4, number), (_LOAD, 0, 0, 16 + 8 * argument), (test, 0, 1, value), *ends]


def _numbers(names: Sequence[str]) -> list[int]:
    machine = _machine()
    column = machine[1] if machine else 0
    return [number for name in names if (number := _NUMBERS[name][column]) is not None]


def _enter_filter(rules: list[Program]) -> bool:
    machine = _machine()
    if machine is None:
        return False
    # Programs of another kind of processor have other numbers, so they may call nothing; on x86-64 there is a second
    # set of numbers, too.
    program: Program = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, machine[0]), _deny(), (_LOAD, 0, 0, 0)]
    if machine[1] == 0:
        program += [(_AT_LEAST, 0, 1, 0x40000000), _deny()]
    program += [step for rule in rules for step in rule]
    program.append((_RETURN, 0, 0, _ALLOW))
    packed = b"".join(struct.pack("=HBBI", *step) for step in program)
    steps = ctypes.create_string_buffer(packed, len(packed))
    filter = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(steps)))
    # For all threads at once (1), which kernels before 3.17 cannot.
    return _give_up_privileges() and _call(_SECCOMP[machine[1]], 1, 1, filter) == 0


# ---- Landlock: which files --------------------------------------------------------------------------------------

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_ENTER = 444, 445, 446
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_READING = _READ_FILE | _READ_FOLDER
#: How many kinds of access to files each version knows, the last one for all that follow.
_KINDS = (13, 14, 15, 15, 16)


def _enter_landlock(accesses: int, readable: Sequence[str] = ()) -> bool:
    """Refuse these kinds of access to all files but `readable` ones, and what is below those that are folders."""
    version = landlock_version()
    if version == 0:
        return False
    accesses &= (1 << _KINDS[min(version, len(_KINDS)) - 1]) - 1
    # From version 4 on it knows TCP, from 6 on signals and nameless sockets to other processes.
    words = (accesses, 0b11 if version >= 4 else 0, 0b11 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = _call(_LANDLOCK_CREATE, ctypes.create_string_buffer(struct.pack("=QQQ", *words), 24), size, 0)
    if rules < 0:
        return False
    try:
        for path in dict.fromkeys(readable):
            _allow(rules, path)
        return _give_up_privileges() and _call(_LANDLOCK_ENTER, rules, 0) == 0
    finally:
        os.close(rules)


def _allow(rules: int, path: str) -> None:
    with _open_path(path) as opened:
        if opened is not None:
            right = _READING if os.path.isdir(path) else _READ_FILE  # noqa: PTH112 - thousands of them
            _call(_LANDLOCK_ADD, rules, 1, ctypes.create_string_buffer(struct.pack("=Qi", right, opened)), 0)


@contextmanager
def _open_path(path: str) -> Iterator[int | None]:
    """A handle that only names a file; None where there is none, which its reader then finds out, too."""
    try:
        opened = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    except (OSError, ValueError):
        yield None
        return
    try:
        yield opened
    finally:
        os.close(opened)


# ---- the kernel's door ------------------------------------------------------------------------------------------


@functools.cache
def _kernel() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _machine() -> tuple[int, int] | None:
    """The number of this kind of processor and its place in the tables; None where there are no filters."""
    return _MACHINES.get(platform.machine()) if sys.platform == "linux" else None


def _give_up_privileges() -> bool:
    """Promise that no program started from here gains rights, without which nobody but root may refuse anything."""
    return _kernel().prctl(38, 1, 0, 0, 0) == 0


def _call(number: int, *arguments: "int | ctypes.Array[ctypes.c_char] | None") -> int:
    """Make a system call; its result, or a negative error number."""
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    result: int = _kernel().syscall(ctypes.c_long(number), *words)
    if result < 0:
        result = -ctypes.get_errno()
        logger.info("system call %d: %s", number, errno.errorcode.get(-result, result))
    return result


def _enter_macos_sandbox(profile: str) -> bool:
    try:
        return (
            ctypes.CDLL(None).sandbox_init(profile.encode(), ctypes.c_uint64(0), ctypes.byref(ctypes.c_char_p())) == 0
        )
    except (OSError, AttributeError):
        return False
