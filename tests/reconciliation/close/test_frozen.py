"""Days with forgotten rows are closed again: whatever hangs together stays as it was decided."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from merchants.tables import Vendor
from reconciliation.bulk import table_of
from reconciliation.close.closing import close_days
from reconciliation.close.versions import verify_chain
from reconciliation.operations.retention import forget_transactions
from reconciliation.profiles import load_profiles
from reconciliation.records import SourceChannel, TransactionType
from reconciliation.tables import DayClose, MarketDay, MatchOutcome, ProviderTransaction, VendorDay
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

NEXT = DAY + timedelta(days=1)
AT = datetime(2026, 12, 31, tzinfo=UTC)
PROFILES = load_profiles(None)
Fill = Callable[[LedgerWorld, Vendor], None]


def one_reference(world: LedgerWorld, vendor: Vendor) -> None:
    """A sale both books tell, under one reference."""
    world.both(vendor, 50_000, description="CHI HANH")


def a_class(world: LedgerWorld, vendor: Vendor) -> None:
    """Three equal sales that nothing tells apart."""
    for _ in range(3):
        world.announced(vendor, 10_000)
        world.booked(vendor, 10_000)


def a_listed_payout(world: LedgerWorld, vendor: Vendor) -> None:
    """A card payment, its line in a payout's listing, and the payout."""
    stripe: dict[str, Any] = {"provider": "stripe", "account_alias": "acct_1"}
    stripe["source_channel"] = SourceChannel.POLL
    world.announced(vendor, 80_000, provider_transaction_id="ch_1", **stripe)
    told = {"provider_transaction_id": "txn_1", "bank_reference": "ch_1", "fee_amount": 2_720}
    world.booked(vendor, 80_000, settlement_id="po_1", **told, **stripe)
    world.statement(
        vendor,
        DAY,
        provider="stripe",
        account_alias="acct_1",
        statement_kind="payout",
        settlement_id="po_1",
        net_amount=77_280,
        payout_status="paid",
        expected_arrival_on=NEXT,
    )


def a_wallets_payout(world: LedgerWorld, vendor: Vendor) -> None:
    """A wallet's sale, and the bank credit whose memo says that the wallet paid it."""
    world.acceptance_point(vendor, "momo")
    at = datetime(2026, 11, 10, 3, tzinfo=UTC)
    wallet = {"provider": "momo", "account_alias": "PARTNER", "store_id": "A12"}
    world.booked(vendor, 50_000, occurred_at=at, **wallet)
    told = {"provider": "momo", "account_alias": "PARTNER"}
    world.statement(vendor, DAY, NEXT, statement_kind="report", **told)
    memo = "MOMO TT DOI SOAT 10112026 PARTNER"
    landed = {"business_date": NEXT, "description": memo, "bank_reference": "P"}
    world.announced(vendor, 49_450, **landed)
    world.booked(vendor, 49_450, transaction_type=TransactionType.PAYOUT, **landed)


def a_refund_and_a_repeat(world: LedgerWorld, vendor: Vendor) -> None:
    """Money given back, and a sale that was told twice."""
    world.both(vendor, 30_000, bank_reference="R")
    world.announced(vendor, 30_000, bank_reference="R")
    world.booked(vendor, 4_000, transaction_type=TransactionType.REFUND, direction="debit")


WORLDS = [one_reference, a_class, a_listed_payout, a_wallets_payout, a_refund_and_a_repeat]


def close(engine: sa.Engine, first: date = DAY, last: date = NEXT) -> list[bool]:
    """Close the days; tell which of the versions are new."""
    with writing(engine) as session:
        closed = close_days(
            session, first, last, market_code=None, profiles=PROFILES, sealer=SEALER, now=AT
        )
    return [day.is_new for day in closed]


def stored(engine: sa.Engine) -> list[list[Any]]:
    """Everything that closes wrote."""
    with reading(engine) as session:
        return [
            [tuple(row) for row in session.connection().execute(sa.select(table_of(table)))]
            for table in (DayClose, MatchOutcome, VendorDay, MarketDay)
        ]


@pytest.mark.parametrize("fill", WORLDS)
@pytest.mark.parametrize("whose", ["hers", "everybody's"])
def test_closing_again_makes_no_new_version(
    engine: sa.Engine, now: datetime, fill: Fill, whose: str
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        market = world.market()
        vendor, other = world.vendor(market), world.vendor(market)
        for each in (vendor, other):
            world.statement(each, DAY, NEXT)
        fill(world, vendor)
        one_reference(world, other)
        vendor_id = vendor.id
    assert close(engine) == [True, True]
    before = stored(engine)

    with writing(engine) as session:
        only = vendor_id if whose == "hers" else None
        assert forget_transactions(session, AT, vendor_id=only, now=AT) > 0

    assert close(engine) == [False, False]
    assert stored(engine) == before
    with reading(engine) as session:
        assert verify_chain(session, sealer=SEALER) == []


@pytest.mark.parametrize("fill", WORLDS)
def test_the_edge_of_two_years_does_not_tear_a_day_from_the_next(
    engine: sa.Engine, now: datetime, fill: Fill
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        world.statement(vendor, DAY, NEXT)
        fill(world, vendor)
        # Announced on the day that is forgotten, booked on the one that is not.
        world.announced(vendor, 7_000, bank_reference="LATE")
        world.booked(vendor, 7_000, bank_reference="LATE", business_date=NEXT)
    close(engine)
    before = stored(engine)

    with writing(engine) as session:
        edge = datetime(NEXT.year, NEXT.month, NEXT.day, tzinfo=UTC) - timedelta(hours=7)
        assert forget_transactions(session, edge, now=AT) > 0
        left = session.exec(select(ProviderTransaction)).all()
        assert {row.business_date for row in left if row.forgotten_at is None} == {NEXT}

    assert not any(close(engine))
    assert stored(engine) == before
