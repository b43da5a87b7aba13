"""Stored versions as rows, with what the records they name say now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from merchants.tables import Vendor
from reconciliation.bulk import table_of
from reconciliation.close.roots import (
    MARKET_DAY_FIELDS,
    OUTCOME_FIELDS,
    VENDOR_DAY_FIELDS,
    payout_content,
    payout_key,
    record_key,
    root_line,
)
from reconciliation.tables import (
    DayClose,
    MarketDay,
    MatchOutcome,
    ProviderTransaction,
    SettlementStatement,
    VendorDay,
)

GONE = "gone"
"""Stands for a record that somebody took out of the database; nothing else is named so."""
_OWN = ("ledger_type", "direction", "currency", "fee_amount", "tax_amount")
CloseIds = Sequence[int | None]
ByClose = dict[int | None, list[Any]]
"""Rows as mappings, by the id of their close."""


def newest_close_ids(
    first: date, last: date | None, *, by: datetime | None = None
) -> sa.Select[Any]:
    """Return the ids of the newest closes of the days; ``last`` ``None`` = all days from then on.

    Args:
        by: closes made later are not known; ``None`` = all are.
    """
    close = table_of(DayClose)
    newer = table_of(DayClose).alias("newer")
    ends = [] if last is None else [close.c.business_date <= last]
    if by is not None:
        ends.append(close.c.closed_at <= by)
    is_superseded = sa.exists().where(
        newer.c.scope == close.c.scope,
        newer.c.business_date == close.c.business_date,
        newer.c.version > close.c.version,
        *([] if by is None else [newer.c.closed_at <= by]),
    )
    return sa.select(close.c.id).where(close.c.business_date >= first, *ends, ~is_superseded)


def stored_outcomes(session: Session, close_ids: CloseIds) -> ByClose:
    """Return the outcomes of versions with what their records and counterparts say.

    A payout object is named by minus its id, everything else by the id of its record.
    """
    mo = table_of(MatchOutcome)
    columns: list[Any] = [*mo.c]
    source: Any = mo
    for prefix, named in (("", mo.c.record_id), ("other_", mo.c.counterpart_id)):
        record = table_of(ProviderTransaction).alias(f"{prefix}record")
        payout = table_of(SettlementStatement).alias(f"{prefix}payout")
        source = source.outerjoin(record, record.c.id == named).outerjoin(
            payout, payout.c.id == -named
        )
        names = ["dedupe_key", "version", "content_sha256", "vendor_id", "amount", "status"]
        columns += [record.c[name].label(prefix + name) for name in names]
        names = ["provider", "account_alias", "settlement_id", "currency", "net_amount"]
        names += ["payout_status", "expected_arrival_on"]
        columns += [payout.c[name].label(f"{prefix}payout_{name}") for name in names]
        if not prefix:
            columns += [record.c[name] for name in _OWN]
    wanted = sa.select(*columns).select_from(source).where(mo.c.close_id.in_(close_ids))
    return _by_close(session, wanted)


def stored_days(session: Session, table: type[SQLModel], close_ids: CloseIds) -> ByClose:
    """Return the vendor days or market days of versions."""
    days = table_of(table)
    return _by_close(session, sa.select(days).where(days.c.close_id.in_(close_ids)))


@dataclass(frozen=True, slots=True)
class StoredFigures:
    """What a version says: records per outcome over all legs, and its day's figures."""

    outcomes: Mapping[str, int]
    market_day: Mapping[str, Any] | None
    """As ``MarketDay`` has them; ``None`` for ``*``."""


def stored_figures(session: Session, close_id: int | None) -> StoredFigures:
    """Return the figures of one version."""
    outcome = table_of(MatchOutcome).c
    counted = (
        sa.select(outcome.outcome, sa.func.count().label("number"))
        .where(outcome.close_id == close_id)
        .group_by(outcome.outcome)
        .order_by(outcome.outcome)
    )
    counts = {row.outcome: row.number for row in session.connection().execute(counted)}
    names = ("market_id", "business_date", *MARKET_DAY_FIELDS)
    days = stored_days(session, MarketDay, [close_id]).get(close_id, [])
    return StoredFigures(counts, {name: days[0][name] for name in names} if days else None)


def root_lines(
    outcomes: Sequence[Any],
    vendor_days: Sequence[Any],
    market_days: Sequence[Any],
    vendor_codes: Mapping[int, str],
) -> list[str]:
    """Return the lines of a version's root from its stored rows."""
    lines = [
        root_line(
            "outcome",
            row["book"],
            key_of(row),
            row["leg"],
            key_of(row, "other_") if row["counterpart_id"] is not None else None,
            *(row[name] for name in OUTCOME_FIELDS),
        )
        for row in outcomes
    ]
    lines += [
        root_line("vendor", vendor_codes[row["vendor_id"]], *(row[n] for n in VENDOR_DAY_FIELDS))
        for row in vendor_days
    ]
    return lines + [
        root_line("market", *(row[n] for n in MARKET_DAY_FIELDS)) for row in market_days
    ]


def lines_of(session: Session, close: DayClose) -> list[str]:
    """Return the lines of one version's root, sorted."""
    vendor = table_of(Vendor)
    codes = {
        row.id: row.code or str(row.id)
        for row in session.connection().execute(sa.select(vendor.c.id, vendor.c.code))
    }
    ids = [close.id]
    told = (
        stored_outcomes(session, ids).get(close.id, []),
        stored_days(session, VendorDay, ids).get(close.id, []),
        stored_days(session, MarketDay, ids).get(close.id, []),
    )
    return sorted(root_lines(*told, codes))


def is_gone(row: Any, prefix: str = "") -> bool:
    """Tell whether the record (or counterpart) of an outcome stands in the database no more."""
    return row[f"{prefix}dedupe_key"] is None and row[f"{prefix}payout_provider"] is None


def key_of(row: Any, prefix: str = "") -> str:
    """Return how the record (or with ``other_`` the counterpart) of an outcome is named in roots."""
    if row[f"{prefix}dedupe_key"] is not None:
        return record_key(row[f"{prefix}dedupe_key"], row[f"{prefix}version"])
    if is_gone(row, prefix):
        return GONE
    return payout_key(
        row[f"{prefix}payout_provider"],
        row[f"{prefix}payout_account_alias"],
        row[f"{prefix}payout_settlement_id"],
    )


def content_of(row: Any, prefix: str = "") -> str:
    """Return the content hash of the record (or counterpart) of an outcome."""
    if row[f"{prefix}dedupe_key"] is not None:
        return str(row[f"{prefix}content_sha256"])
    if is_gone(row, prefix):
        return GONE
    return payout_content(
        row[f"{prefix}payout_currency"],
        row[f"{prefix}payout_net_amount"],
        row[f"{prefix}payout_payout_status"],
        row[f"{prefix}payout_expected_arrival_on"],
    )


def _by_close(session: Session, wanted: sa.Select[Any]) -> ByClose:
    grouped: ByClose = {}
    for row in session.connection().execute(wanted).mappings():
        grouped.setdefault(row["close_id"], []).append(row)
    return grouped
