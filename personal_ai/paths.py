"""Where things live on disk. PERSONAL_AI_HOME moves all of it."""

import os
import stat
import threading
from dataclasses import dataclass
from pathlib import Path

from personal_ai.errors import UserError, disk_sentence

_BLOCK = 1 << 20
RESOURCES = Path(__file__).resolve().parent.parent / "resources"


@dataclass(frozen=True)
class Paths:
    """The layout of one person's data folder.

    Where that is locked with a password, `room` is a folder in memory: what must be plain while it is used lies there.
    """

    home: Path
    room: Path | None = None

    @property
    def database(self) -> Path:
        """Notes, conversations, adapters and nights."""
        return self.home / "personal.db"

    @property
    def settings(self) -> Path:
        """The person's choices, as JSON."""
        return self.home / "settings.json"

    @property
    def backups(self) -> Path:
        """Verified copies of the database, made before each migration."""
        return self.home / "backups"

    @property
    def logs(self) -> Path:
        """What workers said on stderr; never note text."""
        return self.home / "logs"

    @property
    def models(self) -> Path:
        """Base models a person added: `<name>/model.gguf` and `manifest.json`; in `projector/` what lets it see."""
        return self.home / "models"

    @property
    def jobs(self) -> Path:
        """One folder for each training job."""
        return (self.room or self.home) / "jobs"

    @property
    def adapters(self) -> Path:
        """One folder for each adapter, and the pointer CURRENT."""
        return self.home / "adapters"

    @property
    def states(self) -> Path:
        """What the model has computed of conversations."""
        return (self.room or self.home) / "states"

    @property
    def skills(self) -> Path:
        """Reading skills, one for each base model."""
        return self.home / "skills"

    @property
    def key_file(self) -> Path:
        """There while the data is locked with a password: its key, wrapped."""
        return self.home / "lock.json"

    @property
    def tries(self) -> Path:
        """How many wrong passwords came, and when the last."""
        return self.home / "lock-tries.json"

    @property
    def in_use(self) -> Path:
        """Held by whoever has the data open: shared by all who use it, alone by one who changes all of it."""
        return self.home / "in-use.lock"

    @property
    def lock(self) -> Path:
        """Held by the window, so that one data folder has one window."""
        return self.home / "window.lock"


def default_home() -> Path:
    """The data folder that is used where nobody names another one."""
    import platformdirs  # a worker, and a command that names its folder, do without it

    return Path(platformdirs.user_data_dir("Personal AI", appauthor=False)).absolute()


def locate(home: Path | None = None) -> Paths:
    """Choose the data folder (`home`, else PERSONAL_AI_HOME, else the system's), make it private, return its layout.

    Raises UserError where the folder cannot be made or written to.
    """
    chosen = home or (Path(os.environ["PERSONAL_AI_HOME"]) if os.environ.get("PERSONAL_AI_HOME") else None)
    if chosen is None:
        chosen = default_home()
    paths = Paths(chosen.expanduser().absolute())
    try:
        for folder in (paths.home, paths.backups, paths.logs, paths.models, paths.jobs, paths.adapters):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_writable(paths.home)
    except OSError as error:
        raise UserError(disk_sentence(error, "opening your data folder")) from error
    return paths


def _check_writable(folder: Path) -> None:
    # os.access lies for root and on network drives; only a real file tells.
    probe = folder / f".probe-{os.getpid()}"
    try:
        probe.write_bytes(b"")
    finally:
        probe.unlink(missing_ok=True)


def write_durably(path: Path, data: bytes) -> None:
    """Replace `path` by `data` so that a crash leaves the old file or the new one, never half of it."""
    # Another process, or another thread of this one, may be writing the same file.
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_native_id()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def wipe(path: Path) -> None:
    """Delete a file, and write zeros over what it held first, so that its text does not stay on the disk.

    A link goes without what it points to, and a file with another name elsewhere keeps its content. Drives that write
    every time to another place (most SSDs do) may keep the old bytes until they need the room. Raises OSError.
    """
    about = path.lstat()
    if stat.S_ISREG(about.st_mode) and about.st_nlink == 1:
        with path.open("r+b") as file:
            for start in range(0, about.st_size, _BLOCK):
                file.write(bytes(min(_BLOCK, about.st_size - start)))
            file.flush()
            os.fsync(file.fileno())
    path.unlink()


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut; systems that cannot open a folder need no such call."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
