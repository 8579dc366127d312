"""Markdown: whole or in pieces the same, nothing loaded, links that only tell where they lead."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication, QTextDocument
from pytestqt.qtbot import QtBot

from personal_ai.ui.markdown_view import MarkdownView
from personal_ai.ui.theme import Theme

TEXT = """# Heading

First *paragraph* with **words**, `code` and a source [1], but not [7] nor a[0].

- one
- two
  1. inner
  2. inner two

```python
def f(x):
    return x  # why
```

> said by somebody

| a | b |
|---|---|
| 1 | 2 |

---

Last.
"""


@pytest.fixture
def view(qtbot: QtBot, look: Theme) -> Iterator[MarkdownView]:
    """A view on the screen."""
    view = MarkdownView(look)
    qtbot.addWidget(view)
    view.resize(600, 100)
    view.show()
    yield view


def html_of(view: MarkdownView) -> str:
    """Everything Qt knows of the document."""
    return view.document().toHtml()


@pytest.mark.parametrize("seed", range(5))
def test_pieces_come_to_the_same_as_the_whole(view: MarkdownView, seed: int) -> None:
    view.show_text(TEXT, sources=2)
    whole = html_of(view)
    chance, at = random.Random(seed), 0
    view.begin(2)
    while at < len(TEXT):
        size = chance.randint(1, 9)
        view.append(TEXT[at : at + size])
        view._draw_open()
        at += size
    view.finish()
    assert html_of(view) == whole


def test_only_the_last_block_is_drawn_again(view: MarkdownView) -> None:
    view.begin()
    view.append("\n\n".join(f"Paragraph {n}." for n in range(100)))
    view._draw_open()
    assert view._open.source > len(view.markdown) - 40
    assert view.toPlainText().count("\n") == 99


def test_html_and_pictures_stay_words(view: MarkdownView, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"x")
    view.show_text(
        f"![alt](http://127.0.0.1:9/w) ![file](file://{secret}) <img src='http://127.0.0.1:9/x'> ![r][ref]\n\n[ref]: http://127.0.0.1:9/y\n\n"
        "<style>@import url(http://127.0.0.1:9/z)</style>"
    )
    shown = view.toPlainText()
    assert "[picture: alt]" in shown
    assert "<img" in shown
    assert "<style>" in shown
    assert "<img" not in html_of(view)


def test_nothing_is_loaded_from_anywhere(view: MarkdownView, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("secret")
    for kind in (QTextDocument.ResourceType.ImageResource, QTextDocument.ResourceType.StyleSheetResource):
        assert not view.loadResource(kind.value, QUrl.fromLocalFile(str(file)))
    view.setHtml(f"<img src='file://{file}'><link rel=stylesheet href='file://{file}'>")
    assert "secret" not in view.toPlainText()


def test_a_click_on_a_link_only_tells(qtbot: QtBot, view: MarkdownView) -> None:
    view.show_text("[here](https://example.org/?q=1)")
    with qtbot.waitSignal(view.link_clicked) as caught:
        view.anchorClicked.emit(QUrl("https://example.org/?q=1"))
    assert caught.args == ["https://example.org/?q=1"]
    assert "[here]" not in view.toPlainText()


def test_numbers_of_sources_are_links(qtbot: QtBot, view: MarkdownView) -> None:
    view.show_text("So it is [2], not [3].", sources=2)
    assert 'href="source:2"' in html_of(view)
    assert 'href="source:3"' not in html_of(view)
    with qtbot.waitSignal(view.source_clicked) as caught:
        view.anchorClicked.emit(QUrl("source:2"))
    assert caught.args == [2]


def test_long_code_is_coloured_in_several_turns_of_the_events(qtbot: QtBot, view: MarkdownView) -> None:
    view.show_text("```python\n" + "x = 'y' * 10  # words\n" * 250 + "```")
    assert not view.whole
    assert view.document().blockCount() < 120
    qtbot.waitUntil(lambda: view.whole, timeout=30_000)
    assert view.document().blockCount() > 250


def test_code_is_copied_whole(view: MarkdownView) -> None:
    view.show_text(TEXT)
    view.anchorClicked.emit(QUrl("copy:0"))
    assert QGuiApplication.clipboard().text() == "def f(x):\n    return x  # why"


def test_a_passage_is_found_in_the_drawn_text(view: MarkdownView) -> None:
    view.show_text(TEXT)
    start = TEXT.index("> said")
    view.reveal(start, start + 10)
    area = view._marked_area()
    assert area is not None
    block = view.document().findBlock(view.toPlainText().index("said by"))
    assert area == view.document().documentLayout().blockBoundingRect(block)


def test_a_passage_is_found_in_plain_text(view: MarkdownView) -> None:
    text = "one\ntwo\nthree\nfour"
    view.show_text(text, plain=True)
    view.reveal(8, 13)
    area = view._marked_area()
    assert area == view.document().documentLayout().blockBoundingRect(view.document().findBlock(9))


def test_a_title_that_stands_above_is_not_said_twice(view: MarkdownView) -> None:
    view.show_text("# My day\n\nIt rained.", known_title="My day")
    assert view.toPlainText().strip() == "It rained."
    view.show_text("# Another\n\nIt rained.", known_title="My day")
    assert view.toPlainText().startswith("Another")


def test_found_words_are_marked(view: MarkdownView) -> None:
    view.mark_words(["bicycl"])
    view.show_text("My bicycle was one of two bicycles.")
    assert len(view.extraSelections()) == 2


@pytest.mark.parametrize("text", ["", "   ", "\n\n\n", "```", "- ", "|a|\n|-|", "1.", "#", "> ", "***", "[1]:", "\0a"])
def test_odd_text_is_drawn(view: MarkdownView, text: str) -> None:
    view.show_text(text, sources=3)
    view.begin(3)
    for letter in text:
        view.append(letter)
        view._draw_open()
    view.finish()


def test_a_view_grows_with_its_text(qtbot: QtBot, view: MarkdownView) -> None:
    view.show_text("One line.")
    low = view.height()
    view.show_text(TEXT)
    assert view.height() > low * 4
