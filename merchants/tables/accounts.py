"""Acceptance points, proposed changes of them, and the QR codes that hang at stalls."""

# ``from __future__ import annotations`` would break SQLModel's relationships; keep it out.
from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import UtcDateTime, text_enum
from merchants.kinds import (
    AcceptancePointState,
    AcceptanceType,
    AccountChangeState,
    AccountKind,
    AccountOwnerKind,
    CodeScheme,
    Confirmation,
    NameMatch,
)

OTHER_NAME = "valid_to IS NULL AND name_match NOT IN ('exact', 'normalised')"
"""Open points whose holder is not called as the vendor is: all matches but ``GOOD_MATCHES``."""


class AcceptancePoint(SQLModel, table=True):
    """Where a vendor's money lands: a bank account, a wallet or mobile money.

    The account number is sealed (encrypted); ``account_hash`` is its keyed fingerprint for look-up
    and ``account_tail`` its last four characters for people.
    """

    __tablename__: ClassVar[str] = "acceptance_point"

    id: int | None = Field(default=None, primary_key=True)
    vendor_id: int = Field(foreign_key="vendor.id", index=True)
    kind: AccountKind = Field(sa_type=text_enum(AccountKind))
    acceptance_type: AcceptanceType = Field(sa_type=text_enum(AcceptanceType))
    bin: str | None = Field(default=None, max_length=6)
    """Participant BIN; ``None`` for an account outside NAPAS (a Stripe account)."""
    feed_provider: str = Field(max_length=20)
    """Which ledger tells about this account: ``bank_vcb``, ``momo``, ``stripe``; empty = none."""
    account_sealed: str
    account_hash: str = Field(max_length=64, index=True)
    account_tail: str = Field(max_length=4)
    holder_name: str = Field(max_length=80)
    name_match: NameMatch = Field(sa_type=text_enum(NameMatch))
    owner_kind: AccountOwnerKind = Field(
        default=AccountOwnerKind.INDIVIDUAL, sa_type=text_enum(AccountOwnerKind)
    )
    provider_contract_no: str = Field(default="", max_length=40)
    contract_from: date | None = None
    contract_to: date | None = None
    state: AcceptancePointState = Field(sa_type=text_enum(AcceptancePointState))
    valid_from: date
    valid_to: date | None = None

    __table_args__ = (
        sa.Index(
            "uq_acceptance_point_open",
            "vendor_id",
            "feed_provider",
            "account_hash",
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        ),
        # The few a person must look at, which every list of stalls asks for.
        sa.Index(
            "ix_acceptance_point_other_name",
            "vendor_id",
            sqlite_where=sa.text(OTHER_NAME),
            postgresql_where=sa.text(OTHER_NAME),
        ),
    )


class AccountChange(SQLModel, table=True):
    """A proposed new or changed account: the vendor confirms, a second person decides."""

    __tablename__: ClassVar[str] = "account_change"

    id: int | None = Field(default=None, primary_key=True)
    vendor_id: int = Field(foreign_key="vendor.id", index=True)
    replaces_id: int | None = Field(default=None, foreign_key="acceptance_point.id")
    """The open point that ends when the change is approved; ``None`` = one more account."""
    kind: AccountKind = Field(sa_type=text_enum(AccountKind))
    acceptance_type: AcceptanceType = Field(sa_type=text_enum(AcceptanceType))
    bin: str | None = Field(default=None, max_length=6)
    feed_provider: str = Field(max_length=20)
    account_sealed: str
    account_hash: str = Field(max_length=64)
    account_tail: str = Field(max_length=4)
    holder_name: str = Field(max_length=80)
    name_match: NameMatch = Field(sa_type=text_enum(NameMatch))
    provider_contract_no: str = Field(default="", max_length=40)
    contract_from: date | None = None
    state: AccountChangeState = Field(sa_type=text_enum(AccountChangeState))
    reason: str = Field(default="", max_length=200)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    proposed_by: str = Field(max_length=60)
    assisted_by_id: int | None = Field(default=None, foreign_key="team_member.id")
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_how: Confirmation | None = Field(default=None, sa_type=text_enum(Confirmation))
    confirmed_by: str = Field(default="", max_length=60)
    """The vendor, or whoever recorded the vendor's signature or spoken word; never decides."""
    witness: str = Field(default="", max_length=80)
    """Who saw the vendor sign or heard them; a name, so it goes when the vendor's data goes."""
    evidence_sha256: str | None = Field(default=None, max_length=64)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = Field(default="", max_length=60)
    decision_note: str = Field(default="", max_length=200)

    __table_args__ = (
        sa.Index(
            "uq_account_change_open",
            "vendor_id",
            unique=True,
            sqlite_where=sa.text("state IN ('proposed', 'confirmed')"),
            postgresql_where=sa.text("state IN ('proposed', 'confirmed')"),
        ),
    )


class DisplayedCode(SQLModel, table=True):
    """A QR code seen hanging at a stall, kept byte for byte (sealed: it carries the account)."""

    __tablename__: ClassVar[str] = "displayed_code"

    id: int | None = Field(default=None, primary_key=True)
    stall_id: int = Field(foreign_key="stall.id", index=True)
    vendor_id: int | None = Field(default=None, foreign_key="vendor.id", index=True)
    acceptance_point_id: int | None = Field(
        default=None, foreign_key="acceptance_point.id", index=True
    )
    """The registered account it pays; ``None`` = money this service hears nothing about."""
    scheme: CodeScheme = Field(sa_type=text_enum(CodeScheme))
    label: str = Field(default="", max_length=80)
    """Bank or wallet and last characters, as people are shown it."""
    payload_sealed: str
    payload_hash: str = Field(max_length=64)
    """Keyed fingerprint: a bare digest could be searched for the digits of the account."""
    is_own_wallet_code: bool = False
    """The vendor's own wallet QR, taken over from a photo to be printed again unchanged."""
    first_seen_on: date
    last_seen_on: date
    ended_on: date | None = None

    __table_args__ = (
        sa.Index(
            "uq_displayed_code_hanging",
            "stall_id",
            "payload_hash",
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        ),
    )
