"""What a period is compared with: earlier windows, as they were published."""

from dataclasses import dataclass

from sqlmodel import Session

from market.adoption.indicator import Window
from market.adoption.periods import Period
from market.reports.growth import Received, received_in
from market.reports.vintage import (
    Known,
    KnownAt,
    as_published,
    known,
    months_of,
    newest_of,
    pinned_by,
)
from merchants.kinds import ConsentPurpose
from merchants.privacy.consents import not_agreeing_to


@dataclass(frozen=True)
class Earlier:
    """What was received in an earlier window a period is compared with."""

    against: str
    received: Received
    is_published: bool
    """Its figures were told before, as they are here."""


def received_then(
    session: Session, period: Period, against: str, window: Window, known_at: KnownAt
) -> Earlier:
    """Return what was received in an earlier window, as it was published where it was.

    Were it newer than its edition, the growth would tell what came late since, or who withdrew.
    """
    at = known(known_at).at
    other = {"previous": period.previous(), "year_before": period.year_before()}.get(against)
    edition = None if other is None else newest_of(session, [other], at).get(other.label)
    if other is not None and edition is not None:
        refusing = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS, at=edition.made_at)
        as_told = as_published(session, other, edition.known_at)
        return Earlier(
            against, received_in(session, window, as_told, refusing=refusing), is_published=True
        )
    months = months_of(window, period.scheme)
    newest = newest_of(session, months, at)
    is_published = other is None and all(one.label in newest for one in months)
    pinned = pinned_by(months, newest) if is_published else known(known_at).pinned
    return Earlier(
        against, received_in(session, window, Known(at, pinned)), is_published=is_published
    )
