"""The money reports as tidy tables: a row for a fact, dates in ISO form. Source: domain.md 13.2."""

from datetime import date, datetime

from market.exports import Value
from market.reports.models import (
    LINE_AMOUNTS,
    CloseView,
    DayAmounts,
    MarketDayReport,
    VendorDayReport,
    VendorLine,
)
from market.reports.money_models import MarketMonthReport, MonthDay, VendorMonthReport
from market.reports.money_parts import ExpectedView, IssueView, PayoutView, SourceAmounts

Table = tuple[list[str], list[list[Value]]]
Row = list[Value]

VENDOR_HEADER = [
    "vendor_code",
    "market",
    "date",
    "record",
    "name",
    "time",
    "count",
    "amount_vnd",
    "provider",
    "state",
    "close_version",
    "close_root",
]
MARKET_HEADER = [
    "market",
    "date",
    "record",
    "name",
    "vendor_code",
    "stalls",
    *LINE_AMOUNTS,
    "amount_vnd",
    "state",
    "close_version",
    "close_root",
]
_SOURCE_AMOUNTS = tuple(name for name in SourceAmounts.model_fields if name.endswith("_vnd"))


def vendor_day_rows(report: VendorDayReport) -> Table:
    """Return a vendor's day: totals, sources, what is due, what arrived, receipts, the week."""
    on, state = report.on.isoformat(), report.state.value
    receipts: list[Row] = [
        [on, "receipt", None, _iso(one.occurred_at), 1, one.amount_vnd, one.provider,
         one.state.value]
        for one in report.receipts
    ]  # fmt: skip
    rows = [
        *_totals(report.amounts, on, state),
        *_sources(report.sources, on, state),
        *_expected(report.expected, state),
        *_payouts(report.payouts, state),
        *receipts,
    ]
    start: Row = [report.vendor_code, report.market_code]
    end = _end(report.close)
    week: list[Row] = [
        [
            *start, one.on.isoformat(), "day", "gross_vnd", None, one.payments, one.gross_vnd, None,
            "closed" if one.is_closed else "open", None, None,
        ]
        for one in report.week
    ]  # fmt: skip
    told: list[Row] = [[*start, *row, *end] for row in rows]
    return VENDOR_HEADER, [*told, *week, _note(start, on, report.note_vi, end)]


def vendor_month_rows(report: VendorMonthReport) -> Table:
    """Return a vendor's month: totals, sources, what is due, what arrived, every day."""
    start: Row = [report.vendor_code, report.market_code]
    end: Row = [None, report.rests_on_sha256]
    state = report.state.value
    rows = [
        *_totals(report.amounts, report.month, state),
        *_sources(report.sources, report.month, state),
        *_expected(report.expected, state),
        *_payouts(report.payouts, state),
    ]
    told: list[Row] = [[*start, *row, *end] for row in rows]
    roots = {close.business_date: close for close in report.closes}
    days = [
        [*start, *row, *_end(roots.get(one.on))] for one in report.days for row in _vendor_day(one)
    ]
    return VENDOR_HEADER, [*told, *days, _note(start, report.month, report.note_vi, end)]


def market_day_rows(report: MarketDayReport) -> Table:
    """Return a market's day: totals, sources, vendors, what is not settled."""
    end: Row = [report.state.value, *_end(report.close)]
    start: Row = [report.market_code, report.on.isoformat()]
    rows = [
        *_market_totals(report.amounts),
        *_market_sources(report.sources),
        *_vendors(report.vendors, report.untracked),
        *_issues(report.issues),
        _market_note(report.note_vi),
    ]
    return MARKET_HEADER, [[*start, *row, *end] for row in rows]


def market_month_rows(report: MarketMonthReport) -> Table:
    """Return a market's month: totals, sources, every day, vendors, what is not settled."""
    end: Row = [report.state.value, None, report.rests_on_sha256]
    start: Row = [report.market_code, report.month]
    rows = [
        *_market_totals(report.amounts),
        *_market_sources(report.sources),
        *_vendors(report.vendors, report.untracked),
        *_issues(report.issues),
        _market_note(report.note_vi),
    ]
    told: list[Row] = [[*start, *row, *end] for row in rows]
    roots = {close.business_date: close for close in report.closes}
    days: list[Row] = [
        [
            report.market_code,
            one.on.isoformat(),
            "day",
            None,
            None,
            None,
            *_line(one.amounts),
            None,
            one.state.value,
            *_end(roots.get(one.on)),
        ]
        for one in report.days
    ]
    return MARKET_HEADER, [*told, *days]


def _totals(amounts: DayAmounts | None, on: str, state: str) -> list[Row]:
    return [[on, "total", name, None, None, value, None, state] for name, value in _named(amounts)]


def _sources(sources: list[SourceAmounts], on: str, state: str) -> list[Row]:
    return [
        [on, "source", name, None, one.payments if name == "gross_vnd" else None,
         getattr(one, name), one.ledger, state]
        for one in sources
        for name in _SOURCE_AMOUNTS
    ]  # fmt: skip


def _expected(expected: list[ExpectedView], state: str) -> list[Row]:
    return [
        [_iso(one.on), "expected", None, None, None, one.amount_vnd, one.ledger, state]
        for one in expected
    ]


def _payouts(payouts: list[PayoutView], state: str) -> list[Row]:
    return [
        [one.on.isoformat(), "payout", name, None, None, value, one.ledger or None, state]
        for one in payouts
        for name, value in (
            ("paid_for_vnd", one.paid_for_vnd),
            ("kept_vnd", one.kept_vnd),
            ("amount_vnd", one.amount_vnd),
        )
        if value is not None
    ]


def _vendor_day(one: MonthDay) -> list[Row]:
    on, state = one.on.isoformat(), one.state.value
    if one.amounts is None:
        # A day without data has a row of its own, and no amount: empty is not 0.
        return [[on, "day", None, None, None, None, None, state]]
    return [
        [on, "day", name, None, one.amounts.payments if name == "gross_vnd" else None, value,
         None, state]
        for name, value in _named(one.amounts)
    ]  # fmt: skip


def _note(start: Row, on: str, note: str, end: Row) -> Row:
    return [*start, on, "note", note, None, None, None, None, None, *end]


def _market_totals(amounts: DayAmounts | None) -> list[Row]:
    nothing: Row = [None] * len(LINE_AMOUNTS)
    return [["total", name, None, None, *nothing, value] for name, value in _named(amounts)]


def _market_sources(sources: list[SourceAmounts]) -> list[Row]:
    return [
        [
            "source",
            one.ledger,
            None,
            None,
            *(getattr(one, name, None) for name in LINE_AMOUNTS),
            None,
        ]
        for one in sources
    ]


def _vendors(vendors: list[VendorLine], untracked: VendorLine | None) -> list[Row]:
    return [
        [
            "vendor" if line.vendor_code else "untracked",
            line.vendor_name,
            line.vendor_code,
            " ".join(line.stalls),
            *_line(line),
            None,
        ]
        for line in [*vendors, *([untracked] if untracked else [])]
    ]


def _issues(issues: list[IssueView]) -> list[Row]:
    count_first: list[Row] = [[one.records, *[None] * (len(LINE_AMOUNTS) - 1)] for one in issues]
    return [
        ["issue", one.sentence_vi, None, None, *counted, one.amount_vnd]
        for one, counted in zip(issues, count_first, strict=True)
    ]


def _market_note(note: str) -> Row:
    return ["note", note, None, None, *[None] * len(LINE_AMOUNTS), None]


def _line(amounts: DayAmounts | VendorLine | None) -> Row:
    return [getattr(amounts, name) if amounts else None for name in LINE_AMOUNTS]


def _named(amounts: DayAmounts | None) -> list[tuple[str, int]]:
    if amounts is None:
        return []
    return [(name, value) for name, value in amounts if name.endswith("_vnd")]


def _end(close: CloseView | None) -> Row:
    return [close.version, close.root_sha256] if close else [None, None]


def _iso(value: date | datetime | None) -> str:
    return value.isoformat() if value else ""
