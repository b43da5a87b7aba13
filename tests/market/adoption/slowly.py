"""The indicators again, word by word from domain.md 11.3, in plain Python and without frames."""

from datetime import date, timedelta
from fractions import Fraction
from statistics import median

from tests.market.adoption.worlds import World

Value = Fraction | int | None


def slowly(world: World, market_ids: set[int]) -> dict[str, Value]:
    """Return every indicator of the month's report: exact fractions, whole đồng, ``None``."""
    told = _supply(world, market_ids) | use_slowly(world, market_ids)
    return {id_: value for id_, value in told.items() if id_ not in {"U2", "U4", "U6"}}


def use_slowly(world: World, market_ids: set[int]) -> dict[str, Value]:
    """Return U1 to U9 of the given markets."""
    return _use(world, _with_closed_days(world, market_ids))


def _with_closed_days(world: World, market_ids: set[int]) -> set[int]:
    first, last = world.window.first, world.window.last
    return {
        market
        for market, day, _, is_closed, _ in world.days
        if market in market_ids and is_closed and first <= day <= last
    }


def _last_day(world: World, market_id: int) -> date:
    """Return the newest closed day where market days after it wait, else the window's last day."""
    first, last = world.window.first, world.window.last
    days = [row for row in world.days if row[0] == market_id and first <= row[1] <= last]
    newest = max(day for _, day, _, is_closed, _ in days if is_closed)
    waits = any(is_open and not is_closed for _, day, is_open, is_closed, _ in days if day > newest)
    return newest if waits else last


def _supply(world: World, market_ids: set[int]) -> dict[str, Value]:
    counted = [m for m in world.markets if m[0] in market_ids and m[2] is not None]
    frame = [v for v in world.vendors if v[1] in market_ids and v[2]]
    covered = [c for c in world.coverage if c[0] in market_ids]
    return {
        "S1": _divide(sum(m[3] for m in counted), sum(m[2] for m in counted)),
        "S2": _divide(len([v for v in frame if v[3]]), len(frame)),
        "S3": _divide(len([v for v in frame if v[4]]), len(frame)),
        "S4": _divide(len([v for v in frame if v[5]]), len(frame)),
        "S6": _divide(sum(c[1] for c in covered), sum(c[2] for c in covered)),
    }


def _use(world: World, market_ids: set[int]) -> dict[str, Value]:
    first, last = world.window.first, world.window.last
    frame = {v[0] for v in world.vendors if v[1] in market_ids and v[2]}
    equipped = {v[0] for v in world.vendors if v[1] in market_ids and v[2] and v[4]}
    receipts = [r for r in world.receipts if r[1] in market_ids]
    in_period = [r for r in receipts if first <= r[2] <= last]
    ends = {market: _last_day(world, market) for market in market_ids}
    recent = {r[0] for r in receipts if timedelta(0) <= ends[r[1]] - r[2] < timedelta(days=30)}
    in_90_days = {r[0] for r in receipts if timedelta(0) <= ends[r[1]] - r[2] < timedelta(days=90)}
    ever = {f[0] for f in world.first_receipts if f[1] in ends and f[2] <= ends[f[1]]}
    market_days = [
        (market, day)
        for market, day, is_open, is_closed, _ in world.days
        if market in market_ids and is_open and is_closed and first <= day <= last
    ]

    regular = set()
    for vendor in frame:
        own = [
            (market, day)
            for market, day in market_days
            if any(
                held == vendor and at == market and begun <= day and (end is None or day <= end)
                for held, at, begun, end in world.trading
            )
        ]
        paid_on = [
            1 for key in own if any((r[1], r[2]) == key and r[0] == vendor for r in receipts)
        ]
        if own and Fraction(len(paid_on), len(own)) >= Fraction(1, 2):
            regular.add(vendor)

    shares = []
    vendor_days = 0
    receiving = {r[0] for r in in_period}
    for market, day in market_days:
        traders = {
            vendor
            for vendor, at, begun, end in world.trading
            if at == market and begun <= day and (end is None or day <= end)
        }
        paid = {r[0] for r in in_period if r[1] == market and r[2] == day}
        if traders:
            shares.append(Fraction(len(traders & paid), len(traders)))
        vendor_days += len(traders & receiving)

    amounts = [r[3] for r in in_period]
    bands = [
        [a for a in amounts if a <= 20_000],
        [a for a in amounts if 20_000 < a <= 50_000],
        [a for a in amounts if 50_000 < a <= 200_000],
        [a for a in amounts if 200_000 < a <= 1_000_000],
        [a for a in amounts if a > 1_000_000],
    ]
    return {
        "U1": _divide(len(frame & recent), len(frame)),
        "U2": _divide(len(frame & in_90_days), len(frame)),
        "U4": _divide(len(regular), len(frame)),
        "U6": _divide(len(equipped - in_90_days), len(equipped)),
        "U3": sum(shares, Fraction(0)) / len(shares) if shares else None,
        "U5": _divide(len(equipped & ever), len(equipped)),
        "U7": _divide(len(in_period), vendor_days),
        "U8": _whole(_divide(sum(amounts), len(market_days))),
        "U9.median": _whole(median([Fraction(a) for a in amounts])) if amounts else None,
        "U9.mean": _whole(_divide(sum(amounts), len(amounts))),
        **{f"U9.band_{n}": _divide(len(b), len(amounts)) for n, b in enumerate(bands, 1)},
    }


def _divide(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def _whole(value: Fraction | None) -> int | None:
    if value is None:
        return None
    floor = value.numerator // value.denominator
    return floor + 1 if value - floor >= Fraction(1, 2) else floor
