"""What a webhook gets for an answer, whatever HTTP server stands in front of it.

The answer may leave only after the caller's commit: SePay takes any 2xx for "received" and forgets
the payment. So 200 means *the bytes are durable here*, not *the rows are in the ledger*: a body
that we cannot read, or that our own fault stopped, is kept (``rejected``, ``failed``) and answered
with 200, because the same bytes sent again would do no better and ``feed retry`` reads them from
the raw store. 401 is only for a signature that does not hold; its bytes are kept apart and leave no
trace on the id they claim, so the true delivery is still taken. Source: feeds.md 3.1 and 10.1.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.ingest import Incoming, IngestResult, ingest
from reconciliation.raw_store import RawStore
from reconciliation.records import SourceChannel
from reconciliation.signatures import verify_sepay
from reconciliation.tables import DeliveryState

SEPAY_SIGNED_HEADERS = ("x-sepay-signature", "x-sepay-timestamp")
"""Kept with the bytes so that the check can be made again; an API key is a secret and is not."""


@dataclass(frozen=True, slots=True)
class WebhookReply:
    """The answer: HTTP status and JSON body, and what was taken in."""

    status: int
    body: dict[str, Any]
    result: IngestResult


def receive_sepay(
    session: Session,
    store: RawStore,
    *,
    body: bytes,
    headers: Mapping[str, str],
    sealer: Sealer,
    secrets: Iterable[str],
    now: datetime,
) -> WebhookReply:
    """Take one SePay delivery and return its answer; the caller commits before it is sent."""
    verdict = verify_sepay(headers, body, secrets=secrets, now=now)
    incoming = Incoming(
        provider="sepay",
        content=body,
        channel=SourceChannel.WEBHOOK,
        received_at=now,
        signature_status=verdict.status,
        reject_reason=verdict.reason,
        signed_headers=_kept(headers, SEPAY_SIGNED_HEADERS),
    )
    result = ingest(session, store, sealer=sealer, incoming=incoming, now=now)
    if result.state is DeliveryState.QUARANTINED:
        return WebhookReply(HTTPStatus.UNAUTHORIZED, {"success": False}, result)
    return WebhookReply(HTTPStatus.OK, {"success": True}, result)


def _kept(headers: Mapping[str, str], names: Iterable[str]) -> str:
    told = {name.lower(): value for name, value in headers.items()}
    kept = {name: told[name] for name in names if name in told}
    return json.dumps(kept, sort_keys=True) if kept else ""
