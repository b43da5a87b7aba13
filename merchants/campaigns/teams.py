"""Community digital-transformation teams of a market, and who is in them from and to which day."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.accounts import phone_fingerprint
from merchants.actors import Actor
from merchants.entries import Faults
from merchants.errors import MarketNotFound, TeamMemberNotFound, TeamNotFound
from merchants.events import record_event
from merchants.files.cells import CellRefused, read_name, read_phone
from merchants.kinds import EventAction, TeamKind
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.tables import Market, Team, TeamMember


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEntry:
    """A member of a list; of the phone the last three digits."""

    id: int
    team_id: int
    team_name: str
    full_name: str
    phone_tail: str
    user_id: int | None
    from_on: date
    to_on: date | None

    def is_member(self, on: date) -> bool:
        """Return whether the membership holds on a day."""
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamEntry:
    """A team with everyone who ever was in it, by the day they came."""

    id: int
    kind: TeamKind
    name: str
    place: str
    from_on: date
    to_on: date | None
    members: tuple[MemberEntry, ...]

    def is_at_work(self, on: date) -> bool:
        """Return whether the team exists on a day."""
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTeam:
    """A team as it is to be added."""

    kind: TeamKind
    name: str
    place: str = ""
    from_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """A member as they are to be added; the phone may be empty."""

    full_name: str
    phone: str = field(default="", repr=False)
    from_on: date


def add_team(
    session: Session, market_code: str, new: NewTeam, *, actor: Actor, now: datetime
) -> Team:
    """Add a team to a market and return it.

    Raises:
        MarketNotFound: no market has this code.
        EntryRefused: the name is missing, too long or taken.
    """
    market_id = market_id_of(session, market_code)
    faults = Faults()
    name = faults.text("name", new.name, length_max=120, needed="Ghi tên tổ")
    place = faults.text("place", new.place, length_max=120)
    taken = select(Team.id).where(Team.market_id == market_id, Team.name == name)
    if session.exec(taken).first() is not None:
        faults.say("name", Sentence("Chợ đã có tổ “{name}”, đặt tên khác", name=name))
    faults.refuse_any()
    row = Team(market_id=market_id, kind=new.kind, name=name, place=place, from_on=new.from_on)
    session.add(row)
    session.flush()
    _remember(session, market_id, f"team:{row.id}", "added", actor=actor, now=now)
    return row


def end_team(
    session: Session, market_code: str, team_id: int, *, to_on: date, actor: Actor, now: datetime
) -> None:
    """Say on which day a team last works; its members end with it, nobody is removed.

    Raises:
        TeamNotFound: the market has no such team.
        EntryRefused: the day lies before the team's first.
    """
    team = find_team(session, market_code, team_id)
    faults = Faults()
    faults.span("to_on", team.from_on, to_on)
    faults.refuse_any()
    if team.to_on == to_on:
        return
    team.to_on = to_on
    session.add(team)
    open_members = select(TeamMember).where(
        TeamMember.team_id == team_id,
        col(TeamMember.to_on).is_(None) | (col(TeamMember.to_on) > to_on),
    )
    for member in session.exec(open_members):
        member.to_on = max(to_on, member.from_on)
        session.add(member)
    session.flush()
    _remember(session, team.market_id, f"team:{team_id}", f"ended {to_on}", actor=actor, now=now)


def add_member(
    session: Session,
    market_code: str,
    team_id: int,
    new: NewMember,
    *,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> TeamMember:
    """Add a member to a team and return it; the phone is sealed at once, and may be empty.

    Raises:
        TeamNotFound: the market has no such team.
        EntryRefused: the name or phone cannot be read, the team has ended, or somebody with this
            phone is in the team already.
    """
    team = find_team(session, market_code, team_id)
    faults = Faults()
    name, number = _read_person(faults, new)
    if new.from_on < team.from_on or (team.to_on is not None and new.from_on > team.to_on):
        faults.say(
            "from_on",
            Sentence("Tổ hoạt động {span}, chọn ngày trong khoảng này", span=_span_text(team)),
        )
    print_ = phone_fingerprint(sealer, number) if number else None
    if print_ and _has_member_with(session, team_id, print_):
        faults.say("phone", "Trong tổ đã có người dùng số này")
    faults.refuse_any()
    row = TeamMember(
        team_id=team_id,
        full_name=name,
        phone_sealed=sealer.seal(number) if number else None,
        phone_hash=print_,
        phone_tail=number[-3:],
        from_on=new.from_on,
    )
    session.add(row)
    session.flush()
    _remember(session, team.market_id, f"team_member:{row.id}", "added", actor=actor, now=now)
    return row


def end_member(
    session: Session, market_code: str, member_id: int, *, to_on: date, actor: Actor, now: datetime
) -> None:
    """Say on which day somebody was last in the team; the sign-in is no longer theirs after it.

    Raises:
        TeamMemberNotFound: the market has no such member.
        EntryRefused: the day lies before the member's first.
    """
    member, market_id = _member(session, market_code, member_id)
    faults = Faults()
    faults.span("to_on", member.from_on, to_on)
    faults.refuse_any()
    if member.to_on == to_on:
        return
    member.to_on = to_on
    session.add(member)
    session.flush()
    told = f"ended {to_on}"
    _remember(session, market_id, f"team_member:{member_id}", told, actor=actor, now=now)


def link_member(
    session: Session,
    market_code: str,
    member_id: int,
    user_id: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Say which sign-in is a member's own; ``None`` = none. Whether the user may is asked above.

    Raises:
        TeamMemberNotFound: the market has no such member.
        EntryRefused: the sign-in is another open member's of this market.
    """
    member, market_id = _member(session, market_code, member_id)
    if member.user_id == user_id:
        return
    faults = Faults()
    if user_id is not None and _is_linked(session, market_id, user_id):
        faults.say("user_id", "Tài khoản đăng nhập này đã gắn với người khác trong chợ")
    faults.refuse_any()
    before, member.user_id = member.user_id, user_id
    session.add(member)
    session.flush()
    record_event(
        session,
        EventAction.TEAM_CHANGED,
        actor=actor,
        now=now,
        market_id=market_id,
        subject=f"team_member:{member_id}",
        from_value=f"user:{before}" if before else "",
        to_value=f"user:{user_id}" if user_id else "",
    )


def list_teams(session: Session, market_code: str) -> list[TeamEntry]:
    """Return a market's teams by name, those that ended last; two queries.

    Raises:
        MarketNotFound: no market has this code.
    """
    market_id = market_id_of(session, market_code)
    members: dict[int, list[MemberEntry]] = defaultdict(list)
    for member in members_of_market(session, market_id):
        members[member.team_id].append(member)
    teams = session.exec(select(Team).where(Team.market_id == market_id).order_by(col(Team.id)))
    entries = [
        TeamEntry(
            id=team.id or 0,
            kind=team.kind,
            name=team.name,
            place=team.place,
            from_on=team.from_on,
            to_on=team.to_on,
            members=tuple(members[team.id or 0]),
        )
        for team in teams
    ]
    return sorted(entries, key=lambda team: (team.to_on is not None, team.name.casefold()))


def members_of_market(session: Session, market_id: int) -> list[MemberEntry]:
    """Return everyone who ever was in a team of a market, by the day they came."""
    rows = (
        sa.select(TeamMember, col(Team.name))
        .join(Team, col(Team.id) == col(TeamMember.team_id))
        .where(col(Team.market_id) == market_id)
        .order_by(col(TeamMember.from_on), col(TeamMember.id))
    )
    return [
        MemberEntry(
            id=member.id,
            team_id=member.team_id,
            team_name=team_name,
            full_name=member.full_name,
            phone_tail=member.phone_tail,
            user_id=member.user_id,
            from_on=member.from_on,
            to_on=member.to_on,
        )
        for member, team_name in session.execute(rows)
    ]


def find_team(session: Session, market_code: str, team_id: int) -> Team:
    """Return a team of a market; raise ``TeamNotFound``, also when it is another market's."""
    team = session.exec(
        select(Team)
        .join(Market, col(Market.id) == col(Team.market_id))
        .where(Market.code == market_code, Team.id == team_id)
    ).one_or_none()
    if team is None:
        raise TeamNotFound(market_code, team_id)
    return team


def market_id_of(session: Session, market_code: str) -> int:
    """Return a market's id; raise ``MarketNotFound``."""
    found = session.exec(select(Market.id).where(Market.code == market_code)).one_or_none()
    if found is None:
        raise MarketNotFound(market_code)
    return found


def _member(session: Session, market_code: str, member_id: int) -> tuple[TeamMember, int]:
    found = session.exec(
        select(TeamMember, Team.market_id)
        .join(Team, col(Team.id) == col(TeamMember.team_id))
        .join(Market, col(Market.id) == col(Team.market_id))
        .where(Market.code == market_code, TeamMember.id == member_id)
    ).one_or_none()
    if found is None:
        raise TeamMemberNotFound(market_code, member_id)
    return found[0], found[1]


def _read_person(faults: Faults, new: NewMember) -> tuple[str, str]:
    number = ""
    name = faults.text("full_name", new.full_name, length_max=80, needed="Ghi họ và tên")
    try:
        read_name(name, length_max=80)
    except CellRefused as refusal:
        faults.say("full_name", Sentence("Họ và tên {refusal}", refusal=refusal.told))
    try:
        number, _ = read_phone(new.phone.strip())
    except CellRefused as refusal:
        faults.say("phone", Sentence("Số điện thoại {refusal}", refusal=refusal.told))
    return name, number


def _has_member_with(session: Session, team_id: int, phone_hash: str) -> bool:
    same = select(TeamMember.id).where(
        TeamMember.team_id == team_id,
        TeamMember.phone_hash == phone_hash,
        col(TeamMember.to_on).is_(None),
    )
    return session.exec(same).first() is not None


def _is_linked(session: Session, market_id: int, user_id: int) -> bool:
    linked = (
        select(TeamMember.id)
        .join(Team, col(Team.id) == col(TeamMember.team_id))
        .where(
            Team.market_id == market_id,
            TeamMember.user_id == user_id,
            col(TeamMember.to_on).is_(None),
        )
    )
    return session.exec(linked).first() is not None


def _span_text(team: Team) -> str:
    since = Sentence("từ {from_on:%d/%m/%Y}", from_on=team.from_on)
    return (
        since
        if team.to_on is None
        else Sentence("{since} đến {to_on:%d/%m/%Y}", since=since, to_on=team.to_on)
    )


def _remember(
    session: Session, market_id: int, subject: str, value: str, *, actor: Actor, now: datetime
) -> None:
    record_event(
        session,
        EventAction.TEAM_CHANGED,
        actor=actor,
        now=now,
        market_id=market_id,
        subject=subject,
        to_value=value,
    )
