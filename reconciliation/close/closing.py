"""The day close: one engine run, then each market's days as immutable, chained versions.

The engine sees more than the days asked for (``CONTEXT`` on both sides), because a bank states its
days by the month, a payout follows its sales, and a record must come to the same outcome whichever
span is closed. Each record then belongs to its own business date and to the market of its vendor;
a record that names no vendor takes the vendor of the record it was matched with, and what still
names nobody is closed under the scope ``*``. Identical inputs and results make no new version.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib.metadata import version as version_of
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from merchants.actors import SYSTEM, Actor
from merchants.days import market_day as day_at_market
from merchants.errors import MarketNotFound
from merchants.frames import open_day_frame
from merchants.sealing import Sealer
from merchants.tables import Market
from reconciliation.breaks.queue import settle_breaks
from reconciliation.bulk import insert_rows, rows_of, table_of
from reconciliation.close.adoption_facts import write_adoption_facts, write_breaks
from reconciliation.close.completeness import what_is_missing
from reconciliation.close.coverage import Coverage, read_coverage
from reconciliation.close.drafts import Cell, Draft, draft_days
from reconciliation.close.frames import read_window
from reconciliation.close.frozen import only_frozen_cells
from reconciliation.close.incremental import Incremental, decide_what_changed
from reconciliation.close.left_out import read_left_out, those_here
from reconciliation.close.locks.days import keep_held, locked_days
from reconciliation.close.locks.held import held_of
from reconciliation.close.missing_words import BETWEEN
from reconciliation.close.open_breaks import find_breaks
from reconciliation.close.roots import (
    NOBODY,
    Header,
    inputs_sha256,
    rest_of,
    root_over,
)
from reconciliation.close.stored_closes import stored_figures
from reconciliation.close.versions import newest_closes
from reconciliation.close.window_decided import (
    CONTEXT,
    count_decided,
    decide_window,
    vendor_frame,
)
from reconciliation.engine.crew import Crew
from reconciliation.errors import DayNotOver, DaysRefused
from reconciliation.intake.ingest import INGEST_LOCK
from reconciliation.profiles import Profiles
from reconciliation.rules.in_force import keep_rules, rules_in_force
from reconciliation.tables import CloseState, DayClose, MarketDay, MatchOutcome, VendorDay

CLOSE_LOCK = INGEST_LOCK + 1
Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDay:
    """The newest version of one market's day after closing it; ``is_new`` = made by this close."""

    scope: str
    business_date: date
    version: int
    state: CloseState
    incomplete: str
    root_sha256: str
    is_new: bool
    is_held: bool
    """The books are locked and data waits outside them; two people may open them again."""
    outcomes: Mapping[str, int]
    """Records per outcome, over all legs."""
    market_day: Figures | None
    """The version's figures as ``MarketDay`` has them; ``None`` for ``*``."""
    would_be: Figures | None
    """The figures with what waits outside locked books; ``None`` unless ``is_held``."""


def close_days(  # noqa: PLR0913 - which days, by what rules, when, by whom, with whose help
    session: Session,
    first: date,
    last: date,
    *,
    market_code: str | None,
    profiles: Profiles,
    sealer: Sealer,
    now: datetime,
    actor: Actor = SYSTEM,
    crew: Crew | None = None,
    incremental: Incremental | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> list[ClosedDay]:
    """Close the days from ``first`` to ``last`` and return the newest version of each.

    Args:
        market_code: close this market only; ``None`` = all markets and the money of nobody.
        profiles: the deployment's own; changes that two people agreed on hold over them.
        sealer: whose keys keep what vendors are given as proof from telling of their neighbours.
        crew: who does the parts of the engine's run; ``None`` = this process.
        incremental: where the decisions of earlier closes are kept, so that only what changed is
            decided anew; ``None`` = everything is. The close is the same.
        on_progress: called with the number of days done, once for each.

    Raises:
        MarketNotFound: no market has the code.
        DaysRefused: the last day lies before the first.
        DayNotOver: the last day has not come yet.
        BooksDoNotBalance: an invariant does not hold; nothing may be kept.
    """
    if last < first:
        raise DaysRefused(first, last)
    today = day_at_market(now)
    if last > today:
        raise DayNotOver(last, today)
    _wait_for_other_writers(session)
    profiles = rules_in_force(session, profiles)
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    markets = _markets(session, market_code)
    coverage = read_coverage(session, first - CONTEXT)
    missing = what_is_missing(session, days, profiles, coverage, now=now)
    vendors = vendor_frame(session)
    decided, over = _decide(
        session,
        (first, last),
        coverage=coverage,
        vendors=vendors,
        profiles=profiles,
        crew=crew,
        incremental=incremental,
    )
    facts = count_decided(decided)
    market_days = _market_days(session, markets, first, last)
    drafts = draft_days(decided, facts, vendors, market_days, sealer=sealer)
    newest = newest_closes(session, first, last)
    scopes = [*sorted(markets), *([] if market_code else [NOBODY])]
    locked = locked_days(session, scopes, first, last)
    closed: list[tuple[ClosedDay, DayClose, Draft]] = []
    held: list[tuple[DayClose, DayClose, Draft]] = []
    for done, day in enumerate(days, start=1):
        for scope in scopes:
            draft = drafts.get((scope, day), Draft())
            before = newest.get((scope, day))
            if scope == NOBODY and before is None and not draft.outcomes:
                continue
            if before is not None and (scope, day) in over:
                closed.append((_kept(session, before), before, draft))
                continue
            is_locked = before is not None and (scope, day) in locked
            one = _close(
                (scope, day),
                draft,
                before,
                market_id=markets.get(scope),
                missing=missing[scope, day],
                # Of locked books only what came in counts: other rules would change them all.
                rules_sha256=before.rules_sha256 if before and is_locked else profiles.rules_sha256,
                now=now,
            )
            if before is not None and is_locked and one[0].is_new:
                held.append((before, one[1], draft))
                one = (
                    _kept(session, before, is_held=True, would_be=draft.market_day),
                    before,
                    draft,
                )
            closed.append(one)
        if on_progress is not None:
            on_progress(done)
    fresh = [(close, draft) for day, close, draft in closed if day.is_new]
    for close, _ in fresh:
        close.closed_by = str(actor)
    if fresh:
        keep_rules(session, profiles, now)
    _store(session, fresh)
    ids = {(close.scope, close.business_date): close.id for close, _ in fresh if close.id}
    write_breaks(session, decided, ids)
    write_adoption_facts(session, first, last)
    cells = {(scope, day) for scope in scopes for day in days}
    keep_held(session, held_of(session, held, now), cells)
    still = {(before.scope, before.business_date) for before, _, _ in held}
    _settle(session, decided, cells - over - still, profiles, now=now)
    return [day for day, _, _ in closed]


def _decide(
    session: Session,
    span: tuple[date, date],
    *,
    coverage: Coverage,
    vendors: pd.DataFrame,
    profiles: Profiles,
    crew: Crew | None,
    incremental: Incremental | None,
) -> tuple[pd.DataFrame, set[Cell]]:
    """Return what is decided of a span of days, and the cells on which nothing is left to decide."""
    first, last = span
    if incremental is not None:
        decided = decide_what_changed(
            session,
            first,
            last,
            coverage=coverage,
            vendors=vendors,
            profiles=profiles,
            crew=crew,
            incremental=incremental,
        )
        if decided is not None:
            return decided, set()
    window = read_window(session, first - CONTEXT, last + CONTEXT)
    decided = decide_window(
        session,
        window,
        first,
        last,
        coverage=coverage,
        vendors=vendors,
        profiles=profiles,
        crew=crew,
    )
    return decided, only_frozen_cells(decided, window.frozen)


def _settle(
    session: Session, decided: pd.DataFrame, cells: Set[Cell], profiles: Profiles, *, now: datetime
) -> None:
    """Bring the queue of breaks in line with what was decided of some cells."""
    told = zip(decided["scope"], decided["business_date"].dt.date, strict=True)
    is_asked = pd.Series([cell in cells for cell in told], index=decided.index, dtype="bool")
    left = find_breaks(decided[is_asked], profiles, now=now)
    left_out = those_here(read_left_out(session), decided)
    settle_breaks(session, left, cells, left_out=left_out, now=now)


def _close(
    cell: Cell,
    draft: Draft,
    before: DayClose | None,
    *,
    market_id: int | None,
    missing: Sequence[str],
    rules_sha256: str,
    now: datetime,
) -> tuple[ClosedDay, DayClose, Draft]:
    """Return the newest version of a cell: the one before if nothing changed, else a new one."""
    scope, day = cell
    incomplete = BETWEEN.join(missing)
    state = CloseState.PROVISIONAL if missing else CloseState.FINAL
    draft.lines.sort()
    inputs = inputs_sha256(draft.contents)

    def sealed(version: int, code_version: str, previous_root: str) -> tuple[str, str]:
        """Return the hash of the rest, and the root."""
        header = Header(
            scope=scope,
            business_date=day,
            version=version,
            state=state,
            incomplete=incomplete,
            inputs_sha256=inputs,
            rules_sha256=rules_sha256,
            code_version=code_version,
            previous_root=previous_root,
        )
        rest = rest_of(header, draft.lines)
        return rest, root_over(header, rest, draft.tree_root)

    # A newer release that finds the same is no reason for a new version, so the version before is
    # compared under its own release.
    is_new = (
        before is None
        or sealed(before.version, before.code_version, before.previous_root)[1]
        != before.root_sha256
    )
    close = before
    if before is None or is_new:
        version, previous_root = (before.version + 1, before.root_sha256) if before else (1, "")
        rest, root = sealed(version, _code_version(), previous_root)
        close = DayClose(
            scope=scope,
            market_id=market_id,
            business_date=day,
            version=version,
            state=state,
            closed_at=now,
            incomplete=incomplete,
            inputs_sha256=inputs,
            rules_sha256=rules_sha256,
            code_version=_code_version(),
            previous_root=previous_root,
            rest_sha256=rest,
            tree_root=draft.tree_root,
            root_sha256=root,
        )
    assert close is not None
    outcomes = dict(sorted(Counter(row[3] for row in draft.outcomes).items()))
    return _told(close, outcomes, draft.market_day, is_new=is_new), close, draft


def _kept(
    session: Session, close: DayClose, *, is_held: bool = False, would_be: Figures | None = None
) -> ClosedDay:
    """Return a version that stays as it is, whatever was drafted."""
    kept = stored_figures(session, close.id)
    told = _told(close, kept.outcomes, kept.market_day, is_new=False)
    return replace(told, is_held=is_held, would_be=would_be)


def _told(
    close: DayClose,
    outcomes: Mapping[str, int],
    market_day: Figures | None,
    *,
    is_new: bool,
) -> ClosedDay:
    return ClosedDay(
        scope=close.scope,
        business_date=close.business_date,
        version=close.version,
        state=close.state,
        incomplete=close.incomplete,
        root_sha256=close.root_sha256,
        is_new=is_new,
        is_held=False,
        outcomes=outcomes,
        market_day=market_day,
        would_be=None,
    )


@cache
def _code_version() -> str:
    return version_of("cho40")


def _store(session: Session, fresh: Sequence[tuple[DayClose, Draft]]) -> None:
    session.add_all(close for close, _ in fresh)
    session.flush()
    insert_rows(
        session,
        MatchOutcome,
        [(close.id, *outcome) for close, draft in fresh for outcome in draft.outcomes],
    )
    insert_rows(
        session,
        VendorDay,
        [
            {"close_id": close.id, **vendor_day}
            for close, draft in fresh
            for vendor_day in draft.vendor_days
        ],
    )
    insert_rows(
        session,
        MarketDay,
        [
            {"close_id": close.id, **draft.market_day}
            for close, draft in fresh
            if draft.market_day is not None
        ],
    )


def _markets(session: Session, market_code: str | None) -> dict[str, int]:
    """Return the id of each market to close, by code."""
    table = table_of(Market).c
    rows: Sequence[Any] = rows_of(session, sa.select(table.code, table.id))
    markets: dict[str, int] = dict(rows)
    if market_code is None:
        return markets
    if market_code not in markets:
        raise MarketNotFound(market_code)
    return {market_code: markets[market_code]}


def _market_days(
    session: Session, markets: Mapping[str, int], first: date, last: date
) -> pd.DataFrame:
    """Return ``market_id, scope, business_date, is_open`` for each market to close and day."""
    scope_of = {market_id: code for code, market_id in markets.items()}
    days = open_day_frame(session, first, last).rename(columns={"day_on": "business_date"})
    days = days[days["market_id"].isin(scope_of)]
    return days.assign(scope=days["market_id"].map(scope_of).astype("str"))


def _wait_for_other_writers(session: Session) -> None:
    # Between two SELECTs a row and its counterpart may come in: the close would see one of them.
    # SQLite's writer has the database for itself; PostgreSQL's waits for ingest and other closes.
    if session.get_bind().dialect.name == "postgresql":
        for lock in (CLOSE_LOCK, INGEST_LOCK):
            session.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
