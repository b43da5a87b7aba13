"""Days, months, vendors, sources and markets come to the same đồng, whatever the books hold."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from market.database import open_engine, reading, writing
from market.reports import (
    MoneyReport,
    market_day_report,
    market_month_report,
    vendor_day_report,
    vendor_month_report,
)
from market.reports.models import DayAmounts
from market.reports.money_parts import SourceAmounts
from market.reports.sources import PLACES, PROVED
from reconciliation.errors import BooksDoNotBalance, MonthNotBegun
from reconciliation.records import Book, Direction, TransactionType
from reconciliation.tables import CloseState as StoredState
from tests.market import books
from tests.market.books import Line

FIRST = date(2026, 10, 1)
TODAY = date(2026, 11, 5)
AT = datetime(2026, 10, 1, 1, 5, tzinfo=UTC)
VENDORS = (1, 2, 3)

sales = st.builds(
    Line,
    vendor_id=st.sampled_from(VENDORS),
    amount_vnd=st.integers(1_000, 2**52),
    outcome=st.sampled_from(
        ["matched", "matched", "not_applicable", "missing_in_payments", "duplicate", "ambiguous"]
    ),
    provider=st.sampled_from(["bank_vcb", "momo", "stripe"]),
    at=st.just(AT),
    fee_vnd=st.integers(0, 9_999),
    tax_vnd=st.integers(0, 999),
    paid=st.sampled_from(
        ["", "matched", "pending_cut_off", "missing", "matched_with_difference", "not_applicable"]
    ),
)
refunds = st.builds(
    Line,
    vendor_id=st.sampled_from(VENDORS),
    amount_vnd=st.integers(1_000, 10**9),
    provider=st.sampled_from(["bank_vcb", "momo"]),
    transaction_type=st.just(TransactionType.REFUND),
    direction=st.just(Direction.DEBIT),
    paid=st.sampled_from(["matched", "pending_cut_off"]),
)
waiting = st.builds(
    Line,
    vendor_id=st.sampled_from(VENDORS),
    amount_vnd=st.integers(1_000, 10**9),
    outcome=st.just("pending_cut_off"),
    provider=st.just("sepay"),
    book=st.just(Book.PAYMENTS),
    at=st.just(AT),
)
market_days = st.lists(
    st.lists(st.one_of(sales, refunds, waiting), max_size=6), min_size=1, max_size=4
)


@pytest.fixture
def opened(engine: sa.Engine) -> sa.Engine:
    with writing(engine) as session:
        books.register(session)
    return engine


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A SQLite file with the register and no close."""
    path = tmp_path_factory.mktemp("registered") / "cho40.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        books.register(session)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@settings(max_examples=12)
@given(days=market_days)
def test_every_report_of_a_month_comes_to_the_same_dong(
    registered: Path, days: list[list[Line]]
) -> None:
    with _october(registered, days) as session:
        codes = books.vendor_codes(session, "MA")[: len(VENDORS)]
        closed = [FIRST + timedelta(days=n) for n in range(len(days))]
        market = market_month_report(session, "MA", FIRST, today=TODAY)
        months = [vendor_month_report(session, code, FIRST, today=TODAY) for code in codes]
        by_day = [market_day_report(session, "MA", on) for on in closed]
        by_vendor_day = [vendor_day_report(session, code, on) for code in codes for on in closed]

        assert market.amounts is not None
        every: list[MoneyReport] = [market, *months, *by_day, *by_vendor_day]
        for told in every:
            assert told.amounts is not None
            prove_parts(told.amounts, told.sources)
        for name in DayAmounts.model_fields:
            whole = getattr(market.amounts, name)
            for parts in (months, by_day, by_vendor_day):
                assert sum(getattr(one.amounts, name) for one in parts) == whole
        assert sum(line.net_vnd for line in market.vendors) == market.amounts.net_vnd
        for month in months:
            assert sum(one.amount_vnd for one in month.expected) == sum(
                one.to_come_vnd for one in month.sources
            )


def prove_parts(amounts: DayAmounts, sources: Sequence[SourceAmounts]) -> None:
    """Check that net is gross less what was taken off, and that the sources come to everything."""
    costs = amounts.refunds_vnd + amounts.fees_vnd + amounts.tax_vnd
    assert amounts.gross_vnd - costs == amounts.net_vnd
    for name in PROVED:
        assert sum(getattr(one, name) for one in sources) == getattr(amounts, name)
    for one in sources:
        assert sum(getattr(one, place) for place in PLACES) == one.net_vnd


class _october:  # noqa: N801 (reads as a verb where it is used)
    """A session on a fresh database whose first days of October are closed with these lines."""

    def __init__(self, registered: Path, days: list[list[Line]]) -> None:
        path = registered.with_name("closed.sqlite3")
        path.write_bytes(registered.read_bytes())
        self._engine = open_engine(f"sqlite:///{path}")
        with writing(self._engine) as session:
            for n, lines in enumerate(days):
                books.close(session, "MA", FIRST + timedelta(days=n), lines)

    def __enter__(self) -> Session:
        self._reading = reading(self._engine)
        return self._reading.__enter__()

    def __exit__(self, *failure: object) -> None:
        self._reading.__exit__(None, None, None)
        self._engine.dispose()
        for path in Path(str(self._engine.url.database)).parent.glob("closed.sqlite3*"):
            path.unlink()


def test_where_money_is_follows_from_what_its_payout_came_to(opened: sa.Engine) -> None:
    with writing(opened) as session:
        books.close(
            session,
            "MA",
            FIRST,
            [
                Line(1, 100_000, at=AT),
                Line(1, 20_000, provider="momo", outcome="not_applicable", paid="matched", at=AT),
                Line(
                    1,
                    3_000,
                    provider="momo",
                    outcome="not_applicable",
                    paid="pending_cut_off",
                    at=AT,
                ),
                Line(1, 400, provider="momo", outcome="not_applicable", paid="missing", at=AT),
                Line(
                    1,
                    50,
                    provider="momo",
                    outcome="not_applicable",
                    paid="matched_with_difference",
                    at=AT,
                ),
                Line(1, 6, provider="zalopay", outcome="not_applicable", book=Book.PAYMENTS, at=AT),
            ],
        )

    with reading(opened) as session:
        report = vendor_day_report(session, books.vendor_codes(session, "MA")[0], FIRST)

    placed = {place: sum(getattr(one, place) for one in report.sources) for place in PLACES}
    assert placed == {
        "in_bank_vnd": 120_000,
        "shared_vnd": 0,
        "to_come_vnd": 3_000,
        "overdue_vnd": 400,
        "in_question_vnd": 50,
        "untold_vnd": 6,
    }
    assert [one.name for one in report.sources] == ["Vietcombank", "MoMo", "ZaloPay"]


@pytest.mark.parametrize("announcer", ["casso", "payos"])
def test_what_is_announced_of_an_account_at_any_bank_is_in_it(
    opened: sa.Engine, announcer: str
) -> None:
    told = Line(1, 7_000, provider=announcer, outcome="not_applicable", book=Book.PAYMENTS, at=AT)
    with writing(opened) as session:
        books.close(session, "MA", FIRST, [told])

    with reading(opened) as session:
        report = vendor_day_report(session, books.vendor_codes(session, "MA")[0], FIRST)

    [source] = report.sources
    assert (source.in_bank_vnd, source.untold_vnd) == (7_000, 0)


def test_a_close_that_its_lines_do_not_come_to_is_refused(opened: sa.Engine) -> None:
    with writing(opened) as session:
        books.close(session, "MA", FIRST, [Line(1, 50_000, at=AT)], gross_off_vnd=1)

    with reading(opened) as session, pytest.raises(BooksDoNotBalance):
        vendor_month_report(session, books.vendor_codes(session, "MA")[0], FIRST, today=TODAY)
    with reading(opened) as session, pytest.raises(BooksDoNotBalance):
        market_month_report(session, "MA", FIRST, today=TODAY)


def test_days_without_data_are_named_and_in_no_sum(opened: sa.Engine) -> None:
    with writing(opened) as session:
        books.close(session, "MA", FIRST, [Line(1, 50_000, at=AT)])
        books.close(session, "MA", date(2026, 10, 3), state=StoredState.PROVISIONAL)

    with reading(opened) as session:
        report = vendor_month_report(
            session, books.vendor_codes(session, "MA")[0], FIRST, today=date(2026, 10, 4)
        )

    assert (report.first, report.last) == (FIRST, date(2026, 10, 4))
    assert report.days_not_closed == [date(2026, 10, 2), date(2026, 10, 4)]
    assert report.days_provisional == [date(2026, 10, 3)]
    assert report.state.value == "provisional"
    assert [day.amounts.gross_vnd if day.amounts else None for day in report.days] == [
        50_000,
        None,
        0,
        None,
    ]


def test_a_month_nobody_closed_has_no_sum_rather_than_zero(opened: sa.Engine) -> None:
    with reading(opened) as session:
        code = books.vendor_codes(session, "MA")[0]
        vendor = vendor_month_report(session, code, FIRST, today=TODAY)
        market = market_month_report(session, "MA", FIRST, today=TODAY)

    assert (vendor.amounts, vendor.state.value, vendor.sources) == (None, "open", [])
    assert (market.amounts, market.vendors_receiving, market.issues) == (None, None, [])


def test_a_restated_day_counts_once(opened: sa.Engine) -> None:
    with writing(opened) as session:
        books.close(session, "MA", FIRST, [Line(1, 50_000, at=AT)])
        books.close(session, "MA", FIRST, [Line(1, 70_000, at=AT), Line(2, 5_000, at=AT)])

    with reading(opened) as session:
        report = market_month_report(session, "MA", FIRST, today=TODAY)

    assert report.amounts is not None
    assert (report.amounts.gross_vnd, report.vendors_receiving) == (75_000, 2)
    assert [close.version for close in report.closes] == [2]


def test_a_month_that_has_not_begun_is_refused(opened: sa.Engine) -> None:
    with reading(opened) as session, pytest.raises(MonthNotBegun, match="12/2026"):
        market_month_report(session, "MA", date(2026, 12, 1), today=TODAY)


def test_a_payout_is_told_with_the_sales_it_pays_and_what_was_kept(opened: sa.Engine) -> None:
    landed = date(2026, 10, 2)
    with writing(opened) as session:
        payout = books.bank_row(session, landed, 1, 98_900, TransactionType.PAYOUT)
        books.close(
            session,
            "MA",
            FIRST,
            [
                Line(
                    1,
                    60_000,
                    provider="momo",
                    outcome="not_applicable",
                    paid="matched",
                    paid_by=payout,
                    at=AT,
                ),
                Line(
                    1,
                    40_000,
                    provider="momo",
                    outcome="not_applicable",
                    paid="matched",
                    paid_by=payout,
                    at=AT,
                ),
            ],
        )
        books.close(session, "MA", landed, paid_out={1: 98_900})

    with reading(opened) as session:
        code = books.vendor_codes(session, "MA")[0]
        month = vendor_month_report(session, code, FIRST, today=TODAY)
        of_day = vendor_day_report(session, code, landed)

    [told] = month.payouts
    assert (told.on, told.name, told.sales_from, told.sales_to) == (landed, "MoMo", FIRST, FIRST)
    assert (told.paid_for_vnd, told.kept_vnd, told.amount_vnd) == (100_000, 1_100, 98_900)
    assert of_day.payouts == month.payouts


def test_money_that_arrived_for_no_sale_is_told_without_a_source(opened: sa.Engine) -> None:
    with writing(opened) as session:
        books.close(session, "MA", FIRST, paid_out={1: 12_345})

    with reading(opened) as session:
        month = vendor_month_report(
            session, books.vendor_codes(session, "MA")[0], FIRST, today=TODAY
        )

    assert [(one.ledger, one.amount_vnd, one.paid_for_vnd) for one in month.payouts] == [
        ("", 12_345, None)
    ]
