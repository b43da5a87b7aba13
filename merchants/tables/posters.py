"""Posters issued, and the books they were printed in."""

# ``from __future__ import annotations`` would break SQLModel's relationships; keep it out.
from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import UtcDateTime, text_enum
from merchants.kinds import BookForm, BookState, PosterState


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
    end_reason: str = Field(default="", max_length=20)
    """A ``PosterEnd``; empty = it has not ended, or nobody said why."""
    marks: str = Field(default="", sa_type=sa.Text)
    """JSON of keyed marks, by field, of what the register said when it was issued; empty = unknown."""

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


class PosterBook(SQLModel, table=True):
    """Posters of a market drawn into one file: what was asked for, and how far it came."""

    __tablename__: ClassVar[str] = "poster_book"

    id: int | None = Field(default=None, primary_key=True)
    market_id: int = Field(foreign_key="market.id", index=True)
    content_hash: str = Field(max_length=64)
    """Keyed fingerprint of everything that is drawn and how: the same book is drawn once."""
    form: BookForm = Field(sa_type=text_enum(BookForm))
    paper: str = Field(max_length=12)
    is_eco: bool = False
    lang2: str = Field(default="", max_length=2)
    is_duplex: bool = False
    only_changed: bool = False
    zone_name: str = Field(default="", max_length=80)
    """The zone that was chosen; empty = none."""
    is_chosen: bool = False
    """Stalls were chosen one by one."""
    state: BookState = Field(sa_type=text_enum(BookState))
    actor: str = Field(max_length=60)
    asked_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ready_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fetched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it was first downloaded; from then on its posters count as printed."""
    holder: str = Field(default="", max_length=40)
    """Whoever draws it."""
    beat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """The last sign of life of whoever draws it; ``None`` = nobody does."""
    posters_total: int = 0
    posters_done: int = 0
    bytes_total: int = Field(default=0, sa_type=sa.BigInteger)
    refusal: str = Field(default="", max_length=1000)
    """Why it could not be drawn, in Vietnamese."""

    __table_args__ = (
        sa.Index(
            "uq_poster_book_kept",
            "market_id",
            "content_hash",
            unique=True,
            sqlite_where=sa.text("state IN ('drawing', 'ready')"),
            postgresql_where=sa.text("state IN ('drawing', 'ready')"),
        ),
        {"sqlite_autoincrement": True},
    )


class PosterBookItem(SQLModel, table=True):
    """One poster of a book, in the order of the walk, and what was on it."""

    __tablename__: ClassVar[str] = "poster_book_item"

    book_id: int = Field(foreign_key="poster_book.id", primary_key=True)
    place: int = Field(primary_key=True)
    poster_id: int = Field(foreign_key="poster.id", index=True)
    content_hash: str = Field(max_length=64)
    """Keyed fingerprint of what stands on it."""
    left_out: str = Field(default="", max_length=300)
    """Why it was not drawn, in Vietnamese; empty = it was, or waits."""
