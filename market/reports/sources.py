"""Closed days by source: what each ledger told, and where that money is by now.

The rules are those of ``reconciliation.close.daily``, said once more in SQL so that a vendor's page
does not wait for pandas; every report proves that both come to the same đồng.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from market.reports.models import DayAmounts
from market.reports.money_parts import SourceAmounts
from market.reports.receipts import GIVEN_BACK, PROVIDER_NAMES
from market.reports.shared_payouts import join_shared
from reconciliation.bulk import table_of
from reconciliation.close.day_figures import NOT_COUNTED
from reconciliation.errors import BooksDoNotBalance
from reconciliation.ledger.accounts import ANNOUNCERS
from reconciliation.records import Direction, Status, TransactionType
from reconciliation.rules.kept import KeptRules
from reconciliation.tables import DayClose, MatchOutcome, ProviderTransaction

PROVED = (
    "payments",
    "gross_vnd",
    "refunds_vnd",
    "fees_vnd",
    "tax_vnd",
    "net_vnd",
    "matched_vnd",
    "pending_vnd",
)
"""Amounts that follow from the lines of a report and must be those of its closes."""
PLACES = (
    "in_bank_vnd",
    "shared_vnd",
    "to_come_vnd",
    "overdue_vnd",
    "in_question_vnd",
    "untold_vnd",
)
MATCHED_WITHIN = timedelta(days=31)
"""The two tellings of one movement lie at most so far apart: what a close looks at on both sides."""
_TOLD = (
    "payments",
    "gross_vnd",
    "refunds_vnd",
    "fees_vnd",
    "tax_vnd",
    "matched_vnd",
    "pending_vnd",
)
_OWN_ACCOUNTS = ANNOUNCERS | {"mpesa", "gsma", "mtn"}
"""Ledgers of an account that the vendor draws on herself, beside those of banks we read."""
_PLACE_OF_OUTCOME = {
    "matched": "in_bank_vnd",
    "matched_in_class": "in_bank_vnd",
    "pending_cut_off": "to_come_vnd",
    "missing": "overdue_vnd",
    "matched_with_difference": "in_question_vnd",
    "ambiguous": "in_question_vnd",
    "conflict": "in_question_vnd",
}
_MATCHED = ("matched", "matched_in_class", "not_applicable", "matched_with_difference")


def source_name(ledger: str) -> str:
    """Return a ledger as people call it."""
    return PROVIDER_NAMES.get(ledger, ledger)


def lands_at_once(ledger: str) -> bool:
    """Return whether what a ledger tells is in the account itself: nobody pays it out later."""
    return ledger.startswith("bank_") or ledger in _OWN_ACCOUNTS


def source_amounts(
    session: Session,
    closes: Sequence[DayClose],
    vendor_id: int | None = None,
    *,
    rules: Iterable[KeptRules] = (),
) -> list[SourceAmounts]:
    """Return what each source told in some closes, largest first; in one question.

    Args:
        vendor_id: of one vendor; ``None`` = of all the closes' lines.
        rules: those the closes went by, as far as they are kept.
    """
    if not closes:
        return []
    sums: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys((*_TOLD, *PLACES), 0))
    for row in session.connection().execute(_lines(closes, vendor_id)).mappings():
        ledger = row["ledger"]
        told = sums[ledger]
        for name in _TOLD:
            told[name] += int(row[name])
        net = _net({name: int(row[name]) for name in _TOLD})
        told[_place(ledger, row["paid"], is_shared=bool(row["is_shared"]))] += net
    run_fees = _taking_from_payouts(rules)
    found = [
        SourceAmounts(
            ledger=ledger,
            name=source_name(ledger),
            net_vnd=_net(told),
            takes_fee_from_payout=ledger in run_fees,
            **told,
        )
        for ledger, told in sums.items()
        if any(told.values())
    ]
    return sorted(found, key=lambda one: (-one.gross_vnd, one.ledger))


def prove_sources(where: str, sources: Iterable[SourceAmounts], amounts: DayAmounts) -> None:
    """Raise ``BooksDoNotBalance`` unless the sources come to the amounts of the closes."""
    told = list(sources)
    for name in PROVED:
        found, closed = sum(getattr(one, name) for one in told), getattr(amounts, name)
        if found != closed:
            raise BooksDoNotBalance(f"{where}: {name} by source {found}, by the closes {closed}")
    placed = sum(getattr(one, place) for one in told for place in PLACES)
    if placed != amounts.net_vnd:
        raise BooksDoNotBalance(f"{where}: {placed} đồng are somewhere, net is {amounts.net_vnd}")


def add_up(days: Iterable[Any]) -> DayAmounts | None:
    """Return the sum of days that have the columns of ``DayAmounts``; ``None`` = no day at all."""
    rows = list(days)
    if not rows:
        return None
    total = DayAmounts(
        **{name: sum(getattr(row, name) for row in rows) for name in DayAmounts.model_fields}
    )
    prove_net(total)
    return total


def prove_net(amounts: DayAmounts) -> None:
    """Raise ``BooksDoNotBalance`` unless gross - refunds - fees - tax = net."""
    net = _net(amounts.model_dump())
    if net != amounts.net_vnd:
        raise BooksDoNotBalance(f"net is {amounts.net_vnd}, its parts come to {net}")


def counting_lines(closes: Sequence[DayClose], vendor_id: int | None) -> tuple[Any, dict[str, Any]]:
    """Return the joined lines of closes, and by name what each adds to each amount.

    The join has the line as ``line``, its outcome on leg B as ``b`` and on leg C as ``c``;
    ``is_shared`` says whether the payout that pays it is nobody's own.
    """
    line, other = (table_of(ProviderTransaction).alias(name) for name in ("line", "other"))
    b, c = (table_of(MatchOutcome).alias(name) for name in ("b", "c"))
    close_ids = [close.id for close in closes]
    joined = (
        b.join(line, line.c.id == b.c.record_id)
        .outerjoin(other, other.c.id == b.c.counterpart_id)
        .outerjoin(
            c,
            sa.and_(
                c.c.close_id == b.c.close_id,
                c.c.record_id == b.c.record_id,
                c.c.book == b.c.book,
                c.c.leg == "C",
            ),
        )
    )
    joined, is_shared = join_shared(joined, closes, c.c.counterpart_id, MATCHED_WITHIN)
    where = [
        b.c.close_id.in_(close_ids),
        b.c.leg == "B",
        line.c.status == Status.SUCCEEDED,
    ]
    if vendor_id is not None:
        # A line that names nobody belongs to whom the other side of its match names.
        where.append(sa.func.coalesce(line.c.vendor_id, other.c.vendor_id) == vendor_id)
        # Saying where they lie keeps a vendor's page from reading a whole market's month.
        where.append(line.c.id.in_(_candidates(closes, vendor_id)))
        day = table_of(DayClose).alias("day")
        joined = joined.join(day, day.c.id == b.c.close_id)
        where += [day.c.business_date == line.c.business_date, b.c.book == line.c.book]
    amount = sa.case((line.c.currency == "VND", line.c.amount), else_=0)
    credit = line.c.direction == Direction.CREDIT
    sale = sa.and_(line.c.ledger_type == TransactionType.PAYMENT, credit)
    alone = sa.and_(b.c.outcome == "not_applicable", b.c.reason != "reversed")
    authority = sa.or_(b.c.book == "statement", alone)
    counting = sa.and_(authority, b.c.outcome.not_in(sorted(NOT_COUNTED)))
    receipt = sa.and_(counting, sale)
    back = sa.and_(counting, line.c.ledger_type.in_(sorted(GIVEN_BACK)))
    signed = sa.case((credit, amount), else_=-amount)
    differs = sa.and_(b.c.outcome == "matched_with_difference", b.c.difference_vnd > 0)
    matched = sa.and_(receipt, b.c.outcome.in_(_MATCHED))
    pending = sa.and_(sale, ~authority, b.c.outcome == "pending_cut_off")

    def cost(column: Any, kind: TransactionType) -> Any:
        beside = sa.case((counting, sa.func.coalesce(column, 0)), else_=0)
        itself = sa.case((sa.and_(counting, line.c.ledger_type == kind), signed), else_=0)
        return beside - itself

    adds = {
        "payments": sa.case((receipt, 1), else_=0),
        "gross_vnd": sa.case((receipt, amount), else_=0),
        "refunds_vnd": sa.case((back, -signed), else_=0),
        "fees_vnd": cost(line.c.fee_amount, TransactionType.FEE),
        "tax_vnd": cost(line.c.tax_amount, TransactionType.TAX),
        "matched_vnd": sa.case(
            (sa.and_(matched, differs), amount - b.c.difference_vnd), (matched, amount), else_=0
        ),
        "pending_vnd": sa.case((pending, amount), else_=0),
    }
    selected = sa.select().select_from(joined).where(*where)
    return selected, {**adds, "line": line.c, "b": b.c, "c": c.c, "is_shared": is_shared}


def _candidates(closes: Sequence[DayClose], vendor_id: int) -> Any:
    """Return the rows that are the vendor's, and those that stand against one of them."""
    own, day = table_of(ProviderTransaction).alias("own"), table_of(DayClose).alias("own_day")
    decided = table_of(MatchOutcome).alias("own_decided")
    first = min(close.business_date for close in closes) - MATCHED_WITHIN
    last = max(close.business_date for close in closes) + MATCHED_WITHIN
    hers = sa.and_(own.c.vendor_id == vendor_id, own.c.business_date.between(first, last))
    against = (
        sa.select(decided.c.counterpart_id)
        .select_from(
            own.join(day, day.c.business_date == own.c.business_date).join(
                decided,
                sa.and_(
                    decided.c.close_id == day.c.id,
                    decided.c.book == own.c.book,
                    decided.c.record_id == own.c.id,
                    decided.c.leg == "B",
                ),
            )
        )
        .where(hers, decided.c.counterpart_id.is_not(None))
    )
    return sa.select(own.c.id).where(hers).union(against)


def _lines(closes: Sequence[DayClose], vendor_id: int | None) -> sa.Select[Any]:
    selected, parts = counting_lines(closes, vendor_id)
    ledger, paid = parts["line"].ledger, parts["c"].outcome
    is_shared = parts["is_shared"]
    sums = [sa.cast(sa.func.sum(parts[name]), sa.BigInteger).label(name) for name in _TOLD]
    grouped: sa.Select[Any] = selected.add_columns(
        ledger, paid.label("paid"), is_shared.label("is_shared"), *sums
    )
    return grouped.group_by(ledger, paid, is_shared)


def _place(ledger: str, paid: str | None, *, is_shared: bool) -> str:
    if lands_at_once(ledger):
        return "in_bank_vnd"
    place = _PLACE_OF_OUTCOME.get(paid or "", "untold_vnd")
    return "shared_vnd" if is_shared and place == "in_bank_vnd" else place


def _net(told: Mapping[str, int]) -> int:
    return told["gross_vnd"] - told["refunds_vnd"] - told["fees_vnd"] - told["tax_vnd"]


def _taking_from_payouts(rules: Iterable[KeptRules]) -> set[str]:
    return {provider for kept in rules for provider in kept.taking_from_payouts()}
