"""What becomes of vendors' codes on their way through banks: which remarks arrive whole, bent, empty.

A payment over a vendor's code carries that code in its remark. Whether somebody paid over the code or
typed a transfer by hand cannot be seen, so a remark without a code is told as "no code", not as a
fault of anybody; where a notice and the statement tell of one movement and only one has the code, it
is proven that the other lost it.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import HO_CHI_MINH
from merchants.tables import Market, Vendor
from reconciliation.bulk import rows_of, table_of
from reconciliation.records import Direction, Status, TransactionType
from reconciliation.references import find_vendor_codes
from reconciliation.tables import ProviderTransaction


class RemarkState(StrEnum):
    """How a vendor's code arrived."""

    INTACT = "intact"
    """Letter for letter."""
    BENT = "bent"
    """Readable only without the spaces, small letters or signs that were put into it."""
    NONE = "none"
    """No valid code of the vendor whose account it came to."""


_FORMS = (
    ("Vietcombank", re.compile(r"^MBVCB\.")),
    ("ACB", re.compile(r"^ACB;")),
    ("MB Bank", re.compile(r"MA GD ACSP", re.IGNORECASE)),
    ("IBFT", re.compile(r"\bIBFT\b")),
    ("NAPAS", re.compile(r"\bGD \d{6}\b")),
)
OTHER_FORM = ""
"""The remark is of no form that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkCount:
    """Remarks of one ledger, book and form of the payer's bank."""

    ledger: str
    book: str
    form: str
    payments: int
    intact: int
    bent: int
    none: int
    amount_vnd: int
    none_vnd: int

    @property
    def none_share(self) -> float:
        """Return which share of the payments came without a readable code."""
        return self.none / self.payments if self.payments else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkHour:
    """Remarks of one hour of the day, of the rows that tell a time."""

    hour: int
    payments: int
    none: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkLoss:
    """The table of some days."""

    counts: tuple[RemarkCount, ...]
    """Largest share without a code first."""
    hours: tuple[RemarkHour, ...]
    lost_by_statement: int
    """Pairs by the bank's own reference whose notice has the code and whose statement does not."""
    lost_by_notice: int
    pairs: int
    forgotten: int
    """Rows whose remark is not kept any more: in no count."""


def remark_loss(
    session: Session, first: date, last: date, *, market_code: str | None = None
) -> RemarkLoss:
    """Return how remarks of payments to vendors arrived on the days from ``first`` to ``last``."""
    counted: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * 6)
    hours: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    pairs: dict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
    forgotten = 0
    for row in rows_of(session, _payments(first, last, market_code)):
        if row.forgotten_at is not None:
            forgotten += 1
            continue
        state = state_of(row.description, row.code)
        ledger, book = row.ledger, str(row.book.value)
        cell = counted[ledger, book, form_of(row.description)]
        is_none = state is RemarkState.NONE
        cell[0] += 1
        cell[1 + list(RemarkState).index(state)] += 1
        cell[4] += row.amount
        cell[5] += row.amount if is_none else 0
        if row.occurred_at is not None:
            hour = hours[row.occurred_at.astimezone(HO_CHI_MINH).hour]
            hour[0] += 1
            hour[1] += is_none
        if row.bank_reference:
            pairs[ledger, row.bank_reference].setdefault(book, not is_none)
    both = [told for told in pairs.values() if len(told) > 1]
    counts = [
        RemarkCount(
            ledger=ledger,
            book=book,
            form=form,
            payments=cell[0],
            intact=cell[1],
            bent=cell[2],
            none=cell[3],
            amount_vnd=cell[4],
            none_vnd=cell[5],
        )
        for (ledger, book, form), cell in counted.items()
    ]
    counts.sort(key=lambda one: (-one.none_share, -one.payments, one.ledger, one.book, one.form))
    return RemarkLoss(
        counts=tuple(counts),
        hours=tuple(
            RemarkHour(hour=hour, payments=cell[0], none=cell[1])
            for hour, cell in sorted(hours.items())
        ),
        lost_by_statement=sum(told["payments"] and not told["statement"] for told in both),
        lost_by_notice=sum(told["statement"] and not told["payments"] for told in both),
        pairs=len(both),
        forgotten=forgotten,
    )


@lru_cache(maxsize=65_536)
def state_of(remark: str | None, code: str | None) -> RemarkState:
    """Return how the code of a vendor arrived in a remark; a code of somebody else is none."""
    if not code or code not in find_vendor_codes(remark):
        return RemarkState.NONE
    return RemarkState.INTACT if code in (remark or "") else RemarkState.BENT


def form_of(remark: str | None) -> str:
    """Return the bank or network whose way of writing remarks this is; empty = not known."""
    return next((name for name, shape in _FORMS if shape.search(remark or "")), OTHER_FORM)


def _payments(first: date, last: date, market_code: str | None) -> sa.Select[Any]:
    row, vendor, market = table_of(ProviderTransaction).c, table_of(Vendor), table_of(Market)
    wanted = (
        sa.select(
            row.ledger,
            row.book,
            row.description,
            row.amount,
            row.occurred_at,
            row.bank_reference,
            row.forgotten_at,
            vendor.c.code,
        )
        .select_from(
            table_of(ProviderTransaction)
            .join(vendor, vendor.c.id == row.vendor_id)
            .join(market, market.c.id == vendor.c.market_id)
        )
        .where(
            row.business_date.between(first, last),
            row.is_current,
            row.status == Status.SUCCEEDED,
            row.ledger_type == TransactionType.PAYMENT,
            row.direction == Direction.CREDIT,
            row.currency == "VND",
            # Wallets and gateways tell whose money it is by an id of their own; remarks are banks'.
            sa.or_(row.provider.startswith("bank_"), row.provider.in_(("sepay", "casso", "payos"))),
        )
        .order_by(row.id)
    )
    return wanted if market_code is None else wanted.where(market.c.code == market_code)
