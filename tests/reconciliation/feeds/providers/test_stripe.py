"""Stripe's objects: balance transactions, charges, payouts, events and the payout report."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.feeds.catalogue import Book, book_of
from reconciliation.feeds.providers.stripe import event_facts, read_originals, read_payouts
from reconciliation.feeds.providers.stripe_payouts import (
    payout_statement,
    read_payout,
    rows_of_payouts,
)
from reconciliation.records import (
    Direction,
    FeedReading,
    FileAction,
    SourceChannel,
    Status,
    TransactionType,
)
from tests.feed_samples import STRIPE_ACCOUNT, read, refusal_of, sample

PAGE_1 = "stripe/live_vnd_balance_transactions_page1.json"
PAGE_2 = "stripe/live_vnd_balance_transactions_page2.json"
REPORT = "stripe/live_vnd_payout_reconciliation_itemized_5.csv"
ROW: dict[str, Any] = json.loads(sample(PAGE_2))["data"][0]
PAYOUT: dict[str, Any] = json.loads(sample("stripe/live_vnd_payouts.json"))["data"][0]
CHARGE: dict[str, Any] = {
    **json.loads(sample("stripe/mock_GET_v1_charges.json"))["data"][0],
    "amount": 150_000,
    "amount_captured": 150_000,
    "captured": True,
    "currency": "vnd",
    "created": 1795140900,
}


def page(*items: Any) -> bytes:
    return json.dumps({"object": "list", "has_more": False, "data": list(items)}).encode()


def read_page(content: bytes, **context: Any) -> FeedReading:
    context = {"account": STRIPE_ACCOUNT, "channel": SourceChannel.POLL, **context}
    return read("stripe", content, **context)


def all_rows() -> list[Any]:
    originals = {
        **read_originals(sample("stripe/live_vnd_refunds.json")),
        **read_originals(sample("stripe/live_vnd_disputes.json")),
    }
    pages = (sample(PAGE_1), sample(PAGE_2))
    return [
        row for content in pages for row in read_page(content, originals=originals).transactions
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": "x"}, "amount"),
        ({"amount": None}, "amount"),
        ({"amount": 1.5}, "amount"),
        ({"fee": None}, "amount"),
        ({"net": 5}, "net"),
        ({"currency": "dong"}, "amount"),
        ({"currency": None}, "amount"),
        ({"amount": 10**16, "net": 10**16}, "amount_range"),
        ({"created": "yesterday"}, "date"),
        ({"available_on": None}, "date"),
        ({"id": None}, "reference"),
    ],
)
def test_an_unreadable_balance_transaction_waits(changes: dict[str, Any], reason: str) -> None:
    reading = read_page(page(ROW, {**ROW, **changes}))

    assert (reading.action, reading.reason) == (FileAction.QUARANTINE_ROWS, reason)
    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(2, reason)]
    assert len(reading.transactions) == 1


def test_tax_is_told_apart_from_the_fee() -> None:
    details = [{"type": "stripe_fee", "amount": 3000}, {"type": "tax", "amount": 910}]

    row = read_page(page({**ROW, "fee_details": details})).transactions[0]

    assert (row.fee_amount, row.tax_amount, row.net_amount) == (3000, 910, 111090)


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("refund_failure", TransactionType.REFUND_REVERSAL),
        ("dispute_reversal", TransactionType.CHARGEBACK_REVERSAL),
        ("risk_reserved_funds", TransactionType.RESERVE),
        ("topup_reversal", TransactionType.TOPUP),
        ("a_category_of_2031", TransactionType.OTHER),
        (None, TransactionType.OTHER),
    ],
)
def test_the_reporting_category_names_the_type(category: str | None, kind: TransactionType) -> None:
    row = read_page(page({**ROW, "reporting_category": category})).transactions[0]

    assert row.transaction_type is kind


def test_an_expanded_source_names_the_charge_a_refund_takes_back() -> None:
    source = {"id": "re_1", "object": "refund", "charge": "ch_1"}

    row = read_page(page({**ROW, "reporting_category": "refund", "source": source})).transactions[0]

    assert (row.bank_reference, row.original_transaction_id) == ("re_1", "ch_1")


def test_the_page_of_a_payouts_listing_marks_its_rows() -> None:
    rows = read_page(sample(PAGE_2), settlement_id="po_1").transactions

    assert {row.settlement_id for row in rows} == {"po_1"}


def test_an_account_must_be_told() -> None:
    assert read_page(sample(PAGE_1), account=None).reason == "wrong_account"


def test_a_dollar_row_is_an_ordinary_row_in_cents() -> None:
    row = read_page(sample("stripe/mock_GET_v1_balance_transactions.json")).transactions[0]

    assert (row.amount, row.currency, row.currency_exponent) == (100, "USD", 2)


def test_a_charge_is_a_payment_under_its_own_id() -> None:
    row = read_page(page({**CHARGE, "metadata": {"order_id": "A-1"}})).transactions[0]

    assert row.dedupe_key == f"stripe:{STRIPE_ACCOUNT}:{CHARGE['id']}"
    assert (row.transaction_type, row.status) == (TransactionType.PAYMENT, Status.SUCCEEDED)
    assert (row.amount, row.merchant_reference) == (150_000, "A-1")
    assert row.payer == "AOB934RVNwzk6xtn"
    assert book_of(row) is Book.PAYMENTS


def test_balance_transactions_and_report_rows_are_statement_lines() -> None:
    rows = read("stripe", sample(REPORT), account="a").transactions

    assert {book_of(row) for row in [*all_rows(), *rows]} == {Book.STATEMENT}


def test_an_authorisation_that_is_not_captured_makes_no_row() -> None:
    reading = read_page(sample("stripe/mock_GET_v1_charges.json"))

    assert (reading.action, reading.transactions) == (FileAction.ACCEPT, ())
    assert "not captured" in reading.warnings[0]


@pytest.mark.parametrize(
    ("changes", "amount", "status"),
    [
        ({"amount_captured": 100_000}, 100_000, Status.SUCCEEDED),
        ({"status": "failed", "captured": False, "amount_captured": 0}, 150_000, Status.FAILED),
        ({"status": "pending"}, 150_000, Status.PENDING),
        ({"status": "new"}, 150_000, Status.UNKNOWN),
    ],
)
def test_the_status_of_a_charge_decides_its_amount(
    changes: dict[str, Any], amount: int, status: Status
) -> None:
    row = read_page(page({**CHARGE, **changes})).transactions[0]

    assert (row.amount, row.status) == (amount, status)


def test_a_negative_charge_waits() -> None:
    reading = read_page(page({**CHARGE, "amount_captured": -5}))

    assert reading.reason == "amount_sign"


def test_refunds_and_disputes_name_their_charge_and_make_no_row() -> None:
    refunds = sample("stripe/live_vnd_refunds.json")

    assert read_originals(refunds) == {"re_3TJVNfake0000000001": "ch_3TJVNfake0000000001"}
    assert read_page(refunds).transactions == ()
    assert read_originals(b"{") == {}


@pytest.mark.parametrize(
    "content",
    [b"{}", b"[]", b'{"object":"list"}', b'{"error":{"message":"no"}}', b'{"object":"cow"}'],
)
def test_an_answer_that_is_no_list_is_refused(content: bytes) -> None:
    assert read_page(content).reason == "schema"


def test_an_unknown_object_is_told_and_harms_nothing() -> None:
    reading = read_page(page(ROW, {"object": "cow"}, None))

    assert len(reading.transactions) == 1
    assert len(reading.warnings) == 2


def test_a_payout_alone_is_a_statement_without_control() -> None:
    statement = read_page(sample("stripe/live_vnd_payouts.json")).statements[0]

    assert (statement.net_amount, statement.payout_status) == (509_750, "paid")
    assert (statement.control_status, statement.completeness) == ("absent", "unknown")


def test_a_payout_agrees_with_the_rows_of_its_listing() -> None:
    payout = read_payout(PAYOUT)
    listed = rows_of_payouts([payout], all_rows())[payout.payout_id]

    statement = payout_statement(payout, account=STRIPE_ACCOUNT, rows=listed)

    assert (statement.control_status, statement.computed_count) == ("agree", 12)
    costs = (statement.fee_amount or 0) + (statement.tax_amount or 0)
    net = statement.gross_credit_amount - statement.gross_debit_amount - costs
    assert net == statement.net_amount == 509_750


def test_a_payout_that_lacks_a_row_differs() -> None:
    payout = read_payout(PAYOUT)
    listed = rows_of_payouts([payout], all_rows())[payout.payout_id]

    statement = payout_statement(payout, account=STRIPE_ACCOUNT, rows=listed[1:])

    assert (statement.control_status, statement.completeness) == ("differ", "unknown")


def test_rows_go_to_the_first_payout_that_can_take_them() -> None:
    rows = [row for row in all_rows() if row.transaction_type is not TransactionType.PAYOUT]
    own = [row for row in all_rows() if row.transaction_type is TransactionType.PAYOUT]
    late = read_page(page({**ROW, "id": "txn_late", "available_on": 1795305600})).transactions
    second = {**PAYOUT, "id": "po_2", "created": 1795392000}
    own_2 = read_page(
        page({**ROW, "id": "txn_po_2", "reporting_category": "payout", "source": "po_2"})
    ).transactions

    listed = rows_of_payouts(
        [read_payout(second), read_payout(PAYOUT)], [*rows, *own, *late, *own_2]
    )

    assert listed == {PAYOUT["id"]: rows, "po_2": list(late)}


def test_a_payout_that_came_back_is_money_of_the_next_and_not_its_own_row() -> None:
    failure = {
        **ROW,
        "id": "txn_failure",
        "amount": PAYOUT["amount"],
        "fee": 0,
        "net": PAYOUT["amount"],
        "fee_details": [],
        "reporting_category": "payout_reversal",
        "source": PAYOUT["id"],
    }
    second = {**PAYOUT, "id": "po_2", "created": PAYOUT["created"] + 86_400}
    own = {**failure, "id": "txn_po_2", "reporting_category": "payout", "source": "po_2"}
    rows = [*all_rows(), *read_page(page(failure, own)).transactions]
    payouts = [read_payout(PAYOUT), read_payout(second)]

    first, again = (rows_of_payouts(payouts, rows)[payout.payout_id] for payout in payouts)
    both = [
        payout_statement(payout, account=STRIPE_ACCOUNT, rows=listed)
        for payout, listed in zip(payouts, (first, again), strict=True)
    ]

    assert "txn_failure" not in {row.provider_transaction_id for row in first}
    assert [row.provider_transaction_id for row in again] == ["txn_failure"]
    assert [statement.control_status for statement in both] == ["agree", "agree"]
    assert both[1].gross_credit_amount == PAYOUT["amount"]


def test_unreadable_payouts_wait() -> None:
    content = page({**PAYOUT, "amount": None})

    assert read_page(content).reason == "amount"
    assert read_payouts(content) == []
    assert read_payouts(b"no json") == []
    assert read_payouts(b"{") == []


def event(identifier: str, kind: str, item: Any) -> bytes:
    body = {"id": identifier, "object": "event", "type": kind, "data": {"object": item}}
    return json.dumps(body).encode()


def test_an_event_about_a_charge_is_a_payment_row() -> None:
    content = event("evt_1", "charge.succeeded", CHARGE)

    row = read_page(content, channel=SourceChannel.WEBHOOK).transactions[0]

    assert (row.provider_event_id, row.provider_transaction_id) == ("evt_1", CHARGE["id"])


def test_two_events_may_tell_one_fact() -> None:
    first = event_facts(event("evt_1", "payout.paid", PAYOUT))
    again = event_facts(event("evt_2", "payout.paid", PAYOUT))
    other = event_facts(event("evt_3", "payout.failed", {**PAYOUT, "status": "failed"}))

    assert first[1] == again[1]
    assert len({first[0], again[0], other[0]}) == 3
    assert other[1] != first[1]
    assert refusal_of(event_facts, page(ROW)) == "schema"


def test_report_and_api_tell_the_same_money_under_the_same_keys() -> None:
    report = read("stripe", sample(REPORT), account=STRIPE_ACCOUNT).transactions
    api = [row for row in all_rows() if row.transaction_type is not TransactionType.PAYOUT]

    def facts(row: Any) -> tuple[Any, ...]:
        return (row.dedupe_key, row.amount, row.direction, row.fee_amount, row.net_amount)

    assert {facts(row) for row in report} == {facts(row) for row in api}


def report_lines() -> list[str]:
    return sample(REPORT).decode().splitlines()


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (lambda h: h.replace("gross", "gross_amount"), "schema"),
        (lambda h: h.replace(",net,", ",gross,"), "schema"),
        (lambda h: f"{h},extra", "schema"),
        (lambda h: h.replace(",net", ""), "schema"),
        (lambda h: f"{h},payment_metadata[shop]", None),
        (lambda h: h.replace("payment_metadata[order_id]", ""), None),
    ],
)
def test_report_columns_are_known_and_only_metadata_comes_and_goes(
    header: Any, reason: str | None
) -> None:
    content = "\n".join([header(report_lines()[0])]).encode()

    assert read("stripe", content, account="a").reason == reason


def test_report_columns_may_stand_in_any_order() -> None:
    turned = "\n".join(",".join(reversed(line.split(","))) for line in report_lines())

    assert read("stripe", turned.encode(), account="a") == read(
        "stripe", sample(REPORT), account="a"
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (",105000,3570,", ",105000,3571,", "net"),
        (",105000,3570,", ",105.50,3570,", "amount"),
        ("2026-11-18 01:01:00", "2026-11-31 01:01:00", "date"),
        ("txn_1TJVNfake0000000001", "", "reference"),
        ("CHOHAN-A12-0001", "CHOHAN-A12-0001,x", "ragged_row"),
    ],
)
def test_an_unreadable_report_row_waits(old: str, new: str, reason: str) -> None:
    content = sample(REPORT).decode().replace(old, new, 1).encode()

    reading = read("stripe", content, account="a")

    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(1, reason)]
    assert reading.statements[0].completeness == "partial"
    assert len(reading.transactions) == 11


def test_a_report_row_that_no_payout_took_is_in_no_statement() -> None:
    content = sample(REPORT).decode().replace("po_1TJVNfake0000000001", "", 1).encode()

    reading = read("stripe", content, account="a")

    assert reading.transactions[0].settlement_id is None
    assert [statement.computed_count for statement in reading.statements] == [11]


@pytest.mark.parametrize(("content", "reason"), [(b",\n,\n", "schema"), (b"\n \n", "empty")])
def test_a_report_of_nothing_is_refused(content: bytes, reason: str) -> None:
    assert read("stripe", content, account="a").reason == reason


def test_report_money_is_in_major_units() -> None:
    content = (
        sample(REPORT).decode().replace(",vnd,105000,3570,101430,", ",usd,1050.00,35.7,1014.30,")
    )

    row = read("stripe", content.encode(), account="a").transactions[0]

    assert (row.amount, row.fee_amount, row.net_amount) == (105000, 3570, 101430)


@given(amount=st.integers(-(10**14), 10**14), fee=st.integers(0, 10**6))
def test_any_balanced_row_is_read_whole(amount: int, fee: int) -> None:
    item = {**ROW, "amount": amount, "fee": fee, "net": amount - fee, "fee_details": []}

    row = read_page(page(item)).transactions[0]

    signed = row.amount if row.direction is Direction.CREDIT else -row.amount
    assert (signed, row.fee_amount, row.net_amount) == (amount, fee, amount - fee)
