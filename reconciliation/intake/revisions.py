"""A corrected file takes the place of the one it corrects: what it no longer tells counts no more.

Two files are revisions of one another when they are of one account, cover exactly the same days and
bear the same logical name: their names but for dates and for what a second download adds. The later
one is believed only if it is whole (its totals agree, none of its rows waits) and still tells most of
what the former told; otherwise a person decides which of the two to take back (``voiding``). Rows that
any other file tells are left alone. Source: feeds.md section 9 (files), 10.1-3, 13 (corrected files).

Some banks' rows are known by their content, running balance included: one row put in gives all rows
behind it new keys. So the old ones have to go, or the money would count twice.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.feeds.reading.text import fold
from reconciliation.feeds.rules import FeedRules
from reconciliation.intake.deliveries import Read
from reconciliation.intake.other_tellers import other_tellings
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.counting import count_anew
from reconciliation.ledger.tellers import standing_rows
from reconciliation.records import Book, FileAction, SourceChannel
from reconciliation.tables import (
    Delivery,
    DeliveryState,
    ProviderTransaction,
    SettlementStatement,
)

_DATE = re.compile(
    r"(?<![0-9])(?:20[0-9]{2}[-_. ]?[0-9]{2}[-_. ]?[0-9]{2}|[0-9]{2}[-_. ]?[0-9]{2}[-_. ]?20[0-9]{2})"
    r"(?:[-_. ]?[0-9]{4,6})?(?![0-9])"
)
_MARK = re.compile(
    r"\([0-9]{1,2}\)|\b(?:V|VER|REV|LAN|BAN)[ -]?[0-9]{1,2}\b"
    r"|\b(?:COPY|BAN SAO|SUA|DA SUA|CHINH SUA|DIEU CHINH|CORRECTED|REVISED|FINAL)\b"
)
_ROW, _DELIVERY = table_of(ProviderTransaction), table_of(Delivery)


def logical_name(name: str) -> str:
    """Return a file's name without dates and without what marks it as another download of the same."""
    stem = re.sub(r"[_]+", " ", fold(name.rsplit(".", 1)[0] if "." in name else name))
    return " ".join(_MARK.sub(" ", _DATE.sub(" ", stem)).replace("-", " ").split())


def supersede_former(
    session: Session,
    store: RawStore,
    reads: Sequence[Read],
    delivery_ids: Sequence[int],
    *,
    sealer: Sealer,
    rules: FeedRules,
) -> None:
    """Let the whole files among deliveries that were just written take the place of what they correct."""

    def told_elsewhere(provider: str, gone: Sequence[Any], but: Collection[int]) -> set[str]:
        """Return the keys of rows that other files of the provider tell, too."""
        told = other_tellings(
            session,
            store,
            {(Book.STATEMENT, row.dedupe_key): (row.direction, row.amount) for row in gone},
            provider=provider,
            but=but,
            sealer=sealer,
            rules=rules,
            channel=SourceChannel.FILE,
        )
        return {key for one in told for _, key in one.entries}

    files = {
        delivery_id: read
        for read, delivery_id in zip(reads, delivery_ids, strict=True)
        if _is_whole_file(read)
    }
    if not files:
        return
    for delivery_id, former in sorted(_former_files(session, files).items()):
        _supersede(session, delivery_id, files[delivery_id], former, told_elsewhere)


def _is_whole_file(read: Read) -> bool:
    return (
        read.state is DeliveryState.PROCESSED
        and read.action is FileAction.ACCEPT
        and read.arrival.incoming.channel is SourceChannel.FILE
        and bool(logical_name(read.arrival.incoming.name))
        and bool(read.statements)
        and all(
            one.completeness != "partial" and one.control_status != "differ"
            for one in read.statements
        )
    )


def _former_files(session: Session, files: dict[int, Read]) -> dict[int, list[int]]:
    """Return by new delivery the earlier ones of the same account, days and logical name."""
    new, old = (table_of(SettlementStatement).alias(name) for name in ("new", "old"))
    wanted = (
        sa.select(new.c.delivery_id, _DELIVERY.c.id.label("former_id"), _DELIVERY.c.name)
        .join_from(
            new,
            old,
            sa.and_(
                old.c.provider == new.c.provider,
                old.c.account_alias == new.c.account_alias,
                old.c.period_from == new.c.period_from,
                old.c.period_to == new.c.period_to,
                old.c.statement_kind == new.c.statement_kind,
                old.c.delivery_id < new.c.delivery_id,
            ),
        )
        .join(_DELIVERY, _DELIVERY.c.id == old.c.delivery_id)
        .where(
            one_of(session, new.c.delivery_id, files),
            new.c.settlement_id.is_(None),
            _DELIVERY.c.state == DeliveryState.PROCESSED,
            _DELIVERY.c.channel == SourceChannel.FILE,
            _DELIVERY.c.forgotten_at.is_(None),
        )
        .distinct()
    )
    former: dict[int, list[int]] = defaultdict(list)
    for row in rows_of(session, wanted):
        own_name = files[row.delivery_id].arrival.incoming.name
        if logical_name(row.name) == logical_name(own_name):
            former[row.delivery_id].append(row.former_id)
    return former


def _supersede(
    session: Session,
    delivery_id: int,
    read: Read,
    former: Sequence[int],
    told_elsewhere: Callable[[str, Sequence[Any], Collection[int]], set[str]],
) -> None:
    told = _Told(read)
    before = _rows_of(session, former, or_superseded_by=delivery_id)
    gone = [row for row in before if row.stands and not told.has(row)]
    if not _is_correction(before, gone, read):
        return
    elsewhere = told_elsewhere(read.arrival.incoming.provider, gone, {delivery_id, *former})
    keys = {row.dedupe_key for row in gone} - elsewhere
    session.connection().execute(
        sa.update(_ROW)
        .where(
            _ROW.c.book == Book.STATEMENT,
            one_of(session, _ROW.c.dedupe_key, keys),
            _ROW.c.delivery_id.in_(former),
            _ROW.c.retracted_by_id.is_(None),
        )
        .values(retracted_by_id=delivery_id)
    )
    count_anew(session, [(Book.STATEMENT, key) for key in keys])
    session.connection().execute(
        sa.update(_DELIVERY).where(_DELIVERY.c.id == delivery_id).values(revises_id=max(former))
    )


class _Told:
    """Which movements a file tells, under the keys they may be stored by."""

    def __init__(self, read: Read) -> None:
        self._keys = {entry.key for entry in read.entries if entry.other_key is None}
        self._keys |= {entry.other_key for entry in read.entries if entry.other_key is not None}
        # A bank may use a reference again: under it only the same money is the same movement.
        self._references = {
            (entry.key, entry.told.direction, entry.told.amount)
            for entry in read.entries
            if entry.other_key is not None
        }

    def has(self, row: Any) -> bool:
        return (
            row.dedupe_key in self._keys
            or (row.dedupe_key, row.direction, row.amount) in self._references
        )


def _is_correction(before: Sequence[Any], gone: Sequence[Any], read: Read) -> bool:
    """Tell whether the new file still tells most of what the former told, under whatever key."""
    tells = Counter(
        (entry.business_date, entry.told.direction, entry.told.amount) for entry in read.entries
    )
    kept = {row.dedupe_key for row in before} - {row.dedupe_key for row in gone}
    for row in before:
        if row.dedupe_key in kept:
            tells[row.business_date, row.direction, row.amount] -= 1
    lost = 0
    for row in gone:
        movement = row.business_date, row.direction, row.amount
        if tells[movement] > 0:
            tells[movement] -= 1
        else:
            lost += 1
    return 2 * lost <= len({row.dedupe_key for row in before})


def _rows_of(session: Session, former: Sequence[int], *, or_superseded_by: int) -> Sequence[Any]:
    """Return what the former files told that counted until the new one came."""
    newer = _ROW.alias("newer")
    replaced = sa.exists().where(
        newer.c.book == _ROW.c.book,
        newer.c.dedupe_key == _ROW.c.dedupe_key,
        newer.c.delivery_id == or_superseded_by,
        newer.c.version == _ROW.c.version + 1,
    )
    wanted = sa.select(
        _ROW.c.id,
        _ROW.c.dedupe_key,
        _ROW.c.business_date,
        _ROW.c.direction,
        _ROW.c.amount,
        standing_rows().label("stands"),
    ).where(
        _ROW.c.delivery_id.in_(former),
        _ROW.c.book == Book.STATEMENT,
        sa.or_(standing_rows(), replaced),
    )
    return rows_of(session, wanted)
