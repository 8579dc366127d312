"""Of each format eight files of other programs at least: the share of words, dates and authors read right.

`pytest -s` shows the figures, a line a format.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from personal_ai.documents.read_worker import read_documents
from personal_ai.documents.readers import FORMS
from personal_ai.messages import DocumentRead

MADE = Path(__file__).with_name("made")
#: Which text a file holds, by the beginning of its name: title, author and day of it.
FACTS = {
    "harbour": ("Harbour notes", "Ines Vandewalle", "2024-03-17"),
    "stock": ("Stock of the quay", "Ines Vandewalle", "2024-03-17"),
    "orchard": ("The orchard in spring", "Mathilde Krüger", "2023-04-22"),
    "yields": ("The orchard in spring", "Mathilde Krüger", "2023-04-22"),
    "canker": ("Canker on three trunks – what now?", "Mathilde Krüger", "2023-04-22"),
    "parcel": ("Päckchen – paczka – 小包", "Jürgen Großmann", "2024-01-19"),
    "winter": ("Das Winterbuch", "Élodie Świątek", "2024-01-19"),
}
#: These hold one document for each month or person, which are told in words of our own.
MANY = ("dates", "people", "friends")
#: In these stand who wrote to whom, and what came with it.
MAIL = ("canker", "parcel")
#: What made plain texts.
PLAIN = ("docx2txt", "elinks", "html2text", "libreoffice", "lynx", "odt2txt", "pandoc", "w3m")
#: What a program did not write into its file, or wrote as of the day it ran.
UNSAID = {
    **dict.fromkeys(("harbour-pandoc.rtf", "orchard-pandoc.rtf"), "title author date"),
    **dict.fromkeys(("harbour-pandoc.pptx", "harbour-libreoffice.rtf", "orchard-docx.js.docx"), "date"),
    **dict.fromkeys(("orchard-pptxgenjs.pptx", "orchard-mkepub.epub", "orchard-rtf-writer.rtf"), "date"),
    **dict.fromkeys(("orchard-libreoffice.pdf", "yields-excel-writer-xlsx.xlsx", "orchard-reportlab.pdf"), "date"),
    **dict.fromkeys(("harbour-abiword.docx", "harbour-abiword.odt", "harbour-abiword.rtf"), "author"),
    **dict.fromkeys(("harbour-libreoffice.pptx", "harbour-libreoffice.html"), "date"),
    **dict.fromkeys(("orchard-abiword.docx", "orchard-abiword.odt", "orchard-abiword.rtf"), "author"),
    **dict.fromkeys(("orchard-html2text.md", "orchard-markdownify.md", "orchard-turndown.md"), "author date"),
    **dict.fromkeys(("orchard-emacs.md", "orchard-docutils.odt"), "title author date"),
    **dict.fromkeys(("orchard-abiword.epub", "orchard-dbtoepub.epub", "orchard-sphinx.epub"), "title author date"),
    **dict.fromkeys(("orchard-abiword.pdf", "orchard-wkhtmltopdf.pdf", "orchard-weasyprint.pdf"), "title author date"),
    **dict.fromkeys(("orchard-ghostscript.pdf",), "title author date"),
    **dict.fromkeys(("orchard-lowdown.html", "orchard-groff.html", "orchard-emacs.html"), "title author date"),
    **{f"canker-{name}": "date" for name in ("emacs.eml", "mailutils.eml", "mutt.eml", "swaks.eml", "s-nail.eml")},
    **{f"canker-{name}": "date" for name in ("mailutils.mbox", "mutt-formail.mbox", "mutt.mbox", "s-nail.mbox")},
    "canker-git.mbox": "title",
    **dict.fromkeys(("canker-mailutils.eml", "canker-mailutils.mbox", "canker-swaks.eml"), "author date"),
    **dict.fromkeys(("winter-kramdown.md", "winter-nbconvert.md", "winter-wikiconverter.md"), "title author date"),
    **dict.fromkeys(("winter-m2r2.rst", "winter-nbconvert.rst"), "title author date"),
    **dict.fromkeys(("orchard-abiword.xhtml", "winter-docbook-xsl.xhtml", "winter-sphinx.xhtml"), "author date"),
    **dict.fromkeys(("harbour-libreoffice.xhtml", "harbour-libreoffice.odp"), "date"),
    **{f"orchard-libreoffice.{form}": "date" for form in ("potx", "ppsx", "otp")},
    **{f"{name}.odp": "date" for name in ("orchard-libreoffice2", "winter-libreoffice", "winter-libreoffice2")},
    # The first lines of a plain text are nobody's title.
    **{f"winter-{name}.txt": "title author" for name in PLAIN},
    **{f"winter-{name}.pptx": "date" for name in ("officegen", "pandoc", "libreoffice")},
    "parcel-neomutt.eml": "date",
    **dict.fromkeys(("yields-pylightxl.xlsx", "yields-sheetjs.ods", "yields-libreoffice.ods"), "title author date"),
}
#: Words that a program lost, glued to others, or wrote besides.
LOST = {
    "orchard-libreoffice.epub": "variety kilograms picked",
    "orchard-emacs.md": "The orchard in spring Mathilde Krüger 2023 04 22",
    **{
        f"winter-{name}.md": "Das Winterbuch Élodie Świątek 2024 01 19"
        for name in ("kramdown", "nbconvert", "wikiconverter")
    },
    **dict.fromkeys(("winter-m2r2.rst", "winter-nbconvert.rst"), "Das Winterbuch Élodie Świątek 2024 01 19"),
    "winter-docbook-xsl.xhtml": "2024 01 19",
    "winter-docx2txt.txt": "αποθήκη",
    "winter-html2text.txt": "sécateur 2",
    "friends-gammu.vcf": "qu après dix neuf heures",
    "orchard-ghostscript.pdf": "the growers circle",
    "people-abook.vcf": "Nursery Ibáñez Beekeepers of the Neckar valley",
    "orchard-abiword.epub": "See the The frost it almost M26 Berner MM106 two fence lime brush ladder",
    "orchard-abiword.xhtml": "See the The frost it almost Order copper",
}
BESIDES = {
    "orchard-docutils.html": "Author Date",
    "orchard-docutils.odt": "Author Date",
    "orchard-lowdown.html": "title author date lang en",
    "orchard-sphinx.epub": "Author Date growers https example org Index",
    "orchard-abiword.epub": "Seethe Thefrost italmost M26Berner MM106two fencelime brushladder",
    "orchard-abiword.xhtml": "Seethe Thefrost italmost Ordercopper",
    "orchard-emacs.xhtml": "Date Author Created Mon Validate",
    "orchard-pandoc2.rst": "Author Date",
    # Gnumeric showed the hidden sheet again.
    "stock-gnumeric.xlsx": "Secret concealed",
    "stock": "total Plans Repaint the crane far away rich text",
    **dict.fromkeys(("winter-pandoc.rst", "winter-docstrfmt.rst", "winter-sphinx.rst"), "Author Date"),
    **dict.fromkeys(("winter-docutils.xhtml", "winter-sphinx.xhtml", "harbour-pandoc.rst"), "Author Date"),
    "winter-docx2txt.txt": "αPIοθήκη",
    "winter-html2text.txt": "sécateur2",
    "winter-m2r2.rst": "list table header rows",
    # Names of sheets.
    "fruits-calligra.ods": "Sheet1",
    "fruits-libreoffice.ods": "f",
    "fruits-libreoffice.fods": "Obst owoce",
    "fruits-oodoc.ods": "Sheet1 Owoce",
    "fruits-pyexcel-ods3.ods": "Obst owoce",
    "harbour": "Notes Ines Vandewalle",
}
#: The addresses of links stand in these as well.
MARKED = (".md",)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text))


def expected(file: Path) -> Counter[str]:
    text = (MADE / f"{file.name.split('-')[0]}.txt").read_text(encoding="utf-8")
    return words(text) - words(LOST.get(file.name, ""))


def wrong_words(file: Path, found: list[DocumentRead]) -> int:
    """How many words of a file are missing, or there and not expected."""
    wanted, family = expected(file), file.name.split("-")[0]
    read: Counter[str] = Counter()
    for document in found:
        read += words(document.text)
        if document.member or file.suffix in (".md", ".org"):
            # A subject or a name is told by the title alone.
            read += (wanted - read) & words(f"{document.title} {document.author} {document.created[:10]}")
    missing = (wanted - read).total()
    besides = read - wanted - words(f"{BESIDES.get(file.name, '')} {BESIDES.get(family, '')}")
    # Numbers of list items and pages are told besides; of links, calendars and contacts more than that.
    more = family in (*MANY, *MAIL) or file.suffix in MARKED
    return missing + (0 if more else sum(count for word, count in besides.items() if not word.isdecimal()))


def wrong_facts(file: Path, read: DocumentRead) -> list[str]:
    """Which of title, author and date are not as they are in a file."""
    family, unsaid = file.name.split("-")[0], UNSAID.get(file.name, "")
    if family not in FACTS:
        return []
    said = (read.title, read.author, read.created[:10])
    pairs = zip(("title", "author", "date"), FACTS[family], said, strict=True)
    return [what for what, wanted, got in pairs if what not in unsaid and wanted and wanted != got]


def kind(file: Path) -> str:
    """The suffix of a file's format: that of a template or of a file with macros is no format of its own."""
    return FORMS.get(file.suffix, file.suffix)


def files(suffix: str) -> list[Path]:
    found = sorted(file for file in MADE.iterdir() if kind(file) == suffix and "-" in file.name)
    return [file for file in found if (MADE / f"{file.name.split('-')[0]}.txt").exists()]


FORMATS = sorted({kind(file) for file in MADE.iterdir() if files(kind(file))})


@pytest.mark.parametrize("suffix", FORMATS)
def test_words_dates_and_authors_are_read_right(suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    total = wrong = 0
    mistaken: list[str] = []
    for file in files(suffix):
        read = [event for event in read_documents(file) if isinstance(event, DocumentRead)]
        total += expected(file).total()
        amiss = wrong_words(file, read)
        wrong += amiss
        mistaken += [f"{file.name}: {what}" for what in wrong_facts(file, read[0])]
        mistaken += [f"{file.name}: {amiss} words"] if amiss > 0.05 * expected(file).total() else []
    right = 1 - wrong / total
    with capsys.disabled():
        told = f"{len(files(suffix))} files, {right:.2%} of {total:,} words right"
        print(f"\n{suffix}: {told}; wrong: {', '.join(mistaken) or 'nothing'}")
    assert len(files(suffix)) >= 8
    assert right >= 0.99
    assert not mistaken
