"""Which team looks after which zones of a market, now and before: one team a zone at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.campaigns.teams import find_team, market_id_of
from merchants.days import market_day
from merchants.entries import Faults
from merchants.events import record_event
from merchants.find import find_market
from merchants.kinds import EventAction
from merchants.sentences import Sentence
from merchants.tables import Team, TeamMember, TeamZone, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamZoneEntry:
    """A zone a team has or had; ``zone_id`` is ``None`` when the zone is no more."""

    team_id: int
    team_name: str
    zone_id: int | None
    zone_name: str
    from_on: date
    to_on: date | None
    team_to_on: date | None

    def is_held(self, on: date) -> bool:
        """Return whether the zone is in the team's hands on a day; an ended team has none."""
        is_over = self.to_on is not None or self.zone_id is None
        return not is_over and (self.team_to_on is None or on <= self.team_to_on)


def set_team_zones(
    session: Session,
    market_code: str,
    team_id: int,
    zone_ids: Collection[int],
    *,
    actor: Actor,
    now: datetime,
    seen: Collection[int] | None = None,
) -> None:
    """Let a team have exactly these zones from today; what it had before stays in the history.

    Args:
        seen: the zones it had when the choice was made; ``None`` = do not ask.

    Raises:
        MarketNotFound, TeamNotFound: there is none.
        EntryRefused: the market has no such zone, another team has it, the team has ended, or
            somebody changed the team's zones in between.
    """
    market = find_market(session, market_code, for_update=True)
    team, today = find_team(session, market_code, team_id), market_day(now)
    names = dict(session.exec(select(Zone.id, Zone.name).where(Zone.market_id == market.id)).all())
    rows = _open_rows(session, team.market_id)
    own = {row.zone_id: row for row, holder in rows if holder.id == team_id}
    wanted = set(zone_ids)
    faults = Faults()
    if wanted and team.to_on is not None and team.to_on < today:
        faults.say("zones", "Tổ đã thôi hoạt động, không giao khu được nữa")
    if wanted - set(names):
        faults.say("zones", "Chợ không có khu này, chọn lại trong danh sách")
    for row, holder in rows:
        if row.zone_id in wanted and holder.id != team_id and _is_at_work(holder, today):
            faults.say(
                "zones",
                Sentence(
                    "{zone} đang giao cho {team}, bỏ khu ở tổ đó trước",
                    zone=names[row.zone_id],
                    team=holder.name,
                ),
            )
    if seen is not None and set(seen) != set(own):
        held = ", ".join(sorted(names[zone_id] for zone_id in own)) or "–"
        faults.say(
            "zones", Sentence("Người khác vừa đổi khu của tổ này, nay là: {zones}", zones=held)
        )
    faults.refuse_any()
    for row, holder in rows:
        if row.zone_id in wanted and holder.id != team_id:
            row.to_on = max(holder.to_on or today, row.from_on)
            session.add(row)
    session.flush()
    for zone_id in sorted(set(own) - wanted, key=str):
        own[zone_id].to_on = max(today, own[zone_id].from_on)
        session.add(own[zone_id])
        name = names[zone_id]
        _remember(session, team, EventAction.TEAM_ZONE_TAKEN, name, actor=actor, now=now)
    for zone_id in sorted(wanted - set(own)):
        session.add(
            TeamZone(
                team_id=team_id,
                zone_id=zone_id,
                zone_name=names[zone_id],
                from_on=max(today, team.from_on),
            )
        )
        name = names[zone_id]
        _remember(session, team, EventAction.TEAM_ZONE_GIVEN, name, actor=actor, now=now)
    session.flush()


def list_team_zones(session: Session, market_code: str) -> list[TeamZoneEntry]:
    """Return every zone a team of a market has or had, by the day it was given; two queries.

    Zones are called as they are now, those that are no more as they were then.

    Raises:
        MarketNotFound: no market has this code.
    """
    market_id = market_id_of(session, market_code)
    rows = session.execute(
        sa.select(TeamZone, col(Team.name), col(Team.to_on), col(Zone.name))
        .join(Team, col(Team.id) == col(TeamZone.team_id))
        .outerjoin(Zone, col(Zone.id) == col(TeamZone.zone_id))
        .where(col(Team.market_id) == market_id)
        .order_by(col(TeamZone.from_on), col(TeamZone.id))
    )
    return [
        TeamZoneEntry(
            team_id=row.team_id,
            team_name=team_name,
            zone_id=row.zone_id,
            zone_name=zone_name or row.zone_name,
            from_on=row.from_on,
            to_on=row.to_on,
            team_to_on=team_to_on,
        )
        for row, team_name, team_to_on, zone_name in rows
    ]


def teams_of_zones(session: Session, market_code: str, on: date) -> dict[int, str]:
    """Return by zone the name of the team that has it on a day."""
    return {
        entry.zone_id: entry.team_name
        for entry in list_team_zones(session, market_code)
        if entry.zone_id is not None and entry.is_held(on)
    }


def zones_of_member(session: Session, member_id: int, on: date) -> frozenset[int]:
    """Return the zones of the team a helper is in on a day; one query."""
    query = (
        sa.select(col(TeamZone.zone_id))
        .join(Team, col(Team.id) == col(TeamZone.team_id))
        .join(TeamMember, col(TeamMember.team_id) == col(Team.id))
        .where(
            col(TeamMember.id) == member_id,
            col(TeamMember.from_on) <= on,
            sa.or_(col(TeamMember.to_on).is_(None), col(TeamMember.to_on) >= on),
            sa.or_(col(Team.to_on).is_(None), col(Team.to_on) >= on),
            col(TeamZone.to_on).is_(None),
            col(TeamZone.zone_id).is_not(None),
        )
    )
    return frozenset(session.execute(query).scalars())


def _open_rows(session: Session, market_id: int) -> list[tuple[TeamZone, Team]]:
    query = (
        select(TeamZone, Team)
        .join(Team, col(Team.id) == col(TeamZone.team_id))
        .where(
            Team.market_id == market_id,
            col(TeamZone.to_on).is_(None),
            col(TeamZone.zone_id).is_not(None),
        )
    )
    return [(row, team) for row, team in session.exec(query)]


def _is_at_work(team: Team, on: date) -> bool:
    return team.to_on is None or on <= team.to_on


def _remember(
    session: Session, team: Team, action: EventAction, zone: str, *, actor: Actor, now: datetime
) -> None:
    record_event(
        session,
        action,
        actor=actor,
        now=now,
        market_id=team.market_id,
        subject=f"team:{team.id}",
        to_value=zone,
    )
