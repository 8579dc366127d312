"""The window's language: every text that a person reads goes through `tr`, in English in the source.

A text with places for words or numbers is a template: tr("Deleted the chat “{title}”.").format(title=title). What is
made when a module is read, before a language is chosen, is marked with QT_TR_NOOP there, and goes through `tr` where it
is shown. Qt's own tools read both: `poe words` gathers the texts into resources/translations and compiles them.
"""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from personal_ai.paths import RESOURCES

#: The languages there are, each by its own name.
NAMES = {"en": "English", "zh_CN": "简体中文"}
#: Their names in English, for a computer that cannot write the others.
ENGLISH_NAMES = {"en": "English", "zh_CN": "Chinese (simplified)"}
FOLDER = RESOURCES / "translations"


def tr(text: str, about: str | None = None) -> str:
    """The text in the language of the window; `about` tells apart what is one text in English and two elsewhere."""
    return QCoreApplication.translate("", text, about)


def QT_TR_NOOP(text: str) -> str:
    """Mark a text to be translated later."""
    return text


def choose(application: QCoreApplication, choice: str) -> None:
    """Have all that is made from now on speak the language `choice`, a key of NAMES or "system"."""
    language = of_system() if choice == "system" else choice
    for before in application.findChildren(QTranslator):
        application.removeTranslator(before)
        before.deleteLater()
    application.setProperty("language", language)
    if language == "en":
        return
    # Ours comes last and is asked first; Qt's has the words of its own menus and dialogs.
    for name, folder in (
        (f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        (f"personal_ai_{language}", str(FOLDER)),
    ):
        translator = QTranslator(application)
        if translator.load(name, folder):
            application.installTranslator(translator)


def of_system() -> str:
    """The one of our languages that this computer speaks; English where it speaks none of them."""
    first = next(iter(QLocale.system().uiLanguages()), "")
    spoken = QLocale(first)
    simplified = spoken.script() == QLocale.Script.SimplifiedHanScript
    return "zh_CN" if spoken.language() == QLocale.Language.Chinese and simplified else "en"


def can_show(language: str) -> bool:
    """Whether this computer has letters for the name of this language; else boxes would stand there."""
    from PySide6.QtGui import QFontDatabase

    return not language.startswith("zh") or bool(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))


def in_use() -> str:
    """The key of the language that the window speaks."""
    application = QCoreApplication.instance()
    return str((application.property("language") if application else None) or "en")
