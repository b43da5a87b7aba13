"""Columns of a book as a stranger hands them over, read strictly: Arrow, pandas or plain objects.

Each reader returns numpy columns and refuses, with file, row and column, what is no such value.
Money is never rounded: a column of floats passes only if each value is a whole number below 2^53,
because that is what Parquet writers make of whole numbers with gaps.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconciliation.engine.coded_text import CodedText, Flags, code_text, no_text
from reconciliation.errors import EngineInputRefused

Table: TypeAlias = Any
"""A pandas frame or an Arrow table."""
NO_TIME = np.iinfo(np.int64).min
"""Stands for "no time of day was told" among microseconds since 1970."""
_EXACT_IN_FLOAT = 2**53
_MARKET_UTC_OFFSET_H = 7


@dataclass(frozen=True, slots=True)
class BookColumns:
    """One book's columns by name; ``file`` is what refusals call it."""

    table: Table
    file: str

    @property
    def size(self) -> int:
        """Number of records."""
        return len(self.table)

    def refusal(self, column: str, problem: str, bad: Flags | None = None) -> EngineInputRefused:
        """Return the refusal of a column, at the first bad row (counted from 1) if any."""
        row = int(np.argmax(bad)) + 1 if bad is not None else None
        return EngineInputRefused(file=self.file, column=column, problem=problem, row=row)

    def arrow(self, column: str) -> pa.Array | None:
        """Return a column as one Arrow array, ``None`` when the book has no such column."""
        if column not in self._names():
            return None
        if isinstance(self.table, pa.Table):
            array = self.table.column(column)
        else:
            try:
                array = pa.array(self.table[column], from_pandas=True)
            except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
                raise self.refusal(column, f"holds values of mixed kinds ({error})") from error
        if isinstance(array, pa.ChunkedArray):
            array = _one_array(array)
        return None if pa.types.is_null(array.type) else array

    def _names(self) -> list[str]:
        arrow = isinstance(self.table, pa.Table)
        return list(self.table.column_names if arrow else self.table.columns)

    def required(self, column: str) -> pa.Array:
        """Return a column that must be there (an empty book may lack its types)."""
        array = self.arrow(column)
        if array is None:
            self.must_have(column)
            if self.size:
                raise self.refusal(column, "is missing in every row", np.ones(1, bool))
            return pa.nulls(0)
        return array

    def must_have(self, column: str) -> None:
        """Refuse a book with rows that lacks a column altogether."""
        if self.size and column not in self._names():
            raise self.refusal(column, "this required column is missing")

    def holds_numbers(self, column: str) -> bool:
        """Return whether a column holds whole numbers, not text."""
        array = self.arrow(column)
        return array is not None and bool(pa.types.is_integer(array.type))

    def text(self, column: str) -> CodedText:
        """Return a column of text, whole numbers taken as written; missing without the column."""
        array = self.arrow(column)
        if array is None:
            return no_text(self.size)
        return code_text(self._textual(column, array))

    def words(self, column: str, *, required: bool = True) -> tuple[NDArray[np.int32], pa.Array]:
        """Return codes (-1 = missing or empty) and the distinct texts they stand for."""
        array = self.required(column) if required else self.arrow(column)
        if array is None or not len(array):
            return np.full(self.size, -1, np.int32), pa.array([], pa.large_string())
        array = self._textual(column, array)
        if not pa.types.is_dictionary(array.type):
            array = array.cast(pa.large_string()).dictionary_encode()
        codes = _numbers(array.indices, -1).astype(np.int32, copy=False)
        texts = array.dictionary.cast(pa.large_string())
        empty = np.flatnonzero(pc.equal(texts.fill_null(""), "").to_numpy(zero_copy_only=False))
        if len(empty):
            codes = np.where(np.isin(codes, empty), np.int32(-1), codes)
        return codes, texts

    def _textual(self, column: str, array: pa.Array) -> pa.Array:
        """Return a column of text or whole numbers; refuse what is neither."""
        values = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
        if pa.types.is_floating(values):
            return _whole(self, column, array)
        if not (_is_text(values) or pa.types.is_integer(values)):
            raise self.refusal(column, f"holds {values}, not text")
        return array

    def amounts(self, column: str) -> NDArray[np.int64]:
        """Return whole đồng that are there and not negative."""
        amounts, told = self.maybe_amounts(column, self.required(column))
        if not told.all():
            raise self.refusal(column, "is missing; an amount is never assumed", ~told)
        if (amounts < 0).any():
            first = int(amounts[amounts < 0][0])
            raise self.refusal(
                column, f"{first} is negative; the direction says which way", amounts < 0
            )
        return amounts

    def maybe_amounts(
        self, column: str, array: pa.Array | None = None
    ) -> tuple[NDArray[np.int64], Flags]:
        """Return whole đồng (0 where not told) and which rows tell one."""
        array = self.arrow(column) if array is None else array
        if array is None or not len(array):
            return np.zeros(self.size, np.int64), np.zeros(self.size, bool)
        if pa.types.is_boolean(array.type):
            raise self.refusal(column, "holds yes and no, not whole đồng")
        if pa.types.is_floating(array.type):
            array = _whole(self, column, array)
        told = array.is_valid().to_numpy(zero_copy_only=False)
        try:
            whole = array.cast(pa.int64())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise self.refusal(column, f"holds values that are no whole đồng ({error})") from error
        return _numbers(whole, 0), told

    def flags(self, column: str) -> Flags:
        """Return a column of yes and no; no where it says nothing."""
        array = self.arrow(column)
        if array is None:
            return np.zeros(self.size, bool)
        if not pa.types.is_boolean(array.type):
            raise self.refusal(column, f"holds {array.type}, not yes and no")
        return np.asarray(array.fill_null(False).to_numpy(zero_copy_only=False))

    def days(self, column: str) -> NDArray[np.int32]:
        """Return days since 1970; dates, timestamps and ISO text are read."""
        array = self.required(column)
        if not len(array):
            return np.zeros(0, np.int32)
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        if pa.types.is_timestamp(array.type) and array.type.tz is not None:
            zone = pa.scalar(pd.Timedelta(hours=_MARKET_UTC_OFFSET_H))
            array = pc.add(array.cast(pa.timestamp("us")), zone.cast(pa.duration("us")))
        try:
            array = (
                array.cast(pa.date32())
                if not pa.types.is_timestamp(array.type)
                else pc.floor_temporal(array, unit="day").cast(pa.date32())
            )
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise self.refusal(column, f"holds values that are no date ({error})") from error
        if array.null_count:
            missing = array.is_null().to_numpy(zero_copy_only=False)
            raise self.refusal(column, "is missing; a business day is never assumed", missing)
        days: NDArray[np.int32] = array.cast(pa.int32()).to_numpy(zero_copy_only=False)
        return days

    def instants(self, column: str) -> NDArray[np.int64]:
        """Return microseconds since 1970 in UTC, ``NO_TIME`` where only a day is known."""
        array = self.arrow(column)
        if array is None or pa.types.is_date(array.type):
            return np.full(self.size, NO_TIME, np.int64)
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        if _is_text(array.type):
            array = self._parsed_instants(column, array)
        if not pa.types.is_timestamp(array.type):
            raise self.refusal(column, f"holds {array.type}, not instants")
        ticks = array.cast(pa.timestamp("us", tz=array.type.tz), safe=False).cast(pa.int64())
        return _numbers(ticks, NO_TIME)

    def _parsed_instants(self, column: str, array: pa.Array) -> pa.Array:
        try:
            parsed = pd.to_datetime(array.to_pandas(), utc=True, format="ISO8601")
        except ValueError as error:
            raise self.refusal(column, f"holds a text that is no ISO instant ({error})") from error
        return pa.array(parsed, from_pandas=True)


def _one_array(chunks: pa.ChunkedArray) -> pa.Array:
    """Return one array; text of more than 2 GiB needs wide offsets first."""
    if chunks.num_chunks == 1:
        return chunks.chunk(0)
    if pa.types.is_dictionary(chunks.type):
        chunks = chunks.unify_dictionaries()
    elif pa.types.is_string(chunks.type) and chunks.nbytes >= 2**31:
        chunks = chunks.cast(pa.large_string())
    whole = chunks.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _numbers(array: pa.Array, missing: int) -> NDArray[Any]:
    """Return a column of whole numbers, without a copy where nothing is missing."""
    full = array.fill_null(missing) if array.null_count else array
    return np.asarray(full.to_numpy(zero_copy_only=False))


def _is_text(kind: Any) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _whole(book: BookColumns, column: str, array: pa.Array) -> pa.Array:
    """Return a float column as whole numbers, NaN as missing; refuse what is not exactly one."""
    values = array.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
    missing = np.isnan(values)
    whole = missing | ((np.abs(values) <= _EXACT_IN_FLOAT) & (values == np.floor(values)))
    if not whole.all():
        first = float(values[~whole][0])
        raise book.refusal(column, f"{first!r} is a fraction or too large to be exact", ~whole)
    return pa.array(np.where(missing, 0, values).astype(np.int64), mask=missing)
