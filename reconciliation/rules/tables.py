"""Rules by their content, and the changes two people made to them. Source: reconciliation.md 5."""

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import UtcDateTime, text_enum
from reconciliation.tables import Decision


class RuleSet(SQLModel, table=True):
    """The rules a close went by, whole, under their own hash. Rows are added, never changed."""

    __tablename__: ClassVar[str] = "rule_set"

    sha256: str = Field(primary_key=True, max_length=64)
    content: str = Field(sa_type=sa.Text)
    """``Profiles.content``: hashed, it gives ``sha256``."""
    kept_at: datetime = Field(sa_type=UtcDateTime)
    """When a close first went by them."""


class RuleChange(SQLModel, table=True):
    """Profile rows one person wants to go by from a day on, and what a second person decided."""

    __tablename__: ClassVar[str] = "rule_change"

    id: int | None = Field(default=None, primary_key=True)
    content: str = Field(sa_type=sa.Text)
    """The rows proposed, as ``Profiles.content`` writes them."""
    sha256: str = Field(max_length=64)
    """The hash of ``content``."""
    valid_from: date
    """The first business date they decide."""
    reason: str = Field(max_length=300)
    proposed_by: str = Field(max_length=60)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    tried_on: str = Field(default="", max_length=24)
    """The closed days it was tried on, ``2026-10-01/2026-10-31``; empty = not tried yet."""
    tried_against: str = Field(default="", max_length=64)
    """The hash of the rules in force when it was tried: others since then ask for another trial."""
    trial: str = Field(default="", sa_type=sa.Text)
    """JSON of what it would have changed there (``close.rule_trial``)."""
    decided_by: str = Field(default="", max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision: Decision = Field(default=Decision.OPEN, sa_type=text_enum(Decision))
    decision_note: str = Field(default="", max_length=300)

    __table_args__ = (
        sa.Index(
            "uq_rule_change_open",
            "decision",
            unique=True,
            sqlite_where=sa.text("decision = 'open'"),
            postgresql_where=sa.text("decision = 'open'"),
        ),
        {"sqlite_autoincrement": True},
    )
