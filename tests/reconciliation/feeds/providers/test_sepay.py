"""SePay bodies: one transfer each, nothing guessed, ids as they were sent."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from reconciliation.feeds.catalogue import Book, book_of
from reconciliation.feeds.reading.bodies import TEST_PING
from reconciliation.records import (
    Direction,
    FeedReading,
    FileAction,
    SourceChannel,
    TransactionType,
)
from tests.feed_samples import read

PLAIN: dict[str, Any] = {
    "id": 92704,
    "gateway": "Vietcombank",
    "transactionDate": "2026-11-20 14:02:37",
    "accountNumber": "0123499999",
    "code": None,
    "content": "CT tu 0351000646393 NGUYEN VAN A mua rau",
    "transferType": "in",
    "transferAmount": 68866,
    "accumulated": 19077000,
    "subAccount": None,
    "referenceCode": "MBVCB.3278907687",
    "description": "",
}


def read_body(content: bytes, account: str | None = None) -> FeedReading:
    return read("sepay", content, account=account, channel=SourceChannel.WEBHOOK)


def read_changed(**changes: Any) -> FeedReading:
    return read_body(json.dumps({**PLAIN, **changes}).encode())


def test_money_out_is_a_transfer() -> None:
    row = read_changed(transferType="out").transactions[0]

    assert (row.direction, row.transaction_type) == (Direction.DEBIT, TransactionType.TRANSFER)
    assert row.payer is None


def test_the_payer_of_money_in_is_named_by_the_memo() -> None:
    assert read_changed().transactions[0].payer == "0351000646393"


def test_webhook_rows_are_payments() -> None:
    assert book_of(read_changed().transactions[0]) is Book.PAYMENTS


@pytest.mark.parametrize("identifier", [92704, "92704", "0b8f6c1e-5f9e-4b5f-8a57-2f3a1c9d7e10"])
def test_ids_may_be_numbers_or_texts(identifier: object) -> None:
    row = read_changed(id=identifier).transactions[0]

    assert row.provider_transaction_id == str(identifier)
    assert row.dedupe_key == f"sepay:0123499999:{identifier}"


def test_a_long_id_keeps_every_digit() -> None:
    row = read_changed(id=9007199254740993).transactions[0]

    assert row.provider_transaction_id == "9007199254740993"


@pytest.mark.parametrize("identifier", [0, "0"])
def test_id_zero_is_a_test_ping(identifier: object) -> None:
    reading = read_changed(id=identifier)

    assert (reading.action, reading.transactions) == (FileAction.ACCEPT, ())
    assert reading.warnings == (TEST_PING,)


@pytest.mark.parametrize("balance", [0, None, "", "0"])
def test_a_balance_of_nothing_is_unknown(balance: object) -> None:
    assert read_changed(accumulated=balance).transactions[0].balance_after is None


@pytest.mark.parametrize("amount", ["68,866", "68866.00", 68866.0])
def test_amounts_may_be_texts_of_the_same_grammar(amount: object) -> None:
    assert read_changed(transferAmount=amount).transactions[0].amount == 68866


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"transferAmount": 68866.5}, "amount"),
        ({"transferAmount": "68.86"}, "amount"),
        ({"transferAmount": None}, "amount"),
        ({"transferAmount": True}, "amount"),
        ({"transferAmount": [1]}, "amount"),
        ({"transferAmount": 0}, "amount"),
        ({"transferAmount": -5}, "amount_sign"),
        ({"transferAmount": 10**16}, "amount_range"),
        ({"transferType": "IN"}, "amount_sides"),
        ({"transferType": None}, "amount_sides"),
        ({"transactionDate": "20/11/2026"}, "date"),
        ({"transactionDate": "2026-11-31 00:00:00"}, "date"),
        ({"transactionDate": 1795158159}, "date"),
        ({"accumulated": "x"}, "balance"),
        ({"id": None}, "reference"),
        ({"id": 92704.5}, "reference"),
        ({"id": ""}, "reference"),
    ],
)
def test_an_unreadable_field_waits_for_a_person(changes: dict[str, Any], reason: str) -> None:
    reading = read_changed(**changes)

    assert (reading.action, reading.reason) == (FileAction.QUARANTINE_ROWS, reason)
    assert reading.transactions == ()
    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(1, reason)]
    assert json.loads(reading.rejects[0].raw)["gateway"] == "Vietcombank"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"{", "not_parseable"),
        (b"[" * 100_000, "not_parseable"),
        (b'{"id": NaN}', "not_parseable"),
        (b'{"id": ' + b"9" * 5000 + b"}", "not_parseable"),
        (b"[]", "schema"),
        (b"1", "schema"),
        (b"{}", "schema"),
        (b'{"id": 1, "transferAmount": 5}', "schema"),
        (b'{"content": "\xff"}', "encoding"),
        (json.dumps({**PLAIN, "accountNumber": None}).encode(), "schema"),
        (json.dumps({**PLAIN, "content": "a\0b"}).encode(), "control_character"),
        (json.dumps({**PLAIN, "content": "a\ud800b"}).encode(), "encoding"),
    ],
)
def test_a_body_that_is_no_transfer_is_refused_whole(content: bytes, reason: str) -> None:
    reading = read_body(content)

    assert (reading.action, reading.reason) == (FileAction.REJECT_FILE, reason)


def test_a_body_of_another_account_than_the_channels_is_refused() -> None:
    content = json.dumps(PLAIN).encode()

    assert read_body(content, "0123499999").action is FileAction.ACCEPT
    assert read_body(content, "777").reason == "wrong_account"


def test_an_unknown_field_is_told_and_harms_nothing() -> None:
    reading = read_changed(newField=1)

    assert len(reading.transactions) == 1
    assert reading.warnings == ("unknown field newField",)


def test_a_form_body_is_read_like_json() -> None:
    form = urlencode({key: value for key, value in PLAIN.items() if value is not None})

    from_form, from_json = read_body(form.encode()), read_changed()

    assert from_form.transactions == from_json.transactions


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        (b"id=1&content=%FF", "encoding"),
        (b"id=1&content=%00", "control_character"),
        (b"id=1&content=\xc3\xa1", "encoding"),
        (b"id=1" + b"&a=1" * 200, "not_parseable"),
    ],
)
def test_a_bad_form_body_is_refused_whole(form: bytes, reason: str) -> None:
    assert read_body(form).reason == reason
