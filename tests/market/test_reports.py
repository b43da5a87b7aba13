"""The reports against a register and closes written by hand, on both databases."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from rich.console import Console
from sqlmodel import Session, col, select

from market.adoption.periods import Period
from market.database import reading, writing
from market.reports import (
    Product,
    Report,
    adoption_report,
    market_day_report,
    render_terminal,
    to_csv,
    to_json,
    vendor_day_report,
)
from market.reports.making import make_edition
from market.reports.models import (
    AdoptionReport,
    CloseState,
    MarketDayReport,
    ReceiptState,
    VendorDayReport,
)
from merchants.errors import MarketNotFound, VendorNotFound
from reconciliation.errors import BooksDoNotBalance
from reconciliation.records import Book, Direction, Status, TransactionType
from reconciliation.tables import CloseState as StoredState
from reconciliation.tables import MarketDay, MatchOutcome, ProviderTransaction, VendorDay
from tests.market import books
from tests.market.books import Line

DAY = date(2026, 10, 20)
AT = datetime(2026, 10, 20, 1, 5, tzinfo=UTC)


@pytest.fixture
def markets(engine: sa.Engine) -> sa.Engine:
    """A register without a single receipt, on either database."""
    with writing(engine) as session:
        books.register(session)
    return engine


def first_vendor(session: Session) -> str:
    return books.vendor_codes(session, "MA")[0]


def vendor_day(engine: sa.Engine, on: date = DAY) -> VendorDayReport:
    with reading(engine) as session:
        return vendor_day_report(session, first_vendor(session), on)


def test_a_vendors_day_is_told_from_the_newest_close(markets: sa.Engine) -> None:
    with writing(markets) as session:
        books.close(session, "MA", DAY, [Line(1, 50_000, at=AT)], state=StoredState.PROVISIONAL)
        newest = books.close(
            session, "MA", DAY, [Line(1, 50_000, at=AT), Line(1, 70_000, at=AT), Line(2, 9_000)]
        )

    report = vendor_day(markets)

    assert report.amounts is not None
    assert (report.amounts.payments, report.amounts.gross_vnd) == (2, 120_000)
    assert report.close is not None
    assert (report.close.version, report.close.root_sha256) == (2, newest.root_sha256)
    assert report.state is CloseState.FINAL
    assert (report.vendor_name, report.stalls) == ("Rau sạch cô Hương", ["A01"])
    assert report.note_vi == "Chưa gồm tiền mặt."


def test_a_day_nobody_closed_has_no_amounts_rather_than_zeros(markets: sa.Engine) -> None:
    with writing(markets) as session:
        books.announce(session, DAY, [Line(1, 85_000, at=AT), Line(2, 9_000, at=AT)])

    report = vendor_day(markets)

    assert (report.state, report.close, report.amounts) == (CloseState.OPEN, None, None)
    assert [(r.amount_vnd, r.state) for r in report.receipts] == [(85_000, ReceiptState.ANNOUNCED)]
    assert (report.announced, report.announced_vnd) == (1, 85_000)
    assert report.week_vnd is None


def test_a_wallets_payout_is_not_announced_as_a_sale(markets: sa.Engine) -> None:
    with writing(markets) as session:
        books.announce(session, DAY, [Line(1, 85_000, at=AT)])
        books.announce(session, DAY, [Line(1, 900_000, memo="MOMO DOI SOAT 20102026")])

    assert [r.amount_vnd for r in vendor_day(markets).receipts] == [85_000]


def test_a_closed_day_without_receipts_is_a_true_zero(markets: sa.Engine) -> None:
    with writing(markets) as session:
        books.close(session, "MA", DAY)

    report = vendor_day(markets)

    assert report.amounts is not None
    assert report.amounts.gross_vnd == 0
    assert report.week[-1].gross_vnd == 0


def test_another_markets_close_says_nothing_of_this_vendor(markets: sa.Engine) -> None:
    with writing(markets) as session:
        books.close(session, "LG", DAY)

    report = vendor_day(markets)

    assert (report.state, report.latest_closed_on) == (CloseState.OPEN, None)


def test_each_receipt_is_told_once_and_with_what_is_known_of_it(markets: sa.Engine) -> None:
    with writing(markets) as session:
        books.close(
            session,
            "MA",
            DAY,
            [
                Line(1, 10_000, at=AT),
                Line(1, 20_000, "missing_in_payments", at=AT - timedelta(minutes=1)),
                Line(1, 30_000, "not_applicable", "momo", at=AT - timedelta(minutes=2)),
                Line(
                    1,
                    40_000,
                    "pending_cut_off",
                    "sepay",
                    Book.PAYMENTS,
                    at=AT - timedelta(minutes=3),
                ),
                Line(
                    1,
                    50_000,
                    "missing_in_statement",
                    "sepay",
                    Book.PAYMENTS,
                    at=AT - timedelta(minutes=4),
                ),
                Line(1, 60_000, "duplicate", at=AT),
                Line(1, 70_000, "ambiguous", "sepay", Book.PAYMENTS, at=AT),
                Line(1, 80_000, status=Status.FAILED, at=AT),
                Line(
                    1,
                    5_000,
                    transaction_type=TransactionType.REFUND,
                    direction=Direction.DEBIT,
                    at=AT - timedelta(minutes=5),
                ),
                Line(1, 90_000, transaction_type=TransactionType.PAYOUT, at=AT),
            ],
        )

    report = vendor_day(markets)

    assert [(r.amount_vnd, r.provider_name, r.state) for r in report.receipts] == [
        (10_000, "Vietcombank", ReceiptState.MATCHED),
        (20_000, "Vietcombank", ReceiptState.UNMATCHED),
        (30_000, "MoMo", ReceiptState.MATCHED),
        (40_000, "Vietcombank", ReceiptState.PENDING),
        (50_000, "Vietcombank", ReceiptState.NOT_ON_STATEMENT),
        (-5_000, "Vietcombank", ReceiptState.REFUND),
    ]
    assert report.amounts is not None
    assert (report.amounts.gross_vnd, report.amounts.refunds_vnd) == (60_000, 5_000)
    assert (report.announced, report.announced_vnd) == (2, 90_000)


@pytest.mark.parametrize(
    ("reason", "told_vnd", "state"),
    [
        ("fee", 10_000, ReceiptState.FEE_DIFFERS),
        ("tax", 10_000, ReceiptState.FEE_DIFFERS),
        ("amount", 9_000, ReceiptState.DIFFERS),
        # A difference of the amounts that is called a fee (pass 9).
        ("fee", 9_900, ReceiptState.DIFFERS),
    ],
)
def test_a_fee_that_is_questioned_is_no_question_of_the_amount(
    markets: sa.Engine, reason: str, told_vnd: int, state: ReceiptState
) -> None:
    with writing(markets) as session:
        books.close(session, "MA", DAY, [Line(1, 10_000, "matched_with_difference", at=AT)])
        difference = 10_000 - told_vnd
        outcome = sa.update(MatchOutcome)
        session.execute(outcome.values(reason=reason, difference_vnd=difference))
        told = sa.update(ProviderTransaction).where(col(ProviderTransaction.book) == Book.PAYMENTS)
        session.execute(told.values(amount=told_vnd))
        fact = session.exec(select(VendorDay)).one()
        market = session.exec(select(MarketDay)).one()
        fact.matched_vnd = market.matched_vnd = min(10_000, told_vnd)
        session.add_all([fact, market])

    assert [one.state for one in vendor_day(markets).receipts] == [state]


def test_a_bank_line_takes_its_time_and_its_vendor_from_the_announcement(
    markets: sa.Engine,
) -> None:
    with writing(markets) as session:
        books.close(session, "MA", DAY, [Line(1, 10_000, at=AT, vendor_is_known=False)])

    assert [(r.amount_vnd, r.occurred_at) for r in vendor_day(markets).receipts] == [(10_000, AT)]


def test_receipts_that_do_not_add_up_are_not_shown(markets: sa.Engine) -> None:
    with writing(markets) as session:
        books.close(session, "MA", DAY, [Line(1, 10_000)], gross_off_vnd=1)

    with pytest.raises(BooksDoNotBalance, match=r"10000.*the close says.*10001"):
        vendor_day(markets)


def test_the_week_tells_closed_days_from_days_nobody_closed(markets: sa.Engine) -> None:
    with writing(markets) as session:
        for back in (0, 2, 6, 7):
            books.close(session, "MA", DAY - timedelta(days=back), [Line(1, 1_000 + back)])

    report = vendor_day(markets)

    assert [day.on for day in report.week] == [DAY - timedelta(days=n) for n in range(6, -1, -1)]
    assert [day.gross_vnd for day in report.week] == [1_006, None, None, None, 1_002, None, 1_000]
    assert report.week_vnd == 3_008


def test_a_stall_is_told_only_while_it_is_held(markets: sa.Engine) -> None:
    assert vendor_day(markets, date(2026, 7, 31)).stalls == []


def test_an_unknown_vendor_or_market_is_refused(markets: sa.Engine) -> None:
    with reading(markets) as session:
        with pytest.raises(VendorNotFound):
            vendor_day_report(session, "CC999999X", DAY)
        with pytest.raises(MarketNotFound):
            market_day_report(session, "XX", DAY)
        with pytest.raises(MarketNotFound):
            adoption_report(session, "2026-10", "XX")


def test_a_markets_day_has_a_line_for_each_vendor_and_their_sum(markets: sa.Engine) -> None:
    with writing(markets) as session:
        books.close(
            session,
            "MA",
            DAY,
            [
                Line(3, 30_000),
                Line(1, 10_000),
                Line(1, 5_000),
                Line(2, 7_000, "pending_cut_off", "sepay", Book.PAYMENTS),
            ],
        )

    with reading(markets) as session:
        report = market_day_report(session, "MA", DAY)

    assert [(v.stalls, v.payments, v.gross_vnd, v.pending_vnd) for v in report.vendors] == [
        (["A01"], 2, 15_000, 0),
        (["A02"], 0, 0, 7_000),
        (["A03"], 1, 30_000, 0),
    ]
    assert report.amounts is not None
    assert report.amounts.gross_vnd == sum(v.gross_vnd for v in report.vendors)
    assert (report.vendors_receiving, report.is_open) == (2, True)


def test_a_market_day_nobody_closed_says_so(markets: sa.Engine) -> None:
    with reading(markets) as session:
        report = market_day_report(session, "MA", DAY)

    assert (report.state, report.amounts, report.vendors) == (CloseState.OPEN, None, [])


@pytest.fixture
def closed_october(markets: sa.Engine) -> sa.Engine:
    """The register with every day of October closed, on either database."""
    with writing(markets) as session:
        books.october(session)
    return markets


def adoption(engine: sa.Engine, *args: str, product: Product = Product.MANAGER) -> AdoptionReport:
    with reading(engine) as session:
        return adoption_report(session, *(args or ("2026-10",)), product=product)


def test_a_months_adoption_worked_by_hand(closed_october: sa.Engine) -> None:
    report = adoption(closed_october)

    market = {area.market_code: area for area in report.markets}["MA"]
    expected = {
        "S1": (25, 30),
        "S2": (20, 25),
        "S3": (0, 25),
        "S4": (13, 25),
        "S6": (10, 10),
        "U1": (20, 25),
        "U5": (0, 0),
        "U8": (8_570_000, 31),
    }
    assert {id_: (market[id_].numerator, market[id_].denominator) for id_ in expected} == expected
    # 31 days; vendors 1..20 each receive on every third day: 206 receipts in all.
    assert market["U7"].value == 206 / (20 * 31)
    assert market["U3"].value == pytest.approx(206 / 31 / 25)


def test_each_market_is_read_on_its_own_last_market_day(closed_october: sa.Engine) -> None:
    report = adoption(closed_october)

    assert report.total is not None
    assert {area.market_code: area.reference_on for area in report.markets} == {
        "LG": date(2026, 10, 31),
        "MA": date(2026, 10, 31),
    }
    assert [area.market_days for area in (*report.markets, report.total)] == [5, 31, 36]
    assert not report.is_provisional


def test_a_market_nobody_audited_has_no_coverage(closed_october: sa.Engine) -> None:
    with writing(closed_october) as session:
        session.execute(sa.text("UPDATE stall SET displayed_codes = NULL, audited_on = NULL"))

    report = adoption(closed_october)

    assert report.total is not None
    assert {one.coverage for one in report.total.indicators} == {None}
    assert "độ phủ chưa có" in terminal(report)


def test_the_report_names_the_closes_it_rests_on(closed_october: sa.Engine) -> None:
    whole, one = adoption(closed_october), adoption(closed_october, "2026-10", "LG")

    assert (len(whole.closes), len(one.closes)) == (62, 31)
    assert {close.market_code for close in one.closes} == {"LG"}
    assert whole.rests_on_sha256 != one.rests_on_sha256
    with writing(closed_october) as session:
        books.close(session, "LG", date(2026, 10, 31), [Line(26, 46_000)])
    assert adoption(closed_october).rests_on_sha256 != whole.rests_on_sha256


def test_a_month_half_closed_ends_at_its_newest_close_and_is_provisional(
    markets: sa.Engine,
) -> None:
    with writing(markets) as session:
        for day in (1, 2, 3, 5):
            books.close(session, "MA", date(2026, 10, day), [Line(1, 10_000)])

    report = adoption(markets)

    market = {area.market_code: area for area in report.markets}["MA"]
    assert report.window_last == date(2026, 10, 5)
    assert (market["U8"].numerator, market["U8"].denominator) == (40_000, 4)
    assert market.days_not_closed[:2] == [date(2026, 10, 4), date(2026, 10, 6)]
    assert market["U8"].is_provisional
    assert report.is_provisional


def test_a_month_nobody_closed_has_supply_and_no_use(markets: sa.Engine) -> None:
    report = adoption(markets)

    assert report.total is not None
    assert report.closes == []
    assert report.total["S2"].value is not None
    assert {report.total[id_].value for id_ in ("U1", "U3", "U7", "U8", "U9.mean")} == {None}


def test_ever_active_looks_back_beyond_the_month(closed_october: sa.Engine) -> None:
    with writing(closed_october) as session:
        session.execute(
            sa.text(
                "INSERT INTO poster (stall_id, acceptance_point_id, vendor_id, payload_sealed,"
                " payload_hash, end_reason, marks, state, issued_on, installed_on) SELECT s.id, s.id, s.id, '', '', '', '',"
                " 'installed', '2026-08-20', '2026-08-21' FROM stall s WHERE s.id IN (1, 2, 24)"
            )
        )
        books.close(session, "MA", date(2026, 12, 1))

    report = adoption(closed_october, "2026-12")

    market = {area.market_code: area for area in report.markets}["MA"]
    assert (market["U5"].numerator, market["U5"].denominator) == (2, 3)
    assert market["U1"].numerator == 0


def test_the_economist_does_not_see_small_markets(closed_october: sa.Engine) -> None:
    at = datetime(2026, 11, 5, tzinfo=UTC)
    with writing(closed_october) as session:
        make_edition(
            session, Period.read("2026-10"), p_percent=None, known_at=at, now=at, actor="test"
        )
    table = adoption(closed_october, product=Product.ECONOMIST)
    alone = adoption(closed_october, "2026-10", "LG", product=Product.ECONOMIST)

    hidden = {area.market_code: area["U8"].hidden for area in table.markets}
    assert hidden == {"LG": "c", "MA": "s"}
    small = alone.markets[0]
    told = {one.id for one in small.indicators if not one.hidden}
    # Stalls, codes and posters are no persons, and of no poster there is nothing to tell, nor of cash
    # points nobody wrote down; of six vendors no share is made.
    assert told == {"S1", "S6", "S7", "S9", "U5", "U6"}
    assert (small["U5"].value, small["U6"].value) == (None, None)
    assert all(one.value is None for one in small.indicators if one.hidden)
    assert small["U1"].numerator_below == 5
    assert (small["U8"].numerator, small["U8"].denominator) == (None, None)
    assert alone.total is None
    assert small == {area.market_code: area for area in table.markets}["LG"]


def test_a_market_manager_sees_the_own_market_whole(closed_october: sa.Engine) -> None:
    alone = adoption(closed_october, "2026-10", "LG")

    assert alone.markets[0]["U8"].value == 45_000
    assert {one.hidden for one in alone.markets[0].indicators} == {""}


def test_without_any_market_there_is_a_report_of_nothing(engine: sa.Engine) -> None:
    report = adoption(engine)

    assert (report.markets, report.total, report.main) == ([], None, None)


def all_reports(engine: sa.Engine) -> list[Report]:
    with reading(engine) as session:
        code = first_vendor(session)
        return [
            vendor_day_report(session, code, date(2026, 10, 3)),
            vendor_day_report(session, code, date(2026, 11, 20)),
            market_day_report(session, "MA", date(2026, 10, 3)),
            market_day_report(session, "MA", date(2026, 11, 3)),
            adoption_report(session, "2026-10"),
            adoption_report(session, "2026-11", "MA"),
        ]


def test_json_undoes_itself(october: sa.Engine) -> None:
    for report in all_reports(october):
        assert type(report).model_validate_json(to_json(report)) == report


def test_json_has_plain_money_and_iso_days(october: sa.Engine) -> None:
    vendor, *_ = (json.loads(to_json(report)) for report in all_reports(october))

    assert vendor["on"] == "2026-10-03"
    assert vendor["amounts"]["gross_vnd"] == 20_000
    assert vendor["close"]["state"] == "final"


def test_every_csv_is_a_whole_table(october: sa.Engine) -> None:
    for report in all_reports(october):
        rows = list(csv.reader(io.StringIO(to_csv(report).decode("utf-8-sig"), newline="")))
        assert len(rows) > 1 or isinstance(report, MarketDayReport)
        assert len({len(row) for row in rows}) == 1


def test_the_vendors_csv_adds_up(october: sa.Engine) -> None:
    report = all_reports(october)[0]
    rows = list(csv.DictReader(io.StringIO(to_csv(report).decode("utf-8-sig"), newline="")))

    receipts = [int(row["amount_vnd"]) for row in rows if row["record"] == "receipt"]
    total = {row["name"]: row["amount_vnd"] for row in rows if row["record"] == "total"}
    assert sum(receipts) == int(total["gross_vnd"]) == 20_000


@pytest.mark.usefixtures("october_published")
def test_the_adoption_csv_flags_what_is_hidden_and_shows_none_of_it(
    october: sa.Engine,
) -> None:
    report = adoption(october, product=Product.ECONOMIST)
    rows = list(csv.DictReader(io.StringIO(to_csv(report).decode("utf-8-sig"), newline="")))

    small = {row["indicator"]: row for row in rows if row["market"] == "LG"}
    assert small["U8"]["flag"] == "c"
    assert [small["U8"][name] for name in ("value", "numerator", "denominator")] == ["", "", ""]
    assert small["U1"]["numerator"] == "<5"
    assert small["S1"]["value"] == "0.5454545454545454"
    total = {row["indicator"]: row for row in rows if row["market"] == "*"}
    assert (total["U8"]["flag"], total["U1"]["window"]) == ("", "2026-10-02/2026-10-31")


def terminal(report: Report) -> str:
    console = Console(width=140, file=io.StringIO())
    console.print(render_terminal(report))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return str(text)


def test_the_terminal_tells_the_same_figures(october: sa.Engine) -> None:
    vendor, open_day, market, open_market, figures, _ = map(terminal, all_reports(october))

    assert "Khách trả 20.000\u00a0₫" in " ".join(vendor.split(" "))
    assert "Đã chốt, số chính thức." in vendor
    assert "Chưa gồm tiền mặt." in vendor
    assert "Chưa chốt" in open_day
    assert "Khách trả" not in open_day
    assert "người bán nhận tiền qua QR" in market
    assert "Chưa chốt" in open_market
    assert "ẩn¹" in figures
    assert "Cách tính" in figures
    assert "Dựa trên 62 lần chốt ngày" in figures
