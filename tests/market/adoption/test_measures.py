"""All measures of a period from facts, worked by hand; as known then; recomputed, not summed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pandas as pd
import pytest

from market.adoption.channels import channel_shares
from market.adoption.exact_sums import exact_sum, exact_sums
from market.adoption.fact_columns import COLUMNS, empty
from market.adoption.facts import Facts
from market.adoption.indicator import Indicator, indicator
from market.adoption.integrity import names_that_match
from market.adoption.measures import period_figures
from market.adoption.periods import Period

OCTOBER = Period.read("2026-10").window
SATURDAYS = [date(2026, 10, day) for day in (3, 10, 17, 24, 31)]
AUGUST = date(2026, 8, 1)
FIRST_CLOSE = datetime(2026, 11, 1, tzinfo=UTC)
SECOND_CLOSE = datetime(2026, 11, 8, tzinfo=UTC)


def rows(name: str, *values: tuple) -> pd.DataFrame:
    columns = dict(COLUMNS[name])
    return pd.DataFrame(values, columns=list(columns)).astype(columns)


def vendor_day(vendor: int, day: date, amounts: list[int], version: int = 1) -> tuple:
    edges = (20_000, 50_000, 200_000, 1_000_000)
    bands = [sum(edge < a for edge in edges) for a in amounts]
    return (
        *(vendor, 1, day, version, len(amounts), sum(amounts)),
        *(bands.count(number) for number in range(5)),
    )


def tickets(day: date, amounts: list[int], version: int = 1) -> list[tuple]:
    return [(1, day, version, amount, amounts.count(amount)) for amount in sorted(set(amounts))]


def saturday_facts(**changes: pd.DataFrame) -> Facts:
    """A Saturday market, four vendors in the frame; 31/10 is corrected a week after its close."""
    frames = {
        "markets": rows("markets", (1, "LG", 5, 4)),
        "openings": rows(
            "openings",
            *[(1, date(2026, 10, n), date(2026, 10, n) in SATURDAYS) for n in range(1, 32)],
        ),
        "closes": rows(
            "closes",
            *[(1, day, 1, FIRST_CLOSE, day < SATURDAYS[4]) for day in SATURDAYS],
            (1, SATURDAYS[4], 2, SECOND_CLOSE, True),
        ),
        "vendor_days": rows(
            "vendor_days",
            vendor_day(1, SATURDAYS[0], [20_000, 50_000]),
            vendor_day(1, SATURDAYS[4], [200_000]),
            vendor_day(1, SATURDAYS[4], [200_000], version=2),
            vendor_day(2, SATURDAYS[4], [70_000]),
            vendor_day(3, SATURDAYS[4], [90_000], version=2),
        ),
        "tickets": rows(
            "tickets",
            *tickets(SATURDAYS[0], [20_000, 50_000]),
            *tickets(SATURDAYS[4], [200_000, 70_000]),
            *tickets(SATURDAYS[4], [200_000, 90_000], version=2),
        ),
        "breaks": rows(
            "breaks",
            (3, 1, SATURDAYS[4], 1, "missing_in_statement", "transfer_qr", "bank_vcb", 1, 90_000),
            (0, 1, SATURDAYS[4], 2, "unattributed", "", "", 1, 40_000),
            (2, 1, SATURDAYS[4], 2, "pending_cut_off", "transfer_qr", "momo", 1, 10_000),
        ),
        "trading": rows("trading", *[(vendor, 1, AUGUST, pd.NaT) for vendor in (1, 2, 3, 4)]),
        "spans": rows(
            "spans",
            *[(vendor, 1, "consented", date(2026, 9, 3), pd.NaT) for vendor in (1, 2, 3)],
            *[(vendor, 1, "equipped", AUGUST, pd.NaT) for vendor in (1, 2)],
            (3, 1, "equipped", AUGUST, date(2026, 10, 30)),
            (1, 1, "contracted", AUGUST, pd.NaT),
        ),
        "points": rows(
            "points",
            (1, 1, "exact", AUGUST, pd.NaT),
            (2, 1, "normalised", AUGUST, pd.NaT),
            (3, 1, "mismatch", AUGUST, pd.NaT),
            (3, 1, "exact", AUGUST, date(2026, 10, 1)),
        ),
        "checks": rows(
            "checks",
            (1, 7, SATURDAYS[0], False),
            (1, 7, SATURDAYS[1], True),
            (1, 8, SATURDAYS[1], False),
            (1, 9, date(2026, 9, 1), False),
        ),
        "cash_points": rows("cash_points", (1, AUGUST, pd.NaT), (1, AUGUST, date(2026, 10, 30))),
        "cash_lists": rows("cash_lists", (1, AUGUST)),
        "coverage": rows("coverage", (1, 6, 8)),
    }
    return Facts.of(**frames | changes)


def figures(facts: Facts, **changes: object) -> dict[str, Indicator]:
    told = period_figures(facts, changes.pop("window", OCTOBER), **changes)
    return {one.id: one for one in told[0].indicators}


@pytest.mark.parametrize(
    ("id_", "numerator", "denominator"),
    [
        ("S1", 4, 5),
        ("S2", 3, 4),
        ("S3", 2, 4),  # vendor 3's poster came down the day before the reference day
        ("S4", 1, 4),
        ("S5", 2, 3),  # of three points in use on 31/10
        ("S6", 6, 8),
        ("S7", 1, 2),  # poster 7 passed at its second look; poster 9 was looked at in September
        ("S8", 2, 3),  # began, of who consented
        ("S9", 100, 4),  # 100 × 1 point: the other one closed the day before the reference day
        ("U1", 2, 4),  # vendors 1 and 3 in the 30 days to 31/10 (02/10 on)
        ("U2", 2, 4),
        ("U3", pytest.approx(0.25 + 0.5), 5),  # 1 of 4 on 03/10, 2 of 4 on 31/10
        ("U4", 0, 4),  # at most 2 of 5 days
        ("U5", 1, 2),  # of the equipped, vendor 1
        ("U6", 1, 2),
        ("U7", 4, 10),  # vendors 1 and 3, five days each
        ("U8", 360_000, 5),
        ("U9.mean", 360_000, 4),
        ("U9.median", None, 4),
        ("U9.band_1", 1, 4),
        ("U9.band_3", 2, 4),
    ],
)
def test_a_saturday_market_worked_by_hand(
    id_: str, numerator: float | None, denominator: int
) -> None:
    one = figures(saturday_facts())[id_]

    assert (one.numerator, one.denominator) == (numerator, denominator)
    assert one.coverage == 0.75


def test_the_median_lies_between_the_middle_receipts() -> None:
    # 20.000, 50.000, 90.000, 200.000: (50.000 + 90.000) / 2
    assert figures(saturday_facts())["U9.median"].value == 70_000


def test_poster_checks_have_a_wilson_interval() -> None:
    # 1 of 2: centre (0,5 + 3,8415/4) / (1 + 3,8415/2) = 0,5; half 1,96·√(0,25/2 + 3,8415/16)/2,9207
    interval = figures(saturday_facts())["S7"].interval

    assert interval is not None
    assert interval.low == pytest.approx(0.0945, abs=1e-4)
    assert interval.high == pytest.approx(0.9055, abs=1e-4)


def test_half_of_who_consented_began_within_the_median() -> None:
    # Consent 03/09; first receipts 03/10 (30 days) and 31/10 (58 days), vendor 2 watched 58 days:
    # S(30) = 2/3, S(58) = 2/3 · 1/2 = 1/3 ≤ 1/2
    assert figures(saturday_facts())["S8"].value == 58


def test_value_has_bounds_whose_width_is_told_by_name() -> None:
    # 360.000 confirmed and 50.000 open, over five market days
    bounds = figures(saturday_facts())["U8"].bounds

    assert bounds is not None
    assert (bounds.low, bounds.high) == (72_000, 82_000)
    assert bounds.explained == (("unattributed", 8_000), ("pending_cut_off", 2_000))


def test_as_known_before_the_correction_the_older_version_counts() -> None:
    before = figures(saturday_facts(), known_at=datetime(2026, 11, 5, tzinfo=UTC))

    # Version 1 of 31/10: vendor 2 with 70.000 instead of vendor 3 with 90.000.
    assert before["U8"].numerator == 340_000
    assert before["U5"].numerator == 2
    assert before["U8"].is_provisional
    assert not figures(saturday_facts())["U8"].is_provisional


def test_a_vendor_who_is_in_no_newer_version_is_gone() -> None:
    newest = saturday_facts().newest()

    assert sorted(newest.vendor_days["vendor_id"].tolist()) == [1, 1, 3]


def test_before_the_first_close_nothing_is_known() -> None:
    told = figures(saturday_facts(), known_at=datetime(2026, 10, 1, tzinfo=UTC))

    assert (told["U8"].value, told["U1"].value) == (None, None)
    assert told["S2"].denominator == 4


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        saturday_facts().known_at(datetime(2026, 11, 1))  # noqa: DTZ001


def test_a_market_number_beyond_all_markets_is_refused() -> None:
    closes = rows("closes", (2**24, SATURDAYS[0], 1, FIRST_CLOSE, True))

    with pytest.raises(ValueError, match="market_id is not within"):
        saturday_facts(closes=closes).newest()


def test_a_quarter_is_measured_and_not_added_up() -> None:
    months = [
        vendor_day(1, date(2026, 8, 1), [30_000]),
        vendor_day(1, date(2026, 9, 5), [30_000]),
        vendor_day(2, date(2026, 9, 5), [30_000]),
    ]
    days = [date(2026, 8, 1), date(2026, 9, 5)]
    facts = saturday_facts(
        openings=rows("openings", *[(1, day, True) for day in days]),
        closes=rows("closes", *[(1, day, 1, FIRST_CLOSE, True) for day in days]),
        vendor_days=rows("vendor_days", *months),
        tickets=empty(COLUMNS["tickets"]),
    )

    def active(label: str) -> int:
        return figures(facts, window=Period.read(label).window)["U2"].numerator

    # Vendor 1 in August, 1 and 2 in September: two people in the quarter, not three.
    assert (active("2026-08"), active("2026-09"), active("2026-Q3")) == (1, 2, 2)


def test_figures_reach_as_far_as_books_are_closed() -> None:
    closes = rows("closes", *[(1, day, 1, FIRST_CLOSE, True) for day in SATURDAYS[:2]])

    told = figures(saturday_facts(closes=closes))

    assert told["U8"].window_last == SATURDAYS[1]
    assert told["U8"].denominator == 2
    assert told["U8"].is_provisional


def test_of_a_window_that_runs_no_figure_speaks_of_a_day_to_come() -> None:
    unclosed = saturday_facts(closes=empty(COLUMNS["closes"]))

    told = figures(unclosed, until=date(2026, 10, 20))
    begun = figures(unclosed, until=date(2026, 9, 20))

    assert told["S2"].window_last == date(2026, 10, 17)  # the last market day that has come
    assert told["U1"].window_last == date(2026, 10, 20)
    assert told["U1"].value is None
    assert begun["S2"].window_last == OCTOBER.first
    assert figures(saturday_facts(), until=date(2026, 11, 5))["U1"].window_last == OCTOBER.last


def test_areas_are_what_they_are_told_to_be() -> None:
    told = period_figures(saturday_facts(), OCTOBER, areas={"VAN-YEN-CU": [1], "NOBODY": []})

    assert [area.market_code for area in told] == ["VAN-YEN-CU"]


def test_without_facts_there_are_no_areas_but_no_failure_either() -> None:
    assert period_figures(Facts.of(), OCTOBER) == []
    lonely = Facts.of(markets=rows("markets", (1, "LG", None, 0)))

    told = {one.id: one.value for one in period_figures(lonely, OCTOBER)[0].indicators}

    assert set(told.values()) == {None}


def test_a_market_without_a_directory_of_cash_points_is_no_market_with_none() -> None:
    nobody_wrote = saturday_facts(cash_points=empty(COLUMNS["cash_points"]))
    begun_later = rows("cash_lists", (1, date(2026, 11, 1)))
    looked_and_found_none = rows("cash_lists", (1, SATURDAYS[4]))

    def told(lists: pd.DataFrame) -> tuple[float | None, float | None, int]:
        one = figures(replace(nobody_wrote, cash_lists=lists))["S9"]
        return one.value, one.numerator, one.denominator

    assert told(empty(COLUMNS["cash_lists"])) == (None, None, 0)
    assert told(begun_later) == (None, None, 0)
    assert told(looked_and_found_none) == (0, 0, 4)


def test_of_several_markets_those_with_a_directory_are_on_both_sides_of_s9() -> None:
    facts = saturday_facts(
        markets=rows("markets", (1, "LG", 5, 4), (2, "YB", None, 9)),
        trading=rows(
            "trading",
            *[(vendor, 1, AUGUST, pd.NaT) for vendor in (1, 2, 3, 4)],
            *[(vendor, 2, AUGUST, pd.NaT) for vendor in range(10, 19)],
        ),
    )

    one = {each.id: each for each in period_figures(facts, OCTOBER)[-1].indicators}["S9"]

    # Nine vendors of the market nobody looked at do not make one point in 13 of one in 4.
    assert (one.numerator, one.denominator, one.value) == (100, 4, 25)


def test_payers_and_failures_are_told_only_where_a_provider_tells_them() -> None:
    assert {"U10", "U12"} & figures(saturday_facts()).keys() == set()
    facts = saturday_facts(
        payers=rows("payers", *[(1, 1, SATURDAYS[0], 1, payer) for payer in ("a", "b", "a")]),
        attempts=rows("attempts", (1, SATURDAYS[0], 1, "momo", 50, 2)),
    )

    assert figures(facts)["U10"].value == 2
    assert figures(facts)["U12"].value == 0.04


def test_channels_share_value_with_bounds_and_receipts_without() -> None:
    facts = saturday_facts(
        channel_days=rows(
            "channel_days",
            (1, 1, SATURDAYS[4], 2, "transfer_qr", "bank_vcb", 3, 270_000),
            (3, 1, SATURDAYS[4], 2, "transfer_qr", "momo", 1, 90_000),
        )
    )

    vcb, momo = channel_shares(facts.newest(), OCTOBER)

    assert (vcb.provider, vcb.of_receipts, momo.of_receipts) == ("bank_vcb", 0.75, 0.25)
    # MoMo: 90 of 360 confirmed; 10 announced by MoMo, 40 of nobody known.
    # low 90/(360 + 40), high (90 + 10 + 40)/(360 + 10 + 40)
    assert momo.of_value is not None
    assert (momo.of_value.low, momo.of_value.confirmed) == (Fraction(9, 40), Fraction(1, 4))
    assert momo.of_value.high == Fraction(14, 41)
    assert vcb.of_value is not None
    assert vcb.of_value.low == Fraction(27, 41)


def test_unknown_facts_are_named() -> None:
    with pytest.raises(TypeError, match=r"no such facts: \['receipt'\]"):
        Facts.of(receipt=pd.DataFrame())


def test_vendors_who_withdrew_are_nowhere() -> None:
    told = saturday_facts().without_vendors([1])

    assert figures(told)["S2"].denominator == 3
    assert 1 not in told.vendor_days["vendor_id"].tolist()


def test_sums_do_not_wrap_around() -> None:
    values = pd.Series([2**62, 2**62, 2**62, 5])

    assert exact_sum(values) == 3 * 2**62 + 5
    assert exact_sums(values, pd.Series([1, 1, 2, 2])) == {1: 2**63, 2: 2**62 + 5}


def test_a_vendor_with_a_good_and_a_wrong_name_stands_on_both_sides_of_s5() -> None:
    """Of 30 whose names match one has another account: 30 of 31, and the rest is she."""
    days = {1: date(2026, 10, 31)}
    good = [(vendor, 1, "exact", AUGUST, pd.NaT) for vendor in range(30)]
    s5 = names_that_match(rows("points", *good, (7, 1, "mismatch", AUGUST, pd.NaT)), days)

    told = indicator(s5, coverage=1.0, is_provisional=False)
    assert (told.numerator, told.denominator) == (30, 31)
    assert (told.contributors, told.rest, told.base) == (30, 1, 30)
