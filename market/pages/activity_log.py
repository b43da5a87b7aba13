"""The logs: what happened at the doors, and what was done to a market's register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BeforeValidator
from sqlmodel import Session

from market.exports import csv_bytes
from market.i18n import Translator, translator
from market.i18n.door_telling import tell_door_note, tell_door_subject
from market.i18n.event_names import EVENT_NAMES
from market.i18n.event_telling import OTHER_EVENT, tell_event
from market.pages.days import now_of
from market.pages.rendering import lang_of, page
from market.security.principal import Principal
from market.security.reading_log import names_of_actors, security_log, whole_security_log
from market.security.scope import Caller
from market.security.security_log import SecurityAction, record_security_event
from market.security.sessions import Reading, Writing
from merchants.event_subjects import subject_names
from merchants.find import find_market
from merchants.kinds import EventAction
from merchants.markets.log import LogEntry, LogFilter, market_log, whole_market_log

router = APIRouter()

MARKET_LOG = "/cho/{market_code}/nhat-ky"
SECURITY_LOG = "/nhat-ky"
ENTRIES_PER_PAGE = 50
ACTOR_NAMES = {
    "command": "Người vận hành",
    "system": "Máy chủ",
    "stranger": "Chưa rõ ai",
    "staff": "Người dùng cũ",
}

Action = Annotated[str, Query(alias="viec", max_length=40)]
# A form that is sent with a day left empty sends the empty word.
_OrNone = BeforeValidator(lambda text: text or None)
First = Annotated[date | None, _OrNone, Query(alias="tu")]
Last = Annotated[date | None, _OrNone, Query(alias="den")]


def _asked(viec: Action = "", tu: First = None, den: Last = None) -> LogFilter:
    return LogFilter(action=viec, first_on=tu, last_on=den)


Asked = Annotated[LogFilter, Depends(_asked)]
Before = Annotated[int | None, Query(alias="truoc", ge=1, le=2**63 - 1)]


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime
    what: str
    who: str
    helped_by: str
    whom: str
    told: str


@router.get(SECURITY_LOG, response_class=HTMLResponse)
def doors_log(
    request: Request,
    session: Reading,
    caller: Caller,
    wanted: Asked,
    truoc: Before = None,
) -> HTMLResponse:
    """Show who came in, and what was done to users, links and tokens."""
    events, next_id = security_log(session, caller, wanted, before_id=truoc, limit=ENTRIES_PER_PAGE)
    subjects = [event.subject.replace("user:", "staff:") for event in events]
    names = names_of_actors(session, [*(event.actor for event in events), *subjects])
    _ = translator(lang_of(request))
    lines = [
        _Line(
            event.at,
            EVENT_NAMES.get(event.action, OTHER_EVENT),
            _who(event.actor, names),
            "",
            names.get(subject) or tell_door_subject(event.subject, _),
            tell_door_note(event.note, _),
        )
        for event, subject in zip(events, subjects, strict=True)
    ]
    return _page(request, caller, SECURITY_LOG, "", lines, wanted, next_id, tuple(SecurityAction))


@router.get(f"{SECURITY_LOG}.csv", response_class=Response)
def doors_log_csv(
    request: Request,
    session: Writing,
    caller: Caller,
    wanted: Asked,
) -> Response:
    """Return the same as CSV, all of it; that it was taken out is remembered."""
    rows = [
        (event.at.isoformat(), event.action, event.actor, event.subject, event.note)
        for event in whole_security_log(session, caller, wanted)
    ]
    _note_export(session, request, caller, "", len(rows))
    return _csv(("at", "action", "actor", "subject", "note"), rows, "nhat-ky")


@router.get(MARKET_LOG, response_class=HTMLResponse)
def register_log(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    wanted: Asked,
    truoc: Before = None,
) -> HTMLResponse:
    """Show what was done to a market's register."""
    market = find_market(session, market_code)
    entries, next_id = market_log(
        session, market_code, wanted, before_id=truoc, limit=ENTRIES_PER_PAGE
    )
    who = names_of_actors(session, (entry.actor for entry in entries))
    names = subject_names(session, entries)
    _ = translator(lang_of(request))
    lines = [_line(entry, _who(entry.actor, who), names, _) for entry in entries]
    here = MARKET_LOG.format(market_code=market_code)
    return _page(request, caller, here, market.name, lines, wanted, next_id, tuple(EventAction))


@router.get(f"{MARKET_LOG}.csv", response_class=Response)
def register_log_csv(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    wanted: Asked,
) -> Response:
    """Return the same as CSV, all of it; that it was taken out is remembered."""
    find_market(session, market_code)
    rows = [
        (
            entry.at.isoformat(),
            entry.action,
            entry.actor,
            entry.assisted_by,
            entry.stall_code,
            entry.vendor_code,
            entry.subject,
            entry.from_value,
            entry.to_value,
            entry.reason,
            entry.note,
        )
        for entry in whole_market_log(session, market_code, wanted)
    ]
    _note_export(session, request, caller, market_code, len(rows))
    header = (
        "at", "action", "actor", "assisted_by", "stall", "vendor", "subject", "from", "to",
        "reason", "note",
    )  # fmt: skip
    return _csv(header, rows, f"nhat-ky-{market_code}")


def _page(
    request: Request,
    caller: Principal,
    here: str,
    place: str,
    lines: Sequence[_Line],
    wanted: LogFilter,
    next_id: int | None,
    actions: Sequence[str],
) -> HTMLResponse:
    return page(
        request,
        "activity_log",
        caller=caller,
        here=here,
        place=place,
        lines=lines,
        wanted=wanted,
        next_id=next_id,
        actions=sorted(((str(a), EVENT_NAMES[a]) for a in actions), key=lambda one: one[1]),
    )


def _who(actor: str, names: dict[str, str]) -> str:
    kind, _, name = actor.partition(":")
    return names.get(actor) or ACTOR_NAMES.get(kind) or name or actor


def _line(entry: LogEntry, who: str, names: Mapping[str, str], _: Translator) -> _Line:
    told = tell_event(entry, names, _)
    parts = (", ".join(told.details), told.note)
    return _Line(
        entry.at,
        told.what,
        who,
        entry.assisted_by,
        ", ".join(part for part in (entry.stall_code, entry.vendor_code) if part),
        "; ".join(part for part in parts if part),
    )


def _note_export(
    session: Session, request: Request, caller: Principal, market_code: str, rows: int
) -> None:
    record_security_event(
        session,
        SecurityAction.LOG_EXPORTED,
        actor=caller.actor,
        now=now_of(request),
        subject=f"market:{market_code}" if market_code else "",
        note=f"{rows} rows",
    )


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> Response:
    return Response(
        csv_bytes(header, rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
