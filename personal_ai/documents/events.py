"""What the system tells of changes in folders."""

import logging
import os
from collections.abc import Callable
from typing import NamedTuple

import psutil
from watchdog import events as told
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from personal_ai.documents.comparing import Place
from personal_ai.documents.folders import PASSING

logger = logging.getLogger(__name__)

#: Reading a file is no change, and what changes in a folder is told of the file.
_KINDS: list[type[FileSystemEvent]] = [
    *(told.FileCreatedEvent, told.FileModifiedEvent, told.FileMovedEvent, told.FileDeletedEvent, told.FileClosedEvent),
    *(told.DirCreatedEvent, told.DirMovedEvent, told.DirDeletedEvent),
]
#: File systems of which this machine learns only what it changes itself.
_ELSEWHERE = frozenset(
    (
        *(
            "nfs",
            "nfs4",
            "cifs",
            "smb3",
            "smbfs",
            "afpfs",
            "webdav",
            "davfs",
            "9p",
            "ceph",
            "afs",
            "ncpfs",
            "glusterfs",
        ),
        *("fuse.sshfs", "fuse.rclone", "fuse.davfs2", "fuse.s3fs", "fuse.glusterfs", "fuse.vmhgfs-fuse"),
        *("drvfs", "vboxsf", "prl_fs"),
    )
)


class Change(NamedTuple):
    """Something happened in the watched folder `root`: where to look, and what was moved (from, to)."""

    root: str
    places: frozenset[Place]
    moved: tuple[str, str] | None = None


class Events:
    """The system's own word on changes, for as many folders as it can follow."""

    def __init__(self, observer: BaseObserver, note: Callable[[Change], None]) -> None:
        self._observer = observer
        self._note = note
        self._watches: dict[str, ObservedWatch] = {}

    @classmethod
    def start(cls, note: Callable[[Change], None]) -> "Events | None":
        """Begin to listen; None where the system lets nobody listen any more. `note` is called on other threads."""
        try:
            observer = Observer()
            observer.start()
        except OSError as error:
            logger.warning("nobody tells of changes: %s", error)
            return None
        return cls(observer, note)

    def follow(self, root: str) -> bool:
        """Tell of changes in a folder from now on; False where the system cannot, or would not know of all."""
        self.forget(root)
        if is_elsewhere(root):
            return False
        try:
            self._watches[root] = self._observer.schedule(
                _Listener(root, self._note), root, recursive=True, event_filter=_KINDS
            )
        except OSError as error:
            # Most likely there are more folders in it than the system lets a program watch.
            logger.warning("a folder cannot be followed: %s", error)
            return False
        return True

    def follows(self, root: str) -> bool:
        """Whether a folder is still followed."""
        watch = self._watches.get(root)
        return any(emitter.watch == watch and emitter.is_alive() for emitter in list(self._observer.emitters))

    def forget(self, root: str) -> None:
        """Follow a folder no longer."""
        watch = self._watches.pop(root, None)
        if watch is not None:
            try:
                self._observer.unschedule(watch)
            except (KeyError, OSError) as error:
                logger.info("a folder was let go of already: %s", type(error).__name__)

    def stop(self) -> None:
        """Listen no longer."""
        self._observer.stop()
        self._observer.join(5)


class _Listener(FileSystemEventHandler):
    """Turns what the system says into places to look at."""

    def __init__(self, root: str, note: Callable[[Change], None]) -> None:
        self._root, self._note = root, note

    def dispatch(self, event: FileSystemEvent) -> None:
        """Note where to look, unless it is about what programs keep beside files."""
        paths = [os.fsdecode(path) for path in (event.src_path, event.dest_path) if path]
        wanted = [path for path in paths if not os.path.basename(path).startswith(PASSING)]  # noqa: PTH119
        if not wanted:
            return
        places = {(os.path.dirname(path), False) for path in wanted if path != self._root}  # noqa: PTH120
        if event.is_directory:
            places |= {(path, True) for path in wanted}
        moved = (wanted[0], wanted[1]) if len(wanted) == 2 and not event.is_directory else None
        self._note(Change(self._root, frozenset(places), moved))


def is_elsewhere(folder: str) -> bool:
    """Whether a folder lies on another machine, or is shared with one, so that not all changes are told here."""
    if folder.startswith("\\\\"):
        return True
    best = ("", "")
    for partition in psutil.disk_partitions(all=True):
        mount = partition.mountpoint.rstrip(os.sep) + os.sep
        if (folder + os.sep).startswith(mount) and len(mount) > len(best[0]):
            best = (mount, partition.fstype.lower())
    return best[1] in _ELSEWHERE
