"""GSMA and MTN: polled pages, and callbacks that only say where to look."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.feeds.catalogue import Book, book_of
from reconciliation.records import (
    Direction,
    FeedReading,
    FileAction,
    SourceChannel,
    Status,
    TransactionType,
)
from tests.feed_samples import read, sample

PAGE: dict[str, Any] = json.loads(sample("gsma/transactions.json"))
REQUEST: dict[str, Any] = json.loads(sample("mtn/requesttopay.jsonl").splitlines()[0])
REFERENCE = "6e1c6b5e-3a52-4c1c-9a53-0d3b8f1f0a01"


def gsma(body: Any, account: str | None = "MERCH-A12") -> FeedReading:
    return read("gsma", json.dumps(body).encode(), account=account, channel=SourceChannel.POLL)


def gsma_changed(**changes: Any) -> FeedReading:
    return gsma([{**PAGE["body"][0], **changes}])


def mtn(exchange: Any, **context: Any) -> FeedReading:
    content = json.dumps(exchange).encode()
    return read("mtn", content, account="prod", channel=SourceChannel.POLL, **context)


def mtn_changed(**changes: Any) -> FeedReading:
    return mtn({**REQUEST, "body": {**REQUEST["body"], **changes}})


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("51000", "VND", 51_000),
        ("51000.00", "VND", 51_000),
        ("51.000", "VND", 51),
        ("50", "EUR", 5_000),
        ("50.5", "EUR", 5_050),
        ("50.5000", "EUR", 5_050),
        ("1.234", "KWD", 1_234),
    ],
)
def test_amounts_are_decimals_and_never_grouped(amount: str, currency: str, minor: int) -> None:
    assert gsma_changed(amount=amount, currency=currency, fees=[]).transactions[0].amount == minor
    assert mtn_changed(amount=amount, currency=currency).transactions[0].amount == minor


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("51.5", "VND"),
        ("50.505", "EUR"),
        ("1,000", "EUR"),
        ("1e5", "VND"),
        ("１２３", "VND"),
        ("-1", "VND"),
        ("-0", "EUR"),
        ("0", "EUR"),
        ("007", "VND"),
        ("1.", "EUR"),
        (1e5, "VND"),
        ("10000000000000001", "VND"),
        ("5", "vnd"),
        ("5", None),
    ],
)
def test_other_amounts_wait_for_a_person(amount: object, currency: object) -> None:
    for reading in (
        gsma_changed(amount=amount, currency=currency, fees=[]),
        mtn_changed(amount=amount, currency=currency),
    ):
        assert [reject.reason[:6] for reject in reading.rejects] == ["amount"]
        assert "+84900000001" not in reading.rejects[0].raw
        assert "46733123450" not in reading.rejects[0].raw


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("merchantpay", TransactionType.PAYMENT),
        ("billpay", TransactionType.PAYMENT),
        ("inttransfer", TransactionType.TRANSFER),
        ("deposit", TransactionType.TOPUP),
        ("disbursement", TransactionType.PAYOUT),
        ("adjustment", TransactionType.ADJUSTMENT),
        ("loan", TransactionType.OTHER),
    ],
)
def test_gsma_types_are_read(kind: str, expected: TransactionType) -> None:
    assert gsma_changed(type=kind).transactions[0].transaction_type is expected


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Completed", Status.SUCCEEDED),
        ("SUCCESSFUL", Status.SUCCEEDED),
        ("accepted", Status.PENDING),
        ("declined", Status.FAILED),
        ("reversed", Status.REVERSED),
        ("held", Status.UNKNOWN),
        (None, Status.UNKNOWN),
    ],
)
def test_gsma_statuses_are_read_in_any_case(word: object, status: Status) -> None:
    assert gsma_changed(transactionStatus=word).transactions[0].status is status


def test_the_payer_is_the_party_that_is_debited() -> None:
    assert gsma_changed().transactions[0].payer == "+84900000001"
    assert gsma(PAGE).transactions[3].payer is None
    assert gsma(PAGE).transactions[3].direction is Direction.DEBIT


def test_a_transaction_of_neither_or_both_sides_waits() -> None:
    us = [{"key": "accountid", "value": "MERCH-A12"}]

    assert gsma_changed(creditParty=[]).rejects[0].reason == "amount_sides"
    assert gsma_changed(debitParty=us).rejects[0].reason == "amount_sides"


def test_the_account_of_the_request_is_the_account_of_the_page() -> None:
    assert gsma(PAGE, account=None).transactions[0].provider_account_id == "MERCH-A12"
    assert gsma(PAGE, account="ANOTHER").reason == "wrong_account"


def test_a_window_of_which_rows_are_missing_does_not_agree() -> None:
    headers = {"x-records-available-count": "5"}

    [whole] = gsma(PAGE).statements
    [part] = gsma({**PAGE, "response_headers": headers}).statements

    assert (whole.control_status, whole.completeness) == ("agree", "complete")
    assert (part.declared_count, part.control_status, part.completeness) == (5, "differ", "partial")


def test_a_page_without_its_headers_or_of_statement_entries_has_no_totals() -> None:
    entries = json.loads(sample("gsma/statemententries.json"))

    assert gsma(PAGE["body"]).statements == ()
    assert gsma(entries).statements == ()
    assert {book_of(row) for row in gsma(entries).transactions} == {Book.PAYMENTS}


def test_an_error_of_the_api_is_no_page() -> None:
    reading = gsma(json.loads(sample("gsma/error_429_like.json")))

    assert (reading.action, reading.reason) == (FileAction.REJECT_FILE, "schema")
    assert reading.warnings == ("the API refused: rateLimitError",)


def test_fees_of_another_currency_wait_for_a_person() -> None:
    fee = [{"feeType": "mdr", "feeAmount": "1", "feeCurrency": "USD"}]

    assert gsma_changed(fees=fee).rejects[0].reason == "amount"


@pytest.mark.parametrize("time", ["2026-11-20T09:01:00+07:00", "2026-11-20T02:01:00.000Z"])
def test_times_are_read_with_their_offset(time: str) -> None:
    row = gsma_changed(creationDate=time).transactions[0]

    assert row.occurred_at == gsma(PAGE).transactions[0].occurred_at
    assert row.time_precision == ("ms" if "." in time else "second")


@pytest.mark.parametrize("time", ["2026-11-20T02:01:00", "2026-11-20T02:01:00+99:00", 5, "x"])
def test_times_without_an_offset_wait(time: object) -> None:
    assert gsma_changed(creationDate=time).rejects[0].reason == "date"


def test_a_gsma_callback_names_the_object_to_read() -> None:
    body = {"serverCorrelationId": "c1", "status": "completed", "objectReference": "REF-1"}

    assert gsma(body).notices == ("transactions/REF-1",)
    assert gsma({**body, "objectReference": None}).notices == ("requeststates/c1",)
    assert gsma(body).transactions == ()


def test_mtn_keys_a_request_by_its_reference_whatever_comes_later() -> None:
    pending = mtn_changed(status="PENDING", financialTransactionId=None).transactions[0]
    done = mtn_changed().transactions[0]

    assert pending.dedupe_key == done.dedupe_key == f"mtn:prod:{REFERENCE}"
    assert (pending.provider_transaction_id, done.provider_transaction_id) == (
        REFERENCE,
        "363440463",
    )
    assert (pending.status, done.status) == (Status.PENDING, Status.SUCCEEDED)


@pytest.mark.parametrize("changes", [{"status": 404}, {"body": "x"}, {"body": {"amount": "1"}}])
def test_an_answer_that_is_no_request_waits(changes: dict[str, Any]) -> None:
    assert mtn({**REQUEST, **changes}).transactions == ()
    assert len(mtn({**REQUEST, **changes}).rejects) == 1


def test_several_answers_are_rows_of_one_content() -> None:
    lines = [{"reference_id": f"r{n}", "body": REQUEST["body"]} for n in (1, 2)]
    content = "\n".join(json.dumps(line) for line in lines).encode()

    reading = read("mtn", content, account="prod", channel=SourceChannel.POLL)

    assert [(row.row, row.dedupe_key) for row in reading.transactions] == [
        (1, "mtn:prod:r1"),
        (2, "mtn:prod:r2"),
    ]


def test_an_mtn_callback_asks_for_the_request_its_address_names() -> None:
    callback = json.loads(sample("mtn/callbacks.jsonl"))
    content = callback["body"].encode()

    told = read("mtn", content, channel=SourceChannel.WEBHOOK, name=callback["reference_id"])

    assert told.notices == (f"requesttopay/{callback['reference_id']}",)
    assert told.transactions == ()
    assert read("mtn", content, channel=SourceChannel.WEBHOOK).notices == ()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@given(data=st.data(), value=VALUES)
def test_any_field_may_hold_anything(data: st.DataObject, value: Any) -> None:
    gsma_changed(**{data.draw(st.sampled_from(sorted(PAGE["body"][0]))): value})
    gsma({**PAGE, data.draw(st.sampled_from(sorted(PAGE))): value})
    mtn_changed(**{data.draw(st.sampled_from(sorted(REQUEST["body"]))): value})
    mtn({**REQUEST, data.draw(st.sampled_from(sorted(REQUEST))): value})
    gsma({"serverCorrelationId": value, "status": value, "objectReference": value})
