"""Why a record has its outcome, told in full: made for the records somebody looks at, not for all.

A decision keeps the rule, the counterpart and how many other explanations there are. What was
compared, who the others are and the sentence are made again from the books of the record's account,
because accounts are decided independently of each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.engine.books import BookName, Books
from reconciliation.engine.cascade import Context, join, open_run
from reconciliation.engine.coded_books import code_books
from reconciliation.engine.coded_text import hash_text
from reconciliation.engine.outcomes import MATCHED, Leg, Outcome, Reason, Rule
from reconciliation.engine.passes.amounts import list_fits
from reconciliation.engine.passes.residual import cover
from reconciliation.engine.passes.run import Run
from reconciliation.engine.sentences import sentence_en, sentence_vi
from reconciliation.errors import RecordNotFound, RunFilesRefused
from reconciliation.profiles import Profiles
from reconciliation.references import find_request_references, find_vendor_codes

Row = dict[str, Any]
FIELDS = (
    "provider_transaction_id",
    "bank_reference",
    "original_transaction_id",
    "reference",
    "account",
    "amount_vnd",
    "direction",
    "transaction_type",
    "status",
    "currency",
    "occurred_at",
    "business_date",
)
"""What is compared once two records are joined, in the order in which it is shown."""
_OTHER_BOOK = {
    (BookName.PAYMENTS, Leg.B): BookName.STATEMENT,
    (BookName.STATEMENT, Leg.B): BookName.PAYMENTS,
    (BookName.STATEMENT, Leg.C): BookName.PAYOUTS,
    (BookName.REQUESTS, Leg.A): BookName.PAYMENTS,
    (BookName.PAYMENTS, Leg.A): BookName.REQUESTS,
}
_BY_ID = (Reason.ID_NOT_UNIQUE, Reason.OTHER_MONEY)
_BY_FIT = (Reason.TIE, Reason.REMARK_LOST)
_PAIRED = pa.array([str(outcome) for outcome in MATCHED])


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of both records, as told; missing is ``None`` and agrees with nothing."""

    field: str
    own: Any
    other: Any

    @property
    def agrees(self) -> bool:
        """Whether both tell the same."""
        return self.own is not None and self.own == self.other


@dataclass(frozen=True, slots=True)
class ReadingTold:
    """One reading of a payout in doubt: the lines it may pay, and what they come to, in đồng."""

    comes_to_vnd: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One decision, explained.

    ``explanations``: how many other ones there are; 0 certifies that a match is the only one.
    ``others``: the counterpart, or every record of the set. ``alternatives``: the records, codes or
    ids between which nothing decides, in the order of their names: of a line the payouts that may pay
    it by one of their readings, of a payout those that may pay some of the same lines. ``readings``: of
    a payout in doubt, two at most.
    """

    book: str
    record_id: str
    leg: str
    outcome: str
    rule: str
    reason: str
    compared: tuple[Compared, ...]
    others: tuple[str, ...]
    explanations: int
    alternatives: tuple[str, ...]
    readings: tuple[ReadingTold, ...]
    sentence_vi: str
    sentence_en: str


class Explainer:
    """The books of a run and what was decided about them.

    ``books``, ``outcomes`` and ``payouts`` (as ``Reconciled`` has the tables) may be whole, or what is
    about some records: of books their rows, those of their accounts and their counterparts; of outcomes
    theirs, those of their sets and whatever ``no_account_id`` claimed; of payouts those in doubt.
    """

    def __init__(
        self, books: Books, outcomes: pa.Table, payouts: pa.Table, profiles: Profiles
    ) -> None:
        self._books, self._outcomes, self._profiles = books, outcomes, profiles
        self._payouts = payouts

    def legs(self, book: BookName, record_id: str) -> tuple[Leg, ...]:
        """Return the legs on which a book tells a record, in their order.

        Raises:
            RecordNotFound: on none.
        """
        rows = _where(self._outcomes, record_id=record_id, book=book)
        if not len(rows):
            raise RecordNotFound(book, record_id)
        return tuple(Leg(leg) for leg in sorted(rows.column("leg").to_pylist()))

    def explain(self, book: BookName, record_id: str, leg: Leg) -> Evidence:
        """Return the evidence of one decision.

        Raises:
            RecordNotFound: the book tells no such record on that leg.
            RunFilesRefused: the books are not those that the outcomes are of.
        """
        decision = self._decision(book, record_id, leg)
        own = self._record(book, record_id)
        others = self._others(decision)
        other = None
        if decision["counterpart_id"] is not None:
            there = _OTHER_BOOK.get((book, leg), book)
            again = decision["outcome"] == Outcome.DUPLICATE
            other = self._record(book if again else there, str(decision["counterpart_id"]))
        return Evidence(
            book=book,
            record_id=record_id,
            leg=leg,
            outcome=str(decision["outcome"]),
            rule=str(decision["rule"]),
            reason=str(decision["reason"]),
            compared=tuple(_compare(own, other)) if other is not None else (),
            others=others,
            explanations=int(decision["alternatives"]),
            alternatives=tuple(sorted(self._alternatives(book, leg, own, decision))),
            readings=self._readings.get(record_id, ()) if book is BookName.PAYOUTS else (),
            sentence_vi=sentence_vi(decision),
            sentence_en=sentence_en(decision),
        )

    @cached_property
    def _tables(self) -> dict[BookName, pa.Table]:
        return {name: _table(getattr(self._books, name.value)) for name in BookName}

    @cached_property
    def _readings(self) -> dict[str, tuple[ReadingTold, ...]]:
        """What each payout in doubt may pay."""
        told = self._payouts.select(["record_id", "readings"]).to_pylist()
        return {
            str(row["record_id"]): tuple(
                ReadingTold(each["comes_to_vnd"], tuple(each["lines"])) for each in row["readings"]
            )
            for row in told
            if row["readings"]
        }

    def _decision(self, book: BookName, record_id: str, leg: Leg) -> Row:
        rows = _where(self._outcomes, record_id=record_id, book=book, leg=leg)
        if not len(rows):
            raise RecordNotFound(book, record_id, leg)
        return _first(rows)

    def _record(self, book: BookName, record_id: str) -> Row:
        rows = _where(self._tables[book], record_id=record_id)
        if not len(rows):
            is_given = getattr(self._books, book.value) is not None
            lacks = "the book does not" if is_given else "the book was not given"
            raise RunFilesRefused(book, f"the run tells of record {record_id!a}, {lacks}")
        return _first(rows)

    def _others(self, decision: Row) -> tuple[str, ...]:
        if decision["class_id"] is not None:
            members = _where(self._outcomes, class_id=decision["class_id"]).to_pylist()
            own = decision["book"], decision["record_id"]  # both books may use the same ids
            others = (one for one in members if (one["book"], one["record_id"]) != own)
            return tuple(sorted(str(one["record_id"]) for one in others))
        counterpart = decision["counterpart_id"]
        return () if counterpart is None else (str(counterpart),)

    def _alternatives(self, book: BookName, leg: Leg, own: Row, decision: Row) -> Iterator[str]:
        reason = decision["reason"]
        if reason == Reason.SEVERAL_CODES:
            yield from find_vendor_codes(own["reference"])
            yield from find_request_references(own["reference"])
        elif leg is Leg.C:
            yield from self._payouts_beside(book, str(own["record_id"]))
        elif leg is Leg.B and own.get("account") and decision["alternatives"]:
            run, ids = self._account(own)
            is_line = book is BookName.STATEMENT
            row = ids[is_line].index(str(own["record_id"]))
            if reason in _BY_FIT:
                yield from (ids[not is_line][at] for at in list_fits(run, is_line, row).tolist())
            elif reason in _BY_ID:
                same_book = decision["outcome"] == Outcome.CONFLICT
                yield from self._with_same_id(run, ids, (is_line, row), decision, same_book)

    def _payouts_beside(self, book: BookName, record_id: str) -> Iterator[str]:
        """Yield the payouts that may pay a line, or some of the lines that a payout may pay."""
        taken = {
            name: {line for each in told for line in each.lines}
            for name, told in self._readings.items()
        }
        is_payout = book is BookName.PAYOUTS
        own = taken.pop(record_id, set()) if is_payout else {record_id}
        yield from (name for name, lines in taken.items() if lines & own)

    def _account(self, own: Row) -> tuple[Run, list[list[str]]]:
        """Return the run over the record's account alone, and the record ids of both its books."""
        held = {
            name: self._undecided(name, own) for name in (BookName.PAYMENTS, BookName.STATEMENT)
        }
        coded = code_books(
            Books(payments=held[BookName.PAYMENTS], statement=held[BookName.STATEMENT]), hash_text
        )
        context = Context(
            profiles=self._profiles,
            providers=coded.providers,
            blocks=coded.blocks,
            payments_tell=cover(coded.payments, len(coded.providers)),
            statement_tells=cover(coded.statement, len(coded.providers)),
            hash_text=hash_text,
        )
        run = open_run(coded.payments, coded.statement, context)
        join(run)
        return run, [[str(one) for one in t.column("record_id").to_pylist()] for t in held.values()]

    def _undecided(self, book: BookName, own: Row) -> pa.Table:
        """Return the rows of the record's account but those that a record without one was paired with.

        That is decided over all accounts, before any of them is.
        """
        rows = _where(self._tables[book], provider=own["provider"], account=own["account"])
        paired = _where(self._outcomes, book=book, leg=Leg.B, rule=Rule.NO_ACCOUNT_ID)
        paired = paired.filter(pc.is_in(paired.column("outcome").cast(pa.string()), _PAIRED))
        ids = paired.column("record_id").cast(pa.string()).combine_chunks()
        return rows.filter(pc.invert(pc.is_in(rows.column("record_id").cast(pa.string()), ids)))

    def _with_same_id(
        self,
        run: Run,
        ids: list[list[str]],
        own: tuple[bool, int],
        decision: Row,
        same_book: bool,
    ) -> Iterator[str]:
        """Yield the records that an identifier names as well, by the fields of the rule."""
        is_line, row = own
        profile = run.profiles[run.sides[is_line].profile[row]]
        by_provider = Rule(decision["rule"]) in {Rule.PROVIDER_ID, Rule.VALIDATE}
        told = (profile.id_join,) if by_provider else profile.bank_reference
        for fields in filter(None, told):
            own_text = run.sides[is_line].book.texts[fields[is_line]]
            other = is_line if same_book else not is_line
            text = run.sides[other].book.texts[fields[other]]
            wanted = own_text.take(np.array([row])).texts()[0]
            decisions = run.sides[other].decisions
            counted = ~decisions.has(Outcome.DUPLICATE, Outcome.NOT_APPLICABLE, Outcome.MATCHED)
            for at in np.flatnonzero(text.present & counted).tolist():
                is_self = other == is_line and at == row
                if not is_self and text.take(np.array([at])).texts()[0] == wanted:
                    yield ids[other][at]


def _compare(own: Row, other: Row) -> Iterator[Compared]:
    for name in FIELDS:
        if own.get(name) is not None or other.get(name) is not None:
            yield Compared(name, own.get(name), other.get(name))


def _table(table: Any) -> pa.Table:
    if table is None or not len(table):  # an empty book may come without columns
        return pa.table({"record_id": pa.array([], pa.string())})
    is_frame = isinstance(table, pd.DataFrame)
    return pa.Table.from_pandas(table, preserve_index=False) if is_frame else table


def _where(table: pa.Table, **facts: Any) -> pa.Table:
    """Return the rows of which every named column, as text, is what is asked for."""
    if not facts.keys() <= set(table.column_names):
        return table.slice(0, 0)
    chosen: Any = None
    for name, value in facts.items():
        column = table.column(name)
        same = pc.equal(column.cast(pa.string()), str(value))
        chosen = same if chosen is None else pc.and_(chosen, same)
    return table.filter(chosen)


def _first(rows: pa.Table) -> Row:
    found: Row = rows.slice(0, 1).to_pylist()[0]
    return found
