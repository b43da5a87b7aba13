"""The money of a market's days: who paid whom, when, how much, and what would go wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from merchants.calendars.open_days import CalendarRuleSpan, open_days
from merchants.days import HO_CHI_MINH
from merchants.kinds import CalendarRule
from merchants.markets.registration import MarketDetails
from reconciliation.simulation.faults import (
    CARD_FAULTS,
    WEBHOOK_FAULTS,
    Fault,
    FaultRates,
)
from reconciliation.simulation.goods import SMALLEST_VND, draw_amount
from reconciliation.simulation.payers import Payer, draw_payer
from reconciliation.simulation.people import SimVendor
from reconciliation.simulation.register import SimRegister
from reconciliation.simulation.seeds import Draw, stream

TRADING_SHARE = 0.93
MOMO_PART = 0.4
CARD_PART = 0.45
PERIODIC_BUSTLE = 2.2
"""A market that meets once a week does several days' trade on one."""
WEEKEND_BUSTLE = 1.25
LEARNING_DAYS = 45
OPENS_AT, SHUTS_AT = 5 * 60, 18 * 60 + 30
"""Minutes after midnight between which a market sells."""


class Rail(StrEnum):
    """The way a payment takes, named for the ledger that tells it."""

    BANK = "bank_vcb"
    WALLET = "momo"
    CARD = "stripe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One payment of one customer; ``refund_vnd`` is what she got back at ``refunded_at``."""

    vendor: SimVendor
    rail: Rail
    amount_vnd: int
    paid_at: datetime
    payer: Payer
    fault: Fault | None
    refund_vnd: int = 0
    refunded_at: datetime | None = None

    @property
    def paid_on(self) -> date:
        """Return the calendar day of the payment at the market."""
        return self.paid_at.astimezone(HO_CHI_MINH).date()


def market_open_days(market: MarketDetails, first: date, last: date) -> list[date]:
    """Return the days from ``first`` to ``last`` on which the market meets."""
    rule = CalendarRuleSpan(market.calendar_rule, market.calendar_params, first)
    return open_days([rule], {}, first, last)


def draw_sales(
    register: SimRegister, first: date, last: date, *, seed: int, faults: FaultRates
) -> list[Sale]:
    """Return all sales of the vendors with a code, from ``first`` to ``last``, in order of time."""
    days = {market.code: market_open_days(market, first, last) for market in register.markets}
    sales = [
        sale
        for vendor in register.vendors
        if vendor.code and vendor.active_from is not None
        for day in days[vendor.market_code]
        if day >= vendor.active_from
        for sale in _vendor_day(
            vendor,
            day,
            periodic=register.market_by_code[vendor.market_code].calendar_rule
            is not CalendarRule.DAILY,
            seed=seed,
            faults=faults,
        )
    ]
    # Ties in time are broken by the vendor, so that the order does not hang on how it was made.
    sales.sort(key=lambda sale: (sale.paid_at, sale.vendor.number))
    return sales


def _vendor_day(
    vendor: SimVendor, day: date, *, periodic: bool, seed: int, faults: FaultRates
) -> Iterator[Sale]:
    draw = stream(seed, "day", vendor.number, day)
    rails = _rails(vendor)
    if not rails or draw.random() >= TRADING_SHARE:
        return
    for _ in range(_count(draw, _expected_receipts(vendor, day, periodic=periodic))):
        rail = draw.choices(list(rails), weights=list(rails.values()))[0]
        if rail is None:
            continue
        paid_at = _moment(draw, day, periodic=periodic)
        sale = Sale(
            vendor=vendor,
            rail=rail,
            amount_vnd=draw_amount(draw, vendor.goods),
            paid_at=paid_at,
            payer=draw_payer(draw, seed=seed, market_code=vendor.market_code, vendor=vendor.number),
            fault=_fault(draw, rail, faults),
        )
        yield _perhaps_refunded(draw, sale, faults)


def _rails(vendor: SimVendor) -> dict[Rail | None, float]:
    """Return the shares of the ways to pay her; ``None`` is a bank that tells us nothing."""
    if not vendor.feeds_bank and not vendor.stripe:
        return {}
    rails: dict[Rail | None, float] = {Rail.BANK if vendor.feeds_bank else None: 1.0}
    if vendor.momo_store:
        rails[Rail.WALLET] = MOMO_PART
    if vendor.stripe:
        rails[Rail.CARD] = CARD_PART
    return rails


def _expected_receipts(vendor: SimVendor, day: date, *, periodic: bool) -> float:
    assert vendor.active_from is not None
    learnt = min(1.0, 0.35 + 0.65 * (day - vendor.active_from).days / LEARNING_DAYS)
    bustle = PERIODIC_BUSTLE if periodic else WEEKEND_BUSTLE if day.isoweekday() >= 6 else 1.0
    return vendor.receipts_per_day * learnt * bustle


def _count(draw: Draw, expected: float) -> int:
    """Return a Poisson count: exponential waiting times that fit into one day."""
    count, waited = 0, draw.expovariate(expected)
    while waited < 1:
        count += 1
        waited += draw.expovariate(expected)
    return count


def _moment(draw: Draw, day: date, *, periodic: bool) -> datetime:
    """Return an instant of the day: a market is a morning; a daily one also sells after work."""
    if periodic:
        minute = draw.gauss(8 * 60, 75)
    elif draw.random() < 0.78:
        minute = draw.gauss(7 * 60 + 15, 70)
    else:
        minute = draw.gauss(16 * 60 + 20, 45)
    # What falls outside the hours is folded back into them, so that nothing piles up at their ends.
    minute = OPENS_AT + abs(minute - OPENS_AT)
    minute = SHUTS_AT - abs(SHUTS_AT - minute)
    midnight = datetime.combine(day, time(), tzinfo=HO_CHI_MINH)
    return (midnight + timedelta(seconds=int(minute * 60))).astimezone(UTC)


def _fault(draw: Draw, rail: Rail, faults: FaultRates) -> Fault | None:
    number = draw.random()
    if rail is Rail.BANK:
        return faults.pick(number, WEBHOOK_FAULTS)
    if rail is Rail.CARD:
        return faults.pick(number, CARD_FAULTS)
    return None


def _perhaps_refunded(draw: Draw, sale: Sale, faults: FaultRates) -> Sale:
    """Return the sale with a refund now and then, never on top of another fault."""
    if sale.fault is not None or draw.random() >= faults.of(Fault.REFUND):
        return sale
    amount = sale.amount_vnd
    if draw.random() < 0.3:
        amount = max(SMALLEST_VND, amount // 2 // 1000 * 1000)
    later = timedelta(minutes=draw.randint(4, 50), seconds=draw.randrange(60))
    return Sale(
        vendor=sale.vendor,
        rail=sale.rail,
        amount_vnd=sale.amount_vnd,
        paid_at=sale.paid_at,
        payer=sale.payer,
        fault=None,
        refund_vnd=min(amount, sale.amount_vnd),
        refunded_at=sale.paid_at + later,
    )
