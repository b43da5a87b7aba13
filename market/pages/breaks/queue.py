"""The queue of a market's breaks: what waits, since when, how much money, and whose turn it is."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.exports import csv_bytes
from market.pages.actors import actor_names
from market.pages.breaks.shown import WORDS
from market.pages.days import Day, today_of
from market.pages.entries import once_of
from market.pages.forms import Form
from market.pages.rendering import page
from market.roles import Role
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import ROW_ID_MAX
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.find import find_market
from reconciliation.breaks.deciding import MANY_MAX
from reconciliation.breaks.listing import (
    BreakFilter,
    ChosenBreak,
    chosen_breaks,
    count_breaks,
    count_chosen,
    every_break,
    ledgers_of,
    list_breaks,
    questions_of,
)
from reconciliation.breaks.resolutions import Resolution, may_resolve
from reconciliation.breaks.states import WAITING, BreakState
from reconciliation.breaks.why_not import WhyNot

router = APIRouter()

LIST = "/cho/{market_code}/khoan-lech"
ROWS = 30
COLUMNS = (
    "code",
    "business_date",
    "ledger",
    "account",
    "reference",
    "stall_code",
    "vendor_code",
    "outcome",
    "reason",
    "records",
    "amount_vnd",
    "difference_vnd",
    "stake_vnd",
    "sentence_vi",
    "state",
    "opened_at",
    "due_on",
    "age_days",
    "suggested",
    "resolution",
    "until_on",
    "proposed_by",
    "decided_by",
)
"""Columns of the CSV; people as ``staff:12``, as in the log and in the API."""


class Shown(StrEnum):
    """Which breaks a list shows; values stand in addresses."""

    WAITING = ""
    MINE = "duyet"
    """Proposals of others, for whoever may decide."""
    LATE = "qua-han"
    WAITS = "hen"
    """Agreed on to be let alone until a day; then a close opens them again."""
    OVER = "xong"


_STATES = {
    Shown.WAITS: (BreakState.APPROVED,),
    Shown.OVER: (BreakState.APPROVED, BreakState.RESOLVED_BY_DATA),
}
SECTIONS = {
    Shown.WAITING: "Đang chờ",
    Shown.MINE: "Chờ anh/chị duyệt",
    Shown.LATE: "Quá hạn",
    Shown.WAITS: "Hẹn chờ thêm",
    Shown.OVER: "Đã xong",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a list is narrowed to, by address or by the hidden fields of its form."""

    section: Shown = Shown.WAITING
    ledger: str = ""
    outcome: str = ""
    vendor_code: str = ""
    on: date | None = None

    def filter_for(self, caller: Principal) -> BreakFilter:
        """Return the breaks that are meant, as the reader sees them."""
        asked = BreakFilter(
            states=_STATES.get(self.section, WAITING),
            is_put_off={Shown.WAITS: True, Shown.OVER: False}.get(self.section),
            ledger=self.ledger,
            outcome=self.outcome,
            vendor_code=self.vendor_code,
            first=self.on,
            last=self.on,
            is_late=self.section is Shown.LATE,
        )
        if self.section is Shown.MINE:
            return replace(asked, proposed_by_other_than=str(caller.actor))
        return asked

    @property
    def query(self) -> dict[str, str]:
        """Return the parameters of an address that leads to the same list."""
        told = {"muc": self.section.value, "nguon": self.ledger, "loi": self.outcome}
        on = self.on.isoformat() if self.on else ""
        return told | {"nguoi_ban": self.vendor_code, "ngay": on}


def _choice(
    muc: Shown = Shown.WAITING,
    nguon: Annotated[str, Query(max_length=20)] = "",
    loi: Annotated[str, Query(max_length=24)] = "",
    nguoi_ban: Annotated[str, Query(max_length=19)] = "",
    ngay: Day = None,
) -> Choice:
    return Choice(muc, nguon, loi, nguoi_ban.upper(), ngay)


class DoneForMany(NamedTuple):
    """What was done about many: what, for how many, and why not for others, each with how many."""

    deed: str = ""
    moved: int = 0
    refused: Sequence[tuple[WhyNot, int]] = ()


NOTHING_DONE = DoneForMany()


def told_counts(reasons: Iterable[WhyNot]) -> str:
    """Return each reason with how often it comes, the most frequent first, as an address holds it."""
    return ".".join(f"{why.name.lower()}-{n}" for why, n in Counter(reasons).most_common())


def _after_many(
    da: Annotated[str, Query(max_length=12)] = "",
    so: Annotated[int, Query(ge=0, le=ROW_ID_MAX)] = 0,
    vi_sao: Annotated[str, Query(max_length=300)] = "",
) -> DoneForMany:
    told = (part.partition("-") for part in vi_sao.split("."))
    names = WhyNot.__members__
    refused = [
        (names[name.upper()], int(count))
        for name, _, count in told
        if name.upper() in names and re.fullmatch("[0-9]{1,4}", count)
    ]
    return DoneForMany(da, so, refused)


Chosen = Annotated[Choice, Depends(_choice)]
Done = Annotated[DoneForMany, Depends(_after_many)]


@router.get(LIST, response_class=HTMLResponse)
def queue(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    choice: Chosen,
    done: Done,
    sau: Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)] = None,
) -> HTMLResponse:
    """Show the breaks, those with most money first."""
    return queue_page(request, session, caller, market_code, choice, Form(), after=sau, done=done)


@router.get(f"{LIST}.csv", response_class=Response)
def queue_csv(
    request: Request, session: Reading, caller: Caller, market_code: str, choice: Chosen
) -> Response:
    """Return the whole of a list as CSV, in its order; accounts by their last characters."""
    find_market(session, market_code)
    rows = [
        [_told(getattr(one, name)) for name in COLUMNS]
        for one in every_break(
            session, market_code, choice.filter_for(caller), today=today_of(request)
        )
    ]
    headers = {"Content-Disposition": f'attachment; filename="khoan-lech-{market_code}.csv"'}
    return Response(csv_bytes(COLUMNS, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _told(value: object) -> str | int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _ways(session: Session, scope: str, asked: BreakFilter, today: date) -> list[Resolution]:
    """Return the resolutions that may be proposed for at least one break of a list."""
    questions = questions_of(session, scope, asked, today=today)
    return [each for each in Resolution if any(may_resolve(one, each) for one in questions)]


def digest_of(chosen: Sequence[ChosenBreak]) -> str:
    """Return what stands for a list and what is proposed in it, to tell whether it is still that."""
    return sha256(repr([tuple(one) for one in chosen]).encode()).hexdigest()


def queue_page(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    choice: Choice,
    form: Form,
    *,
    after: int | None = None,
    done: DoneForMany = NOTHING_DONE,
) -> HTMLResponse:
    """Return the page of the queue; with faults in ``form`` as what was refused, values kept."""
    market, today = find_market(session, market_code), today_of(request)
    asked = choice.filter_for(caller)
    page_of = replace(asked, after=after, limit=ROWS)
    found, next_id = list_breaks(session, market_code, page_of, today=today)
    if after is not None and not found:  # what stood here was moved elsewhere: begin again
        after = None
        found, next_id = list_breaks(
            session, market_code, replace(page_of, after=None), today=today
        )
    names = actor_names(session, {one.taken_by for one in found if one.taken_by})
    meant = count_chosen(session, market_code, asked, today=today)
    is_writer = caller.role is not Role.AUDITOR and caller.user_id is not None
    is_worked_on = is_writer and choice.section not in _STATES
    # More than can be moved at once need no name: they are refused by their number.
    is_nameable = is_worked_on and meant <= MANY_MAX
    chosen = chosen_breaks(session, market_code, asked, today=today) if is_nameable else []
    return page(
        request,
        "breaks/queue",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=market,
        here=f"/cho/{market_code}/khoan-lech",
        found=found,
        next_id=next_id,
        after=after,
        meant=meant,
        ways=_ways(session, market_code, asked, today) if is_worked_on else [],
        digest=digest_of(chosen),
        counts=count_breaks(session, market_code, today=today, on=choice.on),
        ledgers=ledgers_of(session, market_code),
        choice=choice,
        sections=SECTIONS,
        names=names,
        may_propose=is_worked_on and caller.may(Right.RECONCILE),
        may_decide=is_worked_on and caller.may(Right.DECIDE),
        form=form,
        once=once_of(form),
        done=done,
        **WORDS,
    )
