"""What each team did in a month, as evidence for whoever decides on its support.

Counts only, no money: what a team is paid, and whether, is decided elsewhere. Source: domain.md
3.1, A20.
"""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from merchants.calendars.open_days import CalendarRuleSpan, open_days
from merchants.campaigns.helped import activations_of_market, helps_of_market
from merchants.campaigns.league import credit
from merchants.campaigns.teams import list_teams
from merchants.campaigns.visits import VisitEntry, VisitFilter, list_visits
from merchants.days import market_day
from merchants.errors import MarketNotFound
from merchants.kinds import TeamKind
from merchants.tables import CalendarCorrection, Market, MarketCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMonth:
    """One team's month."""

    team_id: int
    name: str
    kind: TeamKind
    place: str
    members: int
    """Members on at least one day of the month."""
    visits: int
    minutes: int
    vendors_helped: int
    """Different vendors helped, as the league counts help."""
    activated: int
    """Vendors activated in the month who count for a member of the team."""
    market_days_attended: int
    """Open market days with at least one visit by the team."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """A visit, and whether its day was a market day."""

    visit: VisitEntry
    is_market_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamEvidence:
    """All teams of a market in a month; the teams' visits and minutes are those of the lines."""

    market_code: str
    market_name: str
    first: date
    last: date
    market_days: int
    teams: tuple[TeamMonth, ...]
    lines: tuple[VisitLine, ...]
    vendors_helped: int
    """Different vendors helped by any team: who was helped by two teams counts once."""

    @property
    def visits(self) -> int:
        """Return the visits of all teams."""
        return sum(team.visits for team in self.teams)

    @property
    def minutes(self) -> int:
        """Return the minutes of all teams."""
        return sum(team.minutes for team in self.teams)

    @property
    def activated(self) -> int:
        """Return the vendors who count for any team; nobody counts for two."""
        return sum(team.activated for team in self.teams)


def team_evidence(session: Session, market_code: str, month: date) -> TeamEvidence:
    """Return a month's evidence of a market; ``month`` is any day of it.

    Raises:
        MarketNotFound: no market has this code.
    """
    market = session.exec(select(Market).where(Market.code == market_code)).one_or_none()
    if market is None or market.id is None:
        raise MarketNotFound(market_code)
    first = month.replace(day=1)
    last = month.replace(day=monthrange(month.year, month.month)[1])
    opened = open_days_of(session, market.id, first, last)
    visits = list_visits(session, market_code, VisitFilter(first=first, last=last))
    lines = tuple(
        VisitLine(visit=visit, is_market_day=visit.visited_on in opened)
        for visit in sorted(visits, key=lambda visit: (visit.visited_on, visit.id))
    )
    teams = list_teams(session, market_code)
    team_of = {member.id: team.id for team in teams for member in team.members}
    helped: dict[int, set[int]] = defaultdict(set)
    helps = helps_of_market(session, market.id, first=first, last=last)
    for help_ in helps:
        if first <= market_day(help_.at) <= last:
            helped[team_of[help_.member_id]].add(help_.vendor_id)
    activations = activations_of_market(session, market.id, first=first, last=last)
    credited = credit(helps, activations, first=first, last=last)
    activated: dict[int, int] = defaultdict(int)
    for member in credited.values():
        if member is not None:
            activated[team_of[member]] += 1
    rows = []
    for team in teams:
        own = [line for line in lines if line.visit.team_id == team.id]
        is_at_work = team.from_on <= last and (team.to_on is None or team.to_on >= first)
        if not (is_at_work or own or activated[team.id] or helped[team.id]):
            continue
        rows.append(
            TeamMonth(
                team_id=team.id,
                name=team.name,
                kind=team.kind,
                place=team.place,
                members=sum(
                    member.from_on <= last and (member.to_on is None or member.to_on >= first)
                    for member in team.members
                ),
                visits=len(own),
                minutes=sum(line.visit.minutes for line in own),
                vendors_helped=len(helped[team.id]),
                activated=activated[team.id],
                market_days_attended=len(
                    {line.visit.visited_on for line in own if line.is_market_day}
                ),
            )
        )
    evidence = TeamEvidence(
        market_code=market.code,
        market_name=market.name,
        first=first,
        last=last,
        market_days=len(opened),
        teams=tuple(rows),
        lines=lines,
        vendors_helped=len(set().union(*helped.values())),
    )
    assert evidence.visits == len(lines)
    assert evidence.minutes == sum(line.visit.minutes for line in lines)
    return evidence


def open_days_of(session: Session, market_id: int, first: date, last: date) -> set[date]:
    """Return a market's open days by its rules and the manager's corrections."""
    rules = [
        CalendarRuleSpan(rule.rule_type, rule.params, rule.valid_from, rule.valid_to)
        for rule in session.exec(
            select(MarketCalendar).where(MarketCalendar.market_id == market_id)
        )
    ]
    corrected = session.exec(
        select(CalendarCorrection).where(
            CalendarCorrection.market_id == market_id,
            col(CalendarCorrection.day_on).between(first, last),
        )
    )
    corrections = {correction.day_on: correction.is_open for correction in corrected}
    return set(open_days(rules, corrections, first, last))
