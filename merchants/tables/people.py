"""Vendors, who holds which stall, merges of doubles, and everything done to the register."""

# ``from __future__ import annotations`` would break SQLModel's relationships; keep it out.
from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import UtcDateTime, text_enum
from merchants.kinds import VendorState


class Vendor(SQLModel, table=True):
    """A stallholder. The code is made from the id, never reused: it is printed on posters."""

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id", index=True)
    code: str | None = Field(default=None, max_length=19, unique=True)
    full_name: str = Field(max_length=80)
    sort_name: str = Field(default="", max_length=400)
    """Vietnamese order of ``full_name``: given name first, letters and tones by rank."""
    business_name: str = Field(default="", max_length=120)
    """Registered name of the household business; empty = not registered."""
    display_name: str = Field(default="", max_length=80)
    """What the poster shows above the holder's name; empty = the vendor's name."""
    search_text: str = Field(default="", max_length=300)
    """The names without marks, lower case, for search."""
    phone_sealed: str | None = None
    phone_hash: str | None = Field(default=None, max_length=64, index=True)
    phone_tail: str = Field(default="", max_length=3)
    id_number_hash: str | None = Field(default=None, max_length=64, index=True)
    """Keyed fingerprint of the citizen id, to find doubles; the number itself is never kept."""
    id_number_tail: str = Field(default="", max_length=3)
    state: VendorState = Field(sa_type=text_enum(VendorState))
    state_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    consented_on: date | None = None
    """The day of the oldest consent to onboarding and poster that still stands."""
    is_poster_only: bool = False
    """The vendor keeps the poster and lets the service see no payment."""
    first_self_action_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the vendor first did something without help; ``None`` = not yet."""
    merged_into_id: int | None = Field(default=None, foreign_key="vendor.id", index=True)
    """The vendor this record was a double of; such a record holds nothing any more."""
    version: int = 1
    """Goes up with every change people make, so that two editors notice each other."""
    registered_at: datetime = Field(sa_type=UtcDateTime)

    __table_args__ = (
        sa.Index("ix_vendor_market_sort", "market_id", "sort_name", "id"),
        {"sqlite_autoincrement": True},
    )


class StallHolding(SQLModel, table=True):
    """Who holds a stall, from and to which day; at most one open holding a stall."""

    __tablename__: ClassVar[str] = "stall_holding"

    id: int | None = Field(default=None, primary_key=True)
    stall_id: int = Field(foreign_key="stall.id")
    vendor_id: int = Field(foreign_key="vendor.id", index=True)
    from_on: date
    to_on: date | None = None
    contract_no: str = Field(default="", max_length=40)
    """Contract for the use of the trading point; empty = not told."""
    contract_to: date | None = None

    __table_args__ = (
        sa.Index(
            "uq_stall_holding_open",
            "stall_id",
            unique=True,
            sqlite_where=sa.text("to_on IS NULL"),
            postgresql_where=sa.text("to_on IS NULL"),
        ),
    )


class VendorMerge(SQLModel, table=True):
    """Two records found to be one person: what was moved, so that it can be moved back."""

    __tablename__: ClassVar[str] = "vendor_merge"

    id: int | None = Field(default=None, primary_key=True)
    kept_vendor_id: int = Field(foreign_key="vendor.id", index=True)
    merged_vendor_id: int = Field(foreign_key="vendor.id", index=True)
    moved: str = Field(sa_type=sa.Text)
    """JSON: table name to the ids of the rows moved, and the kept vendor's values before."""
    reason: str = Field(default="", max_length=200)
    actor: str = Field(max_length=60)
    merged_at: datetime = Field(sa_type=UtcDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str = Field(default="", max_length=60)


class RegisterEvent(SQLModel, table=True):
    """One thing done to the register: by whom, when, with whose help and why. Rows are only added.

    Holds no personal data of its own: names, phones and accounts stand in the rows it points at.
    """

    __tablename__: ClassVar[str] = "register_event"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    market_id: int | None = Field(default=None, foreign_key="market.id")
    vendor_id: int | None = Field(default=None, foreign_key="vendor.id", index=True)
    stall_id: int | None = Field(default=None, foreign_key="stall.id", index=True)
    action: str = Field(max_length=40)
    """One of ``EventAction``."""
    subject: str = Field(default="", max_length=60)
    """What it was done to when that is not the vendor or stall itself, such as ``poster:MA-0012-K``."""
    from_value: str = Field(default="", max_length=200)
    to_value: str = Field(default="", max_length=200)
    reason: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=500)
    actor: str = Field(max_length=60)
    """As ``merchants.actors.Actor`` writes it."""
    assisted_by_id: int | None = Field(default=None, foreign_key="team_member.id", index=True)
    evidence_sha256: str | None = Field(default=None, max_length=64)
    import_id: int | None = Field(default=None, foreign_key="sheet_import.id", index=True)

    __table_args__ = (sa.Index("ix_register_event_market_at", "market_id", "at", "id"),)
