"""Every route against every reader: what is not granted is closed."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from market.app import create_app
from market.security.links import Role
from market.security.scope import ROUTES, Access
from market.settings import Settings
from tests.market.conftest import Reader

READERS = {
    "stranger": (None, ""),
    "vendor": (Role.VENDOR, "own vendor"),
    "other vendor": (Role.VENDOR, "other vendor"),
    "vendor elsewhere": (Role.VENDOR, "LG vendor"),
    "market": (Role.MARKET, "MA"),
    "other market": (Role.MARKET, "LG"),
    "economist": (Role.ECONOMIST, "*"),
}
VENDOR_PAGES = {"vendor", "market"}
MARKET_PAGES = {"market"}
MARKET_FIGURES = {"market", "economist"}
ALL_FIGURES = {"economist"}
OPENED_BY = {
    "/nguoi-ban/{vendor_code}": VENDOR_PAGES,
    "/nguoi-ban/{vendor_code}/bang-ma.{kind}": VENDOR_PAGES,
    "/api/v1/vendors/{vendor_code}/days/{on}": VENDOR_PAGES,
    "/api/v1/vendors/{vendor_code}/days/{on}.csv": VENDOR_PAGES,
    "/cho/{market_code}": MARKET_PAGES,
    "/api/v1/markets/{market_code}/days/{on}": MARKET_PAGES,
    "/api/v1/markets/{market_code}/days/{on}.csv": MARKET_PAGES,
    "/muc-do-dung": ALL_FIGURES,
    "/muc-do-dung?cho=MA": MARKET_FIGURES,
    "/muc-do-dung?cho=LG&cho=MA": MARKET_FIGURES,
    "/muc-do-dung?cho=MA&cho=LG": {"other market", "economist"},
    "/api/v1/markets/{market_code}/adoption/{month}": MARKET_FIGURES,
    "/api/v1/markets/{market_code}/adoption/{month}.csv": MARKET_FIGURES,
    "/api/v1/adoption/{month}": ALL_FIGURES,
    "/api/v1/adoption/{month}.csv": ALL_FIGURES,
}


def routes_of(holder: Any) -> Iterator[APIRoute]:
    """Yield the routes of an application or router, those of included routers too."""
    for route in holder.routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from routes_of(route.original_router)


def test_every_route_is_listed_and_every_listed_route_exists(settings: Settings) -> None:
    paths = {route.path for route in routes_of(create_app(settings))}

    assert paths == set(ROUTES)


def test_every_closed_route_is_in_the_table_of_this_test() -> None:
    closed = {path for path, access in ROUTES.items() if access is not Access.ANYONE}

    assert closed == {path.partition("?")[0] for path in OPENED_BY}


@pytest.mark.parametrize("path", OPENED_BY)
def test_a_route_opens_to_its_readers_and_to_nobody_else(
    reader: Reader, codes: dict[str, list[str]], path: str
) -> None:
    scopes = {"own vendor": codes["MA"][0], "other vendor": codes["MA"][1]}
    scopes["LG vendor"] = codes["LG"][0]
    address = path.format(
        vendor_code=codes["MA"][0],
        market_code="MA",
        on="2026-10-12",
        month="2026-10",
        kind="pdf",
    )

    opened_to = set()
    for name, (role, scope) in READERS.items():
        status = reader(role, scopes.get(scope, scope)).get(address).status_code
        # No poster is issued in this register: "none" is said only to those who may ask.
        assert status in {200, 403} or (status == 404 and "bang-ma" in path)
        if status != 403:
            opened_to.add(name)

    assert opened_to == OPENED_BY[path]


@pytest.mark.parametrize("code", ["CC0000000", "cc222223z", "", "%00"])
def test_a_vendor_who_does_not_exist_is_told_to_nobody(reader: Reader, code: str) -> None:
    for role, scope in (READERS["market"], READERS["economist"]):
        assert reader(role, scope).get(f"/nguoi-ban/{code}").status_code in {403, 404}
    assert reader().get(f"/nguoi-ban/{code}").status_code in {403, 404}


def test_a_route_nobody_listed_is_closed(settings: Settings) -> None:
    from starlette.testclient import TestClient

    app = create_app(settings)
    app.get("/quen")(lambda: "secret")

    answer = TestClient(app).get("/quen")

    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_a_broken_cookie_does_not_close_what_is_open_to_anyone(reader: Reader) -> None:
    client = reader()
    client.cookies.set("cho40", "broken")

    assert client.get("/").status_code == 200
    assert client.get("/cho/MA").status_code == 404


def test_machines_may_carry_the_link_as_bearer(reader: Reader, settings: Settings) -> None:
    from datetime import timedelta

    from market.security.links import Carrier, Grant, write_grant
    from tests.market.conftest import KEY, NOW

    grant = Grant(role=Role.ECONOMIST, scope="*", until_at=NOW + timedelta(days=1))
    token = write_grant(grant, Carrier.LINK, secret_keys=[KEY])

    client = reader()
    granted = client.get("/api/v1/adoption/2026-10", headers={"Authorization": f"Bearer {token}"})
    refused = client.get("/api/v1/adoption/2026-10", headers={"Authorization": "Bearer x"})

    assert (granted.status_code, refused.status_code) == (200, 404)
