"""A market day with breaks, closed for real on the application's database, for tests of its doors."""

from datetime import UTC, date, datetime, timedelta
from itertools import count as counting
from typing import Any

import sqlalchemy as sa
from sqlmodel import select

from market.database import writing
from merchants.tables import Market, Vendor
from reconciliation.close.closing import close_days
from reconciliation.profiles import Profiles, load_profiles, read_profiles
from reconciliation.records import Book, TransactionType
from reconciliation.rules.in_force import overlay
from reconciliation.tables import ProviderTransaction
from tests.market.books import SEALER
from tests.reconciliation.ledger_world import LedgerWorld

ON = date(2026, 11, 2)
CLOSED_AT = datetime(2026, 11, 3, 20, tzinfo=UTC)
ONE_BOOK = """
[[profile]]
provider = "bank_vcb"
valid_from = 2000-01-01
books = ["statement"]
bank_reference = [["bank_reference", "bank_reference"]]
ids_exclude = "learned"
statement_per = "account"
"""
"""Rules by which nobody announces what the bank books."""
_keys = counting(1)


def break_a_day(engine: sa.Engine, *, market_code: str = "MA", count: int = 3) -> None:
    """Let a vendor be paid: one pair that agrees, one that differs, and payments nobody booked."""
    with writing(engine) as session:
        world = LedgerWorld(session, CLOSED_AT)
        market = session.exec(select(Market).where(Market.code == market_code)).one()
        vendor = session.exec(select(Vendor).where(Vendor.market_id == market.id)).first()
        world.statement(vendor, ON)
        world.both(vendor, 50_000, **_named())
        world.announced(vendor, 250_000, bank_reference="FEE", **_named())
        world.booked(vendor, 247_250, bank_reference="FEE", **_named())
        for number in range(count - 1):
            world.announced(vendor, 10_000 * (number + 1), **_named())
    close_again(engine)


def doubt_a_payout(engine: sa.Engine, *, market_code: str = "MA") -> None:
    """Let a wallet pay late for one of two days of one sum, and close them all."""
    later = ON + timedelta(days=5)
    with writing(engine) as session:
        world = LedgerWorld(session, CLOSED_AT)
        market = session.exec(select(Market).where(Market.code == market_code)).one()
        vendor = session.exec(select(Vendor).where(Vendor.market_id == market.id)).first()
        assert vendor is not None
        world.acceptance_point(vendor, "momo")
        wallet = {"provider": "momo", "account_alias": "PARTNER", "vendor_id": vendor.id}
        for on in (ON, ON + timedelta(days=1)):
            world.booked(vendor, 50_000, **_named() | {"business_date": on}, **wallet)
        paid = {
            "transaction_type": TransactionType.PAYOUT,
            "description": "MOMO TT DOI SOAT PARTNER",
        }
        world.booked(vendor, 49_450, **_named() | {"business_date": later}, **paid)
        close_days(
            session,
            ON,
            later,
            market_code=None,
            profiles=load_profiles(None),
            sealer=SEALER,
            now=CLOSED_AT + timedelta(days=5),
        )


def _named() -> dict[str, Any]:
    """Return the day, and a key that no other row of the database has."""
    return {"business_date": ON, "dedupe_key": f"broken:{next(_keys)}"}


def close_again(
    engine: sa.Engine, at: datetime = CLOSED_AT, profiles: Profiles | None = None
) -> None:
    """Close the day with what is known, by the packaged rules if no others are given."""
    rules = profiles or load_profiles(None)
    with writing(engine) as session:
        close_days(session, ON, ON, market_code=None, profiles=rules, sealer=SEALER, now=at)


def close_by_other_rules(engine: sa.Engine) -> None:
    """Close the day an hour later by rules that know no announcements of the bank."""
    rules = overlay(load_profiles(None), read_profiles(ONE_BOOK, "x"), ON)
    close_again(engine, CLOSED_AT + timedelta(hours=1), rules)


def book_late(engine: sa.Engine) -> None:
    """Let the statement tell one of the missing payments after the day was closed."""
    with writing(engine) as session:
        world = LedgerWorld(session, CLOSED_AT)
        row = session.exec(
            select(ProviderTransaction).where(
                ProviderTransaction.amount == 10_000,
                ProviderTransaction.business_date == ON,
                ProviderTransaction.book == Book.PAYMENTS,
            )
        ).one()
        vendor = session.get_one(Vendor, row.vendor_id)
        row.bank_reference = "LATE"
        session.add(row)
        world.booked(vendor, 10_000, bank_reference="LATE", **_named())
