"""What a product would tell of a period now: measured from the closes, guarded by what was published.

What one edition of a year hides, those that follow hide too, so that no two of them tell it together.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.disclosure.figures import UNSEEN
from market.adoption.disclosure.products import TableProduct, rules_or_strictest
from market.adoption.indicator import Window
from market.adoption.periods import Length, Period, Scheme
from market.reports.cut_offs import between_cut_offs
from market.reports.differences import withheld
from market.reports.editions import (
    STUDIES,
    TABLES,
    edition_tables,
    newest_edition,
    read_studies,
    read_tables,
)
from market.reports.models import PeriodTables, Product
from market.reports.period_tables import History, Measured, period_tables
from market.reports.public_kept import PUBLIC, read_public
from market.reports.studies import Studied
from market.reports.study_models import PeriodStudies
from market.reports.vintage import as_published
from market.tables import AdoptionEdition, AdoptionEditionTable

EVERYTHING = ("*", "*")
"""Area and category of the sum of all money."""


def measure_now(
    session: Session,
    period: Period,
    products: Sequence[Product],
    *,
    p_percent: int | None,
    known_at: datetime | None,
    today: date | None = None,
    made: Measured | None = None,
    apart: Collection[Sequence[str]] | None = None,
) -> dict[Product, tuple[PeriodTables, PeriodStudies]]:
    """Return what products would tell of a period, measured once from the closes.

    Args:
        apart: cells to hide for the sake of editions before; ``None`` = as ``withheld_of`` says.
    """
    known = as_published(session, period, known_at)
    made = made or Measured.of(session, period.window, known_at=known, today=today)
    studied = Studied.of(session, period, made, known)
    hidden = withheld_of(session, period, made, known_at, p_percent) if apart is None else [*apart]
    return {
        product: (
            _tables(session, period, product, p_percent, known_at, made, hidden),
            _studies(session, period, product, p_percent, studied, hidden),
        )
        for product in products
    }


def measure_tables(
    session: Session,
    period: Period,
    product: Product,
    *,
    p_percent: int | None,
    known_at: datetime | None,
    today: date | None = None,
) -> PeriodTables:
    """Return the tables alone of what one product would tell."""
    known = as_published(session, period, known_at)
    made = Measured.of(session, period.window, known_at=known, today=today)
    apart = withheld_of(session, period, made, known_at, p_percent)
    return _tables(session, period, product, p_percent, known_at, made, apart)


def withheld_of(
    session: Session,
    period: Period,
    made: Measured,
    known_at: datetime | None,
    p_percent: int | None,
) -> list[list[str]]:
    """Return the money that would give away, beside what was published, what lies between."""
    rule = rules_or_strictest(p_percent)[TableProduct.DISTRICT]
    found = withheld(session, period, made, known_at, rule)
    found |= between_cut_offs(session, period, made, known_at, rule)
    return [list(key) for key in sorted(found)]


def _tables(
    session: Session,
    period: Period,
    product: Product,
    p_percent: int | None,
    known_at: datetime | None,
    made: Measured,
    apart: Sequence[Sequence[str]],
) -> PeriodTables:
    return period_tables(
        session,
        period,
        product,
        p_percent=p_percent,
        known_at=known_at,
        before=History(
            hidden=hidden_in_year(session, period, product),
            withheld=apart,
        ),
        made=made,
    )


def hidden_in_year(session: Session, period: Period, product: str) -> list[list[str]]:
    """Return the cells that editions of the same year have hidden.

    Periods of other lengths are made of the same days: what a month hides its quarter hides too, or
    the other two months would tell it. Only the sum of everything may be told in one month and not in
    another: no sum over months holds it that is told. What was hidden for want of coverage alone is no
    secret: only periods that hold its days hide it too. It keeps its mark, so that they do not remember
    it as of all their own days: a year would carry the month that nobody audited into all the others.
    """
    year = Period.holding(period.window.last, Length.YEAR, period.scheme).label
    window = period.window
    # The year of the 14th begins in December, so days of this year stand in periods of two labels.
    labels = {
        Period.holding(on, Length.YEAR, scheme).label
        for on in (window.first, window.last)
        for scheme in Scheme
    }
    rows = session.exec(
        select(AdoptionEdition, AdoptionEditionTable.part, AdoptionEditionTable.content)
        .join(AdoptionEditionTable, col(AdoptionEdition.id) == col(AdoptionEditionTable.edition_id))
        .where(
            AdoptionEditionTable.product == product,
            col(AdoptionEditionTable.part).in_([TABLES, STUDIES]),
            sa.or_(*(col(AdoptionEdition.period).startswith(one) for one in sorted(labels))),
        )
        .order_by(col(AdoptionEdition.id), AdoptionEditionTable.part)
    ).all()
    told = {
        edition.id: _days_told(product, content)
        for edition, part, content in rows
        if part == TABLES
    }
    found: set[tuple[str, ...]] = set()
    for edition, part, content in rows:
        other = told[edition.id]
        shares_days = other.first <= window.last and window.first <= other.last
        if not shares_days and not edition.period.startswith(year):
            continue
        for table, *rest in _hidden_in(product, part, content):
            if shares_days or (tuple(rest) != EVERYTHING and not table.endswith(UNSEEN)):
                found.add((table, *rest))
    return [list(key) for key in sorted(found)]


def _days_told(product: str, content: bytes) -> Window:
    """Return the days an edition speaks of: of a period that runs, those that were closed."""
    told = read_public(content).told if product == PUBLIC else read_tables(content)
    return Window(told.window_first, told.window_last)


def _hidden_in(product: str, part: str, content: bytes) -> Sequence[Sequence[str]]:
    if product == PUBLIC:
        return read_public(content).hidden
    return (read_tables(content) if part == TABLES else read_studies(content)).hidden


def _studies(
    session: Session,
    period: Period,
    product: Product,
    p_percent: int | None,
    studied: Studied,
    apart: Sequence[Sequence[str]],
) -> PeriodStudies:
    earlier = {
        name: _areas_hidden(session, other, product)
        for name, other in (
            ("previous", period.previous()),
            ("year_before", period.year_before()),
            ("tet", period.year_before()),
        )
    }
    hidden = [*hidden_in_year(session, period, product), *apart]
    return studied.told(product, p_percent, hidden, earlier)


def _areas_hidden(session: Session, period: Period, product: Product) -> dict[str, str]:
    """Return the mark of each area whose money was hidden when a period was published last."""
    edition = newest_edition(session, period)
    if edition is None or edition.id is None:
        return {}
    tables = edition_tables(session, edition.id, product)
    return {code: area["U8"].hidden for code, area in tables.areas.items() if area["U8"].hidden}
