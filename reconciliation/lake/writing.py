"""Books into a lake, in one pass and bounded memory, whatever their size.

Rows are gathered by day and bucket until ``ROWS_HELD`` wait, then written: a file is never larger than that,
and a book of any size needs no more memory. The manifest is written last; without it there is no lake.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reconciliation.book_files import columns_of
from reconciliation.engine.book_columns import BookColumns
from reconciliation.engine.books import BookName
from reconciliation.engine.leaves import BUCKETS, NO_ACCOUNT, leaves_of_columns
from reconciliation.errors import EngineInputRefused, LakeFolderTaken
from reconciliation.lake.layout import (
    DATE_OF,
    MANIFEST,
    NO_DATE,
    Lake,
    LakeFile,
    bucket_name,
    write_manifest,
)

ROWS_AT_ONCE = 1 << 18
ROWS_HELD = 1 << 21


def write_lake(
    folder: Path,
    books: Mapping[str, Iterable[pa.Table]],
    *,
    rows_of_tables: Iterable[LakeFile] = (),
) -> Lake:
    """Write books, each as a stream of tables of one schema, and return the lake they make.

    Args:
        rows_of_tables: files that are to be in the manifest besides, written as they are asked for.

    Raises:
        LakeFolderTaken: the folder holds a lake already.
        EngineInputRefused: a row has no day, or a column by which it is dealt out is missing.
    """
    if (folder / MANIFEST).exists():
        raise LakeFolderTaken(str(folder), "holds a lake already; name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    files: list[LakeFile] = []
    for name, tables in books.items():
        files += _write_book(folder, BookName(name), tables)
    files += rows_of_tables
    lake = Lake(folder, tuple(books), tuple(files))
    write_manifest(lake)
    return lake


def batches_of(path: Path) -> Iterator[pa.Table]:
    """Yield a Parquet file as tables of bounded size."""
    columns_of(path)
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS_AT_ONCE):
                yield pa.Table.from_batches([batch])
    except pa.ArrowInvalid as error:
        problem = str(error).split(". ")[0]
        raise EngineInputRefused(file=path.name, column="the file", problem=problem) from error


def _write_book(folder: Path, book: BookName, tables: Iterable[pa.Table]) -> list[LakeFile]:
    waiting: dict[tuple[str, str], list[pa.Table]] = defaultdict(list)
    files: list[LakeFile] = []
    held = 0
    for table in tables:
        for place, rows in _dealt_out(table, book):
            waiting[place].append(rows)
        held += len(table)
        if held >= ROWS_HELD:
            files += _flush(folder, book, waiting, len(files))
            held = 0
    return files + _flush(folder, book, waiting, len(files))


def _dealt_out(table: pa.Table, book: BookName) -> Iterator[tuple[tuple[str, str], pa.Table]]:
    """Yield the rows of each day and bucket, in the order they stand in."""
    if not len(table):
        return
    columns = BookColumns(table, book.value)
    for name in ("provider", "account"):
        columns.must_have(name)
    # Of an account that is told nowhere the column may be without a type.
    account = columns.arrow("account")
    account = pa.nulls(len(table), pa.string()) if account is None else account
    provider = columns.required("provider")
    leaves = leaves_of_columns(_as_text(provider), _as_text(account))
    dated = DATE_OF[book]
    days = np.zeros(len(table), np.int64) if dated is None else columns.days(dated)
    bucket = np.where(leaves == NO_ACCOUNT, NO_ACCOUNT, leaves % BUCKETS)
    place = (days.astype(np.int64) << 16) + bucket
    order = np.argsort(place, kind="stable")
    found, first = np.unique(place[order], return_index=True)
    ends = np.append(first[1:], len(order))
    rows = table.take(pa.array(order))
    for number, begin, end in zip(found.tolist(), first.tolist(), ends.tolist(), strict=True):
        day = NO_DATE if dated is None else str(np.datetime64(number >> 16, "D"))
        yield (day, bucket_name(number & 0xFFFF)), rows.slice(begin, end - begin)


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return column
    return column.cast(pa.large_string())


def _flush(
    folder: Path,
    book: BookName,
    waiting: dict[tuple[str, str], list[pa.Table]],
    number: int,
) -> list[LakeFile]:
    """Write what waits, empty it, and return the files."""
    files = []
    for (day, bucket), tables in sorted(waiting.items()):
        rows = pa.concat_tables(tables)
        files.append(write_rows(folder, book.value, day, bucket, rows, number))
        number += 1
    waiting.clear()
    return files


def write_rows(
    folder: Path, name: str, day: str, bucket: str, rows: pa.Table, number: int
) -> LakeFile:
    """Write one file of a lake and return what the manifest says of it."""
    path = Path(name, f"day={day}", f"bucket={bucket}", f"{number:04d}.parquet")
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, compression="zstd", write_statistics=False)
    content = sink.getvalue()
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return LakeFile(path.as_posix(), name, day, bucket, len(rows), sha256)
