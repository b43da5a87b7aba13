"""Webhooks as the sandbox pushes them: signed so that each door opens, repeated as documented."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from market.sandbox import SandboxFaults, create_sandbox
from market.sandbox.faults import Dials
from market.sandbox.pushing import Push, Pusher, PushReport
from market.sandbox.sample import sample_objects
from market.sandbox.signing import SIGNERS, Fact, signed
from market.sandbox.tellings import TELLINGS
from reconciliation.feeds.catalogue import DOORS
from reconciliation.feeds.reading.doors import Channel, Delivered, Outcome
from tests.serving import serving

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
SECRET = "a-secret-of-the-sandbox"
OPTIONS = {
    "stripe": {"account": "acct_1"},
    "casso": {"version": "2"},
    "momo": {"access_key": "ACCESS"},
    "viettel": {"digest": "sha256"},
    "shopeepay": {"amount_scale": "1", "client_id": "11"},
}
BODIES = {
    "payos": b'{"code":"00","data":{"amount":5000,"orderCode":7,"x":null}}',
    "zalopay": '{"app_id":1,"amount":5000,"item":"cá"}'.encode(),
    "vnpay": b"vnp_TxnRef=a+b&vnp_Amount=500000&vnp_BankCode=",
    "viettel": b"billcode=1&trans_amount=5000&order_id=x",
}
ANY = '{"amount":5000,"memo":"tiền cá"}'.encode()
SEPAY_FACTS = TELLINGS["sepay"](sample_objects())


def channel_of(provider: str, secret: str = SECRET) -> Channel:
    return DOORS[provider].channel((secret,), OPTIONS.get(provider, {}))


@pytest.mark.parametrize("provider", sorted(SIGNERS))
def test_each_door_opens_for_what_is_signed_with_its_secret_only(provider: str) -> None:
    door, fact = DOORS[provider], Fact(body=BODIES.get(provider, ANY))

    delivered = signed(provider, fact, channel_of(provider), NOW)

    assert door.verify(delivered, channel_of(provider), NOW).is_accepted
    forged = door.verify(delivered, channel_of(provider, "another-secret-at-all"), NOW)
    assert forged.is_accepted is not door.is_signed


@pytest.mark.parametrize("option", [{"auth": "apikey"}, {"auth": "hmac"}])
def test_sepay_signs_as_the_channel_is_set_up(option: dict[str, str]) -> None:
    channel = DOORS["sepay"].channel((SECRET,), option)

    assert (
        DOORS["sepay"]
        .verify(signed("sepay", Fact(body=ANY), channel, NOW), channel, NOW)
        .is_accepted
    )


def test_casso_v1_sends_its_token() -> None:
    channel = DOORS["casso"].channel((SECRET,), {"version": "1"})

    assert (
        DOORS["casso"]
        .verify(signed("casso", Fact(body=ANY), channel, NOW), channel, NOW)
        .is_accepted
    )


def test_every_provider_that_pushes_is_signed_for() -> None:
    assert set(SIGNERS) == set(DOORS)


class Receiver:
    """A door that answers by script, then well; keeps what came and how long was waited."""

    def __init__(self, provider: str, *script: int | Exception) -> None:
        self.door = DOORS[provider]
        self.script = iter(script)
        self.came: list[httpx.Request] = []
        self.waits: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.came.append(request)
        due = next(self.script, None)
        if isinstance(due, Exception):
            raise due
        if due is not None:
            return httpx.Response(due)
        answer = self.door.answer(Outcome.TAKEN)
        return httpx.Response(answer.status, json=answer.body)

    def push(
        self,
        facts: list[Fact],
        faults: SandboxFaults | None = None,
        now: Callable[[], datetime] = lambda: NOW,
    ) -> PushReport:
        provider = self.door.provider
        pushed = Push(
            provider=provider,
            url="http://door.test/hooks",
            channel=channel_of(provider),
            facts=facts,
        )
        pusher = Pusher(Dials(faults), now=now, wait=self.waits.append)
        with httpx.Client(transport=httpx.MockTransport(self)) as client:
            return pusher.push(client, pushed)


def ids(receiver: Receiver) -> list[int]:
    return [json.loads(request.content)["id"] for request in receiver.came]


def test_sepay_tries_once_and_seven_times_more_within_33_minutes() -> None:
    receiver = Receiver("sepay", *[500] * 8)

    report = receiver.push(SEPAY_FACTS[:1])

    assert receiver.waits == [60 * minutes for minutes in (1, 1, 2, 3, 5, 8, 13)]
    assert sum(receiver.waits) == 33 * 60
    assert (report.tries, report.taken, report.given_up) == (8, 0, 1)
    assert report.answers == {"500": 8}


def test_the_schedule_is_compressed_by_a_dial() -> None:
    receiver = Receiver("sepay", 500, httpx.ConnectError("down"), 401)

    report = receiver.push(SEPAY_FACTS[:1], SandboxFaults(retry_scale=0))

    assert (report.tries, report.taken, set(receiver.waits)) == (4, 1, {0.0})
    assert report.answers == {"500": 1, "0": 1, "401": 1, "200": 1}


def test_a_200_that_does_not_say_what_the_provider_expects_is_tried_again() -> None:
    receiver = Receiver("sepay", 200)

    report = receiver.push(SEPAY_FACTS[:1], SandboxFaults(retry_scale=0))

    assert (report.tries, report.taken) == (2, 1)


def test_each_try_is_signed_anew_with_the_time_it_is_made() -> None:
    receiver = Receiver("sepay", 500, 500)
    clock = iter([NOW, NOW.replace(minute=10), NOW.replace(minute=30)])
    last = NOW.replace(minute=30)

    receiver.push(SEPAY_FACTS[:1], now=lambda: next(clock))

    final = receiver.came[-1]
    delivered = Delivered(content=final.content, headers=dict(final.headers))
    assert DOORS["sepay"].verify(delivered, channel_of("sepay"), last).is_accepted


def test_mtn_calls_back_once_under_the_reference_and_never_again() -> None:
    receiver = Receiver("mtn", 500)

    report = receiver.push([Fact(body=b'{"status":"SUCCESSFUL"}', reference="ref-1")])

    assert [request.url.path for request in receiver.came] == ["/hooks/ref-1"]
    assert (report.tries, report.given_up) == (1, 1)


def test_vnpay_asks_with_get_and_gsma_with_put() -> None:
    vnpay, gsma = Receiver("vnpay"), Receiver("gsma")

    vnpay.push([Fact(body=BODIES["vnpay"])])
    gsma.push([Fact(body=b"{}")])

    assert [one.method for one in (*vnpay.came, *gsma.came)] == ["GET", "PUT"]
    query = vnpay.came[0].url.query
    verdict = DOORS["vnpay"].verify(Delivered(content=query, headers={}), channel_of("vnpay"), NOW)
    assert verdict.is_accepted


@pytest.mark.parametrize(
    ("faults", "came"),
    [
        (SandboxFaults(), [1, 2, 3, 4, 5, 6]),
        (SandboxFaults(duplicate_every=3), [1, 2, 3, 3, 4, 5, 6, 6]),
        (SandboxFaults(out_of_order_every=4), [1, 2, 3, 5, 4, 6]),
        (SandboxFaults(late_every=2), [1, 3, 5, 2, 4, 6]),
        (SandboxFaults(drop_every=2, retry_scale=0), [1, 3, 5, 2, 6, 4]),
    ],
)
def test_webhooks_come_twice_out_of_order_late_or_not_at_first(
    faults: SandboxFaults, came: list[int]
) -> None:
    receiver = Receiver("sepay")

    report = receiver.push(SEPAY_FACTS[:6], faults)

    assert ids(receiver) == came
    assert report.given_up == 0


def test_a_clock_that_is_wrong_signs_a_wrong_time() -> None:
    receiver = Receiver("sepay")

    receiver.push(SEPAY_FACTS[:1], SandboxFaults(clock_skew_s=-400))

    [request] = receiver.came
    delivered = Delivered(content=request.content, headers=dict(request.headers))
    verdict = DOORS["sepay"].verify(delivered, channel_of("sepay"), NOW)
    assert verdict.reason == "stale"


def test_a_truncated_webhook_does_not_verify_and_a_drifted_one_does() -> None:
    cut, drifted = Receiver("sepay"), Receiver("sepay")

    cut.push(SEPAY_FACTS[:1], SandboxFaults(truncated_every=1))
    drifted.push(SEPAY_FACTS[:1], SandboxFaults(drift_every=1))

    def verdict(request: httpx.Request) -> bool:
        delivered = Delivered(content=request.content, headers=dict(request.headers))
        return DOORS["sepay"].verify(delivered, channel_of("sepay"), NOW).is_accepted

    assert [verdict(cut.came[0]), verdict(drifted.came[0])] == [False, True]
    assert "transferAmount_v2" in json.loads(drifted.came[0].content)


def over(client: httpx.Client) -> list[dict[str, Any]]:
    """Return the reports of all pushes when the last is over."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        reports: list[dict[str, Any]] = client.get("/_sandbox/pushes").json()
        if reports and all(report["is_over"] for report in reports):
            return reports
        time.sleep(0.02)
    raise AssertionError("the push is not over")


def test_a_running_sandbox_pushes_its_day_and_says_what_became_of_it() -> None:
    app = create_sandbox(sample_objects(), SandboxFaults(retry_scale=0, duplicate_every=6))
    receiver = create_sandbox({})  # answers 404 to every webhook

    with serving(app) as url, serving(receiver) as door, httpx.Client(base_url=url) as client:
        asked = {"provider": "sepay", "url": f"{door}/hooks/sepay", "secrets": [SECRET]}
        answer = client.post("/_sandbox/pushes", json=asked)
        [report] = over(client)

    assert (answer.status_code, answer.json()) == (202, {"push": 0})
    assert (report["facts"], report["tries"], report["given_up"]) == (24, 28 * 8, 28)


@pytest.mark.parametrize(
    "wrong",
    [
        {"provider": "cows"},
        {"provider": "momo", "options": {"access_key": "A"}},
        {"secrets": []},
        {"options": {"cows": "1"}},
        {"cows": 1},
    ],
)
def test_a_push_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    asked = {"provider": "sepay", "url": "http://door.test", "secrets": [SECRET], **wrong}

    with serving(create_sandbox(sample_objects())) as url:
        answer = httpx.post(f"{url}/_sandbox/pushes", json=asked)

    assert answer.status_code == 422
