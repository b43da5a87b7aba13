"""What one edition would tell beside another by subtraction: late money, and who withdrew.

An edition made anew stands beside the ones before it, a quarter beside its months. Where both tell a
cell, they tell what lies between; that is guarded as a cell is. A period made anew waits with the
edition before it until what changed is the change of enough vendors; a quarter hides the money that
its months would give away. Source: domain.md 12.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from market.adoption.disclosure.figures import MONEY, same_areas
from market.adoption.disclosure.products import ProductRule
from market.adoption.disclosure.protect import protect
from market.adoption.disclosure.tables import ALL, Key, LinkedTables, linked_tables
from market.adoption.errors import AdoptionError
from market.adoption.indicator import Window
from market.adoption.periods import Length, Period
from market.reports.earlier import counted_then
from market.reports.models import PeriodTables
from market.reports.period_tables import Measured
from market.reports.received import received_in
from market.reports.vintage import Known, as_published, newest_of
from market.tables import AdoptionEdition
from merchants.kinds import ConsentPurpose
from merchants.privacy.consents import not_agreeing_to

Money = Mapping[tuple[int, int], int]
"""Đồng by vendor and market."""


class RevisionTellsFew(AdoptionError):
    """Between this edition and the one before stands the money of too few vendors."""

    def __init__(self, period: Period, version: int) -> None:
        super().__init__(
            f"{period.label}: edition {version} stays; the difference to it would tell of too few vendors"
        )
        self.period, self.version = period, version


@dataclass(frozen=True)
class Told:
    """What an earlier edition told of a period."""

    edition: AdoptionEdition
    tables: PeriodTables


def given_away(
    session: Session,
    period: Period,
    made: Measured,
    tables: PeriodTables,
    merged: Mapping[str, str],
    earlier: Sequence[Told],
    rule: ProductRule,
) -> frozenset[tuple[str, ...]]:
    """Return the cells of goods that new tables must hide, so that their change tells of no few.

    Args:
        tables: what economists would be told now.
        merged: under which name each goods group is told in them.
        earlier: every edition of the period so far.

    Raises:
        RevisionTellsFew: it is the change of a whole market or area that tells of few, or a cell that
            was told is unsafe now, and its old value would nearly tell the new one.
    """
    codes = {code: one.id for code, one in made.markets.items() if one.id is not None}
    vendors = made.facts.groups
    goods = dict(zip(vendors["vendor_id"].tolist(), vendors["goods_group"].tolist(), strict=True))
    holdings = dict(zip(vendors["vendor_id"].tolist(), vendors["holding"].tolist(), strict=True))
    names = {id_: code for code, id_ in codes.items()}
    told_now, few_now = money_cells(tables), money_cells(tables, hidden="c")
    named_now = {row.goods_group for area in tables.areas.values() for row in area.goods} | {ALL}
    now = _money(session, made.window, as_published(session, period, tables.known_at), None)
    hidden: set[tuple[str, ...]] = set()
    for one in earlier:
        told_then = money_cells(one.tables)
        if told_then & few_now or any(key[1] not in named_now for key in told_then):
            raise RevisionTellsFew(period, one.edition.version)
        window = Window(one.tables.window_first, one.tables.window_last)
        then = _with(
            _money(
                session,
                window,
                as_published(session, period, one.edition.known_at),
                one.edition.made_at,
            ),
            _taken_back(session, window, one.edition),
        )
        rows = [
            ((names[market], merged.get(goods.get(vendor, ""), goods.get(vendor, ""))),
             holdings.get(vendor) or f"#{vendor}", abs(moved))
            for (vendor, market), moved in _moved(now, then).items()
        ]  # fmt: skip
        found = _to_hide(made, rows, told_now & told_then, rule) if rows else frozenset()
        if any(category == ALL for _, category in found):
            raise RevisionTellsFew(period, one.edition.version)
        hidden |= {(MONEY, *key) for key in found}
    return frozenset(hidden)


def withheld(
    session: Session, period: Period, made: Measured, known_at: datetime | None, rule: ProductRule
) -> frozenset[tuple[str, ...]]:
    """Return the cells of money in which months, published before somebody withdrew, leave her alone.

    The days of published months are in a quarter as these told them (``vintage``), so only who is
    counted can differ, and payments that were reversed since.
    """
    if period.length is Length.MONTH:
        return frozenset()
    newest = newest_of(session, period.months, known_at)
    told = [(month.window, newest[month.label]) for month in period.months if month.label in newest]
    return changed_since_told(session, made, told, rule)


def changed_since_told(
    session: Session,
    made: Measured,
    told: Iterable[tuple[Window, AdoptionEdition]],
    rule: ProductRule,
) -> frozenset[tuple[str, ...]]:
    """Return the cells of money whose change since editions told their days would tell of few.

    Args:
        told: days that are measured, and the edition that told them; no day twice.
    """
    now = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS)
    vendors = made.facts.groups
    goods = dict(zip(vendors["vendor_id"].tolist(), vendors["goods_group"].tolist(), strict=True))
    names = {one.id: code for code, one in made.markets.items()}
    rows = []
    for window, edition in told:
        then = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS, at=edition.made_at)
        late = _taken_back(session, window, edition)
        if then == now and not late:
            continue
        known = Known(edition.known_at)
        counted = [
            _sums(received_in(session, window, known, refusing=each).vendors)
            for each in (then, now)
        ]
        counted[0] = _with(counted[0], late)
        rows += [
            ((names[market], goods.get(vendor, "")), f"#{vendor}", abs(moved))
            for (vendor, market), moved in _moved(*counted).items()
        ]
    if not rows:
        return frozenset()
    found = protect(difference_tables(made, rows), rule.cell)
    return frozenset((MONEY, *key) for key in found.hidden)


def _to_hide(
    made: Measured,
    rows: Sequence[tuple[tuple[str, str], str, int]],
    told: Collection[Key],
    rule: ProductRule,
) -> frozenset[Key]:
    """Return the cells of differences that must not be told."""
    tables = difference_tables(made, rows)
    same = same_areas(sorted(made.markets), _members(made))
    known = {(same.get(area, area), category) for area, category in told}
    open_ = {key for key in tables.cells if key not in known}
    return frozenset(protect(tables, rule.cell, hidden_before=open_).hidden.keys() - open_)


def difference_tables(
    made: Measured, rows: Iterable[tuple[tuple[str, str], str, int]]
) -> LinkedTables:
    """Return money by market, area and goods group as linked tables.

    Args:
        rows: market and goods group, holding, đồng.
    """
    members = _members(made)
    same = same_areas(sorted(made.markets), members)
    groups = {(0, code): sorted(own) for code, own in members.items() if code not in same}
    return linked_tables(rows, [frozenset({0, 1})], groups)


def _members(made: Measured) -> dict[str, Collection[str]]:
    return {code: group.market_codes for code, group in made.groups.items()}


def money_cells(tables: PeriodTables, hidden: str = "") -> frozenset[Key]:
    """Return the cells of money with a mark: areas whole, and by goods group."""
    found = {
        (code, ALL)
        for code, area in tables.areas.items()
        if area.closes and area["U8"].hidden == hidden
    }
    return frozenset(
        found
        | {
            (code, row.goods_group)
            for code, area in tables.areas.items()
            for row in area.goods
            if row.hidden == hidden
        }
    )


def _money(session: Session, window: Window, known: Known, counted_at: datetime | None) -> Money:
    refusing = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS, at=counted_at)
    return _sums(received_in(session, window, known, refusing=refusing).vendors)


def _taken_back(session: Session, window: Window, edition: AdoptionEdition) -> Money:
    """Return what an edition counted and reversals took back since."""
    late = counted_then(session, window, edition)
    return _sums((vendor, market, value) for (vendor, market, _on), value in late.items())


def _with(one: Money, other: Money) -> Money:
    return {key: one.get(key, 0) + other.get(key, 0) for key in one.keys() | other.keys()}


def _sums(vendors: Iterable[tuple[int, int, int]]) -> Money:
    found: dict[tuple[int, int], int] = defaultdict(int)
    for vendor, market, value in vendors:
        found[vendor, market] += value
    return found


def _moved(one: Money, other: Money) -> Money:
    """Return by how much two differ, where they do."""
    return {
        key: moved
        for key in one.keys() | other.keys()
        for moved in [one.get(key, 0) - other.get(key, 0)]
        if moved
    }
