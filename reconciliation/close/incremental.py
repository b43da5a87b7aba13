"""A close that decides anew only the accounts whose inputs changed since the close before it.

An account's decisions rest on its own rows and on the little that all accounts tell each other
(``engine.some_accounts``). Both are hashed; where the hash is the kept one, the kept decisions are what
the engine would say again. ``day rebuild``, ``verify`` and the trial of rules decide everything.
"""

import hashlib
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Self

import pandas as pd
from sqlmodel import Session

from reconciliation.bulk import one_of, table_of
from reconciliation.close.account_inputs import (
    AccountInputs,
    account_of_payout,
    code_sha256,
    read_inputs,
)
from reconciliation.close.coverage import Account, Coverage, judge_by_coverage
from reconciliation.close.decided import join_outcomes
from reconciliation.close.frames import Window, read_book, window_of
from reconciliation.close.kept_decisions import DECIDED, Kept, KeptDecisions, nothing_kept
from reconciliation.close.left_out import leave_out, read_left_out
from reconciliation.close.payout_frames import CURRENCY, decide_payouts, read_payouts
from reconciliation.close.roots import NOBODY
from reconciliation.close.window_decided import CONTEXT
from reconciliation.engine.crew import Alone, Crew
from reconciliation.engine.some_accounts import Shown, SomeAccounts
from reconciliation.errors import BooksDoNotBalance
from reconciliation.profiles import Profiles
from reconciliation.records import Book, Direction, Status, TransactionType
from reconciliation.tables import ProviderTransaction

_BOOKS = (Book.PAYMENTS, Book.STATEMENT)
OnDecided = Callable[[int, int], None]
"""Told how many accounts were decided anew, and of how many."""


@dataclass(slots=True, kw_only=True)
class Incremental:
    """Where decisions are kept between closes, and who is told how many were made anew."""

    kept: KeptDecisions
    on_decided: OnDecided = field(default=lambda _anew, _all: None)

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """Return one that keeps its decisions in a folder and tells nobody."""
        return cls(kept=KeptDecisions(folder))


def decide_what_changed(
    session: Session,
    first: date,
    last: date,
    *,
    coverage: Coverage,
    vendors: pd.DataFrame,
    profiles: Profiles,
    crew: Crew | None,
    incremental: Incremental,
) -> pd.DataFrame | None:
    """Return what is decided of the days, as ``join_outcomes`` does; ``None`` = decide everything.

    Where a window holds forgotten rows, what hangs on them stays as it was closed, across accounts,
    so everything is decided together, and nothing of them is kept.
    """
    begins, ends = first - CONTEXT, last + CONTEXT
    payouts = _all_payouts(session, begins, ends)
    on_its_way = payouts["key"].isin(decide_payouts(payouts)["record_id"])
    inputs = read_inputs(
        session,
        begins,
        ends,
        payouts=payouts,
        arrived=payouts[~on_its_way],
        coverage=coverage,
        ground=f"{first} {last} {code_sha256()} {profiles.rules_sha256}",
    )
    if inputs.holds_forgotten:
        incremental.kept.forget()
        return None
    kept = _still_true(incremental.kept.read(first, last), inputs)
    changed = inputs.prints.keys() - kept.prints.keys()
    while True:
        some, window = None, None
        if changed:
            window = _read(session, begins, ends, payouts, changed, inputs)
            some = SomeAccounts.look(window.books, profiles, inputs.across, crew or Alone())
        shown = kept.shown.beside(some.shown) if some else kept.shown
        prints = _after(inputs, shown, profiles)
        moved = {account for account, both in kept.prints.items() if both != prints[account]}
        if not moved:
            break
        # What others show now makes a difference to accounts of which nothing else changed.
        changed |= moved
        kept = _without(kept, moved)
    decided = kept.decided
    if some is not None and window is not None:
        anew = _decide(some, window, shown, coverage, vendors)
        anew = anew[anew["business_date"].between(pd.Timestamp(first), pd.Timestamp(last))]
        decided = pd.concat([decided, anew[list(DECIDED)].astype(DECIDED)], ignore_index=True)
        incremental.kept.write(first, last, Kept(prints, decided, shown))
    incremental.on_decided(len(changed), len(prints))
    return leave_out(_in_scopes(decided, vendors), read_left_out(session), key="key")


def _all_payouts(session: Session, first: date, last: date) -> pd.DataFrame:
    """Return every payout of a window; the lines by which wallets pay out are few."""
    row = table_of(ProviderTransaction).c
    landed = read_book(
        session,
        Book.STATEMENT,
        first,
        last,
        row.ledger_type == TransactionType.PAYOUT,
        row.direction == Direction.CREDIT,
        row.status == Status.SUCCEEDED,
    )
    payouts = read_payouts(session, landed, first, last)
    return payouts.assign(
        amount_vnd=payouts["amount_vnd"].where(payouts["currency"].eq(CURRENCY), 0)
    )


def _read(
    session: Session,
    first: date,
    last: date,
    payouts: pd.DataFrame,
    accounts: Set[Account],
    inputs: AccountInputs,
) -> Window:
    """Return the window of some accounts."""
    if len(accounts) == len(inputs.prints):
        payments, statement = (read_book(session, book, first, last) for book in _BOOKS)
        return window_of(payments, statement, payouts.copy())
    aliases = {inputs.alias_of[one] for one in accounts & inputs.alias_of.keys()}
    only = one_of(session, table_of(ProviderTransaction).c.account_alias, aliases)
    books = []
    for book in _BOOKS:
        told = read_book(session, book, first, last, only)
        pairs = zip(told["ledger"], told["account"], strict=True)
        books.append(told[_flags(told, [pair in accounts for pair in pairs])])
    owners = zip(payouts["ledger"], payouts["account"], strict=True)
    own = [account_of_payout(*owner) in accounts for owner in owners]
    return window_of(books[0], books[1], payouts[_flags(payouts, own)].copy())


def _flags(frame: pd.DataFrame, flags: list[bool]) -> "pd.Series[bool]":
    return pd.Series(flags, index=frame.index, dtype="bool")


def _still_true(kept: Kept, inputs: AccountInputs) -> Kept:
    """Return what is kept of accounts that rest on the very same, as far as their own rows go."""
    other = {
        account for account, both in kept.prints.items() if inputs.prints.get(account) != both[0]
    }
    return _without(kept, other)


def _without(kept: Kept, accounts: Set[Account]) -> Kept:
    """Return what is kept of all but some accounts."""
    if not accounts:
        return kept
    if accounts >= kept.prints.keys():
        return nothing_kept()
    return Kept(
        {account: both for account, both in kept.prints.items() if account not in accounts},
        _others(kept.decided, "ledger", accounts),
        Shown(
            _others(kept.shown.facts, "provider", accounts),
            _others(kept.shown.missing, "provider", accounts),
        ),
    )


def _others(frame: pd.DataFrame, provider: str, accounts: Set[Account]) -> pd.DataFrame:
    pairs = zip(frame[provider], frame["account"], strict=True)
    return frame[_flags(frame, [account_of_payout(*pair) not in accounts for pair in pairs])]


def _after(
    inputs: AccountInputs, shown: Shown, profiles: Profiles
) -> dict[Account, tuple[str, str]]:
    """Return by account the hashes before and after what all accounts show is known."""
    cycles = shown.cycles()
    said = {
        ledger: cycles.said_of(ledger, profiles.rows) for ledger in {of for of, _ in inputs.prints}
    }
    elsewhere: dict[Account, list[tuple[bool, str]]] = {}
    names = ["provider", "account", "is_line", "record_id"]
    for ledger, account, *told in shown.elsewhere()[names].itertuples(index=False, name=None):
        elsewhere.setdefault((ledger, account), []).append((bool(told[0]), str(told[1])))
    prints = {}
    for account, before in inputs.prints.items():
        more = repr((before, said[account[0]], sorted(elsewhere.get(account, ()))))
        prints[account] = before, hashlib.sha256(more.encode()).hexdigest()
    return prints


def _decide(
    some: SomeAccounts,
    window: Window,
    shown: Shown,
    coverage: Coverage,
    vendors: pd.DataFrame,
) -> pd.DataFrame:
    """Return what is decided of the accounts of a window."""
    books = {False: Book.PAYMENTS.value, True: Book.STATEMENT.value}
    told = shown.elsewhere()[["is_line", "record_id"]].itertuples(index=False, name=None)
    elsewhere = {(books[bool(is_line)], str(key)) for is_line, key in told}
    outcomes = some.decide(shown.cycles(), elsewhere).outcomes
    outcomes = pd.concat([outcomes, window.decided], ignore_index=True)
    outcomes = judge_by_coverage(outcomes, window.records, coverage)
    return join_outcomes(window.records, outcomes, vendors)


def _in_scopes(decided: pd.DataFrame, vendors: pd.DataFrame) -> pd.DataFrame:
    """Return the decisions in the scopes of today: a vendor's market is no part of what is kept."""
    market_of = vendors.set_index("vendor_id")["market_code"]
    scope = decided["vendor_id"].map(market_of).astype("str")
    if (scope.isna() & decided["vendor_id"].notna()).any():
        raise BooksDoNotBalance("a record's vendor is in no market")
    return decided.assign(scope=scope.fillna(NOBODY))
