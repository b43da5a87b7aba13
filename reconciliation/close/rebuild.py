"""A closed day made again from the raw bytes, and compared line by line with what is stored.

The register is copied, the ledger is not: every delivery that had come when the version was closed
is read again from its bytes into an empty database, the day is closed there as of that instant, and
the lines of both roots are compared. The rules are those the version was closed by, as they are kept
under the hash it names, whatever was agreed on since. The register is taken as it stands now; an
account that moved since may therefore show as a difference. Equal roots are a proof.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

from merchants.sealing import Sealer
from reconciliation.breaks.tables import Break
from reconciliation.bulk import insert_rows, rows_of, table_of
from reconciliation.close.closing import close_days
from reconciliation.close.left_out import left_out_at
from reconciliation.close.roots import NOBODY, Header, root_of
from reconciliation.close.stored_closes import lines_of
from reconciliation.errors import VersionNotFound
from reconciliation.feeds.rules import FeedRules
from reconciliation.intake.deliveries import Incoming
from reconciliation.intake.ingest import ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.rules.in_force import rules_of_close
from reconciliation.tables import (
    WAS_READ,
    DayClose,
    Decision,
    Delivery,
    DeliveryState,
    HandAttribution,
    ProviderTransaction,
)

_DELIVERY, _ROW = table_of(Delivery), table_of(ProviderTransaction)
_READ_AGAIN = (DeliveryState.PROCESSED, DeliveryState.DUPLICATE, DeliveryState.REJECTED)
_MADE_ANEW = frozenset(
    {"delivery", "account_teller", "day_close", "settlement_break", "book_lock", "held_change"}
)
"""Tables that are made again, with all that point at them."""
_IN_THE_RULES = "rule_change"
"""Not copied: a version's kept rules hold what was agreed on by then, and a close would lay it, and
what was agreed on later, over them once more."""
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a day is read again with: the stores to read from and to write to, keys, rules of reading."""

    store: RawStore
    scratch: RawStore
    sealer: Sealer
    feed_rules: FeedRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """A version, and what its day comes to when it is made again.

    ``only_stored`` and ``only_rebuilt`` are lines that the other one lacks, sorted. ``root_sha256``
    is the root of the rebuilt lines and their tree under the stored header.
    """

    scope: str
    business_date: date
    version: int
    deliveries: int
    rows: int
    forgotten_rows: int
    lines: int
    only_stored: tuple[str, ...]
    only_rebuilt: tuple[str, ...]
    stored_root: str
    root_sha256: str

    @property
    def is_same(self) -> bool:
        """Whether not one byte differs."""
        return self.root_sha256 == self.stored_root


def rebuild_day(
    session: Session,
    empty: Session,
    sources: Sources,
    *,
    scope: str,
    on: date,
    version: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Rebuilt:
    """Return what a version's day comes to when it is read and closed again.

    Args:
        empty: a session on a database with all tables and nothing in them.
        scope: a market's code, or ``*``.
        version: ``None`` = the newest one.
        on_progress: called with how many deliveries are read, and of how many.

    Raises:
        VersionNotFound: the day was not closed, or not so often.
        RuleSetNotFound, RulesDamaged: the rules it was closed by are not kept, or not as they were.
        RawMissing, RawDamaged: bytes that a delivery came with are gone or changed.
    """
    close = _stored(session, scope, on, version)
    profiles = rules_of_close(session, close.rules_sha256)
    deliveries = _deliveries_before(session, close)
    _copy_register(session, empty, close)
    _replay(empty, sources, deliveries, on_progress)
    _attribute_by_hand(session, empty, close)
    if close.version > 1:
        before = _stored(session, scope, on, close.version - 1)
        empty.add(DayClose(**{**before.model_dump(), "id": None}))
        empty.flush()
    close_days(
        empty,
        on,
        on,
        market_code=None if scope == NOBODY else scope,
        profiles=profiles,
        sealer=sources.sealer,
        now=close.closed_at,
    )
    stored = lines_of(session, close)
    made = _stored(empty, scope, on, None)
    rebuilt = lines_of(empty, made)
    header = Header(**{name: getattr(close, name) for name in Header.__slots__})
    [(rows,)] = rows_of(empty, sa.select(sa.func.count()).select_from(_ROW))
    forgotten = sa.select(sa.func.count()).select_from(_ROW).where(_ROW.c.forgotten_at.is_not(None))
    [(forgotten_rows,)] = rows_of(session, forgotten)
    return Rebuilt(
        scope=scope,
        business_date=on,
        version=close.version,
        deliveries=len(deliveries),
        rows=rows,
        forgotten_rows=forgotten_rows,
        lines=len(stored),
        only_stored=tuple(sorted(set(stored) - set(rebuilt))),
        only_rebuilt=tuple(sorted(set(rebuilt) - set(stored))),
        stored_root=close.root_sha256,
        root_sha256=root_of(header, rebuilt, made.tree_root),
    )


def _stored(session: Session, scope: str, on: date, version: int | None) -> DayClose:
    """Return a version of a day, the newest one for ``None``."""
    query = select(DayClose).where(DayClose.scope == scope, DayClose.business_date == on)
    closes = {one.version: one for one in session.exec(query)}
    wanted = version if version is not None else max(closes, default=0)
    if wanted not in closes:
        raise VersionNotFound(scope, on, wanted)
    return closes[wanted]


def _deliveries_before(session: Session, close: DayClose) -> Sequence[Any]:
    """Return what had come when the version was closed and can be read again, in its order."""
    return rows_of(
        session,
        sa.select(_DELIVERY)
        .where(
            _DELIVERY.c.received_at <= close.closed_at,
            _DELIVERY.c.state.in_(_READ_AGAIN),
            _DELIVERY.c.forgotten_at.is_(None),
        )
        .order_by(_DELIVERY.c.id),
    )


def _copy_register(session: Session, empty: Session, close: DayClose) -> None:
    """Copy every table but the ledger, what was decided and changes of rules.

    Of breaks, those are copied that were left out by then.
    """
    anew = _pointing_at(_MADE_ANEW) | {_IN_THE_RULES}
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in anew:
            rows = [tuple(row) for row in rows_of(session, sa.select(table))]
            insert_rows(empty, table, rows)
    insert_rows(empty, Break, left_out_at(session, close.closed_at))


def _pointing_at(names: frozenset[str]) -> frozenset[str]:
    """Return the tables of these names and all that refer to them, over any number of steps."""
    found = set(names)
    for table in SQLModel.metadata.sorted_tables:
        if any(key.column.table.name in found for key in table.foreign_keys):
            found.add(table.name)
    return frozenset(found)


def _replay(
    empty: Session,
    sources: Sources,
    deliveries: Sequence[Any],
    on_progress: Callable[[int, int], None] | None,
) -> None:
    for start in range(0, len(deliveries), _BATCH):
        batch = deliveries[start : start + _BATCH]
        ingest_many(
            empty,
            sources.scratch,
            sealer=sources.sealer,
            incoming=[_incoming(one, sources) for one in batch],
            now=batch[-1].received_at,
            rules=sources.feed_rules,
        )
        if on_progress is not None:
            on_progress(start + len(batch), len(deliveries))


def _incoming(row: Any, sources: Sources) -> Incoming:
    return Incoming(
        provider=row.provider,
        content=sources.store.get(row.raw_sha256),
        channel=row.channel,
        received_at=row.received_at,
        signature_status=row.signature_status,
        name=row.name,
        account=sources.sealer.open(row.account_sealed) if row.account_sealed else None,
        settlement_id=row.settlement_id,
        signed_headers=row.signed_headers,
        was_read=row.state in WAS_READ,
    )


def _attribute_by_hand(session: Session, empty: Session, close: DayClose) -> None:
    """Give rows the vendors that two people had agreed on when the version was closed."""
    by_hand = table_of(HandAttribution)
    agreed = (
        sa.select(_ROW.c.book, _ROW.c.dedupe_key, by_hand.c.vendor_id)
        .join_from(by_hand, _ROW, _ROW.c.id == by_hand.c.transaction_id)
        .where(by_hand.c.decision == Decision.APPROVED, by_hand.c.decided_at <= close.closed_at)
        .order_by(by_hand.c.decided_at, by_hand.c.id)
    )
    for one in rows_of(session, agreed):
        empty.connection().execute(
            sa.update(_ROW)
            .where(_ROW.c.book == one.book, _ROW.c.dedupe_key == one.dedupe_key)
            .values(vendor_id=one.vendor_id)
        )
