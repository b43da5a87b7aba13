"""Columns of the wrong type: each is refused by file and column, none is taken for money or a day."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from reconciliation.engine.books import Books
from reconciliation.engine.matching import reconcile
from reconciliation.errors import EngineInputRefused
from tests.reconciliation.engine.world import (
    MORNING,
    PAYOUT_SCHEMA,
    REQUEST_SCHEMA,
    decided,
    payout,
    record,
    request,
    rules,
    table,
)

ID = {"provider_transaction_id": "T1"}
PAYMENTS = table([record("p", **ID)])
NO_LINES = table([])
NAIVE = MORNING.replace(tzinfo=None)


def arrow(column: str, values: Any) -> pa.Table:
    """The payment with another column, as Arrow."""
    return PAYMENTS.set_column(PAYMENTS.column_names.index(column), column, values)


def objects(column: str, *values: Any) -> pd.DataFrame:
    """So many payments with another column, as objects of a frame."""
    frame = table([record(f"p{n}") for n, _ in enumerate(values)]).to_pandas()
    held = np.empty(len(values), object)
    held[:] = values
    return frame.assign(**{column: pd.Series(held, dtype=object)})


def refused(book: Any) -> EngineInputRefused:
    """The refusal of a book of payments."""
    with pytest.raises(EngineInputRefused) as caught:
        reconcile(Books(payments=book, statement=NO_LINES), rules())
    return caught.value


def taken(book: Any) -> int:
    """What a book of payments comes to."""
    return sum(
        reconcile(Books(payments=book, statement=NO_LINES), rules()).sums["payments.B"].values()
    )


def refused_if_at_all(book: Any) -> str:
    """The column for which a book of payments is refused, empty where it is taken."""
    try:
        taken(book)
    except EngineInputRefused as refusal:
        return refusal.column
    return ""


@pytest.mark.parametrize(
    "values",
    [
        pa.array([NAIVE]),
        pa.array([MORNING]),
        pa.array([timedelta(days=1)]),
        pa.array([time(1)]),
        pa.array([date(2026, 11, 20)]),
        pa.array([True]),
        pa.array([True]).dictionary_encode(),
        pa.array([NAIVE]).dictionary_encode(),
        pa.array([b"50000"]),
        pa.array([[50_000]]),
        pa.array([{"vnd": 50_000}]),
        pa.RunEndEncodedArray.from_arrays(pa.array([1], pa.int32()), pa.array([50_000])),
    ],
    ids=lambda values: str(values.type),
)
def test_only_whole_numbers_are_money(values: pa.Array) -> None:
    refusal = refused(arrow("amount_vnd", values))

    assert refusal.column == "amount_vnd"
    assert "not whole đồng" in str(refusal)


def test_a_wrong_type_is_told_with_its_book_column_rows_and_an_example() -> None:
    book = table([record(f"p{n}") for n in range(3)])
    at = book.column_names.index("amount_vnd")
    book = book.set_column(at, "amount_vnd", pa.array([None, NAIVE, NAIVE]))

    assert str(refused(book)) == (
        "payments: row 2, amount_vnd: holds timestamp[us] (2026-11-20 02:00:00.000000), "
        "not whole đồng (2 rows are so)"
    )


@pytest.mark.parametrize(
    ("column", "texts", "problem"),
    [
        ("amount_vnd", ["5", "0x2710", "0x1"], '"0x2710" is no whole number of đồng'),
        ("amount_vnd", ["5", "9" * 19, "5"], '"9999999999999999999" is no whole đồng of 64 bits'),
        ("business_date", ["2026-11-20", "20/11/2026", "x"], '"20/11/2026" is no date'),
        ("occurred_at", ["", "2026-11-20T25:00Z", None], '"2026-11-20T25:00Z" is no ISO instant'),
    ],
)
def test_the_first_text_that_is_no_value_is_told_with_its_row(
    column: str, texts: list[str | None], problem: str
) -> None:
    book = table([record(f"p{n}") for n in range(3)])
    book = book.set_column(book.column_names.index(column), column, pa.array(texts))

    refusal = refused(book)

    assert (refusal.file, refusal.column, refusal.row) == ("payments", column, 2)
    assert refusal.problem.startswith(problem)


ODD = (
    pa.array([NAIVE]),
    pa.array([MORNING]),
    pa.array([timedelta(days=1)]),
    pa.array([time(1)]),
    pa.array([date(2026, 11, 20)], pa.date64()),
    pa.array([True]).dictionary_encode(),
    pa.array([b"\xff"]),
    pa.array([b"\xff" * 4], pa.binary(4)),
    pa.array([[5]]),
    pa.array([{"vnd": 5}]),
    pa.array([[("a", 5)]], pa.map_(pa.string(), pa.int64())),
    pa.array([Decimal("0.5")]),
    pa.array([2**64 - 1], pa.uint64()),
    pa.array([float("inf")]),
    pa.array([1.5], pa.float16()),
    pa.array(["٣"], pa.string_view()),
    pa.array([(1, 2, 3)], pa.month_day_nano_interval()),
    pa.array([None], pa.duration("s")),
    pa.RunEndEncodedArray.from_arrays(pa.array([1], pa.int32()), pa.array(["5"])),
)


@pytest.mark.parametrize("column", [*PAYMENTS.column_names, "currency", "original_is_told"])
@pytest.mark.parametrize("values", ODD, ids=lambda values: str(values.type))
def test_any_type_in_any_column_is_taken_or_refused_by_its_name(
    column: str, values: pa.Array
) -> None:
    book = PAYMENTS.drop_columns([column] if column in PAYMENTS.column_names else [])

    assert refused_if_at_all(book.append_column(column, values)) in {"", column}


@pytest.mark.parametrize(
    "text", ["0x2710", "+5", " 5", "5 ", "5\n", "", "5.0", "1e3", "٣", "5_000", "5.000", "--5"]
)
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()], ids=str)
def test_money_in_text_is_plain_digits(text: str, kind: pa.DataType) -> None:
    refusal = refused(arrow("amount_vnd", pa.array([text], kind)))

    assert refusal.column == "amount_vnd"
    assert refusal.row == 1


@pytest.mark.parametrize(
    "values",
    [
        pa.array(["50000"]),
        pa.array(["0050000"], pa.string_view()),
        pa.array(["50000"]).dictionary_encode(),
        pa.array([50_000], pa.uint16()),
        pa.array([50_000.0]),
        pa.array([50_000.0]).dictionary_encode(),
        pa.array([50_000]).dictionary_encode(),
        pa.array([Decimal("50000.00")]),
        pa.array([Decimal(50_000)], pa.decimal256(60, 0)),
    ],
    ids=lambda values: str(values.type),
)
def test_whole_numbers_are_money_in_any_type_that_holds_them(values: pa.Array) -> None:
    assert taken(arrow("amount_vnd", values)) == 50_000


def test_a_cost_in_text_may_be_negative() -> None:
    lines = arrow("fee_vnd", pa.array(["-500"]))

    result = reconcile(Books(payments=NO_LINES, statement=lines), rules())

    assert result.vendor_day.iloc[0]["fees_vnd"] == -500


@pytest.mark.parametrize("fee", [Decimal("0.5"), Decimal(10) ** 30])
def test_a_decimal_that_is_no_whole_number_of_64_bits_is_refused(fee: Decimal) -> None:
    assert refused(arrow("fee_vnd", pa.array([fee]))).column == "fee_vnd"


@pytest.mark.parametrize(
    "values",
    [
        (10**30,),
        (2**63, 1),
        (Decimal("Infinity"),),
        (True, 5),
        (1, "5"),
        (object(),),
        ([1],),
    ],
    ids=lambda values: "-".join(type(one).__name__ for one in values),
)
def test_objects_that_are_no_money_are_refused(values: tuple[Any, ...]) -> None:
    assert refused(objects("amount_vnd", *values)).column == "amount_vnd"


def test_complex_numbers_are_no_money() -> None:
    book = PAYMENTS.to_pandas().assign(amount_vnd=np.array([1 + 0j]))

    assert refused(book).column == "amount_vnd"


def test_a_text_that_is_no_unicode_is_refused() -> None:
    assert refused(objects("reference", "\ud800")).column == "reference"


def twice(column: str, kind: str) -> Any:
    """A book in which a column stands twice."""
    if kind == "arrow":
        return PAYMENTS.append_column(column, PAYMENTS.column(column))
    frame = PAYMENTS.to_pandas()
    return pd.concat([frame, frame[[column]]], axis=1)


@pytest.mark.parametrize("column", ["amount_vnd", "record_id", "reference", "occurred_at"])
@pytest.mark.parametrize("kind", ["arrow", "pandas"])
def test_a_column_that_stands_twice_is_refused(column: str, kind: str) -> None:
    refusal = refused(twice(column, kind))

    assert refusal.column == column
    assert "stands 2 times" in str(refusal)


def test_a_column_nobody_asks_for_may_stand_twice() -> None:
    assert (
        taken(
            twice("fee_vnd", "arrow").rename_columns([*PAYMENTS.column_names[:-2], "x", "y", "x"])
        )
        == 50_000
    )


@pytest.mark.parametrize(
    "values",
    [
        pa.array([20_261_120], pa.int32()),
        pa.array([20_612], pa.int64()),
        pa.array([20_612], pa.int32()).dictionary_encode(),
        pa.array([time(1)]),
        pa.array([timedelta(days=20_612)]),
        pa.array([20_612.0]),
        pa.array([True]),
    ],
    ids=lambda values: str(values.type),
)
def test_numbers_and_times_are_no_day(values: pa.Array) -> None:
    refusal = refused(arrow("business_date", values))

    assert refusal.column == "business_date"
    assert "no date" in str(refusal)


def test_a_period_is_no_day() -> None:
    book = PAYMENTS.to_pandas().assign(business_date=pd.period_range("2026-11", periods=1))

    assert refused(book).column == "business_date"


@pytest.mark.parametrize(
    "values",
    [
        pa.array([date(1899, 12, 31)]),
        pa.array([date(2100, 1, 1)]),
        pa.array([date(2100, 1, 1)], pa.date64()),
        pa.array(["1026-11-20"]),
        pa.array([datetime(2100, 1, 1)]),  # noqa: DTZ001 - how pandas writes a day
        pa.array([datetime(2099, 12, 31, 17, tzinfo=UTC)]),
        pa.array([2**60], pa.timestamp("s")),
        pa.array([-(2**60)], pa.timestamp("ms", tz="UTC")),
        pa.array([2**31 - 1], pa.int32()).cast(pa.date32()),
    ],
    ids=str,
)
def test_days_outside_the_calendar_of_profiles_are_refused(values: pa.Array) -> None:
    refusal = refused(arrow("business_date", values))

    assert (refusal.column, refusal.row) == ("business_date", 1)
    assert "between 1900-01-01 and 2099-12-31" in str(refusal)


@pytest.mark.parametrize("day", ["1900-01-01", "2099-12-31"])
def test_the_first_and_the_last_day_are_taken(day: str) -> None:
    assert taken(arrow("business_date", pa.array([day]))) == 50_000


def test_a_day_of_parts_of_a_microsecond_is_read() -> None:
    told = pa.array([1_795_132_800_000_000_001], pa.timestamp("ns", tz="UTC"))

    assert taken(arrow("business_date", told)) == 50_000


@pytest.mark.parametrize(
    "values",
    [
        pa.array([NAIVE]),
        pa.array([None, NAIVE]).slice(1),
        pa.array([NAIVE]).dictionary_encode(),
        pa.array([NAIVE.isoformat()]),
        pa.array(["2026-11-20 09:00"]),
        pa.array(["2026-11-20"]),
        pa.array(["today"]),
    ],
    ids=str,
)
def test_an_instant_without_a_zone_is_refused(values: pa.Array) -> None:
    refusal = refused(arrow("occurred_at", values))

    assert (refusal.column, refusal.row) == ("occurred_at", 1)
    assert "zone" in str(refusal)


def test_an_instant_without_a_zone_is_refused_in_requests_too() -> None:
    at = REQUEST_SCHEMA.get_field_index("expires_at")
    schema = REQUEST_SCHEMA.set(at, pa.field("expires_at", pa.timestamp("us")))
    asked = table([request("q", reference="REQ", expires_at=NAIVE)], schema)

    with pytest.raises(EngineInputRefused, match="row 1, expires_at"):
        reconcile(Books(payments=NO_LINES, statement=NO_LINES, requests=asked), rules())


def test_the_row_of_an_instant_without_a_zone_is_told() -> None:
    book = objects("occurred_at", None, "2026-11-20T09:00:00+07:00", "", "2026-11-20T09:00:00")

    assert refused(book).row == 4


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T02:00:00Z",
        "2026-11-20 09:00:00+07:00",
        "2026-11-20T09:00:00.000001+0700",
        "2026-11-20T09:00+07",
        "2026-11-19T22:00:00-04:00",
    ],
)
def test_iso_texts_with_a_zone_are_instants(text: str) -> None:
    lines = table([record("s")])

    result = reconcile(
        Books(payments=arrow("occurred_at", pa.array([text])), statement=lines), rules()
    )

    assert decided(result, "p").rule == "amount_window@1"


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([pd.NaT]),
        pd.Series([None], dtype=object),
        pd.Series([""], dtype=object),
        pd.Series([date(2026, 11, 20)], dtype=object),
    ],
    ids=repr,
)
def test_where_no_instant_is_told_no_zone_is_missing(column: "pd.Series[Any]") -> None:
    assert taken(PAYMENTS.to_pandas().assign(occurred_at=column)) == 50_000


@pytest.mark.parametrize("column", ["occurred_at", "business_date"])
@pytest.mark.parametrize(
    "values",
    [
        (MORNING, NAIVE),
        (NAIVE, MORNING),
        (date(2026, 11, 20), MORNING),
        (NAIVE, date(2026, 11, 20)),
    ],
    ids=str,
)
def test_moments_of_several_kinds_in_one_column_are_refused(
    column: str, values: tuple[Any, ...]
) -> None:
    refusal = refused(objects(column, *values))

    assert refusal.column == column
    assert "mixed kinds" in str(refusal)


@pytest.mark.parametrize(
    "values",
    [
        pa.array([2**60], pa.timestamp("s", tz="UTC")),
        pa.array([-(2**62)], pa.timestamp("us", tz="UTC")),
        pa.array(["2100-01-01T00:00:00Z"]),
        pa.array(["9999-12-31T00:00:00.123456789Z"]),
    ],
    ids=str,
)
def test_instants_outside_the_calendar_are_refused(values: pa.Array) -> None:
    assert refused(arrow("occurred_at", values)).column == "occurred_at"


@pytest.mark.parametrize("kind", [pa.int64(), pa.time64("us"), pa.duration("us")], ids=str)
def test_numbers_are_no_instants(kind: pa.DataType) -> None:
    assert "not instants" in str(refused(arrow("occurred_at", pa.array([5], kind))))


def test_payouts_are_read_as_strictly() -> None:
    at = PAYOUT_SCHEMA.get_field_index("arrived_on")
    made = table([payout("o")], PAYOUT_SCHEMA).set_column(
        at, "arrived_on", pa.array([20_261_121], pa.int32())
    )

    with pytest.raises(EngineInputRefused, match="payouts: row 1, arrived_on: holds int32"):
        reconcile(Books(payments=NO_LINES, statement=NO_LINES, payouts=made), rules())


def test_an_id_beyond_64_bits_is_told_as_text() -> None:
    book = arrow("record_id", pa.array([2**64 - 1], pa.uint64()))

    outcomes = reconcile(Books(payments=book, statement=NO_LINES), rules()).outcomes

    assert outcomes["record_id"].tolist() == ["18446744073709551615"]
