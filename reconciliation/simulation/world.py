"""Whole simulated market days: the register's vendors, their money, and what providers say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reconciliation.simulation.bank_events import (
    BankEvent,
    account_events,
    number_events,
    sale_events,
    stray_account,
)
from reconciliation.simulation.bookings import settle_bookings
from reconciliation.simulation.days import draw_sales
from reconciliation.simulation.deliveries import SimFile, SimWebhook
from reconciliation.simulation.faults import DEFAULT_FAULTS, FaultRates
from reconciliation.simulation.movements import Movement
from reconciliation.simulation.people import STRIPE_ACCOUNT, SimVendor
from reconciliation.simulation.register import SimRegister
from reconciliation.simulation.truth import bank_movements, movements_on_the_way, wallet_movements
from reconciliation.simulation.wallet_payouts import PARTNER, wallet_lines, wallet_payouts
from reconciliation.simulation.wire_casso import tell_again
from reconciliation.simulation.wire_momo import write_reports
from reconciliation.simulation.wire_sepay import tell_events
from reconciliation.simulation.wire_stripe import StripeBooks, write_stripe
from reconciliation.simulation.wire_vcb import Account, write_statements

FIRST_DAY = date(2026, 9, 1)
LAST_DAY = date(2026, 10, 31)


@dataclass(frozen=True, kw_only=True)
class SimulatedWorld:
    """What came through every door, in the order it came, and the truth about it."""

    first: date
    last: date
    webhooks: tuple[SimWebhook, ...]
    files: tuple[SimFile, ...]
    stripe: StripeBooks
    movements: tuple[Movement, ...]
    stripe_account: str = STRIPE_ACCOUNT
    momo_partner: str = PARTNER


def simulate_days(
    register: SimRegister,
    first: date,
    last: date,
    *,
    seed: int,
    faults: FaultRates = DEFAULT_FAULTS,
    sepay_secret: str,
) -> SimulatedWorld:
    """Return the days ``first`` to ``last`` of the vendors who have a code.

    Same arguments, same bytes. MoMo's payouts that land after ``last`` are in no file: the truth
    knows them without a key.
    """
    sales = draw_sales(register, first, last, seed=seed, faults=faults)
    wallet = wallet_lines(sales, seed=seed)
    banked = [v for v in register.vendors if v.code and v.feeds_bank and v.consented_on]
    asked_from = _asked_from(banked, first)
    payouts = wallet_payouts(wallet, last, seed=seed, faults=faults)
    events = settle_bookings(
        number_events(
            [
                *sale_events(sales, register.markets, seed=seed),
                *(payout for payout in payouts if payout.on <= last),
                *account_events(_one_per_account(banked), asked_from, last, seed=seed),
            ]
        )
    )
    webhooks, told = tell_events(events, seed=seed, secret=sepay_secret)
    told_again, told = tell_again(told, seed=seed)
    stripe = write_stripe(sales, last, seed=seed)
    files = [
        *write_statements(
            _accounts(register, banked, events, asked_from, first),
            events,
            first=first,
            last=last,
            seed=seed,
            faults=faults,
        ),
        *write_reports(wallet, first=first, last=last, seed=seed, faults=faults),
    ]
    holders: dict[str, list[date]] = {}
    for vendor in banked:
        holders.setdefault(vendor.account, []).append(vendor.consented_on or first)
    movements = [
        *bank_movements(told, holders=holders),
        *movements_on_the_way(payout for payout in payouts if payout.on > last),
        *wallet_movements(wallet),
        *stripe.movements,
    ]
    return SimulatedWorld(
        first=first,
        last=last,
        webhooks=tuple(sorted([*webhooks, *told_again], key=lambda w: w.received_at)),
        files=tuple(sorted(files, key=lambda f: (f.received_at, f.provider, f.name, f.sha256))),
        stripe=stripe,
        movements=tuple(sorted(movements, key=_place)),
    )


def _place(movement: Movement) -> tuple[object, ...]:
    return (
        movement.occurred_at,
        movement.ledger,
        movement.statement_key or "",
        movement.payments_key or "",
    )


def _one_per_account(vendors: Sequence[SimVendor]) -> list[SimVendor]:
    """Return the first vendor of each account: a couple's account is charged its fee once."""
    first: dict[str, SimVendor] = {}
    for vendor in vendors:
        first.setdefault(vendor.account, vendor)
    return list(first.values())


def _asked_from(vendors: Sequence[SimVendor], first: date) -> dict[str, date]:
    """Return by account the first day we ask for: nobody's bookings before her consent."""
    days: dict[str, date] = {}
    for vendor in vendors:
        assert vendor.consented_on is not None
        since = max(first, vendor.consented_on)
        days[vendor.account] = min(since, days.get(vendor.account, since))
    return days


def _accounts(
    register: SimRegister,
    banked: Sequence[SimVendor],
    events: Sequence[BankEvent],
    asked_from: Mapping[str, date],
    first: date,
) -> list[Account]:
    """Return the accounts whose statements are fetched: consenting vendors' and the boards'."""
    used = {event.account for event in events}
    accounts = [
        Account(vendor.account, vendor.code, asked_from[vendor.account])
        for vendor in _one_per_account(banked)
    ]
    boards = [(stray_account(n), market.code) for n, market in enumerate(register.markets)]
    accounts += [Account(number, f"BQL-{code}", first) for number, code in boards if number in used]
    return accounts
