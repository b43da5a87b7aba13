"""Ask a provider's API what happened and take the answers in like any other delivery."""

from collections.abc import Callable
from datetime import datetime

import httpx
import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.aliases import Aliases
from reconciliation.bulk import rows_of, table_of
from reconciliation.feeds.providers.stripe_rows import PROVIDER
from reconciliation.fetch import FetchedPage, StripeAccess, fetch_stripe
from reconciliation.ingest import Incoming, IngestResult, ingest_many
from reconciliation.raw_store import RawStore
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.tables import Delivery


def poll_stripe(
    session: Session,
    store: RawStore,
    *,
    client: httpx.Client,
    access: StripeAccess,
    sealer: Sealer,
    now: datetime,
    since: datetime | None,
    on_page: Callable[[FetchedPage], None] | None = None,
) -> list[IngestResult]:
    """Fetch and take in the pages of one account; polling again adds nothing that is known.

    All pages are fetched before the session is first used, so that no transaction is open while
    the network is waited for, and a poll that breaks off in the middle stores no half of it.

    Args:
        since: ``last_poll_at``; the fetch goes back some days more by itself. ``None`` = everything.
    """
    incoming = []
    for page in fetch_stripe(
        client, account=access.account, until=now, since=since, settings=access
    ):
        if on_page is not None:
            on_page(page)
        incoming.append(
            Incoming(
                provider=PROVIDER,
                content=page.content,
                channel=SourceChannel.POLL,
                name=page.name,
                account=access.account,
                received_at=now,
                signature_status=SignatureStatus.NOT_CHECKED,
                settlement_id=page.settlement_id,
            )
        )
    return ingest_many(session, store, sealer=sealer, incoming=incoming, now=now)


def last_poll_at(session: Session, *, account: str, sealer: Sealer) -> datetime | None:
    """Return when this account was last polled, ``None`` for never."""
    row = table_of(Delivery).c
    statement = sa.select(sa.func.max(row.received_at)).where(
        row.provider == PROVIDER,
        row.account_alias == Aliases(sealer).of(PROVIDER, account),
        row.channel == SourceChannel.POLL,
    )
    [(last,)] = rows_of(session, statement)
    return last  # type: ignore[no-any-return]
