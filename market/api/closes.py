"""Day closes for machines: every version of a day, as known at an instant, and why two differ."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlmodel import Session

from market.api.instants import ToldAt
from market.api.paging import View
from market.api.plans import PlanDay
from market.api.vendor_answers import Once, is_first, remember
from market.reports.closes import refuse_far_day
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.find import find_market
from reconciliation.close.causes import Cause
from reconciliation.close.day_book import VersionLine, known_at, versions_of
from reconciliation.tables import CloseState

router = APIRouter(prefix="/api/v1", tags=["closes"])

ONE = "/markets/{market_code}/closes/{on}"


class VersionView(View):
    """One version of a day. ``figures`` are those of the market's day, in đồng but ``payments``."""

    version: int
    state: CloseState
    closed_at: datetime
    closed_by: str
    incomplete: list[str]
    root_sha256: str
    previous_root: str
    code_version: str
    figures: dict[str, int]

    @classmethod
    def of(cls, one: VersionLine) -> "VersionView":
        """Return the view of a version."""
        told = {name: getattr(one, name) for name in cls.model_fields}
        return cls(**told | {"incomplete": list(one.incomplete)})


class DayVersionsView(View):
    """A day: the version that was the newest one at the instant asked for, and all of them."""

    market_code: str
    business_date: PlanDay
    known: VersionView | None
    versions: list[VersionView]


class CauseView(View):
    """What one cause adds to the figures of a day."""

    cause: Cause
    records: int
    changes: dict[str, int]


class BridgeView(View):
    """From one version to another; ``before`` and all changes together come to ``after``."""

    older: int
    newer: int
    before: dict[str, int]
    after: dict[str, int]
    causes: list[CauseView]


@router.get(ONE)
def versions(
    session: Reading, market_code: str, on: PlanDay, as_of: ToldAt | None = None
) -> DayVersionsView:
    """Return the versions of a day; empty = not closed. ``as_of`` asks what was known then."""
    return _day(session, market_code, on, as_of)


@router.get(ONE + "/bridge")
def bridge(
    session: Reading,
    market_code: str,
    on: PlanDay,
    older: Annotated[int, Query(ge=1, lt=10**6)],
    newer: Annotated[int, Query(ge=1, lt=10**6)],
) -> BridgeView:
    """Return why two versions of a day differ, cause by cause, to the đồng."""
    from reconciliation.close.restatement import restatement

    find_market(session, market_code)
    told = restatement(session, market_code, on, older=older, newer=newer)
    return BridgeView(
        older=older,
        newer=newer,
        before=told.before,
        after=told.after,
        causes=[CauseView(cause=c, records=n, changes=sums) for c, n, sums in told.lines],
    )


@router.post(ONE)
def close(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    on: PlanDay,
    once: Once = "",
) -> DayVersionsView:
    """Close a day, or look again at a closed one; what did not change makes no version."""
    from reconciliation.close.activity import judge_activity
    from reconciliation.close.closing import close_days
    from reconciliation.close.incremental import Incremental
    from reconciliation.profiles import load_profiles

    refuse_far_day(on)
    if is_first(session, caller, once, request, ""):
        now = request.app.state.now()
        close_days(
            session,
            on,
            on,
            market_code=market_code,
            profiles=load_profiles(request.app.state.contracts),
            sealer=request.app.state.sealer,
            now=now,
            actor=caller.actor,
            incremental=Incremental.in_folder(request.app.state.kept_decisions_dir),
        )
        judge_activity(session, now=now, market_codes=[market_code])
        remember(session, caller, once, request, "")
    return _day(session, market_code, on, None)


def _day(
    session: Session, market_code: str, on: PlanDay, as_of: datetime | None
) -> DayVersionsView:
    find_market(session, market_code)
    refuse_far_day(on)
    told = versions_of(session, market_code, on)
    known = known_at(told, as_of) if as_of else told[-1] if told else None
    return DayVersionsView(
        market_code=market_code,
        business_date=on,
        known=VersionView.of(known) if known else None,
        versions=[VersionView.of(one) for one in told],
    )
