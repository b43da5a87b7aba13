"""Breaks and closes for machines: the same two people, the same figures as on the pages."""

from typing import Any

import pytest
import sqlalchemy as sa

from market.roles import Role
from tests.market import broken_books
from tests.market.broken_books import ON
from tests.market.conftest import Reader, SignedIn, Staff

BREAKS = "/api/v1/markets/MA/breaks"
CLOSES = f"/api/v1/markets/MA/closes/{ON.isoformat()}"


@pytest.fixture(autouse=True)
def broken(october: sa.Engine) -> None:
    broken_books.break_a_day(october)


def _items(client: SignedIn, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get(BREAKS, params=asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def _proposals(client: SignedIn) -> list[int]:
    """Return the numbers of the proposals that wait, as they are read now."""
    return [one["proposal_number"] for one in _items(client) if one["proposal_number"]]


def test_a_page_is_followed_by_the_rest(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    first = manager.get(BREAKS, params={"limit": 2}).json()
    rest = manager.get(BREAKS, params={"limit": 2, "after": first["next"]}).json()

    stakes = [one["stake_vnd"] for one in first["items"] + rest["items"]]
    assert stakes == sorted(stakes, reverse=True) == [20_000, 10_000, 2_750]
    assert rest["next"] is None


def test_filters_narrow_the_list(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    assert [one["stake_vnd"] for one in _items(manager, outcome="matched_with_difference")] == [
        2_750
    ]
    assert _items(manager, ledger="momo") == []
    assert _items(manager, state="approved") == []
    assert _items(manager, first="2026-11-03") == []
    assert manager.get(BREAKS, params={"nonsense": 1}).status_code == 422
    code = _items(manager)[0]["vendor_code"]
    assert len(_items(manager, vendor=code.lower())) == 3


def test_one_proposes_another_decides_and_both_are_in_the_log(staff: Staff) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    number = _items(manager)[0]["id"]

    proposed = clerk.post(f"{BREAKS}/propose", json={"breaks": [number], "resolution": "accept"})
    body = {"breaks": [number], "proposals": _proposals(manager), "approve": True}
    decided = manager.post(f"{BREAKS}/decide", json=body)

    assert proposed.json() == decided.json() == {"done": [number], "refused": {}}
    told = manager.get(f"{BREAKS}/{number}").json()
    assert told["found"]["state"] == "approved"
    assert [step["action"] for step in told["steps"]] == ["opened", "proposed", "approved"]
    assert [step["actor"] for step in told["steps"]] == [
        "system", f"staff:{clerk.user_id}", f"staff:{manager.user_id}",
    ]  # fmt: skip


def test_the_proposer_cannot_decide_through_the_api(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    first, second, _ = (one["id"] for one in _items(manager))
    manager.post(f"{BREAKS}/propose", json={"breaks": [first, second], "resolution": "accept"})

    body = {"proposals": _proposals(manager), "approve": True}
    one = manager.post(f"{BREAKS}/decide", json=body | {"breaks": [first]})
    many = manager.post(f"{BREAKS}/decide", json=body | {"breaks": [first, second]})

    assert one.status_code == 409
    assert one.json()["title"] == "Người đề xuất không tự duyệt được"
    assert many.json()["done"] == []
    assert set(many.json()["refused"]) == {str(first), str(second)}


def test_a_proposal_that_was_not_read_is_not_decided_on(staff: Staff) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    number = _items(clerk)[0]["id"]
    clerk.post(f"{BREAKS}/propose", json={"breaks": [number], "resolution": "accept"})
    body = {"breaks": [number], "proposals": _proposals(manager), "approve": True}
    clerk.post(f"{BREAKS}/{number}/withdraw", json={})
    clerk.post(
        f"{BREAKS}/propose",
        json={"breaks": [number], "resolution": "leave_out", "note": "không phải tiền hàng"},
    )

    answer = manager.post(f"{BREAKS}/decide", json=body)

    assert answer.status_code == 409
    assert _items(manager)[0]["state"] == "proposed"


def test_a_key_that_comes_twice_does_nothing_twice(staff: Staff) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    number = _items(clerk)[0]["id"]
    body = {"breaks": [number], "note": "đã gọi"}

    answers = [
        clerk.post(f"{BREAKS}/comment", json=body, headers={"Idempotency-Key": "one"}).json()
        for _ in range(2)
    ]

    assert answers == [{"done": [number], "refused": {}}] * 2
    steps = clerk.get(f"{BREAKS}/{number}").json()["steps"]
    assert [step["action"] for step in steps] == ["opened", "commented"]


def test_a_second_sending_is_told_whom_the_first_passed_over(staff: Staff) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    number = _items(clerk)[0]["id"]
    body = {"breaks": [number, 999_999], "resolution": "accept"}
    key = {"Idempotency-Key": "two"}

    answers = [clerk.post(f"{BREAKS}/propose", json=body, headers=key).json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[1]["refused"] == {"999999": "Không có khoản lệch này"}


def test_taking_and_withdrawing(staff: Staff) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")
    number = _items(clerk)[0]["id"]
    clerk.post(f"{BREAKS}/take", json={"breaks": [number]})
    clerk.post(f"{BREAKS}/propose", json={"breaks": [number], "resolution": "accept"})

    told = clerk.post(f"{BREAKS}/{number}/withdraw", json={"note": "nhầm"}).json()

    assert told["found"]["state"] == "open"
    assert told["found"]["taken_by"] == f"staff:{clerk.user_id}"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("propose", {"breaks": [], "resolution": "accept"}, 422),
        ("propose", {"breaks": [1], "resolution": "forget"}, 422),
        ("propose", {"breaks": [999_999], "resolution": "accept"}, 404),
        ("propose", {"breaks": [1], "resolution": "wait"}, 422),
        ("decide", {"breaks": [1], "proposals": [1], "approve": True}, 409),
        ("decide", {"breaks": [1], "proposals": [1], "approve": True, "by": "me"}, 422),
        ("decide", {"breaks": [1], "approve": True}, 422),
        ("comment", {"breaks": [1], "note": ""}, 422),
    ],
)
def test_what_cannot_be_done_is_a_problem_and_changes_nothing(
    staff: Staff, path: str, body: dict[str, Any], status: int
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    number = _items(manager)[0]["id"]
    told = body | {"breaks": [number if n == 1 else n for n in body["breaks"]]}

    answer = manager.post(f"{BREAKS}/{path}", json=told)

    assert answer.status_code == status
    assert {one["state"] for one in _items(manager)} == {"open"}


def test_a_clerk_does_not_decide_and_nobody_sees_another_market(staff: Staff) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA")

    body = {"breaks": [1], "proposals": [1], "approve": True}
    assert clerk.post(f"{BREAKS}/decide", json=body).status_code == 403
    assert clerk.get("/api/v1/markets/LG/breaks").status_code == 403


def test_nobody_s_name_and_no_number_of_an_account_goes_out(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    [one, *_] = _items(manager)

    told = manager.get(f"{BREAKS}/{one['id']}").text

    assert "Nguyễn Thị" not in told
    assert "1018700001" not in told
    assert one["account"] == "···0001"


def test_versions_are_read_as_known_at_an_instant(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    clerk = staff(Role.MARKET_CLERK, "MA")
    broken_books.book_late(october)

    closed = clerk.post(CLOSES)

    assert closed.status_code == 200, closed.text
    told = manager.get(CLOSES).json()
    before = manager.get(CLOSES, params={"as_of": "2026-11-04T12:00:00+07:00"}).json()
    never = manager.get(CLOSES, params={"as_of": "2026-11-01T00:00:00+07:00"}).json()
    assert [one["version"] for one in told["versions"]] == [1, 2]
    assert (told["known"]["version"], before["known"]["version"]) == (2, 1)
    assert never["known"] is None
    assert told["known"]["closed_by"] == f"staff:{clerk.user_id}"
    assert told["known"]["previous_root"] == told["versions"][0]["root_sha256"]


def test_the_bridge_of_two_versions_adds_up(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    broken_books.book_late(october)
    manager.post(CLOSES)

    told = manager.get(f"{CLOSES}/bridge", params={"older": 1, "newer": 2}).json()

    assert told["causes"]
    for name, before in told["before"].items():
        moved = sum(one["changes"].get(name, 0) for one in told["causes"])
        if name not in {"payments", "paid_out_vnd"}:
            assert before + moved == told["after"][name], name
    assert told["after"]["gross_vnd"] - told["before"]["gross_vnd"] == 10_000


def test_the_bridge_names_the_rules_where_they_alone_moved_a_record(
    staff: Staff, october: sa.Engine
) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    broken_books.close_by_other_rules(october)

    told = manager.get(f"{CLOSES}/bridge", params={"older": 1, "newer": 2}).json()

    assert [one["cause"] for one in told["causes"]] == ["rule"]


def test_a_version_that_is_not_there_is_not_found(staff: Staff) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")

    answer = manager.get(f"{CLOSES}/bridge", params={"older": 1, "newer": 9})

    assert answer.status_code == 404
    assert manager.get("/api/v1/markets/MA/closes/2026-11-04").json()["versions"] == []
    assert manager.post("/api/v1/markets/MA/closes/2026-12-30").status_code == 422


def test_vendors_and_strangers_are_let_in_nowhere(
    reader: Reader, codes: dict[str, list[str]]
) -> None:
    vendor, stranger = reader(Role.VENDOR, codes["MA"][0]), reader()

    assert {vendor.get(path).status_code for path in (BREAKS, CLOSES)} == {403}
    assert {stranger.get(path).status_code for path in (BREAKS, CLOSES)} == {401}
