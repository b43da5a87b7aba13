"""A survey from its design to its share: planned at a desk, asked on a phone, without JavaScript."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from market.database import reading, writing
from market.demo.survey import NAME, said
from market.roles import Role
from market.survey_kinds import Answer
from market.surveys.answering import FILE_COLUMNS, enter_file
from market.surveys.visits import VisitEntry, list_surveys, visits_of_survey
from merchants.actors import COMMAND
from tests.browser.conftest import DESK, MARKET, NOW, PHONE, OpenPage, Site
from tests.browser.looking import faults_of
from tests.qr.pdf_reading import read_pdf

pytestmark = pytest.mark.xdist_group("browser")

PLANNED = "Khảo sát thử tháng 10"


def test_a_survey_is_designed_printed_asked_and_told(site: Site, people: OpenPage) -> None:
    desk = people(site, site.token_of(Role.ECONOMIST), width=DESK)
    desk.goto("/muc-do-dung")
    desk.get_by_role("link", name="Khảo sát tỷ trọng không dùng tiền mặt").click()
    desk.get_by_role("link", name="Lập đợt khảo sát").click()
    desk.get_by_label("Tên đợt khảo sát").fill(PLANNED)
    desk.get_by_label(re.compile("Đông Cuông")).check()
    desk.get_by_label("Từ ngày").fill("2026-10-19")
    desk.get_by_label("Đến hết ngày").fill("2026-10-27")
    desk.get_by_role("button", name="Tính mẫu").click()
    heading = desk.get_by_role("heading", level=1)
    expect(heading).to_contain_text("gian hàng")
    planned = heading.inner_text()
    desk.get_by_role("button", name=re.compile("^Bốc thăm")).click()
    expect(heading).to_contain_text(f"{PLANNED}, đã ghi 0 trên")

    drawn = visits(site)
    sample = [one for one in drawn if not one.is_reserve]
    assert planned.startswith(f"Hỏi {len(sample)} trên ")
    desk.get_by_role("link", name=PLANNED).click()
    expect(heading).to_contain_text("chưa công bố được tỷ trọng")
    sheets = desk.get_by_role("link", name="Phiếu để in").get_attribute("href") or ""
    paper = read_pdf(desk.request.get(sheets).body())
    printed = " ".join(text for number in paper.pages for text in paper.texts(number))
    assert all(one.stall_code in printed for one in drawn)
    assert PLANNED in printed

    phone = people(site, site.token_of(Role.FIELD_HELPER), width=PHONE)
    phone.goto(f"/cho/{MARKET}/khao-sat")
    first = sample[0]
    phone.get_by_role("link", name=re.compile(re.escape(first.stall_code))).first.click()
    phone.get_by_text("Đã trả lời", exact=True).click()
    phone.get_by_label(re.compile("^Tiền mặt")).fill("650")
    phone.get_by_role("button", name=re.compile("^Ghi")).click()
    expect(phone.get_by_role("alert")).to_contain_text("Còn chỗ cần sửa")
    phone.get_by_label(re.compile("^Chuyển khoản")).fill("150")
    phone.get_by_role("button", name=re.compile("^Ghi")).click()
    expect(phone.get_by_role("status")).to_contain_text(f"Đã ghi gian {first.stall_code}")

    the_others_answer(site, sample[1:])
    desk.reload()
    expect(heading).to_contain_text(re.compile(r"Khoảng \d+,\d% tiền bán không dùng tiền mặt"))
    expect(desk.get_by_text("Khoảng bootstrap 95%")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_pages_of_a_survey_are_sound(shared_site: Site, people: OpenPage, width: int) -> None:
    with reading(shared_site.engine) as session:
        (survey,) = list_surveys(session)
        visit = visits_of_survey(session, survey.id)[0]
    economist = people(shared_site, shared_site.token_of(Role.ECONOMIST), width=width, script=True)
    helper = people(shared_site, shared_site.token_of(Role.FIELD_HELPER), width=width, script=True)
    found = {}

    for page, path in (
        (economist, "/khao-sat"),
        (economist, "/khao-sat/moi"),
        (economist, f"/khao-sat/{survey.id}"),
        (helper, f"/cho/{MARKET}/khao-sat"),
        (helper, f"/cho/{MARKET}/khao-sat/luot/{visit.id}"),
    ):
        page.goto(path)
        found[path] = faults_of(page)

    assert [fault for own in found.values() for fault in own] == []
    economist.goto("/muc-do-dung?ky=2026-10")
    expect(economist.locator("main")).to_contain_text(f"Nguồn: {NAME}")


def visits(site: Site) -> list[VisitEntry]:
    """Return everybody drawn by the newest survey."""
    with reading(site.engine) as session:
        newest = list_surveys(session)[0]
        return visits_of_survey(session, newest.id)


def the_others_answer(site: Site, asked: list[VisitEntry]) -> None:
    """Hand in what the others said as a file, as ``cho40 survey enter`` does."""
    written = io.StringIO()
    rows = csv.DictWriter(written, FILE_COLUMNS)
    rows.writeheader()
    for one in asked:
        told = said(1, one)
        is_told = told.outcome is Answer.ANSWERED
        rows.writerow(
            {
                "visit": one.id,
                "outcome": told.outcome.value,
                "cash_vnd": told.cash_vnd if is_told else "",
                "digital_vnd": told.digital_vnd if is_told else "",
                "counted_cash": told.counted_cash if is_told else "",
                "counted_digital": told.counted_digital if is_told else "",
            }
        )
    with writing(site.engine) as session:
        entered = enter_file(
            session, asked[0].survey_id, written.getvalue(), actor=COMMAND, now=NOW
        )
    assert (entered.recorded, entered.rejected) == (len(asked), ())
