"""When a callback's answer is asked for: at once, and while it is open each time after twice as long."""

from datetime import UTC, datetime, timedelta

import pytest

from reconciliation.fetching.notices import is_due

T0 = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked_after_min", "is_final", "now_after_min", "due"),
    [
        (None, False, 0, True),
        (None, True, 0, True),  # told already, but not since this callback
        (-1, True, 0, True),
        (1, True, 500, False),
        (5, False, 9, False),
        (5, False, 10, True),
        (10, False, 19, False),
        (10, False, 20, True),
    ],
)
def test_an_open_answer_is_asked_for_after_twice_as_long(
    asked_after_min: int | None, is_final: bool, now_after_min: int, due: bool
) -> None:
    asked_at = None if asked_after_min is None else T0 + timedelta(minutes=asked_after_min)

    told = is_due(T0, asked_at, is_final=is_final, now=T0 + timedelta(minutes=now_after_min))

    assert told is due


def test_a_week_of_waiting_asks_a_dozen_times() -> None:
    asked = T0 + timedelta(minutes=1)
    times = 1
    for minute in range(1, 7 * 24 * 60):
        now = T0 + timedelta(minutes=minute)
        if is_due(T0, asked, is_final=False, now=now):
            asked, times = now, times + 1

    assert 10 <= times <= 15
