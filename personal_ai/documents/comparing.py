"""What of a folder changed since its files were read: what is new, was moved, is gone."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from personal_ai.documents.folders import Rules, is_passed_over, walk
from personal_ai.store.files import Files, Known, Seen

#: Where something may have changed: a folder, and whether its folders are meant, too.
Place = tuple[str, bool]


@dataclass
class Differences:
    """What has to happen so that the library holds what the folders hold."""

    #: New and changed files, as they were seen.
    fresh: dict[str, Seen] = field(default_factory=dict)
    #: Those of them that hold what they held, and are called otherwise now.
    renamed: set[str] = field(default_factory=set)
    #: Files that lie elsewhere now: (from, to).
    moved: list[tuple[str, str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    #: Contents that changed: other files that had them have to be read again, for one document stood for all.
    replaced: list[str] = field(default_factory=list)


@dataclass
class Looked:
    """What was found in places of a folder: files, what is known of all that were there, and which of them are gone."""

    found: dict[str, Seen]
    known: dict[str, Known]
    gone: list[Known]


def look(root: Path, places: Iterable[Place], files: Files, rules: Rules) -> Looked:
    """Look at places in a folder. What cannot be looked at is not gone."""
    found: dict[str, Seen] = {}
    known: dict[str, Known] = {}
    closed: list[str] = []
    for folder, deep in _outermost(places):
        if is_passed_over(folder, root, rules):
            continue
        if os.path.lexists(folder):
            walked = walk(Path(folder), rules, deep)
            found |= walked.files
            closed += walked.closed
            known |= files.inside(folder, deep)
        else:
            known |= files.inside(folder, deep=True)
    shut = tuple(folder + os.sep for folder in closed)
    gone = [
        was
        for path, was in known.items()
        if path not in found and not path.startswith(shut) and not os.path.lexists(path)
    ]
    return Looked(found, known, gone)


def differences(looked: Looked, moves: Mapping[str, str]) -> Differences:
    """Tell what is new from what only lies elsewhere now.

    `moves` is what the system said about moves, new path to old: so a file that was moved and changed keeps its note.
    """
    told = Differences()
    left = {was.path: was for was in looked.gone}
    by_size: dict[int, list[Known]] = defaultdict(list)
    for was in looked.gone:
        by_size[was.size].append(was)
    for path, now in looked.found.items():
        was = looked.known.get(path)
        if was is None:
            same = _same_file(path, now, [each for each in by_size.get(now.size, ()) if each.path in left])
            before = same.path if same else moves.get(path, "")
            if before in left:
                del left[before]
                told.moved.append((before, path))
            if same is None:
                told.fresh[path] = now
            elif Path(before).name != Path(path).name:
                # Some notes are called what their file is called.
                told.fresh[path] = now
                told.renamed.add(path)
        elif not was.is_still(now):
            told.fresh[path] = now
            told.replaced.append(was.sha256)
        elif was.seal or not (was.held or was.reason):
            told.fresh[path] = now
    told.gone = list(left)
    return told


def _same_file(path: str, now: Seen, candidates: Sequence[Known]) -> Known | None:
    if not candidates:
        return None
    for was in candidates:
        if was.inode and now.inode and was.is_still(now):
            return was
    digest = digest_of(path)
    return next((was for was in candidates if was.sha256 == digest), None)


def digest_of(path: str) -> str:
    """The SHA-256 of a file; "-" where it cannot be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - thousands of them
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "-"


def _outermost(places: Iterable[Place]) -> list[Place]:
    """Leave out what lies in a place that is looked at deeply."""
    wanted: dict[str, bool] = {}
    for folder, deep in places:
        wanted[folder] = wanted.get(folder, False) or deep
    deeply = tuple(folder.rstrip(os.sep) + os.sep for folder, deep in wanted.items() if deep)
    return [(folder, deep) for folder, deep in wanted.items() if not folder.startswith(deeply)]
