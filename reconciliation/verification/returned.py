"""Lines that give a payout back: which of them are money that is owed, and what they undo.

Shares no code with the engine. Source: reconciliation.md section 4.
"""

from collections.abc import Iterator

import pandas as pd

from reconciliation.verification.given import DAY, PLACE

RETURN = "payout_reversal"
_OWN_ROWS = ("payout", RETURN)
_OF_A_PAYOUT = ("matched", "matched_with_difference", "ambiguous")
_SET_ASIDE = ("duplicate", "conflict", "rejected", "unattributed", "not_applicable")


def are_own_rows(lines: pd.DataFrame) -> "pd.Series[bool]":
    """Return which lines are entries of payouts; a return that undoes none of them is money owed."""
    undoes = lines["outcome"].isin(_OF_A_PAYOUT) & lines["reason"].eq("reversed")
    is_money = _give_back(lines) & ~undoes & ~lines["outcome"].isin(_SET_ASIDE)
    return lines["transaction_type"].isin(_OWN_ROWS) & ~is_money


def lines_undoing(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that give back all of the payout they name."""
    whole = lines["outcome"].eq("matched") & lines["reason"].eq("reversed")
    return lines[_give_back(lines) & whole]


def prove_returns(lines: pd.DataFrame, payouts: pd.DataFrame) -> Iterator[str]:
    """Say which lines do not give back what they say, and which payouts nothing gives back.

    Args:
        lines: as ``work_out_payouts`` takes them.
        payouts: as ``work_out_payouts`` returns them, with the ``reason`` of each.
    """
    undoing = lines_undoing(lines)
    told = payouts.set_index("record_id")[["amount_vnd", "outcome"]]
    of_line = told.reindex(undoing["counterpart_id"])
    of_line = of_line.set_axis(undoing.index)
    holds = of_line["outcome"].eq("returned") & of_line["amount_vnd"].eq(undoing["amount_vnd"])
    once = ~undoing["counterpart_id"].duplicated(keep=False)
    for record in undoing.loc[~(holds & once), "record_id"]:
        yield f"statement {record}: does not give back the payout it names"
    by_lines = payouts["outcome"].eq("returned") & payouts["rule"].str.startswith("payout_listing")
    given = [*PLACE, "amount_vnd"]
    there = pd.MultiIndex.from_frame(lines.loc[_give_back(lines), given])
    said = payouts[by_lines]
    lacks = ~pd.MultiIndex.from_frame(said[given]).isin(there)
    for record in said.loc[lacks, "record_id"]:
        yield f"payouts {record}: returned, and no line gives it back"
    owed = lines[_give_back(lines) & lines["outcome"].eq("pending_cut_off")]
    waits = payouts[payouts["outcome"].eq("pending_cut_off") & payouts["reason"].eq("reversed")]
    both = waits.merge(owed[DAY], on=PLACE)
    near = both["business_date"].le(both["arrived_on"])
    for record in waits.loc[~waits["record_id"].isin(both.loc[near, "record_id"]), "record_id"]:
        yield f"payouts {record}: waits for what came back, and nothing did"


def _give_back(lines: pd.DataFrame) -> "pd.Series[bool]":
    credit = lines["transaction_type"].eq(RETURN) & lines["direction"].eq("credit")
    return credit & lines["moved"]
