"""How Stripe signs its events, and what it takes for an answer. Source: feeds.md 1.4."""

import re
from datetime import datetime

from reconciliation.feeds.providers.stripe_rows import PROVIDER
from reconciliation.feeds.reading.doors import (
    Answer,
    Channel,
    Delivered,
    Door,
    Option,
    usual_answers,
)
from reconciliation.feeds.reading.json_body import is_json
from reconciliation.signatures import BAD, SignatureVerdict, header_of, timed_verdict

_EVENT = re.compile(rb'"object"\s*:\s*"event"')


def verify(delivered: Delivered, channel: Channel, now: datetime) -> SignatureVerdict:
    """Return the verdict on ``Stripe-Signature: t=…,v1=…[,v1=…]`` over ``{t}.{raw body}``.

    Several ``v1`` stand there while a secret is replaced and one match is enough; ``v0`` and
    unknown schemes are ignored.
    """
    parts = [
        part.strip().partition("=")
        for part in header_of(delivered.headers, "Stripe-Signature").split(",")
    ]
    times = [value for name, _, value in parts if name == "t"]
    told = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1:
        return BAD
    return timed_verdict(times[0], delivered.content, told, secrets=channel.secrets, now=now)


DOOR = Door(
    provider=PROVIDER,
    verify=verify,
    answers=usual_answers(Answer(200)),
    signed_headers=("stripe-signature",),
    # An event does not name the account it is about.
    options={"account": Option()},
    is_pushed=lambda content: is_json(content) and bool(_EVENT.search(content)),
)
