"""A month of a vendor and of a market as they leave the house."""

from datetime import date

from market.reports.models import CloseState, CloseView, DayAmounts, VendorLine
from market.reports.money_parts import ExpectedView, IssueView, PayoutView, SourceAmounts
from market.reports.view import View


class MonthDay(View):
    """One day of a month."""

    on: date
    is_open: bool | None
    """Whether it was a market day; ``None`` = not closed, so nobody said."""
    state: CloseState
    close_version: int | None
    amounts: DayAmounts | None
    """``None`` = not closed, which is not 0."""
    vendors_receiving: int | None
    """``None`` = not closed, or the month is one vendor's."""


class VendorMonthReport(View):
    """What one vendor received by QR in a month, day by day."""

    vendor_code: str
    vendor_name: str
    market_code: str
    market_name: str
    stalls: list[str]
    month: str
    """``2026-10``"""
    first: date
    last: date
    """The last day of the month, or today while it lasts."""
    state: CloseState
    """``open`` = no day is closed; ``final`` = every day is, finally."""
    amounts: DayAmounts | None
    """Over the closed days; ``None`` = none is closed."""
    sources: list[SourceAmounts]
    expected: list[ExpectedView]
    payouts: list[PayoutView]
    days: list[MonthDay]
    days_not_closed: list[date]
    days_provisional: list[date]
    closes: list[CloseView]
    rests_on_sha256: str
    """SHA-256 over the roots of ``closes``, in their order, a line each."""
    note_vi: str
    note_en: str


class MarketMonthReport(View):
    """What one market received by QR in a month, day by day and vendor by vendor."""

    market_code: str
    market_name: str
    month: str
    first: date
    last: date
    state: CloseState
    amounts: DayAmounts | None
    vendors_receiving: int | None
    """How many vendors received anything in the month; ``None`` = no day is closed."""
    sources: list[SourceAmounts]
    issues: list[IssueView]
    days: list[MonthDay]
    days_not_closed: list[date]
    days_provisional: list[date]
    vendors: list[VendorLine]
    """By stall; whoever lets nobody see payments is in ``untracked``."""
    untracked: VendorLine | None
    closes: list[CloseView]
    rests_on_sha256: str
    note_vi: str
    note_en: str
