"""Which of several sources' tellings of the same money counts, and which of them contradict each other.

Pure. Two sources tell the same payment where account, book, day, bank reference, direction, amount,
currency and status are the same. Banks use a reference for several rows (Agribank; a fee of Techcombank
bears the number of its transfer), so the first such row of one source is the first of the other, the
second the second: as many count as the source that tells most of them says. Of those that are the same,
the source of precedence counts and the others are a check.
Source: feeds.md 9 (SePay, Casso, MT940) and 10.1-12.

A source *contradicts* another where each tells something under one reference that the other does not:
another amount, or the same on another day close by. Neither is merged with anything, both count, and
people are told.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

from reconciliation.ledger.accounts import ANNOUNCERS
from reconciliation.records import Direction, Status

NEAR_DAYS = 3
"""So far apart two sources may book one payment, over a weekend say, and be held against each other."""
_PRECEDENCE = ("bank_camt", "bank_mt940", "generic", "sepay", "casso", "payos")
"""After the bank's own statement: who copies less of it comes later."""


class Money(NamedTuple):
    """What is the same in two tellings of one payment, beside its reference and its day."""

    direction: Direction
    amount: int
    currency: str
    status: Status


class Telling(NamedTuple):
    """A row that stands, under one bank reference of one account's book."""

    id: int
    provider: str
    key: str
    day: date
    money: Money
    is_counting: bool
    is_forgotten: bool = False
    """What is forgotten stays as it is: closed days rest on it."""


class Standing(NamedTuple):
    """What a telling is among the others."""

    is_check: bool
    is_contradicted: bool


def judge(tellings: Sequence[Telling]) -> dict[int, Standing]:
    """Return by id what each telling is, of all that stand under one reference of an account's book.

    It does not depend on their order, nor on which of them came first.
    """
    open_ones = [one for one in tellings if one.is_counting or not one.is_forgotten]
    checks = {one.id for one in tellings} - {one.id for one in open_ones}
    checks |= set(_checks(open_ones))
    contradicted = set(_contradicted(open_ones))
    return {one.id: Standing(one.id in checks, one.id in contradicted) for one in tellings}


def precedence(provider: str) -> int:
    """Return the place of a source among those of one account; the lowest counts."""
    return 1 + _PRECEDENCE.index(provider) if provider in ANNOUNCERS else 0


def _checks(tellings: Iterable[Telling]) -> Iterator[int]:
    for same in _same_payments(tellings):
        told = max(same, key=lambda one: (one.is_forgotten, -precedence(one.provider)))
        yield from (one.id for one in same if one is not told and not one.is_forgotten)


def _same_payments(tellings: Iterable[Telling]) -> Iterator[list[Telling]]:
    """Yield tellings of one payment: one of each source at most."""
    groups: dict[tuple[date, Money], list[Telling]] = defaultdict(list)
    for one in tellings:
        groups[one.day, one.money].append(one)
    for group in groups.values():
        places: dict[int, list[Telling]] = defaultdict(list)
        for own in _by_source(group).values():
            for place, one in enumerate(own):
                places[place].append(one)
        yield from places.values()


def _contradicted(tellings: Iterable[Telling]) -> Iterator[int]:
    """Yield tellings of a source that another one of higher precedence says otherwise."""
    succeeded = [one for one in tellings if one.money.status is Status.SUCCEEDED]
    by_source = _by_source(succeeded)
    for first, second in combinations(sorted(by_source, key=precedence), 2):
        own, others = by_source[first], by_source[second]
        alone = _without(own, others)
        for one in _without(others, own):
            if any(abs((one.day - other.day).days) <= NEAR_DAYS for other in alone):
                yield one.id


def _without(own: Sequence[Telling], others: Sequence[Telling]) -> list[Telling]:
    """Return those of one source's tellings that another source does not tell."""
    left: dict[tuple[date, Money], int] = defaultdict(int)
    for one in others:
        left[one.day, one.money] += 1
    alone = []
    for one in own:
        if left[one.day, one.money]:
            left[one.day, one.money] -= 1
        else:
            alone.append(one)
    return alone


def _by_source(tellings: Iterable[Telling]) -> Mapping[str, list[Telling]]:
    found: dict[str, list[Telling]] = defaultdict(list)
    for one in sorted(tellings, key=lambda telling: telling.key):
        found[one.provider].append(one)
    return found
