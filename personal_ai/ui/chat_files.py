"""Chats go out to a file and come in from one: what is asked, and what is said about it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from personal_ai.ui import amounts, background
from personal_ai.ui.language import QT_TR_NOOP, tr
from personal_ai.ui.sentences import said

if TYPE_CHECKING:
    from personal_ai.chat.importing import Importing
    from personal_ai.store.conversation_index import Listed
    from personal_ai.store.conversations import Conversations

MARKDOWN, JSON = QT_TR_NOOP("Markdown, to read (*.md)"), QT_TR_NOOP("JSON, to take along (*.json)")
HISTORIES = QT_TR_NOOP("Chat histories (*.json *.zip *.chat);;All files (*)")


def ask_what_to_import(parent: QWidget, then: Callable[[list[Path]], None]) -> None:
    """Let the person pick histories of other programs."""
    dialog = QFileDialog(parent, tr("Import chats"), str(Path.home()), tr(HISTORIES))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()


def ask_where_to_export(parent: QWidget, rows: "Sequence[Listed]", then: Callable[[Path], None]) -> None:
    """Let the person say where to, and in which form."""
    from personal_ai.chat.export import file_name

    name = file_name(rows[0]) if len(rows) == 1 else tr("Chats")
    markdown, json = tr(MARKDOWN), tr(JSON)
    forms = [markdown, json] if len(rows) == 1 else [json, markdown]
    dialog = QFileDialog(parent, tr("Export"), str(Path.home() / name), ";;".join(forms))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def follow_form(form: str) -> None:
        dialog.setDefaultSuffix("json" if form == json else "md")

    dialog.filterSelected.connect(follow_form)
    follow_form(forms[0])
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def export_chats(conversations: "Conversations", ids: Sequence[int], path: Path, say: Callable[..., None]) -> None:
    """Write these to a file, off the window's thread, and say so."""
    from personal_ai.chat.export import export

    def write() -> None:
        export([conversations.index.get(id) for id in ids], conversations.messages, path)

    wrote = tr("Wrote {chats} to “{name}”.").format(chats=amounts.count_words(len(ids), "chat"), name=path.name)
    background.call(write, lambda _done: say(wrote), lambda sentence: say(sentence, "error"))


def import_chats(
    importing: "Importing", paths: Sequence[Path], say: Callable[..., None], on_done: Callable[[], None]
) -> background.Job:
    """Take histories in, off the window's thread: say how far it is, with a way to stop, and what came of it."""
    last: Any = None

    def on_event(event: Any) -> None:
        nonlocal last
        last = event
        if hasattr(event, "name"):
            words = tr("Reading “{name}”: {chats} so far.").format(
                name=event.name, chats=amounts.count_words(event.conversations, "chat")
            )
            say(words, "info", tr("Stop"), job.cancel)

    def on_end(_result: Any) -> None:
        if job.cancelled:
            say(tr("Stopped. What was not read to its end was left out."))
        else:
            sentence, kind = words_of(last)
            say(sentence, kind)
        on_done()

    job = background.run(importing.add(paths), on_event, on_end, lambda sentence: say(sentence, "error"))
    return job


def words_of(imported: Any) -> tuple[str, str]:
    """What became of an import, in words, and the kind of banner it is."""
    parts = [tr("Imported {chats}").format(chats=amounts.count_words(imported.new, "chat"))] if imported.new else []
    if imported.longer:
        parts.append(tr("{n:,} went on").format(n=imported.longer))
    if imported.known:
        parts.append(tr("{n:,} were known already").format(n=imported.known))
    if imported.left_out:
        parts.append(tr("{n:,} are damaged and were left out").format(n=imported.left_out))
    sentence = tr("; ").join(parts)
    whole = [tr("{sentence}.").format(sentence=f"{sentence[:1].upper()}{sentence[1:]}")] if parts else []
    return " ".join(
        [*whole, *map(said, imported.skipped)]
    ), "warning" if imported.left_out or imported.skipped else "info"
