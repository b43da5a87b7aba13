"""Local days and instants out of cells and bodies; anything that is not exactly the form is refused."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

from reconciliation.feeds.reading.refusal import RowRefused

VIETNAM = timezone(timedelta(hours=7), "+07")
"""Asia/Ho_Chi_Minh since 1975: no daylight saving, so a fixed offset says the same."""

EAST_AFRICA = timezone(timedelta(hours=3), "+03")

_DAY = re.compile(r"([0-9]{2})([/-])([0-9]{2})\2([0-9]{4})")
_DAY_TIME = re.compile(r"([0-9]{2})([/-])([0-9]{2})\2([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2})")
_ISO_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?"
)
_MONTH_DAY = re.compile("[0-9]{4}")
_HALF_A_YEAR = timedelta(days=183)
"""No day that every year has is further from another."""
_UNIX_MAX = 253_402_300_799  # the last second of the year 9999


def read_day(cell: object, separator: str = "/") -> date:
    """Return the day of a ``dd/MM/yyyy`` text or of a real date cell.

    Raises:
        RowRefused: ``date`` for another form or a day that does not exist.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = _DAY.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if found is None or found[2] != separator:
        raise RowRefused("date", f"{cell!r} is no day like 31{separator}12{separator}2026")
    return _checked(cell, int(found[4]), int(found[3]), int(found[1])).date()


def read_month_day(text: str, near: date) -> date:
    """Return the day that ``MMdd`` names, in the year that puts it nearest to ``near``.

    Raises:
        RowRefused: ``date`` for no such day within half a year: 29 February of another year is none.
    """
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            days.append(date.fromisoformat(f"{year:04d}{text}"))
        except ValueError:
            continue
    day = min(days, key=lambda one: abs(one - near), default=None)
    if not _MONTH_DAY.fullmatch(text) or day is None or abs(day - near) > _HALF_A_YEAR:
        raise RowRefused("date", f"{text!r} is no day like 1231 near {near}")
    return day


def read_instant(cell: object, zone: timezone = VIETNAM, separator: str = "/") -> datetime:
    """Return the UTC instant of a local ``dd/MM/yyyy HH:MM:SS`` text or of a date-time cell.

    Raises:
        RowRefused: ``date`` for another form, a time that does not exist, or a cell without a time.
    """
    if isinstance(cell, datetime):
        return _utc(cell, zone)
    found = _DAY_TIME.fullmatch(" ".join(cell.split())) if isinstance(cell, str) else None
    if found is None or found[2] != separator:
        form = f"31{separator}12{separator}2026 23:59:59"
        raise RowRefused("date", f"{cell!r} is no time like {form}")
    day, month, year, *clock = (int(found[group]) for group in (1, 3, 4, 5, 6, 7))
    return _utc(_checked(cell, year, month, day, *clock), zone)


def read_instant_if_told(
    cell: object, zone: timezone = VIETNAM, separator: str = "/"
) -> datetime | None:
    """Return the UTC instant of a cell that may hold a day without a time, ``None`` for such a day.

    A date cell of a workbook at exactly midnight is a day: spreadsheets have no other form for one.

    Raises:
        RowRefused: ``date`` for another form, or a day or time that does not exist.
    """
    if isinstance(cell, datetime):
        return None if cell.time() == time.min else _utc(cell, zone)
    if isinstance(cell, date) or (isinstance(cell, str) and _DAY.fullmatch(cell.strip())):
        read_day(cell, separator)
        return None
    return read_instant(cell, zone, separator)


def read_iso_instant(text: object, zone: timezone = VIETNAM) -> tuple[datetime, str]:
    """Return the UTC instant of a local ``YYYY-MM-DD HH:MM:SS[.fff]`` text and its precision.

    Raises:
        RowRefused: ``date`` for another form or a time that does not exist.
    """
    found = _ISO_TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise RowRefused("date", f"{text!r} is no time like 2026-12-31 23:59:59")
    fraction = found[7]
    local = _checked(text, *(int(part) for part in found.groups()[:6]))
    if fraction:
        local = local.replace(microsecond=int(fraction.ljust(6, "0")))
    return _utc(local, zone), "ms" if fraction else "second"


def read_unix_seconds(value: object, field: str) -> datetime:
    """Return the UTC instant of whole unix seconds.

    Raises:
        RowRefused: ``date`` for anything but a whole number up to the year 9999.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _UNIX_MAX:
        raise RowRefused("date", f"{field} is {value!r}, no unix time")
    return datetime.fromtimestamp(value, UTC)


def _checked(cell: object, *parts: int) -> datetime:
    try:
        return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - local, zone added next
    except ValueError as failure:
        raise RowRefused("date", f"{cell!r}: {failure}") from failure


def _utc(local: datetime, zone: timezone) -> datetime:
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError as failure:
        raise RowRefused("date", f"{local} has no UTC time") from failure
