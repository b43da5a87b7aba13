"""What the decisions about each account rest on, as one hash an account: equal hash, equal decisions.

Every column that the books are made of (``frames.TOLD``) goes in as the database holds it, and so
does what is looked up elsewhere for them: originals of refunds, payouts, what statements cover, what
the books tell of the provider's days. The rows are read as bare values and no frame is made of
them: that is what makes it cheap to find out that nothing changed.
"""

import hashlib
import marshal
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from merchants.columns import UtcDateTime
from reconciliation.bulk import table_of
from reconciliation.close.coverage import Account, Coverage
from reconciliation.close.frames import TOLD, told_column
from reconciliation.close.originals import find_originals
from reconciliation.close.stores import settling_account
from reconciliation.engine.across import Across
from reconciliation.records import Book
from reconciliation.tables import ProviderTransaction

_EPOCH = date(1970, 1, 1)
_FIRST = (
    "book",
    "id",
    "ledger",
    "provider",
    "account_alias",
    "store_id",
    "business_date",
    "original_transaction_id",
    "forgotten_at",
)
_NAMES = (*_FIRST, *sorted(set(TOLD) - set(_FIRST)))
_ROWS_AT_ONCE = 2_000
_CODE = ("reconciliation", "merchants")


@dataclass(frozen=True, slots=True)
class AccountInputs:
    """By account the hash of what it rests on, and the alias its rows go by.

    ``across``: what the books tell over all accounts.
    """

    prints: Mapping[Account, str]
    alias_of: Mapping[Account, str]
    across: Across
    holds_forgotten: bool


def read_inputs(
    session: Session,
    first: date,
    last: date,
    *,
    payouts: pd.DataFrame,
    arrived: pd.DataFrame,
    coverage: Coverage,
    ground: str,
) -> AccountInputs:
    """Return what the accounts of a window rest on.

    Args:
        payouts: all of the window; ``arrived`` those that the engine is given.
        ground: what all accounts rest on: the rules, the days that are decided.
    """
    across = Across()
    told: dict[Account, list[Any]] = defaultdict(list)
    alias_of: dict[Account, str] = {}
    refunds: list[tuple[Account, int, str, str]] = []
    days: set[tuple[str, str, str]] = set()
    holds_forgotten = False
    for row in _bare_rows(session, first, last):
        book, number, ledger, provider, alias, store, day, original, forgotten_at, *_ = row
        account = ledger, settling_account(provider, alias, store)
        # Of a million rows the digests are little to hold, and nothing for the garbage collector.
        told[account].append(_sha256(row))
        alias_of[account] = alias
        days.add((book, ledger, day))
        holds_forgotten |= forgotten_at is not None
        if original is not None:
            refunds.append((account, number, alias, original))
    names, are_told = find_originals(
        session, [alias for _, _, alias, _ in refunds], [original for *_, original in refunds]
    )
    for (account, number, *_), name, is_told in zip(refunds, names, are_told, strict=True):
        told[account].append(_sha256(number, name, is_told))
    owners = zip(payouts["ledger"], payouts["account"], strict=True)
    values = payouts.itertuples(index=False, name=None)
    for owner, payout in zip(owners, values, strict=True):
        told[account_of_payout(*owner)].append(_sha256(repr(payout)))
    for book, ledger, day in days:
        tells = across.payments if book == Book.PAYMENTS else across.statement
        tells.add({ledger: {(date.fromisoformat(day) - _EPOCH).days}})
    last_days = arrived.groupby("ledger")["business_date"].max()
    across.arrivals = {str(ledger): (day.date() - _EPOCH).days for ledger, day in last_days.items()}
    prints = {
        account: _sha256(
            ground,
            _covered(coverage, account, last),
            across.said_of(account[0]),
            sorted(of_account),
        )
        for account, of_account in told.items()
    }
    return AccountInputs(prints, alias_of, across, holds_forgotten)


def account_of_payout(ledger: str, account: Any) -> Account:
    """Return whose a payout is; one that names no account is nobody's, and the ledger's."""
    return ledger, "" if pd.isna(account) else account


@cache
def code_sha256() -> str:
    """Return the hash of the very code and tables that decide: another release decides anew."""
    digest = hashlib.sha256()
    for package in _CODE:
        for name, content in sorted(_sources(files(package), package)):
            digest.update(f"{name} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def _sources(folder: Traversable, path: str) -> Iterable[tuple[str, bytes]]:
    for entry in folder.iterdir():
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _sources(entry, name)
        elif entry.name.endswith((".py", ".toml")):
            yield name, entry.read_bytes()


def _bare_rows(session: Session, first: date, last: date) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a window as the driver gives them, days and instants as text."""
    row = table_of(ProviderTransaction)
    wanted = sa.select(*(_bare(session, told_column(row, name)) for name in _NAMES)).where(
        row.c.is_current, row.c.business_date.between(first, last)
    )
    session.flush()
    options = {"yield_per": _ROWS_AT_ONCE}
    for rows in session.connection().execute(wanted, execution_options=options).partitions():
        yield from map(tuple, rows)


def _bare(session: Session, column: Any) -> Any:
    is_date = isinstance(column.type, sa.Date | UtcDateTime)
    if is_date and session.get_bind().dialect.name == "postgresql":
        return sa.cast(column, sa.Text)
    return sa.type_coerce(column, sa.String)


def _covered(coverage: Coverage, account: Account, last: date) -> str:
    """Return what is covered of an account up to the last day; later days cover nothing here."""
    periods = coverage.get(account, ())
    return repr(sorted({(one.first, min(one.last, last), one.is_whole) for one in periods}))


def _sha256(*told: Any) -> str:
    # Version 2 writes equal values alike, whatever else refers to them; texts and numbers alone.
    return hashlib.sha256(marshal.dumps(told, 2)).hexdigest()
