"""What is studied beside the indicators: worked by hand, and what may be told of it."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.adoption.activation import activation_curve
from market.adoption.concentration import lorenz_points
from market.adoption.disclosure.areas import Cell, DisclosedArea
from market.adoption.disclosure.figures import Told
from market.adoption.disclosure.hidden import Hidden
from market.adoption.disclosure.products import TableProduct, product_rules
from market.adoption.disclosure.tables import ALL
from market.adoption.fact_columns import COLUMNS
from market.adoption.facts import Facts
from market.adoption.indicator import Measure, Window, indicator
from market.adoption.study import Share, lorenz_steps, study, waiting_on
from market.adoption.study_disclosure import tell_breaks, tell_study

OCTOBER = Window(date(2026, 10, 1), date(2026, 10, 31))
DISTRICT = product_rules(15)[TableProduct.DISTRICT]


def rows(name: str, *told: tuple) -> pd.DataFrame:
    return pd.DataFrame(told, columns=list(COLUMNS[name])).astype(dict(COLUMNS[name]))


def facts(values: list[tuple[int, int, str, int]]) -> Facts:
    """Vendor, market, provider, đồng: all received on 3 October, consented on 1 October."""
    day = date(2026, 10, 3)
    people = sorted({(vendor, market) for vendor, market, _, _ in values})
    return Facts.of(
        closes=rows(
            "closes",
            *[
                (where, day, 1, datetime(2026, 11, 1, tzinfo=UTC), True)
                for where in sorted({where for _, where in people})
            ],
        ),
        vendor_days=rows(
            "vendor_days",
            *[
                (
                    who,
                    where,
                    day,
                    1,
                    1,
                    sum(v for a, b, _, v in values if (a, b) == (who, where)),
                    *[0] * 5,
                )
                for who, where in people
            ],
        ),
        channel_days=rows(
            "channel_days",
            *[
                (who, where, day, 1, "transfer_qr", by, 1, value)
                for who, where, by, value in values
            ],
        ),
        spans=rows(
            "spans", *[(who, where, "consented", OCTOBER.first, pd.NaT) for who, where in people]
        ),
        trading=rows("trading", *[(who, where, OCTOBER.first, pd.NaT) for who, where in people]),
    )


def frame(*people: tuple[int, int]) -> pd.DataFrame:
    return pd.DataFrame(people, columns=["vendor_id", "market_id"]).astype("int64")


def test_a_lorenz_curve_is_told_at_fifths_of_twenty_five_vendors() -> None:
    steps = lorenz_steps([0] * 20 + [10, 10, 20, 20, 40], part_min=5)

    assert steps == [(0, 0), (0.2, 0), (0.4, 0), (0.6, 0), (0.8, 0), (1, 1)]
    assert lorenz_steps([1] * 24, part_min=5) == []
    assert lorenz_steps([0] * 50, part_min=5) == []


@given(st.lists(st.integers(0, 10**9), min_size=25, max_size=80).filter(any))
def test_steps_lie_on_the_curve(values: list[int]) -> None:
    points = lorenz_points(values)
    steps = lorenz_steps(values, part_min=5)

    told = np.interp([at for at, _ in steps], *zip(*points, strict=True))
    assert [share for _, share in steps] == pytest.approx(told.tolist())


def test_the_wait_is_told_on_fixed_days_as_far_as_anybody_was_watched() -> None:
    # 4 vendors: paid on day 3 and 10; two still waiting after 20 days.
    curve = activation_curve([3, 10, 20, 20], [True, True, False, False])

    told = waiting_on(curve, 20)
    assert [(one.day, one.waiting) for one in told] == [(0, 1.0), (7, 0.75), (14, 0.5)]
    # S^exp(±1,96·√Var ln S / ln S): of one of four Var = 1/(4·3), of two 1/(4·3) + 1/(3·2).
    assert told[0][2:] == (1.0, 1.0)
    assert told[1][2:] == pytest.approx((0.1279, 0.9605), abs=1e-4)
    assert told[2][2:] == pytest.approx((0.0578, 0.8449), abs=1e-4)
    assert waiting_on(activation_curve([], []), -1) == []


def test_who_received_nothing_counts_with_nothing() -> None:
    found = study(
        facts([(1, 1, "momo", 30_000), (2, 1, "bank_vcb", 10_000)]),
        frame((1, 1), (2, 1), (3, 1), (4, 1)),
        OCTOBER,
        {"MA": [1]},
        part_min=5,
    ).areas["MA"]

    one = found.concentration
    assert (one.vendors, one.receiving, one.value_vnd) == (4, 2, 40_000)
    assert one.hhi == pytest.approx(0.75**2 + 0.25**2)
    assert {each.provider: float(each.of_value.confirmed) for each in found.channels} == {
        "momo": 0.75,
        "bank_vcb": 0.25,
    }
    assert found.activation.median_days == 2


def told_of(*codes: str, hidden: tuple[str, ...] = ()) -> Told:
    measure = Measure(
        id="U8", value=1, numerator=1, denominator=1, contributors=9, base=9,
        window_first=OCTOBER.first, window_last=OCTOBER.last,
    )  # fmt: skip
    one = indicator(measure, coverage=1.0, is_provisional=False)
    return Told(
        areas=tuple(
            DisclosedArea(code, (Cell(one, Hidden.PRIMARY if code in hidden else Hidden.NO),))
            for code in codes
        ),
        goods={},
        merged={},
        frames_hidden=frozenset(),
        hidden=frozenset(),
    )


def shares(market: int, vendors: range, value: int, category: str) -> list[Share]:
    return [Share(100 * market + who, market, category, value, 1) for who in vendors]


def test_open_money_of_one_vendor_is_not_told_by_the_total_less_the_other_market() -> None:
    breaks = [
        *shares(1, range(1), 900_000, "pending_cut_off"),
        *shares(2, range(10), 50_000, "pending_cut_off"),
    ]

    hidden, kept = tell_breaks(
        breaks, told_of("MA", "LG", ALL), {}, {1: "MA", 2: "LG"}, {}, DISTRICT
    )

    assert hidden["MA", ALL] is Hidden.PRIMARY
    assert ("LG", ALL) in hidden or (ALL, ALL) in hidden
    assert ("breaks", "MA", ALL) in kept


def test_a_channel_of_two_vendors_hides_another_one_with_it() -> None:
    people = [(who, 1, "bank_vcb", 40_000) for who in range(1, 31)]
    found = study(
        facts([*people, (1, 1, "momo", 70_000), (2, 1, "momo", 10_000)]),
        frame(*((who, 1) for who in range(1, 31))),
        OCTOBER,
        {"MA": [1], ALL: [1]},
        part_min=5,
    )

    told = tell_study(found, told_of("MA", ALL), {}, {1: "MA"}, {}, DISTRICT)

    assert told.channels["MA", "transfer_qr/momo"] is Hidden.PRIMARY
    assert told.channels["MA", "transfer_qr/bank_vcb"] is Hidden.SECONDARY
    assert "MA" not in told.concentration


def test_concentration_of_few_is_hidden_and_cannot_be_had_from_the_total() -> None:
    values = [(who, 1, "momo", 40_000) for who in range(1, 31)]
    values += [(who, 2, "momo", 50_000) for who in range(31, 71)]
    values += [(who, 3, "momo", 90_000) for who in range(71, 75)]
    found = study(
        facts(values),
        frame(*((who, where) for who, where, _, _ in values)),
        OCTOBER,
        {"MA": [1], "LG": [2], "DC": [3], ALL: [1, 2, 3]},
        part_min=5,
    )

    told = tell_study(
        found, told_of("MA", "LG", "DC", ALL), {}, {1: "MA", 2: "LG", 3: "DC"}, {}, DISTRICT
    )

    assert told.concentration["DC"] is Hidden.PRIMARY
    # Of squares as of money: one hidden part of a told total would be no secret.
    assert len(told.concentration.keys() & {"MA", "LG", ALL}) >= 1


def test_nothing_is_hidden_from_a_markets_own_management() -> None:
    found = study(facts([(1, 1, "momo", 30_000)]), frame((1, 1)), OCTOBER, {"MA": [1]}, part_min=5)
    manager = product_rules(15)[TableProduct.MANAGER]

    told = tell_study(found, told_of("MA"), {}, {1: "MA"}, {}, manager)

    assert (told.channels, told.concentration, told.hidden) == ({}, {}, frozenset())


def test_hidden_money_hides_its_channels_and_its_width() -> None:
    found = study(
        facts([(who, 1, "momo", 40_000) for who in range(1, 31)]),
        frame(*((who, 1) for who in range(1, 31))),
        OCTOBER,
        {"MA": [1]},
        part_min=5,
    )

    told = tell_study(found, told_of("MA", hidden=("MA",)), {}, {1: "MA"}, {}, DISTRICT)

    assert told.channels["MA", "transfer_qr/momo"] is Hidden.PRIMARY
    assert told.concentration["MA"] is Hidden.PRIMARY
