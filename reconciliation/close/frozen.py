"""What was decided about forgotten rows, kept as it is when their days are closed again.

A forgotten row has no memo, no time and no account any more, so the engine is not asked about it a
second time, nor about the records it was decided together with: its counterpart, the members of its
class, its payout. Their outcomes are those of the newest close. A forgotten row that no close has
decided on yet is given to the engine as it stands, under hashed names that still find each other.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.close.stored_closes import newest_close_ids
from reconciliation.tables import MatchOutcome

FROZEN_COLUMNS = {
    "book": "str",
    "record_id": "str",
    "leg": "str",
    "outcome": "str",
    "rule": "str",
    "counterpart_id": "str",
    "class_id": "str",
    "difference_vnd": "int64",
    "fee_difference_vnd": "Int64",
    "reason": "str",
    "alternatives": "int64",
}
"""What the engine says of a record on a leg, as text and whole numbers."""


def read_frozen(
    session: Session, forgotten: Collection[int], first: date, last: date
) -> list[dict[str, Any]]:
    """Return the outcomes that stay: of forgotten rows of the days, and of what hangs on them.

    Rows as ``match_outcome`` has them, records and counterparts by row id.
    """
    frozen: dict[tuple[str, int, str], dict[str, Any]] = {}
    seen: set[int] = set()
    classes: set[str] = set()
    ids, class_ids = set(forgotten), set[str]()
    while ids or class_ids:
        seen |= ids
        classes |= class_ids
        told = _outcomes(session, ids, class_ids, first, last)
        frozen |= {(row["book"], row["record_id"], row["leg"]): row for row in told}
        named = {row[name] for row in told for name in ("record_id", "counterpart_id")}
        ids = named - seen - {None}
        class_ids = {row["class_id"] for row in told} - classes - {None}
    decided_ids = {record_id for _, record_id, _ in frozen}
    for row in frozen.values():
        if row["counterpart_id"] not in decided_ids:
            row["counterpart_id"] = None
    return list(frozen.values())


def frozen_frame(rows: list[dict[str, Any]], keys: dict[int, str]) -> pd.DataFrame:
    """Return the outcomes as the engine writes its own, of the records that have a key."""
    told = [
        row
        | {
            "record_id": keys[row["record_id"]],
            "counterpart_id": keys.get(row["counterpart_id"]),
        }
        for row in rows
        if row["record_id"] in keys
    ]
    return pd.DataFrame(told, columns=list(FROZEN_COLUMNS)).astype(FROZEN_COLUMNS)


def only_frozen_cells(decided: pd.DataFrame, frozen: pd.DataFrame) -> set[tuple[str, date]]:
    """Return the (scope, day)s on which nothing is left to decide: they stay as they were closed.

    What was missing on them cannot be asked any more, either: the accounts have no names.
    """
    if frozen.empty:
        return set()
    names = set(zip(frozen["book"], frozen["record_id"], strict=True))
    told = zip(decided["book"], decided["key"], strict=True)
    is_frozen = pd.Series([name in names for name in told], index=decided.index, dtype="bool")
    cells = is_frozen.groupby([decided["scope"], decided["business_date"].dt.date]).all()
    return set(cells[cells].index)


def _outcomes(
    session: Session, ids: set[int], class_ids: set[str], first: date, last: date
) -> list[dict[str, Any]]:
    decided = table_of(MatchOutcome)
    hangs_on = [
        one_of(session, decided.c.record_id, ids),
        one_of(session, decided.c.counterpart_id, ids),
    ]
    if class_ids:
        hangs_on.append(one_of(session, decided.c.class_id, class_ids))
    wanted = sa.select(*(decided.c[name] for name in FROZEN_COLUMNS)).where(
        decided.c.close_id.in_(newest_close_ids(first, last)), sa.or_(*hangs_on)
    )
    told = rows_of(session, wanted)
    return [dict(zip(FROZEN_COLUMNS, row, strict=True)) for row in told]
