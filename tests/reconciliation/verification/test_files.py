"""Results are proved from files alone: a true run holds, and every forgery is named."""

import json
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.engine.matching import reconcile
from reconciliation.profiles import Profiles
from reconciliation.verification.contracts import Contracts
from reconciliation.verification.files import prove_files
from tests.reconciliation.engine.world import Row, books, payout, record, rules
from tests.reconciliation.engine.worlds import records

PAYMENTS = [
    record("p1", provider_transaction_id="T1"),
    record("p2", provider_transaction_id="T2", amount_vnd=20_000),
    *(record(f"tp{n}", amount_vnd=10_000) for n in (1, 2)),
]
STATEMENT = [
    record("s1", provider_transaction_id="T1"),
    record("s2", provider_transaction_id="T2", amount_vnd=19_000),
    *(record(f"ts{n}", amount_vnd=10_000) for n in (1, 2)),
]
PAYOUTS = [payout("o1", amount_vnd=89_000)]
Tables = dict[str, pd.DataFrame]
CYCLE = {"payouts": "cut_off_run", "cycle_days": 1}


def contracts(profiles: Profiles) -> Contracts:
    return Contracts(json.loads(profiles.content)[0])


def run() -> tuple[Tables, Tables]:
    """The books of a small day and the tables of its run."""
    given_books = books(PAYMENTS, STATEMENT, PAYOUTS)
    result = reconcile(given_books, rules(CYCLE))
    told = {
        "outcomes": result.outcomes,
        "vendor_day": result.vendor_day,
        "payouts": result.payouts,
        "roll_forward": result.roll_forward,
    }
    names = ("payments", "statement", "payouts")
    frames = {name: getattr(given_books, name).to_pandas() for name in names}
    return frames, told


def test_a_true_run_is_proved() -> None:
    frames, told = run()

    kinds = set(told["outcomes"]["outcome"])
    assert kinds >= {"matched", "matched_with_difference", "matched_in_class", "paid"}
    assert prove_files(frames, **told, contracts=contracts(rules(CYCLE))) == []


def at(table: pd.DataFrame, record_id: str, column: str, value: int | str, leg: str = "B") -> None:
    table.loc[table["record_id"].eq(record_id) & table["leg"].eq(leg), column] = value


def forge(told: Tables, name: str, rows: "Callable[[pd.DataFrame], pd.DataFrame]") -> None:
    told[name] = rows(told[name])


FORGERIES: list[tuple[Callable[[Tables], object], str]] = [
    (lambda t: forge(t, "outcomes", lambda o: o.iloc[1:]), "no outcome on leg B"),
    (
        lambda t: forge(t, "outcomes", lambda o: pd.concat([o, o.iloc[:1]])),
        "several outcomes on leg B",
    ),
    (lambda t: at(t["outcomes"], "p1", "record_id", "p9"), "of a record nobody gave"),
    (lambda t: at(t["outcomes"], "p1", "counterpart_id", "s2"), "does not name it"),
    (lambda t: at(t["outcomes"], "p2", "difference_vnd", 0), "not line minus payment"),
    (lambda t: at(t["outcomes"], "p2", "outcome", "matched"), "matched, and a difference told"),
    (lambda t: at(t["outcomes"], "ts1", "outcome", "ambiguous"), "not as many payments as lines"),
    (lambda t: at(t["outcomes"], "s1", "counterpart_id", "o9", "C"), "a payout nobody gave"),
    (
        lambda t: at(t["outcomes"], "o1", "difference_vnd", 5, "C"),
        "payouts o1: paid, and 89000 is not 89000 so",
    ),
    (
        lambda t: forge(t, "outcomes", lambda o: o.drop(columns="leg")),
        "outcomes: has no column leg",
    ),
    (
        lambda t: forge(t, "vendor_day", lambda o: o.drop(columns="net_vnd")),
        "vendor_day: has no column net_vnd",
    ),
    (
        lambda t: forge(t, "payouts", lambda o: o.drop(columns="record_id")),
        "payouts: has no column record_id",
    ),
]


@pytest.mark.parametrize(("forgery", "finding"), FORGERIES, ids=[what for _, what in FORGERIES])
def test_a_forgery_is_named(forgery: Callable[[Tables], object], finding: str) -> None:
    frames, told = run()

    forgery(told)

    found = prove_files(frames, **told, contracts=contracts(rules(CYCLE)))
    assert any(finding in one for one in found)


@settings(max_examples=30)
@given(records("p"), records("s"), st.sampled_from([[], PAYOUTS]))
def test_whatever_the_engine_says_is_proved_by_other_means(
    payments: list[Row], statement: list[Row], payouts: list[Row]
) -> None:
    given_books = books(payments, statement, payouts)
    result = reconcile(given_books, rules())

    frames = {
        name: getattr(given_books, name).to_pandas()
        for name in ("payments", "statement", "payouts")
    }
    tables = (result.outcomes, result.vendor_day, result.payouts, result.roll_forward)
    assert prove_files(frames, *tables, contracts=contracts(rules())) == []


@pytest.mark.parametrize("field", ["provider_transaction_id", "bank_reference"])
def test_one_id_that_counts_in_both_books_is_found(field: str) -> None:
    profile = {
        "books": ("statement",),
        "provider_id": ("provider_transaction_id", field),
    }
    given_books = books(
        [record("p", provider_transaction_id="T1"), record("q", provider_transaction_id="T2")],
        [record("s", **{field: "T1"}), record("fee", transaction_type="fee", **{field: "T2"})],
    )
    result = reconcile(given_books, rules(profile))
    frames = {name: getattr(given_books, name).to_pandas() for name in ("payments", "statement")}
    told = {"payouts": result.payouts, "roll_forward": result.roll_forward}
    terms = contracts(rules(profile))
    forged = result.outcomes.copy()
    pair = forged["record_id"].isin(["p", "s"]) & forged["leg"].eq("B")
    forged.loc[pair, ["outcome", "reason"]] = ["not_applicable", "one_book"]
    forged.loc[pair, "counterpart_id"] = None

    def findings(outcomes: pd.DataFrame) -> list[str]:
        tables = {"outcomes": outcomes, "vendor_day": result.vendor_day, **told}
        return prove_files(frames, **tables, contracts=terms)

    assert terms.id_columns == {"provider_transaction_id", field}
    assert findings(result.outcomes) == []
    assert "payments p: counted beside statement s, which has the same id" in findings(forged)
