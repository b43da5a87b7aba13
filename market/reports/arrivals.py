"""A vendor's money between sale and account: what is due when, and what arrived for which sales."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from market.reports.closes import newest_closes_of
from market.reports.money_parts import ExpectedView, PayoutView
from market.reports.sources import counting_lines, lands_at_once, source_name
from reconciliation.bulk import table_of
from reconciliation.errors import BooksDoNotBalance
from reconciliation.rules.kept import KeptRules, due_on
from reconciliation.tables import DayClose, ProviderTransaction, SettlementStatement

SALES_LOOK_BACK = timedelta(days=31)
"""A payout pays sales of at most so long ago: the same span a close looks at."""
_COSTS_OFF = ("refunds_vnd", "fees_vnd", "tax_vnd")
_PAYS = ("matched", "matched_with_difference", "matched_in_class")


def expected_arrivals(
    session: Session,
    closes: Sequence[DayClose],
    vendor_id: int,
    rules: Mapping[str, KeptRules],
) -> list[ExpectedView]:
    """Return what is on its way by the day it is due, the undated last.

    A payout that the provider has announced comes on the day it names, any other by the contract
    the close went by.
    """
    if not closes:
        return []
    rules_of = {close.id: rules.get(close.rules_sha256) for close in closes}
    payout = table_of(SettlementStatement).alias("payout")
    selected, parts = _lines(closes, vendor_id)
    line, b, c = parts["line"], parts["b"], parts["c"]
    announced = (
        sa.select(sa.func.max(payout.c.expected_arrival_on))
        .where(
            payout.c.provider == line.ledger,
            payout.c.settlement_id == line.settlement_id,
            payout.c.statement_kind == "payout",
        )
        .scalar_subquery()
    )
    wanted = (
        selected.where(c.outcome == "pending_cut_off")
        .add_columns(
            b.close_id,
            line.ledger,
            line.business_date,
            announced.label("announced_on"),
            sa.cast(sa.func.sum(_net(parts)), sa.BigInteger).label("net"),
        )
        .group_by(b.close_id, line.ledger, line.business_date, line.settlement_id)
    )
    due: dict[tuple[date | None, str], int] = defaultdict(int)
    for row in session.connection().execute(wanted).mappings():
        ledger = row["ledger"]
        if lands_at_once(ledger):
            continue
        on = row["announced_on"] or _due_on(rules_of[row["close_id"]], ledger, row["business_date"])
        due[on, ledger] += int(row["net"])
    return [
        ExpectedView(on=on, ledger=ledger, name=source_name(ledger), amount_vnd=amount)
        for (on, ledger), amount in sorted(
            due.items(), key=lambda item: (item[0][0] or date.max, item[0][1])
        )
        if amount
    ]


def arrived_payouts(
    session: Session,
    market_code: str,
    vendor_id: int,
    first: date,
    last: date,
    *,
    paid_out_vnd: int,
) -> list[PayoutView]:
    """Return the payouts that arrived from ``first`` to ``last``, oldest first.

    A payout to an account that several vendors share is nobody's own and is not told.

    Args:
        paid_out_vnd: what the closes of these days say arrived. What of it stands against no sale
            is told in one line without a source.

    Raises:
        BooksDoNotBalance: the payouts told come to more than that.
    """
    closes = list(newest_closes_of(session, [market_code], first - SALES_LOOK_BACK, last).values())
    if not closes:
        return []
    selected, parts = _lines(closes, vendor_id)
    line, c = parts["line"], parts["c"]
    paid = (
        selected.where(
            c.counterpart_id.is_not(None),
            c.outcome.in_(_PAYS),
            line.ledger_type.not_in(("payout", "payout_reversal")),
            ~parts["is_shared"],
        )
        .add_columns(
            c.counterpart_id.label("payout_id"),
            line.ledger,
            sa.func.min(line.business_date).label("sales_from"),
            sa.func.max(line.business_date).label("sales_to"),
            sa.cast(sa.func.sum(_net(parts)), sa.BigInteger).label("net"),
        )
        .group_by(c.counterpart_id, line.ledger)
    )
    found = [dict(row) for row in session.connection().execute(paid).mappings()]
    landed = _landed(session, [row["payout_id"] for row in found])
    views = [
        PayoutView(
            on=on,
            ledger=row["ledger"],
            name=source_name(row["ledger"]),
            sales_from=row["sales_from"],
            sales_to=row["sales_to"],
            paid_for_vnd=int(row["net"]),
            kept_vnd=int(row["net"]) - amount,
            amount_vnd=amount,
        )
        for row in found
        if (told := landed.get(row["payout_id"])) is not None
        for on, amount in [told]
        if first <= on <= last
    ]
    rest = paid_out_vnd - sum(view.amount_vnd for view in views)
    if rest < 0:
        raise BooksDoNotBalance(
            f"payouts from {first} to {last}: {paid_out_vnd - rest} đồng told, the closes say "
            f"{paid_out_vnd}"
        )
    views.sort(key=lambda view: (view.on, view.ledger, view.amount_vnd))
    if rest:
        views.append(
            PayoutView(
                on=last,
                ledger="",
                name="",
                sales_from=None,
                sales_to=None,
                paid_for_vnd=None,
                kept_vnd=None,
                amount_vnd=rest,
            )
        )
    return views


def _lines(closes: Sequence[DayClose], vendor_id: int) -> tuple[Any, dict[str, Any]]:
    return counting_lines(closes, vendor_id)


def _net(parts: Mapping[str, Any]) -> Any:
    net = parts["gross_vnd"]
    for name in _COSTS_OFF:
        net = net - parts[name]
    return net


def _landed(session: Session, payout_ids: Sequence[int]) -> dict[int, tuple[date, int]]:
    """Return day and amount of payouts: rows of a bank's statement, or (negative) payout objects."""
    row, told = table_of(ProviderTransaction).c, table_of(SettlementStatement).c
    rows = session.connection().execute(
        sa.select(row.id, row.business_date, row.amount).where(
            row.id.in_([each for each in payout_ids if each > 0])
        )
    )
    objects = session.connection().execute(
        sa.select(-told.id, told.expected_arrival_on, told.net_amount).where(
            told.id.in_([-each for each in payout_ids if each < 0]),
            told.expected_arrival_on.is_not(None),
            told.net_amount.is_not(None),
        )
    )
    return {number: (on, int(amount)) for number, on, amount in [*rows, *objects]}


def _due_on(rules: KeptRules | None, ledger: str, sold_on: date) -> date | None:
    row = rules.row(ledger, sold_on) if rules is not None else None
    return None if row is None else due_on(row, sold_on)
