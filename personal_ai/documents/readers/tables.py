"""Tables become lines of text, a row a line; and .csv and .tsv files, whatever they separate by."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from personal_ai.documents.readers.decoding import decode
from personal_ai.documents.readers.parsed import MAX_CHARACTERS, Parsed, name_title, tidy, within_budget

# A comma last: where two agree, it is the other one's decimal comma.
_SEPARATORS = ";\t|,"
_SAMPLE = 64 * 1024


def read(path: Path) -> Parsed:
    """Read a table kept as text. Formulas in it are text like any other."""
    return parse(path.read_bytes(), path)


def parse(data: bytes, path: Path) -> Parsed:
    """What `read` makes of a table of this name with this content; it need not be there."""
    text = tidy(decode(data, path))
    # Excel's own way to say what separates.
    said = re.match(r"sep=(.)\n", text)
    text = text[said.end() :] if said else text
    separator = said[1] if said else "\t" if path.suffix.lower() == ".tsv" else _separator(text[:_SAMPLE])
    csv.field_size_limit(MAX_CHARACTERS)
    rows = _rows(text, separator)
    return Parsed(title=name_title(path), text=within_budget(lines([dict(enumerate(row)) for row in rows]), path))


def _rows(text: str, separator: str) -> list[list[str]]:
    told = text.splitlines(keepends=True)
    # Databases write a quotation mark with a stroke before it, all others write it twice. A path may end with one.
    stroked = bool(re.search(rf'\\"[^\n{re.escape(separator)}]', text)) and not re.search(r'[^\W_]""[^\W_]', text)
    rows = list(csv.reader(told, delimiter=separator, doublequote=not stroked, escapechar="\\" if stroked else None))
    if text.count('"') % 2 and rows and any(cell.count("\n") > 1 for cell in rows[-1]):
        # A mark that nothing ends is one for inches or the like, and not the beginning of all that follows.
        rows = [
            [cell.strip('"') for cell in row] for row in csv.reader(told, delimiter=separator, quoting=csv.QUOTE_NONE)
        ]
    return rows


def lines(rows: Sequence[dict[int, str]]) -> str:
    """One line a row: its cells, given by their columns, set apart by " | ". Empty rows and columns are left out."""
    rows = [{at: flat for at, cell in row.items() if (flat := " ".join(tidy(cell).split()))} for row in rows]
    rows = [row for row in rows if row]
    columns = sorted({at for row in rows for at in row})
    if len(rows) * len(columns) > MAX_CHARACTERS:
        # Cells strewn over a huge sheet are no table.
        return "\n".join(" | ".join(row[at] for at in sorted(row)) for row in rows)
    return "\n".join(" | ".join(row.get(at, "") for at in columns).rstrip(" |") for row in rows)


def _separator(sample: str) -> str:
    """The one that most lines have the same number of."""

    def agreement(separator: str) -> int:
        counts = [line.count(separator) for line in re.sub(r'"[^"]*"', "", sample).splitlines() if line.strip()]
        usual = max(set(counts), key=counts.count, default=0)
        return counts.count(usual) if usual else 0

    return max(_SEPARATORS, key=agreement)
