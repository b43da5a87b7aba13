"""Posters and their books for machines."""

from typing import Any

import pytest
import sqlalchemy as sa

from market.database import writing
from market.roles import Role
from merchants.kinds import PosterState
from merchants.tables import Poster, PosterBook, Vendor
from qr.scan import decode_image
from tests.market.conftest import SignedIn, Staff
from tests.market.test_stalls_pages import all_of, issuable
from tests.qr.pdf_reading import read_pdf

API = "/api/v1/markets/MA"


@pytest.fixture
def manager(staff: Staff, october: sa.Engine) -> SignedIn:
    issuable(october, "A01", "A02", "A03")
    return staff(Role.MARKET_MANAGER, "MA")


@pytest.fixture
def issued(manager: SignedIn) -> list[str]:
    """The serials of three posters."""
    answer = manager.post(f"{API}/posters", json={"stall_codes": ["a01", "A02", "A03"]})
    assert answer.status_code == 201
    return [each["serial"] for each in answer.json()["posters"]]


def book(client: SignedIn, **body: Any) -> dict[str, Any]:
    answer = client.post(f"{API}/poster-books", json=body)
    assert answer.status_code == 202, answer.text
    client.app.state.poster_books.settle(120)  # type: ignore[attr-defined]
    return dict(client.get(answer.headers["location"]).json())


def test_posters_are_issued_and_who_gets_none_is_told_why(
    manager: SignedIn, october: sa.Engine
) -> None:
    with writing(october) as session:
        session.get_one(Vendor, 2).consented_on = None

    answer = manager.post(f"{API}/posters", json={"stall_codes": ["A01", "A02"]}).json()
    again = manager.post(f"{API}/posters", json={"stall_codes": ["A01", "A02"]}).json()

    assert len(answer["posters"]) == 1
    assert again["posters"] == []
    assert (
        answer["blocked"]
        == again["blocked"]
        == [{"stall_code": "A02", "reason": "chưa có ngày đồng ý của người bán"}]
    )
    assert manager.post(f"{API}/posters", json={"stall_codes": ["Z9"]}).status_code == 404


def test_the_board_is_paged_and_counted(manager: SignedIn, issued: list[str]) -> None:
    first = manager.get(f"{API}/posters", params={"limit": 2}).json()
    rest = manager.get(f"{API}/posters", params={"limit": 2, "after": first["next"]}).json()
    without = manager.get(f"{API}/posters", params={"shown": "without", "limit": 200}).json()

    assert [each["serial"] for each in first["items"] + rest["items"]] == issued
    assert rest["next"] is None
    assert first["counts"] == {"all": 3, "to_print": 3, "wrong": 0, "without": 22}
    assert len(without["items"]) == 22
    assert {each["serial"] for each in without["items"]} == {None}
    assert manager.get("/api/v1/markets/XX/posters").status_code in {403, 404}


def test_a_book_is_drawn_fetched_and_resumed(manager: SignedIn, issued: list[str]) -> None:
    drawn = book(manager, paper="tent", is_eco=True, lang2="en")
    path = f"{API}/poster-books/{drawn['id']}/file"

    whole = manager.get(path)
    rest = manager.get(path, headers={"Range": "bytes=500-"})

    assert (drawn["state"], drawn["posters_done"], drawn["left_out"]) == ("ready", 3, [])
    assert drawn["bytes_total"] == len(whole.content)
    assert len(read_pdf(whole.content).pages) == 3
    assert (rest.status_code, whole.content[:500] + rest.content) == (206, whole.content)
    assert (
        book(manager, paper="tent", is_eco=True, lang2="en", only_changed=False)["id"]
        == drawn["id"]
    )
    listed = manager.get(f"{API}/poster-books").json()
    assert [each["id"] for each in listed["items"]] == [drawn["id"]]
    assert listed["items"][0]["fetched_at"] is not None
    assert manager.get(f"{API}/posters", params={"paper": "tent"}).json()["counts"]["to_print"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"zone": "Khu Z"}, "stalls"),
        ({"form": "zip-pdf", "is_duplex": True}, "duplex"),
        ({"stall_codes": []}, "stalls"),
    ],
)
def test_a_book_that_cannot_be_is_refused(
    manager: SignedIn, issued: list[str], october: sa.Engine, body: dict[str, Any], field: str
) -> None:
    answer = manager.post(f"{API}/poster-books", json=body)

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]
    assert all_of(october, PosterBook) == []


def test_a_poster_comes_as_a_file_and_is_not_sent_twice(
    manager: SignedIn, issued: list[str]
) -> None:
    path = f"{API}/posters/{issued[0]}/file"

    photo = manager.get(f"{path}.png")
    known = manager.get(f"{path}.png", headers={"If-None-Match": photo.headers["etag"]})

    assert len(decode_image(photo.content)) == 1
    assert (known.status_code, known.content) == (304, b"")
    assert manager.get(f"{path}.pdf?kho=a4").headers["etag"] != photo.headers["etag"]
    assert manager.get(f"{API}/posters/MA-00099-X/file.pdf").status_code == 404
    assert manager.get(f"/api/v1/markets/LG/posters/{issued[0]}/file.pdf").status_code in {403, 404}


def test_posters_end_with_a_reason_all_or_none(
    manager: SignedIn, issued: list[str], october: sa.Engine
) -> None:
    bad = manager.post(
        f"{API}/poster-revocations", json={"serials": [issued[0], "MA-99999-X"], "reason": "lost"}
    )
    still = {each.state for each in all_of(october, Poster)}
    done = manager.post(
        f"{API}/poster-revocations",
        json={"serials": issued[:2], "reason": "lost", "note": "mất lúc dọn"},
    )

    assert (bad.status_code, still) == (404, {PosterState.GENERATED})
    assert done.json() == {"ended": issued[:2]}
    one = manager.get(f"{API}/posters/{issued[0]}").json()
    assert (one["state"], one["end_reason"]) == ("revoked", "lost")
    nothing = manager.post(
        f"{API}/poster-revocations", json={"serials": issued[2:], "reason": "other"}
    )
    assert list(nothing.json()["errors"]) == ["note"]


def test_outdated_posters_are_found_and_issued_anew(
    manager: SignedIn, issued: list[str], october: sa.Engine
) -> None:
    with writing(october) as session:
        session.get_one(Vendor, 1).display_name = "Rau sạch"
    wrong = manager.get(f"{API}/posters", params={"shown": "wrong"}).json()["items"]

    answer = manager.post(
        f"{API}/poster-reissues",
        json={"serials": [each["serial"] for each in wrong], "reason": "outdated"},
    )

    assert [(each["serial"], each["faults"]) for each in wrong] == [(issued[0], ["display_name"])]
    assert answer.status_code == 201
    assert len(answer.json()["posters"]) == 1
    assert manager.get(f"{API}/posters", params={"shown": "wrong"}).json()["items"] == []
    twice = manager.post(
        f"{API}/poster-reissues", json={"serials": [issued[0]], "reason": "outdated"}
    )
    assert twice.status_code == 404


def test_who_may_not_is_refused(staff: Staff, manager: SignedIn, issued: list[str]) -> None:
    helper, auditor = staff(Role.FIELD_HELPER, "MA"), staff(Role.AUDITOR, "MA")
    body = {"serials": issued, "reason": "lost"}

    assert helper.post(f"{API}/poster-revocations", json=body).status_code == 403
    assert helper.post(f"{API}/poster-reissues", json=body).status_code == 403
    assert auditor.post(f"{API}/poster-books", json={}).status_code == 403
    assert auditor.get(f"{API}/posters").status_code == 200
