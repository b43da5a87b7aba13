"""What a run hands over: tables of outcomes, account-days and payouts, and what sums them up."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from reconciliation.engine.account_days import add_up_account_days
from reconciliation.engine.books import (
    NO_IDS,
    BookName,
    CodedBook,
    CodedPayouts,
    CodedRequests,
    RecordIds,
)
from reconciliation.engine.cascade import Matched
from reconciliation.engine.coded_books import CodedBooks
from reconciliation.engine.coded_text import Codes, Hashes, gather_text, hash_text
from reconciliation.engine.decisions import Decisions
from reconciliation.engine.leaves import NO_ACCOUNT, Leaves, leaves_of
from reconciliation.engine.outcome_table import DecidedBook, class_ids, tabulate
from reconciliation.engine.outcomes import OUTCOMES, RULES, Leg, Outcome
from reconciliation.engine.payment_requests import RequestLeg
from reconciliation.engine.payout_leg import NO_DAY, PayoutLeg
from reconciliation.engine.roll_forward import (
    ROLL_FORWARD_SCHEMA,
    roll_forward,
    tabulate_roll_forward,
)
from reconciliation.engine.roots import LeafHashes, Place, hash_leaves, root_of


@dataclass(frozen=True)
class Reconciled:
    """One run. ``records`` are by book, ``counts`` and ``sums`` (đồng) by book.leg and outcome.

    What is in another currency is counted, and adds nothing to a sum.
    ``leaf_hashes`` are what the root is made of; ``bare``: how many rows of each book and leg name
    no account. They are the last ones of it.
    """

    outcome_table: pa.Table
    vendor_day_table: pa.Table
    payout_table: pa.Table
    roll_forward_table: pa.Table
    records: dict[str, int]
    counts: dict[str, dict[str, int]]
    sums: dict[str, dict[str, int]]
    leaf_hashes: LeafHashes
    bare: dict[Place, int]
    rules_sha256: str

    @cached_property
    def root_hash(self) -> str:
        """The SHA-256 over all outcomes."""
        return root_of(self.leaf_hashes)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Outcomes as reconciliation.md section 7 lists them; missing amounts are ``<NA>``."""
        return _frame(self.outcome_table)

    @cached_property
    def payouts(self) -> pd.DataFrame:
        """One row per payout, and one without ``record_id`` per day whose payout is missing."""
        return _frame(self.payout_table)

    @cached_property
    def roll_forward(self) -> pd.DataFrame:
        """What is owed to each account before and after each day on which anything moved."""
        return _frame(self.roll_forward_table)

    @cached_property
    def vendor_day(self) -> pd.DataFrame:
        """One row per provider, account and business day."""
        return _frame(self.vendor_day_table)


@dataclass(slots=True, kw_only=True)
class Decided:
    """Everything a run decided, still in codes."""

    coded: CodedBooks
    leg_b: Matched
    leg_c: PayoutLeg | None
    lines_on_leg_c: Decisions
    leg_a: RequestLeg | None


def assemble(decided: Decided, rules_sha256: str) -> Reconciled:
    """Return the tables and sums of a run; ``decided`` is used up.

    The columns that only deciding needed go before the ids of all outcomes are written out: this is
    where a run needs the most memory.
    """
    counts: dict[str, dict[str, int]] = {}
    sums: dict[str, dict[str, int]] = {}
    for name, decisions, amounts in _amounts(decided):
        count = np.bincount(decisions.outcome, minlength=len(OUTCOMES))
        present = np.flatnonzero(count).tolist()
        counts[name] = {str(OUTCOMES[code]): int(count[code]) for code in present}
        sums[name] = {
            str(OUTCOMES[code]): int(amounts[decisions.outcome == code].sum()) for code in present
        }
    leg_b = decided.leg_b
    vendor_day = add_up_account_days(decided.coded, leg_b.payments, leg_b.statement)
    payouts = _payouts(decided)
    rolled = _rolled(decided)
    books, leaves = _decided_books(decided)
    whole_ids = decided.coded.whole_ids
    del decided.coded, decided.leg_b, decided.leg_c, decided.lines_on_leg_c, decided.leg_a, leg_b
    outcomes = tabulate(books)
    return Reconciled(
        outcome_table=_as_given(outcomes, whole_ids),
        vendor_day_table=vendor_day,
        payout_table=payouts,
        roll_forward_table=rolled,
        records={
            name.split(".")[0]: sum(by_outcome.values()) for name, by_outcome in counts.items()
        },
        counts=counts,
        sums=sums,
        leaf_hashes=hash_leaves(outcomes, leaves),
        bare={place: int((of_row == NO_ACCOUNT).sum()) for place, of_row in leaves},
        rules_sha256=rules_sha256,
    )


def _amounts(decided: Decided) -> Iterator[tuple[str, Decisions, Codes]]:
    coded, leg_b = decided.coded, decided.leg_b
    payments, statement = _dong(coded.payments), _dong(coded.statement)
    yield "payments.B", leg_b.payments, payments
    yield "statement.B", leg_b.statement, statement
    yield "statement.C", decided.lines_on_leg_c, statement
    if decided.leg_c is not None:
        yield "payouts.C", decided.leg_c.made, _dong(decided.leg_c.payouts)
    if decided.leg_a is not None:
        yield "requests.A", decided.leg_a.requests, _dong(coded.requests)
        yield "payments.A", decided.leg_a.payments, payments


def _dong(book: CodedBook | CodedPayouts | CodedRequests) -> Codes:
    """Return the amounts of a book that are in đồng, zero for all others."""
    return np.where(book.foreign, 0, book.amount) if book.foreign.any() else book.amount


def _decided_books(decided: Decided) -> tuple[list[DecidedBook], list[tuple[Place, Leaves]]]:
    """Return each book on each leg with nothing of it but its record ids, and the leaf of each row.

    The rows stand leaf by leaf, inside a leaf in the order of their ids.
    """
    coded, leg_b, leg_c = decided.coded, decided.leg_b, decided.leg_c
    payments, of_payment = _by_leaf(coded, coded.payments)
    statement, of_line = _by_leaf(coded, coded.statement)
    payouts, of_payout = (NO_IDS, of_line[:0]) if leg_c is None else _by_leaf(coded, leg_c.payouts)
    sets = class_ids(
        _members((payments, leg_b.payments), (statement, leg_b.statement)), leg_b.classes
    )
    lines_c = decided.lines_on_leg_c
    told = [
        (BookName.PAYMENTS, Leg.B, leg_b.payments, payments, statement, sets, of_payment),
        (BookName.STATEMENT, Leg.B, leg_b.statement, statement, payments, sets, of_line),
        (BookName.STATEMENT, Leg.C, lines_c, statement, payouts, sets, of_line),
    ]
    if leg_c is not None:
        told.append((BookName.PAYOUTS, Leg.C, leg_c.made, payouts, statement, sets, of_payout))
    if decided.leg_a is not None:
        leg_a = decided.leg_a
        requests, of_request = _by_leaf(coded, coded.requests)
        parts = _members((requests, leg_a.requests), (payments, leg_a.payments))
        sets = class_ids(parts, leg_a.classes)
        told += [
            (BookName.REQUESTS, Leg.A, leg_a.requests, requests, payments, sets, of_request),
            (BookName.PAYMENTS, Leg.A, leg_a.payments, payments, requests, sets, of_payment),
        ]
    books = [
        DecidedBook(book=book, leg=leg, decisions=made, own=own, other=other, class_ids=ids)
        for book, leg, made, own, other, ids, _ in told
    ]
    return books, [((str(book), str(leg)), of_row) for book, leg, *_, of_row in told]


def _by_leaf(
    coded: CodedBooks, book: CodedBook | CodedPayouts | CodedRequests
) -> tuple[RecordIds, Leaves]:
    """Return the record ids of a book in the order they are told in, and the leaf of each place."""
    providers = pa.array(coded.providers, pa.large_string())
    leaves = leaves_of(book.provider, providers, book.account, coded.accounts)[book.ids.order]
    order = np.argsort(leaves, kind="stable")
    return RecordIds(book.ids.text, book.ids.order[order]), leaves[order]


def _as_given(table: pa.Table, whole_ids: bool) -> pa.Table:
    """Return a table of outcomes with ids as whole numbers, if that is what all books hold."""
    if not whole_ids:
        return table
    for name in ("record_id", "counterpart_id"):
        whole = table.column(name).cast(pa.int64())
        table = table.set_column(table.column_names.index(name), name, whole)
    return table


def _members(*sides: tuple[RecordIds, Decisions]) -> Iterator[tuple[Codes, Hashes]]:
    for ids, decisions in sides:
        rows = np.flatnonzero(decisions.has(Outcome.MATCHED_IN_CLASS))
        yield decisions.class_number[rows].astype(np.int64), hash_text(ids.text.take(rows))


def _rolled(decided: Decided) -> pa.Table:
    """Return what is owed from day to day, nothing without payouts."""
    if decided.leg_c is None:
        return ROLL_FORWARD_SCHEMA.empty_table()
    return tabulate_roll_forward(roll_forward(decided.leg_c), decided.coded)


def _payouts(decided: Decided) -> pa.Table:
    """Return the payouts in canonical order, then the days whose payout is missing."""
    leg, coded = decided.leg_c, decided.coded
    if leg is None:
        return _PAYOUT_SCHEMA.empty_table()
    order = leg.payouts.ids.order
    made, payouts, unpaid = leg.made, leg.payouts, leg.unpaid
    count = np.bincount(leg.lines.counterpart[leg.pays_line], minlength=len(payouts))
    blank = len(unpaid.day)
    providers = pa.array(coded.providers, pa.large_string())
    account = np.concatenate([payouts.account[order], unpaid.account])
    own = {
        "record_id": gather_text(payouts.ids.text, np.concatenate([order, np.full(blank, -1)])),
        "provider": providers.take(
            pa.array(np.concatenate([payouts.provider[order], unpaid.provider]))
        ),
        "account": coded.accounts.take(pa.array(account, mask=account < 0)),
        "arrived_on": _days(np.concatenate([payouts.day[order], np.full(blank, NO_DAY)])),
        "amount_vnd": np.concatenate([payouts.amount[order], np.zeros(blank, np.int64)]),
        "expected_vnd": np.concatenate([leg.expected[order], unpaid.amount]),
        "difference_vnd": np.concatenate([made.difference[order], -unpaid.amount]),
        "outcome": [str(OUTCOMES[code]) for code in made.outcome[order]]
        + [str(Outcome.MISSING)] * blank,
        "rule": [str(RULES[code]) for code in made.rule[order]] + [""] * blank,
        "first_on": _days(np.concatenate([leg.first_on[order], unpaid.day])),
        "last_on": _days(np.concatenate([leg.last_on[order], unpaid.day])),
        "lines": np.concatenate([count[order], np.zeros(blank, np.int64)]),
        "alternatives": np.concatenate([made.alternatives[order], np.zeros(blank, np.int32)]),
        "readings": _readings(leg, [*order.tolist(), *[-1] * blank]),
    }
    return pa.table(own, schema=_PAYOUT_SCHEMA)


def _readings(leg: PayoutLeg, payouts: list[int]) -> pa.Array:
    """Return what each payout in doubt may pay, its lines in the order of their ids, else nothing."""
    told: dict[int, list[dict[str, Any]]] = {}
    for payout, readings in leg.readings.items():
        told[payout] = []
        for reading in readings:
            texts = leg.book.ids.text.take(reading.rows).texts()
            lines = sorted(text.decode() for text in texts)
            told[payout].append({"comes_to_vnd": reading.comes_to_vnd, "lines": lines})
    return pa.array([told.get(payout) for payout in payouts], _READINGS)


_READINGS = pa.list_(
    pa.struct([("comes_to_vnd", pa.int64()), ("lines", pa.list_(pa.large_string()))])
)
"""Up to two of each payout in doubt: the lines it may pay, and what they come to with fees off."""
_PAYOUT_SCHEMA = pa.schema(
    [
        ("record_id", pa.large_string()),
        ("provider", pa.large_string()),
        ("account", pa.large_string()),
        ("arrived_on", pa.date32()),
        ("amount_vnd", pa.int64()),
        ("expected_vnd", pa.int64()),
        ("difference_vnd", pa.int64()),
        ("outcome", pa.string()),
        ("rule", pa.string()),
        ("first_on", pa.date32()),
        ("last_on", pa.date32()),
        ("lines", pa.int64()),
        ("alternatives", pa.int32()),
        ("readings", _READINGS),
    ]
)


def _days(days: Codes) -> pa.Array:
    return pa.array(days.astype(np.int32), mask=days == NO_DAY).cast(pa.date32())


def _frame(table: pa.Table) -> pd.DataFrame:
    """Return a table as a frame in which a missing whole number stays no float."""
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.string())
        whole = pa.types.is_integer(column.type) and column.null_count
        columns[name] = column.to_pandas(
            types_mapper={pa.int64(): pd.Int64Dtype()}.get if whole else None
        )
    return pd.DataFrame(columns)
