"""The contract with a really running stripe-mock: its rules are Stripe's own OpenAPI description."""

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from reconciliation.errors import FeedRefused
from reconciliation.feeds.catalogue import READERS, ReadContext
from reconciliation.feeds.ledger import Effect, effect_of
from reconciliation.fetching.pages import FetchedPage, StripeAccess, fetch_stripe
from reconciliation.fetching.retrying import Patience
from reconciliation.records import FeedReading, FileAction, SourceChannel, Transaction
from tests.feed_samples import sample
from tests.stripe_mock import StripeMock, start_stripe_mock

pytestmark = [pytest.mark.stripe_mock, pytest.mark.xdist_group("stripe_mock")]

ACCOUNT = "acct_1PgafTB7WZ01zgkW"
UNTIL = datetime(2026, 11, 21, tzinfo=UTC)


def poll(mock: StripeMock, *, key: str = "sk_test_123") -> list[FetchedPage]:
    settings = StripeAccess(
        base_url=mock.url, api_key=key, version="2025-09-30.clover", account=ACCOUNT
    )
    patience = Patience(sleep=lambda _: None)
    with httpx.Client(timeout=20) as client:
        return list(
            fetch_stripe(
                client,
                account=ACCOUNT,
                until=UNTIL,
                since=None,
                settings=settings,
                patience=patience,
            )
        )


def readings(pages: list[FetchedPage]) -> list[FeedReading]:
    return [
        READERS["stripe"].read(
            page.content,
            context=ReadContext(
                account=ACCOUNT, channel=SourceChannel.POLL, settlement_id=page.settlement_id
            ),
        )
        for page in pages
    ]


def rows(pages: list[FetchedPage]) -> list[Transaction]:
    return [row for reading in readings(pages) for row in reading.transactions]


def test_every_request_is_valid_and_every_list_ends(stripe_mock: StripeMock) -> None:
    pages = poll(stripe_mock)

    assert [page.kind for page in pages] == [
        "charges",
        "balance_transactions",
        "balance_transactions",
        "payouts",
    ]


def test_every_answer_is_read_without_a_reject(stripe_mock: StripeMock) -> None:
    read = readings(poll(stripe_mock))

    assert {reading.action for reading in read} == {FileAction.ACCEPT}
    assert sum(len(reading.statements) for reading in read) == 1


def test_ids_are_constant_and_a_second_poll_adds_nothing(stripe_mock: StripeMock) -> None:
    ledger: dict[str, Transaction] = {}
    for row in rows(poll(stripe_mock)):
        ledger.setdefault(row.dedupe_key, row)

    effects = {effect_of(row, ledger.get(row.dedupe_key)) for row in rows(poll(stripe_mock))}

    assert effects == {Effect.NONE}


def test_dollars_become_ordinary_rows_that_name_their_currency(stripe_mock: StripeMock) -> None:
    row = rows(poll(stripe_mock))[0]

    assert (row.currency, row.currency_exponent, row.amount) == ("USD", 2, 100)
    assert row.provider_transaction_id == "txn_1PgaxNB7WZ01zgkWEV3TLf40"


@pytest.mark.parametrize("key", ["sk_live_123", "pk_test_123", "sk_test_a_b"])
def test_a_bad_key_is_refused_at_once(stripe_mock: StripeMock, key: str) -> None:
    with pytest.raises(FeedRefused) as refusal:
        poll(stripe_mock, key=key)

    assert refusal.value.status == 401
    assert key not in str(refusal.value)


def test_an_unknown_query_key_is_what_stripe_refuses(stripe_mock: StripeMock) -> None:
    answer = httpx.get(
        f"{stripe_mock.url}/v1/charges",
        params={"unknown": "1"},
        headers={"Authorization": "Bearer sk_test_123"},
    )

    assert answer.status_code == 400
    assert "additional properties" in answer.json()["error"]["message"]


def test_the_samples_are_what_a_running_stripe_mock_says(stripe_mock: StripeMock) -> None:
    answer = httpx.get(
        f"{stripe_mock.url}/v1/balance_transactions",
        headers={"Authorization": "Bearer sk_test_123"},
    )

    assert answer.json() == json.loads(sample("stripe/mock_GET_v1_balance_transactions.json"))


def test_fixtures_in_dong_are_read_as_dong(tmp_path: Path) -> None:
    fixtures = json.loads(sample("stripe/fixtures3_full.json"))
    for key, changes in json.loads(sample("stripe/mock_vnd_overrides.json")).items():
        fixtures["resources"][key].update(changes)
    path = tmp_path / "fixtures.json"
    path.write_text(json.dumps(fixtures), encoding="utf-8")
    mock = start_stripe_mock("-fixtures", str(path))
    try:
        told = {row.provider_transaction_id[:3]: row for row in rows(poll(mock))}
    finally:
        mock.stop()

    assert (told["ch_"].amount, told["ch_"].currency) == (150_000, "VND")
    assert (told["txn"].amount, told["txn"].fee_amount, told["txn"].net_amount) == (
        150_000,
        5_100,
        144_900,
    )
