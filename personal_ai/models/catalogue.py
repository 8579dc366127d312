"""The models a person can talk to: the built-in one and those they added."""

import hashlib
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from personal_ai.errors import UserError, disk_sentence
from personal_ai.models import families, header, needs, projector, shape
from personal_ai.models.header import ModelHeader
from personal_ai.models.needs import Needs
from personal_ai.paths import RESOURCES, Paths, sync_folder, write_durably

logger = logging.getLogger(__name__)

BUILT_IN = "built-in"
BUILT_IN_FILE = RESOURCES / "models" / "smollm2-135m-instruct-q4_1.gguf"
MODEL_FILE, MANIFEST_FILE = "model.gguf", "manifest.json"
#: The folder of what lets a model see, in the model's own.
PROJECTOR = "projector"
PROJECTOR_FILE = "projector.gguf"


class ModelEntry(msgspec.Struct, frozen=True):
    """A base model that is here and can be used. `learns` says whether an adapter can be trained for it.

    Where not, `lacks` says why, as the end of a sentence. `context` is the longest it was made for, in tokens.
    """

    name: str
    path: Path
    family: str
    architecture: str
    parameters: int
    quantisation: str
    sha256: str
    size: int
    learns: bool
    built_in: bool
    lacks: str = ""
    license: str = ""
    context: int = 0
    #: What it takes to chat with it; see models/needs.py.
    needs: Needs = Needs()
    #: How many numbers an embedding has: a projector for it makes as many.
    width: int = 0
    #: The file that lets it see, and its SHA-256; None where it does not.
    projector: Path | None = None
    projector_sha256: str = ""

    @property
    def sees(self) -> bool:
        """Whether it can look at pictures."""
        return self.projector is not None


class _Manifest(msgspec.Struct, frozen=True):
    """What was true of a model file when its checksum was taken."""

    sha256: str
    size: int
    changed: int
    source: str = ""


class _About(msgspec.Struct, frozen=True):
    """What a file says about itself, and what it lacks to be taught."""

    header: ModelHeader
    lacks: str
    needs: Needs


class Catalogue:
    """The built-in model and `models/<name>/` of one data folder."""

    def __init__(self, paths: Paths, built_in: Path = BUILT_IN_FILE) -> None:
        self._folder = paths.models
        self._built_in = built_in
        self._known: dict[tuple[Path, int, int], _About] = {}

    def get(self, name: str) -> ModelEntry:
        """The model of that name. Raises UserError when it is not here, or no longer what it was."""
        path = self._path(name)
        if not path.is_file():
            if name == BUILT_IN:
                raise UserError(
                    "The built-in model is missing. Run “python3 packaging/dev.py setup” to fetch it again."
                )
            raise UserError(f"There is no model “{name}” here. Choose another one, or add its file again.")
        try:
            return self._entry(name, path)
        except OSError as error:
            raise UserError(disk_sentence(error, f"reading the model “{name}”")) from error

    def add(self, path: Path) -> ModelEntry:
        """Take a GGUF file in; the same file twice is one model. Raises UserError for an unusable one, keeping nothing.

        Where the disk allows it the file is shared with `path` by a hard link, which takes no space.
        """
        about = header.inspect_model(path)
        families.template(about)
        try:
            sha256 = _sha256(path)
            for entry in self.list():
                if entry.sha256 == sha256:
                    return entry
            return self.get(self._take_in(path, sha256))
        except OSError as error:
            raise UserError(disk_sentence(error, f"adding the model “{path.name}”")) from error

    def add_projector(self, path: Path, name: str) -> ModelEntry:
        """Let an added model see by a projector file, in the place of one that it has. It goes with the model.

        Raises UserError for an unusable file and for a model of another width.
        """
        entry = self.get(name)
        about = projector.describe(header.read(path))
        if entry.built_in or about.width != entry.width:
            raise UserError(f"“{path.name}” was made for another model than “{name}”.")
        try:
            sha256 = _sha256(path)
            if sha256 != entry.projector_sha256:
                self._replace(entry.path.parent / PROJECTOR, self._taken(path, sha256, PROJECTOR_FILE))
            return self.get(name)
        except OSError as error:
            raise UserError(disk_sentence(error, f"adding “{path.name}”")) from error

    def remove(self, name: str) -> None:
        """Delete a model that was added. Raises UserError for the built-in one and for one that is not here."""
        if name == BUILT_IN:
            raise UserError("The built-in model belongs to the program and stays. Switch to another model instead.")
        path = self._path(name)
        if not path.parent.is_dir():
            raise UserError(f"There is no model “{name}” here.")
        try:
            # First out of sight in one step, so that a crash never leaves half a model.
            gone = Path(tempfile.mkdtemp(prefix=".removed-", dir=self._folder))
            path.parent.rename(gone / name)
            sync_folder(self._folder)
            shutil.rmtree(gone)
        except OSError as error:
            raise UserError(disk_sentence(error, f"removing the model “{name}”")) from error

    # The last public method: behind it, `list` in an annotation would mean this one.
    def list(self) -> "list[ModelEntry]":
        """Every usable model, the built-in one first; one that became unusable is left out and logged."""
        found = []
        for name in self._names():
            try:
                found.append(self.get(name))
            except UserError as error:
                logger.warning("model left out: %s", error)
        return found

    def _names(self) -> Iterator[str]:
        if self._built_in.is_file():
            yield BUILT_IN
        if self._folder.is_dir():
            yield from sorted(p.parent.name for p in self._folder.glob(f"[!.]*/{MODEL_FILE}"))

    def _path(self, name: str) -> Path:
        if name == BUILT_IN:
            return self._built_in
        # A name comes from settings or a command line: it must not lead out of the folder.
        return self._folder / (name if name and _slug(name) == name else "…") / MODEL_FILE

    def _entry(self, name: str, path: Path) -> ModelEntry:
        known = self._about(path)
        about = known.header
        family = families.find(about)
        sight = None if name == BUILT_IN else self._projector(path.parent / PROJECTOR)
        more = sight[0].stat().st_size if sight else 0
        return ModelEntry(
            name=name,
            path=path,
            family=family.name,
            architecture=about.architecture,
            parameters=about.parameters,
            quantisation=about.quantisation,
            sha256=self._checked_sha256(name, path),
            size=about.size,
            learns=not known.lacks,
            built_in=name == BUILT_IN,
            lacks=known.lacks,
            license=about.license,
            context=about.context_length,
            needs=msgspec.structs.replace(known.needs, fixed=known.needs.fixed + more),
            width=about.embedding_length,
            projector=sight[0] if sight else None,
            projector_sha256=sight[1] if sight else "",
        )

    def _projector(self, folder: Path) -> tuple[Path, str] | None:
        """A model's projector and its checksum; one that is not what was added any more is left out and logged."""
        path = folder / PROJECTOR_FILE
        try:
            return path, _checked(folder / MANIFEST_FILE, path)
        except FileNotFoundError:
            return None
        except (_Changed, OSError) as error:
            logger.warning("a projector is left out: %s", type(error).__name__)
            return None

    def _about(self, path: Path) -> _About:
        stat = path.stat()
        key = (path, stat.st_size, stat.st_mtime_ns)
        if key not in self._known:
            about, file = header.inspect_model(path), header.read(path)
            self._known[key] = _About(about, shape.lacks(file), needs.of(file, about))
        return self._known[key]

    def _checked_sha256(self, name: str, path: Path) -> str:
        """The file's checksum, taken anew only when size or date changed; for an added model it must be the old one."""
        if name == BUILT_IN:
            return _checked(self._folder / ".built-in.json", path, may_change=True)
        try:
            return _checked(path.parent / MANIFEST_FILE, path)
        except _Changed as error:
            raise UserError(
                f"The file of the model “{name}” has changed since it was added. Remove it and add it again."
            ) from error

    def _take_in(self, path: Path, sha256: str) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        name = self._free_name(path.stem)
        self._replace(self._folder / name, self._taken(path, sha256, MODEL_FILE))
        return name

    def _taken(self, path: Path, sha256: str, name: str) -> Path:
        """A hidden folder with the file, shared where the disk allows it, and its manifest."""
        temporary = Path(tempfile.mkdtemp(prefix=".adding-", dir=self._folder))
        try:
            file = temporary / name
            try:
                os.link(path.resolve(), file)
            except OSError:
                _copy_durably(path, file)
            write_durably(temporary / MANIFEST_FILE, _manifest(file, sha256, path.name))
            return temporary
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise

    def _replace(self, target: Path, made: Path) -> None:
        """Put a folder in its place in one step; what is there goes out of sight first."""
        gone = None
        try:
            if target.exists():
                gone = Path(tempfile.mkdtemp(prefix=".removed-", dir=self._folder))
                target.rename(gone / target.name)
            try:
                made.rename(target)
            except OSError:
                if gone:
                    (gone / target.name).rename(target)
                raise
            sync_folder(target.parent)
        finally:
            shutil.rmtree(made, ignore_errors=True)
            if gone:
                shutil.rmtree(gone, ignore_errors=True)

    def _free_name(self, stem: str) -> str:
        name = wanted = _slug(stem) or "model"
        number = 2
        while name == BUILT_IN or (self._folder / name).exists():
            name, number = f"{wanted}-{number}", number + 1
        return name


class _Changed(Exception):
    """A file is not what it was when it was added."""


def _checked(place: Path, path: Path, may_change: bool = False) -> str:
    """A file's checksum, as its manifest at `place` says, taken anew only when size or date changed.

    Raises _Changed where it is another one then, unless it may change.
    """
    known = _read_manifest(place)
    stat = path.stat()
    if known and (known.size, known.changed) == (stat.st_size, stat.st_mtime_ns):
        return known.sha256
    sha256 = _sha256(path)
    if known and not may_change and known.sha256 != sha256:
        raise _Changed
    if place.parent.is_dir():
        write_durably(place, _manifest(path, sha256, known.source if known else ""))
    return sha256


def _slug(text: str) -> str:
    return re.sub(r"[^\w.+-]+", "-", text).strip("-.")[:80]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy_durably(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("wb") as write:
        shutil.copyfileobj(read, write, 1 << 22)
        write.flush()
        os.fsync(write.fileno())


def _manifest(path: Path, sha256: str, source: str) -> bytes:
    stat = path.stat()
    return msgspec.json.encode(_Manifest(sha256, stat.st_size, stat.st_mtime_ns, source))


def _read_manifest(path: Path) -> _Manifest | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Manifest)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None
