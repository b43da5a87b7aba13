"""The five steps of an onboarding as people count them, and how long each has been waited for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from merchants.days import market_day
from merchants.kinds import VendorState as State
from merchants.lifecycle.steps import LADDER, VendorFacts, missing_for


@dataclass(frozen=True, slots=True)
class Stage:
    """One step and the days it may take once the one before is done."""

    key: str
    state: State
    days_max: int


STAGES: tuple[Stage, ...] = (
    Stage("details", State.DATA_CAPTURED, 3),
    Stage("consent", State.CONSENTED, 3),
    Stage("account", State.NAME_MATCHED, 3),
    Stage("poster", State.POSTER_ISSUED, 2),
    Stage("hung", State.POSTER_INSTALLED, 3),
)
"""A fortnight in all. Source: domain.md section 9.1, providers promise one to fourteen days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """How a vendor stands with one step."""

    key: str
    is_done: bool
    is_next: bool
    done_at: datetime | None
    """``None`` = not done, or done before anybody kept the time."""
    waiting_days: int
    """How long the next step has been waited for; 0 for all others."""
    days_max: int

    @property
    def is_late(self) -> bool:
        """Return whether the step has taken longer than it may."""
        return self.waiting_days > self.days_max


@dataclass(frozen=True, slots=True)
class StepLine:
    """All steps; ``number`` of the next one from 1, one more than there are when all are done."""

    stages: tuple[StageView, ...]
    number: int

    @property
    def next(self) -> StageView | None:
        """Return the step that is waited for; ``None`` = all are done."""
        return next((stage for stage in self.stages if stage.is_next), None)


def step_line(
    facts: VendorFacts,
    reached_at: Mapping[State, datetime],
    *,
    registered_at: datetime,
    now: datetime,
) -> StepLine:
    """Return how far the facts carry and since when the next step is waited for.

    Of who holds no stall any more it tells what was done, as of anybody else.

    Args:
        reached_at: when the vendor last came to each state.
    """
    facts = replace(facts, holds_a_stall=True)
    views, since, is_open = [], registered_at, False
    for stage in STAGES:
        is_done = not is_open and not missing_for(stage.state, facts)
        is_next = not is_done and not is_open
        is_open = is_open or not is_done
        done_at = _reached(stage.state, reached_at) if is_done else None
        since = max(since, done_at) if done_at is not None else since
        views.append(
            StageView(
                key=stage.key,
                is_done=is_done,
                is_next=is_next,
                done_at=done_at,
                waiting_days=_days(since, now) if is_next else 0,
                days_max=stage.days_max,
            )
        )
    return StepLine(tuple(views), sum(view.is_done for view in views) + 1)


def _reached(state: State, reached_at: Mapping[State, datetime]) -> datetime | None:
    """Return when a state was reached, or passed over, first after it was last lost."""
    later = [reached_at[each] for each in LADDER[LADDER.index(state) :] if each in reached_at]
    return reached_at.get(state) or min(later, default=None)


def _days(since: datetime, now: datetime) -> int:
    return max((market_day(now) - market_day(since)) // timedelta(days=1), 0)
