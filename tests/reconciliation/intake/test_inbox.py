"""The webhook door answers 200 only for what is durable and 401 only for a bad signature."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from merchants.sealing import Sealer
from reconciliation.feeds.providers.sepay import DOOR, SepayReader
from reconciliation.feeds.reading.doors import Delivered
from reconciliation.intake.inbox import WebhookReply
from reconciliation.intake.inbox import receive as receive_at
from reconciliation.intake.raw_store import RawStore
from reconciliation.tables import Delivery, DeliveryState
from tests.feed_samples import sample, sample_lines
from tests.reconciliation.arrivals import NOW, ledger, sepay

SECRET = "sepay-fake-hmac-secret"


def signed(body: bytes, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, sha256).hexdigest()
    return {"X-SePay-Timestamp": stamp, "X-SePay-Signature": f"sha256={digest}"}


@pytest.fixture
def receive(engine: sa.Engine, tmp_path: Path, sealer: Sealer) -> Any:
    """Send one body to the door, each in a transaction of its own; signed unless told otherwise."""

    def _receive(
        body: bytes, headers: Mapping[str, str] | None = None, now: datetime = NOW
    ) -> WebhookReply:
        with writing(engine) as session:
            return receive_at(
                session,
                RawStore(tmp_path / "raw"),
                door=DOOR,
                channel=DOOR.channel((SECRET,), {}),
                delivered=Delivered(
                    content=body, headers=signed(body) if headers is None else headers
                ),
                sealer=sealer,
                now=now,
            )

    return _receive


def rows(engine: sa.Engine) -> list[dict[str, Any]]:
    with reading(engine) as session:
        return ledger(session, every_version=True)


def test_a_signed_delivery_enters_and_is_acknowledged(engine: sa.Engine, receive: Any) -> None:
    reply = receive(sepay(1, 20_000).content)

    assert (reply.status, reply.body) == (200, {"success": True})
    assert [row["amount"] for row in rows(engine)] == [20_000]


def test_a_replay_is_acknowledged_and_not_doubled(engine: sa.Engine, receive: Any) -> None:
    body = sepay().content
    receive(body)

    reply = receive(body, signed(body, NOW + timedelta(minutes=1)), NOW + timedelta(minutes=1))

    assert (reply.status, reply.body) == (200, {"success": True})
    assert reply.result.state is DeliveryState.DUPLICATE
    assert len(rows(engine)) == 1


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (signed(sepay().content, secret="another"), "signature"),
        (signed(b"{}"), "signature"),
        (signed(sepay().content, NOW - timedelta(seconds=301)), "stale"),
        (signed(sepay().content, NOW + timedelta(seconds=301)), "stale"),
        ({}, "signature"),
        ({"Authorization": "Apikey SEPAY-FAKE-APIKEY"}, "signature"),
    ],
)
def test_a_bad_signature_is_refused_and_kept(
    engine: sa.Engine, receive: Any, tmp_path: Path, headers: dict[str, str], reason: str
) -> None:
    body = sepay().content

    reply = receive(body, headers)

    assert (reply.status, reply.body) == (401, {"success": False})
    assert (reply.result.state, reply.result.reason) == (DeliveryState.QUARANTINED, reason)
    assert rows(engine) == []
    with reading(engine) as session:
        delivery = session.exec(select(Delivery)).one()
        assert RawStore(tmp_path / "raw").get(delivery.raw_sha256) == body
        assert "Apikey" not in delivery.signed_headers


def test_the_true_delivery_enters_after_a_forged_one(engine: sa.Engine, receive: Any) -> None:
    receive(sepay(1, 1).content, {})

    assert receive(sepay(1, 20_000).content).status == 200
    assert [row["amount"] for row in rows(engine)] == [20_000]


def test_the_signature_is_kept_with_the_delivery(engine: sa.Engine, receive: Any) -> None:
    headers = signed(sepay().content)

    receive(sepay().content, {**headers, "Authorization": "Apikey K", "Host": "x"})

    with reading(engine) as session:
        kept = json.loads(session.exec(select(Delivery)).one().signed_headers)
    assert kept == {name.lower(): value for name, value in headers.items()}


def test_a_test_ping_is_acknowledged_and_makes_no_row(engine: sa.Engine, receive: Any) -> None:
    assert receive(sepay(0).content).status == 200
    assert rows(engine) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"id":5}'])
def test_what_cannot_be_read_is_kept_and_acknowledged(
    engine: sa.Engine, receive: Any, tmp_path: Path, body: bytes
) -> None:
    reply = receive(body)

    assert (reply.status, reply.result.state) == (200, DeliveryState.REJECTED)
    with reading(engine) as session:
        digest = session.exec(select(Delivery.raw_sha256)).one()
    assert RawStore(tmp_path / "raw").get(digest) == body


def test_our_own_fault_is_kept_and_acknowledged(
    engine: sa.Engine, receive: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SepayReader, "read", lambda *_, **__: 1 / 0)

    reply = receive(sepay().content)

    assert (reply.status, reply.result.state) == (200, DeliveryState.FAILED)


def test_nothing_is_acknowledged_that_is_not_durable(
    engine: sa.Engine, receive: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> list[str]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(RawStore, "append_many", full)

    with pytest.raises(OSError, match="No space left"):
        receive(sepay().content)


def test_the_recorded_deliveries_end_as_expected(engine: sa.Engine, receive: Any) -> None:
    recorded = sample_lines("sepay/webhooks_hmac.jsonl")
    expected = {
        line["case"]: line["reply"]["status"]
        for line in map(json.loads, sample("EXPECTED_webhooks.jsonl").decode().splitlines())
        if line["file"] == "sepay/webhooks_hmac.jsonl"
    }

    replies = {
        one["case"]: receive(
            one["body"].encode(), one["headers"], datetime.fromisoformat(one["received_at"])
        ).status
        for one in recorded
    }

    assert replies == expected
    assert [row["amount"] for row in rows(engine)] == [68_866]
