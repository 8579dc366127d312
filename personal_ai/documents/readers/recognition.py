"""Text in pictures, by RapidOCR where it is installed (the extra `ocr`), whose models lie in its package."""

import functools
import os
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from types import ModuleType
from typing import Any, NamedTuple

from personal_ai.documents.readers.parsed import Alive, tidy

#: A page is looked at with so many points on its longer side: an A4 page has 170 to the inch then.
POINTS = 2000
#: A page that takes more processor time than this, in seconds, counts as one without text.
PAGE_SECONDS = 600.0
#: What is less certain than this, of 1, was no text.
_CERTAIN = 0.6
#: So many lines are looked at together; more take more memory, and no less time.
_AT_ONCE = 4
#: Columns of running text are so many times as wide as a line is high, and apart from each other by this.
_COLUMN, _APART = 9.0, 0.8


class Box(NamedTuple):
    """A piece of a line: its words, and where on the page it stands."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


@functools.cache
def is_here() -> bool:
    """Whether text in pictures can be read."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "PIL"))


class _TooLong(Exception):
    """A page takes more than PAGE_SECONDS."""


def text_of(picture: Any, alive: Alive = lambda: None) -> str:
    """The text in a picture, a line a line and a blank one between blocks; "" where there is none.

    `picture` is a numpy array of bytes, [height, width, 3], blue first. Takes some seconds for a page, and calls
    `alive` before, during and after.
    """
    if min(picture.shape[:2]) < 8 or int(picture.max()) - int(picture.min()) < 16:
        alive()
        return ""
    end = time.process_time() + PAGE_SECONDS

    def at() -> None:
        alive()
        if time.process_time() > end:
            raise _TooLong

    try:
        at()
        found = _engine().look(picture, at)
    except _TooLong:
        return ""
    alive()
    boxes = [
        Box(tidy(text).strip(), *map(float, corners.min(axis=0)), *map(float, corners.max(axis=0)))
        for text, certain, corners in zip(found.txts or (), found.scores or (), _list(found.boxes), strict=True)
        if certain >= _CERTAIN
    ]
    boxes = [box for box in boxes if box.text]
    # A leaf or a tile looks like a letter now and then, and never like a word.
    if not any(sum(letter.isalnum() for letter in box.text) > 1 for box in boxes):
        return ""
    return _written(in_order(boxes))


@functools.cache
def _engine() -> "_Engine":
    return _Engine(_rapid())


class _Engine:
    """RapidOCR, which says between the parts of a page that it is at work."""

    def __init__(self, rapid: Any) -> None:
        self._rapid = rapid
        self._at: Alive = lambda: None
        # Where lines are, which way up, and what they say: each of these models is given a few lines at a time. They
        # are RapidOCR's own matter: where a later version has them otherwise, a whole page is one part.
        for load in ("_load_det_model", "_load_cls_model", "_load_rec_model"):
            if hasattr(rapid, load):
                model = getattr(rapid, load)()
                model.session = functools.partial(self._run, model.session)

    def look(self, picture: Any, at: Alive) -> Any:
        """What is found in a picture; `at` is called before each part of it, and may raise."""
        self._at = at
        return self._rapid(picture)

    def _run(self, session: Callable[..., Any], *part: Any) -> Any:
        self._at()
        return session(*part)


def _rapid() -> Any:
    # It would fetch models that it lacks. None are missing, and nothing in here may look at the network, even to see
    # whether there is one, which `requests` does when it is imported.
    silent: Any = ModuleType("requests")
    silent.Response = silent.RequestException = Exception
    sys.modules["requests"] = silent
    from rapidocr.main import RapidOCR  # pyright: ignore[reportMissingImports]

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": POINTS,
            "Rec.rec_batch_num": _AT_ONCE,
            "EngineConfig.onnxruntime.intra_op_num_threads": min(2, os.cpu_count() or 1),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _list(boxes: Any) -> list[Any]:
    return [] if boxes is None else list(boxes)


# ---- the order in which a person reads --------------------------------------------------------------------------


def in_order(boxes: list[Box]) -> list[list[Box]]:
    """Rows of boxes as a person reads them: columns of running text one after the other, all else row by row."""
    if len(boxes) > 3:
        height = sorted(box.height for box in boxes)[len(boxes) // 2]
        if parts := _beside(boxes, height) or _below(boxes, height):
            return [row for part in parts for row in in_order(part)]
    return _rows(boxes)


def _beside(boxes: list[Box], height: float) -> list[list[Box]]:
    """Two parts that stand beside each other, both of them running text; none where there are no such."""
    ordered = sorted(boxes, key=lambda box: box.left)
    end = ordered[0].right
    for at, box in enumerate(ordered):
        if box.left - end > _APART * height and all(map(_is_running, (ordered[:at], ordered[at:]))):
            return [ordered[:at], ordered[at:]]
        end = max(end, box.right)
    return []


def _is_running(boxes: list[Box]) -> bool:
    widths = sorted((box.right - box.left) / max(box.height, 1.0) for box in boxes)
    return len(boxes) > 1 and widths[len(widths) // 2] > _COLUMN


def _below(boxes: list[Box], height: float) -> list[list[Box]]:
    """Two parts, one below the other, apart by more than lines are; none where there are no such."""
    ordered = sorted(boxes, key=lambda box: box.top)
    end, best, cut = ordered[0].bottom, 0.75 * height, 0
    for at, box in enumerate(ordered):
        if box.top - end > best:
            best, cut = box.top - end, at
        end = max(end, box.bottom)
    return [ordered[:cut], ordered[cut:]] if cut else []


def _rows(boxes: list[Box]) -> list[list[Box]]:
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: (box.top + box.bottom) / 2):
        last = rows[-1][-1] if rows else None
        if last and (box.top + box.bottom) / 2 < last.bottom - 0.25 * last.height:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [sorted(row, key=lambda box: box.left) for row in rows]


def _written(rows: list[list[Box]]) -> str:
    lines: list[str] = []
    before: Box | None = None
    for row in rows:
        if before and not -0.5 * before.height < row[0].top - before.bottom < 0.9 * before.height:
            lines.append("")
        lines.append(" ".join(box.text for box in row))
        before = row[0]
    return "\n".join(lines)
