"""Signing in and out: who gets in, what is told to whom, and what guessing costs."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from market.database import reading, writing
from market.roles import Role
from market.security import passwords, signing_in
from market.security.recognising import csrf_token_of
from market.security.return_paths import own_path
from market.security.sessions import COOKIE
from market.settings import Mode, Settings
from market.tables import SecurityEvent, UserAccount, UserSession
from tests.market.conftest import NOW
from tests.market.reading_html import Page
from tests.market.security.conftest import PASSWORD, Clock, Open

LOGIN = "toan@cho.example"
Add = Callable[..., UserAccount]


@pytest.fixture
def manager(with_password: Add) -> UserAccount:
    return with_password(Role.MARKET_MANAGER, "MA", login=LOGIN)


def actions(engine: sa.Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.exec(select(SecurityEvent.action).order_by(SecurityEvent.id)))


@pytest.mark.usefixtures("manager")
def test_the_right_password_opens_the_first_page_of_the_role(browser: Open) -> None:
    client = browser()

    answer = client.sign_in(LOGIN)

    assert (answer.status_code, answer.headers["location"]) == (303, "/cho/MA/tong-quan")
    assert client.get("/cho/MA").status_code == 200


def test_the_fields_tell_a_phone_what_belongs_in_them(browser: Open) -> None:
    fields = {
        field["id"]: field
        for field in Page(browser().get("/dang-nhap").text).of("input")
        if "id" in field
    }

    assert fields["tk"]["autocomplete"] == "username"
    assert fields["tk"]["autocapitalize"] == "none"
    assert fields["mk"]["autocomplete"] == "current-password"


@pytest.mark.parametrize("typed", ["0912 000 118", "+84912000118", "84912000118", "0912.000.118"])
def test_a_phone_number_signs_in_however_it_is_typed(
    browser: Open, with_password: Add, typed: str
) -> None:
    with_password(Role.MARKET_CLERK, "MA", login="+84912000118")

    assert browser().sign_in(typed).status_code == 303


def test_an_address_signs_in_in_any_case(browser: Open, with_password: Add) -> None:
    with_password(Role.MARKET_CLERK, "MA", login="mai@cho.example")

    assert browser().sign_in(" Mai@Cho.Example ").status_code == 303


@pytest.mark.usefixtures("manager")
def test_a_wrong_password_says_how_many_tries_are_left_and_keeps_the_name(browser: Open) -> None:
    client = browser()
    client.sign_in(LOGIN, "sai rồi sai rồi")

    answer = client.sign_in(LOGIN, "sai rồi sai rồi")

    page = Page(answer.text)
    assert answer.status_code == 422
    assert "Số điện thoại hoặc mật khẩu chưa đúng" in page.text
    assert "Còn 3 lần thử. Sau đó tài khoản tạm khoá 15 phút." in page.text
    assert {"toan@cho.example"} == {i["value"] for i in page.of("input") if i.get("id") == "tk"}
    assert {""} == {i["value"] for i in page.of("input") if i.get("id") == "mk"}
    assert page.shortcomings() == []


@pytest.mark.usefixtures("manager")
def test_five_wrong_ones_lock_the_name_for_fifteen_minutes_even_for_the_right_one(
    browser: Open, clock: Clock
) -> None:
    client = browser()
    for _ in range(4):
        assert client.sign_in(LOGIN, "sai rồi sai rồi").status_code == 422
        clock.advance(minutes=1)

    fifth = client.sign_in(LOGIN, "sai rồi sai rồi")
    right = client.sign_in(LOGIN)
    clock.advance(minutes=14, seconds=59)
    still = browser().sign_in(LOGIN)
    clock.advance(seconds=1)
    after = client.sign_in(LOGIN)

    assert (fifth.status_code, right.status_code, still.status_code) == (429, 429, 429)
    assert fifth.headers["retry-after"] == "900"
    assert "Tạm khoá đến 09:19" in fifth.text
    assert "Đợi 15 phút" in right.text
    assert after.status_code == 303


@pytest.mark.usefixtures("manager")
def test_tries_while_locked_do_not_make_the_lock_longer(browser: Open, clock: Clock) -> None:
    client = browser()
    for _ in range(5):
        client.sign_in(LOGIN, "sai rồi sai rồi")
    for _ in range(14):
        clock.advance(minutes=1)
        assert client.sign_in(LOGIN, "sai rồi sai rồi").status_code == 429
    clock.advance(minutes=1)

    assert client.sign_in(LOGIN).status_code == 303


@pytest.mark.usefixtures("manager")
def test_signing_in_forgives_what_was_typed_wrong_before(browser: Open) -> None:
    client = browser()
    for _ in range(3):
        for _ in range(4):
            client.sign_in(LOGIN, "sai rồi sai rồi")
        client.cookies.clear()
        assert client.sign_in(LOGIN).status_code == 303
        client.cookies.clear()


@pytest.mark.usefixtures("manager")
def test_one_address_trying_many_names_is_locked_too(browser: Open) -> None:
    client = browser()
    statuses = [
        client.sign_in(f"ai{n}@cho.example", "sai rồi sai rồi").status_code for n in range(21)
    ]

    assert statuses == [422] * 19 + [429] * 2
    assert client.sign_in(LOGIN).status_code == 429
    assert browser(client=("10.1.2.3", 5)).sign_in(LOGIN).status_code == 303


@pytest.mark.usefixtures("manager")
def test_an_unknown_name_a_wrong_password_and_one_switched_off_are_told_alike(
    browser: Open, with_password: Add
) -> None:
    with_password(Role.MARKET_CLERK, "MA", login="nghi@cho.example", is_active=False)
    with_password(Role.FIELD_HELPER, "MA", login="khong@cho.example", password_hash=None)

    told = [
        re.sub(r'value="[^"]*"', "", browser().sign_in(login, password).text)
        for login, password in (
            (LOGIN, "sai rồi sai rồi"),
            ("khong-co@cho.example", PASSWORD),
            ("nghi@cho.example", PASSWORD),
            ("khong@cho.example", PASSWORD),
            ("0", PASSWORD),
        )
    ]

    assert len(set(told)) == 1


@pytest.mark.parametrize("login", [LOGIN, "khong-co@cho.example", "nghi@cho.example", "0"])
@pytest.mark.usefixtures("manager")
def test_every_refusal_costs_exactly_one_verification(
    browser: Open, with_password: Add, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    with_password(Role.MARKET_CLERK, "MA", login="nghi@cho.example", is_active=False)
    verified: list[str] = []
    for name in ("verify_secret", "verify_nobody"):
        own = getattr(passwords, name)

        def noting(*given: str, _own: Callable[..., object] = own, _name: str = name) -> object:
            verified.append(_name)
            return _own(*given)

        monkeypatch.setattr(passwords, name, noting)

    browser().sign_in(login, "sai rồi sai rồi")

    assert len(verified) == 1


@pytest.mark.usefixtures("manager")
def test_a_hundred_guesses_at_once_are_no_more_than_five(
    browser: Open, october: sa.Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    judged: list[str] = []
    own = signing_in.is_password_of

    def noting(user: UserAccount | None, password: str) -> bool:
        judged.append(password)
        return own(user, password)

    monkeypatch.setattr(signing_in, "is_password_of", noting)
    attempt = signing_in.Attempt(address="10.0.0.9", now=NOW)

    def guess(number: int) -> object:
        return signing_in.sign_in_by_password(
            lambda: reading(october),
            lambda: writing(october),
            attempt,
            name=LOGIN,
            password=f"đoán mò {number:04}",
            is_kept=False,
            sealer=settings.sealer,
        )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(40)))

    assert len(judged) <= 5


@pytest.mark.usefixtures("manager")
def test_a_session_known_before_signing_in_is_not_the_one_after(
    browser: Open, october: sa.Engine
) -> None:
    client = browser()
    client.cookies.set(COOKIE, "planted-by-somebody-else")

    first = client.sign_in(LOGIN).cookies[COOKIE]
    client.cookies.set(COOKIE, first)
    # Whoever is signed in is led on from the sign-in page, so the form is sent by hand.
    csrf = csrf_token_of(first)
    second = client.post(
        "/dang-nhap", data={"csrf": csrf, "tk": LOGIN, "mk": PASSWORD}, follow_redirects=False
    ).cookies[COOKIE]

    assert len({first, second, "planted-by-somebody-else"}) == 3
    with reading(october) as session:
        ended = [row.ended_at for row in session.exec(select(UserSession).order_by(UserSession.id))]
    assert ended == [NOW, None]


@pytest.mark.usefixtures("manager")
def test_the_cookie_is_for_this_visit_unless_it_is_to_be_kept(browser: Open) -> None:
    office = browser().sign_in(LOGIN).headers["set-cookie"]
    kept = browser().sign_in(LOGIN, giu="1").headers["set-cookie"]

    assert "HttpOnly" in office
    assert "SameSite=lax" in office
    assert "Max-Age" not in office
    assert f"Max-Age={400 * 24 * 3600}" in kept


@pytest.mark.usefixtures("manager")
def test_in_production_the_session_travels_encrypted_only(settings: Settings, clock: Clock) -> None:
    from market.app import create_app
    from tests.market.security.conftest import Browser

    strict = settings.model_copy(update={"mode": Mode.PRODUCTION})
    client = Browser(create_app(strict, now=clock), base_url="https://cho.example")

    form = client.get("/dang-nhap").headers["set-cookie"]
    session = client.sign_in(LOGIN).headers["set-cookie"]

    assert "Secure" in form
    assert "Secure" in session


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    ("giu", "idle", "is_in"),
    [
        ("", timedelta(hours=11, minutes=59), True),
        ("", timedelta(hours=12), False),
        ("1", timedelta(days=29, hours=23), True),
        ("1", timedelta(days=30), False),
    ],
)
def test_a_session_ends_when_it_stands_idle(
    browser: Open, clock: Clock, giu: str, idle: timedelta, is_in: bool
) -> None:
    client = browser()
    client.sign_in(LOGIN, giu=giu)

    clock.at += idle

    answer = client.get("/tai-khoan", follow_redirects=False)
    assert (answer.status_code == 200) == is_in


@pytest.mark.usefixtures("manager")
def test_a_session_that_is_used_goes_on(browser: Open, clock: Clock) -> None:
    client = browser()
    client.sign_in(LOGIN)

    for _ in range(5):
        clock.advance(hours=10)
        assert client.get("/tai-khoan", follow_redirects=False).status_code == 200

    clock.advance(hours=12)
    assert client.get("/tai-khoan", follow_redirects=False).status_code == 303


@pytest.mark.usefixtures("manager")
def test_reading_seldom_writes(browser: Open, clock: Clock, october: sa.Engine) -> None:
    client = browser()
    client.sign_in(LOGIN)

    seen = []
    for _ in range(4):
        clock.advance(minutes=2)
        client.get("/tai-khoan")
        with reading(october) as session:
            seen.append(session.exec(select(UserSession)).one().last_seen_at)

    assert [int((at - NOW).total_seconds() // 60) for at in seen] == [0, 0, 6, 6]


@pytest.mark.usefixtures("manager")
def test_signing_out_ends_the_session_here_and_in_the_browser(
    browser: Open, october: sa.Engine
) -> None:
    client = browser()
    token = client.sign_in(LOGIN).cookies[COOKIE]

    answer = client.fill_in("/tai-khoan", at="/dang-xuat")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert COOKIE not in client.cookies
    client.cookies.set(COOKIE, token)
    assert client.get("/tai-khoan", follow_redirects=False).status_code == 303
    assert actions(october) == ["signed_in", "signed_out"]


def test_a_one_time_password_opens_nothing_but_the_page_to_change_it(
    browser: Open, with_password: Add
) -> None:
    with_password(Role.MARKET_MANAGER, "MA", login=LOGIN, must_change_password=True)
    client = browser()

    first = client.sign_in(LOGIN)
    elsewhere = client.get("/cho/MA", follow_redirects=False)
    machine = client.get("/api/v1/markets/MA/days/2026-10-01")
    form = client.get("/tai-khoan/mat-khau")
    changed = client.fill_in(
        "/tai-khoan/mat-khau", cu=PASSWORD, moi="một mật khẩu khác", lai="một mật khẩu khác"
    )

    assert first.headers["location"] == "/tai-khoan/mat-khau"
    assert elsewhere.headers["location"] == "/tai-khoan/mat-khau"
    assert machine.json()["type"] == "urn:cho40:problem:password-must-change"
    assert "Chọn mật khẩu của riêng mình" in form.text
    assert (changed.status_code, changed.headers["location"]) == (303, "/tai-khoan")
    assert client.get("/cho/MA").status_code == 200


@pytest.mark.usefixtures("manager")
def test_after_signing_in_the_page_that_was_asked_for_comes(browser: Open) -> None:
    client = browser()
    sent = client.get("/cho/MA?ngay=2026-10-03", follow_redirects=False).headers["location"]

    assert sent == f"/dang-nhap?den={quote('/cho/MA?ngay=2026-10-03', safe='/')}"
    answer = client.fill_in(sent, at="/dang-nhap", tk=LOGIN, mk=PASSWORD)
    assert answer.headers["location"] == "/cho/MA?ngay=2026-10-03"
    assert client.get(sent, follow_redirects=False).headers["location"] == "/cho/MA?ngay=2026-10-03"


ELSEWHERE = [
    "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil",
    "evil.example", "javascript:alert(1)", "/ /evil", "/%0d%0aSet-Cookie:x=1\r\nX: y", "",
    "http:evil.example", "///evil.example", "/\n/evil.example",
]  # fmt: skip


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize("den", ELSEWHERE)
def test_nobody_is_led_to_another_site(browser: Open, den: str) -> None:
    answer = browser().sign_in(LOGIN, den=den)

    assert answer.headers["location"] == "/cho/MA/tong-quan"


@given(st.text(max_size=40))
def test_what_is_led_to_is_a_path_of_this_service(text: str) -> None:
    from urllib.parse import urljoin, urlsplit

    path = own_path(text)

    assert path in {"", text}
    if path:
        assert urlsplit(urljoin("https://cho.example/dang-nhap", path)).netloc == "cho.example"


@pytest.mark.usefixtures("manager")
def test_what_happens_at_the_door_is_remembered_without_names(
    browser: Open, october: sa.Engine, manager: UserAccount
) -> None:
    browser().sign_in(LOGIN, "sai rồi sai rồi")
    browser().sign_in("khong-co@cho.example")
    browser().sign_in(LOGIN)

    with reading(october) as session:
        rows = session.exec(select(SecurityEvent).order_by(SecurityEvent.id))
        events = [row.model_dump() for row in rows]
    assert [(e["action"], e["actor"], e["subject"]) for e in events] == [
        ("sign_in_failed", "stranger", f"user:{manager.id}"),
        ("sign_in_failed", "stranger", ""),
        ("signed_in", f"staff:{manager.id}", f"user:{manager.id}"),
    ]
    assert LOGIN not in str(events)


def test_the_sign_in_page_keeps_english(browser: Open) -> None:
    client = browser()

    wrong = client.fill_in("/dang-nhap?lang=en", at="/dang-nhap", tk="x@y.vn", mk="z")

    assert "Phone number or password is wrong" in wrong.text
    assert Page(wrong.text).of("html")[0]["lang"] == "en"
