"""What MoMo pays out: each store's days due on one bank day, less the fee, to the vendor's account.

A day is due on the next bank day, so that Friday to Sunday come in one sum on Monday.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from merchants.days import HO_CHI_MINH
from reconciliation.simulation.bank_events import BankEvent
from reconciliation.simulation.days import Rail, Sale
from reconciliation.simulation.faults import PAYOUT_FAULTS, Fault, FaultRates
from reconciliation.simulation.movements import Kind
from reconciliation.simulation.people import SimVendor
from reconciliation.simulation.seeds import Draw, stream

PARTNER = "MOMOCHO40"
"""Partner code of the market programme; every store reports under it."""
FEE_BASIS_POINTS = 110
FAULTS_END_DAYS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletLine:
    """One line of MoMo's ledger; refunds are negative, failed attempts move nothing."""

    vendor: SimVendor
    at: datetime
    amount_vnd: int
    kind: Kind
    transaction_id: str = ""
    original: "WalletLine | None" = None

    @property
    def on(self) -> date:
        """Return the business day: MoMo cuts at midnight."""
        return self.at.astimezone(HO_CHI_MINH).date()

    @property
    def key(self) -> str:
        """Return the dedupe key of the line."""
        return f"momo:{PARTNER}:{self.transaction_id}"


def wallet_lines(sales: Iterable[Sale], *, seed: int) -> list[WalletLine]:
    """Return MoMo's lines of the sales paid by wallet, in order of time, each with its id."""
    lines: list[WalletLine] = []
    for sale in sales:
        if sale.rail is not Rail.WALLET:
            continue
        draw = stream(seed, "wallet", sale.vendor.number, sale.paid_at, sale.amount_vnd)
        paid = WalletLine(
            vendor=sale.vendor, at=sale.paid_at, amount_vnd=sale.amount_vnd, kind=Kind.PAYMENT
        )
        if draw.random() < 0.02:
            before = sale.paid_at - timedelta(seconds=draw.randint(20, 90))
            lines.append(replace(paid, at=before, kind=Kind.FAILED))
        lines.append(paid)
        if sale.refunded_at is not None:
            lines.append(
                replace(
                    paid,
                    at=sale.refunded_at,
                    amount_vnd=-sale.refund_vnd,
                    kind=Kind.REFUND,
                    original=paid,
                )
            )
    return _numbered(lines)


def wallet_payouts(
    lines: Iterable[WalletLine], last: date, *, seed: int, faults: FaultRates
) -> list[BankEvent]:
    """Return the bank credits for the lines, without references; some land after ``last``.

    The payouts of the last days bear no fault: what becomes of them would lie outside the world.
    """
    by_store: dict[str, dict[date, list[WalletLine]]] = {}
    for line in lines:
        if line.kind is not Kind.FAILED and line.vendor.momo_store:
            runs = by_store.setdefault(line.vendor.momo_store, {})
            runs.setdefault(next_bank_day(line.on), []).append(line)
    events: list[BankEvent] = []
    for store, runs in by_store.items():
        carried: list[WalletLine] = []
        for due_on in sorted(runs):
            draw = stream(seed, "payout", store, due_on)
            fault = faults.pick(draw.random(), PAYOUT_FAULTS)
            if carried or due_on + timedelta(days=FAULTS_END_DAYS) > last:
                fault = None
            event, carried = _payout(runs[due_on], due_on, carried, draw, fault)
            events += [event] if event is not None else []
    return events


def next_bank_day(day: date) -> date:
    """Return the first Monday to Friday after ``day``."""
    day += timedelta(days=1)
    while day.isoweekday() > 5:
        day += timedelta(days=1)
    return day


def wallet_fee(amount_vnd: int) -> int:
    """Return the fee on what a payout pays for: 1.1 %, half a đồng rounds up."""
    return (amount_vnd * FEE_BASIS_POINTS + 5_000) // 10_000


def _payout(
    lines: Sequence[WalletLine],
    due_on: date,
    carried: Sequence[WalletLine],
    draw: Draw,
    fault: Fault | None,
) -> tuple[BankEvent | None, list[WalletLine]]:
    """Return the payout of one run, ``None`` when it comes to nothing, and what is held back."""
    paid = [*carried, *lines]
    due_vnd = sum(line.amount_vnd for line in lines)
    held = _can_be_held(lines) if fault is Fault.HELD_BACK else None
    if held is not None:
        paid.remove(held)
    elif fault is Fault.HELD_BACK:
        fault = None
    amount = sum(line.amount_vnd for line in paid)
    if amount <= 0:
        return None, []
    net = amount - wallet_fee(amount)
    if fault is Fault.PAYOUT_SHORT:
        net -= min(net // 2, 1000 * draw.randint(1, 15))
    arrives_on = due_on
    if fault is Fault.PAYOUT_LATE:
        arrives_on = next_bank_day(due_on + timedelta(days=draw.randint(1, 3)))
    vendor = lines[0].vendor
    event = BankEvent(
        kind=Kind.PAYOUT,
        market_code=vendor.market_code,
        vendor=vendor,
        account=vendor.account,
        direction="credit",
        amount_vnd=net,
        at=_morning(arrives_on, draw),
        memo=f"MOMO TT DOI SOAT {lines[-1].on:%d%m%Y} {PARTNER}",
        has_code=False,
        fault=Fault.HELD_BACK if carried else fault,
        pays=tuple(line.key for line in paid),
        due_on=due_on,
        expected_vnd=due_vnd - wallet_fee(due_vnd),
    )
    return event, [held] if held is not None else []


def _can_be_held(lines: Sequence[WalletLine]) -> WalletLine | None:
    """Return a sale that nobody asked back and that is not the whole day."""
    refunded = {id(line.original) for line in lines if line.original is not None}
    sales = [x for x in lines if x.kind is Kind.PAYMENT and id(x) not in refunded]
    return sales[0] if len(sales) > 1 else None


def _numbered(lines: list[WalletLine]) -> list[WalletLine]:
    lines.sort(key=lambda x: (x.at, x.vendor.number, x.amount_vnd, x.kind))
    named: dict[int, WalletLine] = {}
    for number, line in enumerate(lines):
        original = named[id(line.original)] if line.original is not None else None
        named[id(line)] = replace(
            line, transaction_id=str(40_888_000_001 + 7 * number), original=original
        )
    return [named[id(line)] for line in lines]


def _morning(day: date, draw: Draw) -> datetime:
    at = time(draw.randint(8, 9), draw.randrange(60), draw.randrange(60))
    return datetime.combine(day, at, tzinfo=HO_CHI_MINH).astimezone(UTC)
