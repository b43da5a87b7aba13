"""What of a period's figures may be told, and an attacker who has read every table of a year.

The attacker knows what every product shows of every area of several periods: shares with both their
numbers, money by goods group, receipts by band. He adds and subtracts, and solves linear programmes
of his own; he is not told which cells our audit worried about.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from market.adoption.definitions import TICKET_BAND_IDS
from market.adoption.disclosure.areas import Cell
from market.adoption.disclosure.figures import (
    BANDS,
    MONEY,
    UNSEEN,
    Remembered,
    Takings,
    Told,
    tell,
)
from market.adoption.disclosure.hidden import Hidden
from market.adoption.disclosure.products import TableProduct, product_rules
from market.adoption.disclosure.publishing import OTHERS, merge_small_categories
from market.adoption.disclosure.rules import CellRule
from market.adoption.indicator import Measure, indicator
from market.adoption.report import ALL_MARKETS, AreaFigures

P_PERCENT = 15
RULES = product_rules(P_PERCENT)
LAST = date(2026, 10, 31)
AREA = {"@VUNG": ("DC", "LG"), "@XA": ("LG", "XA")}

GOODS = ("cá", "rau", "vải")

Known = dict[tuple[frozenset[int], frozenset[str], frozenset[str]], int]
"""What was told: money by months, markets and goods groups together."""
Sizes = dict[str, tuple[int, int]]
"""Vendors in the frame, and how many of them received money, by market."""


def share(id_: str, part: int, whole: int) -> Measure:
    return Measure(
        id=id_,
        value=part / whole if whole else None,
        numerator=part,
        denominator=whole,
        contributors=part,
        base=whole,
        window_first=date(2026, 10, 1),
        window_last=LAST,
    )


def figures(sizes: Sizes, takings: list[Takings], coverage: float = 1.0) -> list[AreaFigures]:
    """Return shares and money of each market, of the areas, of all together."""
    markets = {code: (code,) for code in sizes}
    areas = markets | {a: own for a, own in AREA.items() if set(own) <= set(sizes)}
    return [
        one_area(code, own, sizes, takings, coverage)
        for code, own in (areas | {ALL_MARKETS: tuple(sizes)}).items()
    ]


def one_area(
    code: str, own: tuple[str, ...], sizes: Sizes, takings: list[Takings], coverage: float
) -> AreaFigures:
    frame = sum(sizes[one][0] for one in own)
    active = sum(sizes[one][1] for one in own)
    inside = [one for one in takings if one.market_code in own]
    value, receipts = sum(t.value_vnd for t in inside), sum(sum(t.bands) for t in inside)
    measures = [
        share("S2", frame, frame),
        share("S3", frame, frame),
        share("S6", round(10 * coverage), 10),
        share("U1", active, frame),
        share("U5", active, frame),
        share("U7", receipts, 31 * max(active, 1)),
        share("U8", value, 31),
        *(
            share(id_, sum(t.bands[place] for t in inside), receipts)
            for place, id_ in enumerate(TICKET_BAND_IDS)
        ),
    ]
    return AreaFigures(
        code, tuple(indicator(one, coverage=coverage, is_provisional=False) for one in measures)
    )


def takings_of(sizes: Sizes, seed: int = 1) -> list[Takings]:
    """Return skewed takings: goods by chance, now and then a household of two stalls."""
    chance, found = Random(seed), []
    for code, (_, receiving) in sizes.items():
        for number in range(receiving):
            count = chance.randint(1, 9)
            band = min(4, int(chance.expovariate(1.1)))
            found.append(
                Takings(
                    market_code=code,
                    goods_group=chance.choices(GOODS, weights=(2, 6, 3))[0],
                    holding=f"{code}#{number - number % 9 % 2}",
                    value_vnd=int(chance.lognormvariate(12, 1.5)) * count,
                    bands=tuple(count if place == band else 0 for place in range(5)),
                )
            )
    return found


def told(sizes: Sizes, product: TableProduct = TableProduct.DISTRICT, **asked: object) -> Told:
    takings = takings_of(sizes)
    groups = {a: own for a, own in AREA.items() if set(own) <= set(sizes)}
    return tell(figures(sizes, takings), groups, takings, RULES, product, **asked)  # type: ignore[arg-type]


def hidden_of(found: Told, id_: str) -> dict[str, str]:
    return {a.market_code: a[id_].hidden.value for a in found.areas if a[id_].hidden}


BIG: Sizes = {"MA": (100, 60), "DC": (60, 30), "LG": (50, 25)}


def test_the_few_on_both_sides_of_a_share_hide_it() -> None:
    """Thirty have an account whose name matches; one of them has another whose name does not."""
    s5 = replace(share("S5", 30, 31), base=30, others=1)
    sizes = {"MA": BIG["MA"]}
    own = indicator(s5, coverage=1.0, is_provisional=False)
    areas = [
        replace(one, indicators=(*one.indicators, own)) for one in figures(sizes, takings_of(sizes))
    ]

    found = tell(areas, {}, takings_of(sizes), RULES, TableProduct.DISTRICT)

    assert hidden_of(found, "S5") == {"MA": "c", "*": "c"}


def test_several_accounts_of_few_vendors_are_not_told_as_few() -> None:
    s5 = replace(share("S5", 9, 40), contributors=3, base=34, others=31)
    told = Cell(indicator(s5, coverage=1.0, is_provisional=False), Hidden.PRIMARY)

    assert not told.numerator_is_few
    assert replace(told, indicator=replace(told.indicator, numerator=3)).numerator_is_few


def test_shares_of_large_markets_are_told() -> None:
    found = told(BIG)

    assert {id_: hidden_of(found, id_) for id_ in ("S2", "S3", "U1", "U5", "U8")} == {
        id_: {} for id_ in ("S2", "S3", "U1", "U5", "U8")
    }


def test_few_of_a_share_are_hidden_and_cannot_be_subtracted_from_the_total() -> None:
    hidden = hidden_of(told({"MA": (100, 60), "DC": (60, 30), "XB": (30, 3)}), "U1")

    assert hidden.pop("XB") == "c"
    assert set(hidden.values()) == {"s"}
    assert ALL_MARKETS not in hidden


def cash_points(sizes: Sizes, known: set[str]) -> Told:
    """Return what is told with S9: one point in each market whose points are known."""
    takings = takings_of(sizes)
    groups = {a: own for a, own in AREA.items() if set(own) <= set(sizes)}
    areas = []
    for area in figures(sizes, takings):
        own = groups.get(area.market_code, (area.market_code,))
        own = set(sizes) if area.market_code == ALL_MARKETS else set(own)
        whole = sum(sizes[one][0] for one in own & known)
        one = share("S9", 100 * len(own & known), whole)
        told_one = indicator(one, coverage=1.0, is_provisional=False)
        areas.append(AreaFigures(area.market_code, (*area.indicators, told_one)))
    return tell(areas, groups, takings, RULES, TableProduct.DISTRICT)


def test_cash_points_per_vendor_tell_no_number_of_vendors_that_is_hidden() -> None:
    # Three vendors at LG: their number is hidden, and with it one that would tell it from the total.
    sizes = {"MA": (100, 60), "DC": (60, 30), "XB": (90, 30), "LG": (3, 2)}

    everywhere = cash_points(sizes, set(sizes))
    with_few = cash_points(sizes, {"MA", "LG"})
    without_few = cash_points(sizes, {"MA", "XB"})

    assert everywhere.frames_hidden == {"LG": Hidden.PRIMARY, "DC": Hidden.SECONDARY}
    assert set(hidden_of(everywhere, "S9")) == set(everywhere.frames_hidden)
    # 103 vendors at the two of them: whoever knows the 100 at MA knows the 3.
    assert ALL_MARKETS in hidden_of(with_few, "S9")
    assert ALL_MARKETS not in hidden_of(without_few, "S9")


def test_all_but_few_say_as_much_as_few() -> None:
    assert hidden_of(told({"MA": (100, 60), "DC": (60, 57), "XB": (90, 30)}), "U1")["DC"] == "c"


def test_a_share_of_few_is_no_figure_and_hides_no_other() -> None:
    assert hidden_of(told({"MA": (100, 60), "DC": (60, 30), "XB": (12, 6)}), "U1") == {"XB": "c"}


def test_money_of_few_takes_another_market_with_it() -> None:
    hidden = hidden_of(told({"MA": (100, 60), "DC": (60, 30), "XB": (30, 3)}), "U8")

    assert hidden["XB"] == "c"
    assert "s" in hidden.values()


def test_money_that_is_hardly_seen_is_no_figure() -> None:
    takings = takings_of(BIG)

    found = tell(figures(BIG, takings, 0.4), {}, takings, RULES, TableProduct.DISTRICT)

    assert set(hidden_of(found, "U8").values()) == {"u"}
    assert hidden_of(found, "U1") == {}


def test_the_markets_own_management_sees_everything() -> None:
    found = told({"MA": (100, 60), "XB": (3, 1)}, TableProduct.MANAGER)

    assert not any(cell.hidden for area in found.areas for cell in area.cells)


def test_what_was_hidden_in_the_year_stays_hidden() -> None:
    small = told({"MA": (100, 60), "DC": (60, 30), "XB": (30, 3)})
    grown: Sizes = {"MA": (100, 60), "DC": (60, 30), "XB": (60, 33)}

    assert hidden_of(told(grown), "U8") == {}
    assert "XB" in hidden_of(told(grown, hidden_before=small.hidden), "U8")


def test_what_was_hidden_for_want_of_coverage_protects_nobody_and_is_not_remembered() -> None:
    sizes: Sizes = {"MA": (100, 60), "DC": (60, 30), "XB": (30, 3)}
    unseen = frozenset({(MONEY + UNSEEN, "MA", ALL_MARKETS)})
    alone, beside = told(sizes), told(sizes, hidden_before=unseen)

    assert "MA" not in hidden_of(alone, "U8")
    assert hidden_of(beside, "U8") == hidden_of(alone, "U8") | {"MA": "s"}
    assert beside.unseen == {"MA"}
    assert beside.hidden == alone.hidden


def test_what_was_unsafe_where_too_little_was_covered_hides_no_other_days() -> None:
    sizes: Sizes = {"MA": (100, 60), "DC": (60, 30), "XB": (30, 3)}
    takings = takings_of(sizes)
    month = tell(figures(sizes, takings, 0.4), {}, takings, RULES, TableProduct.DISTRICT)
    seen = tell(figures(sizes, takings), {}, takings, RULES, TableProduct.DISTRICT)

    assert (BANDS, "XB", ALL_MARKETS) in seen.hidden
    assert {cell[0] for cell in month.hidden if cell[0].startswith(BANDS)} == {BANDS + UNSEEN}
    assert (BANDS + UNSEEN, "XB", ALL_MARKETS) in month.hidden


def test_a_secret_that_was_also_covered_too_little_stays_a_secret() -> None:
    secret = (MONEY, "MA", ALL_MARKETS)
    found = told(BIG, hidden_before=frozenset({secret, (MONEY + UNSEEN, "MA", ALL_MARKETS)}))

    assert secret in found.hidden
    assert found.unseen == frozenset()


def test_a_small_goods_group_is_told_with_the_next_smallest() -> None:
    takings = [
        Takings(
            "MA",
            "rau" if number < 40 else "vải" if number < 50 else "gốm",
            f"#{number}",
            1_000_000,
            (1, 0, 0, 0, 0),
        )
        for number in range(52)
    ]
    sizes: Sizes = {"MA": (100, 52)}

    found = tell(figures(sizes, takings), {}, takings, RULES, TableProduct.DISTRICT)

    assert found.merged == {"rau": "rau", "vải": OTHERS, "gốm": OTHERS}
    assert set(found.goods.values()) == {Hidden.NO}


def test_a_group_merged_in_a_month_stays_hidden_under_its_own_name() -> None:
    # The quarter less its other months would tell the month in which it was told with others.
    def of(vai: int) -> list[Takings]:
        return [
            Takings("MA", "vải" if n < vai else "rau", f"#{n}", 1_000_000, (1, 0, 0, 0, 0))
            for n in range(60)
        ]

    sizes: Sizes = {"MA": (100, 60)}
    month = tell(figures(sizes, of(3)), {}, of(3), RULES, TableProduct.DISTRICT)
    alone = tell(figures(sizes, of(20)), {}, of(20), RULES, TableProduct.DISTRICT)
    quarter = tell(figures(sizes, of(20)), {}, of(20), RULES, TableProduct.DISTRICT, month.hidden)

    assert month.merged["vải"] == OTHERS
    assert alone.goods["MA", "vải"] is Hidden.NO
    assert quarter.goods["MA", "vải"] is Hidden.SECONDARY


SIZES: Sizes = {"MA": (90, 50), "DC": (40, 22), "LG": (30, 12), "XA": (20, 6), "XB": (9, 3)}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("product", [TableProduct.DISTRICT, TableProduct.PUBLIC])
def test_an_attacker_recovers_no_hidden_money(seed: int, product: TableProduct) -> None:
    months = [takings_of(SIZES, seed * 10 + month) for month in range(3)]
    before: frozenset[tuple[str, ...]] = frozenset()
    known: Known = {}
    for at, takings in enumerate([*months, [one for month in months for one in month]]):
        span = frozenset({at}) if at < 3 else frozenset(range(3))
        found = tell(figures(SIZES, takings), AREA, takings, RULES, product, before)
        before |= found.hidden
        _learn(known, span, found, takings, SIZES)

    _assert_nothing_unsafe_is_known(known, months, SIZES, RULES[product].cell)


EVERY = "MA DC LG XA XB @VUNG @XA *"
ORDERS = ("0 1 2 012 1", "0 1 01 2 012", "1 0 01 2 012 0", "2 1 12 0 012", "0 1 2 012 12")
"""Months, and quarters and years of them: each after its months, as editions are made."""


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("unseen", ["", EVERY, "XA", "XB *", "MA @VUNG", "DC LG XA XB @XA *"])
@pytest.mark.parametrize("order", ORDERS[:2])
def test_an_attacker_recovers_no_hidden_money_where_a_month_was_covered_too_little(
    seed: int, unseen: str, order: str
) -> None:
    months = [takings_of(SIZES, seed * 10 + month) for month in range(3)]
    # The first month is hardly seen, in all markets or some or none.
    known = publish_in(order, months, {0: unseen})

    assert unseen != EVERY or not any(span == {0} for span, *_ in known)
    assert any(span == {2} for span, *_ in known)
    _assert_nothing_unsafe_is_known(known, months, SIZES, RULES[TableProduct.DISTRICT].cell)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(0, 10_000), min_size=3, max_size=3),
    st.sampled_from(ORDERS),
    st.dictionaries(st.integers(0, 2), st.sampled_from(["XA", "XB *", "MA @VUNG", EVERY])),
)
def test_an_attacker_recovers_no_hidden_money_of_any_year(
    seeds: list[int], order: str, unseen: dict[int, str]
) -> None:
    months = [takings_of(SIZES, seed) for seed in seeds]

    known = publish_in(order, months, unseen)

    _assert_nothing_unsafe_is_known(known, months, SIZES, RULES[TableProduct.DISTRICT].cell)


def publish_in(order: str, months: list[list[Takings]], unseen: Mapping[int, str]) -> Known:
    """Publish months and sums of them one after the other; return what an attacker has then.

    Args:
        unseen: by month, the areas covered too little in it.
    """
    kept: list[tuple[frozenset[int], Remembered]] = []
    known: Known = {}
    for span in (frozenset(map(int, months_told)) for months_told in order.split()):
        takings = [one for month in sorted(span) for one in months[month]]
        before = {
            cell
            for other, cells in kept
            for cell in cells
            if span & other or not cell[0].endswith(UNSEEN)
        }
        hardly = unseen.get(min(span), "").split() if len(span) == 1 else []
        areas = [
            little if little.market_code in hardly else enough
            for little, enough in zip(
                *(figures(SIZES, takings, coverage) for coverage in (0.4, 1.0)), strict=True
            )
        ]
        found = tell(areas, AREA, takings, RULES, TableProduct.DISTRICT, frozenset(before))
        kept.append((span, found.hidden))
        _learn(known, span, found, takings, SIZES)
    return known


def test_the_attacker_is_no_straw_man() -> None:
    # Of everything but one cell he works out that cell.
    sizes: Sizes = {"MA": (90, 50), "DC": (40, 22)}
    months = [takings_of(sizes, month) for month in range(3)]
    known: Known = {}
    for at, takings in enumerate(months):
        found = tell(figures(sizes, takings), {}, takings, RULES, TableProduct.MANAGER)
        _learn(known, frozenset({at}), found, takings, sizes)
        for code in (*sizes, ALL_MARKETS):
            for name in GOODS:
                known[frozenset({at}), members(code, sizes), frozenset({name})] = sum(
                    one.value_vnd
                    for one in takings
                    if one.goods_group == name and one.market_code in members(code, sizes)
                )
    target = (frozenset({1}), frozenset({"DC"}), frozenset({"rau"}))
    value = known.pop(target)

    assert reach(known, sizes, 1, "DC", frozenset({"rau"})) == pytest.approx((value, value))


def _learn(
    known: Known, span: frozenset[int], found: Told, takings: list[Takings], sizes: Sizes
) -> None:
    """Add what is told of some months to what the attacker knows."""
    for area in found.areas:
        own = members(area.market_code, sizes)
        inside = [one for one in takings if one.market_code in own]
        if not area["U8"].hidden:
            known[span, own, frozenset(GOODS)] = sum(one.value_vnd for one in inside)
        for (code, name), why in found.goods.items():
            if code == area.market_code and not why:
                goods = frozenset(g for g, told_as in found.merged.items() if told_as == name)
                known[span, own, goods] = sum(
                    one.value_vnd for one in inside if one.goods_group in goods
                )


def _assert_nothing_unsafe_is_known(
    known: Known, months: list[list[Takings]], sizes: Sizes, rule: CellRule
) -> None:
    unsafe = unsafe_cells(months, sizes, rule)

    assert unsafe
    assert {goods == frozenset(GOODS) for _, _, goods in unsafe} == {True, False}
    for piece, (value, level) in unsafe.items():
        low, high = reach(known, sizes, *piece)
        slack = 1e-6 * value + 1e-3
        assert high - value >= level - slack, (piece, value, level, low, high)
        assert value - low >= min(level, value) - slack, (piece, value, level, low, high)


def members(code: str, sizes: Sizes) -> frozenset[str]:
    return frozenset(sizes if code == ALL_MARKETS else AREA.get(code, (code,)))


Piece = tuple[int, str, frozenset[str]]
"""A month, a market and the goods groups told together."""


def unsafe_cells(
    months: list[list[Takings]], sizes: Sizes, rule: CellRule
) -> dict[Piece, tuple[int, float]]:
    """Return by piece the money that must stay hidden, and how far off bounds must be."""
    found = {}
    for at, takings in enumerate(months):
        rows = [((t.market_code, t.goods_group), t.holding, t.value_vnd) for t in takings]
        merged = merge_small_categories(rows, 1, RULES[TableProduct.DISTRICT].cell.holdings_min)
        together: dict[str, set[str]] = defaultdict(set)
        for (old, _, _), (new, _, _) in zip(rows, merged, strict=True):
            together[new[1]].add(old[1])
        for code in sizes:
            for goods in (frozenset(GOODS), *map(frozenset, together.values())):
                sums: dict[str, int] = defaultdict(int)
                for one in takings:
                    if one.market_code == code and one.goods_group in goods:
                        sums[one.holding] += one.value_vnd
                if rule.is_unsafe(sums):
                    found[at, code, goods] = (
                        sum(sums.values()),
                        float(rule.protection_level(sums)),
                    )
    return found


def reach(
    known: Known, sizes: Sizes, month: int, market: str, goods: frozenset[str]
) -> tuple[float, float]:
    """Return the bounds of a piece that follow from everything that was told."""
    pieces = [(m, c, g) for m in range(3) for c in sizes for g in GOODS]
    scale = max(known.values()) / 1e6
    rows = np.array(
        [
            [float(m in span and c in own and g in told) for m, c, g in pieces]
            for span, own, told in known
        ]
    )
    values = np.array(list(known.values())) / scale
    wanted = np.array([float((m, c) == (month, market) and g in goods) for m, c, g in pieces])
    low = linprog(wanted, A_eq=rows, b_eq=values, method="highs")
    high = linprog(-wanted, A_eq=rows, b_eq=values, method="highs")
    assert low.status == 0
    # 3 is unbounded, 4 unbounded or numerically doubtful: no bound was found.
    top = float("inf") if high.status in {3, 4} else -high.fun * scale
    return low.fun * scale, top
