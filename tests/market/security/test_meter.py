"""How often an address may ask: so much at once, so much more with time, each for itself."""

from datetime import UTC, datetime, timedelta

from market.security import meter
from market.security.meter import Meter

NOW = datetime(2026, 11, 5, tzinfo=UTC)


def test_a_bucket_empties_and_fills_again_with_time() -> None:
    asked = Meter(at_once=3, per_second=0.5)

    assert [asked.wait_s("a", NOW) for _ in range(4)] == [0, 0, 0, 2]
    assert asked.wait_s("b", NOW) == 0
    assert asked.wait_s("a", NOW + timedelta(seconds=1)) == 1
    assert asked.wait_s("a", NOW + timedelta(seconds=2)) == 0
    assert [asked.wait_s("a", NOW + timedelta(hours=1)) for _ in range(4)] == [0, 0, 0, 2]


def test_a_clock_that_goes_back_gives_nothing() -> None:
    asked = Meter(at_once=1, per_second=1)
    asked.wait_s("a", NOW)

    assert asked.wait_s("a", NOW - timedelta(hours=1)) == 1


def test_no_more_addresses_are_kept_than_there_is_room_for() -> None:
    asked = Meter(at_once=1, per_second=1)
    for number in range(meter.ADDRESSES_KEPT + 1):
        asked.wait_s(str(number), NOW)

    assert asked.wait_s("0", NOW) == 0  # forgotten
    assert asked.wait_s(str(meter.ADDRESSES_KEPT), NOW) == 1
