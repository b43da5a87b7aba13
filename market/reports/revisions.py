"""The revision triangle of a period: each headline figure as each edition told it.

Source: domain.md 13.2: late closes make revision n+1, and the table of revisions is printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from market.adoption.codes import GROUP
from market.adoption.periods import Period
from market.adoption.report import ALL_MARKETS
from market.reports.editions import TABLES, editions_of, newest_edition, read_tables
from market.reports.errors import NotPublishedBy, check_come
from market.reports.models import IndicatorView, Product
from market.tables import AdoptionEdition, AdoptionEditionTable
from merchants.days import day_begins_at, market_day

REVISED = ("S3", "U1", "U3", "U7", "U8")


def published_by(
    session: Session, period: Period, on: date | None, *, today: date
) -> datetime | None:
    """Return the end of a day by which a period was published; ``None`` where no day is asked for.

    Raises:
        DayNotCome: it is after today.
        NotPublishedBy: it was not; then nothing is measured instead, for what late closes changed
            would be told by itself.
    """
    if on is None:
        return None
    check_come(period, on, today)
    until = day_begins_at(on + timedelta(days=1)) - timedelta(microseconds=1)
    if newest_edition(session, period, until) is None:
        editions = editions_of(session, period)
        raise NotPublishedBy(period, on, market_day(editions[-1].known_at) if editions else None)
    return until


@dataclass(frozen=True, slots=True)
class RevisedFigure:
    """One figure as one edition told it, and as the edition before did."""

    figure: IndicatorView | None
    """``None`` = the edition does not tell the area."""
    before: IndicatorView | None

    @property
    def change(self) -> float | int | None:
        """Return by how much it moved; ``None`` = one of the two is not told."""
        if self.figure is None or self.before is None:
            return None
        now, then = self.figure.value, self.before.value
        return None if now is None or then is None else now - then


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One edition of a period, and what it told of an area."""

    edition: AdoptionEdition
    figures: Mapping[str, RevisedFigure]

    @property
    def known_on(self) -> date:
        """Return the day up to which closes are in it."""
        return market_day(self.edition.known_at)


def revisions_of(
    session: Session,
    period: Period,
    product: Product,
    *,
    market_code: str | None = None,
    area_code: str | None = None,
) -> list[RevisionLine]:
    """Return the editions of a period, oldest first; one question for all of them."""
    code = market_code or (GROUP + area_code if area_code else ALL_MARKETS)
    editions = list(reversed(editions_of(session, period)))
    contents = dict(
        session.exec(
            select(AdoptionEditionTable.edition_id, AdoptionEditionTable.content).where(
                col(AdoptionEditionTable.edition_id).in_([one.id for one in editions]),
                AdoptionEditionTable.product == product.value,
                AdoptionEditionTable.part == TABLES,
            )
        ).all()
    )
    lines: list[RevisionLine] = []
    before: Mapping[str, IndicatorView] = {}
    for one in editions:
        area = read_tables(contents[one.id or 0]).areas.get(code)
        told = {id_: area[id_] for id_ in REVISED} if area else {}
        figures = {id_: RevisedFigure(told.get(id_), before.get(id_)) for id_ in REVISED}
        lines.append(RevisionLine(one, figures))
        before = told
    return lines
