"""Money, shares and days as they are printed; every word of the pages has its English."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, nodes

import market
from market.adoption.definitions import CATALOGUE
from market.i18n import (
    NOTHING,
    Lang,
    clock,
    clock_on,
    day,
    instant,
    month,
    num,
    pct,
    shares_pct,
    translator,
    vnd,
    weekday,
    weekday_short,
)
from market.i18n.english import ENGLISH
from market.i18n.english.singular import ONE
from market.pages import errors, rendering, vendor
from market.pages.campaigns import comparison, programme_changes
from tests.market.refusals import literals

MARKET = Path(market.__file__).parent
PLACES = re.compile(r"\{\w+[^}]*\}")
"""Where a text takes a value."""


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0\u00a0₫"),
        (999, "999\u00a0₫"),
        (1_250_000, "1.250.000\u00a0₫"),
        (-432_750, "\u2212432.750\u00a0₫"),
        (2**62, "4.611.686.018.427.387.904\u00a0₫"),
    ],
)
def test_money_has_dots_a_no_break_space_and_a_true_minus(amount: int, text: str) -> None:
    assert vnd(amount) == text


def test_a_signed_difference_shows_its_plus() -> None:
    assert vnd(320_000, signed=True) == "+320.000\u00a0₫"
    assert vnd(0, signed=True) == "0\u00a0₫"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.454, "45,4%"), (0.4535, "45,4%"), (0.45349, "45,3%"), (1.0, "100,0%"), (0.0, "0,0%")],
)
def test_shares_have_a_comma_and_round_halves_up(share: float, text: str) -> None:
    assert pct(share) == text


def test_numbers_have_dots_after_thousands_and_a_decimal_comma() -> None:
    assert num(1_234_567.5, 1) == "1.234.567,5"
    assert num(-0.25, 1) == "\u22120,3"
    assert num(-0.04, 1) == "0,0"
    assert num(56_040) == "56.040"


def test_days_and_times_are_those_of_the_market() -> None:
    at = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)

    assert (clock(at), instant(at)) == ("00:30", "21/11/2026 00:30")
    assert clock_on(at, date(2026, 11, 21)) == "00:30"
    assert clock_on(at, date(2026, 11, 20)) == clock_on(at, date(2026, 11, 22)) == "21/11 00:30"
    assert day(date(2026, 3, 5)) == "05/03/2026"
    assert month(date(2026, 3, 1)) == "3/2026"
    assert (weekday(date(2026, 11, 21)), weekday_short(date(2026, 11, 22))) == ("Thứ Bảy", "CN")


def test_thirds_are_shared_out_by_largest_remainder() -> None:
    assert shares_pct([1, 1, 1], 0) == ["34%", "33%", "33%"]
    assert shares_pct([0, 0]) == [NOTHING, NOTHING]


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=8).filter(any))
def test_printed_shares_add_up_to_a_hundred(counts: list[int]) -> None:
    tenths = [int(text.removesuffix("%").replace(",", "")) for text in shares_pct(counts)]

    assert sum(tenths) == 1000
    assert all(
        abs(tenth - count * 1000 / sum(counts)) < 1
        for tenth, count in zip(tenths, counts, strict=True)
    )


def test_values_are_filled_into_either_language() -> None:
    assert translator(Lang.VI)("{n} lần khách trả", n=17) == "17 lần khách trả"
    assert translator(Lang.EN)("{n} lần khách trả", n=17) == "17 payments"


@pytest.mark.parametrize(("n", "told"), [(1, "1 month"), ("1", "1 month"), (11, "11 months")])
def test_one_is_told_in_the_singular(n: object, told: str) -> None:
    assert translator(Lang.EN)("{n} tháng", n=n) == told


def test_every_singular_is_of_a_known_text_and_asks_for_the_same_values() -> None:
    assert ENGLISH.keys() >= ONE.keys()
    for vietnamese, english in ONE.items():
        assert english != ENGLISH[vietnamese]
        assert sorted(PLACES.findall(vietnamese)) == sorted(PLACES.findall(english))


def texts_of_the_pages() -> set[str]:
    """Return every text the templates and the code hand to the translator, whatever its room."""
    found = {text for path in rendering.TEMPLATES.rglob("*.html") for text in _of_template(path)}
    found |= {text for path in MARKET.rglob("*.py") for text in _of_code(path)}
    told = [
        value
        for value in vars(errors).values()
        if isinstance(value, tuple) and all(isinstance(text, str) for text in value)
    ]
    found |= {text for pair in told for text in pair}
    found |= set(vendor.WORDS.values())
    found |= set(comparison.PHASES.values()) | set(programme_changes.LABELS.values())
    found |= {"Ngày chợ", "Mức độ dùng", "So sánh chợ", "Cách tính"}
    return found


def _of_template(path: Path) -> Iterator[str]:
    tree = Environment().parse(path.read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_":
            for argument in call.args[:1]:
                yield from _shown(argument)


def _shown(node: nodes.Node) -> Iterator[str]:
    """Yield the texts an argument may come to; of a condition both, of a look-up none."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.CondExpr):
        yield from _shown(node.expr1)
        if node.expr2 is not None:
            yield from _shown(node.expr2)


def _of_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) == "_" and node.args:
            yield from literals(node.args[0])


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def test_every_text_of_the_pages_has_its_english() -> None:
    texts = texts_of_the_pages()

    assert len(texts) > 150
    assert sorted(texts - ENGLISH.keys()) == []


def test_both_languages_ask_for_the_same_values() -> None:
    for vietnamese, english in ENGLISH.items():
        assert sorted(PLACES.findall(vietnamese)) == sorted(PLACES.findall(english))
        assert english


def test_every_indicator_is_defined_in_both_languages() -> None:
    for definition in CATALOGUE.values():
        assert all(
            (
                definition.name_vi,
                definition.name_en,
                definition.formula_vi,
                definition.formula_en,
                definition.note_vi,
                definition.note_en,
                definition.source_vi,
                definition.source_en,
            )
        )
