"""From text to a tree of allowed nodes; what is not allowed is refused with its place in the text."""

from __future__ import annotations

import ast
import math
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from mlworkbench.errors import InvalidInput, listing

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 2000  # characters of a rule
DEEPEST = 100  # levels of nesting
LARGEST = 2**53  # whole numbers up to here are exact in a float64
POWER = 10  # largest exponent
FUNCTIONS: dict[str, tuple[int, int | None]] = {  # name: fewest and most arguments
    "missing": (1, 1), "min": (2, None), "max": (2, None), "abs": (1, 1), "log": (1, 1), "exp": (1, 1),
    "sqrt": (1, 1), "round": (1, 2), "lower": (1, 1), "contains": (2, 2),
}  # fmt: skip
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
_COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
_REFUSED: dict[type[ast.AST], str] = {
    ast.Attribute: "a dot after a name",
    ast.Subscript: "square brackets after a name",
    ast.Lambda: "lambda",
    ast.NamedExpr: "':='",
    ast.Starred: "'*' before a value",
    ast.Dict: "curly brackets",
    ast.Set: "curly brackets",
    ast.ListComp: "'for'",
    ast.SetComp: "'for'",
    ast.DictComp: "'for'",
    ast.GeneratorExp: "'for'",
    ast.Await: "await",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
}


@dataclass(frozen=True)
class Expression:
    """A rule that was understood: its text, and the columns it reads in the order of their first use."""

    text: str
    columns: tuple[str, ...]
    _tree: Tree = field(repr=False, compare=False)

    def evaluate(self, frame: pd.DataFrame) -> pd.Series:
        """What the rule says of each row.

        Returns
        -------
        Series
            On the frame's index: bool, float64 (NaN is missing) or text (object, None is missing).

        Raises
        ------
        InvalidInput
            field="expression": a column is not in the frame, or a column's values do not go with what the rule does
            with them (text compared with a number, say).
        """
        from mlworkbench.expressions.evaluating import evaluate

        return evaluate(self._tree, self.columns, frame)


@dataclass(frozen=True)
class Tree:
    """The checked tree with what its placeholders stand for, and where its nodes are in the text."""

    root: ast.expr
    names: dict[str, str]  # placeholder: the column it stands for
    texts: dict[str, str]  # placeholder: the text it stands for
    places: tuple[int, ...]  # of each byte of the parsed text, the character of the original

    def column(self, node: ast.Name) -> str:
        """The column that a name means."""
        return self.names[node.id]

    def place(self, node: ast.expr) -> int:
        """The character of the original where the node begins, from 1."""
        return self.places[min(node.col_offset, len(self.places) - 1)] + 1

    def wrong(self, node: ast.expr, message: str) -> NoReturn:
        """Refuse what stands at this node."""
        raise refusal(message, self.place(node))


def refusal(message: str, place: int | None = None) -> InvalidInput:
    """The error of this language; `place` counts characters from 1."""
    at = f"At character {place}: " if place is not None else ""
    return InvalidInput(f"{at}{message}", field="expression")


def parse(text: str, columns: Iterable[str] | None = None) -> Expression:
    """Understand a rule, or say what is not understood and where.

    Parameters
    ----------
    text : str
        The rule, up to 2,000 characters.
    columns : iterable of str, optional
        The columns there are; any name is taken as a column without them.

    Raises
    ------
    InvalidInput
        field="expression".
    """
    if not isinstance(text, str) or not text.strip():
        raise refusal('A rule is a text such as: tenure < 12 and plan == "basic". Got none.')
    if len(text) > LONGEST:
        raise refusal(f"A rule may have {LONGEST:,} characters. Got {len(text):,}. Shorten it.")
    tree = _Reader(text).tree()
    named = _names(tree)
    used = tuple(dict.fromkeys(tree.column(node) for node in named))
    if columns is not None:
        known = [str(name) for name in columns]
        unknown = [name for name in used if name not in set(known)]
        if unknown:
            first = next(node for node in named if tree.column(node) == unknown[0])
            raise refusal(
                f"there {'is no column' if len(unknown) == 1 else 'are no columns'} {listing(map(repr, unknown))}. "
                f"Columns: {listing(known)}. Text is written in quotes, a name with spaces or signs in backquotes.",
                tree.place(first),
            )
    return Expression(text, used, tree)


def _names(tree: Tree) -> list[ast.Name]:
    """The nodes that name columns, in reading order."""
    called = {id(node.func) for node in ast.walk(tree.root) if isinstance(node, ast.Call)}
    named = [node for node in ast.walk(tree.root) if isinstance(node, ast.Name) and id(node) not in called]
    return sorted((node for node in named if node.id not in tree.texts), key=lambda node: node.col_offset)


class _Reader:
    """Quoted names and texts become placeholders, so that Python's grammar sees plain names only."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.out: list[str] = []
        self.places: list[int] = []
        self.prefix = "_q"
        while self.prefix in text:
            self.prefix += "_"

    def tree(self) -> Tree:
        """The checked tree."""
        at = 0
        while at < len(self.text):
            at = self._take(at)
        source = "".join(self.out)
        places = tuple(
            place for sign, place in zip(source, self.places, strict=True) for _ in range(len(sign.encode("utf-8")))
        )
        try:
            with warnings.catch_warnings():  # "1if x else 2" is legal, and Python would grumble on stderr
                warnings.simplefilter("ignore")
                root = ast.parse(source, mode="eval").body
        except SyntaxError as error:
            at = (error.offset or 1) - 1
            place = self.places[min(max(at, 0), len(self.places) - 1)] + 1
            raise refusal(_syntax(error, source[at : at + 1]), place) from error
        except (RecursionError, MemoryError, ValueError) as error:
            raise refusal("this rule is nested too deeply, or holds signs that mean nothing here.") from error
        tree = Tree(root, self.names, self.texts, places)
        self._check(tree, source.encode("utf-8"))
        return tree

    def _take(self, at: int) -> int:
        sign = self.text[at]
        if sign == "`" or sign in "\"'":
            end, inside = self._quoted(at, sign)
            if sign == "`" and not inside:
                raise refusal("an empty name.", at + 1)
            word = f"{self.prefix}{len(self.names) + len(self.texts)}"
            (self.names if sign == "`" else self.texts)[word] = inside
            self._put(f" {word} ", at)
            return end
        if sign in "#\\" or (unicodedata.category(sign) in ("Cc", "Cf", "Cs") and not sign.isspace()):
            raise refusal(f"{sign!r} means nothing in a rule.", at + 1)
        self._put(" " if sign.isspace() else sign, at)
        return at + 1

    def _put(self, piece: str, place: int) -> None:
        if not self.out and piece.isspace():
            return  # Python would take the space before the first word for an indentation
        piece = piece if self.out else piece.lstrip()
        self.out.extend(piece)
        self.places.extend([place] * len(piece))

    def _quoted(self, start: int, quote: str) -> tuple[int, str]:
        """Where a quoted piece ends, and what is in it."""
        inside: list[str] = []
        at = start + 1
        while at < len(self.text):
            sign, following = self.text[at], self.text[at + 1 : at + 2]
            escaped = (sign == "`" == following) if quote == "`" else sign == "\\" and following in (quote, "\\")
            if escaped and following:
                inside.append(following)
                at += 2
            elif sign == quote:
                return at + 1, "".join(inside)
            else:
                inside.append(sign)
                at += 1
        raise refusal(f"this {quote} is never closed.", start + 1)

    def _check(self, tree: Tree, source: bytes) -> None:
        """Refuse every node that is not on the list, and give each bare name its column."""
        waiting: list[tuple[ast.expr, int]] = [(tree.root, 1)]
        while waiting:
            node, depth = waiting.pop()
            if depth > DEEPEST:
                tree.wrong(node, f"this rule is nested more than {DEEPEST} levels deep. Make it simpler.")
            waiting.extend((child, depth + 1) for child in _allowed(tree, node))
            if isinstance(node, ast.Name) and node.id not in self.names and node.id not in self.texts:
                # As it is written: Python would join letters that look alike (NFKC).
                self.names[node.id] = source[node.col_offset : node.end_col_offset].decode("utf-8")


def _allowed(tree: Tree, node: ast.expr) -> list[ast.expr]:
    """The parts of a node that may stand here."""
    match node:
        case ast.Name():
            return []
        case ast.Constant():
            return _constant(tree, node)
        case ast.BoolOp():
            return node.values
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.UAdd()):
            return [node.operand]
        case ast.BinOp():
            return _arithmetic(tree, node)
        case ast.Compare():
            return _comparison(tree, node)
        case ast.IfExp():
            return [node.test, node.body, node.orelse]
        case ast.Call():
            return _call(tree, node)
        case ast.Tuple() | ast.List():
            tree.wrong(node, "a list may stand only after 'in'.")
    what = _REFUSED.get(type(node), "what stands here")
    message = f"not part of the language: {what}. It has names, numbers, text, comparisons, arithmetic."
    raise refusal(message, tree.place(node))


def _constant(tree: Tree, node: ast.Constant) -> list[ast.expr]:
    value = node.value
    if value is None:
        tree.wrong(node, "None is not a value here. Ask missing(x) instead.")
    if not isinstance(value, bool | int | float):
        tree.wrong(node, "only numbers, text, True and False are values.")
    if isinstance(value, int) and abs(value) > LARGEST:
        tree.wrong(node, f"this number is too large to be exact. The largest is {LARGEST}.")
    if isinstance(value, float) and not math.isfinite(value):
        tree.wrong(node, "this number is too large.")
    return []


def _arithmetic(tree: Tree, node: ast.BinOp) -> list[ast.expr]:
    if isinstance(node.op, ast.BitAnd | ast.BitOr):
        tree.wrong(node, "conditions are joined with 'and' and 'or', not with '&' and '|'.")
    if not isinstance(node.op, _ARITHMETIC):
        tree.wrong(node, "this sign is not part of the language. Use + - * / // % **.")
    if isinstance(node.op, ast.Pow):
        power = literal(tree, node.right)
        if isinstance(power, bool | str | None) or abs(power) > POWER:
            tree.wrong(node.right, f"an exponent is a number from -{POWER} to {POWER}.")
    return [node.left, node.right]


def _comparison(tree: Tree, node: ast.Compare) -> list[ast.expr]:
    parts = [node.left]
    for op, right in zip(node.ops, node.comparators, strict=True):
        if not isinstance(op, _COMPARISONS):
            tree.wrong(node, "'is' is not part of the language. Use == or missing(x).")
        if not isinstance(op, ast.In | ast.NotIn):
            parts.append(right)
        elif not isinstance(right, ast.Tuple | ast.List) or not right.elts:
            tree.wrong(right, 'after \'in\' comes a list of values, such as ("a", "b").')
        elif len(node.ops) > 1:
            tree.wrong(node, "'in' cannot be chained with another comparison. Join two with 'and'.")
        else:
            for item in right.elts:
                if literal(tree, item) is None:
                    tree.wrong(item, "a list after 'in' holds texts and numbers only.")
    return parts


def _call(tree: Tree, node: ast.Call) -> list[ast.expr]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in FUNCTIONS:
        tree.wrong(node, f"there is no such function. Functions: {listing(FUNCTIONS)}.")
    if node.keywords or any(isinstance(one, ast.Starred) for one in node.args):
        tree.wrong(node, f"{name} takes plain values.")
    fewest, most = FUNCTIONS[name]
    if len(node.args) < fewest or (most is not None and len(node.args) > most):
        wanted = f"{fewest}" if most == fewest else f"{fewest} or more" if most is None else f"{fewest} or {most}"
        tree.wrong(node, f"{name} takes {wanted} value{'s' * (wanted != '1')}. Got {len(node.args)}.")
    if name == "contains" and not isinstance(literal(tree, node.args[1]), str):
        tree.wrong(node.args[1], 'contains(x, "text") looks for a text in quotes.')
    if name == "round" and len(node.args) == 2 and literal(tree, node.args[1]) not in range(11):
        tree.wrong(node.args[1], "round(x, digits) takes a whole number of digits from 0 to 10.")
    return node.args


def literal(tree: Tree, node: ast.expr) -> bool | int | float | str | None:
    """The value of a number, text, True or False, with its sign; None when the node is none of them."""
    if isinstance(node, ast.Name):
        return tree.texts.get(node.id)
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
        _constant(tree, node)
        return node.value
    signed = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd)
    if isinstance(node, ast.UnaryOp) and signed and isinstance(node.operand, ast.Constant):
        value = literal(tree, node.operand)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return -value if isinstance(node.op, ast.USub) else value
    return None


def _syntax(error: SyntaxError, sign: str) -> str:
    if "nested" in str(error.msg):
        return "this rule is nested too deeply. Make it simpler."
    hint = "Compare with ==, not with =." if sign == "=" else 'Write it like: tenure < 12 and plan == "basic".'
    return f"this is not understood. {hint}"
