"""A whole simulated world: sums, labels and bytes."""

import csv
import io
import json
from collections import Counter

import pytest

from reconciliation.simulation.counts import count_world
from reconciliation.simulation.deliveries import SimFile
from reconciliation.simulation.faults import (
    CARD_FAULTS,
    FILE_FAULTS,
    PAYOUT_FAULTS,
    WEBHOOK_FAULTS,
    Fault,
)
from reconciliation.simulation.layout import TRUTH, lay_out
from reconciliation.simulation.memos import codes_in
from reconciliation.simulation.movements import Kind, Movement
from reconciliation.simulation.wallet_payouts import next_bank_day, wallet_fee
from reconciliation.simulation.world import simulate_days
from tests.reconciliation.simulation.worlds import FIRST, FREQUENT, LAST, SECRET, register, world


def _rows(sent: SimFile) -> list[dict[str, str]]:
    """Read a file without the product's reader: the rows between header and total."""
    lines = list(csv.reader(io.StringIO(sent.content.decode("utf-8-sig"))))
    head = next(
        n for n, line in enumerate(lines) if line and line[0] in {"Ngày giao dịch", "Thời gian"}
    )
    body = [line for line in lines[head + 1 :] if line and line[0] != "Tổng"]
    return [dict(zip(lines[head], line, strict=True)) for line in body]


def _vnd(cell: str) -> int:
    return int(cell.replace(",", "").replace(".", "") or "0")


def test_the_same_seed_makes_the_same_bytes() -> None:
    again = simulate_days(register(), FIRST, LAST, seed=7, faults=FREQUENT, sepay_secret=SECRET)

    assert dict(lay_out(again, b"")) == dict(lay_out(world("faulty"), b""))


def test_another_seed_makes_another_world() -> None:
    assert world("sound", seed=8).movements != world("sound").movements


@pytest.mark.parametrize("kind", ["sound", "faulty"])
def test_the_statements_hold_exactly_the_movements_the_truth_says_they_hold(kind: str) -> None:
    seen = world(kind)
    rows: Counter[tuple[str, int]] = Counter()
    for sent in seen.files:
        if sent.provider == "bank_vcb" and not sent.faults:
            for row in _rows(sent):
                amount = _vnd(row["Số tiền ghi có"]) - _vnd(row["Số tiền ghi nợ"])
                rows[f"bank_vcb:{sent.account}:{row['Số tham chiếu']}", amount] += 1

    told = Counter(
        (m.statement_key, m.amount_vnd if m.direction == "credit" else -m.amount_vnd)
        for m in seen.movements
        if m.ledger == "bank_vcb" and m.statement_key
    )
    told += Counter(dict.fromkeys({line for m in seen.movements for line in m.booked_as}, 1))

    assert rows == told


@pytest.mark.parametrize("kind", ["sound", "faulty"])
def test_the_accepted_webhooks_tell_exactly_what_the_truth_says_they_tell(kind: str) -> None:
    seen = world(kind)
    bodies = [
        json.loads(w.body) for w in seen.webhooks if w.verdict == "accept" and w.provider == "sepay"
    ]

    told = {(m.payments_key, m.payments_vnd) for m in seen.movements if m.ledger == "bank_vcb"} - {
        (None, None)
    }

    assert {(f"sepay:{b['accountNumber']}:{b['id']}", b["transferAmount"]) for b in bodies} == told
    assert len(bodies) == len(told)


def test_a_second_aggregator_tells_of_the_same_money_under_the_banks_reference() -> None:
    seen = world("faulty")
    first = {w.payments_key: json.loads(w.body) for w in seen.webhooks if w.provider == "sepay"}
    second = {w.payments_key: w for w in seen.webhooks if w.provider == "casso"}

    told = {m.second_key: m for m in seen.movements if m.second_key}

    assert second.keys() == told.keys()
    for key, movement in told.items():
        again = json.loads(second[key].body)["data"]
        assert movement.payments_key is not None
        body = first[movement.payments_key]
        assert movement.faults == (Fault.TOLD_TWICE,)
        assert (again["reference"], again["amount"], again["accountNumber"]) == (
            body["referenceCode"],
            movement.amount_vnd,
            body["accountNumber"],
        )


def test_lines_that_tell_a_payment_otherwise_come_to_what_was_paid() -> None:
    seen = world("faulty")
    split = [m for m in seen.movements if Fault.SPLIT in m.faults]
    merged: dict[tuple[tuple[str, int], ...], list[Movement]] = {}
    for m in seen.movements:
        if Fault.MERGED in m.faults:
            merged.setdefault(m.booked_as, []).append(m)

    assert split
    assert merged
    for m in split:
        assert [vnd > 0 for _, vnd in m.booked_as] == [True, True]
        assert sum(vnd for _, vnd in m.booked_as) == m.amount_vnd
    for [(_, vnd)], some in merged.items():
        assert len({(m.vendor_code, m.business_on) for m in some}) == 1
        assert [len(some), sum(m.amount_vnd for m in some)] == [2, vnd]


def test_a_reversed_card_payment_was_paid_out_before_it_was_taken_back() -> None:
    seen = world("faulty")
    charged = {m.payments_key: m for m in seen.movements if m.ledger == "stripe"}
    paid_on = {key: m.business_on for m in seen.movements for key in m.pays}
    reversed_ones = [m for m in seen.movements if Fault.REVERSED in m.faults]

    assert reversed_ones
    assert len(seen.stripe.objects["disputes"]) == len(reversed_ones)
    for m in reversed_ones:
        original = charged[m.original_key]
        assert original.statement_key is not None
        assert paid_on[original.statement_key] < m.business_on
        assert (m.vendor_code, m.amount_vnd) == (original.vendor_code, original.amount_vnd)


def test_the_wallet_reports_add_up_to_the_wallet_movements() -> None:
    seen = world("faulty")
    whole = [f for f in seen.files if f.provider == "momo" and not f.faults]
    moved = [m for m in seen.movements if m.ledger == "momo" and m.kind is not Kind.FAILED]

    reported = sum(
        _vnd(row["Số tiền"]) for f in whole for row in _rows(f) if row["Trạng thái"] != "Thất bại"
    )

    assert len(whole) == (LAST - FIRST).days + 1
    assert reported == sum(m.amount_vnd if m.kind is Kind.PAYMENT else -m.amount_vnd for m in moved)


def test_a_sound_world_tells_every_bank_movement_twice_and_alike() -> None:
    for movement in world("sound").movements:
        assert movement.faults == ()
        if movement.ledger == "bank_vcb" and movement.business_on <= LAST:
            assert movement.payments_key is not None
            assert movement.statement_key is not None
            assert movement.payments_vnd == movement.amount_vnd


def test_a_sound_payout_is_its_lines_less_the_fee_on_the_day_it_is_due() -> None:
    seen = world("sound")
    amounts = {
        m.statement_key: m.amount_vnd if m.kind is Kind.PAYMENT else -m.amount_vnd
        for m in seen.movements
        if m.ledger == "momo" and m.kind is not Kind.FAILED
    }
    payouts = [m for m in seen.movements if m.ledger == "bank_vcb" and m.kind is Kind.PAYOUT]
    paid = Counter(key for m in payouts for key in m.pays)

    assert len(payouts) > 20
    for payout in payouts:
        gross = sum(amounts[key] for key in payout.pays)
        assert payout.amount_vnd == gross - wallet_fee(gross) == payout.expected_vnd
        assert payout.business_on == payout.due_on
    assert set(paid.values()) == {1}
    assert set(paid) <= set(amounts)


def test_wallet_sales_not_paid_out_are_those_whose_payout_is_due_after_the_end() -> None:
    seen = world("sound")
    landed = {key for m in seen.movements if m.business_on <= LAST for key in m.pays}
    due_later = {key for m in seen.movements if m.business_on > LAST for key in m.pays}

    assert due_later
    for movement in seen.movements:
        if movement.ledger == "momo" and movement.kind is not Kind.FAILED:
            waits = next_bank_day(movement.business_on) > LAST
            assert movement.statement_key in (due_later if waits else landed)


def test_a_card_payout_is_the_sum_of_what_it_lists() -> None:
    books = world("faulty").stripe
    rows = {row["id"]: row for row in books.objects["balance_transactions"]}

    assert len(books.objects["payouts"]) > 5
    for payout in books.objects["payouts"]:
        listed = [rows[row] for row, name in books.payout_of.items() if name == payout["id"]]
        assert sum(row["net"] for row in listed) == 0
        assert payout["amount"] == -rows[payout["balance_transaction"]]["net"]


def test_every_card_charge_has_one_ledger_row_in_dong() -> None:
    objects = world("faulty").stripe.objects
    sources = Counter(
        row["source"]
        for row in objects["balance_transactions"]
        if row["reporting_category"] == "charge"
    )

    assert sources == Counter(charge["id"] for charge in objects["charges"])
    assert {row["currency"] for rows in objects.values() for row in rows} == {"vnd"}


def test_every_kind_of_fault_strikes_in_a_faulty_world() -> None:
    struck = set(count_world(world("faulty"))["faults"])

    assert struck == {fault.value for fault in Fault}


@pytest.mark.parametrize(
    ("fault", "evidence"),
    [
        (Fault.MISSING, lambda m: m.payments_key is None and m.statement_key),
        (Fault.CLOCK_SKEW, lambda m: m.payments_key is None and m.statement_key),
        (Fault.LINE_MISSING, lambda m: m.statement_key is None and m.payments_key),
        (Fault.AMOUNT_CHANGED, lambda m: m.payments_vnd != m.amount_vnd),
        (Fault.UNKNOWN_ACCOUNT, lambda m: not m.vendor_code and not m.traceable),
        (Fault.PAYOUT_SHORT, lambda m: m.amount_vnd < m.expected_vnd),
        (Fault.PAYOUT_LATE, lambda m: m.business_on > m.due_on),
        (Fault.HELD_BACK, lambda m: m.kind is Kind.PAYOUT),
        (Fault.REFUND, lambda m: m.kind is Kind.REFUND and m.original_key),
        (Fault.LATE, lambda m: m.payments_key and m.statement_key),
        (Fault.TOLD_TWICE, lambda m: m.payments_key and m.second_key and m.statement_key),
        (Fault.SPLIT, lambda m: not m.statement_key and len(m.booked_as) == 2),
        (Fault.MERGED, lambda m: not m.statement_key and len(m.booked_as) == 1),
        (Fault.REVERSED, lambda m: m.kind is Kind.CHARGEBACK and m.original_key),
    ],
)
def test_a_label_stands_on_what_it_labels(fault: Fault, evidence: object) -> None:
    labelled = [m for m in world("faulty").movements if fault in m.faults]

    assert labelled
    assert callable(evidence)
    assert all(evidence(m) for m in labelled)


def test_nothing_odd_goes_without_a_label() -> None:
    for movement in world("faulty").movements:
        if movement.ledger != "bank_vcb" or movement.faults or movement.business_on > LAST:
            continue
        assert movement.payments_key is not None
        assert movement.statement_key is not None
        assert movement.payments_vnd == movement.amount_vnd
        assert movement.traceable or movement.kind in {Kind.TRANSFER, Kind.FEE, Kind.PAYOUT}


def test_a_movement_bears_one_fault_at_most() -> None:
    assert max(len(m.faults) for m in world("faulty").movements) == 1
    assert {*WEBHOOK_FAULTS, *CARD_FAULTS, *PAYOUT_FAULTS, *FILE_FAULTS, Fault.REFUND} == set(Fault)


def test_a_lost_memo_holds_no_code_and_every_other_payment_holds_its_own() -> None:
    movements = {m.payments_key: m for m in world("faulty").movements}
    for webhook in world("faulty").webhooks:
        movement = movements.get(webhook.payments_key)
        if movement is None or movement.kind is not Kind.PAYMENT:
            continue
        lost = {Fault.MEMO_LOST, Fault.UNKNOWN_ACCOUNT} & set(movement.faults)
        assert codes_in(json.loads(webhook.body)["content"]) == (
            set() if lost else {movement.vendor_code}
        )


def test_webhooks_and_files_come_in_the_order_they_are_received() -> None:
    seen = world("faulty")

    assert [w.received_at for w in seen.webhooks] == sorted(w.received_at for w in seen.webhooks)
    assert [f.received_at for f in seen.files] == sorted(f.received_at for f in seen.files)


def test_a_webhook_out_of_order_comes_after_the_next_of_its_account() -> None:
    movements = {m.payments_key: m for m in world("faulty").movements if m.payments_key}
    arrivals = [
        w.payments_key
        for w in world("faulty").webhooks
        if w.verdict == "accept" and w.provider == "sepay"
    ]
    place = {key: n for n, key in enumerate(arrivals)}
    displaced = [key for key in arrivals if Fault.OUT_OF_ORDER in movements[key].faults]

    assert displaced
    for key in displaced:
        _, account, number = key.split(":")
        sound = [k for k in arrivals if k.split(":")[1] == account and not movements[k].faults]
        following = min(
            (k for k in sound if k.split(":")[2] > number), key=lambda k: k.split(":")[2]
        )
        assert place[key] > place[following]


def test_a_truncated_file_is_the_beginning_of_the_whole_one() -> None:
    files = world("faulty").files
    broken = [f for f in files if Fault.FILE_TRUNCATED in f.faults]

    assert broken
    for sent in broken:
        whole = next(f for f in files if f.name == sent.name and not f.faults)
        assert whole.content.startswith(sent.content)
        assert "Tổng".encode() not in sent.content
        assert sent.received_at < whole.received_at


def test_a_file_name_shows_no_account() -> None:
    assert not any(f.provider == "bank_vcb" and f.account in f.name for f in world().files)


def test_two_months_make_a_sensible_number_of_files() -> None:
    assert len(world().files) < 250


def test_the_truth_has_a_line_for_each_movement_file_and_refused_webhook() -> None:
    seen = world("faulty")
    lines = [json.loads(line) for line in dict(lay_out(seen, b""))[TRUTH].splitlines()]
    kinds = Counter(next(iter(line)) for line in lines)

    assert kinds == {
        "movement": len(seen.movements),
        "file": len(seen.files),
        "webhook": sum(w.verdict != "accept" for w in seen.webhooks),
    }
