"""The composite index of what a report tells: made of told figures only, so it tells nothing new."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from market.adoption.composite import COMPONENTS, WEIGHTS, against_base, composite
from market.adoption.periods import Length, Period, Scheme
from market.reports.cashless import cashless_of
from market.reports.editions import edition_studies, edition_tables
from market.reports.headline import match_rate
from market.reports.models import AreaView, CashlessView, PeriodTables, Product
from market.reports.study_models import ComponentView, IndexView, StudyView
from market.tables import AdoptionEdition

PER_RECEIPTS = 1_000
QUARTERS_TRIED = 4
"""How many quarters are opened in search of the first whole one."""


def index_of(
    session: Session,
    tables: PeriodTables,
    area: AreaView,
    study: StudyView | None,
    cashless: CashlessView | None,
    market_codes: list[str],
) -> IndexView:
    """Return the index of an area in a period.

    Args:
        market_codes: the markets of the area, whose survey may be used.
    """
    values = _values(area, study, cashless)
    found = composite(values)
    base, base_values = _base(session, tables, area.market_code, market_codes)
    moved = against_base(values, base_values)
    return IndexView(
        level=_rounded(found.level),
        index=_rounded(moved.index) if base else None,
        base=base,
        left_out=list(moved.left_out) if base else [],
        groups={group.value: round(mean, 1) for group, mean in found.groups.items()},
        weights={group.value: weight for group, weight in WEIGHTS.items()},
        components=[
            ComponentView(
                id=one.id,
                group=one.group.value,
                worst=one.worst,
                best=one.best,
                value=values.get(one.id),
                score=_rounded(found.scores.get(one.id), 3),
            )
            for one in COMPONENTS
        ],
    )


def _values(
    area: AreaView, study: StudyView | None, cashless: CashlessView | None
) -> dict[str, float | None]:
    """Return the components as they are told."""
    told = {one.id: one.value for one in area.indicators}
    known: dict[str, float | None] = {
        one.id: None if value is None else float(value)
        for one in COMPONENTS
        for value in [told.get(one.id)]
    }
    money, receipts = area["U8"], area["U9.mean"].denominator
    if money.value is not None and area.vendors_in_frame:
        known["U8.vendor"] = round(money.value / area.vendors_in_frame, 0)
    if cashless is not None:
        known |= {"CASHLESS": cashless.share, "COUNTED": cashless.counted}
    if study is not None and study.complaints is not None and receipts:
        known["COMPLAINTS"] = PER_RECEIPTS * study.complaints / receipts
    return known | {"MATCHED": match_rate(money)}


def _base(
    session: Session, tables: PeriodTables, code: str, market_codes: list[str]
) -> tuple[str, Mapping[str, float | None]]:
    """Return the first quarter that was published with all its days, and its components."""
    wanted = select(AdoptionEdition).where(
        AdoptionEdition.scheme == tables.scheme, col(AdoptionEdition.period).like("____-Q_")
    )
    if tables.known_at is not None and tables.version is not None:
        wanted = wanted.where(col(AdoptionEdition.known_at) <= tables.known_at)
    newest = {
        one.period: one
        for one in session.exec(
            wanted.order_by(col(AdoptionEdition.period), col(AdoptionEdition.version))
        )
    }
    for label, edition in list(newest.items())[:QUARTERS_TRIED]:
        quarter = edition_tables(session, edition.id or 0, Product(tables.product))
        area = quarter.areas.get(code)
        if area is None or not area.closes or not _is_whole(quarter, area):
            continue
        studies = edition_studies(session, edition.id or 0, Product(tables.product))
        survey = cashless_of(session, market_codes, quarter.window_last, quarter.known_at)
        return label, _values(area, studies.areas.get(code), survey)
    return "", {}


def _is_whole(tables: PeriodTables, area: AreaView) -> bool:
    period = Period.read(tables.period, Scheme(tables.scheme))
    assert period.length is Length.QUARTER
    return tables.window_last == period.window.last and not area.days_not_closed


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)
