"""An attacker who has read everything that was ever published, and cannot count on our own audit.

Months of a year are published one by one for the district and for the public: markets by goods,
their margins, an area that overlaps, the year to date. The attacker lines all of it up, knows who
sells what to whom in no case but knows every sum, subtracts, and solves linear programmes of his own.
"""

from collections import defaultdict
from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from market.adoption.disclosure.products import ProductRule, TableProduct, product_rules
from market.adoption.disclosure.year import PublishedYear, publish_month

P_PERCENT = 17
RULES = product_rules(P_PERCENT)
MARKETS = {"DC": 9, "LG": 14, "MA": 40}
AREA = ("DC", "LG")
GOODS = ("cá", "rau", "vải")
MONTHS = ("2026-01", "2026-02", "2026-03")
BREAKDOWNS = [frozenset({1, 2})]

Name = tuple[frozenset[str], frozenset[str], frozenset[str]]
"""A cell by what it holds: months, markets, goods."""
Record = tuple[tuple[str, str, str], str, int]


def a_year(seed: int) -> list[Record]:
    """Return skewed takings: in each market a few vendors, some with two stalls, some only at times."""
    chance = Random(seed)
    records: list[Record] = []
    for market, vendors in MARKETS.items():
        for number in range(vendors):
            goods = chance.choices(GOODS, weights=(1, 6, 2))[0]
            usual = int(chance.lognormvariate(13, 1.4))
            for month in MONTHS:
                if chance.random() < 0.75:
                    value = int(usual * chance.uniform(0.4, 1.6))
                    stalls = [value // 3, value - value // 3] if number % 7 == 0 else [value]
                    records += [
                        ((month, market, goods), f"{market}-{number}", each) for each in stalls
                    ]
    return records


def name_of(key: tuple[str, ...]) -> Name:
    """Return what a published cell holds, read from its labels alone."""
    month, market, goods = key
    return (
        frozenset(each for each in MONTHS if each <= month[2:])
        if month[:2] == ".."
        else frozenset({month}),
        frozenset(MARKETS)
        if market == "*"
        else frozenset(AREA)
        if market == "VÙNG"
        else frozenset({market}),
        frozenset(GOODS) if goods == "*" else frozenset({goods}),
    )


def everything_published(records: list[Record]) -> dict[Name, int]:
    """Publish month after month and return all that any reader but the managers ever saw."""
    known: dict[Name, int] = {}
    year = PublishedYear.nothing()
    for last in MONTHS:
        told = publish_month(
            [row for row in records if row[0][0] <= last],
            BREAKDOWNS,
            RULES,
            year,
            groups={(1, "VÙNG"): AREA},
        )
        for reader in (TableProduct.DISTRICT, TableProduct.PUBLIC):
            hidden = told.patterns[reader].hidden
            for key, cell in told.tables.cells.items():
                if key not in hidden:
                    assert known.setdefault(name_of(key), cell.value) == cell.value
        year = told.year
    return known


class Attacker:
    """Linear programmes over the smallest pieces: one month, market and goods group each."""

    def __init__(self, known: dict[Name, int], present: set[tuple[str, str, str]]) -> None:
        self.pieces = [piece for piece in product(MONTHS, MARKETS, GOODS) if piece in present]
        self.scale = max(known.values()) / 1e6
        self.rows = np.array([self.row(name) for name in known])
        self.values = np.array(list(known.values())) / self.scale

    def row(self, name: Name) -> list[float]:
        return [
            float(all(part in names for part, names in zip(piece, name, strict=True)))
            for piece in self.pieces
        ]

    def bounds(self, name: Name) -> tuple[float, float]:
        goal = np.array(self.row(name))
        ends = []
        for sign in (1, -1):
            found = linprog(sign * goal, A_eq=self.rows, b_eq=self.values, method="highs-ds")
            ends.append(float("inf") if found.status == 3 else sign * found.fun * self.scale)
            assert found.status in {0, 3}
        return ends[0], ends[1]

    def differences(self) -> set[int]:
        """Return the pieces that plain subtraction tells: one unknown in some sum."""
        sums = [
            ({place for place, weight in enumerate(row) if weight}, value)
            for row, value in zip(self.rows, self.values, strict=True)
        ]
        solved: dict[int, float] = {}
        growing = True
        while growing:
            growing = False
            for places, value in sums:
                left = places - solved.keys()
                if len(left) == 1:
                    solved[left.pop()] = value - sum(solved[p] for p in places if p in solved)
                    growing = True
        return set(solved)


def contributions(records: list[Record]) -> dict[tuple[str, str, str], dict[str, int]]:
    found: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for piece, holding, value in records:
        found[piece][holding] += value
    return found


def needed(by_holding: dict[str, int], rule: ProductRule) -> float | None:
    """Return how far bounds must stay from an unsafe value, written down anew; ``None`` = it is safe."""
    values = sorted((value for value in by_holding.values() if value), reverse=True)
    if not values:
        return None
    first, second = [*values, 0][:2]
    rest = sum(values) - first - second
    level = Fraction(P_PERCENT, 100) * first - rest
    if len(values) >= rule.cell.holdings_min and level <= 0:
        return None
    return float(max(level, 1))


def check_attack_fails(records: list[Record]) -> int:
    """Attack every piece that is unsafe for the district; return how many there were."""
    known, parts = everything_published(records), contributions(records)
    attacker = Attacker(known, set(parts))
    by_difference = attacker.differences()
    unsafe = 0
    for piece, by_holding in parts.items():
        distance = needed(by_holding, RULES[TableProduct.DISTRICT])
        if distance is None:
            continue
        unsafe += 1
        value = sum(by_holding.values())
        month, market, goods = piece
        name = (frozenset({month}), frozenset({market}), frozenset({goods}))
        slack = 1e-6 * value + 1e-3
        low, high = attacker.bounds(name)
        assert name not in known
        assert attacker.pieces.index(piece) not in by_difference
        assert high - value >= distance - slack
        assert value - low >= min(distance, value) - slack
    return unsafe


@pytest.mark.parametrize("seed", range(4))
def test_no_unsafe_cell_is_recovered_from_a_year_of_tables(seed: int) -> None:
    assert check_attack_fails(a_year(seed)) >= 5


@settings(max_examples=4)
@given(st.integers(100, 10_000))
def test_nor_from_any_other_year(seed: int) -> None:
    check_attack_fails(a_year(seed))


def test_the_attacker_is_no_straw_man() -> None:
    # With all cells of a year shown but one, he has it; and with its row hidden but the margins told.
    records = a_year(1)
    parts = {piece: sum(by.values()) for piece, by in contributions(records).items()}
    known: dict[Name, int] = {}
    for months, markets, goods in product(
        [frozenset({m}) for m in MONTHS],
        [frozenset({m}) for m in MARKETS] + [frozenset(MARKETS)],
        [frozenset({g}) for g in GOODS],
    ):
        held = [parts[p] for p in product(months, markets, goods) if p in parts]
        known[months, markets, goods] = sum(held)
    target = (frozenset({"2026-02"}), frozenset({"LG"}), frozenset({"rau"}))
    value = known.pop(target)
    attacker = Attacker(known, set(parts))

    assert attacker.bounds(target) == pytest.approx((value, value), rel=1e-6)
    assert attacker.pieces.index(("2026-02", "LG", "rau")) in attacker.differences()


def test_the_public_never_sees_what_the_district_does_not() -> None:
    told = publish_month(
        [row for row in a_year(2) if row[0][0] == MONTHS[0]],
        BREAKDOWNS,
        RULES,
        PublishedYear.nothing(),
    )

    district, public = (
        told.patterns[p].hidden for p in (TableProduct.DISTRICT, TableProduct.PUBLIC)
    )
    assert district.keys() <= public.keys()
    assert not told.patterns[TableProduct.MANAGER].hidden


def test_a_cell_hidden_in_january_is_hidden_all_year() -> None:
    records, year = a_year(3), PublishedYear.nothing()
    hidden: set[tuple[str, ...]] = set()
    for last in MONTHS:
        told = publish_month([row for row in records if row[0][0] <= last], BREAKDOWNS, RULES, year)
        year = told.year
        now = {key[1:] for key in told.patterns[TableProduct.DISTRICT].hidden if key[0] == last}
        assert {key for key in hidden if (last, *key) in told.tables.cells} <= now
        hidden |= now
    assert hidden
