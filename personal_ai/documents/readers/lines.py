"""Lines that the width of a page broke become paragraphs again."""

import re

_ENDS = re.compile(r"[.!?:;。！？：…)\]”\"»]$")
_STARTS = re.compile(r"[-–•*·▪◦○●]|\d{1,3}[.)]\s|[A-Za-z][.)]\s")


def join(text: str) -> list[str]:
    """Join the lines that the page's width broke; where that is in doubt the break stays, which does no harm."""
    lines = [line.strip() for line in text.splitlines()]
    width = max((len(line) for line in lines), default=0)
    paragraphs: list[str] = []
    last = ""
    for line in lines:
        if not line or not last or (_ENDS.search(last) and len(last) < 0.75 * width):
            paragraphs.append(line)
        elif width > 40 and len(last) >= 0.8 * width and _goes_on(last, line):
            joined = paragraphs[-1]
            hyphen = joined.endswith("-") and joined[-2:-1].isalpha() and line[:1].islower()
            paragraphs[-1] = joined[:-1] + line if hyphen else f"{joined} {line}"
        else:
            paragraphs[-1] += "\n" + line
        last = line
    return paragraphs


def _goes_on(last: str, line: str) -> bool:
    if _STARTS.match(line):
        return False
    return line[:1].islower() or not (_ENDS.search(last) or last[-1:].isdigit())
