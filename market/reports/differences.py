"""What one edition would tell beside another by subtraction: late money, and who withdrew.

An edition made anew stands beside the ones before it, a quarter beside its months. Where both tell a
cell, they tell what lies between; that is guarded as a cell is. A period made anew waits with the
edition before it until what changed is the change of enough vendors; a quarter hides the money that
its months would give away. Source: domain.md 12.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from market.adoption.disclosure.figures import BANDS, MONEY
from market.adoption.disclosure.products import ProductRule
from market.adoption.disclosure.tables import ALL
from market.adoption.errors import AdoptionError
from market.adoption.indicator import Window
from market.adoption.periods import Length, Period
from market.reports.contributions import taken_back, taken_in
from market.reports.earlier import counted_then
from market.reports.guarded_sums import (
    RECEIPTS,
    Cell,
    Guard,
    Part,
    moved,
    parts_of,
    told_cells,
)
from market.reports.models import PeriodTables
from market.reports.period_tables import Measured
from market.reports.study_models import PeriodStudies
from market.reports.vintage import Known, KnownAt, as_published, newest_of
from market.tables import AdoptionEdition
from merchants.kinds import ConsentPurpose
from merchants.privacy.consents import not_agreeing_to


class RevisionTellsFew(AdoptionError):
    """Between this edition and the one before stands the money of too few vendors."""

    def __init__(self, period: Period, version: int) -> None:
        super().__init__(
            f"{period.label}: edition {version} stays; the difference to it would tell of too few vendors"
        )
        self.period, self.version = period, version


@dataclass(frozen=True)
class Told:
    """What economists were or are told of a period."""

    tables: PeriodTables
    studies: PeriodStudies

    def cells(self, hidden: str = "") -> frozenset[Cell]:
        """Return the cells with a mark; without one, those that are told."""
        return told_cells(self.tables, self.studies, hidden)


def given_away(
    session: Session,
    period: Period,
    made: Measured,
    now: Told,
    earlier: Sequence[tuple[AdoptionEdition, Told]],
    rule: ProductRule,
) -> frozenset[Cell]:
    """Return the cells that new tables must hide, so that their change tells of no few.

    Args:
        now: what economists would be told.
        earlier: every edition of the period so far, and what it told them.

    Raises:
        RevisionTellsFew: it is the change of a whole market or area that tells of few, or a cell that
            was told is unsafe now, and its old value would nearly tell the new one.
    """
    guard = Guard.of(made, rule)
    told_now = now.cells()
    # Receipts by band and shares of channels are hidden again instead: an old one tells no new one.
    few_now = {cell for cell in now.cells(hidden="c") if cell[0] == MONEY}
    named_now = {row.goods_group for area in now.tables.areas.values() for row in area.goods}
    parts_now = parts_of(made.taken)
    hidden: set[Cell] = set()
    for edition, then in earlier:
        told_then = then.cells()
        goods_then = {name for table, _, name in told_then if table == MONEY} - {ALL}
        if told_then & few_now or not goods_then <= named_now:
            raise RevisionTellsFew(period, edition.version)
        window = Window(then.tables.window_first, then.tables.window_last)
        known = as_published(session, period, edition.known_at)
        parts_then = _counted_in(session, made, window, known, edition)
        both = told_now & told_then
        found = guard.hidden_beside(moved(parts_now, parts_then), both)
        wholes = {(table, area) for table, area, category in found if category == ALL}
        if any(table == MONEY for table, _ in wholes) or guard.hidden_beside(
            moved(_receipts(parts_now), _receipts(parts_then)), _of_receipts(both)
        ):
            raise RevisionTellsFew(period, edition.version)
        # Money that changed its channel changed no total: no channel of the area is told then.
        hidden |= {cell for cell in both if cell[:2] in wholes} | found
    return frozenset(cell for cell in hidden if cell[2] != ALL)


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
) -> frozenset[Cell]:
    """Return the cells whose change since editions told their days would tell of few.

    Args:
        told: days that are measured, and the edition that told them; no day twice.
    """
    now = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS)
    change: Counter[Part] = Counter()
    for window, edition in told:
        then = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS, at=edition.made_at)
        if then == now and not counted_then(session, window, edition):
            continue
        known = Known(edition.known_at)
        counted_now = parts_of(taken_in(session, window, known, made.goods, refusing=now))
        change += moved(counted_now, _counted_in(session, made, window, known, edition))
    return frozenset(Guard.of(made, rule).hidden(change)) if change else frozenset()


def _counted_in(
    session: Session, made: Measured, window: Window, known: KnownAt, edition: AdoptionEdition
) -> Counter[Part]:
    """Return what an edition counted in a window, with what reversals took back since."""
    then = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS, at=edition.made_at)
    late = counted_then(session, window, edition)
    return parts_of(
        [
            *taken_in(session, window, known, made.goods, refusing=then),
            *taken_back(session, window, late, made.goods),
        ]
    )


def _receipts(parts: Mapping[Part, int]) -> Counter[Part]:
    """Return the receipts of all bands together: one that fell into another band is no change of them."""
    found: Counter[Part] = Counter()
    for (table, vendor, market, _), count in parts.items():
        if table == BANDS:
            found[BANDS, vendor, market, RECEIPTS] += count
    return found


def _of_receipts(told: Collection[Cell]) -> set[Cell]:
    """Return the cells of receipts that are told, in all."""
    areas = {area for table, area, category in told if (table, category) == (BANDS, ALL)}
    return {(BANDS, area, category) for area in areas for category in (ALL, RECEIPTS)}
