"""The simulated days through the doors everybody uses: webhooks, files, Stripe's API."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import sqlalchemy as sa

from market.database import writing
from market.demo.watch import Watch
from market.settings import Settings
from reconciliation.feeds.providers.casso import DOOR as CASSO
from reconciliation.feeds.providers.sepay import DOOR as SEPAY
from reconciliation.feeds.reading.doors import Channel, Delivered, Door
from reconciliation.fetching.pages import FetchedPage, StripeAccess
from reconciliation.fetching.poll import poll_stripe
from reconciliation.intake.deliveries import Incoming
from reconciliation.intake.inbox import pushed
from reconciliation.intake.ingest import IngestResult, ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.simulation.deliveries import SimFile, SimWebhook
from reconciliation.simulation.wire_casso import CASSO_SECRET
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
    secrets = tuple(secret.get_secret_value() for secret in settings.sepay_hmac_secrets)
    doors = {
        "sepay": (SEPAY, SEPAY.channel(secrets, {})),
        "casso": (CASSO, CASSO.channel((CASSO_SECRET,), {"version": "2"})),
    }
    incoming = [_webhook(webhook, *doors[webhook.provider]) for webhook in webhooks]
    return _take(engine, settings, incoming, "Webhook SePay, Casso", now=now, watch=watch)


def read_files(
    engine: sa.Engine,
    settings: Settings,
    files: Sequence[SimFile],
    *,
    now: datetime,
    watch: Watch,
) -> TakenIn:
    """Download the bank's statements and the wallet's reports, the broken ones too; take them in."""
    incoming = [
        Incoming(
            provider=sent.provider,
            content=content,
            channel=SourceChannel.FILE,
            name=sent.name,
            account=sent.account,
            received_at=sent.received_at,
            signature_status=SignatureStatus.NOT_CHECKED,
        )
        for sent, content in zip(files, _downloaded(files), strict=True)
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


def _downloaded(files: Sequence[SimFile]) -> list[bytes]:
    """Return each file as a running sandbox sends it; names may repeat, so a number goes before."""
    import httpx

    from reconciliation.fetching.download import download
    from reconciliation.fetching.retrying import Patience, PatientClient

    papers = {f"{number:05d}-{sent.name}": sent.content for number, sent in enumerate(files)}
    with running_sandbox(papers=papers) as base_url, httpx.Client(timeout=30) as client:
        patient = PatientClient(client, Patience())
        urls = [f"{base_url}/files/{quote(name, safe='')}" for name in papers]
        return [download(patient, url, headers={}) for url in urls]


@contextmanager
def running_sandbox(
    world: SimulatedWorld | None = None, papers: Mapping[str, bytes] | None = None
) -> Iterator[str]:
    """Serve the world's Stripe objects, or files, on a free loopback port; give the base URL."""
    import socket
    import threading
    import time

    import uvicorn

    from market.sandbox.app import create_sandbox
    from market.sandbox.gsma import GsmaBooks

    objects = world.stripe.objects if world else {}
    payout_of = world.stripe.payout_of if world else None
    app = create_sandbox(
        objects, payout_of=payout_of, gsma=GsmaBooks("accountid", "", []), papers=papers
    )
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


def _webhook(webhook: SimWebhook, door: Door, channel: Channel) -> Incoming:
    delivered = Delivered(content=webhook.body.encode(), headers=webhook.headers)
    verdict = door.verify(delivered, channel, webhook.received_at)
    return pushed(door, channel, delivered, verdict, webhook.received_at)


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
