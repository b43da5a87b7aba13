"""What the close counts for adoption: receipts by vendor, day and channel; breaks; halves of months."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from market.database import reading, writing
from reconciliation.close.adoption_facts import half_of
from reconciliation.close.closing import close_days
from reconciliation.profiles import load_profiles
from reconciliation.records import Direction, TransactionType
from reconciliation.tables import (
    AdoptionBreakDay,
    AdoptionTicketDay,
    AdoptionVendorDay,
    AdoptionVendorHalf,
)
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

NEXT = DAY + timedelta(days=1)


class Fair:
    """A market with one vendor, whose days are closed one by one."""

    def __init__(self, engine: sa.Engine, now: datetime) -> None:
        self.engine, self.now = engine, now
        with writing(engine) as session:
            world = LedgerWorld(session, now)
            self.vendor = world.vendor(world.market())

    def tell(self, method: str, amount: int, **changes: Any) -> None:
        with writing(self.engine) as session:
            getattr(LedgerWorld(session, self.now), method)(self.vendor, amount, **changes)

    def close(self, day: date) -> None:
        with writing(self.engine) as session:
            close_days(
                session,
                day,
                day,
                market_code=None,
                profiles=load_profiles(None),
                sealer=SEALER,
                now=self.now,
            )

    def days(self) -> list[tuple[date, int, int]]:
        with reading(self.engine) as session:
            rows = session.exec(
                select(AdoptionVendorDay).order_by(col(AdoptionVendorDay.business_date))
            ).all()
            return [(row.business_date, row.receipts, row.value_vnd) for row in rows]


@pytest.fixture
def fair(engine: sa.Engine, now: datetime) -> Fair:
    return Fair(engine, now)


def test_a_day_is_counted_when_it_is_closed(fair: Fair) -> None:
    fair.tell("both", 50_000)
    fair.tell("both", 50_000)
    fair.tell("both", 2_000_000)
    assert fair.days() == []

    fair.close(DAY)
    fair.close(DAY)

    assert fair.days() == [(DAY, 3, 2_100_000)]
    with reading(fair.engine) as session:
        [row] = session.exec(select(AdoptionVendorDay)).all()
        tickets = session.exec(select(AdoptionTicketDay)).all()
        [half] = session.exec(select(AdoptionVendorHalf)).all()
        assert (row.band_1, row.band_2, row.band_3, row.band_4, row.band_5) == (0, 2, 0, 0, 1)
        assert (row.provider, row.acceptance_type) == ("bank_vcb", "transfer_qr")
        amounts = {(each.amount_vnd, each.receipts) for each in tickets}
        assert amounts == {(50_000, 2), (2_000_000, 1)}
        assert (half.half_on, half.first_on, half.last_on) == (half_of(DAY), DAY, DAY)


def test_a_reversal_of_the_next_day_leaves_the_day_it_takes_back(fair: Fair) -> None:
    fair.tell("booked", 50_000, provider_transaction_id="A")
    fair.tell("booked", 70_000)
    fair.close(DAY)
    assert fair.days() == [(DAY, 2, 120_000)]
    fair.tell(
        "booked",
        50_000,
        transaction_type=TransactionType.REVERSAL,
        direction=Direction.DEBIT,
        original_transaction_id="A",
        business_date=NEXT,
    )

    fair.close(NEXT)

    assert fair.days() == [(DAY, 1, 70_000)]


def test_money_announced_and_in_no_statement_is_a_break(fair: Fair) -> None:
    fair.tell("announced", 90_000)

    fair.close(DAY)

    with reading(fair.engine) as session:
        [row] = session.exec(select(AdoptionBreakDay)).all()
        assert (row.vendor_id, row.receipts, row.value_vnd) == (fair.vendor.id, 1, 90_000)
        assert row.break_name in {"pending_cut_off", "missing_in_statement"}
    assert fair.days() == []


@pytest.mark.parametrize(
    ("day", "half"),
    [
        (date(2026, 10, 1), date(2026, 10, 1)),
        (date(2026, 10, 14), date(2026, 10, 1)),
        (date(2026, 10, 15), date(2026, 10, 15)),
        (date(2026, 2, 28), date(2026, 2, 15)),
    ],
)
def test_halves_begin_on_the_first_and_on_the_fifteenth(day: date, half: date) -> None:
    assert half_of(day) == half
