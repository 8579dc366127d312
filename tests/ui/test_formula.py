"""Formulas: read, drawn, copied as they are written; money is no formula."""

import pytest
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from personal_ai.ui import formula, tex
from personal_ai.ui.markdown_view import MarkdownView
from personal_ai.ui.theme import Theme

GOOD = [
    r"E = mc^2",
    r"x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}",
    r"\sum_{i=1}^{n} i, \int_0^\infty e^{-x^2}\,dx, \lim_{x \to 0} \frac{\sin x}{x}",
    r"\begin{pmatrix} a & b \\\\ c & d \end{pmatrix}^{-1}",
    r"f(x) = \begin{cases} 1 & \text{if } x > 0 \\\\ 0 & \text{otherwise} \end{cases}",
    r"\left( \frac{1}{2} \right)^2 \hat{y} \vec{w} \overline{ab} \mathbb{R}^n \sqrt[3]{x} \underbrace{x+y}_{n} f'",
    r"a \over b",
]
BAD = [r"\frac{a}", r"{", r"}", r"\left( x", r"\unknown x", r"\begin{nothing}x\end{nothing}", "{" * 50, "x" * 3000]


@pytest.fixture
def view(qtbot: QtBot, look: Theme) -> MarkdownView:
    made = MarkdownView(look)
    qtbot.addWidget(made)
    made.resize(700, 100)
    made.show()
    return made


@pytest.mark.parametrize("source", GOOD)
def test_a_formula_is_drawn(view: MarkdownView, source: str) -> None:
    view.show_text(f"Before ${source}$ after.\n\n$${source}$$")
    assert view.toPlainText().count(formula.SIGN) == 2
    assert view.document().size().width() <= 700
    view.grab()


@pytest.mark.parametrize("source", BAD)
def test_what_cannot_be_read_is_a_sentence_of_its_own(source: str) -> None:
    with pytest.raises(tex.Unreadable):
        tex.read(source)


def test_what_cannot_be_drawn_stands_as_it_is_written(view: MarkdownView) -> None:
    view.show_text(r"So $\unknown{x}$ it is.")
    assert view.toPlainText() == r"So \unknown{x} it is."


@pytest.mark.parametrize(
    "text", ["It costs $5 and $10.", "From US$3 to CA$4", "$5-$6", "a $ b $ c", r"\$5 and \$6", "`$x$`"]
)
def test_money_is_no_formula(view: MarkdownView, text: str) -> None:
    view.show_text(text)
    assert formula.SIGN not in view.toPlainText()


def test_all_ways_to_mark_a_formula(view: MarkdownView) -> None:
    view.show_text("$a$ \\(b\\) \\[c\\] $$d$$\n\n\\[\ne\n\\]\n\n- item\n  $$\n  f\n  $$")
    assert view.toPlainText().count(formula.SIGN) == 6


def test_a_formula_is_copied_as_it_is_written(view: MarkdownView) -> None:
    view.show_text(r"So $x^2$ and \(\alpha\), then.")
    view.selectAll()
    assert view.selected_words() == r"So $x^2$ and $\alpha$, then."
    assert view.createMimeDataFromSelection().text() == r"So $x^2$ and $\alpha$, then."
    assert view.textCursor().selectionStart() == 0


def test_a_wide_formula_becomes_smaller(view: MarkdownView) -> None:
    view.resize(200, 100)
    view.show_text("$$" + "+".join("abcd") * 4 + "$$")
    at = QTextCursor(view.document())
    at.movePosition(QTextCursor.MoveOperation.End)
    assert view.document().idealWidth() <= 200
