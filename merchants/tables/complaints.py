"""What vendors say went wrong with money, and what became of it. It moves no money."""

# ``from __future__ import annotations`` would break SQLModel's relationships; keep it out.
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import UtcDateTime, Vnd, text_enum
from merchants.kinds import ComplaintKind, ComplaintState


class Complaint(SQLModel, table=True):
    """A complaint or a wish for a refund: what was said, by whom, and how it was answered."""

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id")
    vendor_id: int = Field(foreign_key="vendor.id", index=True)
    stall_id: int | None = Field(default=None, foreign_key="stall.id")
    """Where it happened; ``None`` = not told."""
    kind: ComplaintKind = Field(sa_type=text_enum(ComplaintKind))
    amount_vnd: int | None = Field(default=None, sa_type=Vnd)
    """As it was said; proven by nobody."""
    happened_on: date
    said: str = Field(default="", max_length=300)
    state: ComplaintState = Field(sa_type=text_enum(ComplaintState))
    raised_at: datetime = Field(sa_type=UtcDateTime)
    raised_by: str = Field(max_length=60)
    due_on: date
    """Until when the vendor is to be answered."""
    answer: str = Field(default="", max_length=300)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: str = Field(default="", max_length=60)
    outcome: str = Field(default="", max_length=300)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str = Field(default="", max_length=60)

    __table_args__ = (
        sa.Index("ix_complaint_market_id_id", "market_id", "id"),
        sa.Index("ix_complaint_market_state_due", "market_id", "state", "due_on"),
        sa.Index("ix_complaint_market_happened", "market_id", "happened_on"),
    )
