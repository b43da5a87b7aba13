"""Which markets there were by a day, and what happened to them inside a window; in words too."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.indicator import Window
from market.i18n import Translator, day, num
from market.reports.models import AreaView, BorderView
from merchants.calendars.market_spans import closed_spells, market_spans
from merchants.markets.communes import communes_of
from merchants.tables import CalendarCorrection, Market, MarketCalendar, Vendor
from reconciliation.bulk import one_of, table_of
from reconciliation.tables import AdoptionVendorDay

MARKETS_NAMED = 8
FARTHEST_COMPARED = timedelta(days=400)
"""Nothing a period is compared with is further back, be it the year before or last year's Tết."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MarketChange:
    """What of a market began or ended inside a window; ``None`` and empty = nothing."""

    opened_on: date | None
    closed_on: date | None
    """The last market day, also where it came before the window and nobody met since."""
    borders: tuple[BorderView, ...]


def markets_there(session: Session, by: date) -> dict[str, Market]:
    """Return the markets that had opened by a day, by code: the others are no part of what it tells.

    One that took money earlier, or was said to meet, was there too, whatever its calendar says.
    """
    first_day = (
        sa.select(sa.func.coalesce(sa.func.min(col(MarketCalendar.valid_from)), date.min))
        .where(col(MarketCalendar.market_id) == Market.id)
        .scalar_subquery()
    )
    found = list(session.exec(select(Market, first_day).order_by(col(Market.code))))
    later = {market.id for market, opened_on in found if opened_on > by}
    if later:
        received, vendor = table_of(AdoptionVendorDay).c, table_of(Vendor).c
        corrected = table_of(CalendarCorrection).c
        later -= {
            *session.execute(
                sa.select(vendor.market_id)
                .join(table_of(AdoptionVendorDay), received.vendor_id == vendor.id)
                .where(one_of(session, vendor.market_id, later), received.business_date <= by)
                .distinct()
            ).scalars(),
            *session.execute(
                sa.select(corrected.market_id)
                .where(one_of(session, corrected.market_id, later))
                .where(corrected.day_on <= by, corrected.is_open)
            ).scalars(),
        }
    return {market.code: market for market, _opened_on in found if market.id not in later}


def changes_of(
    session: Session, markets: Mapping[str, Market], window: Window
) -> dict[str, MarketChange]:
    """Return by market code what changed after the window's first day, to its last: three queries."""
    spans, spells = market_spans(session), closed_spells(session)
    communes = communes_of(session, list(markets.values()))
    found = {}
    for code, market in markets.items():
        closed = [(first, last or date.max) for id_, first, last in spells if id_ == market.id]
        began = {spans[market.id or 0].opened_on} if market.id in spans else set()
        began |= {
            last + _ONE_DAY for first, last in closed if first <= window.first <= last < date.max
        }
        ended = [first - _ONE_DAY for first, last in closed if first <= window.last <= last]
        own = communes[market.id or 0]
        found[code] = MarketChange(
            opened_on=max((on for on in began if window.first < on <= window.last), default=None),
            closed_on=max(ended, default=None),
            borders=tuple(
                BorderView(
                    on=after.from_on,
                    left_code=before.code,
                    left=before.name,
                    joined_code=after.code,
                    joined=after.name,
                )
                for before, after in itertools.pairwise(own)
                if window.first < after.from_on <= window.last
            ),
        )
    return found


def has_a_row(area: AreaView, first: date) -> bool:
    """Say whether tables of a period that begins on a day tell of a market among others.

    One that closed too long ago to be compared with would else stand in them, empty, for ever.
    """
    if area.closed_on is None or not area.was_closed:
        return True
    return first - area.closed_on <= FARTHEST_COMPARED


def change_words(areas: Sequence[AreaView], _: Translator) -> list[str]:
    """Return a sentence for each market that changed; of more than are named, how many more."""
    told = [words for area in areas for words in _of_market(area, _)]
    shown = told[:MARKETS_NAMED]
    if len(told) > len(shown):
        shown.append(_("Còn {n} thay đổi nữa, xem trong bảng tính.", n=num(len(told) - len(shown))))
    return shown


def _of_market(area: AreaView, _: Translator) -> list[str]:
    told = []
    if area.opened_on:
        told.append(
            _(
                "{market} mở ngày {on}: số liệu chỉ gồm những ngày từ đó.",
                market=area.market_name,
                on=day(area.opened_on),
            )
        )
    if area.closed_on and area.was_closed:
        told.append(
            _(
                "{market} đã đóng, phiên cuối ngày {on}: kỳ này không còn điểm kinh doanh và tiểu thương nào ở chợ.",
                market=area.market_name,
                on=day(area.closed_on),
            )
        )
    elif area.closed_on:
        told.append(
            _(
                "{market} họp phiên cuối trước khi đóng, ngày {on}: số liệu chỉ gồm những ngày đến đó.",
                market=area.market_name,
                on=day(area.closed_on),
            )
        )
    told += [
        _(
            "{market} thuộc {left} đến hết {before}, thuộc {joined} từ {on}; kỳ này xếp theo đơn vị mới.",
            market=area.market_name,
            left=f"{border.left} ({border.left_code})",
            before=day(border.on - _ONE_DAY),
            joined=f"{border.joined} ({border.joined_code})",
            on=day(border.on),
        )
        for border in area.borders
    ]
    return told
