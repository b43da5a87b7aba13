"""The score: a perfect run, and runs that are wrong in one known way."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from reconciliation.simulation.answers import PAYMENTS, PAYOUTS, STATEMENT, Concluded
from reconciliation.simulation.faults import FILE_FAULTS, Fault
from reconciliation.simulation.movements import Kind, Movement
from reconciliation.simulation.score import Score, Taken, score
from reconciliation.simulation.undecidable_payouts import undecidable_payouts
from reconciliation.simulation.undecidable_rows import undecidable_rows
from tests.reconciliation.simulation.worlds import LAST, world

TOLD = {
    Fault.MISSING: "missing_in_payments",
    Fault.CLOCK_SKEW: "missing_in_payments",
    Fault.LINE_MISSING: "missing_in_statement",
    Fault.SPLIT: "missing_in_statement",
    Fault.MERGED: "missing_in_statement",
    Fault.AMOUNT_CHANGED: "matched_with_difference",
    Fault.FEE_WRONG: "matched_with_difference",
}
REASON = {Fault.AMOUNT_CHANGED: "amount", Fault.FEE_WRONG: "fee"}


def _rightly(movement: Movement) -> Iterator[Concluded]:
    """Say of a movement what a perfect product would say."""
    fault = movement.faults[0] if movement.faults else None
    keys = {PAYMENTS: movement.payments_key, STATEMENT: movement.statement_key}
    both = all(keys.values())
    for book, other in ((PAYMENTS, STATEMENT), (STATEMENT, PAYMENTS)):
        if key := keys[book]:
            yield Concluded(
                book=book,
                key=key,
                leg="B",
                outcome=TOLD.get(fault, "matched" if both else "not_applicable"),
                reason=REASON.get(fault, ""),
                vendor_code=movement.vendor_code if movement.traceable else "",
                counterpart_book=other if both else "",
                counterpart_key=(keys[other] or "") if both else "",
                amount_vnd=movement.amount_vnd,
                difference_vnd=movement.amount_vnd - (movement.payments_vnd or movement.amount_vnd),
                fee_difference_vnd=100 if fault is Fault.FEE_WRONG else 0,
            )
    for key, vnd in movement.booked_as:
        yield Concluded(
            book=STATEMENT,
            key=key,
            leg="B",
            outcome="missing_in_payments",
            reason="not_told",
            vendor_code=movement.vendor_code,
            counterpart_book="",
            counterpart_key="",
            amount_vnd=vnd,
            difference_vnd=0,
            fee_difference_vnd=0,
        )
    if movement.kind is Kind.PAYOUT and movement.statement_key:
        gap = movement.amount_vnd - (movement.expected_vnd or 0)
        is_short = fault is Fault.PAYOUT_SHORT
        yield Concluded(
            book=PAYOUTS,
            key=movement.statement_key,
            leg="C",
            outcome="short" if is_short else "late" if fault is Fault.PAYOUT_LATE else "paid",
            reason="",
            vendor_code=movement.vendor_code,
            counterpart_book="",
            counterpart_key="",
            amount_vnd=movement.amount_vnd,
            difference_vnd=gap if is_short else 0,
            fee_difference_vnd=0,
        )


def _perfect() -> list[Concluded]:
    return [one for movement in world("faulty").movements for one in _rightly(movement)]


def _taken() -> list[Taken]:
    seen: set[str] = set()
    taken = []
    for sent in world("faulty").files:
        broken, repeated = Fault.FILE_TRUNCATED in sent.faults, sent.sha256 in seen
        seen.add(sent.sha256)
        state = "rejected" if broken else "duplicate" if repeated else "processed"
        rows = 0 if broken or repeated else sent.rows
        taken.append(Taken(sha256=sent.sha256, provider="", state=state, reason="", rows_new=rows))
    return taken


def _score(concluded: list[Concluded]) -> Score:
    return score(world("faulty"), concluded, _taken())


def _place(concluded: list[Concluded], outcome: str, book: str = STATEMENT) -> int:
    """Return where the first plain conclusion with this outcome stands."""
    sound = {m.statement_key for m in world("faulty").movements if not m.faults}
    return next(
        n
        for n, one in enumerate(concluded)
        if one.book == book and one.outcome == outcome and one.key in sound and one.vendor_code
    )


def _place_of(fault: Fault, concluded: list[Concluded]) -> int:
    """Return where the first payment with this fault stands."""
    keys = {m.payments_key for m in world("faulty").movements if fault in m.faults}
    return next(n for n, one in enumerate(concluded) if one.key in keys)


def test_a_perfect_run_scores_full_marks() -> None:
    found = _score(_perfect())

    assert (found.wrong_claims, found.invented, found.lost, found.unexplained) == ([], [], [], [])
    assert found.missed == []
    assert set(found.faults) == set(Fault)
    assert {tally.recall for tally in found.faults.values()} == {1.0}
    assert {tally.precision for tally in found.faults.values()} == {1.0, None}
    assert found.rows_in == found.rows_out


def test_two_payments_paired_crosswise_are_two_wrong_claims() -> None:
    concluded = _perfect()
    one = _place(concluded, "matched")
    other = _place(concluded[one + 1 :], "matched") + one + 1
    first, second = concluded[one], concluded[other]
    concluded[one] = replace(first, counterpart_key=second.counterpart_key)
    concluded[other] = replace(second, counterpart_key=first.counterpart_key)

    assert len(_score(concluded).wrong_claims) == 2


def test_money_given_to_a_stranger_is_a_wrong_claim() -> None:
    concluded = _perfect()
    place = _place(concluded, "matched")
    concluded[place] = replace(concluded[place], vendor_code="CC999999X")

    assert len(_score(concluded).wrong_claims) == 1


def test_money_given_to_nobody_is_no_wrong_claim() -> None:
    concluded = _perfect()
    place = _place(concluded, "matched")
    concluded[place] = replace(concluded[place], vendor_code="")

    assert _score(concluded).wrong_claims == []


def test_a_dropped_row_is_lost_and_a_new_one_invented() -> None:
    concluded = _perfect()
    place = _place(concluded, "matched")
    dropped = concluded[place]
    concluded[place] = replace(dropped, key="bank_vcb:1:never")

    found = _score(concluded)

    assert found.lost == [f"statement {dropped.key}"]
    assert found.invented == ["statement bank_vcb:1:never"]


@pytest.mark.parametrize("outcome", ["missing_in_payments", "ambiguous", "conflict"])
def test_a_break_without_a_fault_is_unexplained_money(outcome: str) -> None:
    concluded = _perfect()
    place = _place(concluded, "matched")
    concluded[place] = replace(concluded[place], outcome=outcome)

    found = _score(concluded)
    assert found.unexplained_vnd == concluded[place].amount_vnd > 0
    assert found.ambiguous_vnd == (found.unexplained_vnd if outcome == "ambiguous" else 0)


def test_a_false_alarm_costs_precision_and_an_overlooked_fault_recall() -> None:
    concluded = _perfect()
    alarm = _place(concluded, "matched")
    concluded[alarm] = replace(concluded[alarm], outcome="missing_in_payments")
    overlooked = _place_of(Fault.LINE_MISSING, concluded)
    concluded[overlooked] = replace(concluded[overlooked], outcome="matched_in_class")

    faults = _score(concluded).faults

    assert faults[Fault.MISSING].recall == 1.0
    assert faults[Fault.MISSING].precision is not None
    assert faults[Fault.MISSING].precision < 1.0
    assert faults[Fault.LINE_MISSING].recall is not None
    assert faults[Fault.LINE_MISSING].recall < 1.0


def test_a_fault_that_nothing_tells_apart_is_ambiguous_and_not_overlooked() -> None:
    doubtful = list(undecidable_rows(world("faulty").movements))
    in_doubt = {key for m in doubtful for key in (m.payments_key, m.statement_key) if key}
    said = [replace(one, outcome="ambiguous") if one.key in in_doubt else one for one in _perfect()]

    found = _score(said)

    assert in_doubt
    assert sum(tally.ambiguous for tally in found.faults.values()) == len(doubtful)
    assert {tally.recall for tally in found.faults.values()} == {1.0}
    assert not found.missed


def test_a_fault_that_can_be_told_is_overlooked_by_who_calls_it_ambiguous() -> None:
    concluded = _perfect()
    told = _place_of(Fault.LINE_MISSING, concluded)
    concluded[told] = replace(concluded[told], outcome="ambiguous")

    tally = _score(concluded).faults[Fault.LINE_MISSING]

    assert tally.ambiguous == 0
    assert tally.answered == tally.struck - 1


def test_what_two_aggregators_told_counts_once() -> None:
    [movement, *_] = [m for m in world("faulty").movements if m.second_key]
    told = next(one for one in _perfect() if one.key == movement.payments_key)

    found = _score([*_perfect(), replace(told, key=str(movement.second_key))])

    assert found.invented == [f"payments {movement.second_key}"]
    assert len(found.missed) == 1


@pytest.mark.parametrize("fault", [Fault.SPLIT, Fault.MERGED])
def test_a_payment_paired_with_a_line_that_tells_it_in_part_is_overlooked(fault: Fault) -> None:
    movement = next(m for m in world("faulty").movements if fault in m.faults)
    concluded = [
        replace(one, outcome="matched") if one.key == movement.payments_key else one
        for one in _perfect()
    ]

    found = _score(concluded)

    assert len(found.missed) == 1
    assert found.wrong_claims


def test_a_chargeback_of_nobody_is_overlooked() -> None:
    movement = next(m for m in world("faulty").movements if Fault.REVERSED in m.faults)
    concluded = [
        replace(one, vendor_code="") if one.key == movement.statement_key else one
        for one in _perfect()
    ]

    assert len(_score(concluded).missed) == 1


def test_who_gives_another_answer_to_what_nothing_tells_apart_is_wrong() -> None:
    [untold, *_] = [
        m.statement_key
        for m in undecidable_rows(world("faulty").movements)
        if Fault.REFERENCE_MISSING not in m.faults
    ]
    concluded = [
        replace(one, outcome="matched_in_class") if one.key == untold else one for one in _perfect()
    ]

    assert len(_score(concluded).missed) == 1


@pytest.mark.parametrize(("reason", "missed"), [("held_back", 0), ("tie", 1)])
def test_a_payout_in_doubt_tells_a_hold_back_only_by_saying_so(reason: str, missed: int) -> None:
    in_doubt = set(undecidable_payouts(world("faulty").movements, LAST))
    held = next(
        m.statement_key
        for m in world("faulty").movements
        if Fault.HELD_BACK in m.faults and m not in in_doubt
    )
    concluded = [
        replace(one, outcome="ambiguous_payout", reason=reason)
        if (one.book, one.key) == (PAYOUTS, held)
        else one
        for one in _perfect()
    ]

    assert len(_score(concluded).missed) == missed


def test_a_file_that_enters_twice_is_seen() -> None:
    rows = [replace(one, state="processed", rows_new=9) for one in _taken()]

    faults = score(world("faulty"), _perfect(), rows).faults

    assert {faults[fault].recall for fault in FILE_FAULTS} == {0.0}


def test_a_payout_of_lines_it_does_not_pay_is_a_wrong_claim() -> None:
    payouts = [m for m in world("faulty").movements if m.pays and m.payout_reference]
    first, second = payouts[0], payouts[1]
    claim = Concluded(
        book=STATEMENT,
        key=first.pays[0],
        leg="C",
        outcome="matched",
        reason="",
        vendor_code="",
        counterpart_book="",
        counterpart_key=second.statement_key or "",
        amount_vnd=1,
        difference_vnd=0,
        fee_difference_vnd=0,
    )

    assert len(_score([*_perfect(), claim]).wrong_claims) == 1
