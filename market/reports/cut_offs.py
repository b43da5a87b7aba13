"""What periods of both cut-offs tell together by subtraction: the money of half a month.

A calendar month and one that ends on the 14th overlap in half a month. Where a chain of both is told
from the first day on, or up to the last, each half follows from the ones before it. So a cell that one
cut-off has told is told by the other only where each half is safe by itself: then so is every sum of
halves that can be worked out. Source: domain.md 11.6 and 12.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.disclosure.figures import MONEY, same_areas
from market.adoption.disclosure.products import ProductRule
from market.adoption.disclosure.protect import protect
from market.adoption.disclosure.publishing import merge_small_categories
from market.adoption.disclosure.tables import Key
from market.adoption.indicator import Window
from market.adoption.periods import Length, Period, Scheme
from market.reports.differences import difference_tables, money_cells
from market.reports.editions import edition_tables
from market.reports.models import Product
from market.reports.period_tables import Measured
from market.reports.received import received_in
from market.tables import AdoptionEdition
from merchants.tables import Market


def between_cut_offs(
    session: Session, period: Period, made: Measured, known_at: datetime | None, rule: ProductRule
) -> frozenset[tuple[str, ...]]:
    """Return the cells of money that editions of the other cut-off told and this period must not."""
    editions = _editions_near(session, period, known_at)
    members = {code: group.market_codes for code, group in made.groups.items()}
    same = same_areas(sorted(made.markets), members)
    told = {
        (same.get(area, area), category)
        for one in editions
        if one.scheme != period.scheme.value
        for area, category in money_cells(edition_tables(session, one.id or 0, Product.ECONOMIST))
    }
    if not told:
        return frozenset()
    windows = [Period.read(one.period, Scheme(one.scheme)).window for one in editions]
    windows.append(period.window)
    span = Window(min(one.first for one in windows), max(one.last for one in windows))
    unsafe: set[Key] = set()
    for half in _halves(span):
        unsafe |= _hidden_in_half(session, half, made, known_at, rule)
    return frozenset((MONEY, *key) for key in unsafe & told)


def _editions_near(
    session: Session, period: Period, known_at: datetime | None
) -> list[AdoptionEdition]:
    """Return the editions of either cut-off of the years a period lies in."""
    window = period.window
    years = {f"{on.year:04}" for on in (window.first, window.last)}
    years.add(Period.holding(window.last, Length.YEAR, period.scheme).label)
    wanted = select(AdoptionEdition).where(
        sa.or_(*(col(AdoptionEdition.period).startswith(year) for year in sorted(years)))
    )
    if known_at is not None:
        wanted = wanted.where(col(AdoptionEdition.known_at) <= known_at)
    return list(session.exec(wanted.order_by(col(AdoptionEdition.id))))


def _halves(span: Window) -> Iterator[Window]:
    """Yield the halves of months, up to the 14th and from the 15th on, that lie in a span."""
    first = span.first
    while first <= span.last:
        following = (
            first.replace(day=15)
            if first.day < 15
            else date(first.year + first.month // 12, first.month % 12 + 1, 1)
        )
        yield Window(first, min(following - timedelta(days=1), span.last))
        first = following


def _hidden_in_half(
    session: Session, half: Window, made: Measured, known_at: datetime | None, rule: ProductRule
) -> set[Key]:
    """Return what of a half month would have to be hidden, were it told by itself."""
    groups = made.facts.groups
    ids = groups["vendor_id"].tolist()
    goods: dict[int, str] = dict(zip(ids, groups["goods_group"].tolist(), strict=True))
    holdings = dict(zip(ids, groups["holding"].tolist(), strict=True))
    # Of every market there is: in a half month after the period some may have opened since.
    names = dict(session.exec(select(Market.id, Market.code)).all())
    merged = dict(_merged(made, rule))
    told_as = {vendor: merged.get(own, own) for vendor, own in goods.items()}
    rows = [
        (
            (names[market], told_as.get(vendor, "")),
            holdings.get(vendor) or f"#{vendor}",
            value,
        )
        for vendor, market, value in received_in(session, half, known_at).vendors
    ]
    return set(protect(difference_tables(made, rows), rule.cell).hidden) if rows else set()


def _merged(made: Measured, rule: ProductRule) -> Iterator[tuple[str, str]]:
    """Yield under which name each goods group is told in the period."""
    rows = [((one.goods_group,), one.holding, one.value_vnd) for one in made.takings]
    told = merge_small_categories(rows, 0, rule.cell.holdings_min)
    for before, after in zip(rows, told, strict=True):
        yield before[0][0], after[0][0]
