"""Web pages: what a browser would show, as headings, paragraphs, lists and table rows."""

import codecs
import re
from pathlib import Path
from typing import Any

from personal_ai.documents.readers.decoding import decode, decode_as
from personal_ai.documents.readers.parsed import (
    Outline,
    Parsed,
    clean_title,
    find_date,
    name_title,
    tidy,
    within_budget,
    written_date,
)

_DROPPED = frozenset(
    (
        *(
            "script",
            "style",
            "noscript",
            "template",
            "head",
            "iframe",
            "object",
            "svg",
            "canvas",
            "video",
            "audio",
        ),
        *("select", "button", "input", "textarea", "nav", "dialog"),
        # How words are spoken, and formulas told a second time.
        *("rt", "rp", "annotation", "annotation-xml"),
    )
)
_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "fieldset",
            "figure",
        ),
        *(
            "figcaption",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "html",
            "li",
            "main",
            "ol",
        ),
        *("p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
#: Lists of what follows, as programs name them that write no <nav>.
_CONTENTS = frozenset(("toc", "TOC", "table-of-contents"))
# Where a note's number leads to or comes from.
_NOTE_PLACE = re.compile(r"#\w{0,10}(?:ftn|fn|footnote|note)\w{0,10}")
#: Stands for the tag of a raised number that points to a note.
_NOTE = "-note"
_HIDDEN_STYLE = re.compile(
    r"(?i)display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*(?:0(?![.\d])|1p[xt]\b)|opacity\s*:\s*0(?![.\d])"
    r"|mso-hide\s*:\s*all|(?:max-)?height\s*:\s*0(?![.\d]).{0,200}overflow\s*:\s*hidden|clip\s*:\s*rect\(0"
    r"|overflow\s*:\s*hidden.{0,200}(?:max-)?height\s*:\s*0(?![.\d])|(?:text-indent|left|top)\s*:\s*-\d{4}"
    r"|(?<!-)color\s*:\s*transparent"
)
_CHARSET = re.compile(
    rb"(?i)(?:<meta[^>]{0,200}charset\s*=|\A\s{0,9}<\?xml[^>]{0,200}encoding\s*=)\s*[\"']?\s*([\w-]{2,40})"
)
# What search engines are told in a page.
_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')


def read(path: Path) -> Parsed:
    """Read a web page. Nothing it points to is fetched."""
    return parse(path.read_bytes(), path)


def parse(data: bytes, path: Path) -> Parsed:
    """What `read` makes of a page of this name with this content; it need not be there."""
    from selectolax.lexbor import LexborHTMLParser  # only web pages need it

    tree = LexborHTMLParser(markup(data, path))
    outline = _outline(tree)
    named = tree.css_first("head > title")
    title = clean_title(named.text()) if named is not None else ""
    return Parsed(
        title=title or clean_title(outline.first_heading) or name_title(path),
        text=within_budget(outline.text(), path),
        sections=outline.sections(),
        created=_date(tree),
        author=_author(tree),
    )


def outline(*markups: str) -> Outline:
    """What a browser would show of pages of HTML that lie inside of another format."""
    from selectolax.lexbor import LexborHTMLParser

    return _outline(*map(LexborHTMLParser, markups))


def _outline(*trees: Any) -> Outline:
    page = _Page()
    for tree in trees:
        if tree.root is not None:
            page.walk(tree.root)
    return page.outline


def markup(data: bytes, path: Path) -> str:
    """The text of a page in the encoding that a browser would take. Raises UserError when it is not text."""
    declared = _CHARSET.search(data[:2048])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if declared and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return decode_as(data, declared[1].decode(), path)
    return decode(data, path)


def _date(tree: Any) -> str:
    for selector, attribute in (
        ('meta[property="article:published_time"]', "content"),
        ('meta[name="date" i]', "content"),
        ('meta[name="dcterms.date" i]', "content"),
        ('meta[name="dcterms.issued" i]', "content"),
        ('meta[name="dc.date" i]', "content"),
        ('meta[name="created" i]', "content"),
        ('meta[itemprop="datePublished"]', "content"),
        ("time[datetime]", "datetime"),
        # Emacs writes it below the text alone.
        ("#postamble .date", ""),
    ):
        node = tree.css_first(selector)
        text = ((node.attributes.get(attribute) if attribute else node.text()) or "")[:60] if node is not None else ""
        found = find_date(text) or written_date(text)
        if found:
            return found
    scripts = (node.text() for node in tree.css('script[type="application/ld+json"]'))
    return next((find_date(found[1]) for text in scripts if (found := _PUBLISHED.search(text))), "")


def _author(tree: Any) -> str:
    named: list[str] = []
    # Dublin Core is what LibreOffice writes, its name in whichever case.
    for selector in ("author", "dcterms.creator", "dc.creator", "article:author"):
        named = named or [
            node.attributes.get("content") or ""
            for node in tree.css(f'meta[name="{selector}" i], meta[property="{selector}" i]')
        ]
    # Some name a page about the author.
    named = [name for name in named if name.strip() and "://" not in name]
    return ", ".join(dict.fromkeys(" ".join(tidy(name).split()) for name in named))[:200]


class _Page:
    """Walks a page without recursion, for strangers' pages nest as deep as they like."""

    def __init__(self) -> None:
        self.outline = Outline()
        self._line: list[str] = []
        self._lines: list[str] = []
        self._prefix = ""
        # The next number of each ordered list that is open; None for the others.
        self._numbers: list[int | None] = []
        # How many cells of tables, one in another, are open.
        self._cells = 0

    def walk(self, root: Any) -> None:
        todo: list[tuple[Any, bool]] = [(root, False)]
        while todo:
            node, leaving = todo.pop()
            if leaving:
                self._leave(node)
                continue
            tag = node.tag
            if tag == "-text":
                self._text(node)
            elif tag == "br":
                # A row of a table is one line.
                self._line.append(" " if self._cells else "\n")
            elif not (tag.startswith(("-", "!", "_")) or tag in _DROPPED or _is_hidden(node) or _is_contents(node)):
                self._enter(_NOTE if _is_note(node) else tag)
                if tag in ("ol", "li"):
                    self._count_from(node, tag)
                todo.append((node, True))
                children: list[tuple[Any, bool]] = []
                child = node.child
                while child is not None:
                    children.append((child, False))
                    child = child.next
                todo += reversed(_cell(children) if tag in ("td", "th") else children)
        self._flush()

    def _text(self, node: Any) -> None:
        text = node.text_content or ""
        parent = node.parent
        kept = parent is not None and parent.tag in ("pre", "code") and "\n" in text.strip()
        self._line.append(text if kept else re.sub(r"\s+", " ", text))

    def _enter(self, tag: str) -> None:
        if tag == _NOTE:
            self._line.append(" [")
        elif tag in ("td", "th"):
            self._cells += 1
            if "".join(self._line).strip():
                self._line.append(" | ")
        elif tag in _BLOCKS:
            self._flush()
            if tag in ("ol", "ul"):
                self._numbers.append(1 if tag == "ol" else None)
            elif tag == "li":
                self._prefix = self._marker()
            elif tag not in ("p", "div", "section"):
                self._prefix = ""

    def _count_from(self, node: Any, tag: str) -> None:
        """Take up the number that a list or an item of it begins with."""
        number = (node.attributes.get("start" if tag == "ol" else "value") or "").strip()
        if (
            number.isascii()
            and number.isdecimal()
            and len(number) < 6
            and self._numbers
            and self._numbers[-1] is not None
        ):
            self._numbers[-1] = int(number)
            if tag == "li":
                self._prefix = self._marker()

    def _marker(self) -> str:
        if not self._numbers or self._numbers[-1] is None:
            return "- "
        self._numbers[-1] += 1
        return f"{self._numbers[-1] - 1}. "

    def _leave(self, node: Any) -> None:
        tag = node.tag
        if _is_note(node):
            self._line.append("]")
        elif tag in ("ul", "ol", "table", "dl"):
            self._flush()
            if tag in ("ul", "ol") and self._numbers:
                self._numbers.pop()
            if not self._numbers:
                self._end_list()
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            text = tidy("".join(self._line))
            self._line.clear()
            self._end_list()
            self.outline.heading(text, int(tag[1]))
        elif tag in ("td", "th"):
            self._cells -= 1
        elif tag in _BLOCKS:
            self._flush(item=tag in ("li", "tr", "dt", "dd"))

    def _flush(self, item: bool = False) -> None:
        text = tidy("".join(self._line))
        self._line.clear()
        text = "\n".join(line.strip() for line in text.splitlines()).strip()
        if not text:
            return
        if item or self._prefix:
            self._lines.append(self._prefix + re.sub(r" +\| +", " | ", text))
            self._prefix = ""
        else:
            self._end_list()
            self.outline.paragraph(text)

    def _end_list(self) -> None:
        if self._lines:
            self.outline.paragraph("\n".join(self._lines))
            self._lines.clear()
        self._prefix = ""


def _cell(children: list[tuple[Any, bool]]) -> list[tuple[Any, bool]]:
    """What stands in a table's cell: a lone paragraph is told in the line of its row."""
    blocks = [child for child, _ in children if child.tag in _BLOCKS]
    if len(blocks) != 1 or blocks[0].tag not in ("p", "div") or _is_hidden(blocks[0]):
        return children
    inner = [(node, False) for node in blocks[0].iter(include_text=True)]
    if any(node.tag in _BLOCKS for node, _ in inner):
        return children
    at = next(at for at, (child, _) in enumerate(children) if child.tag in _BLOCKS)
    return [*children[:at], *inner, *children[at + 1 :]]


def _is_note(node: Any) -> bool:
    """Whether this points to a footnote; any other raised number is a power or the like."""
    if node.tag == "a":
        attributes = node.attributes
        if "doc-noteref" in (attributes.get("role"), f"doc-{attributes.get('epub:type')}"):
            return True
        # LibreOffice raises it by a style.
        leads = _NOTE_PLACE.fullmatch(attributes.get("href") or "")
        return bool(leads) and node.text().strip().isdecimal()
    if node.tag != "sup":
        return False
    around, inside = node.parent, node.child
    told = around is not None and around.tag == "a"
    return (told and not _is_note(around)) or (inside is not None and inside.tag == "a" and not _is_note(inside))


def _is_contents(node: Any) -> bool:
    if node.tag != "div":
        return False
    attributes = node.attributes
    return attributes.get("id") in _CONTENTS or not _CONTENTS.isdisjoint((attributes.get("class") or "").split())


def _is_hidden(node: Any) -> bool:
    attributes = node.attributes
    return bool(attributes) and ("hidden" in attributes or bool(_HIDDEN_STYLE.search(attributes.get("style") or "")))
