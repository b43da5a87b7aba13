"""What comes through the doors: webhooks and files, each with what the truth says about it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciliation.simulation.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class SimWebhook:
    """One webhook as it is sent; ``verdict`` is ``accept``, ``duplicate`` or the refusal's reason."""

    provider: str = "sepay"
    headers: dict[str, str]
    body: str
    received_at: datetime
    payments_key: str
    verdict: str

    def as_json(self) -> dict[str, Any]:
        """Return the delivery as one line of a webhook file."""
        return {
            "received_at": _instant(self.received_at),
            "method": "POST",
            "headers": self.headers,
            "body": self.body,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SimFile:
    """One file as it is uploaded; ``rows`` counts the data rows of the whole, sound file."""

    provider: str
    account: str
    name: str
    content: bytes
    received_at: datetime
    rows: int
    faults: tuple[Fault, ...] = ()

    @property
    def sha256(self) -> str:
        """Return the fingerprint of the bytes."""
        return hashlib.sha256(self.content).hexdigest()


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
