"""Asking MTN about the requests its callbacks named."""

import base64
import json

import httpx
import pytest

from reconciliation.errors import FeedRefused
from reconciliation.feeds.catalogue import READERS, ReadContext
from reconciliation.fetching.mtn import MtnAccess, fetch_mtn_notices
from reconciliation.fetching.pages import FetchedPage
from reconciliation.fetching.retrying import Patience
from reconciliation.records import SourceChannel, Status
from tests.feed_samples import sample

ACCESS = MtnAccess(
    base_url="http://mtn.test/",
    subscription_key="subscription-secret",
    api_user="user",
    api_key="api-secret",
    target_environment="sandbox",
    account="mtn-merchant",
)
ANSWERS = {
    line["reference_id"]: line["body"]
    for line in map(json.loads, sample("mtn/requesttopay.jsonl").splitlines())
}


class Mtn:
    """Answers as MTN does and writes down what it was asked."""

    def __init__(self) -> None:
        self.seen: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if request.url.path == "/collection/token/":
            return httpx.Response(200, json={"access_token": "token-1", "expires_in": 3600})
        body = ANSWERS.get(request.url.path.rpartition("/")[2])
        if body is None:
            return httpx.Response(404, json={"code": "RESOURCE_NOT_FOUND", "message": "no"})
        return httpx.Response(200, content=json.dumps(body, indent=2).encode())


def ask(mtn: httpx.MockTransport, *references: str) -> list[FetchedPage]:
    notices = [f"requesttopay/{one}" for one in references]
    with httpx.Client(transport=mtn) as client:
        patience = Patience(sleep=lambda _: None)
        return list(fetch_mtn_notices(client, notices, settings=ACCESS, patience=patience))


def test_each_answer_is_kept_with_its_reference_and_read_as_its_row() -> None:
    mtn = Mtn()

    pages = ask(httpx.MockTransport(mtn), *ANSWERS)

    context = ReadContext(account="mtn-merchant", channel=SourceChannel.POLL)
    rows = [
        row
        for page in pages
        for row in READERS["mtn"].read(page.content, context=context).transactions
    ]
    assert [row.dedupe_key for row in rows] == [f"mtn:mtn-merchant:{one}" for one in ANSWERS]
    assert {row.status for row in rows} == {Status.SUCCEEDED, Status.FAILED, Status.PENDING}
    token, *gets = mtn.seen
    assert (
        token.headers["Authorization"] == f"Basic {base64.b64encode(b'user:api-secret').decode()}"
    )
    assert {one.headers["Authorization"] for one in gets} == {"Bearer token-1"}
    assert {one.headers["X-Target-Environment"] for one in gets} == {"sandbox"}
    assert {one.headers["Ocp-Apim-Subscription-Key"] for one in mtn.seen} == {"subscription-secret"}


def test_without_a_notice_nothing_is_asked() -> None:
    mtn = Mtn()

    assert ask(httpx.MockTransport(mtn)) == []
    assert mtn.seen == []


def test_a_reference_that_nobody_knows_waits_for_a_person() -> None:
    [page] = ask(httpx.MockTransport(Mtn()), "6e1c6b5e-0000-4c1c-9a53-0d3b8f1f0aff")

    context = ReadContext(account="mtn-merchant", channel=SourceChannel.POLL)
    reading = READERS["mtn"].read(page.content, context=context)
    assert reading.transactions == ()
    assert [reject.reason for reject in reading.rejects] == ["status"]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={}),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(401, json={"message": "Access denied: subscription-secret"}),
    ],
)
def test_without_a_token_nothing_is_asked_and_no_key_is_shown(answer: httpx.Response) -> None:
    with pytest.raises(FeedRefused) as refusal:
        ask(httpx.MockTransport(lambda _: answer), "a")

    shown = f"{refusal.value} {ACCESS!r}"
    assert "secret" not in shown
