"""Everything read again from the raw bytes with the readers of now, told as a difference to the books.

* *added*: the bytes tell a movement that is in no book (a reader was mended, a rule was put in).
* *changed*: a delivery's own row says something else now.
* *gone*: a delivery's own row counts, and its bytes do not tell it any more.
* *readable*: a delivery that was refused, or stopped by a fault of ours, would be read now.

What a later delivery told since is not looked at: the books have the newer word. Applied, a changed
row becomes a new version of the same delivery, and what is gone stops counting; the old versions stay
and say that their own delivery took them back (``retracted_by_id``).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.errors import RawDamaged, RawMissing
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules
from reconciliation.intake.deliveries import Read, arrival_again, read_again
from reconciliation.intake.ingest import take_again, wait_for_other_writers
from reconciliation.intake.raw_store import RawStore
from reconciliation.intake.statement_rows import refresh_statements, settle_rejects
from reconciliation.ledger.aliases import Aliases
from reconciliation.ledger.counting import count_anew
from reconciliation.ledger.entries import Entry, Told
from reconciliation.ledger.known_banks import KnownBanks
from reconciliation.ledger.rows import known_versions, write_draft
from reconciliation.ledger.tellers import stands
from reconciliation.ledger.tellings import LedgerDraft
from reconciliation.operations.listing import received_between
from reconciliation.records import Book
from reconciliation.tables import Delivery, DeliveryState, ProviderTransaction

AT_ONCE = 50
TOLD_CHANGES_MAX = 50
"""So many differences of one delivery are told one by one; the counts are of all."""
_DELIVERY, _ROW = table_of(Delivery), table_of(ProviderTransaction)
_READ_STATES = (DeliveryState.PROCESSED, DeliveryState.REJECTED, DeliveryState.FAILED)

Key = tuple[Book, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What is read again: of one provider, received on some days, after a delivery; empty = all."""

    provider: str = ""
    first: date | None = None
    last: date | None = None
    after: int = 0
    limit: int = AT_ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One difference; amounts in minor units, ``None`` where there is none."""

    kind: str
    """``added``, ``changed`` or ``gone``."""
    row: int
    """Where it stands in the delivery."""
    fields: tuple[str, ...]
    """What differs, by the name of the column."""
    was_amount: int | None
    amount: int | None


@dataclass(slots=True, kw_only=True)
class RereadDelivery:
    """What reading one delivery again came to."""

    delivery_id: int
    provider: str
    problem: str = ""
    """``raw``: its bytes are lost. ``reader``: it was read once and is refused now."""
    is_readable_now: bool = False
    same: int = 0
    added: int = 0
    changed: int = 0
    gone: int = 0
    changes: list[RowChange] = field(default_factory=list)

    @property
    def is_different(self) -> bool:
        """Return whether anything is other than the books have it."""
        return bool(self.problem or self.is_readable_now or self.added or self.changed or self.gone)


def reread(
    session: Session,
    store: RawStore,
    asked: Reread,
    *,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules = PLAIN_RULES,
    is_applied: bool = False,
) -> tuple[list[RereadDelivery], int | None]:
    """Read deliveries again in their order; return what each came to, and ``after`` for the next.

    Args:
        is_applied: write what differs; otherwise nothing is written.
    """
    if is_applied:
        wait_for_other_writers(session)
    rows = rows_of(session, _wanted(asked))
    chosen = rows[: asked.limit]
    found = []
    for row in chosen:
        one = RereadDelivery(delivery_id=row.id, provider=row.provider)
        found.append(one)
        _reread_one(session, store, row, one, sealer, now, rules, is_applied=is_applied)
    return found, chosen[-1].id if len(rows) > asked.limit else None


def _wanted(asked: Reread) -> sa.Select[Any]:
    row = _DELIVERY.c
    wanted = sa.select(_DELIVERY).where(
        row.id > asked.after, row.forgotten_at.is_(None), row.state.in_(_READ_STATES)
    )
    if asked.provider:
        wanted = wanted.where(row.provider == asked.provider)
    wanted = wanted.where(*received_between(asked.first, asked.last))
    return wanted.order_by(row.id).limit(asked.limit + 1)


def _reread_one(
    session: Session,
    store: RawStore,
    row: Any,
    one: RereadDelivery,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules,
    *,
    is_applied: bool,
) -> None:
    try:
        content = store.get(row.raw_sha256)
    except (RawMissing, RawDamaged):
        one.problem = "raw"
        return
    arrival = arrival_again(row, content, sealer)
    banks = KnownBanks(session, sealer, rules)
    read = read_again(arrival, sealer=sealer, banks=banks, rules=rules)
    is_readable = read.state is DeliveryState.PROCESSED
    if row.state is not DeliveryState.PROCESSED:
        one.is_readable_now, one.added = is_readable, len(read.entries) if is_readable else 0
        if is_applied and is_readable:
            take_again(session, store, [arrival], sealer=sealer, now=now, rules=rules)
        return
    if not is_readable:
        one.problem = "reader"
        return
    difference = _Difference(session, row.id, read)
    difference.tell(one)
    if is_applied and (one.added or one.changed or one.gone):
        difference.write(session, read, sealer=sealer, banks=banks, now=now)


class _Difference:
    """What a delivery tells now against what the books have of it."""

    def __init__(self, session: Session, delivery_id: int, read: Read) -> None:
        self._delivery_id = delivery_id
        stored = _stored(session, delivery_id, read.entries)
        self.added: list[Entry] = []
        self.changed: list[tuple[Entry, Any]] = []
        self.same = 0
        self._repeated = 0
        told: set[Key] = set()
        for entry in read.entries:
            found = stored.get((entry.book, entry.key))
            if found and entry.other_key and not _is_same_money(entry, found):
                entry = entry.under(entry.other_key)  # noqa: PLW2901 - as the ledger does
                found = stored.get((entry.book, entry.key))
            told.add((entry.book, entry.key))
            own = [one for one in found or () if _is_own(one, delivery_id)]
            if not found or _was_taken_back_here(found, delivery_id):
                self.added.append(entry)
            elif _fell(found):
                self.added.append(entry)
                self._repeated += 1
            elif own and stands(own[0]):
                self._compare(entry, own[0])
            else:
                self.same += 1
        self.gone = [
            one
            for key, found in stored.items()
            if key not in told
            for one in found
            if _is_own(one, delivery_id) and stands(one)
        ]

    def _compare(self, entry: Entry, row: Any) -> None:
        kept = entry.keeping(
            settlement_id=row.settlement_id, original_transaction_id=row.original_transaction_id
        )
        if kept.content_sha256 == row.content_sha256:
            self.same += 1
        else:
            self.changed.append((kept, row))

    def tell(self, one: RereadDelivery) -> None:
        """Write counts and the first differences into what is told of the delivery."""
        one.same, one.added = self.same, len(self.added)
        one.changed, one.gone = len(self.changed), len(self.gone)
        changes = [
            *(_change("added", None, entry) for entry in self.added[:TOLD_CHANGES_MAX]),
            *(_change("changed", row, entry) for entry, row in self.changed[:TOLD_CHANGES_MAX]),
            *(_change("gone", row, None) for row in self.gone[:TOLD_CHANGES_MAX]),
        ]
        one.changes = changes[:TOLD_CHANGES_MAX]

    def write(
        self, session: Session, read: Read, *, sealer: Sealer, banks: KnownBanks, now: datetime
    ) -> None:
        """Let the books say what the delivery says now."""
        entries = [*self.added, *(entry for entry, _ in self.changed)]
        draft = LedgerDraft(known_versions(session, entries))
        for entry in self.added:
            draft.take(entry, place=0, received_at=now, now=now)
        for entry, _ in self.changed:
            draft.correct(entry, place=0, now=now)
        old = [row.id for _, row in self.changed] + [row.id for row in self.gone]
        session.connection().execute(
            sa.update(_ROW)
            .where(one_of(session, _ROW.c.id, old))
            .values(retracted_by_id=self._delivery_id)
        )
        write_draft(session, draft, delivery_ids=[self._delivery_id], sealer=sealer)
        count_anew(session, [(row.book, row.dedupe_key) for row in self.gone])
        settle_rejects(session, self._delivery_id, read.rejects, sealer=sealer, now=now)
        refresh_statements(session, self._delivery_id, read, aliases=Aliases(sealer, banks))
        session.connection().execute(
            sa.update(_DELIVERY)
            .where(_DELIVERY.c.id == self._delivery_id)
            .values(
                rows_new=_DELIVERY.c.rows_new + len(self.added),
                rows_revised=_DELIVERY.c.rows_revised + len(self.changed),
                rows_repeated=_DELIVERY.c.rows_repeated - self._repeated,
                rows_rejected=len(read.rejects),
                reason=read.told_reason,
            )
        )


def _stored(
    session: Session, delivery_id: int, entries: Collection[Entry]
) -> Mapping[Key, Sequence[Any]]:
    """Return by key every version of what a delivery told or tells now, the newest first."""
    keys: dict[Book, set[str]] = defaultdict(set)
    for entry in entries:
        keys[entry.book] |= {key for key in (entry.key, entry.other_key) if key}
    found: dict[Key, dict[int, Any]] = defaultdict(dict)
    conditions = [_ROW.c.delivery_id == delivery_id]
    conditions += [
        sa.and_(_ROW.c.book == book, one_of(session, _ROW.c.dedupe_key, wanted))
        for book, wanted in keys.items()
    ]
    for condition in conditions:
        wanted = (
            sa.select(_ROW, _DELIVERY.c.state.label("told_in"))
            .join_from(_ROW, _DELIVERY, _DELIVERY.c.id == _ROW.c.delivery_id)
            .where(condition, _ROW.c.forgotten_at.is_(None))
        )
        for row in rows_of(session, wanted.order_by(_ROW.c.version.desc())):
            found[row.book, row.dedupe_key][row.id] = row
    return {key: sorted(rows.values(), key=lambda row: -row.version) for key, rows in found.items()}


def _is_own(row: Any, delivery_id: int) -> bool:
    return bool(row.delivery_id == delivery_id and row.retracted_by_id != delivery_id)


def _was_taken_back_here(rows: Sequence[Any], delivery_id: int) -> bool:
    """Tell whether nothing counts under a key because this delivery was read not to tell it."""
    newest = rows[0]
    return newest.retracted_by_id == newest.delivery_id == delivery_id and not any(
        stands(row) for row in rows
    )


def _fell(rows: Sequence[Any]) -> bool:
    """Tell whether nothing counts under a key because every delivery that told it was taken back."""
    return all(row.told_in is DeliveryState.VOIDED for row in rows)


def _is_same_money(entry: Entry, rows: Sequence[Any]) -> bool:
    money = entry.told.amount, entry.told.direction
    return any((row.amount, row.direction) == money for row in rows)


def _change(kind: str, row: Any, entry: Entry | None) -> RowChange:
    fields: tuple[str, ...] = ()
    if row is not None and entry is not None:
        fields = tuple(
            name for name in Told._fields if getattr(row, name) != getattr(entry.told, name)
        )
        if row.business_date != entry.business_date:
            fields = (*fields, "business_date")
    return RowChange(
        kind=kind,
        row=entry.row if entry is not None else row.line_no,
        fields=fields,
        was_amount=None if row is None else row.amount,
        amount=None if entry is None else entry.told.amount,
    )
