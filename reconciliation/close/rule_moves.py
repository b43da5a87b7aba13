"""Which records of a restated day nothing but other rules can have moved.

A cause that may not be the whole one is not told. Whatever came in, was told differently or went
between the two closes may have moved any record of its account; there a record is said to be matched
otherwise, and no more.
"""

import json
from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.close.window_decided import CONTEXT
from reconciliation.engine.outcomes import Outcome
from reconciliation.profiles import Profile, Profiles, profiles_of
from reconciliation.rules.kept import kept_text
from reconciliation.rules.tables import RuleSet
from reconciliation.tables import Delivery, ProviderTransaction

Record = tuple[str, str]
"""Book and dedupe key."""
Account = tuple[str, str]
"""Ledger and account; an empty account is any of the ledger's."""
_BY_COVERAGE = {Outcome.PENDING_CUT_OFF.value, Outcome.MISSING_IN_STATEMENT.value}
"""Between these two the statements that came decide (``coverage``), whatever the rules."""


def moved_by_rules(
    session: Session,
    day: date,
    closes: tuple[Any, Any],
    rows: Mapping[Record, Mapping[str, Any]],
    asked: Set[Record],
) -> Set[Record]:
    """Return those of some records that only other rules can have moved.

    Args:
        closes: two closes of the day, each with ``closed_at`` and ``rules_sha256``.
        rows: what both say of every record of the day, under ``_before`` and ``_after``: ``version``
            (missing = not there), ``ledger``, ``account``, ``outcome``.
        asked: records that are there in both closes, under one version.

    Raises:
        RulesDamaged: the kept rules of a close are not what they were.
    """
    if not asked or closes[0].rules_sha256 == closes[1].rules_sha256:
        return frozenset()
    reached = _ledgers_reached(session, day, closes, {rows[name]["ledger_after"] for name in asked})
    asked = {
        name
        for name in asked
        if rows[name]["ledger_after"] in reached
        and {rows[name]["outcome_before"], rows[name]["outcome_after"]} != _BY_COVERAGE
    }
    if not asked:
        return frozenset()
    stirred = {_account(row) for row in rows.values() if not is_as_before(row)}
    accounts = {_account(rows[name]) for name in asked}
    stirred |= _told_between(session, day, closes, accounts)
    return {name for name in asked if not _is_stirred(_account(rows[name]), stirred)}


def is_as_before(row: Mapping[str, Any]) -> bool:
    """Return whether a record is there in both closes as its provider told it the same time."""
    before, after = row["version_before"], row["version_after"]
    return not pd.isna(before) and not pd.isna(after) and bool(before == after)


def _ledgers_reached(
    session: Session, day: date, closes: tuple[Any, Any], ledgers: Set[str]
) -> Set[str]:
    """Return the ledgers whose records the rules of two closes may decide differently."""
    kept = [session.get(RuleSet, close.rules_sha256) for close in closes]
    if None in kept:
        return frozenset()
    before, after = (kept_text(one) for one in kept if one is not None)
    if _ways_of_deciding(before) != _ways_of_deciding(after):
        return ledgers
    days = [day + timedelta(days=ahead) for ahead in range(-CONTEXT.days, CONTEXT.days + 1)]
    rules = profiles_of(before), profiles_of(after)
    return {
        ledger
        for ledger in ledgers
        if any(_row_on(rules[0], ledger, on) != _row_on(rules[1], ledger, on) for on in days)
    }


def _ways_of_deciding(content: str) -> list[str]:
    """Return the rules of the engine with their versions, as a kept text names them."""
    told: list[str] = json.loads(content)[1]
    return told


def _row_on(rules: Profiles, ledger: str, on: date) -> Profile:
    """Return what a ledger goes by on a day, but its fee contract, which moves no figure."""
    rows = rules.of(ledger)
    begun = [row for row in rows if row.valid_from <= on]
    return replace(begun[-1] if begun else rows[0], provider=ledger, valid_from=on, fee=None)


def _told_between(
    session: Session, day: date, closes: tuple[Any, Any], accounts: Set[Account]
) -> set[Account]:
    """Return the accounts of which anything came to be known, or was taken back, between two closes.

    Looked at are the days a close looks at, and of the ledgers asked for the accounts asked for.
    """
    since, until = sorted(close.closed_at for close in closes)
    row, delivery = table_of(ProviderTransaction).c, table_of(Delivery).c
    aliases = {alias for _, alias in accounts}
    of_them = [] if "" in aliases else [one_of(session, row.account_alias, aliases | {""})]
    taken_back = sa.select(delivery.id).where(_is_between(delivery.received_at, since, until))
    told = rows_of(
        session,
        sa.select(row.ledger, row.account_alias)
        .distinct()
        .where(
            row.business_date.between(day - CONTEXT, day + CONTEXT),
            one_of(session, row.ledger, {ledger for ledger, _ in accounts}),
            *of_them,
            sa.or_(
                _is_between(row.known_at, since, until),
                row.retracted_by_id.in_(taken_back),
            ),
        ),
    )
    return {(ledger, alias) for ledger, alias in told}


def _is_between(column: Any, since: datetime, until: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(column > since, column <= until)


def _account(row: Mapping[str, Any]) -> Account:
    side = "before" if pd.isna(row["version_after"]) else "after"
    return row[f"ledger_{side}"], row[f"account_{side}"]


def _is_stirred(account: Account, stirred: Set[Account]) -> bool:
    """Return whether something happened on an account, or may have where no account is named."""
    ledger, alias = account
    if not alias:
        return any(ledger == other for other, _ in stirred)
    return account in stirred or (ledger, "") in stirred
