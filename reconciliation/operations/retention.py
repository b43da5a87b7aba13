"""The ledger forgets: what is personal in raw transactions goes, what proves the closed days stays.

**When.** A row is forgotten 24 months after its business date (``merchants.privacy.retention``), or
when its vendor withdraws from reconciliation, has use restricted, or is deleted. With a vendor go
the records merged into her, and what names nobody but tells of an account that is hers alone or of
the other side of one of her payments.

**What is personal, and goes.** Of a row: the memo, the reference of the order, the token of the
payer, the balance of the account, the time of day (with the amount it finds the payment in the
payer's own bank), the store and the terminal. Its identifiers (dedupe key, alias of the account, ids
and references of provider and bank) become hashes that still tell equal from unequal and nothing
else (``forgotten_names``). Of a delivery whose rows are all forgotten, and of one as old that holds
none: the account, its name, its signed headers, what its reader remarked, the rejected rows, and the
raw bytes. Of its control totals: the account, the balances and the reference at the bank.

**What is not, and stays.** Book, provider, amounts, fees, kind, status, currency, business date, the
payout an entry belongs to, the asked amount it names, content hashes, versions, who it was attributed
to and by which rule; and the closes with their outcomes, vendor days and market days. ``vendor_id``
names a row of the register, which holds nobody's name any more once that vendor is erased. Why a day was not final may
quote the last four characters of an account: it is part of what the root proves.

**What follows.** Every proof of ``versions.verify_chain`` holds as before. Closing a day again
decides nothing anew about a forgotten row (``frozen``); a file that tells it again adds nothing
(``ledger.tellings``); ``ledger.attribution.reattribute`` passes it over. A file that tells of several vendors keeps
its bytes until the last of its rows is forgotten: without them nobody else's rows could be read
again. Bytes are files, so they go after the transaction, by ``remove_forgotten_bytes``; a process
killed in between leaves work for the next run and nothing half-forgotten.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import market_day
from merchants.tables import Vendor
from reconciliation.breaks.forgetting import forget_break_notes
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.forgotten_names import forgotten_name, forgotten_name_of
from reconciliation.ledger.tellers import forget_tellers
from reconciliation.operations.forgetting import forget_reasons
from reconciliation.tables import (
    DayClose,
    Delivery,
    DeliveryState,
    FeedReject,
    MatchOutcome,
    PaymentRequest,
    ProviderTransaction,
    SettlementStatement,
)

_ROW, _DELIVERY = table_of(ProviderTransaction), table_of(Delivery)


def forget_transactions(
    session: Session,
    before: datetime,
    *,
    vendor_id: int | None = None,
    now: datetime,
    dry_run: bool = False,
) -> int:
    """Forget what is personal in raw transactions; return how many rows were, or would be.

    A fixed number of statements, however many rows. Repeating it changes nothing.

    Args:
        before: rows of business days that began before it; with a vendor also those of later days
            that were known by then.
        vendor_id: forget the rows of this vendor, of any age up to ``before``, and nobody else's.
        dry_run: count and change nothing.
    """
    session.flush()
    old = _ROW.c.business_date <= market_day(before - timedelta(microseconds=1))
    accounts: set[str] = set()
    vendor_ids: list[int] = []
    if vendor_id is None:
        due = old
    else:
        vendor_ids = _with_merged(session, vendor_id)
        accounts = _own_accounts(session, vendor_ids)
        due = sa.and_(
            sa.or_(old, _ROW.c.known_at <= before), _is_hers(session, vendor_ids, accounts)
        )
    due = sa.and_(due, _ROW.c.forgotten_at.is_(None))
    if dry_run:
        wanted = sa.select(sa.func.count()).select_from(_ROW).where(due)
        return int(session.connection().execute(wanted).scalar_one())
    _forget_notes(session, before, vendor_ids)
    forgotten = session.connection().execute(_forget_rows(session, due, now)).rowcount
    forget_tellers(session, accounts if vendor_ids else None)
    forget_break_notes(session)
    _forget_deliveries(session, before, vendor_ids, accounts, now)
    forget_reasons(session)
    session.expire_all()
    return forgotten


def remove_forgotten_bytes(session: Session, store: RawStore, *, now: datetime) -> int:
    """Remove the raw bytes of forgotten deliveries from the store; return how many were there.

    Bytes that another delivery still needs stay. To be called when what ``forget_transactions``
    did is committed: files do not come back with a transaction.
    """
    needing = _DELIVERY.alias("needing")
    is_needed = sa.exists().where(
        needing.c.raw_sha256 == _DELIVERY.c.raw_sha256, needing.c.forgotten_at.is_(None)
    )
    going = sa.and_(
        _DELIVERY.c.forgotten_at.is_not(None), _DELIVERY.c.raw_removed_at.is_(None), ~is_needed
    )
    told = rows_of(session, sa.select(_DELIVERY.c.raw_sha256).where(going).distinct())
    digests = [row.raw_sha256 for row in told]
    if not digests:
        return 0
    removed = store.remove(digests)
    session.connection().execute(
        sa.update(_DELIVERY)
        .where(
            one_of(session, _DELIVERY.c.raw_sha256, digests), _DELIVERY.c.forgotten_at.is_not(None)
        )
        .values(raw_removed_at=now)
    )
    session.expire_all()
    return removed


def _forget_notes(session: Session, before: datetime, vendor_ids: Sequence[int]) -> None:
    """Forget what vendors wrote to themselves beside amounts they asked for."""
    request = table_of(PaymentRequest)
    statement = sa.update(request).where(request.c.created_at <= before, request.c.note != "")
    if vendor_ids:
        statement = statement.where(request.c.vendor_id.in_(vendor_ids))
    session.connection().execute(statement.values(note=""))


def _forget_rows(session: Session, due: sa.ColumnElement[bool], now: datetime) -> sa.Update:
    alias = _ROW.c.account_alias

    def hashed(name: str) -> sa.ColumnElement[str]:
        return forgotten_name_of(session, _ROW.c[name], within=alias)

    return (
        sa.update(_ROW)
        .where(due)
        .values(
            dedupe_key=forgotten_name_of(session, _ROW.c.dedupe_key),
            account_alias=forgotten_name_of(session, alias),
            provider_transaction_id=hashed("provider_transaction_id"),
            bank_reference=hashed("bank_reference"),
            original_transaction_id=hashed("original_transaction_id"),
            merchant_reference=None,
            description=None,
            payer_token=None,
            balance_after=None,
            occurred_at=None,
            store_id=None,
            terminal_id=None,
            forgotten_at=now,
        )
    )


def _with_merged(session: Session, vendor_id: int) -> list[int]:
    """Return the vendor and the records merged into it, however long the chain."""
    vendor = table_of(Vendor).c
    found, frontier = [vendor_id], [vendor_id]
    while frontier:
        wanted = sa.select(vendor.id).where(vendor.merged_into_id.in_(frontier))
        frontier = [row.id for row in rows_of(session, wanted) if row.id not in found]
        found += frontier
    return found


def _own_accounts(session: Session, vendor_ids: Sequence[int]) -> set[str]:
    """Return the aliases, as rows that name nobody have them, of accounts that are hers alone."""
    is_hers = _ROW.c.vendor_id.in_(vendor_ids)
    hers = _aliases(session, is_hers)
    nobodys = _aliases(session, _ROW.c.vendor_id.is_(None), _ROW.c.forgotten_at.is_(None))
    known = {forgotten_name(alias) for alias in hers}
    candidates = {alias for alias in nobodys | hers if forgotten_name(alias) in known}
    spellings = candidates | {forgotten_name(alias) for alias in candidates}
    shared = _aliases(
        session,
        _ROW.c.vendor_id.is_not(None),
        ~is_hers,
        one_of(session, _ROW.c.account_alias, spellings),
    )
    others = {forgotten_name(alias) for alias in shared}
    return {alias for alias in candidates if forgotten_name(alias) not in others}


def _aliases(session: Session, *conditions: sa.ColumnElement[bool]) -> set[str]:
    wanted = sa.select(_ROW.c.account_alias).where(_ROW.c.account_alias != "", *conditions)
    return {row.account_alias for row in rows_of(session, wanted.distinct())}


def _is_hers(
    session: Session, vendor_ids: Sequence[int], accounts: set[str]
) -> sa.ColumnElement[bool]:
    """Return the condition on rows that a vendor's forgetting takes along."""
    own, close, decided = _ROW.alias("own"), table_of(DayClose), table_of(MatchOutcome)
    other_sides = (
        sa.select(decided.c.counterpart_id)
        .join_from(own, close, close.c.business_date == own.c.business_date)
        .join(
            decided,
            sa.and_(
                decided.c.close_id == close.c.id,
                decided.c.book == sa.cast(own.c.book, sa.String),
                decided.c.record_id == own.c.id,
            ),
        )
        .where(own.c.vendor_id.in_(vendor_ids), decided.c.counterpart_id > 0)
        .distinct()
    )
    found: Sequence[Any] = rows_of(session, other_sides)
    others = {counterpart_id for (counterpart_id,) in found}
    return sa.or_(
        _ROW.c.vendor_id.in_(vendor_ids),
        sa.and_(
            _ROW.c.vendor_id.is_(None),
            sa.or_(
                one_of(session, _ROW.c.account_alias, accounts),
                one_of(session, _ROW.c.id, others),
            ),
        ),
    )


def _forget_deliveries(
    session: Session,
    before: datetime,
    vendor_ids: Sequence[int],
    accounts: set[str],
    now: datetime,
) -> None:
    """Forget the deliveries that tell nothing any more, with their totals and rejected rows."""
    told = _ROW.c.delivery_id == _DELIVERY.c.id
    is_over = sa.and_(
        _DELIVERY.c.forgotten_at.is_(None),
        _DELIVERY.c.received_at <= before if vendor_ids else _DELIVERY.c.received_at < before,
        ~sa.exists().where(told, _ROW.c.forgotten_at.is_(None)),
    )
    if vendor_ids:
        is_hers = sa.or_(_ROW.c.vendor_id.in_(vendor_ids), _ROW.c.forgotten_at == now)
        is_over = sa.and_(
            is_over,
            sa.or_(
                sa.exists().where(told, is_hers),
                one_of(session, _DELIVERY.c.account_alias, accounts),
            ),
        )
    _forget_names(session, is_over, now)
    twin = _DELIVERY.alias("twin")
    is_repeat = sa.and_(
        _DELIVERY.c.forgotten_at.is_(None),
        _DELIVERY.c.state == DeliveryState.DUPLICATE,
        sa.exists().where(
            twin.c.raw_sha256 == _DELIVERY.c.raw_sha256, twin.c.forgotten_at.is_not(None)
        ),
    )
    _forget_names(session, is_repeat, now)
    gone = sa.select(_DELIVERY.c.id).where(_DELIVERY.c.forgotten_at == now)
    totals, rejects = table_of(SettlementStatement), table_of(FeedReject)
    session.connection().execute(
        sa.update(totals)
        .where(totals.c.delivery_id.in_(gone))
        .values(
            account_alias=forgotten_name_of(session, totals.c.account_alias),
            opening_balance=None,
            closing_balance=None,
            payout_reference=None,
        )
    )
    session.connection().execute(
        sa.update(rejects).where(rejects.c.delivery_id.in_(gone)).values(raw_sealed="")
    )


def _forget_names(session: Session, which: sa.ColumnElement[bool], now: datetime) -> None:
    alias = _DELIVERY.c.account_alias
    session.connection().execute(
        sa.update(_DELIVERY)
        .where(which)
        .values(
            account_alias=sa.case((alias == "", ""), else_=forgotten_name_of(session, alias)),
            account_sealed="",
            name="",
            reason="",
            signed_headers="",
            notice="",
            forgotten_at=now,
        )
    )
