"""Refunds whose payment lies outside the days, or is forgotten, still know it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from reconciliation.close.frames import read_window
from reconciliation.engine.matching import reconcile
from reconciliation.ledger.forgotten_names import forgotten_id
from reconciliation.profiles import load_profiles
from reconciliation.records import Direction, TransactionType
from tests.reconciliation.ledger_world import DAY, LedgerWorld, account_of

BACK: dict[str, Any] = {
    "transaction_type": TransactionType.REFUND,
    "ledger_type": TransactionType.REFUND,
    "direction": Direction.DEBIT,
}


@pytest.mark.parametrize(
    ("known_as", "reason"),
    [("plain", "not_told"), ("forgotten", "not_told"), ("nothing", "refund_orphan")],
)
def test_a_refund_is_an_orphan_only_if_the_ledger_never_knew_its_payment(
    engine: sa.Engine, now: datetime, known_as: str, reason: str
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        world.announced(vendor, 70_000)
        world.booked(vendor, 5_000, original_transaction_id="PAY1", **BACK)
        name = {"plain": "PAY1", "forgotten": forgotten_id(account_of(vendor), "PAY1")}
        if known_as in name:
            month_ago = DAY - timedelta(days=30)
            world.booked(
                vendor,
                5_000,
                business_date=month_ago,
                provider_transaction_id=name[known_as],
            )
    with reading(engine) as session:
        books = read_window(session, DAY, DAY).books

    rows = reconcile(books, load_profiles()).outcomes

    told = rows[rows["outcome"].eq("missing_in_payments")]
    assert told["reason"].tolist() == [reason]


def test_a_refund_names_a_forgotten_payment_as_the_ledger_does(
    engine: sa.Engine, now: datetime
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        hashed = forgotten_id(account_of(vendor), "PAY1")
        world.booked(vendor, 5_000, provider_transaction_id=hashed)
        world.booked(vendor, 1_000, original_transaction_id="PAY1", **BACK)
        world.booked(vendor, 2_000, original_transaction_id="PAY2", **BACK)
    with reading(engine) as session:
        lines = read_window(session, DAY, DAY).books.statement.set_index("amount_vnd")

    assert lines["original_transaction_id"].to_dict()[1_000] == hashed
    assert lines["original_transaction_id"].to_dict()[2_000] == "PAY2"
    assert lines["original_is_told"].to_dict() == {1_000: True, 2_000: False, 5_000: False}
