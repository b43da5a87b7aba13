"""A market's day close: three sides compared, what is missing, what is open, every version and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import Translator, translator
from market.i18n.break_words import ALL_OUTCOMES, CAUSES
from market.i18n.missing_words import missing_sentences
from market.moments import known_until
from market.pages.actors import actor_names
from market.pages.breaks.shown import WORDS
from market.pages.days import Day, now_of, today_of
from market.pages.entries import carry_out, once_of, read_day
from market.pages.forms import Form, Sent
from market.pages.rendering import lang_of, page
from market.reports.closes import latest_closed_on, refuse_far_day
from market.roles import Role
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.errors import EntryRefused
from merchants.find import find_market
from reconciliation.breaks.listing import BreakFilter, count_breaks, list_breaks
from reconciliation.breaks.states import WAITING
from reconciliation.close.day_book import (
    OTHER_DAY,
    VersionLine,
    known_at,
    three_sides,
    versions_of,
)
from reconciliation.close.locks.days import held_changes, lock_of
from reconciliation.close.missing_words import BETWEEN
from reconciliation.errors import DayNotOver

router = APIRouter()

PATH = "/cho/{market_code}/chot-ngay"
BREAKS_SHOWN = 10
DONE = {
    "moi": "Đã chốt, có phiên bản mới.",
    "nhu-cu": "Đã xem lại, không có gì thay đổi.",
    "giu-lai": "Đã xem lại. Sổ đã khoá nên dữ liệu mới được giữ lại, chưa tính vào.",
}


@router.get(PATH, response_class=HTMLResponse)
def day_close(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    ngay: Day = None,
    luc: Annotated[str, Query(max_length=20)] = "",
    phien_ban: Annotated[int | None, Query(ge=1, lt=10**6)] = None,
    da: Annotated[str, Query(max_length=12)] = "",
) -> HTMLResponse:
    """Show a day as the newest close tells it, or as it was known at an instant, or one version."""
    form = Form.showing(luc=luc)
    instant = _known_then(form, "luc")
    return _shown(
        request, session, caller, (market_code, ngay), form, known=(instant, phien_ban), done=da
    )


@router.post(PATH, response_class=HTMLResponse)
def close_day(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Close the day, or look again at a closed one; what did not change makes no version."""
    from reconciliation.close.activity import judge_activity
    from reconciliation.close.closing import close_days
    from reconciliation.close.incremental import Incremental
    from reconciliation.profiles import load_profiles

    market = find_market(session, market_code)
    on = read_day(form, "ngay", is_needed=True)
    query: dict[str, object] = {"ngay": on.isoformat() if on else ""}

    def act() -> None:
        assert on is not None
        refuse_far_day(on)
        now = now_of(request)
        try:
            [closed] = close_days(
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
        except DayNotOver:
            raise EntryRefused({"ngay": "Ngày này chưa tới, chưa chốt được"}) from None
        judge_activity(session, now=now, market_codes=[market_code])
        query["da"] = "moi" if closed.is_new else "giu-lai" if closed.is_held else "nhu-cu"

    answer = carry_out(
        request,
        session,
        caller,
        form,
        act=act,
        location=f"/cho/{market.code}/chot-ngay",
        query=query,
    )
    return answer or _shown(request, session, caller, (market_code, on), form)


def _known_then(form: Form, name: str) -> datetime | None:
    """Return the last instant of the moment in a field; what cannot be read is refused."""
    text = form.value(name)
    if not text:
        return None
    try:
        return known_until(text)
    except ValueError:
        form.refuse(name, "Ghi ngày giờ như 21/11/2026 17:00")
        return None


def _told(versions: Sequence[VersionLine], _: Translator) -> list[VersionLine]:
    """Return the versions with what each lacks in the reader's language."""
    return [
        replace(
            one, incomplete=tuple(_(why) for why in missing_sentences(BETWEEN.join(one.incomplete)))
        )
        for one in versions
    ]


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    place: tuple[str, date | None],
    form: Form,
    *,
    known: tuple[datetime | None, int | None] = (None, None),
    done: str = "",
) -> HTMLResponse:
    from reconciliation.close.restatement import restatement

    market_code, asked_on = place
    market, today = find_market(session, market_code), today_of(request)
    on = asked_on or latest_closed_on(session, market_code) or today
    refuse_far_day(on)
    versions = _told(versions_of(session, market_code, on), translator(lang_of(request)))
    instant, number = known
    shown = known_at(versions, instant) if instant else versions[-1] if versions else None
    if number is not None:
        shown = next((one for one in versions if one.version == number), shown)
    newest = versions[-1] if versions else None
    found: list[Any] = []
    if shown is newest:
        of_day = BreakFilter(states=WAITING, first=on, last=on, limit=BREAKS_SHOWN)
        found, _ = list_breaks(session, market_code, of_day, today=today)
    older = shown.version - 1 if shown else 0
    actors = {one.closed_by for one in versions}
    actors |= {one.taken_by for one in found if one.taken_by}
    is_writer = caller.role is not Role.AUDITOR and caller.user_id is not None
    return page(
        request,
        "day_close",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=market,
        here=f"/cho/{market_code}/chot-ngay",
        breaks_path=f"/cho/{market_code}/khoan-lech",
        day_path=f"/cho/{market_code}",
        on=on,
        today=today,
        day_before=on - timedelta(days=1),
        day_after=on + timedelta(days=1),
        versions=versions,
        shown=shown,
        newest=newest,
        instant=instant,
        sides=three_sides(session, market_code, on, shown.version) if shown else None,
        change=restatement(session, market_code, on, older=older, newer=older + 1)
        if older
        else None,
        found=found,
        of_day=count_breaks(session, market_code, today=today, on=on),
        everywhere=count_breaks(session, market_code, today=today),
        latest=latest_closed_on(session, market_code),
        lock=lock_of(session, market_code, on),
        held=next(iter(held_changes(session, market_code, on, on)), None),
        locks_path=f"/cho/{market_code}/khoa-so",
        names=actor_names(session, actors),
        other_day=OTHER_DAY,
        causes=CAUSES,
        all_outcomes=ALL_OUTCOMES,
        may_close=is_writer and caller.may(Right.RECONCILE) and on <= today,
        form=form,
        once=once_of(form),
        done=DONE.get(done, ""),
        **WORDS,
    )
