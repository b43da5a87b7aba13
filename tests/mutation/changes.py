"""Small wrong changes of a module: one operator, comparison, truth or number each."""

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple

_CHANGED = (ast.Compare, ast.BinOp, ast.AugAssign, ast.UnaryOp, ast.Constant)
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


class Change(NamedTuple):
    """One change of a module."""

    line: int
    text: str
    """That line, without indentation."""
    statement: range
    """The lines of the statement it lies in; of a block only its head."""
    told: str
    """Before and after: ``a < b -> a <= b``."""
    source: str
    """The whole module with it."""


def places(source: str) -> list[int]:
    """Return the numbers of the nodes of a module that can be changed.

    What says something of the code instead of doing it is left alone: types, decorators, ``strict=``.
    """
    tree = ast.parse(source)
    left_out = {id(node) for part in _said_of_code(tree) for node in ast.walk(part)}
    return [
        number
        for number, node in enumerate(ast.walk(tree))
        if isinstance(node, _CHANGED)
        and id(node) not in left_out
        and _change(copy.deepcopy(node)) is not None
    ]


def _said_of_code(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        yield from getattr(node, "decorator_list", ())
        for name in ("annotation", "returns"):
            if isinstance(part := getattr(node, name, None), ast.AST):
                yield part
        if isinstance(node, ast.keyword) and node.arg == "strict":
            yield node.value


def mutate(source: str, number: int) -> Change:
    """Change the node of a number from ``places``."""
    tree = ast.parse(source)
    node = next(node for at, node in enumerate(ast.walk(tree)) if at == number)
    statement = _lines_around(tree, node)
    told = _change(node)
    assert told is not None
    line = getattr(node, "lineno", 0)
    text = source.splitlines()[line - 1].strip()
    return Change(line, text, statement, told, ast.unparse(tree))


def _lines_around(tree: ast.AST, changed: ast.AST) -> range:
    """Return the lines of the innermost statement around a node, a block's own lines left out."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and any(part is changed for part in ast.walk(node))
    ]
    statement = around[-1]
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
    return range(statement.lineno, max(last, statement.lineno) + 1)


def _change(node: ast.AST) -> str | None:
    """Change a node in place; return what was done, ``None`` if it is nothing to be changed."""
    before = ast.unparse(node) if isinstance(node, ast.expr | ast.stmt) else ""
    match node:
        case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
            node.ops = [_COMPARISONS[type(op)]()]
        case ast.BinOp(op=op) if type(op) in _OPERATORS:
            node.op = _OPERATORS[type(op)]()
        case ast.AugAssign(op=op) if type(op) in _OPERATORS:
            node.op = _OPERATORS[type(op)]()
        case ast.UnaryOp(op=ast.Invert() | ast.Not()):
            node.operand = ast.UnaryOp(node.op, node.operand)
        case ast.Constant(value=bool() as value):
            node.value = not value
        case ast.Constant(value=int() as value):
            node.value = value + 1
        case _:
            return None
    return f"{before} -> {ast.unparse(node)}"
