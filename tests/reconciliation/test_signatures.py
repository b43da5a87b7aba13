"""Webhook signatures: over the very bytes, by any live secret, within five minutes."""

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.feeds.providers.sepay import DOOR as SEPAY
from reconciliation.feeds.providers.stripe_door import DOOR as STRIPE
from reconciliation.feeds.reading.doors import Channel, Delivered, Door
from reconciliation.records import SignatureStatus
from reconciliation.signatures import TOLERANCE_S, SignatureVerdict
from tests.conftest import NOW

BODY = '{"id":1,"content":"chợ"}'.encode()
SECRET = "a-secret"
GOOD = SignatureVerdict(SignatureStatus.VALID, "")
BAD = SignatureVerdict(SignatureStatus.INVALID, "signature")
STALE = SignatureVerdict(SignatureStatus.INVALID, "stale")


def signed(body: bytes, at: datetime, secret: str = SECRET) -> tuple[str, str]:
    time = str(int(at.timestamp()))
    return time, hmac.new(secret.encode(), f"{time}.".encode() + body, sha256).hexdigest()


def sepay_headers(at: datetime = NOW, secret: str = SECRET, body: bytes = BODY) -> dict[str, str]:
    time, digest = signed(body, at, secret)
    return {"X-SePay-Timestamp": time, "X-SePay-Signature": f"sha256={digest}"}


def stripe_headers(at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    time, digest = signed(BODY, at, secret)
    return {"Stripe-Signature": f"t={time},v1={digest}"}


def verify(
    door: Door,
    headers: Mapping[str, str],
    body: bytes,
    secrets: Iterable[str],
    now: datetime,
    **options: str,
) -> SignatureVerdict:
    delivered = Delivered(content=body, headers=headers)
    return door.verify(delivered, Channel(secrets=tuple(secrets), options=options), now)


def verify_sepay(
    headers: Mapping[str, str], body: bytes, *, secrets: Iterable[str], now: datetime
) -> SignatureVerdict:
    return verify(SEPAY, headers, body, secrets, now, auth="hmac")


def verify_sepay_api_key(headers: Mapping[str, str], *, keys: Iterable[str]) -> SignatureVerdict:
    return verify(SEPAY, headers, BODY, keys, NOW, auth="apikey")


def verify_stripe(
    headers: Mapping[str, str], body: bytes, *, secrets: Iterable[str], now: datetime
) -> SignatureVerdict:
    return verify(STRIPE, headers, body, secrets, now)


def test_a_delivery_signed_just_now_may_enter() -> None:
    assert verify_sepay(sepay_headers(), BODY, secrets=[SECRET], now=NOW) == GOOD
    assert verify_stripe(stripe_headers(), BODY, secrets=[SECRET], now=NOW) == GOOD


def test_header_names_are_read_in_any_case() -> None:
    lower = {name.lower(): value for name, value in sepay_headers().items()}
    upper = {name.upper(): value for name, value in stripe_headers().items()}

    assert verify_sepay(lower, BODY, secrets=[SECRET], now=NOW) == GOOD
    assert verify_stripe(upper, BODY, secrets=[SECRET], now=NOW) == GOOD


def test_any_of_several_secrets_is_enough_while_one_is_replaced() -> None:
    assert verify_sepay(sepay_headers(), BODY, secrets=["new", SECRET], now=NOW) == GOOD
    assert verify_stripe(stripe_headers(), BODY, secrets=["new", SECRET], now=NOW) == GOOD


def test_one_of_several_stripe_signatures_is_enough_and_v0_is_none() -> None:
    time, digest = signed(BODY, NOW)
    both = {"Stripe-Signature": f"t={time},v1={'0' * 64},v1={digest},v0=x"}
    only_v0 = {"Stripe-Signature": f"t={time},v0={digest}"}

    assert verify_stripe(both, BODY, secrets=[SECRET], now=NOW) == GOOD
    assert verify_stripe(only_v0, BODY, secrets=[SECRET], now=NOW) == BAD


@pytest.mark.parametrize("seconds", [-TOLERANCE_S, 0, TOLERANCE_S])
def test_five_minutes_either_way_are_tolerated(seconds: int) -> None:
    headers = sepay_headers(at=NOW + timedelta(seconds=seconds))

    assert verify_sepay(headers, BODY, secrets=[SECRET], now=NOW) == GOOD


@pytest.mark.parametrize("seconds", [-TOLERANCE_S - 1, TOLERANCE_S + 1, 10**6])
def test_more_than_five_minutes_are_stale(seconds: int) -> None:
    at = NOW + timedelta(seconds=seconds)

    assert verify_sepay(sepay_headers(at=at), BODY, secrets=[SECRET], now=NOW) == STALE
    assert verify_stripe(stripe_headers(at=at), BODY, secrets=[SECRET], now=NOW) == STALE


def test_a_stale_time_with_a_wrong_signature_is_a_wrong_signature() -> None:
    headers = sepay_headers(at=NOW - timedelta(days=1), secret="other")

    assert verify_sepay(headers, BODY, secrets=[SECRET], now=NOW) == BAD


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Apikey K"},
        {**sepay_headers(), "X-SePay-Timestamp": ""},
        {**sepay_headers(), "X-SePay-Timestamp": "1795226401"},
        {**sepay_headers(), "X-SePay-Timestamp": "now"},
        {**sepay_headers(), "X-SePay-Timestamp": "١٧٩٥٢٢٦٤٠٠"},
        {**sepay_headers(), "X-SePay-Signature": ""},
        {**sepay_headers(), "X-SePay-Signature": "sha256="},
        {**sepay_headers(), "X-SePay-Signature": "sha256=chữ ký"},
        {**sepay_headers(), "X-SePay-Signature": signed(BODY, NOW)[1]},
        sepay_headers(secret="other"),
        sepay_headers(secret=""),
    ],
)
def test_anything_else_is_a_bad_signature(headers: dict[str, str]) -> None:
    assert verify_sepay(headers, BODY, secrets=[SECRET, ""], now=NOW) == BAD


@pytest.mark.parametrize("header", ["", "t=1", "v1=0", "t=1,t=2,v1=0", "t=x,v1=0", "t=1,v1=\udcff"])
def test_a_broken_stripe_header_is_a_bad_signature(header: str) -> None:
    assert verify_stripe({"Stripe-Signature": header}, BODY, secrets=[SECRET], now=NOW) == BAD


def test_without_any_secret_nothing_enters() -> None:
    assert verify_sepay(sepay_headers(), BODY, secrets=[], now=NOW) == BAD
    assert verify_sepay(sepay_headers(secret=""), BODY, secrets=[""], now=NOW) == BAD


@given(data=st.data())
def test_one_changed_byte_is_noticed(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(BODY) - 1))
    changed = bytearray(BODY)
    changed[at] ^= data.draw(st.integers(1, 255))

    assert verify_sepay(sepay_headers(), bytes(changed), secrets=[SECRET], now=NOW) == BAD
    assert verify_stripe(stripe_headers(), bytes(changed), secrets=[SECRET], now=NOW) == BAD


def test_an_api_key_lets_in_but_signs_nothing() -> None:
    headers = {"authorization": "Apikey K"}

    assert verify_sepay_api_key(headers, keys=["old", "K"]) == SignatureVerdict(
        SignatureStatus.UNSIGNED, ""
    )


@pytest.mark.parametrize(
    "told", ["", "Apikey", "Apikey ", "Apikey X", "Bearer K", "K", "Apikey Ké"]
)
def test_another_api_key_does_not(told: str) -> None:
    assert verify_sepay_api_key({"Authorization": told}, keys=["K", ""]) == BAD
