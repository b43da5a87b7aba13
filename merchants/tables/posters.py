"""Posters issued."""

# ``from __future__ import annotations`` would break SQLModel's relationships; keep it out.
from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import text_enum
from merchants.kinds import PosterState


class Poster(SQLModel, table=True):
    """One issued poster: its payload is sealed, because it carries the account number."""

    id: int | None = Field(default=None, primary_key=True)
    serial: str | None = Field(default=None, max_length=16, unique=True)
    stall_id: int = Field(foreign_key="stall.id", index=True)
    acceptance_point_id: int = Field(foreign_key="acceptance_point.id", index=True)
    vendor_id: int = Field(foreign_key="vendor.id", index=True)
    payload_sealed: str
    payload_hash: str = Field(max_length=64, index=True)
    """Keyed fingerprint: a bare digest could be searched for the digits of the account."""
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
