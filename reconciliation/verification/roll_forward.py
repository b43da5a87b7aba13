"""What is owed to each account from day to day, worked out once more from books and outcomes.

A fee taken from a payout as a whole is of the day on which the payout arrived. Source:
reconciliation.md section 4.
"""

import pandas as pd

from reconciliation.verification.given import DAY, PLACE
from reconciliation.verification.returned import are_own_rows, lines_undoing

_MOVES = {
    "gross_vnd": 1,
    "refunds_vnd": -1,
    "chargebacks_vnd": -1,
    "fees_vnd": -1,
    "tax_vnd": -1,
    "adjustments_vnd": 1,
    "payouts_vnd": -1,
}
_MOVE_OF_TYPE = {
    "refund": "refunds_vnd",
    "refund_reversal": "refunds_vnd",
    "reversal": "refunds_vnd",
    "chargeback": "chargebacks_vnd",
    "chargeback_reversal": "chargebacks_vnd",
    "fee": "fees_vnd",
    "tax": "tax_vnd",
    "adjustment": "adjustments_vnd",
    "reserve": "adjustments_vnd",
    "payout_reversal": "payouts_vnd",
}
"""All other types are sales."""
_NOT_OWED = ("duplicate", "conflict", "rejected", "unattributed", "not_applicable")
_COLUMNS = [*DAY, "opening_vnd", *_MOVES, "closing_vnd"]


def work_out_roll_forward(lines: pd.DataFrame, payouts: pd.DataFrame) -> pd.DataFrame:
    """Return the table ``roll_forward``.

    Args:
        lines: the statement with what each line is worth and its outcome on leg C.
        payouts: as ``work_out_payouts`` returns them.
    """
    undoing = lines_undoing(lines)
    came_back = payouts["record_id"].isin(undoing["counterpart_id"])
    owed = _of_lines(lines[lines.index.isin(undoing.index) | ~are_own_rows(lines)])
    paid = _of_payouts(payouts[came_back | payouts["outcome"].ne("returned")])
    days = pd.concat([owed, paid]).groupby(DAY)[list(_MOVES)].sum()
    days = days.astype("int64").reset_index().sort_values(DAY)
    change = days[list(_MOVES)].mul(pd.Series(_MOVES)).sum(axis=1)
    closing = change.groupby([days[name] for name in PLACE]).cumsum()
    return days.assign(opening_vnd=closing - change, closing_vnd=closing)[_COLUMNS]


def _of_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Return what each line makes the provider owe, by what it is."""
    lines = lines[lines["account"].ne("") & lines["moved"] & ~lines["outcome"].isin(_NOT_OWED)]
    move = lines["transaction_type"].map(_MOVE_OF_TYPE).fillna("gross_vnd")
    signed = lines["signed_vnd"]
    found = lines[DAY].assign(
        **{name: (sign * signed).where(move.eq(name), 0) for name, sign in _MOVES.items()}
    )
    costs = signed - lines["net_vnd"] - lines["bare_vnd"]
    tax = lines["tax_vnd"].fillna(0).astype("int64")
    return found.assign(tax_vnd=found["tax_vnd"] + tax, fees_vnd=found["fees_vnd"] + costs - tax)


def _of_payouts(payouts: pd.DataFrame) -> pd.DataFrame:
    """Return what each payout pays, and what it costs as a whole."""
    kept = payouts["account"].ne("") & ~payouts["outcome"].isin(_NOT_OWED)
    payouts = payouts[kept].rename(columns={"arrived_on": "business_date"})
    nothing = dict.fromkeys(_MOVES, 0)
    costs = {name: payouts[name] for name in ("fee_vnd", "tax_vnd")}
    return payouts[DAY].assign(
        **nothing
        | {
            "payouts_vnd": payouts["amount_vnd"],
            "fees_vnd": costs["fee_vnd"],
            "tax_vnd": costs["tax_vnd"],
        }
    )
