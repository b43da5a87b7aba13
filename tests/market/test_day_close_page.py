"""The day close page: three sides that tie, what is missing, every version and why it differs."""

import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import writing
from market.i18n.break_words import CAUSES
from market.i18n.english import ENGLISH
from market.roles import Role
from merchants.tables import Market, Vendor
from reconciliation.close.causes import Cause
from reconciliation.close.day_book import OTHER_DAY, Sum, Told, compare_sides
from tests.market import broken_books
from tests.market.broken_books import ON
from tests.market.conftest import NOW, SignedIn, Staff
from tests.reconciliation.ledger_world import LedgerWorld

PATH = "/cho/MA/chot-ngay"
THE_DAY = f"{PATH}?ngay={ON.isoformat()}"


@pytest.fixture(autouse=True)
def broken(october: sa.Engine) -> None:
    broken_books.break_a_day(october)


def _text(client: SignedIn, path: str = THE_DAY) -> str:
    return unescape(client.get(path).text).replace("\u00a0", " ")


def test_the_three_sides_are_told_with_their_differences(staff: Staff) -> None:
    page = _text(staff(Role.MARKET_MANAGER, "MA"))

    assert "Ngày 02/11/2026: khớp 1 trên 4 khoản" in page
    assert "330.000 ₫" in page  # announced
    assert "297.250 ₫" in page  # told by the statement, and counted
    assert "−32.750 ₫" in page
    assert 'Chưa giải thích</b><b><span class="num">0 ₫' in page.replace("</svg>", "</svg>")


def test_what_was_announced_the_day_before_is_said_to_be_of_another_day(
    staff: Staff, october: sa.Engine
) -> None:
    with writing(october) as session:
        world = LedgerWorld(session, broken_books.CLOSED_AT)
        vendor = session.exec(select(Vendor).join(Market).where(Market.code == "MA")).first()
        told = {"bank_reference": "NIGHT", "dedupe_key": "night"}
        world.announced(vendor, 30_000, business_date=ON - timedelta(days=1), **told)
        world.booked(vendor, 29_900, business_date=ON, **told)
    broken_books.close_again(october)

    page = _text(staff(Role.MARKET_MANAGER, "MA"))

    of_other_days = page.partition("Khớp với khoản ghi ở ngày khác")[2].partition("</li>")[0]
    assert "+29.900 ₫" in of_other_days
    assert 'Chưa giải thích</b><b><span class="num">0 ₫' in page


def test_a_provisional_day_says_what_is_missing(staff: Staff) -> None:
    page = _text(staff(Role.MARKET_MANAGER, "MA"))

    assert "Sơ bộ, chốt" in page
    assert "Còn chờ khoản báo muộn đến hết ngày" in page


def test_the_breaks_of_the_day_are_listed_with_a_way_to_each(staff: Staff) -> None:
    page = _text(staff(Role.MARKET_MANAGER, "MA"))

    assert "Các khoản cần xử lý: 3" in page
    assert page.count('href="/cho/MA/khoan-lech/') == 3


def test_the_links_to_breaks_lead_to_the_figures_they_tell(
    staff: Staff, october: sa.Engine
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    broken_books.break_a_day(october, count=12)
    broken_books.doubt_a_payout(october)

    page = _text(manager)
    of_day = re.search(r'href="([^"]+)">Xem cả (\d+) khoản', page)
    everywhere = re.search(r'href="([^"]+)">Mọi khoản lệch \((\d+)\)', page)

    assert of_day
    assert everywhere
    assert f"Ngày 02/11/2026: {of_day[2]} khoản lệch chờ xử lý" in _text(manager, of_day[1])
    assert f"<h1>{everywhere[2]} khoản lệch chờ xử lý" in _text(manager, everywhere[1])
    assert int(of_day[2]) < int(everywhere[2])


def test_closing_again_by_the_button_makes_a_version_and_says_who(
    staff: Staff, october: sa.Engine
) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA", full_name="Lò Thị Mai")
    broken_books.book_late(october)

    answer = clerk.send(PATH, ngay=ON.isoformat())
    page = _text(clerk, answer.headers["location"])
    again = clerk.send(PATH, ngay=ON.isoformat())

    assert answer.status_code == 303
    assert "Đã chốt, có phiên bản mới." in page
    assert "Các phiên bản: 2" in page
    assert "Lò Thị Mai" in page
    assert "Đã xem lại, không có gì thay đổi." in _text(clerk, again.headers["location"])


def test_late_data_restates_the_day_and_the_page_says_why(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    broken_books.book_late(october)
    manager.send(PATH, ngay=ON.isoformat())

    page = _text(manager)

    assert "Vì sao phiên bản 2 khác phiên bản 1" in page
    restated = page.partition("Vì sao phiên bản 2 khác phiên bản 1")[2]
    assert "Khoản đến muộn" in restated
    assert "+10.000 ₫" in restated
    assert "297.250 ₫" in restated
    assert "307.250 ₫" in restated


def test_a_day_that_other_rules_restated_says_so_in_both_languages(
    staff: Staff, october: sa.Engine
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    broken_books.close_by_other_rules(october)

    restated = _text(manager).partition("Vì sao phiên bản 2 khác phiên bản 1")[2]
    english = _text(manager, f"{THE_DAY}&lang=en").partition("Why version 2 differs")[2]

    assert "Quy tắc đối soát đổi" in restated
    assert "Kết quả đối soát đổi" not in restated
    assert "Decided by other rules" in english


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_its_words_in_both_languages(cause: Cause) -> None:
    assert CAUSES[cause] in ENGLISH


def test_the_day_is_read_as_it_was_known(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    broken_books.book_late(october)
    manager.send(PATH, ngay=ON.isoformat())

    then = _text(manager, f"{THE_DAY}&luc=04/11/2026 12:00")
    one = _text(manager, f"{THE_DAY}&phien_ban=1")
    never = _text(manager, f"{THE_DAY}&luc=01/11/2026 08:00")

    assert "Đang xem phiên bản 1 trên 2" in then
    assert "297.250 ₫" in then
    assert "Đang xem phiên bản 1 trên 2" in one
    assert "Lúc đó ngày 02/11/2026 chưa chốt" in never
    assert "Chưa biết: lúc đó ngày chưa chốt." in never
    assert "ngày chưa chốt lần nào" not in never
    assert f'<a href="{THE_DAY}">Xem bản mới nhất</a>' in never


def test_the_minute_a_version_tells_shows_that_version(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    broken_books.book_late(october)
    manager.app.state.now = lambda: NOW + timedelta(seconds=30)  # type: ignore[attr-defined]
    manager.send(PATH, ngay=ON.isoformat())

    page = _text(manager)
    made = re.search(r"Phiên bản 2.*?(\d\d/\d\d/\d{4} \d\d:\d\d)", page)
    assert made

    assert "307.250 ₫" in _text(manager, f"{THE_DAY}&luc={made[1]}")


def test_an_instant_nobody_can_read_is_said_beside_its_field(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    for moment in ("hôm qua", "01/01/0001 00:00"):
        answer = manager.get(f"{THE_DAY}&luc={moment}")
        assert answer.status_code == 422
        assert "Ghi ngày giờ như 21/11/2026 17:00" in unescape(answer.text)


def test_a_day_that_is_not_closed_offers_to_close_it(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    page = _text(manager, f"{PATH}?ngay=2026-11-03")
    ahead = manager.send(PATH, ngay="2026-12-24")

    assert "Ngày 03/11/2026 chưa chốt" in page
    assert "Chốt ngày 03/11/2026" in page
    assert ahead.status_code == 422
    assert "Ngày này chưa tới" in unescape(ahead.text)


@pytest.mark.parametrize("day", ["", "hôm qua", "1822-01-01"])
def test_a_day_that_is_none_is_refused(staff: Staff, day: str) -> None:
    assert staff(Role.MARKET_MANAGER, "MA").send(PATH, ngay=day).status_code == 422


def test_an_auditor_looks_and_closes_nothing(staff: Staff) -> None:
    auditor = staff(Role.AUDITOR, "MA")

    assert "Chốt lại với dữ liệu mới nhất" not in _text(auditor)
    assert auditor.send(PATH, ngay=ON.isoformat()).status_code == 403


def test_the_english_page_keeps_the_figures(staff: Staff) -> None:
    page = _text(staff(Role.MARKET_MANAGER, "MA"), f"{THE_DAY}&lang=en")

    assert "1 of 4 payments match" in page
    assert "297.250 ₫" in page


def test_the_sides_and_bridges_of_a_worked_example() -> None:
    sides = compare_sides(
        [
            Told("payments", "bank_vcb", "matched", Sum(2, 90_000)),
            Told("statement", "bank_vcb", "matched", Sum(2, 90_000)),
            Told("payments", "bank_vcb", "missing_in_statement", Sum(1, 20_000)),
            Told("payments", "bank_vcb", "duplicate", Sum(1, 5_000)),
            Told("statement", "bank_vcb", "missing_in_payments", Sum(1, 7_000)),
            Told("statement", "bank_vcb", "ignored", Sum(1, 3_000)),
            Told("payments", "momo", "not_applicable", Sum(3, 60_000)),
        ]
    )

    assert (sides.payments, sides.statement) == (Sum(7, 175_000), Sum(4, 100_000))
    assert sides.books == Sum(6, 157_000)
    assert sum(leap.amount_vnd for leap in sides.to_statement) == 100_000 - 175_000
    assert sum(leap.amount_vnd for leap in sides.to_books) == 157_000 - 100_000
    assert {leap.outcome: leap.amount_vnd for leap in sides.to_books} == {
        "ignored": -3_000, "not_applicable": 60_000,
    }  # fmt: skip
    assert [one.statement for one in sides.ledgers] == [Sum(4, 100_000), None]
    assert {leap.outcome: leap.count for leap in sides.to_statement} == {
        "duplicate": -1, "missing_in_payments": 1, "missing_in_statement": -1, "ignored": 1,
        "not_applicable": -3,
    }  # fmt: skip
    assert (sides.matched, sides.told) == (5, 9)


def test_a_pair_of_two_days_is_no_difference_between_its_books() -> None:
    sides = compare_sides(
        [
            Told("payments", "stripe", "matched_with_difference", Sum(1, 100_000)),
            Told("statement", "stripe", "matched_with_difference", Sum(1, 99_000)),
            # Its fee is questioned, its amount is not: the line was booked the day after.
            Told("payments", "stripe", "matched_with_difference", Sum(1, 130_000), True),
            Told("statement", "stripe", "matched", Sum(2, 60_000), True),
        ]
    )

    assert {leap.outcome: leap.amount_vnd for leap in sides.to_statement} == {
        "matched_with_difference": -1_000, OTHER_DAY: 60_000 - 130_000,
    }  # fmt: skip
    assert sum(leap.amount_vnd for leap in sides.to_statement) == 159_000 - 230_000
