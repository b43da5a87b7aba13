"""Control totals and rejected rows of a reading, as they are stored beside the delivery."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import insert_rows, one_of, rows_of, table_of
from reconciliation.intake.deliveries import Read
from reconciliation.ledger.aliases import Aliases, Place
from reconciliation.ledger.entries import Entry, storable
from reconciliation.ledger.forgotten_names import forgotten_name
from reconciliation.records import Reject, Statement
from reconciliation.references import without_payer
from reconciliation.tables import FeedReject, SettlementStatement

_KEPT_AS_TOLD = (
    "provider",
    "settlement_id",
    "statement_kind",
    "currency",
    "gross_credit_amount",
    "gross_debit_amount",
    "fee_amount",
    "tax_amount",
    "net_amount",
    "opening_balance",
    "closing_balance",
    "computed_count",
    "declared_count",
    "control_status",
    "completeness",
    "payout_status",
    "payout_reference",
)
_CONTENT = (*_KEPT_AS_TOLD, "account_alias", "expected_arrival_on")
_PayoutKey = tuple[str, str, str]


def write_statements(
    session: Session, reads: Sequence[Read], delivery_ids: Sequence[int], *, aliases: Aliases
) -> None:
    """Store the statements of a batch.

    A payout told again without any change, or after it was forgotten, is not stored again.
    """
    told = _newest_payouts(session, (s.settlement_id for read in reads for s in read.statements))
    rows = []
    for read, delivery_id in zip(reads, delivery_ids, strict=True):
        for statement in read.statements:
            place = aliases.place(statement.provider, statement.provider_account_id, statement.bank)
            alias = place.alias
            row = _statement_row(statement, place, read.entries)
            content = tuple(row[name] for name in _CONTENT)
            if statement.settlement_id:
                key = (
                    statement.provider,
                    alias,
                    statement.settlement_id,
                )
                is_forgotten = (key[0], forgotten_name(alias), key[2]) in told
                if is_forgotten or told.get(key) == content:
                    continue
                told[key] = content
            rows.append({"delivery_id": delivery_id, **row})
    insert_rows(session, SettlementStatement, rows)


def write_rejects(
    session: Session, reads: Sequence[Read], delivery_ids: Sequence[int], *, sealer: Sealer
) -> None:
    """Store the rows that wait for a person, without the payer's name and account."""
    rows = [
        _reject_row(reject, delivery_id, sealer)
        for read, delivery_id in zip(reads, delivery_ids, strict=True)
        for reject in read.rejects
    ]
    insert_rows(session, FeedReject, rows)


def kept_text(reject: Reject) -> str:
    """Return what is kept of a row: what it said, without the payer's name and account."""
    return without_payer(storable(reject.raw)) or ""


def settle_rejects(
    session: Session,
    delivery_id: int,
    rejects: Sequence[Reject],
    *,
    sealer: Sealer,
    now: datetime,
) -> None:
    """Note which rows of a delivery wait no longer, now that it was read again to these rejects."""
    row = table_of(FeedReject).c
    wanted = sa.select(row.id, row.case, row.row, row.settled_at)
    known = rows_of(session, wanted.where(row.delivery_id == delivery_id))
    waiting = {(reject.case, reject.row) for reject in rejects}
    read = [one.id for one in known if (one.case, one.row) not in waiting]
    again = [one.id for one in known if (one.case, one.row) in waiting]
    for ids, at in ((read, now), (again, None)):
        update = sa.update(table_of(FeedReject)).where(one_of(session, row.id, ids))
        changed = row.settled_at.is_(None) if at else row.settled_at.is_not(None)
        session.connection().execute(update.where(changed).values(settled_at=at))
    told = {(one.case, one.row) for one in known}
    fresh = [reject for reject in rejects if (reject.case, reject.row) not in told]
    insert_rows(session, FeedReject, [_reject_row(one, delivery_id, sealer) for one in fresh])


def refresh_statements(session: Session, delivery_id: int, read: Read, *, aliases: Aliases) -> None:
    """Let a delivery's control totals say what they say now that it was read again.

    Payouts have an order of their own and are told by their own pages.
    """
    row = table_of(SettlementStatement).c
    wanted = sa.select(row.id).where(row.delivery_id == delivery_id, row.settlement_id.is_(None))
    known = [one.id for one in rows_of(session, wanted.order_by(row.id))]
    told = [
        _statement_row(
            one, aliases.place(one.provider, one.provider_account_id, one.bank), read.entries
        )
        for one in read.statements
        if not one.settlement_id
    ]
    for statement_id, values in zip(known, told, strict=False):
        session.connection().execute(
            sa.update(table_of(SettlementStatement)).where(row.id == statement_id).values(values)
        )
    fresh = [{"delivery_id": delivery_id, **values} for values in told[len(known) :]]
    insert_rows(session, SettlementStatement, fresh)


def _reject_row(reject: Reject, delivery_id: int, sealer: Sealer) -> dict[str, Any]:
    return {
        "delivery_id": delivery_id,
        "case": reject.case,
        "row": reject.row,
        "reason": reject.reason,
        "raw_sealed": sealer.seal(kept_text(reject)),
    }


def _newest_payouts(
    session: Session, settlement_ids: Iterable[str | None]
) -> dict[_PayoutKey, tuple[Any, ...]]:
    wanted = {settlement_id for settlement_id in settlement_ids if settlement_id}
    if not wanted:
        return {}
    row = table_of(SettlementStatement).c
    statement = (
        sa.select(*(row[name] for name in _CONTENT))
        .where(one_of(session, row.settlement_id, wanted))
        .order_by(row.id)
    )
    return {
        (told.provider, told.account_alias, told.settlement_id): tuple(told)
        for told in rows_of(session, statement)
    }


def _statement_row(statement: Statement, place: Place, entries: Iterable[Entry]) -> dict[str, Any]:
    days = sorted(
        entry.business_date
        for entry in entries
        if entry.told.account_alias == place.alias
        and statement.settlement_id in (None, entry.told.settlement_id)
    )
    first, last = (days[0], days[-1]) if days else (None, None)
    return {
        **{name: getattr(statement, name) for name in _KEPT_AS_TOLD},
        "ledger": place.ledger,
        "account_alias": place.alias,
        "expected_arrival_on": statement.expected_arrival_date,
        "period_from": statement.period_from or first,
        "period_to": statement.period_to or last,
    }
