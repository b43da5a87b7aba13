"""From the page somebody comes to, links lead to every page that is open to them: none is orphaned.

The pages are those of the table of rights: a new one without a way to it fails here.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin, urlsplit

import pytest
import sqlalchemy as sa
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from sqlmodel import col, select

from market.database import writing
from market.roles import Role
from market.security.rights import HELD_BY, Right
from market.security.routes import ROUTES
from merchants.tables import Market, Vendor, Zone
from tests.market.conftest import SignedIn, Staff, add_user
from tests.market.reading_html import Page
from tests.market.security.routes import page_routes
from tests.merchants.campaigns import campaigning
from tests.merchants.complaints import complaining

STAFF = (
    Role.ADMIN, Role.MARKET_MANAGER, Role.MARKET_CLERK, Role.FIELD_HELPER, Role.AUDITOR,
    Role.ECONOMIST,
)  # fmt: skip
SEEN_OF_EACH = 3
"""So many pages of one kind are looked at: one stall's links are like another's."""
THERE = frozenset({
    "market_code", "vendor_code", "stall_code", "team_id", "zone_id", "programme_code",
    "area_code", "user_id", "complaint_id",
})  # fmt: skip
"""Parts of an address for which this market has something; pages of one of other things are left."""
OF_SEVERAL_MARKETS = frozenset({"/cho", "/nhat-ky", "/dia-ban/{area_code}"})
"""Who has one market has these as its own pages, and an area is for who may see all of it."""


@pytest.fixture
def furnished(october: sa.Engine) -> None:
    """October with a programme, a target, a team, an area and a zone, so that their pages show."""
    with writing(october) as session:
        campaigning.programme(session, w1=["MA"])
        campaigning.target(session)
        campaigning.team(session)
        campaigning.area(session, "VAN-YEN-CU", list(session.exec(select(Market)).all()))
        session.add(Zone(market_id=1, name="Khu A"))
        one, other = session.exec(select(Vendor).order_by(col(Vendor.id)).limit(2)).all()
        one.phone_hash = other.phone_hash = "same"  # two records to compare
        session.add_all([one, other])
        complaining.complaint(session, session.exec(select(Vendor)).first())
        add_user(session, Role.FIELD_HELPER, markets=["MA"])


def html_routes() -> list[APIRoute]:
    """The pages, in the order in which addresses are tried."""
    return [
        route
        for route in page_routes()
        if "GET" in (route.methods or ()) and route.response_class is HTMLResponse
    ]


def template_of(path: str, routes: list[APIRoute]) -> str | None:
    for route in routes:
        if route.path_regex.match(path):
            return route.path
    return None


def meant_for(role: Role, routes: list[APIRoute]) -> set[str]:
    """The pages of the staff that a role may open and that this market has something to show on."""
    own = {Right.ANYONE, Right.VENDOR_ACT}
    return {
        route.path
        for route in routes
        if (right := ROUTES["GET", route.path]) not in own
        and role in HELD_BY[right]
        and set(re.findall(r"{(\w+)", route.path)) <= THERE
    }


def walked(client: SignedIn, routes: list[APIRoute]) -> tuple[set[str], list[str]]:
    """Every kind of page that links lead to from the first, and the links that lead nowhere."""
    reached: set[str] = set()
    dead: list[str] = []
    opened: defaultdict[str | None, int] = defaultdict(int)
    waiting, known = ["/"], {"/"}
    while waiting:
        address = waiting.pop(0)
        kind = template_of(urlsplit(address).path, routes)
        if kind is None or opened[kind] >= SEEN_OF_EACH:
            continue
        opened[kind] += 1
        answer = client.get(address)
        if answer.status_code != 200:
            dead.append(f"{answer.status_code} {address}")
            continue
        reached |= {kind, template_of(answer.url.path, routes) or kind}
        for link in places_linked(answer.text, str(answer.url)):
            if link not in known:
                known.add(link)
                waiting.append(link)
    return reached, dead


def places_linked(text: str, base: str) -> Iterator[str]:
    for anchor in Page(text).of("a"):
        found = urlsplit(urljoin(base, anchor.get("href", "")))
        if found.hostname == "cho.example" and "lang=" not in found.query:
            yield found._replace(scheme="", netloc="", fragment="").geturl()


@pytest.mark.parametrize("markets", [(), ("MA",)], ids=["everywhere", "one market"])
@pytest.mark.parametrize("role", STAFF)
@pytest.mark.usefixtures("furnished")
def test_links_lead_to_every_page_that_is_open_to_a_role(
    staff: Staff, role: Role, markets: Sequence[str]
) -> None:
    client = staff(role, *markets, password_hash="set")
    routes = html_routes()
    apart = OF_SEVERAL_MARKETS if markets else frozenset()

    reached, dead = walked(client, routes)

    assert dead == []
    assert sorted(meant_for(role, routes) - reached - apart) == []


def test_from_the_list_of_other_pages_there_is_a_way_to_the_privacy_requests(
    staff: Staff,
) -> None:
    answer = staff(Role.AUDITOR, "MA").get("/cho/MA/khac")

    offered = set(places_linked(answer.text, str(answer.url)))

    assert "/cho/MA/quyen-rieng-tu" in offered
