"""A telling that says less than another of the same movement never overwrites it."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from merchants.sealing import Sealer
from reconciliation.intake.ingest import IngestResult, ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import SourceChannel
from tests.feed_samples import sample
from tests.reconciliation.arrivals import NOW, incoming, ledger
from tests.reconciliation.feeds.recorded import recorded

TRANSACTIONS, ENTRIES = (
    sample(f"gsma/{name}.json") for name in ("transactions", "statemententries")
)
IPN = recorded("vnpay/ipn.jsonl", "success").delivery.content
ANSWER: dict[str, Any] = json.loads(sample("vnpay/querydr.json"))["response"]


class Books:
    """A ledger that takes polled pages and notices one after the other."""

    def __init__(self, engine: sa.Engine, folder: Path, sealer: Sealer) -> None:
        self.engine, self.store, self.sealer = engine, RawStore(folder), sealer

    def take(
        self, provider: str, content: bytes, channel: SourceChannel = SourceChannel.POLL
    ) -> tuple[int, int, int]:
        """Take one telling; return how many rows were new, repeated and revised."""
        with writing(self.engine) as session:
            result: IngestResult
            [result] = ingest_many(
                session,
                self.store,
                sealer=self.sealer,
                incoming=[incoming(provider, content, channel=channel)],
                now=NOW,
            )
        return result.new, result.repeated, result.revised

    def rows(self) -> list[dict[str, Any]]:
        """Return the current rows."""
        with reading(self.engine) as session:
            return ledger(session)


@pytest.fixture
def books(engine: sa.Engine, tmp_path: Path, sealer: Sealer) -> Books:
    """An empty ledger."""
    return Books(engine, tmp_path / "raw", sealer)


def test_statement_entries_make_no_version_of_transactions(books: Books) -> None:
    assert books.take("gsma", TRANSACTIONS) == (4, 0, 0)
    assert books.take("gsma", ENTRIES) == (0, 4, 0)

    assert [row["fee_amount"] for row in books.rows()] == [550, 550, 550, None]
    assert {row["version"] for row in books.rows()} == {1}


def test_not_even_with_another_status(books: Books) -> None:
    books.take("gsma", TRANSACTIONS)

    assert books.take("gsma", ENTRIES.replace(b"completed", b"reversed")) == (0, 4, 0)
    assert {row["status"].value for row in books.rows()} == {"succeeded"}


def test_statement_entries_may_come_first_and_are_then_made_richer(books: Books) -> None:
    assert books.take("gsma", ENTRIES) == (4, 0, 0)
    assert books.take("gsma", ENTRIES.replace(b"completed", b"reversed")) == (0, 0, 4)
    assert books.take("gsma", TRANSACTIONS.replace(b"completed", b"reversed")) == (0, 0, 4)

    assert books.rows()[0]["merchant_reference"] == "CHOHAN-A12-0001"
    assert books.rows()[0]["version"] == 3


def test_an_answer_to_querydr_keeps_what_the_notice_told(books: Books) -> None:
    books.take("vnpay", IPN, SourceChannel.WEBHOOK)

    assert books.take("vnpay", json.dumps(ANSWER).encode()) == (0, 1, 0)
    assert books.rows()[0]["bank_reference"] == "VNP14226112"


def test_an_answer_to_querydr_may_bring_another_status(books: Books) -> None:
    books.take("vnpay", IPN, SourceChannel.WEBHOOK)

    reversed_later = json.dumps({**ANSWER, "vnp_TransactionStatus": "04"}).encode()
    assert books.take("vnpay", reversed_later) == (0, 0, 1)
    assert books.rows()[0]["status"].value == "reversed"
