"""The only clock: everything below is told the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HO_CHI_MINH = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return today's calendar day in Hồ Chí Minh City."""
    return now().astimezone(HO_CHI_MINH).date()
