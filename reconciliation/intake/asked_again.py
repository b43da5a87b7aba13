"""A row that waits for a person and that a poll asked for again waits once.

Each poll goes back some days (``fetching.pages.OVERLAP``): a page of which any row changed brings the
one that could not be read once more, and people would find it as often as was polled.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import rows_of, table_of
from reconciliation.intake.deliveries import Read
from reconciliation.intake.statement_rows import kept_text
from reconciliation.ledger.aliases import Aliases
from reconciliation.ledger.entries import storable
from reconciliation.records import Reject, SourceChannel
from reconciliation.tables import Delivery, DeliveryState, FeedReject

_Texts = Mapping[str, int]
"""How often a row of that text waits; of several pages the one that has it most often."""


def waiting_once(
    session: Session, reads: Sequence[Read], *, sealer: Sealer, aliases: Aliases
) -> list[Read]:
    """Return the reads, the polled ones without the rows that wait of an earlier page.

    They are counted as repeated. Two rows of one text in one page are two rows.
    """
    known: dict[tuple[str, str], Counter[str]] = {}
    found = []
    for read in reads:
        if not read.rejects or read.arrival.incoming.channel is not SourceChannel.POLL:
            found.append(read)
            continue
        provider = read.arrival.incoming.provider
        alias = aliases.place(provider, storable(read.account), read.bank).alias
        if (provider, alias) not in known:
            own = read.arrival.delivery_id
            known[provider, alias] = _waiting(session, provider, alias, own, sealer)
        texts = known[provider, alias]
        fresh = _beyond(read.rejects, texts)
        texts |= Counter(kept_text(reject) for reject in read.rejects)
        asked_again = len(read.rejects) - len(fresh)
        found.append(replace(read, rejects=fresh, asked_again=asked_again))
    return found


def _beyond(rejects: Sequence[Reject], texts: _Texts) -> list[Reject]:
    """Return the rows of a page that are more of their text than wait already."""
    seen: Counter[str] = Counter()
    fresh = []
    for reject in rejects:
        text = kept_text(reject)
        seen[text] += 1
        if seen[text] > texts.get(text, 0):
            fresh.append(reject)
    return fresh


def _waiting(
    session: Session, provider: str, alias: str, own: int | None, sealer: Sealer
) -> Counter[str]:
    """Return what waits of an account's pages but the page ``own``, which is read again."""
    reject, delivery = table_of(FeedReject).c, table_of(Delivery).c
    wanted = (
        sa.select(reject.delivery_id, reject.raw_sealed)
        .join_from(table_of(FeedReject), table_of(Delivery), delivery.id == reject.delivery_id)
        .where(
            reject.settled_at.is_(None),
            reject.raw_sealed != "",
            delivery.provider == provider,
            delivery.account_alias == alias,
            delivery.channel == SourceChannel.POLL,
            delivery.state == DeliveryState.PROCESSED,
        )
    )
    if own is not None:
        wanted = wanted.where(delivery.id != own)
    by_page: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for row in rows_of(session, wanted):
        by_page[row.delivery_id][sealer.open(row.raw_sealed)] += 1
    most: Counter[str] = Counter()
    for texts in by_page.values():
        most |= texts
    return most
