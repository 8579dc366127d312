"""Before the computer sleeps there is a moment to write down what must not be lost (logind's delay inhibitor)."""

import contextlib
import logging
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from personal_ai.system.bus import ERRORS, PATIENCE, open_connection

logger = logging.getLogger(__name__)

LOGIN, PATH, MANAGER = "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"
#: How often the listening thread looks whether it is to end, in seconds.
GLANCE = 0.2


@contextlib.contextmanager
def before_sleep(act: Callable[[], None], why: str, environment: Mapping[str, str] | None = None) -> Iterator[bool]:
    """Call `act` (on another thread) when the computer is about to sleep, and hold that up until the block is left.

    The system waits for some seconds at most. `why` is what it shows as the reason. Yields whether it agreed; where it
    does not, or is no Linux, nothing is called: a process that sleeps with the machine goes on where it was.
    """
    watch = _Watch(act, why) if sys.platform.startswith("linux") else None
    held = watch is not None and watch.begin(environment)
    try:
        yield held
    finally:
        if watch:
            watch.end()


class _Watch:
    """Listens to logind on a thread of its own, and holds the sleep up."""

    def __init__(self, act: Callable[[], None], why: str) -> None:
        self._act, self._why = act, why
        self._connection: Any = None
        self._inhibitor: Any = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="sleep-watch", daemon=True)

    def begin(self, environment: Mapping[str, str] | None) -> bool:
        try:
            self._connection = open_connection("system", environment, files=True)
            self._ask_to_be_told()
            self._inhibitor = self._hold_up()
        except (*ERRORS, ImportError) as error:
            logger.info("nobody tells before the computer sleeps: %s", type(error).__name__)
            self._let_go()
            return False
        self._thread.start()
        return True

    def end(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        self._let_go()

    def _ask_to_be_told(self) -> None:
        from jeepney import MatchRule, message_bus

        rule = MatchRule(type="signal", interface=MANAGER, member="PrepareForSleep", path=PATH)
        self._answer(message_bus.AddMatch(rule))

    def _hold_up(self) -> Any:
        from jeepney import DBusAddress, new_method_call

        body = ("sleep", "Personal AI", self._why, "delay")
        return self._answer(new_method_call(DBusAddress(PATH, LOGIN, MANAGER), "Inhibit", "ssss", body))[0]

    def _answer(self, message: Any) -> tuple[Any, ...]:
        from jeepney import MessageType

        reply = self._connection.send_and_get_reply(message, timeout=PATIENCE)
        if reply.header.message_type is MessageType.error:
            raise OSError("the answer is no")
        return reply.body

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                message = self._connection.receive(timeout=GLANCE)
            except TimeoutError:
                continue
            except ERRORS as error:
                logger.info("the system's bus is gone: %s", type(error).__name__)
                return
            if _begins_to_sleep(message):
                logger.info("the computer is about to sleep")
                self._act()

    def _let_go(self) -> None:
        if self._inhibitor is not None:
            self._inhibitor.close()
            self._inhibitor = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _begins_to_sleep(message: Any) -> bool:
    from jeepney import HeaderFields, MessageType

    named = message.header.fields.get(HeaderFields.member) == "PrepareForSleep"
    return message.header.message_type is MessageType.signal and named and tuple(message.body) == (True,)
