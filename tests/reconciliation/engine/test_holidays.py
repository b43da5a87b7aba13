"""Payouts around Vietnamese holidays: due on the next day on which banks work."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reconciliation.errors import ProfilesRefused
from reconciliation.profiles import load_profiles
from tests.reconciliation.engine.world import decided, payout, record, run

NEXT_DAY = {"payouts": "cut_off_run", "cycle_days": 1, "pays_on_weekends": False}
VIETNAM = {**NEXT_DAY, "calendar": "vn"}


def outcome(sold: date, arrived: date, profile: dict[str, Any]) -> str:
    """What becomes of the payout of one day, when the cycle is known from another account."""
    told = {"occurred_at": None}
    result = run(
        [],
        [
            record("s", business_date=sold, **told),
            record("t", account="B", business_date=date(2026, 11, 17), **told),
        ],
        [
            payout("o", arrived_on=arrived),
            payout("q", account="B", arrived_on=date(2026, 11, 18)),
        ],
        profile=profile,
    )
    return str(decided(result, "o", "C").outcome)


@pytest.mark.parametrize(
    ("sold", "arrived", "expected"),
    [
        # Tết Bính Ngọ: 16 to 20 February 2026 and the weekend behind it.
        (date(2026, 2, 13), date(2026, 2, 23), "paid"),
        (date(2026, 2, 19), date(2026, 2, 23), "paid"),
        (date(2026, 2, 13), date(2026, 2, 24), "late"),
        # 30 April and 1 May are a Thursday and a Friday in 2026.
        (date(2026, 4, 29), date(2026, 5, 4), "paid"),
        (date(2026, 4, 29), date(2026, 5, 5), "late"),
        # The Hùng Kings: 10th of the third lunar month, Sunday 26 April 2026, made up on Monday.
        (date(2026, 4, 24), date(2026, 4, 28), "paid"),
        # National Day: 1 and 2 September 2026.
        (date(2026, 8, 31), date(2026, 9, 3), "paid"),
        (date(2026, 12, 31), date(2027, 1, 4), "paid"),
    ],
)
def test_a_payout_due_on_a_holiday_is_due_on_the_next_bank_day(
    sold: date, arrived: date, expected: str
) -> None:
    assert outcome(sold, arrived, VIETNAM) == expected


def test_without_a_calendar_a_payout_after_tet_is_late() -> None:
    assert outcome(date(2026, 2, 13), date(2026, 2, 23), NEXT_DAY) == "late"


def test_a_provider_that_pays_on_a_holiday_knows_no_such_holiday() -> None:
    assert outcome(date(2026, 9, 1), date(2026, 9, 2), VIETNAM) == "paid"


def test_a_provider_may_have_holidays_of_its_own() -> None:
    own = {**VIETNAM, "holidays": (date(2026, 11, 24),)}

    assert outcome(date(2026, 11, 23), date(2026, 11, 25), own) == "paid"


def test_an_unknown_calendar_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text(
        '[[profile]]\nprovider = "x"\nvalid_from = 2026-01-01\nbooks = []\ncalendar = "moon"\n'
    )

    with pytest.raises(ProfilesRefused, match="calendar"):
        load_profiles(file)


def test_the_wallets_cycle_knows_the_holidays() -> None:
    assert {row.calendar for row in load_profiles().of("momo")} == {"vn"}
