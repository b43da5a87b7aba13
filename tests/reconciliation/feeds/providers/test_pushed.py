"""What holds for every provider that pushes: nothing guessed, nothing dropped, nobody named."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.feeds.catalogue import READERS, Book, book_of, identify
from reconciliation.feeds.reading.bodies import TEST_PING
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.records import FeedReading, FileAction, SourceChannel, Status
from tests.reconciliation.feeds.recorded import GOOD, Recorded, recorded

Change = Callable[[Recorded, str, Any], bytes]


def _top(one: Recorded, field: str, value: Any) -> bytes:
    return json.dumps({**json.loads(one.delivery.content), field: value}).encode()


def _data(one: Recorded, field: str, value: Any) -> bytes:
    body = json.loads(one.delivery.content)
    return json.dumps({**body, "data": {**body["data"], field: value}}).encode()


def _first(one: Recorded, field: str, value: Any) -> bytes:
    body = json.loads(one.delivery.content)
    return json.dumps({**body, "data": [{**body["data"][0], field: value}]}).encode()


def _text(one: Recorded, field: str, value: Any) -> bytes:
    body = json.loads(one.delivery.content)
    data = json.dumps({**json.loads(body["data"]), field: value})
    return json.dumps({**body, "data": data}).encode()


def _form(one: Recorded, field: str, value: Any) -> bytes:
    fields = dict(parse_qsl(one.delivery.content.decode()))
    return urlencode({**fields, field: value}).encode()


class Kind:
    """One provider's payment, how a field of it is changed, and how its fields are called."""

    def __init__(self, file: str, case: str, change: Change, amount: str, key: str, scale: int = 1):
        self.one, self.change = recorded(file, case), change
        self.amount, self.key, self.scale = amount, key, scale

    def read(self, **changes: Any) -> FeedReading:
        """Read the payment with one field changed."""
        [(field, value)] = changes.items()
        return self.one.read(self.change(self.one, field, value))


KINDS: Mapping[str, Kind] = {
    "casso v1": Kind(
        "casso/webhooks_v1.jsonl", "two rows, one without time", _first, "amount", "id"
    ),
    "casso v2": Kind("casso/webhooks_v2.jsonl", "signed", _data, "amount", "id"),
    "payos": Kind("payos/webhooks.jsonl", "paid", _data, "amount", "reference"),
    "momo": Kind("momo/ipn.jsonl", "success", _top, "amount", "transId"),
    "zalopay": Kind("zalopay/callbacks.jsonl", "paid", _text, "amount", "zp_trans_id"),
    "vnpay": Kind("vnpay/ipn.jsonl", "success", _form, "vnp_Amount", "vnp_TransactionNo", 100),
    "viettel": Kind("viettel/callbacks.jsonl", "paid", _form, "trans_amount", "vt_transaction_id"),
    "shopeepay": Kind("shopeepay/notify.jsonl", "paid", _top, "amount", "transaction_sn", 100),
    "mpesa": Kind("mpesa/c2b_confirmations.jsonl", "pay bill", _top, "TransAmount", "TransID"),
}
kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
JSON_KINDS = {name: kind for name, kind in KINDS.items() if kind.change is not _form}

NO_AMOUNTS = [
    "",
    " ",
    "1e5",
    "１２３",
    "-0",
    "+1",
    "01",
    "1 000",
    "1,000",
    "0",
    "0x10",
    "1_000",
    "NaN",
]


@kinds
@pytest.mark.parametrize("amount", [*NO_AMOUNTS, "-68866", str(10**16), str(10**30), "68.866.000"])
def test_what_is_no_amount_waits_for_a_person(kind: Kind, amount: str) -> None:
    if "casso" in kind.one.file and amount == "-68866":
        assert kind.read(**{kind.amount: amount}).transactions[0].direction.value == "debit"
        return
    reading = kind.read(**{kind.amount: amount})

    assert reading.action is FileAction.QUARANTINE_ROWS
    assert reading.transactions == ()
    assert reading.rejects[0].reason in {"amount", "amount_range", "amount_sign"}


@pytest.mark.parametrize("kind", JSON_KINDS.values(), ids=JSON_KINDS)
@pytest.mark.parametrize("amount", [1e5, 0.5, 1e30, None, True, [], {}, 10**16, 0])
def test_no_number_is_rounded_or_guessed(kind: Kind, amount: object) -> None:
    content = kind.change(kind.one, kind.amount, "AMOUNT").replace(b'"AMOUNT"', _json(amount))
    content = content.replace(b'\\"AMOUNT\\"', _json(amount))

    assert kind.one.read(content).transactions == ()


def _json(value: object) -> bytes:
    return (f"{value:e}" if isinstance(value, float) else json.dumps(value)).encode()


@kinds
@given(amount=st.integers(1, 10**13))
def test_an_amount_is_what_was_sent(kind: Kind, amount: int) -> None:
    told = f"{amount}.00" if kind.amount == "TransAmount" else str(amount * kind.scale)
    exponent = 100 if kind.amount == "TransAmount" else 1

    [row, *_] = kind.read(**{kind.amount: told}).transactions

    assert row.amount == amount * exponent


@pytest.mark.parametrize("name", ["vnpay", "shopeepay"])
def test_a_scaled_amount_must_divide(name: str) -> None:
    kind = KINDS[name]

    assert kind.read(**{kind.amount: "6886650"}).rejects[0].reason == "amount"


@kinds
def test_an_id_keeps_every_digit(kind: Kind) -> None:
    for identifier in ("9007199254740993", "90071992547409931234567"):
        content = kind.change(kind.one, kind.key, identifier)
        for sent in (content, content.replace(f'"{identifier}"'.encode(), identifier.encode())):
            row = kind.one.read(sent).transactions[0]
            assert row.provider_transaction_id == identifier
            assert row.dedupe_key.endswith(f":{identifier}")


@pytest.mark.parametrize("kind", JSON_KINDS.values(), ids=JSON_KINDS)
@pytest.mark.parametrize("identifier", ["", None, True, [], {"a": 1}, 1.5])
def test_what_is_no_id_waits_for_a_person(kind: Kind, identifier: object) -> None:
    reading = kind.read(**{kind.key: identifier})

    assert reading.rejects[0].reason == "reference"
    assert len(reading.transactions) + len(reading.rejects) == 1


@kinds
def test_an_unknown_field_is_told_and_does_no_harm(kind: Kind) -> None:
    reading = kind.read(colour="red")

    assert reading.action is FileAction.ACCEPT
    assert "unknown field colour" in reading.warnings
    known = kind.one.read()
    assert reading.transactions[0] == known.transactions[0]
    assert not any("unknown" in warning for warning in known.warnings)


@kinds
def test_rows_are_payments_as_they_happen(kind: Kind) -> None:
    assert {book_of(row) for row in kind.one.read().transactions} == {Book.PAYMENTS}


PAYERS = {
    "casso v1": ("0351000646393", "NGUYEN VAN A"),
    "viettel": ("84980000000",),
    "mpesa": ("2547 ***** 149", "JOHN"),
    "zalopay": ("rPFake",),
    "shopeepay": ("fake",),
}


@pytest.mark.parametrize("name", PAYERS)
def test_a_row_that_waits_shows_nobody_who_paid(name: str) -> None:
    kind = KINDS[name]

    reading = kind.read(**{kind.amount: "x"})

    assert not any(payer in reading.rejects[0].raw for payer in PAYERS[name])
    assert kind.one.read().transactions[0].payer


@kinds
@given(data=st.data())
def test_a_mutated_body_never_raises(kind: Kind, data: st.DataObject) -> None:
    content = bytearray(kind.one.delivery.content)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        pieces = st.binary(max_size=6) | st.sampled_from(
            [b'"', b"{}", b"[]", b"null", b"\\ud800", b"&", b"=", b"%00", b"1e999", b"\\"]
        )
        content[at : at + data.draw(st.integers(0, 8))] = data.draw(pieces)

    reading = kind.one.read(bytes(content))

    assert (reading.action is FileAction.REJECT_FILE) == bool(
        reading.reason and not reading.rejects
    )
    for row in reading.transactions:
        assert 0 < row.amount <= 10**15


@pytest.mark.parametrize("provider", READERS)
@pytest.mark.parametrize("one", [kind.one for kind in KINDS.values()], ids=str)
def test_any_reader_given_the_bytes_of_another_refuses_them(one: Recorded, provider: str) -> None:
    content = one.delivery.content
    reader = READERS[provider]
    context = ReadContext(account="1", channel=SourceChannel.FILE)
    for end in range(0, len(content), max(1, len(content) // 40)):
        identify(content[:end], "x")
        reading = reader.read(content[:end], context=context)
        assert reading.transactions == ()
    if provider != one.door.provider:
        assert reader.read(content, context=context).transactions == ()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@pytest.mark.parametrize("kind", JSON_KINDS.values(), ids=JSON_KINDS)
@given(data=st.data(), value=VALUES)
def test_any_field_may_hold_anything(kind: Kind, data: st.DataObject, value: Any) -> None:
    row = kind.change(kind.one, "x", 1)
    body = json.loads(row)
    holder = body.get("data", body)
    holder = json.loads(holder) if isinstance(holder, str) else holder
    holder = holder[0] if isinstance(holder, list) else holder
    field = data.draw(st.sampled_from(sorted(holder)))

    kind.read(**{field: value})
    kind.one.read(_top(kind.one, data.draw(st.sampled_from(sorted(body))), value))


@kinds
def test_another_account_than_the_channels_is_refused(kind: Kind) -> None:
    account = kind.one.read().transactions[0].provider_account_id
    for named, is_let_in in ((account, True), ("another", False)):
        channel = replace(kind.one.channel, options={**kind.one.channel.options, "account": named})
        reading = replace(kind.one, channel=channel).read()
        assert bool(reading.transactions) is is_let_in
        assert is_let_in or reading.reason in {"wrong_account", "reference"}


@pytest.mark.parametrize("one", [one for one in GOOD if one.verdict == "test_ping"], ids=str)
def test_a_test_ping_makes_no_row(one: Recorded) -> None:
    assert one.read() == FeedReading(FileAction.ACCEPT, warnings=(TEST_PING,))


# One provider's own ways.


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (0, Status.SUCCEEDED),
        (9000, Status.AUTHORISED),
        (1000, Status.PENDING),
        (7002, Status.PENDING),
        (1006, Status.FAILED),
        (1088, Status.FAILED),
        (42, Status.UNKNOWN),
    ],
)
def test_momo_codes_are_read(code: int, status: Status) -> None:
    assert KINDS["momo"].read(resultCode=code).transactions[0].status is status


@pytest.mark.parametrize("extra", ["%%%", "eyJ", "W10=", "bm8="])
def test_extra_data_that_is_not_ours_names_no_store(extra: str) -> None:
    reading = KINDS["momo"].read(extraData=extra)

    assert reading.transactions[0].store_id is None
    assert reading.warnings == ("extraData is no JSON of ours",)


def test_the_store_of_an_order_is_read() -> None:
    assert KINDS["momo"].one.read().transactions[0].store_id == "A12"
    assert KINDS["zalopay"].one.read().transactions[0].store_id == "A12"
    assert KINDS["zalopay"].read(embed_data="x").warnings == ("embed_data is no JSON of ours",)


@pytest.mark.parametrize(
    ("status", "response", "expected"),
    [
        ("00", "00", Status.SUCCEEDED),
        ("01", "00", Status.PENDING),
        ("04", "00", Status.REVERSED),
        ("07", "07", Status.PENDING),
        ("02", "24", Status.CANCELLED),
        ("02", "51", Status.FAILED),
        ("99", "00", Status.UNKNOWN),
    ],
)
def test_vnpay_codes_are_read(status: str, response: str, expected: Status) -> None:
    kind = KINDS["vnpay"]
    content = _form(kind.one, "vnp_TransactionStatus", status)
    fields = {**dict(parse_qsl(content.decode())), "vnp_ResponseCode": response}

    assert kind.one.read(urlencode(fields).encode()).transactions[0].status is expected


def test_a_parameter_that_stands_twice_is_refused() -> None:
    """Empty parameters are not signed: a second one would unsay the first."""
    one = KINDS["vnpay"].one

    reading = one.read(one.delivery.content + b"&vnp_ResponseCode=")

    assert one.verify(content=one.delivery.content + b"&vnp_ResponseCode=").is_accepted
    assert (reading.action, reading.reason) == (FileAction.REJECT_FILE, "schema")


def test_a_payment_without_number_is_keyed_by_its_order_and_time() -> None:
    kind = KINDS["vnpay"]

    [row] = kind.read(vnp_TransactionNo="0").transactions

    assert row.dedupe_key == "vnpay:CHOHAN01:ref:CHOHANA120001:20261120140237"
    content = kind.change(kind.one, "vnp_TransactionNo", "0").replace(b"vnp_PayDate", b"vnp_x")
    assert kind.one.read(content).rejects[0].reason == "reference"


def test_the_id_0_of_casso_v1_is_no_transfers() -> None:
    assert KINDS["casso v1"].read(id=0).rejects[0].reason == "reference"


def test_a_casso_row_that_cannot_be_read_does_not_hold_up_the_others() -> None:
    one = KINDS["casso v1"].one
    body = json.loads(one.delivery.content)
    body["data"][0]["when"] = "2026-02-30 10:00:00"

    reading = one.read(json.dumps(body).encode())

    assert [row.row for row in reading.transactions] == [2]
    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(1, "date")]


def test_casso_is_read_in_the_names_of_other_integrations() -> None:
    one = KINDS["casso v1"].one
    body = json.loads(one.delivery.content)
    item = body["data"][0]
    item["sub_acc_id"] = item.pop("subAccId")
    item["corresponsive_account"] = item.pop("corresponsiveAccount")

    assert one.read(json.dumps(body).encode()).transactions[0] == one.read().transactions[0]


def test_a_link_in_another_currency_waits_for_a_person() -> None:
    assert KINDS["payos"].read(currency="USD").rejects[0].reason == "amount"


def test_a_failed_payos_payment_is_a_row_that_moved_nothing() -> None:
    [row] = KINDS["payos"].read(code="01").transactions

    assert (row.status, row.provider_status) == (Status.FAILED, "01")


@pytest.mark.parametrize("time", ["20260230000000", "2026112009150", "", None, 5, "２０２６"])
def test_a_time_that_does_not_exist_waits_for_a_person(time: object) -> None:
    assert KINDS["mpesa"].read(TransTime=time).rejects[0].reason == "date"


def test_without_a_scale_nobody_guesses_shopeepays_amounts() -> None:
    one = KINDS["shopeepay"].one
    reading = replace(one, channel=replace(one.channel, options={})).read()

    assert [reject.reason for reject in reading.rejects] == ["amount"]
