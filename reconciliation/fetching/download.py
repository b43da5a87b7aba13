"""Get a settlement file from a provider's address, whole: its digest is checked when it is told.

Source: RFC 9530 (``Repr-Digest``), RFC 9110 section 14 (ranges).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping

import httpx

from reconciliation.errors import FeedUnreachable
from reconciliation.fetching.retrying import PatientClient

READS_MAX = 4
"""How often a file is got while its bytes and its digest disagree."""
_SHA256 = re.compile(r"sha-256=:([A-Za-z0-9+/=]{44}):")


def download(patient: PatientClient, url: str, *, headers: Mapping[str, str]) -> bytes:
    """Return the bytes of a file.

    What came of a file that was cut is kept and the rest asked for from there on; whatever does not
    have the digest in the end is got again from the beginning.

    Raises:
        FeedRefused: the provider refuses the request.
        FeedUnreachable: no usable answer within the patience, or never the right digest.
    """
    kept, etag = b"", ""
    for number in range(READS_MAX):
        asked = dict(headers)
        if kept and etag and number % 2:
            asked |= {"Range": f"bytes={len(kept)}-", "If-Range": etag}
        else:
            kept = b""
        answer = patient.send("GET", url, headers=asked, good={200, 206, 416})
        is_rest = answer.status_code == httpx.codes.PARTIAL_CONTENT
        kept = kept + answer.content if is_rest else answer.content
        etag = answer.headers.get("ETag", "")
        due = _SHA256.search(answer.headers.get("Repr-Digest", ""))
        if due is None and answer.status_code == httpx.codes.OK:
            return kept
        if due and hmac.compare_digest(due[1], _digest(kept)):
            return kept
    raise FeedUnreachable(
        request=f"GET {url}", tries=READS_MAX, why="the bytes do not have the digest that is told"
    )


def _digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()
