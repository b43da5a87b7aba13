"""One's own account: the name, the password, the browsers, the tokens."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.roles import Role
from market.security.sessions import start_session
from market.tables import ApiToken, UserAccount, UserSession
from tests.market.conftest import NOW, Reader, Staff
from tests.market.reading_html import Page
from tests.market.security.conftest import PASSWORD, Clock, Open

LOGIN = "toan@cho.example"
NEW = "một mật khẩu khác"
CHANGE = "/tai-khoan/mat-khau"


@pytest.fixture
def manager(with_password: Callable[..., UserAccount]) -> UserAccount:
    return with_password(Role.MARKET_MANAGER, "MA", login=LOGIN)


@pytest.mark.usefixtures("manager")
def test_a_changed_password_signs_the_other_browsers_out(browser: Open) -> None:
    own, other = browser(), browser()
    own.sign_in(LOGIN)
    other.sign_in(LOGIN)

    own.fill_in(CHANGE, cu=PASSWORD, moi=NEW, lai=NEW)

    assert own.get("/tai-khoan", follow_redirects=False).status_code == 200
    assert other.get("/tai-khoan", follow_redirects=False).status_code == 303
    assert browser().sign_in(LOGIN).status_code == 422
    assert browser().sign_in(LOGIN, NEW).status_code == 303


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"cu": "sai rồi sai rồi", "moi": NEW, "lai": NEW}, "Mật khẩu đang dùng chưa đúng."),
        ({"cu": PASSWORD, "moi": NEW, "lai": "khác nữa"}, "chưa giống nhau"),
        ({"cu": PASSWORD, "moi": "ngắn", "lai": "ngắn"}, "mới có 4"),
        ({"cu": PASSWORD, "moi": PASSWORD, "lai": PASSWORD}, "phải khác"),
    ],
)
def test_a_password_that_is_not_changed_says_why_and_repeats_nothing(
    browser: Open, fields: dict[str, str], told: str
) -> None:
    client = browser()
    client.sign_in(LOGIN)

    answer = client.fill_in(CHANGE, **fields)

    page = Page(answer.text)
    assert answer.status_code == 422
    assert told in page.text
    assert not {i.get("value") for i in page.of("input") if i.get("type") == "password"} - {""}
    assert page.shortcomings() == []
    assert browser().sign_in(LOGIN).status_code == 303


def test_the_page_lists_the_browsers_and_closes_another(staff: Staff, october: sa.Engine) -> None:
    client = staff(Role.MARKET_CLERK, "MA")
    with writing(october) as session:
        user = session.exec(select(UserAccount)).one()
        start_session(session, now=NOW, user=user)
        number = session.exec(select(UserSession.id).order_by(UserSession.id.desc())).first()

    page = Page(client.get("/tai-khoan").text)
    closed = client.send(f"/tai-khoan/may/{number}/dong")

    assert "2 máy đang đăng nhập" in page.text
    assert page.shortcomings() == []
    assert closed.status_code == 303
    assert "1 máy đang đăng nhập" in Page(client.get("/tai-khoan").text).text


def test_nobody_closes_anybody_elses_browser_or_token(staff: Staff, october: sa.Engine) -> None:
    own, other = staff(Role.MARKET_CLERK, "MA"), staff(Role.ADMIN)
    token = other.post("/api/v1/tokens", json={"name": "máy"}).json()["id"]
    with reading(october) as session:
        number = session.exec(
            select(UserSession.id).where(UserSession.user_id == other.user_id)
        ).one()

    assert own.send(f"/tai-khoan/may/{number}/dong").status_code == 404
    assert own.send(f"/tai-khoan/ma-api/{token}/thu-hoi").status_code == 404
    assert own.delete(f"/api/v1/tokens/{token}").status_code == 404
    assert other.get("/tai-khoan").status_code == 200


@pytest.mark.parametrize("path", ["/tai-khoan/may/0/dong", f"/tai-khoan/may/{2**40}/dong"])
def test_numbers_no_database_holds_are_malformed(staff: Staff, path: str) -> None:
    assert staff(Role.MARKET_CLERK, "MA").send(path).status_code == 422


def test_a_token_is_shown_once_opens_the_api_and_can_be_revoked(
    staff: Staff, reader: Reader, october: sa.Engine
) -> None:
    client = staff(Role.MARKET_CLERK, "MA")

    shown = client.send("/tai-khoan/ma-api", may="Báo cáo tháng", han="30", once="a")
    found = re.search(r"<code>(cho40_[^<]+)</code>", shown.text)
    assert found is not None
    token = found[1]
    machine = {"Authorization": f"Bearer {token}"}
    opened = reader().get("/api/v1/markets/MA/days/2026-10-03", headers=machine)
    elsewhere = reader().get("/api/v1/markets/LG/days/2026-10-03", headers=machine)
    as_page = reader().get("/cho/MA", headers=machine, follow_redirects=False)
    listed = client.get("/tai-khoan").text
    with reading(october) as session:
        number = session.exec(select(ApiToken.id)).one()
    client.send(f"/tai-khoan/ma-api/{number}/thu-hoi")
    closed = reader().get("/api/v1/markets/MA/days/2026-10-03", headers=machine)

    assert shown.headers["cache-control"] == "no-store"
    assert (opened.status_code, elsewhere.status_code, as_page.status_code) == (200, 403, 303)
    assert token not in listed
    assert token[-4:] in listed
    assert closed.status_code == 401
    assert closed.headers["www-authenticate"] == "Bearer"
    assert closed.json()["type"] == "urn:cho40:problem:token-refused"


def test_a_token_ends_at_its_time_and_its_use_is_noted(
    browser: Open, staff: Staff, clock: Clock, october: sa.Engine
) -> None:
    made = staff(Role.MARKET_CLERK, "MA").post("/api/v1/tokens", json={"name": "m", "days": 2})
    machine = {"Authorization": f"Bearer {made.json()['token']}"}
    client = browser()

    clock.advance(hours=47)
    opened = client.get("/api/v1/me", headers=machine).status_code
    with reading(october) as session:
        used_at = session.exec(select(ApiToken.last_used_at)).one()
    clock.advance(hours=1)
    closed = client.get("/api/v1/me", headers=machine).status_code

    assert (opened, closed) == (200, 401)
    assert used_at == clock.at.replace(hour=1)


@pytest.mark.parametrize(
    "fields", [{"may": "", "han": "30"}, {"may": "x" * 61, "han": "30"}, {"may": "m", "han": "9"}]
)
def test_a_token_without_a_name_or_of_another_age_is_not_made(
    staff: Staff, october: sa.Engine, fields: dict[str, str]
) -> None:
    answer = staff(Role.MARKET_CLERK, "MA").send("/tai-khoan/ma-api", **fields)

    assert answer.status_code == 422
    assert Page(answer.text).shortcomings() == []
    with reading(october) as session:
        assert session.exec(select(ApiToken)).all() == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_that_cannot_be_taken_is_told_with_the_limit(staff: Staff, name: str) -> None:
    answer = staff(Role.AUDITOR).send("/tai-khoan/ten", ten=name)

    assert answer.status_code == 422
    assert "từ 1 đến 80 ký tự" in answer.text


def test_the_frame_says_who_is_signed_in(staff: Staff) -> None:
    page = Page(staff(Role.MARKET_MANAGER, "MA", full_name="Hà Văn Toàn").get("/cho/MA").text)

    assert "HT Hà Văn Toàn Quản lý chợ" in page.text
    assert "/tai-khoan" in {a["href"] for a in page.of("a")}
    assert "/dang-xuat" in {f.get("action") for f in page.of("form")}
    assert page.shortcomings() == []


def test_the_menu_offers_what_the_role_may_open(staff: Staff) -> None:
    def menu(role: Role, *markets: str) -> set[str]:
        page = Page(staff(role, *markets).get("/tai-khoan").text)
        return {a["href"] for a in page.of("a")}

    manager, clerk = menu(Role.MARKET_MANAGER, "MA"), menu(Role.MARKET_CLERK, "MA")
    admin, helper = menu(Role.ADMIN), menu(Role.FIELD_HELPER, "MA")

    assert {"/cho/MA", "/muc-do-dung?cho=MA"} <= manager
    assert {"/cho/MA", "/muc-do-dung?cho=MA"} <= clerk
    assert {"/nguoi-dung", "/nhat-ky", "/muc-do-dung"} <= admin
    assert not {"/cho/MA", "/muc-do-dung?cho=MA", "/nguoi-dung"} & helper
