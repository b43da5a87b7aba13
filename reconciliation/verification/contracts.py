"""What the rules of a run say of fees and ids, by their text, and what lines are worth by them.

In plain whole numbers of any size; shares no code with the engine. Source: reconciliation.md
section 4.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

_BASIS = 10_000
_ID = "provider_transaction_id"
_BOTH = frozenset({"payments", "statement"})


class Contracts:
    """Fee schedules and fields of ids by provider and day, as the text of the rules tells them.

    Args:
        rows: the profiles of a run, as JSON has them.
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._of: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: str(row["valid_from"])):
            self._of[row["provider"]].append(row)

    def fee(self, provider: str, on: str) -> Mapping[str, Any] | None:
        """Return the schedule in force on a day; ``None`` = the contract names no fee."""
        row = self._in_force(provider, on)
        return row["fee"] if row else None

    @property
    def id_columns(self) -> frozenset[str]:
        """The columns of books in which one-book providers tell ids."""
        rows = [row for of in self._of.values() for row in of if not _BOTH.issubset(row["books"])]
        return frozenset(field for row in rows for field in row["provider_id"] or [_ID])

    def id_fields(self, provider: str, on: str) -> tuple[str, str]:
        """Return the field of payments and that of lines by which one-book providers tell one id."""
        row = self._in_force(provider, on)
        payment, line = (row and row["provider_id"]) or (_ID, _ID)
        return payment, line

    def terms(self, provider: str, on: str) -> Mapping[str, Any]:
        """Return all that the contract in force on a day says, nothing without one."""
        return self._in_force(provider, on) or {}

    def _in_force(self, provider: str, on: str) -> Mapping[str, Any] | None:
        rows = self._of.get(provider) or self._of.get("*") or []
        in_force = [row for row in rows if str(row["valid_from"]) <= on] or rows[:1]
        return in_force[-1] if in_force else None

    def fee_and_tax(self, provider: str, on: str, amount: int) -> tuple[int, int]:
        """Return the fee on an amount and the tax on that fee; none on what is not above zero."""
        schedule = self.fee(provider, on)
        return _costs(amount, schedule) if schedule is not None and amount > 0 else (0, 0)


def add_worth(lines: pd.DataFrame, contracts: Contracts) -> pd.DataFrame:
    """Return statement lines with what each adds to a payout.

    ``signed_vnd``: credits above zero, debits below; ``net_vnd``: what is left after the line's own
    fee and tax; ``bare_vnd``: instead of it where the fee is taken from the payout as a whole.
    """
    amount = lines["amount_vnd"]
    signed = amount.where(lines["direction"].eq("credit"), -amount)
    net = signed - lines["fee_vnd"].fillna(0).astype("int64")
    net -= lines["tax_vnd"].fillna(0).astype("int64")
    place, days = pd.factorize(pd.MultiIndex.from_frame(lines[["provider", "business_date"]]))
    schedules = [contracts.fee(provider, on) for provider, on in days]
    per = np.array([schedule["per"] if schedule else "" for schedule in schedules], "object")[place]
    # A payout that is given back was paid out with its fee taken off.
    untold = lines["fee_vnd"].isna() & lines["transaction_type"].ne("payout_reversal")
    own = untold & (per == "line") & lines["transaction_type"].eq("payment")
    costs = [
        sum(_costs(each, schedules[at]))
        for each, at in zip(amount[own].tolist(), place[own], strict=True)
    ]
    net[own] -= np.array(costs, np.int64)
    whole = untold & (per == "run")
    return lines.assign(
        signed_vnd=signed, net_vnd=net.where(~whole, 0), bare_vnd=signed.where(whole, 0)
    )


def _costs(amount: int, schedule: Mapping[str, Any] | None) -> tuple[int, int]:
    assert schedule is not None
    fee = (amount * schedule["bps"] + _BASIS // 2) // _BASIS + schedule["fixed_vnd"]
    fee = max(fee, schedule["min_vnd"])
    if schedule["max_vnd"] is not None:
        fee = min(fee, schedule["max_vnd"])
    return int(fee), int((fee * schedule["vat_bps"] + _BASIS // 2) // _BASIS)
