"""The closed lists of the engine are documented, each word of them, in ``engine/README.md``."""

import ast
from enum import StrEnum
from pathlib import Path

import pytest

from reconciliation.engine import outcomes, sentences
from reconciliation.engine.outcomes import Leg, Outcome, Reason, Rule

PAGE = Path(outcomes.__file__).with_name("README.md")
HEAD = """# What the engine says

The closed lists of `reconciliation/engine/outcomes.py`; `pytest tests/reconciliation/engine/test_reasons_page.py
--update-golden` writes this page anew. A rule is named with its version: when a rule changes, its version does,
and with it the address of the rule set (`Profiles.rules_sha256`).
"""


def meanings(enum: type[StrEnum]) -> dict[str, str]:
    """The docstring under each member, as one line."""
    tree = ast.parse(Path(outcomes.__file__).read_text("utf-8"))
    body = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == enum.__name__)
    found: dict[str, str] = {}
    name = ""
    for node in body.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and name:
            found[enum[name].value] = " ".join(str(node.value.value).split())
    return found


def page() -> str:
    """The page as it should be."""
    legs, reasons = meanings(Leg), meanings(Reason)
    lines = [HEAD, "## Legs", "", "| Leg | Books |", "|---|---|"]
    lines += [f"| {leg} | {legs[leg]} |" for leg in Leg]
    lines += ["", "## Outcomes", "", "| Outcome | Sentence | Câu |", "|---|---|---|"]
    lines += [f"| `{one}` | {sentences._EN[one]} | {sentences._VI[one]} |" for one in Outcome]
    lines += ["", "## Reasons", "", "| Reason | Meaning | Lý do |", "|---|---|---|"]
    lines += [
        f"| `{one}` | {reasons[one]} | {sentences._REASON_VI[one]} |"
        for one in Reason
        if one is not Reason.NONE
    ]
    lines += ["", "## Rules", "", "| Rule | Said of a match |", "|---|---|"]
    for rule in Rule:
        words = sentences._RULE_EN.get(rule.partition("@")[0], "").removeprefix(", ")
        lines.append(f"| `{rule}` | {words} |")
    return "\n".join(lines) + "\n"


def test_the_page_names_every_outcome_reason_and_rule(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page(), "utf-8")

    assert PAGE.read_text("utf-8") == page()


def test_every_reason_says_what_it_means() -> None:
    assert set(meanings(Reason)) == set(Reason) - {Reason.NONE}
