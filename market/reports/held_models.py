"""Everything held on one vendor, as a model: what stands in the register, at the doors, in the ledger."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from merchants.privacy.held_data import HeldInRegister


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HeldLink(_View):
    """A personal link; the link itself is kept nowhere."""

    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


class HeldSession(_View):
    """A browser that came in by one of the links."""

    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class HeldPin(_View):
    """That a PIN is set; of the PIN itself only a check value is kept, which cannot be read back."""

    set_at: datetime
    failures: int
    locked_until: datetime | None


class HeldDoorEvent(_View):
    """Something that happened at the doors about this vendor."""

    at: datetime
    actor: str
    action: str
    note: str


class HeldAccess(_View):
    """How the vendor comes in."""

    links: list[HeldLink]
    sessions: list[HeldSession]
    pin: HeldPin | None
    events: list[HeldDoorEvent]


class HeldPayment(_View):
    """One movement as one book told it; a version that was replaced is told, too."""

    business_date: date
    occurred_at: datetime | None
    book: str
    provider: str
    kind: str
    direction: str
    status: str
    amount: int
    currency: str
    fee_amount: int | None
    tax_amount: int | None
    net_amount: int | None
    provider_transaction_id: str
    merchant_reference: str | None
    bank_reference: str | None
    description: str | None
    attribution_rule: str
    version: int
    is_current: bool
    is_check: bool
    """Another source told the same payment, which counts there."""
    known_at: datetime


class HeldRequest(_View):
    """An exact amount the vendor asked for with a code on a screen."""

    reference: str
    amount_vnd: int
    note: str
    stall_code: str
    created_at: datetime
    created_by: str
    expires_at: datetime
    cancelled_at: datetime | None


class HeldDay(_View):
    """The vendor's day as the newest close found it."""

    business_date: date
    payments: int
    gross_vnd: int
    refunds_vnd: int
    fees_vnd: int
    tax_vnd: int
    net_vnd: int
    pending_vnd: int
    unexplained_vnd: int


class HeldClaim(_View):
    """That somebody said a payment of nobody's is theirs, and what a second person decided."""

    proposed_at: datetime
    proposed_by: str
    reason: str
    decision: str
    decided_at: datetime | None
    decided_by: str


class HeldData(_View):
    """Everything held on one vendor."""

    made_at: datetime
    is_masked: bool
    register_data: HeldInRegister
    access: HeldAccess
    payments: list[HeldPayment]
    claims: list[HeldClaim]
    asked_amounts: list[HeldRequest]
    days: list[HeldDay]
