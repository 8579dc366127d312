"""Files of what the model has computed of conversations: few, never in doubt, and gone with what they have seen.

A file holds a whole conversation, passages of notes included. So what is deleted is deleted from here first, and
nothing is written while it is.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from personal_ai.errors import UserError, disk_sentence

#: All files together, in bytes; the one that was used longest ago goes first.
LIMIT = 1 << 30
_SUFFIX = ".state"


class States:
    """One file a conversation at most, in a folder that other processes use, too."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder = folder
        self.limit = limit

    def file(self, conversation_id: int) -> Path:
        """Where the state of a conversation is kept, if it is."""
        return self._folder / f"{conversation_id}{_SUFFIX}"

    @contextmanager
    def keeping(self, conversation_id: int) -> Iterator[Path]:
        """Write a conversation's file inside: nothing is deleted meanwhile, and the oldest files make room afterwards.

        What has to be stored still for the file to be allowed is to be asked inside. Raises OSError.
        """
        with self._alone():
            try:
                yield self.file(conversation_id)
            finally:
                self._trim()

    @contextmanager
    def forgetting(self, conversation_id: int | None = None) -> Iterator[None]:
        """Delete a conversation, or (without one) a note, inside: first goes what was computed of it.

        Which conversations quote a note from memory nobody knows, so all files go for one. Raises UserError where the
        disk holds on to a file; nothing is deleted then.
        """
        with ExitStack() as stack:
            try:
                stack.enter_context(self._alone())
                for path in self._files():
                    if conversation_id is None or path.name.split(".")[0] == str(conversation_id):
                        path.unlink(missing_ok=True)
            except OSError as error:
                raise UserError(disk_sentence(error, "deleting what was computed of a conversation")) from error
            yield

    @contextmanager
    def _alone(self) -> Iterator[None]:
        import filelock  # only deleting needs it, and what the model has computed

        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with filelock.FileLock(self._folder / "lock"):
            yield

    def _files(self) -> list[Path]:
        """All files, half-written ones of a crash included, last used first."""
        found = [path for path in self._folder.iterdir() if path.name != "lock"]
        return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)

    def _trim(self) -> None:
        used = 0
        for path in self._files():
            used += path.stat().st_size
            if used > self.limit or path.suffix != _SUFFIX:
                path.unlink(missing_ok=True)
