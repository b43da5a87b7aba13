"""Everything that happens on the simulated Vietcombank accounts, in the order the bank books it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from merchants.days import HO_CHI_MINH
from merchants.markets.registration import MarketDetails
from reconciliation.simulation.banks import VIETCOMBANK, write_account
from reconciliation.simulation.days import Rail, Sale
from reconciliation.simulation.faults import Fault
from reconciliation.simulation.memos import write_payment_memo
from reconciliation.simulation.movements import Kind
from reconciliation.simulation.people import SimVendor
from reconciliation.simulation.seeds import stream

ACCOUNT_FEE_VND = 11_000
STRAY_HOLDER = "BAN QUAN LY CHO"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankEvent:
    """One booking on one account. ``reference`` is empty until ``number_events``."""

    kind: Kind
    market_code: str
    vendor: SimVendor | None
    """Whose money it is; ``None`` on an account that is nobody's on the register."""
    account: str
    direction: str
    amount_vnd: int
    at: datetime
    memo: str
    has_code: bool
    fault: Fault | None = None
    reference: str = ""
    booked_as: tuple[tuple[str, int], ...] = ()
    """Reference and amount of the statement's lines that tell it, where that is not one of its own."""
    original: "BankEvent | None" = None
    pays: tuple[str, ...] = ()
    due_on: date | None = None
    expected_vnd: int | None = None

    @property
    def on(self) -> date:
        """Return the booking day."""
        return self.at.astimezone(HO_CHI_MINH).date()


def stray_account(index: int) -> str:
    """Return the account of the ``index``-th market's board: it has a feed, and no vendor."""
    return write_account(VIETCOMBANK, 990_001 + index)


def sale_events(
    sales: Iterable[Sale], markets: Sequence[MarketDetails], *, seed: int
) -> list[BankEvent]:
    """Return the bookings of the sales paid by transfer, refunds included."""
    strays = {market.code: stray_account(n) for n, market in enumerate(markets)}
    events: list[BankEvent] = []
    for number, sale in enumerate(sales):
        if sale.rail is not Rail.BANK:
            continue
        paid = _payment(sale, strays[sale.vendor.market_code], seed, number)
        events.append(paid)
        if sale.refunded_at is not None:
            events.append(_refund(sale, paid))
    return events


def account_events(
    vendors: Iterable[SimVendor], asked_from: Mapping[str, date], last: date, *, seed: int
) -> list[BankEvent]:
    """Return what is no sale: the bank's monthly fee and the vendor's own payments to suppliers.

    Args:
        vendors: one for each account.
        asked_from: by account, the first day of which we are told anything.
    """
    events = []
    for vendor in vendors:
        draw = stream(seed, "account", vendor.number)
        first = asked_from[vendor.account]
        day = first + timedelta(days=draw.randrange(3, 12))
        while day <= last:
            at = _local(day, time(draw.randint(19, 21), draw.randrange(60), draw.randrange(60)))
            amount = draw.randint(4, 60) * 50_000
            memo = f"MBVCB.{draw.randrange(10**9, 10**10)}.chuyen tien nhap hang"
            events.append(_own(vendor, Kind.TRANSFER, at, amount, memo))
            day += timedelta(days=draw.randint(9, 20))
        events.extend(
            _own(vendor, Kind.FEE, at, ACCOUNT_FEE_VND, f"PHI QUAN LY TAI KHOAN THANG {at:%m/%Y}")
            for at in _month_ends(first, last)
        )
    return events


def number_events(events: Iterable[BankEvent]) -> list[BankEvent]:
    """Return the events in the bank's order, each with a reference unique over all accounts."""
    ordered = sorted(events, key=lambda e: (e.at, e.account, e.direction, e.amount_vnd, e.memo))
    numbered = []
    count_of_day: dict[date, int] = {}
    reference_of: dict[int, BankEvent] = {}
    for event in ordered:
        count_of_day[event.on] = count_of_day.get(event.on, 0) + 1
        reference = f"{event.on.toordinal() % 10_000:04d}.{10_000 + count_of_day[event.on]:05d}"
        original = reference_of[id(event.original)] if event.original else None
        named = replace(event, reference=reference, original=original)
        reference_of[id(event)] = named
        numbered.append(named)
    return numbered


def _payment(sale: Sale, stray: str, seed: int, number: int) -> BankEvent:
    vendor = sale.vendor
    draw = stream(seed, "memo", number, vendor.number, sale.paid_at)
    astray = sale.fault is Fault.UNKNOWN_ACCOUNT
    lost = astray or sale.fault is Fault.MEMO_LOST
    if astray:
        vendor = replace(vendor, account=stray, holder_name=STRAY_HOLDER)
    return BankEvent(
        kind=Kind.PAYMENT,
        market_code=sale.vendor.market_code,
        vendor=None if astray else sale.vendor,
        account=vendor.account,
        direction="credit",
        amount_vnd=sale.amount_vnd,
        at=sale.paid_at,
        memo=write_payment_memo(draw, vendor, sale.payer, lost=lost),
        has_code=not lost,
        fault=sale.fault,
    )


def _refund(sale: Sale, paid: BankEvent) -> BankEvent:
    assert sale.refunded_at is not None
    return BankEvent(
        kind=Kind.REFUND,
        market_code=paid.market_code,
        vendor=paid.vendor,
        account=paid.account,
        direction="debit",
        amount_vnd=sale.refund_vnd,
        at=sale.refunded_at,
        memo=f"HOAN TIEN {sale.vendor.code} khach tra lai hang",
        has_code=True,
        fault=Fault.REFUND,
        original=paid,
    )


def _own(vendor: SimVendor, kind: Kind, at: datetime, amount: int, memo: str) -> BankEvent:
    return BankEvent(
        kind=kind,
        market_code=vendor.market_code,
        vendor=vendor,
        account=vendor.account,
        direction="debit",
        amount_vnd=amount,
        at=at,
        memo=memo,
        has_code=False,
    )


def _local(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=HO_CHI_MINH).astimezone(UTC)


def _month_ends(first: date, last: date) -> list[datetime]:
    """Return 22:30 on each month's last day that lies in the range."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 2)]
    return [_local(day, time(22, 30)) for day, after in pairwise(days) if day.month != after.month]
