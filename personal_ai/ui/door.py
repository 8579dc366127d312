"""One window a data folder: a second start knocks at the first, which comes to the front."""

import hashlib
import logging
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from personal_ai.paths import Paths
from personal_ai.ui.language import QT_TR_NOOP

logger = logging.getLogger(__name__)

ALREADY_OPEN = QT_TR_NOOP("Personal AI is already open with this data folder.")


def door_name(paths: Paths) -> str:
    """The name under which the first window of a data folder listens."""
    return "personal-ai-" + hashlib.sha256(str(paths.home.resolve()).encode()).hexdigest()[:20]


def wake_first_window(paths: Paths) -> bool:
    """Ask the window that is open on this data folder to come to the front. Whether it heard."""
    socket = QLocalSocket()
    socket.connectToServer(door_name(paths))
    if not socket.waitForConnected(1000):
        return False
    socket.write(b"come\n")
    heard = socket.waitForBytesWritten(1000)
    socket.disconnectFromServer()
    return heard


class Door(QObject):
    """Where a second start knocks."""

    def __init__(self, paths: Paths, on_knock: Callable[[], None]) -> None:
        super().__init__()
        self._on_knock = on_knock
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # We hold the lock, so whatever listens under this name is what a crash left behind.
        QLocalServer.removeServer(door_name(paths))
        if not self._server.listen(door_name(paths)):
            logger.warning("a second start will not be heard: %s", self._server.errorString())
        self._server.newConnection.connect(self._on_connection)

    def _on_connection(self) -> None:
        socket = self._server.nextPendingConnection()
        if socket:
            socket.disconnected.connect(socket.deleteLater)
            self._on_knock()

    def close(self) -> None:
        """Stop listening."""
        self._server.close()
