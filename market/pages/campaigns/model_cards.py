"""The 4-G card of a programme in a market: shown, edited, and as one printed page."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.adoption.definitions import CATALOGUE
from market.i18n import Lang, instant
from market.i18n.campaign_names import RESOURCE_KINDS, TASK_STATES
from market.pages.campaigns.forms import content_of, day_in, kind_in, tell
from market.pages.campaigns.visits import market_named
from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import lang_of, page
from market.reports.model_card import model_card_file
from market.reports.plans import milli_text, planned_unit, read_milli, typed_text
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.campaigns.model_card_rules import CardContent, CardEntry, Objective, Resource, Task
from merchants.campaigns.model_cards import cards_of_market, find_card, save_card
from merchants.campaigns.programmes import find_programme, list_programmes
from merchants.errors import EntryRefused, ModelCardChangedMeanwhile, ModelCardNotFound
from merchants.kinds import ResourceKind, TaskState
from merchants.sentences import Sentence

router = APIRouter()

BLANK_ROWS = 2
"""Empty rows the form offers beyond those there are; saving offers two more."""

_OBJECTIVE = {
    "indicator": "mt_chi_so",
    "baseline_milli": "mt_dau",
    "target_milli": "mt_dich",
    "due_on": "mt_han",
}
_TASK = {
    "task": "v_viec",
    "responsible": "v_r",
    "accountable": "v_a",
    "consulted": "v_c",
    "informed": "v_i",
}
_RESOURCE = {"need": "dk_can"}


@router.get("/cho/{market_code}/bang-4g", response_class=HTMLResponse)
def model_card(
    request: Request, session: Reading, caller: Caller, market_code: str, ct: str = ""
) -> HTMLResponse:
    """Show a market's 4-G card: of the programme ``ct``, or of the one that began last."""
    market = market_named(session, market_code)
    try:
        card = find_card(session, market_code, ct)
    except ModelCardNotFound:
        if ct:
            raise
        card = None
    today = today_of(request)
    return page(
        request,
        "model_card",
        caller=caller,
        market=market,
        here=f"/cho/{market_code}/bang-4g",
        card=card,
        cards=cards_of_market(session, market_code),
        late=card.late_tasks(today) if card else (),
        today=today,
        may_manage=caller.may(Right.MANAGE_MARKET),
        programmes=_programmes_without_card(session, market_code),
        name_of=partial(_name, lang_of(request)),
        milli_text=milli_text,
        kinds=RESOURCE_KINDS,
        states=TASK_STATES,
    )


@router.get("/cho/{market_code}/bang-4g.pdf", response_class=Response)
def model_card_paper(
    request: Request, session: Reading, market_code: str, ct: str = ""
) -> Response:
    """Return a market's 4-G card as one A4 page."""
    card = find_card(session, market_code, ct)
    content = model_card_file(session, market_code, card.programme_code, today_of(request))
    name = f"bang-4g-{market_code}-{card.programme_code}.pdf"
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/cho/{market_code}/bang-4g/sua", response_class=HTMLResponse)
def model_card_form(
    request: Request, session: Reading, caller: Caller, market_code: str, ct: str
) -> HTMLResponse:
    """Show the form of a card, filled with what there is."""
    card = _card(session, market_code, ct)
    return _form_page(request, session, caller, market_code, ct, _filled(card))


@router.post("/cho/{market_code}/bang-4g/sua", response_class=HTMLResponse)
def send_model_card(
    request: Request, session: Writing, caller: Caller, market_code: str, ct: str, form: Sent
) -> Response:
    """Save a card; whoever comes second is told who came first, and keeps what was typed."""
    once, content = form.value("once"), content_of(form, market_code, ct)
    if done := earlier_answer(session, caller, once, content):
        return see_other(done)
    status = 422
    new, seen_at = _read_content(form), _read_seen(form)
    if not form.errors:
        try:
            save_card(
                session,
                market_code,
                ct,
                new,
                seen_at=seen_at,
                actor=caller.actor,
                now=now_of(request),
            )
        except EntryRefused as refusal:
            tell(form, refusal, _fields(form))
        except ModelCardChangedMeanwhile as meanwhile:
            status = 409
            # What was typed stays; sent once more it is saved over what the other one saved.
            form.values = {**form.values, "thay": [meanwhile.changed_at.isoformat()]}
            form.refuse(
                "muc_dich",
                Sentence(
                    "Người khác vừa lưu bảng này lúc {at}. Xem bảng đang có bên dưới nút Lưu, rồi lưu lần nữa nếu vẫn muốn thay",
                    at=instant(meanwhile.changed_at),
                ),
            )
        else:
            path = f"/cho/{market_code}/bang-4g?ct={ct}"
            remember_answer(session, caller, once, content, path, now_of(request))
            return see_other(path)
    return _form_page(request, session, caller, market_code, ct, form, status_code=status)


def _card(session: Session, market_code: str, programme_code: str) -> CardEntry | None:
    if programme_code not in dict(cards_of_market(session, market_code)):
        return None
    return find_card(session, market_code, programme_code)


def _programmes_without_card(session: Session, market_code: str) -> list[tuple[str, str]]:
    """Return code and name of the programmes the market is in and has no card of."""
    known = dict(cards_of_market(session, market_code))
    return [
        (one.code, one.name)
        for one in list_programmes(session)
        if one.wave_of(market_code) is not None and one.code not in known
    ]


def _filled(card: CardEntry | None) -> Form:
    """Return the form of a card; the fields of a row carry its number."""
    if card is None:
        return Form.showing(once=new_once())
    values: dict[str, object] = {
        "once": new_once(),
        "muc_dich": card.purpose,
        "thay": card.updated_at.isoformat(),
    }
    for n, objective in enumerate(card.objectives):
        values |= {
            f"mt_chi_so_{n}": objective.indicator,
            f"mt_dau_{n}": typed_text(objective.baseline_milli),
            f"mt_dich_{n}": typed_text(objective.target_milli),
            f"mt_han_{n}": objective.due_on.isoformat(),
        }
    for n, task in enumerate(card.tasks):
        values |= {
            f"v_so_{n}": task.id,
            f"v_viec_{n}": task.task,
            f"v_r_{n}": task.responsible,
            f"v_a_{n}": task.accountable,
            f"v_c_{n}": task.consulted,
            f"v_i_{n}": task.informed,
            f"v_han_{n}": task.due_on.isoformat() if task.due_on else "",
            f"v_tt_{n}": task.state.value,
        }
    for n, resource in enumerate(card.resources):
        values |= {
            f"dk_so_{n}": resource.id,
            f"dk_loai_{n}": resource.kind.value,
            f"dk_can_{n}": resource.need,
            f"dk_co_{n}": "1" if resource.is_met else "",
        }
    return Form.showing(**values)


def _read_content(form: Form) -> CardContent:
    objectives = [
        found for n in _rows(form, "mt_chi_so") if (found := _read_objective(form, n)) is not None
    ]
    return CardContent(
        purpose=form.value("muc_dich"),
        objectives=objectives,
        tasks=[_read_task(form, n) for n in _rows(form, "v_viec", "v_r", "v_so")],
        resources=[_read_resource(form, n) for n in _rows(form, "dk_can")],
        reason=form.value("ly_do"),
    )


def _rows(form: Form, *fields: str) -> list[int]:
    """Return the numbers of the rows in which one of the fields was filled in."""
    found = set()
    for name in form.values:
        field, _, number = name.rpartition("_")
        if field in fields and number.isascii() and number.isdigit() and form.value(name):
            found.add(int(number[:3]))
    return sorted(found)


def _read_objective(form: Form, n: int) -> Objective | None:
    indicator = form.value(f"mt_chi_so_{n}")
    unit = planned_unit(indicator)
    if unit is None:
        form.refuse(f"mt_chi_so_{n}", "Chọn chỉ số trong danh sách")
    due_on = day_in(form, f"mt_han_{n}", needed="Ghi hạn của mục tiêu")
    baseline, target = (
        _value_in(form, f"mt_dau_{n}"),
        _value_in(form, f"mt_dich_{n}", needed="Ghi mục tiêu, như 78,5"),
    )
    if unit is None or due_on is None or target is None:
        return None
    return Objective(
        indicator=indicator, unit=unit, baseline_milli=baseline, target_milli=target, due_on=due_on
    )


def _value_in(form: Form, field: str, *, needed: str = "") -> int | None:
    text = form.value(field)
    value = read_milli(text) if text else None
    if text and value is None:
        form.refuse(
            field, Sentence("Ghi “{text}”, cần số như 78,5 hoặc 15.000.000", text=text[:20])
        )
    elif value is None and needed:
        form.refuse(field, needed)
    return value


def _read_task(form: Form, n: int) -> Task:
    return Task(
        id=_id_in(form, f"v_so_{n}"),
        task=form.value(f"v_viec_{n}"),
        responsible=form.value(f"v_r_{n}"),
        accountable=form.value(f"v_a_{n}"),
        consulted=form.value(f"v_c_{n}"),
        informed=form.value(f"v_i_{n}"),
        due_on=day_in(form, f"v_han_{n}"),
        state=kind_in(form, f"v_tt_{n}", TaskState) or TaskState.OPEN,
    )


def _read_resource(form: Form, n: int) -> Resource:
    return Resource(
        id=_id_in(form, f"dk_so_{n}"),
        kind=kind_in(form, f"dk_loai_{n}", ResourceKind) or ResourceKind.PEOPLE,
        need=form.value(f"dk_can_{n}"),
        is_met=form.is_ticked(f"dk_co_{n}"),
    )


def _id_in(form: Form, field: str) -> int | None:
    text = form.value(field)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _read_seen(form: Form) -> datetime | None:
    text = form.value("thay")
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        form.refuse("muc_dich", "Mở lại bảng rồi sửa")
        return None


def _fields(form: Form) -> Mapping[str, str]:
    """Return by the name the register uses the field of the form; rows are numbered as sent."""
    named = {
        "purpose": "muc_dich",
        "reason": "ly_do",
        "objectives": "mt_chi_so_0",
        "tasks": "v_viec_0",
        "resources": "dk_can_0",
    }
    groups = (
        ("objectives", _rows(form, "mt_chi_so"), _OBJECTIVE),
        ("tasks", _rows(form, "v_viec", "v_r", "v_so"), _TASK),
        ("resources", _rows(form, "dk_can"), _RESOURCE),
    )
    for group, rows, fields in groups:
        for place, n in enumerate(rows):
            named |= {f"{group}.{place}.{name}": f"{field}_{n}" for name, field in fields.items()}
    return named


def _name(lang: Lang, indicator: str) -> str:
    definition = CATALOGUE.get(indicator)
    if definition is None:
        return indicator
    return definition.name_en if lang is Lang.EN else definition.name_vi


def _form_page(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    programme_code: str,
    form: Form,
    *,
    status_code: int = 200,
) -> HTMLResponse:
    card = _card(session, market_code, programme_code)
    counts = {
        "objectives": _offered(form, "mt_chi_so"),
        "tasks": _offered(form, "v_viec", "v_r", "v_so"),
        "resources": _offered(form, "dk_can"),
    }
    return page(
        request,
        "model_card_edit",
        caller=caller,
        status_code=status_code,
        market=market_named(session, market_code),
        here=f"/cho/{market_code}/bang-4g",
        programme=find_programme(session, programme_code),
        card=card,
        form=form,
        once=form.value("once"),
        counts=counts,
        indicators=[(id_, _name(lang_of(request), id_)) for id_ in CATALOGUE],
        kinds=RESOURCE_KINDS,
        states=TASK_STATES,
        today=today_of(request),
    )


def _offered(form: Form, *fields: str) -> int:
    """Return how many rows the form shows: up to the last one filled in, and some empty ones."""
    return max(_rows(form, *fields), default=-1) + 1 + BLANK_ROWS
