"""Gather the texts of the window into resources/translations and compile them: `poe words`.

    python3 packaging/translations.py

Qt's lupdate reads the texts out of the source; what is translated already stays, what is new waits for a translation
("unfinished"), what is gone goes. Qt Linguist, or any editor, opens the .ts files. The compiled .qm files lie beside
them and are kept too, so that a fresh clone speaks every language without a step of its own.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("zh_CN",)
#: The modules of the window outside of personal_ai/ui.
WINDOW = ("app", "pages", "start")


class Text(NamedTuple):
    """A text of the source: in which context, and what tells it apart from the same words elsewhere."""

    context: str
    source: str
    about: str = ""


def main() -> int:
    """Bring every language up to date and say what is left to translate."""
    wanted = texts()
    for language in LANGUAGES:
        file = ts_file(language)
        known = read(file) if file.exists() else {}
        write(file, language, {text: known.get(text, "") for text in wanted})
        compile_to(file, file.with_suffix(".qm"))
        missing = [text.source for text in wanted if not known.get(text)]
        print(f"{language}: {len(wanted)} texts, {len(missing)} to translate", *missing, sep="\n  ")
    return 0


def ts_file(language: str) -> Path:
    """Where the translations into a language lie."""
    return FOLDER / f"personal_ai_{language}.ts"


def texts() -> list[Text]:
    """Every text of the window in the order of the source, as Qt's lupdate finds them."""
    sources = [ROOT / "personal_ai" / f"{name}.py" for name in WINDOW]
    sources += sorted((ROOT / "personal_ai" / "ui").glob("*.py"))
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.ts"
        _run("lupdate", "-silent", "-locations", "none", *map(str, sources), "-ts", str(found))
        return list(read(found))


def read(file: Path) -> dict[Text, str]:
    """The texts of a .ts file with their translations, "" where there is none yet."""
    found: dict[Text, str] = {}
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            said = message.find("translation")
            done = said is not None and said.get("type") is None
            text = Text(
                context.findtext("name") or "", message.findtext("source") or "", message.findtext("comment") or ""
            )
            found[text] = (said.text or "") if said is not None and done else ""
    return found


def write(file: Path, language: str, translations: dict[Text, str]) -> None:
    """Write a .ts file: no places in the source, and none of lupdate's guesses, so that a change shows what changed."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>"]
    lines.append(f'<TS version="2.1" language="{language}" sourcelanguage="en">')
    for context in dict.fromkeys(text.context for text in translations):
        lines += ["<context>", f"    <name>{escape(context)}</name>"]
        for text, said in translations.items():
            if text.context == context:
                lines += _message(text, said)
        lines.append("</context>")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([*lines, "</TS>", ""]), encoding="utf-8", newline="\n")


def _message(text: Text, said: str) -> Iterable[str]:
    yield "    <message>"
    yield f"        <source>{escape(text.source)}</source>"
    if text.about:
        yield f"        <comment>{escape(text.about)}</comment>"
    yield f"        <translation>{escape(said)}</translation>" if said else '        <translation type="unfinished"/>'
    yield "    </message>"


def compile_to(file: Path, target: Path) -> None:
    """Compile a .ts file as the window reads it."""
    _run("lrelease", "-silent", str(file), "-qm", str(target))


def _run(tool: str, *arguments: str) -> None:
    """Run one of Qt's tools that come with PySide6."""
    command = shutil.which(f"pyside6-{tool}", path=str(Path(sys.executable).parent))
    if command is None:
        raise SystemExit(f"pyside6-{tool} is not beside this Python. Run it by `poe words`.")
    subprocess.run([command, *arguments], check=True, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
