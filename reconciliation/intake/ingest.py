"""Take in what came through the doors: raw bytes first, then deliveries, rows, totals, rejects.

Everything happens in the caller's one transaction: a process killed in the middle leaves bytes in
the raw store and nothing half-written in the database, and running again loses and doubles nothing.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import insert_rows, new_ids, rows_of, table_of
from reconciliation.errors import BooksDoNotBalance, RawDamaged, RawMissing, UnknownProvider
from reconciliation.feeds.catalogue import READERS
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules
from reconciliation.intake.asked_again import waiting_once
from reconciliation.intake.deliveries import (
    Arrival,
    Incoming,
    Read,
    SeenBytes,
    arrival_again,
    delivery_row,
    failed_read,
    outcome_row,
    read_arrivals,
    refused_read,
)
from reconciliation.intake.long_files import OnRows, is_long, take_long_file
from reconciliation.intake.raw_store import RawStore
from reconciliation.intake.revisions import supersede_former
from reconciliation.intake.schemas import note_columns
from reconciliation.intake.statement_rows import write_rejects, write_statements
from reconciliation.ledger.aliases import Aliases
from reconciliation.ledger.known_banks import KnownBanks
from reconciliation.ledger.rows import known_versions, write_draft
from reconciliation.ledger.tellings import LedgerDraft, Verdict
from reconciliation.records import FileAction, SourceChannel
from reconciliation.tables import Delivery, DeliveryState

__all__ = ["Incoming", "IngestResult", "ingest", "ingest_many", "retry_failed"]

BATCH_COUNT_MAX = 2000
BATCH_BYTES_MAX = 8 << 20
INGEST_LOCK = 0x63_68_6F_34_30  # "cho40"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestResult:
    """What became of one delivery, and of its rows; ``repeated`` counts rows that changed nothing.

    ``action`` is ``None`` when the content was not read: a duplicate, a bad signature, a fault.
    """

    delivery_id: int
    state: DeliveryState
    action: FileAction | None
    reason: str
    new: int
    repeated: int
    revised: int
    rejected: int
    detail: str = ""
    """What the reader says about the file, for people."""


def ingest(
    session: Session,
    store: RawStore,
    *,
    sealer: Sealer,
    incoming: Incoming,
    now: datetime,
    rules: FeedRules = PLAIN_RULES,
) -> IngestResult:
    """Take in one delivery; see ``ingest_many``."""
    [result] = ingest_many(session, store, sealer=sealer, incoming=[incoming], now=now, rules=rules)
    return result


def ingest_many(
    session: Session,
    store: RawStore,
    *,
    sealer: Sealer,
    incoming: Sequence[Incoming],
    now: datetime,
    rules: FeedRules = PLAIN_RULES,
    on_progress: Callable[[int], None] | None = None,
    on_rows: OnRows | None = None,
) -> list[IngestResult]:
    """Take in deliveries in their order, as if one by one; return what became of each.

    A batch of up to ``BATCH_COUNT_MAX`` costs the same few statements as a single delivery.

    Args:
        rules: what this deployment's contracts settle about how amounts and days are read.
        on_progress: called after each batch with the number of deliveries done so far.
        on_rows: called in the middle of a long file with the number of its rows done so far.

    Raises:
        UnknownProvider: no reader is of that name; nothing is stored.
        BooksDoNotBalance: rows in are not rows out; the caller's transaction must not commit.
    """
    for one in incoming:
        if one.provider not in READERS:
            raise UnknownProvider(one.provider, sorted(READERS))
    is_pushed = all(one.channel is SourceChannel.WEBHOOK for one in incoming)
    keep = store.append_many if is_pushed else store.put_many
    digests = keep(one.content for one in incoming)
    arrivals = [
        Arrival(incoming=one, raw_sha256=digest)
        for one, digest in zip(incoming, digests, strict=True)
    ]
    return _take(
        session,
        store,
        arrivals,
        sealer=sealer,
        now=now,
        rules=rules,
        on_progress=on_progress,
        on_rows=on_rows,
    )


def retry_failed(
    session: Session,
    store: RawStore,
    *,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules = PLAIN_RULES,
    on_progress: Callable[[int], None] | None = None,
) -> list[IngestResult]:
    """Read every failed delivery again from its raw bytes; return what became of each.

    Its rows are known since ``now``: until now nobody could know them.
    """
    row = table_of(Delivery)
    failed = rows_of(
        session,
        sa.select(row)
        .where(row.c.state == DeliveryState.FAILED, row.c.forgotten_at.is_(None))
        .order_by(row.c.id),
    )
    arrivals = []
    lost = []
    for delivery in failed:
        try:
            arrivals.append(arrival_again(delivery, store.get(delivery.raw_sha256), sealer))
        except (RawDamaged, RawMissing) as damage:
            _log.error("delivery %d stays failed: %s", delivery.id, damage)
            lost.append(failed_read(arrival_again(delivery, b"", sealer), damage))
    return [
        *_write(session, store, lost, sealer=sealer, now=now, rules=rules),
        *_take(
            session, store, arrivals, sealer=sealer, now=now, rules=rules, on_progress=on_progress
        ),
    ]


def take_again(
    session: Session,
    store: RawStore,
    arrivals: Sequence[Arrival],
    *,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules = PLAIN_RULES,
) -> list[IngestResult]:
    """Take in what is kept already and told no row yet; return what became of each."""
    return _take(session, store, arrivals, sealer=sealer, now=now, rules=rules, on_progress=None)


def _take(
    session: Session,
    store: RawStore,
    arrivals: Sequence[Arrival],
    *,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules,
    on_progress: Callable[[int], None] | None,
    on_rows: OnRows | None = None,
) -> list[IngestResult]:
    wait_for_other_writers(session)
    results: list[IngestResult] = []
    for batch in _batches(arrivals):
        if is_long(batch[0]):
            results += _take_long(
                session, store, batch[0], sealer=sealer, now=now, rules=rules, on_rows=on_rows
            )
        else:
            results += _take_batch(session, store, batch, sealer=sealer, now=now, rules=rules)
        if on_progress is not None:
            on_progress(len(results))
    return results


def wait_for_other_writers(session: Session) -> None:
    """Let what is looked up in this transaction stay true until it commits."""
    # Two writers that both find a key free would both think their row new. SQLite's writer has
    # the database for itself since BEGIN IMMEDIATE; PostgreSQL's waits here until the other commits.
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(INGEST_LOCK)))


def _batches(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """Yield arrivals a few at a time, a long file alone."""
    batch: list[Arrival] = []
    size = 0
    for arrival in arrivals:
        is_full = len(batch) == BATCH_COUNT_MAX or size >= BATCH_BYTES_MAX
        if batch and (is_full or is_long(batch[0]) or is_long(arrival)):
            yield batch
            batch, size = [], 0
        batch.append(arrival)
        size += len(arrival.incoming.content)
    if batch:
        yield batch


def _take_batch(
    session: Session,
    store: RawStore,
    batch: list[Arrival],
    *,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules,
) -> list[IngestResult]:
    banks = KnownBanks(session, sealer, rules)
    aliases = Aliases(sealer, banks)
    seen = SeenBytes(session, batch, aliases)
    reads = read_arrivals(batch, seen, sealer=sealer, banks=banks, rules=rules)
    reads = waiting_once(session, reads, sealer=sealer, aliases=aliases)
    try:
        with session.begin_nested():
            return _write(session, store, reads, sealer=sealer, now=now, rules=rules, banks=banks)
    except (BooksDoNotBalance, sa.exc.OperationalError):
        raise
    except Exception as fault:
        if len(batch) == 1:
            _log.error("a delivery failed to be stored: %s", type(fault).__name__)
            failed = [failed_read(batch[0], fault)]
            return _write(session, store, failed, sealer=sealer, now=now, rules=rules)
    # One of them cannot be stored. One by one, only that one fails.
    return [
        result
        for arrival in batch
        for result in _take_batch(session, store, [arrival], sealer=sealer, now=now, rules=rules)
    ]


def _take_long(
    session: Session,
    store: RawStore,
    arrival: Arrival,
    *,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules,
    on_rows: OnRows | None,
) -> list[IngestResult]:
    aliases = Aliases(sealer, KnownBanks(session, sealer, rules))
    if SeenBytes(session, [arrival], aliases).has(arrival):
        duplicate = Read(
            arrival=arrival,
            state=DeliveryState.DUPLICATE,
            account=arrival.incoming.account or "",
        )
        return _write(session, store, [duplicate], sealer=sealer, now=now, rules=rules)
    try:
        with session.begin_nested():
            taken = take_long_file(
                session, arrival, sealer=sealer, now=now, rules=rules, on_rows=on_rows
            )
            note_columns(session, [taken.read], [taken.delivery_id])
            supersede_former(
                session, store, [taken.read], [taken.delivery_id], sealer=sealer, rules=rules
            )
            return [_result(taken.read, taken.delivery_id, taken.counts)]
    except (BooksDoNotBalance, sa.exc.OperationalError):
        raise
    except FileRefused as refusal:
        read = refused_read(arrival, refusal)
    except Exception as fault:
        _log.error("a long file failed to be taken in: %s", type(fault).__name__)
        read = failed_read(arrival, fault)
    return _write(session, store, [read], sealer=sealer, now=now, rules=rules)


def _write(
    session: Session,
    store: RawStore,
    reads: Sequence[Read],
    *,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules,
    banks: KnownBanks | None = None,
) -> list[IngestResult]:
    draft = LedgerDraft(known_versions(session, (e for read in reads for e in read.entries)))
    counts = [_draft_rows(draft, read, place, now) for place, read in enumerate(reads)]
    aliases = Aliases(sealer, banks)
    delivery_ids = _write_deliveries(session, reads, counts, sealer, aliases)
    write_draft(session, draft, delivery_ids=delivery_ids, sealer=sealer)
    write_statements(session, reads, delivery_ids, aliases=aliases)
    write_rejects(session, reads, delivery_ids, sealer=sealer)
    note_columns(session, reads, delivery_ids)
    supersede_former(session, store, reads, delivery_ids, sealer=sealer, rules=rules)
    return [
        _result(read, delivery_id, count)
        for read, delivery_id, count in zip(reads, delivery_ids, counts, strict=True)
    ]


def _draft_rows(draft: LedgerDraft, read: Read, place: int, now: datetime) -> dict[str, int]:
    arrival = read.arrival
    since = arrival.incoming.received_at if arrival.delivery_id is None else now
    verdicts = [
        draft.take(entry, place=place, received_at=since, now=now) for entry in read.entries
    ]
    return {
        "rows_new": verdicts.count(Verdict.NEW),
        "rows_repeated": verdicts.count(Verdict.REPEATED)
        + verdicts.count(Verdict.KEPT)
        + read.checks
        + read.asked_again,
        "rows_revised": verdicts.count(Verdict.REVISED),
        "rows_rejected": len(read.rejects),
    }


def _write_deliveries(
    session: Session,
    reads: Sequence[Read],
    counts: Sequence[dict[str, int]],
    sealer: Sealer,
    aliases: Aliases,
) -> list[int]:
    """Insert deliveries, or update those tried again; return their ids in order."""
    fresh = sum(read.arrival.delivery_id is None for read in reads)
    free = iter(new_ids(session, Delivery, fresh))
    ids = [read.arrival.delivery_id or next(free) for read in reads]
    rows = []
    for delivery_id, read, count in zip(ids, reads, counts, strict=True):
        outcome = outcome_row(read, count, aliases)
        if read.arrival.delivery_id is None:
            rows.append({"id": delivery_id, **delivery_row(read, sealer), **outcome})
        else:
            session.connection().execute(
                sa.update(table_of(Delivery)).filter_by(id=delivery_id).values(outcome)
            )
    insert_rows(session, Delivery, rows)
    return ids


def _result(read: Read, delivery_id: int, counts: dict[str, int]) -> IngestResult:
    return IngestResult(
        delivery_id=delivery_id,
        state=read.state,
        action=read.action,
        reason=read.reason,
        new=counts["rows_new"],
        repeated=counts["rows_repeated"],
        revised=counts["rows_revised"],
        rejected=counts["rows_rejected"],
        detail=read.detail,
    )
