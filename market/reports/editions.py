"""Editions: the tables of a period as they were published, kept as they were.

What was told stays readable under its number; a later close makes the next edition. What one edition
of a year hides, those that follow hide too, so that no two of them tell it together.
"""

import gc
import hashlib
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version as version_of
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from market.adoption.disclosure.figures import UNSEEN
from market.adoption.disclosure.products import TableProduct, rules_or_strictest
from market.adoption.errors import NotMeasuredYet
from market.adoption.periods import Length, Period, Scheme
from market.reports.differences import Told, given_away, withheld
from market.reports.models import PeriodTables, Product, TrendPoint
from market.reports.period_tables import History, Measured, period_tables
from market.reports.public import public_tables
from market.reports.public_kept import PUBLIC, KeptPublic, read_public, written
from market.reports.season import series_with
from market.reports.studies import Studied
from market.reports.study_models import PeriodStudies
from market.reports.vintage import as_published
from market.tables import AdoptionEdition, AdoptionEditionTable

Kept = TypeVar("Kept", PeriodTables, PeriodStudies)
TREND_IDS = ("S3", "U1", "U3", "U8")
TREND_PERIODS = 13
"""A year and the same period of the year before."""
EVERYTHING = ("*", "*")
"""Area and category of the sum of all money."""
PRODUCTS = (Product.ECONOMIST, Product.MANAGER)
TABLES, STUDIES = "tables", "studies"
"""The parts of what a product tells."""


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
    if known_at is None and (kept := _kept(session, period, product, [TABLES])):
        return read_tables(kept[TABLES])
    made = Measured.of(session, period.window, known_at=as_published(session, period, known_at))
    apart = _withheld(session, period, made, known_at, p_percent)
    return _tables(session, period, product, p_percent, known_at, made, apart)


def studied_tables_of(
    session: Session,
    period: Period,
    product: Product,
    *,
    p_percent: int | None,
    known_at: datetime | None = None,
    waits: bool = False,
) -> tuple[PeriodTables, PeriodStudies]:
    """Return the same, and what was studied of the period beyond its indicators.

    Args:
        waits: whoever asks may wait for a quarter of a minute.
    """
    edition = newest_edition(session, period, known_at)
    if edition is not None and edition.id is not None:
        return edition_tables(session, edition.id, product), edition_studies(
            session, edition.id, product
        )
    if known_at is None and (kept := _kept(session, period, product, [TABLES, STUDIES], waits)):
        return read_tables(kept[TABLES]), _read_studies(kept[STUDIES])
    return measure_now(session, period, [product], p_percent=p_percent, known_at=known_at)[product]


def measure_now(
    session: Session,
    period: Period,
    products: Sequence[Product],
    *,
    p_percent: int | None,
    known_at: datetime | None,
    made: Measured | None = None,
    apart: Collection[Sequence[str]] = (),
) -> dict[Product, tuple[PeriodTables, PeriodStudies]]:
    """Return what products would tell of a period, measured once from the closes.

    Args:
        apart: cells to hide for the sake of editions before.
    """
    known = as_published(session, period, known_at)
    made = made or Measured.of(session, period.window, known_at=known)
    studied = Studied.of(session, period, made, known)
    apart = [*_withheld(session, period, made, known_at, p_percent), *apart]
    return {
        product: (
            _tables(session, period, product, p_percent, known_at, made, apart),
            _studies(session, period, product, p_percent, studied, apart),
        )
        for product in products
    }


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
            hidden=_hidden_in_year(session, period, product),
            withheld=apart,
            trend=_trend_before(session, period, product),
            series=_series_before(session, period, product),
        ),
        made=made,
    )


def _withheld(
    session: Session,
    period: Period,
    made: Measured,
    known_at: datetime | None,
    p_percent: int | None,
) -> list[list[str]]:
    """Return the money that published months would give away beside a longer period."""
    rule = rules_or_strictest(p_percent)[TableProduct.DISTRICT]
    return [list(key) for key in sorted(withheld(session, period, made, known_at, rule))]


def _kept(
    session: Session, period: Period, product: Product, parts: Sequence[str], waits: bool = False
) -> dict[str, bytes]:
    """Return what is kept of a period, by part; empty where it is to be measured.

    Raises:
        NotMeasuredYet: nothing is kept, and measuring takes longer than anybody waits for a page.
    """
    # Drafts are made of what is measured here.
    from market.reports.drafts import draft_content, has_to_wait

    found = draft_content(session, period, product, parts)
    if not found and not waits and has_to_wait(session, period):
        raise NotMeasuredYet(period)
    return found


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
    return read_tables(_part(session, edition_id, product, TABLES))


def edition_studies(session: Session, edition_id: int, product: Product) -> PeriodStudies:
    """Return what a product tells in an edition beyond the indicators."""
    return _read_studies(_part(session, edition_id, product, STUDIES))


def _part(session: Session, edition_id: int, product: Product, part: str) -> bytes:
    return session.exec(
        select(AdoptionEditionTable.content).where(
            AdoptionEditionTable.edition_id == edition_id,
            AdoptionEditionTable.product == product.value,
            AdoptionEditionTable.part == part,
        )
    ).one()


def make_edition(
    session: Session,
    period: Period,
    *,
    p_percent: int | None,
    known_at: datetime,
    now: datetime,
    actor: str,
) -> MadeEdition:
    """Publish a period as it is known at an instant; where nothing changed, tell the edition before.

    Raises:
        RevisionTellsFew: what changed since an edition before is the money of too few.
    """
    editions = editions_of(session, period)
    version = editions[0].version + 1 if editions else 1
    known = as_published(session, period, known_at)
    made = Measured.of(session, period.window, known_at=known)
    measured = measure_now(
        session, period, PRODUCTS, p_percent=p_percent, known_at=known_at, made=made
    )
    apart = frozenset[tuple[str, ...]]()
    if editions:
        apart = _given_away(
            session, period, made, measured[Product.ECONOMIST][0], editions, p_percent
        )
    if apart:
        measured = measure_now(
            session,
            period,
            PRODUCTS,
            p_percent=p_percent,
            known_at=known_at,
            made=made,
            apart=apart,
        )
    told = {product: _with_own_trend(tables) for product, (tables, _) in measured.items()}
    studies = {product: found for product, (_, found) in measured.items()}
    public = public_tables(
        session,
        told[Product.ECONOMIST],
        made,
        version=version,
        p_percent=p_percent,
        known_at=known_at,
        hidden_before=[
            *_hidden_in_year(session, period, PUBLIC),
            *_withheld(session, period, made, known_at, p_percent),
            *apart,
        ],
    )
    digest = _content_sha256([*told.values(), *studies.values(), public])
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
    session.add(
        AdoptionEditionTable(
            edition_id=edition.id, product=PUBLIC, part=TABLES, content=written(public)
        )
    )
    for product, tables in told.items():
        parts = {
            TABLES: tables.model_copy(update={"version": version}),
            STUDIES: studies[product],
        }
        for part, view in parts.items():
            content = zlib.compress(view.model_dump_json().encode(), 6)
            session.add(
                AdoptionEditionTable(
                    edition_id=edition.id, product=product.value, part=part, content=content
                )
            )
    session.flush()
    return MadeEdition(edition, is_new=True)


def _given_away(
    session: Session,
    period: Period,
    made: Measured,
    tables: PeriodTables,
    editions: Sequence[AdoptionEdition],
    p_percent: int | None,
) -> frozenset[tuple[str, ...]]:
    """Return what editions before would give away beside these tables."""
    hidden = _hidden_in_year(session, period, Product.ECONOMIST)
    return given_away(
        session,
        period,
        made,
        tables,
        made.told(Product.ECONOMIST, p_percent, hidden).merged,
        [Told(one, edition_tables(session, one.id or 0, Product.ECONOMIST)) for one in editions],
        rules_or_strictest(p_percent)[TableProduct.DISTRICT],
    )


@lru_cache(maxsize=16)
def read_tables(content: bytes) -> PeriodTables:
    """Return the tables of an edition; the same bytes are read once, because nothing changes them."""
    return _kept_for_long(PeriodTables.model_validate_json(zlib.decompress(content)))


@lru_cache(maxsize=4)
def _read_studies(content: bytes) -> PeriodStudies:
    """Return the studies of an edition, likewise."""
    return _kept_for_long(PeriodStudies.model_validate_json(zlib.decompress(content)))


def _kept_for_long(read: Kept) -> Kept:
    """Return what was read, out of the garbage collector's rounds.

    A province's tables are hundreds of thousands of objects without a cycle; a round over those kept
    takes half a second, and some page would wait for it.
    """
    gc.collect(1)  # what is frozen and in a cycle would stay for ever
    gc.freeze()
    return read


def _editions(period: Period) -> SelectOfScalar[AdoptionEdition]:
    return select(AdoptionEdition).where(
        AdoptionEdition.period == period.label, AdoptionEdition.scheme == period.scheme.value
    )


def _content_sha256(told: Sequence[PeriodTables | PeriodStudies | KeptPublic]) -> str:
    """Return a digest of what is told: not of when, nor of which closes say the same again."""
    said = hashlib.sha256()
    for each in told:
        content = each.without_when() if isinstance(each, KeptPublic) else each
        if isinstance(each, PeriodTables):
            content = each.model_copy(update={"known_at": None, "version": None})
        said.update(content.model_dump_json().encode())
    return said.hexdigest()


def _hidden_in_year(session: Session, period: Period, product: str) -> list[list[str]]:
    """Return the cells that editions of the same year have hidden.

    Periods of other lengths are made of the same days: what a month hides its quarter hides too, or
    the other two months would tell it. Only the sum of everything may be told in one month and not in
    another: no sum over months holds it that is told. What was hidden for want of coverage alone is no
    secret: only periods that hold its days hide it too.
    """
    year = Period.holding(period.window.last, Length.YEAR, period.scheme).label
    window = period.window
    # The year of the 14th begins in December, so days of this year stand in periods of two labels.
    labels = {year, f"{window.first.year:04}", f"{window.last.year:04}"}
    rows = session.exec(
        select(AdoptionEdition, AdoptionEditionTable.part, AdoptionEditionTable.content)
        .join(AdoptionEditionTable, col(AdoptionEdition.id) == col(AdoptionEditionTable.edition_id))
        .where(
            AdoptionEditionTable.product == product,
            sa.or_(*(col(AdoptionEdition.period).startswith(one) for one in sorted(labels))),
        )
        .order_by(col(AdoptionEdition.id), AdoptionEditionTable.part)
    ).all()
    found: set[tuple[str, ...]] = set()
    for edition, part, content in rows:
        other = Period.read(edition.period, Scheme(edition.scheme)).window
        shares_days = other.first <= window.last and window.first <= other.last
        if not shares_days and not edition.period.startswith(year):
            continue
        for table, *rest in _hidden_in(product, part, content):
            if table.endswith(UNSEEN) and not shares_days:
                continue
            if shares_days or tuple(rest) != EVERYTHING:
                found.add((table.removesuffix(UNSEEN), *rest))
    return [list(key) for key in sorted(found)]


def _hidden_in(product: str, part: str, content: bytes) -> Sequence[Sequence[str]]:
    if product == PUBLIC:
        return read_public(content).hidden
    return (read_tables(content) if part == TABLES else _read_studies(content)).hidden


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
    hidden = [*_hidden_in_year(session, period, product), *apart]
    return studied.told(product, p_percent, hidden, earlier)


def _areas_hidden(session: Session, period: Period, product: Product) -> dict[str, str]:
    """Return the mark of each area whose money was hidden when a period was published last."""
    edition = newest_edition(session, period)
    if edition is None or edition.id is None:
        return {}
    tables = edition_tables(session, edition.id, product)
    return {code: area["U8"].hidden for code, area in tables.areas.items() if area["U8"].hidden}


def _trend_before(session: Session, period: Period, product: Product) -> list[TrendPoint]:
    """Return what the period before was published with, and what it told of those before it."""
    before = newest_edition(session, period.previous())
    if before is None or before.id is None:
        return []
    kept = [period.moved(-back).label for back in range(1, TREND_PERIODS)]
    return [one for one in edition_tables(session, before.id, product).trend if one.period in kept]


def _series_before(
    session: Session, period: Period, product: Product
) -> dict[str, list[tuple[str, float | None]]]:
    """Return by area the money of months before as they were published.

    Of a quarter or a year, the months in it that were published by now are among them.
    """
    newest = period.previous() if period.length is Length.MONTH else period.months[-1]
    for back in range(1 if period.length is Length.MONTH else len(period.months)):
        found = newest_edition(session, newest.moved(-back))
        if found is not None and found.id is not None:
            return edition_tables(session, found.id, product).series
    return {}


def _with_own_trend(tables: PeriodTables) -> PeriodTables:
    """Return the tables with what they add themselves to the trend and to the series of months."""
    period = Period.read(tables.period, Scheme(tables.scheme))
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
    series = {
        code: series_with(tables.series.get(code, []), period, area["U8"].value)
        for code, area in tables.areas.items()
    }
    return tables.model_copy(update={"trend": [*tables.trend, *own], "series": series})
