"""Ask MTN MoMo about the requests to pay that its callbacks named.

There is no list: ``GET requesttopay/{X-Reference-Id}`` answers for one request. The key of an API
user is exchanged for a token first. Source: feeds.md 2.2; momodeveloper.mtn.com, Collection.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx

from reconciliation.errors import FeedRefused
from reconciliation.fetching.pages import FetchedPage
from reconciliation.fetching.retrying import Patience, PatientClient

_ANSWERED = frozenset({200, 404})


@dataclass(frozen=True, slots=True, kw_only=True)
class MtnAccess:
    """How to reach MTN; ``account`` is our name for the wallet that is paid into."""

    base_url: str
    subscription_key: str = field(repr=False)
    api_user: str
    api_key: str = field(repr=False)
    target_environment: str
    account: str


def fetch_mtn_notices(
    client: httpx.Client,
    notices: Sequence[str],
    *,
    settings: MtnAccess,
    patience: Patience | None = None,
) -> Iterator[FetchedPage]:
    """Yield an answer for each notice ``requesttopay/{X-Reference-Id}``; none, no request at all.

    The answer is kept with its reference and status, which the body does not name; one that nobody
    knows (404) is handed on too, so that it can be seen.

    Raises:
        FeedRefused: MTN refuses the keys or the request, or gives no token.
        FeedUnreachable: no usable answer within ``patience``.
    """
    if not notices:
        return
    patient = PatientClient(client, patience or Patience())
    base = settings.base_url.rstrip("/")
    headers = {
        "Ocp-Apim-Subscription-Key": settings.subscription_key,
        "X-Target-Environment": settings.target_environment,
    }
    headers["Authorization"] = f"Bearer {_token(patient, base, settings)}"
    for notice in notices:
        reference = notice.partition("/")[2]
        url = f"{base}/collection/v1_0/requesttopay/{quote(reference, safe='')}"
        answer = patient.send("GET", url, headers=headers, good=_ANSWERED)
        content = _kept(reference, answer, f"GET {url}")
        yield FetchedPage(notice, content, None, "notice")


def _token(patient: PatientClient, base: str, settings: MtnAccess) -> str:
    pair = f"{settings.api_user}:{settings.api_key}".encode()
    url = f"{base}/collection/token/"
    answer = patient.send(
        "POST",
        url,
        headers={
            "Authorization": f"Basic {base64.b64encode(pair).decode()}",
            "Ocp-Apim-Subscription-Key": settings.subscription_key,
        },
    )
    try:
        token = answer.json()["access_token"]
    except (ValueError, KeyError, TypeError) as failure:
        raise FeedRefused(request=f"POST {url}", status=200, message="no token") from failure
    return str(token)


def _kept(reference: str, answer: httpx.Response, request: str) -> bytes:
    """Return the line that is kept: the provider's own bytes beside what they do not say."""
    # Inside a text JSON has no line break, so one between the parts may be a blank.
    body = answer.content.replace(b"\r", b" ").replace(b"\n", b" ")
    try:
        is_object = isinstance(json.loads(body), dict)
    except ValueError:
        is_object = False
    if not is_object:
        if answer.status_code == httpx.codes.OK:
            raise FeedRefused(request=request, status=200, message="no object")
        body = b"{}"
    head = json.dumps({"reference_id": reference, "status": answer.status_code})
    return head[:-1].encode() + b', "body": ' + body + b"}"
