"""What a signed-in helper does counts for the right team member; who took the evidence is remembered."""

import io
from datetime import date

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from market.database import reading, writing
from market.roles import Role
from market.security.security_log import SecurityAction
from market.tables import SecurityEvent
from merchants.campaigns.helped import helper_league
from merchants.kinds import EventAction
from merchants.tables import AreaGroup, AreaGroupMarket, Market, RegisterEvent, Stall, Visit
from tests.market.conftest import NOW, SEALER, SignedIn, Staff
from tests.market.test_campaign_commands import Run, done, register, run
from tests.merchants.campaigns import campaigning
from tests.merchants.conftest import Register

__all__ = ["register", "run"]

VISIT = {"stall_code": "A01", "visited_on": "2026-11-05", "minutes": 20, "outcome": "helped"}


@pytest.fixture
def members(october: sa.Engine) -> dict[str, int]:
    """A member of a team at each of the two markets, without a sign-in."""
    with writing(october) as session:
        return {
            code: campaigning.member(
                session, SEALER, campaigning.team(session, code), market_code=code
            )
            for code in ("LG", "MA")
        }


def link(manager: SignedIn, market: str, member: int, user_id: int | None) -> int:
    path = f"/api/v1/markets/{market}/team-members/{member}/sign-in"
    return manager.put(path, json={"user_id": user_id}).status_code


def kept_visits(engine: sa.Engine) -> list[tuple[str, int]]:
    """Return the market of each visit's stall, and the member it counts for."""
    with reading(engine) as session:
        query = (
            select(Market.code, Visit.team_member_id)
            .join(Stall, col(Stall.id) == col(Visit.stall_id))
            .join(Market, col(Market.id) == col(Stall.market_id))
        )
        return sorted(session.exec(query))


def test_a_linked_sign_in_makes_visits_the_members(
    staff: Staff, october: sa.Engine, members: dict[str, int]
) -> None:
    manager, helper = staff(Role.MARKET_MANAGER, "MA"), staff(Role.FIELD_HELPER, "MA")
    offered = manager.get("/api/v1/markets/MA/helper-sign-ins").json()["items"]

    before = helper.post("/api/v1/markets/MA/visits", json=VISIT).status_code
    linked = link(manager, "MA", members["MA"], helper.user_id)
    visit = helper.post("/api/v1/markets/MA/visits", json=VISIT)

    assert [one["user_id"] for one in offered] == [helper.user_id]
    assert (before, linked, visit.status_code) == (403, 204, 201)
    assert visit.json()["member_id"] == members["MA"]
    (team,) = manager.get("/api/v1/markets/MA/teams").json()["items"]
    assert team["members"][0]["user_id"] == helper.user_id


def test_a_helper_of_two_markets_counts_at_each_for_its_own_team(
    staff: Staff, october: sa.Engine, members: dict[str, int]
) -> None:
    manager, helper = staff(Role.MARKET_MANAGER), staff(Role.FIELD_HELPER, "MA", "LG")
    for market, member in members.items():
        assert link(manager, market, member, helper.user_id) == 204

    for market in members:
        assert helper.post(f"/api/v1/markets/{market}/visits", json=VISIT).status_code == 201
        form = helper.get(f"/cho/{market}/to-ho-tro/ghe").text
        assert "Người ghé" not in form

    assert kept_visits(october) == sorted(members.items())
    with reading(october) as session:
        for market, member in members.items():
            found = helper_league(session, market, first=date(2026, 11, 1), last=date(2026, 11, 30))
            assert [(one.id, row.helped) for row, one in found.named()] == [(member, 1)]


def test_what_a_helper_writes_names_the_member_of_the_vendors_market(
    staff: Staff, october: sa.Engine, members: dict[str, int], codes: dict[str, list[str]]
) -> None:
    manager, helper = staff(Role.MARKET_MANAGER), staff(Role.FIELD_HELPER, "MA", "LG")
    for market, member in members.items():
        link(manager, market, member, helper.user_id)

    for market in ("MA", "LG"):
        code = codes[market][2]
        path = f"/api/v1/markets/{market}/vendors/{code}"
        version = helper.get(path).json()["version"]
        changed = helper.patch(path, json={"version": version, "display_name": "Cô Hương"})
        assert changed.status_code == 200

    with reading(october) as session:
        query = (
            select(Market.code, RegisterEvent.assisted_by_id)
            .join(RegisterEvent, col(RegisterEvent.market_id) == col(Market.id))
            .where(RegisterEvent.action == EventAction.CHANGED.value)
        )
        assert sorted(set(session.exec(query))) == sorted(members.items())


def test_the_link_is_refused_for_strangers_and_remembered(
    staff: Staff, october: sa.Engine, members: dict[str, int]
) -> None:
    manager, clerk = staff(Role.MARKET_MANAGER, "MA"), staff(Role.MARKET_CLERK, "MA")
    elsewhere, helper = staff(Role.FIELD_HELPER, "LG"), staff(Role.FIELD_HELPER, "MA")

    assert link(manager, "MA", members["MA"], elsewhere.user_id) == 422
    assert link(manager, "MA", members["MA"], clerk.user_id) == 422
    assert link(manager, "MA", 99, helper.user_id) == 404
    assert link(clerk, "MA", members["MA"], helper.user_id) == 403
    assert link(manager, "LG", members["LG"], elsewhere.user_id) == 403
    assert link(manager, "MA", members["MA"], helper.user_id) == 204
    assert link(manager, "MA", members["MA"], None) == 204

    with reading(october) as session:
        query = select(RegisterEvent).where(
            RegisterEvent.action == EventAction.TEAM_CHANGED.value,
            RegisterEvent.subject == f"team_member:{members['MA']}",
        )
        told = [(one.from_value, one.to_value, one.actor) for one in session.exec(query)][-2:]
    user, who = f"user:{helper.user_id}", f"staff:{manager.user_id}"
    assert told == [("", user, who), (user, "", who)]


def test_a_helper_of_an_area_is_offered_at_its_markets(staff: Staff, october: sa.Engine) -> None:
    with writing(october) as session:
        area = AreaGroup(code="X", name="Địa bàn X")
        session.add(area)
        session.flush()
        market = session.exec(select(Market.id).where(Market.code == "LG")).one()
        assert area.id is not None
        assert market is not None
        session.add(
            AreaGroupMarket(
                area_group_id=area.id,
                market_id=market,
                from_on=date(2026, 1, 1),
                to_on=date(2026, 11, 5),
            )
        )
    helper = staff(Role.FIELD_HELPER, areas=["X"])
    admin = staff(Role.ADMIN)

    at = {
        code: [one["user_id"] for one in admin.get(
            f"/api/v1/markets/{code}/helper-sign-ins").json()["items"]]
        for code in ("LG", "MA")
    }  # fmt: skip

    assert at == {"LG": [helper.user_id], "MA": []}


def exports(engine: sa.Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        query = select(SecurityEvent).where(SecurityEvent.action == SecurityAction.DATA_EXPORTED)
        return [(one.actor, one.subject, one.note) for one in session.exec(query)]


def test_the_evidence_leaves_by_api_and_page_and_who_took_it_is_remembered(
    staff: Staff, october: sa.Engine, members: dict[str, int]
) -> None:
    with writing(october) as session:
        campaigning.visit(session, members["MA"], "A01", visited_on=date(2026, 11, 5), now=NOW)
    manager = staff(Role.MARKET_MANAGER, "MA")
    path = "/api/v1/markets/MA/team-evidence/2026-11"

    told = manager.get(path)
    book = manager.get(f"{path}.xlsx?support_vnd=500000")
    page = manager.get("/cho/MA/to-ho-tro/bang-chung.xlsx?thang=2026-11")

    (team,) = told.json()["teams"]
    assert (team["visits"], team["minutes"], told.json()["last"]) == (1, 20, "2026-11-30")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_name("Theo tổ")
    assert sheet.to_python()[1][-1] == 500_000
    assert page.status_code == 200
    who = f"staff:{manager.user_id}"
    assert exports(october) == [
        (who, "market:MA", "team evidence json 2026-11, 1 teams, 1 visits"),
        (who, "market:MA", "team evidence xlsx 2026-11, 1 teams, 1 visits"),
        (who, "market:MA", "team evidence xlsx 2026-11, 1 teams, 1 visits"),
    ]
    assert manager.get("/api/v1/markets/MA/team-evidence/2026-13").status_code == 422


def test_the_evidence_is_closed_to_helpers_and_economists(staff: Staff, october: sa.Engine) -> None:
    path = "/api/v1/markets/MA/team-evidence/2026-11"

    for role in (Role.FIELD_HELPER, Role.ECONOMIST):
        assert staff(role).get(path).status_code == 403
        assert staff(role).get(f"{path}.xlsx").status_code == 403
    assert exports(october) == []


def test_the_terminal_links_and_remembers_the_evidence(run: Run, register: Register) -> None:
    done(run("team", "add", "MA", "Tổ thôn 1", "--from", "01/09/2026"))
    done(run("team", "member", "MA", 1, "Lò Thị Mai", "--from", "01/09/2026"))
    done(
        run(
            "user",
            "add",
            "0912000123",
            "--name",
            "Lò Thị Mai",
            "--role",
            "field_helper",
            "--market",
            "MA",
        )
    )

    linked = done(run("team", "link", "MA", 1, "0912000123"))
    done(run("team", "evidence", "MA", "2026-11", "--out", "evidence.xlsx"))

    assert "0912000123" in linked
    with reading(register.engine) as session:
        told = session.exec(
            select(SecurityEvent.actor, SecurityEvent.note).where(
                SecurityEvent.action == SecurityAction.DATA_EXPORTED
            )
        ).all()
    assert told == [("command", "team evidence xlsx 2026-11, 1 teams, 0 visits")]
    stranger = run("team", "link", "MA", 1, "0912999999")
    assert stranger.exit_code != 0
