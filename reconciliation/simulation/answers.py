"""The right answer to each kind of fault: what the product should conclude when it strikes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciliation.engine.outcomes import Outcome, Reason
from reconciliation.simulation.faults import Fault
from reconciliation.simulation.movements import Movement

PAYMENTS, STATEMENT, PAYOUTS = "payments", "statement", "payouts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """One outcome the product keeps; keys are dedupe keys, a Stripe payout's is its ``po_`` id."""

    book: str
    key: str
    leg: str
    outcome: str
    reason: str
    vendor_code: str
    counterpart_book: str
    counterpart_key: str
    amount_vnd: int
    difference_vnd: int
    fee_difference_vnd: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What the product says of one movement; ``None`` where it says nothing."""

    movement: Movement
    payment: Concluded | None
    line: Concluded | None
    payout: Concluded | None
    second: Concluded | None = None
    """Of the row that another aggregator told."""
    parts: tuple[Concluded | None, ...] = ()
    """Of the statement rows that tell it together, or it and another one."""


PAIRED = frozenset({Outcome.MATCHED, Outcome.MATCHED_WITH_DIFFERENCE})
"""Outcomes that claim one pair."""
SETTLED = PAIRED | {Outcome.MATCHED_IN_CLASS}

# What the product says, and the faults that justify it. A conclusion under a sign with none of
# its faults behind it is a false alarm.
SIGNS: Mapping[tuple[str, str], frozenset[Fault]] = {
    (Outcome.MISSING_IN_PAYMENTS, ""): frozenset(
        {Fault.MISSING, Fault.CLOCK_SKEW, Fault.SPLIT, Fault.MERGED}
    ),
    (Outcome.MISSING_IN_STATEMENT, ""): frozenset({Fault.LINE_MISSING, Fault.SPLIT, Fault.MERGED}),
    (Outcome.MATCHED_WITH_DIFFERENCE, Reason.AMOUNT): frozenset({Fault.AMOUNT_CHANGED}),
    (Outcome.MATCHED_WITH_DIFFERENCE, Reason.FEE): frozenset({Fault.FEE_WRONG}),
    (Outcome.SHORT, ""): frozenset({Fault.PAYOUT_SHORT}),
    (Outcome.LATE, ""): frozenset({Fault.PAYOUT_LATE}),
}


def is_answered(fault: Fault, seen: Seen) -> bool:
    """Return whether the conclusions about a movement are what the fault calls for."""
    return _ANSWERS[fault](seen)


def _is_line_alone(seen: Seen) -> bool:
    return seen.line is not None and seen.line.outcome == Outcome.MISSING_IN_PAYMENTS


def _is_payment_alone(seen: Seen) -> bool:
    return seen.payment is not None and seen.payment.outcome == Outcome.MISSING_IN_STATEMENT


def _is_counted_once(seen: Seen) -> bool:
    return _is_settled(seen) and seen.second is None


def _are_all_alone(seen: Seen) -> bool:
    """Return whether the payment and the lines that tell it otherwise are named, and none is paired."""
    lines = [row.outcome if row else None for row in seen.parts]
    return _is_payment_alone(seen) and set(lines) == {Outcome.MISSING_IN_PAYMENTS}


def _is_told_by_how_much(seen: Seen) -> bool:
    told = (seen.movement.payments_vnd or 0) - seen.movement.amount_vnd
    return all(
        row is not None
        and row.outcome == Outcome.MATCHED_WITH_DIFFERENCE
        and abs(row.difference_vnd) == abs(told)
        for row in (seen.payment, seen.line)
    )


def _is_fee_told(seen: Seen) -> bool:
    return any(row is not None and row.fee_difference_vnd for row in (seen.payment, seen.line))


def _is_owner_right(seen: Seen) -> bool:
    """Return whether the owner is named where anything shows her, and nobody else where nothing does."""
    owner = seen.movement.vendor_code
    allowed = {owner} if seen.movement.traceable else {owner, ""}
    rows = [row for row in (seen.payment, seen.line) if row is not None]
    return bool(rows) and all(row.outcome in SETTLED and row.vendor_code in allowed for row in rows)


def _is_settled(seen: Seen) -> bool:
    """Return whether nothing is doubled or lost and both rows still find each other."""
    return seen.line is not None and seen.line.outcome in SETTLED and seen.payment is not None


def _is_taken_from_its_owner(seen: Seen) -> bool:
    line = seen.line
    return (
        _is_refund_kept(seen) and line is not None and line.vendor_code == seen.movement.vendor_code
    )


def _is_refund_kept(seen: Seen) -> bool:
    return seen.line is not None and seen.line.outcome in SETTLED | {Outcome.NOT_APPLICABLE}


def _is_short(seen: Seen) -> bool:
    gap = seen.movement.amount_vnd - (seen.movement.expected_vnd or 0)
    payout = seen.payout
    return (
        payout is not None
        and payout.outcome == Outcome.SHORT
        and abs(payout.difference_vnd) == abs(gap)
    )


def _is_late(seen: Seen) -> bool:
    return seen.payout is not None and seen.payout.outcome == Outcome.LATE


def _is_run_explained(seen: Seen) -> bool:
    """Return whether the payout is paid in full by another one, in one way or in several.

    Which of two equal sales was held back, nothing that was sent can tell; that one was, can be told.
    """
    payout = seen.payout
    return payout is not None and (
        payout.outcome == Outcome.PAID
        or (payout.outcome == Outcome.AMBIGUOUS_PAYOUT and payout.reason == Reason.HELD_BACK)
    )


_ANSWERS: Mapping[Fault, Callable[[Seen], bool]] = {
    Fault.LATE: _is_settled,
    Fault.MISSING: _is_line_alone,
    Fault.REPLAYED: _is_settled,
    Fault.OUT_OF_ORDER: _is_settled,
    Fault.CLOCK_SKEW: _is_line_alone,
    Fault.BAD_SIGNATURE: _is_settled,
    Fault.AMOUNT_CHANGED: _is_told_by_how_much,
    Fault.LINE_MISSING: _is_payment_alone,
    Fault.MEMO_LOST: _is_owner_right,
    Fault.REFERENCE_MISSING: _is_settled,
    Fault.UNKNOWN_ACCOUNT: _is_owner_right,
    Fault.TOLD_TWICE: _is_counted_once,
    Fault.SPLIT: _are_all_alone,
    Fault.MERGED: _are_all_alone,
    Fault.FEE_WRONG: _is_fee_told,
    Fault.REFUND: _is_refund_kept,
    Fault.REVERSED: _is_taken_from_its_owner,
    Fault.PAYOUT_SHORT: _is_short,
    Fault.PAYOUT_LATE: _is_late,
    Fault.HELD_BACK: _is_run_explained,
}
