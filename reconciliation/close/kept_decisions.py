"""What a close decided, kept by account beside the hash of what it rested on, for the next close.

A folder of files, one a span of days, that may be deleted at any time: nothing in it is needed, and
nothing but ``incremental`` reads it. A file begins with the hash of the rest of it; one that is
damaged, or was written by other code, is as good as none.
"""

import hashlib
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from reconciliation.close.coverage import Account
from reconciliation.close.frozen import FROZEN_COLUMNS
from reconciliation.engine.some_accounts import FACTS, MISSING, Shown

FILES_MAX = 8
"""So many spans are kept, those written last."""
DECIDED = {
    **FROZEN_COLUMNS,
    "counterpart_id": "Int64",
    "record_id": "int64",
    "key": "str",
    "content_sha256": "str",
    "ledger": "str",
    "account": "str",
    "business_date": "datetime64[s]",
    "transaction_type": "str",
    "direction": "str",
    "status": "str",
    "amount_vnd": "int64",
    "fee_vnd": "Int64",
    "tax_vnd": "Int64",
    "vendor_id": "Int64",
    "scope": "str",
    "other_key": "str",
    "other_content": "str",
    "counterpart_vnd": "Int64",
}
"""Columns of ``decided.join_outcomes``."""
_PRINTS = {"provider": "str", "account": "str", "before": "str", "after": "str"}
_DIGEST = hashlib.sha256().digest_size
Prints = Mapping[Account, tuple[str, str]]
"""By account two hashes: of what leg B rests on, and of that with what all accounts show."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands decided: ``decided`` and ``shown`` of the accounts that have ``prints``."""

    prints: Prints
    decided: pd.DataFrame
    shown: Shown


def nothing_kept() -> Kept:
    """Return what is kept before the first close."""
    shown = Shown(_empty(FACTS), _empty(MISSING))
    return Kept({}, _empty(DECIDED), shown)


class KeptDecisions:
    """The folder that holds them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, first: date, last: date) -> Kept:
        """Return what is kept of a span of days."""
        try:
            held = self._file(first, last).read_bytes()
        except FileNotFoundError:
            return nothing_kept()
        digest, body = held[:_DIGEST], held[_DIGEST:]
        if hashlib.sha256(body).digest() != digest:
            return nothing_kept()
        source = pa.BufferReader(body)
        prints, decided, facts, missing = (
            pa.ipc.open_stream(source).read_all().to_pandas().astype(columns)
            for columns in (_PRINTS, DECIDED, FACTS, MISSING)
        )
        by_account = {
            (provider, account): (before, after)
            for provider, account, before, after in prints.itertuples(index=False, name=None)
        }
        return Kept(by_account, decided, Shown(facts, missing))

    def write(self, first: date, last: date, kept: Kept) -> None:
        """Keep what is decided of a span of days in place of what was, whole or not at all."""
        prints = [(*account, *both) for account, both in sorted(kept.prints.items())]
        frames = (
            pd.DataFrame(prints, columns=list(_PRINTS)).astype(_PRINTS),
            kept.decided,
            kept.shown.facts,
            kept.shown.missing,
        )
        body = io.BytesIO()
        for frame in frames:
            table = pa.Table.from_pandas(frame, preserve_index=False)
            with pa.ipc.new_stream(body, table.schema) as stream:
                stream.write_table(table)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self._file(first, last)
        half = target.with_name(f"{target.name}.{os.getpid()}.half")
        half.write_bytes(hashlib.sha256(body.getvalue()).digest() + body.getvalue())
        half.replace(target)
        for old in self._files()[FILES_MAX:]:
            old.unlink(missing_ok=True)

    def forget(self) -> None:
        """Delete all that is kept."""
        for file in self._files():
            file.unlink(missing_ok=True)

    def _file(self, first: date, last: date) -> Path:
        return self._folder / f"{first}_{last}.kept"

    def _files(self) -> list[Path]:
        """Return the files, newest first."""
        return sorted(
            self._folder.glob("*.kept"), key=lambda path: path.stat().st_mtime_ns, reverse=True
        )


def _empty(columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns)).astype(columns)
