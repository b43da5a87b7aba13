"""A book as a Parquet file: its columns, each there once."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reconciliation.errors import EngineInputRefused


def columns_of(path: Path) -> list[str]:
    """Return the names of a file's columns.

    Raises:
        EngineInputRefused: it is no Parquet file, or a column stands twice: nobody could say which
            of the two tells the money.
    """
    try:
        names: list[str] = pq.read_schema(path).names
    except pa.ArrowInvalid as error:
        problem = str(error).split(". ")[0]
        raise EngineInputRefused(file=path.name, column="the file", problem=problem) from error
    for name, times in Counter(names).items():
        if times > 1:
            problem = f"stands {times} times in the file"
            raise EngineInputRefused(file=path.name, column=name, problem=problem)
    return names
