"""A market's calendar: the month as a table, one day put right by a tap, a new rule with a preview."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import month
from market.i18n.place_words import CALENDAR_RULES, WEEKDAYS, rule_words
from market.i18n.words import translator
from market.pages.days import Day, now_of, today_of
from market.pages.entries import carry_out, is_carried_out, once_of, options, read_day
from market.pages.forms import Form, Sent
from market.pages.rendering import address, lang_of, page
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.calendars.market_calendars import (
    PREVIEW_DAYS,
    CalendarDay,
    calendar_of,
    change_rule,
    correct_day,
    preview,
    take_back_correction,
)
from merchants.calendars.market_spans import MarketSpan, market_spans
from merchants.calendars.open_days import BRANCHES, CalendarRuleSpan
from merchants.find import find_market
from merchants.kinds import CalendarRule
from merchants.tables import Market

router = APIRouter()

Month = Annotated[str | None, Query(alias="thang", pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")]
OPEN, CLOSED, BY_RULE = "hop", "nghi", "lich"
_FIELDS = {"params": "tham_so", "from_on": "tu", "note": "ghi_chu", "day": "ngay"}


@router.get("/cho/{market_code}/cai-dat/lich", response_class=HTMLResponse)
def market_calendar(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    thang: Month = None,
    ngay: Day = None,
) -> HTMLResponse:
    """Show a month of market days, and the form that puts one of them right."""
    market = find_market(session, market_code)
    first = _month(thang) if thang else (ngay or today_of(request)).replace(day=1)
    return show_calendar(request, session, caller, market, CalendarShown(first=first, asked=ngay))


@router.post("/cho/{market_code}/cai-dat/lich/ngay", response_class=HTMLResponse)
def correct(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Say that the market is open or closed on a day, or leave it to the rule again."""
    market = find_market(session, market_code)
    day = read_day(form, "ngay", is_needed=True)
    word = form.value("la")
    if word not in {OPEN, CLOSED, BY_RULE}:
        form.refuse("la", "Chọn họp, nghỉ hoặc theo lịch")
    today = today_of(request)

    def act() -> None:
        assert day is not None
        told: dict[str, Any] = {"actor": caller.actor, "now": now_of(request)}
        if word == BY_RULE:
            take_back_correction(session, market, day, **told)
        else:
            note = form.value("ghi_chu")
            correct_day(session, market, day, is_open=word == OPEN, note=note, **told)

    done = carry_out(
        request,
        session,
        caller,
        form,
        act=act,
        location=f"/cho/{market_code}/cai-dat/lich",
        query={"thang": f"{day or today:%Y-%m}"},
        fields=_FIELDS,
    )
    if done is not None:
        return done
    first = (day if day and 2000 <= day.year < 2100 else today).replace(day=1)
    shown = CalendarShown(first=first, asked=day, correction=form)
    return show_calendar(request, session, caller, market, shown)


@router.post("/cho/{market_code}/cai-dat/lich/quy-tac", response_class=HTMLResponse)
def new_rule(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Show six weeks under a new rule or, when asked to, let it hold from its day on."""
    market = find_market(session, market_code)
    today = today_of(request)
    from_on = read_day(form, "tu", is_needed=True) or today
    rule, params = _read_rule(form)
    planned: list[CalendarDay] = []
    if form.value("viec") == "ghi":
        done = carry_out(
            request,
            session,
            caller,
            form,
            act=lambda: change_rule(
                session,
                market,
                rule,
                params,
                from_on=from_on,
                actor=caller.actor,
                now=now_of(request),
            ),
            location=f"/cho/{market_code}/cai-dat/lich",
            query={"thang": f"{from_on:%Y-%m}"},
            fields=_FIELDS,
        )
        if done is not None:
            return done
    else:
        known = calendar_of(session, market, from_on, _days_later(from_on, PREVIEW_DAYS))
        is_carried_out(
            session,
            form,
            lambda: planned.extend(preview(known, rule, params, from_on=from_on)),
            _FIELDS,
        )
    shown = CalendarShown(first=today.replace(day=1), rule_form=form, planned=planned)
    return show_calendar(request, session, caller, market, shown)


def _read_rule(form: Form) -> tuple[CalendarRule, str]:
    try:
        rule = CalendarRule(form.value("kieu"))
    except ValueError:
        form.refuse("kieu", "Chọn một kiểu lịch trong danh sách")
        return CalendarRule.DAILY, ""
    match rule:
        case CalendarRule.WEEKLY:
            return rule, f"weekdays={'|'.join(form.all('thu'))}"
        case CalendarRule.LUNAR_DAY:
            return rule, f"days={'|'.join(_parts(form.value('am_lich')))}"
        case CalendarRule.BRANCH_DAY:
            return rule, f"branches={'|'.join(form.all('chi'))}"
        case CalendarRule.EXPLICIT:
            return rule, f"dates={'|'.join(_iso(part) for part in _parts(form.value('cac_ngay')))}"
        case CalendarRule.DAILY:
            return rule, ""


def _parts(text: str) -> list[str]:
    return text.replace(",", " ").replace(";", " ").split()


def _iso(text: str) -> str:
    """Return a day in the form rules are kept in; what is no day stays and is refused there."""
    try:
        day = datetime.strptime(text, "%d/%m/%Y")  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        return text
    return day.date().isoformat()


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _days_later(day: date, days: int) -> date:
    return min(day, date(9000, 1, 1)) + timedelta(days=days)


def _rule_form(rule: CalendarRuleSpan | None, today: date) -> Form:
    """Return the form of a new rule, filled with the rule of today."""
    form = Form.showing(kieu=rule.rule_type.value if rule else "", tu=today.isoformat())
    values = rule.params.partition("=")[2].split("|") if rule and rule.params else []
    match rule.rule_type if rule else None:
        case CalendarRule.WEEKLY:
            return Form({**form.values, "thu": values})
        case CalendarRule.LUNAR_DAY:
            return Form({**form.values, "am_lich": [", ".join(values)]})
        case CalendarRule.BRANCH_DAY:
            names = [BRANCHES[int(value)] if value.isdigit() else value for value in values]
            return Form({**form.values, "chi": names})
        case CalendarRule.EXPLICIT:
            days = ", ".join("/".join(reversed(value.split("-"))) for value in values)
            return Form({**form.values, "cac_ngay": [days]})
    return form


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarShown:
    """What the page is to show: a month, the day asked for, the forms as they were sent."""

    first: date
    asked: date | None = None
    correction: Form | None = None
    rule_form: Form | None = None
    ends: Form | None = None
    planned: list[CalendarDay] = field(default_factory=list)


def show_calendar(
    request: Request, session: Session, caller: Principal, market: Market, shown: CalendarShown
) -> HTMLResponse:
    """Return the page of a market's calendar, its forms as they were sent or opened anew."""
    _ = translator(lang_of(request))
    today = today_of(request)
    first, correction, planned = shown.first, shown.correction, shown.planned
    last = first.replace(day=monthrange(first.year, first.month)[1])
    calendar = calendar_of(session, market, first, last)
    days = calendar.days(first, last)
    chosen = next((day for day in days if day.on == shown.asked), None)
    if correction is None and chosen is not None:
        correction = _correction_form(chosen)
    rule_form = shown.rule_form or _rule_form(calendar.rule_on(today), today)
    span = market_spans(session).get(market.id or 0)
    ends = shown.ends or _ends_form(span)
    path = f"/cho/{market.code}/cai-dat/lich"
    is_refused = any(form.errors for form in (correction or Form(), rule_form, ends))
    return page(
        request,
        "settings_calendar",
        caller=caller,
        status_code=422 if is_refused else 200,
        market=market,
        may_change=caller.may(Right.MANAGE_MARKET),
        path=path,
        first=first,
        weeks=_weeks(days),
        open_count=sum(day.is_open for day in days),
        corrected=[day for day in days if day.correction],
        chosen=chosen,
        correction=correction,
        rule_form=rule_form,
        planned=_weeks(planned),
        planned_open=[day.on for day in planned if day.is_open],
        span=span,
        ends=ends,
        once=[once_of(form) for form in (correction or Form(), rule_form, ends)],
        previous=address(request, path, thang=f"{first - timedelta(days=1):%Y-%m}"),
        following=address(request, path, thang=f"{last + timedelta(days=1):%Y-%m}"),
        rules=[(rule, rule_words(rule, _)) for rule in reversed(calendar.rules)],
        rule_options=options(CALENDAR_RULES, _),
        month_label=month(first),
        weekdays=[(str(number), name) for number, name in enumerate(WEEKDAYS, start=1)],
        branches=BRANCHES,
        today=today,
    )


def _ends_form(span: MarketSpan | None) -> Form:
    """Return the form that closes a market, or of a closed one takes that back."""
    if span is None or span.closed_on is None:
        return Form()
    return Form.showing(mo_lai_tu=(span.closed_on + timedelta(days=1)).isoformat())


def _correction_form(day: CalendarDay) -> Form:
    word = BY_RULE
    if day.correction is not None:
        word = OPEN if day.correction.is_open else CLOSED
    note = day.correction.note if day.correction else ""
    return Form.showing(ngay=day.on.isoformat(), la=word, ghi_chu=note)


def _weeks(days: list[CalendarDay]) -> list[list[CalendarDay | None]]:
    """Return the days in rows from Monday to Sunday; ``None`` = outside of the span."""
    if not days:
        return []
    cells: list[CalendarDay | None] = [None] * (days[0].on.isoweekday() - 1)
    cells += days
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]
