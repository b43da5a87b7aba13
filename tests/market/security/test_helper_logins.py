"""Field helpers come in with a code: for one market, a few hours, one browser."""

import re

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.roles import Role
from market.tables import HelperLogin, UserAccount
from qr.scan import decode_image
from tests.market.conftest import Staff, add_user
from tests.market.reading_html import Page
from tests.market.security.conftest import Clock, Open

HERE = "/cho/MA/nguoi-ho-tro"


@pytest.fixture
def helper(october: sa.Engine) -> UserAccount:
    with writing(october) as session:
        return add_user(session, Role.FIELD_HELPER, markets=["MA", "LG"], full_name="Lý Văn Sơn")


def issue(staff: Staff, helper: UserAccount, **fields: str) -> str:
    """Issue a code as the manager and return it."""
    manager = staff(Role.MARKET_MANAGER, "MA")
    shown = manager.send(HERE, nguoi=str(helper.id), gio="4", once="a", **fields)
    found = re.search(r"<code>([^<]+)</code>", shown.text)
    assert found is not None, shown.text
    return found[1]


def test_the_code_opens_the_market_it_is_for_and_no_other(
    staff: Staff, helper: UserAccount, browser: Open, codes: dict[str, list[str]]
) -> None:
    code = issue(staff, helper)
    client = browser()

    answer = client.fill_in("/ho-tro", ma=f" {code.lower()} ")

    assert (answer.status_code, answer.headers["location"]) == (303, "/cho/MA/gian-hang")
    told = client.get("/api/v1/me").json()
    assert (told["role"], told["markets"]) == ("field_helper", ["MA"])
    assert client.get(f"/cho/MA/nguoi-ban/{codes['MA'][0]}/duong-dan").status_code == 200
    assert client.get(f"/cho/LG/nguoi-ban/{codes['LG'][0]}/duong-dan").status_code == 403
    assert client.get("/cho/MA").status_code == 403


def test_a_code_opens_once(staff: Staff, helper: UserAccount, browser: Open) -> None:
    code = issue(staff, helper)
    browser().fill_in("/ho-tro", ma=code)

    answer = browser().fill_in("/ho-tro", ma=code)

    assert answer.status_code == 422
    assert "Mã chưa đúng, đã dùng hoặc đã hết giờ" in answer.text
    assert Page(answer.text).shortcomings() == []


def test_looking_at_the_address_of_a_code_uses_nothing_up(
    staff: Staff, helper: UserAccount, browser: Open
) -> None:
    code = issue(staff, helper).replace(" ", "")
    client = browser()

    for _ in range(2):
        page = Page(client.get(f"/ho-tro/{code}").text)
    assert code in {field.get("value") for field in page.of("input")}
    assert client.fill_in(f"/ho-tro/{code}", at="/ho-tro", ma=code).status_code == 303


def test_the_code_and_what_it_opened_end_together(
    staff: Staff, helper: UserAccount, browser: Open, clock: Clock
) -> None:
    code, client, late = issue(staff, helper), browser(), browser()
    client.fill_in("/ho-tro", ma=code)

    clock.advance(hours=3, minutes=59)
    assert client.get("/tai-khoan", follow_redirects=False).status_code == 200
    clock.advance(minutes=1)
    assert client.get("/tai-khoan", follow_redirects=False).status_code == 303
    assert late.fill_in("/ho-tro", ma=code).status_code == 422


def test_the_manager_sees_who_is_in_and_sends_them_home(
    staff: Staff, helper: UserAccount, browser: Open, october: sa.Engine
) -> None:
    code, client, manager = issue(staff, helper), browser(), staff(Role.MARKET_MANAGER, "MA")
    waiting = Page(manager.get(HERE).text)
    client.fill_in("/ho-tro", ma=code)
    inside = Page(manager.get(HERE).text)
    with reading(october) as session:
        number = session.exec(select(HelperLogin.id)).one()

    answer = manager.send(f"{HERE}/{number}/thu-hoi")

    assert "Mã chưa dùng, cấp lúc 09:00" in waiting.text
    assert "Đang vào, xem lần cuối 09:00" in inside.text
    assert answer.status_code == 303
    assert client.get("/tai-khoan", follow_redirects=False).status_code == 303
    assert "Chưa có người hỗ trợ nào trong buổi này" in Page(manager.get(HERE).text).text
    for page in (waiting, inside):
        assert page.shortcomings() == []


def test_a_manager_of_another_market_sends_nobody_home(
    staff: Staff, helper: UserAccount, october: sa.Engine
) -> None:
    issue(staff, helper)
    with reading(october) as session:
        number = session.exec(select(HelperLogin.id)).one()
    other = staff(Role.MARKET_MANAGER, "LG")

    assert other.send(f"/cho/LG/nguoi-ho-tro/{number}/thu-hoi").status_code == 404
    with reading(october) as session:
        assert session.exec(select(HelperLogin.revoked_at)).one() is None


@pytest.mark.parametrize(
    "fields",
    [{"nguoi": ""}, {"nguoi": "999"}, {"gio": "0"}, {"gio": "25"}, {"gio": "x"}, {"gio": "-1"}],
)
def test_a_code_for_nobody_or_for_too_long_is_not_issued(
    staff: Staff, helper: UserAccount, october: sa.Engine, fields: dict[str, str]
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    answer = manager.send(HERE, **{"nguoi": str(helper.id), "gio": "4"} | fields)

    assert answer.status_code == 422
    assert Page(answer.text).shortcomings() == []
    with reading(october) as session:
        assert session.exec(select(HelperLogin)).all() == []


def test_somebody_switched_off_does_not_come_in_with_a_code(
    staff: Staff, helper: UserAccount, browser: Open, october: sa.Engine
) -> None:
    code = issue(staff, helper)
    with writing(october) as session:
        session.exec(select(UserAccount).where(UserAccount.id == helper.id)).one().is_active = False

    assert browser().fill_in("/ho-tro", ma=code).status_code == 422


def test_guessing_codes_is_slowed_down(browser: Open) -> None:
    client = browser()
    statuses = [client.fill_in("/ho-tro", ma=f"ABCDE{n:05}").status_code for n in range(21)]

    assert statuses == [422] * 19 + [429] * 2


def test_the_symbol_beside_the_code_leads_to_its_page(staff: Staff, helper: UserAccount) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    text = manager.send(HERE, nguoi=str(helper.id), gio="4", once="a").text
    code = re.search(r"<code>([^<]+)</code>", text)
    picture = re.search(r'<svg viewBox="[^"]*" class="qr">.*?</svg>', text)
    assert code is not None
    assert picture is not None

    assert scan(picture[0]) == f"https://cho.example/ho-tro/{code[1].replace(' ', '')}"
    assert Page(text).shortcomings() == []


def scan(svg: str) -> str:
    """Draw the strokes of a symbol's SVG and read it back."""
    import io

    from PIL import Image, ImageDraw

    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    scale = 8
    image = Image.new("L", (size * scale, size * scale), 255)
    draw = ImageDraw.Draw(image)
    x = y = 0.0
    dark = re.findall(r'<path[^>]*stroke="#000"[^>]*d="([^"]+)"', svg) or re.findall(
        r'd="([^"]+)"[^>]*stroke="#000"', svg
    )
    for kind, values in re.findall(r"([Mmh])([-\d. ]+)", dark[0]):
        numbers = [float(n) for n in values.split()]
        if kind == "M":
            x, y = numbers
        elif kind == "m":
            x, y = x + numbers[0], y + numbers[1]
        else:
            left, top = x * scale, (y - 0.5) * scale
            draw.rectangle([left, top, left + numbers[0] * scale - 1, top + scale - 1], fill=0)
            x += numbers[0]
    out = io.BytesIO()
    image.save(out, "PNG")
    (text,) = decode_image(out.getvalue())
    return text


def test_helper_codes_through_the_api(staff: Staff, helper: UserAccount, browser: Open) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    here = "/api/v1/markets/MA/helper-logins"
    theirs = add_own_helper(manager.app.state.engine)  # type: ignore[attr-defined]

    made = manager.post(here, json={"user_id": theirs, "hours": 2})
    not_theirs = manager.post(here, json={"user_id": helper.id})
    listed = manager.get(here).json()["items"]
    came = browser().fill_in("/ho-tro", ma=made.json()["code"])
    ended = manager.delete(made.headers["location"])

    assert made.status_code == 201
    assert not_theirs.status_code == 404
    assert [one["user_id"] for one in listed] == [theirs]
    assert (came.status_code, ended.status_code) == (303, 204)
    assert manager.get(here).json()["items"] == []
    assert manager.delete(f"{here}/999").status_code == 404


def add_own_helper(engine: sa.Engine) -> int:
    with writing(engine) as session:
        return add_user(session, Role.FIELD_HELPER, markets=["MA"]).id or 0
