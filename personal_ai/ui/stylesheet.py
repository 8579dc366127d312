"""The one stylesheet of the window, made of the colours and sizes of the theme."""

from personal_ai.ui.theme import BUBBLE_RADIUS, CARD_RADIUS, SMALL, TITLE, Tokens, mix


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
    edge = f"1px solid {t.line}" if t.edge == t.line else "none"
    return f"""
    #sidebar {{ background: {t.side}; border: none; border-right: 1px solid {t.edge}; }}
    QFrame[role="card"] {{ background: {t.side}; border: 1px solid {t.edge}; border-radius: {CARD_RADIUS}px; }}
    QFrame[role="chip"] {{ background: {t.side}; border: 1px solid {t.line}; border-radius: 14px; }}
    QFrame[role="sheet"] {{ background: {t.page}; border: 1px solid {t.line}; border-radius: {CARD_RADIUS}px; }}
    QFrame[role="rule"] {{ background: {t.line}; border: none; max-height: 1px; min-height: 1px; }}
    QFrame[role="divider"] {{ background: {t.line}; border: none; max-width: 1px; min-width: 1px; }}
    #bubble {{ background: {t.bubble}; border: {edge}; border-radius: {BUBBLE_RADIUS}px; min-height: 40px; }}
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
    edge, chosen = (t.line, t.accent) if t.edge == t.line else ("transparent", t.bubble)
    pressed, pale = mix(t.accent, t.ink, 0.14), mix(t.accent, t.raised, 0.45)
    return f"""
    QPushButton[kind="nav"] {{ background: transparent; border: 2px solid transparent; text-align: left;
        padding: 4px 10px;
        border-radius: 9px; min-height: 24px; }}
    QPushButton[kind="nav"]:hover {{ background: {t.hover}; }}
    QPushButton[kind="nav"]:checked {{ background: {t.raised}; border-color: {edge}; font-weight: 600; }}
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
    QPushButton[kind="chip"]:checked {{ background: {t.bubble}; border-color: {chosen}; color: {t.ink}; }}
    QPushButton[kind="chip"]:focus {{ border: 2px solid {t.accent}; padding: 1px 10px; }}
    QPushButton[kind="card"] {{ background: {t.side}; border: 1px solid {t.edge}; text-align: left;
        padding: 11px 15px; }}
    QPushButton[kind="card"]:hover {{ background: {t.hover}; border-color: {t.hover}; }}
    QPushButton[kind="card"]:focus {{ border: 2px solid {t.accent}; padding: 10px 14px; }}
    QPushButton[kind="step"] {{ background: transparent; border: 2px solid transparent; border-radius: 8px;
        color: {t.second}; padding: 0; min-width: 20px; min-height: 20px; }}
    QPushButton[kind="step"]:hover {{ background: {t.hover}; }}
    QPushButton[kind="step"]:disabled {{ color: {t.line}; }}
    QPushButton[kind="step"]:focus {{ border-color: {t.accent}; }}
    QPushButton[kind="source"] {{ background: {t.side}; border: 1px solid {t.edge}; text-align: left;
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
    #to-end {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 16px; padding: 6px; }}
    #to-end:hover {{ background: {t.hover}; }}
    #to-end:focus {{ border: 2px solid {t.accent}; padding: 5px; }}
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
    QProgressBar {{ background: {t.track}; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
    QSlider::groove:horizontal {{ height: 4px; background: {t.track}; border-radius: 2px; }}
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
