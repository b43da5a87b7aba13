"""Money nobody could be named for, as a queue: newest first, each row with whose it might be.

Nothing of it is ever dropped: it counts in the books as nobody's until two people say whose it is
(``assigning``). One payment may stand in it twice, as it was announced and as the statement tells it.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.masking import without_numbers
from merchants.sealing import Sealer
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.errors import PaymentNotFound
from reconciliation.operations.candidates import Candidate, candidates_of
from reconciliation.records import Book, Direction, Status, TransactionType
from reconciliation.references import find_vendor_codes
from reconciliation.tables import Decision, HandAttribution, ProviderTransaction

PAGE_ROWS = 50
PAGE_ROWS_MAX = 200
LOOKED_AT_MAX = 1000
"""So many rows are looked at for one page of a reader who may see only some markets' money."""
MEMO_CHARS_MAX = 120
_ROW, _CLAIM = table_of(ProviderTransaction), table_of(HandAttribution)
_NO_MONEY = (Status.FAILED, Status.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodysPayment:
    """A row that counts and names nobody; ``memo`` without numbers of phones and accounts."""

    id: int
    book: Book
    provider: str
    account_tail: str
    amount_vnd: int
    direction: Direction
    kind: TransactionType
    occurred_at: datetime | None
    business_date: date
    memo: str
    candidates: tuple[Candidate, ...]
    claim: "Claim | None"
    """What waits for a second person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What somebody said about whose a row is, and what became of it."""

    id: int
    transaction_id: int
    vendor_id: int
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodysFilter:
    """Which rows; ``None`` and empty = all."""

    provider: str = ""
    business_date: date | None = None
    is_claimed: bool = False
    """Only those for which a second person has to decide."""
    before: int | None = None
    limit: int = PAGE_ROWS


@dataclass(frozen=True, slots=True)
class BookTotal:
    """How much of one book names nobody."""

    book: Book
    rows: int
    amount_vnd: int


def unattributed_totals(session: Session) -> list[BookTotal]:
    """Return per book how many rows name nobody and what they come to, money in less money out."""
    signed = sa.case((_ROW.c.direction == Direction.CREDIT, _ROW.c.amount), else_=-_ROW.c.amount)
    total = sa.func.coalesce(sa.func.sum(signed), 0)
    wanted = sa.select(_ROW.c.book, sa.func.count(), total).where(*_names_nobody())
    rows: Sequence[Any] = rows_of(session, wanted.group_by(_ROW.c.book).order_by(_ROW.c.book))
    return [BookTotal(book, number, int(amount)) for book, number, amount in rows]


def list_unattributed(
    session: Session,
    asked: NobodysFilter,
    *,
    sealer: Sealer,
    market_codes: Collection[str] | None = None,
) -> tuple[list[NobodysPayment], int | None]:
    """Return a page of rows, the newest first, and what to pass as ``before`` next.

    Rows that point to somebody who lets nobody see payments are left out. A page may hold fewer
    rows than asked for while there are more.

    Args:
        market_codes: only rows that may be of a vendor of these markets, and only those vendors;
            ``None`` = all.
    """
    limit = min(max(asked.limit, 1), PAGE_ROWS_MAX)
    look_at = limit if market_codes is None else LOOKED_AT_MAX
    wanted = sa.select(_ROW).where(*_conditions(asked)).order_by(_ROW.c.id.desc())
    rows = rows_of(session, wanted.limit(look_at + 1))
    looked_at = rows[:look_at]
    found = _payments(session, looked_at, sealer=sealer, market_codes=market_codes)
    if len(found) > limit:
        return found[:limit], found[limit - 1].id
    return found, looked_at[-1].id if len(rows) > look_at else None


def find_unattributed(
    session: Session,
    transaction_id: int,
    *,
    sealer: Sealer,
    market_codes: Collection[str] | None = None,
) -> NobodysPayment:
    """Return one row that names nobody.

    Raises:
        PaymentNotFound: there is none of this number, or not for this reader.
    """
    wanted = sa.select(_ROW).where(_ROW.c.id == transaction_id, *_names_nobody())
    found = _payments(session, rows_of(session, wanted), sealer=sealer, market_codes=market_codes)
    if not found:
        raise PaymentNotFound(transaction_id)
    return found[0]


def claims_of(session: Session, transaction_id: int) -> list[Claim]:
    """Return everything that was said about whose a row is, the newest first."""
    wanted = sa.select(_CLAIM).where(_CLAIM.c.transaction_id == transaction_id)
    return [_claim(row) for row in rows_of(session, wanted.order_by(_CLAIM.c.id.desc()))]


def _payments(
    session: Session,
    rows: Sequence[Any],
    *,
    sealer: Sealer,
    market_codes: Collection[str] | None,
) -> list[NobodysPayment]:
    candidates = candidates_of(session, rows, sealer=sealer)
    claims = _open_claims(session, [row.id for row in rows])
    found = []
    for row in rows:
        pointed = candidates[row.id]
        if pointed.is_withheld:
            continue
        seen = tuple(
            one
            for one in pointed.vendors
            if market_codes is None or one.market_code in market_codes
        )
        if seen or market_codes is None:
            found.append(_payment(row, seen, claims.get(row.id)))
    return found


def _open_claims(session: Session, row_ids: Sequence[int]) -> dict[int, Claim]:
    wanted = sa.select(_CLAIM).where(
        one_of(session, _CLAIM.c.transaction_id, row_ids), _CLAIM.c.decision == Decision.OPEN
    )
    return {row.transaction_id: _claim(row) for row in rows_of(session, wanted)}


def _names_nobody() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _ROW.c.vendor_id.is_(None),
        _ROW.c.is_current,
        _ROW.c.forgotten_at.is_(None),
        _ROW.c.currency == "VND",
        _ROW.c.status.not_in(_NO_MONEY),
    )


def _conditions(asked: NobodysFilter) -> list[sa.ColumnElement[bool]]:
    found = [*_names_nobody()]
    if asked.provider:
        found.append(_ROW.c.provider == asked.provider)
    if asked.business_date is not None:
        found.append(_ROW.c.business_date == asked.business_date)
    if asked.is_claimed:
        waits = _CLAIM.c.transaction_id == _ROW.c.id, _CLAIM.c.decision == Decision.OPEN
        found.append(sa.exists().where(*waits))
    if asked.before is not None:
        found.append(_ROW.c.id < asked.before)
    return found


def _payment(row: Any, candidates: tuple[Candidate, ...], claim: Claim | None) -> NobodysPayment:
    memo = _without_numbers(row.description or "")
    return NobodysPayment(
        id=row.id,
        book=row.book,
        provider=row.provider,
        account_tail=row.account_alias[-4:],
        amount_vnd=row.amount,
        direction=row.direction,
        kind=row.ledger_type,
        occurred_at=row.occurred_at,
        business_date=row.business_date,
        memo=memo if len(memo) <= MEMO_CHARS_MAX else f"{memo[: MEMO_CHARS_MAX - 1]}…",
        candidates=candidates,
        claim=claim,
    )


def _without_numbers(memo: str) -> str:
    """Return a remark without numbers of phones and accounts; a vendor's code is no such number."""
    codes = find_vendor_codes(memo)
    if not codes:
        return without_numbers(memo)
    parts = re.split(f"({'|'.join(codes)})", memo)
    return "".join(part if part in codes else without_numbers(part) for part in parts)


def _claim(row: Any) -> Claim:
    return Claim(
        id=row.id,
        transaction_id=row.transaction_id,
        vendor_id=row.vendor_id,
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decision=row.decision,
    )
