"""Pull pages out of a provider's API with a given client; the raw bytes are what is handed on.

Stripe: newest first, so an upper bound is frozen before the first page and each page goes on below
the last id. Source: feeds.md 1.2 to 1.4, 10.1-6.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx

from reconciliation.errors import FeedRefused
from reconciliation.fetching.retrying import Patience, PatientClient, Query

PAGE_ROWS = 100
OVERLAP = timedelta(hours=48)
"""Read again before ``since``: rows may become visible after others that are younger."""
PAYOUT_OVERLAP = timedelta(days=21)
"""A payout can fail within five business days of being paid, and is paid some days after it was made,
which is what the window goes by; holidays stretch both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeAccess:
    """How to reach Stripe; ``account`` is the one the key belongs to."""

    base_url: str
    api_key: str = field(repr=False)
    version: str
    account: str


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """One answer as it came; ``settlement_id`` is set on the pages of a payout's own listing.

    ``name`` of an answer that a notice asked for is the notice.
    """

    name: str
    content: bytes
    settlement_id: str | None
    kind: str


def fetch_stripe(
    client: httpx.Client,
    *,
    account: str,
    until: datetime,
    since: datetime | None,
    settings: StripeAccess,
    patience: Patience | None = None,
) -> Iterator[FetchedPage]:
    """Yield the pages of charges, balance transactions and payouts created before ``until``.

    Balance transactions come first by the listing of each automatic payout, so that their rows
    carry its id, then once more over the whole window, where rows that no payout took yet are.
    Each window begins some time before ``since`` (``OVERLAP``, ``PAYOUT_OVERLAP``); ``None`` = from
    the first row on. Sources of balance transactions are expanded: only so a refund names its
    charge.

    Raises:
        FeedRefused: the provider refuses the key or the request, or answers no list.
        FeedUnreachable: no usable answer within ``patience``.
    """
    poll = _Poll(PatientClient(client, patience or Patience()), settings, account)
    yield from poll.pages("charges", _window(until, since, OVERLAP))
    payouts = list(poll.pages("payouts", _window(until, since, PAYOUT_OVERLAP)))
    expanded: Query = [("expand[]", "data.source")]
    for payout_id in _automatic_payouts(payouts):
        listing: Query = [("payout", payout_id), *expanded]
        yield from poll.pages("balance_transactions", listing, settlement_id=payout_id)
    window = _window(until, since, OVERLAP)
    yield from poll.pages("balance_transactions", [*window, *expanded])
    yield from payouts


@dataclass(frozen=True, slots=True)
class _Poll:
    """The lists of one account, page by page."""

    patient: PatientClient
    settings: StripeAccess
    account: str

    def pages(
        self, kind: str, params: Query, settlement_id: str | None = None
    ) -> Iterator[FetchedPage]:
        """Yield the pages of one list; ends where a page repeats the last id it was asked after."""
        url = f"{self.settings.base_url.rstrip('/')}/v1/{kind}"
        last: str | None = None
        number = 0
        while True:
            number += 1
            after: Query = [("starting_after", last)] if last else []
            query = [("limit", str(PAGE_ROWS)), *params, *after]
            content = self.patient.get(url, params=query, headers=self._headers())
            ids, has_more = _ids(content, f"GET /v1/{kind}")
            yield FetchedPage(_page_name(kind, settlement_id, number), content, settlement_id, kind)
            if not has_more or not ids or ids[-1] == last:
                return
            last = ids[-1]

    def _headers(self) -> dict[str, str]:
        headers = {
            "Authorization": f"Bearer {self.settings.api_key}",
            "Stripe-Version": self.settings.version,
        }
        if self.account != self.settings.account:
            headers["Stripe-Account"] = self.account  # a connected account, read by its platform
        return headers


def _window(until: datetime, since: datetime | None, overlap: timedelta) -> Query:
    window: Query = [("created[lt]", str(int(until.timestamp())))]
    if since is not None:
        window.append(("created[gte]", str(int((since - overlap).timestamp()))))
    return window


def _automatic_payouts(pages: list[FetchedPage]) -> list[str]:
    """Return the payouts that Stripe itemises, oldest first; it does so for automatic ones only."""
    payouts = [
        payout
        for page in pages
        for payout in json.loads(page.content)["data"]
        if isinstance(payout, dict) and payout.get("automatic") is True
    ]
    return list(reversed([str(payout["id"]) for payout in payouts]))


def _ids(content: bytes, request: str) -> tuple[list[str], bool]:
    """Return the ids of a list page and whether more follow; only what paging needs is read."""
    try:
        page = json.loads(content)
        ids = [str(item["id"]) for item in page["data"]]
        return ids, page["has_more"] is True
    except (ValueError, KeyError, TypeError) as failure:
        raise FeedRefused(request=request, status=200, message="no list of objects") from failure


def _page_name(kind: str, settlement_id: str | None, number: int) -> str:
    return f"{kind}{f' of {settlement_id}' if settlement_id else ''}, page {number}"
