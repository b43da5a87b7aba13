"""A vendor's fees of some closed days against the contract: line by line, proved once more.

The close noted for each line how far the fee charged is from its schedule. Here the schedule that
the close went by is applied once more, without the engine; whatever does not come to the same đồng
is an error and no claim. Lines whose ledger has no contract on file are counted and not judged; so are
lines that tell no fee although the contract names one: it was taken from the payout as a whole, or not told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import rows_of, table_of
from reconciliation.close.day_figures import NOT_COUNTED
from reconciliation.errors import BooksDoNotBalance
from reconciliation.records import Status, TransactionType
from reconciliation.rules.kept import KeptFee, KeptRules, kept_rules
from reconciliation.tables import DayClose, MatchOutcome, ProviderTransaction

_BASIS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeLine:
    """One payment whose fee was compared with the contract."""

    ledger: str
    on: date
    occurred_at: datetime | None
    reference: str
    """The provider's own id; empty once it is forgotten."""
    amount_vnd: int
    charged_vnd: int
    """Fee and tax on it, as the provider tells them."""
    contract_vnd: int
    close_version: int
    close_root: str
    rules_sha256: str

    @property
    def difference_vnd(self) -> int:
        """Return what was charged beyond the contract; negative = less."""
        return self.charged_vnd - self.contract_vnd


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortPayout:
    """A payout that came to less than its lines: by how much is known, why is not."""

    ledger: str
    on: date
    amount_vnd: int
    short_vnd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedFees:
    """What was found; ``lines`` by day, ledger and reference."""

    lines: tuple[FeeLine, ...]
    not_compared: Mapping[str, int]
    """Lines that tell a fee of ledgers without a contract on file, by ledger."""
    untold: Mapping[str, int]
    """Lines that tell no fee of ledgers whose contract names one, by ledger."""
    short_payouts: tuple[ShortPayout, ...]
    contracts: Mapping[str, tuple[KeptFee, ...]]
    """The schedules that were in force, by ledger."""


def audit_fees(session: Session, closes: Sequence[DayClose], vendor_id: int) -> AuditedFees:
    """Return the fees of a vendor's lines in some closes beside those of the contract.

    Raises:
        BooksDoNotBalance: a contract fee computed here is not the one the close went by.
    """
    by_id = {close.id: close for close in closes}
    rules = kept_rules(session, (close.rules_sha256 for close in closes))
    lines: list[FeeLine] = []
    not_compared: dict[str, int] = {}
    contracts: dict[str, list[KeptFee]] = {}
    for row in _told(session, list(by_id), vendor_id):
        ledger, close = row.ledger, by_id[row.close_id]
        if row.fee_difference_vnd is None:
            not_compared[ledger] = not_compared.get(ledger, 0) + 1
            continue
        charged = row.fee_amount + (row.tax_amount or 0)
        line = FeeLine(
            ledger=ledger,
            on=row.business_date,
            occurred_at=row.occurred_at,
            reference=row.provider_transaction_id if row.forgotten_at is None else "",
            amount_vnd=row.amount,
            charged_vnd=charged,
            contract_vnd=charged - row.fee_difference_vnd,
            close_version=close.version,
            close_root=close.root_sha256,
            rules_sha256=close.rules_sha256,
        )
        schedule = _schedule(rules.get(close.rules_sha256), ledger, row.business_date)
        if schedule is not None:
            _prove(line, schedule, has_tax=row.tax_amount is not None)
            if schedule not in contracts.setdefault(ledger, []):
                contracts[ledger].append(schedule)
        lines.append(line)
    untold: dict[str, int] = {}
    for row in _without_fee(session, list(by_id), vendor_id):
        rules_then = rules.get(by_id[row.close_id].rules_sha256)
        schedule = _schedule(rules_then, row.ledger, row.business_date)
        if schedule is not None:
            untold[row.ledger] = untold.get(row.ledger, 0) + row.lines
            if schedule not in contracts.setdefault(row.ledger, []):
                contracts[row.ledger].append(schedule)
    lines.sort(key=lambda line: (line.on, line.ledger, line.reference, line.amount_vnd))
    return AuditedFees(
        lines=tuple(lines),
        not_compared=dict(sorted(not_compared.items())),
        untold=dict(sorted(untold.items())),
        short_payouts=tuple(_short(session, list(by_id), vendor_id)),
        contracts={ledger: tuple(found) for ledger, found in sorted(contracts.items())},
    )


def contract_fee(amount_vnd: int, schedule: KeptFee) -> int:
    """Return the fee of one payment: basis points rounded half up, plus fixed, within bounds."""
    fee = _share(amount_vnd, schedule.bps) + schedule.fixed_vnd
    fee = max(fee, schedule.min_vnd)
    return fee if schedule.max_vnd is None else min(fee, schedule.max_vnd)


def contract_tax(fee_vnd: int, schedule: KeptFee) -> int:
    """Return the tax on a fee, rounded half up."""
    return _share(fee_vnd, schedule.vat_bps)


def _share(amount_vnd: int, bps: int) -> int:
    return (amount_vnd * bps + _BASIS // 2) // _BASIS


def _prove(line: FeeLine, schedule: KeptFee, *, has_tax: bool) -> None:
    fee = contract_fee(line.amount_vnd, schedule)
    expected = fee + (contract_tax(fee, schedule) if has_tax else 0)
    if expected != line.contract_vnd:
        raise BooksDoNotBalance(
            f"{line.ledger} {line.reference or line.on}: the contract asks for {expected} đồng on "
            f"{line.amount_vnd}, the close went by {line.contract_vnd}"
        )


def _schedule(rules: KeptRules | None, ledger: str, on: date) -> KeptFee | None:
    row = rules.row(ledger, on) if rules is not None else None
    return row.fee if row is not None else None


def _told(session: Session, close_ids: Sequence[int | None], vendor_id: int) -> Sequence[Any]:
    line, other, decided, payments = _payments_of(close_ids, vendor_id)
    wanted = payments.with_only_columns(
        decided.c.close_id,
        decided.c.fee_difference_vnd,
        line.c.ledger,
        line.c.business_date,
        # The statement knows the day, the announcement the time.
        sa.func.coalesce(
            line.c.occurred_at, other.c.occurred_at, type_=line.c.occurred_at.type
        ).label("occurred_at"),
        line.c.provider_transaction_id,
        line.c.forgotten_at,
        line.c.amount,
        line.c.fee_amount,
        line.c.tax_amount,
    ).where(line.c.fee_amount.is_not(None))
    return rows_of(session, wanted)


def _without_fee(
    session: Session, close_ids: Sequence[int | None], vendor_id: int
) -> Sequence[Any]:
    """Return how many lines of each close, ledger and day tell no fee."""
    line, _, decided, payments = _payments_of(close_ids, vendor_id)
    place = (decided.c.close_id, line.c.ledger, line.c.business_date)
    wanted = (
        payments.with_only_columns(*place, sa.func.count().label("lines"))
        .where(line.c.fee_amount.is_(None))
        .group_by(*place)
        .order_by(*place)
    )
    return rows_of(session, wanted)


def _payments_of(
    close_ids: Sequence[int | None], vendor_id: int
) -> tuple[Any, Any, Any, sa.Select[Any]]:
    """Return line, other side and decision, and the SELECT of a vendor's payments on statements."""
    line, other = (table_of(ProviderTransaction).alias(name) for name in ("line", "other"))
    decided = table_of(MatchOutcome).alias("decided")
    wanted = (
        sa.select(decided.c.close_id)
        .select_from(
            decided.join(line, line.c.id == decided.c.record_id).outerjoin(
                other, other.c.id == decided.c.counterpart_id
            )
        )
        .where(
            decided.c.close_id.in_(close_ids),
            decided.c.leg == "B",
            decided.c.book == "statement",
            decided.c.outcome.not_in(sorted(NOT_COUNTED)),
            line.c.status == Status.SUCCEEDED,
            line.c.ledger_type == TransactionType.PAYMENT,
            line.c.currency == "VND",
            sa.func.coalesce(line.c.vendor_id, other.c.vendor_id) == vendor_id,
        )
    )
    return line, other, decided, wanted


def _short(
    session: Session, close_ids: Sequence[int | None], vendor_id: int
) -> Iterable[ShortPayout]:
    """Return payouts to the vendor's own account that came to less than they should."""
    paid, row = table_of(MatchOutcome).alias("paid"), table_of(ProviderTransaction).alias("row")
    part, line = table_of(MatchOutcome).alias("part"), table_of(ProviderTransaction).alias("line")
    # Whose payout it is stands nowhere in a bank's credit: its lines say it.
    of_lines = (
        sa.select(part.c.counterpart_id, sa.func.min(line.c.ledger).label("ledger"))
        .select_from(part.join(line, line.c.id == part.c.record_id))
        .where(part.c.leg == "C", part.c.book == "statement", line.c.vendor_id == vendor_id)
        .group_by(part.c.counterpart_id)
        .subquery()
    )
    wanted = (
        sa.select(row.c.business_date, row.c.amount, paid.c.difference_vnd, of_lines.c.ledger)
        .select_from(
            paid.join(row, row.c.id == paid.c.record_id).join(
                of_lines, of_lines.c.counterpart_id == paid.c.record_id
            )
        )
        .where(
            paid.c.close_id.in_(close_ids),
            paid.c.book == "payouts",
            paid.c.outcome == "short",
            row.c.vendor_id == vendor_id,
        )
        .order_by(row.c.business_date, row.c.id)
    )
    rows: Sequence[Any] = rows_of(session, wanted)
    for on, amount, difference, ledger in rows:
        yield ShortPayout(ledger=ledger, on=on, amount_vnd=amount, short_vnd=-difference)
