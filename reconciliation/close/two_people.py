"""The rule that two people take a decision, asked again of every decision that is stored.

The doors refuse whoever decides on their own proposal (``rules.changing``, ``locks.changing``,
``operations``, ``merchants.acceptance``); what is written past them shows here. Steps about breaks are
asked by ``breaks.proof``. Taking one's own proposal back is no decision of two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.kinds import AccountChangeState
from merchants.tables import AccountChange
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.locks.tables import BookLock
from reconciliation.rules.tables import RuleChange
from reconciliation.tables import Decision, DeliveryVoid, HandAttribution

_DECIDED = (Decision.APPROVED, Decision.REFUSED)


@dataclass(frozen=True, slots=True)
class _Deed:
    """A table of decisions, how one is called, and the columns of those who may not decide."""

    table: sa.Table
    called: str
    is_decided: sa.ColumnElement[bool]
    others: tuple[str, ...] = ("proposed_by",)


def _deeds() -> Iterator[_Deed]:
    for model, called in (
        (RuleChange, "Lần đổi quy tắc số"),
        (BookLock, "Đề xuất khoá, mở sổ số"),
        (DeliveryVoid, "Yêu cầu rút lượt nhận số"),
        (HandAttribution, "Đề xuất khoản của ai số"),
    ):
        table = table_of(model)
        yield _Deed(table, called, table.c.decision.in_(_DECIDED))
    table = table_of(AccountChange)
    decided = (AccountChangeState.APPROVED, AccountChangeState.REJECTED)
    is_decided = table.c.state.in_(decided)
    yield _Deed(table, "Đề xuất tài khoản số", is_decided, ("proposed_by", "confirmed_by"))


def verify_two_people(session: Session) -> list[str]:
    """Return the decisions that two people did not take, one sentence each, in Vietnamese."""
    return [finding for deed in _deeds() for finding in _verify(session, deed)]


def _verify(session: Session, deed: _Deed) -> Iterator[str]:
    columns = deed.table.c
    is_wrong: list[Any] = [columns[name] == columns.decided_by for name in deed.others]
    wanted = (
        sa.select(columns.id, columns.decided_by)
        .where(deed.is_decided, sa.or_(columns.decided_by == "", *is_wrong))
        .order_by(columns.id)
    )
    for number, decided_by in rows_of(session, wanted):
        if decided_by:
            yield f"{deed.called} {number}: {decided_by} tự quyết, không có người thứ hai"
        else:
            yield f"{deed.called} {number}: đã quyết mà không ghi ai quyết"
