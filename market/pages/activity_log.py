"""The logs: what happened at the doors, and what was done to a market's register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BeforeValidator
from sqlmodel import Session

from market.exports import csv_bytes
from market.i18n import ROLE_NAMES
from market.i18n.event_names import EVENT_NAMES
from market.pages.days import now_of
from market.pages.rendering import page
from market.security.principal import Principal
from market.security.reading_log import names_of_actors, security_log, whole_security_log
from market.security.scope import Caller
from market.security.security_log import SecurityAction, record_security_event
from market.security.sessions import Reading, Writing
from merchants.find import find_market
from merchants.kinds import EventAction
from merchants.markets.log import LogEntry, LogFilter, market_log, whole_market_log

router = APIRouter()

MARKET_LOG = "/cho/{market_code}/nhat-ky"
SECURITY_LOG = "/nhat-ky"
ENTRIES_PER_PAGE = 50
_ROLE_NAMES = {role.value: name for role, name in ROLE_NAMES.items()}
ACTOR_NAMES = {"command": "Người vận hành", "system": "Máy chủ", "stranger": "Chưa rõ ai"}

Action = Annotated[str, Query(alias="viec", max_length=40)]
# A form that is sent with a day left empty sends the empty word.
_OrNone = BeforeValidator(lambda text: text or None)
First = Annotated[date | None, _OrNone, Query(alias="tu")]
Last = Annotated[date | None, _OrNone, Query(alias="den")]
Before = Annotated[int | None, Query(alias="truoc", ge=1, le=2**63 - 1)]


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime
    action: str
    who: str
    helped_by: str
    whom: str
    told: str


@router.get(SECURITY_LOG, response_class=HTMLResponse)
def doors_log(
    request: Request,
    session: Reading,
    caller: Caller,
    viec: Action = "",
    tu: First = None,
    den: Last = None,
    truoc: Before = None,
) -> HTMLResponse:
    """Show who came in, and what was done to users, links and tokens."""
    wanted = LogFilter(action=viec, first_on=tu, last_on=den)
    events, next_id = security_log(session, caller, wanted, before_id=truoc, limit=ENTRIES_PER_PAGE)
    subjects = [event.subject.replace("user:", "staff:") for event in events]
    names = names_of_actors(session, [*(event.actor for event in events), *subjects])
    lines = [
        _Line(
            event.at,
            event.action,
            _who(event.actor, names),
            "",
            names.get(subject, event.subject),
            _in_words(event.note),
        )
        for event, subject in zip(events, subjects, strict=True)
    ]
    return _page(request, caller, SECURITY_LOG, "", lines, wanted, next_id, tuple(SecurityAction))


@router.get(f"{SECURITY_LOG}.csv", response_class=Response)
def doors_log_csv(
    request: Request,
    session: Writing,
    caller: Caller,
    viec: Action = "",
    tu: First = None,
    den: Last = None,
) -> Response:
    """Return the same as CSV, all of it; that it was taken out is remembered."""
    wanted = LogFilter(action=viec, first_on=tu, last_on=den)
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
    viec: Action = "",
    tu: First = None,
    den: Last = None,
    truoc: Before = None,
) -> HTMLResponse:
    """Show what was done to a market's register."""
    market = find_market(session, market_code)
    wanted = LogFilter(action=viec, first_on=tu, last_on=den)
    entries, next_id = market_log(
        session, market_code, wanted, before_id=truoc, limit=ENTRIES_PER_PAGE
    )
    names = names_of_actors(session, (entry.actor for entry in entries))
    lines = [
        _Line(
            entry.at,
            entry.action,
            _who(entry.actor, names),
            entry.assisted_by,
            ", ".join(
                part for part in (entry.stall_code, entry.vendor_code, entry.subject) if part
            ),
            _told(entry),
        )
        for entry in entries
    ]
    here = MARKET_LOG.format(market_code=market_code)
    return _page(request, caller, here, market.name, lines, wanted, next_id, tuple(EventAction))


@router.get(f"{MARKET_LOG}.csv", response_class=Response)
def register_log_csv(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    viec: Action = "",
    tu: First = None,
    den: Last = None,
) -> Response:
    """Return the same as CSV, all of it; that it was taken out is remembered."""
    find_market(session, market_code)
    wanted = LogFilter(action=viec, first_on=tu, last_on=den)
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
        actions=sorted(((str(a), EVENT_NAMES.get(a, a)) for a in actions), key=lambda one: one[1]),
        name_of=lambda action: EVENT_NAMES.get(action, action),
    )


def _who(actor: str, names: dict[str, str]) -> str:
    kind, _, name = actor.partition(":")
    return names.get(actor) or ACTOR_NAMES.get(kind) or name or actor


def _in_words(note: str) -> str:
    """Return a note with the name of the role it begins with."""
    word, gap, rest = note.partition(" ")
    return f"{_ROLE_NAMES.get(word, word)}{gap}{rest}"


def _told(entry: LogEntry) -> str:
    step = " → ".join(part for part in (entry.from_value, entry.to_value) if part)
    return "; ".join(part for part in (step, entry.reason, entry.note) if part)


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
