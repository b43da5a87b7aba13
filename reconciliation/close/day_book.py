"""One market's day as its management signs it off: three sides compared, versions, who and when.

The three sides are what was announced, what statements tell, and what the market's books count.
From one side to the next a bridge of outcomes leads, and each adds up to the đồng by construction:
what is left over after all named lines is shown too, and is zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from reconciliation.bulk import rows_of, table_of
from reconciliation.close.day_figures import EXPLAINED_FIGURES, NOT_COUNTED
from reconciliation.close.missing_words import BETWEEN
from reconciliation.records import Direction, Status, TransactionType
from reconciliation.tables import (
    CloseState,
    DayClose,
    MarketDay,
    MatchOutcome,
    ProviderTransaction,
)

OTHER_DAY = "other_day"


@dataclass(frozen=True, slots=True)
class Sum:
    """So many sales and what they come to in đồng."""

    count: int = 0
    amount_vnd: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.count + other.count, self.amount_vnd + other.amount_vnd)


class Told(NamedTuple):
    """Sales of one book and ledger that came to one outcome."""

    book: str
    ledger: str
    outcome: str
    sales: Sum
    is_of_another_day: bool = False
    """Whether what they stand against is of another business day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSides:
    """The three sides of one ledger; ``None`` = that side told nothing at all of the day."""

    ledger: str
    payments: Sum | None
    statement: Sum | None
    books: Sum


@dataclass(frozen=True, slots=True)
class Leap:
    """One line of a bridge: an outcome, how many more records there are, and the đồng it adds.

    ``OTHER_DAY`` stands for all pairs whose halves lie on two days.
    """

    outcome: str
    count: int
    amount_vnd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeSides:
    """Announced, told by statements, counted; with the way from one to the next."""

    payments: Sum
    statement: Sum
    books: Sum
    ledgers: Sequence[LedgerSides]
    to_statement: Sequence[Leap]
    to_books: Sequence[Leap]
    matched: int
    """Sales that both sides tell alike, counted once."""
    told: int
    """Sales that anybody told, a matched pair counted once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version of the day, as the list of versions shows it."""

    version: int
    state: CloseState
    closed_at: datetime
    closed_by: str
    incomplete: tuple[str, ...]
    root_sha256: str
    previous_root: str
    code_version: str
    figures: dict[str, int]


def versions_of(session: Session, market_code: str, on: date) -> list[VersionLine]:
    """Return the versions of a market's day, the first one first; empty = not closed."""
    close, total = DayClose, table_of(MarketDay)
    closes = session.exec(
        select(close)
        .where(close.scope == market_code, close.business_date == on)
        .order_by(col(close.version))
    ).all()
    wanted = sa.select(total).where(total.c.close_id.in_([one.id for one in closes]))
    figures = {row.close_id: row for row in rows_of(session, wanted)}
    return [_line(one, figures.get(one.id)) for one in closes]


def known_at(versions: Sequence[VersionLine], instant: datetime) -> VersionLine | None:
    """Return the version that was the newest one at an instant; ``None`` = it was not closed yet."""
    known = [one for one in versions if one.closed_at <= instant]
    return known[-1] if known else None


def three_sides(session: Session, market_code: str, on: date, version: int) -> ThreeSides:
    """Return the sales of a version of a market's day on all three sides."""
    row, decided, close = table_of(ProviderTransaction), table_of(MatchOutcome), table_of(DayClose)
    other = row.alias("other")
    is_of_another_day = sa.func.coalesce(other.c.business_date != close.c.business_date, sa.false())
    wanted = (
        sa.select(
            sa.type_coerce(row.c.book, sa.String).label("book"),
            row.c.ledger,
            decided.c.outcome,
            is_of_another_day.label("is_of_another_day"),
            sa.func.count().label("sales"),
            sa.func.sum(row.c.amount).label("amount_vnd"),
        )
        .join_from(decided, row, row.c.id == decided.c.record_id)
        .join(close, close.c.id == decided.c.close_id)
        .outerjoin(other, other.c.id == decided.c.counterpart_id)
        .where(
            close.c.scope == market_code,
            close.c.business_date == on,
            close.c.version == version,
            decided.c.leg == "B",
            decided.c.book != "payouts",
            row.c.ledger_type == TransactionType.PAYMENT,
            row.c.direction == Direction.CREDIT,
            row.c.status == Status.SUCCEEDED,
            row.c.currency == "VND",
        )
        .group_by(row.c.book, row.c.ledger, decided.c.outcome, is_of_another_day)
    )
    return compare_sides(
        [
            Told(
                one.book,
                one.ledger,
                one.outcome,
                Sum(one.sales, int(one.amount_vnd)),
                bool(one.is_of_another_day),
            )
            for one in rows_of(session, wanted)
        ]
    )


def compare_sides(told: Sequence[Told]) -> ThreeSides:
    """Return the three sides of what was told of sales, and the bridges between them."""
    payments, statement, books = Sum(), Sum(), Sum()
    to_statement: dict[str, Leap] = {}
    to_books: dict[str, Leap] = {}
    ledgers: dict[str, tuple[Sum | None, Sum | None, Sum]] = {}
    matched = pairs = 0
    for book, ledger, outcome, amount, is_of_another_day in told:
        counts = _counts(book, outcome)
        announced, stated, counted = ledgers.get(ledger, (None, None, Sum()))
        # Half of a pair is the day that lies between, however much the two differ.
        why = OTHER_DAY if is_of_another_day and outcome.startswith("matched") else outcome
        if book == "payments":
            payments, announced = payments + amount, (announced or Sum()) + amount
            _leap(to_statement, why, amount, -1)
        else:
            statement, stated = statement + amount, (stated or Sum()) + amount
            _leap(to_statement, why, amount, 1)
        if counts:
            books, counted = books + amount, counted + amount
        if counts != (book == "statement"):
            _leap(to_books, outcome, amount, 1 if counts else -1)
        if outcome.startswith("matched") and book == "payments":
            pairs += amount.count
        if outcome in {"matched", "matched_in_class", "not_applicable"} and counts:
            matched += amount.count
        ledgers[ledger] = (announced, stated, counted)
    return ThreeSides(
        payments=payments,
        statement=statement,
        books=books,
        ledgers=[
            LedgerSides(ledger=name, payments=one, statement=two, books=three)
            for name, (one, two, three) in sorted(ledgers.items())
        ],
        to_statement=_lines(to_statement),
        to_books=_lines(to_books),
        matched=matched,
        told=payments.count + statement.count - pairs,
    )


def _counts(book: str, outcome: str) -> bool:
    """Return whether records of a book with an outcome stand in the market's gross."""
    is_authority = book == "statement" or outcome == "not_applicable"
    return is_authority and outcome not in NOT_COUNTED


def _leap(leaps: dict[str, Leap], outcome: str, amount: Sum, sign: int) -> None:
    known = leaps.get(outcome, Leap(outcome, 0, 0))
    count = known.count + sign * amount.count
    leaps[outcome] = Leap(outcome, count, known.amount_vnd + sign * amount.amount_vnd)


def _lines(leaps: dict[str, Leap]) -> list[Leap]:
    return [leap for _, leap in sorted(leaps.items()) if leap.amount_vnd or leap.count]


def _line(close: DayClose, total: Any) -> VersionLine:
    return VersionLine(
        version=close.version,
        state=close.state,
        closed_at=close.closed_at,
        closed_by=close.closed_by,
        incomplete=tuple(filter(None, close.incomplete.split(BETWEEN))),
        root_sha256=close.root_sha256,
        previous_root=close.previous_root,
        code_version=close.code_version,
        figures={
            name: getattr(total, name) for name in ("payments", *EXPLAINED_FIGURES, "paid_out_vnd")
        }
        if total is not None
        else {},
    )
