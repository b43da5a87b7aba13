"""Forms count only from our own pages, in the browser they were given to."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading
from market.roles import Role
from market.security.csrf import FORM_COOKIE
from market.security.routes import ROUTES
from market.security.scope import SAFE_METHODS
from market.tables import UserAccount
from tests.market.conftest import Reader, Staff
from tests.market.reading_html import Page
from tests.market.security.conftest import Open
from tests.market.security.routes import address_of, routes_of

TOLD = "Chưa ghi gì, xin gửi lại"
NAME = "/tai-khoan/ten"


def name_of(engine: sa.Engine, user_id: int) -> str:
    with reading(engine) as session:
        return session.exec(select(UserAccount.full_name).where(UserAccount.id == user_id)).one()


def test_the_token_of_the_page_is_taken(staff: Staff, october: sa.Engine) -> None:
    client = staff(Role.MARKET_CLERK, "MA")

    assert client.send(NAME, ten="Trần Thị Mai").status_code == 303
    assert name_of(october, client.user_id) == "Trần Thị Mai"


@pytest.mark.parametrize("csrf", [None, "", "x", "0" * 64, "ệ", "\udce9"])
def test_a_form_without_the_token_does_nothing(
    staff: Staff, october: sa.Engine, csrf: str | None
) -> None:
    client = staff(Role.MARKET_CLERK, "MA")
    fields = {"ten": "Trần Thị Mai"} | ({} if csrf is None else {"csrf": csrf})

    body = "&".join(f"{name}={_quoted(value)}" for name, value in fields.items())
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post(NAME, content=body, headers=headers)

    assert answer.status_code == 403
    assert TOLD in answer.text
    assert name_of(october, client.user_id) != "Trần Thị Mai"


def _quoted(value: str) -> str:
    from urllib.parse import quote

    return quote(value.encode("utf-8", "surrogateescape"))


def test_the_token_of_another_session_is_refused(staff: Staff, october: sa.Engine) -> None:
    own, other = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_CLERK, "MA")

    answer = own.post(NAME, data={"csrf": other.csrf, "ten": "Trần Thị Mai"})

    assert answer.status_code == 403
    assert name_of(october, own.user_id) != "Trần Thị Mai"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://cho.example"}, 303),
        ({"Origin": "https://cho.example", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://cho.example.evil.example"}, 403),
        ({"Origin": "https://evil.example/cho.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://cho.example", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_form_from_a_foreign_page_is_refused_even_with_the_token(
    staff: Staff, headers: dict[str, str], status: int
) -> None:
    client = staff(Role.MARKET_CLERK, "MA")

    answer = client.post(
        NAME, data={"csrf": client.csrf, "ten": "Mai"}, headers=headers, follow_redirects=False
    )

    assert answer.status_code == status


def test_a_strangers_form_is_compared_with_the_cookie_of_its_own_browser(browser: Open) -> None:
    own, other = browser(), browser()
    token = next(
        field["value"]
        for field in Page(own.get("/dang-nhap").text).of("input")
        if field["name"] == "csrf"
    )
    other.get("/dang-nhap")
    fields = {"csrf": token, "tk": "a@b.vn", "mk": "x"}

    assert own.post("/dang-nhap", data=fields).status_code == 422
    assert other.post("/dang-nhap", data=fields).status_code == 403
    own.cookies.clear()
    assert own.post("/dang-nhap", data=fields).status_code == 403


def test_the_form_cookie_is_given_once_and_only_where_there_is_a_form(browser: Open) -> None:
    client = browser()

    assert "set-cookie" not in client.get("/").headers
    cookie = client.get("/dang-nhap").headers["set-cookie"]
    assert cookie.startswith(f"{FORM_COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "set-cookie" not in client.get("/dang-nhap").headers


@pytest.mark.parametrize("sent", [None, "", "wrong"])
def test_a_write_to_the_api_with_the_cookie_needs_the_token_as_a_header(
    staff: Staff, sent: str | None
) -> None:
    client = staff(Role.MARKET_CLERK, "MA")
    plain = super(type(client), client)
    headers = {} if sent is None else {"X-CSRF-Token": sent}

    refused = plain.request("POST", "/api/v1/tokens", json={"name": "máy"}, headers=headers)
    taken = client.post("/api/v1/tokens", json={"name": "máy"})

    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:cho40:problem:csrf-refused"
    assert taken.status_code == 201


def test_a_write_with_an_api_token_needs_none(staff: Staff, reader: Reader) -> None:
    token = staff(Role.MARKET_CLERK, "MA").post("/api/v1/tokens", json={"name": "máy"}).json()
    machine = reader()

    answer = machine.post(
        "/api/v1/tokens",
        json={"name": "máy khác"},
        headers={"Authorization": f"Bearer {token['token']}", "Origin": "https://else.example"},
    )

    assert answer.status_code == 201


CHANGING = [
    (method, template)
    for method, template in ROUTES
    if method not in SAFE_METHODS and not template.startswith("/hooks/")
]


def test_every_route_that_changes_something_refuses_a_form_without_the_token(
    staff: Staff, reader: Reader, codes: dict[str, list[str]]
) -> None:
    admin, vendor = staff(Role.ADMIN), reader(Role.VENDOR, codes["MA"][0])
    plain: Callable[..., object] = super(type(admin), admin).request

    there = {(m, r.path) for r in routes_of(admin.app) for m in r.methods}
    open_doors = {}
    for method, template in there & set(CHANGING):
        address = address_of(template, vendor_code=codes["MA"][0])
        for send in (plain, vendor.request):
            status = send(method, address, follow_redirects=False).status_code  # type: ignore[attr-defined]
            if status != 403:
                open_doors[method, template] = status

    assert open_doors == {}
