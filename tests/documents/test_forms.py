"""Formats by their other names: with macros, as templates, in one XML; and slides of OpenDocument."""

import zipfile
from pathlib import Path

import pytest

from personal_ai.documents import folders
from personal_ai.documents.overview import kind_of
from personal_ai.documents.read_worker import read_document
from personal_ai.documents.readers import FORMS, READERS, SUFFIXES, is_wanted
from personal_ai.errors import UserError
from personal_ai.store.rows import Entry

MADE = Path(__file__).with_name("made")
SOUND = {
    ".docx": "harbour-libreoffice.docx",
    ".xlsx": "stock-openpyxl.xlsx",
    ".pptx": "harbour-libreoffice.pptx",
    ".odt": "harbour-libreoffice.odt",
    ".ods": "stock-libreoffice.ods",
    ".odp": "harbour-odfpy.odp",
}
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
ODF = " ".join(
    f'xmlns:{short}="{OFFICE}{name}:1.0"'
    for short, name in (
        *(("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("meta", "meta")),
        *(("fo", "xsl-fo-compatible"), ("draw", "drawing"), ("presentation", "presentation")),
    )
)
META = (
    '<office:meta><dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">The lamp</dc:title>'
    "<meta:initial-creator>Ada</meta:initial-creator><meta:creation-date>2024-05-06T07:08:09</meta:creation-date>"
    "</office:meta>"
)
NOTED = "<office:annotation><dc:creator xmlns:dc='d'>Bo</dc:creator><text:p>a remark</text:p></office:annotation>"


def _flat(path: Path, body: str, styles: str = "", before: str = "", meta: str = META) -> Path:
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{before}<office:document {ODF} office:version="1.3">{meta}'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body>{body}</office:body></office:document>"
    )
    return path


def _with_macros(source: Path, path: Path) -> Path:
    """The same file as a program writes it with macros: another kind of main part, and a part that nobody may run."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "[Content_Types].xml":
                for plain in (b"wordprocessingml.document.main", b"spreadsheetml.sheet.main"):
                    data = data.replace(plain, b"ms.macroEnabled.main")
            new.writestr(entry.filename, data)
        for part in ("word/vbaProject.bin", "xl/vbaProject.bin", "ppt/vbaProject.bin", "Basic/Standard/Module1.xml"):
            new.writestr(part, b'Sub AutoOpen()\nMsgBox "concealed"\nEnd Sub')
    return path


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_form_is_read_as_the_format_that_it_is(notes: Path, form: str) -> None:
    plain = MADE / SOUND[FORMS[form]]
    read, expected = read_document(_with_macros(plain, notes / f"a{form}")), read_document(plain)
    assert (read.text, read.title, read.author, read.created) == (
        *(expected.text, expected.title),
        *(expected.author, expected.created),
    )
    assert read.format == FORMS[form][1:]
    assert "concealed" not in read.text
    assert is_wanted(notes / f"a{form}")
    assert form in SUFFIXES


def test_what_the_program_says_it_reads_names_every_form(notes: Path) -> None:
    refusal = folders._refusal(notes / "a.xyz", 1)
    assert all(f"{suffix}," in f"{refusal.rstrip('.')}," for suffix in (*FORMS, *READERS))


def test_every_format_of_a_form_is_of_a_kind_that_people_know() -> None:
    kinds = {suffix: kind_of(Entry(1, "a", suffix[1:], "2024-05")) for suffix in set(FORMS.values())}
    assert kinds == {
        **dict.fromkeys((".docx", ".odt"), "Word files"),
        **dict.fromkeys((".xlsx", ".ods"), "Sheets"),
        **dict.fromkeys((".pptx", ".odp"), "Slides"),
    }


# ---- OpenDocument in one XML ------------------------------------------------------------------------------------


def test_a_flat_text_tells_its_facts_and_hides_what_it_hides(notes: Path) -> None:
    styles = (
        '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>'
    )
    picture = (
        f"<draw:frame><draw:image><office:binary-data>{'QUJD' * 99}</office:binary-data></draw:image></draw:frame>"
    )
    body = (
        f'<office:text><text:h text:outline-level="1">In the shed</text:h><text:p>{NOTED}It hangs{picture}'
        '<text:span text:style-name="T1"> secretly</text:span>.</text:p></office:text>'
    )
    read = read_document(_flat(notes / "a.fodt", body, styles))
    assert (read.title, read.author, read.created) == ("The lamp", "Ada", "2024-05-06T00:00:00Z")
    assert read.text.strip() == "# In the shed\n\nIt hangs."


def test_a_flat_sheet_is_a_sheet(notes: Path) -> None:
    cells = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in ("oil", "two"))
    table = f'<table:table table:name="Shed"><table:table-row>{cells}</table:table-row></table:table>'
    read = read_document(_flat(notes / "a.fods", f"<office:spreadsheet>{table}</office:spreadsheet>", meta=""))
    assert (read.title, read.text.strip()) == ("A", "# Shed\n\noil | two")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("plain words", "is damaged, or not an OpenDocument text"),
        ("<html><body>a page</body></html>", "is damaged, or not an OpenDocument text"),
        (f"<office:document {ODF}><office:body>", "is damaged, or not an OpenDocument text"),
        ('<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>', "harms computers"),
    ],
)
def test_a_flat_file_that_is_none_is_refused(notes: Path, content: str, why: str) -> None:
    (notes / "a.fodt").write_text(content)
    with pytest.raises(UserError, match=why):
        read_document(notes / "a.fodt")


# ---- slides of OpenDocument -------------------------------------------------------------------------------------


def test_slides_are_sections_with_notes_and_without_what_every_slide_repeats(notes: Path) -> None:
    hidden = '<style:drawing-page-properties presentation:visibility="hidden"/>'
    styles = f'<style:style style:name="dp2" style:family="drawing-page">{hidden}</style:style>'

    def box(text: str, kind: str = "") -> str:
        named = f' presentation:class="{kind}"' if kind else ""
        return f"<draw:frame{named}><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"

    row = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in ("oil", "two"))
    items = "".join(f"<text:list-item><text:p>{text}</text:p></text:list-item>" for text in ("one", "more"))
    outline = f"<draw:text-box><text:list>{items}</text:list></draw:text-box>"
    shape = "<draw:custom-shape><text:p>in a shape</text:p></draw:custom-shape>"
    body = (
        f'<draw:page draw:name="p1">{box("The plan", "title")}'
        f'<draw:frame presentation:class="outline">{outline}</draw:frame>'
        f"<draw:frame><table:table><table:table-row>{row}</table:table-row></table:table></draw:frame>"
        f"<draw:g><draw:g>{box('in a group')}</draw:g>{shape}</draw:g>"
        f"{box('7', 'page-number')}{box('The mill', 'footer')}"
        f"<presentation:notes><draw:page-thumbnail/>{box('Say it slowly', 'notes')}{box('3', 'page-number')}"
        "</presentation:notes></draw:page>"
        f'<draw:page draw:style-name="dp2">{box("Kept back", "title")}</draw:page>'
        f"<draw:page>{box('no title')}</draw:page>"
    )
    read = read_document(_flat(notes / "a.fodp", f"<office:presentation>{body}</office:presentation>", styles))
    assert read.text == (
        "# The plan\n\n- one\n- more\n\noil | two\n\nin a group\n\nin a shape\n\nSay it slowly\n\nno title\n\n"
    )
    assert [section.heading for section in read.sections] == ["The plan", "Slide 3"]
    assert (read.title, read.author, read.format) == ("The lamp", "Ada", "odp")


def test_slides_without_a_word_or_that_are_no_slides_are_told(notes: Path) -> None:
    with pytest.raises(UserError, match="holds no text"):
        read_document(_flat(notes / "a.fodp", "<office:presentation><draw:page/></office:presentation>"))
    (notes / "a.odp").write_text("plain words")
    with pytest.raises(UserError, match="not really an OpenDocument presentation"):
        read_document(notes / "a.odp")
