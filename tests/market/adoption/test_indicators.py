"""Each indicator against a hand-worked example, and all of them against a slow twin."""

from datetime import date

import pytest
from hypothesis import given, settings

from market.adoption.definitions import CATALOGUE
from market.adoption.indicator import Indicator, Window, whole_vnd
from market.adoption.report import ALL_MARKETS, adoption_figures
from tests.market.adoption.slowly import slowly
from tests.market.adoption.worlds import FIRST, LAST, World, open_every_day, worlds


def figure(world: World, indicator_id: str, market_code: str = ALL_MARKETS) -> Indicator:
    areas = adoption_figures(world.frames, world.window, world.reference_days)
    return next(area for area in areas if area.market_code == market_code)[indicator_id]


def weekly_market(**changes: object) -> World:
    """A Saturday market: five open days in October 2026, four vendors, three in the frame."""
    saturdays = {date(2026, 10, day) for day in (3, 10, 17, 24, 31)}
    values: dict = {
        "markets": [(1, "LG", 50, 45)],
        "vendors": [
            (1, 1, True, True, True, True),
            (2, 1, True, True, True, False),
            (3, 1, True, False, False, False),
            (4, 1, False, True, True, True),
        ],
        "coverage": [(1, 6, 8)],
        "days": [(1, row[1], row[1] in saturdays, True, True) for row in open_every_day(1)],
        "trading": [
            (1, 1, date(2026, 8, 1), None),
            (2, 1, date(2026, 8, 1), None),
            (3, 1, date(2026, 10, 17), None),
            (4, 1, date(2026, 8, 1), date(2026, 10, 10)),
        ],
        "receipts": [
            (1, 1, date(2026, 10, 3), 20_000),
            (1, 1, date(2026, 10, 3), 50_000),
            (1, 1, date(2026, 10, 31), 200_000),
            (2, 1, date(2026, 10, 17), 1_000_000),
            (4, 1, date(2026, 10, 10), 1_000_001),
        ],
        "first_receipts": [
            (1, 1, date(2026, 9, 5)),
            (2, 1, date(2026, 10, 17)),
            (4, 1, date(2026, 10, 10)),
        ],
    }
    return World(**values | changes)


@pytest.mark.parametrize(
    ("indicator_id", "numerator", "denominator", "value"),
    [
        ("S1", 45, 50, 0.9),
        ("S2", 2, 3, 2 / 3),
        ("S3", 2, 3, 2 / 3),
        ("S4", 1, 3, 1 / 3),
        ("S6", 6, 8, 0.75),
        ("U1", 2, 3, 2 / 3),
        # 3/10 1 of 3, 10/10 1 of 3, 17/10 1 of 3, 24/10 0 of 3, 31/10 1 of 3
        ("U3", 4 / 3, 5, 4 / 15),
        ("U5", 2, 2, 1.0),
        # vendors 1 and 2 traded on 5 days each, vendor 4 on 2
        ("U7", 5, 12, 5 / 12),
        ("U8", 2_270_001, 5, 454_000),
        ("U9.median", None, 5, 200_000),
        ("U9.mean", 2_270_001, 5, 454_000),
        ("U9.band_1", 1, 5, 0.2),
        ("U9.band_2", 1, 5, 0.2),
        ("U9.band_3", 1, 5, 0.2),
        ("U9.band_4", 1, 5, 0.2),
        ("U9.band_5", 1, 5, 0.2),
    ],
)
def test_a_saturday_market_worked_by_hand(
    indicator_id: str, numerator: float | None, denominator: int, value: float
) -> None:
    one = figure(weekly_market(), indicator_id, "LG")

    assert (one.numerator, one.denominator, one.value) == (numerator, denominator, value)


def test_every_indicator_of_the_catalogue_is_in_every_area() -> None:
    world = weekly_market()

    for area in adoption_figures(world.frames, world.window, world.reference_days):
        assert [one.id for one in area.indicators] == list(CATALOGUE)


def test_a_market_nobody_counted_has_no_share_of_registered_stalls() -> None:
    one = figure(weekly_market(markets=[(1, "LG", None, 45)]), "S1")

    assert (one.value, one.denominator) == (None, 0)


def test_uncounted_markets_are_on_neither_side_of_the_total() -> None:
    world = weekly_market(markets=[(1, "LG", 50, 45), (2, "MA", None, 240)])

    assert figure(world, "S1").value == 0.9


def test_an_empty_frame_has_no_rate_rather_than_a_zero() -> None:
    world = weekly_market(vendors=[])

    assert figure(world, "S3").value is None
    assert figure(world, "U1").value is None
    assert figure(world, "U5").value is None


def test_a30_reaches_back_thirty_days_and_not_thirty_one() -> None:
    november = Window(date(2026, 11, 1), date(2026, 11, 30))
    world = weekly_market(
        window=november,
        days=[(1, date(2026, 11, 28), True, True, True)],
        receipts=[(1, 1, date(2026, 10, 31), 5_000), (2, 1, date(2026, 11, 1), 5_000)],
    )

    assert figure(world, "U1").numerator == 1
    assert figure(world, "U1").window_first == date(2026, 11, 1)


def test_in_february_a30_looks_into_january() -> None:
    world = weekly_market(
        window=Window(date(2027, 2, 1), date(2027, 2, 28)),
        days=[(1, date(2027, 2, 27), True, True, True)],
        receipts=[(1, 1, date(2027, 1, 30), 5_000)],
    )

    assert figure(world, "U1").numerator == 1
    assert figure(world, "U7").numerator == 0


def test_two_stalls_of_one_vendor_are_one_trading_vendor() -> None:
    once = weekly_market()
    twice = weekly_market(trading=[*once.trading, (1, 1, date(2026, 9, 1), None)])

    assert figure(twice, "U3").value == figure(once, "U3").value
    assert figure(twice, "U7").value == figure(once, "U7").value


def test_an_open_day_without_a_close_is_not_a_day_without_money() -> None:
    whole = weekly_market()
    days = [
        (market, day, is_open, day != date(2026, 10, 24), True)
        for market, day, is_open, _, _ in whole.days
    ]
    partly = weekly_market(days=days)

    assert figure(partly, "U8").denominator == 4
    assert figure(partly, "U3").value == 1 / 3
    assert figure(partly, "U8").is_provisional


def test_a_provisional_close_makes_the_figures_provisional() -> None:
    days = [(m, day, is_open, True, False) for m, day, is_open, _, _ in weekly_market().days]

    assert figure(weekly_market(days=days), "U8").is_provisional
    assert not figure(weekly_market(), "U8").is_provisional


def test_a_month_nobody_closed_has_no_use_figures() -> None:
    days = [(m, day, is_open, False, False) for m, day, is_open, _, _ in weekly_market().days]
    world = weekly_market(days=days, receipts=[], first_receipts=[])

    values = {id_: figure(world, id_).value for id_ in CATALOGUE if id_.startswith("U")}

    assert set(values.values()) == {None}


def test_an_unclosed_market_is_not_in_the_use_of_all_markets() -> None:
    world = weekly_market(
        markets=[(1, "LG", 50, 45), (2, "MA", 240, 240)],
        vendors=[*weekly_market().vendors, (9, 2, True, True, True, True)],
        days=[*weekly_market().days, *open_every_day(2, closed=False, final=False)],
    )

    assert figure(world, "U1").denominator == 3
    assert figure(world, "S2").denominator == 4


def test_coverage_stands_beside_every_value() -> None:
    world = weekly_market()
    area = adoption_figures(world.frames, world.window, world.reference_days)[0]

    assert {one.coverage for one in area.indicators} == {0.75}


def test_no_audit_means_no_coverage() -> None:
    assert figure(weekly_market(coverage=[]), "U8").coverage is None


def test_a_market_that_was_on_no_list_is_on_neither_side_of_the_register() -> None:
    listed, unlisted = (1, "LG", 50, 45), (2, "MA", 240, None)

    both = figure(weekly_market(markets=[listed, unlisted]), "S1")
    none = figure(weekly_market(markets=[unlisted]), "S1")

    assert (both.numerator, both.denominator) == (45, 50)
    assert (none.value, none.denominator) == (None, 0)


@pytest.mark.parametrize(
    ("days", "is_provisional"),
    [
        ([], True),
        ([(1, FIRST, False, True, True)], True),  # closed, but no market day
        ([(1, FIRST, True, True, True)], False),
        ([(1, FIRST, True, True, False)], True),
        ([(1, FIRST, True, False, False)], True),
        ([(2, FIRST, True, True, True)], False),  # the only market day is another market's
        ([(2, FIRST, True, True, False)], True),
    ],
)
def test_what_no_market_day_closed_for_good_is_provisional(
    days: list[tuple[int, date, bool, bool, bool]], is_provisional: bool
) -> None:
    world = weekly_market(markets=[(1, "LG", 50, 45), (2, "MA", 240, 240)], days=days)

    assert figure(world, "S1", "LG").is_provisional is is_provisional


def test_all_markets_pool_their_market_days() -> None:
    world = weekly_market(
        markets=[(1, "LG", 50, 45), (2, "MA", 240, 240)],
        days=[*weekly_market().days, *open_every_day(2)],
        receipts=[*weekly_market().receipts, (9, 2, FIRST, 729_999)],
    )

    assert (figure(world, "U8").numerator, figure(world, "U8").denominator) == (3_000_000, 36)


def test_sums_beyond_64_bits_stay_exact() -> None:
    receipts = [(1, 1, date(2026, 10, day), 2**62) for day in (3, 10, 17, 24)]

    assert figure(weekly_market(receipts=receipts), "U9.mean").numerator == 2**64


def test_a_day_of_one_vendor_beyond_64_bits_is_refused() -> None:
    with pytest.raises(OverflowError, match="a vendor's day holds more"):
        figure(weekly_market(receipts=[(1, 1, LAST, 2**62)] * 4), "U8")


@pytest.mark.parametrize(
    ("numerator", "denominator", "vnd"), [(5, 2, 3), (3, 2, 2), (7, 3, 2), (8, 3, 3), (1, 0, None)]
)
def test_whole_dong_rounds_halves_up(numerator: int, denominator: int, vnd: int | None) -> None:
    assert whole_vnd(numerator, denominator) == vnd


@given(worlds())
def test_fast_and_slow_agree_on_every_figure(world: World) -> None:
    areas = adoption_figures(world.frames, world.window, world.reference_days)

    ids = {code: {id_} for id_, code, _, _ in world.markets}
    ids[ALL_MARKETS] = {market[0] for market in world.markets}
    for area in areas:
        expected = slowly(world, ids[area.market_code])
        found = {one.id: one.value for one in area.indicators}
        assert found == {
            id_: None if value is None else value if isinstance(value, int) else float(value)
            for id_, value in expected.items()
        }


@settings(max_examples=30)
@given(worlds())
def test_values_are_plain_numbers_and_none_only_over_nothing(world: World) -> None:
    for area in adoption_figures(world.frames, world.window, world.reference_days):
        for one in area.indicators:
            assert type(one.value) in {int, float, type(None)}
            assert type(one.numerator) in {int, float, type(None)}
            assert (one.value is None) == (one.denominator == 0)


@settings(max_examples=30)
@given(worlds())
def test_counts_of_markets_add_up_to_the_total(world: World) -> None:
    *markets, total = adoption_figures(world.frames, world.window, world.reference_days)

    for id_ in set(CATALOGUE) - {"U3", "U9.median"}:
        assert sum(area[id_].numerator for area in markets) == total[id_].numerator
        assert sum(area[id_].denominator for area in markets) == total[id_].denominator


def test_a_frame_of_the_wrong_kind_is_named() -> None:
    frames = weekly_market().frames
    frames.receipts["amount_vnd"] = frames.receipts["amount_vnd"].astype("float64")

    with pytest.raises(TypeError, match="frame receipts: column amount_vnd is float64"):
        frames.checked()


def test_a_missing_key_is_named() -> None:
    frames = weekly_market().frames
    frames.receipts["vendor_id"] = frames.receipts["vendor_id"].astype("Int64")
    frames.receipts.loc[0, "vendor_id"] = None

    with pytest.raises(TypeError, match="frame receipts: column vendor_id holds nulls"):
        frames.checked()


def test_a_missing_column_is_named() -> None:
    frames = weekly_market().frames

    with pytest.raises(TypeError, match=r"frame days lacks the columns \['is_final'\]"):
        type(frames)(**vars(frames) | {"days": frames.days.drop(columns="is_final")}).checked()
