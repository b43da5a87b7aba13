"""What the demonstration leaves in ``out/``: reports as JSON, CSV and pages, the poster book."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.periods import Period
from market.app import create_app
from market.database import reading, writing
from market.reports import (
    AdoptionReport,
    Report,
    VendorDayReport,
    adoption_report,
    to_csv,
    to_json,
    vendor_day_report,
)
from market.reports.paper import Letterhead
from market.reports.publishing import letterhead_of, publish
from market.roles import Role
from market.security.links import LINK_DAYS, issue_link
from market.settings import Settings
from merchants.actors import COMMAND
from merchants.tables import Market, Vendor
from reconciliation.tables import DayClose, VendorDay


@dataclass(frozen=True, slots=True)
class Link:
    """A signed address and whom it is for."""

    name: str
    """Of the file its page is saved under."""
    title: str
    path: str


def write_reports(
    engine: sa.Engine, settings: Settings, out: Path, *, month: str, market_code: str, last: date
) -> tuple[AdoptionReport, VendorDayReport, list[Path]]:
    """Write the month's adoption and one vendor's day; return both reports and the files."""
    publish_months(engine, month, letterhead_of(settings))
    with reading(engine) as session:
        adoption = adoption_report(session, month)
        vendor_code, on = busy_vendor_day(session, market_code, last)
        day = vendor_day_report(session, vendor_code, on)
    written = _write(out / f"adoption-{month}", adoption)
    written += _write(out / f"vendor-day-{vendor_code}-{on}", day)
    return adoption, day, written


def publish_months(engine: sa.Engine, month: str, head: Letterhead) -> None:
    """Publish the month before and the month, so that the economist finds a trend and reports."""
    newest = Period.read(month)
    for period in (newest.previous(), newest):
        with writing(engine) as session:
            at = session.exec(select(sa.func.max(DayClose.closed_at))).one()
            if at is not None:
                publish(
                    session, period, p_percent=None, known_at=at, now=at, actor="demo", head=head
                )


def busy_vendor_day(session: Session, market_code: str, last: date) -> tuple[str, date]:
    """Return vendor code and day of the best vendor day of a market's last week."""
    statement = (
        sa.select(col(Vendor.code), col(VendorDay.business_date))
        .select_from(VendorDay)
        .join(Vendor, col(Vendor.id) == VendorDay.vendor_id)
        .join(Market, col(Market.id) == Vendor.market_id)
        .join(DayClose, col(DayClose.id) == VendorDay.close_id)
        .where(col(Market.code) == market_code)
        .where(col(VendorDay.business_date).between(last - timedelta(days=6), last))
        .order_by(col(VendorDay.payments).desc(), col(VendorDay.gross_vnd).desc(), col(Vendor.code))
    )
    code, on = session.execute(statement).first() or ("", last)
    return code, on


def demo_links(
    engine: sa.Engine, settings: Settings, *, vendor_code: str, market_code: str, now: datetime
) -> list[Link]:
    """Issue a link for a vendor, a market's readers and the economist."""
    keys = [key.get_secret_value() for key in settings.secret_keys]
    wanted = (
        (Role.VENDOR, vendor_code, "vendor", "tiểu thương / vendor"),
        (Role.AUDITOR, market_code, "market", "chợ, chỉ xem / market, to read"),
        (Role.ECONOMIST, "*", "economist", "nhà kinh tế / economist"),
    )
    with writing(engine) as session:
        return [
            Link(
                name,
                title,
                issue_link(
                    session,
                    role=role,
                    scope=scope,
                    until_at=now + timedelta(days=LINK_DAYS),
                    actor=COMMAND,
                    now=now,
                    secret_keys=keys,
                ),
            )
            for role, scope, name, title in wanted
        ]


def save_pages(settings: Settings, links: list[Link], out: Path) -> list[Path]:
    """Open each link as a browser would and save the page behind it as HTML."""
    return asyncio.run(_save_pages(settings, links, out))


async def _save_pages(settings: Settings, links: list[Link], out: Path) -> list[Path]:
    app = create_app(settings)
    transport = httpx.ASGITransport(app=app)
    saved = []
    for link in links:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", follow_redirects=True
        ) as browser:
            answer = await browser.get(link.path)
            answer.raise_for_status()
        path = out / f"page-{link.name}.html"
        path.write_bytes(answer.content)
        saved.append(path)
    app.state.engine.dispose()
    return saved


def _write(stem: Path, report: Report) -> list[Path]:
    as_json, as_csv = (stem.with_name(f"{stem.name}.{kind}") for kind in ("json", "csv"))
    as_json.write_text(to_json(report), encoding="utf-8")
    as_csv.write_bytes(to_csv(report))
    return [as_json, as_csv]
