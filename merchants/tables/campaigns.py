"""Programmes, waves, targets, 4-G model cards, teams, and visits to stalls."""

# ``from __future__ import annotations`` would break SQLModel's relationships; keep it out.
from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import UtcDateTime, text_enum
from merchants.kinds import (
    ResourceKind,
    TargetArea,
    TaskState,
    TeamKind,
    VisitOutcome,
)


class Programme(SQLModel, table=True):
    """A programme or a time-bound campaign under which markets are equipped."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=20, unique=True)
    name: str = Field(max_length=120)
    legal_basis: str = Field(default="", max_length=200)
    from_on: date
    to_on: date | None = None
    version: int = 1


class Wave(SQLModel, table=True):
    """One wave of a programme: the markets that begin together."""

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    number: int
    name: str = Field(default="", max_length=120)
    from_on: date
    to_on: date | None = None
    version: int = 1
    """Counts the changes of the wave, of its markets too."""

    __table_args__ = (sa.UniqueConstraint("programme_id", "number"),)


class WaveMarket(SQLModel, table=True):
    """A market's place in a wave."""

    __tablename__: ClassVar[str] = "wave_market"

    wave_id: int = Field(foreign_key="wave.id", primary_key=True)
    market_id: int = Field(foreign_key="market.id", primary_key=True, index=True)


class Target(SQLModel, table=True):
    """A planned value of an indicator. Rows are only added; the newest ``set_at`` counts."""

    id: int | None = Field(default=None, primary_key=True)
    indicator: str = Field(max_length=20)
    """Definition id as in ``market.adoption.definitions`` (``S1`` … ``U3``)."""
    area: TargetArea = Field(sa_type=text_enum(TargetArea))
    area_code: str = Field(max_length=40)
    """Market code, area group code, or ``<programme>/<wave number>``."""
    period_from: date
    period_to: date
    baseline_milli: int | None = Field(default=None, sa_type=sa.BigInteger)
    """Where the plan's line starts on ``period_from``, times 1000; ``None`` = at 0."""
    value_milli: int = Field(sa_type=sa.BigInteger)
    """The planned value times 1000: đồng and counts as they are, shares in per cent."""
    unit: str = Field(max_length=20)
    legal_basis: str = Field(max_length=200)
    source: str = Field(default="", max_length=200)
    set_on: date
    """The day the plan was adopted."""
    set_at: datetime = Field(sa_type=UtcDateTime)
    set_by: str = Field(max_length=60)
    is_withdrawn: bool = False

    __table_args__ = (sa.Index("ix_target_area", "area", "area_code", "indicator"),)


class ModelCard(SQLModel, table=True):
    """The 4-G card of a programme in a market: what for, what, with what, who."""

    __tablename__: ClassVar[str] = "model_card"

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    market_id: int = Field(foreign_key="market.id", index=True)
    purpose: str = Field(default="", max_length=1000)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    updated_by: str = Field(max_length=60)

    __table_args__ = (sa.UniqueConstraint("programme_id", "market_id"),)


class ModelCardObjective(SQLModel, table=True):
    """Mục tiêu gì: an indicator with baseline, target and day."""

    __tablename__: ClassVar[str] = "model_card_objective"

    id: int | None = Field(default=None, primary_key=True)
    model_card_id: int = Field(foreign_key="model_card.id", index=True)
    indicator: str = Field(max_length=20)
    baseline_milli: int | None = Field(default=None, sa_type=sa.BigInteger)
    target_milli: int = Field(sa_type=sa.BigInteger)
    unit: str = Field(max_length=20)
    due_on: date


class ModelCardTask(SQLModel, table=True):
    """Phải làm gì, ai làm gì: a task with who answers for it, who does it, and until when."""

    __tablename__: ClassVar[str] = "model_card_task"

    id: int | None = Field(default=None, primary_key=True)
    model_card_id: int = Field(foreign_key="model_card.id", index=True)
    task: str = Field(max_length=200)
    responsible: str = Field(max_length=120)
    accountable: str = Field(default="", max_length=120)
    consulted: str = Field(default="", max_length=200)
    informed: str = Field(default="", max_length=200)
    due_on: date | None = None
    state: TaskState = Field(sa_type=text_enum(TaskState))


class ModelCardResource(SQLModel, table=True):
    """Điều kiện cần gì: people, money, technique, institutions."""

    __tablename__: ClassVar[str] = "model_card_resource"

    id: int | None = Field(default=None, primary_key=True)
    model_card_id: int = Field(foreign_key="model_card.id", index=True)
    kind: ResourceKind = Field(sa_type=text_enum(ResourceKind))
    need: str = Field(max_length=300)
    is_met: bool = False


class Team(SQLModel, table=True):
    """A community digital-transformation team."""

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id", index=True)
    """The market it helps at."""
    kind: TeamKind = Field(sa_type=text_enum(TeamKind))
    name: str = Field(max_length=120)
    place: str = Field(default="", max_length=120)
    """Commune or hamlet."""
    from_on: date
    to_on: date | None = None

    __table_args__ = (sa.UniqueConstraint("market_id", "name"),)


class TeamMember(SQLModel, table=True):
    """A helper: a member of a team from and to which day."""

    __tablename__: ClassVar[str] = "team_member"

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    full_name: str = Field(max_length=80)
    phone_sealed: str | None = None
    phone_hash: str | None = Field(default=None, max_length=64)
    phone_tail: str = Field(default="", max_length=3)
    user_id: int | None = Field(default=None, index=True)
    """The sign-in of this helper; users live above this package, so no foreign key."""
    from_on: date
    to_on: date | None = None


class TeamZone(SQLModel, table=True):
    """A zone in a team's hands, from and to which day; rows stay as the history of who had what."""

    __tablename__: ClassVar[str] = "team_zone"

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    zone_id: int | None = Field(default=None, foreign_key="zone.id", ondelete="SET NULL")
    """``None`` = the zone is no more: it was merged into another, or its import was undone."""
    zone_name: str = Field(max_length=80)
    """What the zone was called when it was given."""
    from_on: date
    to_on: date | None = None
    """``None`` = in the team's hands for as long as there are the team and the zone."""

    __table_args__ = (
        sa.Index(
            "uq_team_zone_open",
            "zone_id",
            unique=True,
            sqlite_where=sa.text("to_on IS NULL"),
            postgresql_where=sa.text("to_on IS NULL"),
        ),
    )


class Visit(SQLModel, table=True):
    """A helper's visit to a stall: evidence for the team's support, and the vendor's history."""

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id")
    stall_id: int | None = Field(default=None, foreign_key="stall.id")
    vendor_id: int | None = Field(default=None, foreign_key="vendor.id", index=True)
    team_member_id: int = Field(foreign_key="team_member.id", index=True)
    visited_on: date
    minutes: int
    outcome: VisitOutcome = Field(sa_type=text_enum(VisitOutcome))
    reason: str = Field(default="", max_length=40)
    """An ``ExitReason`` when refused."""
    note: str = Field(default="", max_length=300)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: str = Field(max_length=60)

    __table_args__ = (sa.Index("ix_visit_market_on", "market_id", "visited_on"),)
