"""Pulling Stripe: pages that end, a frozen window, patience with a provider in trouble."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from market.sandbox import SandboxFaults, create_sandbox
from market.sandbox.sample import sample_objects
from reconciliation.errors import FeedRefused, FeedUnreachable
from reconciliation.feeds.catalogue import READERS, ReadContext
from reconciliation.fetching.pages import FetchedPage, StripeAccess, fetch_stripe
from reconciliation.fetching.retrying import Patience
from reconciliation.records import SourceChannel, Transaction
from tests.serving import serving

UNTIL = datetime(2026, 11, 21, tzinfo=UTC)
ACCOUNT = "acct_1Sandbox"
Answer = Callable[[httpx.Request], httpx.Response]


def access(url: str = "http://stripe.test") -> StripeAccess:
    return StripeAccess(
        base_url=url, api_key="sk_test_123", version="2025-09-30.clover", account=ACCOUNT
    )


class Waits:
    """Takes the place of sleeping and writes down how long it would have been."""

    def __init__(self, jitter: float = 0.5) -> None:
        self.seconds: list[float] = []
        self.jitter = jitter

    def patience(self, **limits: Any) -> Patience:
        return Patience(sleep=self.seconds.append, jitter=lambda: self.jitter, **limits)


def fetch(
    url: str,
    *,
    since: datetime | None = None,
    account: str = ACCOUNT,
    patience: Patience | None = None,
    transport: httpx.BaseTransport | None = None,
) -> list[FetchedPage]:
    with httpx.Client(transport=transport) as client:
        return list(
            fetch_stripe(
                client,
                account=account,
                until=UNTIL,
                since=since,
                settings=access(url),
                patience=patience or Waits().patience(),
            )
        )


def fetch_from(answer: Answer, **options: Any) -> list[FetchedPage]:
    return fetch("http://stripe.test", transport=httpx.MockTransport(answer), **options)


def rows_of(pages: list[FetchedPage]) -> dict[str, Transaction]:
    """Return the rows by key; a page of a payout's listing tells more than one without."""
    found: dict[str, Transaction] = {}
    for page in pages:
        context = ReadContext(
            account=ACCOUNT, channel=SourceChannel.POLL, settlement_id=page.settlement_id
        )
        for row in READERS["stripe"].read(page.content, context=context).transactions:
            found.setdefault(row.dedupe_key, row)
    return found


def many_charges(count: int) -> dict[str, list[Any]]:
    charge = sample_objects()["charges"][0]
    start = int((UNTIL - timedelta(days=1)).timestamp())
    return {
        "charges": [
            {**charge, "id": f"ch_{number:05d}", "created": start + number // 3}
            for number in range(count)
        ]
    }


def empty_list() -> httpx.Response:
    return httpx.Response(200, json={"object": "list", "has_more": False, "data": []})


def test_two_hundred_and_fifty_rows_take_three_pages_and_none_is_lost() -> None:
    with serving(create_sandbox(many_charges(250))) as url:
        pages = [page for page in fetch(url) if page.kind == "charges"]

    ids = [item["id"] for page in pages for item in json.loads(page.content)["data"]]
    assert [len(json.loads(page.content)["data"]) for page in pages] == [100, 100, 50]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 250


def test_rows_that_appear_while_paging_shift_nothing() -> None:
    app = create_sandbox(many_charges(250))
    newer = {**sample_objects()["charges"][0], "created": int(UNTIL.timestamp()) - 1}

    with serving(app) as url, httpx.Client() as client:
        found: list[str] = []
        pages = fetch_stripe(client, account=ACCOUNT, until=UNTIL, since=None, settings=access(url))
        for number, page in enumerate(pages):
            if page.kind == "charges":
                found += [item["id"] for item in json.loads(page.content)["data"]]
            app.state.account.add("charges", {**newer, "id": f"ch_9999{number}"})

    assert len(found) == len(set(found)) == 250


def test_rows_of_the_future_wait_for_the_next_poll() -> None:
    objects = many_charges(3)
    objects["charges"][0]["created"] = int(UNTIL.timestamp())

    with serving(create_sandbox(objects)) as url:
        pages = fetch(url)

    assert len(rows_of(pages)) == 2


def test_the_rows_of_a_payout_carry_its_id() -> None:
    objects = sample_objects()

    with serving(create_sandbox(objects)) as url:
        rows = rows_of(fetch(url))

    ledger = [row for key, row in rows.items() if ":txn_" in key]
    assert {row.settlement_id for row in ledger} == {objects["payouts"][0]["id"]}
    assert len(ledger) == len(objects["balance_transactions"])
    assert sum(row.net_amount or 0 for row in ledger) == 0


def test_an_expanded_refund_names_its_charge() -> None:
    with serving(create_sandbox(sample_objects())) as url:
        rows = rows_of(fetch(url))

    refund = next(row for row in rows.values() if row.transaction_type == "refund")
    assert refund.original_transaction_id == "ch_3Sandbox0000000000000003"


def test_a_second_poll_tells_the_same_rows() -> None:
    with serving(create_sandbox(sample_objects())) as url:
        assert rows_of(fetch(url)) == rows_of(fetch(url))


@pytest.mark.parametrize(
    "faults",
    [
        SandboxFaults(too_many_every=2),
        SandboxFaults(too_many_every=5, too_many_in_a_row=4),
        SandboxFaults(server_error_every=2),
        SandboxFaults(drop_every=2),
        SandboxFaults(truncated_every=2),
        SandboxFaults(too_many_every=3, server_error_every=4, drop_every=5),
    ],
)
def test_a_provider_in_trouble_loses_no_row(faults: SandboxFaults) -> None:
    waits = Waits()
    with serving(create_sandbox(many_charges(250))) as url:
        quiet = rows_of(fetch(url))
    with serving(create_sandbox(many_charges(250), faults)) as url:
        troubled = rows_of(fetch(url, patience=waits.patience()))

    assert troubled == quiet
    assert waits.seconds


def test_retry_after_is_the_least_that_is_waited() -> None:
    waits = Waits()
    faults = SandboxFaults(too_many_every=2, retry_after_s=7)

    with serving(create_sandbox(many_charges(250), faults)) as url:
        fetch(url, patience=waits.patience())

    assert waits.seconds == [7.0] * len(waits.seconds)


def scripted(*responses: httpx.Response | Exception) -> tuple[Answer, list[httpx.Request]]:
    """Return a server that gives these answers first and empty lists from then on."""
    script: Iterator[httpx.Response | Exception] = iter(responses)
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        due = next(script, None) or empty_list()
        if isinstance(due, Exception):
            raise due
        return due

    return answer, seen


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(429),
        httpx.Response(409),
        httpx.Response(500),
        httpx.Response(503),
        httpx.Response(402, headers={"Stripe-Should-Retry": "true"}),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("down"),
        httpx.RemoteProtocolError("hung up"),
        httpx.Response(200, content=b'{"object": "list", "has_more": false, "da'),
    ],
)
def test_passing_trouble_is_tried_again(trouble: httpx.Response | Exception) -> None:
    answer, seen = scripted(trouble, trouble)

    fetch_from(answer)

    assert [request.url.path for request in seen[:3]] == ["/v1/charges"] * 3


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, json={"error": {"message": "Invalid API Key"}}),
        httpx.Response(400, json={"error": {"message": "unknown parameter"}}),
        httpx.Response(404),
        httpx.Response(500, headers={"Stripe-Should-Retry": "false"}),
        httpx.Response(302, headers={"Location": "http://elsewhere.test"}),
    ],
)
def test_what_another_try_cannot_change_is_refused_at_once(answer: httpx.Response) -> None:
    handler, seen = scripted(answer)

    with pytest.raises(FeedRefused) as refusal:
        fetch_from(handler)

    assert refusal.value.status == answer.status_code
    assert len(seen) == 1


def test_waits_double_up_to_the_cap_with_full_jitter() -> None:
    waits = Waits(jitter=0.999)
    answer, _ = scripted(*[httpx.Response(503)] * 7)

    fetch_from(answer, patience=waits.patience(first_s=1, cap_s=8))

    assert waits.seconds == pytest.approx([0.999, 1.998, 3.996, 7.992, 7.992, 7.992, 7.992])


def test_the_tries_of_one_request_are_limited() -> None:
    answer, seen = scripted(*[httpx.Response(503)] * 50)

    with pytest.raises(FeedUnreachable) as refusal:
        fetch_from(answer, patience=Waits().patience(tries=4))

    assert (refusal.value.tries, len(seen)) == (4, 4)


def test_the_waiting_of_a_whole_poll_has_a_budget() -> None:
    waits = Waits()
    answer, seen = scripted(*[httpx.Response(429, headers={"Retry-After": "30"})] * 50)

    with pytest.raises(FeedUnreachable):
        fetch_from(answer, patience=waits.patience(budget_s=100))

    assert (waits.seconds, len(seen)) == ([30.0] * 3, 4)


def test_retry_after_may_be_a_date_of_the_providers_clock() -> None:
    waits = Waits()
    headers = {
        "Date": "Sat, 21 Nov 2026 02:00:00 GMT",
        "Retry-After": "Sat, 21 Nov 2026 02:00:09 GMT",
    }
    answer, _ = scripted(httpx.Response(429, headers=headers))

    fetch_from(answer, patience=waits.patience())

    assert waits.seconds == [9.0]


@pytest.mark.parametrize("told", ["", "soon", "-5", "1e9", "Sat, 99 Nov 2026 02:00:09 GMT"])
def test_a_senseless_retry_after_is_ignored(told: str) -> None:
    waits = Waits()
    answer, _ = scripted(httpx.Response(429, headers={"Retry-After": told}))

    fetch_from(answer, patience=waits.patience())

    assert waits.seconds == [0.25]


def test_only_get_is_sent_with_key_version_and_known_parameters() -> None:
    answer, seen = scripted()

    fetch_from(answer, since=UNTIL - timedelta(days=3))

    assert {request.method for request in seen} == {"GET"}
    assert {request.headers["Authorization"] for request in seen} == {"Bearer sk_test_123"}
    assert {request.headers["Stripe-Version"] for request in seen} == {"2025-09-30.clover"}
    assert all("Stripe-Account" not in request.headers for request in seen)
    keys = {key for request in seen for key in request.url.params}
    assert keys == {"limit", "created[lt]", "created[gte]", "expand[]"}


def test_windows_overlap_the_last_poll() -> None:
    since = UNTIL - timedelta(days=3)
    answer, seen = scripted()

    fetch_from(answer, since=since)

    lower = {r.url.path: int(r.url.params["created[gte]"]) for r in seen}
    assert lower["/v1/charges"] == (since - timedelta(hours=48)).timestamp()
    assert lower["/v1/payouts"] == (since - timedelta(days=21)).timestamp()


def test_a_connected_account_is_named() -> None:
    answer, seen = scripted()

    fetch_from(answer, account="acct_other")

    assert {request.headers["Stripe-Account"] for request in seen} == {"acct_other"}


def test_a_list_that_never_ends_is_left_where_it_repeats_itself() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"has_more": True, "data": [{"id": "same"}]})

    pages = fetch_from(answer)

    assert [page.kind for page in pages] == ["charges"] * 2 + ["balance_transactions"] * 2 + [
        "payouts"
    ] * 2


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"data": [1], "has_more": false}'])
def test_an_answer_that_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(FeedRefused):
        fetch_from(lambda _: httpx.Response(200, content=content))


@pytest.mark.parametrize("url", ["ftp://stripe.test", "no-scheme", "http://stripe.test:port"])
def test_a_senseless_address_is_refused_without_waiting(url: str) -> None:
    waits = Waits()

    with pytest.raises(FeedUnreachable):
        fetch(url, patience=waits.patience())

    assert waits.seconds == []


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, json={"error": {"message": "Wrong: 'Bearer sk_test_123'"}}),
        httpx.Response(500, json={"error": {"message": "Wrong: sk_test_123"}}),
        httpx.LocalProtocolError("Illegal header value b'Bearer sk_test_123'"),
    ],
)
def test_the_key_is_never_shown(answer: httpx.Response | Exception) -> None:
    handler, _ = scripted(*[answer] * 20)

    with pytest.raises((FeedRefused, FeedUnreachable)) as refusal:
        fetch_from(handler)

    assert "sk_test_123" not in repr(access()) + str(refusal.value)
