"""The register as frames, with the dtypes the adoption figures and the reconciliation count on."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.calendars.open_days import CalendarRuleSpan, open_days
from merchants.days import market_day
from merchants.kinds import StallState
from merchants.stalls.standing import is_standing
from merchants.tables import (
    AcceptancePoint,
    CalendarCorrection,
    Market,
    MarketCalendar,
    Poster,
    RegisterEvent,
    Stall,
    StallHolding,
    Vendor,
)


def vendor_frame(session: Session, as_of: date) -> pd.DataFrame:
    """Return one row per registered vendor as things stood on a day, in the order of ids.

    ``vendor_id, market_id`` (int64), ``market_code, vendor_code, goods_group`` (str; of several
    stalls the first by code), and four booleans: ``in_frame`` holds an occupied stall on the day,
    ``consented`` by then, ``equipped`` has a poster hanging that has not ended, ``contracted`` has
    a provider contract that runs.
    """
    query = (
        sa.select(
            col(Vendor.id), col(Vendor.market_id), col(Market.code), col(Vendor.code),
            col(Vendor.consented_on),
        )
        .join(Market, col(Market.id) == Vendor.market_id)
        .order_by(col(Vendor.id))
    )  # fmt: skip
    vendors = session.execute(query).all()
    goods_of_holder = _held_stalls(session, as_of)
    equipped = _equipped(session, as_of)
    contracted = _contracted(session, as_of)
    frame = pd.DataFrame(
        {
            "vendor_id": [row[0] for row in vendors],
            "market_id": [row[1] for row in vendors],
            "market_code": [row[2] for row in vendors],
            "vendor_code": [row[3] for row in vendors],
            "in_frame": [row[0] in goods_of_holder for row in vendors],
            "consented": [row[4] is not None and row[4] <= as_of for row in vendors],
            "equipped": [row[0] in equipped for row in vendors],
            "contracted": [row[0] in contracted for row in vendors],
            "goods_group": [goods_of_holder.get(row[0], "") for row in vendors],
        }
    )
    return frame.astype(
        {
            "vendor_id": "int64",
            "market_id": "int64",
            "market_code": "str",
            "vendor_code": "str",
            "in_frame": "bool",
            "consented": "bool",
            "equipped": "bool",
            "contracted": "bool",
            "goods_group": "str",
        }
    )


def market_frame(session: Session, as_of: date) -> pd.DataFrame:
    """Return one row per market, in the order of ids.

    ``market_id`` (int64), ``market_code, market_name`` (str), ``market_class`` (int64),
    ``stalls_counted`` (Int64; missing = not counted on the ground), ``stalls_registered`` (Int64:
    those standing; missing = the market was on no list by the day).
    """
    registered = (
        sa.select(sa.func.count())
        .select_from(Stall)
        .where(col(Stall.market_id) == Market.id, is_standing())
        .scalar_subquery()
    )
    first_event = (
        sa.select(sa.func.min(col(RegisterEvent.at)))
        .where(col(RegisterEvent.market_id) == Market.id)
        .scalar_subquery()
    )
    first_holding = (
        sa.select(sa.func.min(col(StallHolding.from_on)))
        .join(Stall, col(Stall.id) == StallHolding.stall_id)
        .where(col(Stall.market_id) == Market.id)
        .scalar_subquery()
    )
    query = sa.select(
        col(Market.id), col(Market.code), col(Market.name), col(Market.market_class),
        col(Market.stalls_counted), registered, first_event, first_holding,
    ).order_by(col(Market.id))  # fmt: skip
    columns = {
        "market_id": "int64",
        "market_code": "str",
        "market_name": "str",
        "market_class": "int64",
        "stalls_counted": "Int64",
        "stalls_registered": "Int64",
    }
    rows = [
        (*told, count if _register_began(at, held_on, as_of) else None)
        for *told, count, at, held_on in session.execute(query)
    ]
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def open_day_frame(session: Session, first: date, last: date) -> pd.DataFrame:
    """Return one row per market and day: ``market_id`` (int64), ``day_on`` (datetime64), ``is_open``.

    Every day from ``first`` to ``last`` is there, both included, by market and day.
    """
    market_ids = session.exec(select(Market.id).order_by(col(Market.id))).all()
    rules = defaultdict(list)
    for rule in session.exec(select(MarketCalendar).order_by(col(MarketCalendar.id))):
        span = CalendarRuleSpan(rule.rule_type, rule.params, rule.valid_from, rule.valid_to)
        rules[rule.market_id].append(span)
    corrections: dict[int, dict[date, bool]] = defaultdict(dict)
    between = col(CalendarCorrection.day_on).between(first, last)
    for correction in session.exec(select(CalendarCorrection).where(between)):
        corrections[correction.market_id][correction.day_on] = correction.is_open
    days = pd.date_range(first, last, freq="D", unit="s")
    parts = []
    for market_id in market_ids:
        assert market_id is not None
        is_open = set(open_days(rules[market_id], corrections[market_id], first, last))
        parts.append(
            pd.DataFrame(
                {
                    "market_id": market_id,
                    "day_on": days,
                    "is_open": [day.date() in is_open for day in days],
                }
            )
        )
    if not parts:
        parts = [pd.DataFrame({"market_id": [], "day_on": days[:0], "is_open": []})]
    frame = pd.concat(parts, ignore_index=True)
    return frame.astype({"market_id": "int64", "is_open": "bool"})


def coverage_frame(session: Session, as_of: date, *, without: Collection[int] = ()) -> pd.DataFrame:
    """Return what S6 counts, one row per market: ``market_id, feeding_points, displayed_codes``.

    All int64 and about stalls audited by the day only: QR codes seen hanging there, and acceptance
    points of their holders whose ledger is read. Points elsewhere would make the share look better.
    Stalls held by vendors ``without`` whom statistics are made are left out on both sides.
    """
    audited = session.exec(
        select(Stall.market_id, Stall.displayed_codes, StallHolding.vendor_id)
        .outerjoin(
            StallHolding,
            (col(StallHolding.stall_id) == Stall.id) & _holds(as_of),
        )
        .where(col(Stall.audited_on) <= as_of, col(Stall.displayed_codes).is_not(None))
    ).all()
    feeding: dict[int, int] = defaultdict(int)
    is_feeding = (
        (col(AcceptancePoint.feed_provider) != "")
        & (col(AcceptancePoint.valid_from) <= as_of)
        & (col(AcceptancePoint.valid_to).is_(None) | (col(AcceptancePoint.valid_to) >= as_of))
    )
    for vendor_id in session.exec(select(AcceptancePoint.vendor_id).where(is_feeding)):
        feeding[vendor_id] += 1
    displayed: dict[int, int] = defaultdict(int)
    holders: dict[int, set[int]] = defaultdict(set)
    for market_id, codes, vendor_id in audited:
        if vendor_id in without:
            continue
        displayed[market_id] += codes or 0
        if vendor_id is not None:
            holders[market_id].add(vendor_id)
    market_ids = [each for each in session.exec(select(Market.id).order_by(col(Market.id))) if each]
    return pd.DataFrame(
        {
            "market_id": market_ids,
            "feeding_points": [sum(feeding[v] for v in holders[m]) for m in market_ids],
            "displayed_codes": [displayed[m] for m in market_ids],
        }
    ).astype("int64")


def _register_began(first_event: datetime | None, first_holding: date | None, on: date) -> bool:
    """Say whether a market's register knew of anything by a day: a stall held, or a word written down.

    Stalls have no day of their own: before that one, today's would be told of a time without a list.
    """
    known = [] if first_event is None else [market_day(first_event)]
    known += [] if first_holding is None else [first_holding]
    return min(known, default=on) <= on


def _holds(as_of: date) -> sa.ColumnElement[bool]:
    return (col(StallHolding.from_on) <= as_of) & (
        col(StallHolding.to_on).is_(None) | (col(StallHolding.to_on) >= as_of)
    )


def _held_stalls(session: Session, as_of: date) -> dict[int, str]:
    """Return the goods group of each vendor who holds an occupied stall on the day.

    A holding that has ended since tells of a stall that was occupied then, whatever it is now.
    """
    query = (
        select(StallHolding.vendor_id, Stall.goods_group)
        .join(Stall, col(Stall.id) == StallHolding.stall_id)
        .where(
            _holds(as_of),
            (col(Stall.state) == StallState.OCCUPIED) | col(StallHolding.to_on).is_not(None),
        )
        .order_by(col(Stall.code).desc())
    )
    return dict(session.exec(query).all())


def _equipped(session: Session, as_of: date) -> set[int]:
    query = select(Poster.vendor_id).where(
        col(Poster.installed_on) <= as_of,
        col(Poster.ended_on).is_(None) | (col(Poster.ended_on) > as_of),
    )
    return set(session.exec(query))


def _contracted(session: Session, as_of: date) -> set[int]:
    query = select(AcceptancePoint.vendor_id).where(
        AcceptancePoint.provider_contract_no != "",
        col(AcceptancePoint.valid_to).is_(None) | (col(AcceptancePoint.valid_to) >= as_of),
        col(AcceptancePoint.contract_from) <= as_of,
        col(AcceptancePoint.contract_to).is_(None) | (col(AcceptancePoint.contract_to) >= as_of),
    )
    return set(session.exec(query))
