"""Every colour, size and letter of the window, light and dark, in one place."""

import re
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QStyle

from personal_ai.paths import RESOURCES
from personal_ai.ui import language

SANS, MONO = "Inter", "JetBrains Mono"
#: Where the window speaks Chinese, its letters as each system has them; the shapes of the mainland, not of Japan.
HAN = (
    "PingFang SC",
    "Microsoft YaHei UI",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
)
BODY, SMALL, TITLE = 15, 13, 20  # pixels
INSIDE, BETWEEN, AROUND, COLUMN = 8, 16, 24, 720
CARD_RADIUS, BUBBLE_RADIUS = 10, 20
SIDEBAR = 220
MOTION_MS = 150
#: How small and how large letters may be made, 1 as designed.
SMALLEST, LARGEST = 0.8, 1.6


@dataclass(frozen=True)
class Tokens:
    """The colours of one appearance."""

    dark: bool
    page: str
    side: str
    raised: str
    hover: str
    line: str
    #: The border of a card, which its ground alone tells from the page where nobody needs more.
    edge: str
    #: What a bar fills.
    track: str
    ink: str
    second: str
    accent: str
    on_accent: str
    bubble: str
    warning: str
    error: str


LIGHT = Tokens(
    dark=False,
    page="#FBFAF7",
    side="#F0EFEA",
    raised="#FFFFFF",
    hover="#E8E6DF",
    line="#E2E0D8",
    edge="#F0EFEA",
    track="#E2E0D8",
    ink="#1F1F1D",
    second="#6B6A64",
    accent="#3E6B5C",
    on_accent="#FFFFFF",
    bubble="#E3ECE7",
    warning="#9A6B1F",
    error="#A33B32",
)
DARK = Tokens(
    dark=True,
    page="#1B1B19",
    side="#242421",
    raised="#2C2C28",
    hover="#2F2F2B",
    line="#34342F",
    edge="#242421",
    track="#34342F",
    ink="#ECEAE3",
    second="#A09E95",
    accent="#7FB8A4",
    on_accent="#10211B",
    bubble="#2A3A34",
    warning="#D9A94E",
    error="#E07A70",
)


#: For who needs more: nothing is grey, lines are seen, and grounds differ by lines, not by shades.
CONTRAST_LIGHT = Tokens(
    dark=False,
    page="#FFFFFF",
    side="#FFFFFF",
    raised="#FFFFFF",
    hover="#E6E6E6",
    line="#595959",
    edge="#595959",
    track="#E6E6E6",
    ink="#000000",
    second="#262626",
    accent="#003D2B",
    on_accent="#FFFFFF",
    bubble="#E2F0EA",
    warning="#5C3A00",
    error="#7A0C04",
)
CONTRAST_DARK = Tokens(
    dark=True,
    page="#000000",
    side="#000000",
    raised="#000000",
    hover="#2B2B2B",
    line="#A6A6A6",
    edge="#A6A6A6",
    track="#2B2B2B",
    ink="#FFFFFF",
    second="#E0E0E0",
    accent="#9FF0CF",
    on_accent="#000000",
    bubble="#10291F",
    warning="#FFD27A",
    error="#FFB0A8",
)


def mix(one: str, other: str, share: float) -> str:
    """Blend `share` (0 to 1) of colour `other` into colour `one`."""
    a, b = QColor(one), QColor(other)
    pairs = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return "#{:02X}{:02X}{:02X}".format(*(round(x + (y - x) * share) for x, y in pairs))


class Theme(QObject):
    """The appearance in use. It follows the system live unless the person chose light or dark."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._choice = "system"
        self._applied = False
        self._icons: dict[tuple[str, str, int], QIcon] = {}
        self.tokens = LIGHT
        application.setStyle("Fusion")
        load_fonts()
        application.setFont(sans())
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    def choose(self, choice: str) -> None:
        """Be "light", "dark", of high "contrast" (light or dark as the system), or "system" from now on."""
        if choice == self._choice and self._applied:
            # Styling every widget anew takes long enough to be felt.
            return
        self._choice = choice
        scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        # Title bars and menus of the system follow this hint.
        self._application.styleHints().setColorScheme(scheme.get(choice, Qt.ColorScheme.Unknown))
        self._apply()

    def zoom(self, factor: float) -> None:
        """Make every letter `factor` times as large as designed."""
        factor = min(max(round(factor, 1), SMALLEST), LARGEST)
        if factor != self.zoom_factor:
            self._application.setProperty("zoom", factor)
            self._application.setFont(sans())
            if self._applied:
                self._apply()

    @property
    def zoom_factor(self) -> float:
        """How large letters are, 1 as designed."""
        return zoomed(100) / 100

    def _on_system_changed(self) -> None:
        if self._choice in ("system", "contrast"):
            self._apply()

    def _apply(self) -> None:
        self._applied = True
        system_dark = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        dark = self._choice == "dark" or (self._choice != "light" and system_dark)
        if self._choice == "contrast" or (self._choice == "system" and wants_contrast(self._application)):
            self.tokens = CONTRAST_DARK if dark else CONTRAST_LIGHT
        else:
            self.tokens = DARK if dark else LIGHT
        self._application.setPalette(palette(self.tokens))
        from personal_ai.ui.stylesheet import stylesheet  # made of what stands here

        # Only letters grow: rings, lines and the space around words stay as they are.
        letters = re.sub(r"font-size: (\d+)px", lambda m: f"font-size: {zoomed(int(m[1]))}px", stylesheet(self.tokens))
        self._application.setStyleSheet(letters)
        self.changed.emit()

    @property
    def motion_ms(self) -> int:
        """How long a movement takes, in milliseconds; 0 where the system asks for none."""
        style = self._application.style()
        return MOTION_MS if style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) else 0

    def color(self, role: str) -> QColor:
        """The colour of a token, by its name."""
        return QColor(getattr(self.tokens, role))

    def icon(self, name: str, role: str = "second", size: int = 18) -> QIcon:
        """The icon `name`, drawn in the colour of the token `role`."""
        key = (name, getattr(self.tokens, role), size)
        if key not in self._icons:
            self._icons[key] = _draw_icon(*key)
        return self._icons[key]


def wants_contrast(application: QApplication) -> bool:
    """Whether the system asks for high contrast; older versions of Qt do not tell."""
    hints = getattr(application.styleHints(), "accessibility", None)
    preference = hints().contrastPreference() if hints else None
    return preference is not None and preference.name == "HighContrast"


def _draw_icon(name: str, color: str, size: int) -> QIcon:
    from PySide6.QtSvg import QSvgRenderer  # loaded with the first icon, not with the theme

    source = (RESOURCES / "icons" / f"{name}.svg").read_bytes().replace(b"currentColor", color.encode())
    renderer, icon = QSvgRenderer(QByteArray(source)), QIcon()
    for scale in (1, 2):
        pixmap = QPixmap(QSize(size * scale, size * scale))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size * scale, size * scale))
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        icon.addPixmap(pixmap)
    return icon


def application_icon() -> QIcon:
    """The program's own icon."""
    return QIcon(str(RESOURCES / "icons" / "app.svg"))


def load_fonts(folder: Path = RESOURCES / "fonts") -> None:
    """Register the bundled letters. Where they are missing the system's take their place."""
    for file in sorted([*folder.glob("*.otf"), *folder.glob("*.ttf")]):
        QFontDatabase.addApplicationFont(str(file))


def zoomed(pixels: float) -> int:
    """A length that grows with the letters, in pixels."""
    application = QApplication.instance()
    return round(pixels * float((application.property("zoom") if application else None) or 1.0))


def sans(pixels: int = BODY, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The text face."""
    font = QFont([SANS, *_han(), "Noto Sans", "DejaVu Sans"])
    font.setPixelSize(zoomed(pixels))
    font.setWeight(weight)
    return font


def _han() -> tuple[str, ...]:
    return HAN if language.in_use().startswith("zh") else ()


def bold(pixels: int = BODY) -> QFont:
    """The text face at its one heavier weight."""
    return sans(pixels, QFont.Weight.DemiBold)


def mono(pixels: int = 14) -> QFont:
    """The face of code and paths."""
    font = QFont([MONO, "Noto Sans Mono", "DejaVu Sans Mono", *_han()])
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(zoomed(pixels))
    return font


def palette(t: Tokens) -> QPalette:
    """The colours of everything the stylesheet does not name."""
    p = QPalette()
    role = QPalette.ColorRole
    for where, color in (
        (role.Window, t.page),
        (role.WindowText, t.ink),
        (role.Base, t.raised),
        (role.AlternateBase, t.side),
        (role.Text, t.ink),
        (role.PlaceholderText, t.second),
        (role.Button, t.side),
        (role.ButtonText, t.ink),
        (role.BrightText, t.error),
        (role.Highlight, mix(t.bubble, t.accent, 0.25)),
        (role.HighlightedText, t.ink),
        (role.Link, t.accent),
        (role.LinkVisited, t.accent),
        (role.ToolTipBase, t.raised),
        (role.ToolTipText, t.ink),
        (role.Light, t.raised),
        (role.Midlight, t.side),
        (role.Mid, t.line),
        (role.Dark, t.line),
        (role.Shadow, t.line),
        (role.Accent, t.accent),
    ):
        p.setColor(where, QColor(color))
    for where in (role.WindowText, role.Text, role.ButtonText):
        p.setColor(QPalette.ColorGroup.Disabled, where, QColor(t.second))
    return p
