"""Who helped whom and with what success: the facts behind the league, and why vendors refuse."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
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
        helps_of_market(session, market_id, first=first, last=last),
        activations_of_market(session, market_id, first=first, last=last),
        first=first,
        last=last,
    )
    return HelperLeague(league=league, members=members)


def helps_of_market(session: Session, market_id: int, *, first: date, last: date) -> list[Help]:
    """Return the helps that tell who was helped within the days and whom an activation counts for.

    Those of the days, and all there ever were of whoever was activated on one of them. What was
    done at one instant is one help; merged doubles are one vendor.
    """
    kept = _kept_vendors(session, market_id)
    event = RegisterEvent
    same = (col(event.vendor_id), col(event.assisted_by_id), col(event.at))
    rows: Iterable[Any] = session.connection().execute(
        sa.select(*same, sa.func.min(col(event.id)))
        .join(TeamMember, col(TeamMember.id) == col(event.assisted_by_id))
        .join(Team, col(Team.id) == col(TeamMember.team_id))
        .where(
            col(Team.market_id) == market_id,
            col(event.vendor_id).is_not(None),
            sa.or_(
                col(event.action) != EventAction.VISITED.value,
                col(event.to_value) == VisitOutcome.HELPED.value,
            ),
            sa.or_(
                _within(event, first, last),
                col(event.vendor_id).in_(_activated(market_id, first, last)),
            ),
        )
        .group_by(*same)
    )
    return [Help(kept.get(vendor, vendor), member, at, id_) for vendor, member, at, id_ in rows]


def activations_of_market(
    session: Session, market_id: int, *, first: date, last: date
) -> list[Activation]:
    """Return all steps to active of a market's vendors who took one within the days.

    Merged doubles are one vendor.
    """
    kept = _kept_vendors(session, market_id)
    rows: Iterable[Any] = session.connection().execute(
        sa.select(
            col(RegisterEvent.vendor_id), col(RegisterEvent.at), col(RegisterEvent.id)
        ).where(
            _became_active(RegisterEvent),
            col(RegisterEvent.vendor_id).in_(_activated(market_id, first, last)),
        )
    )  # fmt: skip
    return [Activation(kept.get(vendor, vendor), at, id_) for vendor, at, id_ in rows]


def _activated(market_id: int, first: date, last: date) -> sa.CompoundSelect[Any]:
    """Return the vendors who became active within the days, and all that ever were merged.

    Of two records of one person only one may have taken the step; merges are few.
    """
    step = aliased(RegisterEvent)
    double = aliased(Vendor)
    return sa.union(
        sa.select(col(step.vendor_id))
        .join(Vendor, col(Vendor.id) == col(step.vendor_id))
        .where(
            col(Vendor.market_id) == market_id, _became_active(step), _within(step, first, last)
        ),
        sa.select(col(double.id)).where(
            col(double.market_id) == market_id, col(double.merged_into_id).is_not(None)
        ),
        sa.select(col(double.merged_into_id)).where(
            col(double.market_id) == market_id, col(double.merged_into_id).is_not(None)
        ),
    )


def _became_active(event: type[RegisterEvent]) -> sa.ColumnElement[bool]:
    return (col(event.action) == EventAction.STATE_CHANGED.value) & (
        col(event.to_value) == VendorState.ACTIVE.value
    )


def _within(event: type[RegisterEvent], first: date, last: date) -> sa.ColumnElement[bool]:
    return (col(event.at) >= day_begins_at(first)) & (
        col(event.at) < day_begins_at(last + timedelta(days=1))
    )


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
                _within(RegisterEvent, first, last),
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
