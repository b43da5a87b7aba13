"""The providers that this deployment asks, and how: one way for the worker and the command line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from market.channels import ACCOUNT_SETTINGS, feed_rules
from market.database import reading, writing
from market.settings import Settings
from reconciliation.fetching.notices import due_notices
from reconciliation.fetching.poll import fetched, last_poll_at, take_in
from reconciliation.intake.ingest import IngestResult
from reconciliation.intake.raw_store import RawStore

if TYPE_CHECKING:
    import httpx
    import sqlalchemy as sa

    from reconciliation.fetching.pages import FetchedPage, StripeAccess

TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked in one poll: all since the last one, and what callbacks named."""

    at: datetime
    since: datetime | None
    notices: Sequence[str]
    is_notices_only: bool = False


Fetch = Callable[["httpx.Client", Settings, Question], Iterator["FetchedPage"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledProvider:
    """One provider with an API; ``setting`` names the account that opens the feed."""

    setting: str
    fetch: Fetch

    @property
    def variable(self) -> str:
        """Return the environment's name of the setting."""
        return f"CHO40_{self.setting.upper()}"

    def account(self, settings: Settings) -> str:
        """Return the account that is asked about; empty = the feed is not open here."""
        told: str = getattr(settings, self.setting)
        return told


def poll(
    engine: "sa.Engine",
    settings: Settings,
    name: str,
    *,
    at: datetime,
    everything: bool = False,
    notices_only: bool = False,
    on_page: Callable[["FetchedPage"], None] | None = None,
) -> list[IngestResult]:
    """Ask one provider and take in what it says; asking again adds nothing.

    Nothing is written before all was fetched, and no transaction is open meanwhile.
    """
    import httpx

    provider = POLLED[name]
    account, sealer = provider.account(settings), settings.sealer
    with reading(engine) as session:
        question = Question(
            at=at,
            since=None
            if everything
            else last_poll_at(session, account=account, sealer=sealer, provider=name),
            notices=due_notices(session, name, account=account, sealer=sealer, now=at),
            is_notices_only=notices_only,
        )
    with httpx.Client(timeout=TIMEOUT_S) as client:
        incoming = fetched(
            provider.fetch(client, settings, question),
            provider=name,
            account=account,
            now=at,
            on_page=on_page,
        )
    if not incoming:
        return []
    with writing(engine) as session:
        return take_in(
            session,
            RawStore(settings.raw_dir),
            incoming,
            sealer=sealer,
            now=at,
            rules=feed_rules(settings),
        )


def stripe_access(settings: Settings) -> "StripeAccess":
    """Return how this deployment reaches Stripe."""
    from reconciliation.fetching.pages import StripeAccess

    return StripeAccess(
        base_url=settings.stripe_base_url,
        api_key=settings.stripe_api_key.get_secret_value(),
        version=settings.stripe_version,
        account=settings.stripe_account,
    )


def _stripe(client: "httpx.Client", settings: Settings, asked: Question) -> Iterator["FetchedPage"]:
    from reconciliation.fetching.pages import fetch_stripe

    if asked.is_notices_only:
        return
    access = stripe_access(settings)
    yield from fetch_stripe(
        client, account=access.account, until=asked.at, since=asked.since, settings=access
    )


def _gsma(client: "httpx.Client", settings: Settings, asked: Question) -> Iterator["FetchedPage"]:
    from reconciliation.fetching.gsma import GsmaAccess, fetch_gsma, fetch_gsma_notices

    access = GsmaAccess(
        base_url=settings.gsma_base_url,
        api_key=settings.gsma_api_key.get_secret_value(),
        account=settings.gsma_account,
        identifier_type=settings.gsma_identifier_type,
    )
    if not asked.is_notices_only:
        yield from fetch_gsma(client, until=asked.at, since=asked.since, settings=access)
    yield from fetch_gsma_notices(client, asked.notices, settings=access, at=asked.at)


def _mtn(client: "httpx.Client", settings: Settings, asked: Question) -> Iterator["FetchedPage"]:
    from reconciliation.fetching.mtn import MtnAccess, fetch_mtn_notices

    access = MtnAccess(
        base_url=settings.mtn_base_url,
        subscription_key=settings.mtn_subscription_key.get_secret_value(),
        api_user=settings.mtn_api_user,
        api_key=settings.mtn_api_key.get_secret_value(),
        target_environment=settings.mtn_target_environment,
        account=settings.mtn_account,
    )
    yield from fetch_mtn_notices(client, asked.notices, settings=access)


POLLED: Mapping[str, PolledProvider] = MappingProxyType(
    {
        name: PolledProvider(setting=ACCOUNT_SETTINGS[name], fetch=fetch)
        for name, fetch in (("stripe", _stripe), ("gsma", _gsma), ("mtn", _mtn))
    }
)
