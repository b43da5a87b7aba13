"""What closed days leave unsettled, by kind: how many records, how many đồng, one sentence each.

Nothing in it names a vendor, an account or a record.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session

from market.reports.money_parts import IssueView
from reconciliation.bulk import table_of
from reconciliation.engine.outcomes import Leg
from reconciliation.engine.sentences import sentence_en, sentence_vi
from reconciliation.tables import MatchOutcome, ProviderTransaction, SettlementStatement

ISSUES_TOLD = 5
_SETTLED = ("matched", "matched_in_class", "not_applicable", "ignored", "paid")
_SECOND_TELLINGS = ("matched_with_difference",)
"""Outcomes of pairs: told once, from the statement's side."""


def top_issues(
    session: Session, close_ids: Sequence[int], most: int = ISSUES_TOLD
) -> list[IssueView]:
    """Return the kinds with most at stake first: what differs of pairs, else the whole amount.

    Lines that wait for a payout are the same money as the payout they are in, so leg C is told by
    its payouts, and by lines only where no payout came.
    """
    decided, record = table_of(MatchOutcome).c, table_of(ProviderTransaction).c
    payout = table_of(SettlementStatement).c
    amount = sa.func.coalesce(
        sa.case((record.currency == "VND", record.amount), else_=None), payout.net_amount, 0
    )
    off = sa.func.abs(decided.difference_vnd)
    fee_off = sa.func.abs(sa.func.coalesce(decided.fee_difference_vnd, 0))
    at_stake = sa.case(
        (decided.outcome.in_(("matched_with_difference", "short", "over")), off + fee_off),
        else_=amount,
    )
    is_second = sa.and_(decided.book == "payments", decided.outcome.in_(_SECOND_TELLINGS))
    is_line_of_payout = sa.and_(
        decided.leg == Leg.C.value, decided.book == "statement", decided.outcome != "missing"
    )
    wanted = (
        sa.select(
            decided.outcome,
            decided.reason,
            sa.func.max(decided.rule).label("rule"),
            sa.func.max(decided.alternatives).label("alternatives"),
            sa.func.count().label("records"),
            sa.cast(sa.func.sum(at_stake), sa.BigInteger).label("at_stake"),
        )
        .select_from(
            table_of(MatchOutcome)
            .outerjoin(table_of(ProviderTransaction), record.id == decided.record_id)
            .outerjoin(table_of(SettlementStatement), payout.id == -decided.record_id)
        )
        .where(
            decided.close_id.in_(close_ids),
            decided.leg != Leg.A.value,
            decided.outcome.not_in(_SETTLED),
            ~is_second,
            ~is_line_of_payout,
        )
        .group_by(decided.outcome, decided.reason)
    )
    found = [dict(row) for row in session.connection().execute(wanted).mappings()]
    found.sort(key=lambda row: (-int(row["at_stake"]), row["outcome"], row["reason"]))
    return [_issue(row) for row in found[:most]]


def _issue(row: dict[str, object]) -> IssueView:
    at_stake = int(str(row["at_stake"]))
    decision = row | {"difference_vnd": at_stake, "fee_difference_vnd": at_stake}
    return IssueView(
        outcome=str(row["outcome"]),
        reason=str(row["reason"]),
        sentence_vi=sentence_vi(decision),
        sentence_en=sentence_en(decision),
        records=int(str(row["records"])),
        amount_vnd=at_stake,
    )
