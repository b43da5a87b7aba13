"""Deliveries taken in as the service does, each in a transaction of its own."""

from datetime import datetime

import sqlalchemy as sa

from market.database import writing
from merchants.actors import Actor
from reconciliation.intake.ingest import Incoming, IngestResult, ingest
from reconciliation.intake.raw_store import RawStore
from reconciliation.operations.voiding import VoidResult, decide_void, propose_void
from reconciliation.tables import Decision
from tests.reconciliation.arrivals import SEALER

ONE, TWO = Actor(kind="staff", name="1"), Actor(kind="staff", name="2")


def take(engine: sa.Engine, store: RawStore, one: Incoming) -> IngestResult:
    """Take one delivery in when it is received."""
    with writing(engine) as session:
        return ingest(session, store, sealer=SEALER, incoming=one, now=one.received_at)


def take_back(engine: sa.Engine, store: RawStore, delivery_id: int, *, now: datetime) -> VoidResult:
    """Take one delivery back by two people."""
    with writing(engine) as session:
        propose_void(session, delivery_id, reason="Gửi nhầm sao kê", actor=ONE, now=now)
        return decide_void(
            session, store, delivery_id, Decision.APPROVED, actor=TWO, now=now, sealer=SEALER
        )
