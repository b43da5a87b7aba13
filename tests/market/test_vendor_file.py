"""A vendor's file for staff: page, API and command line on the same register."""

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select
from typer.testing import CliRunner

from market.cli import app as cli
from market.database import reading, writing
from market.i18n import vendor_words
from market.i18n.english import ENGLISH
from market.pages import actors
from market.pages.vendors import file as vendor_file
from market.roles import Role
from market.settings import Settings
from merchants.actors import COMMAND, Actor
from merchants.imports.register import import_sheet
from merchants.kinds import StallState, VendorState
from merchants.lifecycle.states import derive_vendor_states
from merchants.posters.issue import issue_posters
from merchants.sort_names import search_text, sort_key
from merchants.tables import (
    AcceptancePoint,
    Poster,
    RegisterEvent,
    Stall,
    StallHolding,
    Vendor,
    VendorMerge,
)
from merchants.vendors.double_counts import count_doubles
from merchants.vendors.merging import merge_vendors
from tests.market.conftest import KEY, NOW, SEALER, Staff
from tests.market.reading_html import Page
from tests.merchants.queries import counted
from tests.merchants.sheet_files import row, sheet_of

HERE = "/cho/MA/nguoi-ban"
API = "/api/v1/markets/MA/vendors"
MANAGER, CLERK, HELPER = Role.MARKET_MANAGER, Role.MARKET_CLERK, Role.FIELD_HELPER


@pytest.fixture
def named(october: sa.Engine) -> dict[str, str]:
    """Names as people have them, states as the facts give them; the codes by name."""
    names = ["Nguyễn Thị Hương", "Trần Văn Bình", "Lò Thị Ân", "Đỗ Thị An", "Hà Văn Đạt"]
    with writing(october) as session:
        vendors = session.exec(select(Vendor).order_by(col(Vendor.id))).all()
        for number, vendor in enumerate(vendors):
            vendor.full_name = names[number] if number < len(names) else f"Vàng Thị {number}"
            vendor.business_name, vendor.phone_tail = "", f"{100 + number}"
            vendor.sort_name = sort_key(vendor.full_name)
            vendor.search_text = search_text(vendor.full_name)
            vendor.state = VendorState.LISTED
            session.add(vendor)
        derive_vendor_states(session, [1, 2], now=NOW - timedelta(days=9))
        return {vendor.full_name: vendor.code or "" for vendor in vendors}


@pytest.fixture
def huong(named: dict[str, str]) -> str:
    return named["Nguyễn Thị Hương"]


def version_of(engine: sa.Engine, code: str) -> int:
    return vendor_of(engine, code).version


def vendor_of(engine: sa.Engine, code: str) -> Vendor:
    with reading(engine) as session:
        vendor = session.exec(select(Vendor).where(Vendor.code == code)).one()
        session.expunge(vendor)
        return vendor


def events(engine: sa.Engine, action: str) -> list[RegisterEvent]:
    with reading(engine) as session:
        found = list(session.exec(select(RegisterEvent).where(RegisterEvent.action == action)))
        session.expunge_all()
        return found


def fields(page: Page, action: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to an address, as the page gives them."""
    found: dict[str, str] = {}
    is_inside = False
    for tag, attributes in page.elements:
        if tag == "form":
            is_inside = attributes.get("action", "").endswith(action)
        if is_inside and tag == "input" and attributes.get("type") == "hidden":
            found[attributes["name"]] = attributes["value"]
    found.pop("csrf", None)
    return found


def free_stall(engine: sa.Engine, code: str = "C01") -> None:
    with writing(engine) as session:
        session.add(Stall(market_id=1, code=code, state=StallState.VACANT))


# ---------------------------------------------------------------- the page


def test_the_headline_tells_the_step_and_how_long_it_is_waited_for(
    staff: Staff, huong: str
) -> None:
    page = Page(staff(CLERK, "MA").get(f"{HERE}/{huong}").text)

    assert "Nguyễn Thị Hương ở bước 4/5, chờ đã 9 ngày" in page.text
    assert "Đã chờ 9 ngày, hẹn 2 ngày" in page.text
    assert "Còn: chưa cấp tấm mã, tấm mã chưa treo" in page.text


@pytest.mark.parametrize("path", ["", "/{code}", "/../trung-ten"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_pages_are_whole_for_whoever_cannot_see_them(
    staff: Staff, huong: str, path: str, lang: str
) -> None:
    answer = staff(MANAGER, "MA").get(f"{HERE}{path.format(code=huong)}?lang={lang}")

    assert answer.status_code == 200
    assert Page(answer.text).shortcomings() == []


def test_every_word_of_these_pages_has_its_english() -> None:
    words = {
        word
        for name, table in vars(vendor_words).items()
        if isinstance(table, Mapping) and name.isupper() and name != "STATE_TICKS"
        for word in table.values()
    }
    words |= {*vendor_file.DONE.values()}
    words |= {actors.COMMAND, actors.SYSTEM, actors.VENDOR, actors.SOMEBODY}

    assert sorted(words - set(ENGLISH)) == []


def test_nothing_personal_but_the_tail_and_no_money(
    staff: Staff, october: sa.Engine, huong: str
) -> None:
    clerk = staff(CLERK, "MA")
    clerk.send(
        f"{HERE}/{huong}/sua",
        ban=str(version_of(october, huong)),
        ho_ten="Nguyễn Thị Hương",
        dien_thoai="0987654321",
        so_cccd="010090001234",
    )

    helper = staff(HELPER, "MA").get(f"{HERE}/{huong}").text

    assert "···321" in helper
    assert "···234" in helper
    assert "987654321" not in helper
    assert "01009000" not in helper
    assert "₫" not in helper
    assert "Xem khoản nhận" not in helper


def test_names_are_escaped(staff: Staff, october: sa.Engine, huong: str) -> None:
    with writing(october) as session:
        vendor = session.exec(select(Vendor).where(Vendor.code == huong)).one()
        vendor.full_name = vendor.display_name = "<script>alert(1)</script>"
        session.add(vendor)

    for path in (HERE, f"{HERE}/{huong}"):
        assert "<script" not in staff(CLERK, "MA").get(path).text


def test_the_list_is_in_vietnamese_order_and_finds_without_marks(
    staff: Staff, named: dict[str, str]
) -> None:
    clerk = staff(CLERK, "MA")

    told = clerk.get(HERE).text
    places = [told.index(name) for name in ("Đỗ Thị An", "Lò Thị Ân", "Trần Văn Bình")]
    assert places == sorted(places)
    assert "Hà Văn Đạt" in clerk.get(f"{HERE}?q=ha van dat").text
    assert "Không có người bán nào khớp" in clerk.get(f"{HERE}?q=zzzz").text


def test_the_list_shows_who_holds_no_stall(
    staff: Staff, october: sa.Engine, named: dict[str, str], huong: str
) -> None:
    clerk = staff(CLERK, "MA")
    clerk.send(f"{HERE}/{huong}/tra-gian", gian_tra="A01", ngay_tra="2026-11-04")

    without = Page(clerk.get(f"{HERE}?gian=khong").text)

    assert "Nguyễn Thị Hương" in without.text
    assert "Trần Văn Bình" not in without.text
    assert "25 người bán, 1 người chưa giữ gian hàng" in without.text
    assert "Đã thôi" in without.text


@pytest.mark.parametrize("more", [0, 40])
def test_pages_ask_the_same_statements_for_any_market(
    staff: Staff, october: sa.Engine, huong: str, more: int
) -> None:
    with writing(october) as session:
        for number in range(more):
            _another(session, number)
    client = staff(MANAGER, "MA")
    engine = client.app.state.engine  # type: ignore[attr-defined]

    sent = []
    for path in (HERE, f"{HERE}/{huong}", "/cho/MA/trung-ten"):
        with counted(engine) as told:
            assert client.get(path).status_code == 200
        sent.append(len(told))

    assert sent == STATEMENTS


STATEMENTS = [7, 22, 9]


def _another(session: Session, number: int) -> None:
    vendor = Vendor(
        market_id=1,
        full_name=f"Lý Thị {number}",
        sort_name=sort_key(f"Lý Thị {number}"),
        search_text=f"ly thi {number}",
        state=VendorState.LISTED,
        registered_at=NOW,
        code=f"CC9{number:05}X",
    )
    stall = Stall(market_id=1, code=f"D{number:02}", state=StallState.OCCUPIED)
    session.add_all([vendor, stall])
    session.flush()
    session.add(
        StallHolding(stall_id=stall.id or 0, vendor_id=vendor.id or 0, from_on=date(2026, 8, 1))
    )


def test_details_are_changed_once_however_often_the_form_is_sent(
    staff: Staff, october: sa.Engine, huong: str
) -> None:
    clerk = staff(CLERK, "MA")
    sealed = fields(Page(clerk.get(f"{HERE}/{huong}").text), "/sua")
    form = sealed | {"ho_ten": "Nguyễn Thị Hường", "dien_thoai": "0987 654 321"}

    first = clerk.send(f"{HERE}/{huong}/sua", **form)
    second = clerk.send(f"{HERE}/{huong}/sua", **form)

    assert [answer.status_code for answer in (first, second)] == [303, 303]
    assert first.headers["location"] == second.headers["location"] == f"{HERE}/{huong}?da=sua"
    assert version_of(october, huong) == 2
    assert len(events(october, "changed")) == 3  # name, phone, and the account's match
    assert "Đã ghi thông tin mới." in clerk.get(first.headers["location"]).text


def test_bad_fields_come_back_with_what_was_typed(
    staff: Staff, october: sa.Engine, huong: str
) -> None:
    answer = staff(CLERK, "MA").send(
        f"{HERE}/{huong}/sua", ban="1", ho_ten="", ten_ho="Rau sạch", dien_thoai="12"
    )
    page = Page(answer.text)

    assert answer.status_code == 422
    assert page.shortcomings() == []
    assert "Ghi họ tên như trên căn cước" in page.text
    assert "Số điện thoại có 2 chữ số, số di động cần 10" in page.text
    assert 'value="Rau sạch"' in answer.text
    assert version_of(october, huong) == 1


def test_the_second_editor_is_told_what_the_first_changed(
    staff: Staff, october: sa.Engine, huong: str
) -> None:
    mai, lan = (staff(CLERK, "MA", full_name=name) for name in ("Lò Thị Mai", "Hà Thị Lan"))
    form = {"ban": "1", "ho_ten": "Nguyễn Thị Hương"}
    mai.send(f"{HERE}/{huong}/sua", **form, dien_thoai="0987654321")

    answer = lan.send(f"{HERE}/{huong}/sua", **form, ten_tam_ma="Cô Hương")
    page = Page(answer.text)

    assert answer.status_code == 409
    assert "Lò Thị Mai, 05/11/2026 09:00: Số điện thoại từ ···100 thành ···321" in page.text
    assert 'value="Cô Hương"' in answer.text
    assert page.shortcomings() == []
    assert vendor_of(october, huong).display_name == ""
    again = fields(page, "/sua") | {"ho_ten": "Nguyễn Thị Hương", "ten_tam_ma": "Cô Hương"}
    assert lan.send(f"{HERE}/{huong}/sua", **again).status_code == 303
    assert vendor_of(october, huong).display_name == "Cô Hương"


def test_who_edits_while_a_sheet_comes_in_is_told_what_the_sheet_changed(
    staff: Staff, october: sa.Engine, huong: str
) -> None:
    mai = staff(CLERK, "MA")
    sealed = fields(Page(mai.get(f"{HERE}/{huong}").text), "/sua")
    son = staff(MANAGER, "MA", full_name="Vi Văn Sơn")
    importer = Actor(kind="staff", name=str(son.user_id))
    with writing(october) as session:
        session.execute(sa.update(Vendor).values(consented_on=None))
        sheet = sheet_of(row(stall="A01", account="", bank="", holder="", phone="0987654321"))
        import_sheet(session, sheet, sealer=SEALER, now=NOW, actor=importer, market_code="MA")

    answer = mai.send(
        f"{HERE}/{huong}/sua", **sealed, ho_ten="Nguyễn Thị Hương", ten_tam_ma="Hương"
    )
    page = Page(answer.text)

    assert answer.status_code == 409
    assert "Vi Văn Sơn, 05/11/2026 09:00: Số điện thoại từ ···100 thành ···321" in page.text
    assert "Ngày đồng ý từ trống thành 01/08/2026" in page.text
    assert page.shortcomings() == []
    assert vendor_of(october, huong).display_name == ""


def test_a_poster_with_the_old_name_stands_in_the_way_until_it_is_revoked(
    staff: Staff, october: sa.Engine, huong: str
) -> None:
    serial = _issue(october)
    clerk = staff(CLERK, "MA")
    form = {"ban": "1", "ho_ten": "Nguyễn Thị Hương", "ten_tam_ma": "Cô Hương"}

    refused = clerk.send(f"{HERE}/{huong}/sua", **form)
    assert refused.status_code == 422
    assert f"Tấm mã {serial} đang dùng in tên cũ" in Page(refused.text).text

    assert clerk.send(f"{HERE}/{huong}/sua", **form, thu_hoi="1").status_code == 303
    assert [event.subject for event in events(october, "poster_ended")] == [f"poster:{serial}"]


def _issue(engine: sa.Engine) -> str:
    """Issue the first vendor a poster and return its serial; the accounts of the world are unsealed."""
    with writing(engine) as session:
        for point in session.exec(select(AcceptancePoint).where(AcceptancePoint.vendor_id == 1)):
            point.account_sealed = SEALER.seal("0123456784821")
            point.bin, point.holder_name = "970436", "NGUYEN THI HUONG"
            session.add(point)
        issue_posters(
            session, "MA", sealer=SEALER, now=NOW, verification_key=KEY, stall_codes=["A01"]
        )
        return session.exec(select(Poster.serial)).one() or ""


def test_a_step_needs_its_reason(staff: Staff, october: sa.Engine, huong: str) -> None:
    clerk = staff(CLERK, "MA")

    refused = clerk.send(f"{HERE}/{huong}/buoc", viec="suspend", ly_do="", ghi_chu="hẹn sau")
    assert refused.status_code == 422
    assert "Chưa làm được: chưa chọn lý do" in Page(refused.text).text
    assert 'value="hẹn sau"' in refused.text

    done = clerk.send(
        f"{HERE}/{huong}/buoc", viec="suspend", ly_do="tax_concern", ghi_chu="hẹn sau"
    )
    assert done.status_code == 303
    page = Page(clerk.get(f"{HERE}/{huong}").text)
    assert "Nguyễn Thị Hương đang tạm dừng" in page.text
    assert "thành tạm dừng, Lo về thuế Hà Văn Toàn. hẹn sau" in page.text

    assert clerk.send(f"{HERE}/{huong}/buoc", viec="resume").status_code == 303
    assert vendor_of(october, huong).state is VendorState.NAME_MATCHED


@pytest.mark.parametrize("step", ["invite", "return", "test_payment", "nonsense", ""])
def test_steps_that_do_not_lead_on_are_refused_on_the_page(
    staff: Staff, october: sa.Engine, huong: str, step: str
) -> None:
    answer = staff(CLERK, "MA").send(f"{HERE}/{huong}/buoc", viec=step)

    assert answer.status_code == 422
    assert Page(answer.text).shortcomings() == []
    assert version_of(october, huong) == 1


def test_a_test_payment_says_who_saw_it(staff: Staff, october: sa.Engine, huong: str) -> None:
    helper = staff(HELPER, "MA")

    refused = helper.send(f"{HERE}/{huong}/thu-tien", so_tien="50000", ai_thay="")
    assert refused.status_code == 422
    assert "Chọn ai đã thấy tiền vào" in Page(refused.text).text
    refused = helper.send(f"{HERE}/{huong}/thu-tien", so_tien="50000", ai_thay="nguoi_ban")
    assert "từ 1.000 đến 2.000 đồng" in Page(refused.text).text

    done = helper.send(f"{HERE}/{huong}/thu-tien", so_tien="1000", ai_thay="nguoi_ban")
    assert done.status_code == 303
    assert vendor_of(october, huong).state is VendorState.TEST_PAYMENT_OK


def test_a_stall_is_taken_left_and_handed_over(
    staff: Staff, october: sa.Engine, named: dict[str, str], huong: str
) -> None:
    free_stall(october)
    clerk = staff(CLERK, "MA")

    taken = clerk.send(f"{HERE}/{huong}/nhan-gian", gian_nhan="c01", ngay_nhan="2026-11-02")
    assert taken.status_code == 303
    left = clerk.send(
        f"{HERE}/{huong}/tra-gian", gian_tra="C01", ngay_tra="2026-11-03", ly_do_tra="closed"
    )
    assert left.status_code == 303
    handed = clerk.send(
        f"{HERE}/{huong}/chuyen-gian",
        gian_chuyen="A01",
        nguoi_nhan=named["Trần Văn Bình"].lower(),
        ngay_chuyen="2026-11-05",
    )
    assert handed.status_code == 303

    page = Page(clerk.get(f"{HERE}/{named['Trần Văn Bình']}").text)
    assert "2 gian hàng đang giữ" in page.text
    assert vendor_of(october, huong).state is VendorState.EXITED
    assert Page(clerk.get(f"{HERE}/{huong}").text).shortcomings() == []


@pytest.mark.parametrize(
    ("path", "form", "told"),
    [
        ("nhan-gian", {"gian_nhan": "A02", "ngay_nhan": "2026-11-02"}, "Trần Văn Bình giữ gian"),
        ("nhan-gian", {"gian_nhan": "Z99", "ngay_nhan": "2026-11-02"}, "không có gian hàng Z99"),
        ("nhan-gian", {"gian_nhan": "", "ngay_nhan": "99/99/9999"}, "Ghi mã gian hàng"),
        ("tra-gian", {"gian_tra": "A02", "ngay_tra": "2026-11-02"}, "đang giữ"),
        ("tra-gian", {"gian_tra": "A01", "ngay_tra": "2026-12-02"}, "02/12/2026 chưa tới"),
        (
            "tra-gian",
            {"gian_tra": "A01", "ngay_tra": "2026-07-01"},
            "không thể hết ngày 01/07/2026",
        ),
        ("chuyen-gian", {"gian_chuyen": "A01", "ngay_chuyen": "2026-11-05"}, "Tìm người nhận"),
        ("gop", {"ho_so_trung": "CC000"}, "Ghi mã người bán của chợ này"),
    ],
)
def test_what_is_refused_about_stalls_and_merges_stays_on_the_page(
    staff: Staff, october: sa.Engine, huong: str, path: str, form: dict[str, str], told: str
) -> None:
    answer = staff(MANAGER, "MA").send(f"{HERE}/{huong}/{path}", **form)
    page = Page(answer.text)

    assert answer.status_code == 422
    assert told in page.text
    assert page.shortcomings() == []
    assert events(october, "stall_taken") == events(october, "stall_left") == []


def test_a_refused_hand_over_leaves_nothing_half_done(
    staff: Staff, october: sa.Engine, named: dict[str, str], huong: str
) -> None:
    with writing(october) as session:
        stall = session.exec(select(Stall).where(Stall.code == "A01", Stall.market_id == 1)).one()
        stall.state = StallState.CLOSED
        session.add(stall)

    answer = staff(CLERK, "MA").send(
        f"{HERE}/{huong}/chuyen-gian",
        gian_chuyen="A01",
        nguoi_nhan=named["Trần Văn Bình"],
        ngay_chuyen="2026-11-05",
    )

    assert answer.status_code == 422
    with reading(october) as session:
        holding = session.exec(select(StallHolding).where(StallHolding.stall_id == 1)).one()
        assert holding.to_on is None
    assert events(october, "stall_left") == []


def double(engine: sa.Engine) -> None:
    with writing(engine) as session:
        first, second = session.exec(select(Vendor).order_by(col(Vendor.id)).limit(2)).all()
        first.phone_hash = second.phone_hash = "same"
        session.add_all([first, second])


def test_doubles_are_merged_and_taken_apart_on_the_page(
    staff: Staff, october: sa.Engine, named: dict[str, str], huong: str
) -> None:
    double(october)
    manager = staff(MANAGER, "MA")
    assert "1 cặp hồ sơ có thể là một người" in Page(manager.get("/cho/MA/trung-ten").text).text
    binh = named["Trần Văn Bình"]

    merged = manager.send(f"{HERE}/{huong}/gop", ho_so_trung=binh, giu=huong, vi_sao="cùng máy")
    assert (merged.status_code, merged.headers["location"]) == (303, f"{HERE}/{huong}?da=gop")
    page = Page(manager.get(f"{HERE}/{huong}").text)
    assert "2 gian hàng đang giữ" in page.text
    old = manager.get(f"{HERE}/{binh}", follow_redirects=False)
    assert (old.status_code, old.headers["location"]) == (303, f"{HERE}/{huong}")
    assert manager.send(f"{HERE}/{binh}/buoc", viec="invite").status_code == 404

    with reading(october) as session:
        merge_id = session.exec(select(VendorMerge.id)).one()
    assert manager.send(f"{HERE}/{huong}/tach/{merge_id}").status_code == 303
    assert vendor_of(october, binh).merged_into_id is None
    assert manager.get(f"{HERE}/{binh}").status_code == 200


def test_two_records_are_compared_before_they_are_merged(
    staff: Staff, october: sa.Engine, named: dict[str, str], huong: str
) -> None:
    double(october)
    manager, binh = staff(MANAGER, "MA"), named["Trần Văn Bình"]
    listed = Page(manager.get("/cho/MA/trung-ten").text)
    (compare,) = [a["href"] for a in listed.of("a") if "/gop?" in a.get("href", "")]
    assert not [form for form in listed.of("form") if "/gop" in form.get("action", "")]

    page = Page(manager.get(compare).text)

    assert page.shortcomings() == []
    assert "Cùng số điện thoại" in page.text
    assert "Gian hàng A01 A02 Của cả hai" in page.text
    assert "Họ tên Nguyễn Thị Hương Trần Văn Bình Của hồ sơ được giữ" in page.text
    chosen = [field for field in page.of("input") if field.get("name") == "giu"]
    assert [field["value"] for field in chosen] == [huong, binh]
    assert not any("checked" in field for field in chosen)
    assert vendor_of(october, binh).merged_into_id is None


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, ["Chọn hồ sơ được giữ lại", "Ghi vì sao biết hai hồ sơ là một người"]),
        ({"vi_sao": "cùng máy"}, ["Chọn hồ sơ được giữ lại"]),
        ({"giu": "binh"}, ["Ghi vì sao biết hai hồ sơ là một người"]),
        ({"giu": "CC000000", "vi_sao": "cùng máy"}, ["Chọn hồ sơ được giữ lại"]),
        ({"giu": "binh", "vi_sao": "x" * 201}, ["tối đa 200 ký tự"]),
    ],
)
def test_a_merge_needs_the_kept_record_and_a_reason(
    staff: Staff,
    october: sa.Engine,
    named: dict[str, str],
    huong: str,
    sent: dict[str, str],
    told: list[str],
) -> None:
    binh = named["Trần Văn Bình"]
    form = {name: binh if value == "binh" else value for name, value in sent.items()}

    answer = staff(MANAGER, "MA").send(f"{HERE}/{huong}/gop", ho_so_trung=binh, **form)
    page = Page(answer.text)

    assert answer.status_code == 422
    assert all(sentence in page.text for sentence in told)
    assert page.shortcomings() == []
    assert "Hai hồ sơ cạnh nhau" in page.text
    assert vendor_of(october, binh).merged_into_id is None
    assert vendor_of(october, huong).merged_into_id is None


def test_either_record_is_kept_and_the_reason_stands_in_both_histories(
    staff: Staff, october: sa.Engine, named: dict[str, str], huong: str
) -> None:
    manager, binh = staff(MANAGER, "MA"), named["Trần Văn Bình"]

    answer = manager.send(f"{HERE}/{huong}/gop", ho_so_trung=binh, giu=binh, vi_sao="đã hỏi")

    assert answer.headers["location"] == f"{HERE}/{binh}?da=gop"
    assert vendor_of(october, huong).merged_into_id == vendor_of(october, binh).id
    assert [event.note for event in events(october, "merged")] == ["đã hỏi", "đã hỏi"]


def test_what_cannot_be_merged_is_told_before_anything_is_asked(
    staff: Staff, october: sa.Engine, named: dict[str, str], huong: str
) -> None:
    manager = staff(MANAGER, "MA")
    with writing(october) as session:
        first, second = session.exec(select(Vendor).order_by(col(Vendor.id)).limit(2)).all()
        merge_vendors(session, first, second, actor=COMMAND, now=NOW)

    for code, told in (
        (huong, "Đây là một hồ sơ"),
        (named["Trần Văn Bình"], "đã gộp vào hồ sơ khác"),
        ("CC000", "Ghi mã người bán của chợ này"),
        ("", "Ghi mã người bán của chợ này"),
    ):
        answer = manager.get(f"{HERE}/{huong}/gop?voi={code}")
        page = Page(answer.text)
        assert answer.status_code == 422
        assert told in page.text
        assert page.shortcomings() == []
        assert not [field for field in page.of("input") if field.get("name") == "giu"]


@pytest.mark.parametrize("namesakes", [0, 1])
def test_the_home_and_the_page_of_doubles_count_alike(
    staff: Staff, october: sa.Engine, named: dict[str, str], namesakes: int
) -> None:
    double(october)
    if namesakes:
        with writing(october) as session:
            for name in ("Đỗ Thị An", "Hà Văn Đạt"):
                vendor = session.exec(select(Vendor).where(Vendor.code == named[name])).one()
                vendor.full_name = "Lò Thị Mai"
                session.add(vendor)
            for stall in session.exec(select(Stall).where(Stall.market_id == 1)):
                stall.zone_id = None
                session.add(stall)
    manager = staff(MANAGER, "MA")

    page = Page(manager.get("/cho/MA/trung-ten").text)

    assert "1 cặp hồ sơ có thể là một người" in page.text
    assert ("1 cặp chỉ cùng tên, cùng khu" in page.text) == bool(namesakes)
    assert page.shortcomings() == []
    with reading(october) as session:
        assert count_doubles(session, 1) == 1


def test_a_merge_built_upon_is_told_on_the_page(
    staff: Staff, october: sa.Engine, named: dict[str, str], huong: str
) -> None:
    with writing(october) as session:
        first, second = session.exec(select(Vendor).order_by(col(Vendor.id)).limit(2)).all()
        record = merge_vendors(session, first, second, actor=COMMAND, now=NOW)
        holding = session.exec(select(StallHolding).where(StallHolding.stall_id == 2)).one()
        holding.vendor_id = 3
        session.add(holding)
        merge_id = record.id

    answer = staff(MANAGER, "MA").send(f"{HERE}/{huong}/tach/{merge_id}")

    assert answer.status_code == 422
    assert "đã đổi sau khi gộp" in Page(answer.text).text


@pytest.mark.parametrize("role", [CLERK, HELPER])
def test_merging_is_for_who_decides(
    staff: Staff, named: dict[str, str], huong: str, role: Role
) -> None:
    client = staff(role, "MA")

    answer = client.send(f"{HERE}/{huong}/gop", ho_so_trung=named["Trần Văn Bình"])

    assert answer.status_code == 403
    assert client.get(f"{HERE}/{huong}/gop?voi={named['Trần Văn Bình']}").status_code == 403
    assert "Gộp với một hồ sơ khác" not in client.get(f"{HERE}/{huong}").text


def test_an_auditor_sees_the_file_and_no_form(staff: Staff, huong: str) -> None:
    auditor = staff(Role.AUDITOR, "MA")
    page = Page(auditor.get(f"{HERE}/{huong}").text)

    assert not [form for form in page.of("form") if HERE in form.get("action", "")]
    assert auditor.send(f"{HERE}/{huong}/sua", ban="1", ho_ten="A").status_code == 403


def test_the_history_is_paged(staff: Staff, october: sa.Engine, huong: str) -> None:
    with writing(october) as session:
        session.add_all(
            RegisterEvent(
                at=NOW, market_id=1, vendor_id=1, action="code_seen", actor="staff:999",
                subject=f"code:{number}",
            )
            for number in range(30)
        )  # fmt: skip
    clerk = staff(CLERK, "MA")

    first = clerk.get(f"{HERE}/{huong}").text
    older = re.search(r'href="([^"]*truoc=\d+)', first)
    assert older is not None
    second = clerk.get(older[1]).text

    assert first.count("Thấy mã QR ở gian hàng") == 20
    assert second.count("Thấy mã QR ở gian hàng") == 10
    assert "Người dùng cũ" in first


@pytest.mark.parametrize("query", ["trang=0", "trang=x", "truoc=0"])
def test_malformed_questions_are_no_fault_of_ours(staff: Staff, huong: str, query: str) -> None:
    clerk = staff(CLERK, "MA")

    for path in (HERE, f"{HERE}/{huong}"):
        assert clerk.get(f"{path}?{query}").status_code in {200, 422}


def test_another_markets_vendor_is_not_found(staff: Staff, codes: dict[str, list[str]]) -> None:
    clerk = staff(CLERK, "MA", "LG")

    assert clerk.get(f"{HERE}/{codes['LG'][0]}").status_code == 404
    assert clerk.get(f"{API}/{codes['LG'][0]}").status_code == 404


# ---------------------------------------------------------------- the API


def test_the_api_lists_page_by_page(staff: Staff, named: dict[str, str]) -> None:
    clerk = staff(CLERK, "MA")
    found, after = [], ""
    while True:
        page = clerk.get(API, params={"limit": 10, "after": after}).json()
        found += [item["full_name"] for item in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]

    assert len(found) == len(set(found)) == 25
    assert found == sorted(found, key=sort_key)
    assert clerk.get(API, params={"after": "nonsense"}).status_code == 422
    assert [i["full_name"] for i in clerk.get(API, params={"q": "do thi an"}).json()["items"]] == [
        "Đỗ Thị An"
    ]


def test_the_api_tells_a_vendors_file_without_doubles_or_numbers(staff: Staff, huong: str) -> None:
    told = staff(HELPER, "MA").get(f"{API}/{huong}").json()

    assert (told["full_name"], told["state"], told["step_number"]) == (
        "Nguyễn Thị Hương",
        "name_matched",
        4,
    )
    assert told["missing"] == ["poster", "installed_poster"]
    assert [stage["waiting_days"] for stage in told["stages"]] == [0, 0, 0, 9, 0]
    assert [stall["stall_code"] for stall in told["holdings"]] == ["A01"]


def test_a_patch_from_an_old_version_is_told_what_changed(
    staff: Staff, october: sa.Engine, huong: str
) -> None:
    clerk = staff(CLERK, "MA")
    first = clerk.patch(f"{API}/{huong}", json={"version": 1, "phone": "0987654321"})
    assert first.status_code == 200
    assert (first.json()["version"], first.json()["phone_tail"]) == (2, "321")

    second = clerk.patch(f"{API}/{huong}", json={"version": 1, "phone": "0911222333"})

    assert second.status_code == 409
    (change,) = second.json()["changes"]
    assert (change["field"], change["old"], change["new"]) == ("phone", "···100", "···321")
    assert second.json()["type"] == "urn:cho40:problem:changed-meanwhile"
    assert vendor_of(october, huong).phone_tail == "321"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"version": 1, "full_name": ""}, 422),
        ({"version": 1, "phone": "1"}, 422),
        ({"version": 1, "id_number": "x" * 12}, 422),
        ({"version": 1, "state": "active"}, 422),
        ({"phone": "0987654321"}, 422),
        ({"version": 10**30}, 422),
    ],
)
def test_a_bad_patch_changes_nothing(
    staff: Staff, october: sa.Engine, huong: str, body: dict[str, Any], status: int
) -> None:
    assert staff(CLERK, "MA").patch(f"{API}/{huong}", json=body).status_code == status
    assert version_of(october, huong) == 1


def test_an_api_write_with_one_key_is_carried_out_once(
    staff: Staff, october: sa.Engine, huong: str
) -> None:
    free_stall(october)
    clerk = staff(CLERK, "MA")
    body = {"stall_code": "C01", "from_on": "2026-11-02", "contract_no": "HĐ 5"}

    answers = [
        clerk.post(f"{API}/{huong}/holdings", json=body, headers={"Idempotency-Key": "k1"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].headers["location"] == f"{API}/{huong}"
    assert len(events(october, "stall_taken")) == 1
    assert clerk.post(f"{API}/{huong}/holdings", json=body).status_code == 409


def test_steps_payments_stalls_and_merges_through_the_api(
    staff: Staff, october: sa.Engine, named: dict[str, str], huong: str
) -> None:
    manager, one = staff(MANAGER, "MA"), f"{API}/{huong}"
    binh = named["Trần Văn Bình"]

    refused = manager.post(f"{one}/steps", json={"step": "suspend"})
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:cho40:problem:step-refused",
    )
    paid = manager.post(f"{one}/test-payments", json={"amount_vnd": 1000, "seen_by": "vendor"})
    assert paid.json()["state"] == "test_payment_ok"
    suspended = manager.post(f"{one}/steps", json={"step": "suspend", "reason": "no_time"})
    assert suspended.json()["state"] == "suspended"
    assert manager.post(f"{one}/steps", json={"step": "resume"}).json()["state"] == "name_matched"

    handed = manager.post(
        f"{one}/holdings/a01/hand-over", json={"to_vendor": binh, "from_on": "2026-11-05"}
    )
    assert handed.status_code == 201
    assert {stall["stall_code"] for stall in handed.json()["holdings"]} == {"A01", "A02"}
    assert (
        manager.post(f"{one}/holdings/A01/end", json={"last_on": "2026-11-05"}).status_code == 409
    )
    ended = manager.post(
        f"{API}/{binh}/holdings/A02/end", json={"last_on": "2026-11-05", "reason": "moved"}
    )
    assert ended.status_code == 200

    merged = manager.post(f"{API}/{binh}/merges", json={"double": huong.lower(), "reason": "một"})
    assert merged.status_code == 201
    undone = manager.delete(merged.headers["location"])
    assert undone.status_code == 200
    assert manager.delete(merged.headers["location"]).status_code == 404

    told = manager.get(f"{one}/history", params={"limit": 3}).json()
    assert len(told["items"]) == 3
    older = manager.get(f"{one}/history", params={"limit": 3, "after": told["next"]}).json()
    assert older["items"][0]["id"] < told["items"][-1]["id"]


def test_doubles_through_the_api(staff: Staff, october: sa.Engine, named: dict[str, str]) -> None:
    double(october)

    told = staff(CLERK, "MA").get("/api/v1/markets/MA/vendor-doubles").json()

    (pair,) = told["items"]
    assert (pair["signs"], pair["weight"], told["next"]) == (["phone"], 2, None)
    assert pair["kept"]["code"] == named["Nguyễn Thị Hương"]
    assert "same" not in json.dumps(told)


# ---------------------------------------------------------------- the command line


@pytest.fixture
def run(settings: Settings, named: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run ``cho40 vendor …`` on the world's database."""
    monkeypatch.setenv("CHO40_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps([KEY]))
    monkeypatch.setenv("CHO40_HASH_KEY", KEY)
    monkeypatch.setattr("market.clock.now", lambda: NOW)
    monkeypatch.setattr("market.clock.today", lambda: date(2026, 11, 5))

    def invoke(*words: str) -> Any:
        return CliRunner().invoke(cli, ["vendor", *words])

    return invoke


def test_the_command_line_shows_and_changes_a_vendor(
    run: Any, october: sa.Engine, huong: str
) -> None:
    assert "[x] Tài khoản khớp tên" in run("show", huong.lower()).output
    assert json.loads(run("show", huong, "--json").output)["state"] == "name_matched"

    assert run("edit", huong, "--phone", "0987654321").exit_code == 0
    assert vendor_of(october, huong).phone_tail == "321"
    assert "tạm dừng" in run("step", huong, "suspend", "--reason", "no_time").output
    assert "tên tài khoản đã khớp" in run("step", huong, "resume").output
    assert "đã chuyển thử" in run("test-payment", huong).output
    assert "phone#2" in run("history", huong).output
    assert run("step", huong, "fly").exit_code == 2
    assert type(run("step", huong, "suspend").exception).__name__ == "StepRefused"


def test_the_command_line_moves_stalls_and_merges(
    run: Any, october: sa.Engine, named: dict[str, str], huong: str
) -> None:
    binh = named["Trần Văn Bình"]
    free_stall(october)
    double(october)

    assert run("take", huong, "c01", "--on", "02/11/2026").exit_code == 0
    assert "03/11/2026" in run("leave", "C01", "--market", "MA", "--on", "03/11/2026").output
    assert run("leave", "C01", "--market", "MA", "--reason", "bored").exit_code == 2
    handed = run("hand-over", "A01", "--market", "MA", "--to", binh, "--on", "05/11/2026")
    assert "Trần Văn Bình từ 05/11/2026" in handed.output
    assert "1 cặp / pairs" in run("doubles", "--market", "MA").output
    assert "Lần gộp số 1" in run("merge", binh, huong, "--reason", "cùng máy").output
    assert f"đã gộp {huong}" in run("show", huong).output
    assert run("unmerge", "1", "--market", "MA").exit_code == 0
    assert vendor_of(october, huong).merged_into_id is None
