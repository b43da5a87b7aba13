"""A forgotten or locked PIN: the market manager voids it, the vendor sets the next one."""

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select
from starlette.testclient import TestClient
from typer.testing import CliRunner

from market.cli import app as cli
from market.database import reading, writing
from market.roles import Role
from market.security.pins import count_wrong_pin, has_pin, set_pin
from market.settings import Settings
from market.tables import VendorPin
from merchants.acceptance.change_rules import PIN_IS_NEW
from merchants.acceptance.changes import who_reset_pin
from merchants.actors import COMMAND, Actor
from merchants.events import record_event
from merchants.kinds import AccountChangeState, Confirmation, EventAction
from merchants.tables import RegisterEvent, Vendor
from merchants.vendors.merging import merge_vendors
from tests.market.conftest import KEY, NOW, Reader, SignedIn, Staff
from tests.market.reading_html import Page
from tests.market.security.test_vendor_links import address_in
from tests.market.test_account_pages import PIN, World, vendor_send, world

__all__ = ["world"]

CODE = "CC222223Z"
LINKS = f"/cho/MA/nguoi-ban/{CODE}/duong-dan"
OWN_PIN = f"/nguoi-ban/{CODE}/cua-toi/ma-pin"
NEW_PIN = "7305"


@pytest.fixture
def locked(october: sa.Engine) -> None:
    """The first vendor has a PIN and has typed it wrong until it locked."""
    with writing(october) as session:
        set_pin(session, 1, PIN, now=NOW)
        for _ in range(5):
            count_wrong_pin(session, 1, now=NOW)


def told(engine: sa.Engine) -> list[tuple[str, str, int | None]]:
    with reading(engine) as session:
        query = select(RegisterEvent.action, RegisterEvent.actor, RegisterEvent.vendor_id)
        return list(session.exec(query.order_by(RegisterEvent.id)).all())  # type: ignore[arg-type]


def opened(client: TestClient, path: str) -> TestClient:
    assert client.get(path, follow_redirects=False).status_code == 303
    return client


@pytest.mark.usefixtures("locked")
def test_the_vendor_sets_a_new_pin_by_the_new_link_alone(
    staff: Staff, reader: Reader, october: sa.Engine
) -> None:
    manager, old = staff(Role.MARKET_MANAGER, "MA"), reader(Role.VENDOR, CODE)
    page = Page(manager.get(LINKS).text)
    assert "Mã PIN đang tạm khoá đến 05/11/2026 09:15" in page.text
    assert page.shortcomings() == []

    answer = manager.send(f"{LINKS}/ma-pin", once="a-pin")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert Page(answer.text).shortcomings() == []
    assert "Đã bỏ mã PIN cũ và các đường dẫn cũ" in answer.text
    assert old.get(f"/nguoi-ban/{CODE}/cua-toi").status_code == 403
    vendor = opened(reader(), address_in(answer.text))
    own = Page(vendor.get(f"/nguoi-ban/{CODE}/cua-toi").text)
    assert "Ban quản lý đã bỏ mã PIN cũ của cô/bác lúc 05/11/2026 09:00" in own.text
    assert own.shortcomings() == []
    assert vendor_send(vendor, OWN_PIN, pin_moi=NEW_PIN, pin_lai=NEW_PIN).status_code == 303
    with reading(october) as session:
        assert has_pin(session, 1)
    after = Page(vendor.get(f"/nguoi-ban/{CODE}/cua-toi").text).text
    assert "hoặc mã mới không phải cô/bác đặt, gặp ban quản lý ngay" in after
    actor = f"staff:{manager.user_id}"
    assert told(october)[:3] == [
        ("link_revoked", actor, 1),
        ("pin_reset", actor, 1),
        ("link_issued", actor, 1),
    ]
    assert "Ban quản lý bỏ mã PIN cũ" in manager.get(f"/cho/MA/nguoi-ban/{CODE}").text


@pytest.mark.usefixtures("locked")
def test_sending_the_form_again_resets_nothing_again(
    staff: Staff, reader: Reader, october: sa.Engine
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    first = manager.send(f"{LINKS}/ma-pin", once="a-pin")
    vendor = opened(reader(), address_in(first.text))
    vendor_send(vendor, OWN_PIN, pin_moi=NEW_PIN, pin_lai=NEW_PIN)

    second = manager.send(f"{LINKS}/ma-pin", once="a-pin")

    assert second.status_code == 303
    assert vendor.get(f"/nguoi-ban/{CODE}/cua-toi").status_code == 200
    with reading(october) as session:
        assert has_pin(session, 1)


@pytest.mark.usefixtures("locked")
@pytest.mark.parametrize(
    "role", [Role.MARKET_CLERK, Role.FIELD_HELPER, Role.AUDITOR, Role.ECONOMIST]
)
def test_whoever_is_no_manager_resets_no_pin(staff: Staff, october: sa.Engine, role: Role) -> None:
    caller = staff(role, "MA")

    answers = [
        caller.send(f"{LINKS}/ma-pin", once="a"),
        caller.post(f"/api/v1/vendors/{CODE}/pin-reset", json={}),
        staff(Role.MARKET_MANAGER, "LG").send(f"{LINKS}/ma-pin", once="a"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert "Bỏ mã PIN cũ" not in caller.get(LINKS).text
    with reading(october) as session:
        assert has_pin(session, 1)


def test_nothing_is_offered_where_no_pin_is_set(staff: Staff) -> None:
    page = staff(Role.MARKET_MANAGER, "MA").get(LINKS).text

    assert "Người bán chưa đặt mã PIN." in page
    assert f"{LINKS}/ma-pin" not in page


@pytest.mark.usefixtures("locked")
def test_through_the_api_the_address_is_told_once(
    staff: Staff, reader: Reader, october: sa.Engine
) -> None:
    manager, here = staff(Role.MARKET_MANAGER, "MA"), f"/api/v1/vendors/{CODE}/pin-reset"

    made = manager.post(here, json={"days": 7}, headers={"Idempotency-Key": "k"})
    again = manager.post(here, json={"days": 7}, headers={"Idempotency-Key": "k"})

    assert (made.status_code, again.json()) == (201, {"url": None})
    opened(reader(), made.json()["url"].removeprefix("https://cho.example"))
    with reading(october) as session:
        assert session.get(VendorPin, 1) is None


@pytest.mark.usefixtures("locked")
def test_on_the_command_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, reader: Reader, october: sa.Engine
) -> None:
    monkeypatch.setenv("CHO40_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps([KEY]))
    monkeypatch.setenv("CHO40_BASE_URL", "https://cho.example/")

    done = CliRunner().invoke(cli, ["link", "reset-pin", CODE.lower()])

    assert done.exit_code == 0, done.output
    assert re.fullmatch(r"https://cho\.example/vao/[\w.\-]+\n", done.stdout)
    assert ("pin_reset", str(COMMAND), 1) in told(october)
    with reading(october) as session:
        assert not has_pin(session, 1)


def test_a_merged_record_has_no_pin_to_reset(staff: Staff, october: sa.Engine) -> None:
    with writing(october) as session:
        one, other = session.get_one(Vendor, 1), session.get_one(Vendor, 2)
        merge_vendors(session, other, one, actor=COMMAND, now=NOW)

    answer = staff(Role.MARKET_MANAGER, "MA").post(f"/api/v1/vendors/{CODE}/pin-reset", json={})

    assert answer.status_code == 404


# --- nobody changes alone where the money goes ---


def confirmed_after_reset(by: SignedIn, staff: Staff, reader: Reader, world: World) -> str:
    """A clerk proposes; ``by`` resets the PIN; whoever opens the new link confirms. The path."""
    path = world.propose(staff(Role.MARKET_CLERK, "MA"))
    answer = by.send(f"/cho/MA/nguoi-ban/{world.code}/duong-dan/ma-pin", once="a-pin")
    vendor = opened(reader(), address_in(answer.text))
    pin_page = f"/nguoi-ban/{world.code}/cua-toi/ma-pin"
    vendor_send(vendor, pin_page, pin_moi=NEW_PIN, pin_lai=NEW_PIN)
    said = vendor_send(
        vendor, world.own, de_nghi=str(world.change().id), tra_loi="dung", pin=NEW_PIN
    )
    assert said.status_code == 303
    return path


def test_who_reset_the_pin_does_not_approve_what_it_confirms(
    staff: Staff, reader: Reader, world: World
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    path = confirmed_after_reset(manager, staff, reader, world)

    shown = manager.get(path).text
    refused = manager.send(path, quyet="duyet")

    assert "Anh/chị đã đặt lại mã PIN của người bán nên không tự duyệt được" in shown
    assert 'value="duyet"' not in shown
    assert refused.status_code == 422
    assert world.change().state is AccountChangeState.CONFIRMED
    assert staff(Role.MARKET_MANAGER, "MA").send(path, quyet="duyet").status_code == 303


@pytest.mark.parametrize(
    ("how", "days_before", "is_kept_away"),
    [
        (Confirmation.PIN, 0, True),
        (Confirmation.PIN, PIN_IS_NEW.days, True),
        (Confirmation.PIN, PIN_IS_NEW.days + 1, False),
        (Confirmation.PIN, -1, False),
        (Confirmation.SIGNATURE, 0, False),
    ],
)
def test_for_how_long_a_reset_keeps_somebody_away(
    october: sa.Engine, how: Confirmation, days_before: int, is_kept_away: bool
) -> None:
    manager = Actor(kind="staff", name="8")
    with writing(october) as session:
        record_event(
            session,
            EventAction.PIN_RESET,
            actor=manager,
            now=NOW - timedelta(days=days_before),
            market_id=1,
            vendor_id=1,
        )

        found = who_reset_pin(session, 1, how, NOW)

        assert found == ({str(manager)} if is_kept_away else frozenset())
        assert who_reset_pin(session, 2, how, NOW) == frozenset()
