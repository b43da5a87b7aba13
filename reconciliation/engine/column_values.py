"""Values of one column by an allow-list of types: whole đồng, business days, instants.

Arrow casts more than is meant: a time becomes a number, hexadecimal text an amount, a number a day.
So what a type stands for is decided here; everything else is refused, and nothing is rounded.
"""

from bisect import bisect_left
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Flags
from reconciliation.errors import EngineInputRefused

Refuse: TypeAlias = Callable[[str, Flags | None], EngineInputRefused]
"""Returns the refusal of the column for a problem, at the first of the bad rows if any."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)
"""The days that records and profiles may name."""
AMOUNT_MAX_VND = 2 * 10**18
"""Of an amount, a fee, a tax or a balance, either way, and of all amounts, fees and taxes of a book
in all, signs apart.

So no later sum leaves 64 bits. The largest: what a provider owes, of a statement of payments taken back
under the dearest schedule (all of the amount and 10^9 đồng, and the tax as much again), 3 times this
and 2·10^9 đồng a line, and of the payouts once more: below 2^63 up to 600 million lines.
"""
_EXACT_IN_FLOAT = 2**53
_DIGITS = "^-?[0-9]+$"
_INSTANT_WITH_ZONE = r"^[0-9-]{8,10}[T ].*(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
_TICKS_PER_S = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_MARKET_UTC_OFFSET_S = 7 * 3600
_DAY_S = 24 * 3600
_SHOWN_MAX = 60


def is_text(kind: Any) -> bool:
    """Return whether a type holds text."""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def decoded(array: pa.Array) -> pa.Array:
    """Return a column of a dictionary as its values, text always as the same type."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    # Views of text are cast first: Arrow can neither search nor parse them.
    return array.cast(pa.large_string()) if pa.types.is_string_view(array.type) else array


def whole_numbers(array: pa.Array, refuse: Refuse) -> tuple[NDArray[np.int64], Flags]:
    """Return whole đồng, 0 where none are told, and which rows tell some.

    Integers, decimals without a fraction, floats that are exactly whole, and text of plain digits,
    with a minus sign at most.
    """
    array = decoded(array)
    kind = array.type
    if pa.types.is_floating(kind):
        array = whole_floats(array, refuse)
    elif is_text(kind):
        plain = pc.match_substring_regex(array, _DIGITS).fill_null(True)
        _refuse_unless(plain, array, refuse, "is no whole number of đồng in plain digits")
    elif not (pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind)):
        raise _refusal_of_type(array, refuse, "not whole đồng")
    values = numbers(_cast(array, pa.int64(), refuse, "is no whole đồng of 64 bits"), 0)
    if len(values) and (values.max() > AMOUNT_MAX_VND or values.min() < -AMOUNT_MAX_VND):
        beyond = (values > AMOUNT_MAX_VND) | (values < -AMOUNT_MAX_VND)
        _refuse_unless(~beyond, array, refuse, f"is beyond {AMOUNT_MAX_VND} đồng")
    return values, np.asarray(array.is_valid().to_numpy(zero_copy_only=False))


def whole_floats(array: pa.Array, refuse: Refuse) -> pa.Array:
    """Return a float column as whole numbers, NaN as missing; refuse what is not exactly one."""
    values = array.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
    missing = np.isnan(values)
    whole = missing | ((np.abs(values) <= _EXACT_IN_FLOAT) & (values == np.floor(values)))
    if not whole.all():
        first = float(values[~whole][0])
        raise refuse(f"{first!r} is a fraction or too large to be exact", ~whole)
    return pa.array(np.where(missing, 0, values).astype(np.int64), mask=missing)


def calendar_days(array: pa.Array, refuse: Refuse) -> NDArray[np.int32]:
    """Return days since 1970 of dates, timestamps (with a zone: the market's day) and ISO text."""
    array = decoded(array)
    if pa.types.is_date64(array.type):
        array = array.cast(pa.timestamp("ms"))
    if array.null_count:
        missing = array.is_null().to_numpy(zero_copy_only=False)
        raise refuse("is missing; a business day is never assumed", missing)
    if is_text(array.type):
        array = _cast(array, pa.date32(), refuse, "is no date as 2026-11-20")
    if pa.types.is_timestamp(array.type):
        ticks = _within_calendar(array, refuse)
        per_s = _TICKS_PER_S[array.type.unit]
        ticks = ticks + (_MARKET_UTC_OFFSET_S * per_s if array.type.tz is not None else 0)
        return np.asarray(ticks // (_DAY_S * per_s), np.int32)
    if not pa.types.is_date32(array.type):
        raise _refusal_of_type(array, refuse, "no date")
    days = numbers(array.cast(pa.int32()), 0)
    first, last = (_seconds_to(day) // _DAY_S for day in (FIRST_DAY, LAST_DAY))
    _refuse_outside(days, first, last, array, refuse)
    return days


def ticks_of_instants(array: pa.Array, refuse: Refuse) -> pa.Array:
    """Return microseconds since 1970 in UTC of timestamps and ISO text, each with its zone.

    Whoever tells no zone may mean UTC or market time, seven hours apart: read as either, a payment
    would be joined with the line of another.
    """
    array = decoded(array)
    if is_text(array.type):
        array = _parsed(array, refuse)
    if not pa.types.is_timestamp(array.type):
        raise _refusal_of_type(array, refuse, "not instants")
    if array.type.tz is None:
        _refuse_unless(array.is_null(), array, refuse, "tells no zone; UTC is never assumed")
    _within_calendar(array, refuse)
    return array.cast(pa.timestamp("us", tz=array.type.tz), safe=False).cast(pa.int64())


def numbers(array: pa.Array, missing: int) -> NDArray[Any]:
    """Return a column of whole numbers, without a copy where nothing is missing."""
    full = array.fill_null(missing) if array.null_count else array
    return np.asarray(full.to_numpy(zero_copy_only=False))


def _parsed(array: pa.Array, refuse: Refuse) -> pa.Array:
    """Return ISO text as timestamps; text without a time or a zone is refused, "now" as well."""
    with_zone = pc.or_(
        pc.match_substring_regex(array, _INSTANT_WITH_ZONE).fill_null(True),
        pc.equal(array, "").fill_null(True),
    )
    _refuse_unless(with_zone, array, refuse, "is no ISO instant with its time and zone")
    parsed = pa.array(
        pd.to_datetime(array.to_pandas(), utc=True, format="ISO8601", errors="coerce"),
        from_pandas=True,
    )
    read = pc.or_(parsed.is_valid(), pc.equal(array, "").fill_null(True))
    _refuse_unless(read, array, refuse, f"is no ISO instant between {FIRST_DAY} and {LAST_DAY}")
    return parsed


def _within_calendar(array: pa.Array, refuse: Refuse) -> NDArray[np.int64]:
    """Return the ticks of timestamps, 0 where missing; refuse those of other centuries.

    Before any arithmetic: far from here a change of unit or zone would leave 64 bits unnoticed.
    """
    per_s = _TICKS_PER_S[array.type.unit]
    shift = _MARKET_UTC_OFFSET_S if array.type.tz is not None else 0
    first = (_seconds_to(FIRST_DAY) - shift) * per_s
    last = (_seconds_to(LAST_DAY) + _DAY_S - shift) * per_s - 1
    ticks = numbers(array.cast(pa.int64()), 0)
    _refuse_outside(ticks, first, last, array, refuse)
    return ticks


def _cast(array: pa.Array, kind: pa.DataType, refuse: Refuse, problem: str) -> pa.Array:
    """Return a column as another type; refuse the first value that is none, which Arrow leaves out."""
    try:
        return array.cast(kind)
    except pa.ArrowInvalid:
        first = bisect_left(range(len(array)), 1, key=lambda row: _fails(array, row, kind))
        raise refuse(f"{_shown(array, first)} {problem}", np.arange(len(array)) == first) from None


def _fails(array: pa.Array, row: int, kind: pa.DataType) -> bool:
    """Return whether the column can no longer be cast once a row is in it."""
    try:
        array[: row + 1].cast(kind)
    except pa.ArrowInvalid:
        return True
    return False


def _refusal_of_type(array: pa.Array, refuse: Refuse, wanted: str) -> EngineInputRefused:
    """Return the refusal of a whole column by its type, with what stands in its first row told."""
    told = array.is_valid().to_numpy(zero_copy_only=False)
    if not told.any():
        return refuse(f"holds {array.type}, {wanted}", None)
    return refuse(f"holds {array.type} ({_shown(array, int(np.argmax(told)))}), {wanted}", told)


def _refuse_outside(
    values: NDArray[Any], first: int, last: int, array: pa.Array, refuse: Refuse
) -> None:
    if len(values) and (int(values.min()) < first or int(values.max()) > last):
        outside = (values < first) | (values > last)
        _refuse_unless(~outside, array, refuse, f"is not between {FIRST_DAY} and {LAST_DAY}")


def _refuse_unless(good: pa.Array | Flags, array: pa.Array, refuse: Refuse, problem: str) -> None:
    held = np.asarray(good)
    if not held.all():
        raise refuse(f"{_shown(array, int(np.argmin(held)))} {problem}", ~held)


def _shown(array: pa.Array, row: int) -> str:
    """Return a value as Arrow writes it: a Python value could not hold each of them."""
    text = " ".join(array[row : row + 1].to_string(skip_new_lines=True).split())
    return text.removeprefix("[").removesuffix("]")[:_SHOWN_MAX]


def _seconds_to(day: date) -> int:
    since = datetime(day.year, day.month, day.day, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(seconds=1)
