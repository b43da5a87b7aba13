"""Use per market, added up for areas: against a slow twin, and properties of the sums."""

from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from market.adoption.fact_columns import CLOSURE_COLUMNS, empty
from market.adoption.indicator import Measure
from market.adoption.reach import last_days
from market.adoption.receipt_facts import by_vendor_day
from market.adoption.use import UseFrames, UseParts, median_vnd, use_parts
from tests.market.adoption.slowly import use_slowly
from tests.market.adoption.worlds import World, worlds

SATURDAYS = [date(2026, 10, day) for day in (3, 10, 17, 24, 31)]


def parts_of(world: World) -> UseParts:
    frames = world.frames.checked()
    vendor_days, tickets = by_vendor_day(frames.receipts)
    return use_parts(
        UseFrames(
            vendors=frames.vendors,
            days=frames.days,
            trading=frames.trading,
            vendor_days=vendor_days,
            tickets=tickets,
            first_receipts=frames.first_receipts,
        ),
        world.window,
        last_days(frames.days, world.window, empty(CLOSURE_COLUMNS)),
    )


def told(world: World, market_ids: set[int]) -> dict[str, Measure]:
    return measures_of(parts_of(world), market_ids)


def measures_of(parts: UseParts, market_ids: set[int]) -> dict[str, Measure]:
    return {one.id: one for one in parts.measures(market_ids)}


def saturday_market() -> World:
    """Four equipped vendors of a Saturday market; five openings in October 2026."""
    receipts = [
        *[(1, 1, day, 30_000) for day in SATURDAYS],
        *[(2, 1, day, 30_000) for day in SATURDAYS[:3]],
        *[(3, 1, day, 30_000) for day in SATURDAYS[:2]],
        (4, 1, date(2026, 8, 1), 30_000),
    ]
    return World(
        markets=[(1, "LG", 4, 4)],
        vendors=[(vendor, 1, True, True, True, False) for vendor in (1, 2, 3, 4)],
        days=[(1, day, True, True, True) for day in SATURDAYS],
        trading=[
            (1, 1, date(2026, 8, 1), None),
            (2, 1, date(2026, 8, 1), None),
            (3, 1, date(2026, 8, 1), None),
            (4, 1, date(2026, 8, 1), None),
        ],
        receipts=receipts,
        first_receipts=[(vendor, 1, date(2026, 8, 1)) for vendor in (1, 2, 3, 4)],
    )


def test_regular_is_a_receipt_on_half_of_ones_own_market_days() -> None:
    # Own days: 5 each. Days with a receipt: 5, 3, 2, 0. At least half of 5 is 3 or more: 2 of 4.
    regular = told(saturday_market(), {1})["U4"]

    assert (regular.numerator, regular.denominator, regular.value) == (2, 4, 0.5)


def test_days_before_a_vendor_came_are_not_her_own() -> None:
    world = saturday_market()
    # Vendor 3 came on 10/10: 4 own days, a receipt on 1 of them (10/10): 1/4 is too little. From
    # 24/10 on, own days are 24/10 and 31/10; with one receipt on 31/10 it is 1/2: regular.
    world.trading[2] = (3, 1, date(2026, 10, 24), None)
    world.receipts.append((3, 1, date(2026, 10, 31), 30_000))

    assert told(world, {1})["U4"].numerator == 3


def test_a90_reaches_back_ninety_days_and_dormant_are_the_others() -> None:
    # The 90 days to 31/10 begin on 03/08: vendor 4's receipt of 01/08 is older.
    measures = told(saturday_market(), {1})

    assert measures["U2"].window_first == date(2026, 8, 3)
    assert (measures["U2"].numerator, measures["U2"].denominator) == (3, 4)
    assert (measures["U6"].numerator, measures["U6"].denominator) == (1, 4)


def test_of_an_even_number_of_receipts_the_median_is_between_the_middle_two() -> None:
    assert median_vnd({10_000: 1, 20_000: 2, 30_001: 1}) == 20_000
    assert median_vnd({10_000: 2, 20_001: 2}) == 15_001  # 15.000,5 rounds up
    assert median_vnd({}) is None


@given(st.lists(st.integers(0, 5), min_size=1))
def test_the_median_of_counts_is_the_median_of_the_list(amounts: list[int]) -> None:
    ordered = sorted(amounts)
    doubled = ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]

    counts = {amount: amounts.count(amount) for amount in set(amounts)}

    assert median_vnd(counts) == (doubled + 1) // 2


@settings(max_examples=50)
@given(worlds())
def test_fast_and_slow_agree_on_all_measures_of_use(world: World) -> None:
    parts = parts_of(world)

    for market_ids in [{1}, {market[0] for market in world.markets}]:
        expected = use_slowly(world, market_ids)

        found = {id_: one.value for id_, one in measures_of(parts, market_ids).items()}

        assert found == {
            id_: None if value is None else value if isinstance(value, int) else float(value)
            for id_, value in expected.items()
        }


@settings(max_examples=15)
@given(worlds(), st.integers(0, 9))
def test_the_order_of_rows_says_nothing(world: World, seed: int) -> None:
    shuffled = World(**vars(world))
    for name in ("vendors", "days", "trading", "receipts", "first_receipts"):
        rows = list(getattr(world, name))
        Random(seed).shuffle(rows)
        setattr(shuffled, name, rows)
    everywhere = {market[0] for market in world.markets}

    assert told(shuffled, everywhere) == told(world, everywhere)


@settings(max_examples=15)
@given(worlds())
def test_parts_of_disjoint_markets_add_up_to_the_whole(world: World) -> None:
    everywhere = {market[0] for market in world.markets}
    parts = parts_of(world)
    whole = measures_of(parts, everywhere)

    for id_ in set(whole) - {"U9.median", "U3"}:
        each = [measures_of(parts, {market})[id_] for market in everywhere]
        assert sum(one.numerator or 0 for one in each) == whole[id_].numerator
        assert sum(one.denominator for one in each) == whole[id_].denominator
        assert sum(one.contributors for one in each) == whole[id_].contributors


@settings(max_examples=15)
@given(worlds(), st.integers(2, 9))
def test_money_in_other_units_scales_sums_and_moves_no_share(world: World, factor: int) -> None:
    small = World(**vars(world))
    small.receipts = [(v, m, day, amount % 1_000_003) for v, m, day, amount in world.receipts]
    large = World(**vars(world))
    large.receipts = [(v, m, day, amount * factor) for v, m, day, amount in small.receipts]
    everywhere = {market[0] for market in world.markets}
    before, after = told(small, everywhere), told(large, everywhere)

    assert after["U8"].numerator == (before["U8"].numerator or 0) * factor
    for id_ in ("U1", "U2", "U3", "U4", "U5", "U6", "U7"):
        assert after[id_].value == before[id_].value
