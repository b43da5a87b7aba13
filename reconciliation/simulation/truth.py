"""The truth of a simulated world: every movement, every file and every delivery with its faults."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from reconciliation.simulation.bank_events import BankEvent
from reconciliation.simulation.faults import Fault
from reconciliation.simulation.movements import Kind, Movement
from reconciliation.simulation.wallet_payouts import WalletLine
from reconciliation.simulation.wire_sepay import ToldEvent


def bank_movements(
    told: Iterable[ToldEvent], *, holders: Mapping[str, Sequence[date]]
) -> list[Movement]:
    """Return the movements on the bank accounts.

    Args:
        holders: by account, since when each vendor who gave it has consented; while there are
            two, only a code tells whose money it is.
    """
    return [_bank_movement(one, holders.get(one.event.account, ())) for one in told]


def movements_on_the_way(events: Iterable[BankEvent]) -> list[Movement]:
    """Return payouts that land after the last day: real money, in no book yet."""
    return [
        replace(
            _bank_movement(ToldEvent(event, None, None), [event.on]),
            statement_key=None,
            payout_reference=None,
        )
        for event in events
    ]


def wallet_movements(lines: Sequence[WalletLine]) -> list[Movement]:
    """Return the movements in MoMo's ledger; a failed attempt moved nothing and says so."""
    return [
        Movement(
            kind=line.kind,
            ledger="momo",
            market_code=line.vendor.market_code,
            vendor_code=line.vendor.code,
            traceable=True,
            direction="debit" if line.amount_vnd < 0 else "credit",
            amount_vnd=abs(line.amount_vnd),
            occurred_at=line.at,
            business_on=line.on,
            statement_key=line.key,
            original_key=line.original.key if line.original else None,
            faults=(Fault.REFUND,) if line.kind is Kind.REFUND else (),
        )
        for line in lines
    ]


def _bank_movement(told: ToldEvent, holders_since: Sequence[date]) -> Movement:
    event = told.event
    alone = sum(since <= event.on for since in holders_since) == 1
    traceable = event.vendor is not None and (event.has_code or alone)
    in_statement = event.fault is not Fault.LINE_MISSING and not event.booked_as
    return Movement(
        kind=event.kind,
        ledger="bank_vcb",
        market_code=event.market_code if event.vendor else "",
        vendor_code=event.vendor.code if event.vendor else "",
        traceable=traceable,
        direction=event.direction,
        amount_vnd=event.amount_vnd,
        occurred_at=event.at,
        business_on=event.on,
        payments_key=told.key,
        payments_vnd=told.amount_vnd,
        second_key=told.second_key,
        statement_key=_statement_key(event.account, event.reference) if in_statement else None,
        booked_as=tuple(
            (_statement_key(event.account, reference), vnd) for reference, vnd in event.booked_as
        ),
        original_key=_statement_key(event.account, event.original.reference)
        if event.original
        else None,
        payout_reference=event.reference if event.kind is Kind.PAYOUT else None,
        pays=event.pays,
        due_on=event.due_on,
        expected_vnd=event.expected_vnd,
        faults=(event.fault,) if event.fault else (),
    )


def _statement_key(account: str, reference: str) -> str:
    return f"bank_vcb:{account}:{reference}"
