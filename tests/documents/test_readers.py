"""Each format becomes text with its headings, title and date; what nobody would see is left out."""

from importlib import import_module
from pathlib import Path
from typing import Any

import docx
import pytest

from personal_ai.documents import readers
from personal_ai.documents.read_worker import read_document
from personal_ai.documents.readers import MANY, READERS, SLOW, SUFFIXES, Parsed
from personal_ai.errors import UserError
from personal_ai.messages import DocumentRead
from tests.documents.files import make_pdf


def _read(path: Path, content: str | bytes = b"") -> DocumentRead:
    if content:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_document(path)


def _below(document: DocumentRead | Parsed, heading: str) -> str:
    section = next(section for section in document.sections if section.heading == heading)
    return document.text[section.start : section.end].strip()


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_what_reads_a_kind_is_where_it_is_said_to_be(suffix: str) -> None:
    named: Any = {**READERS, **SLOW, **MANY}[suffix]
    module, function = named.args
    assert callable(getattr(import_module(f"{readers.__name__}.{module}"), function))


# ---- Markdown ---------------------------------------------------------------------------------------------------


def test_markdown_keeps_its_headings_as_nested_sections(notes: Path) -> None:
    read = _read(notes / "a.md", "# One\n\na\n\n## Two ##\n\nb\n\n```\n# not a heading\n```\n\nThree\n=====\n\nc\n")
    assert [(section.heading, section.level) for section in read.sections] == [("One", 1), ("Two", 2), ("Three", 1)]
    assert _below(read, "One").startswith("a\n\n## Two")
    assert _below(read, "Two").endswith("```")
    assert _below(read, "Three") == "c"


@pytest.mark.parametrize(
    ("name", "content", "title", "created"),
    [
        (
            "a.md",
            "---\ntitle: From front\ndate: 2024-05-06\ntags: [x, y]\n---\n# Heading\n\ntext",
            "From front",
            "2024-05-06",
        ),
        ("a.md", "intro\n\n# The **Heading**\n\ntext", "The **Heading", ""),
        ("2025-03-09-fifty_one.md", "text", "Fifty one", "2025-03-09"),
        ("20250309 walk.txt", "text", "Walk", "2025-03-09"),
        ("2025_13_41 odd.txt", "text", "2025 13 41 odd", ""),
        ("2025-02-30.txt", "text", "2025-02-30", ""),
    ],
)
def test_title_and_date_come_from_front_matter_heading_or_name(
    notes: Path, name: str, content: str, title: str, created: str
) -> None:
    read = _read(notes / name, content)
    assert read.title == title
    if created:
        assert read.created == f"{created}T00:00:00Z"
    else:
        assert read.created.startswith("20")


def test_front_matter_leaves_the_text_but_its_tags_stay(notes: Path) -> None:
    read = _read(notes / "a.md", "---\ntitle: T\ntags:\n  - soup\n  - winter\n---\n\ntext")
    assert read.text == "tags: soup, winter\n\ntext"
    assert _read(notes / "b.md", "---\nnot front matter\n---\n\ntext").text.startswith("---\nnot front")


def test_what_nobody_sees_is_dropped(notes: Path) -> None:
    read = _read(
        notes / "a.md",
        "vis\u200bible<!-- ignore all -->\u00ad text\U000e0041\U000e0042\n\n"
        '<span style="display:none">secret</span>\n\n```\n<!-- code -->\n```\n\n'
        "![x](data:image/png;base64,AAAA)\n\n👩\u200d🚀 می\u200cخواهم\n\n<!-- never closed\nsecret",
    )
    assert read.text.startswith("visible text\n")
    assert "secret" not in read.text
    assert "<!-- code -->" in read.text
    assert "base64" not in read.text
    assert "👩\u200d🚀 می\u200cخواهم" in read.text


def test_obsidian_links_and_comments_read_as_their_reader_sees_them(notes: Path) -> None:
    read = _read(
        notes / "a.md",
        "[[Harbour|the quay]], [[People#Zoë]], ![[map.png]], 100%% of it. A %%secret%% word\n\n"
        "%%\nsecret\n\nblock\n%%\n\n"
        "`[[a|b]]`\n\n```sh\nif [[ -f x ]]; then echo %%kept%%; fi\n```\n\n %% open [[Clay]]",
    )
    assert read.text.startswith("the quay, People > Zoë, map.png, 100%% of it. A  word")
    assert "secret" not in read.text
    assert "`[[a|b]]`\n\n```sh\nif [[ -f x ]]; then echo %%kept%%; fi\n```" in read.text
    assert read.text.endswith("%% open Clay")


@pytest.mark.parametrize(
    ("front", "title", "author", "created"),
    [
        (
            '+++\ntitle = "The \\"lamp\\""\ndate = 2024-05-06T10:00:00Z\nauthors = ["Ada", "Bo"]\n+++\n',
            'The "lamp"',
            "Ada, Bo",
            "2024-05-06",
        ),
        ('{\n "title": "Lamp", "date": "2024-05-06", "author": {"name": "Ada"}\n}\n', "Lamp", "Ada", "2024-05-06"),
        ("% The\n  lamp\n% Ada\n% 6 May 2024\n", "The lamp", "Ada", "2024-05-06"),
        ("Title: Lamp\nAuthor: Ada\nDate: 2024-05-06\n", "Lamp", "Ada", "2024-05-06"),
        (
            "---\ntitle: >-\n  The folded\n  lamp\nauthor:\n  - name: Ada\n    mail: a@x.org\n  - name: Bo\n"
            "date: 2024-05-06 # later\n---\n",
            "The folded lamp",
            "Ada, Bo",
            "2024-05-06",
        ),
        (
            "---\ntitle: 'It''s lit'\nauthor:\n  name: Ada\ndate created: Monday, May 6th 2024, 10:00:00 am\n---\n",
            "It's lit",
            "Ada",
            "2024-05-06",
        ),
        (
            '---\ntitle: He said "no"\nauthors: ["Holm, Ada", Bo]\ndate: 6. Mai 2024\n---\n',
            'He said "no"',
            "Holm, Ada, Bo",
            "2024-05-06",
        ),
        ('---\n"title": "A: b # c"\nauthor: Ada\npublished: 2024-05-06\n---\n', "A: b # c", "Ada", "2024-05-06"),
    ],
)
def test_front_matter_of_every_kind_tells_title_author_and_date(
    notes: Path, front: str, title: str, author: str, created: str
) -> None:
    read = _read(notes / "a.md", f"{front}\nIt hangs there.\n")
    assert (read.title, read.author, read.created) == (title, author, f"{created}T00:00:00Z")
    assert read.text.endswith("\n\nIt hangs there.\n")
    assert not any(mark in read.text for mark in ("+++", "---", "{", "% "))


@pytest.mark.parametrize(
    "text",
    ["+++\nnot = = toml\n+++\ntext", "{\nnot json\n}\ntext", "Monday: rain\nTuesday: sun\n\ntext", "Note: one\n\ntext"],
)
def test_what_only_looks_like_front_matter_stays(notes: Path, text: str) -> None:
    assert _read(notes / "a.md", text).text == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", f"# a{' ' * 1_000_000}x\n"),
        ("b.md", "---\ntitle: [" + '\\"' * 1_000_000 + "\n---\ntext"),
        ("c.md", "# a\n" * 100_000),
        ("d.md", "% a\n" + " a\n" * 300_000 + "text"),
    ],
)
def test_a_text_that_is_built_to_take_long_comes_to_its_end(notes: Path, name: str, text: str) -> None:
    # Looked through again for each of its letters it would take hours.
    assert _read(notes / name, text).text


def test_a_date_that_cannot_be_read_can_still_be_found(notes: Path) -> None:
    assert _read(notes / "a.md", "---\ntitle: T\ndate: Whitsun 1987\n---\ntext").text == "date: Whitsun 1987\n\ntext"


def test_the_size_of_a_picture_is_not_told_and_logseq_keeps_its_own(notes: Path) -> None:
    read = _read(
        notes / "a.md",
        "title:: The lamp\ntags:: shed, oil\n\n- A ![[plan.png|300]]\n  id:: 64aa0b1c-77d2-4b1e\n  collapsed:: true\n",
    )
    assert (read.title, read.text) == ("The lamp", "tags: shed, oil\n\n- A plan.png\n")
    assert _read(notes / "b.md", "![[plan.png|300x200]] [[Lamp|1987]]!").text == "plan.png 1987!"


def test_names_of_headings_and_paragraphs_are_not_told(notes: Path) -> None:
    read = _read(notes / "a.md", "# The lamp {#lamp .big}\n\nIt hangs there. ^a1b2c3\n\nx ^2\n")
    assert (read.title, [section.heading for section in read.sections]) == ("The lamp", ["The lamp"])
    assert "a1b2c3" not in read.text
    assert "x ^2" in read.text


def test_the_author_comes_from_front_matter_or_a_page(notes: Path) -> None:
    assert _read(notes / "a.md", "---\nauthors: [Ines, Zoë]\n---\ntext").author == "Ines, Zoë"
    assert _read(notes / "a.html", '<meta name="author" content="Ines"><p>text</p>').author == "Ines"


# ---- plain text -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Grüße aus Zürich"),
        ("utf-8-sig", "Grüße aus Zürich"),
        ("utf-16", "Grüße aus Zürich"),
        ("utf-16-le", "Greetings from Zürich, all is well"),
        ("cp1252", "Grüße aus Zürich, das „Café“ ist schön – 5 €"),
        ("latin-1", "Où est passé le garçon ?"),
        (
            "cp1251",
            "Сегодня мы ходили в лес и собирали грибы. Погода была хорошая, и мы вернулись домой поздно вечером.",
        ),
        ("shift_jis", "今日は東京へ行きました。天気がとてもよかったです。友達と一緒に寿司を食べました。"),
        ("gb18030", "今天我们去公园散步，天气很好，大家都很高兴。晚上一起吃了火锅。"),
    ],
)
def test_old_encodings_are_read(notes: Path, encoding: str, text: str) -> None:
    assert _read(notes / "a.txt", text.encode(encoding)).text == text


def test_line_ends_become_newlines(notes: Path) -> None:
    assert _read(notes / "a.txt", b"one\r\ntwo\rthree\x0cfour\x00").text == "one\ntwo\nthree\n\nfour"


def test_a_word_that_begins_like_a_picture_is_text(notes: Path) -> None:
    assert _read(notes / "a.txt", "BMW and MZ motorcycles").text.startswith("BMW")


# ---- PDF --------------------------------------------------------------------------------------------------------


def test_a_pdf_is_read_page_by_page(notes: Path) -> None:
    long = [
        "The quick brown fox jumps over the lazy dog and then it goes on to",
        "jump over another one, until nobody counts any more. The end of it.",
        "- an item",
        "- another",
    ]
    read = _read(make_pdf(notes / "my-fox.pdf", [long, ["Second page."]]))
    assert (read.title, read.format) == ("My fox", "pdf")
    assert [section.heading for section in read.sections] == ["Page 1", "Page 2"]
    assert "goes on to jump over another one" in read.text
    assert "- an item\n- another" in read.text
    assert _below(read, "Page 2") == "Second page."


# ---- Word -------------------------------------------------------------------------------------------------------


def test_a_word_file_keeps_headings_lists_and_tables(notes: Path) -> None:
    document = docx.Document()
    document.add_heading("Handover", 0)
    document.add_heading("People", 1)
    document.add_paragraph("Veerle", style="List Bullet")
    document.add_paragraph("Danny", style="List Bullet")
    document.add_heading("Money", 2)
    table = document.add_table(2, 2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ("item", "price", "tea", "3"), strict=True
    ):
        cell.text = text
    paragraph = document.add_paragraph("seen")
    paragraph.add_run(" hidden").font.hidden = True
    document.save(str(notes / "a.docx"))
    read = _read(notes / "a.docx")
    assert (read.title, read.format) == ("Handover", "docx")
    assert [(section.heading, section.level) for section in read.sections] == [
        ("Handover", 1),
        ("People", 1),
        ("Money", 2),
    ]
    assert "- Veerle\n- Danny" in read.text
    assert "item | price\ntea | 3" in read.text
    assert read.text.rstrip().endswith("seen")


# ---- web pages --------------------------------------------------------------------------------------------------


def test_a_web_page_is_what_a_browser_would_show(notes: Path) -> None:
    read = _read(
        notes / "a.html",
        """<!DOCTYPE html><html><head><title>Soup</title><meta name="date" content="2024-01-02">
        <style>p {color: red}</style><script>alert(1)</script></head><body>
        <nav>menu</nav><!-- comment --><h1>Sour  soup</h1><p>One <b>bold</b> word<br>and a line.</p>
        <div style="display: none">hidden</div><p hidden>hidden</p><span style="font-size:0">hidden</span>
        <h2>Parts</h2><ul><li>salt</li><li><p>pepper</p></li></ul><ol><li>first</li><li>second</li></ol>
        <table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>
        <pre>x
  y</pre></body></html>""",
    )
    assert (read.title, read.created, read.format) == ("Soup", "2024-01-02T00:00:00Z", "html")
    assert "One bold word\nand a line." in read.text
    assert "- salt\n- pepper" in read.text
    assert "1. first\n2. second" in read.text
    assert "a | b\n1 | 2" in read.text
    for unseen in ("hidden", "menu", "alert", "comment", "color"):
        assert unseen not in read.text
    assert [section.heading for section in read.sections] == ["Sour soup", "Parts"]


def test_a_page_that_declares_an_old_encoding_is_read(notes: Path) -> None:
    page = '<meta charset="windows-1251"><p>Привет</p>'.encode("cp1251")
    assert _read(notes / "a.html", page).text.strip() == "Привет"


@pytest.mark.parametrize(
    ("begin", "code", "text"),
    [
        ('<?xml version="1.0" encoding="iso-8859-2"?><html>', "iso-8859-2", "Zażółć gęślą jaźń"),
        ('<meta charset="gb2312">', "gbk", "朱镕基"),
        ('<meta charset="iso-8859-1">', "cp1252", "don’t – 5 €"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">', "cp932", "①髙島屋"),
        ('<meta charset="iso-2022-jp">', "iso2022_jp", "霜が降りる前"),
        ("", "utf-16", "Grüße"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_a_browser_takes(notes: Path, begin: str, code: str, text: str) -> None:
    assert text in _read(notes / "a.html", f"{begin}<p>{text}</p>".encode(code)).text


@pytest.mark.parametrize(
    "style",
    [
        *("font-size:1px", "max-height:0;overflow:hidden", "overflow:hidden; height: 0px", "mso-hide:all"),
        *("position:absolute;left:-9999px", "text-indent:-9999px", "color: transparent", "clip:rect(0 0 0 0)"),
    ],
)
def test_what_a_page_hides_by_its_style_is_left_out(notes: Path, style: str) -> None:
    read = _read(notes / "a.html", f'<p>seen</p><div style="{style}">secret</div>')
    assert read.text.strip() == "seen"
    plain = '<p style="font-size:10px;color:black;background-color:transparent;left:-1px;height:0.5em">seen</p>'
    assert _read(notes / "b.html", plain).text.strip() == "seen"


def test_a_row_of_a_page_is_one_line_and_spoken_letters_are_left_out(notes: Path) -> None:
    read = _read(
        notes / "a.html",
        "<table><tr><td>a<br>b</td><td>c</td></tr></table><p>one<br>two</p><ruby>木村<rp>(</rp><rt>きむら</rt><rp>)</rp></ruby>"
        "<p><math><mi>x</mi><mo>=</mo><mn>3</mn><annotation encoding='t'>\\frac</annotation></math> apples</p>",
    )
    assert read.text.strip() == "a b | c\n\none\ntwo\n\n木村\n\nx=3 apples"


@pytest.mark.parametrize(
    ("head", "created", "author"),
    [
        ('<meta name="Date" content="6 May 2024"><meta property="article:author" content="Ada">', "2024-05-06", "Ada"),
        ('<script type="application/ld+json">{"datePublished": "2024-05-06T10:00Z"}</script>', "2024-05-06", ""),
        ('<meta itemprop="datePublished" content="2024-05-06">', "2024-05-06", ""),
        (
            '<meta name="DC.Date" content="2024-05-06"><meta name="author" content="https://example.org/a">',
            "2024-05-06",
            "",
        ),
    ],
)
def test_a_page_tells_its_day_and_author_in_many_ways(notes: Path, head: str, created: str, author: str) -> None:
    read = _read(
        notes / "a.html", f"<html><head>{head}</head><body><svg><title>icon</title></svg><h1>Lamp</h1></body></html>"
    )
    assert (read.title, read.created, read.author) == ("Lamp", f"{created}T00:00:00Z", author)


def test_a_list_of_contents_is_left_out_and_a_notes_number_stands_apart(notes: Path) -> None:
    read = _read(
        notes / "a.html",
        '<div id="toc" class="toc"><p>Contents</p><a href="#b">Lamp</a></div><p>The walk to the tower</p>'
        '<div class="autocue">It was measured <span>twice</span><span><a href="#ftn1">1</a></span>.</div>'
        '<p><span><a href="#body_ftn1">1</a></span>Once. See <a href="#page12">12</a>.</p>'
        '<div id="postamble"><p class="date">Date: 2024-05-06</p></div>',
    )
    shown = "The walk to the tower\n\nIt was measured twice [1].\n\n[1]Once. See 12.\n\nDate: 2024-05-06"
    assert (read.text.strip(), read.created) == (shown, "2024-05-06T00:00:00Z")


def test_lists_of_a_page_count_from_where_they_say(notes: Path) -> None:
    read = _read(
        notes / "a.html", '<ol start="3"><li>c<li value="7">g<li>h</ol><ol start="x"><li>a</ol><ul><li value="2">b</ul>'
    )
    assert read.text.strip() == "3. c\n7. g\n8. h\n\n1. a\n\n- b"


def test_a_page_nested_without_end_is_no_trouble(notes: Path) -> None:
    assert "deep" in _read(notes / "a.html", "<div>" * 5_000 + "deep").text


# ---- all --------------------------------------------------------------------------------------------------------


def test_every_format_of_the_library_has_a_reader() -> None:
    assert {".md", ".txt", ".pdf", ".docx", ".html", ".png"} <= SUFFIXES


def test_a_file_that_changes_while_it_is_read_is_not_taken(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = notes / "a.txt"

    def read(path: Path) -> Parsed:
        path.write_text("longer than before")
        return Parsed(title="", text="x")

    monkeypatch.setitem(READERS, ".txt", read)
    with pytest.raises(UserError, match="changed while it was being read"):
        _read(file, "short")
