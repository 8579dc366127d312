"""Files of questions with known answers, as people and scripts write them: one JSON object a line."""

from pathlib import Path
from typing import Any

import msgspec

from personal_ai.errors import UserError, disk_sentence


class _Line(msgspec.Struct):
    question: str
    answer: str
    note: str = ""
    set: str = ""


def read_questions(path: Path, only: str = "") -> list[Any]:
    """Read a questions file, on wish only one set of it. Raises UserError naming a line that is no question."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UserError(disk_sentence(error, f"reading “{path.name}”")) from error
    found: list[_Line] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(msgspec.json.decode(line, type=_Line))
        except msgspec.MsgspecError as error:
            raise UserError(
                f"Line {number} of “{path.name}” is no question. Each line needs {{“question”: …, “answer”: …}}."
            ) from error
    chosen = [line for line in found if not only or line.set == only]
    if not chosen:
        raise UserError(f"There are no questions in “{path.name}”.")
    return chosen
