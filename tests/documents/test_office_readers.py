"""Office formats and books: what is hidden stays out, and files that are built to harm get a sentence."""

import zipfile
from pathlib import Path

import pytest

from personal_ai.documents.readers import READERS, Parsed
from personal_ai.documents.readers.tables import lines
from personal_ai.errors import UserError
from tests.documents.files import make_raw_docx

MADE = Path(__file__).with_name("made")
ZIPPED = ("docx", "odt", "pptx", "xlsx", "ods", "epub")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
ODF = " ".join(
    f'xmlns:{short}="{OFFICE}{name}:1.0"'
    for short, name in (
        *(("office", "office"), ("text", "text"), ("table", "table"), ("style", "style")),
        *(("fo", "xsl-fo-compatible"), ("draw", "drawing"), ("manifest", "manifest"), ("meta", "meta")),
    )
)
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]><x>&b;&f;</x>'


def _read(path: Path) -> Parsed:
    return READERS[path.suffix](path)


def _word(path: Path, body: str) -> Parsed:
    return _read(make_raw_docx(path, f"<w:document {W}><w:body>{body}</w:body></w:document>"))


def _odf(path: Path, body: str, styles: str = "", more: dict[str, str] | None = None) -> Path:
    kind = "spreadsheet" if path.suffix == ".ods" else "text"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "content.xml",
            f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        )
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return path


def _main_part(suffix: str) -> str:
    return {
        "docx": "word/document.xml",
        "odt": "content.xml",
        "pptx": "ppt/presentation.xml",
        "xlsx": "xl/workbook.xml",
        "ods": "content.xml",
        "epub": "META-INF/container.xml",
    }[suffix]


def _changed(path: Path, before: str, after: str) -> Path:
    """The same file with these words put for those, wherever they stand."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name).replace(before.encode(), after.encode()) for name in source.namelist()}
    with zipfile.ZipFile(path, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return path


def _with(path: Path, part: str, content: str | bytes) -> Path:
    """A sound file of this format, one part of it replaced."""
    sound = next(each for each in sorted(MADE.iterdir()) if each.suffix == path.suffix)
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == part else old.read(entry))
    return path


# ---- Word -------------------------------------------------------------------------------------------------------


def test_hidden_deleted_and_white_words_are_left_out_of_a_word_file(notes: Path) -> None:
    read = _word(
        notes / "a.docx",
        "<w:p><w:r><w:t>seen</w:t></w:r><w:del><w:r><w:delText> gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t> added</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t> secret</w:t></w:r>"
        '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t> white</w:t></w:r>'
        '<w:r><w:rPr><w:color w:val="FFFFFF"/><w:highlight w:val="black"/></w:rPr><w:t> marked</w:t></w:r>'
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> shown</w:t></w:r>'
        "<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>",
    )
    assert read.text.strip() == "seen added marked shown"


def test_words_that_run_the_other_way_are_read_and_unfilled_fields_are_not(notes: Path) -> None:
    unfilled = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    read = _word(
        notes / "a.docx",
        "<w:p><w:r><w:t>One </w:t></w:r><w:dir w:val='rtl'><w:r><w:t>שלום</w:t></w:r></w:dir>"
        "<w:bdo w:val='rtl'><w:r><w:t> עולם</w:t></w:r></w:bdo></w:p>"
        + unfilled.format("<w:p><w:r><w:t>Click here</w:t></w:r></w:p>")
        + "<w:p>"
        + unfilled.format("<w:r><w:t>Choose a day</w:t></w:r>")
        + "<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>Monday</w:t></w:r></w:sdtContent></w:sdt></w:p>",
    )
    assert read.text.strip() == "One שלום עולם\n\nMonday"


def test_a_book_tells_its_author_and_day_in_its_own_encoding(notes: Path) -> None:
    dc, opf = "http://purl.org/dc/elements/1.1/", "http://www.idpf.org/2007/opf"
    book = (
        f'<package xmlns="{opf}" xmlns:opf="{opf}" xmlns:dc="{dc}"><metadata><dc:title>The lamp</dc:title>'
        '<dc:date opf:event="modification">2020-01-01</dc:date><dc:date opf:event="publication">1999-05-06</dc:date>'
        '<dc:creator opf:role="ill">Bo</dc:creator><dc:creator opf:role="aut">Ada</dc:creator></metadata><manifest>'
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    with zipfile.ZipFile(notes / "a.epub", "w") as target:
        named = '<rootfile full-path="c.opf"/>'
        target.writestr("META-INF/container.xml", f"<container><rootfiles>{named}</rootfiles></container>")
        target.writestr("c.opf", book)
        page = '<?xml version="1.0" encoding="iso-8859-2"?><html><body><p>Zażółć</p></body></html>'
        target.writestr("a.xhtml", page.encode("iso-8859-2"))
    read = _read(notes / "a.epub")
    assert (read.title, read.author, read.created, read.text.strip()) == ("The lamp", "Ada", "1999-05-06", "Zażółć")


def test_what_libraries_leave_of_their_templates_is_nobodys(notes: Path) -> None:
    for name in ("fruits-oodoc.ods", "fruits-calligra.ods"):
        assert _read(MADE / name).author == ""
    assert _read(MADE / "fruits-oodoc.ods").created == ""


def test_control_characters_that_office_writes_as_words_are_none(notes: Path) -> None:
    source = (MADE / "yields-exceljs.xlsx").read_bytes()
    (notes / "a.xlsx").write_bytes(source)
    path = _changed(notes / "a.xlsx", "Gravenstein", "Graven_x000D_stein_x0041_ _x00")
    assert "Graven steinA _x00 | 310" in _read(path).text


def test_the_words_of_a_drawing_that_powerpoint_arranges_are_read(notes: Path) -> None:
    a = "http://schemas.openxmlformats.org/drawingml/2006"
    data = (
        f'<d:dataModel xmlns:d="{a}/diagram" xmlns:a="{a}/main"><d:ptLst>'
        "<d:pt><d:t><a:p><a:r><a:t>First clay</a:t></a:r></a:p></d:t></d:pt>"
        "<d:pt type='parTrans'><d:t><a:p/></d:t></d:pt>"
        "<d:pt><d:t><a:p><a:r><a:t>then timber</a:t></a:r></a:p></d:t></d:pt></d:ptLst></d:dataModel>"
    )
    path = notes / "a.pptx"
    with zipfile.ZipFile(MADE / "orchard-pptxgenjs.pptx") as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "ppt/slides/_rels/slide1.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
                link = f'<Relationship Id="rId99" Type="{kind}" Target="../diagrams/data1.xml"/></Relationships>'
                content = content.replace(b"</Relationships>", link.encode())
            target.writestr(name, content)
        target.writestr("ppt/diagrams/data1.xml", data)
    assert "- First clay\n- then timber" in _read(path).text


def test_controls_boxes_and_nested_tables_of_a_word_file_are_read(notes: Path) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>in the box</w:t></w:r></w:p></w:txbxContent>"
    read = _word(
        notes / "a.docx",
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>in a control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        f'<w:p><w:r><mc:AlternateContent xmlns:mc="m"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
        "</mc:AlternateContent><w:t>beside</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>b</w:t>"
        "</w:r></w:p></w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>",
    )
    assert read.text.split("\n\n")[:4] == ["in a control", "beside", "in the box", "a | b"]


# ---- OpenDocument -----------------------------------------------------------------------------------------------


def test_hidden_words_comments_and_changes_are_left_out_of_an_opendocument_text(notes: Path) -> None:
    read = _read(
        _odf(
            notes / "a.odt",
            "<text:tracked-changes><text:changed-region><text:p>gone</text:p></text:changed-region></text:tracked-changes>"
            '<text:p>seen<text:s text:c="2"/>two<text:span text:style-name="H"> secret</text:span>'
            '<text:span text:style-name="W"> white</text:span><office:annotation><text:p>remark</text:p>'
            '</office:annotation> end</text:p><text:section text:display="none"><text:p>closed</text:p></text:section>',
            '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
            '<style:style style:name="W" style:family="text"><style:text-properties fo:color="#FFFFFF"/></style:style>',
        )
    )
    assert read.text.strip() == "seen  two end"


def test_a_locked_opendocument_text_says_so(notes: Path) -> None:
    entry = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    manifest = f"<manifest:manifest {ODF}>{entry}</manifest:manifest>"
    path = _odf(notes / "a.odt", "<text:p>x</text:p>", more={"META-INF/manifest.xml": manifest})
    with pytest.raises(UserError, match=r"“a\.odt” is locked with a password"):
        _read(path)


@pytest.mark.slow
def test_a_cell_that_repeats_without_end_is_no_trouble(notes: Path) -> None:
    path = _odf(
        notes / "a.ods",
        '<table:table table:name="T"><table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell table:number-columns-repeated="16384"><text:p>boom</text:p></table:table-cell>'
        "</table:table-row></table:table>",
    )
    with pytest.raises(UserError, match="5 million characters"):
        _read(path)


# ---- tables -----------------------------------------------------------------------------------------------------


def test_empty_rows_and_columns_of_a_table_are_left_out() -> None:
    assert lines([{1: "a", 5: "b"}, {}, {3: " "}, {5: "c\nd"}]) == "a | b\n | c d"


def test_cells_strewn_over_a_huge_sheet_stay_small() -> None:
    assert len(lines([{at: "x"} for at in range(5000)])) == 5000 * 2 - 1


# ---- rich text --------------------------------------------------------------------------------------------------


def _rtf(path: Path, text: str) -> Parsed:
    path.write_text("{\\rtf1\\ansi\\ansicpg1252 " + text + "}", encoding="latin-1")
    return _read(path)


def test_rich_text_is_read_in_every_alphabet(notes: Path) -> None:
    read = _rtf(
        notes / "a.rtf",
        "{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial Cyr;}{\\f2\\fcharset128 Gothic;}}"
        "Stra\\'dfe {\\f1 \\'cc\\'e8\\'f0} {\\f2 \\'93\\'fa\\'96{\\'7b}} "
        "\\uc1\\u8364? \\u-10179?\\u-8704? {\\uc0\\u233}t\\'e9\\par",
    )
    assert read.text.strip().startswith("Straße Мир 日")
    assert read.text.strip().endswith("€ 😀 été")


def test_hidden_words_and_pictures_are_left_out_of_rich_text(notes: Path) -> None:
    read = _rtf(
        notes / "a.rtf",
        "{\\colortbl;\\red255\\green255\\blue255;\\red0\\green0\\blue0;}"
        "{\\info{\\title Told}{\\author Ines}{\\creatim\\yr2024\\mo3\\dy7}}"
        "{\\header head}{\\pict\\pngblip 89504e47}{\\*\\unknown nothing}{\\object{\\*\\objdata 0105}}"
        "seen{\\v secret}{\\cf1 white}{\\cf2  black}"
        "{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt  link}}\\bin4 \x01{}\x02 end\\par",
    )
    assert read.text.strip() == "seen black link end"
    assert (read.title, read.author, read.created) == ("Told", "Ines", "2024-03-07")


def test_rich_text_nested_without_end_gets_a_sentence(notes: Path) -> None:
    with pytest.raises(UserError, match="nested deeper"):
        _rtf(notes / "a.rtf", "{" * 100_000)


# ---- files that are not what they should be ---------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [*ZIPPED, "rtf"])
def test_a_file_that_is_cut_wrong_or_old_gets_a_sentence(notes: Path, suffix: str) -> None:
    sound = next(each for each in sorted(MADE.iterdir()) if each.suffix == f".{suffix}").read_bytes()
    path = notes / f"a.{suffix}"
    wrong = [b"just text", b"\x89PNG\r\n\x1a\n" + bytes(50), b"PK\x05\x06" + bytes(18)]
    if suffix != "rtf":
        wrong += [sound[: len(sound) // 2], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)]
    for content in wrong:
        path.write_bytes(content)
        with pytest.raises(UserError, match=r"“a\.\w+” is (not really|damaged, or not|locked with)"):
            _read(path)


@pytest.mark.parametrize("suffix", ZIPPED)
def test_a_part_that_unpacks_without_end_is_refused(notes: Path, suffix: str) -> None:
    path = _with(notes / f"a.{suffix}", _main_part(suffix), b" " * (8 << 20))
    with pytest.raises(UserError, match="harm computers"):
        _read(path)


@pytest.mark.parametrize("suffix", ZIPPED)
def test_entities_are_refused(notes: Path, suffix: str) -> None:
    path = _with(notes / f"a.{suffix}", _main_part(suffix), LAUGHS)
    with pytest.raises(UserError, match="harms computers"):
        _read(path)


@pytest.mark.parametrize("suffix", ZIPPED)
def test_tags_nested_without_end_get_a_sentence(notes: Path, suffix: str) -> None:
    path = _with(notes / f"a.{suffix}", _main_part(suffix), "<x>" * 100_000)
    with pytest.raises(UserError, match="damaged"):
        _read(path)


def test_a_sheet_with_entities_is_refused(notes: Path) -> None:
    with pytest.raises(UserError, match="harms computers"):
        _read(_with(notes / "a.xlsx", "xl/worksheets/sheet1.xml", LAUGHS))


def test_a_book_that_only_its_shop_can_open_says_so(notes: Path) -> None:
    path = notes / "a.epub"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", '<c><rootfiles><rootfile full-path="o/b.opf"/></rootfiles></c>')
        archive.writestr(
            "o/b.opf",
            '<package><manifest><item id="a" href="a%20b.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="a"/></spine></package>',
        )
        archive.writestr(
            "o/a b.xhtml", "<html><head><title/></head><body><p>Read me</p><p hidden>not me</p></body></html>"
        )
    assert _read(path).text.strip() == "Read me"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("META-INF/encryption.xml", '<e><d><CipherReference URI="o/a%20b.xhtml"/></d></e>')
    with pytest.raises(UserError, match="locked"):
        _read(path)
