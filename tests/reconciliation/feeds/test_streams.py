"""Facts one by one: the same as the whole reading, and a long file costs its keys, not its rows."""

import tracemalloc
from datetime import date
from typing import Any

import pytest

from reconciliation.feeds.catalogue import READERS
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.stream import Streaming, collect
from reconciliation.records import SourceChannel, Transaction
from tests.feed_samples import read, read_vcb, sample, sample_lines, vcb_csv
from tests.reconciliation.feeds.statement_writer import BANKS, Form, Row, delimited, grid

FILES = [
    entry
    for entry in sample_lines("MANIFEST.jsonl")
    if entry["kind"] == "file" and entry["provider"] != "stripe"
]


def streaming(provider: str) -> Streaming:
    reader = READERS[provider]
    assert isinstance(reader, Streaming)
    return reader


def context(entry: dict[str, Any]) -> ReadContext:
    return ReadContext(
        account=entry["account"],
        name=entry["file"].rpartition("/")[2],
        channel=SourceChannel.FILE,
    )


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_the_facts_of_a_file_are_its_reading(entry: dict[str, Any]) -> None:
    told = context(entry)
    content = sample(entry["file"])

    facts = streaming(entry["provider"]).stream(content, context=told)

    assert collect(facts) == read(entry["provider"], content, account=told.account, name=told.name)


def test_rows_may_be_told_before_the_file_is_refused() -> None:
    content = vcb_csv("20/11/2026,1,,5,A", "20/11/2026,2,,6,B", total="0,12,").encode()
    facts = streaming("bank_vcb").stream(
        content, context=ReadContext(account=None, channel=SourceChannel.FILE)
    )

    assert isinstance(next(facts), Transaction)
    assert isinstance(next(facts), Transaction)
    with pytest.raises(FileRefused, match="control_totals"):
        next(facts)
    assert read_vcb(content).transactions == ()


@pytest.mark.parametrize("name", ["vcb", "mb", "tcb"])
def test_a_long_statement_is_read_without_holding_its_rows(name: str) -> None:
    bank, form = BANKS[name], Form(grouping="")
    rows = [
        Row(on=date(2026, 11, 1), reference="", signed=5, balance=5 * number, memo="CHOHANA12 rau")
        for number in range(1, 20_001)
    ]
    content = delimited(grid(bank, rows, form), form)
    told = ReadContext(account="1", channel=SourceChannel.FILE)

    tracemalloc.start()
    try:
        count = sum(1 for _fact in streaming(bank.provider).stream(content, context=told))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == len(rows) + 1
    # The text takes two bytes a character where it has Vietnamese letters; the keys take the rest.
    # Held as transactions, these rows would take more than 30 MB.
    assert peak < 12_000_000
