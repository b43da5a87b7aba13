"""The whole folder of samples, compared with its golden rows line by line."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from reconciliation.feeds.conform import UNSUPPORTED, Samples, conform
from tests.feed_samples import FOLDER, sample, sample_lines


def lines(manifest: list[dict[str, Any]] | None = None, **load: bytes) -> Iterator[dict[str, Any]]:

    samples = Samples(
        manifest=sample_lines("MANIFEST.jsonl") if manifest is None else manifest,
        keys=json.loads(sample("KEYS.json")),
        config=json.loads(sample("CONFIG.json")),
        load=lambda name: load.get(name) or sample(name),
    )
    yield from conform(samples)


@pytest.mark.parametrize(
    ("kind", "golden"),
    [
        ("record", "EXPECTED_transactions.jsonl"),
        ("statement", "EXPECTED_settlements.jsonl"),
        ("webhook", "EXPECTED_webhooks.jsonl"),
    ],
)
def test_every_line_equals_its_golden_line(kind: str, golden: str) -> None:
    found = [line[kind] for line in lines() if kind in line]

    assert found == sample_lines(golden)


def test_every_input_is_accepted_and_none_is_left_out() -> None:
    files = {line["file"]["file"]: line["file"]["action"] for line in lines() if "file" in line}
    inputs = [entry for entry in sample_lines("MANIFEST.jsonl") if entry["kind"] != "reference"]

    assert files == {entry["file"]: "accept" for entry in inputs}


def test_a_provider_without_a_reader_is_said_to_be_one() -> None:
    manifest = [
        {"file": "vnpt/callbacks.jsonl", "provider": "vnpt", "kind": "webhooks"},
        {"file": "vnpt/report.csv", "provider": "vnpt", "kind": "file"},
        {"file": "bank/vcb.jsonl", "provider": "bank_vcb", "kind": "webhooks"},
    ]

    actions = {line["file"]["file"]: line["file"]["action"] for line in lines(manifest)}

    assert actions == {entry["file"]: UNSUPPORTED for entry in manifest}


@pytest.mark.parametrize("content", [b"{", b'{"case":"x"}', b"[1]", b"\xff\xfe"])
def test_a_file_that_records_no_deliveries_is_refused(content: bytes) -> None:
    entry = {"file": "w", "provider": "sepay", "kind": "webhooks", "auth": "hmac"}

    assert list(lines([entry], w=content)) == [
        {"file": {"file": "w", "action": "reject_file", "reason": "schema"}}
    ]


def test_a_signed_body_that_nobody_can_read_is_kept_and_told() -> None:
    recorded = sample_lines("sepay/webhooks_apikey.jsonl")[0]
    recorded["body"] = recorded["body"].replace("68866", '"68.86"')
    entry = {"file": "w", "provider": "sepay", "kind": "webhooks", "auth": "apikey"}

    told = list(lines([entry], w=json.dumps(recorded).encode()))

    assert [next(iter(line)) for line in told] == ["reject", "webhook", "file"]
    assert told[0]["reject"]["reason"] == "amount"
    assert told[2]["file"]["action"] == "quarantine_rows"


def test_the_samples_name_their_source() -> None:
    assert "Source" in (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "MIT" in (FOLDER / "stripe" / "LICENSE.stripe-mock.txt").read_text(encoding="utf-8")
