"""What a period is compared with: earlier windows, as they were published."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from market.adoption.indicator import Window
from market.adoption.periods import Period
from market.reports.received import Received, received_in
from market.reports.vintage import (
    Known,
    KnownAt,
    as_published,
    known,
    months_of,
    newest_of,
    pinned_by,
)
from market.tables import AdoptionEdition
from merchants.kinds import ConsentPurpose
from merchants.privacy.consents import not_agreeing_to
from reconciliation.close.late_reversals import TakenBack, taken_back_since


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
        received = received_in(session, window, as_told, refusing=refusing)
        late = counted_then(session, window, edition)
        return Earlier(against, received.plus(_money(late)), is_published=True)
    months = months_of(window, period.scheme)
    newest = newest_of(session, months, at)
    is_published = other is None and all(one.label in newest for one in months)
    pinned = pinned_by(months, newest) if is_published else known(known_at).pinned
    received = received_in(session, window, Known(at, pinned))
    if is_published:
        received = received.plus(_counted_by_months(session, window, months, newest))
    return Earlier(against, received, is_published=is_published)


def counted_then(
    session: Session, window: Window, edition: AdoptionEdition
) -> Mapping[TakenBack, int]:
    """Return how many receipts an edition counted in a window and reversals took back since.

    Those of who refused are left out.

    Facts are counted anew when a payment is taken back, also those of closes an edition rests on.
    """
    late = taken_back_since(
        session, window.first, window.last, edition.made_at, known_at=edition.known_at
    )
    if not late:
        return late
    refusing = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS, at=edition.made_at)
    return {key: count for key, count in late.items() if key.vendor_id not in refusing}


def _counted_by_months(
    session: Session,
    window: Window,
    months: Sequence[Period],
    newest: Mapping[str, AdoptionEdition],
) -> Mapping[tuple[int, int, date], int]:
    """Return the money of the published months a window reaches into, who refuses now left out."""
    refusing = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS)
    found: dict[tuple[int, int, date], int] = {}
    for month in months:
        late = counted_then(session, window.part_in(month.window), newest[month.label])
        found |= _money({key: n for key, n in late.items() if key.vendor_id not in refusing})
    return found


def _money(late: Mapping[TakenBack, int]) -> Mapping[tuple[int, int, date], int]:
    """Return the đồng by vendor, market and day."""
    found = Counter[tuple[int, int, date]]()
    for one, count in late.items():
        found[one.vendor_id, one.market_id, one.on] += one.amount_vnd * count
    return found
