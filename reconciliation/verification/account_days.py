"""What each account's day comes to, worked out once more from the books and their outcomes.

The statement is the book that counts, and the payments of a provider with that one book; of the other
payments only what waits, what nobody explains and what is undecided is told. Source:
reconciliation.md sections 5 and 6.
"""

from collections.abc import Mapping

import pandas as pd

from reconciliation.verification.given import DAY

_GIVEN_BACK = ("refund", "refund_reversal", "reversal", "chargeback", "chargeback_reversal")
_NOT_COUNTED = ("duplicate", "conflict", "rejected", "ignored")
_AGREED = ("matched", "matched_in_class", "not_applicable")
_MISSING = ("missing_in_statement", "missing_in_payments", "unattributed")
_UNDECIDED = ("ambiguous", "conflict")
_MEASURES = [
    "payments",
    "gross_vnd",
    "refunds_vnd",
    "fees_vnd",
    "matched_vnd",
    "pending_vnd",
    "unexplained_vnd",
]


def work_out_account_days(
    books: Mapping[str, pd.DataFrame], on_leg_b: pd.DataFrame
) -> pd.DataFrame:
    """Return the table ``vendor_day``: a row for every account and day that a record is of.

    Args:
        books: as ``read_given`` returns them.
        on_leg_b: one outcome for each payment and each line.
    """
    sides = [
        _measure(books[name], on_leg_b[on_leg_b["book"].eq(name)], name)
        for name in ("payments", "statement")
    ]
    days = pd.concat(sides).fillna(0).groupby(DAY, sort=False).sum().astype("int64")
    # What both books tell about the same money counts once: what one has beyond the other as well.
    days["unexplained_vnd"] += days[["undecided_payments", "undecided_statement"]].max(axis=1)
    days["net_vnd"] = days["gross_vnd"] - days["refunds_vnd"] - days["fees_vnd"]
    return days[[*_MEASURES, "net_vnd"]].reset_index()


def _measure(lines: pd.DataFrame, outcomes: pd.DataFrame, book: str) -> pd.DataFrame:
    """Return what each record of a book adds to its day."""
    decided = outcomes.set_index("record_id")[["outcome", "reason", "difference_vnd"]]
    decided = decided.loc[lines["record_id"]].set_axis(lines.index)
    outcome, difference = decided["outcome"], decided["difference_vnd"].fillna(0).astype("int64")
    amount, kind, moved = lines["amount_vnd"], lines["transaction_type"], lines["moved"]
    away = amount.where(lines["direction"].eq("debit"), -amount)
    beside = lines["fee_vnd"].fillna(0) + lines["tax_vnd"].fillna(0)
    counts = moved & ~outcome.isin(_NOT_COUNTED)
    if book == "payments":
        counts &= outcome.eq("not_applicable") & decided["reason"].ne("reversed")
    payment = kind.eq("payment") & lines["direction"].eq("credit")
    sale = moved & payment
    differs = outcome.eq("matched_with_difference")
    waits = sale & outcome.eq("pending_cut_off") & (book == "payments")
    return lines[DAY].assign(
        payments=(counts & sale).astype("int64"),
        gross_vnd=amount.where(counts & sale, 0),
        refunds_vnd=away.where(counts & kind.isin(_GIVEN_BACK), 0),
        fees_vnd=beside.astype("int64").where(counts, 0)
        + away.where(counts & kind.isin(["fee", "tax"]), 0),
        matched_vnd=amount.where(counts & sale & outcome.isin(_AGREED), 0)
        + (amount - difference.clip(lower=0)).where(differs & counts & sale, 0),
        pending_vnd=amount.where(waits, 0),
        unexplained_vnd=amount.where(sale & outcome.isin(_MISSING), 0)
        + difference.abs().where(differs & payment & (book == "statement"), 0),
        undecided_payments=amount.where(sale & outcome.isin(_UNDECIDED) & (book == "payments"), 0),
        undecided_statement=amount.where(
            sale & outcome.isin(_UNDECIDED) & (book == "statement"), 0
        ),
    )
