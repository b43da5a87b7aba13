"""Where vendors of a market pay cash into an account or draw it: the market's own directory.

From its first entry on a directory is taken for whole, so that a day with no open point is a day
with 0 of them. A market without an entry says nothing, unless somebody looked and found none:
``Market.no_cash_points_on``.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.days import market_day
from merchants.entries import Faults
from merchants.errors import CashPointNotFound
from merchants.events import record_event
from merchants.find import find_market
from merchants.kinds import CashPointKind, CashService, EventAction
from merchants.masking import without_numbers
from merchants.sentences import Sentence
from merchants.tables import CashPoint, Market

PROVIDER_CHARS_MAX, NAME_CHARS_MAX, PLACE_CHARS_MAX, HOURS_CHARS_MAX = 60, 120, 120, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCashPoint:
    """A point as it is to be added; place and hours may be empty."""

    kind: CashPointKind
    service: CashService
    provider: str
    name: str
    place: str = ""
    hours: str = ""
    from_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CashPointEntry:
    """A point of the directory, and who wrote it down."""

    id: int
    kind: CashPointKind
    service: CashService
    provider: str
    name: str
    place: str
    hours: str
    from_on: date
    to_on: date | None
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class CashPoints:
    """A market's directory on a day."""

    open: tuple[CashPointEntry, ...]
    """By name."""
    closed: tuple[CashPointEntry, ...]
    """The last one closed first."""
    none_on: date | None
    """The first day somebody looked and found none; ``None`` = nobody said so."""

    @property
    def is_known(self) -> bool:
        """Say whether anybody ever looked."""
        return bool(self.open or self.closed or self.none_on)


def add_cash_point(
    session: Session, market_code: str, new: NewCashPoint, *, actor: Actor, now: datetime
) -> CashPoint:
    """Add a point to a market's directory and return it.

    That somebody found none on a later day is forgotten: the two cannot both be true.

    Raises:
        MarketNotFound: no market has this code.
        EntryRefused: a text is missing, too long, holds a number to call, or the point is there.
    """
    market = find_market(session, market_code, for_update=True)
    assert market.id is not None
    faults = Faults()
    provider = _text(faults, "provider", new.provider, PROVIDER_CHARS_MAX, "Ghi tên đơn vị")
    name = _text(faults, "name", new.name, NAME_CHARS_MAX, "Ghi tên điểm")
    place = _text(faults, "place", new.place, PLACE_CHARS_MAX)
    hours = _text(faults, "hours", new.hours, HOURS_CHARS_MAX)
    _check_day(faults, "from_on", new.from_on, now)
    same = select(CashPoint.id).where(
        CashPoint.market_id == market.id,
        CashPoint.provider == provider,
        CashPoint.name == name,
        CashPoint.place == place,
        col(CashPoint.to_on).is_(None),
    )
    if session.exec(same).first() is not None:
        faults.say("name", Sentence("Chợ đã ghi điểm “{name}” ở chỗ này", name=name))
    faults.refuse_any()
    point = CashPoint(
        market_id=market.id,
        kind=new.kind,
        service=new.service,
        provider=provider,
        name=name,
        place=place,
        hours=hours,
        from_on=new.from_on,
        added_at=now,
        added_by=str(actor),
    )
    session.add(point)
    session.flush()
    _remember(session, point, to_value=f"open {new.from_on}", actor=actor, now=now)
    if market.no_cash_points_on is not None and market.no_cash_points_on >= new.from_on:
        _set_none_on(session, market, None, actor=actor, now=now)
    return point


def close_cash_point(
    session: Session,
    market_code: str,
    cash_point_id: int,
    *,
    to_on: date,
    actor: Actor,
    now: datetime,
) -> CashPoint:
    """Say on which day a point served last; said again, the last word counts.

    Raises:
        CashPointNotFound: the market has no such point.
        EntryRefused: the day lies before the point's first, or has not come.
    """
    point = find_cash_point(session, market_code, cash_point_id)
    faults = Faults()
    faults.span("to_on", point.from_on, to_on)
    _check_day(faults, "to_on", to_on, now)
    faults.refuse_any()
    if point.to_on != to_on:
        point.to_on = to_on
        session.add(point)
        session.flush()
        _remember(session, point, to_value=f"closed {to_on}", actor=actor, now=now)
    return point


def remove_cash_point(
    session: Session, market_code: str, cash_point_id: int, *, actor: Actor, now: datetime
) -> None:
    """Take out a point that never was: it counts on no day, and the log alone remembers it.

    Raises:
        CashPointNotFound: the market has no such point.
    """
    point = find_cash_point(session, market_code, cash_point_id)
    _remember(session, point, from_value=point.name, actor=actor, now=now)
    session.delete(point)
    session.flush()


def say_no_cash_points(
    session: Session, market_code: str, on: date | None, *, actor: Actor, now: datetime
) -> None:
    """Say that somebody looked round on a day and found no point; ``None`` = take it back.

    Of several such days the first one is kept: from it on the directory is known.

    Raises:
        MarketNotFound: no market has this code.
        EntryRefused: the day has not come, or a point of the directory served on it.
    """
    market = find_market(session, market_code, for_update=True)
    if on is not None:
        faults = Faults()
        _check_day(faults, "on", on, now)
        serving = [one for one in _rows(session, market) if _serves(one, on)]
        if serving:
            faults.say(
                "on",
                Sentence(
                    "Ngày {on:%d/%m/%Y} sổ đang ghi {n} điểm. Điểm đã nghỉ thì ghi ngày nghỉ trước",
                    on=on,
                    n=len(serving),
                ),
            )
        faults.refuse_any()
        on = min(on, market.no_cash_points_on or on)
    _set_none_on(session, market, on, actor=actor, now=now)


def cash_points_of(session: Session, market: Market, on: date) -> CashPoints:
    """Return a market's directory as it stands on a day; one query."""
    entries = [_entry(row) for row in _rows(session, market)]
    closed = [one for one in entries if one.to_on is not None and one.to_on < on]
    return CashPoints(
        open=tuple(sorted((one for one in entries if one not in closed), key=_by_name)),
        closed=tuple(sorted(closed, key=lambda one: one.to_on or on, reverse=True)),
        none_on=market.no_cash_points_on,
    )


def find_cash_point(session: Session, market_code: str, cash_point_id: int) -> CashPoint:
    """Return a point of a market; raise ``CashPointNotFound``, also when it is another market's."""
    point = session.exec(
        select(CashPoint)
        .join(Market, col(Market.id) == col(CashPoint.market_id))
        .where(Market.code == market_code, CashPoint.id == cash_point_id)
    ).one_or_none()
    if point is None:
        raise CashPointNotFound(market_code, cash_point_id)
    return point


def _rows(session: Session, market: Market) -> list[CashPoint]:
    query = select(CashPoint).where(CashPoint.market_id == market.id).order_by(col(CashPoint.id))
    return list(session.exec(query))


def _serves(point: CashPoint, on: date) -> bool:
    return point.from_on <= on and (point.to_on is None or on <= point.to_on)


def _entry(row: CashPoint) -> CashPointEntry:
    return CashPointEntry(**row.model_dump(exclude={"market_id"}))


def _by_name(point: CashPointEntry) -> tuple[str, str]:
    return point.name.casefold(), point.provider.casefold()


def _text(faults: Faults, field: str, value: str, length_max: int, needed: str = "") -> str:
    text = faults.text(field, value, length_max=length_max, needed=needed)
    if without_numbers(text) != text:
        # Whoever keeps such a point keeps it under their own number; the directory is read by all.
        faults.say(field, "Không ghi số điện thoại hay số tài khoản ở đây")
    return text


def _check_day(faults: Faults, field: str, day: date, now: datetime) -> None:
    today = market_day(now)
    if day > today:
        faults.say(
            field,
            Sentence("Ngày {day:%d/%m/%Y} chưa đến, ghi khi đã thấy tại chợ", day=day),
        )


def _set_none_on(
    session: Session, market: Market, on: date | None, *, actor: Actor, now: datetime
) -> None:
    was = market.no_cash_points_on
    if was == on:
        return
    market.no_cash_points_on = on
    session.add(market)
    session.flush()
    record_event(
        session,
        EventAction.PLACE_CHANGED,
        actor=actor,
        now=now,
        market_id=market.id,
        subject="market:no_cash_points_on",
        from_value=was.isoformat() if was else "",
        to_value=on.isoformat() if on else "",
    )


def _remember(
    session: Session,
    point: CashPoint,
    *,
    from_value: str = "",
    to_value: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    record_event(
        session,
        EventAction.PLACE_CHANGED,
        actor=actor,
        now=now,
        market_id=point.market_id,
        subject=f"cash_point:{point.id}",
        from_value=from_value,
        to_value=to_value,
    )
