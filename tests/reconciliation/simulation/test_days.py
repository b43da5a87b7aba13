"""The money of a market's days before any provider tells of it."""

from collections import Counter
from datetime import date, time, timedelta
from itertools import pairwise

import pytest

from merchants.calendars.open_days import lunar_date
from merchants.days import HO_CHI_MINH
from reconciliation.simulation.days import Rail, Sale, draw_sales, market_open_days
from reconciliation.simulation.faults import NO_FAULTS
from reconciliation.simulation.goods import SMALLEST_VND
from reconciliation.simulation.world import FIRST_DAY, LAST_DAY
from tests.reconciliation.simulation.worlds import register


@pytest.fixture(scope="module")
def sales() -> list[Sale]:
    """Two sound months of all four markets."""
    return draw_sales(register(), FIRST_DAY, LAST_DAY, seed=7, faults=NO_FAULTS)


def test_nobody_sells_on_a_day_the_market_is_closed(sales: list[Sale]) -> None:
    meets = {
        "DC": lambda day: day.isoweekday() in {3, 7},
        "LG": lambda day: day.isoweekday() == 6,
        "CQ": lambda day: lunar_date(day).day in {3, 8, 13, 18, 23, 28},
        "MA": lambda _day: True,
    }

    assert all(meets[sale.vendor.market_code](sale.paid_on) for sale in sales)


def test_every_market_sells_on_most_of_its_days(sales: list[Sale]) -> None:
    for market in register().markets:
        sold = {sale.paid_on for sale in sales if sale.vendor.market_code == market.code}
        assert len(sold) > 0.7 * len(market_open_days(market, FIRST_DAY, LAST_DAY))


def test_nobody_is_paid_before_her_poster_hangs(sales: list[Sale]) -> None:
    assert all(
        sale.vendor.installed_on is not None and sale.paid_on >= sale.vendor.installed_on
        for sale in sales
    )


def test_only_accounts_that_feed_us_are_paid(sales: list[Sale]) -> None:
    for sale in sales:
        assert {
            Rail.BANK: sale.vendor.feeds_bank,
            Rail.WALLET: sale.vendor.momo_store is not None,
            Rail.CARD: sale.vendor.stripe,
        }[sale.rail]


def test_amounts_are_round_thousands_and_tie_heavily(sales: list[Sale]) -> None:
    amounts = Counter(sale.amount_vnd for sale in sales)

    assert all(amount % 1000 == 0 and amount >= SMALLEST_VND for amount in amounts)
    assert sum(count for _, count in amounts.most_common(20)) > 0.5 * len(sales)


def test_every_band_of_the_adoption_report_is_seen(sales: list[Sale]) -> None:
    edges = (0, 20_000, 50_000, 200_000, 1_000_000, 10**12)
    for low, high in pairwise(edges):
        assert any(low < sale.amount_vnd <= high for sale in sales)


def test_a_market_is_a_morning(sales: list[Sale]) -> None:
    hours = [sale.paid_at.astimezone(HO_CHI_MINH).time() for sale in sales]

    assert all(time(5) <= hour <= time(18, 31) for hour in hours)
    assert sum(hour < time(11) for hour in hours) > 0.65 * len(hours)


def test_adoption_grows_over_the_two_months(sales: list[Sale]) -> None:
    def receiving(first: date, last: date) -> int:
        return len({sale.vendor.number for sale in sales if first <= sale.paid_on <= last})

    early = receiving(FIRST_DAY, FIRST_DAY + timedelta(days=13))
    late = receiving(LAST_DAY - timedelta(days=13), LAST_DAY)

    assert late > 1.5 * early > 0


def test_payers_come_back(sales: list[Sale]) -> None:
    visits = Counter((sale.vendor.number, sale.payer.account) for sale in sales)

    assert sum(count for count in visits.values() if count > 1) > 0.4 * len(sales)


def test_one_more_market_changes_nobody_elses_days() -> None:
    alone = draw_sales(register(), FIRST_DAY, FIRST_DAY, seed=7, faults=NO_FAULTS)
    later = draw_sales(
        register(), FIRST_DAY, FIRST_DAY + timedelta(days=3), seed=7, faults=NO_FAULTS
    )

    assert alone == [sale for sale in later if sale.paid_on == FIRST_DAY]
