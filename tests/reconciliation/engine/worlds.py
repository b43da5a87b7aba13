"""Hypothesis strategies: small worlds full of ties, repeats, gaps and clashes."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from merchants.request_reference import write_request_reference
from merchants.vendor_code import write_vendor_code
from tests.reconciliation.engine.world import FRIDAY, at, record

CODES = [write_vendor_code(1), write_vendor_code(2)]
REQUESTS = [write_request_reference(CODES[0], number) for number in (5, 6)]
MANGLED = [f"{CODES[0][:4]}9{CODES[0][5:]}", f"MBVCB {REQUESTS[0][:-2]}9{REQUESTS[0][-1]} CK"]
REFERENCES = [
    *[None, "DH0001", "DH0002", "tien rau", CODES[0], CODES[1], " ".join(CODES)],
    *[*REQUESTS, f"CT {REQUESTS[0]}TU", " ".join(REQUESTS), *MANGLED, MANGLED[1][:-6]],
]
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
            + [("refund", "debit")] * 2
            + [("fee", "debit"), ("other", "credit")]
        )
    )
    originals = [None, "T1", "T2", "T3"] if kind == "refund" else [None]
    return record(
        account=draw(usual(["A", "A", "A", "B", None])),
        original_transaction_id=draw(usual(originals)),
        provider_transaction_id=draw(usual([None, None, "T1", "T2", "T3"])),
        bank_reference=draw(usual([None, None, None, "F1", "F2", "DH0002"])),
        reference=draw(usual(REFERENCES)),
        amount_vnd=draw(usual([10_000, 10_000, 20_000])),
        direction=direction,
        transaction_type=kind,
        status=draw(usual(["succeeded"] * 8 + ["pending", "failed", "reversed"])),
        occurred_at=draw(usual([at(minutes), at(minutes), None])),
        business_date=FRIDAY + timedelta(days=days),
    )


@st.composite
def busy_days(draw: st.DrawFn, prefix: str) -> list[dict[str, Any]]:
    """One account whose two books keep the same time: a few ids, and many tied amounts without."""
    joined = [
        record(
            provider_transaction_id=f"T{n}",
            bank_reference=None,
            reference=None,
            amount_vnd=30_000,
            occurred_at=at(draw(st.sampled_from([0, 1, 2, 700]))),
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    tied = draw(st.lists(_tied(prefix), max_size=8))
    return [{**row, "record_id": f"{prefix}{n}"} for n, row in enumerate([*joined, *tied])]


@st.composite
def _tied(draw: st.DrawFn, prefix: str) -> dict[str, Any]:
    minutes = draw(
        st.sampled_from([0, 4, 8, 9, 12, 13, 16, 20, 24, 30, 33, 892, 896, 899, 901, 905])
    )
    usual = st.sampled_from
    return record(
        bank_reference=None,
        reference=draw(usual([None] * 5 + CODES)),
        provider_transaction_id=draw(usual([None] * 8 + [f"{prefix}1", f"{prefix}2"])),
        amount_vnd=draw(usual([10_000, 10_000, 10_000, 20_000])),
        occurred_at=draw(usual([at(minutes)] * 12 + [None])),
        business_date=FRIDAY + timedelta(days=int(minutes >= 900)),
    )


def worlds() -> st.SearchStrategy[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """Payments and statement lines."""
    return st.tuples(records("p"), records("s"))
