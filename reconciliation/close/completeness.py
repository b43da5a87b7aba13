"""What is still missing before a day may be final, said in Vietnamese; "no file" is never "zero".

**Expected** of a market's day: a statement of every account that (a) an acceptance point of one of
its vendors feeds on that day, in a ledger whose profile has a statement book, and (b) told anything
of that ledger on or before that day. An account that never told anything cannot be missed.

**Covered**: an accepted statement of the account, or a whole poll, speaks for the day
(``coverage``), and all its rows entered.

Besides, a day stays provisional while something that came on it or up to ``OPEN_DAYS`` later cannot
be read and may belong to it: a refused file, until a good statement of the same account comes after
it; a delivery that failed on our side, until it is read; and while late rows may still come: until
``late_after_days`` of the ledgers' profiles (``LATE_AFTER_DAYS`` where none is given) have passed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import market_day
from merchants.kinds import AcceptancePointState
from merchants.tables import AcceptancePoint, Market, Vendor
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.coverage import Account, Coverage
from reconciliation.close.missing_words import (
    AND_OTHERS,
    LATE,
    PARTIAL,
    SILENT,
    UNREAD,
    UNREAD_FILE,
)
from reconciliation.close.roots import NOBODY
from reconciliation.engine.books import BookName
from reconciliation.profiles import Profiles
from reconciliation.records import SourceChannel
from reconciliation.tables import (
    OF_A_VENDOR,
    Delivery,
    DeliveryState,
    ProviderTransaction,
)

LATE_AFTER_DAYS = 7
OPEN_DAYS = 7
NAMED_ACCOUNTS_MAX = 3
LEDGER_NAMES = {
    "bank_vcb": "Vietcombank",
    "bank_mb": "MB",
    "bank_tcb": "Techcombank",
    "bank_agribank": "Agribank",
    "bank_acb": "ACB",
    "bank_msb": "MSB",
    "momo": "MoMo",
    "stripe": "Stripe",
}


@dataclass(frozen=True, slots=True)
class Feed:
    """An account that a market's vendor is paid through, and from when to when it counts."""

    account: Account
    first_told: date
    valid_from: date
    valid_to: date | None

    def is_expected_on(self, day: date) -> bool:
        """Return whether a statement of the account is due for the day."""
        return max(self.first_told, self.valid_from) <= day and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Unread:
    """A refused file or a failed delivery; ``account`` is empty when it could not be told."""

    ledger: str
    account: str
    name: str
    received_at: datetime
    is_our_fault: bool

    def may_be_of(self, account: Account) -> bool:
        """Return whether it may tell of the account."""
        return account[0] == self.ledger and self.account in {"", account[1]}


def what_is_missing(
    session: Session,
    days: Sequence[date],
    profiles: Profiles,
    coverage: Coverage,
    *,
    now: datetime,
) -> dict[tuple[str, date], list[str]]:
    """Return for each (market code or ``*``, day) why it is not final; an empty list = complete."""
    feeds = feeds_by_market(session, profiles)
    unread = _unread(session, min(days), max(days))
    scopes = [*(code for (code,) in rows_of(session, sa.select(table_of(Market).c.code))), NOBODY]
    missing: dict[tuple[str, date], list[str]] = {}
    for scope in scopes:
        for day in days:
            due = {feed.account for feed in feeds.get(scope, []) if feed.is_expected_on(day)}
            missing[scope, day] = [
                *_say_uncovered(due, coverage, day),
                *(_say_unread(unread, due, coverage, day) if due or scope == NOBODY else ()),
                *_say_late(day, due, profiles, now),
            ]
    return missing


def _say_uncovered(due: Iterable[Account], coverage: Coverage, day: date) -> list[str]:
    """Return one sentence per ledger and kind of gap."""
    silent: dict[str, list[str]] = defaultdict(list)
    partial: dict[str, list[str]] = defaultdict(list)
    for ledger, account in sorted(due):
        told = [one for one in coverage.get((ledger, account), ()) if one.includes(day)]
        if not told:
            silent[ledger].append(account)
        elif not any(one.is_whole for one in told):
            partial[ledger].append(account)
    return [
        *(SILENT.format(accounts=_named(ledger, accounts)) for ledger, accounts in silent.items()),
        *(
            PARTIAL.format(accounts=_named(ledger, accounts))
            for ledger, accounts in partial.items()
        ),
    ]


def _say_unread(
    unread: Iterable[Unread], due: Iterable[Account], coverage: Coverage, day: date
) -> list[str]:
    """Return one sentence per unread delivery; ``due`` empty = whatever account it is of."""
    accounts = set(due)
    sentences = []
    for one in unread:
        came_on = market_day(one.received_at)
        if not day <= came_on <= day + timedelta(days=OPEN_DAYS):
            continue
        if accounts and not any(one.may_be_of(account) for account in accounts):
            continue
        if not one.is_our_fault and _is_answered(one, coverage):
            continue
        name = LEDGER_NAMES.get(one.ledger, one.ledger)
        told = UNREAD_FILE if one.name else UNREAD
        sentences.append(told.format(ledger=name, on=f"{came_on:%d/%m/%Y}", name=one.name))
    return sentences


def _is_answered(refused: Unread, coverage: Coverage) -> bool:
    """Return whether a good statement of the same account came after a refused file."""
    return any(
        covered.is_whole and covered.received_at > refused.received_at
        for account, periods in coverage.items()
        if refused.may_be_of(account)
        for covered in periods
    )


def _say_late(day: date, due: Iterable[Account], profiles: Profiles, now: datetime) -> list[str]:
    rows = [profiles.of(ledger)[-1] for ledger, _ in due]
    allowed = [LATE_AFTER_DAYS if r.late_after_days is None else r.late_after_days for r in rows]
    until = day + timedelta(days=max(allowed, default=LATE_AFTER_DAYS))
    if market_day(now) > until:
        return []
    return [LATE.format(on=f"{until:%d/%m/%Y}")]


def _named(ledger: str, accounts: Sequence[str]) -> str:
    """Return the ledger and its accounts by their last four characters, the rest as a count."""
    tails = [f"···{account[-4:]}" for account in accounts[:NAMED_ACCOUNTS_MAX]]
    rest = len(accounts) - len(tails)
    named = f"{LEDGER_NAMES.get(ledger, ledger)} {', '.join(tails)}"
    return AND_OTHERS.format(named=named, rest=rest) if rest else named


def feeds_by_market(session: Session, profiles: Profiles) -> dict[str, list[Feed]]:
    """Return by market code the accounts its vendors are paid through, as rows named them."""
    row, point = table_of(ProviderTransaction), table_of(AcceptancePoint)
    vendor, market = table_of(Vendor), table_of(Market)
    first = _first_rows()
    told = (
        sa.select(
            row.c.ledger,
            row.c.account_alias,
            row.c.vendor_id,
            row.c.business_date.label("first_told"),
        )
        .join_from(first, row, row.c.id == first.c.id)
        .subquery()
    )
    wanted = (
        sa.select(
            market.c.code,
            told.c.ledger,
            told.c.account_alias,
            told.c.first_told,
            point.c.feed_provider,
            point.c.valid_from,
            point.c.valid_to,
        )
        .select_from(told)
        .join(vendor, vendor.c.id == told.c.vendor_id)
        .join(market, market.c.id == vendor.c.market_id)
        .join(point, point.c.vendor_id == vendor.c.id)
        .where(point.c.state != AcceptancePointState.CLOSED)
    )
    feeds: dict[str, set[Feed]] = defaultdict(set)
    rows: Sequence[Any] = rows_of(session, wanted)
    for code, ledger, account, first_told, fed_by, valid_from, valid_to in rows:
        newest = profiles.of(ledger)[-1]
        if fed_by == ledger and newest.has(BookName.STATEMENT):
            feeds[code].add(Feed((ledger, account), first_told, valid_from, valid_to))
    return {code: list(found) for code, found in feeds.items()}


def _first_rows() -> sa.CTE:
    """Return the id of the first row of each account and vendor, hopping from one to the next.

    Each hop is one look into an index: there are some thousand accounts and vendors, and a hundred
    times as many rows each month.
    """
    here, last = table_of(ProviderTransaction), table_of(ProviderTransaction).alias("last")
    account, vendor = here.c.account_alias, here.c.vendor_id
    named = sa.select(here.c.id).where(sa.text(OF_A_VENDOR))
    in_order = (account, vendor, here.c.business_date)
    begin = named.order_by(*in_order).limit(1).scalar_subquery()
    hops = sa.select(begin.label("id")).cte("first_rows", recursive=True)
    is_after = sa.tuple_(account, vendor) > sa.tuple_(last.c.account_alias, last.c.vendor_id)
    following = named.where(is_after).order_by(*in_order).limit(1).correlate(last).scalar_subquery()
    return hops.union_all(sa.select(following).join_from(hops, last, last.c.id == hops.c.id))


def _unread(session: Session, first: date, last: date) -> list[Unread]:
    """Return what was refused or failed, and came when it may matter."""
    delivery = table_of(Delivery)
    begins = datetime.combine(first, datetime.min.time(), tzinfo=UTC) - timedelta(days=1)
    ends = begins + (last - first) + timedelta(days=OPEN_DAYS + 2)
    wanted = (
        sa.select(
            delivery.c.provider,
            delivery.c.account_alias,
            delivery.c.name,
            delivery.c.received_at,
            delivery.c.state,
        )
        .where(
            delivery.c.received_at.between(begins, ends),
            sa.or_(
                delivery.c.state == DeliveryState.FAILED,
                sa.and_(
                    delivery.c.state == DeliveryState.REJECTED,
                    delivery.c.channel == SourceChannel.FILE,
                ),
            ),
        )
        .order_by(delivery.c.id)
    )
    rows: Sequence[Any] = rows_of(session, wanted)
    return [
        Unread(
            ledger=provider,
            account=account,
            name=name,
            received_at=received_at,
            is_our_fault=state is DeliveryState.FAILED,
        )
        for provider, account, name, received_at, state in rows
    ]
