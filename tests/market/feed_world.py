"""Deliveries in the database of an application, as they come through the doors."""

from dataclasses import replace

import sqlalchemy as sa
from sqlmodel import col, select

from market.database import reading, writing
from market.settings import Settings
from market.tables import SecurityEvent
from reconciliation.intake.ingest import Incoming, IngestResult, ingest
from reconciliation.intake.raw_store import RawStore
from reconciliation.tables import ProviderTransaction
from tests.feed_samples import vcb_csv
from tests.market.books import SEALER
from tests.market.conftest import NOW
from tests.reconciliation.arrivals import incoming, sepay, vcb

BROKEN = vcb_csv("20/10/2026,R1,,10000,a", "31/11/2026,R2,,20000,tien ca", total=",30000,")
"""A statement of which the second row waits: there is no such day."""


def take(engine: sa.Engine, settings: Settings, one: Incoming) -> IngestResult:
    """Take a delivery in as the service does."""
    with writing(engine) as session:
        store = RawStore(settings.raw_dir)
        return ingest(session, store, sealer=SEALER, incoming=one, now=one.received_at)


def broken_file(engine: sa.Engine, settings: Settings) -> int:
    """Take in a file of which a row waits; return its number."""
    one = incoming("bank_vcb", BROKEN, received_at=NOW, name="saoke.csv")
    return take(engine, settings, one).delivery_id


def refused_file(engine: sa.Engine, settings: Settings) -> int:
    """Take in a file that is refused; return its number."""
    return take(engine, settings, incoming("bank_vcb", "rubbish", received_at=NOW)).delivery_id


def good_file(engine: sa.Engine, settings: Settings, number: int = 1) -> int:
    """Take in a file that is read whole; return its number."""
    one = vcb((f"G{number}", 10_000, "tien rau"), received_at=NOW, name=f"tot{number}.csv")
    return take(engine, settings, one).delivery_id


def nobodys_payment(
    engine: sa.Engine, settings: Settings, memo: str = "tien rau", number: int = 1
) -> int:
    """Take in a payment that names nobody; return the number of its row."""
    one = sepay(number, 85_000, content=memo)
    take(engine, settings, replace(one, received_at=NOW))
    with reading(engine) as session:
        ids = session.exec(
            select(ProviderTransaction.id).where(
                col(ProviderTransaction.amount) == 85_000,
                col(ProviderTransaction.vendor_id).is_(None),
            )
        ).all()
    return max(one or 0 for one in ids)


def logged(engine: sa.Engine) -> list[tuple[str, str, str]]:
    """Return what the log of the doors holds, in order: action, subject, note."""
    with reading(engine) as session:
        rows = session.exec(select(SecurityEvent).order_by(col(SecurityEvent.id))).all()
        return [(row.action, row.subject, row.note) for row in rows]
