"""Payments the bank books otherwise: one in two lines, two in one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from reconciliation.simulation.bank_events import BankEvent
from reconciliation.simulation.bookings import settle_bookings, statement_lines
from reconciliation.simulation.faults import Fault
from reconciliation.simulation.movements import Kind
from tests.reconciliation.simulation.worlds import register

HER = register().vendors[0]
NOON = datetime(2026, 10, 5, 5, tzinfo=UTC)


def event(number: int, amount: int, fault: Fault | None = None) -> BankEvent:
    return BankEvent(
        kind=Kind.PAYMENT,
        market_code=HER.market_code,
        vendor=HER,
        account="9900000000",
        direction="credit",
        amount_vnd=amount,
        at=NOON + timedelta(minutes=number),
        memo="tien hang",
        has_code=True,
        fault=fault,
        reference=f"5000.1000{number}",
    )


def told(*events: BankEvent) -> list[tuple[str, int]]:
    return [(line.reference, line.amount_vnd) for line in statement_lines(settle_bookings(events))]


def test_a_split_payment_is_two_lines_that_come_to_it() -> None:
    assert told(event(1, 50_000, Fault.SPLIT)) == [("5000.100011", 16_000), ("5000.100012", 34_000)]


def test_a_merged_payment_shares_its_line_with_the_next_sound_one() -> None:
    events = [
        event(1, 20_000, Fault.MERGED),
        event(2, 30_000, Fault.LATE),
        event(3, 40_000),
        event(4, 50_000),
    ]

    settled = settle_bookings(events)

    assert [one.fault for one in settled] == [Fault.MERGED, Fault.LATE, Fault.MERGED, None]
    assert told(*events) == [
        ("5000.100010", 60_000),
        ("5000.10002", 30_000),
        ("5000.10004", 50_000),
    ]


def test_a_payment_with_nothing_to_merge_with_is_sound() -> None:
    alone = event(1, 20_000, Fault.MERGED)
    other_day = replace(event(2, 30_000), at=NOON + timedelta(days=1))
    other_account = replace(event(3, 30_000), account="9900000001")
    asked_back = event(4, 30_000)
    refund = replace(event(5, 30_000), kind=Kind.REFUND, direction="debit", original=asked_back)

    settled = settle_bookings([alone, other_account, asked_back, refund, other_day])

    assert [one.fault for one in settled] == [None] * 5
    assert all(not one.booked_as for one in settled)
