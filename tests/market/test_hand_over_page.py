"""A stall that changes hands: the taker is found by whatever is known of them, or written anew."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from market.database import reading
from market.roles import Role
from merchants.tables import StallHolding, Vendor
from tests.market.conftest import SignedIn, Staff
from tests.market.reading_html import Page
from tests.market.test_vendor_file import huong, named

__all__ = ["huong", "named"]
TODAY = "2026-11-05"


@pytest.fixture
def here(huong: str) -> str:
    return f"/cho/MA/nguoi-ban/{huong}"


@pytest.fixture
def clerk(staff: Staff) -> SignedIn:
    return staff(Role.MARKET_CLERK, "MA")


def holder(engine: sa.Engine, stall_id: int = 1) -> Vendor:
    with reading(engine) as session:
        query = (
            select(Vendor)
            .join(StallHolding, col(StallHolding.vendor_id) == Vendor.id)
            .where(StallHolding.stall_id == stall_id, col(StallHolding.to_on).is_(None))
        )
        found = session.exec(query).one()
        session.expunge(found)
        return found


def hand(client: SignedIn, here: str, **fields: Any) -> Any:
    told = {"gian_chuyen": "A01", "ngay_chuyen": TODAY} | fields
    return client.send(f"{here}/chuyen-gian", **told)


def radios(page: Page) -> list[str]:
    return [each["value"] for each in page.of("input") if each.get("name") == "chon_nguoi"]


def test_the_way_from_elsewhere_opens_the_form(clerk: SignedIn, here: str) -> None:
    page = Page(clerk.get(f"{here}?mo=chuyen").text)

    (form,) = [each for each in page.of("details") if each.get("id") == "chuyen-gian"]
    assert "open" in form
    assert page.shortcomings() == []


@pytest.mark.parametrize("asked", ["Trần Văn Bình", "tran van binh", "A02", "101"])
def test_people_are_found_by_whatever_is_known_and_chosen(
    clerk: SignedIn, october: sa.Engine, named: dict[str, str], here: str, asked: str
) -> None:
    found = hand(clerk, here, nguoi_nhan=asked, tim="1")
    page = Page(found.text)
    assert (found.status_code, page.shortcomings()) == (200, [])
    code = named["Trần Văn Bình"]
    assert code in radios(page)
    assert holder(october).full_name == "Nguyễn Thị Hương"

    unsure = hand(clerk, here, nguoi_nhan=asked)
    assert unsure.status_code == 422
    assert "Chọn người nhận trong danh sách dưới đây" in Page(unsure.text).text

    assert hand(clerk, here, nguoi_nhan=asked, chon_nguoi=code).status_code == 303
    assert holder(october).code == code


def test_a_new_person_is_written_in_the_same_form(
    clerk: SignedIn, october: sa.Engine, here: str
) -> None:
    none = hand(clerk, here, nguoi_nhan="Lò Văn Páo")
    assert "Chợ chưa có ai khớp “Lò Văn Páo”: ghi người mới ở dưới" in Page(none.text).text

    answer = hand(clerk, here, ten_moi="Lò Văn Páo", dt_moi="0987 654 321", once="n1")
    again = hand(clerk, here, ten_moi="Lò Văn Páo", dt_moi="0987 654 321", once="n1")

    assert (answer.status_code, again.status_code) == (303, 303)
    taker = holder(october)
    assert (taker.full_name, taker.phone_tail) == ("Lò Văn Páo", "321")
    with reading(october) as session:
        assert len(session.exec(select(Vendor).where(Vendor.full_name == "Lò Văn Páo")).all()) == 1


def test_a_new_person_with_a_known_phone_is_asked_about(
    clerk: SignedIn, october: sa.Engine, named: dict[str, str], here: str
) -> None:
    other = f"/cho/MA/nguoi-ban/{named['Trần Văn Bình']}"
    clerk.send(f"{other}/sua", ban="1", ho_ten="Trần Văn Bình", dien_thoai="0987654321")

    asked = hand(clerk, here, ten_moi="Lò Thị Páo", dt_moi="0987654321")
    page = Page(asked.text)
    assert (asked.status_code, page.shortcomings()) == (422, [])
    assert "Số này đang ghi cho Trần Văn Bình" in page.text

    shared = hand(clerk, here, ten_moi="Lò Thị Páo", dt_moi="0987654321", chung_so="1", once="s")
    assert shared.status_code == 303
    assert holder(october).full_name == "Lò Thị Páo"


def test_the_wrong_person_of_today_is_replaced_today(
    clerk: SignedIn, october: sa.Engine, named: dict[str, str], here: str
) -> None:
    hand(clerk, here, ten_moi="Lò Văn Páo", once="w1")
    wrong = f"/cho/MA/nguoi-ban/{holder(october).code}"

    answer = hand(clerk, wrong, chon_nguoi=named["Trần Văn Bình"], once="w2")

    assert answer.status_code == 303, Page(answer.text).text
    assert holder(october).full_name == "Trần Văn Bình"
    told = Page(clerk.get(wrong).text).text
    assert "thay người ghi trong cùng ngày" in told.lower()
    assert "đã thôi, không giữ gian hàng" in told


def test_nothing_is_registered_when_the_hand_over_is_refused(
    clerk: SignedIn, october: sa.Engine, here: str
) -> None:
    answer = hand(clerk, here, ten_moi="Lò Văn Páo", ngay_chuyen="2026-12-31")

    assert answer.status_code == 422
    with reading(october) as session:
        assert session.exec(select(Vendor).where(Vendor.full_name == "Lò Văn Páo")).all() == []
