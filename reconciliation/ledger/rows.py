"""The ledger in the database: the current versions a batch must know, and its draft written down."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import market_day
from merchants.sealing import Sealer
from reconciliation.bulk import insert_rows, one_of, one_of_named, rows_of, table_of
from reconciliation.errors import BooksDoNotBalance
from reconciliation.ledger.attribution import Attribution, Clue, attribute, keep_hand_attributions
from reconciliation.ledger.changed_days import note_changed_days, note_days_of_rows
from reconciliation.ledger.entries import Entry, Told
from reconciliation.ledger.forgotten_names import forgotten_name
from reconciliation.ledger.originals import name_by_originals
from reconciliation.ledger.settlements import type_in_ledger
from reconciliation.ledger.tellers import Teller, stands, weigh_rows, weigh_told
from reconciliation.ledger.tellings import Addition, Key, LedgerDraft, Version, is_detailed
from reconciliation.records import Book
from reconciliation.shown_requests.naming import named_requests
from reconciliation.tables import ProviderTransaction

COLUMNS = (
    "book",
    "dedupe_key",
    "version",
    "is_current",
    "content_sha256",
    "ledger",
    "source_channel",
    "business_date",
    "business_date_rule",
    "vendor_id",
    "attribution_rule",
    "ledger_type",
    "payment_request_id",
    "delivery_id",
    "line_no",
    "known_at",
    *Told._fields,
)


def known_versions(session: Session, entries: Iterable[Entry]) -> dict[Key, Version]:
    """Return the version that counts under each key the entries may take; one statement per book.

    Where none counts any more, the newest one. A row whose key is forgotten is found by the key's
    hash.
    """
    keys: dict[Book, set[str]] = defaultdict(set)
    for entry in entries:
        keys[entry.book].add(entry.key)
        if entry.other_key:
            keys[entry.book].add(entry.other_key)
    statement = _known(session.get_bind().dialect.name)
    known: dict[Key, Version] = {}
    for book, wanted in keys.items():
        stored_as = {forgotten_name(key): key for key in wanted} | {key: key for key in wanted}
        for found in rows_of(session, statement, {"book": book, "keys": sorted(stored_as)}):
            name = book, stored_as[found.dedupe_key]
            other = known.get(name)
            number = max(found.version, other.number if other else 0)
            if other is not None and not _tells_more(found, other):
                other.number = number
                continue
            known[name] = Version(
                number=number,
                content_sha256=found.content_sha256,
                status=found.status,
                direction=found.direction,
                amount=found.amount,
                channel=found.source_channel,
                settlement_id=found.settlement_id,
                original_transaction_id=found.original_transaction_id,
                is_detailed=is_detailed(found),
                stored_id=found.id,
                is_forgotten=found.forgotten_at is not None,
                is_out=not stands(found),
            )
    return known


@cache
def _known(dialect: str) -> sa.Select[Any]:
    row = table_of(ProviderTransaction).c
    return sa.select(
        row.dedupe_key,
        row.version,
        row.content_sha256,
        row.status,
        row.direction,
        row.amount,
        row.source_channel,
        row.settlement_id,
        row.original_transaction_id,
        row.provider,
        row.merchant_reference,
        row.bank_reference,
        row.fee_amount,
        row.terminal_id,
        row.store_id,
        row.payer_token,
        row.balance_after,
        row.id,
        row.forgotten_at,
        row.is_current,
        row.is_check,
    ).where(row.book == sa.bindparam("book"), one_of_named(dialect, row.dedupe_key, "keys"))


def _tells_more(found: sa.Row[Any], other: Version) -> bool:
    """Tell whether a stored version is the one to compare with: what counts, else the newest."""
    return stands(found) or (other.is_out and found.version > other.number)


def write_draft(
    session: Session, draft: LedgerDraft, *, delivery_ids: Sequence[int], sealer: Sealer
) -> None:
    """Write a draft: versions that are superseded step back, additions get their vendor and enter.

    Args:
        delivery_ids: by place in the batch.

    Raises:
        BooksDoNotBalance: not every addition was stored, so another writer was at work.
    """
    if draft.superseded_ids:
        table = table_of(ProviderTransaction)
        session.connection().execute(
            sa.update(table)
            .where(one_of(session, table.c.id, draft.superseded_ids))
            .values(is_current=False, is_check=False, is_contradicted=False)
        )
    attributions = attribute(session, [_clue(a.entry) for a in draft.additions], sealer=sealer)
    requests = named_requests(
        session,
        [(a.entry.told.merchant_reference, a.entry.told.description) for a in draft.additions],
    )
    rows = [
        _row(addition, attribution, request_id, delivery_ids[addition.place])
        for addition, attribution, request_id in zip(
            draft.additions, attributions, requests, strict=True
        )
    ]
    stored = insert_rows(
        session,
        ProviderTransaction,
        rows,
        columns=COLUMNS,
        conflict=("book", "dedupe_key", "version"),
    )
    if stored != len(rows):
        raise BooksDoNotBalance(f"{len(rows)} rows were to be stored and {stored} were")
    giving_back = [
        addition.entry.key
        for addition, attribution in zip(draft.additions, attributions, strict=True)
        if attribution.vendor_id is None and addition.entry.told.original_transaction_id
    ]
    if giving_back:
        name_by_originals(session, giving_back)
    if draft.superseded_ids:
        keep_hand_attributions(session, draft.superseded_ids)
        note_days_of_rows(session, draft.superseded_ids)
        weigh_rows(session, draft.superseded_ids)
    weigh_told(session, map(_telling, draft.additions))
    # What came on its own day can be in no close yet.
    note_changed_days(
        session,
        {
            addition.entry.business_date
            for addition in draft.additions
            if addition.entry.business_date < market_day(addition.known_at)
        },
    )


def _telling(addition: Addition) -> tuple[Teller, str | None, date]:
    entry, told = addition.entry, addition.entry.told
    teller = Teller(told.account_alias, entry.book, told.provider, entry.ledger)
    return teller, told.bank_reference, entry.business_date


def _clue(entry: Entry) -> Clue:
    told = entry.told
    return Clue(
        provider=told.provider,
        account=told.account_alias,
        store_id=told.store_id,
        merchant_reference=told.merchant_reference,
        description=told.description,
        business_date=entry.business_date,
    )


def _row(
    addition: Addition, attribution: Attribution, request_id: int | None, delivery_id: int
) -> tuple[object, ...]:
    """Return one row in the order of ``COLUMNS``."""
    entry = addition.entry
    told = entry.told
    return (
        entry.book,
        entry.key,
        addition.version,
        addition.is_current,
        entry.content_sha256,
        entry.ledger,
        entry.channel,
        entry.business_date,
        entry.business_date_rule,
        attribution.vendor_id,
        attribution.rule,
        type_in_ledger(told.provider, told.transaction_type, told.direction, told.description),
        request_id,
        delivery_id,
        entry.row,
        addition.known_at,
        *told,
    )
