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


def stylesheet(t: Tokens) -> str:
    """The one stylesheet of the window."""
    parts = (_ground, _labels, _boxes, _buttons, _kinds, _chosen, _icons, _fields, _lists, _bars, _scrolls)
    return "\n".join(part(t) for part in parts)


def _ground(t: Tokens) -> str:
    """What everything stands on, and what lies over it."""
    return f"""
    QMainWindow, QDialog, #page {{ background: {t.page}; }}
    QScrollArea, QScrollArea > QWidget > #column, QStackedWidget {{ background: transparent; border: none; }}
    #drop-hint {{ background: {t.bubble}; border: 2px dashed {t.accent}; border-radius: {BUBBLE_RADIUS}px;
        font-size: {TITLE}px;
        font-weight: 600; color: {t.ink}; }}
    QToolTip {{ background: {t.raised}; color: {t.ink}; border: 1px solid {t.line}; padding: 4px 8px;
        font-size: 13px; }}
    """


def _labels(t: Tokens) -> str:
    """Words, by their role."""
    return f"""
    QLabel {{ background: transparent; color: {t.ink}; }}
    QLabel[role="title"] {{ font-size: {TITLE}px; font-weight: 600; }}
    QLabel[role="heading"] {{ font-weight: 600; }}
    QLabel[role="second"] {{ color: {t.second}; font-size: {SMALL}px; }}
    QLabel[role="eyebrow"] {{ color: {t.second}; font-size: {SMALL}px; font-weight: 600; }}
    QLabel[role="error"] {{ color: {t.error}; font-size: {SMALL}px; }}
    QLabel[role="warning"] {{ color: {mix(t.warning, t.ink, 0.2)}; font-size: {SMALL}px; }}
    """


def _boxes(t: Tokens) -> str:
    """Boxes around what belongs together."""
    return f"""
    #sidebar {{ background: {t.side}; }}
    QFrame[role="card"] {{ background: {t.side}; border: none; border-radius: {CARD_RADIUS}px; }}
    QFrame[role="chip"] {{ background: {t.side}; border: 1px solid {t.line}; border-radius: 14px; }}
    QFrame[role="sheet"] {{ background: {t.page}; border: 1px solid {t.line}; border-radius: {CARD_RADIUS}px; }}
    QFrame[role="rule"] {{ background: {t.line}; border: none; max-height: 1px; min-height: 1px; }}
    QFrame[role="divider"] {{ background: {t.line}; border: none; max-width: 1px; min-width: 1px; }}
    #bubble {{ background: {t.bubble}; border-radius: {BUBBLE_RADIUS}px; min-height: 40px; }}
    #banner {{ background: {t.side}; border: 1px solid {t.line}; border-radius: {CARD_RADIUS}px; }}
    #composer-box, #better-box {{ background: {t.raised}; border: 1px solid {t.line};
        border-radius: {BUBBLE_RADIUS}px; }}
    #better-box {{ border-radius: {CARD_RADIUS}px; }}
    #composer-box[ring="true"], #better-box[ring="true"] {{ border: 2px solid {t.accent}; }}
    #composer {{ background: transparent; border: none; padding: 0;
        selection-background-color: {mix(t.bubble, t.accent, 0.25)}; }}
    """


def _buttons(t: Tokens) -> str:
    """Buttons, as they are without a kind."""
    return f"""
    QPushButton {{ border-radius: {CARD_RADIUS}px; padding: 7px 15px; border: 1px solid {t.line};
        background: {t.raised};
        color: {t.ink}; min-height: 20px; outline: none; }}
    QPushButton:hover {{ background: {t.hover}; }}
    QPushButton:pressed {{ background: {t.line}; }}
    QPushButton:disabled {{ color: {t.second}; background: {t.side}; }}
    QPushButton:focus {{ border: 2px solid {t.accent}; padding: 6px 14px; }}
    """


def _kinds(t: Tokens) -> str:
    """Buttons that do something, by their kind."""
    pressed = mix(t.accent, t.ink, 0.14)
    return f"""
    QPushButton[kind="primary"] {{ background: {t.accent}; color: {t.on_accent}; border: 1px solid {t.accent};
        font-weight: 600; }}
    QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed {{ background: {pressed};
        border-color: {pressed}; }}
    QPushButton[kind="primary"]:disabled {{ background: {t.line}; border-color: {t.line}; color: {t.second}; }}
    QPushButton[kind="primary"]:focus {{ border: 2px solid {t.ink}; }}
    QPushButton[kind="danger"] {{ color: {t.error}; }}
    QPushButton[kind="quiet"] {{ background: transparent; border: 1px solid transparent; color: {t.second};
        font-size: {SMALL}px;
        padding: 4px 9px; border-radius: 8px; }}
    QPushButton[kind="quiet"]:hover, QPushButton[kind="quiet"]:checked {{ background: {t.hover}; color: {t.ink}; }}
    QPushButton[kind="quiet"]:focus {{ border: 2px solid {t.accent}; padding: 3px 8px; }}
    QPushButton[kind="link"] {{ background: transparent; border: 2px solid transparent; border-radius: 4px;
        color: {t.accent}; font-size: {SMALL}px; padding: 0; min-height: 0; text-align: left; }}
    QPushButton[kind="link"]:hover {{ color: {t.ink}; }}
    QPushButton[kind="link"]:focus {{ border: 2px solid {t.accent}; padding: 0; }}
    """


def _chosen(t: Tokens) -> str:
    """Buttons that stand for what they open or choose, and the round one that sends."""
    pressed, pale = mix(t.accent, t.ink, 0.14), mix(t.accent, t.raised, 0.45)
    return f"""
    QPushButton[kind="nav"] {{ background: transparent; border: 2px solid transparent; text-align: left;
        padding: 4px 10px;
        border-radius: 9px; min-height: 24px; }}
    QPushButton[kind="nav"]:hover {{ background: {t.hover}; }}
    QPushButton[kind="nav"]:checked {{ background: {t.raised}; font-weight: 600; }}
    QPushButton[kind="nav"]:focus {{ border: 2px solid {t.accent}; padding: 4px 10px; }}
    QPushButton[kind="round"] {{ background: {t.accent}; border: 2px solid {t.accent}; border-radius: 17px;
        padding: 0;
        min-width: 30px; max-width: 30px; min-height: 30px; max-height: 30px; }}
    QPushButton[kind="round"]:hover {{ background: {pressed}; border-color: {pressed}; }}
    QPushButton[kind="round"]:disabled {{ background: {pale}; border-color: {pale}; }}
    QPushButton[kind="round"]:focus {{ border: 2px solid {t.ink}; padding: 0; }}
    QPushButton[kind="chip"] {{ background: transparent; border: 1px solid {t.line}; border-radius: 14px;
        color: {t.second};
        font-size: {SMALL}px; padding: 2px 11px; min-height: 22px; }}
    QPushButton[kind="chip"]:hover {{ background: {t.hover}; }}
    QPushButton[kind="chip"]:checked {{ background: {t.bubble}; border-color: {t.bubble}; color: {t.ink}; }}
    QPushButton[kind="chip"]:focus {{ border: 2px solid {t.accent}; padding: 1px 10px; }}
    QPushButton[kind="card"] {{ background: {t.side}; border: 1px solid {t.side}; text-align: left;
        padding: 11px 15px; }}
    QPushButton[kind="card"]:hover {{ background: {t.hover}; border-color: {t.hover}; }}
    QPushButton[kind="card"]:focus {{ border: 2px solid {t.accent}; padding: 10px 14px; }}
    QPushButton[kind="step"] {{ background: transparent; border: 2px solid transparent; border-radius: 8px;
        color: {t.second}; padding: 0; min-width: 20px; min-height: 20px; }}
    QPushButton[kind="step"]:hover {{ background: {t.hover}; }}
    QPushButton[kind="step"]:disabled {{ color: {t.line}; }}
    QPushButton[kind="step"]:focus {{ border-color: {t.accent}; }}
    QPushButton[kind="source"] {{ background: {t.side}; border: 1px solid {t.side}; text-align: left;
        padding: 4px 11px; font-size: {SMALL}px; }}
    QPushButton[kind="source"]:hover {{ background: {t.hover}; border-color: {t.hover}; }}
    QPushButton[kind="source"]:focus {{ border: 2px solid {t.accent}; padding: 3px 10px; }}
    """


def _icons(t: Tokens) -> str:
    """Buttons that are only an icon."""
    return f"""
    QToolButton {{ background: transparent; border: 2px solid transparent; border-radius: 8px; padding: 3px; }}
    QToolButton:hover, QToolButton:checked {{ background: {t.hover}; }}
    QToolButton:focus {{ border-color: {t.accent}; }}
    QToolButton::menu-indicator {{ image: none; }}
    """


def _fields(t: Tokens) -> str:
    """What is typed into, and what is read."""
    return f"""
    QLineEdit {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: {CARD_RADIUS}px;
        padding: 6px 11px;
        min-height: 20px; selection-background-color: {mix(t.bubble, t.accent, 0.25)}; selection-color: {t.ink};
        color: {t.ink}; }}
    QLineEdit:focus {{ border: 2px solid {t.accent}; padding: 5px 10px; }}
    #sidebar QLineEdit {{ font-size: {SMALL}px; padding: 4px 9px; min-height: 20px; border-radius: 9px; }}
    #sidebar QLineEdit:focus {{ padding: 3px 8px; }}
    QTextEdit, QPlainTextEdit, QTextBrowser {{ background: transparent; border: none; color: {t.ink};
        selection-background-color: {mix(t.bubble, t.accent, 0.25)}; selection-color: {t.ink}; }}
    """


def _lists(t: Tokens) -> str:
    """Lists and menus."""
    return f"""
    QListView {{ background: transparent; border: none; outline: none; }}
    QListView:focus {{ border: none; }}
    #commands::item, #licences::item {{ border-radius: 6px; padding-left: 8px; color: {t.ink}; }}
    #commands::item:selected, #licences::item:selected {{ background: {t.hover}; color: {t.ink}; }}
    QMenu {{ background: {t.raised}; border: 1px solid {t.line}; padding: 4px; }}
    QMenu::item {{ padding: 7px 24px 7px 12px; border-radius: 6px; color: {t.ink}; }}
    QMenu::item:selected {{ background: {t.hover}; }}
    QMenu::item:disabled {{ color: {t.second}; }}
    QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
    """


def _bars(t: Tokens) -> str:
    """Bars and sliders."""
    return f"""
    QProgressBar {{ background: {t.line}; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
    QSlider::groove:horizontal {{ height: 4px; background: {t.line}; border-radius: 2px; }}
    QSlider::sub-page:horizontal {{ background: {t.accent}; border-radius: 2px; }}
    QSlider::handle:horizontal {{ width: 16px; height: 16px; margin: -6px 0; border-radius: 8px;
        background: {t.accent}; }}
    QSlider::handle:horizontal:focus {{ border: 2px solid {t.ink}; width: 12px; height: 12px; }}
    """


def _scrolls(t: Tokens) -> str:
    """What scrolls, and what divides."""
    return f"""
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
    QScrollBar::handle {{ background: {t.line}; border-radius: 3px; margin: 3px; }}
    QScrollBar::handle:vertical {{ min-height: 32px; }}
    QScrollBar::handle:horizontal {{ min-width: 32px; }}
    QScrollBar::handle:hover {{ background: {mix(t.line, t.second, 0.5)}; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none;
        border: none;
        width: 0; height: 0; }}
    QAbstractScrollArea::corner {{ background: transparent; }}
    QSplitter::handle {{ background: {t.line}; }}
    """
