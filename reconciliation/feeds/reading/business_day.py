"""Which business day a movement belongs to, and by which rule. Source: feeds.md 10.2."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from reconciliation.feeds.reading.dates import VIETNAM


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """From ``valid_from`` on a provider counts what happens at ``at_local`` or later to the next day."""

    provider: str
    at_local: time
    valid_from: date
    zone: timezone = VIETNAM


def business_day(
    provider: str,
    *,
    settlement_date: date | None = None,
    value_date: date | None = None,
    booking_date: date | None = None,
    occurred_at: datetime | None = None,
    cut_offs: Sequence[CutOff] = (),
    zone: timezone = VIETNAM,
) -> tuple[date | None, str | None]:
    """Return the business date and the rule that gave it; ``(None, None)`` when no time is known.

    The provider's own dates come first, then its newest cut-off in force on the local date, then
    the local calendar day.
    """
    for day, rule in (
        (settlement_date, "provider_settlement_date"),
        (value_date, "provider_value_date"),
        (booking_date, "provider_booking_date"),
    ):
        if day is not None:
            return day, rule
    if occurred_at is None:
        return None, None
    in_force = [
        cut_off
        for cut_off in cut_offs
        if cut_off.provider == provider
        and cut_off.valid_from <= occurred_at.astimezone(cut_off.zone).date()
    ]
    if not in_force:
        return occurred_at.astimezone(zone).date(), "calendar"
    cut_off = max(in_force, key=lambda rule: rule.valid_from)
    local = occurred_at.astimezone(cut_off.zone)
    is_late = local.time() >= cut_off.at_local
    return local.date() + timedelta(days=is_late), "cut_off"
