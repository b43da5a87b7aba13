"""What the table ``payouts`` tells of payouts in doubt, worked out from the lines its readings name.

Shares no code with the engine. Source: reconciliation.md section 4.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from reconciliation.verification.contracts import Contracts
from reconciliation.verification.given import PLACE

IN_DOUBT = "ambiguous_payout"
READINGS_MAX = 2


def prove_readings(
    told: pd.DataFrame, found: pd.DataFrame, lines: pd.DataFrame, contracts: Contracts
) -> Iterator[str]:
    """Say which readings are none, or come to something else than they say.

    A payout in doubt has one or two readings, and no other row has any. Each names lines of its account
    once, all of them undecided or paid by that payout; two differ.

    Args:
        told: the table ``payouts``: ``record_id``, and ``readings`` as pandas reads them.
        found: one row for each payout that was given: ``record_id``, its place, ``outcome``.
        lines: as ``work_out_payouts`` takes them.
    """
    outcome = dict(zip(found["record_id"], found["outcome"], strict=True))
    place = dict(zip(found["record_id"], found[PLACE].itertuples(index=False), strict=True))
    of_record = lines.set_index("record_id")
    records = told["record_id"].astype("object").where(told["record_id"].notna(), "")
    for record, readings in zip(records.astype("str"), told["readings"], strict=True):
        each = _read(readings)
        if outcome.get(record) != IN_DOUBT:
            if each is not None:
                yield f"payouts {record or '-'}: not in doubt, and readings told"
            continue
        if not each or len(each) > READINGS_MAX:
            yield f"payouts {record}: in doubt, and not one or two readings told"
            continue
        if len({tuple(names) for _, names in each}) < len(each):
            yield f"payouts {record}: one reading told twice"
        for comes_to, names in each:
            problem = _problem(record, place[record], comes_to, names, of_record, contracts)
            if problem:
                yield f"payouts {record}: {problem}"


def _problem(
    record: str,
    place: tuple[str, str],
    comes_to: int | None,
    names: Sequence[str],
    lines: pd.DataFrame,
    contracts: Contracts,
) -> str:
    """Return what is wrong with one reading, empty for nothing."""
    if not names or list(names) != sorted(set(names)):
        return "a reading does not name its lines once, in order"
    if strange := [name for name in names if name not in lines.index]:
        return f"a reading names line {strange[0]}, which nobody gave"
    own = lines.loc[list(names)]
    astray = own[PLACE].ne(list(place)).any(axis=1)
    astray |= own["outcome"].ne("ambiguous") & own["counterpart_id"].ne(record)
    if astray.any():
        return f"a reading takes line {astray.idxmax()}, which is of others"
    bare = sum(own["bare_vnd"].tolist())
    last = str(own["business_date"].max())
    due = sum(own["net_vnd"].tolist()) + bare - sum(contracts.fee_and_tax(place[0], last, bare))
    return "" if comes_to == due else f"a reading comes to {due}, {comes_to} told"


def _read(readings: Any) -> list[tuple[int | None, list[str]]] | None:
    """Return readings as (what one comes to, its lines); ``None`` = none told."""
    if not isinstance(readings, list | np.ndarray):
        return None
    found = []
    for reading in readings:
        told = reading or {"comes_to_vnd": None, "lines": None}
        names = told["lines"]
        found.append((told["comes_to_vnd"], [] if names is None else [str(one) for one in names]))
    return found
