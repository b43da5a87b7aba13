"""The settings of a market and the areas above it, through the browser's door."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.roles import Role
from merchants.actors import COMMAND
from merchants.calendars.market_calendars import calendar_of
from merchants.find import find_market
from merchants.markets.areas import seed_van_yen
from merchants.tables import (
    AreaGroup,
    Market,
    MarketCalendar,
    MarketCommune,
    MarketOperator,
    Stall,
    Zone,
)
from tests.market.conftest import NOW, Staff
from tests.merchants.queries import counted

SETTINGS = "/cho/MA/cai-dat"
TODAY = date(2026, 11, 5)


@pytest.fixture
def van_yen(october: sa.Engine) -> None:
    """The territory of former Văn Yên in the application's database."""
    with writing(october) as session:
        seed_van_yen(session, actor=COMMAND, now=NOW)


DETAILS = {
    "ten": "Chợ Mậu A mới",
    "loai": "rural_market",
    "hang": "2",
    "so_gian": "236",
    "ngay_dem": "2026-11-01",
}


def test_the_first_line_says_what_kind_of_market_it_is(staff: Staff) -> None:
    page = staff(Role.MARKET_MANAGER, "MA").get(SETTINGS)

    assert page.status_code == 200
    assert "Chợ trung tâm Mậu A: hạng 2, chợ dân sinh" in page.text
    assert "Khai hạng 2, nhưng 30 điểm kinh doanh là hạng 3" in page.text


@pytest.mark.parametrize(
    "path", ["", "/lich", "/mat-bang", "/lich?ngay=2026-11-20", "/mat-bang?tt=closed"]
)
@pytest.mark.parametrize("role", [Role.MARKET_CLERK, Role.AUDITOR, Role.ADMIN])
def test_readers_see_every_settings_page(staff: Staff, path: str, role: Role) -> None:
    page = staff(role).get(f"{SETTINGS}{path}")

    assert page.status_code == 200
    assert ('<form method="post"' in page.text) is (role is Role.ADMIN)


@pytest.mark.parametrize(
    "role", [Role.MARKET_CLERK, Role.FIELD_HELPER, Role.AUDITOR, Role.ECONOMIST]
)
def test_only_the_management_changes_settings(staff: Staff, october: sa.Engine, role: Role) -> None:
    answer = staff(role).send(SETTINGS, **DETAILS)

    assert answer.status_code == 403
    with reading(october) as session:
        assert find_market(session, "MA").name == "Chợ trung tâm Mậu A"


def test_details_are_changed_and_the_page_shows_them(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    answer = manager.send(SETTINGS, **DETAILS)

    assert (answer.status_code, answer.headers["location"]) == (303, SETTINGS)
    assert "Chợ Mậu A mới: hạng 2, chợ nông thôn" in manager.get(SETTINGS).text
    with reading(october) as session:
        assert find_market(session, "MA").stalls_counted == 236


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("ten", "", "Chưa có tên chợ"),
        ("so_gian", "hai trăm", "“hai trăm” chưa phải số"),
        ("ngay_dem", "31/02/2026", "chưa phải ngày"),
        ("ngay_dem", "2026-11-06", "06/11/2026 chưa đến"),
        ("loai", "supermarket", "Chọn một loại"),
        ("hang", "9", "Hạng 9: chợ có hạng 1, 2 hoặc 3"),
        ("ten", "<script>alert(1)</script>" * 9, "&lt;script&gt;"),
    ],
)
def test_a_wrong_detail_gives_the_page_again_with_what_was_typed(
    staff: Staff, october: sa.Engine, field: str, value: str, words: str
) -> None:
    page = staff(Role.MARKET_MANAGER, "MA").send(SETTINGS, **(DETAILS | {field: value}))

    assert page.status_code == 422
    assert words in page.text
    assert "236" in page.text or field == "so_gian"
    assert "<script>" not in page.text
    with reading(october) as session:
        assert find_market(session, "MA").stalls_counted == 30


def test_the_second_of_two_editors_is_told_what_changed(staff: Staff, october: sa.Engine) -> None:
    first, second = staff(Role.MARKET_MANAGER, "MA"), staff(Role.MARKET_MANAGER, "MA")
    seen = {"cu_ten": "Chợ trung tâm Mậu A", "cu_so_gian": "30"}
    assert first.send(SETTINGS, **DETAILS, **seen).status_code == 303

    page = second.send(SETTINGS, **(DETAILS | {"ten": "Chợ khác"}), **seen)

    assert page.status_code == 422
    assert "Có người vừa đổi" in page.text
    assert "Chợ Mậu A mới" in page.text
    with reading(october) as session:
        assert find_market(session, "MA").name == "Chợ Mậu A mới"
    again = second.send(
        SETTINGS, **(DETAILS | {"ten": "Chợ khác"}), cu_ten="Chợ Mậu A mới", cu_so_gian="236"
    )
    assert again.status_code == 303


def test_an_operator_is_put_down_once_however_often_the_form_is_sent(
    staff: Staff, october: sa.Engine
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    sent = {
        "dv_ten": "Ban quản lý chợ Mậu A",
        "dv_loai": "management_board",
        "dv_tren": "UBND xã Mậu A",
        "dv_tu": "2025-07-01",
        "once": "an-operator-form",
    }

    answers = [manager.send(f"{SETTINGS}/don-vi", **sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    with reading(october) as session:
        assert len(session.exec(select(MarketOperator)).all()) == 1
    page = manager.get(SETTINGS).text
    assert "dưới UBND xã Mậu A" in page
    assert "01/07/2025" in page


def test_the_commune_is_told_by_date(staff: Staff, october: sa.Engine, van_yen: None) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    wrong = manager.send(f"{SETTINGS}/xa", xa_ma="04378", xa_tu="2026-01-01")
    right = manager.send(f"{SETTINGS}/xa", xa_ma="04375", xa_tu="2022-01-01")

    assert "Không có xã, phường mã 04378 vào ngày 01/01/2026" in wrong.text
    assert right.status_code == 303
    page = manager.get(SETTINGS).text
    assert "Thị trấn Mậu A" in page
    assert "địa bàn huyện Văn Yên (cũ)" in page
    with reading(october) as session:
        market = find_market(session, "MA")
        rows = session.exec(select(MarketCommune).where(MarketCommune.market_id == market.id)).all()
        assert min((row.from_on, row.to_on) for row in rows) == (
            date(2022, 1, 1),
            date(2025, 6, 30),
        )


def open_days(october: sa.Engine, code: str, first: date, last: date) -> list[date]:
    with reading(october) as session:
        return calendar_of(session, find_market(session, code), first, last).open_days(first, last)


def test_the_month_says_how_often_the_market_opens(staff: Staff) -> None:
    page = staff(Role.MARKET_MANAGER, "LG").get("/cho/LG/cai-dat/lich?thang=2026-11").text

    assert "Tháng 11/2026 chợ họp 4 ngày" in page
    assert "thứ Bảy" in page
    assert 'href="/cho/LG/cai-dat/lich?thang=2026-11&amp;ngay=2026-11-20#sua"' in page


def test_a_day_is_put_right_and_left_to_the_rule_again(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "LG")
    day = date(2026, 11, 20)
    sent = {"ngay": "2026-11-20", "ghi_chu": "hội chợ"}

    answer = manager.send("/cho/LG/cai-dat/lich/ngay", la="hop", **sent)

    assert answer.headers["location"] == "/cho/LG/cai-dat/lich?thang=2026-11"
    assert open_days(october, "LG", day, day) == [day]
    page = manager.get("/cho/LG/cai-dat/lich?ngay=2026-11-20").text
    assert "hội chợ" in page
    assert "đã sửa tay" in page
    manager.send("/cho/LG/cai-dat/lich/ngay", la="lich", **sent)
    assert open_days(october, "LG", day, day) == []


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"la": "hop"}, "Chưa có ngày"),
        ({"la": "mua", "ngay": "2026-11-20"}, "Chọn họp, nghỉ"),
        ({"la": "hop", "ngay": "1800-01-01"}, "nằm ngoài lịch"),
        ({"la": "hop", "ngay": "2026-11-20", "ghi_chu": "x" * 201}, "201 ký tự"),
    ],
)
def test_a_wrong_correction_is_told_in_words(
    staff: Staff, sent: dict[str, str], words: str
) -> None:
    page = staff(Role.MARKET_MANAGER, "LG").send("/cho/LG/cai-dat/lich/ngay", **sent)

    assert page.status_code == 422
    assert words in page.text


def test_a_new_rule_is_previewed_without_being_written(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "LG")

    page = manager.send(
        "/cho/LG/cai-dat/lich/quy-tac", kieu="weekly", thu=["3", "6"], tu="2026-11-05", viec="xem"
    )

    assert page.status_code == 200
    assert "Sáu tuần tới chợ sẽ họp 12 ngày" in page.text
    with reading(october) as session:
        assert len(session.exec(select(MarketCalendar)).all()) == 2


@pytest.mark.parametrize(
    ("sent", "params"),
    [
        ({"kieu": "weekly", "thu": ["3", "6"]}, "weekdays=3|6"),
        ({"kieu": "lunar_day", "am_lich": "3, 8 13"}, "days=3|8|13"),
        ({"kieu": "branch_day", "chi": ["Dần", "Thân"]}, "branches=Dần|Thân"),
        ({"kieu": "explicit", "cac_ngay": "24/12/2026; 2026-12-31"}, "dates=2026-12-24|2026-12-31"),
        ({"kieu": "daily"}, ""),
    ],
)
def test_a_new_rule_of_every_kind_holds_from_its_day(
    staff: Staff, october: sa.Engine, sent: dict[str, object], params: str
) -> None:
    answer = staff(Role.MARKET_MANAGER, "LG").send(
        "/cho/LG/cai-dat/lich/quy-tac", tu="2026-12-01", viec="ghi", **sent
    )

    assert answer.status_code == 303
    with reading(october) as session:
        market = find_market(session, "LG")
        rules = calendar_of(session, market, TODAY, TODAY).rules
        assert (rules[-1].params, rules[-1].valid_from) == (params, date(2026, 12, 1))
        assert rules[0].valid_to == date(2026, 11, 30)


@pytest.mark.parametrize("viec", ["xem", "ghi"])
def test_a_rule_that_cannot_hold_is_told_beside_its_fields(staff: Staff, viec: str) -> None:
    manager = staff(Role.MARKET_MANAGER, "LG")

    page = manager.send(
        "/cho/LG/cai-dat/lich/quy-tac", kieu="lunar_day", am_lich="31", tu="2026-12-01", viec=viec
    )

    assert page.status_code == 422
    assert "Cần các ngày âm lịch từ 1 đến 30" in page.text
    assert 'value="31"' in page.text
    unknown = manager.send("/cho/LG/cai-dat/lich/quy-tac", kieu="yearly", tu="x", viec=viec)
    assert "Chọn một kiểu lịch" in unknown.text


FLOOR = f"{SETTINGS}/mat-bang"


def test_stalls_are_added_to_a_zone_and_laid_out(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    assert manager.send(f"{FLOOR}/khu", ten_khu="Hàng khô", once="z1").status_code == 303
    with reading(october) as session:
        zone_id = session.exec(select(Zone.id)).one()

    added = manager.send(
        f"{FLOOR}/gian",
        ma="k01-k14",
        khu=str(zone_id),
        loai="kiosk",
        co_dinh="1",
        m2="6",
        once="s1",
    )
    again = manager.send(
        f"{FLOOR}/gian",
        ma="k01-k14",
        khu=str(zone_id),
        loai="kiosk",
        co_dinh="1",
        m2="6",
        once="s1",
    )
    assert manager.send(f"{FLOOR}/xep").status_code == 422
    laid_out = manager.send(f"{FLOOR}/xep", dong_y="1")

    assert added.headers["location"] == again.headers["location"] == f"{FLOOR}?khu={zone_id}"
    assert laid_out.status_code == 303
    page = manager.get(f"{FLOOR}?khu={zone_id}").text
    assert "39 gian hàng trong 1 khu" in page
    assert "K14" in page
    assert '<svg class="plan"' in page
    with reading(october) as session:
        stalls = session.exec(select(Stall).where(Stall.zone_id == zone_id)).all()
        assert len(stalls) == 14
        assert all(stall.plan_x is not None for stall in stalls)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"ma": ""}, "Chưa có mã gian hàng"),
        ({"ma": "A01"}, "Chợ đã có 1 gian: A01"),
        ({"ma": "Z 1"}, "Mã Z 1"),
        ({"ma": "Z1", "m2": "1", "co_dinh": "1"}, "từ 3 m² trở lên"),
        ({"ma": "Z1", "khu": "99"}, "Chọn một khu"),
        ({"ma": "Z1", "loai": "tower"}, "Chọn một loại"),
    ],
)
def test_stalls_nobody_could_add_are_told_in_words(
    staff: Staff, october: sa.Engine, sent: dict[str, str], words: str
) -> None:
    page = staff(Role.MARKET_MANAGER, "MA").send(f"{FLOOR}/gian", **sent)

    assert page.status_code == 422
    assert words in page.text
    with reading(october) as session:
        assert len(session.exec(select(Stall)).all()) == 31


def test_a_stall_is_changed_closed_and_opened(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    manager.send(f"{FLOOR}/gian", ma="Z1", loai="counter", co_dinh="1")
    path = f"{FLOOR}/gian/Z1"

    changed = manager.send(path, loai="shop", co_dinh="1", m2="12", nganh="Thịt", o_x="3", o_y="0")
    closed = manager.send(path, sang="closed", ly_do="dột")

    assert (changed.status_code, closed.status_code) == (303, 303)
    page = manager.get(path).text
    assert 'value="12"' in page
    assert "Mở lại, để trống" in page
    assert manager.send(path, sang="vacant").status_code == 303
    with reading(october) as session:
        stall = session.exec(select(Stall).where(Stall.code == "Z1")).one()
        assert (stall.kind.value, stall.goods_group, stall.state.value) == (
            "shop",
            "Thịt",
            "vacant",
        )


def test_an_occupied_stall_is_not_closed_by_the_page(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    page = manager.send(f"{FLOOR}/gian/A01", sang="closed")

    assert page.status_code == 422
    assert "đang có người bán" in page.text
    assert "Đóng gian này" not in manager.get(f"{FLOOR}/gian/A01").text


def test_two_people_at_one_stall_notice_each_other(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    path = f"{FLOOR}/gian/A01"
    manager.send(path, loai="counter", co_dinh="1", nganh="Hoa")

    page = manager.send(path, loai="counter", co_dinh="1", nganh="Cá", cu_nganh="Rau củ")

    assert page.status_code == 422
    assert "Ngành hàng" in page.text
    assert "<b>Hoa</b>" in page.text


def test_a_stall_or_zone_of_another_market_is_not_found(staff: Staff, october: sa.Engine) -> None:
    admin = staff(Role.ADMIN)
    admin.send("/cho/LG/cai-dat/mat-bang/khu", ten_khu="Dãy 1")
    with reading(october) as session:
        zone_id = session.exec(select(Zone.id)).one()

    assert admin.get(f"{FLOOR}/khu/{zone_id}").status_code == 404
    assert admin.get(f"{FLOOR}/gian/XYZ").status_code == 404
    assert admin.send(f"{FLOOR}/khu/{zone_id}", ten_khu="x").status_code == 404


def test_zones_are_renamed_placed_and_merged(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    for name in ("Khu A", "Khu B"):
        manager.send(f"{FLOOR}/khu", ten_khu=name)
    with reading(october) as session:
        first, second = session.exec(select(Zone.id).order_by(Zone.name)).all()

    placed = manager.send(
        f"{FLOOR}/khu/{first}", ten_khu="Rau củ", x="0", y="0", rong="12", sau="4"
    )
    overlapping = manager.send(
        f"{FLOOR}/khu/{second}", ten_khu="Khu C", x="5", y="2", rong="12", sau="4"
    )
    half = manager.send(f"{FLOOR}/khu/{second}", ten_khu="Khu B", x="5")
    merged = manager.send(f"{FLOOR}/khu/{second}/gop", vao=str(first))

    assert (placed.status_code, merged.status_code) == (303, 303)
    assert "Khu “Khu C” chồng lên khu “Rau củ”" in overlapping.text
    assert "cần đủ bốn số" in half.text
    with reading(october) as session:
        assert [zone.name for zone in session.exec(select(Zone))] == ["Rau củ"]
    lonely = manager.send(f"{FLOOR}/khu/{first}/gop", vao="")
    assert "Chọn khu để gộp vào" in lonely.text


def test_positions_go_out_and_come_in_as_csv(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    manager.send(f"{FLOOR}/xep", dong_y="1")
    sheet = manager.get(f"{FLOOR}/vi-tri.csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    moved = sheet.content.replace(b"A25,0,3", b"A25,9,9")
    assert moved != sheet.content

    taken = manager.send(f"{FLOOR}/vi-tri", tep=("vi-tri.csv", moved, "text/csv"))
    wrong = manager.send(
        f"{FLOOR}/vi-tri", tep=("x.csv", moved.replace(b"A24", b"A99"), "text/csv")
    )
    empty = manager.send(f"{FLOOR}/vi-tri", tep=("x.csv", b"", "text/csv"))

    assert taken.status_code == 303
    assert "không có gian A99" in wrong.text
    assert "Chưa chọn tệp CSV" in empty.text
    with reading(october) as session:
        stall = session.exec(select(Stall).where(Stall.code == "A25")).one()
        assert (stall.plan_x, stall.plan_y) == (9, 9)


@pytest.mark.parametrize("path", ["", "/lich", "/mat-bang"])
def test_the_number_of_queries_does_not_grow_with_the_market(
    staff: Staff, october: sa.Engine, path: str
) -> None:
    manager = staff(Role.ADMIN)
    app_engine = manager.app.state.engine  # type: ignore[attr-defined]
    counts = []
    for code in ("LG", "MA"):  # 6 and 25 vendors
        manager.get(f"/cho/{code}/cai-dat{path}")
        with counted(app_engine) as sent:
            assert manager.get(f"/cho/{code}/cai-dat{path}").status_code == 200
        counts.append(len(sent))

    assert counts[0] == counts[1] <= 16


def test_economists_read_areas_and_units_and_change_nothing(staff: Staff, van_yen: None) -> None:
    economist = staff(Role.ECONOMIST)

    areas = economist.get("/dia-ban")
    area = economist.get("/dia-ban/VAN-YEN-CU")

    assert "1 địa bàn để báo cáo" in areas.text
    assert "An Lương" in area.text
    assert '<form method="post"' not in areas.text + area.text
    assert economist.send("/dia-ban", ma="X", ten="x").status_code == 403
    assert economist.get("/dia-ban/NO-AREA").status_code == 404


def test_an_area_beyond_the_readers_scope_is_not_found(staff: Staff, van_yen: None) -> None:
    economist = staff(Role.ECONOMIST, "MA")

    assert economist.get("/dia-ban/VAN-YEN-CU").status_code == 404
    assert "VAN-YEN-CU" not in economist.get("/dia-ban").text


def test_a_unit_is_told_with_what_it_came_from(staff: Staff, van_yen: None) -> None:
    economist = staff(Role.ECONOMIST)

    both = economist.get("/dia-ban?q=04375").text
    new = economist.get("/dia-ban?q=04375&ngay=2026-01-01").text
    old = economist.get("/dia-ban?q=04375&ngay=2025-01-01").text

    assert "Thị trấn Mậu A" in both
    assert "Xã Mậu A" in both
    assert "Gồm các đơn vị cũ:" in new
    assert "Xã Yên Thái (04420)" in new
    assert "Nay là: Xã Mậu A (04375)" in old
    assert economist.get("/dia-ban?q=mau").text.count("Mậu") >= 3
    assert "Trang sau" in economist.get("/dia-ban").text
    assert "Về đầu danh sách" in economist.get("/dia-ban?sau=04399@2025-07-01").text
    assert economist.get("/dia-ban?sau=04399@x").status_code == 200


def test_an_administrator_makes_an_area_and_its_markets(staff: Staff, october: sa.Engine) -> None:
    admin = staff(Role.ADMIN)
    path = "/dia-ban/DOT-1"

    made = admin.send("/dia-ban", ma="dot-1", ten="Đợt 1", luu_y="thử", once="a")
    again = admin.send("/dia-ban", ma="dot-1", ten="Đợt 1", luu_y="thử", once="a")
    joined = admin.send(f"{path}/cho", cho="MA", tu="2026-01-01", viec="them")
    doubled = admin.send(f"{path}/cho", cho="MA", tu="2026-02-01", viec="them")
    stranger = admin.send(f"{path}/cho", cho="XX", tu="2026-02-01", viec="them")
    ended = admin.send(f"{path}/cho", cho="MA", den="2026-10-31", viec="thoi")
    changed = admin.send(path, ten="Đợt một", luu_y="", can_cu="KH 120/KH-UBND")

    assert made.headers["location"] == again.headers["location"] == path
    assert [a.status_code for a in (joined, ended, changed)] == [303, 303, 303]
    assert "đã thuộc từ 01/01/2026" in doubled.text
    assert "Chọn một chợ" in stranger.text
    page = admin.get(path).text
    assert "31/10/2026" in page
    assert "Đợt một: 0 chợ" in page
    with reading(october) as session:
        assert [area.name for area in session.exec(select(AreaGroup))] == ["Đợt một"]
    assert "đã là Đợt một" in admin.send("/dia-ban", ma="DOT-1", ten="x").text
    assert admin.send(path, ten="").status_code == 422


def test_adoption_of_an_area_prints_its_caveat(staff: Staff, van_yen: None) -> None:
    page = staff(Role.ECONOMIST).get("/muc-do-dung?ky=2026-10&dia-ban=VAN-YEN-CU")

    assert page.status_code == 200
    assert "địa bàn huyện Văn Yên (cũ)" in page.text
    assert "Mỏ Vàng mới gồm cả xã An Lương" in page.text
    assert "/api/v1/areas/VAN-YEN-CU/adoption/2026-10.csv" in page.text


def test_every_page_speaks_english_too(staff: Staff, van_yen: None) -> None:
    admin = staff(Role.ADMIN)
    admin.send(f"{FLOOR}/khu", ten_khu="Khu A")

    for path in (
        SETTINGS,
        f"{SETTINGS}/lich?ngay=2026-11-20",
        FLOOR,
        f"{FLOOR}/gian/A01",
        "/dia-ban",
        "/dia-ban/VAN-YEN-CU",
    ):
        joined = "&" if "?" in path else "?"
        page = admin.get(f"{path}{joined}lang=en")
        assert page.status_code == 200
        assert '<html lang="en">' in page.text
    answer = admin.post(
        f"{SETTINGS}?lang=en",
        data={"csrf": admin.csrf, "lang": "en", **DETAILS},
        follow_redirects=False,
    )
    assert answer.headers["location"] == f"{SETTINGS}?lang=en"
    with reading(admin.app.state.engine) as session:  # type: ignore[attr-defined]
        assert session.exec(select(Market.name).where(Market.code == "MA")).one() == "Chợ Mậu A mới"
