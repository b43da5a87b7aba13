"""Three markets with skewed takings over a quarter, published month by month, and who may read what."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlmodel import Session, col, select

from market.adoption.periods import Period
from market.reports.publishing import publish
from merchants.kinds import CalendarRule
from merchants.tables import AreaGroup, AreaGroupMarket, Market, Stall, StallHolding, Vendor
from tests.market import books
from tests.market.books import Line
from tests.market.letters import HEAD

P_PERCENT = 17
GOODS = ("Cá", "Rau củ", "Vải")
MARKETS = {"MA": 45, "LG": 7, "DC": 24}
NAMES = {"MA": "Chợ trung tâm Mậu A", "LG": "Chợ Lâm Giang", "DC": "Chợ Đông Cuông"}
AREA = ("LG", "DC")
MONTHS = ("2026-07", "2026-08", "2026-09")
PERIODS: Mapping[str, Sequence[str]] = {
    **{month: (month,) for month in MONTHS},
    "2026-Q3": MONTHS,
    "2026": MONTHS,
}
DAYS = {
    month: tuple(date.fromisoformat(f"{month}-{day:02}") for day in (8, 20)) for month in MONTHS
}

Piece = tuple[str, str, str]
"""A month, a market and a goods group."""
Contributions = dict[Piece, dict[int, int]]
"""By vendor, what they received."""


def settle(session: Session, chance: Random) -> dict[int, tuple[str, str]]:
    """Fill a database with three markets and their area; return each vendor's market and goods."""
    for code, vendors in MARKETS.items():
        books.add_market(session, code, NAMES[code], CalendarRule.DAILY, "", vendors=vendors)
    group = AreaGroup(code="VUNG", name="địa bàn thử", caveat="Ranh giới đổi 01/07/2025.")
    session.add(group)
    session.flush()
    sellers = _sellers(session, chance)
    for code in AREA:
        market = session.exec(select(Market).where(Market.code == code)).one()
        session.add(
            AreaGroupMarket(area_group_id=group.id, market_id=market.id, from_on=date(2025, 7, 1))
        )
    return sellers


def furnish(session: Session, seed: int) -> Contributions:
    """Fill a database with three markets and their closed days; return who received what."""
    chance = Random(seed)
    sellers = settle(session, chance)
    found: Contributions = {}
    usual = {vendor: int(chance.lognormvariate(12.5, 0.9)) for vendor in sellers}
    for month in MONTHS:
        trading = {vendor for vendor in sorted(sellers) if chance.random() < 0.8}
        for code in MARKETS:
            for on in DAYS[month]:
                lines = []
                for vendor in sorted(trading):
                    market, goods = sellers[vendor]
                    if market != code:
                        continue
                    amount = max(2_000, int(usual[vendor] * chance.uniform(0.4, 1.6)))
                    at = datetime(on.year, on.month, on.day, 1, 0, tzinfo=UTC)
                    lines.append(Line(vendor, amount, at=at + timedelta(minutes=vendor)))
                    own = found.setdefault((month, code, goods), {})
                    own[vendor] = own.get(vendor, 0) + amount
                books.close(session, code, on, lines)
    return found


def publish_all(session: Session, periods: Iterable[str] = PERIODS) -> None:
    """Publish every month as it ends, then the quarter and the year."""
    for label in periods:
        at = datetime(2026, 11, 5, tzinfo=UTC)
        publish(
            session,
            Period.read(label),
            p_percent=P_PERCENT,
            known_at=at,
            now=at,
            actor="command",
            head=HEAD,
        )


def _sellers(session: Session, chance: Random) -> dict[int, tuple[str, str]]:
    """Give every stall goods of its own; return by vendor the market and the goods."""
    rows = session.exec(
        select(Stall, col(Vendor.id), col(Market.code))
        .join(StallHolding, col(StallHolding.stall_id) == col(Stall.id))
        .join(Vendor, col(Vendor.id) == col(StallHolding.vendor_id))
        .join(Market, col(Market.id) == col(Stall.market_id))
        .order_by(col(Vendor.id))
    ).all()
    found = {}
    for stall, vendor, code in rows:
        stall.goods_group = chance.choices(GOODS, weights=(2, 7, 2))[0]
        stall.audited_on = stall.audited_on and date(2026, 6, 15)
        found[int(vendor)] = (code, stall.goods_group)
        session.add(stall)
    for holding in session.exec(select(StallHolding)):
        holding.from_on = date(2026, 6, 1)
        session.add(holding)
    session.flush()
    return found
