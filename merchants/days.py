"""The calendar day a market lives in."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

HO_CHI_MINH = ZoneInfo("Asia/Ho_Chi_Minh")


def market_day(instant: datetime) -> date:
    """Return the calendar day of an aware instant in Hồ Chí Minh City.

    17:30 UTC on 31 December is already 1 January at the stall.
    """
    if instant.tzinfo is None:
        raise ValueError(f"instant {instant!r} has no time zone")
    return instant.astimezone(HO_CHI_MINH).date()


def day_begins_at(on: date) -> datetime:
    """Return the instant, in UTC, at which a calendar day begins in Hồ Chí Minh City."""
    return datetime.combine(on, time(), tzinfo=HO_CHI_MINH).astimezone(UTC)
