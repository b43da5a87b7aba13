"""A long file into the ledger, a part of its rows at a time: all of it, or nothing.

Its totals stand below its rows, so a file may be refused when most of it is written already. The
caller's savepoint takes that back; nothing of it is seen before the transaction commits. In memory
are the file's bytes, the keys its reader must remember, and one part. What enters the ledger is what
would enter if the file were read in one go: tellings are taken one after the other either way.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import insert_rows, new_ids, table_of
from reconciliation.errors import BooksDoNotBalance
from reconciliation.feeds.catalogue import READERS
from reconciliation.feeds.reading.context import refuse_size
from reconciliation.feeds.reading.json_body import is_json
from reconciliation.feeds.reading.stream import Fact, Streaming
from reconciliation.feeds.rules import FeedRules
from reconciliation.intake.deliveries import (
    Arrival,
    Read,
    context_of,
    delivery_row,
    outcome_row,
    said_of_checks,
    statements_here,
    told_here,
)
from reconciliation.intake.statement_rows import write_rejects, write_statements
from reconciliation.ledger.aliases import Aliases
from reconciliation.ledger.entries import Entry, entries_of
from reconciliation.ledger.known_banks import KnownBanks
from reconciliation.ledger.rows import known_versions, write_draft
from reconciliation.ledger.tellings import LedgerDraft, Verdict
from reconciliation.records import FileAction, Reject, SourceChannel, Statement, Transaction
from reconciliation.tables import Delivery, DeliveryState

LONG_FROM_BYTES = 1 << 20
PART_FACTS = 5_000

OnRows = Callable[[int], None]
"""Called after each part with the number of rows done so far."""


def is_long(arrival: Arrival) -> bool:
    """Tell whether an arrival is a file of many rows whose reader tells them one by one."""
    incoming = arrival.incoming
    return (
        incoming.channel is SourceChannel.FILE
        and len(incoming.content) >= LONG_FROM_BYTES
        and isinstance(READERS[incoming.provider], Streaming)
        and not is_json(incoming.content)
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """A long file that is written: what it came to, and the rows by what became of them."""

    read: Read
    delivery_id: int
    counts: dict[str, int]


def take_long_file(
    session: Session,
    arrival: Arrival,
    *,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules,
    on_rows: OnRows | None = None,
) -> Taken:
    """Write a file's delivery, rows, totals and rejects; the caller gives a savepoint around it.

    Raises:
        FileRefused: the file as a whole is refused, perhaps after rows were written.
        BooksDoNotBalance: rows in are not rows out.
    """
    writer = _Writer(session, arrival, sealer, now, rules)
    facts = _facts(arrival, rules)
    while part := list(islice(facts, PART_FACTS)):
        writer.take(part)
        if on_rows is not None:
            on_rows(writer.rows)
    return writer.end()


def _facts(arrival: Arrival, rules: FeedRules) -> Iterator[Fact]:
    reader = READERS[arrival.incoming.provider]
    assert isinstance(reader, Streaming)
    context = context_of(arrival.incoming, rules)
    refuse_size(arrival.incoming.content, context)
    return reader.stream(arrival.incoming.content, context=context)


class _Writer:
    def __init__(
        self, session: Session, arrival: Arrival, sealer: Sealer, now: datetime, rules: FeedRules
    ) -> None:
        self._session, self._arrival, self._sealer, self._now = session, arrival, sealer, now
        self._rules, self._banks = rules, KnownBanks(session, sealer, rules)
        self._checks = 0
        self._id = arrival.delivery_id or self._insert_delivery()
        self._account = arrival.incoming.account or ""
        self._bank: str | None = None
        self._statements: list[Statement] = []
        self._warnings: list[str] = []
        self._reasons: dict[str, None] = {}
        self._verdicts: Counter[Verdict] = Counter()
        self._rejected = 0
        self._edges: dict[tuple[str, str | None], tuple[Entry, Entry]] = {}
        self.rows = 0

    def take(self, part: list[Fact]) -> None:
        """Write one part of the rows; what stands once in the file is kept for its end."""
        transactions = [fact for fact in part if isinstance(fact, Transaction)]
        rejects = [fact for fact in part if isinstance(fact, Reject)]
        self._statements += [fact for fact in part if isinstance(fact, Statement)]
        self._warnings += [fact for fact in part if isinstance(fact, str)]
        self._reasons |= dict.fromkeys(reject.reason for reject in rejects)
        if transactions and not self._account:
            self._account = transactions[0].provider_account_id
        if transactions and self._bank is None:
            self._bank = transactions[0].bank
        told = told_here(transactions, self._rules)
        self._checks += len(transactions) - len(told)
        entries, unfit = entries_of(
            told,
            sealer=self._sealer,
            received_at=self._arrival.incoming.received_at,
            banks=self._banks,
        )
        if len(entries) + len(unfit) != len(told):
            raise BooksDoNotBalance(
                f"{self._arrival.incoming.name}: {len(told)} rows were read, "
                f"{len(entries)} enter and {len(unfit)} are kept out"
            )
        self._write_rows(entries)
        self._write_rejects([*rejects, *unfit])
        self.rows += len(transactions) + len(rejects)

    def end(self) -> Taken:
        """Write what the file says as a whole."""
        if self._statements and not self._account:
            self._account = self._statements[0].provider_account_id
        read = Read(
            arrival=self._arrival,
            state=DeliveryState.PROCESSED,
            action=FileAction.QUARANTINE_ROWS if self._rejected else FileAction.ACCEPT,
            reason=",".join(self._reasons),
            detail="; ".join([*self._warnings, *said_of_checks(self._checks)]),
            account=self._account,
            bank=self._bank,
            entries=[entry for edge in self._edges.values() for entry in edge],
            statements=statements_here(self._statements, self._rules),
        )
        counts = {
            "rows_new": self._verdicts[Verdict.NEW],
            "rows_repeated": self._verdicts[Verdict.REPEATED]
            + self._verdicts[Verdict.KEPT]
            + self._checks,
            "rows_revised": self._verdicts[Verdict.REVISED],
            "rows_rejected": self._rejected,
        }
        aliases = Aliases(self._sealer, self._banks)
        write_statements(self._session, [read], [self._id], aliases=aliases)
        row = delivery_row(read, self._sealer) | outcome_row(read, counts, aliases)
        table = table_of(Delivery)
        self._session.connection().execute(
            sa.update(table).where(table.c.id == self._id).values(row)
        )
        told_again = _EntriesAgain(self._arrival, self._sealer, self._rules, self._verdicts.total())
        return Taken(replace(read, entries=told_again), self._id, counts)

    def _insert_delivery(self) -> int:
        """Return the id of the delivery, which its rows refer to; what it came to is known later."""
        [delivery_id] = new_ids(self._session, Delivery, 1)
        # Its name may quote the account, which the file has not told yet.
        nameless = replace(self._arrival, incoming=replace(self._arrival.incoming, name=""))
        read = Read(arrival=nameless, state=DeliveryState.RECEIVED)
        counts = dict.fromkeys(("rows_new", "rows_repeated", "rows_revised", "rows_rejected"), 0)
        row = delivery_row(read, self._sealer) | outcome_row(read, counts, Aliases(self._sealer))
        insert_rows(self._session, Delivery, [{"id": delivery_id, **row}])
        return delivery_id

    def _write_rows(self, entries: list[Entry]) -> None:
        draft = LedgerDraft(known_versions(self._session, entries))
        arrival = self._arrival
        since = arrival.incoming.received_at if arrival.delivery_id is None else self._now
        self._verdicts.update(
            draft.take(entry, place=0, received_at=since, now=self._now) for entry in entries
        )
        write_draft(self._session, draft, delivery_ids=[self._id], sealer=self._sealer)
        for entry in entries:
            self._note_edges(entry)

    def _write_rejects(self, rejects: list[Reject]) -> None:
        self._rejected += len(rejects)
        read = Read(arrival=self._arrival, state=DeliveryState.RECEIVED, rejects=rejects)
        write_rejects(self._session, [read], [self._id], sealer=self._sealer)

    def _note_edges(self, entry: Entry) -> None:
        """Keep the first and the last day of each account: totals name them."""
        name = entry.told.account_alias, entry.told.settlement_id
        first, last = self._edges.get(name, (entry, entry))
        if entry.business_date < first.business_date:
            first = entry
        elif entry.business_date > last.business_date:
            last = entry
        self._edges[name] = first, last


@dataclass(frozen=True, slots=True)
class _EntriesAgain(Collection[Entry]):
    """All rows of a file that is written, read anew each time: few files are asked for them."""

    arrival: Arrival
    sealer: Sealer
    rules: FeedRules
    count: int

    def __len__(self) -> int:
        return self.count

    def __contains__(self, entry: object) -> bool:
        return any(entry == one for one in self)

    def __iter__(self) -> Iterator[Entry]:
        facts = _facts(self.arrival, self.rules)
        while part := list(islice(facts, PART_FACTS)):
            yield from self._entries(part)

    def _entries(self, part: Iterable[Fact]) -> list[Entry]:
        transactions = told_here(
            (fact for fact in part if isinstance(fact, Transaction)), self.rules
        )
        received_at = self.arrival.incoming.received_at
        entries, _ = entries_of(transactions, sealer=self.sealer, received_at=received_at)
        return entries
