"""What the engine takes from strangers, and what it refuses with file, row and column."""

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from reconciliation.engine.books import Books
from reconciliation.engine.matching import reconcile
from reconciliation.errors import EngineInputRefused
from tests.reconciliation.engine.world import (
    FRIDAY,
    MORNING,
    decided,
    outcomes,
    record,
    rules,
    run,
    table,
)

ID = {"provider_transaction_id": "T1"}
NO_LINES = table([])


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as pandas makes of them."""
    return pd.DataFrame(rows)


def refused(book: Any, **files: str) -> EngineInputRefused:
    """The refusal of a book of payments."""
    with pytest.raises(EngineInputRefused) as caught:
        reconcile(Books(payments=book, statement=NO_LINES, files=files), rules())
    return caught.value


@pytest.mark.parametrize(
    "column",
    [
        "record_id",
        "provider",
        "account",
        "amount_vnd",
        "direction",
        "transaction_type",
        "status",
        "business_date",
    ],
)
def test_a_required_column_that_is_missing_is_named(column: str) -> None:
    refusal = refused(table([record("p")]).drop_columns([column]), payments="P.parquet")

    assert (refusal.file, refusal.column, refusal.row) == ("P.parquet", column, None)
    assert str(refusal) == f"P.parquet: {column}: this required column is missing"


@pytest.mark.parametrize(
    ("told", "column", "problem"),
    [
        ({"amount_vnd": -5}, "amount_vnd", "-5 is negative"),
        ({"amount_vnd": None}, "amount_vnd", "is missing"),
        ({"record_id": "a"}, "record_id", "'a' stands in an earlier row too"),
        ({"record_id": None}, "record_id", "is missing"),
        ({"record_id": ""}, "record_id", "is missing"),
        ({"provider": None}, "provider", "is missing"),
        ({"direction": "in"}, "direction", "neither 'credit' nor 'debit'"),
        ({"direction": None}, "direction", "neither 'credit' nor 'debit'"),
        ({"business_date": None}, "business_date", "is missing"),
    ],
)
def test_a_bad_value_is_named_with_its_row(told: dict[str, Any], column: str, problem: str) -> None:
    rows = [record("a"), {**record("b"), **told}, record("c")]

    refusal = refused(table(rows), payments="P.parquet")

    assert (refusal.file, refusal.column, refusal.row) == ("P.parquet", column, 2)
    assert problem in str(refusal)


@pytest.mark.parametrize("amount", [10.5, 2.0**60, float("inf")])
def test_money_in_floats_that_is_not_exact_is_refused(amount: float) -> None:
    refusal = refused(frame([record("a"), record("b", amount_vnd=amount)]))

    assert (refusal.column, refusal.row) == ("amount_vnd", 2)


def test_a_column_of_mixed_kinds_is_refused() -> None:
    refusal = refused(frame([record("a", account="A"), record("b", account=17)]))

    assert refusal.column == "account"


def test_a_date_that_is_none_is_refused() -> None:
    assert refused(frame([record("a", business_date="20/11/2026")])).column == "business_date"


def test_an_instant_that_is_none_is_refused() -> None:
    assert refused(frame([record("a", occurred_at="yesterday")])).column == "occurred_at"


def test_ids_that_hold_dates_are_refused() -> None:
    assert refused(frame([record("a", account=MORNING)])).column == "account"


def test_empty_books_come_to_nothing() -> None:
    result = run([], [], [])

    assert len(result.outcomes) == 0
    assert len(result.vendor_day) == 0
    assert len(result.payouts) == 0


def test_frames_without_rows_and_columns_are_empty_books() -> None:
    result = reconcile(
        Books(payments=pd.DataFrame(), statement=pd.DataFrame(), payouts=pd.DataFrame()), rules()
    )

    assert len(result.outcomes) == 0


def test_columns_that_may_be_missing_may_be_missing_altogether() -> None:
    keep = ["record_id", "provider", "account", "amount_vnd", "direction", "transaction_type"]
    few = table([record("x")]).select([*keep, "status", "business_date"])

    result = reconcile(Books(payments=few, statement=few), rules())

    assert set(outcomes(result).values()) == {"matched"}


def test_columns_nobody_asked_for_are_ignored() -> None:
    extra = table([record("p", **ID)]).append_column("balance", pa.array([[1, 2]]))

    result = reconcile(Books(payments=extra, statement=table([record("s", **ID)])), rules())

    assert decided(result, "p").outcome == "matched"


@pytest.mark.parametrize(
    "day",
    [
        "2026-11-20",
        date(2026, 11, 20),
        datetime(2026, 11, 20),  # noqa: DTZ001 - how pandas writes a day
        pd.Timestamp("2026-11-20", tz="Asia/Ho_Chi_Minh"),
    ],
)
def test_a_business_day_is_read_in_any_of_its_forms(day: Any) -> None:
    lines = table([record("s", occurred_at=None)])

    result = reconcile(
        Books(payments=frame([record("p", business_date=day)]), statement=lines), rules()
    )

    assert decided(result, "p").counterpart_id == "s"
    assert result.vendor_day.iloc[0]["business_date"] == FRIDAY


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_instants_of_any_unit_and_zone_are_the_same_instant(unit: str) -> None:
    told = pd.Series([MORNING]).dt.tz_convert("Asia/Ho_Chi_Minh").dt.as_unit(unit)
    payments = frame([record("p")]).assign(occurred_at=told)

    result = reconcile(Books(payments=payments, statement=table([record("s")])), rules())

    assert decided(result, "p").rule == "amount_window@1"


def test_instants_may_be_iso_text() -> None:
    payments = frame([record("p", occurred_at="2026-11-20T09:00:00+07:00")])

    result = reconcile(Books(payments=payments, statement=table([record("s")])), rules())

    assert decided(result, "p").rule == "amount_window@1"


@pytest.mark.parametrize("backend", ["pyarrow", "numpy_nullable"])
def test_frames_of_any_backend_are_read(backend: Any) -> None:
    payments, lines = (
        frame([record(name, **ID, fee_vnd=None)]).convert_dtypes(dtype_backend=backend)
        for name in "ps"
    )

    result = reconcile(Books(payments=payments, statement=lines), rules())

    assert decided(result, "p").counterpart_id == "s"


def test_categories_and_dictionaries_are_read_as_their_values() -> None:
    rows = frame([record("p1", **ID), record("p2", account="B")])
    rows = rows.astype(dict.fromkeys(["provider", "account", "direction", "status"], "category"))
    lines = table([record("s", **ID)])
    lines = lines.set_column(
        lines.column_names.index("provider_transaction_id"),
        "provider_transaction_id",
        lines.column("provider_transaction_id").dictionary_encode(),
    )

    result = reconcile(Books(payments=rows, statement=lines), rules())

    assert decided(result, "p1").counterpart_id == "s"


def test_ids_that_are_whole_numbers_stay_whole_numbers() -> None:
    payments = frame([record("x", **ID)]).assign(record_id=[7], provider_transaction_id=[99])
    lines = frame([record("x", **ID)]).assign(record_id=[8], provider_transaction_id=["99"])

    rows = reconcile(Books(payments=payments, statement=lines), rules()).outcomes

    assert rows["record_id"].tolist() == [7, 8, 8]
    assert rows["counterpart_id"].tolist() == [8, 7, pd.NA]


def test_a_fee_column_of_floats_with_gaps_is_read_as_whole_dong() -> None:
    lines = frame([record("s1", **ID, fee_vnd=550.0), record("s2", fee_vnd=np.nan, amount_vnd=1)])

    result = reconcile(Books(payments=NO_LINES, statement=lines), rules())

    assert result.vendor_day.iloc[0]["fees_vnd"] == 550


def test_chunked_columns_are_one_column() -> None:
    rows = [record(f"p{n}", provider_transaction_id=f"T{n}") for n in range(6)]
    lines = [{**row, "record_id": f"s{n}"} for n, row in enumerate(rows)]
    chunked = pa.concat_tables([table(rows[:2]), table(rows[2:])])

    result = reconcile(Books(payments=chunked, statement=table(lines)), rules())

    assert set(outcomes(result).values()) == {"matched"}


def test_an_unknown_status_moved_no_money_and_an_unknown_type_is_other() -> None:
    result = run(
        [record("p", status="settled?")],
        [record("s", transaction_type="mystery", amount_vnd=1)],
    )

    assert decided(result, "p").outcome == "not_applicable"
    assert decided(result, "s").outcome == "missing_in_payments"


def test_words_are_read_whatever_their_case() -> None:
    told = {"status": "SUCCEEDED", "direction": "Credit", "transaction_type": "Payment"}

    result = run([record("p", **ID, **told)], [record("s", **ID)])

    assert decided(result, "p").outcome == "matched"


def test_many_accounts_at_many_providers_are_told_apart() -> None:
    rows = [
        record(f"p{n}", provider=f"P{n % 3}", account=f"A{n % 5}", provider_transaction_id="T")
        for n in range(15)
    ]
    lines = [{**row, "record_id": row["record_id"].replace("p", "s")} for row in rows]

    result = run(rows, lines)

    assert decided(result, "p7").counterpart_id == "s7"
    assert set(outcomes(result).values()) == {"matched"}


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize("kind", ["pandas", "arrow"])
def test_yes_and_no_are_no_amounts(value: bool, kind: str) -> None:
    told = [record("p", amount_vnd=value)]

    refusal = refused(frame(told) if kind == "pandas" else pa.Table.from_pylist(told))

    assert refusal.column == "amount_vnd"
    assert "not whole đồng" in str(refusal)
