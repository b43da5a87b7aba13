"""A day nobody has closed is no day without receipts: each market's figures end where its books do."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from market.adoption.closures import held_parts
from market.adoption.fact_columns import COLUMNS, empty
from market.adoption.facts import Facts
from market.adoption.indicator import Indicator
from market.adoption.measures import period_figures
from market.adoption.periods import Period
from market.adoption.study import study
from tests.market.adoption.worlds import each_day

OCTOBER = Period.read("2026-10").window
JANUARY = date(2026, 1, 1)
AT = datetime(2026, 11, 1, tzinfo=UTC)
A, B = 1, 2
PAID_ON = [date(2026, 7, 8) + timedelta(days=10 * n) for n in range(12)]
"""Every ten days from 08/07 on: the last three on 06/10, 16/10 and 26/10."""
BEFORE = each_day(PAID_ON[0], date(2026, 9, 30))
FIVE = each_day(OCTOBER.first, date(2026, 10, 5))
OPEN = each_day(OCTOBER.first, OCTOBER.last)


def rows(name: str, *values: tuple) -> pd.DataFrame:
    columns = dict(COLUMNS[name])
    return pd.DataFrame(values, columns=list(columns)).astype(columns)


def facts(closed: dict[int, list[date]], vendors: int = 10, **changes: pd.DataFrame) -> Facts:
    """Markets open every day; in each, vendor n is paid n days after each of ``PAID_ON``.

    Of October what falls on a closed day is known, before it everything.
    """
    people = [(100 * market + n, market, n) for market in closed for n in range(vendors)]
    frames = {
        "markets": rows("markets", *[(market, f"M{market}", 20, 20) for market in closed]),
        "openings": rows("openings", *[(market, day, True) for market in closed for day in OPEN]),
        "closes": rows(
            "closes",
            *[
                (market, day, 1, AT, True)
                for market, days in closed.items()
                for day in [*BEFORE, *days]
            ],
        ),
        "vendor_days": rows(
            "vendor_days",
            *[
                (who, market, day, 1, 1, 30_000, 0, 1, 0, 0, 0)
                for who, market, n in people
                for day in [paid + timedelta(days=n) for paid in PAID_ON]
                if day in [*BEFORE, *closed[market]]
            ],
        ),
        "trading": rows("trading", *[(who, market, JANUARY, pd.NaT) for who, market, _ in people]),
        "spans": rows(
            "spans",
            *[
                (who, market, kind, JANUARY, pd.NaT)
                for who, market, _ in people
                for kind in ("consented", "equipped")
            ],
        ),
    }
    return Facts.of(**frames | changes)


def told(given: Facts, area: str) -> dict[str, Indicator]:
    figures = {one.market_code: one for one in period_figures(given, OCTOBER)}
    return {one.id: one for one in figures[area].indicators}


def test_a_market_behind_is_measured_to_where_its_own_books_reach() -> None:
    # Everybody is paid every ten days: whoever is looked at for 30 known days is active in them.
    both, alone = facts({A: OPEN, B: FIVE}), facts({B: FIVE})

    one = told(both, "M2")["U1"]

    assert (one.numerator, one.denominator) == (10, 10)
    assert (one.window_first, one.window_last) == (date(2026, 9, 6), date(2026, 10, 5))
    # Looks at posters (S7) wait for no books.
    assert told(both, "M2") | {"S7": one} == told(alone, "M2") | {"S7": one}


def test_an_area_counts_each_vendor_by_the_window_of_her_market() -> None:
    # Paid last on 06/09 and on 05/09, both in B: 30 days to 05/10 hold the one and not the other.
    last_paid = {200: date(2026, 9, 6), 201: date(2026, 9, 5), 100: date(2026, 10, 2)}
    given = facts({A: OPEN, B: FIVE}, vendors=2, vendor_days=rows(
        "vendor_days",
        *[(who, who // 100, day, 1, 1, 30_000, 0, 1, 0, 0, 0) for who, day in last_paid.items()],
    ))  # fmt: skip

    area = told(given, "*")

    assert (area["U1"].numerator, area["U1"].denominator) == (2, 4)
    # From the first day of B's thirty to the last of A's.
    assert area["U1"].window_first == date(2026, 9, 6)
    assert area["U1"].window_last == date(2026, 10, 31)
    assert area["U2"].window_first == date(2026, 7, 8)


def test_dormant_is_no_receipt_in_ninety_known_days() -> None:
    # 90 days to 05/10 begin on 08/07, those to 31/10 on 03/08: paid on 10/07, vendor 200 is not
    # dormant as far as B is known.
    paid = rows("vendor_days", (200, B, date(2026, 7, 10), 1, 1, 30_000, 0, 1, 0, 0, 0))
    given = facts({A: OPEN, B: FIVE}, vendors=1, vendor_days=paid)

    dormant = told(given, "M2")["U6"]

    assert (dormant.numerator, dormant.denominator) == (0, 1)
    assert told(given, "M2")["U2"].value == 1
    assert told(given, "M1")["U6"].value == 1


def test_who_came_after_a_markets_last_close_does_not_wait_in_its_frame() -> None:
    came = rows("trading", (200, B, JANUARY, pd.NaT), (201, B, date(2026, 10, 20), pd.NaT))

    one = told(facts({A: OPEN, B: FIVE}, vendors=2, trading=came), "M2")

    assert (one["U1"].denominator, one["S2"].denominator) == (1, 1)
    assert one["S2"].window_last == date(2026, 10, 5)


def test_a_gap_ends_nothing_while_later_days_are_closed() -> None:
    gap = [day for day in OPEN if day.day not in {7, 8}]

    one = told(facts({A: OPEN, B: gap}), "M2")["U1"]

    assert (one.window_last, one.value) == (OCTOBER.last, 1)
    assert one.is_provisional


def test_a_closed_market_without_openings_left_reaches_as_far_as_all() -> None:
    # B is open on Saturdays only; its last close is that of 24/10, and nothing waits to 28/10.
    saturdays = [date(2026, 10, day) for day in (3, 10, 17, 24, 31)]
    openings = rows(
        "openings",
        *[(A, day, True) for day in OPEN],
        *[(B, day, day in saturdays) for day in OPEN],
    )
    given = facts({A: OPEN[:28], B: saturdays[:4]}, openings=openings)

    assert told(given, "M2")["U1"].window_last == date(2026, 10, 28)


def test_a_market_without_a_closed_day_has_no_activity_and_is_in_no_area() -> None:
    given = facts({A: OPEN, B: []})

    nothing = told(given, "M2")

    assert {nothing[id_].value for id_ in ("U1", "U2", "U5", "U6", "S8")} == {None}
    assert nothing["S2"].denominator == 10
    area, known = told(given, "*"), told(given, "M1")
    for id_ in ("U1", "U2", "U5", "U6", "S8"):
        assert (area[id_].numerator, area[id_].denominator) == (
            known[id_].numerator,
            known[id_].denominator,
        )


@pytest.mark.parametrize(("closed", "expected"), [(OPEN, 60), (FIVE, 30)])
def test_who_waits_for_the_first_receipt_is_watched_as_far_as_her_markets_books(
    closed: list[date], expected: int
) -> None:
    # Consented on 01/09 in B, not paid: watched for 60 days to 31/10, for 34 to 05/10.
    given = facts(
        {A: OPEN, B: closed},
        vendors=1,
        vendor_days=empty(COLUMNS["vendor_days"]),
        spans=rows("spans", (200, B, "consented", date(2026, 9, 1), pd.NaT)),
    )

    in_frame = given.trading[["vendor_id", "market_id"]]
    curve = study(given, in_frame, OCTOBER, {"M2": [B]}, part_min=5).areas["M2"]

    assert curve.activation.watched == 1
    assert (curve.waiting[-1].day, curve.waiting[-1].waiting) == (expected, 1.0)
    assert told(given, "M2")["S8"].window_last == closed[-1]


def test_who_consented_after_the_last_close_is_not_watched_yet() -> None:
    given = facts(
        {A: OPEN, B: FIVE},
        vendors=1,
        spans=rows("spans", (200, B, "consented", date(2026, 10, 6), pd.NaT)),
    )

    assert told(given, "M2")["S8"].denominator == 0


def test_of_a_market_that_closed_thirty_days_end_on_its_last_market_day() -> None:
    """Vendor n of A was last paid n days after 26/09; to 05/10 all ten were, to 31/10 none of A."""
    closed_on = date(2026, 10, 5)
    days = {A: [day for day in OPEN if day <= closed_on], B: OPEN}
    closures = rows("closures", (A, closed_on + timedelta(days=1), pd.NaT))
    openings = rows("openings", *[(A, day, day <= closed_on) for day in OPEN])
    world = facts(days, openings=openings, closures=closures)

    (of_a, *_rest) = period_figures(world, OCTOBER, areas={"A": [A]})

    assert (of_a["U1"].window_first, of_a["U1"].window_last) == (date(2026, 9, 6), closed_on)
    assert (of_a["U1"].numerator, of_a["U1"].denominator) == (10, 10)


def test_spans_are_cut_to_the_days_a_market_was_held() -> None:
    """A closed on 10/10 and met again from 20/10; B closed for good on 15/10; C never did."""
    closures = rows(
        "closures",
        (A, date(2026, 10, 11), date(2026, 10, 19)),
        (B, date(2026, 10, 16), pd.NaT),
    )
    spans = rows(
        "trading",
        (1, A, JANUARY, pd.NaT),
        (2, A, date(2026, 10, 12), date(2026, 10, 18)),
        (3, A, JANUARY, date(2026, 10, 10)),
        (4, B, JANUARY, pd.NaT),
        (5, B, date(2026, 10, 20), pd.NaT),
        (6, 3, JANUARY, pd.NaT),
    )

    held = held_parts(spans, closures)

    assert held.dtypes.to_dict() == spans.dtypes.to_dict()
    assert sorted(
        (who, str(first.date()), None if pd.isna(last) else str(last.date()))
        for who, first, last in zip(held["vendor_id"], held["from_on"], held["to_on"], strict=True)
    ) == [
        (1, "2026-01-01", "2026-10-10"),
        (1, "2026-10-20", None),
        (3, "2026-01-01", "2026-10-10"),
        (4, "2026-01-01", "2026-10-15"),
        (6, "2026-01-01", None),
    ]
