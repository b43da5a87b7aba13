"""Who tells of which account, and whose telling counts where several sources tell of the same money.

A row stands while it counts (``is_current``) or is a check of one that does (``is_check``):
``told_twice`` decides which. Whoever lets rows stand or fall weighs the places they stand at anew, so
that what one source told counts again when the other's delivery is taken back. Most accounts have
one source, which costs one look at ``account_teller``.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import insert_rows, one_of, rows_of, table_of
from reconciliation.ledger.accounts import ANNOUNCERS, BIN_OF_FEED
from reconciliation.ledger.changed_days import note_days_of_rows
from reconciliation.ledger.forgotten_names import forgotten_id, forgotten_name
from reconciliation.ledger.same_references import same_reference, same_reference_of
from reconciliation.ledger.told_twice import NEAR_DAYS, Money, Standing, Telling, judge
from reconciliation.records import Book
from reconciliation.tables import AccountTeller, ProviderTransaction

BY_HAND = "hand"
"""The rule of a row that two people gave a vendor (``operations.assigning``)."""
_SHARING = ANNOUNCERS | BIN_OF_FEED.keys()
"""Who tells of accounts that others may tell of, too."""
_ROW, _TELLER = table_of(ProviderTransaction), table_of(AccountTeller)
_KEY = ("account_alias", "book", "provider")


class Teller(NamedTuple):
    """A source of one account's book, and the ledger it seats the account in."""

    account_alias: str
    book: Book
    provider: str
    ledger: str


class Spot(NamedTuple):
    """Where tellings of the same money meet; ``reference`` as the source at hand writes it."""

    account_alias: str
    book: Book
    reference: str
    day: date

    @property
    def name(self) -> tuple[str, Book, str]:
        """Return what all tellings that meet here have in common, beside their day."""
        return self.account_alias, self.book, same_reference(self.reference) or ""


class Weighed(NamedTuple):
    """How many rows began to count, and how many became a check of another."""

    in_again: int
    out: int


_NOTHING = Weighed(0, 0)


def weigh_told(session: Session, told: Iterable[tuple[Teller, str | None, date]]) -> None:
    """Note who told of which account, with bank reference and day, and weigh what others told there."""
    shared = [one for one in told if one[0].provider in _SHARING and one[0].account_alias]
    if not shared:
        return
    here = {teller for teller, _, _ in shared}
    known = _tellers(session, {one.account_alias for one in here})
    fresh = sorted(here - known)
    insert_rows(session, AccountTeller, fresh, columns=Teller._fields, conflict=_KEY)
    several = _told_by_several(known | here)
    spots = {
        Spot(teller.account_alias, teller.book, reference, day)
        for teller, reference, day in shared
        if (teller.account_alias, teller.book) in several
        and reference is not None
        and same_reference(reference)
    }
    _weigh(session, spots)


def weigh_rows(session: Session, row_ids: Collection[int]) -> Weighed:
    """Weigh the places of rows that began or ceased to stand."""
    if not row_ids:
        return _NOTHING
    row = _ROW.c
    wanted = sa.select(row.account_alias, row.book, row.bank_reference, row.business_date).where(
        one_of(session, row.id, row_ids),
        row.bank_reference.is_not(None),
        row.provider.in_(sorted(_SHARING)),
        row.forgotten_at.is_(None),
    )
    met = (Spot._make(one) for one in rows_of(session, wanted))
    spots = {spot for spot in met if same_reference(spot.reference)}
    if not spots:
        return _NOTHING
    several = _told_by_several(_tellers(session, {one.account_alias for one in spots}))
    return _weigh(session, {one for one in spots if (one.account_alias, one.book) in several})


def stands(row: Any) -> bool:
    """Tell whether a row counts or is a check of one that does."""
    return bool(row.is_current or row.is_check)


def standing_rows() -> sa.ColumnElement[bool]:
    """Return the condition on rows that count or are a check of one that does."""
    return sa.or_(_ROW.c.is_current, _ROW.c.is_check)


def forget_tellers(session: Session, accounts: Collection[str] | None = None) -> None:
    """Let accounts of which only forgotten rows are left stand under what is left of their name.

    Args:
        accounts: the aliases that may have come to that; ``None`` = any.
    """
    named = sa.select(_ROW.c.account_alias).where(_ROW.c.forgotten_at.is_(None)).distinct()
    wanted = sa.select(_TELLER)
    if accounts is not None:
        named = named.where(one_of(session, _ROW.c.account_alias, accounts))
        wanted = wanted.where(one_of(session, _TELLER.c.account_alias, accounts))
    wanted = wanted.where(_TELLER.c.account_alias.not_in(named))
    gone = [Teller(*one) for one in rows_of(session, wanted)]
    over = [one for one in gone if forgotten_name(one.account_alias) != one.account_alias]
    if not over:
        return
    session.connection().execute(
        sa.delete(_TELLER).where(
            one_of(session, _TELLER.c.account_alias, {one.account_alias for one in over})
        )
    )
    hashed = [one._replace(account_alias=forgotten_name(one.account_alias)) for one in over]
    insert_rows(session, AccountTeller, hashed, columns=Teller._fields, conflict=_KEY)


def _tellers(session: Session, aliases: Collection[str]) -> set[Teller]:
    """Return who told of the accounts so far, of forgotten rows under the account's own name."""
    spelt = {forgotten_name(alias): alias for alias in aliases} | {one: one for one in aliases}
    wanted = sa.select(_TELLER).where(one_of(session, _TELLER.c.account_alias, spelt))
    found = (Teller(*one) for one in rows_of(session, wanted))
    return {one._replace(account_alias=spelt[one.account_alias]) for one in found}


def _told_by_several(tellers: Iterable[Teller]) -> set[tuple[str, Book]]:
    """Return the books of accounts that have more than one source."""
    sources: dict[tuple[str, Book], set[str]] = defaultdict(set)
    for one in tellers:
        sources[one.account_alias, one.book].add(one.provider)
    return {name for name, providers in sources.items() if len(providers) > 1}


def _weigh(session: Session, spots: Collection[Spot]) -> Weighed:
    if not spots:
        return _NOTHING
    judged: dict[int, tuple[Any, Standing]] = {}
    inner = _near({spot.day for spot in spots}, NEAR_DAYS)
    for rows in _told_at(session, spots).values():
        # What lies at the edge of what was read may be held against what was not.
        standing = judge([_telling(row) for row in rows])
        judged |= {row.id: (row, standing[row.id]) for row in rows if row.business_date in inner}
    return _apply(session, judged.values())


def _told_at(session: Session, spots: Collection[Spot]) -> dict[tuple[str, Book, str], list[Any]]:
    """Return what stands about each reference that is looked at, on the days around.

    What is forgotten is found by the reference as it is written now: only its hash is left.
    """
    row = _ROW.c
    same = same_reference_of(session, row.bank_reference)
    references: dict[tuple[str, str], tuple[str, str]] = {}
    for one in spots:
        alias, _, reference = one.name
        references[alias, reference] = alias, reference
        hashed = forgotten_id(alias, one.reference)
        references[forgotten_name(alias), hashed] = alias, reference
    wanted = sa.select(
        row.id, row.provider, row.account_alias, row.book, same.label("reference"), row.dedupe_key,
        row.business_date, row.direction, row.amount, row.currency, row.status, row.is_current,
        row.is_check, row.is_contradicted, row.forgotten_at, row.vendor_id, row.attribution_rule,
    ).where(
        row.business_date.in_(sorted(_near({one.day for one in spots}, 2 * NEAR_DAYS))),
        one_of(session, row.account_alias, {alias for alias, _ in references}),
        one_of(session, same, {reference for _, reference in references}),
        standing_rows(),
    )  # fmt: skip
    asked = {one.name for one in spots}
    found: dict[tuple[str, Book, str], list[Any]] = defaultdict(list)
    rows: Sequence[Any] = rows_of(session, wanted)
    for told in rows:
        alias, reference = references.get((told.account_alias, told.reference), ("", ""))
        if (alias, told.book, reference) in asked:
            found[alias, told.book, reference].append(told)
    return found


def _near(days: Iterable[date], distance: int) -> set[date]:
    first, last = date.min.toordinal(), date.max.toordinal()
    found: set[date] = set()
    for at in {day.toordinal() for day in days}:
        around = range(max(at - distance, first), min(at + distance, last) + 1)
        found |= {date.fromordinal(number) for number in around}
    return found


def _telling(row: Any) -> Telling:
    return Telling(
        id=row.id,
        provider=row.provider,
        key=row.dedupe_key,
        day=row.business_date,
        money=Money(row.direction, row.amount, row.currency, row.status),
        is_counting=row.is_current,
        is_forgotten=row.forgotten_at is not None,
    )


def _apply(session: Session, judged: Iterable[tuple[Any, Standing]]) -> Weighed:
    told = list(judged)
    out = {row.id for row, now in told if now.is_check and row.is_current}
    in_again = {row.id for row, now in told if not now.is_check and row.is_check}
    # First out, then in: at no time does the same money count twice.
    _mark(session, out, is_current=False, is_check=True)
    _mark(session, in_again, is_current=True, is_check=False)
    for is_contradicted in (False, True):
        other = {
            row.id
            for row, now in told
            if now.is_contradicted is is_contradicted and row.is_contradicted is not is_contradicted
        }
        _mark(session, other, is_contradicted=is_contradicted)
    _keep_hand(session, [row for row, _ in told])
    note_days_of_rows(session, out | in_again)
    return Weighed(len(in_again), len(out))


def _keep_hand(session: Session, rows: Sequence[Any]) -> None:
    """Let every telling of one payment be whose two people said it is, where no rule names anybody."""
    given = {_same(row): row.vendor_id for row in rows if row.attribution_rule == BY_HAND}
    others: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.vendor_id is None and _same(row) in given:
            others[given[_same(row)]].add(row.id)
    for vendor_id, row_ids in others.items():
        _mark(session, row_ids, vendor_id=vendor_id, attribution_rule=BY_HAND)


def _same(row: Any) -> tuple[Any, ...]:
    return row.account_alias, row.book, row.reference, row.business_date, *_telling(row).money


def _mark(session: Session, row_ids: Collection[int], **values: Any) -> None:
    if row_ids:
        session.connection().execute(
            sa.update(_ROW).where(one_of(session, _ROW.c.id, row_ids)).values(values)
        )
