"""The reports over simulated market days with faults, closed by the real engine."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import open_engine, reading
from market.demo.story import DemoPlan, run_demo
from market.demo.watch import Silence
from market.reports import Product, adoption_report, market_day_report, vendor_day_report
from market.reports.models import COUNTED, ReceiptState
from market.settings import Settings
from merchants.tables import Vendor
from reconciliation.simulation.places import demo_markets
from reconciliation.tables import DayClose, VendorDay

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
PLAN = DemoPlan(
    markets=tuple(market for market in demo_markets() if market.code in {"DC", "LG"}),
    book_of="DC",
    first=date(2026, 10, 19),
    last=date(2026, 10, 31),
)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> sa.Engine:
    """Two markets, thirteen days, every kind of fault."""
    folder = tmp_path_factory.mktemp("simulated")
    shown = run_demo(
        Settings(data_dir=folder), Path(folder / "out"), watch=Silence(), now=NOW, plan=PLAN
    )
    return open_engine(shown.settings.url)


def test_every_vendors_day_adds_up_to_its_close(played: sa.Engine) -> None:
    with reading(played) as session:
        days = session.exec(
            select(Vendor.code, VendorDay.business_date).join(
                VendorDay, VendorDay.vendor_id == Vendor.id
            )
        ).all()
        reports = [vendor_day_report(session, code or "", on) for code, on in set(days)]

    assert len(reports) > 50
    assert {r.state for report in reports for r in report.receipts} >= {
        ReceiptState.MATCHED,
        ReceiptState.REFUND,
    }


def test_vendors_and_their_market_tell_the_same_sum(played: sa.Engine) -> None:
    with reading(played) as session:
        closed = session.exec(
            select(DayClose.scope, DayClose.business_date).where(DayClose.scope != "*")
        ).all()
        reports = [market_day_report(session, scope, on) for scope, on in sorted(set(closed))]

    assert sum(report.vendors_receiving or 0 for report in reports) > 50
    for report in reports:
        assert report.amounts is not None
        for name in ("payments", "gross_vnd", "net_vnd", "pending_vnd", "unexplained_vnd"):
            assert sum(getattr(line, name) for line in report.vendors) == getattr(
                report.amounts, name
            )


def test_adoption_counts_the_receipts_the_vendors_see(played: sa.Engine) -> None:
    with reading(played) as session:
        report = adoption_report(session, "2026-10", product=Product.MANAGER)
        days = session.exec(
            select(Vendor.code, VendorDay.business_date).join(
                VendorDay, VendorDay.vendor_id == Vendor.id
            )
        ).all()
        seen = [
            receipt.amount_vnd
            for code, on in sorted(set(days))
            for receipt in vendor_day_report(session, code or "", on).receipts
            if receipt.state in COUNTED and receipt.amount_vnd >= 1_000
        ]

    assert report.total is not None
    # Nothing is taken back after its day in these thirteen days, so that the two agree to the đồng.
    assert report.total["U8"].numerator == sum(seen)
    assert report.total["U7"].numerator == len(seen) > 100
