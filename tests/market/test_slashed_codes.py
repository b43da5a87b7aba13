"""A stall called “K1/A-05”: every page and every answer about it is at an address of its own."""

import re
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from fastapi.routing import APIRoute
from sqlmodel import select

from market.api import api_routers
from market.database import reading, writing
from market.pages import page_routers
from market.roles import Role
from merchants.tables import DisplayedCode, Stall, StallHolding
from tests.market.conftest import SignedIn, Staff
from tests.market.reading_html import Page
from tests.market.security.routes import address_of, routes_of
from tests.qr.payloads import payload

SLASHED, PLAIN = "K1/A-05", "A02"
VENDOR = "CC222223Z"


@pytest.fixture
def slashed(october: sa.Engine) -> None:
    """The first stall of chợ Mậu A is called ``SLASHED``; a code of its vendor hangs there."""
    with writing(october) as session:
        stall = session.exec(select(Stall).where(Stall.market_id == 1, Stall.code == "A01")).one()
        stall.code = SLASHED
        session.add(stall)


def about_a_stall() -> list[APIRoute]:
    """All routes about one stall."""
    routers = [*page_routers(), *api_routers()]
    routes = [route for router in routers for route in routes_of(router)]
    return [route for route in routes if "{stall_code" in route.path]


def test_every_route_about_a_stall_takes_a_slash() -> None:
    assert len(about_a_stall()) > 10
    assert [route.path for route in about_a_stall() if "{stall_code:path}" not in route.path] == []


@pytest.mark.usefixtures("slashed")
@pytest.mark.parametrize("written", [SLASHED, quote(SLASHED, safe="")])
@pytest.mark.parametrize(
    "template",
    sorted({
        route.path
        for route in about_a_stall()
        if "GET" in (route.methods or ()) and "code_id" not in route.path
    }),
)  # fmt: skip
def test_every_page_and_answer_about_it_is_reached(
    staff: Staff, template: str, written: str
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    address = address_of(template, stall_code=written)

    answer = manager.get(address)

    assert answer.status_code == 200, address
    assert SLASHED in answer.text
    other = manager.get(address_of(template, stall_code=PLAIN))
    assert SLASHED not in other.text.partition("<h1")[2].partition("</h1>")[0]


@pytest.mark.usefixtures("slashed")
def test_a_code_hanging_there_is_added_shown_and_taken_down(
    staff: Staff, october: sa.Engine
) -> None:
    manager: SignedIn = staff(Role.MARKET_MANAGER, "MA")
    here = f"/cho/MA/gian-hang/{SLASHED}/ma-qr"
    api = f"/api/v1/markets/MA/stalls/{SLASHED}/displayed-codes"

    added = manager.post(api, json={"payload": payload()})
    number = added.json()["id"]
    shown = manager.get(f"{api}/{number}")
    gone = manager.send(f"{here}/{number}/go")

    assert (added.status_code, shown.status_code, gone.status_code) == (201, 200, 303)
    assert gone.headers["location"].startswith(here)
    with reading(october) as session:
        assert session.exec(select(DisplayedCode)).one().ended_on is not None


@pytest.mark.usefixtures("slashed")
def test_it_is_left_and_handed_over_through_the_api(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    holdings = f"/api/v1/markets/MA/vendors/{VENDOR}/holdings/{SLASHED}"

    left = manager.post(f"{holdings}/end", json={"last_on": "2026-11-04"})

    assert left.status_code == 200, left.text
    with reading(october) as session:
        query = select(StallHolding).join(Stall).where(Stall.code == SLASHED)
        assert session.exec(query).one().to_on is not None


@pytest.mark.usefixtures("slashed")
def test_the_vendors_file_leads_to_it(staff: Staff) -> None:
    page = Page(staff(Role.MARKET_MANAGER, "MA").get(f"/cho/MA/nguoi-ban/{VENDOR}").text)

    links = {each["href"] for each in page.of("a") if "href" in each}

    assert {f"/cho/MA/gian-hang/{SLASHED}", f"/cho/MA/gian-hang/{SLASHED}/ma-qr"} <= links


@pytest.mark.usefixtures("slashed")
def test_a_stall_called_otherwise_is_not_found(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    for code in ("K1", "A-05", "K1/A-05/", "K1//A-05", "ma-qr", re.escape("K1/../A02")):
        assert manager.get(f"/cho/MA/gian-hang/{quote(code)}").status_code == 404
