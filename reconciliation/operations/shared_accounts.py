"""Accounts that several sources tell of: how well they agree, and where money may count twice.

What two sources tell under one bank reference counts once (``tellers``). Where they name none, or write it
each in their own way, nothing says that it is the same money: people are told, and say in
``CHO40_TOLD_BY`` who tells the account.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.ledger.forgotten_names import MARK
from reconciliation.ledger.same_references import same_reference_of
from reconciliation.ledger.tellers import standing_rows
from reconciliation.ledger.told_twice import precedence
from reconciliation.records import Book
from reconciliation.tables import AccountTeller, ProviderTransaction

LOOKED_BACK_DAYS = 7
CONTRADICTIONS_MAX = 20
CONTRADICTED_DAYS = 30
_ROW, _TELLER = table_of(ProviderTransaction), table_of(AccountTeller)


class Agreement(StrEnum):
    """How the sources of one account's book stand to each other."""

    AGREE = "agree"
    """What the one tells beyond the other is told by it alone."""
    APART = "apart"
    """Each tells what the other does not: the same money may count twice."""
    CONTRADICT = "contradict"
    """Under one reference they tell other money, or another day."""


@dataclass(slots=True, kw_only=True)
class Source:
    """What one source told of an account of late, in rows."""

    provider: str
    ledger: str
    counting: int = 0
    checks: int = 0
    without_reference: int = 0
    contradicting: int = 0


@dataclass(slots=True, kw_only=True)
class SharedAccount:
    """One book of an account that several sources told of in the last days; the first has precedence."""

    account_tail: str
    book: Book
    sources: list[Source] = field(default_factory=list)

    @property
    def ledger(self) -> str:
        """Return where the account lies, as the source of precedence has it."""
        return self.sources[0].ledger

    @property
    def nameless(self) -> int:
        """Return how many of their rows name no reference to compare by."""
        return sum(one.without_reference for one in self.sources)

    @property
    def agreement(self) -> Agreement:
        """Return how they stand to each other."""
        if any(one.contradicting for one in self.sources):
            return Agreement.CONTRADICT
        first, *others = self.sources
        checks = sum(one.checks for one in others)
        if first.counting > checks and any(one.counting for one in others):
            return Agreement.APART
        return Agreement.AGREE


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A row under whose reference another source tells other money."""

    delivery_id: int
    provider: str
    row: int
    account_tail: str
    business_date: date


def shared_accounts(session: Session, *, today: date) -> list[SharedAccount]:
    """Return all accounts of which several sources told lately, those that do not agree first.

    Lists show them page by page: only who has counted every account knows which ones do not agree.
    """
    aliases = _shared_aliases(session)
    if not aliases:
        return []
    row = _ROW.c
    is_nameless = same_reference_of(session, row.bank_reference).is_(None)
    days = [today - timedelta(days=n) for n in range(LOOKED_BACK_DAYS)]
    wanted = (
        sa.select(
            row.account_alias, row.book, row.ledger, row.provider, row.is_check,
            row.is_contradicted, is_nameless.label("is_nameless"),
            sa.func.count().label("number"),
        )
        .where(row.business_date.in_(days), one_of(session, row.account_alias, aliases), standing_rows())
        .group_by(
            row.account_alias, row.book, row.ledger, row.provider, row.is_check,
            row.is_contradicted, is_nameless,
        )
    )  # fmt: skip
    found: dict[tuple[str, Book], dict[str, Source]] = defaultdict(dict)
    for one in rows_of(session, wanted):
        source = found[one.account_alias, one.book].setdefault(
            one.provider, Source(provider=one.provider, ledger=one.ledger)
        )
        source.checks += one.number if one.is_check else 0
        source.counting += 0 if one.is_check else one.number
        source.contradicting += one.number if one.is_contradicted else 0
        source.without_reference += one.number if one.is_nameless else 0
    shared = [
        SharedAccount(
            account_tail=alias[-4:],
            book=book,
            sources=sorted(sources.values(), key=lambda one: precedence(one.provider)),
        )
        for (alias, book), sources in sorted(found.items())
        if len(sources) > 1
    ]
    worst = list(Agreement)[::-1]
    return sorted(shared, key=lambda one: worst.index(one.agreement))


def contradictions(session: Session, *, today: date) -> Sequence[Contradiction]:
    """Return rows of late that another source contradicts, the newest ``CONTRADICTIONS_MAX`` first."""
    row = _ROW.c
    wanted = (
        sa.select(row.delivery_id, row.provider, row.line_no, row.account_alias, row.business_date)
        .where(*_contradicted(today))
        .order_by(row.business_date.desc(), row.id.desc())
        .limit(CONTRADICTIONS_MAX)
    )
    return [_contradiction(one) for one in rows_of(session, wanted)]


def count_contradictions(session: Session, *, today: date) -> int:
    """Return how many rows of late another source contradicts, listed or not."""
    wanted = sa.select(sa.func.count()).select_from(_ROW).where(*_contradicted(today))
    [(number,)] = rows_of(session, wanted)
    return int(number)


def _contradicted(today: date) -> list[sa.TextClause | sa.ColumnElement[bool]]:
    row = _ROW.c
    since = today - timedelta(days=CONTRADICTED_DAYS)
    # As text, so that the index over the few such rows is used.
    return [sa.text("is_contradicted"), row.business_date >= since, row.forgotten_at.is_(None)]


def _contradiction(row: Any) -> Contradiction:
    return Contradiction(
        delivery_id=row.delivery_id,
        provider=row.provider,
        row=row.line_no,
        account_tail=row.account_alias[-4:],
        business_date=row.business_date,
    )


def _shared_aliases(session: Session) -> list[str]:
    own = _TELLER.c
    wanted = (
        sa.select(own.account_alias)
        .where(~own.account_alias.startswith(MARK))
        .group_by(own.account_alias, own.book)
        .having(sa.func.count() > 1)
    )
    return sorted({one.account_alias for one in rows_of(session, wanted)})
