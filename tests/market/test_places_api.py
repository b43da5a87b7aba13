"""Markets, their floors, areas and administrative units, through the API."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.roles import Role
from merchants.actors import COMMAND
from merchants.markets.areas import seed_van_yen
from merchants.tables import Market, Stall, Zone
from tests.market.conftest import NOW, SignedIn, Staff

MARKETS = "/api/v1/markets"
MA = f"{MARKETS}/MA"


@pytest.fixture
def admin(staff: Staff, october: sa.Engine) -> SignedIn:
    """An administrator, with the territory of former Văn Yên in the database."""
    with writing(october) as session:
        seed_van_yen(session, actor=COMMAND, now=NOW)
    return staff(Role.ADMIN)


NEW = {
    "code": "TH",
    "name": "Chợ Tân Hợp",
    "kind": "rural_market",
    "market_class": 3,
    "commune_code": "04429",
    "commune_name": "Xã Tân Hợp",
    "commune_valid_from": "2025-07-01",
    "calendar_rule": "weekly",
    "calendar_params": "weekdays=7",
}


def test_markets_are_listed_by_the_page(admin: SignedIn) -> None:
    first = admin.get(MARKETS, params={"limit": 1}).json()
    rest = admin.get(MARKETS, params={"after": first["next"]}).json()

    assert [one["code"] for one in first["items"]] == ["LG"]
    assert [one["code"] for one in rest["items"]] == ["MA"]
    assert rest["next"] is None
    assert first["items"][0]["calendar"]["params"] == "weekdays=6"


def test_a_manager_lists_only_the_own_market(staff: Staff) -> None:
    found = staff(Role.MARKET_MANAGER, "LG").get(MARKETS).json()

    assert [one["code"] for one in found["items"]] == ["LG"]


def test_a_market_is_made_once_under_one_key(admin: SignedIn, october: sa.Engine) -> None:
    headers = {"Idempotency-Key": "make-TH"}
    made = admin.post(MARKETS, json=NEW, headers=headers)
    again = admin.post(MARKETS, json=NEW, headers=headers)
    third = admin.post(MARKETS, json=NEW)

    assert (made.status_code, again.status_code, third.status_code) == (201, 201, 422)
    assert made.headers["location"] == f"{MARKETS}/TH"
    assert made.json() == again.json()
    assert made.json()["calendar"]["rule_type"] == "weekly"
    with reading(october) as session:
        assert len(session.exec(select(Market)).all()) == 3
    assert admin.post(MARKETS, json=NEW | {"code": "t h"}).status_code == 422
    assert admin.post(MARKETS, json=NEW | {"secret": 1}).status_code == 422


def test_a_patch_changes_what_it_names(admin: SignedIn) -> None:
    answer = admin.patch(MA, json={"stalls_counted": 410, "stalls_counted_on": "2026-11-01"})

    assert answer.status_code == 200
    told = answer.json()
    assert (told["name"], told["stalls_counted"], told["derived_class"]) == (
        "Chợ trung tâm Mậu A", 410, 1,
    )  # fmt: skip
    assert admin.patch(MA, json={"name": None}).status_code == 422
    assert admin.patch(f"{MARKETS}/XX", json={"name": "x"}).status_code == 404


def test_operators_and_communes_are_told_by_date(admin: SignedIn) -> None:
    body = {"kind": "cooperative", "name": "HTX chợ Mậu A", "from_on": "2026-01-01"}
    made = admin.post(f"{MA}/operator", json=body)
    commune = admin.post(f"{MA}/communes", json={"code": "04375", "from_on": "2020-01-01"})

    assert made.json()["items"][0]["name"] == "HTX chợ Mậu A"
    assert made.json() == admin.get(f"{MA}/operator").json()
    assert [one["name"] for one in commune.json()["items"]] == ["Thị trấn Mậu A", "Xã Mậu A"]
    wrong = {"code": "04375", "from_on": "2026-02-01", "to_on": "2026-01-01"}
    assert admin.post(f"{MA}/communes", json=wrong).status_code == 422
    unknown = admin.post(f"{MA}/communes", json={"code": "99999", "from_on": "2026-02-01"})
    assert unknown.status_code == 404


def test_the_calendar_is_read_ruled_and_put_right(admin: SignedIn) -> None:
    path = f"{MARKETS}/LG/calendar"
    days = admin.get(path, params={"first": "2026-11-16", "last": "2026-11-22"}).json()["days"]
    assert [day["on"] for day in days if day["is_open"]] == ["2026-11-21"]

    put = admin.put(f"{path}/days/2026-11-20", json={"is_open": True, "note": "hội"})
    assert (put.json()["is_open"], put.json()["by_rule"], put.json()["note"]) == (
        True,
        False,
        "hội",
    )
    assert admin.delete(f"{path}/days/2026-11-20").status_code == 204
    assert admin.delete(f"{path}/days/2026-11-20").status_code == 204
    rule = {"rule_type": "weekly", "params": "weekdays=7", "from_on": "2026-12-01"}
    ruled = admin.post(f"{path}/rules", json=rule)
    assert ruled.status_code == 201
    assert [rule["params"] for rule in ruled.json()["rules"]] == ["weekdays=6", "weekdays=7"]
    late = admin.post(f"{path}/rules", json=rule | {"from_on": "2026-01-01", "params": ""})
    assert late.status_code == 422
    too_long = admin.get(path, params={"first": "2026-01-01", "last": "2028-01-01"})
    assert too_long.status_code == 422
    assert admin.get(path, params={"first": "9999-12-31"}).status_code == 422


def test_zones_are_made_placed_and_merged(admin: SignedIn, october: sa.Engine) -> None:
    headers = {"Idempotency-Key": "zone-a"}
    made = [admin.post(f"{MA}/zones", json={"name": "Khu A"}, headers=headers) for _ in range(2)]
    other = admin.post(f"{MA}/zones", json={"name": "Khu B"}).json()["id"]
    number = made[0].json()["id"]

    assert made[0].json() == made[1].json()
    box = {"x": 0, "y": 0, "width": 12, "height": 4}
    placed = admin.patch(f"{MA}/zones/{number}", json={"name": "Rau củ", "box": box}).json()
    assert (placed["name"], placed["box"]) == ("Rau củ", box)
    overlapping = admin.patch(f"{MA}/zones/{other}", json={"box": box})
    assert overlapping.status_code == 422
    assert admin.patch(f"{MA}/zones/{number}", json={"box": None}).json()["box"] is None
    merged = admin.post(f"{MA}/zones/{other}/merge", json={"into_id": number})
    assert merged.json()["id"] == number
    with reading(october) as session:
        assert len(session.exec(select(Zone)).all()) == 1
    assert admin.patch(f"{MARKETS}/LG/zones/{number}", json={"name": "x"}).status_code == 404


def test_stalls_are_added_changed_closed_and_laid_out(admin: SignedIn, october: sa.Engine) -> None:
    body = {"codes": ["Z1-Z3", "Y/1"], "kind": "kiosk", "area_m2": 6}
    headers = {"Idempotency-Key": "places"}
    made = [admin.post(f"{MA}/places", json=body, headers=headers) for _ in range(2)]

    assert [one.status_code for one in made] == [201, 201]
    assert [one["code"] for one in made[0].json()["items"]] == ["Y/1", "Z1", "Z2", "Z3"]
    closed = admin.patch(f"{MA}/places/Y/1", json={"state": "closed", "goods_group": "Hoa"}).json()
    assert (closed["state"], closed["goods_group"], closed["kind"]) == ("closed", "Hoa", "kiosk")
    assert admin.patch(f"{MA}/places/A01", json={"state": "closed"}).status_code == 422
    assert admin.patch(f"{MA}/places/Z1", json={"kind": None}).status_code == 422
    assert admin.patch(f"{MA}/places/NONE", json={}).status_code == 404
    assert admin.post(f"{MA}/floor/lay-out").json() == {"moved": 29}
    assert admin.post(f"{MA}/floor/lay-out").json() == {"moved": 0}
    page = admin.get(f"{MA}/places", params={"limit": 10}).json()
    rest = admin.get(f"{MA}/places", params={"after": page["next"], "limit": 100}).json()
    assert len(page["items"]) + len(rest["items"]) == 29
    assert [
        p["code"] for p in admin.get(f"{MA}/places", params={"state": "closed"}).json()["items"]
    ] == ["Y/1"]
    with reading(october) as session:
        assert all(
            s.plan_x is not None for s in session.exec(select(Stall).where(Stall.market_id == 1))
        )


def test_areas_are_made_and_their_markets_dated(admin: SignedIn) -> None:
    path = "/api/v1/areas"
    headers = {"Idempotency-Key": "area"}
    body = {"code": "DOT-1", "name": "Đợt 1", "caveat": "thử"}
    made = [admin.post(path, json=body, headers=headers) for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201]

    joined = admin.put(f"{path}/DOT-1/markets/MA", json={"from_on": "2026-01-01"})
    assert joined.json()["members"][0]["market_code"] == "MA"
    ended = admin.put(f"{path}/DOT-1/markets/MA", json={"to_on": "2026-10-31"})
    assert ended.json()["members"][0]["to_on"] == "2026-10-31"
    assert admin.put(f"{path}/DOT-1/markets/MA", json={}).status_code == 422
    changed = admin.put(f"{path}/DOT-1", json={"name": "Đợt một"})
    assert changed.json()["name"] == "Đợt một"
    listed = [(one["kind"], one["code"]) for one in admin.get(path).json()["items"]]
    assert listed == [("group", "VAN-YEN-CU"), ("group", "DOT-1"), ("commune", "xa-04375")]
    assert admin.get(f"{path}/NO-AREA").status_code == 404
    assert admin.put(f"{path}/NO-AREA", json={"name": "x"}).status_code == 404


def test_units_are_found_and_followed_by_day(admin: SignedIn) -> None:
    path = "/api/v1/admin-units"
    both = admin.get(path, params={"q": "04375"}).json()["items"]
    assert [(one["name"], one["valid_from"]) for one in both] == [
        ("Thị trấn Mậu A", None),
        ("Xã Mậu A", "2025-07-01"),
    ]
    new = admin.get(f"{path}/04375", params={"on": "2026-01-01"}).json()
    assert len(new["predecessors"]) == 5
    old = admin.get(f"{path}/04378", params={"on": "2025-01-01"}).json()
    assert [one["name"] for one in old["successors"]] == ["Xã Lâm Giang"]
    page = admin.get(path, params={"limit": 30}).json()
    rest = admin.get(path, params={"limit": 30, "after": page["next"]}).json()
    assert len(page["items"]) + len(rest["items"]) == 40
    assert admin.get(f"{path}/1234").status_code == 404
    assert admin.get(f"{path}/04378").status_code == 404
    assert admin.get(path, params={"after": "x@y"}).status_code == 422


def test_adoption_of_an_area_carries_its_caveat(admin: SignedIn, staff: Staff) -> None:
    path = "/api/v1/areas/VAN-YEN-CU/adoption/2026-10"
    report = admin.get(path).json()

    assert report["area"]["name"] == "địa bàn huyện Văn Yên (cũ)"
    assert {one["market_code"] for one in report["markets"]} == {"LG", "MA"}
    assert report["total"]["market_code"] == "VAN-YEN-CU"
    rows = admin.get(f"{path}.csv").text.splitlines()
    assert rows[0].endswith("group_code,caveat")
    assert all("An Lương" in row for row in rows[1:])
    assert staff(Role.ECONOMIST, "MA").get(path).status_code == 404
    assert admin.get("/api/v1/areas/NO-AREA/adoption/2026-10").status_code == 404


def test_an_area_of_all_markets_shows_what_the_whole_table_shows(admin: SignedIn) -> None:
    area = admin.get("/api/v1/areas/VAN-YEN-CU/adoption/2026-10").json()
    whole = admin.get("/api/v1/adoption/2026-10").json()

    def cells(view: dict[str, list[dict[str, object]]]) -> list[tuple[object, ...]]:
        return [(c["id"], c["value"], c["hidden"]) for c in view["indicators"]]

    assert [cells(view) for view in area["markets"]] == [cells(view) for view in whole["markets"]]
    assert cells(area["total"]) == cells(whole["total"])


def test_an_area_of_one_small_market_has_no_sum(admin: SignedIn) -> None:
    admin.post("/api/v1/areas", json={"code": "LG-1", "name": "Riêng Lâm Giang"})
    admin.put("/api/v1/areas/LG-1/markets/LG", json={"from_on": "2025-07-01"})

    report = admin.get("/api/v1/areas/LG-1/adoption/2026-10").json()

    (market,) = report["markets"]
    hidden = {one["id"] for one in market["indicators"] if one["hidden"]}
    assert hidden
    assert hidden <= {one["id"] for one in report["total"]["indicators"] if one["hidden"]}


def test_an_area_without_markets_says_so(admin: SignedIn) -> None:
    admin.post("/api/v1/areas", json={"code": "EMPTY", "name": "Chưa có chợ"})

    report = admin.get("/api/v1/areas/EMPTY/adoption/2026-10").json()

    assert (report["markets"], report["total"]) == ([], None)
    assert date.fromisoformat(report["window_last"]) == date(2026, 10, 31)
