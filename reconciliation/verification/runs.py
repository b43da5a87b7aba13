"""What a run says of itself, proved from its tables: root, counts, sums, and the rules it names."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from reconciliation.errors import RunRefused
from reconciliation.verification.contracts import Contracts
from reconciliation.verification.roots import root_of_tables

_NAMES = (
    "records",
    "counts",
    "sums_vnd",
    "root_hash",
    "rules",
    "rules_sha256",
    "columns",
    "words",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What ``run.json`` holds."""

    records: Mapping[str, int]
    counts: Mapping[str, Mapping[str, int]]
    sums_vnd: Mapping[str, Mapping[str, int]]
    root_hash: str
    rules: str
    rules_sha256: str
    columns: Sequence[str]
    words: Sequence[Sequence[str]]

    @property
    def contracts(self) -> Contracts:
        """The fees of the rules."""
        return Contracts(json.loads(self.rules)[0])


def read_run(text: str) -> Run:
    """Return what a run says of itself; raise ``RunRefused`` for what is no such text."""
    try:
        told: dict[str, Any] = json.loads(text)
        run = Run(**{name: told[name] for name in _NAMES})
        _ = run.contracts
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise RunRefused(str(error)) from error
    return run


def prove_run(
    run: Run,
    ids: Mapping[str, pa.Table],
    outcomes: pa.Table,
    books: Mapping[str, pd.DataFrame],
) -> list[str]:
    """Return what does not hold of what a run says of itself; every record has its outcomes.

    Args:
        ids: what was given, by book: ``record_id``, ``provider``, ``account``.
        outcomes: as the run wrote it.
        books: the same with ``amount_vnd``, and ``currency`` where not all is in đồng.
    """
    findings = list(_counts_and_sums(run, outcomes, books))
    if hashlib.sha256(run.rules.encode()).hexdigest() != run.rules_sha256:
        findings.append(f"rules: their text does not have the hash {run.rules_sha256}")
    root = root_of_tables(ids, outcomes, run.columns, run.words, run.counts)
    if root != run.root_hash:
        findings.append(f"root: the tables have {root}, the run says {run.root_hash}")
    return findings


def _counts_and_sums(
    run: Run, outcomes: pa.Table, books: Mapping[str, pd.DataFrame]
) -> Iterator[str]:
    told = outcomes.select(["book", "leg", "record_id", "outcome"]).to_pandas().astype("str")
    counts: dict[str, dict[str, int]] = {}
    sums: dict[str, dict[str, int]] = {}
    for book, given in books.items():
        ids, of, words = (
            given[name].tolist() if name in given else []
            for name in ("record_id", "amount_vnd", "currency")
        )
        # A book without rows may come without columns, and one in đồng without a currency.
        amounts = dict(zip(map(str, ids), of, strict=True))
        foreign = {str(one) for one, word in zip(ids, words, strict=False) if _is_foreign(word)}
        own = told[told["book"].eq(book)]
        for (leg, outcome), ids in own.groupby(["leg", "outcome"])["record_id"]:
            name = f"{book}.{leg}"
            counts.setdefault(name, {})[outcome] = len(ids)
            # Plain whole numbers: sums of amounts near 2^60 leave 64 bits.
            total = sum(_whole(amounts[record]) for record in ids if record not in foreign)
            sums.setdefault(name, {})[outcome] = total
    for what, found, said in (("counts", counts, run.counts), ("sums_vnd", sums, run.sums_vnd)):
        for name in sorted(found.keys() | said.keys()):
            if found.get(name, {}) != said.get(name, {}):
                yield f"{what} of {name}: the tables come to {found.get(name)}, the run says {said.get(name)}"
    records = {name: len(given) for name, given in books.items()}
    if dict(run.records) != records:
        yield f"records: {records} were given, the run says {dict(run.records)}"


def _is_foreign(currency: Any) -> bool:
    return not pd.isna(currency) and str(currency).strip().upper() not in {"", "VND"}


def _whole(amount: Any) -> int:
    return 0 if pd.isna(amount) else int(amount)
