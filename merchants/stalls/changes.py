"""Stalls one by one: add them, change what they are, close and open them, place them on the plan."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.errors import EntryRefused, StallNotFound
from merchants.events import record_event, record_events
from merchants.kinds import EventAction, StallKind, StallState
from merchants.sentences import Sentence
from merchants.stalls.codes import STALL_CODE_RULE, is_stall_code
from merchants.stalls.floor import floor_order
from merchants.stalls.floor_plan import SIDE_MAX, new_fault
from merchants.stalls.floor_positions import plan_of
from merchants.stalls.states import steps_by_hand
from merchants.stalls.words import STALL_STATE_WORDS
from merchants.stalls.zones import find_zone
from merchants.tables import Market, Stall, Zone

GOODS_CHARS_MAX, AREA_M2_MAX, ADDED_MAX = 60, 100_000, 500
POINT_M2_MIN = 3
"""A trading point in the sense of Decree 60/2024 has at least 3 m²."""
_SPAN = re.compile(r"([A-Z./\-]*)([0-9]{1,4})(?:\s*(?:-|…|đến|ĐẾN)\s*)([A-Z./\-]*)([0-9]{1,4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class StallDetails:
    """What people may change about a stall; who holds it is not among it."""

    zone_id: int | None = None
    kind: StallKind = StallKind.COUNTER
    is_fixed: bool = True
    area_m2: int | None = None
    goods_group: str = ""
    plan_x: int | None = None
    plan_y: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StallPlace:
    """A stall of a list, without anybody's name."""

    code: str
    zone_id: int | None
    zone: str
    kind: StallKind
    is_fixed: bool
    area_m2: int | None
    goods_group: str
    state: StallState
    plan_x: int | None
    plan_y: int | None


def find_stall(session: Session, market: Market, code: str) -> Stall:
    """Return a stall of this market.

    Raises:
        StallNotFound: the market has no such stall.
    """
    query = select(Stall).where(Stall.market_id == market.id, Stall.code == code)
    stall = session.exec(query).one_or_none()
    if stall is None:
        raise StallNotFound(market.code, code)
    return stall


def list_stall_places(
    session: Session,
    market: Market,
    *,
    zone_id: int | None = None,
    state: StallState | None = None,
    after: str = "",
    limit: int = 50,
) -> tuple[list[StallPlace], bool]:
    """Return a page of stalls in floor order and whether more follow: one query.

    Args:
        after: the code of the last stall of the page before.
    """
    query = (
        select(Stall, Zone.name)
        .outerjoin(Zone, col(Zone.id) == Stall.zone_id)
        .where(Stall.market_id == market.id)
    )
    if zone_id is not None:
        query = query.where(Stall.zone_id == zone_id)
    if state is not None:
        query = query.where(Stall.state == state)
    found = sorted(
        ((stall, zone or "") for stall, zone in session.exec(query)),
        key=lambda each: floor_order(each[1], each[0].code),
    )
    first = next((n for n, (stall, _) in enumerate(found, start=1) if stall.code == after), 0)
    page = [_place(stall, zone) for stall, zone in found[first : first + limit]]
    return page, len(found) > first + limit


def count_states(session: Session, market: Market) -> dict[StallState, int]:
    """Return how many stalls of a market are in each state."""
    query = (
        select(Stall.state, sa.func.count())
        .where(Stall.market_id == market.id)
        .group_by(col(Stall.state))
    )
    return {StallState(state): count for state, count in session.exec(query)}


def states_by_code(session: Session, market: Market) -> dict[str, StallState]:
    """Return the state of each stall of a market by its code."""
    query = select(Stall.code, Stall.state).where(Stall.market_id == market.id)
    return {code: StallState(state) for code, state in session.exec(query)}


def read_codes(text: str) -> list[str]:
    """Return the stall codes of a text such as ``A1, A2`` or ``A001-A024``, in its order.

    Raises:
        EntryRefused: a code breaks the rule, comes twice, or they are too many.
    """
    codes: list[str] = []
    for part in re.split(r"[,;\n]+", text.upper()):
        part = part.strip()  # noqa: PLW2901 (the same word, trimmed)
        if not part:
            continue
        span = _SPAN.fullmatch(part)
        if span and (not span[3] or span[3] == span[1]) and int(span[2]) <= int(span[4]):
            first, last = int(span[2]), int(span[4])
            if last - first >= ADDED_MAX:
                raise EntryRefused(
                    {
                        "codes": Sentence(
                            "{part}: {n} gian, mỗi lần tối đa {most}",
                            part=part,
                            n=last - first + 1,
                            most=ADDED_MAX,
                        )
                    }
                )
            codes += [f"{span[1]}{n:0{len(span[2])}}" for n in range(first, last + 1)]
        else:
            codes.append(part)
    wrong = [code for code in codes if not is_stall_code(code)]
    doubled = [code for code in codes if codes.count(code) > 1]
    if not codes:
        raise EntryRefused({"codes": "chưa có mã gian hàng"})
    if wrong:
        raise EntryRefused(
            {"codes": Sentence("mã {code}: {rule}", code=wrong[0], rule=STALL_CODE_RULE)}
        )
    if doubled:
        raise EntryRefused({"codes": Sentence("mã {code} ghi hai lần", code=doubled[0])})
    if len(codes) > ADDED_MAX:
        raise EntryRefused(
            {"codes": Sentence("{n} gian, mỗi lần tối đa {most}", n=len(codes), most=ADDED_MAX)}
        )
    return codes


def add_stalls(
    session: Session,
    market: Market,
    codes: Sequence[str],
    details: StallDetails,
    *,
    state: StallState = StallState.VACANT,
    actor: Actor,
    now: datetime,
) -> list[str]:
    """Add stalls that nobody holds yet; return their codes.

    Raises:
        EntryRefused: a stall is there already, or a detail breaks a rule.
        ZoneNotFound: the zone is of another market.
    """
    faults = _faults(session, market, details)
    query = select(Stall.code).where(Stall.market_id == market.id, col(Stall.code).in_(list(codes)))
    if known := sorted(session.exec(query)):
        shown = ", ".join(known[:5]) + (" …" if len(known) > 5 else "")
        faults["codes"] = Sentence(
            "chợ đã có {n} gian: {shown}",
            n=len(known),
            shown=shown,
        )
    if state is StallState.OCCUPIED:
        faults["state"] = "gian mới chưa có người bán: đang bán là khi có người nhận gian"
    if faults:
        raise EntryRefused(faults)
    assert market.id is not None
    values = asdict(details) | {"plan_x": None, "plan_y": None}
    stalls = [Stall(market_id=market.id, code=code, state=state, **values) for code in codes]
    session.add_all(stalls)
    session.flush()
    record_events(
        session,
        [
            {
                "action": EventAction.REGISTERED,
                "market_id": market.id,
                "stall_id": stall.id,
                "subject": "stall",
                "to_value": state.value,
            }
            for stall in stalls
        ],
        actor=actor,
        now=now,
    )
    return list(codes)


def change_stall(
    session: Session,
    market: Market,
    code: str,
    details: StallDetails,
    *,
    actor: Actor,
    now: datetime,
) -> list[str]:
    """Change what a stall is and where it lies; return the names of what changed.

    Raises:
        StallNotFound, ZoneNotFound: the market has none.
        EntryRefused: a detail breaks a rule, or the square is taken or outside of the zone.
    """
    stall = find_stall(session, market, code)
    faults = _faults(session, market, details)
    if faults:
        raise EntryRefused(faults)
    told = asdict(details)
    if details.zone_id != stall.zone_id and (details.plan_x, details.plan_y) == (
        stall.plan_x,
        stall.plan_y,
    ):
        told |= {"plan_x": None, "plan_y": None}  # its square counted from the other zone's box
    was = {name: getattr(stall, name) for name in told}
    changed = [name for name, value in told.items() if was[name] != value]
    moves = bool({"plan_x", "plan_y", "zone_id"} & set(changed))
    before = plan_of(session, market) if moves else None
    for name in changed:
        setattr(stall, name, told[name])
    session.add(stall)
    session.flush()
    if before is not None and (fault := new_fault(before, plan_of(session, market), code)):
        raise EntryRefused({"plan_x": fault})
    record_events(
        session,
        [
            {
                "action": EventAction.PLACE_CHANGED,
                "market_id": market.id,
                "stall_id": stall.id,
                "subject": f"stall:{name}",
                "from_value": _told(was[name]),
                "to_value": _told(told[name]),
            }
            for name in changed
        ],
        actor=actor,
        now=now,
    )
    return changed


def change_stall_state(
    session: Session,
    market: Market,
    code: str,
    to: StallState,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
) -> bool:
    """Open, close or reopen a stall; return whether that was news.

    Raises:
        StallNotFound: the market has no such stall.
        EntryRefused: the step is not one to take by hand: an occupied stall is left first.
    """
    stall = find_stall(session, market, code)
    if stall.state is to:
        return False
    if to not in steps_by_hand(stall.state):
        raise EntryRefused({"state": _why_not(stall, to)})
    was, stall.state = stall.state, to
    session.add(stall)
    session.flush()
    record_event(
        session,
        EventAction.STATE_CHANGED,
        actor=actor,
        now=now,
        market_id=market.id,
        stall_id=stall.id,
        subject="stall",
        from_value=was.value,
        to_value=to.value,
        note=note[:500],
    )
    return True


def _why_not(stall: Stall, to: StallState) -> str:
    if stall.state is StallState.OCCUPIED:
        return Sentence(
            "gian {code} đang có người bán: ghi người bán trả gian trước, rồi mới đóng",
            code=stall.code,
        )
    if to is StallState.OCCUPIED:
        return Sentence(
            "gian {code} chỉ thành đang bán khi có người bán nhận gian", code=stall.code
        )
    return Sentence(
        "gian {code} không đi thẳng từ {was} sang {to}",
        code=stall.code,
        was=Sentence(STALL_STATE_WORDS[stall.state][0]),
        to=Sentence(STALL_STATE_WORDS[to][0]),
    )


def _faults(session: Session, market: Market, details: StallDetails) -> dict[str, str]:
    if details.zone_id is not None:
        find_zone(session, market, details.zone_id)
    faults: dict[str, str] = {}
    if len(details.goods_group) > GOODS_CHARS_MAX:
        faults["goods_group"] = Sentence(
            "dài {n} ký tự, tối đa {most}",
            n=len(details.goods_group),
            most=GOODS_CHARS_MAX,
        )
    area = details.area_m2
    if area is not None and not 1 <= area <= AREA_M2_MAX:
        faults["area_m2"] = Sentence("{area} m²: cần từ 1 đến {most}", area=area, most=AREA_M2_MAX)
    elif area is not None and details.is_fixed and area < POINT_M2_MIN:
        faults["area_m2"] = Sentence(
            "{area} m²: điểm kinh doanh cố định có từ {point_m2_min} m² trở lên (Nghị định 60/2024); nhỏ hơn thì bỏ đánh dấu cố định",
            area=area,
            point_m2_min=POINT_M2_MIN,
        )
    if (details.plan_x is None) is not (details.plan_y is None):
        faults["plan_x"] = "vị trí cần đủ hai số, hoặc để trống cả hai"
    elif any(not 0 <= place < SIDE_MAX for place in (details.plan_x, details.plan_y) if place):
        faults["plan_x"] = Sentence("vị trí từ 0 đến {most}", most=SIDE_MAX - 1)
    return faults


def _place(stall: Stall, zone: str) -> StallPlace:
    return StallPlace(
        code=stall.code,
        zone_id=stall.zone_id,
        zone=zone,
        kind=stall.kind,
        is_fixed=stall.is_fixed,
        area_m2=stall.area_m2,
        goods_group=stall.goods_group,
        state=stall.state,
        plan_x=stall.plan_x,
        plan_y=stall.plan_y,
    )


def _told(value: object) -> str:
    return "" if value is None else str(value)
