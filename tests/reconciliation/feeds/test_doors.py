"""Every provider's door: who is let in, with what, and what it is answered."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.errors import ChannelRefused
from reconciliation.feeds.catalogue import DOORS, READERS, identify, usual_channel
from reconciliation.feeds.conform import sample_channel
from reconciliation.feeds.providers import casso, momo_ipn, payos, vnpay, zalopay
from reconciliation.feeds.reading.doors import Channel, Outcome
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.signatures import BAD
from tests.feed_samples import sample
from tests.reconciliation.feeds.recorded import (
    GOOD,
    RECORDED,
    SAMPLES,
    SIGNED,
    Recorded,
    recorded,
)

KEYS = SAMPLES.keys
CHECKED = tuple(one for one in GOOD if one.door.is_signed)
"""Those with a signature or a token."""


def test_every_provider_that_pushes_has_recorded_deliveries() -> None:
    assert {one.door.provider for one in RECORDED} == set(DOORS)
    assert {one.door.provider for one in SIGNED} == {
        name for name, door in DOORS.items() if door.is_signed
    }


@pytest.mark.parametrize("one", RECORDED, ids=str)
def test_a_delivery_is_let_in_as_the_samples_say(one: Recorded) -> None:
    assert one.verify().is_accepted == (one.verdict != "reject")


@pytest.mark.parametrize("one", GOOD, ids=str)
def test_the_case_of_header_names_does_not_matter(one: Recorded) -> None:
    for change in (str.lower, str.upper, str.title):
        headers = {change(name): value for name, value in one.delivery.headers.items()}

        assert one.verify(headers=headers).is_accepted


@pytest.mark.parametrize("one", CHECKED, ids=str)
def test_any_of_several_secrets_is_enough_while_one_is_replaced(one: Recorded) -> None:
    own = one.channel.secrets

    assert one.verify(channel=one.with_secrets("new", *own)).is_accepted
    assert one.verify(channel=one.with_secrets(*own, "older")).is_accepted


@pytest.mark.parametrize("one", CHECKED, ids=str)
@pytest.mark.parametrize("secrets", [(), ("",), ("another",), ("", "another")])
def test_nothing_enters_by_no_secret_or_another(one: Recorded, secrets: tuple[str, ...]) -> None:
    assert one.verify(channel=one.with_secrets(*secrets)) == BAD


@pytest.mark.parametrize("one", SIGNED, ids=str)
def test_an_unsigned_delivery_is_refused_whatever_key_it_carries(one: Recorded) -> None:
    bare = {
        "Authorization": f"Apikey {one.channel.secrets[0]}",
        "secure-token": one.channel.secrets[0],
    }
    content = one.delivery.content
    for name in (b"signature", b"mac", b"check_sum", b"vnp_SecureHash"):
        content = content.replace(name, b"x" + name[1:])

    assert one.verify(headers=bare, content=content) == BAD


@pytest.mark.parametrize("one", SIGNED, ids=str)
@given(data=st.data())
def test_one_changed_byte_is_refused_or_says_the_same(one: Recorded, data: st.DataObject) -> None:
    """Blanks in a JSON body, and fields beside the signed ones, are signed by some and not by others."""
    at = data.draw(st.integers(0, len(one.delivery.content) - 1))
    changed = bytearray(one.delivery.content)
    changed[at] ^= data.draw(st.integers(1, 255))

    if one.verify(content=bytes(changed)).is_accepted:
        assert _money(one.read(bytes(changed))) == _money(one.read())


def _money(reading: Any) -> list[tuple[Any, ...]]:
    """What a row says of money; ZaloPay's type and Viettel's phone number are not signed."""
    return [
        (row.dedupe_key, row.amount, row.direction, row.status, row.merchant_reference)
        for row in reading.transactions
    ]


RAW = tuple(one for one in SIGNED if one.door.provider in {"sepay", "stripe", "shopeepay"})


@pytest.mark.parametrize("one", RAW, ids=str)
@given(data=st.data())
def test_where_the_raw_body_is_signed_no_byte_may_change(
    one: Recorded, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(one.delivery.content) - 1))
    changed = bytearray(one.delivery.content)
    changed[at] ^= data.draw(st.integers(1, 255))

    assert one.verify(content=bytes(changed)) == BAD


SIGNED_ONCE = tuple(one for one in SIGNED if "two v1" not in one.delivery.case)


@pytest.mark.parametrize("one", SIGNED_ONCE, ids=str)
@given(data=st.data())
def test_one_changed_letter_of_the_signature_is_refused(one: Recorded, data: st.DataObject) -> None:
    told = _signature(one)
    # The last letter of base64 may stand for bits that are not there.
    at = data.draw(st.integers(0, len(told) - 3))
    letter = data.draw(st.sampled_from("0123456789abcdef").filter(lambda c: c != told[at]))
    changed = told[:at] + letter + told[at + 1 :]
    headers = {name: value.replace(told, changed) for name, value in one.delivery.headers.items()}
    content = one.delivery.content.replace(told.encode(), changed.encode())

    assert (headers, content) != (one.delivery.headers, one.delivery.content)
    assert one.verify(headers=headers, content=content) == BAD


def _signature(one: Recorded) -> str:
    """The very text of the signature, wherever it stands."""
    content, headers = one.delivery.content, one.delivery.headers
    finders: Mapping[str, Callable[[], str]] = {
        "stripe": lambda: headers["Stripe-Signature"].rpartition("v1=")[2],
        "sepay": lambda: headers["X-SePay-Signature"].removeprefix("sha256="),
        "casso": lambda: headers["X-Casso-Signature"].partition("v1=")[2],
        "shopeepay": lambda: headers["X-Airpay-Req-H"],
        "payos": lambda: str(json.loads(content)["signature"]),
        "momo": lambda: str(json.loads(content)["signature"]),
        "zalopay": lambda: str(json.loads(content)["mac"]),
        "vnpay": lambda: dict(parse_qsl(content.decode()))["vnp_SecureHash"],
        "viettel": lambda: content.rpartition(b"check_sum=")[2].decode()[:20],
    }
    return finders[one.door.provider]()


@pytest.mark.parametrize("one", RECORDED, ids=str)
@given(content=st.binary(max_size=80), junk=st.text(max_size=20))
def test_no_bytes_and_no_header_make_a_check_raise(
    one: Recorded, content: bytes, junk: str
) -> None:
    names = ("Authorization", "Stripe-Signature", "X-SePay-Signature", "X-SePay-Timestamp")
    more = ("secure-token", "X-Casso-Signature", "X-Airpay-Req-H")
    headers = dict.fromkeys((*names, *more), junk)

    for told in (content, content + one.delivery.content, one.delivery.content[: len(content)]):
        one.verify(content=told, headers=headers)


@pytest.mark.parametrize(
    "content",
    [b"[" * 100_000, b'{"data":' * 5_000, b'{"data":{"a":"\\ud800"},"signature":"\\udfff"}'],
    ids=["deep list", "deep object", "half a letter"],
)
@pytest.mark.parametrize("one", CHECKED, ids=str)
def test_a_nested_body_or_half_a_letter_is_a_bad_signature(one: Recorded, content: bytes) -> None:
    headers = {**one.delivery.headers, "X-Casso-Signature": "t=1,v1=0"}
    if one.verify().status is SignatureStatus.VALID:
        assert one.verify(content=content, headers=headers) == BAD


# The documented texts, once more and by another hand.


def test_momo_signs_its_fields_in_the_order_of_their_names() -> None:
    body = json.loads(recorded("momo/ipn.jsonl", "success").delivery.content)
    told = {**{k: v for k, v in body.items() if k != "signature"}, "accessKey": "MOMOFAKEACCESS"}
    text = "&".join(f"{name}={told[name]}" for name in sorted(told))

    assert momo_ipn.signed_text(body, "MOMOFAKEACCESS") == text
    assert _hex(KEYS["momo_secret_key"], text, "sha256") == body["signature"]


def test_payos_signs_every_field_of_its_data_also_one_nobody_knows() -> None:
    body = json.loads(recorded("payos/webhooks.jsonl", "unknown field, signed").delivery.content)
    text = (
        "accountNumber=12345678&amount=68866&code=00&counterAccountBankId=&counterAccountBankName="
        "&counterAccountName=&counterAccountNumber=&currency=VND&desc=Thành công"
        "&description=CSCHOHANA12&newField=x&orderCode=20261120002"
        "&paymentLinkId=124c33293c43417ab7879e14c8d9eb18&reference=FT26324999998"
        "&transactionDateTime=2026-11-20 14:02:37&virtualAccountName=&virtualAccountNumber="
    )

    assert payos.signed_text(body["data"]) == text
    assert _hex(KEYS["payos_checksum_key"], text, "sha256") == body["signature"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        ("null", ""),
        ("undefined", ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        ([{"b": 1, "a": "é"}, 2], '[{"a":"é","b":1},2]'),
    ],
)
def test_payos_writes_each_kind_of_value_in_its_own_way(value: object, written: str) -> None:
    assert payos.signed_text({"k": value}) == f"k={written}"


def test_casso_signs_the_body_with_sorted_keys_and_accents_as_they_are() -> None:
    one = recorded("casso/webhooks_v2.jsonl", "signed")
    body = json.loads(one.delivery.content)
    data = json.dumps(dict(sorted(body["data"].items())), ensure_ascii=False, separators=(",", ":"))
    text = f'1795163785000.{{"data":{data},"error":0}}'

    told = one.delivery.headers["X-Casso-Signature"]
    assert told == f"t=1795163785000,v1={_hex(KEYS['casso_checksum_key'], text, 'sha512')}"
    assert one.verify().note == "unescaped form, 1 s old"


def test_casso_may_escape_as_php_does_and_its_age_is_not_judged() -> None:
    one = recorded("casso/webhooks_v2.jsonl", "signed")
    body = b'{"error":0,"data":{"memo":"\xc4\x91/a"}}'
    text = r'1795000000000.{"data":{"memo":"\u0111\/a"},"error":0}'
    header = f"t=1795000000000,v1={_hex(KEYS['casso_checksum_key'], text, 'sha512')}"

    verdict = one.verify(content=body, headers={"x-casso-signature": header})

    assert verdict.is_accepted
    assert verdict.note == "PHP-escaped form, 163786 s old"


def test_a_casso_channel_of_one_version_takes_nothing_of_the_other() -> None:
    v1 = recorded("casso/webhooks_v1.jsonl", "two rows, one without time")
    v2 = recorded("casso/webhooks_v2.jsonl", "signed")

    assert v1.verify().status is SignatureStatus.UNSIGNED
    assert v1.verify(channel=Channel(secrets=v1.channel.secrets, options={"version": "2"})) == BAD
    assert v2.verify(channel=Channel(secrets=v2.channel.secrets, options={"version": "1"})) == BAD


def test_a_casso_channel_of_both_versions_never_lets_a_token_stand_for_a_signature() -> None:
    v1 = recorded("casso/webhooks_v1.jsonl", "two rows, one without time")
    v2 = recorded("casso/webhooks_v2.jsonl", "signed")
    secrets = (*v1.channel.secrets, *v2.channel.secrets)
    both = Channel(secrets=secrets, options={"version": "1+2"})

    assert v1.verify(channel=both).status is SignatureStatus.UNSIGNED
    assert v2.verify(channel=both).status is SignatureStatus.VALID
    forged = {**v2.delivery.headers, **v1.delivery.headers}
    assert v2.verify(channel=both, content=b'{"error":0,"data":{}}', headers=forged) == BAD
    assert v2.verify(channel=both, headers={}) == BAD
    assert casso.DOOR.channel(secrets, {"version": "1+2"}).options["version"] == "1+2"


def test_zalopay_signs_its_inner_text_as_it_stands() -> None:
    body = json.loads(recorded("zalopay/callbacks.jsonl", "paid").delivery.content)

    assert _hex(KEYS["zalopay_key2"], body["data"], "sha256") == body["mac"]
    assert zalopay.DOOR.answer(Outcome.REFUSED).status == 200


def test_vnpay_signs_its_sorted_raw_pairs_without_empty_ones_and_hashes() -> None:
    one = recorded("vnpay/ipn.jsonl", "success")
    query = one.delivery.content.decode()
    pairs = [pair for pair in query.split("&") if not pair.startswith("vnp_SecureHash")]
    text = "&".join(sorted(pairs))

    assert _hex(KEYS["vnpay_hash_secret"], text, "sha512") == query.rpartition("=")[2]
    shuffled = "&".join(reversed(query.split("&")))
    assert one.verify(content=shuffled.encode()).is_accepted
    more = f"{query}&vnp_SecureHashType=SHA512&vnp_CardNo="
    assert one.verify(content=more.encode()).is_accepted


def test_vnpay_hashes_of_querydr_are_as_recorded() -> None:
    exchange = json.loads(sample("vnpay/querydr.json"))
    key = KEYS["vnpay_hash_secret"]

    assert vnpay.answer_text(exchange["response"]) == exchange["response_hash_input"]
    text = exchange["request_hash_input"]
    assert _hex(key, text, "sha512") == exchange["request"]["vnp_SecureHash"]
    answer = json.dumps(exchange["response"]).encode()
    one = recorded("vnpay/ipn.jsonl", "success")
    assert one.verify(content=answer).is_accepted
    assert one.verify(content=answer.replace(b"6886600", b"6886700")) == BAD


def test_viettel_signs_seven_values_with_nothing_between_by_the_digest_of_the_contract() -> None:
    one = recorded("viettel/callbacks.jsonl", "paid")
    form = dict(parse_qsl(one.delivery.content.decode()))
    names = "access_code billcode merchant_code order_id payment_status trans_amount"
    text = "".join(form[name] for name in [*names.split(), "vt_transaction_id"])
    digest = hmac.digest(KEYS["viettel_hash_key"].encode(), text.encode(), "sha1")

    assert base64.b64encode(digest).decode() == form["check_sum"]
    other = Channel(secrets=one.channel.secrets, options={"digest": "sha256"})
    assert one.verify(channel=other) == BAD


def test_shopeepay_comes_from_its_own_client() -> None:
    one = recorded("shopeepay/notify.jsonl", "paid")
    digest = hmac.digest(KEYS["shopeepay_secret"].encode(), one.delivery.content, "sha256")

    assert base64.b64encode(digest).decode() == one.delivery.headers["X-Airpay-Req-H"]
    headers = {**one.delivery.headers, "X-Airpay-ClientId": "11000002"}
    assert one.verify(headers=headers) == BAD


def _hex(key: str, text: str, digest: str) -> str:
    return hmac.new(key.encode(), text.encode(), digest).hexdigest()


# Channels and answers.

OPTIONS: Mapping[str, Mapping[str, str]] = {
    "stripe": {"account": "acct_1"},
    "casso": {"version": "2"},
    "momo": {"access_key": "A"},
    "viettel": {"digest": "sha1"},
    "shopeepay": {"amount_scale": "100"},
}
ADDRESS = "a-secret-address-of-ours"


@pytest.mark.parametrize("provider", DOORS)
def test_a_channel_opens_with_a_secret_and_what_the_contract_settles(provider: str) -> None:
    door, options = DOORS[provider], OPTIONS.get(provider, {})

    assert door.channel((ADDRESS,), options).secrets == (ADDRESS,)
    for secrets in ((), ("",), (ADDRESS, "")):
        with pytest.raises(ChannelRefused, match="no secret"):
            door.channel(secrets, options)
    with pytest.raises(ChannelRefused, match="'colour' is none of"):
        door.channel((ADDRESS,), {**options, "colour": "red"})
    for name in options:
        with pytest.raises(ChannelRefused, match=f"'{name}' is missing"):
            door.channel((ADDRESS,), {k: v for k, v in options.items() if k != name})


@pytest.mark.parametrize(
    ("provider", "option", "value"),
    [
        ("sepay", "auth", "none"),
        ("casso", "version", "3"),
        ("viettel", "digest", "md5"),
        ("shopeepay", "amount_scale", "10"),
    ],
)
def test_an_option_is_one_of_those_that_are_known(provider: str, option: str, value: str) -> None:
    with pytest.raises(ChannelRefused, match=f"{option} is '{value}'"):
        DOORS[provider].channel((ADDRESS,), {option: value})


@pytest.mark.parametrize("provider", [name for name, door in DOORS.items() if not door.is_signed])
def test_an_address_that_stands_for_a_signature_is_not_guessed(provider: str) -> None:
    with pytest.raises(ChannelRefused, match="16 characters"):
        DOORS[provider].channel(("short",), {})


def test_secrets_are_not_shown() -> None:
    assert "hush-hush" not in repr(DOORS["sepay"].channel(("hush-hush",), {}))


def test_each_provider_hears_what_it_expects() -> None:
    def told(provider: str, outcome: Outcome) -> tuple[int, Any]:
        answer = DOORS[provider].answer(outcome)
        return answer.status, answer.body

    assert told("vnpay", Outcome.TAKEN) == (200, {"RspCode": "00", "Message": "Confirm Success"})
    codes = {
        outcome: DOORS["vnpay"].answer(outcome).decisive
        for outcome in (Outcome.ORDER_MISSING, Outcome.REPEATED, Outcome.ORDER_AMOUNT)
    }
    assert codes == {
        Outcome.ORDER_MISSING: {"RspCode": "01"},
        Outcome.REPEATED: {"RspCode": "02"},
        Outcome.ORDER_AMOUNT: {"RspCode": "04"},
    }
    assert told("momo", Outcome.REPEATED) == (204, None)
    assert told("momo", Outcome.REFUSED) == (401, {"success": False})
    assert told("zalopay", Outcome.REPEATED)[1]["return_code"] == 2
    assert told("mpesa", Outcome.TAKEN) == (200, {"ResultCode": 0, "ResultDesc": "Accepted"})
    assert told("shopeepay", Outcome.TAKEN) == (200, {"errcode": 0})


def test_only_vnpay_asks_and_gsma_puts() -> None:
    methods = {name: door.method for name, door in DOORS.items() if door.method != "POST"}

    assert methods == {"vnpay": "GET", "gsma": "PUT"}


@pytest.mark.parametrize("one", RECORDED, ids=str)
def test_the_bytes_tell_the_provider_and_the_door(one: Recorded) -> None:
    content = one.delivery.content
    known = [reader.provider for reader in READERS.values() if reader.identify(content, "x")]
    reader = identify(content, "x")

    assert known == [one.door.provider]
    assert reader is READERS[one.door.provider]
    assert usual_channel(one.door.provider, content) is SourceChannel.WEBHOOK


@pytest.mark.parametrize(
    "entry", [entry for entry in SAMPLES.manifest if entry["kind"] in {"poll", "file"}], ids=str
)
def test_a_page_or_a_file_comes_through_no_door(entry: Mapping[str, Any]) -> None:
    channel = usual_channel(entry["provider"], sample(entry["file"]))

    assert channel.value == entry["kind"]


def test_the_kept_headers_carry_signatures_and_no_secret() -> None:
    for one in CHECKED:
        kept = {
            value
            for name, value in one.delivery.headers.items()
            if name.lower() in one.door.signed_headers
        }
        assert kept.isdisjoint(one.channel.secrets)
    assert sample_channel(SAMPLES.manifest[-1] | {"provider": "gsma"}, SAMPLES).secrets


def test_a_rotated_casso_token_is_one_of_several() -> None:
    one = recorded("casso/webhooks_v1.jsonl", "two rows, one without time")

    assert one.verify(channel=one.with_secrets("new", *one.channel.secrets)).is_accepted
    assert casso.DOOR.signed_headers == ("x-casso-signature",)
