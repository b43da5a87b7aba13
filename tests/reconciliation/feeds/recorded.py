"""The recorded deliveries of the samples, each with the channel it came through."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from reconciliation.feeds.catalogue import DOORS, READERS
from reconciliation.feeds.conform import Samples, sample_channel
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.doors import Channel, Delivered, Door
from reconciliation.feeds.replay import Delivery, read_deliveries
from reconciliation.records import FeedReading, SourceChannel
from reconciliation.signatures import SignatureVerdict
from tests.feed_samples import sample, sample_lines

SAMPLES = Samples(
    manifest=sample_lines("MANIFEST.jsonl"),
    keys=json.loads(sample("KEYS.json")),
    config=json.loads(sample("CONFIG.json")),
    load=sample,
)


@dataclass(frozen=True)
class Recorded:
    """One recorded delivery, and what the samples say its verdict is."""

    file: str
    door: Door
    channel: Channel
    delivery: Delivery
    verdict: str

    def __str__(self) -> str:
        """Name the delivery in the output of a test."""
        return f"{self.file}: {self.delivery.case}"

    def verify(self, **changes: Any) -> SignatureVerdict:
        """Check the delivery, with changes of it, at the time it came."""
        channel = changes.pop("channel", self.channel)
        told = {
            "content": self.delivery.content,
            "headers": self.delivery.headers,
            "reference": self.delivery.reference,
        }
        return self.door.verify(
            Delivered(**told | changes),
            channel,
            self.delivery.received_at,  # type: ignore[arg-type]
        )

    def read(self, content: bytes | None = None, **told: Any) -> FeedReading:
        """Read the delivery, or other content that came instead; the reader is told more."""
        context = ReadContext(
            account=self.channel.account,
            name=self.delivery.reference,
            channel=SourceChannel.WEBHOOK,
            options=self.channel.options,
            **told,
        )
        body = self.delivery.content if content is None else content
        return READERS[self.door.provider].read(body, context=context)

    def with_secrets(self, *secrets: str) -> Channel:
        """Return the channel with other secrets."""
        return replace(self.channel, secrets=secrets)


def recorded_deliveries() -> Iterator[Recorded]:
    """Yield every delivery of every webhook file."""
    expected = {
        (line["file"], line["case"]): line["verdict"]
        for line in sample_lines("EXPECTED_webhooks.jsonl")
    }
    for entry in SAMPLES.manifest:
        if entry["kind"] != "webhooks":
            continue
        for delivery in read_deliveries(sample(entry["file"])):
            yield Recorded(
                file=entry["file"],
                door=DOORS[entry["provider"]],
                channel=sample_channel(entry, SAMPLES),
                delivery=delivery,
                verdict=expected[entry["file"], delivery.case],
            )


RECORDED = tuple(recorded_deliveries())
GOOD = tuple(one for one in RECORDED if one.verdict != "reject")
SIGNED = tuple(one for one in GOOD if one.verify().status.value == "valid")


def recorded(file: str, case: str) -> Recorded:
    """Return one recorded delivery."""
    return next(one for one in RECORDED if (one.file, one.delivery.case) == (file, case))
