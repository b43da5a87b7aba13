"""What a stored record adds to its vendor's figures, in a plain loop's words.

The rules of ``close.daily`` said once more, for one row at a time and without its code: proofs are made
and checked by these, so a mistake in either shows.
"""

from collections.abc import Mapping
from typing import Any

NOT_IN_SUMS = frozenset({"duplicate", "conflict", "rejected", "ignored"})
GIVEN_BACK = frozenset(
    {"refund", "refund_reversal", "reversal", "chargeback", "chargeback_reversal"}
)
MATCHED = frozenset({"matched", "matched_in_class", "matched_with_difference", "not_applicable"})


def added_by(row: Mapping[str, Any]) -> tuple[int, ...]:
    """Return what an outcome's record adds to each of ``day_tree.ADDED``.

    Args:
        row: ``book, outcome, reason, status, ledger_type, direction, currency, amount, fee_amount,
            tax_amount, difference_vnd`` as they are stored, of leg B.
    """
    if row["status"] != "succeeded":
        return (0,) * 7
    is_vnd, is_credit = row["currency"] == "VND", row["direction"] == "credit"
    amount = row["amount"] if is_vnd else 0
    is_sale = row["ledger_type"] == "payment" and is_credit
    alone = row["outcome"] == "not_applicable" and row["reason"] != "reversed"
    is_authority = row["book"] == "statement" or alone
    if not is_authority or row["outcome"] in NOT_IN_SUMS:
        waits = is_sale and not is_authority and row["outcome"] == "pending_cut_off"
        return (0, 0, 0, 0, 0, 0, amount if waits else 0)
    signed = amount if is_credit else -amount
    differs = row["outcome"] == "matched_with_difference"
    agreed = amount - max(row["difference_vnd"], 0) if differs else amount
    return (
        1 if is_sale else 0,
        amount if is_sale else 0,
        -signed if row["ledger_type"] in GIVEN_BACK else 0,
        (row["fee_amount"] or 0) - (signed if row["ledger_type"] == "fee" else 0),
        (row["tax_amount"] or 0) - (signed if row["ledger_type"] == "tax" else 0),
        agreed if is_sale and row["outcome"] in MATCHED else 0,
        0,
    )
