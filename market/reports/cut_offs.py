"""What periods of both cut-offs tell together by subtraction: the money of half a month.

A calendar month and one that ends on the 14th overlap in half a month. Where a chain of both is told
from the first day on, or up to the last, each half follows from the ones before it. So a cell that one
cut-off has told is told by the other only where each half is safe by itself: then so is every sum of
halves that can be worked out. Source: domain.md 11.6 and 12.
"""

from datetime import datetime

from sqlmodel import Session, select

from market.adoption.disclosure.products import ProductRule
from market.adoption.indicator import Window
from market.adoption.periods import Period
from market.reports.contributions import taken_in
from market.reports.editions import edition_studies, edition_tables
from market.reports.goods_told import GoodsTold
from market.reports.guarded_sums import Cell, Guard, parts_of, told_cells
from market.reports.models import Product
from market.reports.neighbours import editions_near, halves_of
from market.reports.period_tables import Measured
from merchants.tables import Market


def between_cut_offs(
    session: Session, period: Period, made: Measured, known_at: datetime | None, rule: ProductRule
) -> frozenset[Cell]:
    """Return the cells that editions of the other cut-off told and this period must not."""
    editions = editions_near(session, period, known_at)
    told = {
        cell
        for one in editions
        if one.scheme != period.scheme.value
        for cell in told_cells(
            edition_tables(session, one.id or 0, Product.ECONOMIST),
            edition_studies(session, one.id or 0, Product.ECONOMIST),
        )
    }
    if not told:
        return frozenset()
    halves = list(halves_of(period, editions))
    span = Window(halves[0].first, halves[-1].last)
    goods = GoodsTold.of(session, span, made.goods.noted)
    # Of every market there is: in a half month after the period some may have opened since.
    codes = {id_: code for id_, code in session.exec(select(Market.id, Market.code)) if id_}
    guard = Guard.of(made, rule, codes)
    unsafe: set[Cell] = set()
    for half in halves:
        unsafe |= guard.hidden(parts_of(taken_in(session, half, known_at, goods)))
    return frozenset(unsafe & guard.once(told))
