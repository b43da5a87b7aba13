"""A moment of knowledge as people write it, "as known then": up to its last instant."""

from datetime import UTC, datetime, timedelta

from merchants.days import HO_CHI_MINH

_WRITTEN = {
    f"{day}{time}": lasts
    for time, lasts in (
        ("", timedelta(days=1)),
        (" %H:%M", timedelta(minutes=1)),
        ("T%H:%M", timedelta(minutes=1)),
        (" %H:%M:%S", timedelta(seconds=1)),
        ("T%H:%M:%S", timedelta(seconds=1)),
    )
    for day in ("%Y-%m-%d", "%d/%m/%Y")
}
_INSTANT = timedelta(microseconds=1)


def known_until(text: str) -> datetime:
    """Return the last instant, in UTC, of a moment written at the market's hour.

    What was closed "at 17:00" was closed some seconds after 17:00:00, and whoever writes the time
    that a page shows means that close. So a day, a minute and a second last until their end; an ISO
    instant with its offset, as ``--json`` prints it, is taken as it is.

    Raises:
        ValueError: it is none of these, or before or behind what a calendar can say.
    """
    try:
        return _last_instant(text).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


def _last_instant(text: str) -> datetime:
    for shape, lasts in _WRITTEN.items():
        try:
            moment = datetime.strptime(text, shape)  # noqa: DTZ007 (the zone is the market's)
        except ValueError:
            continue
        return moment.replace(tzinfo=HO_CHI_MINH) + (lasts - _INSTANT)
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant
