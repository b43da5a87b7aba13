"""Who helped whom and with what success: the facts behind the league, and why vendors refuse."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.campaigns.league import Activation, Help, League, LeagueRow, count_league
from merchants.campaigns.teams import MemberEntry, market_id_of, members_of_market
from merchants.days import day_begins_at
from merchants.kinds import EventAction, ExitReason, VendorState, VisitOutcome
from merchants.tables import RegisterEvent, Team, TeamMember, Vendor, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperLeague:
    """The league with the people it is about."""

    league: League
    members: dict[int, MemberEntry]

    def named(self) -> list[tuple[LeagueRow, MemberEntry]]:
        """Return each place with its member, by rank."""
        return [(row, self.members[row.member_id]) for row in self.league.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """How often one reason was given within the days."""

    reason: ExitReason
    refused: int
    """Stalls whose last refusal to a helper had this reason."""
    ended: int
    """Vendors whose last suspension or exit had this reason."""


def helper_league(session: Session, market_code: str, *, first: date, last: date) -> HelperLeague:
    """Return the league of a market's helpers for the days, five queries for any size.

    Listed is whoever was a member on one of the days, and whoever counts.

    Raises:
        MarketNotFound: no market has this code.
    """
    market_id = market_id_of(session, market_code)
    members = {member.id: member for member in members_of_market(session, market_id)}
    present = [
        id_
        for id_, member in members.items()
        if member.from_on <= last and (member.to_on is None or member.to_on >= first)
    ]
    league = count_league(
        present,
        helps_of_market(session, market_id),
        activations_of_market(session, market_id),
        first=first,
        last=last,
    )
    return HelperLeague(league=league, members=members)


def helps_of_market(session: Session, market_id: int) -> list[Help]:
    """Return every time a member of a market's teams helped a vendor, merged doubles as one vendor."""
    kept = _kept_vendors(session, market_id)
    rows = session.execute(
        sa.select(
            col(RegisterEvent.vendor_id), col(RegisterEvent.assisted_by_id), col(RegisterEvent.at),
            col(RegisterEvent.id),
        )
        .join(TeamMember, col(TeamMember.id) == col(RegisterEvent.assisted_by_id))
        .join(Team, col(Team.id) == col(TeamMember.team_id))
        .where(
            col(Team.market_id) == market_id,
            col(RegisterEvent.vendor_id).is_not(None),
            sa.or_(
                col(RegisterEvent.action) != EventAction.VISITED.value,
                col(RegisterEvent.to_value) == VisitOutcome.HELPED.value,
            ),
        )
    )  # fmt: skip
    return [
        Help(vendor_id=kept.get(vendor, vendor), member_id=member, at=at, event_id=id_)
        for vendor, member, at, id_ in rows
    ]


def activations_of_market(session: Session, market_id: int) -> list[Activation]:
    """Return every step of a market's vendors to active, merged doubles as one vendor."""
    kept = _kept_vendors(session, market_id)
    rows = session.execute(
        sa.select(
            col(RegisterEvent.vendor_id), col(RegisterEvent.at), col(RegisterEvent.id)
        )
        .join(Vendor, col(Vendor.id) == col(RegisterEvent.vendor_id))
        .where(
            col(Vendor.market_id) == market_id,
            col(RegisterEvent.action) == EventAction.STATE_CHANGED.value,
            col(RegisterEvent.to_value) == VendorState.ACTIVE.value,
        )
    )  # fmt: skip
    return [
        Activation(vendor_id=kept.get(vendor, vendor), at=at, event_id=id_)
        for vendor, at, id_ in rows
    ]


def refusal_reasons(
    session: Session, market_code: str, *, first: date, last: date
) -> list[ReasonCount]:
    """Return how often each reason was given within the days, reasons never given left out.

    A stall or vendor counts once, by what was said last. Most frequent first, then in the order of
    ``ExitReason``.

    Raises:
        MarketNotFound: no market has this code.
    """
    market_id = market_id_of(session, market_code)
    refused = _by_first(
        session.execute(
            sa.select(col(Visit.stall_id), col(Visit.reason))
            .where(
                col(Visit.market_id) == market_id,
                col(Visit.visited_on).between(first, last),
                col(Visit.outcome) == VisitOutcome.REFUSED,
                col(Visit.stall_id).is_not(None),
            )
            .order_by(col(Visit.visited_on), col(Visit.id))
        )
    )
    ended = _by_first(
        session.execute(
            sa.select(col(RegisterEvent.vendor_id), col(RegisterEvent.reason))
            .join(Vendor, col(Vendor.id) == col(RegisterEvent.vendor_id))
            .where(
                col(Vendor.market_id) == market_id,
                col(RegisterEvent.at) >= day_begins_at(first),
                col(RegisterEvent.at) < day_begins_at(last + timedelta(days=1)),
                col(RegisterEvent.action) == EventAction.STATE_CHANGED.value,
                col(RegisterEvent.to_value).in_(
                    [VendorState.SUSPENDED.value, VendorState.EXITED.value]
                ),
                col(RegisterEvent.reason).in_([reason.value for reason in ExitReason]),
            )
            .order_by(col(RegisterEvent.at), col(RegisterEvent.id))
        )
    )
    by_refusal, by_end = Counter(refused.values()), Counter(ended.values())
    counts = [
        ReasonCount(reason=reason, refused=by_refusal[reason.value], ended=by_end[reason.value])
        for reason in ExitReason
    ]
    told = [one for one in counts if one.refused or one.ended]
    return sorted(told, key=lambda one: -(one.refused + one.ended))


def _kept_vendors(session: Session, market_id: int) -> dict[int, int]:
    """Return by merged double the vendor that was kept, through merges of merges."""
    rows = session.execute(
        sa.select(col(Vendor.id), col(Vendor.merged_into_id)).where(
            col(Vendor.market_id) == market_id, col(Vendor.merged_into_id).is_not(None)
        )
    )
    into: dict[int, int] = _by_first(rows)
    kept = {}
    for double in into:
        vendor, passed = double, {double}
        while vendor in into and into[vendor] not in passed:
            vendor = into[vendor]
            passed.add(vendor)
        kept[double] = vendor
    return kept


def _by_first(rows: Iterable[Any]) -> dict[int, Any]:
    """Return the second value of each row by its first; of several rows the last counts."""
    return dict(iter(rows))  # a result has keys, and would be taken for a mapping
