"""Read from the code what people are told when something is refused, and where."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import market
import merchants

VIETNAMESE = re.compile(
    "[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE
)
MERCHANTS, MARKET = Path(merchants.__file__).parent, Path(market.__file__).parent
READ = (
    MERCHANTS,
    MARKET / "pages",
    MARKET / "api",
    MARKET / "security",
)
UNREAD = ()
# The last argument of each tells people why.
_TELLING_METHODS = frozenset({"say", "refuse", "_refuse", "_refused"})
# Two arguments of each: why, and what to do.
_TELLING_BOTH = frozenset({"remedied", "remedied_whole", "of_column", "_refuse", "RowRefused"})
_TELLING_CLASSES = frozenset(
    {
        "AuditRefused",
        "Unreadable",
        "_Unreadable",
        "CodeNotRecorded",
        "HoldingRefused",
        "MergeRefused",
        "PasswordRefused",
        "PinRefused",
        "UserRefused",
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """A text people are told, or the place of one that cannot be looked up."""

    where: str
    text: str
    is_looked_up: bool = True


def told_by_refusals() -> list[Told]:
    """Return what refusals tell, from the code of the register, the pages, the API and the doors."""
    return [
        told
        for room in READ
        for path in sorted(room.rglob("*.py"))
        if path not in UNREAD
        for told in _of_file(path)
    ]


def literals(node: ast.expr) -> Iterator[str]:
    """Yield the texts an expression may come to; of a condition both."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def _of_file(path: Path) -> Iterator[Told]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        statement.targets[0].id: statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        for given in _arguments(node):
            argument = named.get(given.id, given) if isinstance(given, ast.Name) else given
            where = f"{path.name}:{argument.lineno}"
            for text in literals(argument):
                if VIETNAMESE.search(text):
                    yield Told(where, text)
            # What is put together before it is told can be looked up in no catalogue.
            if isinstance(argument, ast.JoinedStr | ast.BinOp) and _is_vietnamese(argument):
                yield Told(where, ast.unparse(argument), is_looked_up=False)


def _arguments(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Return) and node.value is not None:
        yield node.value
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        named = target.value if isinstance(target, ast.Subscript) else target
        if getattr(named, "id", "") in {"fault", "faults"}:
            yield node.value
    if isinstance(node, ast.Dict):  # by exception the field and the sentence
        for value in node.values:
            if isinstance(value, ast.Tuple) and len(value.elts) == 2:
                yield from value.elts
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
    if name == "Sentence" and node.args:
        yield node.args[0]
    elif name in _TELLING_BOTH or name == "CellRefused":
        yield from node.args
    elif name in _TELLING_METHODS or name in _TELLING_CLASSES:
        yield from node.args[-1:]
    elif name == "EntryRefused" and node.args and isinstance(node.args[0], ast.Dict):
        yield from node.args[0].values
    yield from (one.value for one in node.keywords if one.arg == "needed")


def _is_vietnamese(node: ast.expr) -> bool:
    return any(
        isinstance(one, ast.Constant)
        and isinstance(one.value, str)
        and bool(VIETNAMESE.search(one.value))
        for one in ast.walk(node)
    )
