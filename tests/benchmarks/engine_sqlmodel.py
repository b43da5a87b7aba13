"""The competitor everybody writes first: SQLModel rows in SQLite, matched one by one.

Rows are stored by ``add_all``; each open payment asks the database for the lines of its id, then of
its reference. The few records left are decided as in the pandas competitor, so outcomes are equal.
"""

import itertools
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from sqlmodel import Field, Session, SQLModel, create_engine, select

from tests.benchmarks.engine_pandas import Counts, same_clocks, write_outcomes
from tests.benchmarks.engine_tail import decide_tail

_AT_ONCE = 5_000


class Told(SQLModel):
    """What both books tell of a movement."""

    row: int = Field(primary_key=True)
    record_id: str
    provider: str
    account: str
    direction: str
    type: str
    id: str | None = Field(default=None, index=True)
    reference: str | None = Field(default=None, index=True)
    amount: int
    fee: int | None = None
    t: int
    day: str
    outcome: str = "open"


class Payment(Told, table=True):
    """A row of the payments book."""

    __tablename__ = "bench_payment"


class Line(Told, table=True):
    """A row of the statement."""

    __tablename__ = "bench_line"


def reconcile_in_sqlmodel(folder: Path, out: Path, _: int) -> Counts:
    """Write outcomes of the task in ``folder``; return their counts by book and leg."""
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine, tables=[Payment.__table__, Line.__table__])
    with Session(engine) as session:
        for name, model in (("payments", Payment), ("statement", Line)):
            _store(session, folder / f"{name}.parquet", model)
            _note_repeats(session, model)
        pairs = [*_match(session, "id", set(), set())]
        taken = {p for p, _, _ in pairs}, {s for _, s, _ in pairs}
        shared_rows = list(taken[0])
        pairs += _match(session, "reference", *taken)
        books = {
            name: pd.DataFrame([row.model_dump() for row in session.exec(select(model))])
            for name, model in (("payments", Payment), ("statement", Line))
        }
    claimed = pd.DataFrame(pairs, columns=["p", "s", "difference"])
    shared = set(books["payments"]["account"].take(shared_rows))
    rest = [
        book[(book["outcome"] == "open") & ~book["row"].isin(claimed[place])].assign(
            has_id=book["id"].notna()
        )[["row", "provider", "account", "direction", "amount", "t", "day", "has_id"]]
        for book, place in zip(books.values(), "ps", strict=True)
    ]
    tail = decide_tail(rest[0], rest[1], shared, same_clocks(books, claimed))
    for book in books.values():
        book["day"] = pd.to_datetime(book["day"])
    return write_outcomes(books, claimed, tail, folder, out)


def _store(session: Session, path: Path, model: type[Told]) -> None:
    rows = enumerate(pq.read_table(path).to_pylist())
    while some := list(itertools.islice(rows, _AT_ONCE)):
        session.add_all(
            model(
                row=number,
                record_id=told["record_id"],
                provider=told["provider"],
                account=told["account"],
                direction=told["direction"],
                type=told["transaction_type"],
                id=told["provider_transaction_id"],
                reference=told["reference"],
                amount=told["amount_vnd"],
                fee=told.get("fee_vnd"),
                t=int(told["occurred_at"].timestamp() * 1_000_000),
                day=told["business_date"].isoformat(),
            )
            for number, told in some
        )
        session.commit()


def _note_repeats(session: Session, model: type[Told]) -> None:
    same: dict[Any, list[Any]] = defaultdict(list)
    for row in session.exec(select(model).where(model.id.is_not(None))):
        same[row.provider, row.account, row.id, row.type].append(row)
    for tellings in same.values():
        tellings.sort(key=lambda row: (row.t, row.record_id))
        torn = len({row.amount for row in tellings}) > 1
        for number, row in enumerate(tellings):
            if torn or number:
                row.outcome = "conflict" if torn else "duplicate"
                session.add(row)
    session.commit()


def _match(
    session: Session, key: str, taken_p: set[int], taken_s: set[int]
) -> list[tuple[int, int, int]]:
    """Return the pairs of which the key stands once in each book, one payment after the other."""
    field = {model: getattr(model, key) for model in (Payment, Line)}
    waiting = [
        row
        for row in session.exec(
            select(Payment).where(Payment.outcome == "open", field[Payment].is_not(None))
        )
        if row.row not in taken_p
    ]
    block = {
        id(row): (row.provider, row.account, row.direction, getattr(row, key)) for row in waiting
    }
    told = Counter(block.values())
    found = []
    for row in waiting:
        lines = [
            line
            for line in session.exec(
                select(Line).where(
                    field[Line] == getattr(row, key),
                    Line.account == row.account,
                    Line.provider == row.provider,
                    Line.direction == row.direction,
                    Line.outcome == "open",
                )
            )
            if line.row not in taken_s
        ]
        if len(lines) == 1 and told[block[id(row)]] == 1:
            found.append((row.row, lines[0].row, lines[0].amount - row.amount))
    return found
