"""A child process as an iterator of messages: start, send, read, cancel, never orphaned.

The same file holds both ends: `Worker` for the program, `serve` for the child.
"""

import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from personal_ai import messages, sandbox
from personal_ai.errors import UserError
from personal_ai.messages import Event, Failed, Message, Ready, Request

logger = logging.getLogger(__name__)

# Set before any library is imported in a child: none of them may look at the network, or keep what it does not use.
QUIET_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "ORT_DISABLE_TELEMETRY": "1",
    # Between two multiplies torch's would keep up to 70 MB, where what is learned at once could lie (measured).
    "MKL_DISABLE_FAST_MM": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUTF8": "1",
}


#: A message longer than this is dropped, so that a worker gone wild cannot fill the window's memory: bytes.
LONGEST_LINE = 256 << 20


class WorkerDied(Exception):
    """The child ended without saying so. The service that owns it decides what the person is told.

    `exit_code` is None where it is not known (negative: the signal that ended it).
    """

    def __init__(self, what: str, exit_code: int | None = None) -> None:
        super().__init__(what)
        self.exit_code = exit_code


class Worker:
    """One child process, spoken to in messages.

    `name` is the word that `python -m personal_ai` knows it by, `arguments` follow it. Log lines go to `log`.
    `program` takes the place of that command line, for another program that speaks the same messages.
    """

    def __init__(
        self,
        name: str,
        arguments: tuple[str, ...] = (),
        log: Path | None = None,
        program: tuple[str, ...] | None = None,
    ) -> None:
        self.name = name
        self._program = program
        self._arguments = arguments
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._send_lock = threading.Lock()

    @property
    def alive(self) -> bool:
        """Whether the child runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The child's process id, None before the start."""
        return self._process.pid if self._process else None

    def start(self, timeout: float = 60.0) -> None:
        """Start the child and wait until it says Ready. Raises WorkerDied when it ends or stays silent instead."""
        log = open(self._log, "ab") if self._log else None  # noqa: SIM115, PTH123 - handed to the child, closed below
        try:
            self._process = subprocess.Popen(
                [*(self._program or command(self.name)), *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log or subprocess.DEVNULL,
                env=os.environ | QUIET_ENVIRONMENT,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                # Ctrl-C in a terminal is for the program, which then asks its workers to stop in order.
                start_new_session=os.name == "posix",
            )
        finally:
            if log:
                log.close()
        self._events = queue.SimpleQueue()
        assert self._process.stdout
        threading.Thread(
            target=_pump, args=(self._process.stdout, self._events), name=f"{self.name}-reader", daemon=True
        ).start()
        first = self.read(timeout)
        if not isinstance(first, Ready):
            self.stop(grace=0)
            raise WorkerDied(f"{self.name} did not start")

    def send(self, message: Message) -> None:
        """Give the child a request. Raises WorkerDied when it no longer listens."""
        process = self._process
        if process is None or process.stdin is None:
            raise WorkerDied(f"{self.name} is not running")
        try:
            with self._send_lock:
                process.stdin.write(messages.encode(message))
                process.stdin.flush()
        except (OSError, ValueError) as error:
            raise WorkerDied(f"{self.name} no longer listens") from error

    def read(self, timeout: float | None = None) -> Event | None:
        """Wait for the next event; None after `timeout` seconds without one. Raises WorkerDied at the stream's end."""
        try:
            event = self._events.get(timeout=timeout)
        except queue.Empty:
            return None
        if event is None:
            self._events.put(None)  # whoever reads next meets the same end
            code = self.exit_code()
            raise WorkerDied(f"{self.name} ended (exit code {code})", code)
        return event

    def events(self, last: tuple[type[Message], ...]) -> Iterator[Event]:
        """Yield events up to and including the first of the kinds in `last`. Raises WorkerDied when none comes."""
        while True:
            event = self.read()
            assert event is not None
            yield event
            if isinstance(event, last):
                return

    def stop(self, grace: float = 10.0) -> None:
        """Close the child's stdin, which ends it; terminate it after `grace` seconds, kill it after as many again."""
        process = self._process
        if process is None:
            return
        try:
            if process.stdin:
                process.stdin.close()
        except OSError:
            pass
        for end in (lambda: None, process.terminate, process.kill):
            end()
            try:
                process.wait(timeout=grace)
                break
            except subprocess.TimeoutExpired:
                logger.warning("%s is slow to end", self.name)
        else:
            process.wait()
        self._process = None

    def exit_code(self) -> int | None:
        """The child's exit code, None while it runs (negative: the signal that ended it)."""
        process = self._process  # another thread may stop the child meanwhile
        if process is None:
            return None
        try:
            return process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return None


def command(*words: str) -> list[str]:
    """The command line that starts this program with `words`, from source or from a frozen build."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    return [sys.executable, "-m", "personal_ai", *words]


def lasting_command(*words: str) -> list[str]:
    """The same for what starts it another day, by a path that an update or the end of this process leaves there."""
    program = Path(sys.executable).resolve()
    if getattr(sys, "frozen", False):
        image, mounted = os.environ.get("APPIMAGE", ""), os.environ.get("APPDIR", "")
        # Whatever else was started from an AppImage has these words in its environment, too.
        if image and mounted and program.is_relative_to(Path(mounted).resolve()):
            return [image, *words]
        versions = program.parent.parent
        current = versions.parent / "current"
        if versions.name == "versions" and current.is_symlink():
            return [str(current / program.name), *words]
    return command(*words)


def _pump(stream: BinaryIO, events: "queue.SimpleQueue[Event | None]") -> None:
    with stream:
        for line in _lines(stream):
            try:
                events.put(messages.decode_event(line))
            except msgspec.MsgspecError:
                logger.error("a worker sent a line that is no message (%d bytes)", len(line))
    events.put(None)


def _lines(stream: BinaryIO, longest: int = LONGEST_LINE) -> Iterator[bytes]:
    """Yield lines; of one that is longer than `longest` only its beginning, which is then no message."""
    while line := stream.readline(longest):
        yield line
        while line and not line.endswith(b"\n"):
            line = stream.readline(1 << 20)


# ---- the child's end --------------------------------------------------------------------------------------------


class Inbox:
    """What the child was asked, in order. A Cancel or Pause is seen at once, even in the middle of a request."""

    def __init__(self, stream: BinaryIO, first: bytes = b"") -> None:
        self._requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._interrupts: list[messages.Cancel | messages.Pause] = []
        self._interrupted = threading.Event()
        self.closed = threading.Event()
        if first:
            self._take(first)
        threading.Thread(target=self._read, args=(stream,), name="inbox", daemon=True).start()

    def _read(self, stream: BinaryIO) -> None:
        try:
            for line in stream:
                self._take(line)
        except OSError as error:
            logger.warning("stdin broke: %s", type(error).__name__)
        finally:
            self.closed.set()
            self._interrupted.set()
            self._requests.put(None)

    def _take(self, line: bytes) -> None:
        try:
            request = messages.decode_request(line)
        except msgspec.MsgspecError:
            # The reading thread must live: it is the one that sees stdin close.
            logger.error("a line on stdin is no request (%d bytes)", len(line))
            return
        if isinstance(request, messages.Cancel | messages.Pause):
            self._interrupts.append(request)
            self._interrupted.set()
        else:
            self._requests.put(request)

    def __iter__(self) -> Iterator[Request]:
        while (request := self._requests.get()) is not None:
            yield request

    def cancelled(self, id: int) -> bool:
        """Whether request `id` should stop: it was cancelled, or nobody listens any more."""
        return self.closed.is_set() or any(
            isinstance(i, messages.Cancel) and i.id in (0, id) for i in list(self._interrupts)
        )

    def interrupt(self) -> messages.Cancel | messages.Pause | None:
        """The oldest Cancel or Pause that was sent, if any. A closed stdin counts as Pause."""
        if self._interrupts:
            return self._interrupts[0]
        return messages.Pause() if self.closed.is_set() else None

    def wait_for_interrupt(self) -> None:
        """Wait until `interrupt()` has something to say."""
        self._interrupted.wait()

    def forget_interrupts(self) -> None:
        """Drop Cancels that were meant for what has just ended."""
        self._interrupts.clear()
        if not self.closed.is_set():
            self._interrupted.clear()


Emit = Callable[[Message], None]


def serve(handle: Callable[[Request, Inbox, Emit], None], before: Callable[[bytes], None] | None = None) -> int:
    """Be a worker: answer requests with `handle(request, inbox, emit)` until stdin closes. Return the exit code.

    `before` is given the first line from stdin while the process has no second thread yet.

    A UserError becomes a Failed message; any other exception a Failed message marked as ours, its traceback on stderr.
    """
    emit = _take_stdout()
    emit(Ready(pid=os.getpid()))
    first = b""
    if before:
        first = sys.stdin.buffer.readline()
        before(first)
    inbox = Inbox(sys.stdin.buffer, first)
    for request in inbox:
        try:
            if isinstance(request, messages.TryOut):
                emit(messages.TriedOut(answers=sandbox.try_out()))
            else:
                handle(request, inbox, emit)
        except UserError as error:
            emit(Failed(sentence=str(error), id=getattr(request, "id", 0)))
        except Exception as error:  # noqa: BLE001 - a worker's loop is one of the three places
            # The traceback holds code and numbers only; the exception's text could hold a note, so its type must do.
            logger.error("%s while answering %s", where(error), type(request).__name__)
            emit(
                Failed(
                    sentence=f"Something went wrong inside Personal AI ({where(error)}).",
                    id=getattr(request, "id", 0),
                    ours=True,
                )
            )
    return 0


def open_channel() -> tuple[Inbox, Emit]:
    """Take stdin and stdout for messages."""
    emit = _take_stdout()
    return Inbox(sys.stdin.buffer), emit


def _take_stdout() -> Emit:
    """Move the real stdout away, for messages only, so that a library's print cannot break them."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    sys.stdout.flush()
    # Buffered, because a plain write into a pipe may stop halfway when the machine is suspended.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    lock = threading.Lock()

    def emit(message: Message) -> None:
        try:
            with lock:
                out.write(messages.encode(message))
                out.flush()
        except OSError:
            # The program is gone (Windows has another error for it); stdin closes too, and the loop ends by that.
            logger.info("nobody listens")

    return emit


def where(error: BaseException) -> str:
    """Name an exception by its type and the last line of ours that it passed."""
    trace, last = error.__traceback__, ""
    while trace:
        code = trace.tb_frame.f_code
        if "personal_ai" in code.co_filename:
            last = f"{Path(code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {last}" if last else type(error).__name__


def give_way() -> None:
    """Let what the person does go before this process, and let it be among the first to go where memory runs out."""
    if os.name != "posix":
        return
    try:
        os.nice(5)
        if sys.platform == "linux":
            Path("/proc/self/oom_score_adj").write_text("500")
    except OSError as error:
        logger.info("priority stays: %s", error)


def lower_priority() -> None:
    """Make this process give way to everything else the person does, and the first to go where memory runs out."""
    import psutil

    me = psutil.Process()
    try:
        if sys.platform == "win32":
            me.nice(psutil.IDLE_PRIORITY_CLASS)
        else:
            me.nice(19)
        if sys.platform.startswith("linux"):
            me.ionice(psutil.IOPRIO_CLASS_IDLE)
            # Where the kernel shares the processor out by session, niceness counts only within one.
            autogroup = Path("/proc/self/autogroup")
            if autogroup.exists():
                autogroup.write_text("19")
            Path("/proc/self/oom_score_adj").write_text("800")
    except (psutil.Error, OSError) as error:
        logger.info("priority stays: %s", error)


def wait_until(condition: Callable[[], bool], seconds: float, step: float = 0.02) -> bool:
    """Poll `condition` for at most `seconds`; whether it came true. For tests and shutdown only."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(step)
    return condition()
