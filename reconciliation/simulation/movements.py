"""Money that really moved, as only the simulation knows it: the rows of the truth."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from reconciliation.simulation.faults import Fault


class Kind(StrEnum):
    """What a movement is."""

    PAYMENT = "payment"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    PAYOUT = "payout"
    FEE = "fee"
    TRANSFER = "transfer"
    FAILED = "failed"
    """An attempt that moved no money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement of money and the rows that tell about it.

    ``payments_key`` and ``statement_key`` are the dedupe keys (feeds.md section 9) of its row in
    either book; ``None`` = that book does not tell it. ``payments_vnd`` is the amount the payments
    book tells. ``vendor_code`` is whose money it is; ``traceable`` says whether anything that was
    sent still shows it. ``pays`` lists the statement keys a payout really pays for; ``due_on`` is
    the day it should have landed.
    """

    kind: Kind
    ledger: str
    market_code: str
    vendor_code: str
    traceable: bool
    direction: str
    amount_vnd: int
    occurred_at: datetime
    business_on: date
    payments_key: str | None = None
    payments_vnd: int | None = None
    statement_key: str | None = None
    second_key: str | None = None
    """The dedupe key of what a second aggregator told; it must not count beside ``payments_key``."""
    booked_as: tuple[tuple[str, int], ...] = ()
    """Key and amount of each statement row where it is not told by one of its own."""
    fee_vnd: int | None = None
    original_key: str | None = None
    payout_reference: str | None = None
    pays: tuple[str, ...] = ()
    statement_on: date | None = None
    """The business date of its statement row where that is not ``business_on``."""
    due_on: date | None = None
    expected_vnd: int | None = None
    """What a payout should have come to; ``None`` for anything but payouts."""
    faults: tuple[Fault, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the movement as one line of the truth, without what does not apply."""
        line: dict[str, Any] = {
            "kind": self.kind.value,
            "ledger": self.ledger,
            "market_code": self.market_code,
            "vendor_code": self.vendor_code,
            "traceable": self.traceable,
            "direction": self.direction,
            "amount_vnd": self.amount_vnd,
            "occurred_at": f"{self.occurred_at:%Y-%m-%dT%H:%M:%SZ}",
            "business_date": self.business_on.isoformat(),
            "payments_key": self.payments_key,
            "payments_vnd": self.payments_vnd,
            "statement_key": self.statement_key,
            "second_key": self.second_key,
            "booked_as": [{"statement_key": key, "amount_vnd": vnd} for key, vnd in self.booked_as]
            or None,
            "fee_vnd": self.fee_vnd,
            "original_key": self.original_key,
            "payout_reference": self.payout_reference,
            "pays": list(self.pays) or None,
            "statement_date": self.statement_on.isoformat() if self.statement_on else None,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "expected_vnd": self.expected_vnd,
            "faults": [fault.value for fault in self.faults],
        }
        return {key: value for key, value in line.items() if value is not None}
