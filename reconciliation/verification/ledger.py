"""The ledger proved from the raw bytes: each row says what its delivery said, to the letter.

``versions.verify_chain`` proves closes from the content hashes of rows. Here those hashes are made
anew: the bytes of each delivery are fetched, which checks their digest, and read again; every row
that came with it must be one of its movements, with the same hash and the same values. And it must
have as many rows as were written when it came (the delivery's own counts): of a row that was deleted
the bytes still tell, and how many đồng it was. What is
forgotten has no bytes to be proved by and is counted apart; what a mended reader no longer reads in
the bytes (``operations.rereading``) is no row of theirs any more.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.errors import RawDamaged, RawMissing
from reconciliation.feeds.catalogue import READERS, ReadContext
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.entries import Entry, Told, entries_of
from reconciliation.ledger.forgotten_names import forgotten_name
from reconciliation.tables import Delivery, DeliveryState, ProviderTransaction

_BATCH = 500
_DELIVERY, _ROW = table_of(Delivery), table_of(ProviderTransaction)


@dataclass(slots=True)
class LedgerProof:
    """What was proved, and what does not hold, one sentence each."""

    deliveries: int = 0
    rows: int = 0
    forgotten_rows: int = 0
    findings: list[str] = field(default_factory=list)


def prove_ledger(
    session: Session,
    store: RawStore,
    *,
    sealer: Sealer,
    on_progress: Callable[[int], None] | None = None,
) -> LedgerProof:
    """Prove every delivery whose raw bytes are held, and every row that came with it.

    Args:
        on_progress: called after each batch with the number of deliveries done so far.
    """
    proof = LedgerProof()
    counted = sa.select(sa.func.count()).where(_ROW.c.forgotten_at.is_not(None))
    [(proof.forgotten_rows,)] = rows_of(session, counted.select_from(_ROW))
    kept = sa.select(_DELIVERY).where(_DELIVERY.c.forgotten_at.is_(None)).order_by(_DELIVERY.c.id)
    deliveries: Sequence[Any] = rows_of(session, kept)
    for first in range(0, len(deliveries), _BATCH):
        batch = deliveries[first : first + _BATCH]
        rows = _rows_by_delivery(session, [delivery.id for delivery in batch])
        stored = _counts_by_delivery(session, [delivery.id for delivery in batch])
        for delivery in batch:
            _prove_count(proof, session, delivery, stored[delivery.id], store, sealer)
            _prove(proof, delivery, rows.get(delivery.id, ()), store, sealer)
            proof.deliveries += 1
        if on_progress is not None:
            on_progress(proof.deliveries)
    return proof


def _rows_by_delivery(session: Session, delivery_ids: Sequence[int]) -> dict[int, list[Any]]:
    is_read_otherwise = sa.and_(
        _ROW.c.retracted_by_id.is_not(None), _ROW.c.retracted_by_id == _ROW.c.delivery_id
    )
    wanted = sa.select(_ROW).where(
        one_of(session, _ROW.c.delivery_id, delivery_ids),
        _ROW.c.forgotten_at.is_(None),
        ~is_read_otherwise,
    )
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in rows_of(session, wanted.order_by(_ROW.c.id)):
        rows[row.delivery_id].append(row)
    return rows


def _counts_by_delivery(session: Session, delivery_ids: Sequence[int]) -> Counter[int]:
    """Return how many rows stand under each delivery, whatever became of them."""
    counted = (
        sa.select(_ROW.c.delivery_id, sa.func.count())
        .where(one_of(session, _ROW.c.delivery_id, delivery_ids))
        .group_by(_ROW.c.delivery_id)
    )
    return Counter({row.delivery_id: row[1] for row in rows_of(session, counted)})


def _prove_count(
    proof: LedgerProof,
    session: Session,
    delivery: Any,
    stored: int,
    store: RawStore,
    sealer: Sealer,
) -> None:
    """Find the deliveries whose rows are fewer, or more, than were written when they came."""
    written = delivery.rows_new + delivery.rows_revised
    if stored == written:
        return
    told = f"{_where(delivery)}: lúc nhận ghi {written} dòng, nay sổ có {stored} dòng"
    if stored > written:
        proof.findings.append(f"{told}, thừa {stored - written}")
        return
    proof.findings.append(f"{told}, mất {written - stored}")
    try:
        content = store.get(delivery.raw_sha256)
    except (RawMissing, RawDamaged):
        return
    lost = _in_no_row(session, _told(delivery, content, sealer))
    amount = sum(entry.told.amount for entry in lost if entry.told.currency == "VND")
    if lost:
        proof.findings[-1] += f"; bản gốc nói tới {len(lost)} khoản không còn trong sổ, {amount} ₫"


def _in_no_row(session: Session, told: Sequence[Entry]) -> list[Entry]:
    """Return the movements of which the ledger holds no version at all."""
    hashed = {
        key: forgotten_name(key)
        for entry in told
        for key in (entry.key, entry.other_key)
        if key is not None
    }
    wanted = sa.select(_ROW.c.book, _ROW.c.dedupe_key).where(
        one_of(session, _ROW.c.dedupe_key, [*hashed, *hashed.values()])
    )
    there = {(book, key) for book, key in rows_of(session, wanted)}
    return [
        entry
        for entry in told
        if not any(
            (entry.book, name) in there
            for key in (entry.key, entry.other_key)
            if key
            for name in (key, hashed[key])
        )
    ]


def _where(delivery: Any) -> str:
    named = f" ({delivery.name})" if delivery.name else ""
    return f"Lượt nhận {delivery.id}{named}"


def _prove(
    proof: LedgerProof, delivery: Any, rows: Sequence[Any], store: RawStore, sealer: Sealer
) -> None:
    where = _where(delivery)
    try:
        content = store.get(delivery.raw_sha256)
    except (RawMissing, RawDamaged):
        proof.findings.append(f"{where}: bản gốc {delivery.raw_sha256[:12]}… thiếu hoặc hỏng")
        return
    if not rows:
        return
    if delivery.state not in {DeliveryState.PROCESSED, DeliveryState.VOIDED}:
        proof.findings.append(f"{where}: có {len(rows)} dòng mà chưa được đọc")
        return
    entries = _entries(delivery, content, sealer)
    for row in rows:
        problem = _problem(row, entries.get((row.book, row.dedupe_key), ()))
        if problem:
            proof.findings.append(f"{where}, dòng {row.line_no}, khoản {row.id}: {problem}")
        else:
            proof.rows += 1


def _entries(delivery: Any, content: bytes, sealer: Sealer) -> dict[tuple[Any, str], list[Entry]]:
    """Return the movements the bytes tell, under every key they may have been stored by."""
    entries: dict[tuple[Any, str], list[Entry]] = defaultdict(list)
    for entry in _told(delivery, content, sealer):
        entries[entry.book, entry.key].append(entry)
        if entry.other_key is not None:
            entries[entry.book, entry.other_key].append(entry)
    return entries


def _told(delivery: Any, content: bytes, sealer: Sealer) -> Sequence[Entry]:
    """Return the movements the bytes tell."""
    context = ReadContext(
        account=sealer.open(delivery.account_sealed) if delivery.account_sealed else None,
        name=delivery.name,
        channel=delivery.channel,
        settlement_id=delivery.settlement_id,
    )
    reading = READERS[delivery.provider].read(content, context=context)
    told, _ = entries_of(reading.transactions, sealer=sealer, received_at=delivery.received_at)
    return told


def _problem(row: Any, told: Sequence[Entry]) -> str:
    """Return why a row is none of the movements told under its key; empty = it is one."""
    if not told:
        return "bản gốc không nói tới khoản này"
    kept = [
        entry.keeping(
            settlement_id=row.settlement_id, original_transaction_id=row.original_transaction_id
        )
        for entry in told
    ]
    same = [entry for entry in kept if entry.content_sha256 == row.content_sha256]
    if not same:
        return "mã băm nội dung không phải của bản gốc"
    [entry, *_] = same
    # The key proves the account. Which bank it is at may have been learnt from the register since.
    changed = [
        _difference(name, getattr(row, name), getattr(entry.told, name))
        for name in Told._fields
        if name != "account_alias" and getattr(row, name) != getattr(entry.told, name)
    ]
    if row.business_date != entry.business_date:
        changed.append(_difference("business_date", row.business_date, entry.business_date))
    return f"khác bản gốc ở {', '.join(changed)}" if changed else ""


def _difference(name: str, stored: Any, told: Any) -> str:
    """Return the field and both its values, but for texts, which may name somebody."""
    if isinstance(stored, str) and not isinstance(stored, Enum):
        return name
    return f"{name} (sổ ghi {stored}, bản gốc {told})"
