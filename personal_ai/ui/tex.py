"""TeX's formulas become a tree: what is written above, below and beside what."""

import re
from dataclasses import dataclass, field

from personal_ai.ui import tex_symbols as signs

#: Longer or deeper formulas are shown as they are written.
LONGEST, DEEPEST = 2_000, 24

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)
_COMMENT = re.compile(r"(?<!\\)%.*")


class Unreadable(ValueError):
    """This is no formula that can be drawn; it is shown as it is written."""


@dataclass
class Letters:
    """A sign or a few. `kind`: slanted, upright, relation, operator, large, opening or closing."""

    text: str
    kind: str = "upright"
    bold: bool = False
    limits: bool = False


@dataclass
class Room:
    """Room between two things, in parts of the letters' size."""

    width: float


@dataclass
class Row:
    """Things side by side."""

    items: list["Node"] = field(default_factory=list)


@dataclass
class Fraction:
    """One thing over another, with a line between them or without."""

    above: "Node"
    below: "Node"
    line: bool = True


@dataclass
class Root:
    """A root, with its degree."""

    body: "Node"
    degree: "Node | None" = None


@dataclass
class Script:
    """Something with a small thing above its end, below it, or both."""

    base: "Node"
    above: "Node | None" = None
    below: "Node | None" = None


@dataclass
class Accent:
    """A sign, a line or a brace over or under something."""

    body: "Node"
    sign: str
    under: bool = False


@dataclass
class Fence:
    """Something between delimiters as high as it is; "" is none."""

    left: str
    body: "Node"
    right: str


@dataclass
class Grid:
    """Rows of cells. `align` is how columns stand: "c" for all, or "rl" by turns."""

    rows: list[list["Node"]]
    align: str = "c"


Node = Letters | Room | Row | Fraction | Root | Script | Accent | Fence | Grid

_GRIDS = {
    "matrix": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "Bmatrix": ("{", "}"), "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"), "smallmatrix": ("", ""), "cases": ("{", ""), "array": ("", ""), "aligned": ("", ""),
    "align": ("", ""), "gathered": ("", ""), "gather": ("", ""), "equation": ("", ""), "split": ("", ""),
}  # fmt: skip
_RELATIONS, _OPERATORS = "=<>:≤≥≠≈→←∈", "+-−*/·×"


def read(source: str) -> Node:
    """Parse a formula. Raises Unreadable for one that is too long, too deep, or not whole."""
    if len(source) > LONGEST:
        raise Unreadable("too long")
    reader = _Reader(_TOKEN.findall(_COMMENT.sub("", source)))
    made = reader.row(())
    if reader.peek():
        raise Unreadable("something was closed that was not opened")
    return made


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens[::-1]
        self._depth = 0

    def peek(self) -> str:
        """What comes next, "" at the end. Blanks mean nothing but in words."""
        while self.rest and self.rest[-1].isspace():
            self.rest.pop()
        return self.rest[-1] if self.rest else ""

    def next(self) -> str:
        if not self.peek():
            raise Unreadable("it ends too early")
        return self.rest.pop()

    def words(self) -> Node:
        """Words in braces, with their blanks."""
        self._expect("{")
        depth, text = 1, ""
        while self.rest and depth:
            token = self.rest.pop()
            depth += {"{": 1, "}": -1}.get(token, 0)
            text += "" if token in ("{", "}") else token.lstrip("\\")
        return Letters(text)

    def row(self, ends: tuple[str, ...]) -> Row:
        """Read up to one of `ends`, which stays."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("too deep")
        made = Row()
        while self.peek() not in ("", "}", "&", "\\\\", "\\right", "\\end", *ends):
            self._add(made)
        self._depth -= 1
        return made

    def _add(self, made: Row) -> None:
        token = self.peek()
        if token in ("^", "_"):
            self.next()
            self._script(made, token, self.argument())
        elif token == "'":
            self.next()
            self._script(made, "^", Letters("′"))
        elif token in ("\\limits", "\\nolimits", "\\displaystyle", "\\textstyle", "\\nonumber", "\\notag"):
            self.next()
        elif token in ("\\over", "\\choose"):
            self.next()
            below = self.row(())
            parts = Fraction(Row(made.items), below, token == "\\over")
            made.items = [parts if token == "\\over" else Fence("(", parts, ")")]
        else:
            made.items.append(self.item())

    def _script(self, made: Row, token: str, small: Node) -> None:
        base = made.items.pop() if made.items else Row()
        if not isinstance(base, Script):
            base = Script(base)
        if token == "^":
            base.above = Row([base.above, small]) if base.above else small
        else:
            base.below = Row([base.below, small]) if base.below else small
        made.items.append(base)

    def argument(self) -> Node:
        """One thing: a group in braces, or what comes next."""
        return self.item()

    def item(self) -> Node:
        token = self.next()
        if token == "{":
            made = self.row(("}",))
            self._expect("}")
            return made
        if token.startswith("\\"):
            return self._command(token[1:])
        if token.isascii() and token.isalpha():
            return Letters(token, "slanted")
        if token in _RELATIONS:
            return Letters(token, "relation")
        if token in _OPERATORS:
            return Letters({"-": "−", "*": "∗"}.get(token, token), "operator" if token != "/" else "upright")
        if token == "~":
            return Room(0.25)
        return Letters(token)

    def _expect(self, token: str) -> None:
        if self.next() != token:
            raise Unreadable(f"no {token}")

    def _command(self, name: str) -> Node:
        if (found := _named(name)) is not None:
            return found
        match name.rstrip("*"):
            case "frac" | "dfrac" | "tfrac" | "cfrac":
                return Fraction(self.argument(), self.argument())
            case "binom" | "dbinom" | "tbinom":
                return Fence("(", Fraction(self.argument(), self.argument(), line=False), ")")
            case "sqrt":
                degree = self._option()
                return Root(self.argument(), degree)
            case "text" | "textrm" | "textit" | "texttt" | "mbox" | "textnormal":
                return self.words()
            case "mathrm" | "operatorname" | "mathit" | "mathsf" | "mathtt":
                return _upright(self.argument())
            case "mathbf" | "boldsymbol" | "textbf" | "bm":
                return _bold(self.argument())
            case "mathbb":
                return _mapped(self.argument(), signs.DOUBLE)
            case "mathcal" | "mathscr":
                return _mapped(self.argument(), signs.SCRIPT)
            case accent if accent in signs.ACCENTS:
                return Accent(self.argument(), signs.ACCENTS[accent])
            case "overline" | "underline":
                return Accent(self.argument(), "line", under=name == "underline")
            case "overbrace" | "underbrace":
                return Accent(self.argument(), "brace", under=name == "underbrace")
            case "overset" | "stackrel":
                above, base = self.argument(), self.argument()
                return _over(base, above, None)
            case "underset":
                below, base = self.argument(), self.argument()
                return _over(base, None, below)
            case "boxed" | "mathop" | "mathrel" | "mathbin" | "mathord" | "displaylines":
                return self.argument()
            case "left":
                return self._fence()
            case "big" | "Big" | "bigg" | "Bigg" | "bigl" | "bigr" | "Bigl" | "Bigr" | "biggl" | "biggr":
                return Letters(_delimiter(self.next()))
            case "begin":
                return self._grid(self._word())
            case "label" | "tag" | "hspace" | "vspace" | "phantom" | "color":
                self.argument()
                return Row()
            case "not":
                body = self.argument()
                return Letters(body.text + "\u0338", body.kind) if isinstance(body, Letters) else body
        raise Unreadable(f"no {name}")

    def _option(self) -> Node | None:
        if self.peek() != "[":
            return None
        self.next()
        made = self.row(("]",))
        self._expect("]")
        return made

    def _word(self) -> str:
        self._expect("{")
        word = ""
        while (token := self.next()) != "}":
            word += token
        return word.rstrip("*")

    def _fence(self) -> Node:
        left = _delimiter(self.next())
        body = self.row(("\\right",))
        self._expect("\\right")
        return Fence(left, body, _delimiter(self.next()))

    def _grid(self, name: str) -> Node:
        if name not in _GRIDS:
            raise Unreadable(f"no {name}")
        if name == "array":
            self._word()
        rows: list[list[Node]] = [[]]
        while True:
            rows[-1].append(self.row(()))
            token = self.next()
            if token == "\\\\":
                rows.append([])
            elif token == "\\end":
                break
            elif token != "&":
                raise Unreadable("a grid that is not whole")
        self._word()
        rows = [row for row in rows if any(not isinstance(cell, Row) or cell.items for cell in row)]
        align = "rl" if name in ("aligned", "align", "split") else "l" if name == "cases" else "c"
        left, right = _GRIDS[name]
        grid = Grid(rows, align)
        return Fence(left, grid, right) if left or right else grid


def _named(name: str) -> Node | None:
    """What a name stands for by itself."""
    if name in signs.LETTERS:
        return Letters(signs.LETTERS[name], "slanted")
    if name in signs.SIGNS:
        return Letters(signs.SIGNS[name])
    if name in signs.RELATIONS:
        return Letters(signs.RELATIONS[name], "relation")
    if name in signs.OPERATORS:
        return Letters(signs.OPERATORS[name], "operator")
    if name in signs.LARGE:
        return Letters(signs.LARGE[name], "large", limits=name not in signs.WITHOUT_LIMITS)
    if name in signs.FUNCTIONS:
        return Letters(name, "function", limits=name in signs.LIMITS)
    if name in signs.SPACES:
        return Room(signs.SPACES[name])
    if name in signs.DELIMITERS:
        return Letters(signs.DELIMITERS[name])
    return Letters(name) if len(name) == 1 and not name.isalnum() else None


def _delimiter(token: str) -> str:
    if token == ".":
        return ""
    return signs.DELIMITERS.get(token.lstrip("\\"), token.lstrip("\\"))


def _over(base: Node, above: Node | None, below: Node | None) -> Node:
    if isinstance(base, Letters):
        base.limits = True
        return Script(base, above, below)
    return Script(Fence("", base, ""), above, below)


def _letters(node: Node) -> list[Letters]:
    if isinstance(node, Letters):
        return [node]
    return [each for item in node.items for each in _letters(item)] if isinstance(node, Row) else []


def _upright(node: Node) -> Node:
    for each in _letters(node):
        each.kind = "upright" if each.kind == "slanted" else each.kind
    return node


def _bold(node: Node) -> Node:
    for each in _letters(_upright(node)):
        each.bold = True
    return node


def _mapped(node: Node, letters: dict[str, str]) -> Node:
    for each in _letters(_upright(node)):
        each.text = letters.get(each.text, each.text)
    return node
