"""Hypothesis strategies: small worlds full of ties, repeats, gaps and clashes."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from merchants.vendor_code import write_vendor_code
from tests.reconciliation.engine.world import FRIDAY, at, record

CODES = [write_vendor_code(1), write_vendor_code(2)]
REFERENCES = [None, "DH0001", "DH0002", "tien rau", CODES[0], CODES[1], " ".join(CODES)]
MINUTES = [0, 5, 9, 11, 20, 700, 895, 899, 901, 905]


@st.composite
def records(draw: st.DrawFn, prefix: str) -> list[dict[str, Any]]:
    """Up to nine records of one book, some of them told twice."""
    rows = draw(st.lists(_row(), max_size=7))
    again = draw(st.lists(st.sampled_from(rows), max_size=2)) if rows else []
    return [{**row, "record_id": f"{prefix}{n}"} for n, row in enumerate([*rows, *again])]


@st.composite
def _row(draw: st.DrawFn) -> dict[str, Any]:
    minutes = draw(st.sampled_from(MINUTES))
    days = int(minutes >= 900)
    usual = st.sampled_from
    kind, direction = draw(
        usual(
            [("payment", "credit")] * 6
            + [("refund", "debit"), ("fee", "debit"), ("other", "credit")]
        )
    )
    return record(
        account=draw(usual(["A", "A", "A", "B", None])),
        provider_transaction_id=draw(usual([None, None, "T1", "T2", "T3"])),
        bank_reference=draw(usual([None, None, None, "F1", "F2", "DH0002"])),
        reference=draw(usual(REFERENCES)),
        amount_vnd=draw(usual([10_000, 10_000, 20_000])),
        direction=direction,
        transaction_type=kind,
        status=draw(usual(["succeeded"] * 8 + ["pending", "failed"])),
        occurred_at=draw(usual([at(minutes), at(minutes), None])),
        business_date=FRIDAY + timedelta(days=days),
    )


def worlds() -> st.SearchStrategy[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """Payments and statement lines."""
    return st.tuples(records("p"), records("s"))
