"""Deliveries taken in as the service does, each in a transaction of its own."""

import sqlalchemy as sa

from market.database import writing
from reconciliation.intake.ingest import Incoming, IngestResult, ingest
from reconciliation.intake.raw_store import RawStore
from tests.reconciliation.arrivals import SEALER


def take(engine: sa.Engine, store: RawStore, one: Incoming) -> IngestResult:
    """Take one delivery in when it is received."""
    with writing(engine) as session:
        return ingest(session, store, sealer=SEALER, incoming=one, now=one.received_at)
