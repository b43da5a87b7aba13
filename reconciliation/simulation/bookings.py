"""Payments that the bank does not book one by one: one in two lines, or two in one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconciliation.simulation.bank_events import BankEvent
from reconciliation.simulation.faults import Fault
from reconciliation.simulation.movements import Kind


def settle_bookings(events: Sequence[BankEvent]) -> list[BankEvent]:
    """Return the events, each split or merged one with the lines that tell it.

    A payment is merged with the next sound one of its vendor, account and day; without any it is sound.
    """
    settled = list(events)
    asked_back = {event.original.reference for event in events if event.original}
    for place, event in enumerate(events):
        if event.fault is Fault.SPLIT:
            first_vnd = max(1, event.amount_vnd // 3 // 1000) * 1000
            parts = (first_vnd, event.amount_vnd - first_vnd)
            booked = tuple((f"{event.reference}{n}", vnd) for n, vnd in enumerate(parts, start=1))
            settled[place] = replace(event, booked_as=booked)
        elif event.fault is Fault.MERGED and not event.booked_as:
            other = _next_sound(event, settled, place, asked_back)
            if other is None:
                settled[place] = replace(event, fault=None)
                continue
            both = ((f"{event.reference}0", event.amount_vnd + settled[other].amount_vnd),)
            settled[place] = replace(event, booked_as=both)
            settled[other] = replace(settled[other], fault=Fault.MERGED, booked_as=both)
    return settled


def statement_lines(events: Iterable[BankEvent]) -> list[BankEvent]:
    """Return the lines of the bank's statement, in its order."""
    lines: list[BankEvent] = []
    told: set[str] = set()
    for event in events:
        if event.fault is Fault.LINE_MISSING:
            continue
        for reference, amount_vnd in event.booked_as or ((event.reference, event.amount_vnd),):
            if reference not in told:
                told.add(reference)
                lines.append(replace(event, reference=reference, amount_vnd=amount_vnd))
    return lines


def _next_sound(
    event: BankEvent, events: Sequence[BankEvent], place: int, asked_back: set[str]
) -> int | None:
    for later in range(place + 1, len(events)):
        other = events[later]
        if other.on > event.on:
            return None
        if (
            other.account == event.account
            and other.vendor == event.vendor
            and other.kind is Kind.PAYMENT
            and other.fault is None
            and other.reference not in asked_back
        ):
            return later
    return None
