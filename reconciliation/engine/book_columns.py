"""Columns of a book as a stranger hands them over, read strictly: Arrow, pandas or plain objects.

Each reader returns numpy columns and refuses, with file, row and column, what is no such value.
Money is never rounded: a column of floats passes only if each value is a whole number below 2^53,
because that is what Parquet writers make of whole numbers with gaps. What else is taken for money,
a day or an instant is said in ``column_values``.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconciliation.engine.coded_text import CodedText, Flags, code_text, no_text
from reconciliation.engine.column_values import (
    AMOUNT_MAX_VND,
    calendar_days,
    is_text,
    numbers,
    ticks_of_instants,
    whole_floats,
    whole_numbers,
)
from reconciliation.engine.sums import exact_sum, largest
from reconciliation.errors import EngineInputRefused

Table: TypeAlias = Any
"""A pandas frame or an Arrow table."""
NO_TIME = np.iinfo(np.int64).min
"""Stands for "no time of day was told" among microseconds since 1970."""


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
        """Return the refusal of a column, at the first bad row (counted from 1), how many told."""
        if bad is None:
            return EngineInputRefused(file=self.file, column=column, problem=problem)
        count, row = int(np.count_nonzero(bad)), int(np.argmax(bad)) + 1
        so_many = f"{problem} ({count} rows are so)" if count > 1 else problem
        return EngineInputRefused(file=self.file, column=column, problem=so_many, row=row)

    def arrow(self, column: str) -> pa.Array | None:
        """Return a column as one Arrow array, ``None`` when the book has no such column."""
        times = self._names().count(column)
        if not times:
            return None
        if times > 1:
            raise self.refusal(column, f"stands {times} times; nobody could say which one counts")
        if isinstance(self.table, pa.Table):
            array = self.table.column(column)
        else:
            try:
                array = pa.array(self.table[column], from_pandas=True)
            except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
                # Objects Arrow has no type for: numbers too large for it, complex ones, lone surrogates.
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
        """Return whether a column holds whole numbers of 64 bits, all below 2^63; no text."""
        array = self.arrow(column)
        if array is None or not pa.types.is_integer(array.type):
            return False
        return array.type != pa.uint64() or (pc.max(array).as_py() or 0) < 2**63

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
        codes = numbers(array.indices, -1).astype(np.int32, copy=False)
        texts = array.dictionary.cast(pa.large_string())
        empty = np.flatnonzero(pc.equal(texts.fill_null(""), "").to_numpy(zero_copy_only=False))
        if len(empty):
            codes = np.where(np.isin(codes, empty), np.int32(-1), codes)
        return codes, texts

    def _textual(self, column: str, array: pa.Array) -> pa.Array:
        """Return a column of text or whole numbers; refuse what is neither."""
        values = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
        if pa.types.is_floating(values):
            return whole_floats(array, partial(self.refusal, column))
        if not (is_text(values) or pa.types.is_integer(values)):
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
        return whole_numbers(array, partial(self.refusal, column))

    def refuse_beyond(self, amounts: NDArray[np.int64], *costs: NDArray[np.int64]) -> None:
        """Refuse a book of which amounts and costs, signs apart, come to more than sums may hold."""
        every = (amounts, *costs)
        if sum(largest(values) for values in every) * self.size <= AMOUNT_MAX_VND:
            return
        total = sum(exact_sum(np.abs(values)) for values in every)
        if total > AMOUNT_MAX_VND:
            raise self.refusal(
                "amount_vnd",
                f"the amounts, fees and taxes of its {self.size} rows, signs apart, come to {total} "
                f"đồng, beyond {AMOUNT_MAX_VND}",
            )

    def flags(self, column: str) -> Flags:
        """Return a column of yes and no; no where it says nothing."""
        array = self.arrow(column)
        if array is None:
            return np.zeros(self.size, bool)
        if not pa.types.is_boolean(array.type):
            raise self.refusal(column, f"holds {array.type}, not yes and no")
        return np.asarray(array.fill_null(False).to_numpy(zero_copy_only=False))

    def days(self, column: str) -> NDArray[np.int32]:
        """Return days since 1970; dates, timestamps and ISO text from 1900 to 2099 are read."""
        array = self.required(column)
        if not len(array):
            return np.zeros(0, np.int32)
        self._refuse_mixed_moments(column, array)
        return calendar_days(array, partial(self.refusal, column))

    def instants(self, column: str) -> NDArray[np.int64]:
        """Return microseconds since 1970 in UTC, ``NO_TIME`` where only a day is known."""
        array = self.arrow(column)
        if array is None:
            return np.full(self.size, NO_TIME, np.int64)
        self._refuse_mixed_moments(column, array)
        if pa.types.is_date(array.type):
            return np.full(self.size, NO_TIME, np.int64)
        return numbers(ticks_of_instants(array, partial(self.refusal, column)), NO_TIME)

    def _refuse_mixed_moments(self, column: str, array: pa.Array) -> None:
        """Refuse objects of which some tell a zone, or a time, and some none: Arrow assumes UTC."""
        if isinstance(self.table, pa.Table) or not pa.types.is_temporal(array.type):
            return
        if self.table[column].dtype != object:
            return
        told = self.table[column].dropna()
        kinds = {(isinstance(one, datetime), getattr(one, "tzinfo", None) is None) for one in told}
        if len(kinds) > 1:
            raise self.refusal(
                column, "holds values of mixed kinds (with and without a zone or time)"
            )


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
