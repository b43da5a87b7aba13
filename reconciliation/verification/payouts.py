"""What each payout of a run should have come to, worked out once more from the files alone.

By the contracts the run was made under; shares no code with the engine. Source: reconciliation.md
section 4.
"""

from collections.abc import Iterator

import pandas as pd

from reconciliation.verification.contracts import Contracts
from reconciliation.verification.given import DAY
from reconciliation.verification.returned import are_own_rows

PAYS = ("matched", "matched_with_difference")
_SIGN = {"paid": 0, "late": 0, "short": -1, "over": 1}
COLUMNS = [
    "record_id",
    "provider",
    "account",
    "arrived_on",
    "amount_vnd",
    "expected_vnd",
    "difference_vnd",
    "outcome",
    "rule",
    "first_on",
    "last_on",
    "lines",
    "alternatives",
]
"""Of the table ``payouts``."""


def work_out_payouts(
    given: pd.DataFrame, lines: pd.DataFrame, on_leg_c: pd.DataFrame, contracts: Contracts
) -> pd.DataFrame:
    """Return the table ``payouts`` of those that were given.

    Beside it ``fee_vnd`` and ``tax_vnd``, what is taken from the payout as a whole, its ``reason``
    and its ``payout_reference``.

    Args:
        given: the payouts, as ``read_given`` returns them.
        lines: the statement with what each line is worth and its outcome on leg C.
        on_leg_c: one outcome for each payout.
    """
    decided = on_leg_c[on_leg_c["book"].eq("payouts")].set_index("record_id")
    named = lines[
        lines["counterpart_id"].ne("")
        & ~are_own_rows(lines)
        & (
            lines["outcome"].isin(PAYS)
            # Lines of a payout that was returned name it, and are not paid.
            | (lines["outcome"].eq("missing") & lines["reason"].eq("reversed"))
        )
    ]
    of_payout = named.assign(lines=named["outcome"].isin(PAYS)).groupby("counterpart_id")
    in_order = named.sort_values("business_date").groupby("counterpart_id")["business_date"]
    found = given.rename(columns={"business_date": "arrived_on"})
    record = found["record_id"]
    for name in ("outcome", "rule", "reason", "difference_vnd", "alternatives"):
        found[name] = record.map(decided[name])
    for name in ("net_vnd", "bare_vnd", "lines"):
        found[name] = record.map(of_payout[name].sum()).fillna(0).astype("int64")
    found["first_on"] = record.map(in_order.first())
    found["last_on"] = record.map(in_order.last())
    # A listing tells each line as it is paid: no fee is taken from the whole.
    alone = found["rule"].str.startswith("payout_listing") | found["outcome"].eq("returned")
    return _less_costs(found, found["bare_vnd"].where(~alone, 0), contracts)


def work_out_missing(lines: pd.DataFrame, contracts: Contracts) -> pd.DataFrame:
    """Return the rows of the table ``payouts`` that no payout has: days due of which none came."""
    due = lines[lines["outcome"].eq("missing") & lines["reason"].eq("not_told")]
    found = due.groupby(DAY)[["net_vnd", "bare_vnd"]].sum().reset_index()
    found = found.rename(columns={"business_date": "last_on"}).assign(
        record_id="",
        arrived_on="",
        amount_vnd=0,
        outcome="missing",
        rule="",
        lines=0,
        alternatives=0,
    )
    found["first_on"] = found["last_on"]
    found = _less_costs(found, found["bare_vnd"], contracts)
    found["difference_vnd"] = -found["expected_vnd"]
    return found.loc[found["expected_vnd"].gt(0), COLUMNS]


def prove_settled(found: pd.DataFrame) -> Iterator[str]:
    """Say which payouts are not what their lines come to, as their outcome has it.

    One in doubt is compared with the lines it pays in every reading; where there are none, with nothing.
    """
    told = found[found["outcome"].isin([*_SIGN, "ambiguous_payout"])]
    names = ["record_id", "outcome", "amount_vnd", "expected_vnd", "difference_vnd", "lines"]
    for record, outcome, amount, expected, difference, lines in zip(
        *(told[name].tolist() for name in names), strict=True
    ):
        off = amount - expected if outcome in _SIGN or lines else 0
        sign = _SIGN.get(outcome, (off > 0) - (off < 0))
        if difference != off or (off > 0) - (off < 0) != sign:
            yield f"payouts {record}: {outcome}, and {amount} is not {expected} so"


def _less_costs(found: pd.DataFrame, bare: "pd.Series[int]", contracts: Contracts) -> pd.DataFrame:
    """Return rows with what they come to once fee and tax of the whole are taken off."""
    costs = [
        contracts.fee_and_tax(provider, str(on), amount) if amount > 0 else (0, 0)
        for provider, on, amount in zip(
            found["provider"], found["last_on"], bare.tolist(), strict=True
        )
    ]
    fee = pd.Series([fee for fee, _ in costs], found.index, dtype="int64")
    tax = pd.Series([tax for _, tax in costs], found.index, dtype="int64")
    expected = found["net_vnd"] + found["bare_vnd"] - fee - tax
    return found.assign(fee_vnd=fee, tax_vnd=tax, expected_vnd=expected)
