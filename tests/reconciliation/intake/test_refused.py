"""What nobody signed rightly is kept apart, as far as there is room, and never fills a disk."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from merchants.sealing import Sealer
from reconciliation.bulk import table_of
from reconciliation.errors import RawMissing
from reconciliation.feeds.providers.payos import DOOR as PAYOS
from reconciliation.feeds.providers.sepay import DOOR as SEPAY
from reconciliation.feeds.reading.doors import Delivered, Door
from reconciliation.intake import refused
from reconciliation.intake.inbox import WebhookReply, receive
from reconciliation.intake.raw_store import RawStore
from reconciliation.intake.refused import KEPT_FOR, Room
from reconciliation.operations.retention import remove_forgotten_bytes
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.tables import Delivery, DeliveryState
from tests.conftest import NOW
from tests.reconciliation.feeds.recorded import recorded


class Inbox:
    """The doors of SePay and payOS over one database and one raw store."""

    def __init__(self, engine: sa.Engine, folder: Path, sealer: Sealer) -> None:
        self.engine, self.store, self.sealer = engine, RawStore(folder), sealer

    def refuse(self, content: bytes, *, door: Door = SEPAY, now: datetime = NOW) -> WebhookReply:
        """Send something that nobody signed."""
        with writing(self.engine) as session:
            return receive(
                session,
                self.store,
                door=door,
                channel=door.channel(("s",), {}),
                delivered=Delivered(content=content, headers={}),
                sealer=self.sealer,
                now=now,
            )

    def wait_for_somebody(self, number: int) -> None:
        """Let that many deliveries wait for other reasons, and the database know of it."""
        row: dict[str, Any] = {
            "provider": "sepay",
            "channel": SourceChannel.WEBHOOK,
            "raw_sha256": "0" * 64,
            "raw_bytes": 1,
            "received_at": NOW,
            "signature_status": SignatureStatus.VALID,
            "state": DeliveryState.REJECTED,
        }
        with writing(self.engine) as session:
            session.add_all(Delivery(**row) for _ in range(number))
            session.flush()
            session.connection().exec_driver_sql("ANALYZE delivery")

    def kept(self) -> int:
        """Count the refused deliveries whose bytes are wanted."""
        row = table_of(Delivery).c
        with reading(self.engine) as session:
            wanted = sa.select(sa.func.count()).where(
                row.state == DeliveryState.QUARANTINED, row.forgotten_at.is_(None)
            )
            return int(session.connection().execute(wanted).scalar_one())

    def stored(self) -> int:
        """Count the contents in the raw store."""
        with reading(self.engine) as session:
            digests = session.connection().execute(sa.select(table_of(Delivery).c.raw_sha256))
            return sum(self._has(digest) for digest in set(digests.scalars()))

    def _has(self, digest: str) -> bool:
        try:
            self.store.get(digest)
        except RawMissing:
            return False
        return True


@pytest.fixture
def inbox(engine: sa.Engine, tmp_path: Path, sealer: Sealer) -> Inbox:
    """An empty inbox."""
    return Inbox(engine, tmp_path / "raw", sealer)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for three refused deliveries of a provider, 60 bytes in all."""
    monkeypatch.setattr(refused, "KEPT_COUNT_MAX", 3)
    monkeypatch.setattr(refused, "KEPT_BYTES_MAX", 60)


def test_the_room_is_a_thousand_deliveries_and_32_mib_for_30_days() -> None:
    assert refused.KEPT_COUNT_MAX == 1000
    assert refused.KEPT_BYTES_MAX == 33_554_432
    assert timedelta(days=30) == KEPT_FOR


@pytest.mark.usefixtures("few")
def test_what_finds_no_room_is_answered_the_same_and_not_kept(inbox: Inbox) -> None:
    replies = [inbox.refuse(b'{"id":%d}' % number) for number in range(8)]

    assert {(one.status, str(one.body)) for one in replies} == {(401, "{'success': False}")}
    assert [one.result is not None for one in replies] == [True] * 3 + [False] * 5
    assert (inbox.kept(), inbox.stored()) == (3, 3)


@pytest.mark.usefixtures("few")
def test_the_room_is_also_counted_in_bytes(inbox: Inbox) -> None:
    assert inbox.refuse(b"x" * 61).result is None
    assert inbox.refuse(b"x" * 60).result is not None
    assert inbox.refuse(b"y").result is None
    assert inbox.kept() == 1


@pytest.mark.usefixtures("few")
def test_each_provider_has_room_of_its_own(inbox: Inbox) -> None:
    for number in range(4):
        inbox.refuse(b"%d" % number)

    assert inbox.refuse(b"1", door=PAYOS).result is not None


@pytest.mark.usefixtures("few")
def test_the_true_delivery_enters_however_full_the_room_is(inbox: Inbox) -> None:
    for number in range(6):
        inbox.refuse(b"%d" % number, door=PAYOS)
    one = recorded("payos/webhooks.jsonl", "paid")

    with writing(inbox.engine) as session:
        reply = receive(
            session,
            inbox.store,
            door=one.door,
            channel=one.channel,
            delivered=Delivered(content=one.delivery.content, headers={}),
            sealer=inbox.sealer,
            now=NOW,
        )

    assert reply.result is not None
    assert (reply.status, reply.result.new) == (200, 1)


@pytest.mark.usefixtures("few")
def test_what_lies_there_for_a_month_makes_room(inbox: Inbox) -> None:
    for number in range(3):
        inbox.refuse(b"%d" % number)

    assert inbox.refuse(b"new", now=NOW + KEPT_FOR).result is None
    assert inbox.refuse(b"newer", now=NOW + KEPT_FOR + timedelta(seconds=1)).result is not None
    assert inbox.kept() == 1
    with writing(inbox.engine) as session:
        assert remove_forgotten_bytes(session, inbox.store, now=NOW) == 3
    assert inbox.stored() == 1


def test_counting_reads_the_refused_alone(inbox: Inbox, monkeypatch: Any) -> None:
    """However many deliveries there are, a flood of bad ones must cost little each."""
    plans = []

    def explain(session: Any, statement: Any) -> Any:
        connection = session.connection()
        compiled = statement.compile(connection)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        prefix = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
        told = tuple(compiled.params[name] for name in compiled.positiontup or ())
        explained = connection.exec_driver_sql(prefix + str(compiled), told or compiled.params)
        plans.append(str(explained.all()))
        return rows_of(session, statement)

    inbox.wait_for_somebody(500)
    rows_of = refused.rows_of
    monkeypatch.setattr(refused, "rows_of", explain)
    with writing(inbox.engine) as session:
        assert Room(session, now=NOW).takes("sepay", 10)

    assert "ix_delivery_quarantined" in plans[0]
