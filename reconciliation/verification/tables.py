"""A table of a run beside the same table worked out by other means: which rows and values differ."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd


def compare_tables(
    name: str, told: pd.DataFrame, found: pd.DataFrame, keys: Sequence[str]
) -> Iterator[str]:
    """Say where a table is not the one that was worked out: each row once, each value the same.

    Args:
        name: of the table, for who reads what is said.
        keys: the columns that name a row.
    """
    keys = list(keys)
    if lacking := list(lacking_columns(name, told, found.columns)):
        yield from lacking
        return
    if told.empty and len(found):
        yield f"{name}: holds none of its {len(found)} rows"
        return
    said, due = (_as_text(table[found.columns]) for table in (told, found))
    again = said.duplicated(keys).to_numpy()
    for key in dict.fromkeys(_keys(said[again], keys)):
        yield f"{name} {_named(key)}: told more than once"
    place = {key: at for at, key in reversed([*enumerate(_keys(said, keys))])}
    at = np.array([place.pop(key, -1) for key in _keys(due, keys)], np.int64)
    for key in _keys(due[at < 0], keys):
        yield f"{name} {_named(key)}: no row"
    for key in place:
        yield f"{name} {_named(key)}: a row of nothing that was given"
    due, said = due[at >= 0], said.iloc[at[at >= 0]]
    for column in found.columns.difference(keys, sort=False):
        is_due, is_said = due[column].to_numpy(), said[column].to_numpy()
        wrong = np.flatnonzero(is_due != is_said)
        for row, key in zip(wrong, _keys(due.iloc[wrong], keys), strict=True):
            yield f"{name} {_named(key)}: {column} is {is_said[row]}, the files come to {is_due[row]}"


def lacking_columns(name: str, told: pd.DataFrame, columns: Iterable[str]) -> Iterator[str]:
    """Say which columns a table does not have."""
    for column in columns:
        if column not in told:
            yield f"{name}: has no column {column}"


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return each value as it is written, ``""`` for none."""
    columns = {
        name: np.where(column.isna(), "", column.astype("str").astype("object"))
        for name, column in table.items()
    }
    return pd.DataFrame(columns, dtype="object")


def _keys(table: pd.DataFrame, keys: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(table[key].tolist() for key in keys), strict=True))


def _named(key: Sequence[str]) -> str:
    return " ".join(part or "-" for part in key)
