"""Outcomes and records put together: nobody is forgotten, nothing is made up."""

from typing import Any

import pandas as pd
import pytest

from reconciliation.close.decided import join_outcomes
from reconciliation.close.frames import RECORD_COLUMNS
from reconciliation.errors import BooksDoNotBalance

VENDORS = pd.DataFrame({"vendor_id": [1, 2], "market_code": ["MA", "LG"]}).astype(
    {"market_code": "str"}
)


def records(*rows: tuple[str, str, int | None]) -> pd.DataFrame:
    """Records as (book, key, vendor), numbered from 1, 1,000 đồng each."""
    told = [
        {
            "book": book,
            "record_id": number,
            "key": key,
            "content_sha256": f"content of {key}",
            "ledger": "bank_vcb",
            "account": "1",
            "vendor_id": vendor,
            "business_date": pd.Timestamp(2026, 11, 10),
            "transaction_type": "payment",
            "direction": "credit",
            "status": "succeeded",
            "amount_vnd": number * 1_000,
            "fee_vnd": None,
            "tax_vnd": None,
        }
        for number, (book, key, vendor) in enumerate(rows, start=1)
    ]
    return pd.DataFrame(told, columns=list(RECORD_COLUMNS)).astype(RECORD_COLUMNS)


def outcomes(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    """Outcomes as (book, key, leg, counterpart's key)."""
    columns = ["book", "record_id", "leg", "counterpart_id"]
    return pd.DataFrame(rows, columns=columns).astype("str").assign(outcome="matched")


PAIR = outcomes(("payments", "p", "B", "s"), ("statement", "s", "B", "p"))


def joined(told: pd.DataFrame, decided: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of the join."""
    return join_outcomes(told, decided, VENDORS).to_dict("records")


def test_a_counterpart_lends_its_vendor_on_both_legs() -> None:
    told = records(("payments", "p", 2), ("statement", "s", None))
    decided = pd.concat([PAIR, outcomes(("statement", "s", "C", None))], ignore_index=True)

    found = joined(told, decided)

    assert [(one["leg"], one["vendor_id"], one["scope"]) for one in found] == [
        ("B", 2, "LG"),
        ("B", 2, "LG"),
        ("C", 2, "LG"),
    ]


def test_each_side_keeps_its_own_vendor() -> None:
    found = joined(records(("payments", "p", 1), ("statement", "s", 2)), PAIR)

    assert [one["scope"] for one in found] == ["MA", "LG"]


def test_what_names_nobody_is_in_nobodys_scope() -> None:
    [one] = joined(records(("statement", "s", None)), outcomes(("statement", "s", "B", None)))

    assert (one["scope"], one["other_key"] is None or pd.isna(one["other_key"])) == ("*", True)


def test_a_repeat_names_the_record_of_its_own_book_that_stays() -> None:
    told = records(("payments", "p", 1), ("payments", "again", 1))
    decided = outcomes(("payments", "p", "B", None), ("payments", "again", "B", "p"))

    found = joined(told, decided)

    assert found[1]["counterpart_id"] == 1


def test_the_same_name_in_the_other_book_comes_first() -> None:
    told = records(("payments", "k", 1), ("statement", "k", 1))
    decided = outcomes(("payments", "k", "B", "k"), ("statement", "k", "B", "k"))

    found = joined(told, decided)

    assert [one["counterpart_id"] for one in found] == [2, 1]
    assert [one["counterpart_vnd"] for one in found] == [2_000, 1_000]


@pytest.mark.parametrize(
    ("told", "decided", "message"),
    [
        (
            records(("payments", "p", 1), ("statement", "s", 1), ("statement", "lost", 1)),
            PAIR,
            "statement lost: nothing was decided about this record",
        ),
        (records(("payments", "p", 1)), PAIR, "an outcome names a record that is in no book"),
        (
            records(("payments", "p", 1)),
            outcomes(("payments", "p", "B", "s")),
            "counterpart 's' is in no book",
        ),
        (
            records(("payments", "p", 1), ("payments", "p", 1)),
            outcomes(("payments", "p", "B", None)),
            "stands twice in its book",
        ),
        (
            records(("payments", "p", 9)),
            outcomes(("payments", "p", "B", None)),
            "a record's vendor is in no market",
        ),
    ],
    ids=["forgotten", "made up", "no counterpart", "twice", "no market"],
)
def test_what_does_not_fit_together_is_refused(
    told: pd.DataFrame, decided: pd.DataFrame, message: str
) -> None:
    with pytest.raises(BooksDoNotBalance, match=message):
        join_outcomes(told, decided, VENDORS)
