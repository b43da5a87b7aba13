"""Audits for machines: the same rules, and every write once."""

import csv
import io
from typing import Any

import pytest
import sqlalchemy as sa

from market.database import reading
from market.roles import Role
from market.settings import Settings
from merchants.audits.draw import Candidate, draw
from merchants.posters.issue import poster_faces
from tests.market.audit_books import Books
from tests.market.conftest import Reader, SignedIn, Staff
from tests.merchants.audits.audit_world import FALSE_NUMBER, false_code, picture
from tests.merchants.queries import counted

BASE = "/api/v1/markets/MA"


@pytest.fixture
def books(october: sa.Engine) -> Books:
    """October with posters at four stalls."""
    return Books(october)


@pytest.fixture
def manager(staff: Staff, books: Books) -> SignedIn:
    return staff(Role.MARKET_MANAGER, "MA")


def sticker(client: SignedIn, stall: str = "A01", **more: Any) -> Any:
    body = {"stall_code": stall, "payloads": [false_code()]} | more
    return client.post(f"{BASE}/poster-checks", json=body)


def test_a_round_comes_with_all_it_takes_to_draw_it_again(manager: SignedIn) -> None:
    made = manager.post(f"{BASE}/audit-rounds")
    again = manager.post(f"{BASE}/audit-rounds")

    told = manager.get(made.headers["location"]).json()
    assert (made.status_code, told) == (201, again.json())
    drawn = draw(
        [Candidate(**one) for one in told["candidates"]],
        told["round"]["seed"],
        told["round"]["share_permille"],
    )
    assert drawn == [item["serial"] for item in told["items"]]
    listed = manager.get(f"{BASE}/audit-rounds").json()
    assert listed == {"items": [told["round"]], "next": None}
    assert manager.get(f"{BASE}/audit-rounds/99").status_code == 404


def test_a_closed_day_is_a_conflict(staff: Staff, books: Books) -> None:
    answer = staff(Role.MARKET_MANAGER, "LG").post("/api/v1/markets/LG/audit-rounds")

    assert (answer.status_code, answer.json()["type"]) == (
        409, "urn:cho40:problem:audit-refused",
    )  # fmt: skip


def test_codes_are_compared_and_results_taken(manager: SignedIn, books: Books) -> None:
    right = manager.post(
        f"{BASE}/poster-checks",
        json={
            "stall_code": "A01", "payloads": [books.payload()],
            "device_at": "2026-11-05T01:00:00+07:00", "note": "sáng",
        },
    )  # fmt: skip
    seen = manager.post(f"{BASE}/poster-checks", json={"stall_code": "A02", "result": "worn"})
    wrong = sticker(manager)

    assert (right.status_code, right.json()["result"]) == (201, "ok")
    assert right.json()["device_at"] == "2026-11-04T18:00:00Z"
    assert (seen.json()["result"], seen.json()["source"]) == ("worn", "manual")
    assert wrong.json()["result"] == "mismatch"
    assert manager.get(right.headers["location"]).json() == right.json()


def test_a_photo_is_the_whole_body_and_counts_once(manager: SignedIn, books: Books) -> None:
    url = f"{BASE}/poster-photos?stall_code=A01&note=s%C3%A1ng"
    headers = {"content-type": "image/png", "Idempotency-Key": "queued"}

    first = manager.post(url, content=picture(false_code()), headers=headers)
    again = manager.post(url, content=picture(false_code()), headers=headers)

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert (first.json()["result"], first.json()["note"]) == ("mismatch", "sáng")
    assert len(books.checks()) == 1
    other = manager.post(url, content=picture(), headers=headers)
    assert other.status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {"stall_code": "A01"},
        {"stall_code": "A01", "payloads": ["x"], "result": "ok"},
        {"stall_code": "A01", "payloads": [str(n) for n in range(10)]},
        {"stall_code": "A01", "payloads": ["x" * 2954]},
        {"stall_code": "A25", "result": "ok"},
        {"stall_code": "A01", "result": "ok", "device_at": "2026-11-05T01:00:00"},
        {"stall_code": "A01", "result": "ok", "device_at": "0001-01-01T00:00:00Z"},
        {"stall_code": "A01", "result": "ok", "note": "x" * 201},
        {"stall_code": "A01", "result": "fine"},
    ],
)
def test_what_cannot_be_recorded_is_refused(
    manager: SignedIn, books: Books, body: dict[str, Any]
) -> None:
    answer = manager.post(f"{BASE}/poster-checks", json=body)

    assert answer.status_code == 422
    assert books.checks() == []


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"no", 422), (bytes(9 * 2**20), 422), (bytes(11 * 2**20), 413)],
)
def test_what_is_no_photo_is_refused(
    manager: SignedIn, books: Books, content: bytes, status: int
) -> None:
    answer = manager.post(
        f"{BASE}/poster-photos?stall_code=A01",
        content=content,
        headers={"content-type": "image/jpeg"},
    )

    assert answer.status_code == status
    assert books.checks() == []


def test_an_incident_from_the_sticker_to_its_end(manager: SignedIn, books: Books) -> None:
    sticker(manager)
    (open_one,) = manager.get(f"{BASE}/incidents?state=open").json()["items"]
    one = f"{BASE}/incidents/{open_one['id']}"
    assert (open_one["code_label"], open_one["account_tail"]) == ("MBBank ···4567", "4821")
    assert FALSE_NUMBER not in repr(open_one)

    close = {"outcome": "code_removed", "note": "Đã gỡ"}
    assert manager.post(f"{one}/close", json=close).status_code == 409
    assert manager.post(f"{one}/told", json={"how": "phone"}).json()["state"] == "told"
    key = {"Idempotency-Key": "once"}
    first = manager.post(f"{one}/close", json=close, headers=key)
    assert first.json() == manager.post(f"{one}/close", json=close, headers=key).json()
    assert first.json()["state"] == "closed"
    assert manager.post(f"{one}/close", json=close).status_code == 409
    assert manager.get(f"{BASE}/incidents?state=open&state=told").json()["items"] == []
    table = manager.get(f"{BASE}/incidents.csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["stall_code"], row["outcome"]) == ("A01", "code_removed")
    assert manager.get("/api/v1/markets/MA/incidents/99").status_code == 404


def test_lists_are_paged_filtered_and_take_the_same_statements(
    manager: SignedIn, books: Books
) -> None:
    sticker(manager)
    with counted(manager.app.state.engine) as few:  # type: ignore[attr-defined]
        manager.get(f"{BASE}/poster-checks")
    for stall in ("A02", "A03"):
        sticker(manager, stall)
    with counted(manager.app.state.engine) as many:  # type: ignore[attr-defined]
        manager.get(f"{BASE}/poster-checks")

    first = manager.get(f"{BASE}/poster-checks?limit=2").json()
    rest = manager.get(f"{BASE}/poster-checks?limit=2&after={first['next']}").json()
    incidents = manager.get(f"{BASE}/incidents?limit=2").json()
    assert [one["stall_code"] for one in first["items"] + rest["items"]] == ["A03", "A02", "A01"]
    assert (rest["next"], len(incidents["items"])) == (None, 2)
    assert manager.get(f"{BASE}/poster-checks?result=ok").json()["items"] == []
    found = manager.get(f"{BASE}/poster-checks?stall_code=A02&from=2026-11-05&to=2026-11-05")
    assert len(found.json()["items"]) == 1
    assert len(few) == len(many)


def test_a_vendor_reads_the_own_looks_and_incidents(
    reader: Reader, manager: SignedIn, books: Books
) -> None:
    sticker(manager)
    own, other = books.vendor("A01"), books.vendor("A02")
    vendor = reader(Role.VENDOR, own)

    looks = vendor.get(f"/api/v1/vendors/{own}/poster-checks").json()["items"]
    told = vendor.get(f"/api/v1/vendors/{own}/incidents").json()["items"]

    assert [one["result"] for one in looks] == ["mismatch"]
    assert [one["stall_code"] for one in told] == ["A01"]
    assert vendor.get(f"/api/v1/vendors/{other}/incidents").status_code == 403
    assert reader(Role.VENDOR, other).get(f"/api/v1/vendors/{other}/incidents").json() == {
        "items": [], "next": None,
    }  # fmt: skip


def test_a_printed_code_is_checked(manager: SignedIn, settings: Settings, books: Books) -> None:
    with reading(books.engine) as session:
        (face,) = poster_faces(
            session, "MA", sealer=settings.sealer, verification_key=settings.print_key,
            base_url="https://cho.example", stall_codes=["A01"],
        )  # fmt: skip

    def verdict(serial: str, code: str) -> str:
        url = f"{BASE}/posters/{serial}/code-check"
        return str(manager.post(url, json={"code": code}).json()["verdict"])

    assert verdict(face.serial.lower(), face.verification_code) == "ours"
    assert verdict(books.serial("A02"), face.verification_code) == "not_ours"
    assert verdict("LG-00001-6", face.verification_code) == "not_ours"
    assert verdict(face.serial, "short") == "unreadable"


def test_rights(staff: Staff, books: Books) -> None:
    helper, auditor = staff(Role.FIELD_HELPER, "MA"), staff(Role.AUDITOR, "MA")

    assert sticker(helper).status_code == 201
    assert sticker(auditor).status_code == 403
    assert auditor.get(f"{BASE}/incidents").status_code == 200
    close = {"outcome": "false_alarm", "note": "x"}
    assert helper.post(f"{BASE}/incidents/1/close", json=close).status_code == 403
    assert helper.get(f"{BASE}/incidents.csv").status_code == 403
