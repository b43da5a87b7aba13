"""What the newest decisions leave open, as breaks: one for each thing somebody has to clear.

A pair that differs is one break and not two, named after the payment that was announced and
standing on the day of the line, where the money counts. What is missing of a whole account's day
(no statement came, no payout came, nobody can tell which payout it is in) is one break with its
records counted, because one answer clears them all. Lines whose payout differs as a whole are told by their payout. What waits within
the time its provider may take is no break yet, and what counts once (``duplicate``) or was late but
whole (``late``) asks for nothing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from merchants.days import market_day
from reconciliation.breaks.found import BreakName, Facts, FoundBreak
from reconciliation.breaks.resolutions import WHOLE_DAY
from reconciliation.close.completeness import LATE_AFTER_DAYS
from reconciliation.close.daily import measure_lines
from reconciliation.engine.outcomes import OUTCOME_CODE, Outcome, Reason
from reconciliation.ledger.forgotten_names import forgotten_name
from reconciliation.profiles import Profiles

OPENS = frozenset(
    {
        Outcome.MATCHED_WITH_DIFFERENCE,
        Outcome.CONFLICT,
        Outcome.MISSING_IN_STATEMENT,
        Outcome.MISSING_IN_PAYMENTS,
        Outcome.AMBIGUOUS,
        Outcome.UNATTRIBUTED,
        Outcome.REJECTED,
        Outcome.SHORT,
        Outcome.OVER,
        Outcome.RETURNED,
        Outcome.MISSING,
        Outcome.AMBIGUOUS_PAYOUT,
    }
)
"""Outcomes that somebody has to clear; ``pending_cut_off`` becomes one when it waits too long."""
_BY_DIFFERENCE = (Outcome.SHORT, Outcome.OVER)


def find_breaks(decided: pd.DataFrame, profiles: Profiles, *, now: datetime) -> list[FoundBreak]:
    """Return the breaks of some closed days.

    Args:
        decided: every outcome of the days, as ``decided.join_outcomes`` returns it.
    """
    is_open = decided["outcome"].isin(OPENS) | _waits_too_long(decided, profiles, now)
    of_payout = decided["reason"].eq(Reason.PAYOUT_DIFFERS) & decided["book"].ne("payouts")
    left = decided[is_open & ~of_payout]
    if left.empty:
        return []
    left = left.assign(stake_vnd=_stakes(left))
    is_pair = (
        left["outcome"].eq(Outcome.MATCHED_WITH_DIFFERENCE)
        & left["leg"].eq("B")
        & left["other_key"].notna()
    )
    of_day = _is_of_whole_day(left)
    return [
        *_single(left[~is_pair & ~of_day]),
        *_pairs(left[is_pair]),
        *_whole_days(left[of_day & ~is_pair]),
    ]


def break_key(record_key: str) -> str:
    """Return the key of a record's break from its name in a root: the same for all versions."""
    return record_key.rpartition("#")[0] if "#" in record_key else record_key


def _waits_too_long(decided: pd.DataFrame, profiles: Profiles, now: datetime) -> pd.Series:
    waits = decided["outcome"].eq(Outcome.PENDING_CUT_OFF) & decided["leg"].eq("B")
    if not waits.any():
        return waits
    today = pd.Timestamp(market_day(now))
    allowed = {}
    for ledger in decided.loc[waits, "ledger"].unique():
        days = profiles.of(ledger)[-1].late_after_days
        allowed[ledger] = timedelta(days=LATE_AFTER_DAYS if days is None else days)
    patience = decided["ledger"].map(allowed).fillna(timedelta(0))
    return waits & (decided["business_date"] + patience).lt(today)


def _stakes(left: pd.DataFrame) -> pd.Series:
    """Return the đồng of each row that nobody can explain, those of sales each on one row only."""
    stake = left["amount_vnd"].where(~left["outcome"].eq(Outcome.REJECTED), 0)
    by_difference = left["outcome"].isin([*_BY_DIFFERENCE, Outcome.MATCHED_WITH_DIFFERENCE])
    stake = stake.where(~by_difference, left["difference_vnd"].abs())
    is_line = left["leg"].eq("B") & left["book"].ne("payouts")
    sale = (
        is_line
        & left["transaction_type"].eq("payment")
        & left["direction"].eq("credit")
        & left["status"].eq("succeeded")
    )
    if sale.any():
        measured = measure_lines(left[sale])
        unclear = measured["unexplained_vnd"] + measured["pending_vnd"]
        stake = stake.where(~sale, unclear.reindex(left.index).fillna(0).astype("int64"))
    fee = left["fee_difference_vnd"].astype("Int64").fillna(0).abs().astype("int64")
    of_fee = left["outcome"].eq(Outcome.MATCHED_WITH_DIFFERENCE) & left["difference_vnd"].eq(0)
    # Of a pair the fee is told by both rows; the line's counts.
    return stake.where(~of_fee, fee.where(left["book"].eq("statement"), 0)).astype("int64")


def _is_of_whole_day(left: pd.DataFrame) -> pd.Series:
    is_line = left["leg"].eq("C") & left["book"].ne("payouts")
    in_no_payout = is_line & left["outcome"].isin([Outcome.MISSING, Outcome.AMBIGUOUS])
    no_book = left["leg"].eq("B") & (
        left["outcome"].eq(Outcome.PENDING_CUT_OFF) | left["reason"].eq(Reason.FEED_GAP)
    )
    return (in_no_payout | no_book) & left["account"].notna()


def _single(rows: pd.DataFrame) -> Iterator[FoundBreak]:
    for row in _each(rows):
        yield _found(row, book=row["book"], key=break_key(row["key"]))


def _pairs(rows: pd.DataFrame) -> Iterator[FoundBreak]:
    lines = rows[rows["book"].eq("statement")]
    for row in _each(lines):
        # Both rows of a pair tell one difference; the announcement is what people ask about.
        pair = row | {
            "record_id": row["counterpart_id"],
            "counterpart_id": row["record_id"],
            "amount_vnd": row["counterpart_vnd"],
        }
        yield _found(pair, book="payments", key=break_key(row["other_key"]))


def _whole_days(rows: pd.DataFrame) -> Iterator[FoundBreak]:
    by = ["scope", "leg", "book", "ledger", "account", "business_date"]
    signed = rows["amount_vnd"].where(rows["direction"].eq("credit"), -rows["amount_vnd"])
    ranked = rows.assign(signed=signed, rank=rows["outcome"].map(OUTCOME_CODE))
    ranked = ranked.sort_values(["rank", "key"])
    for _, group in ranked.groupby(by, sort=True):
        [first] = _each(group.iloc[:1])
        name = f"{first['ledger']}:{forgotten_name(first['account'])}"
        whole = first | {
            "amount_vnd": int(group["signed"].sum()),
            "difference_vnd": int(group["difference_vnd"].sum()),
            "fee_difference_vnd": None,
            "stake_vnd": int(group["stake_vnd"].sum()),
            "counterpart_id": None,
        }
        key = f"{WHOLE_DAY}{name}:{first['business_date'].isoformat()}"
        yield _found(whole, book=first["book"], key=key, records=len(group))


def _found(row: dict[str, Any], *, book: str, key: str, records: int = 1) -> FoundBreak:
    return FoundBreak(
        name=BreakName(row["scope"], row["leg"], book, key),
        facts=Facts(
            business_date=row["business_date"],
            outcome=row["outcome"],
            reason=row["reason"],
            records=records,
            amount_vnd=row["amount_vnd"],
            difference_vnd=row["difference_vnd"],
            fee_difference_vnd=row["fee_difference_vnd"],
            stake_vnd=row["stake_vnd"],
        ),
        ledger=row["ledger"],
        rule=row["rule"],
        alternatives=row["alternatives"],
        record_id=row["record_id"],
        counterpart_id=row["counterpart_id"],
    )


_TAKEN = (
    "scope",
    "leg",
    "book",
    "key",
    "other_key",
    "account",
    "business_date",
    "ledger",
    "outcome",
    "reason",
    "rule",
    "amount_vnd",
    "counterpart_vnd",
    "difference_vnd",
    "fee_difference_vnd",
    "stake_vnd",
    "alternatives",
    "record_id",
    "counterpart_id",
)


def _each(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield rows as plain Python values."""
    columns = []
    for name in _TAKEN:
        column = rows[name]
        if name == "business_date":
            columns.append(list(column.dt.date))
            continue
        values = column.astype("object")
        columns.append(values.where(column.notna(), None).tolist())
    for row in zip(*columns, strict=True):
        told = dict(zip(_TAKEN, row, strict=True))
        yield told | {n: str(told[n]) for n in ("outcome", "reason", "rule")}
