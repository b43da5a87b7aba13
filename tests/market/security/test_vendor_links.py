"""Handing a vendor their link: shown once, in the forms it is handed over in."""

import re

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading
from market.roles import Role
from market.tables import AccessLink
from merchants.tables import RegisterEvent
from tests.market.conftest import Reader, Staff
from tests.market.reading_html import Page
from tests.market.security.test_helper_logins import scan

HERE = "/cho/MA/nguoi-ban/CC222223Z/duong-dan"


def address_in(text: str) -> str:
    found = re.search(r"https://cho\.example(/vao/[\w.\-]+)", text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("role", [Role.MARKET_MANAGER, Role.MARKET_CLERK, Role.FIELD_HELPER])
def test_a_link_is_handed_over_as_a_message_a_symbol_and_a_slip(
    staff: Staff, reader: Reader, role: Role
) -> None:
    shown = staff(role, "MA").send(HERE, han="90", once="a")

    path = address_in(shown.text)
    picture = re.search(r'<svg viewBox="[^"]*" class="qr">.*?</svg>', shown.text)
    assert picture is not None
    assert scan(picture[0]) == f"https://cho.example{path}"
    page = Page(shown.text)
    assert "Cô/bác Rau sạch cô Hương mở trang tiền vào của mình ở đây" in page.text
    assert "Gian hàng A01, Chợ trung tâm Mậu A" in page.text
    assert page.shortcomings() == []
    assert shown.headers["cache-control"] == "no-store"
    vendor = reader()
    assert vendor.get(path, follow_redirects=False).headers["location"] == "/nguoi-ban/CC222223Z"
    assert vendor.get("/nguoi-ban/CC222223Z").status_code == 200


def test_sending_the_form_again_issues_no_second_link(staff: Staff, october: sa.Engine) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")

    first, second = (clerk.send(HERE, han="90", once="a") for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 303)
    with reading(october) as session:
        assert len(session.exec(select(AccessLink)).all()) == 1


def test_the_page_lists_what_holds_without_the_address(staff: Staff, reader: Reader) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    path = address_in(clerk.send(HERE, han="90", once="a").text)
    before = Page(clerk.get(HERE).text)
    reader().get(path)

    after = clerk.get(HERE).text

    assert "1 đường dẫn riêng đang dùng được" in before.text
    assert "chưa mở" in before.text
    assert "mở lần cuối 05/11/2026 09:00" in Page(after).text
    assert path not in after
    assert before.shortcomings() == []


def test_revoking_closes_the_vendors_pages_and_stands_in_the_history(
    staff: Staff, reader: Reader, october: sa.Engine
) -> None:
    clerk, vendor = staff(Role.MARKET_CLERK, "MA"), reader()
    path = address_in(clerk.send(HERE, han="90", once="a").text)
    vendor.get(path, follow_redirects=False)

    assert clerk.send(f"{HERE}/thu-hoi").status_code == 303
    assert clerk.send(f"{HERE}/thu-hoi").status_code == 303

    assert vendor.get("/nguoi-ban/CC222223Z").status_code == 403
    assert vendor.get(path).status_code == 403
    with reading(october) as session:
        told = session.exec(
            select(RegisterEvent.action, RegisterEvent.actor, RegisterEvent.vendor_id)
        ).all()
    actor = f"staff:{clerk.user_id}"
    assert told == [("link_issued", actor, 1), ("link_revoked", actor, 1)]


def test_a_new_link_takes_the_place_of_the_old_ones_when_asked(
    staff: Staff, reader: Reader
) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    first = address_in(clerk.send(HERE, han="90", once="a").text)
    second = address_in(clerk.send(HERE, han="90", once="b").text)
    third = address_in(clerk.send(HERE, han="30", once="c", thay="1").text)

    statuses = [
        reader().get(path, follow_redirects=False).status_code for path in (first, second, third)
    ]

    assert statuses == [403, 403, 303]


@pytest.mark.parametrize("han", ["", "7", "x", "-90", "90000"])
def test_a_time_that_was_not_offered_is_refused(staff: Staff, october: sa.Engine, han: str) -> None:
    answer = staff(Role.MARKET_CLERK, "MA").send(HERE, han=han)

    assert answer.status_code == 422
    assert Page(answer.text).shortcomings() == []
    with reading(october) as session:
        assert session.exec(select(AccessLink)).all() == []


def test_links_through_the_api(staff: Staff, reader: Reader) -> None:
    clerk, here = staff(Role.MARKET_CLERK, "MA"), "/api/v1/vendors/CC222223Z/links"

    made = clerk.post(here, json={"days": 7}, headers={"Idempotency-Key": "k"})
    again = clerk.post(here, json={"days": 7}, headers={"Idempotency-Key": "k"})
    listed = clerk.get(here).json()["items"]
    path = made.json()["url"].removeprefix("https://cho.example")
    opened = reader().get(path, follow_redirects=False).status_code
    ended = clerk.delete(here).status_code

    assert (made.status_code, again.json()) == (201, {"url": None})
    assert len(listed) == 1
    assert (opened, ended) == (303, 204)
    assert clerk.get(here).json() == {"items": [], "next": None}
