"""The timeline of the samples: 22 deliveries in order, and what each does to one ledger."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.feed_samples import sample_lines


@dataclass(frozen=True)
class Step:
    """One step as the samples write it; ``expect`` is what becomes of it."""

    n: int
    at: datetime
    kind: str
    file: str
    case: str
    name: str
    provider: str
    account: str | None
    expect: str
    ledger_delta: int


def steps() -> list[Step]:
    """Return the steps in order."""
    # A broken copy stands for the file whose name it was sent under.
    entries = {entry["file"]: entry for entry in sample_lines("MANIFEST.jsonl")}
    return [_step(line, entries) for line in sample_lines("faults/delivery_timeline.jsonl")]


def _step(line: dict[str, Any], entries: dict[str, Any]) -> Step:
    file = line["file"]
    stem = file.removeprefix("faults/").split("_")[0]
    like = {
        "napas": "napas/112026_BNB_CHB_970499_1_TC_SWC.dat",
        "vcb": "bank/vcb_statement_utf8bom.csv",
    }
    entry = entries[like[stem] if file.startswith("faults/") else file]
    return Step(
        n=line["n"],
        at=datetime.fromisoformat(line["at"]),
        kind=line["kind"],
        file=file,
        case=line.get("case", ""),
        name=line.get("name") or file.rpartition("/")[2],
        provider=entry["provider"],
        account=entry.get("account"),
        expect=line["expect"],
        ledger_delta=line["ledger_delta"],
    )
