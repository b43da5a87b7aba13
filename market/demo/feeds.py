"""The simulated days through the doors everybody uses: webhooks, files, Stripe's API."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from market.database import writing
from market.demo.watch import Watch
from market.settings import Settings
from reconciliation.deliveries import Incoming
from reconciliation.fetch import FetchedPage, StripeAccess
from reconciliation.inbox import SEPAY_SIGNED_HEADERS
from reconciliation.ingest import IngestResult, ingest_many
from reconciliation.poll import poll_stripe
from reconciliation.raw_store import RawStore
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.signatures import verify_sepay
from reconciliation.simulation.deliveries import SimFile, SimWebhook
from reconciliation.simulation.world import SimulatedWorld


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Rows that went in and what became of them; a delivery is a webhook, a file or a page."""

    deliveries: int
    new: int
    repeated: int
    revised: int
    rejected: int
    refused_deliveries: int

    def __str__(self) -> str:
        return (
            f"{self.deliveries} lượt nhận: {self.new} dòng mới, {self.repeated} dòng lặp, "
            f"{self.revised} dòng sửa, {self.rejected} dòng giữ lại, "
            f"{self.refused_deliveries} lượt từ chối"
        )


def receive_webhooks(
    engine: sa.Engine,
    settings: Settings,
    webhooks: Sequence[SimWebhook],
    *,
    now: datetime,
    watch: Watch,
) -> TakenIn:
    """Verify each webhook at the time it came and take all in."""
    secrets = [secret.get_secret_value() for secret in settings.sepay_hmac_secrets]
    incoming = [_webhook(webhook, secrets) for webhook in webhooks]
    return _take(engine, settings, incoming, "Webhook SePay", now=now, watch=watch)


def read_files(
    engine: sa.Engine,
    settings: Settings,
    files: Sequence[SimFile],
    *,
    now: datetime,
    watch: Watch,
) -> TakenIn:
    """Take in the bank's statements and the wallet's reports, the broken ones too."""
    incoming = [
        Incoming(
            provider=sent.provider,
            content=sent.content,
            channel=SourceChannel.FILE,
            name=sent.name,
            account=sent.account,
            received_at=sent.received_at,
            signature_status=SignatureStatus.NOT_CHECKED,
        )
        for sent in files
    ]
    return _take(
        engine, settings, incoming, "Sao kê Vietcombank, báo cáo MoMo", now=now, watch=watch
    )


def ask_stripe(
    engine: sa.Engine, settings: Settings, world: SimulatedWorld, *, now: datetime, watch: Watch
) -> TakenIn:
    """Poll a running stand-in for Stripe's API over the loopback, page by page."""
    import httpx

    pages = 0

    def count(_page: FetchedPage) -> None:
        nonlocal pages
        pages += 1
        advance(pages)

    advance = watch.step("Stripe API")
    with running_sandbox(world) as base_url, httpx.Client(timeout=30) as client:
        access = StripeAccess(
            base_url=base_url,
            api_key=settings.stripe_api_key.get_secret_value(),
            version=settings.stripe_version,
            account=world.stripe_account,
        )
        with writing(engine) as session:
            results = poll_stripe(
                session,
                RawStore(settings.raw_dir),
                client=client,
                access=access,
                sealer=settings.sealer,
                now=now,
                since=None,
                on_page=count,
            )
    taken = _count(results)
    watch.say(f"Stripe: {taken}")
    return taken


@contextmanager
def running_sandbox(world: SimulatedWorld) -> Iterator[str]:
    """Serve the world's Stripe objects on a free loopback port; give the base URL."""
    import socket
    import threading
    import time

    import uvicorn

    from market.sandbox.app import create_sandbox

    app = create_sandbox(world.stripe.objects, payout_of=world.stripe.payout_of)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _webhook(webhook: SimWebhook, secrets: Sequence[str]) -> Incoming:
    content = webhook.body.encode()
    verdict = verify_sepay(webhook.headers, content, secrets=secrets, now=webhook.received_at)
    return Incoming(
        provider="sepay",
        content=content,
        channel=SourceChannel.WEBHOOK,
        received_at=webhook.received_at,
        signature_status=verdict.status,
        reject_reason=verdict.reason,
        signed_headers=json.dumps(
            {
                name.lower(): value
                for name, value in webhook.headers.items()
                if name.lower() in SEPAY_SIGNED_HEADERS
            },
            sort_keys=True,
        ),
    )


def _take(
    engine: sa.Engine,
    settings: Settings,
    incoming: Sequence[Incoming],
    title: str,
    *,
    now: datetime,
    watch: Watch,
) -> TakenIn:
    advance = watch.step(title, len(incoming))
    with writing(engine) as session:
        results = ingest_many(
            session,
            RawStore(settings.raw_dir),
            sealer=settings.sealer,
            incoming=incoming,
            now=now,
            on_progress=advance,
        )
    taken = _count(results)
    watch.say(f"{title}: {taken}")
    return taken


def _count(results: Sequence[IngestResult]) -> TakenIn:
    states = Counter(result.state.value for result in results)
    return TakenIn(
        deliveries=len(results),
        new=sum(result.new for result in results),
        repeated=sum(result.repeated for result in results),
        revised=sum(result.revised for result in results),
        rejected=sum(result.rejected for result in results),
        refused_deliveries=states["quarantined"] + states["rejected"] + states["failed"],
    )
