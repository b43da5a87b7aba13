"""The calendar day at the market."""

from datetime import UTC, date, datetime

import pytest

from merchants.days import market_day


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2027, 1, 1, 16, 59, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_changes_at_five_in_the_afternoon_of_greenwich(
    instant: datetime, day: date
) -> None:
    assert market_day(instant) == day


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        market_day(datetime(2026, 12, 31, 17, 0))  # noqa: DTZ001
