"""The learning add-on of the packaged program: the libraries that learning needs, in a folder of their own.

The packaged program says in `resources/learning.json` which set of libraries it needs, an add-on in `addon.json` which
one it is. A program that runs from source has its libraries around it and needs no add-on.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from personal_ai import bundle
from personal_ai.bundle import Manifest, Unpacked
from personal_ai.errors import UserError, disk_sentence
from personal_ai.paths import RESOURCES

WANTED_FILE = RESOURCES / "learning.json"
#: Moves the add-on to another folder, where the program's own cannot be written to (an AppImage).
PLACE = "PERSONAL_AI_LEARNING"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which learning libraries a packaged program needs."""

    #: The same for programs that can share them.
    key: str
    version: str
    #: What the add-on's file and its folder take, in bytes.
    packed: int
    unpacked: int


class Here(msgspec.Struct, frozen=True, kw_only=True):
    """What an add-on's folder says about itself (`addon.json`)."""

    key: str
    version: str
    #: Every file but this one, with its size in bytes.
    files: dict[str, int]


class Addon:
    """The learning add-on: whether it is there and fits, and how it gets there.

    `wanted` is None for a program that needs none, because it runs from source.
    """

    def __init__(self, wanted: Wanted | None, folder: Path, public_key: str = bundle.PUBLIC_KEY) -> None:
        self.wanted = wanted
        self.folder = folder
        self._public_key = public_key

    def missing(self) -> str:
        """Why learning cannot begin, as a sentence; empty when everything is there."""
        if self.wanted is None:
            return ""
        try:
            here = msgspec.json.decode((self.folder / "addon.json").read_bytes(), type=Here)
        except FileNotFoundError:
            if self.folder.is_dir():
                return "The learning add-on is only half there. Install it again."
            return "Learning is an add-on that is not installed yet. The Learning page installs it from a file."
        except (OSError, msgspec.MsgspecError):
            return "The learning add-on is damaged. Install it again."
        if here.key != self.wanted.key:
            return (
                f"The learning add-on here is version {here.version}, and this Personal AI needs version "
                f"{self.wanted.version}. Install that one; what was learned stays."
            )
        if any(_size(self.folder / name) != size for name, size in here.files.items()):
            return "The learning add-on is only half there. Install it again."
        return ""

    def check(self) -> None:
        """Raise UserError where learning cannot begin."""
        if sentence := self.missing():
            raise UserError(sentence)

    def use(self) -> None:
        """Let this process import the learning libraries. Raises UserError where they are not there or do not fit."""
        if self.wanted is None:
            return
        self.check()
        # Last: what the app has of its own stays the app's.
        sys.path.append(str(self.folder / "lib"))

    def install(self, file: Path) -> Iterator[Unpacked]:
        """Install the add-on from its signed file, in place of one that is there. Yields how far it is.

        Raises UserError, and changes nothing, for a file of others, of another version or damaged, without room, and
        where nothing may be written beside the program.
        """
        manifest = bundle.read(file, "learning", self._public_key)
        self._check_fits(manifest, file)
        self._check_writable(file)
        draft = self.folder.with_name(f"{self.folder.name}.new")
        old = self.folder.with_name(f"{self.folder.name}.old")
        for left in (draft, old):
            shutil.rmtree(left, ignore_errors=True)
        yield from bundle.unpack(file, manifest, draft)
        try:
            if self.folder.exists():
                self.folder.replace(old)
            draft.replace(self.folder)
        except OSError as error:
            raise UserError(disk_sentence(error, "installing the learning add-on")) from error
        finally:
            shutil.rmtree(old, ignore_errors=True)

    def _check_fits(self, manifest: Manifest, file: Path) -> None:
        if self.wanted is not None and manifest.key != self.wanted.key:
            raise UserError(
                f"“{file.name}” is the add-on of version {manifest.version}, and this Personal AI needs the one of "
                f"version {self.wanted.version}."
            )

    def _check_writable(self, file: Path) -> None:
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            probe = self.folder.parent / f".probe-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise UserError(
                f"Nothing may be written beside the program, so “{file.name}” cannot be installed there. This Personal "
                "AI was installed for everybody on this computer: its add-on is a package too, personal-ai-learning."
            ) from error


def prepare() -> int:
    """Translate the libraries of this program's add-on, so that nobody waits for it later. Return the exit code."""
    import compileall

    compileall.compile_dir(of_this_program().folder / "lib", quiet=2, workers=1)
    # What does not translate is of other systems, and is never imported here.
    return 0


def of_this_program() -> Addon:
    """The add-on of the program that runs, packaged or from source."""
    return Addon(_wanted(), _place())


def _wanted() -> Wanted | None:
    if not getattr(sys, "frozen", False):
        return None
    try:
        return msgspec.json.decode(WANTED_FILE.read_bytes(), type=Wanted)
    except (OSError, msgspec.MsgspecError) as error:
        raise UserError("This Personal AI is only half installed. Install it again; your data stays.") from error


def _place() -> Path:
    if named := os.environ.get(PLACE):
        return Path(named)
    if sys.platform == "darwin":
        # An app bundle is signed as it is: nothing may be put into it.
        return Path.home() / "Library" / "Application Support" / "Personal AI add-on"
    program = Path(sys.executable).resolve().parent
    # Versions installed by the person lie side by side and share the add-on.
    return (program.parent.parent if program.parent.name == "versions" else program) / "learning"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
