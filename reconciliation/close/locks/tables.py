"""Who locked and opened which days, and what late data would change. Source: reconciliation.md 5."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import UtcDateTime, Vnd, text_enum
from reconciliation.tables import Decision


class LockKind(StrEnum):
    """What two people agree on about a span of days."""

    LOCK = "lock"
    REOPEN = "reopen"


class BookLock(SQLModel, table=True):
    """A span of a market's days one person wants locked or open again, and what a second decided.

    Rows are added and decided once. Of the approved ones that cover a day, the last decided holds.
    """

    __tablename__: ClassVar[str] = "book_lock"

    id: int | None = Field(default=None, primary_key=True)
    scope: str = Field(max_length=8)
    """Market code, or ``*`` for money attributed to no vendor."""
    kind: LockKind = Field(sa_type=text_enum(LockKind))
    first_on: date
    last_on: date
    reason: str = Field(max_length=300)
    proposed_by: str = Field(max_length=60)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    decision: Decision = Field(default=Decision.OPEN, sa_type=text_enum(Decision))
    decided_by: str = Field(default="", max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision_note: str = Field(default="", max_length=300)

    __table_args__ = (
        sa.CheckConstraint("first_on <= last_on", name="span"),
        sa.Index(
            "uq_book_lock_open",
            "scope",
            unique=True,
            sqlite_where=sa.text("decision = 'open'"),
            postgresql_where=sa.text("decision = 'open'"),
        ),
    )


class HeldChange(SQLModel, table=True):
    """What a locked day would be by what has come in since; gone once it is restated."""

    __tablename__: ClassVar[str] = "held_change"

    scope: str = Field(primary_key=True, max_length=8)
    business_date: date = Field(primary_key=True)
    version: int
    """The version that stays the newest while the books are locked."""
    inputs_sha256: str = Field(max_length=64)
    gross_change_vnd: int = Field(sa_type=Vnd)
    """What would be added to the day's gross; negative = taken away."""
    net_change_vnd: int = Field(sa_type=Vnd)
    found_at: datetime = Field(sa_type=UtcDateTime)
    """When a close first found it so."""
