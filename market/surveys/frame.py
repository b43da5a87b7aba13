"""Of what a survey is drawn: the stalls in use and the open days of its markets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from market.adoption.survey.strata import FrameStall
from merchants.calendars.market_calendars import calendars_of
from merchants.errors import MarketNotFound
from merchants.kinds import StallState
from merchants.stalls.floor import floor_order
from merchants.tables import Market, Stall, Zone


@dataclass(frozen=True)
class Frame:
    """The stalls of some markets, and the days on which they may be asked."""

    markets: Mapping[str, Market]
    stalls: Sequence[FrameStall]
    open_days: Mapping[str, Sequence[date]]
    """By market code."""
    walk: Mapping[tuple[str, str], tuple[int, int]]
    """By market and stall code: the stall's id, and where it comes on a walk through its market."""


def read_frame(
    session: Session, market_codes: Collection[str], first: date, last: date, large_m2: int
) -> Frame:
    """Return the stalls in use and the market days of some markets: four queries for any number.

    Raises:
        MarketNotFound: one of the markets does not exist.
    """
    wanted = sorted(set(market_codes))
    told = select(Market).where(col(Market.code).in_(wanted)).order_by(col(Market.code))
    markets = {one.code: one for one in session.exec(told)}
    for code in wanted:
        if code not in markets:
            raise MarketNotFound(code)
    names = {one.id: one.code for one in markets.values()}
    rows = session.exec(
        select(Stall, Zone.name)
        .outerjoin(Zone, col(Zone.id) == col(Stall.zone_id))
        .where(
            col(Stall.market_id).in_([one.id for one in markets.values()]),
            Stall.state == StallState.OCCUPIED,
        )
    ).all()
    ordered = sorted(rows, key=lambda row: floor_order(row[1] or "", row[0].code))
    calendars = calendars_of(session, first, last)
    return Frame(
        markets=markets,
        stalls=[
            FrameStall(
                names[stall.market_id],
                stall.code,
                stall.goods_group.strip(),
                is_large=stall.area_m2 is not None and stall.area_m2 >= large_m2,
            )
            for stall, _ in ordered
        ],
        open_days={
            code: calendars[one.id].open_days(first, last) if one.id in calendars else []
            for code, one in markets.items()
        },
        walk={
            (names[stall.market_id], stall.code): (stall.id or 0, place)
            for place, (stall, _) in enumerate(ordered)
        },
    )
