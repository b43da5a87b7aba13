"""The codes recorded at stalls, as people are shown them: bank or wallet and last characters."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from merchants.find import find_market
from merchants.kinds import CodeScheme
from merchants.tables import AcceptancePoint, DisplayedCode, Stall, Vendor

PAGE_ROWS = 50
PAGE_ROWS_MAX = 200


class CodeLink(StrEnum):
    """What is known of the account a code pays."""

    OWN = "own"
    """An open account of the stall's vendor."""
    OTHER = "other"
    """An account of another vendor of the market: a mistake, a relative, or a forged code."""
    ENDED = "ended"
    """An account that has ended."""
    UNKNOWN = "unknown"
    """Money this service hears nothing about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEntry:
    """A code of a list."""

    id: int
    stall_code: str
    vendor_code: str
    scheme: CodeScheme
    label: str
    link: CodeLink
    linked_vendor_code: str
    is_fed: bool
    """The linked account's ledger is read: payments by this code will be seen."""
    is_own_wallet_code: bool
    first_seen_on: date
    last_seen_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class CodePage:
    """A page of codes; ``next_id`` is what to pass as ``after``, ``None`` = the last page."""

    entries: tuple[CodeEntry, ...]
    next_id: int | None


def list_codes(
    session: Session,
    market_code: str,
    *,
    stall_code: str | None = None,
    vendor_code: str | None = None,
    link: CodeLink | None = None,
    with_ended: bool = False,
    after: int | None = None,
    limit: int = PAGE_ROWS,
) -> CodePage:
    """Return a page of the codes recorded at a market's stalls, by number: one statement.

    Args:
        stall_code, vendor_code, link: only these; ``None`` = all.
        with_ended: also those that hang no more.
        after: the ``next_id`` of the page before.

    Raises:
        MarketNotFound: there is no such market.
    """
    market = find_market(session, market_code)
    limit = min(max(limit, 1), PAGE_ROWS_MAX)
    holder, payee = aliased(Vendor), aliased(Vendor)
    link_of = _link_of()
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            DisplayedCode,
            col(Stall.code),
            col(holder.code),
            col(payee.code),
            col(AcceptancePoint.feed_provider),
            link_of,
        )
        .join(Stall, col(Stall.id) == col(DisplayedCode.stall_id))
        .outerjoin(holder, col(holder.id) == col(DisplayedCode.vendor_id))
        .outerjoin(
            AcceptancePoint, col(AcceptancePoint.id) == col(DisplayedCode.acceptance_point_id)
        )
        .outerjoin(payee, col(payee.id) == col(AcceptancePoint.vendor_id))
        .where(col(Stall.market_id) == market.id)
        .order_by(col(DisplayedCode.id))
        .limit(limit + 1)
    )
    if stall_code is not None:
        query = query.where(col(Stall.code) == stall_code)
    if vendor_code is not None:
        query = query.where(col(holder.code) == vendor_code)
    if link is not None:
        query = query.where(link_of == link.value)
    if not with_ended:
        query = query.where(col(DisplayedCode.ended_on).is_(None))
    if after is not None:
        query = query.where(col(DisplayedCode.id) > after)
    rows = session.execute(query).all()
    entries = tuple(_entry(*row) for row in rows[:limit])
    return CodePage(entries, entries[-1].id if len(rows) > limit else None)


def _link_of() -> sa.ColumnElement[str]:
    return sa.case(
        (col(AcceptancePoint.id).is_(None), CodeLink.UNKNOWN.value),
        (col(AcceptancePoint.valid_to).is_not(None), CodeLink.ENDED.value),
        (
            col(AcceptancePoint.vendor_id) == col(DisplayedCode.vendor_id),
            CodeLink.OWN.value,
        ),
        else_=CodeLink.OTHER.value,
    )


def _entry(
    code: DisplayedCode,
    stall_code: str,
    holder_code: str | None,
    payee_code: str | None,
    feed_provider: str | None,
    link: str,
) -> CodeEntry:
    return CodeEntry(
        id=code.id or 0,
        stall_code=stall_code,
        vendor_code=holder_code or "",
        scheme=code.scheme,
        label=code.label,
        link=CodeLink(link),
        linked_vendor_code=payee_code or "",
        is_fed=bool(feed_provider) and link == CodeLink.OWN,
        is_own_wallet_code=code.is_own_wallet_code,
        first_seen_on=code.first_seen_on,
        last_seen_on=code.last_seen_on,
        ended_on=code.ended_on,
    )
