"""A simulated world as a folder: provider files, webhooks, API objects and the truth."""

import json
from collections.abc import Iterator
from typing import Any

from reconciliation.simulation.deliveries import SimWebhook
from reconciliation.simulation.world import SimulatedWorld

SHEET = "vendors.xlsx"
WEBHOOKS = {"sepay": "webhooks/sepay.jsonl", "casso": "webhooks/casso.jsonl"}
STRIPE = "stripe/objects.json"
TRUTH = "truth.jsonl"
MANIFEST = "MANIFEST.jsonl"


def lay_out(world: SimulatedWorld, sheet: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield relative path and content of each file of the folder, always in the same order."""
    yield SHEET, sheet
    manifest: list[dict[str, Any]] = [{"file": SHEET, "kind": "register"}]
    for provider, path in WEBHOOKS.items():
        yield path, _lines(webhook.as_json() for webhook in _webhooks_of(world, provider))
        manifest.append({"file": path, "kind": "webhooks", "provider": provider, "auth": "hmac"})
    manifest += [
        {"file": STRIPE, "kind": "poll", "provider": "stripe", "account": world.stripe_account},
    ]
    taken: set[str] = set()
    for sent in world.files:
        path = _free_path(f"files/{sent.provider}/{sent.name}", taken)
        manifest.append(
            {
                "file": path,
                "kind": "file",
                "provider": sent.provider,
                "account": sent.account,
                "name": sent.name,
                "received_at": f"{sent.received_at:%Y-%m-%dT%H:%M:%SZ}",
            }
        )
        yield path, sent.content
    yield STRIPE, json.dumps(world.stripe.objects, ensure_ascii=False, indent=1).encode()
    yield MANIFEST, _lines(iter(manifest))
    yield TRUTH, _lines(truth_lines(world))


def truth_lines(world: SimulatedWorld) -> Iterator[dict[str, Any]]:
    """Yield the truth: each movement, then each file, then each webhook that must not count."""
    for movement in world.movements:
        yield {"movement": movement.as_json()}
    for sent in world.files:
        yield {
            "file": {
                "provider": sent.provider,
                "name": sent.name,
                "sha256": sent.sha256,
                "rows": sent.rows,
                "faults": [fault.value for fault in sent.faults],
            }
        }
    for provider, path in WEBHOOKS.items():
        for number, webhook in enumerate(_webhooks_of(world, provider), start=1):
            if webhook.verdict != "accept":
                yield {
                    "webhook": {
                        "file": path,
                        "line": number,
                        "payments_key": webhook.payments_key,
                        "verdict": webhook.verdict,
                    }
                }


def _webhooks_of(world: SimulatedWorld, provider: str) -> list[SimWebhook]:
    return [webhook for webhook in world.webhooks if webhook.provider == provider]


def _free_path(path: str, taken: set[str]) -> str:
    """Return the path, or with ``(2)`` before its ending when the same name came before."""
    free, count = path, 1
    while free in taken:
        count += 1
        stem, dot, ending = path.rpartition(".")
        free = f"{stem} ({count}){dot}{ending}"
    taken.add(free)
    return free


def _lines(values: Iterator[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()
