"""Breaks and the log of their steps. Source: reconciliation.md section 3."""

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import UtcDateTime, Vnd, text_enum
from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.states import BreakAction, BreakState

WAITS = "state IN ('open', 'proposed', 'rejected', 'undoing')"


class Break(SQLModel, table=True):
    """Where a break stands now. Every column follows from its steps, and a test proves that.

    Whose it is stands nowhere here: the records say it, as long as they are remembered.
    """

    __tablename__: ClassVar[str] = "settlement_break"

    id: int | None = Field(default=None, primary_key=True)
    scope: str = Field(max_length=8)
    """Market code, or ``*`` for money attributed to no vendor."""
    leg: str = Field(max_length=1)
    book: str = Field(max_length=10)
    key: str = Field(max_length=120)
    business_date: date
    ledger: str = Field(max_length=20)
    outcome: str = Field(max_length=24)
    reason: str = Field(max_length=32)
    rule: str = Field(max_length=24)
    records: int
    amount_vnd: int = Field(sa_type=Vnd)
    difference_vnd: int = Field(sa_type=Vnd)
    fee_difference_vnd: int | None = Field(default=None, sa_type=Vnd)
    stake_vnd: int = Field(sa_type=Vnd)
    alternatives: int
    record_id: int
    counterpart_id: int | None = None
    """Rows of the ledger; a payout object is minus the id of its statement."""
    state: BreakState = Field(sa_type=text_enum(BreakState))
    opened_at: datetime = Field(sa_type=UtcDateTime)
    """When it was found; of one that came back, when it did."""
    due_on: date
    taken_by: str = Field(default="", max_length=60)
    resolution: Resolution | None = Field(default=None, sa_type=text_enum(Resolution))
    until_on: date | None = None
    proposed_by: str = Field(default="", max_length=60)
    proposed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = Field(default="", max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undo_asked_by: str = Field(default="", max_length=60)
    """Who asks to take back what was agreed on; empty in every state but ``undoing``."""

    __table_args__ = (
        sa.UniqueConstraint("scope", "leg", "book", "key"),
        sa.Index("ix_settlement_break_scope_day", "scope", "business_date"),
        sa.Index(
            "ix_settlement_break_waits",
            "scope",
            "due_on",
            sqlite_where=sa.text(WAITS),
            postgresql_where=sa.text(WAITS),
        ),
    )


class BreakStep(SQLModel, table=True):
    """One step of one break. Rows are added, never changed, but for a note that is forgotten.

    The steps of a scope form a chain: each is hashed with the hash of the one before.
    """

    __tablename__: ClassVar[str] = "break_step"

    id: int | None = Field(default=None, primary_key=True)
    scope: str = Field(max_length=8)
    number: int
    """Counts 1, 2, 3 … within the scope."""
    break_id: int = Field(foreign_key="settlement_break.id", index=True)
    action: BreakAction = Field(sa_type=text_enum(BreakAction))
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=60)
    told: str = ""
    """JSON of what the step says: facts that were found, or what is proposed; keys sorted."""
    note: str = Field(default="", max_length=500)
    """What somebody wrote; the chain holds its hash, so that it may be forgotten."""
    note_sha256: str = Field(max_length=64)
    previous_sha256: str = Field(default="", max_length=64)
    sha256: str = Field(max_length=64)

    __table_args__ = (sa.UniqueConstraint("scope", "number"),)
