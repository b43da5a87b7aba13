"""Readers are told public sources: no text they see names a file that only this project has."""

import ast
import re
from pathlib import Path

import pytest
import typer

from market.adoption.dictionary import dictionary_rows
from market.app import create_app
from market.cli import app as command_line
from market.settings import Settings

ROOT = Path(__file__).parents[2]
PRODUCT = ("market", "merchants", "reconciliation", "qr")
OURS = re.compile(
    r"\b(?:architecture|contributing|design|domain|feeds|performance|qr|reconciliation|style)\.md\b",
    re.IGNORECASE,
)
TEMPLATE_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
MODULES = sorted(path for name in PRODUCT for path in (ROOT / name).rglob("*.py"))
TEMPLATES = sorted(path for name in PRODUCT for path in (ROOT / name).rglob("*.html"))


def docstrings(tree: ast.AST) -> set[int]:
    """Return the string statements of a module by identity: words for whoever reads the code."""
    return {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}


def literals(path: Path) -> list[str]:
    """Return every text a module may show."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_us = docstrings(tree)
    return [
        one.value
        for one in ast.walk(tree)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in for_us
    ]


def help_texts(group: typer.core.TyperGroup) -> list[str]:
    found = [group.help or ""]
    for one in group.commands.values():
        if isinstance(one, typer.core.TyperGroup):
            found += help_texts(one)
        else:
            found += [one.help or "", *(getattr(each, "help", None) or "" for each in one.params)]
    return found


def test_no_text_of_the_code_names_a_file_of_ours() -> None:
    assert len(MODULES) > 300

    assert [
        (path.name, text) for path in MODULES for text in literals(path) if OURS.search(text)
    ] == []


def test_no_page_names_a_file_of_ours() -> None:
    assert len(TEMPLATES) > 50

    shown = {path: TEMPLATE_COMMENT.sub("", path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert [path.name for path, text in shown.items() if OURS.search(text)] == []


def test_the_description_of_the_interface_names_no_file_of_ours() -> None:
    described = str(create_app(Settings(database_url="sqlite://")).openapi())

    assert OURS.findall(described) == []


def test_the_help_of_the_command_names_no_file_of_ours() -> None:
    group = typer.main.get_command(command_line)
    assert isinstance(group, typer.core.TyperGroup)
    texts = help_texts(group)
    assert len(texts) > 200

    assert [text for text in texts if OURS.search(text)] == []


@pytest.mark.parametrize("row", dictionary_rows(), ids=lambda row: row["id"])
def test_the_dictionary_names_no_file_at_all(row: dict[str, str]) -> None:
    assert re.findall(r"[\w-]+\.(?:md|toml|py|csv)\b", " ".join(row.values())) == []
