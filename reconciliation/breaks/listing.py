"""Breaks as lists: filtered, paged, counted, with how long each waits and whose it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import market_day
from merchants.privacy.erasure import ERASED_NAME
from merchants.tables import Stall, StallHolding, Vendor
from reconciliation.breaks.deciding import question_of
from reconciliation.breaks.resolutions import WHOLE_DAY, Question, Resolution, propose_for
from reconciliation.breaks.states import ASKED, WAITING, BreakAction, BreakState
from reconciliation.breaks.tables import Break, BreakStep
from reconciliation.bulk import rows_of, table_of
from reconciliation.engine.outcomes import Leg, Outcome, Reason
from reconciliation.engine.sentences import sentence_en, sentence_vi
from reconciliation.errors import BreakNotFound
from reconciliation.tables import ProviderTransaction, SettlementStatement

PAGE_ROWS = 50
PAGE_ROWS_MAX = 500
BESIDE_MAX = 10
_MONTH = timedelta(days=31)
"""How long before it arrives the lines of a payout may be."""
_IN_DOUBT = (Outcome.AMBIGUOUS, Outcome.AMBIGUOUS_PAYOUT)
_BREAK = table_of(Break)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEntry:
    """A break of a list.

    ``code`` is how people call it; ``age_days`` counts until the end, else until today; ``account``
    shows the last characters only. ``vendor_code`` is empty where the record names nobody.
    """

    id: int
    code: str
    scope: str
    leg: str
    book: str
    business_date: date
    ledger: str
    account: str
    reference: str
    vendor_code: str
    vendor_name: str
    stall_code: str
    outcome: str
    reason: str
    rule: str
    records: int
    amount_vnd: int
    difference_vnd: int
    fee_difference_vnd: int | None
    stake_vnd: int
    alternatives: int
    record_id: int
    counterpart_id: int | None
    is_whole_day: bool
    state: BreakState
    opened_at: datetime
    due_on: date
    age_days: int
    is_late: bool
    taken_by: str
    suggested: Resolution
    resolution: Resolution | None
    until_on: date | None
    proposed_by: str
    proposed_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    undo_asked_by: str
    """Who asks to take back what was agreed on, while that waits for a second person."""
    proposal_number: int | None
    """The number in the log of the proposal that waits for a second person."""
    sentence_vi: str
    sentence_en: str

    @property
    def question(self) -> Question:
        """Return what the rules on resolutions look at."""
        return Question(
            leg=Leg(self.leg),
            outcome=Outcome(self.outcome),
            reason=Reason(self.reason),
            fee_difference_vnd=self.fee_difference_vnd,
            is_whole_day=self.is_whole_day,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakFilter:
    """Which breaks; ``None`` and empty = all."""

    states: tuple[BreakState, ...] = WAITING
    first: date | None = None
    last: date | None = None
    ledger: str = ""
    outcome: str = ""
    vendor_code: str = ""
    proposed_by_other_than: str = ""
    """Only proposals of others than this actor: what they may decide on."""
    is_late: bool = False
    is_put_off: bool | None = None
    """Whether two people let it wait until a day; ``None`` = both."""
    after: int | None = None
    """The number of the last one of the page before."""
    limit: int = PAGE_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakCounts:
    """How many breaks wait, by state, how many of those are overdue, and what is at stake in đồng."""

    by_state: dict[BreakState, int]
    late: int
    stake_vnd: int

    @property
    def waiting(self) -> int:
        """Return how many wait for somebody."""
        return sum(self.by_state.get(state, 0) for state in WAITING)


def list_breaks(
    session: Session, scope: str, asked: BreakFilter, *, today: date
) -> tuple[list[BreakEntry], int | None]:
    """Return a page of breaks, the most money first, and what to pass as ``after`` next."""
    limit = min(max(asked.limit, 1), PAGE_ROWS_MAX)
    query = _entries().where(*_conditions(scope, asked, today))
    if asked.after is not None:
        before = table_of(Break).alias("before")
        stake = sa.select(before.c.stake_vnd).where(before.c.id == asked.after).scalar_subquery()
        tied = sa.and_(_BREAK.c.stake_vnd == stake, _BREAK.c.id > asked.after)
        query = query.where(sa.or_(_BREAK.c.stake_vnd < stake, tied))
    rows = rows_of(session, query.order_by(_BREAK.c.stake_vnd.desc(), _BREAK.c.id).limit(limit + 1))
    found = [_entry(row, today) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else None


def every_break(
    session: Session, scope: str, asked: BreakFilter, *, today: date
) -> Iterator[BreakEntry]:
    """Yield all breaks a filter lets through, the most money first, page after page."""
    after: int | None = None
    while True:
        page = replace(asked, after=after, limit=PAGE_ROWS_MAX)
        found, after = list_breaks(session, scope, page, today=today)
        yield from found
        if after is None:
            return


class ChosenBreak(NamedTuple):
    """The number of a break, and of the proposal about it that waits."""

    id: int
    proposal_number: int | None


def chosen_breaks(
    session: Session, scope: str, asked: BreakFilter, *, today: date
) -> list[ChosenBreak]:
    """Return all breaks a filter lets through by their numbers, for doing something about all."""
    query = sa.select(_BREAK.c.id, _proposal_number()).where(*_conditions(scope, asked, today))
    query = query.select_from(_source(asked)).order_by(_BREAK.c.id)
    return [ChosenBreak(*row) for row in rows_of(session, query)]


def count_chosen(session: Session, scope: str, asked: BreakFilter, *, today: date) -> int:
    """Return how many breaks a filter lets through."""
    query = sa.select(sa.func.count()).where(*_conditions(scope, asked, today))
    return int(session.execute(query.select_from(_source(asked))).scalar_one())


def questions_of(
    session: Session, scope: str, asked: BreakFilter, *, today: date
) -> list[Question]:
    """Return what the rules look at of the breaks a filter lets through, each once, without fees."""
    row = _BREAK.c
    is_whole_day = row.key.startswith(WHOLE_DAY).label("is_whole_day")
    query = sa.select(row.leg, row.outcome, row.reason, is_whole_day).distinct()
    query = query.where(*_conditions(scope, asked, today)).select_from(_source(asked))
    return [
        Question(
            leg=Leg(one.leg),
            outcome=Outcome(one.outcome),
            reason=Reason(one.reason),
            fee_difference_vnd=None,
            is_whole_day=bool(one.is_whole_day),
        )
        for one in rows_of(session, query)
    ]


def _source(asked: BreakFilter) -> Any:
    """Return what a filter looks at: only one on vendors needs the ledger beside the queue."""
    return _joined() if asked.vendor_code else _BREAK


def find_break(session: Session, scope: str, number: int, *, today: date) -> BreakEntry:
    """Return one break.

    Raises:
        BreakNotFound: the scope has none with this number.
    """
    query = _entries().where(_BREAK.c.scope == scope, _BREAK.c.id == number)
    for row in rows_of(session, query):
        return _entry(row, today)
    raise BreakNotFound(number)


def undecided_beside(session: Session, entry: BreakEntry, *, today: date) -> list[BreakEntry]:
    """Return what else waits undecided between lines and payouts of one account, the earliest first.

    Of a payout the days it may pay and the payouts that may pay them instead; of a day its payouts.
    At most ``BESIDE_MAX``, of a month before and after.
    """
    if entry.leg != Leg.C or entry.outcome not in _IN_DOUBT:
        return []
    account = sa.func.coalesce(_RECORD.c.account_alias, _PAYOUT.c.account_alias)
    own = sa.select(account.label("account"), _OWNER.c.id.label("owner")).select_from(_joined())
    [asked] = rows_of(session, own.where(_BREAK.c.id == entry.id))
    # A wallet's payout lands on another account than its sales: then both are of one vendor.
    of_one = [
        column == value
        for column, value in ((account, asked.account), (_OWNER.c.id, asked.owner))
        if value is not None
    ]
    query = _entries().where(
        _BREAK.c.scope == entry.scope,
        _BREAK.c.leg == entry.leg,
        _BREAK.c.ledger == entry.ledger,
        _BREAK.c.outcome.in_(_IN_DOUBT),
        _BREAK.c.state.in_(WAITING),
        _BREAK.c.business_date.between(entry.business_date - _MONTH, entry.business_date + _MONTH),
        _BREAK.c.id != entry.id,
        sa.or_(sa.false(), *of_one),
    )
    query = query.order_by(_BREAK.c.business_date, _BREAK.c.id).limit(BESIDE_MAX)
    return [_entry(row, today) for row in rows_of(session, query)]


def count_breaks(
    session: Session, scope: str, *, today: date, on: date | None = None
) -> BreakCounts:
    """Return how many breaks wait in a scope, over all days or of one."""
    waits = _BREAK.c.state.in_(WAITING)
    late = sa.case((sa.and_(waits, _BREAK.c.due_on < today), 1), else_=0)
    query = (
        sa.select(
            _BREAK.c.state,
            sa.func.count(),
            sa.func.sum(late),
            sa.func.sum(sa.case((waits, _BREAK.c.stake_vnd), else_=0)),
        )
        .where(_BREAK.c.scope == scope)
        .group_by(_BREAK.c.state)
    )
    if on is not None:
        query = query.where(_BREAK.c.business_date == on)
    rows: Sequence[Any] = rows_of(session, query)
    return BreakCounts(
        by_state={row[0]: row[1] for row in rows},
        late=sum(int(row[2] or 0) for row in rows),
        stake_vnd=sum(int(row[3] or 0) for row in rows),
    )


def ledgers_of(session: Session, scope: str) -> list[str]:
    """Return the ledgers that breaks of a scope are about, sorted."""
    query = sa.select(_BREAK.c.ledger).where(_BREAK.c.scope == scope).distinct()
    return sorted(ledger for (ledger,) in rows_of(session, query))


def break_code(number: int, on: date) -> str:
    """Return what people call a break: ``CL-2011-42`` is number 42, of 20 November."""
    return f"CL-{on:%d%m}-{number:02}"


def _conditions(scope: str, asked: BreakFilter, today: date) -> list[sa.ColumnElement[bool]]:
    row = _BREAK.c
    told = (
        (asked.states, row.state.in_(asked.states)),
        (asked.first, row.business_date >= (asked.first or date.min)),
        (asked.last, row.business_date <= (asked.last or date.max)),
        (asked.ledger, row.ledger == asked.ledger),
        (asked.outcome, row.outcome == asked.outcome),
        # Who withdrew is named nowhere, so nobody can be asked for by that code, either.
        (
            asked.vendor_code,
            sa.and_(
                _VENDOR.c.code == asked.vendor_code,
                _VENDOR.c.is_poster_only.is_(False),
                _VENDOR.c.full_name != ERASED_NAME,
            ),
        ),
        (
            asked.proposed_by_other_than,
            sa.or_(
                sa.and_(
                    row.state == BreakState.PROPOSED,
                    row.proposed_by != asked.proposed_by_other_than,
                ),
                sa.and_(
                    row.state == BreakState.UNDOING,
                    row.undo_asked_by != asked.proposed_by_other_than,
                ),
            ),
        ),
        (asked.is_put_off, row.resolution == Resolution.WAIT),
        (asked.is_put_off is False, row.resolution.is_distinct_from(Resolution.WAIT)),
        (asked.is_late, sa.and_(row.state.in_(WAITING), row.due_on < today)),
    )
    return [row.scope == scope, *(condition for is_asked, condition in told if is_asked)]


_RECORD = table_of(ProviderTransaction).alias("record")
_OTHER = table_of(ProviderTransaction).alias("other")
_PAYOUT = table_of(SettlementStatement).alias("payout")
_OWNER = table_of(Vendor).alias("owner")
_VENDOR = table_of(Vendor).alias("kept")
"""Whose it is now: a record that was merged is told under the one that was kept."""


def _joined() -> Any:
    return (
        _BREAK.outerjoin(_RECORD, _RECORD.c.id == _BREAK.c.record_id)
        .outerjoin(_OTHER, _OTHER.c.id == _BREAK.c.counterpart_id)
        .outerjoin(_PAYOUT, _PAYOUT.c.id == -_BREAK.c.record_id)
        .outerjoin(_OWNER, _OWNER.c.id == sa.func.coalesce(_RECORD.c.vendor_id, _OTHER.c.vendor_id))
        .outerjoin(_VENDOR, _VENDOR.c.id == sa.func.coalesce(_OWNER.c.merged_into_id, _OWNER.c.id))
    )


def _proposal_number() -> sa.ColumnElement[int | None]:
    step = table_of(BreakStep).alias("proposing")
    newest = (
        sa.select(sa.func.max(step.c.number))
        .where(step.c.break_id == _BREAK.c.id, step.c.action == BreakAction.PROPOSED)
        .correlate(_BREAK)
        .scalar_subquery()
    )
    return sa.case((_BREAK.c.state.in_(ASKED), newest)).label("proposal_number")


def _entries() -> sa.Select[Any]:
    stall, holding = table_of(Stall), table_of(StallHolding)
    held = (
        sa.select(sa.func.min(stall.c.code))
        .join_from(holding, stall, stall.c.id == holding.c.stall_id)
        .where(
            holding.c.vendor_id == _OWNER.c.id,
            holding.c.from_on <= _BREAK.c.business_date,
            sa.or_(holding.c.to_on.is_(None), holding.c.to_on >= _BREAK.c.business_date),
        )
        .correlate(_OWNER, _BREAK)
        .scalar_subquery()
    )
    return sa.select(
        _BREAK,
        _VENDOR.c.code.label("vendor_code"),
        _VENDOR.c.full_name.label("vendor_name"),
        _VENDOR.c.is_poster_only,
        _proposal_number(),
        held.label("stall_code"),
        sa.func.coalesce(_RECORD.c.account_alias, _PAYOUT.c.account_alias).label("account"),
        sa.func.coalesce(_RECORD.c.provider_transaction_id, _PAYOUT.c.settlement_id).label(
            "reference"
        ),
    ).select_from(_joined())


def _entry(row: Any, today: date) -> BreakEntry:
    told = dict(row._mapping)  # noqa: SLF001 (the public name of a row's columns by label)
    ended_at = row.decided_at if row.state is BreakState.APPROVED else None
    until_on = market_day(ended_at) if ended_at else today
    question = question_of(row)
    # Who withdrew is named nowhere: neither by code or stall, nor by what the record is called.
    is_seen = not told.pop("is_poster_only") and row.vendor_name != ERASED_NAME
    told |= {
        "code": break_code(row.id, row.business_date),
        "account": f"···{row.account[-4:]}" if row.account and is_seen else "",
        "reference": (row.reference or "") if is_seen and not question.is_whole_day else "",
        "vendor_code": (row.vendor_code or "") if is_seen else "",
        "vendor_name": (row.vendor_name or "") if is_seen else "",
        "stall_code": (row.stall_code or "") if is_seen else "",
        "is_whole_day": question.is_whole_day,
        "age_days": max((until_on - market_day(row.opened_at)).days, 0),
        "is_late": row.state in WAITING and row.due_on < today,
        "suggested": propose_for(question),
        "sentence_vi": sentence_vi(told),
        "sentence_en": sentence_en(told),
    }
    del told["key"]
    return BreakEntry(**told)
