"""Forms that end something: sent twice they do it once, and what is sent later is not undone."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.roles import Role
from merchants.tables import Consent, RegisterEvent, TeamMember
from tests.market.conftest import SEALER, SignedIn, Staff
from tests.market.reading_html import Page
from tests.market.test_vendor_file import fields
from tests.merchants.campaigns import campaigning

VENDOR = "/cho/MA/nguoi-ban/CC222223Z"
TEAM = "/cho/MA/to-ho-tro/to/1"


@pytest.fixture
def world(october: sa.Engine) -> sa.Engine:
    """October with a target, and a team of one."""
    with writing(october) as session:
        campaigning.target(session)
        team_id = campaigning.team(session)
        campaigning.member(session, SEALER, team_id)
    return october


def count(engine: sa.Engine, table: Any) -> int:
    with reading(engine) as session:
        return session.exec(select(sa.func.count()).select_from(table)).one()


def filled(client: SignedIn, page: str, action: str) -> dict[str, str]:
    """The hidden fields of a form as its page gives them."""
    sealed = fields(Page(client.get(page).text), action)
    assert sealed.get("once"), f"{page}: the form of {action} is not sealed"
    return sealed


GIVEN = {
    "viec": ["onboarding", "contact"], "cach": "signature", "ngay": "05/11/2026",
    "nguoi_chung": "Lò Thị Mai", "giay_ma": "ab" * 32,
}  # fmt: skip


@pytest.mark.parametrize(
    ("page", "action", "typed"),
    [
        ("/ke-hoach/muc-tieu?thay=1", "/rut", {"ly_do": "Kế hoạch mới"}),
        (TEAM, "/thoi", {"den": "2026-11-05"}),
        (TEAM, "/thanh-vien/1", {"thoi": "1", "den": "2026-11-05"}),
        (
            f"{VENDOR}/dong-y",
            "/dong-y",
            GIVEN,
        ),
    ],
)
def test_the_second_sending_gets_the_answer_of_the_first(
    staff: Staff, world: sa.Engine, page: str, action: str, typed: Mapping[str, Any]
) -> None:
    role = Role.ECONOMIST if page.startswith("/ke-hoach") else Role.MARKET_MANAGER
    client = staff(role) if role is Role.ECONOMIST else staff(role, "MA")
    form = filled(client, page, action) | dict(typed)
    path = {
        "/rut": "/ke-hoach/muc-tieu/1/rut", "/thoi": f"{TEAM}/thoi",
        "/thanh-vien/1": f"{TEAM}/thanh-vien/1", "/dong-y": f"{VENDOR}/dong-y",
    }[action]  # fmt: skip

    first = client.send(path, **form)
    events = count(world, RegisterEvent)
    second = client.send(path, **form)

    assert [first.status_code, second.status_code] == [303, 303]
    assert first.headers["location"] == second.headers["location"]
    assert count(world, RegisterEvent) == events


def test_a_withdrawal_sent_twice_leaves_a_consent_given_since(
    staff: Staff, world: sa.Engine
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    manager.send(f"{VENDOR}/dong-y", once="1", **GIVEN)
    form = filled(manager, f"{VENDOR}/dong-y", "/rut") | {"rut": "contact"}
    manager.send(f"{VENDOR}/dong-y/rut", **form)
    manager.send(f"{VENDOR}/dong-y", once="2", **GIVEN)

    manager.send(f"{VENDOR}/dong-y/rut", **form)

    with reading(world) as session:
        standing = select(Consent.purpose).where(
            Consent.withdrawn_at.is_(None)  # type: ignore[union-attr]
        )
        assert sorted(session.exec(standing)) == ["contact", "onboarding"]


def test_one_page_ends_a_member_and_then_the_team(staff: Staff, world: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    page = Page(manager.get(TEAM).text)
    seals = [fields(page, action)["once"] for action in ("/thanh-vien/1", "/thoi", "/to/1")]

    assert len(set(seals)) == 3
    for action, once in zip(("/thanh-vien/1", "/thoi"), seals, strict=False):
        typed = {"den": "2026-11-05", "thoi": "1"}
        assert manager.send(f"{TEAM}{action}", once=once, **typed).status_code == 303
    with reading(world) as session:
        assert session.exec(select(TeamMember)).one().to_on == date(2026, 11, 5)


@pytest.mark.usefixtures("world")
def test_the_same_seal_for_another_day_is_refused(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    form = filled(manager, TEAM, "/thoi")

    manager.send(f"{TEAM}/thoi", **form, den="2026-11-05")

    assert manager.send(f"{TEAM}/thoi", **form, den="2026-11-04").status_code == 409
