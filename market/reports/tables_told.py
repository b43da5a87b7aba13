"""What a reader is told of a period: what was published last, else what may be told before that."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from market.adoption.periods import Period
from market.reports.course import with_course
from market.reports.drafts import draft_content, has_to_wait
from market.reports.editions import (
    STUDIES,
    TABLES,
    edition_studies,
    edition_tables,
    newest_edition,
    read_studies,
    read_tables,
)
from market.reports.errors import NotMeasuredYet
from market.reports.measuring import measure_now, measure_tables
from market.reports.models import PeriodTables, Product
from market.reports.study_models import PeriodStudies
from market.reports.unpublished import before_publication, tables_before


def tables_of(
    session: Session,
    period: Period,
    product: Product,
    *,
    p_percent: int | None,
    known_at: datetime | None = None,
    today: date | None = None,
) -> PeriodTables:
    """Return what was published of a period last, else what there is to tell now.

    Args:
        known_at: the edition in force then, or the closes known then where there is none.
        today: what is measured now speaks of no later day.
    """
    edition = newest_edition(session, period, known_at)
    if edition is not None and edition.id is not None:
        return with_course(
            session, edition_tables(session, edition.id, product), known_at, with_own=True
        )
    if known_at is None and (kept := _kept(session, period, product, [TABLES])):
        tables = read_tables(kept[TABLES])
    else:
        tables = tables_before(
            measure_tables(
                session, period, product, p_percent=p_percent, known_at=known_at, today=today
            )
        )
    return with_course(session, tables, known_at, with_own=False)


def studied_tables_of(
    session: Session,
    period: Period,
    product: Product,
    *,
    p_percent: int | None,
    known_at: datetime | None = None,
    today: date | None = None,
    waits: bool = False,
) -> tuple[PeriodTables, PeriodStudies]:
    """Return the same, and what was studied of the period beyond its indicators.

    Args:
        waits: whoever asks may wait for a quarter of a minute.
    """
    edition = newest_edition(session, period, known_at)
    if edition is not None and edition.id is not None:
        tables = edition_tables(session, edition.id, product)
        studies = edition_studies(session, edition.id, product)
        return with_course(session, tables, known_at, with_own=True), studies
    if known_at is None and (kept := _kept(session, period, product, [TABLES, STUDIES], waits)):
        tables, studies = read_tables(kept[TABLES]), read_studies(kept[STUDIES])
    else:
        measured = measure_now(
            session, period, [product], p_percent=p_percent, known_at=known_at, today=today
        )
        tables, studies = before_publication(*measured[product])
    return with_course(session, tables, known_at, with_own=False), studies


def _kept(
    session: Session, period: Period, product: Product, parts: Sequence[str], waits: bool = False
) -> dict[str, bytes]:
    """Return what is kept of a period, by part; empty where it is to be measured.

    Raises:
        NotMeasuredYet: nothing is kept, and measuring takes longer than anybody waits for a page.
    """
    found = draft_content(session, period, product, parts)
    if not found and not waits and has_to_wait(session, period):
        raise NotMeasuredYet(period)
    return found
