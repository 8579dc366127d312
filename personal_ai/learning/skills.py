"""Where reading skills are kept: one for each base model, shipped ready-made.

  resources/skills/ready/<base>.safetensors   shipped: fp16, of the built-in model; <base>.replay.json beside it
  PERSONAL_AI_HOME/skills/<base>/             adapter.gguf · adapter.safetensors · source: the shipped one's SHA-256
where <base> is the beginning of the base model's SHA-256.
"""

import functools
import hashlib
import logging
from pathlib import Path

from personal_ai.errors import UserError, disk_sentence
from personal_ai.messages import AdapterUse
from personal_ai.paths import RESOURCES, Paths, sync_folder, write_durably

logger = logging.getLogger(__name__)

READY = RESOURCES / "skills" / "ready"
#: The files of an adapter: what chats, and what learning goes on from.
CHATS, LEARNS = "adapter.gguf", "adapter.safetensors"


class Skills:
    """The reading skills of one data folder."""

    def __init__(self, paths: Paths, ready: Path = READY, *, looking: bool = False) -> None:
        """With `looking` nothing is unpacked or copied: the folder of a skill that is only shipped is not there yet."""
        self._folder = paths.skills
        self._ready = ready
        self._looking = looking

    def find(self, base_sha256: str) -> Path | None:
        """The folder of the skill for a base model; a shipped one is unpacked first. None where there is none.

        Raises UserError when it cannot be unpacked.
        """
        if self._looking:
            return self._place(base_sha256) if self.knows(base_sha256) else None
        folder, shipped = self._place(base_sha256), self._ready / f"{_name(base_sha256)}.safetensors"
        source = folder / "source"
        whole = all((folder / name).is_file() for name in (CHATS, LEARNS))
        if shipped.is_file():
            about = shipped.stat()
            sha256 = _sha256(shipped, about.st_size, about.st_mtime_ns)
            # What was shipped before gives way to what is shipped now.
            if not whole or not source.is_file() or source.read_text().strip() != sha256:
                self._unpack(shipped, folder, sha256)
                whole = True
        return folder if whole and source.is_file() else None

    def knows(self, base_sha256: str) -> bool:
        """Whether there is a skill for a base model, shipped or kept here. Only looks: nothing is unpacked."""
        shipped, source = self._ready / f"{_name(base_sha256)}.safetensors", self._place(base_sha256) / "source"
        return shipped.is_file() or source.is_file()

    def use(self, base_sha256: str) -> AdapterUse | None:
        """How the chat uses the skill of a base model, with notes alone; None where there is none, or it cannot now."""
        try:
            folder = self.find(base_sha256)
        except UserError as error:
            logger.warning("%s", error)
            return None
        return AdapterUse(str(folder / CHATS), reads=str(folder / CHATS)) if folder else None

    def replay(self, base_sha256: str) -> Path:
        """Where the base model's own answers to general prompts are kept, once it has given them.

        Those of the built-in model are shipped.
        """
        kept, shipped = (folder / f"{_name(base_sha256)}.replay.json" for folder in (self._folder, self._ready))
        if shipped.is_file() and not kept.exists():
            if self._looking:
                return shipped
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_durably(kept, shipped.read_bytes())
        return kept

    def parity(self, base_sha256: str) -> Path:
        """Where it is kept that learning and the chat read the base model alike, once they were compared."""
        return self._folder / f"{_name(base_sha256)}.parity.json"

    def keep(self, made: Path, base_sha256: str, scale: float = 1.0) -> None:
        """Keep the skill in the folder `made`, trained here, at this strength for this base model. Raises OSError."""
        from personal_ai.learning import adapter_files

        folder = self._place(base_sha256)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "source").unlink(missing_ok=True)
        adapter_files.scaled(made / LEARNS, folder, scale)
        write_durably(folder / "source", b"here\n")

    def _place(self, base_sha256: str) -> Path:
        return self._folder / _name(base_sha256)

    def _unpack(self, shipped: Path, folder: Path, sha256: str) -> None:
        from personal_ai.learning import adapter_files

        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / "source").unlink(missing_ok=True)
            adapter_files.unpack(shipped, folder)
            write_durably(folder / "source", sha256.encode() + b"\n")
            sync_folder(folder)
        except OSError as error:
            raise UserError(disk_sentence(error, "unpacking the reading skill")) from error
        logger.info("the shipped reading skill is unpacked")


@functools.cache
def _sha256(path: Path, _size: int, _changed: int) -> str:
    """Asked for at every question, so it is computed once for a file as it is."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _name(base_sha256: str) -> str:
    return base_sha256[:16]
