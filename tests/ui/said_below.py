"""What the rooms below the window say, read from their source: sentences, reasons, and what is being done."""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[2] / "personal_ai"

#: The window outside of its room.
WINDOW = ("app.py", "pages.py", "start.py")
#: They speak in a terminal, which is English: commands, what asks for a password there, what `evaluate` reads.
TERMINAL = frozenset(
    (
        *("bench", "cli", "cli_learning", "cli_privacy", "cli_watching", "command", "demo", "doctor", "opening"),
        *("telling", "terminal", "learning/questions", "learning/voice"),
    )
)
#: What they say is read or learned by a model.
TO_A_MODEL = frozenset(("chat/naming", "chat/prompt", "learning/english", "learning/phrases"))
#: Sentences that are no person's to read in the window.
UNSEEN = frozenset(
    (
        "That is not in your notes.",  # an answer that a model learns
        "{}",  # a sentence that comes from elsewhere
        "Locked",  # a piece of work that nobody sees
    )
)
#: Which arguments of a call are shown: errors, what is being done when the system refuses, parts of the data.
ARGUMENTS = {
    **dict.fromkeys(("UserError", "DiskFull", "DiskAway", "WrongPassword", "UnsoundError"), (0,)),
    **dict.fromkeys(("absurd", "damaged", "transaction", "_sentences", "_disk"), (0,)),
    **dict.fromkeys(("disk_error", "disk_sentence"), (1,)),
    **dict.fromkeys(("Belonging", "Afterwards"), range(9)),
    "Package": (1, 2),
}
#: Functions and constants, of which every text of several words is a piece of a sentence that is shown.
PIECES = {
    "adapters/shelf.py": ("_in_use",),
    "bundle.py": ("read",),
    "chat/importing.py": ("_add",),
    "documents/read_worker.py": ("read_documents",),
    "documents/readers/archive.py": ("_ZIP",),
    "documents/readers/decoding.py": ("_SIGNATURES", "kind", "_refuse_binary"),
    "documents/readers/exports.py": ("_KNOWN",),
    "erasing.py": ("words",),
    "learning/schedule.py": ("must_stop", "_person_comes_first", "_hindrance", "_on_battery", "_still_there", "_going"),
    "learning/trainer.py": ("why",),
    "models/shape.py": ("lacks",),
    "privacy.py": ("connections", "_step_words"),
    "store/withdrawing.py": ("DELETED", "WITHDRAWN"),
    "learning/tonight.py": ("TAUGHT_TITLE",),
}


def modules() -> dict[str, ast.Module]:
    """The modules below the window, by their paths."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if path.parent.name != "ui" and name not in WINDOW:
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def forms(node: ast.AST, *, spelled: bool = True) -> set[str]:
    """The texts that an expression may have, with {} in their places; none where it is no text.

    Where a place is filled by one of two texts, both are `spelled` out.
    """
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.JoinedStr(values=parts):
            return _joined([forms(part, spelled=spelled) for part in parts])
        case ast.FormattedValue(value=ast.IfExp() | ast.BoolOp() as value) if spelled:
            return forms(value) or {"{}"}
        case ast.FormattedValue():
            return {"{}"}
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            both = [forms(left, spelled=spelled), forms(right, spelled=spelled)]
            return _joined([each or {"{}"} for each in both]) if any(both) else set()
        case ast.IfExp(body=one, orelse=other):
            return _either([one, other], spelled)
        case ast.BoolOp(values=values):
            return _either(values, spelled)
    return set()


def _joined(parts: list[set[str]]) -> set[str]:
    return {"".join(chosen) for chosen in product(*parts)}


def _either(nodes: list[ast.expr], spelled: bool) -> set[str]:
    each = [forms(node, spelled=spelled) for node in nodes]
    return set().union(*(found or {"{}"} for found in each)) if any(each) else set()


def every_text() -> set[str]:
    """Every text of the rooms below, spelled out and not."""
    nodes = (node for tree in modules().values() for node in ast.walk(tree))
    return set().union(*(forms(node) | forms(node, spelled=False) for node in nodes))


def shown() -> dict[str, str]:
    """The texts that the window may show, by where they stand."""
    found = {}
    for name, tree in modules().items():
        if name.removesuffix(".py") not in TERMINAL | TO_A_MODEL:
            found |= {
                f"{name}:{line}: {text}": text
                for line, text in texts_of(tree, PIECES.get(name, ()))
                if text not in UNSEEN
            }
    return found


def texts_of(node: ast.AST, pieces: tuple[str, ...] = (), piece: bool = False) -> Iterator[tuple[int, str]]:
    """The texts in a node that the window may show, with their lines; `piece` is whether it is in one of `pieces`."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return  # a docstring
        case (
            ast.FunctionDef(name=name)
            | ast.Assign(targets=[ast.Name(id=name)])
            | ast.AnnAssign(target=ast.Name(id=name))
        ):
            piece = piece or name in pieces
        case ast.Call(func=ast.Attribute(value=ast.Name(id="logger"))):
            return
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args, keywords=named):
            each = [*args, *(word.value for word in named)]
            wanted = (each[at] for at in ARGUMENTS.get(name, ()) if at < len(each))
            yield from ((argument.lineno, text) for argument in wanted for text in forms(argument))
    texts = forms(node)
    yield from ((node.lineno, text) for text in texts if is_sentence(text) or (piece and " " in text.strip()))  # type: ignore[attr-defined]
    # What a sentence is joined of is no sentence.
    if not isinstance(node, ast.JoinedStr | ast.BinOp):
        for child in ast.iter_child_nodes(node):
            yield from texts_of(child, pieces, piece)


def is_sentence(text: str) -> bool:
    """Whether it reads like one: a capital, a name or a place at its beginning, words, a stop at its end."""
    begins = text[:1] in ("“", "{") or text[:1].isupper()
    return begins and text[-1:] in (".", "!", "…") and len(text.split()) > 2 and "\n" not in text
