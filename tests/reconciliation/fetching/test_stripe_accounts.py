"""Opening a vendor's connected account: once, in Stripe's own form, whatever happens on the way."""

from urllib.parse import parse_qsl

import httpx
import pytest

from market.sandbox import SandboxFaults, create_sandbox
from reconciliation.errors import FeedRefused
from reconciliation.fetching.pages import StripeAccess
from reconciliation.fetching.retrying import Patience
from reconciliation.fetching.stripe_accounts import (
    ConnectedAccount,
    Field,
    form_fields,
    idempotency_key,
    open_connected_account,
)
from tests.serving import serving
from tests.stripe_mock import StripeMock

ANSWER = {"id": "acct_1Vendor", "object": "account", "charges_enabled": True}


def opened(
    url: str, transport: httpx.BaseTransport | None = None, *, key: str = "sk_test_123"
) -> ConnectedAccount:
    access = StripeAccess(
        base_url=url, api_key=key, version="2025-09-30.clover", account="acct_platform"
    )
    with httpx.Client(transport=transport, timeout=20) as client:
        return open_connected_account(
            client,
            "MA-0012",
            country="VN",
            currency="VND",
            settings=access,
            patience=Patience(sleep=lambda _: None),
        )


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ({"a": "x y"}, [("a", "x y")]),
        ({"a": {"b": {"c": True}}}, [("a[b][c]", "true")]),
        ({"a": ["x", "y"]}, [("a[0]", "x"), ("a[1]", "y")]),
        ({"items": [{"price": 5000}]}, [("items[0][price]", "5000")]),
        ({"a": False}, [("a", "false")]),
        ({"a": {}}, []),
    ],
)
def test_a_form_is_nested_as_stripe_reads_it(
    told: dict[str, Field], fields: list[tuple[str, str]]
) -> None:
    assert list(form_fields(told)) == fields


def test_a_lost_answer_is_asked_for_again_under_the_same_key() -> None:
    seen: list[httpx.Request] = []
    accounts: dict[str, str] = {}

    def stripe(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        key = request.headers["Idempotency-Key"]
        accounts.setdefault(key, f"acct_{len(accounts)}")
        if len(seen) == 1:
            raise httpx.ReadTimeout("the account is there, the answer is not")
        if len(seen) == 2:
            return httpx.Response(429, headers={"Retry-After": "1"})
        return httpx.Response(200, json={**ANSWER, "id": accounts[key]})

    found = opened("http://stripe.test", httpx.MockTransport(stripe))

    assert (found, len(accounts), len(seen)) == (
        ConnectedAccount(account="acct_0", is_ready=True),
        1,
        3,
    )
    assert {request.content for request in seen} == {seen[0].content}


def test_what_is_told_of_a_vendor_is_the_code_alone() -> None:
    seen: list[httpx.Request] = []

    def stripe(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=ANSWER)

    opened("http://stripe.test", httpx.MockTransport(stripe))

    assert seen[0].headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert dict(parse_qsl(seen[0].content.decode())) == {
        "type": "express",
        "country": "VN",
        "default_currency": "vnd",
        "business_type": "individual",
        "capabilities[card_payments][requested]": "true",
        "capabilities[transfers][requested]": "true",
        "metadata[vendor_code]": "MA-0012",
    }


def test_another_vendor_or_platform_has_another_key() -> None:
    keys = {idempotency_key(p, v) for p in ("acct_1", "acct_2") for v in ("MA-0001", "MA-0002")}

    assert len(keys) == 4
    assert all(len(key) <= 255 for key in keys)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"<html>"])
def test_an_answer_that_is_no_account_is_refused(content: bytes) -> None:
    with pytest.raises(FeedRefused):
        opened(
            "http://stripe.test",
            httpx.MockTransport(lambda _: httpx.Response(200, content=content)),
        )


def test_asking_again_through_trouble_opens_one_account() -> None:
    faults = SandboxFaults(drop_every=2, server_error_every=3, seed=1)

    with serving(create_sandbox({}, faults)) as url:
        found = {opened(url).account for _ in range(4)}

    assert len(found) == 1


def test_the_sandbox_refuses_another_form_under_the_same_key() -> None:
    headers = {"Authorization": "Bearer sk_test_123", "Idempotency-Key": "k"}
    with serving(create_sandbox({})) as url:
        answers = [
            httpx.post(f"{url}/v1/accounts", data=form, headers=headers)
            for form in (
                {"type": "express"},
                {"type": "express", "country": "VN"},
                {"type": "express", "country": "SG"},
            )
        ]
        wrong = httpx.post(f"{url}/v1/accounts", json={"type": "express"}, headers=headers)
        closed = httpx.post(f"{url}/v1/accounts", data={"type": "express", "country": "VN"})

    assert [one.status_code for one in (*answers, wrong, closed)] == [400, 200, 400, 400, 401]
    assert answers[2].json()["error"]["type"] == "idempotency_error"


@pytest.mark.stripe_mock
@pytest.mark.xdist_group("stripe_mock")
def test_a_running_stripe_mock_takes_the_form(stripe_mock: StripeMock) -> None:
    found = opened(stripe_mock.url)

    assert found.account.startswith("acct_")
    assert not found.is_ready  # its fixture may take no payment yet


@pytest.mark.stripe_mock
@pytest.mark.xdist_group("stripe_mock")
def test_a_running_stripe_mock_refuses_what_stripe_does_not_know(stripe_mock: StripeMock) -> None:
    answer = httpx.post(
        f"{stripe_mock.url}/v1/accounts",
        data={"colour": "red"},
        headers={"Authorization": "Bearer sk_test_123"},
    )

    assert answer.status_code == 400


@pytest.mark.stripe_mock
@pytest.mark.xdist_group("stripe_mock")
def test_a_running_stripe_mock_refuses_a_live_key(stripe_mock: StripeMock) -> None:
    with pytest.raises(FeedRefused) as refusal:
        opened(stripe_mock.url, key="sk_live_123")

    assert refusal.value.status == 401
    assert "sk_live_123" not in str(refusal.value)
