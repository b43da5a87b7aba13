"""A run whose decisions do not hold raises, whatever decided them."""

from collections.abc import Callable

import numpy as np
import pytest

from reconciliation.engine.across import look_across
from reconciliation.engine.cascade import Matched, match
from reconciliation.engine.coded_books import CodedBooks, code_books
from reconciliation.engine.coded_text import hash_text
from reconciliation.engine.decisions import Decisions
from reconciliation.engine.invariants import (
    prove_leg_a,
    prove_leg_b,
    prove_leg_c,
    prove_told_once,
)
from reconciliation.engine.outcomes import OUTCOME_CODE, Outcome, Reason, Rule
from reconciliation.engine.payment_requests import settle_requests
from reconciliation.engine.payouts import settle_listings, settle_payouts
from reconciliation.errors import BooksDoNotBalance
from tests.reconciliation.engine.test_properties import context_of
from tests.reconciliation.engine.world import books, payout, record, request, rules

Spoil = Callable[[Decisions, Decisions], None]


def decided() -> tuple[CodedBooks, Matched]:
    """Two pairs, one of them with a difference, and a set of two."""
    payments = [
        record("p1", provider_transaction_id="T1"),
        record("p2", provider_transaction_id="T2", account="B"),
        *(record(f"c{n}", amount_vnd=7_000) for n in range(2)),
    ]
    statement = [
        record("s1", provider_transaction_id="T1"),
        record("s2", provider_transaction_id="T2", account="B", amount_vnd=49_000),
        *(record(f"d{n}", amount_vnd=7_000) for n in range(2)),
    ]
    coded = code_books(books(payments, statement), hash_text)
    return coded, match(coded.payments, coded.statement, context_of(coded))


def spoil_open(payments: Decisions, statement: Decisions) -> None:
    payments.outcome[0] = 255


def spoil_claim(payments: Decisions, statement: Decisions) -> None:
    payments.counterpart[1] = payments.counterpart[0]


def spoil_one_side(payments: Decisions, statement: Decisions) -> None:
    statement.outcome[0] = OUTCOME_CODE[Outcome.MISSING_IN_PAYMENTS]


def spoil_account(payments: Decisions, statement: Decisions) -> None:
    payments.counterpart[[0, 1]] = payments.counterpart[[1, 0]]
    statement.counterpart[[0, 1]] = statement.counterpart[[1, 0]]


def spoil_difference(payments: Decisions, statement: Decisions) -> None:
    payments.difference[1] = statement.difference[1] = -999


def spoil_one_difference(payments: Decisions, statement: Decisions) -> None:
    statement.difference[1] = 0


def spoil_plain_match(payments: Decisions, statement: Decisions) -> None:
    payments.outcome[1] = statement.outcome[1] = OUTCOME_CODE[Outcome.MATCHED]


def spoil_set_size(payments: Decisions, statement: Decisions) -> None:
    statement.outcome[3] = OUTCOME_CODE[Outcome.MISSING_IN_PAYMENTS]


def spoil_set_name(payments: Decisions, statement: Decisions) -> None:
    payments.class_number[2] = -1


def spoil_set_member(payments: Decisions, statement: Decisions) -> None:
    payments.outcome[0] = statement.outcome[0] = OUTCOME_CODE[Outcome.MATCHED_IN_CLASS]
    payments.class_number[0] = statement.class_number[0] = 0


def test_what_the_cascade_decides_holds() -> None:
    coded, matched = decided()

    prove_leg_b(coded.payments, coded.statement, matched)


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_open,
        spoil_claim,
        spoil_one_side,
        spoil_account,
        spoil_difference,
        spoil_one_difference,
        spoil_plain_match,
        spoil_set_size,
        spoil_set_name,
        spoil_set_member,
    ],
)
def test_a_spoiled_decision_is_found(spoil: Spoil) -> None:
    coded, matched = decided()

    spoil(matched.payments, matched.statement)

    with pytest.raises(BooksDoNotBalance):
        prove_leg_b(coded.payments, coded.statement, matched)


def test_a_payout_said_to_be_whole_must_be_the_sum_of_its_lines() -> None:
    lines = [record("s1", amount_vnd=30_000), record("s2", amount_vnd=20_000)]
    coded = code_books(books([], lines, [payout("o")]), hash_text)
    leg_b = match(coded.payments, coded.statement, context_of(coded)).statement
    runs = settle_listings(coded, leg_b, look_across(coded), rules(), hash_text)
    leg = settle_payouts(runs, runs.cycles, coded.providers)
    prove_leg_c(leg)

    leg.lines.counterpart[0] = -1

    with pytest.raises(BooksDoNotBalance, match=r"payout 'o' of 50000 đồng .* of 20000 đồng"):
        prove_leg_c(leg)


def test_a_request_paid_by_somebody_elses_payment_is_found() -> None:
    coded = code_books(
        books(
            [record("p1", reference="YC0001"), record("p2", reference="YC0002", account="B")],
            [],
            requests=[
                request("q1", reference="YC0001"),
                request("q2", reference="YC0002", account="B"),
            ],
        ),
        hash_text,
    )
    leg_b = Decisions.none_yet(2)
    leg = settle_requests(coded.requests, coded.payments, leg_b, hash_text, last_at=0)
    prove_leg_a(coded.requests, coded.payments, leg)

    leg.requests.counterpart[:] = leg.requests.counterpart[::-1].copy()
    leg.payments.counterpart[:] = leg.payments.counterpart[::-1].copy()

    with pytest.raises(BooksDoNotBalance, match="another account"):
        prove_leg_a(coded.requests, coded.payments, leg)


def test_nothing_is_handed_over_when_an_invariant_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    from reconciliation.engine import matching

    real = matching.match

    def careless(*given: object) -> Matched:
        matched = real(*given)  # type: ignore[arg-type]
        matched.payments.difference += np.int64(1)
        return matched

    monkeypatch.setattr(matching, "match", careless)

    with pytest.raises(BooksDoNotBalance):
        matching.reconcile(books([record("p")], [record("s")]), rules())


@pytest.mark.parametrize("field", ["provider_transaction_id", "bank_reference"])
def test_one_movement_of_a_one_book_provider_is_not_told_apart_in_both_books(field: str) -> None:
    profiles = rules({"books": ("statement",), "provider_id": ("provider_transaction_id", field)})
    coded = code_books(
        books(
            [record("p", provider_transaction_id="T1")],
            [record("s", **{field: "T1"}), record("other", **{field: "T2"})],
        ),
        hash_text,
    )
    apart = [Decisions.none_yet(size) for size in (1, 2)]
    for made in apart:
        made.decide(made.open, Outcome.NOT_APPLICABLE, Rule.PROFILE, Reason.ONE_BOOK)

    with pytest.raises(BooksDoNotBalance, match="count twice"):
        prove_told_once(coded, Matched(apart[0], apart[1], 0), profiles)
    apart[1].decide(np.array([0]), Outcome.MATCHED, Rule.PROVIDER_ID)
    prove_told_once(coded, Matched(apart[0], apart[1], 0), profiles)
