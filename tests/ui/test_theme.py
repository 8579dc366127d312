"""Colours one can read, letters that are there, and an appearance that follows the system."""

import pytest
import shiboken6
from PySide6.QtGui import QColor, QFontInfo
from pytestqt.qtbot import QtBot

from personal_ai.ui import theme
from personal_ai.ui.main_window import MainWindow
from personal_ai.ui.theme import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Theme, Tokens
from personal_ai.ui.widgets import SearchField


def luminance(color: str) -> float:
    """WCAG 2 relative luminance."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(color).getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("t", [LIGHT, DARK, CONTRAST_LIGHT, CONTRAST_DARK], ids=str)
def test_text_has_a_contrast_of_at_least_4_5(t: Tokens) -> None:
    warning = theme.mix(t.warning, t.ink, 0.2)
    found_ground = theme.mix(t.bubble, t.accent, 0.3)
    pairs = [
        *((letters, ground) for letters in (t.ink, t.second) for ground in (t.page, t.side, t.raised)),
        *((letters, ground) for letters in (t.accent, t.error, warning) for ground in (t.page, t.raised)),
        (t.ink, t.bubble),
        (t.ink, t.hover),
        (t.ink, found_ground),
        (t.on_accent, t.accent),
        (warning, t.side),
        (t.accent, t.side),
    ]
    for letters, ground in pairs:
        assert contrast(letters, ground) >= 4.5, (letters, ground, contrast(letters, ground))


def test_the_bundled_letters_are_used(qtbot: QtBot, look: Theme) -> None:
    assert QFontInfo(theme.sans()).family() == theme.SANS
    assert QFontInfo(theme.mono()).family() == theme.MONO


def test_an_appearance_is_chosen(qtbot: QtBot, look: Theme) -> None:
    with qtbot.waitSignal(look.changed):
        look.choose("dark")
    assert look.tokens is DARK
    look.choose("light")
    assert look.tokens is LIGHT


@pytest.mark.parametrize("t", [CONTRAST_LIGHT, CONTRAST_DARK], ids=str)
def test_high_contrast_is_high(t: Tokens) -> None:
    for letters in (t.ink, t.second, t.accent, t.warning, t.error):
        assert contrast(letters, t.page) >= 7
    # Where grounds are alike, lines tell what belongs together, and what a bar fills is told from the bar.
    assert contrast(t.line, t.page) >= 4.5
    assert contrast(t.edge, t.page) >= 4.5
    assert contrast(t.accent, t.track) >= 4.5


def test_high_contrast_is_chosen(look: Theme) -> None:
    look.choose("contrast")
    assert look.tokens is CONTRAST_LIGHT
    look.choose("light")


def test_every_icon_is_drawn(qtbot: QtBot, look: Theme) -> None:
    for file in (theme.RESOURCES / "icons").glob("*.svg"):
        assert not look.icon(file.stem, "ink").pixmap(18, 18).isNull()


def test_a_window_that_is_gone_hears_of_no_other_appearance(qtbot: QtBot, look: Theme) -> None:
    for gone in (MainWindow(look, {}), SearchField(look, "Search", "Search")):
        shiboken6.delete(gone)
    # A slot that fails is an error of this test.
    look.choose("dark")
    look.zoom(1.2)
