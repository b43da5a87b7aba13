"""What each payout of a run should have come to, worked out once more from the files alone.

In a plain loop over whole numbers of any size, from the contracts the run was made under; shares no
code with the engine. Source: reconciliation.md section 4.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

_BASIS = 10_000
_PAYS = ("matched", "matched_with_difference")
_OWN_ROWS = ("payout", "payout_reversal")
_SETTLED = ("paid", "late", "short", "over")
_SIGN = {"paid": 0, "late": 0, "short": -1, "over": 1}


class Contracts:
    """Fee schedules by provider and day, as the text of the rules tells them.

    Args:
        rows: the profiles of a run, as JSON has them.
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._of: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: str(row["valid_from"])):
            self._of[row["provider"]].append(row)

    def fee(self, provider: str, on: str) -> Mapping[str, Any] | None:
        """Return the schedule in force on a day; ``None`` = the contract names no fee."""
        rows = self._of.get(provider) or self._of.get("*") or []
        in_force = [row for row in rows if str(row["valid_from"]) <= on] or rows[:1]
        return in_force[-1]["fee"] if in_force else None


@dataclass(slots=True)
class _Paid:
    """What the lines of one payout come to."""

    lines: int = 0
    net: int = 0
    bare: int = 0
    """Of lines that tell no fee, where one is taken from the payout as a whole."""
    last: tuple[str, str] = field(default=("", ""))
    """The last day and the provider of the lines, whose contract the whole fee follows."""


def prove_payouts(
    statement: pd.DataFrame, on_leg_c: pd.DataFrame, payouts: pd.DataFrame, contracts: Contracts
) -> Iterator[str]:
    """Say which payouts are not what their lines come to under the contract.

    Args:
        statement: the lines that were given, ids as text.
        on_leg_c: the outcomes of leg C, ids as text.
        payouts: the table of payouts that was told.
    """
    paid = _lines_of_payouts(statement, on_leg_c, contracts)
    told = payouts[payouts["record_id"].notna() & payouts["outcome"].isin(_SETTLED)]
    names = (
        "record_id",
        "outcome",
        "rule",
        "amount_vnd",
        "expected_vnd",
        "difference_vnd",
        "lines",
    )
    for record, outcome, rule, amount, expected, difference, lines in zip(
        *(told[name].tolist() for name in names), strict=True
    ):
        own = paid.get(str(record), _Paid())
        due = own.net + own.bare
        if own.bare > 0 and not rule.startswith("payout_listing"):
            due -= _whole_fee(own, contracts)
        if lines != own.lines:
            yield f"payouts {record}: {lines} lines told, {own.lines} name it"
        elif expected != due:
            yield f"payouts {record}: its lines come to {due} đồng, {expected} was told"
        elif difference != amount - expected or _sign(difference) != _SIGN[outcome]:
            yield f"payouts {record}: {outcome}, and {amount} is not {expected} so"


def _lines_of_payouts(
    statement: pd.DataFrame, on_leg_c: pd.DataFrame, contracts: Contracts
) -> dict[str, _Paid]:
    """Return by payout what the lines come to that name it."""
    linked = on_leg_c[on_leg_c["book"].eq("statement") & on_leg_c["outcome"].isin(_PAYS)]
    linked = linked[linked["counterpart_id"].notna()]
    names = ["provider", "transaction_type", "direction", "business_date", "amount_vnd"]
    costs = [name for name in ("fee_vnd", "tax_vnd") if name in statement.columns]
    lines = statement.set_index("record_id")[[*names, *costs]].reindex(columns=[*names, *_COSTS])
    lines = lines.loc[linked["record_id"]]
    found: dict[str, _Paid] = defaultdict(_Paid)
    columns = [lines[name].astype("object").tolist() for name in (*names, *_COSTS)]
    for payout, provider, kind, direction, on, amount, fee, tax in zip(
        linked["counterpart_id"].tolist(), *columns, strict=True
    ):
        if kind in _OWN_ROWS:
            continue
        day = str(on)[:10]
        own = found[payout]
        own.lines += 1
        own.last = max(own.last, (day, provider))
        signed = int(amount) if direction == "credit" else -int(amount)
        net, bare = _worth(signed, kind, fee, tax, contracts.fee(provider, day))
        own.net, own.bare = own.net + net, own.bare + bare
    return dict(found)


_COSTS = ("fee_vnd", "tax_vnd")


def _worth(
    signed: int, kind: str, fee: Any, tax: Any, schedule: Mapping[str, Any] | None
) -> tuple[int, int]:
    """Return what a line adds after its own fee, and before a fee of the whole payout."""
    net = signed - _whole(fee) - _whole(tax)
    if not pd.isna(fee) or schedule is None:
        return net, 0
    if schedule["per"] == "run":
        return 0, signed
    if kind == "payment":
        net -= _fee_and_tax(abs(signed), schedule)
    return net, 0


def _whole_fee(paid: _Paid, contracts: Contracts) -> int:
    day, provider = paid.last
    schedule = contracts.fee(provider, day)
    return _fee_and_tax(paid.bare, schedule) if schedule is not None else 0


def _fee_and_tax(amount: int, schedule: Mapping[str, Any]) -> int:
    fee = (amount * schedule["bps"] + _BASIS // 2) // _BASIS + schedule["fixed_vnd"]
    fee = max(fee, schedule["min_vnd"])
    if schedule["max_vnd"] is not None:
        fee = min(fee, schedule["max_vnd"])
    return int(fee + (fee * schedule["vat_bps"] + _BASIS // 2) // _BASIS)


def _whole(amount: Any) -> int:
    return 0 if pd.isna(amount) else int(amount)


def _sign(amount: int) -> int:
    return (amount > 0) - (amount < 0)
