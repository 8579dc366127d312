"""The two message buses of a Linux desktop, asked without a child process. Silence is an answer."""

import logging
import os
import struct
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

logger = logging.getLogger(__name__)

#: How long one answer may take, in seconds. A look at the machine asks about a dozen things, and there is one a second.
PATIENCE = 0.5
#: A bus or a program that did not answer is left alone for so long, in seconds.
REST = 30.0
#: A bus that is not there, a name that nobody owns, a reply that is no reply.
ERRORS = (OSError, KeyError, RuntimeError, ValueError, TypeError, struct.error, StopIteration)


class Bus:
    """The session's or the system's bus: connected when first asked, and again after it broke. Any thread may ask."""

    def __init__(
        self,
        kind: Literal["session", "system"],
        environment: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kind: Literal["session", "system"] = kind
        self._environment = environment
        self._clock = clock
        self._lock = threading.Lock()
        self._connection: DBusConnection | None = None
        #: Who did not answer, and until when nobody asks again; "" is the bus itself.
        self._resting: dict[str, float] = {}

    def call(
        self, service: str, path: str, interface: str, method: str, signature: str | None = None, *body: Any
    ) -> tuple[Any, ...] | None:
        """Call a method of a program that runs (none is started for it); None when there is no answer."""
        try:
            from jeepney import DBusAddress, MessageFlag, new_method_call
        except ImportError:
            return None
        with self._lock:
            if self._rests("") or self._rests(service):
                return None
            message = new_method_call(DBusAddress(path, service, interface), method, signature, body)
            message.header.flags |= MessageFlag.no_auto_start
            return self._ask(service, message)

    def get(self, service: str, path: str, interface: str) -> dict[str, Any]:
        """Every property of an object's interface, without their types; empty when there is no answer."""
        answer = self.call(service, path, "org.freedesktop.DBus.Properties", "GetAll", "s", interface)
        if not answer or not isinstance(answer[0], dict):
            return {}
        return {name: value[1] for name, value in answer[0].items() if isinstance(value, tuple) and len(value) == 2}

    def close(self) -> None:
        """Hang up; the next question connects again."""
        with self._lock:
            self._hang_up()

    def _ask(self, service: str, message: Any) -> tuple[Any, ...] | None:
        from jeepney import MessageType

        try:
            if self._connection is None:
                self._connection = open_connection(self._kind, self._environment)
            reply = self._connection.send_and_get_reply(message, timeout=PATIENCE)
        except TimeoutError:
            # The answer may still come; it belongs to no question by then and is passed over.
            self._rest(service if self._connection else "")
            return None
        except ERRORS as error:
            logger.info("the %s bus: %s", self._kind, type(error).__name__)
            self._hang_up()
            self._rest("")
            return None
        return None if reply.header.message_type is MessageType.error else tuple(reply.body)

    def _rest(self, whom: str) -> None:
        self._resting[whom] = self._clock() + REST

    def _rests(self, whom: str) -> bool:
        return self._clock() < self._resting.get(whom, 0.0)

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def open_connection(
    kind: Literal["session", "system"], environment: Mapping[str, str] | None = None, *, files: bool = False
) -> "DBusConnection":
    """Connect to a bus, through a socket in the file system or none. Raises one of ERRORS, ImportError without jeepney.

    With `files` the bus may hand over file descriptors.
    """
    from jeepney.bus import get_connectable_addresses
    from jeepney.io.blocking import DBusConnection, prep_socket

    # An address of another kind, such as TCP, is refused there.
    place = next(iter(get_connectable_addresses(address(kind, os.environ if environment is None else environment))))
    socket = prep_socket(place, files, timeout=PATIENCE)
    try:
        return DBusConnection(socket, files)
    except BaseException:
        socket.close()
        raise


def address(kind: str, environment: Mapping[str, str]) -> str:
    """Where a bus listens. Raises KeyError where nobody says so."""
    if kind == "system":
        return environment.get("DBUS_SYSTEM_BUS_ADDRESS") or "unix:path=/run/dbus/system_bus_socket"
    if told := environment.get("DBUS_SESSION_BUS_ADDRESS"):
        return told
    # What a timer of the system's starts, or a terminal over a line, is not always told.
    return f"unix:path={Path(environment['XDG_RUNTIME_DIR']) / 'bus'}"
