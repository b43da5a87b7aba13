"""A programme, its waves, teams and targets on the demonstration markets, in few words."""

from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, select

from merchants.actors import COMMAND, Actor
from merchants.campaigns.attainment import PlanLine
from merchants.campaigns.programmes import NewProgramme, NewWave, add_programme, add_wave
from merchants.campaigns.targets import NewTarget, set_target
from merchants.campaigns.teams import NewMember, NewTeam, add_member, add_team
from merchants.campaigns.visits import NewVisit, record_visit
from merchants.kinds import (
    EventAction,
    StallState,
    TargetArea,
    TargetUnit,
    TeamKind,
    VisitOutcome,
)
from merchants.sealing import Sealer
from merchants.tables import (
    AreaGroup,
    AreaGroupMarket,
    Market,
    RegisterEvent,
    Stall,
    StallHolding,
)
from merchants.vendor_code import write_vendor_code
from tests import factories
from tests.merchants.conftest import Register

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SINCE = date(2026, 9, 1)


def events(register: Register, action: EventAction) -> list[RegisterEvent]:
    """Return the events of one kind, in their order."""
    return [event for event in register.all(RegisterEvent) if event.action == action]


def programme(session: Session, code: str = "CHO40", **waves: list[str]) -> None:
    """Add a programme for the last third of 2026; ``w1=["MA"]`` is its first wave."""
    new = NewProgramme(
        code=code,
        name="Chợ 4.0 Văn Yên",
        legal_basis="KH 12/KH-UBND 05/08/2026",
        from_on=SINCE,
        to_on=date(2026, 12, 31),
    )
    add_programme(session, new, actor=COMMAND, now=NOW)
    for number, markets in waves.items():
        wave = NewWave(number=int(number[1:]), from_on=SINCE, market_codes=markets)
        add_wave(session, code, wave, actor=COMMAND, now=NOW)


def held_stalls(session: Session, codes: list[str], *, market_code: str = "MA") -> list[int]:
    """Add occupied stalls, each with a vendor who is only on the list; return the vendors' ids."""
    market_id = session.exec(select(Market.id).where(Market.code == market_code)).one()
    assert market_id is not None
    ids = []
    for code in codes:
        vendor = factories.vendor(market_id=market_id, full_name=f"Nguyễn Thị {code}")
        stall = Stall(market_id=market_id, code=code, state=StallState.OCCUPIED)
        session.add_all([vendor, stall])
        session.flush()
        assert vendor.id is not None
        assert stall.id is not None
        vendor.code = write_vendor_code(vendor.id)
        session.add(StallHolding(stall_id=stall.id, vendor_id=vendor.id, from_on=SINCE))
        ids.append(vendor.id)
    session.flush()
    return ids


def area(session: Session, code: str, markets: list[Market], *, to_on: date | None = None) -> None:
    """Add an area group of markets."""
    group = AreaGroup(code=code, name=f"Địa bàn {code}")
    session.add(group)
    session.flush()
    assert group.id is not None
    session.add_all(
        AreaGroupMarket(
            area_group_id=group.id, market_id=market.id or 0, from_on=SINCE, to_on=to_on
        )
        for market in markets
    )
    session.flush()


def new_target(**changes: Any) -> NewTarget:
    """Equip 80 % of the vendors of Mậu A by the end of the year."""
    values: dict[str, Any] = {
        "indicator": "S3",
        "unit": TargetUnit.PERCENT,
        "area": TargetArea.MARKET,
        "area_code": "MA",
        "period_from": SINCE,
        "period_to": date(2026, 12, 31),
        "value_milli": 80_000,
        "legal_basis": "KH 12/KH-UBND 05/08/2026",
        "set_on": date(2026, 8, 20),
    }
    return NewTarget(**values | changes)


def target(
    session: Session, *, supersedes: int | None = None, now: datetime = NOW, **changes: Any
) -> int:
    """Set a target and return its number."""
    row = set_target(session, new_target(**changes), actor=COMMAND, now=now, supersedes=supersedes)
    assert row.id is not None
    return row.id


def plan_line(**changes: Any) -> PlanLine:
    """A plan of 80 % equipped vendors of MA, from September to December, which no database holds."""
    values: dict[str, Any] = {
        "target_id": 1,
        "indicator": "S3",
        "unit": TargetUnit.PERCENT,
        "value_milli": 80_000,
        "baseline_milli": None,
        "period_from": date(2026, 9, 1),
        "period_to": date(2026, 12, 31),
        "area": TargetArea.MARKET,
        "area_code": "MA",
        "legal_basis": "KH 12",
        "source": "",
        "set_on": date(2026, 9, 1),
        "set_at": datetime(2026, 8, 20, tzinfo=UTC),
    }
    return PlanLine(**values | changes)


def team(session: Session, market_code: str = "MA", name: str = "Tổ thôn 1") -> int:
    """Add a team and return its number."""
    new = NewTeam(kind=TeamKind.HAMLET, name=name, place="Thôn 1", from_on=SINCE)
    row = add_team(session, market_code, new, actor=COMMAND, now=NOW)
    assert row.id is not None
    return row.id


def member(
    session: Session,
    sealer: Sealer,
    team_id: int,
    name: str = "Lò Thị Mai",
    *,
    market_code: str = "MA",
    phone: str = "",
) -> int:
    """Add a member and return their number."""
    new = NewMember(full_name=name, phone=phone, from_on=SINCE)
    row = add_member(session, market_code, team_id, new, sealer=sealer, actor=COMMAND, now=NOW)
    assert row.id is not None
    return row.id


def visit(
    session: Session,
    member_id: int,
    stall_code: str,
    *,
    market_code: str = "MA",
    actor: Actor = COMMAND,
    now: datetime = NOW,
    **changes: Any,
) -> int:
    """Record a visit of today and return its number."""
    values: dict[str, Any] = {
        "member_id": member_id,
        "stall_code": stall_code,
        "visited_on": date(2026, 11, 21),
        "minutes": 20,
        "outcome": VisitOutcome.HELPED,
    }
    row = record_visit(session, market_code, NewVisit(**values | changes), actor=actor, now=now)
    assert row.id is not None
    return row.id
