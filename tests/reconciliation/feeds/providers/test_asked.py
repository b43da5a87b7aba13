"""Answers to questions about one payment: ZaloPay's query and M-Pesa's TransactionStatusResult."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from merchants.sealing import Sealer
from reconciliation.feeds.catalogue import READERS, ReadContext, identify, usual_channel
from reconciliation.intake.ingest import ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import Direction, FileAction, SourceChannel, Status
from tests.feed_samples import sample
from tests.reconciliation.arrivals import NOW, incoming, ledger
from tests.reconciliation.feeds.recorded import recorded

PAID = sample("zalopay/query_paid.json")
CALLBACK = recorded("zalopay/callbacks.jsonl", "paid").delivery.content
RESULT = recorded("mpesa/status_results.jsonl", "completed").delivery.content
CONFIRMED = recorded("mpesa/c2b_confirmations.jsonl", "pay bill").delivery.content


def result(**values: Any) -> bytes:
    """M-Pesa's answer with values put in or, as ``None``, left out."""
    body = json.loads(RESULT)
    told = {
        one["Key"]: one["Value"] for one in body["Result"]["ResultParameters"]["ResultParameter"]
    }
    pairs = [{"Key": k, "Value": v} for k, v in (told | values).items() if v is not None]
    body["Result"]["ResultParameters"]["ResultParameter"] = pairs
    return json.dumps(body).encode()


def read_mpesa(content: bytes, account: str | None = None) -> Any:
    context = ReadContext(account=account, name="", channel=SourceChannel.WEBHOOK)
    return READERS["mpesa"].read(content, context=context)


@pytest.mark.parametrize(
    ("content", "provider", "channel"),
    [
        (PAID, "zalopay", SourceChannel.POLL),
        (sample("zalopay/query.json"), "zalopay", SourceChannel.POLL),
        (RESULT, "mpesa", SourceChannel.WEBHOOK),
        (sample("mpesa/transaction_status_result.json"), "mpesa", SourceChannel.WEBHOOK),
    ],
)
def test_an_answer_is_recognised(content: bytes, provider: str, channel: SourceChannel) -> None:
    reader = identify(content, "")

    assert reader is READERS[provider]
    assert usual_channel(provider, content) is channel


def test_an_answer_never_comes_through_the_door_of_callbacks() -> None:
    context = ReadContext(account=None, name="", channel=SourceChannel.WEBHOOK)

    reading_ = READERS["zalopay"].read(PAID, context=context)

    assert (reading_.action, reading_.reason) == (FileAction.REJECT_FILE, "schema")


@pytest.mark.parametrize(
    ("provider", "richer", "poorer", "channel"),
    [
        ("zalopay", CALLBACK, PAID, SourceChannel.POLL),
        ("mpesa", CONFIRMED, result(ReceiptNo="SKL1AB2CD3"), SourceChannel.WEBHOOK),
    ],
)
@pytest.mark.parametrize("is_asked_first", [False, True])
def test_an_answer_and_a_notice_are_one_row_that_keeps_what_the_notice_knows(
    engine: sa.Engine,
    tmp_path: Path,
    sealer: Sealer,
    provider: str,
    richer: bytes,
    poorer: bytes,
    channel: SourceChannel,
    *,
    is_asked_first: bool,
) -> None:
    notice = incoming(provider, richer, channel=SourceChannel.WEBHOOK)
    answer = incoming(provider, poorer, channel=channel)
    sent = [answer, notice] if is_asked_first else [notice, answer]

    with writing(engine) as session:
        ingest_many(session, RawStore(tmp_path), sealer=sealer, incoming=sent, now=NOW)
    with reading(engine) as session:
        [row] = ledger(session)

    assert row["merchant_reference"] in {"261120_CHOHANA120001", "CHOHAN-A12-0001"}
    assert row["payer_token"] is not None
    assert row["version"] == (2 if is_asked_first else 1)


def test_the_channel_tells_the_account_where_no_party_is_a_short_code() -> None:
    content = sample("mpesa/transaction_status_result.json")

    [row] = read_mpesa(content, "600638").transactions

    assert (row.provider_account_id, row.amount) == ("600638", 15_000)
    assert read_mpesa(content).reason == "schema"
    assert read_mpesa(RESULT, "600639").reason == "wrong_account"


def test_what_our_own_short_code_gives_is_no_sale() -> None:
    content = result(DebitPartyName="600638 - CHO HAN", CreditPartyName="2547***** - J")

    [row] = read_mpesa(content, "600638").transactions

    assert (row.direction, row.transaction_type.value) == (Direction.DEBIT, "transfer")
    assert row.payer is None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Completed", Status.SUCCEEDED),
        ("Failed", Status.FAILED),
        ("Cancelled", Status.CANCELLED),
        ("Authorized", Status.PENDING),
    ],
)
def test_the_state_is_the_word_of_the_transaction(said: str, status: Status) -> None:
    [row] = read_mpesa(result(TransactionStatus=said)).transactions

    assert (row.status, row.provider_status) == (status, said)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("Amount", "1e3", "amount"),
        ("Amount", 0, "amount"),
        ("FinalisedTime", 20261131091500, "date"),
    ],
)
def test_a_value_nobody_can_read_waits_for_a_person(field: str, value: Any, reason: str) -> None:
    told = read_mpesa(result(**{field: value}))

    assert [one.reason for one in told.rejects] == [reason]
    assert "2547" not in told.rejects[0].raw


@pytest.mark.parametrize(
    "content",
    [
        b'{"Result":{"ResultCode":0,"TransactionID":"X"}}',
        b'{"Result":{"ResultCode":0,"TransactionID":"X","ResultParameters":[]}}',
        result(Amount=None),
    ],
)
def test_an_answer_without_its_values_is_refused(content: bytes) -> None:
    assert read_mpesa(content, "600638").reason == "schema"


def test_a_question_that_found_nothing_says_so_and_makes_no_row() -> None:
    content = recorded("mpesa/status_results.jsonl", "no such transaction").delivery.content

    told = read_mpesa(content)

    assert (told.action, told.transactions) == (FileAction.ACCEPT, ())
    assert told.warnings == ("ResultCode 2032: The transaction does not exist.",)
