"""Editions: the tables of a period as they were published, kept as they were and read back.

What was told stays readable under its number; a later close makes the next edition (``making``).
"""

import zlib
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from market.adoption.periods import Period, Scheme
from market.collector import leave_out_of_rounds
from market.reports.models import PeriodTables, Product
from market.reports.study_models import PeriodStudies
from market.tables import AdoptionEdition, AdoptionEditionTable

Kept = TypeVar("Kept", PeriodTables, PeriodStudies)
PRODUCTS = (Product.ECONOMIST, Product.MANAGER)
TABLES, STUDIES = "tables", "studies"
"""The parts of what a product tells."""


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


def schemes_published(session: Session) -> set[Scheme]:
    """Return by which cut-offs anything was published."""
    return {Scheme(one) for one in session.exec(select(AdoptionEdition.scheme).distinct())}


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
    return read_studies(_part(session, edition_id, product, STUDIES))


def _part(session: Session, edition_id: int, product: Product, part: str) -> bytes:
    return session.exec(
        select(AdoptionEditionTable.content).where(
            AdoptionEditionTable.edition_id == edition_id,
            AdoptionEditionTable.product == product.value,
            AdoptionEditionTable.part == part,
        )
    ).one()


@lru_cache(maxsize=16)
def read_tables(content: bytes) -> PeriodTables:
    """Return the tables of an edition; the same bytes are read once, because nothing changes them."""
    return _kept_for_long(PeriodTables.model_validate_json(zlib.decompress(content)))


@lru_cache(maxsize=4)
def read_studies(content: bytes) -> PeriodStudies:
    """Return the studies of an edition, likewise."""
    return _kept_for_long(PeriodStudies.model_validate_json(zlib.decompress(content)))


def _kept_for_long(read: Kept) -> Kept:
    """Return what was read, out of the garbage collector's rounds.

    A province's tables are hundreds of thousands of objects without a cycle; a round over those kept
    takes half a second, and some page would wait for it.
    """
    leave_out_of_rounds(generation=1)
    return read


def _editions(period: Period) -> SelectOfScalar[AdoptionEdition]:
    return select(AdoptionEdition).where(
        AdoptionEdition.period == period.label, AdoptionEdition.scheme == period.scheme.value
    )
