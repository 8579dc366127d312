"""Where the words of a search stand in a text."""

from collections.abc import Sequence

SNIPPET = 180


def stem(word: str) -> str:
    """The part of a word that its other forms share, near enough to mark them."""
    folded = word.casefold()
    return folded[:-2] if len(folded) > 6 else folded[:-1] if len(folded) > 4 else folded


def found_at(text: str, stems: Sequence[str]) -> list[tuple[int, int]]:
    """Where words beginning with one of the stems stand: (first character, length)."""
    places, lowered, begin = [], text.lower(), None
    for position, letter in enumerate(lowered + " "):
        if letter.isalnum():
            begin = position if begin is None else begin
        elif begin is not None:
            if any(lowered[begin:position].startswith(part) for part in stems if len(part) > 1):
                places.append((begin, position - begin))
            begin = None
    return places


def snippet(text: str, stems: Sequence[str]) -> str:
    """The part of a passage around the first found word, on one line."""
    flat = " ".join(text.replace("#", " ").replace("**", "").split())
    places = found_at(flat, stems)
    start = max(0, places[0][0] - 50) if places else 0
    if start:
        start = flat.find(" ", start) + 1
    cut = flat[start : start + SNIPPET]
    return ("…" if start else "") + cut + ("…" if start + SNIPPET < len(flat) else "")
