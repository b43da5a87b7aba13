"""Money that a provider pays to one account of several vendors is in nobody's own account."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from market.database import reading, writing
from market.reports import vendor_day_report
from merchants.tables import Vendor
from reconciliation.close.closing import close_days
from reconciliation.profiles import load_profiles
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

NEXT, LAST = DAY + timedelta(days=1), DAY + timedelta(days=2)
STRIPE = {"provider": "stripe", "account_alias": "acct_shared"}


def pay_out(world: LedgerWorld, vendors: list[Vendor], sold_on: date, payout: str) -> None:
    """Let each vendor sell for 50.000 đồng, and one payout of the day after pay them all."""
    for vendor in vendors:
        world.booked(vendor, 50_000, business_date=sold_on, settlement_id=payout, **STRIPE)
    world.statement(
        vendors[0],
        sold_on,
        statement_kind="payout",
        settlement_id=payout,
        net_amount=50_000 * len(vendors),
        payout_status="paid",
        expected_arrival_on=sold_on + timedelta(days=1),
        **STRIPE,
    )


def test_a_shared_payout_is_no_vendors_own_though_its_day_is_not_closed(
    engine: sa.Engine, now: datetime
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        market = world.market()
        vendors = [world.vendor(market, "stripe"), world.vendor(market, "stripe")]
        pay_out(world, vendors, DAY, "po_1")
        pay_out(world, vendors, NEXT, "po_2")
        close_days(
            session,
            DAY,
            NEXT,
            market_code=None,
            profiles=load_profiles(),
            sealer=SEALER,
            now=datetime.combine(LAST, datetime.min.time(), tzinfo=UTC),
        )
        code = vendors[0].code or ""

    with reading(engine) as session:
        reports = [vendor_day_report(session, code, on) for on in (DAY, NEXT)]

    told = [(one.shared_vnd, one.in_bank_vnd) for each in reports for one in each.sources]
    assert told == [(50_000, 0), (50_000, 0)]
