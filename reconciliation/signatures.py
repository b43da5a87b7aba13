"""Whether a delivery was sent by who it says, over these very bytes: the parts every check is made of.

Which bytes are signed, with what and where the signature stands is each provider's own matter
(``feeds.providers``). Every comparison takes the same time whatever is compared, and all secrets
are tried, so that one can be replaced without a gap. Source: feeds.md 1.4, 3 and 10.1-5.
"""

import base64
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciliation.records import SignatureStatus

TOLERANCE_S = 300
"""How far a signed time may lie from ours, in both directions."""

_WHOLE_NUMBER = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """``reason`` is empty when the delivery may enter, else ``signature`` or ``stale``.

    ``note`` is what the log should know of a good one: which of several forms was signed.
    """

    status: SignatureStatus
    reason: str
    note: str = ""

    @property
    def is_accepted(self) -> bool:
        """Tell whether the delivery may enter the ledger."""
        return not self.reason


BAD = SignatureVerdict(SignatureStatus.INVALID, "signature")
STALE = SignatureVerdict(SignatureStatus.INVALID, "stale")
GOOD = SignatureVerdict(SignatureStatus.VALID, "")
UNSIGNED = SignatureVerdict(SignatureStatus.UNSIGNED, "")


def header_of(headers: Mapping[str, str], name: str) -> str:
    """Return a header by its name in any case, empty when there is none."""
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), "").strip()


def hex_verdict(
    told: Iterable[str], message: bytes, secrets: Iterable[str], digest: str = "sha256"
) -> SignatureVerdict:
    """Return the verdict on hexadecimal HMACs, any one of which by any secret is enough."""
    due = [hmac.new(key.encode(), message, digest).hexdigest() for key in secrets if key]
    return GOOD if _any_same((one.lower() for one in told), due) else BAD


def base64_verdict(
    told: str, message: bytes, secrets: Iterable[str], digest: str = "sha256"
) -> SignatureVerdict:
    """Return the verdict on an HMAC in base64, by any of the secrets."""
    due = [
        base64.b64encode(hmac.digest(key.encode(), message, digest)).decode()
        for key in secrets
        if key
    ]
    return GOOD if _any_same([told], due) else BAD


def timed_verdict(
    timestamp: str, body: bytes, told: Iterable[str], *, secrets: Iterable[str], now: datetime
) -> SignatureVerdict:
    """Return the verdict on HMAC-SHA256s over ``{unix seconds}.{raw body}``, not older than 5 min."""
    if not _WHOLE_NUMBER.fullmatch(timestamp):
        return BAD
    verdict = hex_verdict(told, timestamp.encode() + b"." + body, secrets)
    if not verdict.is_accepted:
        return verdict
    # Only after the signature: an unsigned time says nothing about when.
    return verdict if abs(now.timestamp() - int(timestamp)) <= TOLERANCE_S else STALE


def token_verdict(told: str, tokens: Iterable[str]) -> SignatureVerdict:
    """Return the verdict on a token that lets in and signs nothing."""
    return UNSIGNED if _any_same([told], [one for one in tokens if one]) else BAD


def signed_bytes(text: str) -> bytes:
    """Return the bytes of a text that is signed; half a surrogate pair is nobody's reason to raise."""
    return text.encode("utf-8", "surrogatepass")


def _any_same(told: Iterable[str], due: Iterable[str]) -> bool:
    """Compare each with each, in constant time; as bytes, because text with an accent would raise."""
    expected = [one.encode() for one in due]
    found = [
        hmac.compare_digest(one.encode("utf-8", "replace"), other)
        for one in told
        for other in expected
    ]
    return any(found)
