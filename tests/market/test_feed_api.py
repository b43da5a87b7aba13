"""The feeds for machines: the same deeds as on the pages, by the same rights, once per key."""

from typing import Any

import pytest
import sqlalchemy as sa

from market.database import reading
from market.roles import Role
from market.settings import Settings
from reconciliation.tables import Delivery, DeliveryState
from tests.market.conftest import Staff
from tests.market.feed_world import (
    BROKEN,
    broken_file,
    good_file,
    logged,
    nobodys_payment,
    refused_file,
)

FEEDS = "/api/v1/feeds"


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_each_feed_is_told_with_what_waits(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    broken_file(october, settings)
    refused_file(october, settings)

    told = staff(Role.MARKET_MANAGER, "MA").get(FEEDS).json()

    assert told["today"] == "2026-11-05"
    (bank,) = [
        one for one in told["feeds"] if one["provider"] == "bank_vcb" and one["deliveries_today"]
    ]
    assert (bank["waiting"], bank["rows_waiting"], bank["rows_new"]) == (1, 1, 1)
    assert bank["by_state"] == {"processed": 1, "rejected": 1}
    (sepay,) = [one for one in told["feeds"] if one["provider"] == "sepay"]
    assert (sepay["is_configured"], sepay["last_at"], sepay["channel"]) == (True, None, "webhook")


def test_deliveries_are_paged_and_filtered(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    numbers = [good_file(october, settings, n) for n in range(1, 6)]
    refused = refused_file(october, settings)
    client = staff(Role.AUDITOR)

    first = client.get(f"{FEEDS}/deliveries?provider=bank_vcb&limit=3").json()
    second = client.get(f"{FEEDS}/deliveries?limit=200&after={first['next']}").json()
    only = client.get(f"{FEEDS}/deliveries?state=rejected&state=failed").json()["items"]

    assert [one["id"] for one in first["items"]] == [refused, *numbers[:2:-1]]
    assert set(numbers[:3]) <= {one["id"] for one in second["items"]}
    assert [one["id"] for one in only] == [refused]
    for day in ("2020-01-01", "0001-01-01", "9999-12-31"):
        assert client.get(f"{FEEDS}/deliveries?received_on={day}").json()["items"] == []


def test_amounts_are_for_who_sees_every_market(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    path = f"{FEEDS}/deliveries/{good_file(october, settings)}"

    seen = staff(Role.ADMIN).get(path).json()["controls"][0]
    hidden = staff(Role.MARKET_MANAGER, "MA").get(path).json()["controls"][0]

    assert (seen["gross_credit_amount"], hidden["gross_credit_amount"]) == (10_000, None)
    assert seen["control_status"] == hidden["control_status"] == "agree"


def test_what_came_as_it_came_is_for_administrators_and_logged(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    number = broken_file(october, settings)
    admin, manager = staff(Role.ADMIN), staff(Role.MARKET_MANAGER, "MA")
    (row,) = admin.get(f"{FEEDS}/deliveries/{number}/rejects").json()["items"]
    line = f"{FEEDS}/deliveries/{number}/rejects/{row['id']}/raw"

    assert (row["row"], row["reason"], row["settled_at"]) == (2, "date", None)
    assert "tien ca" in admin.get(line).json()["text"]
    assert admin.get(f"{FEEDS}/deliveries/{number}/raw").content == BROKEN.encode()
    assert [action for action, _, _ in logged(october)][-2:] == [
        "raw_line_opened", "raw_file_taken",
    ]  # fmt: skip
    assert manager.get(line).status_code == 403
    assert problem(admin.get(f"{FEEDS}/deliveries/{number}/rejects/999/raw")) == (
        404, "reject-not-found",
    )  # fmt: skip


def test_reading_again_is_told_in_figures(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    number = broken_file(october, settings)
    admin = staff(Role.ADMIN)

    one = admin.post(f"{FEEDS}/deliveries/{number}/replay").json()
    feed = admin.post(f"{FEEDS}/replay", json={"provider": "bank_vcb"}).json()
    again = admin.post(f"{FEEDS}/reparse", json={"provider": "bank_vcb", "apply": True}).json()

    assert (one["is_changed"], one["rows_waiting"], one["problem"]) == (False, 1, "")
    assert ([each["delivery_id"] for each in feed["replayed"]], feed["left"]) == ([number], 0)
    assert [each["same"] for each in again["deliveries"] if each["delivery_id"] == number] == [1]
    assert problem(admin.post(f"{FEEDS}/replay", json={"provider": "x"})) == (
        422, "unknown-provider",
    )  # fmt: skip
    assert admin.post(f"{FEEDS}/reparse", json={"colour": 1}).status_code == 422


def test_two_people_take_a_delivery_back_once(
    staff: Staff, october: sa.Engine, settings: Settings
) -> None:
    path = f"{FEEDS}/deliveries/{good_file(october, settings)}/void"
    one, two = staff(Role.ADMIN), staff(Role.ADMIN)
    body, key = {"reason": "Tệp của chợ khác"}, {"Idempotency-Key": "k1"}

    asked = one.post(path, json=body, headers=key)
    twice = one.post(path, json=body, headers=key)
    second_wish = one.post(path, json=body)
    own = one.post(f"{path}/decision", json={"decision": "approved"})
    done = two.post(f"{path}/decision", json={"decision": "approved"})

    assert asked.json()["voids"] == twice.json()["voids"]
    assert problem(second_wish) == (409, "void-refused")
    assert problem(own) == (403, "second-person-needed")
    assert done.json() == {
        "delivery_id": int(path.split("/")[-2]), "decision": "approved", "rows_out": 1,
        "rows_in_again": 0, "rows_told_elsewhere": 0,
    }  # fmt: skip
    assert two.post(f"{path}/decision", json={"decision": "open"}).status_code == 422
    with reading(october) as session:
        state = session.get_one(Delivery, int(path.split("/")[-2])).state
    assert state is DeliveryState.VOIDED


def test_the_calendar_of_a_month(staff: Staff, october: sa.Engine) -> None:
    days = staff(Role.ADMIN).get(f"{FEEDS}/calendar?month=2026-10").json()

    assert {one["ledger"] for one in days} == {"bank_vcb"}
    assert len(days) == 31
    assert days[-1]["accounts"] == {"missing": days[-1]["expected"]}


def test_nobodys_money_is_given_by_two_people(
    staff: Staff, october: sa.Engine, settings: Settings, codes: dict[str, list[str]]
) -> None:
    number = nobodys_payment(october, settings, f"{codes['MA'][0]} {codes['MA'][1]}")
    one, two = staff(Role.MARKET_MANAGER, "MA"), staff(Role.ADMIN)
    path = f"{FEEDS}/unattributed/{number}"
    body = {"vendor_code": codes["MA"][0], "reason": "Cô đưa xem tin báo"}

    (listed,) = one.get(f"{FEEDS}/unattributed").json()["items"]
    asked = one.post(f"{path}/claim", json=body, headers={"Idempotency-Key": "k1"})
    twice = one.post(f"{path}/claim", json=body, headers={"Idempotency-Key": "k1"})
    own = one.post(f"{path}/claim/decision", json={"decision": "approved"})
    waiting = two.get(f"{FEEDS}/unattributed?claimed=true").json()["items"]
    done = two.post(f"{path}/claim/decision", json={"decision": "approved"})

    assert [each["vendor_code"] for each in listed["candidates"]] == codes["MA"][:2]
    assert (asked.status_code, asked.json(), twice.json()) == (201, asked.json(), asked.json())
    assert problem(own) == (403, "second-person-needed")
    assert [each["id"] for each in waiting] == [number]
    assert done.json()["decision"] == "approved"
    assert problem(two.get(path)) == (404, "payment-not-found")


def test_who_sees_another_market_gives_none_of_this_ones_money(
    staff: Staff, october: sa.Engine, settings: Settings, codes: dict[str, list[str]]
) -> None:
    number = nobodys_payment(october, settings, f"{codes['MA'][0]} {codes['LG'][0]}")
    path, reason = f"{FEEDS}/unattributed/{number}", "Cô đưa xem tin báo"
    manager = staff(Role.MARKET_MANAGER, "LG")

    (seen,) = manager.get(f"{FEEDS}/unattributed").json()["items"]
    other = manager.post(f"{path}/claim", json={"vendor_code": codes["MA"][0], "reason": reason})
    staff(Role.ADMIN).post(f"{path}/claim", json={"vendor_code": codes["MA"][0], "reason": reason})
    decided = manager.post(f"{path}/claim/decision", json={"decision": "approved"})

    assert [each["market_code"] for each in seen["candidates"]] == ["LG"]
    assert problem(other) == problem(decided) == (403, "scope-refused")


@pytest.mark.parametrize("path", ["/deliveries/999999", "/deliveries/999999/rejects"])
def test_what_is_not_there_is_said_so(staff: Staff, path: str) -> None:
    assert problem(staff(Role.ADMIN).get(FEEDS + path)) == (404, "delivery-not-found")
