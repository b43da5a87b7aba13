"""Audits of posters: rounds drawn by lot, what each look came to, and the wrong codes found."""

# ``from __future__ import annotations`` would break SQLModel's relationships; keep it out.
from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import UtcDateTime, text_enum
from merchants.kinds import (
    CheckResult,
    CheckSource,
    IncidentOutcome,
    IncidentState,
    TellingWay,
)


class AuditRound(SQLModel, table=True):
    """The posters to look at on one market day, with all it takes to draw them again."""

    __tablename__: ClassVar[str] = "audit_round"

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id")
    held_on: date
    method: str = Field(max_length=40)
    """Which rule of ``merchants.audits.draw`` was followed."""
    seed: str = Field(max_length=64)
    share_permille: int
    frame: str = Field(sa_type=sa.Text)
    """JSON: serial and rounds waited of every live poster on that day, by serial."""
    drawn_at: datetime = Field(sa_type=UtcDateTime)
    drawn_by: str = Field(max_length=60)

    __table_args__ = (sa.UniqueConstraint("market_id", "held_on"),)


class AuditItem(SQLModel, table=True):
    """A poster of a round, and where it comes on the walk."""

    __tablename__: ClassVar[str] = "audit_item"

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="audit_round.id")
    poster_id: int = Field(foreign_key="poster.id", index=True)
    place: int

    __table_args__ = (sa.UniqueConstraint("round_id", "poster_id"),)


class PosterCheck(SQLModel, table=True):
    """One look at a poster. The photo is not kept, only its SHA-256 and what it showed.

    Stall and vendor are those of the poster.
    """

    __tablename__: ClassVar[str] = "poster_check"

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id")
    poster_id: int = Field(foreign_key="poster.id")
    item_id: int | None = Field(default=None, foreign_key="audit_item.id", index=True)
    """The place in a round that this look fills; ``None`` = outside any round."""
    result: CheckResult = Field(sa_type=text_enum(CheckResult))
    source: CheckSource = Field(sa_type=text_enum(CheckSource))
    is_self_check: bool = False
    """The vendor's own look; it counts in no round."""
    codes_seen: int = 0
    unused_correction_permille: int | None = None
    """What was left of the code's error correction; ``None`` = not measured."""
    evidence_sha256: str | None = Field(default=None, max_length=64)
    note: str = Field(default="", max_length=200)
    checked_at: datetime = Field(sa_type=UtcDateTime)
    """When it reached this service."""
    device_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """What the phone's own clock said when it was done; believed by nobody, kept for people."""
    recorded_by: str = Field(max_length=60)

    __table_args__ = (
        sa.Index("ix_poster_check_market_id_id", "market_id", "id"),
        sa.Index("ix_poster_check_poster_checked", "poster_id", "checked_at"),
    )


class Incident(SQLModel, table=True):
    """A wrong code found where a poster hangs, until something was done about it."""

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id", index=True)
    poster_id: int = Field(foreign_key="poster.id", index=True)
    """The poster in whose place it was found."""
    check_id: int = Field(foreign_key="poster_check.id", index=True)
    state: IncidentState = Field(sa_type=text_enum(IncidentState))
    code_label: str = Field(default="", max_length=80)
    """Bank or wallet and the last characters the wrong code pays; empty = a person saw it."""
    code_sealed: str | None = None
    code_hash: str = Field(default="", max_length=64)
    """Keyed fingerprint, as of every payload."""
    last_good_check_id: int | None = Field(default=None, foreign_key="poster_check.id")
    since_at: datetime = Field(sa_type=UtcDateTime)
    """The earliest the wrong code can have hung: the last good look, else the poster's own day."""
    found_at: datetime = Field(sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_how: TellingWay | None = Field(default=None, sa_type=text_enum(TellingWay))
    told_by: str = Field(default="", max_length=60)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str = Field(default="", max_length=60)
    outcome: IncidentOutcome | None = Field(default=None, sa_type=text_enum(IncidentOutcome))
    note: str = Field(default="", max_length=300)

    __table_args__ = (
        sa.Index(
            "uq_incident_open",
            "poster_id",
            "code_hash",
            unique=True,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        ),
    )
