"""Every broken sample gets its due, from its own provider's reader and from conform."""

import json
from typing import Any

import pytest

from reconciliation.feeds.conform import UNSUPPORTED, Samples, fault_lines
from tests.feed_samples import read, sample, sample_lines

FAULTS = sample_lines("faults/FAULTS.jsonl")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["file"])
def test_each_broken_sample_gets_its_due(fault: dict[str, Any]) -> None:
    reading = read(
        fault["provider"],
        sample(fault["file"]),
        account=fault["account"],
        name=fault["name"] or "",
    )

    assert (reading.action, reading.reason) == (fault["action"], fault["reason"])


def test_conform_tells_what_becomes_of_each_broken_sample() -> None:
    unknown = {"file": "x", "provider": "nobody", "account": "1", "name": None}
    samples = Samples(
        manifest=(),
        keys={},
        config=json.loads(sample("CONFIG.json")),
        load=sample,
        faults=[*FAULTS, unknown],
    )

    told = [line["file"] for line in fault_lines(samples)]

    assert [(line["file"], line["action"], line["reason"]) for line in told] == [
        *((fault["file"], fault["action"], fault["reason"]) for fault in FAULTS),
        ("x", UNSUPPORTED, None),
    ]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["file"])
def test_a_refused_file_brings_nothing(fault: dict[str, Any]) -> None:
    reading = read(fault["provider"], sample(fault["file"]), account="77")

    if fault["action"] == "reject_file":
        assert (reading.transactions, reading.statements, reading.rejects) == ((), (), ())
    else:
        assert reading.reason == "wrong_account"
