"""Under which goods money is told: of days that were told, as they were told first.

A goods group that is noted anew would move a vendor's money from one cell to another; beside a table
that was published before, both cells then tell it to the đồng. So a vendor keeps, of each day she was
told of, the goods of the edition that told it first, of whichever cut-off; what is noted anew holds for
days that nobody was told of. A quarter's cells are then the sums of its months'. Source: domain.md 12.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from sqlmodel import Session, col, select

from market.adoption.indicator import Window
from market.adoption.periods import Period, Scheme
from market.reports.models import Product
from market.tables import AdoptionEdition, AdoptionEditionTable
from reconciliation.bulk import one_of, table_of

GOODS = "goods"
"""The part of an edition that keeps them, with what the manager is told; nobody reads it but this."""


@dataclass(frozen=True, slots=True)
class SameGoods:
    """The records of vendors who were told under one goods group on some days."""

    days: Window
    goods_group: str
    records: frozenset[int]


@dataclass(frozen=True)
class GoodsTold:
    """The goods of vendors by day."""

    noted: Mapping[int, str]
    """By vendor, as the register has it now."""
    told: tuple[SameGoods, ...]
    """By record, in the order they were told."""

    @classmethod
    def of(cls, session: Session, window: Window, noted: Mapping[int, str]) -> "GoodsTold":
        """Return the goods of a window; editions that told none of its days are left out."""
        near = {
            one.id
            for one in session.exec(select(AdoptionEdition))
            if _overlap(Period.read(one.period, Scheme(one.scheme)).window, window)
        }
        kept = session.exec(
            select(AdoptionEditionTable.content)
            .where(
                AdoptionEditionTable.product == Product.MANAGER.value,
                AdoptionEditionTable.part == GOODS,
                one_of(session, table_of(AdoptionEditionTable).c.edition_id, near),
            )
            .order_by(col(AdoptionEditionTable.edition_id))
        ).all()
        told = [one for content in kept for one in _read(content)]
        return cls(noted, tuple(one for one in told if _overlap(one.days, window)))

    def pieces(self, window: Window) -> list[Window]:
        """Return a window in pieces, in none of which the goods of anybody change."""
        firsts = {window.first}
        for one in self.told:
            firsts |= {one.days.first, one.days.last + timedelta(days=1)}
        inside = sorted(first for first in firsts if window.first <= first <= window.last)
        lasts = [first - timedelta(days=1) for first in inside[1:]]
        return [
            Window(first, last)
            for first, last in zip(inside or [window.first], [*lasts, window.last], strict=True)
        ]

    def by_record(self, piece: Window) -> dict[int, str]:
        """Return the goods of those who were told of the days of a piece, as they were told first."""
        found: dict[int, str] = {}
        for one in reversed(self.told):
            if one.days.first <= piece.first and piece.last <= one.days.last:
                found |= dict.fromkeys(one.records, one.goods_group)
        return found


def _overlap(one: Window, other: Window) -> bool:
    return one.first <= other.last and other.first <= one.last


def written(goods: Iterable[tuple[int, Window, str]]) -> bytes:
    """Return the goods of records by days as an edition keeps them."""
    found: dict[tuple[date, date, str], set[int]] = defaultdict(set)
    for record, days, goods_group in goods:
        found[days.first, days.last, goods_group].add(record)
    rows = [
        [first.isoformat(), last.isoformat(), name, sorted(records)]
        for (first, last, name), records in sorted(found.items())
    ]
    return zlib.compress(json.dumps(rows, ensure_ascii=False).encode(), 6)


@lru_cache(maxsize=64)
def _read(content: bytes) -> tuple[SameGoods, ...]:
    return tuple(
        SameGoods(
            Window(date.fromisoformat(first), date.fromisoformat(last)), name, frozenset(records)
        )
        for first, last, name, records in json.loads(zlib.decompress(content))
    )
