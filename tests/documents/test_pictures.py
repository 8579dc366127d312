"""Text in pictures and on scanned pages is read where recognition is installed; where it is not, a sentence says so."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace

import numpy
import pytest

from personal_ai.documents.library import AddFinished, Library
from personal_ai.documents.read_worker import read_document
from personal_ai.documents.readers import SUFFIXES, is_wanted, kinds, lines, pictures, recognition
from personal_ai.documents.readers.recognition import Box, in_order
from personal_ai.errors import UserError
from personal_ai.messages import BatchRead, DocumentRead, FileSkipped, FileStarted, MayRead, ReadFiles
from personal_ai.worker import Worker
from tests.documents.files import make_pdf

ROOT = Path(__file__).parents[2]
#: A font that comes with the program, so that the test draws the same everywhere.
FONT = next((ROOT / "resources" / "fonts").glob("Inter*"), None)

installed = pytest.mark.skipif(not recognition.is_here(), reason="text recognition (the extra `ocr`) is not installed")
LETTER = """Harbour office, 17 March 2024
The quay wall at berth four leaks again, and the clay from
Zeebrugge comes on Thursday. Please tell Frau Müller, who
wrote about the groß pump, that 145 euros are enough.
Ines Vandewalle"""


def draw(text: str, size: tuple[int, int] = (1240, 700), at: tuple[int, int] = (90, 90)):
    """A page with black text on it."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("RGB", size, "white")
    ImageDraw.Draw(page).multiline_text(at, text, fill="black", font=ImageFont.truetype(FONT, 34), spacing=16)
    return page


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def right(found: str, expected: str) -> float:
    """The share of the expected words that were read."""
    wanted = words(expected)
    return 1 - (wanted - words(found)).total() / wanted.total()


# ---- without recognition ----------------------------------------------------------------------------------------


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer on which recognition is not installed."""
    monkeypatch.setattr(recognition, "is_here", lambda: False)


def test_a_scan_and_a_picture_say_what_is_lacking_and_how_to_get_it(notes: Path, lacking: None) -> None:
    (notes / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for file in (notes / "a.png", make_pdf(notes / "scan.pdf", [[]])):
        with pytest.raises(UserError, match=r'not installed. Run: pip install "personal-ai\[ocr\]", and add'):
            read_document(file)


def test_the_packaged_program_names_another_way(notes: Path, lacking: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    (notes / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for file in (notes / "a.png", make_pdf(notes / "scan.pdf", [[]])):
        with pytest.raises(UserError, match=r"Run it through text recognition \(OCR\) and add the result"):
            read_document(file)


def test_pictures_in_a_folder_are_passed_over_silently_where_they_cannot_be_read(notes: Path, lacking: None) -> None:
    assert ".jpg" in SUFFIXES and ".jpg" not in kinds()
    assert not is_wanted(notes / "a.jpg")
    assert is_wanted(notes / "a.pdf")


def test_a_pdf_says_how_many_of_its_pages_could_not_be_read(notes: Path, lacking: None) -> None:
    drawing = [") Tj ET 0 0 100 100 re f BT ("]
    file = make_pdf(notes / "report.pdf", [["This page has a text of its own."], drawing, drawing, []])
    read = read_document(file)
    assert read.text.strip() == "This page has a text of its own."
    assert read.partly.startswith("“report.pdf” was read but for 2 of its pages")
    assert read.partly.endswith('run: pip install "personal-ai[ocr]", and add the file again.')


def test_a_page_that_takes_too_long_counts_as_one_without_text(monkeypatch: pytest.MonkeyPatch) -> None:
    class Rapid:
        """The engine, whose models are asked one after the other."""

        def __init__(self) -> None:
            self.models = [SimpleNamespace(session=lambda _part: "") for _ in range(3)]
            self._load_det_model, self._load_cls_model, self._load_rec_model = (
                (lambda model=model: model) for model in self.models
            )

        def __call__(self, picture: object) -> SimpleNamespace:
            for model in self.models:
                model.session(picture)
            return SimpleNamespace(txts=("The heron",), scores=(1.0,), boxes=[numpy.array([[0, 0], [90, 20]])])

    engine = recognition._Engine(Rapid())
    monkeypatch.setattr(recognition, "_engine", lambda: engine)
    picture, told = numpy.zeros((64, 64, 3), numpy.uint8), list[int]()
    picture[0] = 255
    assert recognition.text_of(picture, lambda: told.append(1)) == "The heron"
    # Before, at each of the three, and after.
    assert len(told) == 5
    monkeypatch.setattr(recognition, "PAGE_SECONDS", -1.0)
    assert recognition.text_of(picture) == ""


# ---- in which order ---------------------------------------------------------------------------------------------


def box(text: str, left: float, top: float, width: float = 400, height: float = 20) -> Box:
    return Box(text, left, top, left + width, top + height)


def said(boxes: Iterable[Box]) -> list[str]:
    return [" ".join(each.text for each in row) for row in in_order(list(boxes))]


def test_columns_of_running_text_are_read_one_after_the_other_below_their_heading() -> None:
    columns = [
        box(f"{side}{line}", left, 100 + 30 * line) for line in range(5) for side, left in (("a", 0), ("b", 450))
    ]
    assert said([*columns, box("heading", 0, 20, 850, 30)]) == ["heading", *(f"{s}{n}" for s in "ab" for n in range(5))]


def test_the_rows_of_a_table_stay_together() -> None:
    cells = [
        box(f"{name}{row}", left, 30 * row, 60) for row in range(6) for name, left in (("price", 300), ("item", 0))
    ]
    assert said(cells) == [f"item{row} price{row}" for row in range(6)]


def test_a_line_that_stands_a_little_lower_is_still_of_its_row() -> None:
    assert said([box("b", 300, 14, 100), box("a", 0, 10, 100), box("c", 0, 40, 100)]) == ["a b", "c"]


def test_lines_become_paragraphs() -> None:
    text = "A line that is as long as the page is wide, and goes\non in the next one, where it ends.\n\nAnother."
    assert lines.join(text)[0] == text.split("\n\n")[0].replace("\n", " ")


# ---- with recognition -------------------------------------------------------------------------------------------


@installed
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".bmp"])
def test_every_word_of_a_picture_is_read(notes: Path, suffix: str) -> None:
    draw(LETTER).save(notes / f"letter{suffix}")
    read = read_document(notes / f"letter{suffix}")
    assert right(read.text, LETTER) >= 0.99, read.text
    assert (read.title, read.format, read.provenance) == ("Letter", suffix[1:], "elsewhere")
    # It says so itself, and nothing else does.
    assert read.created == "2024-03-17T00:00:00Z"


@installed
def test_the_day_the_photographer_and_how_the_camera_was_held_are_what_it_wrote_down(notes: Path) -> None:
    from PIL import Image

    about = Image.Exif()
    about[0x0112] = 6  # a quarter turned
    about[0x013B] = "Ines Vandewalle"
    about[0x0132] = "2025:01:01 00:00:00"
    about.get_ifd(0x8769)[0x9003] = "2023:11:05 16:20:00"
    draw("The ferry leaves at nine\nand comes back at noon", (1000, 400)).rotate(90, expand=True).save(
        notes / "photo.jpg", exif=about
    )
    read = read_document(notes / "photo.jpg")
    assert " ".join(read.text.split()) == "The ferry leaves at nine and comes back at noon"
    assert (read.created, read.author) == ("2023-11-05T00:00:00Z", "Ines Vandewalle")


@installed
def test_a_photo_of_an_iphone_is_read(notes: Path) -> None:
    pi_heif = pytest.importorskip("pi_heif")
    # It only decodes; a file that it can read is made by no free library here.
    (notes / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0heicmif1")
    assert pi_heif.is_supported(str(notes / "a.heic"))
    with pytest.raises(UserError, match="is damaged, or no picture"):
        read_document(notes / "a.heic")


@installed
def test_a_scan_of_several_pages_is_read_page_by_page(notes: Path) -> None:
    first, second = (draw(text, (900, 300)) for text in ("The first page", "The second page"))
    first.save(notes / "scan.tif", save_all=True, append_images=[draw("", (900, 300)), second])
    read = read_document(notes / "scan.tif")
    assert [(part.heading, read.text[part.start : part.end].strip()) for part in read.sections] == [
        ("Page 1", "The first page"),
        ("Page 3", "The second page"),
    ]


@installed
def test_only_the_first_picture_of_an_animation_is_read(notes: Path) -> None:
    first, second = (draw(text, (900, 300)) for text in ("The first page", "The second page"))
    first.save(notes / "moving.webp", save_all=True, append_images=[second], lossless=True)
    assert read_document(notes / "moving.webp").text.strip() == "The first page"


@installed
def test_scanned_pages_of_a_pdf_are_read_between_those_that_have_text(notes: Path) -> None:
    import pypdfium2

    draw(LETTER).save(notes / "scan.pdf", resolution=150)
    make_pdf(notes / "text.pdf", [["This page has a text of its own, and is not looked at."], []])
    whole = pypdfium2.PdfDocument.new()
    for name in ("scan.pdf", "text.pdf"):
        whole.import_pages(pypdfium2.PdfDocument(notes / name))
    whole.save(notes / "both.pdf")
    told: list[str] = []
    (event,) = _by_worker(notes / "log", [notes / "both.pdf"], told.append)
    assert isinstance(event, DocumentRead)
    first, second = (event.text[part.start : part.end] for part in event.sections)
    # A blank of a short line may be lost.
    assert right(first, LETTER) >= 0.94
    assert "clay from Zeebrugge comes" in first
    assert second.strip() == "This page has a text of its own, and is not looked at."
    # Once as it began, and then before, during and after the page that took long.
    assert len(told) > 3 and set(told) == {str(notes / "both.pdf")}


@installed
def test_a_picture_without_text_is_left_out_with_a_sentence(notes: Path, add: Callable[..., AddFinished]) -> None:
    from PIL import Image

    Image.radial_gradient("L").resize((800, 600)).save(notes / "sunset.jpg")
    Image.new("RGB", (640, 480), "navy").save(notes / "night.png")
    (notes / "note.txt").write_text("The heron")
    done = add(notes / "night.png", notes / "sunset.jpg", notes)
    assert done.documents == 1
    assert {Path(skip.path).name: skip.reason for skip in done.skipped} == {
        name: f"“{name}” is a picture without text, so it was left out." for name in ("night.png", "sunset.jpg")
    }


@installed
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".bmp"])
def test_a_picture_that_is_cut_or_none_is_left_out_with_a_sentence(notes: Path, suffix: str) -> None:
    whole, file = notes / f"whole{suffix}", notes / f"a{suffix}"
    draw(LETTER).save(whole)
    for damaged in (whole.read_bytes()[:200], whole.read_bytes()[:40], b"not a picture", b"%PDF-1.4 nor this"):
        file.write_bytes(damaged)
        with pytest.raises(UserError, match=r"is damaged, or no picture|is not really a picture|is a picture without"):
            read_document(file)


@installed
def test_a_picture_that_unpacks_to_gigabytes_is_refused_before_it_is(notes: Path) -> None:
    from PIL import Image

    Image.new("1", (40_000, 30_000)).save(notes / "bomb.png")
    assert (notes / "bomb.png").stat().st_size < 1e6
    (event,) = _by_worker(notes / "log", [notes / "bomb.png"])
    assert isinstance(event, FileSkipped)
    assert event.reason == (
        "“bomb.png” is a picture of 1,200 million points; 60 million is the most. Make it smaller and add that."
    )


@installed
def test_a_sealed_worker_reads_pictures_and_goes_on(notes: Path) -> None:
    """Without network, without writing, within its memory: and as large as a picture may be."""
    draw(LETTER).save(notes / "a.png")
    draw(LETTER).resize((8000, 7000)).save(notes / "b.jpg")
    (notes / "c.txt").write_text("The heron")
    events = _by_worker(notes / "log", [notes / name for name in ("a.png", "b.jpg", "c.txt")])
    assert [type(event) for event in events] == [DocumentRead] * 3, events
    assert right(events[0].text, LETTER) >= 0.99  # type: ignore[union-attr]
    assert right(events[1].text, LETTER) >= 0.95  # type: ignore[union-attr]


@installed
def test_what_was_read_in_a_picture_is_found(library: Library, notes: Path, add: Callable[..., AddFinished]) -> None:
    draw(LETTER).save(notes / "letter.png")
    assert add(notes).documents == 1
    (hit, *_) = library.search("Who needs clay from Zeebrugge?")
    assert hit.title == "Letter"
    assert set(pictures.SUFFIXES) < SUFFIXES


def _by_worker(
    log: Path, files: list[Path], started: Callable[[str], None] = lambda _path: None
) -> list[DocumentRead | FileSkipped]:
    """What the real worker, sealed, makes of these files."""
    worker = Worker("read-worker", log=log)
    names = [str(file) for file in files]
    try:
        worker.start()
        worker.send(MayRead(paths=names))
        worker.send(ReadFiles(paths=names))
        events = list(worker.events((BatchRead,)))
    finally:
        worker.stop()
    for event in events:
        if isinstance(event, FileStarted):
            started(event.path)
    return [event for event in events if isinstance(event, DocumentRead | FileSkipped)]
