"""Consents by purpose and the requests of data subjects. Source: domain.md section 6.3."""

# ``from __future__ import annotations`` would break SQLModel's relationships; keep it out.
from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import UtcDateTime, text_enum
from merchants.kinds import (
    ConsentChannel,
    ConsentPurpose,
    PrivacyRequestKind,
    PrivacyRequestState,
)


class Consent(SQLModel, table=True):
    """One vendor's consent to one purpose, under one version of the notice. Never deleted."""

    id: int | None = Field(default=None, primary_key=True)
    vendor_id: int = Field(foreign_key="vendor.id", index=True)
    purpose: ConsentPurpose = Field(sa_type=text_enum(ConsentPurpose))
    notice_version: str = Field(max_length=20)
    language: str = Field(default="vi", max_length=5)
    is_read_aloud: bool = False
    channel: ConsentChannel = Field(sa_type=text_enum(ConsentChannel))
    given_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: str = Field(max_length=60)
    assisted_by_id: int | None = Field(default=None, foreign_key="team_member.id")
    """The helper who was with them."""
    witness: str = Field(default="", max_length=80)
    """Who was there when the vendor signed or said yes."""
    evidence_sha256: str | None = Field(default=None, max_length=64)
    import_id: int | None = Field(default=None, foreign_key="sheet_import.id", index=True)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawal_recorded_by: str = Field(default="", max_length=60)

    __table_args__ = (
        sa.Index(
            "uq_consent_standing",
            "vendor_id",
            "purpose",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )


class PrivacyRequest(SQLModel, table=True):
    """What a vendor asked about their data, and the clocks that run from then."""

    __tablename__: ClassVar[str] = "privacy_request"

    id: int | None = Field(default=None, primary_key=True)
    vendor_id: int = Field(foreign_key="vendor.id", index=True)
    kind: PrivacyRequestKind = Field(sa_type=text_enum(PrivacyRequestKind))
    state: PrivacyRequestState = Field(sa_type=text_enum(PrivacyRequestState))
    wish: str = Field(default="", max_length=500)
    received_at: datetime = Field(sa_type=UtcDateTime)
    received_by: str = Field(max_length=60)
    answer_due_on: date
    due_on: date
    is_extended: bool = False
    extension_reason: str = Field(default="", max_length=200)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: str = Field(default="", max_length=60)
    completed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    completed_by: str = Field(default="", max_length=60)
    outcome: str = Field(default="", max_length=500)
