"""Root and payouts of a run come out the same by other means, and every forgery of them is named."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.engine.leaves import NO_ACCOUNT, leaves_of_columns
from reconciliation.engine.matching import reconcile
from reconciliation.engine.outcome_table import COLUMNS, VOCABULARIES
from reconciliation.engine.results import Reconciled
from reconciliation.errors import RunRefused
from reconciliation.profiles import FeeSchedule
from reconciliation.verification.contracts import Contracts
from reconciliation.verification.files import prove_files
from reconciliation.verification.roots import leaf_of, root_of_tables
from reconciliation.verification.runs import prove_run, read_run
from tests.reconciliation.engine.world import (
    FRIDAY,
    Row,
    books,
    payout,
    proved,
    record,
    rules,
)
from tests.reconciliation.engine.worlds import records

RUN_FEE = FeeSchedule(bps=150, per="run", fixed_vnd=1_000, max_vnd=40_000, vat_bps=1_000)
CYCLE = {"payouts": "cut_off_run", "cycle_days": 1, "fee": RUN_FEE}
LINES = [
    *(record(f"s{n}", amount_vnd=amount) for n, amount in enumerate((100_000, 250_000, 33_333))),
    record("back", amount_vnd=20_000, direction="debit", transaction_type="refund"),
    record("own", amount_vnd=40_000, fee_vnd=400, tax_vnd=40),
]
DUE = 363_333 - (5_450 + 1_000) - 645 + 39_560


def root(result: Reconciled, given_books: Any) -> str:
    tables = {
        name: getattr(given_books, name)
        for name in ("payments", "statement", "payouts", "requests")
        if getattr(given_books, name) is not None
    }
    return root_of_tables(tables, result.outcome_table, COLUMNS, VOCABULARIES, result.counts)


def test_a_fee_of_the_whole_payout_is_worked_out_by_hand_and_by_the_proof() -> None:
    profiles = rules(CYCLE)
    given_books = books([], LINES, [payout("o1", amount_vnd=DUE)])

    result = reconcile(given_books, profiles)

    told = result.payouts.iloc[0]
    assert (told["outcome"], told["expected_vnd"], told["lines"]) == ("paid", DUE, 5)
    assert proved(result, given_books, profiles) == []


@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        (lambda p: p.assign(expected_vnd=p["expected_vnd"] + 1), "expected_vnd is"),
        (lambda p: p.assign(lines=p["lines"] + 1), "lines is 6, the files come to 5"),
        (lambda p: p.assign(outcome="over"), "outcome is over, the files come to paid"),
    ],
)
def test_a_payout_that_is_not_what_its_lines_come_to_is_named(
    spoil: Callable[[pd.DataFrame], pd.DataFrame], finding: str
) -> None:
    profiles = rules(CYCLE)
    given_books = books([], LINES, [payout("o1", amount_vnd=DUE)])
    result = reconcile(given_books, profiles)
    frames = {
        name: getattr(given_books, name).to_pandas()
        for name in ("payments", "statement", "payouts")
    }
    found = prove_files(
        frames,
        result.outcomes,
        result.vendor_day,
        spoil(result.payouts),
        result.roll_forward,
        Contracts(json.loads(profiles.content)[0]),
    )

    assert any(finding in one for one in found)


FEES = [None, RUN_FEE, FeeSchedule(bps=110, fixed_vnd=500, min_vnd=700, vat_bps=800)]


@settings(max_examples=60, deadline=None)
@given(
    lines=st.lists(
        st.tuples(
            st.integers(1, 400_000),
            st.integers(0, 3),
            st.booleans(),
            st.sampled_from([None, 0, 77]),
        ),
        max_size=9,
    ),
    fee=st.sampled_from(FEES),
    off=st.sampled_from([0, 0, 0, -1_000, 5]),
    held=st.integers(0, 3),
)
def test_payouts_of_any_contract_are_proved(
    lines: list[tuple[int, int, bool, int | None]], fee: FeeSchedule | None, off: int, held: int
) -> None:
    profiles = rules({"payouts": "cut_off_run", "cycle_days": 1, "fee": fee})
    statement: list[Row] = [
        record(
            f"s{n}",
            amount_vnd=amount,
            business_date=FRIDAY + timedelta(days=day),
            direction="debit" if is_refund else "credit",
            transaction_type="refund" if is_refund else "payment",
            fee_vnd=told,
        )
        for n, (amount, day, is_refund, told) in enumerate(lines)
    ]
    paid = sum(row["amount_vnd"] for row in statement[held:] if row["direction"] == "credit")
    payouts = [payout("o1", amount_vnd=max(paid + off, 1), arrived_on=FRIDAY + timedelta(days=1))]
    given_books = books([], statement, payouts)

    result = reconcile(given_books, profiles)

    assert proved(result, given_books, profiles) == []
    assert root(result, given_books) == result.root_hash


@settings(max_examples=40, deadline=None)
@given(records("p"), records("s"), st.sampled_from([[], [payout("o1", amount_vnd=89_000)]]))
def test_the_root_follows_from_the_tables_alone(
    payments: list[Row], statement: list[Row], payouts: list[Row]
) -> None:
    given_books = books(payments, statement, payouts)

    result = reconcile(given_books, rules())

    assert root(result, given_books) == result.root_hash


@given(provider=st.text(max_size=20), account=st.text(max_size=40))
def test_an_account_is_in_the_leaf_the_engine_puts_it_in(provider: str, account: str) -> None:
    columns = [pa.array([text], pa.large_string()) for text in (provider or "p", account)]

    [leaf] = leaves_of_columns(*columns)

    assert leaf_of(provider or "p", account) == leaf
    assert leaf_of(provider, "") == NO_ACCOUNT


SPOILT: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda run: run.update(root_hash="0" * 64), "root: the tables have"),
    (lambda run: run.update(rules=run["rules"].replace(": ", ":  ", 1)), "rules: "),
    (
        lambda run: run["counts"]["statement.B"].update(missing_in_payments=2),
        "counts of statement.B",
    ),
    (lambda run: run["sums_vnd"]["payouts.C"].update(paid=1), "sums_vnd of payouts.C"),
    (lambda run: run["sums_vnd"]["statement.B"].update(rejected=10_000), "sums_vnd of statement.B"),
    (lambda run: run["records"].update(payouts=3), "records: "),
]


@pytest.mark.parametrize(("spoil", "finding"), [(None, ""), *SPOILT])
def test_what_a_run_says_of_itself_is_proved_too(
    spoil: Callable[[dict[str, Any]], object] | None, finding: str
) -> None:
    profiles = rules(CYCLE)
    dollars = record("usd", amount_vnd=10_000, currency="USD")
    given_books = books([], [*LINES, dollars], [payout("o1", amount_vnd=DUE)])
    result = reconcile(given_books, profiles)
    told = {
        "records": dict(result.records),
        "counts": json.loads(json.dumps(result.counts)),
        "sums_vnd": json.loads(json.dumps(result.sums)),
        "root_hash": result.root_hash,
        "rules": profiles.content,
        "rules_sha256": profiles.rules_sha256,
        "columns": COLUMNS,
        "words": VOCABULARIES,
    }
    if spoil is not None:
        spoil(told)
    tables = {name: getattr(given_books, name) for name in ("payments", "statement", "payouts")}
    frames = {name: table.to_pandas() for name, table in tables.items()}

    found = prove_run(read_run(json.dumps(told)), tables, result.outcome_table, frames)

    assert found == [] if spoil is None else any(one.startswith(finding) for one in found)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"records": {}}'])
def test_what_is_no_run_is_refused(text: str) -> None:
    with pytest.raises(RunRefused, match=r"run\.json"):
        read_run(text)
