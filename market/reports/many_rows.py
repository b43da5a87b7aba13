"""Rows of a long table as a frame, however many: millions of vendors' days are a year of a province.

PostgreSQL writes the rows of each group into one text and pyarrow reads it all: a tuple of Python objects
for each row costs ten times as much, and ``COPY`` hands rows over one by one. SQLite has no such way, and
no province.
"""

import io
from collections.abc import Mapping, Sequence

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from market.adoption.frames import DAY
from reconciliation.bulk import rows_of, table_of

_BETWEEN = "\x1f"
"""Between values: no text of ours holds a unit separator."""


def many_rows(
    session: Session,
    model: type[SQLModel],
    columns: Mapping[str, str],
    wanted: Sequence[sa.ColumnElement[bool]],
    *,
    by: str,
) -> pd.DataFrame:
    """Return the rows of a table for which all conditions hold, in no order.

    Args:
        columns: names and kinds (``int64``, ``str`` or ``frames.DAY``) of what is told; nothing is null.
        by: a column of which some hundreds or thousands of rows have the same value.
    """
    table = table_of(model).c
    if session.get_bind().dialect.name != "postgresql":
        told = rows_of(session, sa.select(*(table[name] for name in columns)).where(*wanted))
        return _typed(pd.DataFrame([tuple(row) for row in told], columns=list(columns)), columns)
    line = sa.func.concat_ws(_BETWEEN, *(table[name] for name in columns))
    texts = rows_of(
        session,
        sa.select(sa.func.string_agg(line, sa.literal("\n"))).where(*wanted).group_by(table[by]),
    )
    if not texts:
        return _typed(pd.DataFrame(columns=list(columns)), columns)
    return _typed(_read("\n".join(text for (text,) in texts), columns), columns)


def _read(text: str, columns: Mapping[str, str]) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import csv

    kinds = {"int64": pa.int64(), "str": pa.string(), DAY: pa.timestamp("s")}
    told: pd.DataFrame = csv.read_csv(
        io.BytesIO(text.encode()),
        read_options=csv.ReadOptions(column_names=list(columns)),
        parse_options=csv.ParseOptions(delimiter=_BETWEEN, quote_char=False),
        convert_options=csv.ConvertOptions(
            column_types={name: kinds[kind] for name, kind in columns.items()},
            strings_can_be_null=False,
        ),
    ).to_pandas()
    return told


def _typed(frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    days = {name: pd.to_datetime(frame[name]) for name, kind in columns.items() if kind == DAY}
    return frame.assign(**days).astype(dict(columns))
