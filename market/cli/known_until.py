"""``--as-of``: a moment as people write it, up to its last instant."""

from datetime import datetime, timedelta

import typer

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
    """Return the last instant of a moment written at the market's hour; aware.

    What was closed "at 17:00" was closed some seconds after 17:00:00, and whoever writes the time
    that a page shows means that close. So a day, a minute and a second last until their end; an ISO
    instant with its offset, as ``--json`` prints it, is taken as it is.

    Raises:
        typer.BadParameter: it is none of these.
    """
    from merchants.days import HO_CHI_MINH

    for written, lasts in _WRITTEN.items():
        try:
            moment = datetime.strptime(text, written)  # noqa: DTZ007
        except ValueError:
            continue
        return moment.replace(tzinfo=HO_CHI_MINH) + lasts - _INSTANT
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = datetime.min  # noqa: DTZ901
    if instant.tzinfo is None:
        raise typer.BadParameter(
            f"{text!r}: viết như 2026-11-21T17:00 hoặc 21/11/2026 17:00. / Write it like these."
        )
    return instant
