"""Files that other programs made are read word for word, with their titles, authors, dates and headings."""

import re
from collections import Counter
from pathlib import Path

import pytest

from personal_ai.documents.read_worker import read_document
from personal_ai.messages import DocumentRead

MADE = Path(__file__).with_name("made")
HARBOUR = ("pandoc.docx", "pandoc.odt", "pandoc.rtf", "pandoc.pptx", "pandoc.epub", "pandoc.html")
LIBREOFFICE = ("libreoffice.docx", "libreoffice.odt", "libreoffice.rtf")
STOCK = ("openpyxl.xlsx", "xlsxwriter.xlsx", "libreoffice.xlsx", "libreoffice.ods")
#: pandoc writes no facts into rich text, and the moment of making into slides; LibreOffice does so in rich text.
NO_TITLE = ("pandoc.rtf",)
NO_DATE = ("pandoc.rtf", "pandoc.pptx", "libreoffice.rtf")


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def _read(name: str) -> DocumentRead:
    return read_document(MADE / name)


@pytest.mark.parametrize("name", [*HARBOUR, *LIBREOFFICE])
def test_every_word_of_a_text_is_read_and_none_besides(name: str) -> None:
    read = _read(f"harbour-{name}")
    expected = _words((MADE / "harbour.txt").read_text())
    assert not expected - _words(read.text)
    # Numbers of list items and notes, and the heading "Notes" of slides, are told besides.
    assert all(word.isdecimal() or word in ("Notes", "Ines", "Vandewalle") for word in _words(read.text) - expected)


@pytest.mark.parametrize("name", [*HARBOUR, *LIBREOFFICE])
def test_headings_title_author_and_date_of_a_text_are_kept(name: str) -> None:
    read = _read(f"harbour-{name}")
    headings = [section.heading for section in read.sections]
    assert [each for each in headings if each in ("The quay wall", "Later")] == ["The quay wall", "Later"]
    below = next(section for section in read.sections if section.heading == "The quay wall")
    assert "Ring the harbour office" in read.text[below.start : below.end]
    if name not in NO_TITLE:
        assert (read.title, read.author) == ("Harbour notes", "Ines Vandewalle")
    if name not in NO_DATE:
        assert read.created == "2024-03-17T00:00:00Z"


@pytest.mark.parametrize("name", [*HARBOUR, *LIBREOFFICE])
def test_tables_and_lists_of_a_text_are_lines(name: str) -> None:
    text = _read(f"harbour-{name}").text
    assert "item | price | day\nclay | 30 | 2024-04-02\ntimber | 145 | 2024-04-09" in text
    if not name.endswith(".pptx"):
        assert "1. Ring the harbour office\n2. Order clay from Zeebrugge" in text
        assert "- buckets\n- a lantern, and a second one" in text


@pytest.mark.parametrize("name", STOCK)
def test_a_sheet_shows_what_its_program_shows(name: str) -> None:
    read = _read(f"stock-{name}")
    assert not _words((MADE / "stock.txt").read_text()) - _words(read.text)
    assert (
        "item | price | day | share | at\nclay | 30.5 | 2024-04-02 | 25% | 14:30:00\ntimber, oak | 145 |" in read.text
    )
    assert (read.title, read.author, read.created) == (
        "Stock of the quay",
        "Ines Vandewalle",
        "2024-03-17T00:00:00Z",
    )


@pytest.mark.parametrize("name", ["openpyxl.xlsx", "libreoffice.xlsx", "libreoffice.ods"])
def test_hidden_sheets_rows_and_columns_are_left_out_and_far_cells_are_no_trouble(name: str) -> None:
    read = _read(f"stock-{name}")
    assert "concealed" not in read.text
    assert [section.heading for section in read.sections] == ["Stock", "Plans"]
    assert "Repaint the crane\n | far away" in read.text


def test_a_table_kept_as_text_is_read_by_what_separates_it(notes: Path) -> None:
    assert _read("short.csv").text.splitlines()[2] == "timber, oak | 145 | 2024-04-09 | 0.75"
    (notes / "a.tsv").write_text('item\tnote\nclay\t"two\nlines"\n')
    assert read_document(notes / "a.tsv").text == "item | note\nclay | two lines"
    (notes / "b.csv").write_bytes("sep=|\nprix|où\n3,5|là\n".encode("cp1252"))
    assert read_document(notes / "b.csv").text == "prix | où\n3,5 | là"


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ('a,b\n"two\r\nlines","say ""yes"""\n', 'a | b\ntwo lines | say "yes"'),
        ('a,b\n"say \\"yes, no\\" now",x\n', 'a | b\nsay "yes, no" now | x'),
        ('path,size\n"C:\\new\\",3\n"C:\\old",4\n', "path | size\nC:\\new\\ | 3\nC:\\old | 4"),
        ('a;b\n"5 inch;x\nnext;y\nlast;z\n', "a | b\n5 inch | x\nnext | y\nlast | z"),
        ("a\tb\n3,5\t4,5\n1,5\t2\n", "a | b\n3,5 | 4,5\n1,5 | 2"),
        ("a;b\n1;;\n;2;\n", "a | b\n1\n | 2"),
    ],
)
def test_tables_of_many_dialects_are_told_apart(notes: Path, table: str, text: str) -> None:
    (notes / "a.csv").write_text(table, newline="")
    assert read_document(notes / "a.csv").text == text
