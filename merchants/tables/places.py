"""Places: administrative units by date, area groups, markets with calendars, zones, stalls."""

# ``from __future__ import annotations`` would break SQLModel's relationships; keep it out.
from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlmodel import Field, SQLModel

from merchants.code_order import code_order
from merchants.columns import UtcDateTime, text_enum
from merchants.kinds import (
    AdminLevel,
    CalendarRule,
    CashPointKind,
    CashService,
    MarketKind,
    OperatorKind,
    StallKind,
    StallState,
)


class AdminUnit(SQLModel, table=True):
    """A province, district or commune from a day on; codes were reused in 2025, so code and day."""

    __tablename__: ClassVar[str] = "admin_unit"

    code: str = Field(max_length=5, primary_key=True)
    valid_from: date = Field(primary_key=True)
    valid_to: date | None = None
    level: AdminLevel = Field(sa_type=text_enum(AdminLevel), primary_key=True)
    """Province codes have two digits, district codes three, commune codes five."""
    kind_name: str = Field(default="", max_length=20)
    """``xã``, ``phường``, ``thị trấn``, …"""
    name: str = Field(max_length=80)
    parent_code: str = Field(default="", max_length=5)
    legal_basis: str = Field(default="", max_length=200)
    source: str = Field(max_length=200)


class AdminCrosswalk(SQLModel, table=True):
    """Which old unit went into which new one, from which day."""

    __tablename__: ClassVar[str] = "admin_crosswalk"

    old_code: str = Field(max_length=5, primary_key=True)
    new_code: str = Field(max_length=5, primary_key=True)
    valid_from: date = Field(primary_key=True)
    old_name: str = Field(max_length=80)
    new_name: str = Field(max_length=80)
    source: str = Field(max_length=200)
    note: str = Field(default="", max_length=300)


class AreaGroup(SQLModel, table=True):
    """A named group of markets that reports are made for, such as a former district's territory."""

    __tablename__: ClassVar[str] = "area_group"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=20, unique=True)
    name: str = Field(max_length=120)
    caveat: str = Field(default="", max_length=500)
    """What a reader must know about the group's borders; printed with every figure of it."""
    legal_basis: str = Field(default="", max_length=200)


class AreaGroupMarket(SQLModel, table=True):
    """A market's membership in an area group, from and to which day."""

    __tablename__: ClassVar[str] = "area_group_market"

    area_group_id: int = Field(foreign_key="area_group.id", primary_key=True)
    market_id: int = Field(foreign_key="market.id", primary_key=True, index=True)
    from_on: date = Field(primary_key=True)
    to_on: date | None = None


class Market(SQLModel, table=True):
    """One market; the commune is named by (code, valid_from) because codes were reused in 2025."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=8, unique=True)
    name: str = Field(max_length=120)
    kind: MarketKind = Field(default=MarketKind.CIVIC, sa_type=text_enum(MarketKind))
    market_class: int = Field(ge=1, le=3)
    commune_code: str = Field(max_length=5)
    commune_name: str = Field(max_length=80)
    commune_valid_from: date
    stalls_counted: int | None = None
    """Trading points counted on the ground; ``None`` = not counted."""
    stalls_counted_on: date | None = None
    """The day of that count; ``None`` = not told."""
    contact_phone: str = Field(default="", max_length=20)
    """The number of the market's office, for vendors to call; nobody's own."""
    contact_note: str = Field(default="", max_length=120)
    """When somebody answers there, and in which languages."""
    no_cash_points_on: date | None = None
    """The first day somebody looked round and found no place for cash; ``None`` = nobody said so."""
    is_synthetic: bool = False

    __table_args__ = (sa.CheckConstraint("market_class between 1 and 3", name="class"),)


class MarketCommune(SQLModel, table=True):
    """The commune a market lies in, by date, so that series before and after a merger both work."""

    __tablename__: ClassVar[str] = "market_commune"

    market_id: int = Field(foreign_key="market.id", primary_key=True)
    from_on: date = Field(primary_key=True)
    to_on: date | None = None
    commune_code: str = Field(max_length=5)
    commune_valid_from: date


class MarketOperator(SQLModel, table=True):
    """Who runs a market and which body supervises them, by date."""

    __tablename__: ClassVar[str] = "market_operator"

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id", index=True)
    kind: OperatorKind = Field(sa_type=text_enum(OperatorKind))
    name: str = Field(max_length=120)
    supervised_by: str = Field(default="", max_length=120)
    legal_basis: str = Field(default="", max_length=200)
    from_on: date
    to_on: date | None = None


class CashPoint(SQLModel, table=True):
    """A place at a market where vendors pay cash into an account or draw it; nobody's own phone."""

    __tablename__: ClassVar[str] = "cash_point"

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id", index=True)
    kind: CashPointKind = Field(sa_type=text_enum(CashPointKind))
    service: CashService = Field(sa_type=text_enum(CashService))
    provider: str = Field(max_length=60)
    """Whose account it serves: ``Viettel Money``, ``Agribank``."""
    name: str = Field(max_length=120)
    """What stands over its door."""
    place: str = Field(default="", max_length=120)
    """Where in the market or how far from its gate."""
    hours: str = Field(default="", max_length=80)
    from_on: date
    to_on: date | None = None
    """The last day it served; ``None`` = still."""
    added_at: datetime = Field(sa_type=UtcDateTime)
    added_by: str = Field(max_length=60)


class MarketCalendar(SQLModel, table=True):
    """A dated rule for a market's open days; ``params`` as ``merchants.calendars.open_days`` reads them."""

    __tablename__: ClassVar[str] = "market_calendar"

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id", index=True)
    rule_type: CalendarRule = Field(sa_type=text_enum(CalendarRule))
    params: str = Field(default="", max_length=200)
    valid_from: date
    valid_to: date | None = None


class CalendarCorrection(SQLModel, table=True):
    """The manager's word on one day: open or closed, whatever the rule says."""

    __tablename__: ClassVar[str] = "calendar_correction"

    market_id: int = Field(foreign_key="market.id", primary_key=True)
    day_on: date = Field(primary_key=True)
    is_open: bool
    note: str = Field(default="", max_length=200)


class Zone(SQLModel, table=True):
    """A row or area of a market, and the box it fills on the floor plan (in stall widths)."""

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id", index=True)
    name: str = Field(max_length=80)
    plan_x: int | None = None
    plan_y: int | None = None
    plan_width: int | None = None
    plan_height: int | None = None

    __table_args__ = (sa.UniqueConstraint("market_id", "name"),)


def _order_of_code(context: DefaultExecutionContext) -> str:
    values: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return code_order(values["code"])


class Stall(SQLModel, table=True):
    """One trading point (điểm kinh doanh); its code never changes."""

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id", index=True)
    zone_id: int | None = Field(default=None, foreign_key="zone.id", index=True)
    code: str = Field(max_length=12)
    code_order: str | None = Field(
        default=None,
        max_length=400,
        nullable=False,
        sa_column_kwargs={"default": _order_of_code},
    )
    """Where the code comes among the codes of its zone; filled in from the code on every insert."""
    kind: StallKind = Field(default=StallKind.COUNTER, sa_type=text_enum(StallKind))
    is_fixed: bool = True
    """False for the place of somebody who sells from the ground or a vehicle."""
    area_m2: int | None = None
    goods_group: str = Field(default="", max_length=60)
    state: StallState = Field(sa_type=text_enum(StallState))
    plan_x: int | None = None
    """Position inside the zone's box on the floor plan, in stall widths; ``None`` = by code."""
    plan_y: int | None = None
    displayed_codes: int | None = None
    """QR codes seen hanging at the stall at its last audit; ``None`` = never audited."""
    audited_on: date | None = None

    __table_args__ = (sa.UniqueConstraint("market_id", "code"),)
