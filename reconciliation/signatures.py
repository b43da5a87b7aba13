"""Whether a webhook was signed by who it says, over these very bytes, just now.

Source: feeds.md 1.4, 3, 3.1 and 10.1-5.
"""

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from reconciliation.records import SignatureStatus

TOLERANCE_S = 300
"""How far a signed time may lie from ours, in both directions."""

_WHOLE_NUMBER = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """``reason`` is empty when the delivery may enter, else ``signature`` or ``stale``."""

    status: SignatureStatus
    reason: str

    @property
    def is_accepted(self) -> bool:
        """Tell whether the delivery may enter the ledger."""
        return not self.reason


_BAD = SignatureVerdict(SignatureStatus.INVALID, "signature")
_STALE = SignatureVerdict(SignatureStatus.INVALID, "stale")
_GOOD = SignatureVerdict(SignatureStatus.VALID, "")


def verify_sepay(
    headers: Mapping[str, str], body: bytes, *, secrets: Iterable[str], now: datetime
) -> SignatureVerdict:
    """Return the verdict on ``X-SePay-Signature`` over ``{X-SePay-Timestamp}.{raw body}``.

    Any one of several secrets is enough, so that a secret can be replaced without a gap. A
    delivery without a signature is bad here whatever key it carries: a channel configured for
    signatures falls back to nothing.
    """
    timestamp = _header(headers, "X-SePay-Timestamp")
    signature = _header(headers, "X-SePay-Signature")
    if not signature.startswith("sha256="):
        return _BAD
    return _verdict(timestamp, body, [signature.removeprefix("sha256=")], secrets=secrets, now=now)


def verify_sepay_api_key(headers: Mapping[str, str], *, keys: Iterable[str]) -> SignatureVerdict:
    """Return the verdict on ``Authorization: Apikey …``; the body itself stays unsigned."""
    scheme, _, told = _header(headers, "Authorization").partition(" ")
    matches = [_same(told.strip(), key) for key in keys if key]
    if scheme.lower() == "apikey" and any(matches):
        return SignatureVerdict(SignatureStatus.UNSIGNED, "")
    return _BAD


def verify_stripe(
    headers: Mapping[str, str], body: bytes, *, secrets: Iterable[str], now: datetime
) -> SignatureVerdict:
    """Return the verdict on ``Stripe-Signature: t=…,v1=…[,v1=…]`` over ``{t}.{raw body}``.

    Several ``v1`` stand there while a secret is replaced and one match is enough; ``v0`` and
    unknown schemes are ignored.
    """
    parts = [
        part.strip().partition("=") for part in _header(headers, "Stripe-Signature").split(",")
    ]
    times = [value for name, _, value in parts if name == "t"]
    signatures = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1:
        return _BAD
    return _verdict(times[0], body, signatures, secrets=secrets, now=now)


def _verdict(
    timestamp: str, body: bytes, signatures: list[str], *, secrets: Iterable[str], now: datetime
) -> SignatureVerdict:
    if not _WHOLE_NUMBER.fullmatch(timestamp):
        return _BAD
    message = timestamp.encode() + b"." + body
    due = [hmac.new(key.encode(), message, sha256).hexdigest() for key in secrets if key]
    matches = [_same(told.lower(), expected) for told in signatures for expected in due]
    if not any(matches):
        return _BAD
    # Only after the signature: an unsigned time says nothing about when.
    return _GOOD if abs(now.timestamp() - int(timestamp)) <= TOLERANCE_S else _STALE


def _same(told: str, expected: str) -> bool:
    """Compare in constant time; as bytes, because text with an accent would raise."""
    return hmac.compare_digest(told.encode("utf-8", "replace"), expected.encode())


def _header(headers: Mapping[str, str], name: str) -> str:
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), "").strip()
