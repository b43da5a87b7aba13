"""A vendor's fees against the contract, as they leave the house."""

from datetime import date, datetime

from market.reports.models import CloseView
from market.reports.view import View


class FeeDayView(View):
    """One ledger's fees of one day."""

    on: date
    ledger: str
    lines: int
    amount_vnd: int
    charged_vnd: int
    contract_vnd: int
    over_vnd: int
    """Charged beyond the contract, over the lines with more."""
    under_vnd: int
    """Charged less than the contract, over the lines with less."""


class FeeLineView(View):
    """One payment whose fee is not that of the contract."""

    on: date
    occurred_at: datetime | None
    ledger: str
    reference: str
    amount_vnd: int
    charged_vnd: int
    contract_vnd: int
    difference_vnd: int
    close_version: int
    close_root: str


class FeeSourceView(View):
    """One ledger's fees of the months."""

    ledger: str
    name: str
    contract: str
    """In words; empty = none is on file."""
    contract_en: str
    """The schedule on file, ``3,40%, từng khoản``; empty = none is."""
    lines: int
    over_lines: int
    under_lines: int
    not_compared: int
    """Lines that tell a fee while no contract is on file."""
    untold: int
    """Lines that tell no fee though the contract names one: nothing to compare."""
    amount_vnd: int
    charged_vnd: int
    contract_vnd: int
    over_vnd: int
    under_vnd: int


class ShortPayoutView(View):
    """A payout that came to less than its sales; why is not known, so it is in no claim on fees."""

    on: date
    ledger: str
    name: str
    amount_vnd: int
    short_vnd: int


class FeeAuditReport(View):
    """What was charged of a vendor in a month or several, and what the contracts ask for."""

    vendor_code: str
    vendor_name: str
    market_code: str
    market_name: str
    month: str
    months: int
    """So many months in a row, of which ``month`` is the last."""
    first: date
    last: date
    sources: list[FeeSourceView]
    days: list[FeeDayView]
    """Days with a difference."""
    lines: list[FeeLineView]
    """Lines with a difference: the rows of a claim."""
    short_payouts: list[ShortPayoutView]
    over_vnd: int
    under_vnd: int
    compared: int
    """Lines whose fee was compared; 0 = nothing can be said of any fee."""
    left_out: int
    """Lines under a fee that was not compared: no contract on file, or no fee told."""
    days_not_closed: list[date]
    closes: list[CloseView]
    rests_on_sha256: str
