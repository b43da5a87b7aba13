"""How many stalls had a code week by week, beside the straight line of the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.campaigns.attainment import PlanLine
from merchants.campaigns.targets import plan_for
from merchants.kinds import TargetUnit
from merchants.tables import DisplayedCode, Poster, Stall

INDICATOR = "S3"
"""The share of vendors equipped with a QR; on this page of stalls, which is how a plan is walked."""
WEEKS_MIN, WEEKS_MAX = 8, 26


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPoint:
    """The stalls with a code at a week's end; ``None`` = the week has not come."""

    from_on: date
    planned: int | None
    with_code: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProgress:
    """A market against its plan, in stalls. ``planned_*`` are ``None`` where nothing is planned."""

    with_code: int
    planned_now: int | None
    planned_end: int | None
    period_to: date | None
    legal_basis: str
    weeks: tuple[WeekPoint, ...]

    @property
    def missing(self) -> int | None:
        """Return how many stalls are missing to be on plan today; 0 = on plan or before it."""
        return None if self.planned_now is None else max(0, self.planned_now - self.with_code)

    @property
    def late_since(self) -> date | None:
        """Return the first week of the present run of weeks behind the plan."""
        since = None
        for week in self.weeks:
            if week.with_code is None or week.planned is None:
                continue
            since = (since or week.from_on) if week.with_code < week.planned else None
        return since


def plan_progress(
    session: Session, market_code: str, market_id: int, *, in_frame: int, with_code: int, on: date
) -> PlanProgress:
    """Return the progress of a market week by week.

    The weeks before this one count a stall from the day its first code was issued until its last
    one ended; this week counts ``with_code``, the figure of all other pages.
    """
    plan = plan_for(session, market_code, INDICATOR, on)
    if plan is not None and plan.unit is not TargetUnit.PERCENT:
        plan = None
    mondays = _mondays(plan, on)
    spans = _spans(session, market_id)
    this_week = _monday(on)

    def planned(day: date) -> int | None:
        return None if plan is None else _stalls(plan.expected_milli(day), in_frame)

    def coded(monday: date) -> int | None:
        if monday >= this_week:
            return with_code if monday == this_week else None
        sunday = monday + timedelta(days=6)
        return sum(
            n for since, until, n in spans if since <= sunday and not (until and until <= sunday)
        )

    return PlanProgress(
        with_code=with_code,
        planned_now=planned(on),
        planned_end=None if plan is None else _stalls(plan.value_milli, in_frame),
        period_to=plan.period_to if plan else None,
        legal_basis=plan.legal_basis if plan else "",
        weeks=tuple(
            WeekPoint(
                from_on=monday,
                planned=planned(on if monday == this_week else monday + timedelta(days=6)),
                with_code=coded(monday),
            )
            for monday in mondays
        ),
    )


def _stalls(percent_milli: int, in_frame: int) -> int:
    """Return a share of the frame in whole stalls, upwards: half a stall is not on plan."""
    return -(-percent_milli * in_frame // 100_000)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _mondays(plan: PlanLine | None, on: date) -> list[date]:
    this_week = _monday(on)
    first = this_week - timedelta(weeks=WEEKS_MIN - 1)
    last = this_week
    if plan is not None:
        first, last = min(first, _monday(plan.period_from)), max(last, _monday(plan.period_to))
        first = max(first, this_week - timedelta(weeks=WEEKS_MAX - 1))
        last = min(last, first + timedelta(weeks=2 * WEEKS_MAX - 1))
    weeks = (last - first).days // 7 + 1
    return [first + timedelta(weeks=number) for number in range(weeks)]


def _spans(session: Session, market_id: int) -> Sequence[tuple[date, date | None, int]]:
    """Return since and until when stalls had a code, and how many did: one statement."""
    stalls_here = sa.select(col(Stall.id)).where(col(Stall.market_id) == market_id)
    codes = sa.union_all(
        sa.select(
            col(Poster.stall_id).label("stall_id"),
            col(Poster.issued_on).label("since"),
            col(Poster.ended_on).label("until"),
        ).where(col(Poster.stall_id).in_(stalls_here)),
        sa.select(
            col(DisplayedCode.stall_id),
            col(DisplayedCode.first_seen_on),
            col(DisplayedCode.ended_on),
        ).where(
            col(DisplayedCode.stall_id).in_(stalls_here),
            col(DisplayedCode.is_own_wallet_code).is_(True),
            col(DisplayedCode.acceptance_point_id).is_not(None),
        ),
    ).subquery("codes")
    has_ended = sa.func.count(codes.c.until) == sa.func.count()
    stalls = (
        sa.select(
            sa.func.min(codes.c.since).label("since"),
            sa.case((has_ended, sa.func.max(codes.c.until))).label("until"),
        )
        .group_by(codes.c.stall_id)
        .subquery("stalls")
    )
    rows = session.execute(
        sa.select(stalls.c.since, stalls.c.until, sa.func.count()).group_by(
            stalls.c.since, stalls.c.until
        )
    )
    return [(since, until, count) for since, until, count in rows]
