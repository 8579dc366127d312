"""Pictures with text in them: photos of pages, screenshots, scans of several pages."""

import functools
import sys
from pathlib import Path
from typing import Any

from personal_ai.documents.readers import lines, recognition
from personal_ai.documents.readers.decoding import kind
from personal_ai.documents.readers.parsed import (
    MAX_CHARACTERS,
    Alive,
    Outline,
    Parsed,
    Textless,
    find_date,
    name_title,
    tidy,
    within_budget,
)
from personal_ai.errors import UserError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".heic")
#: How many points a picture may have, in millions, and how many pages a scan.
MAX_MILLIONS, MAX_PAGES = 60, 500
_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "HEIF")
#: Where a camera writes what it knows (Exif): who, when the file was written, when the picture was taken.
_ARTIST, _WRITTEN, _MORE, _TAKEN = 0x013B, 0x0132, 0x8769, 0x9003


def read(path: Path, alive: Alive = lambda: None) -> Parsed:
    """Read the text in a picture; `alive` is called before, during and after each page.

    Raises Textless for one without text, UserError for one that is damaged or too large, and where recognition is not
    installed.
    """
    if not recognition.is_here():
        raise UserError(_lacking(path))
    try:
        return _read(path, alive)
    except (SyntaxError, ValueError, EOFError) as error:
        raise _damaged(path) from error
    except OSError as error:
        # Those of a disk have a number; Pillow's have none.
        if error.errno is not None:
            raise
        raise _damaged(path) from error


def _read(path: Path, alive: Alive) -> Parsed:
    from PIL import Image, ImageOps  # pyright: ignore[reportMissingImports]

    _open_apples()
    Image.MAX_IMAGE_PIXELS = None  # looked at below, with a sentence
    with Image.open(path, formats=_FORMATS) as picture:
        about = picture.getexif()
        outline, length = Outline(), 0
        # The frames of other formats are not pages: an animation, or what a camera adds to a photo.
        pages = min(picture.n_frames, MAX_PAGES) if picture.format == "TIFF" else 1
        for number in range(pages):
            if number:
                picture.seek(number)
            _refuse_huge(picture, path)
            # A photo is drawn small at once, where its format can do so.
            picture.draft("RGB", (recognition.POINTS, recognition.POINTS))
            text = recognition.text_of(_points(ImageOps.exif_transpose(picture)), alive)
            if pages > 1 and text:
                outline.section(f"Page {number + 1}")
            for paragraph in lines.join(text):
                outline.paragraph(paragraph)
            length += len(text)
            if length > MAX_CHARACTERS:
                break
    if not length:
        raise Textless(f"“{path.name}” is a picture without text, so it was left out.")
    return Parsed(
        title=name_title(path),
        text=within_budget(outline.text(), path),
        sections=outline.sections(),
        created=_taken(about),
        author=tidy(str(about.get(_ARTIST, ""))).strip()[:200],
        # Letters, bills, pages of books: what somebody took a picture of is mostly not what they wrote.
        provenance="elsewhere",
    )


@functools.cache
def _open_apples() -> None:
    """Let Pillow open what iPhones take, where that is installed."""
    try:
        import pi_heif  # pyright: ignore[reportMissingImports]
    except ImportError:
        return
    pi_heif.register_heif_opener(decode_threads=1)


def _refuse_huge(picture: Any, path: Path) -> None:
    millions = picture.width * picture.height / 1e6
    if millions > MAX_MILLIONS:
        raise UserError(
            f"“{path.name}” is a picture of {millions:,.0f} million points; {MAX_MILLIONS} million is the most. "
            "Make it smaller and add that."
        )


def _points(picture: Any) -> Any:
    """The picture as `recognition` wants it: on white where one can see through it, no larger than it looks at."""
    import numpy
    from PIL import Image  # pyright: ignore[reportMissingImports]

    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    if picture.mode.startswith("I;16") or picture.mode == "I":
        picture = picture.convert("I").point(lambda value: value / 256)
    picture = picture.convert("L" if picture.mode in ("1", "L", "I", "F") else "RGB").convert("RGB")
    picture.thumbnail((recognition.POINTS, recognition.POINTS))
    return numpy.ascontiguousarray(numpy.asarray(picture)[:, :, ::-1])


def _taken(about: Any) -> str:
    """The day on which a picture was taken, as YYYY-MM-DD; "" where it does not say."""
    for written in (about.get_ifd(_MORE).get(_TAKEN), about.get(_WRITTEN)):
        if day := find_date(str(written or "")[:10].replace(":", "-")):
            return day
    return ""


def _damaged(path: Path) -> UserError:
    with path.open("rb") as file:
        looks = kind(file.read(16))
    if looks and "picture" not in looks and "photo" not in looks:
        return UserError(f"“{path.name}” is not really a picture (it looks like {looks}), so it was left out.")
    return UserError(f"“{path.name}” is damaged, or no picture that can be read, so it was left out.")


def _lacking(path: Path) -> str:
    if getattr(sys, "frozen", False):
        return f"“{path.name}” is a picture. Run it through text recognition (OCR) and add the result."
    return (
        f"“{path.name}” is a picture, and text recognition is not installed. "
        'Run: pip install "personal-ai[ocr]", and add the file again.'
    )
