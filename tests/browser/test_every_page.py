"""Every page there is, on a phone and on a desk, by day and by night, read by axe-core.

The pages are those of the table of rights: a new one is looked at without anybody adding it here.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import urlencode

import pytest
from fastapi.responses import HTMLResponse
from sqlmodel import Session, select

from market.database import reading
from market.roles import Role
from market.security.rights import HELD_BY, Right
from market.security.routes import ROUTES
from merchants.tables import Market, Poster, Programme, Stall
from tests.browser.conftest import DESK, MARKET, PHONE, OpenPage, Site
from tests.browser.looking import faults_of
from tests.market.security.routes import page_routes

pytestmark = pytest.mark.xdist_group("browser")

LOOKERS = (Role.MARKET_MANAGER, Role.ADMIN, Role.ECONOMIST, Role.VENDOR)
"""The first of them who may open a page looks at it."""


LOOKS: Mapping[str, Sequence[tuple[int, Literal["light", "dark"]]]] = {
    "vi": [(PHONE, "light"), (DESK, "dark")],
    "en": [(PHONE, "dark"), (DESK, "light")],
}


def looker_of(right: Right) -> Role | None:
    """Return who looks at pages of a right; ``None`` = a stranger."""
    if right is Right.ANYONE:
        return None
    if right is Right.READ_ADOPTION:
        return Role.ECONOMIST  # a manager opens it for one market, named behind the address
    return next(role for role in LOOKERS if role in HELD_BY[right])


KNOWN = ("market_code", "vendor_code", "stall_code", "serial")
"""Parts of an address the story has something for; pages of one of many things have own stories."""


ABOUT_A_PROGRAMME = frozenset({"/cho/{market_code}/bang-4g/sua"})


def pages() -> list[str]:
    """Return the addresses of all pages that ``KNOWN`` is enough for, files left out."""
    shown = {
        route.path
        for route in page_routes()
        if "GET" in route.methods and route.response_class is HTMLResponse
    }
    return sorted(path for path in shown if set(re.findall(r"{(\w+)", path)) <= set(KNOWN))


def values_for(site: Site, session: Session) -> Mapping[str, object]:
    """Return what stands in for the parts of an address: things that the story has."""
    stall = session.exec(
        select(Stall.code).join(Market).where(Market.code == MARKET).order_by(Stall.code)
    ).first()
    return {
        "market_code": MARKET,
        "vendor_code": site.a_vendor(),
        "stall_code": stall,
        "programme": session.exec(select(Programme.code)).first(),
        "serial": session.exec(select(Poster.serial).order_by(Poster.id)).first(),
    }


@pytest.mark.parametrize("path", pages())
def test_a_page_bears_looking_at(shared_site: Site, people: OpenPage, path: str) -> None:
    role = looker_of(ROUTES["GET", path])
    with reading(shared_site.engine) as session:
        values = values_for(shared_site, session)
    address = path.replace(":path}", "}").format(**values)
    asked = {"ct": values["programme"]} if path in ABOUT_A_PROGRAMME else {}
    if role is Role.VENDOR:
        page = people(shared_site, script=True)
        page.goto(shared_site.link_to(str(values["vendor_code"])))
    else:
        page = people(shared_site, shared_site.token_of(role) if role else "", script=True)

    faults = []
    for language in ("vi", "en"):
        answer = page.goto(f"{address}?{urlencode({'lang': language, **asked})}")
        assert answer is not None
        assert answer.status == 200, address
        for width, scheme in LOOKS[language]:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            found = faults_of(page, taps=width == PHONE)
            faults += [f"{language}, {width} px, {scheme}: {fault}" for fault in found]
    assert faults == []
