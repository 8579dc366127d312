"""Another version of the program takes the place of this one, from a signed file; the one before stays beside it.

PREFIX/versions/0.1.0 …/0.2.0 · current → versions/0.2.0 · previous → versions/0.1.0
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

import personal_ai
from personal_ai import bundle
from personal_ai.bundle import Unpacked
from personal_ai.errors import UserError, disk_sentence
from personal_ai.paths import sync_folder


class Updated(msgspec.Struct, frozen=True):
    """The version that the next start brings."""

    version: str


class Updating:
    """Updates for a program that a person installed for themselves.

    `program` is the folder that the running program lies in; `back_up` copies the database before anything changes.
    """

    def __init__(
        self,
        program: Path,
        back_up: Callable[[], object],
        version: str = personal_ai.__version__,
        public_key: str = bundle.PUBLIC_KEY,
    ) -> None:
        self._program, self._back_up = program, back_up
        self._version, self._public_key = version, public_key

    @property
    def possible(self) -> bool:
        """Whether this program can be updated by itself: one that the system installed is the system's."""
        return self._program.parent.name == "versions" and (self._program.parent.parent / "current").is_symlink()

    @property
    def earlier(self) -> str | None:
        """The version that can be gone back to, None where there is none."""
        before = self._program.parent.parent / "previous"
        return before.resolve().name if self.possible and before.is_symlink() and before.is_dir() else None

    def install(self, file: Path) -> Iterator[Unpacked | Updated]:
        """Install the version in a signed file. The next start brings it; this program goes on until it ends.

        Raises UserError, and changes nothing, for a file of others, a damaged or an older one, and without room.
        """
        prefix = self._prefix()
        manifest = bundle.read(file, "app", self._public_key)
        if _numbers(manifest.version) <= _numbers(self._version):
            raise UserError(
                f"“{file.name}” is version {manifest.version}, and this is {self._version} already. "
                "Nothing was changed."
            )
        target = prefix / "versions" / manifest.version
        bundle.check_room(target.parent, manifest)
        self._back_up()
        try:
            # Left by an update that was gone back on.
            shutil.rmtree(target, ignore_errors=True)
            yield from bundle.unpack(file, manifest, target)
            _point(prefix / "previous", self._program)
            _point(prefix / "current", target)
            self._remove_others(target)
        except OSError as error:
            raise UserError(disk_sentence(error, "updating Personal AI")) from error
        yield Updated(manifest.version)

    def go_back(self) -> Updated:
        """Let the next start bring the version before. Raises UserError where there is none."""
        prefix = self._prefix()
        before = (prefix / "previous").resolve()
        if self.earlier is None:
            raise UserError("There is no earlier version here to go back to.")
        self._back_up()
        try:
            _point(prefix / "previous", (prefix / "current").resolve())
            _point(prefix / "current", before)
        except OSError as error:
            raise UserError(disk_sentence(error, "going back to the earlier version")) from error
        return Updated(before.name)

    def _prefix(self) -> Path:
        if not self.possible:
            raise UserError(
                "This Personal AI was not installed by its own installer, so it is updated the way it came: "
                "as a package of your system, or from its source."
            )
        return self._program.parent.parent

    def _remove_others(self, newest: Path) -> None:
        kept = {newest.resolve(), self._program.resolve()}
        for folder in newest.parent.iterdir():
            if folder.resolve() not in kept:
                shutil.rmtree(folder, ignore_errors=True)


def of_this_program(back_up: Callable[[], object]) -> Updating:
    """Updates of the program that runs."""
    return Updating(Path(sys.executable).resolve().parent, back_up)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _point(link: Path, target: Path) -> None:
    """Let a link lead to a folder of versions, in one step."""
    draft = link.with_name(f".{link.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.symlink_to(Path("versions") / target.name)
    draft.replace(link)
    sync_folder(link.parent)
