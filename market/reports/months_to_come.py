"""What a quarter or a year must hide for those of its months that nobody has published yet.

Less its other months it would tell the last one, whatever that one hides once it is published itself.
What such a month hides is worked out with the days closed by then: of days closed later nothing is said.
"""

from datetime import datetime

import pandas as pd
from sqlmodel import Session

from market.adoption.periods import Length, Period
from market.reports.measuring import hidden_in_year, measure_now
from market.reports.models import Product
from market.reports.period_tables import Measured
from market.reports.public import public_tables
from market.reports.public_kept import PUBLIC
from market.reports.vintage import as_published, newest_of

Cells = frozenset[tuple[str, ...]]


def hidden_in_months_to_come(
    session: Session,
    period: Period,
    made: Measured,
    *,
    p_percent: int | None,
    known_at: datetime,
) -> tuple[Cells, Cells]:
    """Return the cells that unpublished months would hide now: from economists, and from the public.

    Args:
        made: the period as it is measured.
    """
    if period.length is Length.MONTH:
        return frozenset(), frozenset()
    published = newest_of(session, period.months, known_at)
    hidden: set[tuple[str, ...]] = set()
    from_public: set[tuple[str, ...]] = set()
    for month in period.months:
        own = month.window
        closed = made.days["day_on"].between(pd.Timestamp(own.first), pd.Timestamp(own.last))
        if month.label in published or not closed.any():
            continue
        measured = Measured.of(session, own, known_at=as_published(session, month, known_at))
        tables, studies = measure_now(
            session,
            month,
            [Product.ECONOMIST],
            p_percent=p_percent,
            known_at=known_at,
            made=measured,
            apart=(),
        )[Product.ECONOMIST]
        public = public_tables(
            session,
            tables,
            measured,
            version=1,
            p_percent=p_percent,
            known_at=known_at,
            hidden_before=hidden_in_year(session, month, PUBLIC),
        )
        hidden |= {tuple(key) for part in (tables, studies) for key in part.hidden}
        from_public |= {tuple(key) for key in public.hidden}
    return frozenset(hidden), frozenset(from_public)
