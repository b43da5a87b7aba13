"""Plans, teams, visits and the 4-G card in the browser: forms, refusals, scope, and what is hidden."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from sqlmodel import select

from market.database import reading, writing
from market.i18n import campaign_names
from market.i18n.english import ENGLISH
from market.reports.plans import plan_view
from market.roles import Role
from market.settings import Settings
from merchants.actors import COMMAND
from merchants.campaigns.targets import plan_for
from merchants.kinds import EventAction, TargetArea, TargetUnit, VendorState, VisitOutcome
from merchants.tables import (
    ModelCard,
    Programme,
    RegisterEvent,
    Stall,
    Target,
    Team,
    TeamMember,
    Vendor,
    Visit,
)
from tests.market.conftest import NOW, SEALER, SignedIn, Staff
from tests.market.reading_html import Page
from tests.merchants.campaigns import campaigning
from tests.merchants.queries import counted

TODAY = date(2026, 11, 5)
TARGET = {
    "chi_so": "S3",
    "pham_vi": "market:MA",
    "tu": "2026-09-01",
    "den": "2026-12-31",
    "gia_tri": "78,5",
    "muc_dau": "37",
    "can_cu": "KH 12/KH-UBND 05/08/2026",
    "ngay": "2026-08-20",
}
VISIT = {"gian": "a02", "ngay": "2026-11-05", "phut": "25", "ket_qua": "helped"}
CARD = {
    "muc_dich": "Chợ nhận tiền qua QR",
    "mt_chi_so_0": "S3",
    "mt_dau_0": "37",
    "mt_dich_0": "80",
    "mt_han_0": "2026-12-31",
    "v_viec_0": "In tấm mã",
    "v_r_0": "Ban quản lý",
    "v_han_0": "2026-11-01",
    "v_tt_0": "open",
    "dk_loai_0": "money",
    "dk_can_0": "Kinh phí in",
}


@pytest.fixture
def on_the_way(october: sa.Engine) -> None:
    """The vendors of October have a poster still to come."""
    with writing(october) as session:
        for vendor in session.exec(select(Vendor)):
            vendor.state = VendorState.CONSENTED
            session.add(vendor)


@pytest.fixture
def team(october: sa.Engine, on_the_way: None) -> int:
    """A member of a team at Mậu A."""
    with writing(october) as session:
        return campaigning.member(session, SEALER, campaigning.team(session), phone="0912000123")


def text_of(html: str) -> str:
    """The words of a page."""
    return Page(html).text


def rows(engine: sa.Engine, table: type[Any]) -> list[Any]:
    with reading(engine) as session:
        found = list(session.exec(select(table).order_by(table.id)))
        session.expunge_all()
        return found


# Targets


def test_an_economist_sets_a_target_once_however_often_it_is_sent(
    staff: Staff, october: sa.Engine
) -> None:
    economist = staff(Role.ECONOMIST)

    first = economist.send("/ke-hoach/muc-tieu", once="x1", **TARGET)
    second = economist.send("/ke-hoach/muc-tieu", once="x1", **TARGET)

    assert (first.status_code, first.headers["location"]) == (303, "/ke-hoach?chi_so=S3")
    assert second.headers["location"] == first.headers["location"]
    (kept,) = rows(october, Target)
    assert (kept.value_milli, kept.baseline_milli, kept.unit) == (78_500, 37_000, "percent")
    assert kept.set_by == f"staff:{economist.user_id}"
    page = text_of(economist.get("/ke-hoach").text)
    assert "78,5%" in page
    assert "KH 12/KH-UBND 05/08/2026" in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("chi_so", "", "Chọn chỉ số trong danh sách"),
        ("chi_so", "<script>", "Chọn chỉ số trong danh sách"),
        ("pham_vi", "market:XX", "Chọn chợ, đợt hoặc khu vực trong danh sách"),
        ("gia_tri", "", "Ghi mục tiêu, như 78,5"),
        ("gia_tri", "bảy tám", "cần số như 78,5 hoặc 15.000.000"),
        ("gia_tri", "120", "Tỷ lệ nhiều nhất là 100 %"),
        ("gia_tri", "0", "Cần số lớn hơn 0"),
        ("tu", "31/31/2026", "cần ngày/tháng/năm như 05/11/2026"),
        ("den", "2026-08-01", "Ngày cuối 01/08/2026 trước ngày đầu 01/09/2026"),
        ("can_cu", "", "Ghi văn bản giao mục tiêu"),
    ],
)
def test_a_wrong_field_of_a_target_gives_the_page_again_with_the_values_kept(
    staff: Staff, october: sa.Engine, field: str, value: str, sentence: str
) -> None:
    answer = staff(Role.ECONOMIST).send("/ke-hoach/muc-tieu", **TARGET | {field: value})

    assert answer.status_code == 422
    assert sentence in text_of(answer.text)
    assert "<script>" not in answer.text
    kept = TARGET | {field: value}
    if field != "can_cu":
        assert f'value="{kept["can_cu"]}"' in answer.text
    assert rows(october, Target) == []


def test_who_sets_a_target_somebody_else_just_set_is_told_and_may_send_again(
    staff: Staff, october: sa.Engine
) -> None:
    one, other = staff(Role.ECONOMIST), staff(Role.ADMIN)
    one.send("/ke-hoach/muc-tieu", once="x1", **TARGET)

    answer = other.send("/ke-hoach/muc-tieu", once="x2", **TARGET | {"gia_tri": "90"})
    (first,) = rows(october, Target)
    again = other.send(
        "/ke-hoach/muc-tieu", once="x2", **TARGET | {"gia_tri": "90", "thay": str(first.id)}
    )

    assert answer.status_code == 409
    assert "Kỳ này đã có mục tiêu 78,5%" in text_of(answer.text)
    assert f'name="thay" value="{first.id}"' in answer.text
    assert again.status_code == 303
    assert [row.value_milli for row in rows(october, Target)] == [78_500, 90_000]
    assert "78,5%" in text_of(one.get("/ke-hoach?lich_su=1").text)
    assert "78,5%" not in text_of(one.get("/ke-hoach").text)


def test_a_target_is_withdrawn_with_a_reason(staff: Staff, october: sa.Engine) -> None:
    economist = staff(Role.ECONOMIST)
    economist.send("/ke-hoach/muc-tieu", **TARGET)
    (first,) = rows(october, Target)
    path = f"/ke-hoach/muc-tieu/{first.id}/rut"

    refused = economist.send(path, ly_do="")
    done = economist.send(path, ly_do="Kế hoạch mới")

    assert refused.status_code == 422
    assert "Ghi lý do rút mục tiêu" in text_of(refused.text)
    assert done.status_code == 303
    with reading(october) as session:
        assert plan_for(session, "MA", "S3", TODAY) is None
    assert "đã rút" in text_of(economist.get("/ke-hoach?lich_su=1").text)


def test_who_works_for_one_market_sets_and_withdraws_nothing_elsewhere(
    staff: Staff, october: sa.Engine
) -> None:
    with writing(october) as session:
        number = campaigning.target(session, area_code="LG")
    economist = staff(Role.ECONOMIST, "MA")

    elsewhere = economist.send("/ke-hoach/muc-tieu", **TARGET | {"pham_vi": "market:LG"})

    assert elsewhere.status_code == 422
    assert "ngoài địa bàn" in text_of(elsewhere.text)
    assert economist.send(f"/ke-hoach/muc-tieu/{number}/rut", ly_do="x").status_code == 403
    assert economist.get(f"/ke-hoach/muc-tieu?thay={number}").status_code == 403
    assert "LG" not in text_of(economist.get("/ke-hoach").text)
    assert economist.send("/ke-hoach/muc-tieu", **TARGET).status_code == 303


@pytest.mark.parametrize("role", [Role.MARKET_MANAGER, Role.MARKET_CLERK, Role.AUDITOR])
def test_targets_are_set_by_economists_and_administrators_alone(staff: Staff, role: Role) -> None:
    reader = staff(role, "MA")

    assert reader.send("/ke-hoach/muc-tieu", **TARGET).status_code == 403
    page = reader.get("/ke-hoach")
    assert page.status_code == 200
    assert "Đặt mục tiêu" not in text_of(page.text)


# A market against its plan


def test_a_market_is_shown_against_its_plan(staff: Staff, october: sa.Engine) -> None:
    with writing(october) as session:
        campaigning.programme(session, w1=["MA"])
        campaigning.target(session, indicator="U1", value_milli=90_000)

    page = text_of(staff(Role.MARKET_MANAGER, "MA").get("/cho/MA/ke-hoach?ky=2026-10").text)

    # 20 of 25 vendors were paid in the 30 days: 80 % of a planned 90 %, before the line is there.
    assert "Mục tiêu duy nhất đang kịp kế hoạch" in page
    assert "80,0%" in page
    assert "20 trên 25 tiểu thương" in page
    assert "88,9%" in page
    assert "Đợt 1" in page


def test_a_plan_never_tells_a_hidden_figure(staff: Staff, october: sa.Engine) -> None:
    # Lâm Giang has 6 vendors: its shares are hidden from economists.
    with writing(october) as session:
        campaigning.target(session, indicator="U1", area_code="LG", value_milli=60_000)

    hidden = staff(Role.ECONOMIST).get("/cho/LG/ke-hoach?ky=2026-10").text
    whole = staff(Role.MARKET_MANAGER, "LG").get("/cho/LG/ke-hoach?ky=2026-10").text
    report = staff(Role.ECONOMIST).get("/api/v1/markets/LG/adoption/2026-10").json()

    assert "1 mục tiêu, chưa có số để so" in text_of(hidden)
    assert "60%" in text_of(hidden)
    # One vendor of six, a sixth: 27,8 % of the planned 60 %.
    assert "27,8%" not in text_of(hidden)
    assert "chậm" not in text_of(hidden).replace("kịp hay chậm", "")
    assert "27,8%" in text_of(whole)
    (figure,) = [one for one in report["markets"][0]["indicators"] if one["id"] == "U1"]
    assert (figure["hidden"], figure["value"], figure["plan"]["attainment"]) == ("c", None, None)
    assert figure["plan"]["value"] == 0.6


@pytest.mark.parametrize(
    ("value", "planned_milli", "reached"),
    [(9 / 33, 50_000, 6 / 11), (0.8, 80_000, 1), (0.123456, 100_000, 0.123456)],
)
def test_what_is_reached_of_a_plan_is_told_unrounded(
    value: float, planned_milli: int, reached: float
) -> None:
    plan = campaigning.plan_line(value_milli=planned_milli)

    told = plan_view(plan, value, is_hidden=False, on=date(2026, 10, 31))

    assert told.attainment == reached


def test_the_adoption_report_has_the_share_of_the_plan(staff: Staff, october: sa.Engine) -> None:
    with writing(october) as session:
        campaigning.target(session, indicator="U1", value_milli=90_000)
    manager = staff(Role.MARKET_MANAGER, "MA")

    page = text_of(manager.get("/muc-do-dung?ky=2026-10&cho=MA").text)
    csv = manager.get("/api/v1/markets/MA/adoption/2026-10.csv").content.decode("utf-8-sig")

    assert "Kế hoạch 90% đến 31/12/2026, đạt 88,9%" in page
    header, *lines = csv.splitlines()
    assert header.endswith("plan,plan_attainment,plan_from,plan_to,plan_area,plan_legal_basis")
    (line,) = [line for line in lines if ",U1," in line]
    assert line.endswith(
        "0.9,0.888888888888889,2026-09-01,2026-12-31,market:MA,KH 12/KH-UBND 05/08/2026"
    )
    (other,) = [line for line in lines if ",S3," in line]
    assert other.endswith(",,,,,")


def test_the_total_is_measured_by_the_plan_of_the_area_it_is(
    staff: Staff, october: sa.Engine
) -> None:
    with writing(october) as session:
        campaigning.programme(session, w1=["MA", "LG"])
        campaigning.target(
            session,
            indicator="U8",
            unit=TargetUnit.VND_PER_MARKET_DAY,
            area=TargetArea.WAVE,
            area_code="CHO40/1",
            value_milli=10**9,
        )

    report = staff(Role.ECONOMIST).get("/api/v1/adoption/2026-10").json()

    figures = {one["id"]: one for one in report["total"]["indicators"]}
    assert figures["U8"]["plan"]["value"] == 1_000_000
    assert figures["U1"]["plan"] is None
    assert [one["plan"] for one in report["markets"][0]["indicators"] if one["id"] == "U8"] == [
        None
    ]


def test_a_market_without_targets_says_so(staff: Staff) -> None:
    page = text_of(staff(Role.MARKET_MANAGER, "MA").get("/cho/MA/ke-hoach").text)

    assert "Chợ chưa có mục tiêu nào" in page


# Programmes and waves


def test_an_administrator_adds_a_programme_and_its_waves(staff: Staff, october: sa.Engine) -> None:
    admin = staff(Role.ADMIN)
    programme = {"ma": "cho40", "ten": "Chợ 4.0", "can_cu": "KH 12", "tu": "2026-09-01"}

    assert admin.send("/ke-hoach/chuong-trinh", once="p", **programme).status_code == 303
    assert admin.send("/ke-hoach/chuong-trinh", once="p", **programme).status_code == 303
    form = admin.get("/ke-hoach/chuong-trinh/CHO40/dot")
    path = "/ke-hoach/chuong-trinh/CHO40/dot"
    wave = {"so": "1", "tu": "2026-09-01", "den": "2026-10-31", "cho": ["MA", "LG"]}
    assert admin.send(path, once="w", **wave).status_code == 303
    again = admin.send(path, so="2", tu="2026-11-01", cho=["MA"])

    assert 'value="1"' in form.text
    assert again.status_code == 422
    assert "MA ở đợt 1" in text_of(again.text)
    assert [one.code for one in rows(october, Programme)] == ["CHO40"]
    page = text_of(admin.get("/ke-hoach").text)
    assert "Chợ Lâm Giang" in page
    assert "Đã xong" in page


def test_faults_of_a_programme_are_told_at_their_fields(staff: Staff) -> None:
    admin = staff(Role.ADMIN)

    answer = admin.send("/ke-hoach/chuong-trinh", ma="chợ", ten="", can_cu="", tu="2026-09-01")
    dayless = admin.send("/ke-hoach/chuong-trinh", ma="X", ten="X", can_cu="X", tu="")
    waveless = admin.send("/ke-hoach/chuong-trinh/KHONG/dot", so="1", tu="2026-09-01", cho="MA")

    assert answer.status_code == 422
    page = text_of(answer.text)
    for sentence in ("Mã gồm 1 đến 20 chữ", "Ghi tên chương trình", "Ghi văn bản"):
        assert sentence in page
    assert "Ghi ngày bắt đầu" in text_of(dayless.text)
    assert waveless.status_code == 404


# Teams


def test_a_manager_adds_a_team_and_its_members(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    team = {"ten": "Tổ thôn 2", "cap": "hamlet", "noi": "Thôn 2", "tu": "2026-09-01"}

    made = manager.send("/cho/MA/to-ho-tro/to/moi", once="t", **team)
    manager.send("/cho/MA/to-ho-tro/to/moi", once="t", **team)
    path = made.headers["location"]
    member = {"ho_ten": "Lò Thị Mai", "dt": "0912 000 123", "tu": "2026-09-01"}
    assert manager.send(path, once="m", **member).status_code == 303
    assert manager.send(path, once="m", **member).status_code == 303

    assert len(rows(october, Team)) == 1
    (kept,) = rows(october, TeamMember)
    page = manager.get(path)
    assert "···123" in text_of(page.text)
    assert "0912" not in page.text
    assert kept.phone_tail == "123"


def test_faults_of_teams_and_members_are_told_at_their_fields(staff: Staff, team: int) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    nameless = manager.send("/cho/MA/to-ho-tro/to/moi", ten="", cap="x", tu="")
    taken = manager.send("/cho/MA/to-ho-tro/to/moi", ten="Tổ thôn 1", cap="hamlet", tu="2026-09-01")
    member = manager.send("/cho/MA/to-ho-tro/to/1", ho_ten="Mai", dt="12", tu="2026-09-01")
    endless = manager.send("/cho/MA/to-ho-tro/to/1/thoi", den="")
    early = manager.send("/cho/MA/to-ho-tro/to/1/thoi", den="2026-01-01")

    assert "Chọn cấp của tổ" in text_of(nameless.text)
    assert "Ghi ngày tổ bắt đầu" in text_of(nameless.text)
    assert "Chợ đã có tổ" in text_of(taken.text)
    assert "Số điện thoại" in text_of(member.text)
    assert 'value="Mai"' in member.text
    assert "Ghi ngày cuối của tổ" in text_of(endless.text)
    assert "trước ngày đầu" in text_of(early.text)
    answers = (nameless, taken, member, endless, early)
    assert [one.status_code for one in answers] == [422] * 5


def test_a_member_is_linked_to_a_helper_of_the_market_and_to_nobody_else(
    staff: Staff, october: sa.Engine, team: int
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    helper = staff(Role.FIELD_HELPER, "MA", full_name="Mai trợ giúp")
    stranger = staff(Role.FIELD_HELPER, "LG")
    path = f"/cho/MA/to-ho-tro/to/1/thanh-vien/{team}"

    refused = manager.send(path, tai_khoan=str(stranger.user_id))
    assert "Mai trợ giúp" in manager.get("/cho/MA/to-ho-tro/to/1").text
    linked = manager.send(path, tai_khoan=str(helper.user_id))

    assert refused.status_code == 422
    assert "không phải người hỗ trợ của chợ" in text_of(refused.text)
    assert linked.status_code == 303
    assert rows(october, TeamMember)[0].user_id == helper.user_id
    ended = manager.send(path, thoi="1", den="2026-11-05")
    assert ended.status_code == 303
    assert rows(october, TeamMember)[0].to_on == TODAY


def test_a_team_ends_and_stays_in_the_list(staff: Staff, october: sa.Engine, team: int) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    assert manager.send("/cho/MA/to-ho-tro/to/1/thoi", den="2026-11-05").status_code == 303
    page = text_of(manager.get("/cho/MA/to-ho-tro").text)

    assert "Hoạt động đến 05/11/2026" in page
    assert rows(october, Team)[0].to_on == TODAY


def test_teams_of_another_market_are_not_found(staff: Staff, team: int) -> None:
    everywhere = staff(Role.ADMIN)

    assert everywhere.get("/cho/LG/to-ho-tro/to/1").status_code == 404
    member = {"ho_ten": "X", "dt": "", "tu": "2026-09-01"}
    assert everywhere.send("/cho/LG/to-ho-tro/to/1", **member).status_code == 404
    assert (
        everywhere.send(f"/cho/LG/to-ho-tro/to/1/thanh-vien/{team}", tai_khoan="").status_code
        == 404
    )
    assert everywhere.get("/cho/XX/to-ho-tro").status_code == 404


# Visits


def test_a_helper_records_a_visit_and_is_led_to_the_next_stall(
    staff: Staff, october: sa.Engine, team: int
) -> None:
    helper = staff(Role.FIELD_HELPER, "MA")
    with writing(october) as session:
        member = session.get_one(TeamMember, team)
        member.user_id = helper.user_id
        session.add(member)

    form = text_of(helper.get("/cho/MA/to-ho-tro/ghe").text)
    done = helper.send("/cho/MA/to-ho-tro/ghe", once="v", **VISIT | {"gian": "A01"})
    helper.send("/cho/MA/to-ho-tro/ghe", once="v", **VISIT | {"gian": "A01"})
    following = text_of(helper.get(done.headers["location"]).text)

    assert "Gian tiếp theo: A01" in form
    assert "Người ghé" not in form
    assert done.status_code == 303
    assert "Đã ghi lần ghé vừa rồi" in following
    assert "Gian tiếp theo: A02" in following
    assert "Hôm nay anh/chị đã ghé 1 gian hàng, 25 phút." in following
    (kept,) = rows(october, Visit)
    assert (kept.team_member_id, kept.minutes, kept.outcome) == (team, 25, VisitOutcome.HELPED)
    assert kept.recorded_by == f"staff:{helper.user_id}"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("gian", "Z99", "Chợ không có gian hàng “Z99”"),
        ("gian", "", "Ghi mã gian hàng"),
        ("phut", "lâu", "cần một số nguyên"),
        ("phut", "900", "cần từ 1 đến 480 phút"),
        ("ngay", "2026-11-06", "Ngày 06/11/2026 chưa đến"),
        ("ket_qua", "", "Chọn kết quả lần ghé"),
        ("ket_qua", "refused", "Chọn lý do người bán từ chối"),
        ("nguoi", "", "Chọn thành viên của tổ"),
        ("ly_do", "lười", "Chọn một mục trong danh sách"),
    ],
)
def test_a_wrong_field_of_a_visit_gives_the_page_again_with_the_values_kept(
    staff: Staff, october: sa.Engine, team: int, field: str, value: str, sentence: str
) -> None:
    fields = VISIT | {"nguoi": str(team), "ghi_chu": "<b>hẹn</b>"} | {field: value}

    answer = staff(Role.MARKET_CLERK, "MA").send("/cho/MA/to-ho-tro/ghe", **fields)

    assert answer.status_code == 422
    assert sentence in text_of(answer.text)
    assert 'value="&lt;b&gt;hẹn&lt;/b&gt;"' in answer.text
    assert rows(october, Visit) == []


def test_visits_are_listed_filtered_and_in_pages(
    staff: Staff, october: sa.Engine, team: int
) -> None:
    with writing(october) as session:
        for _ in range(51):
            campaigning.visit(session, team, "A01", visited_on=TODAY, now=NOW)
        campaigning.visit(
            session, team, "A02", visited_on=TODAY, now=NOW, outcome=VisitOutcome.ABSENT
        )
    clerk = staff(Role.MARKET_CLERK, "MA")
    path = "/cho/MA/to-ho-tro/lan-ghe"

    first = text_of(clerk.get(path).text)
    absent = text_of(clerk.get(f"{path}?ket_qua=absent").text)
    elsewhere = text_of(clerk.get(f"{path}?tu=2026-01-01&den=2026-01-31").text)

    assert "52 lần ghé 2 gian hàng" in first
    assert "trang 1 trên 2" in first
    assert "1 lần ghé 1 gian hàng" in absent
    assert "Vắng người bán" in absent
    assert "Chưa có lần ghé nào" in elsewhere
    assert "trang 2 trên 2" in text_of(clerk.get(f"{path}?trang=9").text)


def test_the_league_shows_who_brought_vendors_to_receiving_money(
    staff: Staff, october: sa.Engine, team: int
) -> None:
    with writing(october) as session:
        campaigning.visit(session, team, "A01", visited_on=TODAY, now=NOW)
        for vendor_id in (1, 2):
            _activate(session, vendor_id)

    helper = text_of(staff(Role.FIELD_HELPER, "MA").get("/cho/MA/to-ho-tro").text)

    assert "1 tiểu thương bắt đầu nhận tiền nhờ tổ hỗ trợ" in helper
    assert "Thêm 1 người tự làm" in helper
    assert "Lò Thị Mai" in helper
    assert "Bằng chứng hoạt động" not in helper
    assert "Thêm tổ" not in helper


def _activate(session: Any, vendor_id: int) -> None:
    from merchants.events import record_event

    record_event(
        session,
        EventAction.STATE_CHANGED,
        actor=COMMAND,
        now=datetime(2026, 11, 5, 3, tzinfo=UTC),
        vendor_id=vendor_id,
        to_value=VendorState.ACTIVE.value,
    )


def test_the_evidence_ties_and_holds_texts_as_texts(
    staff: Staff, october: sa.Engine, team: int
) -> None:
    with writing(october) as session:
        session.get_one(TeamMember, team).full_name = "=HYPERLINK(1)"
        campaigning.visit(session, team, "A01", visited_on=TODAY, now=NOW, note="0912000999")
        campaigning.visit(session, team, "A02", visited_on=TODAY, now=NOW, minutes=40)
        _activate(session, 1)

    answer = staff(Role.MARKET_MANAGER, "MA").get(
        "/cho/MA/to-ho-tro/bang-chung.xlsx?thang=2026-11&muc=500000"
    )

    assert answer.status_code == 200
    assert 'filename="to-ho-tro-MA-2026-11.xlsx"' in answer.headers["content-disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["Đọc trước", "Theo tổ", "Lần ghé"]
    header, one, total = book.get_sheet_by_name("Theo tổ").to_python()
    assert header[-1] == "Mức hỗ trợ do người lập ghi (₫/tháng)"
    assert one == ["Tổ thôn 1", "Tổ thôn, bản, tổ dân phố", "Thôn 1", 1, 2, 60, 2, 1, 1, 500_000]
    assert total == ["Cộng", "", "", "", 2, 60, 2, 1, "", ""]
    _, *lines = book.get_sheet_by_name("Lần ghé").to_python()
    assert [line[6] for line in lines] == [20, 40]
    assert [line[4] for line in lines] == ["A01", "A02"]
    assert {line[3] for line in lines} == {"=HYPERLINK(1)"}
    readme = " ".join(
        str(cell) for row in book.get_sheet_by_name("Đọc trước").to_python() for cell in row
    )
    assert "đối chiếu với văn bản chính thức" in readme
    assert "không tính tiền" in readme
    everything = readme + str(lines)
    assert "0912" not in everything
    assert guarded(answer.content) == {"Đọc trước": 0, "Theo tổ": 0, "Lần ghé": 0}


def guarded(content: bytes) -> dict[str, int]:
    """How many formulas each sheet holds."""
    from merchants.files.xlsx_guard import guard_xlsx

    cells = guard_xlsx(content, unpacked_bytes_max=10**7, area_max=10**6)
    return {title: len(sheet.formulas) for title, sheet in cells.items()}


def test_the_evidence_of_a_market_without_teams_is_an_empty_table(staff: Staff) -> None:
    answer = staff(Role.AUDITOR, "MA").get("/cho/MA/to-ho-tro/bang-chung.xlsx")

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    header, total = book.get_sheet_by_name("Theo tổ").to_python()
    assert len(header) == 9
    assert total[:1] == ["Cộng"]
    assert "to-ho-tro-MA-2026-11.xlsx" in answer.headers["content-disposition"]


# The 4-G card


@pytest.fixture
def programme(october: sa.Engine) -> None:
    """A programme with Mậu A in its first wave."""
    with writing(october) as session:
        campaigning.programme(session, w1=["MA"])


def test_a_manager_makes_a_card_and_its_page_and_paper_show_it(
    staff: Staff, october: sa.Engine, programme: None
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    empty = text_of(manager.get("/cho/MA/bang-4g").text)
    assert manager.get("/cho/MA/bang-4g/sua?ct=CHO40").status_code == 200

    saved = manager.send("/cho/MA/bang-4g/sua?ct=CHO40", once="c", **CARD)
    again = manager.send("/cho/MA/bang-4g/sua?ct=CHO40", once="c", **CARD)

    assert "Chợ chưa có bảng 4-G" in empty
    assert (saved.status_code, saved.headers["location"]) == (303, "/cho/MA/bang-4g?ct=CHO40")
    assert again.status_code == 303
    assert len(rows(october, ModelCard)) == 1
    page = text_of(staff(Role.ECONOMIST).get("/cho/MA/bang-4g").text)
    assert "1 việc quá hạn trong bảng 4-G" in page
    assert "Chốt lần 1" in page
    assert "0 trên 1 điều kiện đã có" in page
    paper = manager.get("/cho/MA/bang-4g.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    assert paper.content.count(b"/Type /Page\n") + paper.content.count(b"/Type/Page/") <= 1


def test_changing_fixed_objectives_asks_for_a_reason_and_keeps_what_was_typed(
    staff: Staff, programme: None, october: sa.Engine
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    path = "/cho/MA/bang-4g/sua?ct=CHO40"
    manager.send(path, **CARD)
    seen = hidden_fields(manager, path)
    changed = CARD | seen | {"mt_dich_0": "70"}

    refused = manager.send(path, **changed)
    done = manager.send(path, **changed, ly_do="Lũ tháng 9")

    assert refused.status_code == 422
    assert "ghi lý do đổi mục tiêu" in text_of(refused.text)
    assert 'name="mt_dich_0" type="text" value="70"' in refused.text
    assert done.status_code == 303
    page = text_of(manager.get("/cho/MA/bang-4g").text)
    assert "Chốt lần 2" in page
    assert "Lũ tháng 9" in page
    with reading(october) as session:
        told = session.exec(
            select(RegisterEvent).where(RegisterEvent.action == EventAction.OBJECTIVE_SET.value)
        ).all()
        assert len(told) == 2


def hidden_fields(client: SignedIn, path: str) -> dict[str, str]:
    """What the form carries unseen beside its seal."""
    import re

    page = client.get(path).text
    return {
        name: value
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
        if name not in {"csrf", "once"}
    }


def test_the_second_editor_of_a_card_is_told_and_loses_nothing(
    staff: Staff, programme: None
) -> None:
    one, other = staff(Role.MARKET_MANAGER, "MA"), staff(Role.ADMIN)
    path = "/cho/MA/bang-4g/sua?ct=CHO40"
    one.send(path, **CARD)

    late = other.send(path, **CARD | {"muc_dich": "Khác", "thay": ""})
    fields = CARD | hidden_fields(one, path) | {"muc_dich": "Khác"}
    again = other.send(path, **fields)

    assert late.status_code == 409
    assert "Người khác vừa lưu bảng này" in text_of(late.text)
    assert "Khác</textarea>" in late.text
    assert "Bảng đang có" in text_of(late.text)
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mt_chi_so_0": "XX"}, "Chọn chỉ số trong danh sách"),
        ({"mt_dich_0": "nhiều"}, "cần số như 78,5"),
        ({"mt_dich_0": ""}, "Ghi mục tiêu, như 78,5"),
        ({"mt_han_0": ""}, "Ghi hạn của mục tiêu"),
        ({"v_r_0": ""}, "Ghi người làm"),
        ({"v_viec_0": ""}, "Ghi việc phải làm"),
        ({"v_han_0": "mai"}, "cần ngày/tháng/năm"),
        ({"thay": "hôm qua"}, "Mở lại bảng rồi sửa"),
        ({"v_so_0": "99"}, "Có dòng không thuộc bảng này"),
    ],
)
def test_a_wrong_field_of_a_card_gives_the_page_again(
    staff: Staff, october: sa.Engine, programme: None, changes: dict[str, str], sentence: str
) -> None:
    answer = staff(Role.MARKET_MANAGER, "MA").send("/cho/MA/bang-4g/sua?ct=CHO40", **CARD | changes)

    assert answer.status_code == 422
    assert sentence in text_of(answer.text)
    assert "Kinh phí in" in answer.text
    assert rows(october, ModelCard) == []


def test_what_is_not_there_is_not_found(staff: Staff, programme: None) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    assert manager.get("/cho/MA/bang-4g.pdf").status_code == 404
    assert manager.get("/cho/MA/bang-4g?ct=KHAC").status_code == 404
    assert manager.get("/cho/MA/bang-4g/sua?ct=KHAC").status_code == 404
    assert manager.send("/cho/MA/bang-4g/sua?ct=KHAC", **CARD).status_code == 404


# Every page


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page_opens_in_both_languages(
    staff: Staff, october: sa.Engine, team: int, programme: None, lang: str
) -> None:
    with writing(october) as session:
        number = campaigning.target(session)
        campaigning.visit(session, team, "A01", visited_on=TODAY, now=NOW)
    admin = staff(Role.ADMIN)
    admin.send("/cho/MA/bang-4g/sua?ct=CHO40", **CARD)
    paths = (
        "/ke-hoach", "/ke-hoach/muc-tieu", f"/ke-hoach/muc-tieu?thay={number}",
        "/ke-hoach/chuong-trinh", "/ke-hoach/chuong-trinh/CHO40/dot", "/cho/MA/ke-hoach",
        "/cho/MA/bang-4g", "/cho/MA/bang-4g/sua?ct=CHO40", "/cho/MA/to-ho-tro",
        "/cho/MA/to-ho-tro/ghe", "/cho/MA/to-ho-tro/lan-ghe", "/cho/MA/to-ho-tro/to/moi",
        "/cho/MA/to-ho-tro/to/1",
    )  # fmt: skip

    for path in paths:
        answer = admin.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
        assert answer.status_code == 200, path
        assert f'<html lang="{lang}">' in answer.text
        assert "None" not in text_of(answer.text), path
        assert Page(answer.text).shortcomings() == [], path


def test_every_name_of_a_kind_has_its_english() -> None:
    names = [
        name
        for mapping in (
            campaign_names.TEAM_KINDS,
            campaign_names.VISIT_OUTCOMES,
            campaign_names.EXIT_REASONS,
            campaign_names.TARGET_UNITS,
            campaign_names.TARGET_AREAS,
            campaign_names.RESOURCE_KINDS,
            campaign_names.TASK_STATES,
            campaign_names.PHASES,
        )
        for name in mapping.values()
    ]

    assert [name for name in names if name not in ENGLISH] == []


def test_pages_ask_the_same_queries_for_any_number_of_rows(
    staff: Staff, october: sa.Engine, team: int, programme: None, settings: Settings
) -> None:
    admin = staff(Role.ADMIN)
    engine = admin.app.state.engine  # type: ignore[attr-defined]

    def ask(path: str) -> int:
        admin.get(path)
        with counted(engine) as sent:
            assert admin.get(path).status_code == 200
        return len(sent)

    paths = ("/ke-hoach", "/cho/MA/ke-hoach", "/cho/MA/to-ho-tro", "/cho/MA/to-ho-tro/lan-ghe")
    few = [ask(path) for path in paths]
    with writing(october) as session:
        for number in range(12):
            other = campaigning.team(session, name=f"Tổ {number}")
            member = campaigning.member(session, SEALER, other)
            campaigning.visit(session, member, "A01", visited_on=TODAY, now=NOW)
            campaigning.target(session, period_to=date(2026, 12, number + 1))
        session.add_all(Stall(market_id=1, code=f"K{n}", state="vacant") for n in range(30))

    assert [ask(path) for path in paths] == few
