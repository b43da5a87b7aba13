"""From one version of a market's day to a later one: each record that moved a figure, and why.

The lines add up to the difference of the two versions' stored figures, đồng for đồng; that is
proved on every call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import rows_of, table_of
from reconciliation.close.causes import Cause
from reconciliation.close.daily import measure_lines
from reconciliation.close.day_figures import EXPLAINED_FIGURES, MEASURES
from reconciliation.close.rule_moves import is_as_before, moved_by_rules
from reconciliation.errors import BooksDoNotBalance, VersionNotFound
from reconciliation.records import TransactionType
from reconciliation.tables import DayClose, MarketDay, MatchOutcome, ProviderTransaction

_DISPUTES = frozenset({TransactionType.CHARGEBACK, TransactionType.CHARGEBACK_REVERSAL})


@dataclass(frozen=True, slots=True)
class BridgeLine:
    """One record's part in the difference; ``changes`` in đồng by figure, without zeros."""

    cause: Cause
    book: str
    dedupe_key: str
    outcome_before: str | None
    outcome_after: str | None
    changes: dict[str, int]


def bridge(session: Session, scope: str, day: date, *, older: int, newer: int) -> list[BridgeLine]:
    """Return what each record adds to the difference of two versions, in order of cause and key.

    Raises:
        VersionNotFound: the day has no such version.
        BooksDoNotBalance: the lines do not add up to the difference of the stored figures.
        RulesDamaged: the kept rules of a version are not what they were.
    """
    before, after = (_read(session, scope, day, version) for version in (older, newer))
    both = before.lines.add_suffix("_before").join(after.lines.add_suffix("_after"), how="outer")
    rows: Any = both.sort_index().to_dict("index")
    changes = {name: moved for name, row in rows.items() if (moved := _changes(row))}
    causes = {name: _cause(rows[name]) for name in changes}
    matched = {name for name, cause in causes.items() if cause is Cause.MATCH}
    by_rules = moved_by_rules(session, day, (before.close, after.close), rows, matched)
    causes |= dict.fromkeys(by_rules, Cause.RULE)
    lines = [
        BridgeLine(
            cause=causes[book, key],
            book=book,
            dedupe_key=key,
            outcome_before=_text(rows[book, key]["outcome_before"]),
            outcome_after=_text(rows[book, key]["outcome_after"]),
            changes=moved,
        )
        for (book, key), moved in changes.items()
    ]
    for name in EXPLAINED_FIGURES:
        difference = after.figures[name] - before.figures[name]
        explained = sum(line.changes.get(name, 0) for line in lines)
        if explained != difference:
            raise BooksDoNotBalance(
                f"{scope} {day:%d/%m/%Y} {name}: versions {older} and {newer} differ by "
                f"{difference} đồng, their records by {explained}"
            )
    return sorted(lines, key=lambda line: (line.cause, line.book, line.dedupe_key))


@dataclass(frozen=True, slots=True)
class _Version:
    """``lines`` by (book, dedupe key): figures, outcome, the record's version, kind and account.

    ``close`` has ``closed_at`` and ``rules_sha256``.
    """

    close: Any
    lines: pd.DataFrame
    figures: dict[str, int]


def _read(session: Session, scope: str, day: date, version: int) -> _Version:
    close, total = table_of(DayClose), table_of(MarketDay)
    found = rows_of(
        session,
        sa.select(total, close.c.closed_at, close.c.rules_sha256)
        .join_from(close, total)
        .where(close.c.scope == scope, close.c.business_date == day, close.c.version == version),
    )
    if not found:
        raise VersionNotFound(scope, day, version)
    [stored] = found
    lines = _decided_lines(session, stored.close_id)
    measured = measure_lines(lines)
    net = (
        measured["gross_vnd"] - measured["refunds_vnd"] - measured["fees_vnd"] - measured["tax_vnd"]
    )
    # Int64: the outer join of two versions would bend amounts above 2**53 into floats.
    told = measured[list(MEASURES)].assign(net_vnd=net, version=lines["version"]).astype("Int64")
    names = ["outcome", "transaction_type", "ledger", "account"]
    told[names] = lines[names]
    told.index = pd.MultiIndex.from_frame(lines[["book", "dedupe_key"]])
    return _Version(stored, told, {name: getattr(stored, name) for name in EXPLAINED_FIGURES})


def _decided_lines(session: Session, close_id: int) -> pd.DataFrame:
    """Return the payments and statement lines of a version as ``measure_lines`` takes them."""
    row = table_of(ProviderTransaction).alias("row")
    other = table_of(ProviderTransaction).alias("other")
    decided = table_of(MatchOutcome)
    rows: Sequence[Any] = rows_of(
        session,
        sa.select(
            row.c.id,
            sa.type_coerce(row.c.book, sa.String),
            row.c.dedupe_key,
            row.c.version,
            row.c.ledger,
            row.c.account_alias,
            sa.func.coalesce(row.c.vendor_id, other.c.vendor_id),
            row.c.business_date,
            sa.type_coerce(row.c.ledger_type, sa.String),
            sa.type_coerce(row.c.direction, sa.String),
            sa.type_coerce(row.c.status, sa.String),
            sa.case((row.c.currency == "VND", row.c.amount), else_=0),
            row.c.fee_amount,
            row.c.tax_amount,
            decided.c.outcome,
            decided.c.reason,
            decided.c.difference_vnd,
        )
        .select_from(decided)
        .join(row, row.c.id == decided.c.record_id)
        .outerjoin(other, other.c.id == decided.c.counterpart_id)
        .where(decided.c.close_id == close_id, decided.c.leg == "B", decided.c.book != "payouts"),
    )
    lines = [
        {
            "record_id": record_id,
            "book": book,
            "dedupe_key": key,
            "version": version,
            "ledger": ledger,
            "account": account,
            "vendor_id": vendor_id,
            "business_date": day,
            "transaction_type": kind,
            "direction": direction,
            "status": status,
            "amount_vnd": amount,
            "fee_vnd": fee,
            "tax_vnd": tax,
            "outcome": outcome,
            "reason": reason,
            "difference_vnd": difference,
        }
        for (
            record_id,
            book,
            key,
            version,
            ledger,
            account,
            vendor_id,
            day,
            kind,
            direction,
            status,
            amount,
            fee,
            tax,
            outcome,
            reason,
            difference,
        ) in rows
    ]
    kinds = dict.fromkeys(("record_id", "version", "amount_vnd", "difference_vnd"), "int64")
    kinds |= dict.fromkeys(("vendor_id", "fee_vnd", "tax_vnd"), "Int64")
    texts = ("book", "dedupe_key", "ledger", "account", "transaction_type", "direction", "status")
    kinds |= dict.fromkeys((*texts, "outcome", "reason"), "str")
    kinds |= {"business_date": "datetime64[s]"}
    return pd.DataFrame(lines, columns=list(kinds)).astype(kinds)


def _changes(row: dict[str, Any]) -> dict[str, int]:
    """Return what a record adds to each figure that it moves."""
    changes = {
        name: _whole(row[f"{name}_after"]) - _whole(row[f"{name}_before"])
        for name in EXPLAINED_FIGURES
    }
    return {name: change for name, change in changes.items() if change}


def _cause(row: dict[str, Any]) -> Cause:
    """Return why a record moves a figure, as far as its own two versions tell."""
    if pd.isna(row["version_after"]):
        return Cause.GONE
    if not is_as_before(row):
        if row["transaction_type_after"] in _DISPUTES:
            return Cause.DISPUTE
        return Cause.LATE if pd.isna(row["version_before"]) else Cause.CORRECTION
    if "ignored" in {row["outcome_before"], row["outcome_after"]}:
        return Cause.DECISION
    return Cause.MATCH


def _whole(value: Any) -> int:
    return 0 if pd.isna(value) else int(value)


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)
