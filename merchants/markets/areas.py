"""Area groups: named sets of markets that reports are made for, such as a former district.

A group names markets, not borders, and says in its caveat what that leaves unsaid: the nine new
communes on the ground of old Văn Yên are larger than it was (domain.md section 8).
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.admin_units.lists import van_yen_lists
from merchants.admin_units.lookup import take_units
from merchants.errors import AreaNotFound, EntryRefused
from merchants.events import record_event, record_events
from merchants.find import find_market
from merchants.kinds import EventAction
from merchants.markets.communes import CommuneSpan, communes_of
from merchants.markets.periods import Period
from merchants.sentences import Sentence
from merchants.tables import AreaGroup, AreaGroupMarket, Market

AREA_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
CODE_CHARS_MAX, NAME_CHARS_MAX, CAVEAT_CHARS_MAX, BASIS_CHARS_MAX = 20, 120, 500, 200
VAN_YEN = "VAN-YEN-CU"
VAN_YEN_NAME = "địa bàn huyện Văn Yên (cũ)"
VAN_YEN_CAVEAT = (
    "Tính theo các chợ nằm trong 9 xã mới từ 01/07/2025. Chín xã này rộng hơn huyện Văn Yên cũ: "
    "xã Mỏ Vàng mới gồm cả xã An Lương, trước thuộc huyện Văn Chấn."
)
VAN_YEN_BASIS = "Sắp xếp từ 01/07/2025, mã theo QĐ 19/2025/QĐ-TTg; cần đối chiếu văn bản gốc"


@dataclass(frozen=True, slots=True)
class AreaMember:
    """A market of an area and the days it belongs to it."""

    market_code: str
    market_name: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An area group with everything that ever belonged to it, by market and day."""

    code: str
    name: str
    caveat: str
    legal_basis: str
    members: tuple[AreaMember, ...]

    def markets_on(self, on: date) -> list[str]:
        """Return the codes of the markets that belong to it on a day, sorted."""
        return sorted(
            {
                member.market_code
                for member in self.members
                if Period(member.from_on, member.to_on).covers(on)
            }
        )


def list_areas(session: Session) -> list[Area]:
    """Return all areas in the order they were made: one query, however many there are."""
    query = (
        sa.select(
            AreaGroup,
            col(AreaGroupMarket.from_on),
            col(AreaGroupMarket.to_on),
            col(Market.code),
            col(Market.name),
        )
        .outerjoin(AreaGroupMarket, col(AreaGroupMarket.area_group_id) == AreaGroup.id)
        .outerjoin(Market, col(Market.id) == AreaGroupMarket.market_id)
        .order_by(col(AreaGroup.id), col(Market.code), col(AreaGroupMarket.from_on))
    )
    groups: list[AreaGroup] = []
    members: dict[int | None, list[AreaMember]] = defaultdict(list)
    for group, from_on, to_on, code, name in session.execute(query):
        if not groups or groups[-1].id != group.id:
            groups.append(group)
        if code is not None:
            members[group.id].append(AreaMember(code, name, from_on, to_on))
    return [
        Area(
            code=group.code,
            name=group.name,
            caveat=group.caveat,
            legal_basis=group.legal_basis,
            members=tuple(members[group.id]),
        )
        for group in groups
    ]


def areas_within(areas: Iterable[Area], codes: Collection[str] | None, on: date) -> list[Area]:
    """Return the areas whose markets of a day lie all among these codes; ``None`` = all areas."""
    return [area for area in areas if codes is None or set(area.markets_on(on)) <= set(codes)]


def find_area(session: Session, code: str) -> Area:
    """Return one area.

    Raises:
        AreaNotFound: no area has the code.
    """
    found = next((area for area in list_areas(session) if area.code == code), None)
    if found is None:
        raise AreaNotFound(code)
    return found


def save_area(
    session: Session,
    *,
    code: str,
    name: str,
    caveat: str = "",
    legal_basis: str = "",
    is_new: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Make an area, or change what is said about it.

    Raises:
        EntryRefused: a field breaks a rule, or a new area has the code of another.
        AreaNotFound: no area has the code that is to be changed.
    """
    faults: dict[str, str] = {}
    if not AREA_CODE.fullmatch(code) or len(code) > CODE_CHARS_MAX:
        faults["code"] = Sentence(
            "cần 1 đến {most} chữ cái A-Z, chữ số và dấu gạch, như VAN-YEN-CU",
            most=CODE_CHARS_MAX,
        )
    if not name:
        faults["name"] = "chưa có tên"
    for field, text, most in (
        ("name", name, NAME_CHARS_MAX),
        ("caveat", caveat, CAVEAT_CHARS_MAX),
        ("legal_basis", legal_basis, BASIS_CHARS_MAX),
    ):
        if len(text) > most:
            faults[field] = Sentence("dài {n} ký tự, tối đa {most}", n=len(text), most=most)
    group = session.exec(select(AreaGroup).where(AreaGroup.code == code)).one_or_none()
    if is_new and group is not None:
        faults["code"] = Sentence("mã {code} đã là {name}", code=code, name=group.name)
    if faults:
        raise EntryRefused(faults)
    if group is None and not is_new:
        raise AreaNotFound(code)
    group = group or AreaGroup(code=code, name=name)
    if not is_new and (group.name, group.caveat, group.legal_basis) == (name, caveat, legal_basis):
        return
    group.name, group.caveat, group.legal_basis = name, caveat, legal_basis
    session.add(group)
    session.flush()
    record_event(
        session, EventAction.PLACE_CHANGED, actor=actor, now=now, subject=f"area:{code}",
        to_value=name,
    )  # fmt: skip


def add_member(
    session: Session,
    area_code: str,
    market_code: str,
    *,
    from_on: date,
    to_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> bool:
    """Let a market belong to an area from a day on; return whether that was news.

    Raises:
        AreaNotFound, MarketNotFound: there is none.
        EntryRefused: the market belongs to it on some of those days already, or they end before
            they begin.
    """
    group, market = _group(session, area_code), find_market(session, market_code)
    if to_on is not None and to_on < from_on:
        raise EntryRefused(
            {
                "to_on": Sentence(
                    "{to_on:%d/%m/%Y} đứng trước ngày bắt đầu {from_on:%d/%m/%Y}",
                    to_on=to_on,
                    from_on=from_on,
                )
            }
        )
    new = Period(from_on, to_on)
    for row in _memberships(session, group, market):
        if (row.from_on, row.to_on) == (from_on, to_on):
            return False
        if Period(row.from_on, row.to_on).meets(new):
            until = (
                Sentence("đến {to_on:%d/%m/%Y}", to_on=row.to_on)
                if row.to_on
                else Sentence("đến nay")
            )
            raise EntryRefused(
                {
                    "from_on": Sentence(
                        "chợ {name} đã thuộc từ {from_on:%d/%m/%Y} {until}",
                        name=market.name,
                        from_on=row.from_on,
                        until=until,
                    )
                }
            )
    assert group.id is not None
    assert market.id is not None
    session.add(
        AreaGroupMarket(area_group_id=group.id, market_id=market.id, from_on=from_on, to_on=to_on)
    )
    session.flush()
    _record_member(session, group, market, f"from {from_on.isoformat()}", actor=actor, now=now)
    return True


def end_member(
    session: Session, area_code: str, market_code: str, *, to_on: date, actor: Actor, now: datetime
) -> None:
    """Let a market belong to an area up to and with a day.

    Raises:
        AreaNotFound, MarketNotFound: there is none.
        EntryRefused: it does not belong to it on the day.
    """
    group, market = _group(session, area_code), find_market(session, market_code)
    held = [
        row
        for row in _memberships(session, group, market)
        if Period(row.from_on, row.to_on).covers(to_on)
    ]
    if not held:
        raise EntryRefused(
            {
                "to_on": Sentence(
                    "chợ {name} không thuộc vào ngày {to_on:%d/%m/%Y}",
                    name=market.name,
                    to_on=to_on,
                )
            }
        )
    held[0].to_on = to_on
    session.add(held[0])
    session.flush()
    _record_member(session, group, market, f"to {to_on.isoformat()}", actor=actor, now=now)


def seed_van_yen(session: Session, *, actor: Actor, now: datetime) -> list[str]:
    """Load the units of Văn Yên and its area group; return the markets that newly belong to it.

    Every registered market belongs whose commune is one of the nine new or the 25 old ones, from
    the first such day. Safe to repeat: markets registered since are added, what people changed
    stays.
    """
    lists = van_yen_lists()
    for listed in lists:
        take_units(session, listed, actor=actor, now=now)
    if session.exec(select(AreaGroup.id).where(AreaGroup.code == VAN_YEN)).one_or_none() is None:
        save_area(
            session, code=VAN_YEN, name=VAN_YEN_NAME, caveat=VAN_YEN_CAVEAT,
            legal_basis=VAN_YEN_BASIS, is_new=True, actor=actor, now=now,
        )  # fmt: skip
    group = _group(session, VAN_YEN)
    known = set(
        session.exec(
            select(AreaGroupMarket.market_id).where(AreaGroupMarket.area_group_id == group.id)
        )
    )
    markets = [
        market
        for market in session.exec(select(Market).order_by(col(Market.code)))
        if market.id not in known
    ]
    spans = communes_of(session, markets)
    inside = {(one.unit.code, one.unit.valid_from) for one in lists[0].units}
    joined = [
        (market, first)
        for market in markets
        if (first := _first_day_inside(spans[market.id or 0], inside)) is not None
    ]
    session.add_all(
        AreaGroupMarket(area_group_id=group.id or 0, market_id=market.id or 0, from_on=first)
        for market, first in joined
    )
    session.flush()
    record_events(
        session,
        [
            {
                "action": EventAction.PLACE_CHANGED,
                "market_id": market.id,
                "subject": f"area:{VAN_YEN}",
                "to_value": f"from {first.isoformat()}",
            }
            for market, first in joined
        ],
        actor=actor,
        now=now,
    )
    return [market.code for market, _ in joined]


def _first_day_inside(spans: Sequence[CommuneSpan], inside: set[tuple[str, date]]) -> date | None:
    return min(
        (span.from_on for span in spans if (span.code, span.valid_from) in inside), default=None
    )


def _group(session: Session, code: str) -> AreaGroup:
    group = session.exec(select(AreaGroup).where(AreaGroup.code == code)).one_or_none()
    if group is None:
        raise AreaNotFound(code)
    return group


def _memberships(session: Session, group: AreaGroup, market: Market) -> list[AreaGroupMarket]:
    query = select(AreaGroupMarket).where(
        sa.and_(
            col(AreaGroupMarket.area_group_id) == group.id,
            col(AreaGroupMarket.market_id) == market.id,
        )
    )
    return list(session.exec(query))


def _record_member(
    session: Session, group: AreaGroup, market: Market, told: str, *, actor: Actor, now: datetime
) -> None:
    record_event(
        session,
        EventAction.PLACE_CHANGED,
        actor=actor,
        now=now,
        market_id=market.id,
        subject=f"area:{group.code}",
        to_value=told,
    )
