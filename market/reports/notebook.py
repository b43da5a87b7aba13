"""Facts for a notebook: a frame for each kind, out of the database a deployment works on."""

from collections.abc import Collection
from datetime import datetime

from market.adoption.facts import Facts
from market.adoption.periods import Period, Scheme


def load(
    period: str,
    *,
    scheme: Scheme = Scheme.CALENDAR,
    market_codes: Collection[str] | None = None,
    known_at: datetime | None = None,
    database_url: str | None = None,
) -> Facts:
    """Return what the measures of a period are computed from; see ``market.adoption.load``."""
    from market.database import open_engine, reading
    from market.reports.facts import load as load_facts
    from market.settings import Settings

    engine = open_engine(database_url or Settings().url)
    try:
        with reading(engine) as session:
            return load_facts(session, Period.read(period, scheme).window, market_codes, known_at)
    finally:
        engine.dispose()
