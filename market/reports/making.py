"""Publishing the tables of a period: the next edition, or the one before where nothing changed."""

import hashlib
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version as version_of

from sqlmodel import Session

from market.adoption.disclosure.products import TableProduct, rules_or_strictest
from market.adoption.periods import Period
from market.reports.course import COURSE, own_points, with_course
from market.reports.course import written as written_points
from market.reports.differences import Told, given_away
from market.reports.editions import (
    PRODUCTS,
    STUDIES,
    TABLES,
    edition_studies,
    edition_tables,
    editions_of,
)
from market.reports.errors import NoMarketInPeriod, check_begun
from market.reports.goods_told import GOODS
from market.reports.goods_told import written as written_goods
from market.reports.market_changes import markets_there
from market.reports.measuring import hidden_in_year, measure_now, withheld_of
from market.reports.models import PeriodTables, Product
from market.reports.months_first import check_months_published
from market.reports.period_tables import Measured
from market.reports.public import public_tables
from market.reports.public_kept import PUBLIC, KeptPublic, written
from market.reports.study_models import PeriodStudies
from market.reports.vintage import as_published
from market.tables import AdoptionEdition, AdoptionEditionTable
from merchants.days import market_day


@dataclass(frozen=True, slots=True)
class MadeEdition:
    """An edition, and whether it is new: the same tables make no second version."""

    edition: AdoptionEdition
    is_new: bool


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
        PeriodNotBegun: at that instant the period had not begun.
        NoMarketInPeriod: it is older than every market.
        MonthsNotPublished: of a quarter or a year, some months come first.
        RevisionTellsFew: what changed since an edition before is the money of too few.
    """
    check_begun(period, market_day(known_at))
    if not markets_there(session, period.window.last):
        raise NoMarketInPeriod(period)
    check_months_published(session, period, known_at)
    editions = editions_of(session, period)
    version = editions[0].version + 1 if editions else 1
    made = Measured.of(session, period.window, known_at=as_published(session, period, known_at))
    withheld = withheld_of(session, period, made, known_at, p_percent)
    apart = frozenset(tuple(key) for key in withheld)

    def measured_without(
        cells: Collection[Sequence[str]],
    ) -> dict[Product, tuple[PeriodTables, PeriodStudies]]:
        return measure_now(
            session,
            period,
            PRODUCTS,
            p_percent=p_percent,
            known_at=known_at,
            made=made,
            apart=cells,
        )

    measured = measured_without(apart)
    # A cell that was hidden beside another may be told once what gives away is hidden too: look again.
    while (
        given := _given_away(
            session, period, made, Told(*measured[Product.ECONOMIST]), editions, p_percent
        )
        - apart
    ):
        apart |= given
        measured = measured_without(sorted(apart))
    told = {
        product: with_course(session, tables, known_at, with_own=True)
        for product, (tables, _) in measured.items()
    }
    studies = {product: found for product, (_, found) in measured.items()}
    public = public_tables(
        session,
        told[Product.ECONOMIST],
        made,
        version=version,
        p_percent=p_percent,
        known_at=known_at,
        hidden_before=[*hidden_in_year(session, period, PUBLIC), *sorted(apart)],
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
    session.add(
        AdoptionEditionTable(
            edition_id=edition.id,
            product=Product.MANAGER.value,
            part=GOODS,
            content=written_goods((one.record_id, one.days, one.goods_group) for one in made.taken),
        )
    )
    for product, tables in told.items():
        parts = {
            TABLES: _compressed(tables.model_copy(update={"version": version})),
            STUDIES: _compressed(studies[product]),
            COURSE: written_points(own_points(tables)),
        }
        for part, content in parts.items():
            session.add(
                AdoptionEditionTable(
                    edition_id=edition.id, product=product.value, part=part, content=content
                )
            )
    session.flush()
    return MadeEdition(edition, is_new=True)


def _compressed(view: PeriodTables | PeriodStudies) -> bytes:
    return zlib.compress(view.model_dump_json().encode(), 6)


def _given_away(
    session: Session,
    period: Period,
    made: Measured,
    now: Told,
    editions: Sequence[AdoptionEdition],
    p_percent: int | None,
) -> frozenset[tuple[str, ...]]:
    """Return what editions before would give away beside these tables."""
    earlier = [
        (
            one,
            Told(
                edition_tables(session, one.id or 0, Product.ECONOMIST),
                edition_studies(session, one.id or 0, Product.ECONOMIST),
            ),
        )
        for one in editions
    ]
    return given_away(
        session,
        period,
        made,
        now,
        earlier,
        rules_or_strictest(p_percent)[TableProduct.DISTRICT],
    )


def _content_sha256(told: Sequence[PeriodTables | PeriodStudies | KeptPublic]) -> str:
    """Return a digest of what is told: not of when, of which closes say the same again, or of why."""
    said = hashlib.sha256()
    for each in told:
        content: PeriodTables | PeriodStudies | KeptPublic
        if isinstance(each, KeptPublic):
            content = each.without_when()
        elif isinstance(each, PeriodTables):
            content = each.model_copy(update={"known_at": None, "version": None, "hidden": []})
        else:
            # What is hidden beside an edition stays hidden in the next for having been hidden.
            content = each.model_copy(update={"hidden": []})
        said.update(content.model_dump_json().encode())
    return said.hexdigest()
