"""Every provider's sample files through the door for files, into both databases."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from merchants.sealing import Sealer
from reconciliation.intake.ingest import IngestResult, ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import Book, FileAction
from tests.feed_samples import sample, sample_lines
from tests.reconciliation.arrivals import NOW, incoming, ledger

FILES = [entry for entry in sample_lines("MANIFEST.jsonl") if entry["kind"] == "file"]
EXPECTED = sample_lines("EXPECTED_transactions.jsonl")


@pytest.fixture
def take(engine: sa.Engine, sealer: Sealer, tmp_path: Path) -> Any:
    """Ingest sample files, each call in a transaction of its own."""
    store = RawStore(tmp_path / "raw")

    def _take(*entries: dict[str, Any]) -> list[IngestResult]:
        deliveries = [
            incoming(
                entry["provider"],
                sample(entry["file"]),
                account=entry["account"],
                name=entry["file"].rpartition("/")[2],
            )
            for entry in entries
        ]
        with writing(engine) as session:
            return ingest_many(session, store, sealer=sealer, incoming=deliveries, now=NOW)

    return _take


def entry_of(file: str) -> dict[str, Any]:
    return next(entry for entry in FILES if entry["file"] == file)


def test_every_sample_file_enters_and_coming_again_changes_nothing(take: Any) -> None:
    for entry in FILES:
        [first] = take(entry)
        [again] = take(entry)
        keys = {row["dedupe_key"] for row in EXPECTED if row["file"] == entry["file"]}

        assert first.action is FileAction.ACCEPT
        assert first.new + first.repeated + first.revised == len(keys)
        assert (again.new, again.revised) == (0, 0)


def test_a_workbook_after_its_text_is_told_already(take: Any) -> None:
    for bank in ("mb", "tcb", "agribank"):
        [text] = take(entry_of(f"bank/{bank}_statement.csv"))
        [book] = take(entry_of(f"bank/{bank}_statement.xlsx"))

        assert text.new > 0
        assert (book.new, book.revised, book.repeated) == (0, 0, text.new)


@pytest.mark.parametrize("files", [("camt054", "camt053"), ("camt053", "camt054")])
def test_a_notice_is_a_payment_beside_its_statement_whichever_comes_first(
    engine: sa.Engine, take: Any, files: tuple[str, str]
) -> None:
    results = [take(entry_of(f"iso/{name}.xml"))[0] for name in files]

    with reading(engine) as session:
        rows = ledger(session)
    assert [(result.new, result.revised) for result in results] == [
        (1, 0) if name == "camt054" else (4, 0) for name in files
    ]
    assert [row["book"] for row in rows].count(Book.PAYMENTS) == 1
    assert len(rows) == 5
