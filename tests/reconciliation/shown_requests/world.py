"""A vendor with a stall and an account that SePay tells of, and what SePay tells."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from market.database import reading, writing
from merchants.actors import Actor
from merchants.kinds import StallState
from merchants.sealing import Sealer
from merchants.tables import Stall, StallHolding, Vendor
from reconciliation.intake.ingest import Incoming, IngestResult, ingest
from reconciliation.intake.raw_store import RawStore
from reconciliation.shown_requests.making import make_request
from reconciliation.shown_requests.reading import ShownRequest, find_request
from tests.feed_samples import VCB_ACCOUNT
from tests.reconciliation.arrivals import NOW, SEALER, point, sepay, vendor_with

LIFETIME = timedelta(minutes=15)
TODAY = "2026-11-21"


@dataclass
class Asking:
    """A vendor who asks for amounts, and short ways to do what happens around her."""

    engine: sa.Engine
    raw: RawStore
    now: datetime = NOW
    sealer: Sealer = field(default=SEALER, repr=False)
    vendor_id: int = 0
    vendor_code: str = ""

    def add_vendor(self, account: str = VCB_ACCOUNT, **changes: Any) -> str:
        """Add a vendor who may have a code, and return her code."""
        with writing(self.engine) as session:
            vendor_id = vendor_with(session, self.sealer)
            vendor = session.get_one(Vendor, vendor_id)
            vendor.consented_on = date(2026, 8, 1)
            stall = Stall(
                market_id=1,
                code=f"A{vendor_id:02}",
                goods_group="Rau củ",
                state=StallState.OCCUPIED,
            )
            session.add(stall)
            session.flush()
            session.add(
                StallHolding(stall_id=stall.id or 0, vendor_id=vendor_id, from_on=date(2026, 8, 1))
            )
            values: dict[str, Any] = {
                "bin": "970436",
                "account_sealed": self.sealer.seal(account),
            } | changes
            session.add(point(vendor_id, self.sealer, "bank_vcb", account, **values))
            self.vendor_id, self.vendor_code = vendor_id, vendor.code or ""
        return self.vendor_code

    def ask(self, amount_vnd: int = 85_000, **options: Any) -> ShownRequest:
        """Make a request of the newest vendor."""
        values: dict[str, Any] = {
            "lifetime": LIFETIME,
            "actor": Actor(kind="vendor", name=self.vendor_code),
            "now": self.now,
        } | options
        with writing(self.engine) as session:
            return make_request(session, self.vendor_code, amount_vnd, **values)

    def look(self, request: ShownRequest, now: datetime | None = None) -> ShownRequest:
        """Return a request as it stands now, or at an instant."""
        with reading(self.engine) as session:
            return find_request(session, self.vendor_code, request.reference, now=now or self.now)

    def hear(self, *incoming: Incoming) -> list[IngestResult]:
        """Take in deliveries, each in a transaction of its own."""
        results = []
        for one in incoming:
            with writing(self.engine) as session:
                results.append(
                    ingest(session, self.raw, sealer=self.sealer, incoming=one, now=self.now)
                )
        return results


def notice(
    request: ShownRequest, number: int = 1, amount_vnd: int = 85_000, **body: Any
) -> Incoming:
    """What SePay tells of a payment with the request's reference, three minutes after ``NOW``."""
    told = {
        "content": f"MBVCB.41252610.{request.reference}.CT tu 9000006789 NGUYEN VAN A",
        "transactionDate": f"{TODAY} 09:03:00",
    } | body
    return replace(sepay(number, amount_vnd, **told), received_at=NOW + timedelta(minutes=3))


def asking_on(engine: sa.Engine, folder: Path) -> Asking:
    """A vendor on a fresh database."""
    asking = Asking(engine, RawStore(folder / "raw"))
    asking.add_vendor()
    return asking
