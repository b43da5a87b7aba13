"""Ask a provider's API what happened and take the answers in like any other delivery."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import httpx
import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import rows_of, table_of
from reconciliation.feeds.providers.stripe_rows import PROVIDER
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules
from reconciliation.fetching.pages import FetchedPage, StripeAccess, fetch_stripe
from reconciliation.intake.ingest import Incoming, IngestResult, ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.aliases import Aliases
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.tables import WAS_READ, Delivery

OnPage = Callable[[FetchedPage], None]


def fetched(
    pages: Iterable[FetchedPage],
    *,
    provider: str,
    account: str,
    now: datetime,
    on_page: OnPage | None = None,
) -> list[Incoming]:
    """Return all pages as they are taken in; a fetch that breaks off leaves nothing behind.

    To be called before a transaction is open, so that none waits for the network.
    """
    incoming = []
    for page in pages:
        if on_page is not None:
            on_page(page)
        incoming.append(
            Incoming(
                provider=provider,
                content=page.content,
                channel=SourceChannel.POLL,
                name=page.name,
                account=account,
                received_at=now,
                signature_status=SignatureStatus.NOT_CHECKED,
                settlement_id=page.settlement_id,
            )
        )
    return incoming


def take_in(
    session: Session,
    store: RawStore,
    incoming: Sequence[Incoming],
    *,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules = PLAIN_RULES,
) -> list[IngestResult]:
    """Take in what was fetched; polling again adds nothing that is known."""
    return ingest_many(session, store, sealer=sealer, incoming=incoming, now=now, rules=rules)


def poll_stripe(  # noqa: PLR0913 - who asks, where, and what is kept
    session: Session,
    store: RawStore,
    *,
    client: httpx.Client,
    access: StripeAccess,
    sealer: Sealer,
    now: datetime,
    since: datetime | None,
    on_page: OnPage | None = None,
    rules: FeedRules = PLAIN_RULES,
) -> list[IngestResult]:
    """Fetch and take in the pages of one account; polling again adds nothing that is known.

    All pages are fetched before the session is first used, so that a poll that breaks off in the
    middle stores no half of it.

    Args:
        since: ``last_poll_at``; the fetch goes back some days more by itself. ``None`` = everything.
    """
    pages = fetch_stripe(client, account=access.account, until=now, since=since, settings=access)
    incoming = fetched(pages, provider=PROVIDER, account=access.account, now=now, on_page=on_page)
    return take_in(session, store, incoming, sealer=sealer, now=now, rules=rules)


def last_poll_at(
    session: Session, *, account: str, sealer: Sealer, provider: str = PROVIDER
) -> datetime | None:
    """Return the instant of the last poll whose every page could be read, ``None`` for never.

    What the next poll may go on from. A page that was refused as a whole, or that our own fault stopped,
    told nothing yet: the time is asked for again, until such a page is read by a mended reader or taken
    back by two people. Rows kept aside do not hold it up: the page that has them is kept and is read
    again from its bytes, so that asking once more would bring the same rows and nothing else.

    What a notice asked for is no poll: it tells about one payment and not about a time.
    """
    row = table_of(Delivery).c
    polled = (
        row.provider == provider,
        row.account_alias == Aliases(sealer).of(provider, account),
        row.channel == SourceChannel.POLL,
        ~row.name.contains("/"),
    )
    # All pages of a poll were received at one instant.
    unread = sa.select(row.received_at).where(*polled, row.state.not_in(sorted(WAS_READ)))
    statement = sa.select(sa.func.max(row.received_at)).where(
        *polled, row.received_at.not_in(unread)
    )
    [(last,)] = rows_of(session, statement)
    return last  # type: ignore[no-any-return]
