"""A row that nothing behind the reader can hold waits like one that cannot be read."""

from typing import Any

import pytest

from reconciliation.feeds.reading.refusal import RowRefused
from reconciliation.records import FeedReading, FileAction, Transaction
from tests.feed_samples import STRIPE_ACCOUNT, read, sample, sample_lines
from tests.reconciliation.feeds.recorded import GOOD, Recorded

TOTALLED = [
    entry
    for entry in sample_lines("MANIFEST.jsonl")
    if entry["kind"] == "file" and not entry["file"].endswith(".json")
]


def read_entry(entry: dict[str, Any], **context: Any) -> FeedReading:
    name = entry["file"].rpartition("/")[2]
    content = sample(entry["file"])
    return read(entry["provider"], content, account=entry["account"], name=name, **context)


@pytest.mark.parametrize("entry", TOTALLED, ids=lambda entry: entry["file"])
def test_its_statement_is_partial_and_leaves_its_money_out(entry: dict[str, Any]) -> None:
    whole = read_entry(entry)
    kept_out = next((one for one in whole.transactions if one.amount), None)
    if kept_out is None:
        return

    def refuse(one: Transaction) -> None:
        if one.dedupe_key == kept_out.dedupe_key:
            raise RowRefused("field_length", "the reference is too long")

    part = read_entry(entry, refuse=refuse)

    assert part.action is FileAction.QUARANTINE_ROWS
    assert part.reason == "field_length"
    assert [(one.case, one.row) for one in part.rejects] == [(kept_out.case, kept_out.row)]
    assert kept_out.provider_transaction_id in part.rejects[0].raw or str(kept_out.amount) in (
        "".join(filter(str.isdigit, part.rejects[0].raw))
    )
    assert part.transactions == tuple(one for one in whole.transactions if one is not kept_out)
    before = _gross(whole)
    if before:
        assert before - _gross(part) == kept_out.amount
        assert "partial" in {one.completeness for one in part.statements}


def _gross(reading: FeedReading) -> int:
    return sum(one.gross_credit_amount + one.gross_debit_amount for one in reading.statements)


def refuse_all(one: Transaction) -> None:
    raise RowRefused("field_length", one.dedupe_key)


@pytest.mark.parametrize(
    "entry",
    [one for one in sample_lines("MANIFEST.jsonl") if one["kind"] in {"file", "poll"}],
    ids=lambda entry: entry["file"],
)
def test_every_row_of_a_file_or_page_is_asked_for(entry: dict[str, Any]) -> None:
    entry = {"account": STRIPE_ACCOUNT} | entry

    told, kept_out = read_entry(entry), read_entry(entry, refuse=refuse_all)

    assert kept_out.transactions == ()
    assert len(kept_out.rejects) == len(told.transactions) + len(told.rejects)


@pytest.mark.parametrize("one", GOOD, ids=str)
def test_every_row_of_a_pushed_body_is_asked_for(one: Recorded) -> None:
    told, kept_out = one.read(), one.read(refuse=refuse_all)

    assert kept_out.transactions == ()
    assert len(kept_out.rejects) == len(told.transactions) + len(told.rejects)
