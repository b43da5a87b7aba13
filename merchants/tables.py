"""The register: markets, zones, stalls, vendors, acceptance points, calendars, posters."""

# ``from __future__ import annotations`` would break SQLModel's relationships; keep it out.
from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import UtcDateTime, text_enum
from merchants.kinds import (
    AcceptancePointState,
    AcceptanceType,
    AccountKind,
    CalendarRule,
    NameMatch,
    PosterState,
    StallState,
    VendorState,
)

# The kinds are given on, so that whoever reads rows finds the words beside them.
__all__ = [
    "AcceptancePoint",
    "AcceptancePointState",
    "AcceptanceType",
    "AccountKind",
    "CalendarCorrection",
    "CalendarRule",
    "Market",
    "MarketCalendar",
    "NameMatch",
    "Poster",
    "PosterState",
    "SheetImport",
    "Stall",
    "StallHolding",
    "StallState",
    "Vendor",
    "VendorState",
    "Zone",
]


class Market(SQLModel, table=True):
    """One market; the commune is named by (code, valid_from) because codes were reused in 2025."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=8, unique=True)
    name: str = Field(max_length=120)
    market_class: int = Field(ge=1, le=3)
    commune_code: str = Field(max_length=5)
    commune_name: str = Field(max_length=80)
    commune_valid_from: date
    stalls_counted: int | None = None
    is_synthetic: bool = False

    __table_args__ = (sa.CheckConstraint("market_class between 1 and 3", name="class"),)


class MarketCalendar(SQLModel, table=True):
    """A dated rule for a market's open days; ``params`` as ``merchants.calendar`` reads them."""

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
    """A row or area of a market."""

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id", index=True)
    name: str = Field(max_length=80)

    __table_args__ = (sa.UniqueConstraint("market_id", "name"),)


class Stall(SQLModel, table=True):
    """One trading point (điểm kinh doanh)."""

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id", index=True)
    zone_id: int | None = Field(default=None, foreign_key="zone.id", index=True)
    code: str = Field(max_length=12)
    goods_group: str = Field(default="", max_length=60)
    state: StallState = Field(sa_type=text_enum(StallState))
    displayed_codes: int | None = None
    """QR codes seen hanging at the stall at its last audit; ``None`` = never audited."""
    audited_on: date | None = None

    __table_args__ = (sa.UniqueConstraint("market_id", "code"),)


class Vendor(SQLModel, table=True):
    """A stallholder. The code is made from the id, never reused: it is printed on posters."""

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id", index=True)
    code: str | None = Field(default=None, max_length=19, unique=True)
    full_name: str = Field(max_length=80)
    business_name: str = Field(default="", max_length=120)
    """Registered name of the household business; empty = not registered."""
    phone_sealed: str | None = None
    phone_hash: str | None = Field(default=None, max_length=64, index=True)
    phone_tail: str = Field(default="", max_length=3)
    state: VendorState = Field(sa_type=text_enum(VendorState))
    consented_on: date | None = None
    registered_at: datetime = Field(sa_type=UtcDateTime)

    __table_args__ = ({"sqlite_autoincrement": True},)


class StallHolding(SQLModel, table=True):
    """Who holds a stall, from and to which day; at most one open holding a stall."""

    __tablename__: ClassVar[str] = "stall_holding"

    id: int | None = Field(default=None, primary_key=True)
    stall_id: int = Field(foreign_key="stall.id")
    vendor_id: int = Field(foreign_key="vendor.id", index=True)
    from_on: date
    to_on: date | None = None

    __table_args__ = (
        sa.Index(
            "uq_stall_holding_open",
            "stall_id",
            unique=True,
            sqlite_where=sa.text("to_on IS NULL"),
            postgresql_where=sa.text("to_on IS NULL"),
        ),
    )


class AcceptancePoint(SQLModel, table=True):
    """Where a vendor's money lands: a bank account, a wallet or mobile money.

    The account number is sealed (encrypted); ``account_hash`` is its keyed fingerprint for look-up
    and ``account_tail`` its last four characters for people.
    """

    __tablename__: ClassVar[str] = "acceptance_point"

    id: int | None = Field(default=None, primary_key=True)
    vendor_id: int = Field(foreign_key="vendor.id", index=True)
    kind: AccountKind = Field(sa_type=text_enum(AccountKind))
    acceptance_type: AcceptanceType = Field(sa_type=text_enum(AcceptanceType))
    bin: str | None = Field(default=None, max_length=6)
    """Participant BIN; ``None`` for an account outside NAPAS (a Stripe account)."""
    feed_provider: str = Field(max_length=20)
    """Which ledger tells about this account: ``bank_vcb``, ``momo``, ``stripe``; empty = none."""
    account_sealed: str
    account_hash: str = Field(max_length=64, index=True)
    account_tail: str = Field(max_length=4)
    holder_name: str = Field(max_length=80)
    name_match: NameMatch = Field(sa_type=text_enum(NameMatch))
    provider_contract_no: str = Field(default="", max_length=40)
    contract_from: date | None = None
    contract_to: date | None = None
    state: AcceptancePointState = Field(sa_type=text_enum(AcceptancePointState))
    valid_from: date
    valid_to: date | None = None

    __table_args__ = (
        sa.Index(
            "uq_acceptance_point_open",
            "vendor_id",
            "feed_provider",
            "account_hash",
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        ),
    )


class Poster(SQLModel, table=True):
    """One issued poster: its payload is sealed, because it carries the account number."""

    id: int | None = Field(default=None, primary_key=True)
    serial: str | None = Field(default=None, max_length=16, unique=True)
    stall_id: int = Field(foreign_key="stall.id", index=True)
    acceptance_point_id: int = Field(foreign_key="acceptance_point.id", index=True)
    vendor_id: int = Field(foreign_key="vendor.id", index=True)
    payload_sealed: str
    payload_sha256: str = Field(max_length=64, index=True)
    state: PosterState = Field(sa_type=text_enum(PosterState))
    issued_on: date
    installed_on: date | None = None
    ended_on: date | None = None

    __table_args__ = (
        sa.Index(
            "uq_poster_live",
            "stall_id",
            "acceptance_point_id",
            unique=True,
            sqlite_where=sa.text("state NOT IN ('replaced', 'revoked')"),
            postgresql_where=sa.text("state NOT IN ('replaced', 'revoked')"),
        ),
        {"sqlite_autoincrement": True},
    )


class SheetImport(SQLModel, table=True):
    """One vendor sheet as it was taken in: its fingerprint and what became of its rows."""

    __tablename__: ClassVar[str] = "sheet_import"

    id: int | None = Field(default=None, primary_key=True)
    file_name: str = Field(max_length=200)
    file_sha256: str = Field(max_length=64)
    imported_at: datetime = Field(sa_type=UtcDateTime)
    rows_created: int
    rows_changed: int
    rows_same: int
    rows_rejected: int
