"""Which payouts wait for days that are not told is found out once more, and what waits behind it."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from reconciliation.engine.matching import reconcile
from reconciliation.engine.results import Reconciled
from reconciliation.verification.files import prove_files
from tests.reconciliation.engine.test_payouts import DAILY, RUN, account_of, line, on
from tests.reconciliation.engine.world import Row, books, decided, payout, rules
from tests.reconciliation.verification.test_files import contracts

LISTING = {**DAILY, "payouts": "listing"}
LEARNT = {"payouts": "cut_off_run"}
TET = {**DAILY, "holidays": (on(0), on(1))}
"""Money came on the second of them: that one was none."""


class Case:
    """A run, and what the proof says of it when outcomes are changed."""

    def __init__(self, lines: list[Row], payouts: list[Row], profile: dict[str, Any]) -> None:
        self.given, self.by = books([], lines, payouts), rules(profile)
        self.result: Reconciled = reconcile(self.given, self.by)
        self.outcomes = self.result.outcomes
        self.payouts = self.result.payouts

    def findings(self) -> list[str]:
        frames = {
            "payments": self.given.payments.to_pandas(),
            "statement": self.given.statement.to_pandas(),
            "payouts": self.given.payouts.to_pandas(),
        }
        result = self.result
        tables = (self.outcomes, result.vendor_day, self.payouts, result.roll_forward)
        return prove_files(frames, *tables, contracts(self.by))

    def say(self, name: str, outcome: str, reason: str, difference: int = 0) -> None:
        """Change what is said of a record on leg C."""
        at = self.outcomes["record_id"].eq(name) & self.outcomes["leg"].eq("C")
        told = ["outcome", "reason", "difference_vnd"]
        self.outcomes.loc[at, told] = [outcome, reason, difference]
        self.outcomes.loc[at, "counterpart_id"] = None
        at = self.payouts["record_id"].eq(name)
        self.payouts.loc[at, ["outcome", "difference_vnd"]] = [outcome, difference]
        if outcome == "pending_cut_off":
            self.payouts.loc[at, ["expected_vnd", "lines"]] = 0
            self.payouts.loc[at, ["first_on", "last_on"]] = pd.NaT

    def wait(self, *names: str) -> "Case":
        """Say that records wait for the statement."""
        for name in names:
            self.say(name, "pending_cut_off", "feed_gap")
        return self


def weekend(days: range, profile: dict[str, Any] = RUN) -> Case:
    """A Monday's payout of 30,000 more than the weekend came to, as far as it is told."""
    lines = [line(f"s{day}", day, amount_vnd=10_000 + day) for day in days]
    due = sum(10_000 + day for day in days if day < 3)
    monday = payout("o", amount_vnd=due + 30_000, arrived_on=on(3))
    return Case(lines, [monday, payout("p", amount_vnd=10_003, arrived_on=on(4))], profile)


def extra(arrived: int, profile: dict[str, Any] = DAILY) -> Case:
    """A payout beside those of each day."""
    lines, payouts = account_of(range(14))
    if profile["payouts"] == "listing":
        for row, paid in zip(lines, payouts, strict=True):
            row["settlement_id"] = paid["payout_reference"] = paid["record_id"]
    late = payout("o", amount_vnd=77_000, payout_reference="late", arrived_on=on(arrived))
    return Case(lines, [*payouts, late], profile)


PER_ACCOUNT = {**DAILY, "statement_per": "account"}


@pytest.mark.parametrize(
    ("make", "outcome"),
    [
        (lambda: weekend(range(1, 4)), "pending_cut_off"),
        (lambda: weekend(range(4)), "over"),
        (lambda: weekend(range(4), {**RUN, "holidays": (on(3),)}), "over"),
        (lambda: extra(5), "pending_cut_off"),
        (lambda: extra(12), "over"),
        (lambda: extra(5, PER_ACCOUNT), "pending_cut_off"),
        (lambda: extra(12, PER_ACCOUNT), "over"),
        (lambda: extra(5, LISTING), "pending_cut_off"),
        (lambda: extra(12, LISTING), "over"),
        (lambda: extra(5, LEARNT), "pending_cut_off"),
        (lambda: extra(12, LEARNT), "over"),
        (lambda: extra(11, TET), "pending_cut_off"),
        (lambda: extra(12, TET), "over"),
        (lambda: Case([], [payout("o")], DAILY), "pending_cut_off"),
        (lambda: Case([line("s")], [payout("o", account="B")], DAILY), "over"),
    ],
)
def test_a_true_run_is_proved(make: Callable[[], Case], outcome: str) -> None:
    case = make()

    assert decided(case.result, "o", "C").outcome == outcome
    assert case.findings() == []


TELLS = ["payouts o: waits for the statement, which tells of its days"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: weekend(range(4)).wait("o", "s0", "s1", "s2"),
        lambda: extra(12).wait("o"),
        lambda: extra(12, PER_ACCOUNT).wait("o"),
        lambda: extra(12, LISTING).wait("o"),
        lambda: Case([line("s")], [payout("o", account="B")], DAILY).wait("o"),
    ],
)
def test_a_payout_that_is_over_and_said_to_wait_is_found_out(
    make: Callable[[], Case],
) -> None:
    assert make().findings() == TELLS


def test_the_lines_of_days_told_do_not_hide_behind_the_beginning_of_the_book() -> None:
    lines, payouts = account_of(range(4))
    payouts[2] = {**payouts[2], "record_id": "o", "amount_vnd": 60_000}

    assert Case(lines, payouts, DAILY).wait("o", "s2").findings() == TELLS


def test_a_listing_that_names_lines_is_no_payout_of_days_untold() -> None:
    lines = [line("s", 1, settlement_id="po_1"), line("t", 2, settlement_id="po_2")]
    payouts = [
        payout("o", payout_reference="po_1", amount_vnd=60_000),
        payout("p", payout_reference="po_2", arrived_on=on(3)),
    ]

    found = Case(lines, payouts, LISTING).wait("o", "s").findings()

    assert found == ["payouts o: waits for the statement, and lines name it"]


def test_a_payout_of_days_untold_is_not_over() -> None:
    case = extra(5)

    case.say("o", "over", "amount", 77_000)
    case.payouts.loc[case.payouts["record_id"].eq("o"), "expected_vnd"] = 0

    assert case.findings() == ["payouts o: over, and the statement does not tell of its days"]


def test_lines_wait_with_a_payout() -> None:
    case = extra(5)
    case.say("o", "pending_cut_off", "feed_gap")

    case.wait("s12", "o12")

    assert "payouts o12: waits for the statement, which tells of its days" in case.findings()
    only_lines = extra(12).wait("s1")
    assert "statement s1: waits for the statement with no payout" in only_lines.findings()
