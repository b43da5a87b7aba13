"""Targets, programmes, teams, visits, the league and the 4-G card for machines."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from market.roles import Role
from merchants.actors import COMMAND
from merchants.campaigns.targets import list_targets
from merchants.events import record_event
from merchants.kinds import EventAction, VendorState
from merchants.tables import Target, TeamMember
from tests.market.conftest import NOW, SEALER, SignedIn, Staff
from tests.merchants.campaigns import campaigning

TODAY = date(2026, 11, 5)
TARGET: dict[str, Any] = {
    "indicator": "S3",
    "area": "market",
    "area_code": "MA",
    "period_from": "2026-09-01",
    "period_to": "2026-12-31",
    "value_milli": 80_000,
    "baseline_milli": 20_000,
    "legal_basis": "KH 12/KH-UBND 05/08/2026",
    "set_on": "2026-08-20",
}
VISIT: dict[str, Any] = {
    "stall_code": "A01",
    "visited_on": "2026-11-05",
    "minutes": 20,
    "outcome": "helped",
}


@pytest.fixture
def member(october: sa.Engine) -> int:
    """A member of a team at Mậu A."""
    with writing(october) as session:
        return campaigning.member(session, SEALER, campaigning.team(session))


def test_a_target_is_made_once_by_key_and_read_back(staff: Staff, october: sa.Engine) -> None:
    economist = staff(Role.ECONOMIST)
    key = {"Idempotency-Key": "k1"}

    made = economist.post("/api/v1/targets", json=TARGET, headers=key)
    again = economist.post("/api/v1/targets", json=TARGET, headers=key)

    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json() == again.json()
    assert made.headers["location"] == f"/api/v1/targets/{made.json()['target_id']}"
    assert economist.get(made.headers["location"]).json() == made.json()
    assert (made.json()["unit"], made.json()["market_codes"]) == ("percent", ["MA"])
    with reading(october) as session:
        assert len(list_targets(session, on=TODAY)) == 1


def test_a_market_tells_where_its_plan_stands_on_a_day(staff: Staff) -> None:
    staff(Role.ECONOMIST).post("/api/v1/targets", json=TARGET)

    told = staff(Role.MARKET_MANAGER, "MA").get("/api/v1/markets/MA/plan?on=2026-11-01").json()

    (line,) = told["items"]
    # 61 of 121 days of the way from 20 to 80 per cent.
    assert (line["value_milli"], line["expected_milli"]) == (80_000, 50_248)
    none = staff(Role.MARKET_MANAGER, "MA").get("/api/v1/markets/MA/plan?on=2027-11-01").json()
    assert none == {"items": [], "next": None}


def test_superseding_names_the_target_that_counts(staff: Staff) -> None:
    economist = staff(Role.ECONOMIST)
    first = economist.post("/api/v1/targets", json=TARGET).json()["target_id"]
    higher = TARGET | {"value_milli": 90_000}

    blind = economist.post("/api/v1/targets", json=higher)
    seen = economist.post("/api/v1/targets", json=higher | {"supersedes": first})

    assert blind.status_code == 409
    assert blind.json()["type"] == "urn:cho40:problem:target-set-meanwhile"
    assert seen.status_code == 201
    counting = economist.get("/api/v1/targets").json()["items"]
    assert [one["value_milli"] for one in counting] == [90_000]
    history = economist.get("/api/v1/targets?history=true").json()["items"]
    assert [one["is_current"] for one in history] == [False, True]


def test_a_target_is_withdrawn_by_a_row_of_its_own(staff: Staff, october: sa.Engine) -> None:
    economist = staff(Role.ECONOMIST)
    first = economist.post("/api/v1/targets", json=TARGET).json()["target_id"]

    gone = economist.post(f"/api/v1/targets/{first}/withdrawal", json={"reason": "Kế hoạch mới"})
    twice = economist.post(f"/api/v1/targets/{first}/withdrawal", json={"reason": "Kế hoạch mới"})

    assert (gone.status_code, gone.json()["is_withdrawn"]) == (201, True)
    assert twice.status_code == 409
    with reading(october) as session:
        assert session.execute(sa.select(sa.func.count()).select_from(Target)).scalar_one() == 2


def test_targets_come_in_pages_of_the_readers_markets(staff: Staff, october: sa.Engine) -> None:
    with writing(october) as session:
        for day in range(1, 6):
            campaigning.target(session, period_to=date(2026, 12, day))
        elsewhere = campaigning.target(session, area_code="LG")
    reader = staff(Role.MARKET_MANAGER, "MA")

    first = reader.get("/api/v1/targets?limit=3").json()
    rest = reader.get(f"/api/v1/targets?limit=3&after={first['next']}").json()

    assert [len(first["items"]), len(rest["items"]), rest["next"]] == [3, 2, None]
    assert reader.get("/api/v1/targets?market=LG").json()["items"] == []
    assert reader.get(f"/api/v1/targets/{elsewhere}").status_code == 403
    assert reader.get("/api/v1/targets?indicator=U1").json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"indicator": "X1"}, 422),
        ({"area_code": "XX"}, 422),
        ({"area_code": "MA\u0000"}, 422),
        ({"value_milli": 100_001}, 422),
        ({"value_milli": -1}, 422),
        ({"value_milli": 2**70}, 422),
        ({"period_to": "2026-08-01"}, 422),
        ({"period_to": "9999-12-31"}, 422),
        ({"legal_basis": " "}, 422),
        ({"is_withdrawn": True}, 422),
    ],
)
def test_a_wrong_target_is_refused(
    staff: Staff, october: sa.Engine, changes: dict[str, Any], status: int
) -> None:
    answer = staff(Role.ECONOMIST).post("/api/v1/targets", json=TARGET | changes)

    assert answer.status_code == status
    with reading(october) as session:
        assert list_targets(session, on=TODAY, with_history=True) == []


def test_a_scoped_economist_sets_nothing_elsewhere(staff: Staff) -> None:
    economist = staff(Role.ECONOMIST, "MA")

    assert economist.post("/api/v1/targets", json=TARGET | {"area_code": "LG"}).status_code == 403
    assert economist.post("/api/v1/targets", json=TARGET).status_code == 201


def test_programmes_and_waves(staff: Staff) -> None:
    admin = staff(Role.ADMIN)
    programme = {
        "code": "CHO40",
        "name": "Chợ 4.0",
        "legal_basis": "KH 12",
        "from_on": "2026-09-01",
    }
    wave = {"number": 1, "from_on": "2026-09-01", "market_codes": ["MA"]}
    path = "/api/v1/programmes/CHO40"

    for _ in range(2):
        made = admin.post("/api/v1/programmes", json=programme, headers={"Idempotency-Key": "p"})
        assert (made.status_code, made.headers["location"]) == (201, path)
    assert admin.post("/api/v1/programmes", json=programme).status_code == 422
    for _ in range(2):
        waved = admin.post(f"{path}/waves", json=wave, headers={"Idempotency-Key": "w"})
        assert waved.status_code == 201
    moved = admin.put(f"{path}/waves/1/markets", json={"market_codes": ["MA", "LG"]})

    assert moved.json()["waves"][0]["market_codes"] == ["LG", "MA"]
    assert admin.get(path).json() == moved.json()
    assert admin.get("/api/v1/programmes").json()["items"] == [moved.json()]
    unknown = admin.put(f"{path}/waves/1/markets", json={"market_codes": ["XX"]})
    assert unknown.status_code == 404
    assert admin.get("/api/v1/programmes/KHAC").status_code == 404
    assert staff(Role.ECONOMIST).post("/api/v1/programmes", json=programme).status_code == 403


def test_teams_and_members(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    path = "/api/v1/markets/MA/teams"
    body = {"kind": "hamlet", "name": "Tổ thôn 1", "from_on": "2026-09-01"}

    for _ in range(2):
        made = manager.post(path, json=body, headers={"Idempotency-Key": "t"})
        assert made.status_code == 201
    team = made.headers["location"]
    member = {"full_name": "Lò Thị Mai", "phone": "0912000123", "from_on": "2026-09-01"}
    for _ in range(2):
        filled = manager.post(f"{team}/members", json=member, headers={"Idempotency-Key": "m"})
        assert filled.status_code == 201
    (mai,) = filled.json()["members"]

    assert (mai["phone_tail"], "phone" in mai) == ("123", False)
    assert manager.get(team).json() == filled.json()
    assert manager.get(path).json() == {"items": [filled.json()], "next": None}
    left = manager.post(
        f"/api/v1/markets/MA/team-members/{mai['id']}/end", json={"to_on": "2026-11-01"}
    )
    assert left.status_code == 204
    ended = manager.post(f"{team}/end", json={"to_on": "2026-11-05"}).json()
    assert (ended["to_on"], ended["members"][0]["to_on"]) == ("2026-11-05", "2026-11-01")
    assert manager.get(f"{path}/99").status_code == 404
    wrong = manager.post(f"{path}", json=body | {"from_on": "2026-13-01"})
    assert wrong.status_code == 422


def test_visits_come_in_pages(staff: Staff, member: int) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    path = "/api/v1/markets/MA/visits"
    for number in range(1, 4):
        body = VISIT | {"member_id": member, "stall_code": f"A0{number}"}
        made = clerk.post(path, json=body, headers={"Idempotency-Key": f"v{number}"})
        assert made.status_code == 201
        again = clerk.post(path, json=body, headers={"Idempotency-Key": f"v{number}"})
        assert again.json() == made.json()
        assert clerk.get(made.headers["location"]).json() == made.json()

    first = clerk.get(f"{path}?limit=2").json()
    rest = clerk.get(f"{path}?limit=2&after={first['next']}").json()

    assert [one["stall_code"] for one in first["items"]] == ["A03", "A02"]
    assert ([one["stall_code"] for one in rest["items"]], rest["next"]) == (["A01"], None)
    assert clerk.get(f"{path}?outcome=refused").json()["items"] == []
    assert clerk.get(f"{path}?to=2026-11-04").json()["items"] == []
    assert clerk.get(f"{path}/999").status_code == 404


def test_a_helper_records_only_their_own_visits(
    staff: Staff, october: sa.Engine, member: int
) -> None:
    helper = staff(Role.FIELD_HELPER, "MA")
    path = "/api/v1/markets/MA/visits"
    assert helper.post(path, json=VISIT).status_code == 403  # in no team

    with writing(october) as session:
        session.get_one(TeamMember, member).user_id = helper.user_id
        other = campaigning.member(session, SEALER, 1, "Hà Văn Toàn")

    own = helper.post(path, json=VISIT)
    assert own.json()["member_id"] == member
    assert helper.post(path, json=VISIT | {"member_id": other}).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"stall_code": "Z99"},
        {"stall_code": "A\u0000"},
        {"minutes": 0},
        {"visited_on": "2026-11-06"},
        {"outcome": "refused"},
        {"reason": "no_time"},
        {"recorded_by": "x"},
    ],
)
def test_a_wrong_visit_is_refused(staff: Staff, member: int, changes: dict[str, Any]) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")

    answer = clerk.post("/api/v1/markets/MA/visits", json=VISIT | {"member_id": member} | changes)

    assert answer.status_code == 422
    assert clerk.get("/api/v1/markets/MA/visits").json()["items"] == []


def test_the_league_is_whole_for_the_market_and_totals_for_others(
    staff: Staff, october: sa.Engine, member: int
) -> None:
    with writing(october) as session:
        for number in range(1, 8):
            campaigning.visit(session, member, f"A0{number}", visited_on=TODAY, now=NOW)
        _activate(session, range(1, 8))
    path = "/api/v1/markets/MA/league"
    economist = staff(Role.ECONOMIST)

    whole = staff(Role.MARKET_MANAGER, "MA").get(path).json()
    told = economist.get(path).json()

    (place,) = whole["places"]
    assert (place["rank"], place["activated"], place["member_name"]) == (1, 7, "Lò Thị Mai")
    assert (whole["first"], whole["last"]) == ("2026-11-01", "2026-11-05")
    assert (told["activated"], told["unaided"]) == (7, 0)
    assert told["places"] == told["reasons"] == []
    with writing(october) as session:
        _activate(session, [8])
    few = economist.get(path).json()
    assert (few["activated"], few["unaided"]) == (None, None)


def _activate(session: Any, vendor_ids: Any) -> None:
    for vendor_id in vendor_ids:
        record_event(
            session,
            EventAction.STATE_CHANGED,
            actor=COMMAND,
            now=NOW,
            vendor_id=vendor_id,
            to_value=VendorState.ACTIVE.value,
        )


CARD: dict[str, Any] = {
    "purpose": "Chợ nhận tiền qua QR",
    "objectives": [{"indicator": "S3", "target_milli": 80_000, "due_on": "2026-12-31"}],
    "tasks": [{"task": "In tấm mã", "responsible": "Ban quản lý", "due_on": "2026-11-01"}],
    "resources": [{"kind": "money", "need": "Kinh phí in"}],
}


@pytest.fixture
def manager(staff: Staff, october: sa.Engine) -> SignedIn:
    """The manager of Mậu A, which is in a programme."""
    with writing(october) as session:
        campaigning.programme(session, w1=["MA"])
    return staff(Role.MARKET_MANAGER, "MA")


def test_a_card_is_put_and_its_versions_kept(manager: SignedIn) -> None:
    path = "/api/v1/markets/MA/model-card?programme=CHO40"
    absent = manager.get(path)
    assert absent.status_code == 404
    assert absent.json()["detail"] == "market 'MA' has no model card of programme 'CHO40'"

    card = manager.put(path, json=CARD).json()
    higher = [CARD["objectives"][0] | {"target_milli": 90_000}]
    body = CARD | {"objectives": higher, "seen_at": card["updated_at"]}
    tasks = [card["tasks"][0] | {"state": "done"}]

    assert manager.put(path, json=CARD | {"purpose": "Khác"}).status_code == 409
    assert manager.put(path, json=body).status_code == 422
    changed = manager.put(path, json=body | {"reason": "Nhanh hơn", "tasks": tasks}).json()

    assert [one["number"] for one in changed["versions"]] == [2, 1]
    assert changed["versions"][1]["objectives"][0]["target_milli"] == 80_000
    assert [one["state"] for one in changed["tasks"]] == ["done"]
    assert manager.get("/api/v1/markets/MA/model-card").json() == changed


@pytest.mark.parametrize(
    "changes",
    [
        {"objectives": [{"indicator": "X", "target_milli": 1, "due_on": "2026-12-31"}]},
        {"tasks": [{"task": "x", "responsible": ""}]},
        {"tasks": [{"id": 99, "task": "x", "responsible": "x"}]},
        {"resources": [{"kind": "luck", "need": "x"}]},
        {"versions": []},
    ],
)
def test_a_wrong_card_is_refused(manager: SignedIn, changes: dict[str, Any]) -> None:
    path = "/api/v1/markets/MA/model-card?programme=CHO40"

    assert manager.put(path, json=CARD | changes).status_code == 422
    assert manager.get(path).status_code == 404
