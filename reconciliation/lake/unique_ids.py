"""That no record id stands twice in a book of a lake, told without holding all ids at once.

Each part leaves the sorted hashes of its ids. They are laid side by side one stretch of the hash space
at a time; ids whose hashes agree are read and compared byte for byte.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa

from reconciliation.engine.books import BookName
from reconciliation.engine.coded_text import Hashes, code_text, hash_text
from reconciliation.errors import EngineInputRefused
from reconciliation.lake.layout import BUCKET_NAMES, NO_BUCKET, Lake
from reconciliation.lake.parts import read_file

_STRETCHES = 16


def refuse_repeated_ids(lake: Lake, work: Path) -> None:
    """Raise if a record id stands in two parts of a book; inside a part the coding refuses it.

    Raises:
        EngineInputRefused: naming the book and the id.
    """
    for name in lake.books:
        alike = _alike(work, BookName(name))
        if len(alike):
            _compare(lake, name, alike)


def _alike(work: Path, book: BookName) -> Hashes:
    """Return the hashes that more than one id of a book has."""
    parts: list[Hashes] = [
        np.load(path, mmap_mode="r") for path in sorted(work.glob(f"ids-{book.value}-*.npy"))
    ]
    found: list[Hashes] = [np.zeros(0, np.uint64)]
    width = 2**64 // _STRETCHES
    for stretch in range(_STRETCHES):
        edges = np.array([stretch * width, stretch * width + (width - 1)], np.uint64)
        held = [
            part[np.searchsorted(part, edges[0], "left") : np.searchsorted(part, edges[1], "right")]
            for part in parts
        ]
        hashes = np.sort(np.concatenate(held)) if held else found[0]
        found.append(np.unique(hashes[1:][hashes[1:] == hashes[:-1]]))
    return np.concatenate(found)


def _compare(lake: Lake, name: str, alike: Hashes) -> None:
    ids: Counter[str] = Counter()
    for file in lake.files_of(name, (*BUCKET_NAMES, NO_BUCKET)):
        column = read_file(lake, file, ["record_id"]).column("record_id").combine_chunks()
        rows = np.flatnonzero(np.isin(hash_text(code_text(column)), alike))
        ids.update(column.take(pa.array(rows)).cast(pa.large_string()).to_pylist())
    repeated = sorted(text for text, count in ids.items() if count > 1)
    if repeated:
        raise EngineInputRefused(
            file=f"{name} of the lake",
            column="record_id",
            problem=f"{repeated[0]!r} stands in more than one row",
        )
