"""Which callbacks still wait for the answer they asked us to fetch.

GSMA and MTN sign nothing, so a callback is no proof: it names what to read, and what is read makes
the row. An answer that is not final is asked for again, each time after twice as long.
Source: feeds.md 2.1, 2.2.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.ledger.aliases import Aliases, without_account
from reconciliation.records import SourceChannel, Status
from reconciliation.tables import Delivery, ProviderTransaction

FOLLOWED_FOR = timedelta(days=7)
NOTICES_MAX = 200
"""In one poll; the rest is asked for in the next."""
_OPEN = (Status.PENDING, Status.AUTHORISED, Status.UNKNOWN)


def is_due(
    noticed_at: datetime, asked_at: datetime | None, *, is_final: bool, now: datetime
) -> bool:
    """Tell whether a notice is to be followed now.

    Args:
        noticed_at: when its newest callback came.
        asked_at: when its answer was last taken in; ``None`` = never.
        is_final: the ledger has a row for it whose status waits for nothing.
    """
    if asked_at is None or asked_at < noticed_at:
        return True
    return not is_final and now - noticed_at >= 2 * (asked_at - noticed_at)


def due_notices(
    session: Session, provider: str, *, account: str, sealer: Sealer, now: datetime
) -> Sequence[str]:
    """Return what is to be asked for now, longest waiting first; three questions, however many."""
    noticed = _newest(session, provider, now)
    named = {notice: without_account(notice, account) for notice in noticed}
    asked = _asked(session, provider, named.values())
    alias = Aliases(sealer).of(provider, account)
    keys = {notice: f"{provider}:{alias}:{notice.partition('/')[2]}" for notice in noticed}
    final = _final(session, keys.values())
    due = [
        notice
        for notice, at in noticed.items()
        if is_due(at, asked.get(named[notice]), is_final=keys[notice] in final, now=now)
    ]
    return due[:NOTICES_MAX]


def _newest(session: Session, provider: str, now: datetime) -> dict[str, datetime]:
    row = table_of(Delivery).c
    newest = sa.func.max(row.received_at).label("at")
    statement = (
        sa.select(row.notice, newest)
        .where(row.provider == provider, row.notice != "", row.received_at > now - FOLLOWED_FOR)
        .group_by(row.notice)
        .order_by(newest, row.notice)
    )
    return {found.notice: found.at for found in rows_of(session, statement)}


def _asked(session: Session, provider: str, names: Iterable[str]) -> dict[str, datetime]:
    row = table_of(Delivery).c
    statement = (
        sa.select(row.name, sa.func.max(row.received_at).label("at"))
        .where(
            row.provider == provider,
            row.channel == SourceChannel.POLL,
            one_of(session, row.name, names),
        )
        .group_by(row.name)
    )
    return {found.name: found.at for found in rows_of(session, statement)}


def _final(session: Session, keys: Iterable[str]) -> set[str]:
    row = table_of(ProviderTransaction).c
    statement = sa.select(row.dedupe_key).where(
        one_of(session, row.dedupe_key, keys), row.is_current, row.status.not_in(_OPEN)
    )
    return {found.dedupe_key for found in rows_of(session, statement)}
