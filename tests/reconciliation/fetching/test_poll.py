"""Polling Stripe stores every page once; a second poll adds nothing."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from market.database import reading, writing
from market.sandbox import create_sandbox
from market.sandbox.sample import sample_objects
from merchants.sealing import Sealer
from reconciliation.errors import ReconciliationError
from reconciliation.fetching.pages import StripeAccess
from reconciliation.fetching.poll import last_poll_at, poll_stripe
from reconciliation.intake.ingest import IngestResult
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import Book
from reconciliation.tables import Delivery, DeliveryState, SettlementStatement
from tests.reconciliation.arrivals import ledger
from tests.serving import serving
from tests.stripe_mock import StripeMock

ACCOUNT = "acct_sandbox"
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def poll(
    engine: sa.Engine,
    folder: Path,
    sealer: Sealer,
    url: str,
    *,
    now: datetime = NOW,
    since: datetime | None = None,
    key: str = "sk_test_123",
) -> list[IngestResult]:
    access = StripeAccess(base_url=url, api_key=key, version="2025-09-30.clover", account=ACCOUNT)
    with httpx.Client(timeout=10) as client, writing(engine) as session:
        return poll_stripe(
            session,
            RawStore(folder),
            client=client,
            access=access,
            sealer=sealer,
            now=now,
            since=since,
        )


@pytest.fixture
def sandbox() -> Iterator[str]:
    with serving(create_sandbox(sample_objects())) as url:
        yield url


def rows(engine: sa.Engine) -> list[dict[str, Any]]:
    with reading(engine) as session:
        return ledger(session, every_version=True)


def test_charges_are_payments_and_balance_transactions_the_statement(
    engine: sa.Engine, tmp_path: Path, sealer: Sealer, sandbox: str
) -> None:
    objects = sample_objects()

    poll(engine, tmp_path, sealer, sandbox)

    found = rows(engine)
    assert Counter(row["book"] for row in found) == {
        Book.PAYMENTS: len(objects["charges"]),
        Book.STATEMENT: len(objects["balance_transactions"]),
    }
    assert {row["settlement_id"] for row in found if row["book"] is Book.STATEMENT} == {
        objects["payouts"][0]["id"]
    }
    assert sum(row["amount"] for row in found if row["book"] is Book.PAYMENTS) == sum(
        charge["amount"] for charge in objects["charges"]
    )


def test_a_second_poll_adds_nothing(
    engine: sa.Engine, tmp_path: Path, sealer: Sealer, sandbox: str
) -> None:
    poll(engine, tmp_path, sealer, sandbox)
    once = rows(engine)

    results = poll(engine, tmp_path, sealer, sandbox, now=NOW + timedelta(hours=1), since=NOW)

    assert rows(engine) == once
    assert {(one.new, one.revised) for one in results} == {(0, 0)}
    with reading(engine) as session:
        assert len(session.exec(select(SettlementStatement)).all()) == 1


def test_a_failed_poll_stores_nothing(
    engine: sa.Engine, tmp_path: Path, sealer: Sealer, sandbox: str
) -> None:
    with pytest.raises(ReconciliationError, match="401"):
        poll(engine, tmp_path, sealer, sandbox, key="sk_live_no")

    with reading(engine) as session:
        assert session.exec(select(Delivery)).all() == []


def test_the_last_poll_of_an_account_is_known(
    engine: sa.Engine, tmp_path: Path, sealer: Sealer, sandbox: str
) -> None:
    with reading(engine) as session:
        before = last_poll_at(session, account=ACCOUNT, sealer=sealer)
    poll(engine, tmp_path, sealer, sandbox)

    with reading(engine) as session:
        after = last_poll_at(session, account=ACCOUNT, sealer=sealer)
        other = last_poll_at(session, account="acct_other", sealer=sealer)
    assert (before, after, other) == (None, NOW, None)


def test_a_payout_that_fails_after_paid_is_followed_within_the_overlap(
    engine: sa.Engine, tmp_path: Path, sealer: Sealer
) -> None:
    app = create_sandbox(sample_objects())
    [payout] = sample_objects()["payouts"]
    paid = next(
        row for row in sample_objects()["balance_transactions"] if row["source"] == payout["id"]
    )
    failed_at = NOW + timedelta(days=5)
    with serving(app) as url:
        poll(engine, tmp_path, sealer, url)
        poll(engine, tmp_path, sealer, url, now=failed_at, since=failed_at - timedelta(hours=1))
        app.state.account.add(
            "payouts",
            {**payout, "status": "failed", "failure_balance_transaction": "txn_failure"},
        )
        app.state.account.add(
            "balance_transactions",
            {
                **paid,
                "id": "txn_failure",
                "amount": payout["amount"],
                "net": payout["amount"],
                "type": "payout_failure",
                "reporting_category": "payout_reversal",
                "created": int(failed_at.timestamp()),
                "available_on": int(failed_at.timestamp()),
            },
        )
        then = failed_at + timedelta(hours=1)
        results = poll(engine, tmp_path, sealer, url, now=then, since=failed_at)

    assert sum(one.new for one in results) == 1
    money = [
        row["amount"] if row["direction"].value == "credit" else -row["amount"]
        for row in rows(engine)
        if row["transaction_type"].value in {"payout", "payout_reversal"}
    ]
    assert sum(money) == 0
    assert len(money) == 2
    with reading(engine) as session:
        told = session.exec(
            select(SettlementStatement.payout_status).order_by(col(SettlementStatement.id))
        ).all()
    assert told == ["paid", "failed"]


@pytest.mark.stripe_mock
def test_stripe_mock_is_stored_as_it_is_and_once(
    engine: sa.Engine, tmp_path: Path, sealer: Sealer, stripe_mock: StripeMock
) -> None:
    first = poll(engine, tmp_path, sealer, stripe_mock.url)
    once = rows(engine)
    second = poll(engine, tmp_path, sealer, stripe_mock.url)

    # Its fixtures are in dollars and contradict each other: rows of their own, never a crash.
    assert {row["currency"] for row in once} == {"USD"}
    assert {one.state for one in first} == {DeliveryState.PROCESSED}
    assert {one.state for one in second} == {DeliveryState.DUPLICATE}
    assert rows(engine) == once
