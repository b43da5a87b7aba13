"""Which receipts count for adoption. Source: domain.md 11.2."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from market.database import reading, writing
from reconciliation.close.closing import close_days
from reconciliation.close.frames import receipts
from reconciliation.close.receipts import RECEIPT_COLUMNS
from reconciliation.profiles import load_profiles
from reconciliation.records import Direction, Status, TransactionType
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

NEXT = DAY + timedelta(days=1)
DEBIT = Direction.DEBIT


class Fair:
    """A market with one vendor; what is told of her is closed when her receipts are asked for."""

    def __init__(self, engine: sa.Engine, now: datetime) -> None:
        self.engine = engine
        self.now = now
        with writing(engine) as session:
            world = LedgerWorld(session, now)
            self.vendor = world.vendor(world.market())

    def book(self, amount: int, **changes: Any) -> None:
        """Add a line of the bank's statement."""
        with writing(self.engine) as session:
            LedgerWorld(session, self.now).booked(self.vendor, amount, **changes)

    def both(self, amount: int, **changes: Any) -> None:
        """Add a payment in both books."""
        with writing(self.engine) as session:
            LedgerWorld(session, self.now).both(self.vendor, amount, **changes)

    def close(self) -> None:
        """Close both days."""
        with writing(self.engine) as session:
            close_days(
                session,
                DAY,
                NEXT,
                market_code=None,
                profiles=load_profiles(None),
                sealer=SEALER,
                now=self.now,
            )

    def receipts(self) -> pd.DataFrame:
        """Return the receipts of both days."""
        with reading(self.engine) as session:
            return receipts(session, DAY, NEXT)

    def amounts(self) -> list[int]:
        """Close, and return the amounts."""
        self.close()
        return self.receipts()["amount_vnd"].tolist()


@pytest.fixture
def fair(engine: sa.Engine, now: datetime) -> Fair:
    return Fair(engine, now)


def test_a_receipt_says_who_where_when_and_how_much(fair: Fair) -> None:
    fair.both(2**53 + 1)
    fair.close()

    [told] = fair.receipts().to_dict("records")

    assert told == {
        "vendor_id": fair.vendor.id,
        "market_id": fair.vendor.market_id,
        "business_date": pd.Timestamp(DAY),
        "amount_vnd": 2**53 + 1,
        # The bank's line has no time of its own; the webhook it was matched with has.
        "occurred_at": pd.Timestamp(datetime(2026, 11, 10, 2, tzinfo=UTC)),
        "ledger": "bank_vcb",
    }


def test_a_payment_in_both_books_is_one_receipt(fair: Fair) -> None:
    fair.both(50_000)

    assert fair.amounts() == [50_000]


def test_less_than_a_thousand_dong_is_a_trial(fair: Fair) -> None:
    fair.book(999)
    fair.book(1_000)

    assert fair.amounts() == [1_000]


@pytest.mark.parametrize(
    "changes",
    [
        {"transaction_type": TransactionType.REFUND, "direction": DEBIT},
        {"transaction_type": TransactionType.TOPUP},
        {"status": Status.FAILED},
        {"status": Status.REVERSED},
        {"currency": "USD", "provider": "stripe"},
    ],
    ids=["refund", "top-up", "failed", "reversed", "dollars"],
)
def test_what_is_no_payment_in_dong_is_no_receipt(fair: Fair, changes: dict[str, Any]) -> None:
    fair.book(50_000, **changes)

    assert fair.amounts() == []


def test_a_payment_that_a_reversal_takes_back_is_no_receipt(fair: Fair) -> None:
    fair.book(50_000, provider_transaction_id="A")
    fair.book(60_000, provider_transaction_id="B")
    fair.book(
        50_000,
        transaction_type=TransactionType.REVERSAL,
        direction=DEBIT,
        original_transaction_id="A",
        business_date=NEXT,
    )

    assert fair.amounts() == [60_000]


def test_a_refunded_payment_stays_a_receipt(fair: Fair) -> None:
    fair.book(50_000, provider_transaction_id="A")
    fair.book(
        50_000,
        transaction_type=TransactionType.REFUND,
        direction=DEBIT,
        original_transaction_id="A",
    )

    assert fair.amounts() == [50_000]


def test_an_id_told_with_two_amounts_is_no_receipt_until_it_is_cleared(fair: Fair) -> None:
    fair.book(50_000, provider_transaction_id="A")
    fair.book(51_000, provider_transaction_id="A")
    fair.book(7_000)

    assert fair.amounts() == [7_000]


def test_an_announcement_alone_is_no_receipt(fair: Fair) -> None:
    with writing(fair.engine) as session:
        LedgerWorld(session, fair.now).announced(fair.vendor, 50_000)

    assert fair.amounts() == []


def test_only_the_newest_version_of_a_day_counts(fair: Fair) -> None:
    fair.book(50_000)
    fair.close()
    fair.book(60_000)

    assert fair.receipts()["amount_vnd"].tolist() == [50_000]
    assert fair.amounts() == [50_000, 60_000]


def test_money_of_nobody_is_nobodys_receipt(fair: Fair) -> None:
    with writing(fair.engine) as session:
        LedgerWorld(session, fair.now).booked(None, 50_000)

    assert fair.amounts() == []


def test_no_closed_day_has_no_receipts_but_all_columns(fair: Fair) -> None:
    found = fair.receipts()

    assert found.empty
    assert {name: str(kind) for name, kind in found.dtypes.items()} == RECEIPT_COLUMNS
