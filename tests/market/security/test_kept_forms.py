"""A form whose session has ended: nothing is written, nothing typed is lost, nobody else is shown it."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.pages.kept_forms import COOKIE, SEALED_BYTES_MAX
from market.roles import Role
from market.tables import UserAccount
from merchants.kinds import StallState
from merchants.tables import Stall, Vendor
from tests.market.reading_html import Page
from tests.market.security.conftest import PASSWORD, Browser, Clock, Open

FORM = "/cho/MA/gian-hang/A27/dang-ky"
OWN = {"origin": "https://cho.example"}
LOGIN = "lan@cho.example"
TYPED = {"ten": "Triệu Thị Ghển", "dt": "0912 000 178", "stk": "8800205112234", "dy": "poster"}


@pytest.fixture
def clerk(october: sa.Engine, with_password: Callable[..., UserAccount], browser: Open) -> Browser:
    """A clerk of MA who has signed in, and the vacant stall A27."""
    with_password(Role.MARKET_CLERK, "MA", login=LOGIN)
    with writing(october) as session:
        session.add(Stall(market_id=1, code="A27", state=StallState.VACANT))
    client = browser()
    client.sign_in(LOGIN)
    return client


def hidden(page: Page) -> dict[str, str]:
    fields = (each for each in page.of("input") if each.get("type") == "hidden")
    return {each["name"]: each.get("value", "") for each in fields}


def opened(client: Browser, path: str = FORM) -> dict[str, str]:
    return hidden(Page(client.get(path).text))


def send(
    client: Browser, form: dict[str, str], path: str = FORM, headers: Any = None, **typed: Any
) -> httpx2.Response:
    return client.post(
        path, data=form | typed, headers=OWN if headers is None else headers,
        follow_redirects=False,
    )  # fmt: skip


def shown(page: Page, name: str) -> str:
    return next(each["value"] for each in page.of("input") if each.get("name") == name)


def vendors(engine: sa.Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.exec(select(Vendor.full_name).order_by(Vendor.id)))  # type: ignore[arg-type]


def test_what_was_typed_is_there_again_after_signing_in(
    clerk: Browser, clock: Clock, october: sa.Engine
) -> None:
    form, before = opened(clerk), vendors(october)
    clock.advance(days=2)

    late = send(clerk, form, **TYPED)

    assert late.headers["location"] == f"/dang-nhap?den={FORM}&vi=giu"
    assert "Ghển" not in late.headers["set-cookie"]
    assert "0912" not in late.headers["set-cookie"] + late.headers["location"]
    asked = Page(clerk.get(late.headers["location"]).text)
    assert asked.shortcomings() == []
    assert "Phiên làm việc đã hết, chưa ghi gì" in asked.text
    back = clerk.fill_in(late.headers["location"], at="/dang-nhap", tk=LOGIN, mk=PASSWORD)
    assert back.headers["location"] == FORM
    page = Page(clerk.get(FORM).text)
    assert page.shortcomings() == []
    assert "Chưa lưu: phiên làm việc đã hết lúc bấm" in page.text
    assert [shown(page, name) for name in ("ten", "dt", "stk")] == list(TYPED.values())[:3]
    ticked = [each["value"] for each in page.of("input") if "checked" in each]
    assert ticked == ["poster"]
    assert vendors(october) == before

    fresh = hidden(page)
    assert fresh["csrf"] != form["csrf"]
    assert fresh["once"] != form["once"]
    saved = send(clerk, fresh, ten=TYPED["ten"], dt=TYPED["dt"], nhap="1")
    assert saved.status_code == 303
    assert vendors(october) == [*before, "Triệu Thị Ghển"]


def test_the_form_is_filled_once(clerk: Browser, clock: Clock) -> None:
    form = opened(clerk)
    clock.advance(days=2)
    send(clerk, form, **TYPED)
    clerk.sign_in(LOGIN)

    assert shown(Page(clerk.get(FORM).text), "ten") == TYPED["ten"]
    assert shown(Page(clerk.get(FORM).text), "ten") == ""


def test_another_page_gets_nothing_of_it(clerk: Browser, clock: Clock) -> None:
    form = opened(clerk)
    clock.advance(days=2)
    send(clerk, form, **TYPED)
    clerk.sign_in(LOGIN)
    kept = next(each.value for each in clerk.cookies.jar if each.name == COOKIE) or ""

    page = Page(clerk.get("/cho/MA/gian-hang/moi").text)
    forged = Page(clerk.get("/cho/MA/gian-hang/moi", headers={"cookie": f"{COOKIE}={kept}"}).text)

    assert shown(page, "ten") == ""
    assert TYPED["ten"] not in forged.text
    for value in ("", "x", "é", f"{kept}x", kept[:-9]):
        clerk.cookies.set(COOKIE, value.encode("ascii", "ignore").decode(), path=FORM)
        assert clerk.get(FORM).status_code == 200


def test_who_may_not_open_the_page_sees_nothing_of_it(
    clerk: Browser, clock: Clock, with_password: Callable[..., UserAccount]
) -> None:
    with_password(Role.MARKET_CLERK, "LG", login="hue@cho.example")
    form = opened(clerk)
    clock.advance(days=2)
    send(clerk, form, **TYPED)
    clerk.sign_in("hue@cho.example")

    answer = clerk.get(FORM)

    assert answer.status_code == 403
    assert "Ghển" not in answer.text


def test_it_is_forgotten_after_a_quarter_of_an_hour(clerk: Browser, clock: Clock) -> None:
    form = opened(clerk)
    clock.advance(days=2)
    send(clerk, form, **TYPED)
    clock.advance(minutes=16)
    clerk.sign_in(LOGIN)

    assert shown(Page(clerk.get(FORM).text), "ten") == ""


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "https://cho.example", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_a_foreign_page_puts_nothing_into_a_form(
    clerk: Browser, clock: Clock, headers: dict[str, str]
) -> None:
    form = opened(clerk)
    clock.advance(days=2)

    answer = send(clerk, form, headers=headers, **TYPED)

    assert answer.headers["location"] == f"/dang-nhap?den={FORM}&vi=mat"
    assert COOKIE not in answer.headers.get("set-cookie", "")
    told = Page(clerk.get(answer.headers["location"]).text).text
    assert "chưa giữ được" in told


def test_a_form_too_long_for_a_cookie_is_told_as_lost(clerk: Browser, clock: Clock) -> None:
    form = opened(clerk)
    clock.advance(days=2)
    noise = "".join(chr(0x4E00 + (n * 7919) % 20_000) for n in range(4_000))

    answer = send(clerk, form, ten=noise)

    assert answer.headers["location"].endswith("&vi=mat")
    kept = send(clerk, form, **TYPED).headers["set-cookie"]
    assert len(kept) < SEALED_BYTES_MAX


def test_a_form_below_its_page_fills_the_page_with_the_version_it_was_opened_at(
    clerk: Browser, clock: Clock, october: sa.Engine, codes: dict[str, list[str]]
) -> None:
    page = f"/cho/MA/nguoi-ban/{codes['MA'][0]}"
    form = opened(clerk, page)
    clock.advance(days=2)
    late = send(clerk, form | {"ban": "1"}, f"{page}/sua", ho_ten="Nguyễn Thị Hường")
    with writing(october) as session:
        vendor = session.exec(select(Vendor).where(Vendor.code == codes["MA"][0])).one()
        vendor.version = 2
        session.add(vendor)
    clerk.fill_in(late.headers["location"], at="/dang-nhap", tk=LOGIN, mk=PASSWORD)

    answer = Page(clerk.get(page).text)

    assert shown(answer, "ho_ten") == "Nguyễn Thị Hường"
    assert shown(answer, "ban") == "1"
    again = send(clerk, hidden(answer), f"{page}/sua", ho_ten="Nguyễn Thị Hường")
    assert again.status_code == 409


def test_a_form_of_the_session_before_is_shown_again_and_not_carried_out(
    clerk: Browser, october: sa.Engine
) -> None:
    form, before = opened(clerk), vendors(october)
    clerk.sign_in(LOGIN)  # signed in anew in another tab: the form's token is of the old session

    stale = send(clerk, form, **TYPED)

    assert (stale.status_code, stale.headers["location"]) == (303, FORM)
    page = Page(clerk.get(FORM).text)
    assert "Chưa lưu" in page.text
    assert shown(page, "ten") == TYPED["ten"]
    assert vendors(october) == before
    foreign = send(clerk, form, headers={"origin": "https://evil.example"}, **TYPED)
    assert foreign.status_code == 403


def test_who_signed_out_in_another_tab_finds_the_form_again(clerk: Browser) -> None:
    form = opened(clerk)
    clerk.post("/dang-xuat", data={"csrf": form["csrf"]}, follow_redirects=False)

    late = send(clerk, form, **TYPED)
    assert late.headers["location"] == f"/dang-nhap?den={FORM}&vi=giu"
    clerk.sign_in(LOGIN)

    assert shown(Page(clerk.get(FORM).text), "ten") == TYPED["ten"]


def test_passwords_are_not_kept(clerk: Browser, clock: Clock) -> None:
    form = opened(clerk, "/tai-khoan/mat-khau")
    clock.advance(days=2)

    answer = send(clerk, form, "/tai-khoan/mat-khau", cu=PASSWORD, moi="x" * 12, lai="x" * 12)

    assert COOKIE not in answer.headers.get("set-cookie", "")


def test_a_file_is_told_to_be_chosen_again(clerk: Browser, clock: Clock) -> None:
    form = opened(clerk)
    clock.advance(days=2)
    late = clerk.post(
        FORM, data=form | TYPED, files={"giay": ("giay.jpg", b"x", "image/jpeg")}, headers=OWN,
        follow_redirects=False,
    )  # fmt: skip
    clerk.fill_in(late.headers["location"], at="/dang-nhap", tk=LOGIN, mk=PASSWORD)

    page = Page(clerk.get(FORM).text)

    assert shown(page, "ten") == TYPED["ten"]
    assert "Tệp thì chọn lại." in page.text


def test_the_page_that_was_asked_for_is_said_to_have_outlived_its_session(
    clerk: Browser, clock: Clock
) -> None:
    clock.advance(days=2)
    sent = clerk.get("/cho/MA/gian-hang", follow_redirects=False).headers["location"]

    assert sent == "/dang-nhap?den=/cho/MA/gian-hang&vi=het"
    assert "Phiên làm việc đã hết" in Page(clerk.get(sent).text).text
    assert "Phiên làm việc" not in Page(clerk.get("/dang-nhap?vi=nonsense").text).text


def test_a_helper_comes_back_to_the_form_by_a_code(clerk: Browser, clock: Clock) -> None:
    form = opened(clerk)
    clock.advance(days=2)
    late = send(clerk, form, **TYPED)

    asked = Page(clerk.get(late.headers["location"]).text)

    way = next(each["href"] for each in asked.of("a") if each["href"].startswith("/ho-tro"))
    assert shown(Page(clerk.get(way).text), "den") == FORM
