"""How each feed stands today, what waits, and which day's statements are here."""

import calendar as days_of_months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.feed_deeds import FeedTools, read_feed_again
from market.i18n import month
from market.i18n.feed_words import PROVIDERS
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, once_of, read_number
from market.pages.feeds.expectations import KeptExpectations, LedgerDayCell
from market.pages.feeds.shown import HOME, feed_words
from market.pages.forms import Form, Sent
from market.pages.rendering import page
from market.pages.stalls.choice import pages_shown
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.errors import EntryRefused
from reconciliation.errors import UnknownProvider
from reconciliation.intake.schemas import newest_drifts
from reconciliation.operations.shared_accounts import (
    contradictions,
    count_contradictions,
    shared_accounts,
)
from reconciliation.operations.standing import FeedStanding, feeds_today
from reconciliation.records import SourceChannel

router = APIRouter()

CALENDAR = f"{HOME}/lich"
AGAIN = f"{HOME}/doc-lai"
SHARED_PER_PAGE = 50
After = Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)]
Month = Annotated[str, Query(alias="thang", pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
_STATES = {
    "missing": "Thiếu",
    "partial": "Còn dòng chờ",
    "late": "Đến muộn",
    "waiting": "Chưa đến hạn",
    "told": "Có sao kê",
    "zero": "Có tệp, không khoản nào",
}
_MARKS = {"missing": "!", "partial": "~", "late": "m", "waiting": "…", "told": "+", "zero": "0"}


@dataclass(frozen=True, slots=True)
class LedgerMonth:
    """One ledger's month: by day its state, how many accounts told, of how many."""

    ledger: str
    cells: Sequence[LedgerDayCell]
    missing: int


@router.get(HOME, response_class=HTMLResponse)
def feeds(
    request: Request,
    session: Reading,
    caller: Caller,
    da: str = "",
    nguon: str = "",
    sau: After = None,
    trang: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """Show each feed as it stands today, and a page of the accounts that several sources tell of."""
    done_for = nguon if da == "doc-lai" else ""
    return _shown(request, session, caller, Form(), done_for=done_for, resume=sau, number=trang)


@router.post(AGAIN, response_class=HTMLResponse)
def read_again_all(request: Request, session: Writing, caller: Caller, form: Sent) -> Response:
    """Read everything that waits of a provider again."""
    provider = form.value("nguon")
    after = read_number(form, "sau", digits_max=9) or 0
    query: dict[str, object] = {"da": "doc-lai", "nguon": provider}

    def act() -> None:
        try:
            result = read_feed_again(
                session,
                FeedTools.of_app(request.app.state),
                provider,
                actor=caller.actor,
                now=now_of(request),
                after=after,
            )
        except UnknownProvider:
            raise EntryRefused({"nguon": "Chưa có bộ đọc cho nguồn này"}) from None
        if result.left:  # the next press goes on behind those that cannot be read yet
            query["sau"] = result.replayed[-1].delivery_id

    answer = carry_out(request, session, caller, form, act=act, location=HOME, query=query)
    return answer or _shown(request, session, caller, form)


@router.get(CALENDAR, response_class=HTMLResponse)
def calendar(
    request: Request, session: Reading, caller: Caller, thang: Month | None = None
) -> HTMLResponse:
    """Show month by month which statements are here, late, or missing."""
    today = today_of(request)
    first = date.fromisoformat(f"{thang}-01") if thang else today.replace(day=1)
    last = first.replace(day=days_of_months.monthrange(first.year, first.month)[1])
    ledgers = _months(request, session, first, min(last, today))
    return page(
        request,
        "feeds/calendar",
        caller=caller,
        here=CALENDAR,
        section="calendar",
        month_label=month(first),
        first=first,
        days=[first + timedelta(days=n) for n in range((min(last, today) - first).days + 1)],
        ledgers=ledgers,
        missing=sum(one.missing for one in ledgers),
        before=(first - timedelta(days=1)).strftime("%Y-%m"),
        after="" if last >= today else (last + timedelta(days=1)).strftime("%Y-%m"),
        state_names=_STATES,
        marks=_MARKS,
        **feed_words(caller),
    )


def _months(request: Request, session: Session, first: date, last: date) -> list[LedgerMonth]:
    # The close's own definitions bring pandas with them: only this page waits for it.
    from reconciliation.operations.calendar import DayState, ledger_days
    from reconciliation.operations.expected_files import load_expected_files
    from reconciliation.profiles import load_profiles

    if last < first:
        return []
    found = ledger_days(
        session,
        first,
        last,
        profiles=load_profiles(request.app.state.contracts),
        expected=load_expected_files(request.app.state.expected_files),
        now=now_of(request),
    )
    not_here = (DayState.MISSING, DayState.WAITING)
    months = []
    for ledger in dict.fromkeys(one.ledger for one in found):
        own = [one for one in found if one.ledger == ledger]
        cells = [
            (
                one.day,
                one.state.value if one.state else "",
                one.expected - sum(one.accounts.get(state, 0) for state in not_here),
                one.expected,
            )
            for one in own
        ]
        missing = sum(one.accounts.get(DayState.MISSING, 0) > 0 for one in own)
        months.append(LedgerMonth(ledger, cells, missing))
    return months


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    form: Form,
    *,
    done_for: str = "",
    resume: int | None = None,
    number: int = 1,
) -> HTMLResponse:
    today = today_of(request)
    shared = shared_accounts(session, today=today)
    pages = max(1, -(-len(shared) // SHARED_PER_PAGE))
    number = min(number, pages)
    contradicted = contradictions(session, today=today)
    yesterday = today - timedelta(days=1)
    kept: KeptExpectations = request.app.state.feed_expectations
    expected = kept.of(yesterday, now_of(request), lambda: _expected(request, session, yesterday))
    due = {(ledger, SourceChannel.FILE) for ledger in expected}
    standing = feeds_today(
        session, today=today, configured=request.app.state.feeds_configured | due
    )
    waiting: dict[str, int] = {}
    for one in standing:
        waiting[one.provider] = waiting.get(one.provider, 0) + one.waiting
    return page(
        request,
        "feeds/today",
        caller=caller,
        status_code=422 if form.errors else 200,
        here=HOME,
        section="today",
        today=today,
        feeds=standing,
        expected=expected,
        state_names=_STATES,
        waiting=sum(one.waiting for one in standing),
        rows_waiting=sum(one.rows_waiting for one in standing),
        bad_signatures=sum(one.bad_signatures for one in standing),
        came=sum(one.came_today for one in standing),
        providers_waiting=sorted(_to_read_again(standing)),
        drifts=newest_drifts(session, now=now_of(request)),
        shared=shared[(number - 1) * SHARED_PER_PAGE : number * SHARED_PER_PAGE],
        shared_total=len(shared),
        shared_page=number,
        shared_pages=pages_shown(number, pages),
        contradictions=contradicted,
        contradicted=count_contradictions(session, today=today) if contradicted else 0,
        form=form,
        once=once_of(form),
        done_for=PROVIDERS.get(done_for, ""),
        resume={done_for: resume} if resume else {},
        still_waiting=waiting.get(done_for, 0),
        **feed_words(caller),
    )


def _expected(request: Request, session: Session, day: date) -> dict[str, LedgerDayCell]:
    """Return by ledger how a day's statements stand, of those that something is due of."""
    months = _months(request, session, day, day)
    return {one.ledger: one.cells[0] for one in months if one.cells[0][1]}


def _to_read_again(standing: Sequence[FeedStanding]) -> set[str]:
    return {one.provider for one in standing if one.waiting or one.rows_waiting}
