"""The pages of surveys: planned and read by economists, asked at the stall, printed for who walks."""

import re

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.roles import Role
from market.surveys.visits import VisitEntry, list_surveys, visits_of_survey
from market.tables import Survey, SurveyAnswer
from tests.market.conftest import SignedIn, Staff
from tests.market.reading_html import Page
from tests.market.surveys import surveying
from tests.merchants.queries import counted
from tests.qr.pdf_reading import read_pdf

NEW, LIST, ENTRY = "/khao-sat/moi", "/khao-sat", "/cho/MA/khao-sat"
TYPED = {
    "ten": "Khảo sát quý IV",
    "cho": ["MA", "LG"],
    "tu": "2026-10-01",
    "den": "2026-10-31",
    "sai_so": "10",
    "doan": "30",
    "bien_dong": "150",
    "tra_loi": "80",
    "cach": "proportional",
    "lon": "20",
    "du_phong": "1",
    "nguoi": "2",
    "gio_tu": "6",
    "gio_den": "11",
    "luot": "",
}


@pytest.fixture
def survey(october: sa.Engine) -> Survey:
    """A survey of both markets, drawn, nobody asked."""
    with writing(october) as session:
        return surveying.drawn(session, size=20)


@pytest.fixture
def economist(staff: Staff) -> SignedIn:
    return staff(Role.ECONOMIST)


@pytest.fixture
def helper(staff: Staff) -> SignedIn:
    return staff(Role.FIELD_HELPER, "MA")


def shown(client: SignedIn, path: str, status: int = 200) -> Page:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    found = Page(answer.text)
    assert found.shortcomings() == []
    return found


def visits_of(engine: sa.Engine, survey: Survey, market: str = "MA") -> list[VisitEntry]:
    with reading(engine) as session:
        return [
            one
            for one in visits_of_survey(session, survey.id or 0)
            if one.market_code == market and not one.is_reserve
        ]


def test_a_design_is_worked_out_shown_and_then_drawn_once(
    economist: SignedIn, october: sa.Engine
) -> None:
    assert "Chưa có đợt khảo sát nào" in shown(economist, LIST).text
    assert economist.send(NEW, viec="tinh", **TYPED).status_code == 200
    page = Page(economist.send(NEW, viec="tinh", once="1", **TYPED).text)
    with reading(october) as session:
        assert session.exec(select(Survey)).all() == []

    assert page.shortcomings() == []
    assert "Hỏi 28 trên 31 gian hàng" in page.text
    assert re.search(r"sai số khoảng ±\d+,\d%", page.text)
    assert "Bốc thăm 28 lượt hỏi" in page.text
    assert re.search(r"với sai số ±\d+,\d%: ghé \d+ trên 31 gian", page.text)
    for _ in range(2):
        answer = economist.send(NEW, viec="boc", once="2", **TYPED)
        assert (answer.status_code, answer.headers["location"]) == (303, LIST)
    with reading(october) as session:
        (entry,) = list_surveys(session)
        (row,) = session.exec(select(Survey)).all()
        assert row.drawn_by == f"staff:{economist.user_id}"
        assert len(row.seed) == 32
    assert (entry.name, entry.size, entry.recorded) == ("Khảo sát quý IV", 28, 0)
    assert "đã ghi 0 trên 28 lượt hỏi" in shown(economist, LIST).text


def test_what_is_typed_wrongly_is_told_and_kept(economist: SignedIn) -> None:
    typed = TYPED | {"cho": [], "den": "31/09/2026x", "sai_so": "", "doan": "200"}
    answer = economist.send(NEW, viec="boc", once="3", **typed)
    page = Page(answer.text)

    assert answer.status_code == 422
    assert page.shortcomings() == []
    assert "chưa phải ngày" in page.text
    assert "Chưa có số" in page.text
    assert 'value="200"' in answer.text
    fine = typed | {"den": "2026-10-31", "sai_so": "10"}
    told = Page(economist.send(NEW, viec="tinh", once="4", **fine).text).text
    assert "Chưa chọn chợ nào" in told
    assert "Ghi 2000, cần từ 10 đến 990" in told


def test_an_economist_plans_in_the_own_area_only(staff: Staff, survey: Survey) -> None:
    of_lg = staff(Role.ECONOMIST, "LG")

    assert of_lg.send(NEW, viec="boc", **TYPED).status_code == 403
    assert of_lg.get(f"{LIST}/{survey.id}").status_code == 404
    assert of_lg.get(f"{LIST}/{survey.id}/phieu.pdf").status_code == 404
    assert of_lg.get(f"/api/v1/surveys/{survey.id}").status_code == 404
    assert "Chưa có đợt khảo sát nào" in shown(of_lg, LIST).text
    assert of_lg.get("/api/v1/surveys").json()["items"] == []


def test_a_helper_writes_down_and_goes_from_stall_to_stall(
    helper: SignedIn, october: sa.Engine, survey: Survey
) -> None:
    first, second = visits_of(october, survey)[:2]
    path = f"{ENTRY}/luot/{first.id}"
    assert first.stall_code in shown(helper, ENTRY).text
    assert f"Hỏi gian {first.stall_code}" in shown(helper, path).text
    fields = {
        "ket_qua": "answered",
        "tien_mat": "1.250",
        "khong_tien_mat": "0",
        "dem_tien_mat": "7",
        "dem_qr": "0",
    }

    for _ in range(2):
        answer = helper.send(path, once="1", **fields)
        assert answer.status_code == 303
    assert answer.headers["location"] == f"{ENTRY}/luot/{second.id}?xong={first.id}"
    following = shown(helper, answer.headers["location"])
    assert f"Đã ghi gian {first.stall_code}: đã trả lời" in following.text
    with reading(october) as session:
        (row,) = session.exec(select(SurveyAnswer)).all()
        told = (row.cash_vnd, row.digital_vnd, row.counted_cash, row.counted_digital)
        assert row.recorded_by == f"staff:{helper.user_id}"
    assert told == (1_250_000, 0, 7, 0)


def test_what_was_answered_is_shown_to_nobody_again(
    helper: SignedIn, economist: SignedIn, october: sa.Engine, survey: Survey
) -> None:
    one = visits_of(october, survey)[0]
    path = f"{ENTRY}/luot/{one.id}"
    helper.send(path, ket_qua="answered", tien_mat="7654", khong_tien_mat="3210")

    addresses = [(helper, path), (helper, ENTRY), (helper, f"{path}?xong={one.id}")]
    addresses += [(economist, f"{LIST}/{survey.id}"), (economist, f"/api/v1/surveys/{survey.id}")]
    for client, address in addresses:
        told = client.get(address)
        assert told.status_code == 200
        assert not re.search("7[.]?654|3[.]?210", told.text), address


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Chọn một kết quả"),
        ({"ket_qua": "answered", "tien_mat": "5"}, "không bán đồng nào thì ghi 0"),
        ({"ket_qua": "refused", "tien_mat": "5"}, "Chỉ ghi tiền khi người bán đã trả lời"),
        ({"ket_qua": "answered", "tien_mat": "5k", "khong_tien_mat": "1"}, "“5k” chưa phải số"),
        ({"ket_qua": "absent", "dem_qr": "4"}, "Đã đếm thì ghi cả hai số"),
    ],
)
def test_an_answer_that_does_not_hold_together_is_told_and_not_written(
    helper: SignedIn, october: sa.Engine, survey: Survey, fields: dict[str, str], said: str
) -> None:
    one = visits_of(october, survey)[0]

    answer = helper.send(f"{ENTRY}/luot/{one.id}", once="x", **fields)

    assert answer.status_code == 422
    assert Page(answer.text).shortcomings() == []
    assert said in Page(answer.text).text
    with reading(october) as session:
        assert session.exec(select(SurveyAnswer)).all() == []


def test_a_stall_of_another_market_is_not_there(
    helper: SignedIn, october: sa.Engine, survey: Survey
) -> None:
    other = visits_of(october, survey, "LG")[0]

    assert helper.get(f"{ENTRY}/luot/{other.id}").status_code == 404
    assert helper.send(f"{ENTRY}/luot/{other.id}", ket_qua="refused").status_code == 404
    assert helper.get(f"/cho/LG/khao-sat/luot/{other.id}").status_code == 403
    assert helper.get(f"{ENTRY}?dot=99").status_code == 404
    assert helper.get(f"{LIST}/{survey.id}").status_code == 403


def test_a_result_is_told_with_its_interval_and_what_to_beware_of(
    economist: SignedIn, october: sa.Engine, survey: Survey
) -> None:
    assert "Chưa ghi phiếu nào" in shown(economist, f"{LIST}/{survey.id}").text
    with writing(october) as session:
        surveying.answer_all(session, session.get_one(Survey, survey.id))

    page = shown(economist, f"{LIST}/{survey.id}")
    told = economist.get(f"/api/v1/surveys/{survey.id}").json()

    share = told["result"]["share"]
    assert f"Khoảng {share * 100:.1f}%".replace(".", ",") in page.text
    assert told["result"]["interval"]["low"] < share < told["result"]["interval"]["high"]
    assert told["response"]["rate"] == 1
    assert "có thể là tiền của người nhà" in page.text
    assert survey.seed in page.text
    by_market = {one["market_code"]: one["result"] for one in told["markets"]}
    assert (by_market["LG"]["share"], by_market["LG"]["untold"]) == (None, "unsafe")
    assert "sẽ lộ doanh số" in page.text
    assert "takings" not in str(told)
    (item,) = economist.get("/api/v1/surveys").json()["items"]
    assert (item["id"], item["recorded"]) == (survey.id, 20)


def test_lists_are_printed_one_a_market_and_person_with_nothing_of_money(
    economist: SignedIn, helper: SignedIn, october: sa.Engine, survey: Survey
) -> None:
    with writing(october) as session:
        surveying.answer_all(session, session.get_one(Survey, survey.id))

    answer = economist.get(f"{LIST}/{survey.id}/phieu.pdf")
    own = helper.get(f"{ENTRY}/{survey.id}/phieu.pdf")

    assert answer.headers["content-type"] == "application/pdf"
    paper = read_pdf(answer.content)
    texts = [" ".join(paper.texts(page)) for page in paper.pages]
    assert len(texts) == 4
    assert [("Mậu A" in text, "Phiếu 1/2" in text) for text in texts] == [
        (False, True),
        (False, False),
        (True, True),
        (True, False),
    ]
    whole = "\n".join(texts)
    for one in visits_of(october, survey):
        assert f"{one.asked_on:%d/%m/%Y}" in whole
        assert one.quarter in whole
    assert "Nguyễn Thị" not in whole
    assert not re.search(r"\d{2,3}\.\d{3}", whole)
    assert b"/MediaBox[0 0 841.8898 595.2756]" in paper.bodies[paper.pages[0]]
    assert len(read_pdf(own.content).pages) == 2
    assert economist.get(f"{LIST}/{survey.id}/phieu.pdf").content == answer.content
    assert helper.get(f"{ENTRY}/99/phieu.pdf").status_code == 404


def test_the_pages_ask_as_much_of_the_database_for_any_survey(
    economist: SignedIn, helper: SignedIn, october: sa.Engine
) -> None:
    sent: dict[str, set[int]] = {}
    for size in (8, 30):
        with writing(october) as session:
            survey = surveying.drawn(session, size=size)
            number = survey.id
            surveying.answer_all(session, survey)
        for client, path in ((economist, f"{LIST}/{number}"), (helper, f"{ENTRY}?dot={number}")):
            with counted(client.app.state.engine) as statements:  # type: ignore[attr-defined]
                assert client.get(path).status_code == 200
            sent.setdefault(path.split("?")[0].rstrip("0123456789"), set()).add(len(statements))

    assert [len(each) for each in sent.values()] == [1, 1]
