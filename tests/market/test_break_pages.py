"""The queue of breaks and one break: two people, many at once, nothing for anybody else."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa

from market.database import reading
from market.i18n.break_words import rule_words
from market.i18n.english import ENGLISH
from market.roles import Role
from reconciliation.breaks.listing import BreakEntry, BreakFilter, list_breaks
from reconciliation.breaks.proof import verify_trails
from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.states import BreakState
from reconciliation.breaks.why_not import WhyNot
from reconciliation.engine.outcomes import Rule
from tests.market import broken_books
from tests.market.conftest import NOW, Reader, SignedIn, Staff
from tests.merchants.queries import counted

LIST = "/cho/MA/khoan-lech"
EVERY_STATE = tuple(BreakState)


@pytest.fixture(autouse=True)
def broken(october: sa.Engine) -> None:
    broken_books.break_a_day(october)


def _breaks(october: sa.Engine) -> list[BreakEntry]:
    with reading(october) as session:
        asked = BreakFilter(states=EVERY_STATE)
        found, _ = list_breaks(session, "MA", asked, today=NOW.date())
    return found


def _text(client: SignedIn, path: str) -> str:
    return unescape(client.get(path).text).replace("\u00a0", " ")


def _hidden(client: SignedIn, path: str, name: str) -> list[str]:
    """Return what the forms of a page say of themselves by a hidden field."""
    return re.findall(f'name="{name}" value="([^"]*)"', client.get(path).text)


def _decide(client: SignedIn, here: str, **fields: Any) -> Any:
    """Send the decision on one break as its page offers it."""
    return client.send(f"{here}/quyet", da_xem=_hidden(client, here, "da_xem"), **fields)


def _all_of(client: SignedIn, path: str = LIST) -> dict[str, Any]:
    """Return the fields that choose a whole list as it is shown now."""
    return {"chon": "tat-ca", "danh_sach": _hidden(client, path, "danh_sach")[0]}


def test_the_queue_says_how_many_wait_and_how_much_is_unexplained(staff: Staff) -> None:
    page = _text(staff(Role.MARKET_MANAGER, "MA"), LIST)

    assert "3 khoản lệch chờ xử lý, tổng 32.750 ₫" in page.replace(" ", " ")
    assert "hai bên lệch nhau" in page.lower()
    assert "Có thông báo, sao kê không có" in page


def test_one_break_shows_both_sides_and_the_difference(staff: Staff, october: sa.Engine) -> None:
    pair = next(one for one in _breaks(october) if one.outcome == "matched_with_difference")

    page = _text(staff(Role.MARKET_MANAGER, "MA"), f"{LIST}/{pair.id}").replace(" ", " ")

    assert "250.000 ₫" in page
    assert "247.250 ₫" in page
    assert "ít hơn 2.750 ₫" in page
    assert pair.sentence_vi in page


def test_a_payout_in_doubt_shows_the_days_it_may_be_for(staff: Staff, october: sa.Engine) -> None:
    broken_books.doubt_a_payout(october)
    payout = next(one for one in _breaks(october) if one.outcome == "ambiguous_payout")
    days = [one for one in _breaks(october) if one.leg == "C" and one.outcome == "ambiguous"]
    reader = staff(Role.MARKET_MANAGER, "MA")

    of_payout = _text(reader, f"{LIST}/{payout.id}")
    of_day = _text(reader, f"{LIST}/{days[0].id}")
    english = _text(reader, f"{LIST}/{payout.id}?lang=en")

    assert "Có 2 cách giải thích, máy không chọn thay người." in of_payout
    told = of_payout.split("Cùng chưa phân định, của một tài khoản")[1].split("</ul>")[0]
    assert [f"{LIST}/{one.id}" for one in days] == re.findall(r'href="([^"]+)"', told)
    assert "1 khoản ngày 02/11/2026" in told
    assert "Tiền về ngày 07/11/2026" in of_day
    assert "Undecided as well, of the same account" in english


def test_a_clerk_proposes_and_the_manager_approves(staff: Staff, october: sa.Engine) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA", full_name="Lò Thị Mai")
    manager = staff(Role.MARKET_MANAGER, "MA")
    number = _breaks(october)[0].id

    proposed = clerk.send(f"{LIST}/{number}/de-xuat", cach="accept", ghi_chu="đúng phí")
    own = _text(clerk, f"{LIST}/{number}")
    approved = _decide(manager, f"{LIST}/{number}", quyet="duyet")

    assert (proposed.status_code, approved.status_code) == (303, 303)
    assert "Rút lại đề xuất" in own
    assert "Đề xuất: Lò Thị Mai" in own
    one = next(each for each in _breaks(october) if each.id == number)
    assert one.state is BreakState.APPROVED
    with reading(october) as session:
        assert verify_trails(session) == []


def test_a_break_is_taken_on_by_a_button_and_the_queue_says_who(
    staff: Staff, october: sa.Engine
) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA", full_name="Lò Thị Mai")
    first, second, third = (one.id for one in _breaks(october))
    offered = _text(clerk, f"{LIST}/{first}")

    one = clerk.send(f"{LIST}/{first}/nhan")
    many = clerk.send(f"{LIST}/nhan", khoan=[str(second), str(third)])

    assert "Tôi làm khoản này" in offered
    assert (one.status_code, many.status_code) == (303, 303)
    own = _text(clerk, one.headers["location"])
    assert "Đã ghi: anh/chị làm khoản này." in own
    assert "Tôi làm khoản này" not in own
    queue = _text(clerk, many.headers["location"])
    assert "Anh/chị nhận làm 2 khoản" in queue
    assert queue.count("Lò Thị Mai đang làm") == 3


def test_what_was_approved_is_told_as_done(staff: Staff, october: sa.Engine) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    number = next(one.id for one in _breaks(october) if one.outcome == "missing_in_statement")
    here = f"{LIST}/{number}"
    clerk.send(f"{here}/de-xuat", cach="leave_out", ghi_chu="không phải tiền hàng")
    before = _text(manager, here)
    _decide(manager, here, quyet="duyet")

    after = _text(manager, here)

    assert "Đề xuất: không phải tiền bán hàng" in before
    assert "Khi duyệt, lần chốt sau bỏ khoản này ra" in before
    assert "Đã duyệt: không phải tiền bán hàng" in after
    assert "Từ lần chốt sau khi duyệt, khoản này không nằm trong con số nào" in after
    assert "Khi duyệt, lần chốt sau" not in after


def test_a_break_is_told_in_words_of_people(staff: Staff, october: sa.Engine) -> None:
    broken_books.doubt_a_payout(october)
    manager = staff(Role.MARKET_MANAGER, "MA")

    pages = {one.leg: _text(manager, f"{LIST}/{one.id}") for one in _breaks(october)}

    assert not any(re.search(r"[a-z_]+@\d", page) for page in pages.values())
    assert "···TNER" not in pages["C"]
    assert "···0001" in pages["B"]


def test_every_rule_that_looks_for_something_says_how() -> None:
    silent = {Rule.VALIDATE, Rule.STATUS, Rule.PROFILE}

    assert {rule for rule in Rule if not rule_words(rule)} == silent
    assert all(rule_words(rule) in ENGLISH for rule in Rule if rule not in silent)


def test_a_list_is_taken_home_whole_and_as_it_was_narrowed(
    staff: Staff, october: sa.Engine
) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")

    whole = clerk.get(f"{LIST}.csv")
    narrowed = clerk.get(f"{LIST}.csv?loi=matched_with_difference")

    rows = list(csv.DictReader(io.StringIO(whole.content.decode("utf-8-sig"), newline="")))
    breaks = _breaks(october)
    assert [row["code"] for row in rows] == [one.code for one in breaks]
    assert [int(row["stake_vnd"]) for row in rows] == [one.stake_vnd for one in breaks]
    assert all(row["account"].startswith("···") for row in rows)
    assert [row["sentence_vi"] for row in rows] == [one.sentence_vi for one in breaks]
    assert narrowed.text.count("\r\n") == 2
    assert "khoan-lech-MA.csv" in whole.headers["content-disposition"]


def test_what_was_approved_is_opened_again_by_two_people(staff: Staff, october: sa.Engine) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA", full_name="Lò Thị Mai")
    manager = staff(Role.MARKET_MANAGER, "MA")
    number = _breaks(october)[0].id
    here = f"{LIST}/{number}"
    clerk.send(f"{here}/de-xuat", cach="accept")
    _decide(manager, here, quyet="duyet")

    unsaid = clerk.send(f"{here}/de-xuat", cach="reopen")
    asked = clerk.send(f"{here}/de-xuat", cach="reopen", ghi_chu="nhầm khoản")
    shown = _text(manager, here)
    own = _decide(clerk, here, quyet="duyet")
    waiting = _text(manager, f"{LIST}?muc=duyet")
    agreed = _decide(manager, here, quyet="duyet")

    assert (unsaid.status_code, asked.status_code, agreed.status_code) == (422, 303, 303)
    assert own.status_code in {403, 422}
    assert "Xin mở lại: Lò Thị Mai" in shown
    assert "“nhầm khoản”" in shown
    assert "Giữ như đã duyệt" in shown
    assert f'{here}"' in waiting
    one = next(each for each in _breaks(october) if each.id == number)
    assert (one.state, one.resolution, one.undo_asked_by) == (BreakState.OPEN, None, "")
    with reading(october) as session:
        assert verify_trails(session) == []


def test_what_was_approved_stays_when_the_second_person_keeps_it(
    staff: Staff, october: sa.Engine
) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    number = _breaks(october)[0].id
    here = f"{LIST}/{number}"
    clerk.send(f"{here}/de-xuat", cach="accept")
    _decide(manager, here, quyet="duyet")

    clerk.send(f"{here}/de-xuat", cach="reopen", ghi_chu="nhầm khoản")
    _decide(manager, here, quyet="tra", ghi_chu="đúng rồi, giữ")
    clerk.send(f"{here}/de-xuat", cach="reopen", ghi_chu="nhầm khoản thật")
    clerk.send(f"{here}/rut", ghi_chu="thôi")

    one = next(each for each in _breaks(october) if each.id == number)
    assert (one.state, one.resolution) == (BreakState.APPROVED, Resolution.ACCEPT)


def test_a_running_wait_is_put_off_and_not_done(staff: Staff, october: sa.Engine) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    waits, done, _ = (one.id for one in _breaks(october))
    until = (NOW + timedelta(days=9)).strftime("%d/%m/%Y")
    clerk.send(f"{LIST}/{waits}/de-xuat", cach="wait", den_ngay=until)
    clerk.send(f"{LIST}/{done}/de-xuat", cach="accept")
    for number in (waits, done):
        _decide(manager, f"{LIST}/{number}", quyet="duyet")

    put_off, over = _text(manager, f"{LIST}?muc=hen"), _text(manager, f"{LIST}?muc=xong")

    assert re.findall(rf'href="{LIST}/(\d+)"', put_off) == [str(waits)]
    assert f"đến {until}" in put_off
    assert re.findall(rf'href="{LIST}/(\d+)"', over) == [str(done)]
    assert 'name="cach"' not in put_off


@pytest.mark.parametrize("decision", ["duyet", "tra"])
def test_the_proposer_cannot_decide_by_any_form(
    staff: Staff, october: sa.Engine, decision: str
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    number = _breaks(october)[0].id
    manager.send(f"{LIST}/{number}/de-xuat", cach="accept")

    one = _decide(manager, f"{LIST}/{number}", quyet=decision, ghi_chu="tự duyệt")
    many = manager.send(f"{LIST}/duyet", quyet=decision, khoan=[str(number)], ghi_chu="tự duyệt")

    assert (one.status_code, many.status_code) == (422, 422)
    assert "Người đề xuất không tự duyệt được" in unescape(one.text)
    shown = _text(manager, f"{LIST}/{number}")
    assert "Anh/chị là người đề xuất nên không tự duyệt được" in shown
    assert 'name="quyet"' not in shown
    assert _breaks(october)[0].state is BreakState.PROPOSED


def test_a_rejection_needs_a_reason_and_keeps_what_was_typed(
    staff: Staff, october: sa.Engine
) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    number = _breaks(october)[0].id
    clerk.send(f"{LIST}/{number}/de-xuat", cach="accept")

    refused = _decide(manager, f"{LIST}/{number}", quyet="tra", ghi_chu="")
    rejected = _decide(manager, f"{LIST}/{number}", quyet="tra", ghi_chu="hỏi lại ngân hàng")

    assert refused.status_code == 422
    assert "Ghi một câu vì sao" in unescape(refused.text)
    assert rejected.status_code == 303
    assert "“hỏi lại ngân hàng”" in _text(clerk, f"{LIST}/{number}")


def test_all_of_a_list_are_proposed_and_then_approved_at_once(
    staff: Staff, october: sa.Engine
) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")

    proposed = clerk.send(f"{LIST}/de-xuat", **_all_of(clerk), cach="ask_provider")
    mine = _all_of(manager, f"{LIST}?muc=duyet")
    approved = manager.send(f"{LIST}/duyet", **mine, quyet="duyet", muc="duyet")

    assert (proposed.status_code, approved.status_code) == (303, 303)
    assert "so=3" in approved.headers["location"]
    assert {one.state for one in _breaks(october)} == {BreakState.APPROVED}
    assert "Đã duyệt 3 khoản" in _text(manager, approved.headers["location"])


def test_a_list_that_grew_since_it_was_shown_is_shown_again(
    staff: Staff, october: sa.Engine
) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    shown = _all_of(clerk)
    broken_books.break_a_day(october)

    answer = clerk.send(f"{LIST}/de-xuat", **shown, cach="ask_provider")

    assert answer.status_code == 422
    assert "Danh sách vừa đổi, nay có" in unescape(answer.text)
    assert {one.state for one in _breaks(october)} == {BreakState.OPEN}


def _proposed_anew(clerk: SignedIn, number: int) -> None:
    """Let the clerk take a proposal back and make the opposite one."""
    clerk.send(f"{LIST}/{number}/rut")
    clerk.send(f"{LIST}/{number}/de-xuat", cach="leave_out", ghi_chu="không phải tiền hàng")


@pytest.mark.parametrize("decision", ["duyet", "tra"])
def test_what_was_proposed_after_the_page_was_opened_is_not_decided_on(
    staff: Staff, october: sa.Engine, decision: str
) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    number = next(one.id for one in _breaks(october) if one.outcome == "missing_in_statement")
    here = f"{LIST}/{number}"
    clerk.send(f"{here}/de-xuat", cach="accept")
    read = _hidden(manager, here, "da_xem")
    _proposed_anew(clerk, number)

    answer = manager.send(f"{here}/quyet", da_xem=read, quyet=decision, ghi_chu="đã xem")

    assert answer.status_code == 422
    assert "Đề xuất vừa đổi, xem lại rồi duyệt" in unescape(answer.text)
    assert "Duyệt: không phải tiền bán hàng" in unescape(answer.text)
    assert next(one.state for one in _breaks(october) if one.id == number) is BreakState.PROPOSED
    assert _decide(manager, here, quyet=decision, ghi_chu="đã xem").status_code == 303


def test_of_ticked_rows_those_proposed_anew_are_passed_over(
    staff: Staff, october: sa.Engine
) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    first, second = (one.id for one in _breaks(october) if one.outcome == "missing_in_statement")
    clerk.send(f"{LIST}/de-xuat", khoan=[str(first), str(second)], cach="accept")
    read = _hidden(manager, LIST, "da_xem")
    _proposed_anew(clerk, second)

    manager.send(f"{LIST}/duyet", khoan=[str(first), str(second)], da_xem=read, quyet="duyet")

    states = {one.id: one.state for one in _breaks(october)}
    assert (states[first], states[second]) == (BreakState.APPROVED, BreakState.PROPOSED)


def test_a_list_with_another_proposal_than_was_shown_is_shown_again(
    staff: Staff, october: sa.Engine
) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    clerk.send(f"{LIST}/de-xuat", **_all_of(clerk), cach="accept")
    shown = _all_of(manager)
    missing = next(one.id for one in _breaks(october) if one.outcome == "missing_in_statement")
    _proposed_anew(clerk, missing)

    answer = manager.send(f"{LIST}/duyet", **shown, quyet="duyet")

    assert answer.status_code == 422
    assert "Danh sách vừa đổi, nay có 3 khoản" in unescape(answer.text)
    assert {one.state for one in _breaks(october)} == {BreakState.PROPOSED}


def test_a_refusal_on_a_later_page_shows_that_page_with_its_ticks(
    staff: Staff, october: sa.Engine
) -> None:
    broken_books.break_a_day(october, count=40)
    clerk = staff(Role.MARKET_CLERK, "MA")
    after = re.findall(r"sau=(\d+)", _text(clerk, LIST))[0]
    sau = _hidden(clerk, f"{LIST}?sau={after}", "sau")
    rows = re.findall(r'name="khoan" value="(\d+)"', clerk.get(f"{LIST}?sau={after}").text)[:3]

    refused = clerk.send(f"{LIST}/de-xuat", sau=sau, khoan=rows, cach="explained")
    done = clerk.send(f"{LIST}/de-xuat", sau=sau, khoan=rows, cach="accept")

    assert refused.status_code == 422
    assert re.findall(r'name="khoan" value="(\d+)" checked', refused.text) == rows
    assert f"sau={after}" in done.headers["location"]


def test_a_page_that_became_empty_begins_again(staff: Staff, october: sa.Engine) -> None:
    last = _breaks(october)[-1].id

    page = _text(staff(Role.MARKET_CLERK, "MA"), f"{LIST}?sau={last}")

    assert page.count('name="khoan"') == 3


def test_each_reason_why_some_were_passed_over_is_told(staff: Staff, october: sa.Engine) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    numbers = [str(one.id) for one in _breaks(october)]
    clerk.send(f"{LIST}/{numbers[0]}/de-xuat", cach="accept")

    answer = clerk.send(f"{LIST}/de-xuat", khoan=numbers, cach="leave_out", ghi_chu="vì sao")
    page = _text(clerk, answer.headers["location"])
    english = _text(clerk, answer.headers["location"] + "&lang=en")

    assert "Đã đề xuất cho 1 khoản" in page
    assert "1 khoản: Khoản này đang chờ duyệt một đề xuất khác." in page
    assert "1 khoản: Khoản này không bỏ ra khỏi sổ được, chọn cách khác." in page
    assert "1: This cannot be left out, choose another way." in english
    assert all(why.value in ENGLISH for why in WhyNot)


def test_a_day_and_a_vendor_stay_chosen_and_are_named(staff: Staff, october: sa.Engine) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    code = _breaks(october)[0].vendor_code
    asked = f"nguoi_ban={code.lower()}&ngay=2026-11-02"

    page = _text(clerk, f"{LIST}?{asked}")
    elsewhere = _text(clerk, f"{LIST}?ngay=2026-11-03")
    rows = re.findall(r'name="khoan" value="(\d+)"', page)
    kept = {name: _hidden(clerk, f"{LIST}?{asked}", name)[-1] for name in ("nguoi_ban", "ngay")}
    sent = clerk.send(f"{LIST}/de-xuat", khoan=rows, cach="accept", **kept)

    assert len(rows) == 3
    assert "Ngày 02/11/2026: 3 khoản lệch chờ xử lý" in page
    assert f"Chỉ xem khoản của người bán Nguyễn Thị 01 ({code})." in page
    assert f"{LIST}?muc=qua-han&nguoi_ban={code}&ngay=2026-11-02" in page
    assert f"nguoi_ban={code}&ngay=2026-11-02" in sent.headers["location"]
    assert "Không có khoản lệch nào ở mục này" in elsewhere
    assert "Ngày 03/11/2026: không còn khoản lệch nào" in elsewhere


def test_a_vendors_file_leads_to_the_vendors_breaks(staff: Staff, october: sa.Engine) -> None:
    code = _breaks(october)[0].vendor_code

    page = _text(staff(Role.MARKET_MANAGER, "MA"), f"/cho/MA/nguoi-ban/{code}")

    assert f'href="{LIST}?nguoi_ban={code}"' in page


def test_nobody_who_withdrew_can_be_asked_for(staff: Staff, october: sa.Engine) -> None:
    code = _breaks(october)[0].vendor_code
    with october.begin() as connection:
        connection.execute(sa.text("UPDATE vendor SET is_poster_only = true"))

    page = _text(staff(Role.MARKET_MANAGER, "MA"), f"{LIST}?nguoi_ban={code}")

    assert "Không có khoản lệch nào ở mục này" in page


@pytest.mark.parametrize("told", ["x", "own-", "own-9999999", "nobody-1", "own-1-2", "-1"])
def test_an_address_with_reasons_nobody_gave_tells_none(staff: Staff, told: str) -> None:
    page = _text(staff(Role.MARKET_CLERK, "MA"), f"{LIST}?da=de-xuat&so=0&vi_sao={told}")

    assert "Chưa làm được khoản nào" not in page


def test_leaving_out_is_offered_only_where_something_can_be(staff: Staff) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")

    assert 'value="leave_out"' in _text(clerk, LIST)
    assert 'value="leave_out"' not in _text(clerk, f"{LIST}?loi=matched_with_difference")


def test_sending_twice_proposes_once(staff: Staff, october: sa.Engine) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    number = _breaks(october)[0].id
    once = re.search(r'name="once" value="([^"]+)"', clerk.get(f"{LIST}/{number}").text)
    assert once
    told: dict[str, Any] = {"cach": "accept", "once": once[1]}

    answers = [clerk.send(f"{LIST}/{number}/de-xuat", **told) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert _text(clerk, f"{LIST}/{number}").count("đề xuất: chấp nhận") == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Chọn một cách xử lý"),
        ({"cach": "wait"}, "Ghi ngày chờ đến"),
        ({"cach": "wait", "den_ngay": "hôm kia"}, "chưa phải ngày"),
        ({"cach": "explained"}, "Ghi một câu vì sao"),
        ({"cach": "leave_out", "ghi_chu": "không phải tiền hàng"}, "không bỏ ra khỏi sổ được"),
        ({"cach": "accept", "ghi_chu": "n" * 501}, "ghi tối đa 500 chữ"),
    ],
)
def test_a_proposal_that_says_too_little_is_shown_again(
    staff: Staff, october: sa.Engine, fields: dict[str, str], told: str
) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    pair = next(one for one in _breaks(october) if one.outcome == "matched_with_difference")

    answer = clerk.send(f"{LIST}/{pair.id}/de-xuat", **fields)

    assert answer.status_code == 422
    assert told in unescape(answer.text)
    assert {one.state for one in _breaks(october)} == {BreakState.OPEN}


def test_a_break_of_another_market_is_not_found(staff: Staff, october: sa.Engine) -> None:
    elsewhere = staff(Role.ADMIN)
    number = _breaks(october)[0].id

    assert elsewhere.get(f"/cho/LG/khoan-lech/{number}").status_code == 404
    assert elsewhere.send(f"/cho/LG/khoan-lech/{number}/ghi-chu", loi_ghi="x").status_code == 404


def test_an_auditor_reads_and_is_offered_nothing_to_send(staff: Staff, october: sa.Engine) -> None:
    auditor = staff(Role.AUDITOR, "MA")
    number = _breaks(october)[0].id

    assert '<form method="post"' not in _text(auditor, f"{LIST}/{number}").partition("<main")[2]
    assert 'name="cach"' not in _text(auditor, LIST)


def test_vendors_see_no_queue(reader: Reader, codes: dict[str, list[str]]) -> None:
    vendor = reader(Role.VENDOR, codes["MA"][0])

    assert vendor.get(LIST).status_code in {403, 404}
    assert vendor.get("/api/v1/markets/MA/breaks").status_code in {403, 404}


def test_a_vendor_who_withdrew_is_named_nowhere(staff: Staff, october: sa.Engine) -> None:
    with october.begin() as connection:
        connection.execute(sa.text("UPDATE vendor SET is_poster_only = true"))
    entry = _breaks(october)[0]

    page = _text(staff(Role.MARKET_MANAGER, "MA"), f"{LIST}/{entry.id}")

    assert (entry.vendor_code, entry.vendor_name, entry.reference, entry.account) == ("",) * 4
    assert "Nguyễn Thị 01" not in page


def test_the_queue_asks_as_many_statements_for_many_as_for_few(
    staff: Staff, october: sa.Engine
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    manager.get(LIST)
    with counted(manager.app.state.engine) as few:  # type: ignore[attr-defined]
        manager.get(LIST)
    broken_books.break_a_day(october, count=30)
    with counted(manager.app.state.engine) as many:  # type: ignore[attr-defined]
        manager.get(LIST)

    assert len(many) == len(few)


def test_the_overview_sends_people_to_the_queue(staff: Staff, october: sa.Engine) -> None:
    page = _text(staff(Role.MARKET_MANAGER, "MA"), "/cho/MA/tong-quan")

    assert "Khoản lệch chờ xử lý" in page
    assert f'href="{LIST}"' in page


def test_the_page_is_told_in_english(staff: Staff, october: sa.Engine) -> None:
    number = _breaks(october)[0].id

    page = _text(staff(Role.MARKET_MANAGER, "MA"), f"{LIST}/{number}?lang=en")

    assert "Both sides" in page
    assert _breaks(october)[0].sentence_en in page


def test_no_market_no_queue(staff: Staff) -> None:
    assert staff(Role.ADMIN).get("/cho/ZZ/khoan-lech").status_code == 404
