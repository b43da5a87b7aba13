"""Editions: the tables of a period as they were published, kept as they were.

What was told stays readable under its number; a later close makes the next edition. What one edition
of a year hides, those that follow hide too, so that no two of them tell it together.
"""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version as version_of

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from market.adoption.periods import Length, Period, Scheme
from market.reports.models import PeriodTables, Product, TrendPoint
from market.reports.period_tables import period_tables
from market.tables import AdoptionEdition, AdoptionEditionTable

TREND_IDS = ("S3", "U1", "U3", "U8")
TREND_PERIODS = 13
"""A year and the same period of the year before."""
EVERYTHING = ("*", "*")
"""Area and category of the sum of all money."""
PRODUCTS = (Product.ECONOMIST, Product.MANAGER)


@dataclass(frozen=True, slots=True)
class MadeEdition:
    """An edition, and whether it is new: the same tables make no second version."""

    edition: AdoptionEdition
    is_new: bool


def tables_of(
    session: Session,
    period: Period,
    product: Product,
    *,
    p_percent: int | None,
    known_at: datetime | None = None,
) -> PeriodTables:
    """Return what was published of a period last, else what there is to tell now.

    Args:
        known_at: the edition in force then, or the closes known then where there is none.
    """
    edition = newest_edition(session, period, known_at)
    if edition is not None and edition.id is not None:
        return edition_tables(session, edition.id, product)
    return period_tables(
        session,
        period,
        product,
        p_percent=p_percent,
        known_at=known_at,
        hidden_before=_hidden_in_year(session, period, product),
        trend=_trend_before(session, period, product),
    )


def newest_edition(
    session: Session, period: Period, made_by: datetime | None = None
) -> AdoptionEdition | None:
    """Return the newest edition of a period, of those made by an instant; ``None`` = there is none."""
    wanted = _editions(period).order_by(col(AdoptionEdition.version).desc()).limit(1)
    if made_by is not None:
        wanted = wanted.where(col(AdoptionEdition.known_at) <= made_by)
    return session.exec(wanted).first()


def editions_of(session: Session, period: Period) -> list[AdoptionEdition]:
    """Return all editions of a period, newest first."""
    return list(session.exec(_editions(period).order_by(col(AdoptionEdition.version).desc())))


def list_editions(session: Session, before_id: int | None, limit: int) -> list[AdoptionEdition]:
    """Return editions of all periods, newest first, from a place on."""
    wanted = select(AdoptionEdition).order_by(col(AdoptionEdition.id).desc()).limit(limit)
    if before_id is not None:
        wanted = wanted.where(col(AdoptionEdition.id) < before_id)
    return list(session.exec(wanted))


def edition_tables(session: Session, edition_id: int, product: Product) -> PeriodTables:
    """Return what a product tells in an edition."""
    content = session.exec(
        select(AdoptionEditionTable.content).where(
            AdoptionEditionTable.edition_id == edition_id,
            AdoptionEditionTable.product == product.value,
        )
    ).one()
    return _read(content)


def make_edition(
    session: Session,
    period: Period,
    *,
    p_percent: int | None,
    known_at: datetime,
    now: datetime,
    actor: str,
) -> MadeEdition:
    """Publish a period as it is known at an instant; where nothing changed, tell the edition before."""
    editions = editions_of(session, period)
    version = editions[0].version + 1 if editions else 1
    told = {
        product: period_tables(
            session,
            period,
            product,
            p_percent=p_percent,
            known_at=known_at,
            hidden_before=_hidden_in_year(session, period, product),
            trend=_trend_before(session, period, product),
        )
        for product in PRODUCTS
    }
    told = {product: _with_own_trend(tables) for product, tables in told.items()}
    digest = _content_sha256(list(told.values()))
    if editions and editions[0].content_sha256 == digest:
        return MadeEdition(editions[0], is_new=False)
    main = told[Product.MANAGER].areas.values()
    edition = AdoptionEdition(
        period=period.label,
        scheme=period.scheme.value,
        version=version,
        made_at=now,
        made_by=actor,
        known_at=known_at,
        is_provisional=any(one.is_provisional for area in main for one in area.indicators),
        rules_sha256=told[Product.ECONOMIST].rules_sha256,
        code_version=version_of("cho40"),
        content_sha256=digest,
    )
    session.add(edition)
    session.flush()
    assert edition.id is not None
    for product, tables in told.items():
        content = tables.model_copy(update={"version": version}).model_dump_json().encode()
        session.add(
            AdoptionEditionTable(
                edition_id=edition.id, product=product.value, content=zlib.compress(content, 6)
            )
        )
    session.flush()
    return MadeEdition(edition, is_new=True)


@lru_cache(maxsize=16)
def _read(content: bytes) -> PeriodTables:
    """Return the tables of an edition; the same bytes are read once, because nothing changes them."""
    return PeriodTables.model_validate_json(zlib.decompress(content))


def _editions(period: Period) -> SelectOfScalar[AdoptionEdition]:
    return select(AdoptionEdition).where(
        AdoptionEdition.period == period.label, AdoptionEdition.scheme == period.scheme.value
    )


def _content_sha256(tables: Sequence[PeriodTables]) -> str:
    """Return a digest of what is told: not of when, nor of which closes say the same again."""
    said = hashlib.sha256()
    for each in tables:
        said.update(
            each.model_copy(update={"known_at": None, "version": None}).model_dump_json().encode()
        )
    return said.hexdigest()


def _hidden_in_year(session: Session, period: Period, product: Product) -> list[list[str]]:
    """Return the cells that editions of the same year have hidden.

    Periods of other lengths are made of the same days: what a month hides its quarter hides too, or
    the other two months would tell it. Only the sum of everything may be told in one month and not in
    another: no sum over months holds it that is told.
    """
    year = Period.holding(period.window.last, Length.YEAR, period.scheme).label
    rows = session.exec(
        select(AdoptionEdition, AdoptionEditionTable.content)
        .join(AdoptionEditionTable, col(AdoptionEdition.id) == col(AdoptionEditionTable.edition_id))
        .where(
            AdoptionEditionTable.product == product.value,
            col(AdoptionEdition.period).startswith(year),
        )
        .order_by(col(AdoptionEdition.id))
    ).all()
    found: set[tuple[str, ...]] = set()
    for edition, content in rows:
        other = Period.read(edition.period, Scheme(edition.scheme)).window
        shares_days = other.first <= period.window.last and period.window.first <= other.last
        found |= {
            tuple(key)
            for key in _read(content).hidden
            if shares_days or tuple(key[1:]) != EVERYTHING
        }
    return [list(key) for key in sorted(found)]


def _trend_before(session: Session, period: Period, product: Product) -> list[TrendPoint]:
    """Return what the period before was published with, and what it told of those before it."""
    before = newest_edition(session, period.previous())
    if before is None or before.id is None:
        return []
    kept = [period.moved(-back).label for back in range(1, TREND_PERIODS)]
    return [one for one in edition_tables(session, before.id, product).trend if one.period in kept]


def _with_own_trend(tables: PeriodTables) -> PeriodTables:
    own = [
        TrendPoint(
            period=tables.period,
            area_code=code,
            indicator=id_,
            value=area[id_].value,
            hidden=area[id_].hidden,
            is_provisional=area[id_].is_provisional,
        )
        for code, area in tables.areas.items()
        for id_ in TREND_IDS
    ]
    return tables.model_copy(update={"trend": [*tables.trend, *own]})
