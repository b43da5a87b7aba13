"""Whole sheets taken in: what became of each row, and what to put back when one is undone."""

# ``from __future__ import annotations`` would break SQLModel's relationships; keep it out.
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import UtcDateTime, text_enum
from merchants.kinds import ImportState


class SheetImport(SQLModel, table=True):
    """One vendor sheet: its fingerprint, how far it came and what became of its rows."""

    __tablename__: ClassVar[str] = "sheet_import"

    id: int | None = Field(default=None, primary_key=True)
    market_id: int | None = Field(default=None, foreign_key="market.id", index=True)
    """The market it was taken in for; ``None`` = its rows name their markets."""
    file_name: str = Field(max_length=200)
    file_sha256: str = Field(max_length=64)
    file_sealed: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    """The file itself, sealed, until its result is no longer needed."""
    state: ImportState = Field(sa_type=text_enum(ImportState))
    actor: str = Field(max_length=60)
    imported_at: datetime = Field(sa_type=UtcDateTime)
    written_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str = Field(default="", max_length=60)
    rows_total: int = 0
    """Rows it holds, once it is read."""
    rows_done: int = 0
    """For the progress bar; equals ``rows_total`` when the step is over."""
    rows_created: int = 0
    rows_changed: int = 0
    rows_same: int = 0
    rows_rejected: int = 0
    rows_warned: int = 0
    beat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """The last sign of life of whoever checks or writes it; long ago = they died half-way."""
    sheet_title: str = Field(default="", max_length=60)
    """The worksheet that was read; empty for a CSV file."""
    refusal: str = Field(default="[]", sa_type=sa.Text)
    """Why the whole file was refused, as ``kept_sentences`` writes it; no sentence = it was read."""
    remarks: str = Field(default="[]", sa_type=sa.Text)
    """About the whole file, such as lines left aside, as ``kept_sentences`` writes it."""


class SheetImportRow(SQLModel, table=True):
    """What became of one row of a sheet."""

    __tablename__: ClassVar[str] = "sheet_import_row"

    import_id: int = Field(foreign_key="sheet_import.id", primary_key=True)
    row: int = Field(primary_key=True)
    outcome: str = Field(max_length=10)
    change: str = Field(max_length=10)
    stall_code: str = Field(max_length=40)
    full_name: str = Field(default="", max_length=80)
    """Whom the row names; erased with the person, and with the results after some days."""
    proposes_account: bool = False
    """It asks for a change of account, which two more people decide about."""
    messages: str = Field(sa_type=sa.Text)
    """Reasons or remarks, as ``kept_sentences`` writes them."""


class SheetImportChange(SQLModel, table=True):
    """One row of the register that an import made or changed, and what it was before."""

    __tablename__: ClassVar[str] = "sheet_import_change"

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="sheet_import.id", index=True)
    table_name: str = Field(max_length=40)
    row_id: int
    before: str = Field(sa_type=sa.Text)
    """JSON of the changed columns as they were; empty for a row the import made."""
    after: str = Field(sa_type=sa.Text)
    """JSON of the same columns as the import left them."""
