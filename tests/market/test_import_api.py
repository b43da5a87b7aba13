"""Whole sheets through the API: sent, listed row by row, written, undone, exported."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.roles import Role
from merchants.files.workbook import FILE_BYTES_MAX
from merchants.kinds import ImportState
from merchants.sheets.reading import read_sheet
from merchants.tables import SheetImport
from tests.market.conftest import SignedIn, Staff
from tests.market.test_import_pages import XLSX, make_import, new_row, settle, sheet, stall_codes

HERE = "/api/v1/markets/LG/imports"


@pytest.fixture
def manager(staff: Staff) -> SignedIn:
    return staff(Role.MARKET_MANAGER, "LG")


def send(client: SignedIn, content: bytes, key: str = "") -> Any:
    headers = {"Content-Type": XLSX} | ({"Idempotency-Key": key} if key else {})
    answer = client.post(f"{HERE}?file_name=ds.xlsx", content=content, headers=headers)
    settle(client)
    return answer


def test_a_sheet_is_sent_checked_written_and_undone(manager: SignedIn, october: sa.Engine) -> None:
    before = stall_codes(october)

    sent = send(manager, sheet(new_row(1), new_row(2, bank="Không Có")))
    here = sent.headers["location"]
    checked = manager.get(here).json()
    writing_it = manager.post(f"{here}/write")
    settle(manager)
    written = manager.get(here).json()
    undone = manager.post(f"{here}/undo").json()

    assert (sent.status_code, sent.json()["state"]) == (201, "checking")
    assert (checked["state"], checked["rows_created"], checked["rows_rejected"]) == (
        "checked",
        1,
        1,
    )
    assert writing_it.status_code == 202
    assert written["state"] == "written"
    assert undone["state"] == "undone"
    assert manager.post(f"{here}/undo").json()["state"] == "undone"
    assert stall_codes(october) == before


def test_a_form_with_a_file_is_as_good(manager: SignedIn) -> None:
    sent = manager.post(HERE, files={"file": ("a.xlsx", sheet(new_row(1)), XLSX)})
    settle(manager)

    assert manager.get(sent.headers["location"]).json()["file_name"] == "a.xlsx"


def test_the_same_key_is_the_same_import(manager: SignedIn, october: sa.Engine) -> None:
    content = sheet(new_row(1))

    first, again = send(manager, content, "k1"), send(manager, content, "k1")
    other = send(manager, sheet(new_row(2)), "k1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["location"] == first.headers["location"]
    assert other.status_code == 409
    with reading(october) as session:
        assert len(session.exec(select(SheetImport)).all()) == 1


def test_rows_come_in_pages_by_outcome(manager: SignedIn) -> None:
    rows = [new_row(n, bank="Không Có") for n in range(3)] + [new_row(9)]
    here = send(manager, sheet(*rows)).headers["location"]

    first = manager.get(f"{here}/rows?outcome=rejected&limit=2").json()
    rest = manager.get(f"{here}/rows?outcome=rejected&limit=2&after={first['next']}").json()

    assert [each["row"] for each in first["items"] + rest["items"]] == [2, 3, 4]
    assert rest["next"] is None
    assert "không có trong danh sách VietQR" in first["items"][0]["messages"][0]
    assert [
        each["row"] for each in manager.get(f"{here}/rows?outcome=accepted").json()["items"]
    ] == [5]


def test_imports_are_listed_newest_first(manager: SignedIn) -> None:
    for number in (1, 2, 3):
        send(manager, sheet(new_row(number)))

    first = manager.get(f"{HERE}?limit=2").json()
    rest = manager.get(f"{HERE}?limit=2&after={first['next']}").json()

    numbers = [each["id"] for each in first["items"] + rest["items"]]
    assert numbers == sorted(numbers, reverse=True)
    assert (len(numbers), rest["next"]) == (3, None)


def test_a_file_that_cannot_be_read_is_a_state(manager: SignedIn) -> None:
    here = send(manager, b"%PDF-1.7").headers["location"]

    told = manager.get(here).json()

    assert told["state"] == "failed"
    assert "PDF" in told["refusal"]


@pytest.mark.parametrize("step", ["write", "undo"])
def test_a_step_out_of_turn_is_refused(manager: SignedIn, october: sa.Engine, step: str) -> None:
    import_id = make_import(october, state=ImportState.FAILED)

    answer = manager.post(f"{HERE}/{import_id}/{step}")

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:cho40:problem:import-step-refused"


def test_a_dead_check_is_begun_again(manager: SignedIn, october: sa.Engine) -> None:
    here = send(manager, sheet(new_row(1))).headers["location"]
    with writing(october) as session:
        record = session.exec(select(SheetImport)).one()
        record.state = ImportState.CHECKING
        record.imported_at = record.imported_at.replace(year=2025)

    stalled = manager.get(here).json()["stalled"]
    manager.post(f"{here}/check")
    settle(manager)

    assert stalled is True
    assert manager.get(here).json()["state"] == "checked"


def test_too_large_and_missing_files_are_refused(manager: SignedIn) -> None:
    assert send(manager, b"x" * (FILE_BYTES_MAX + 1)).status_code == 413
    assert manager.post(HERE, files={"other": ("a.xlsx", b"x", XLSX)}).status_code == 422


def test_the_market_is_exported_as_its_sheet(manager: SignedIn, october: sa.Engine) -> None:
    answer = manager.get("/api/v1/markets/LG/export.csv")

    rows = read_sheet(answer.content, "a.csv").rows
    assert {str(each.cells["stall_code"]) for each in rows} == stall_codes(october)


def test_imports_are_the_markets_own(manager: SignedIn, staff: Staff) -> None:
    here = send(manager, sheet(new_row(1))).headers["location"]
    other = staff(Role.MARKET_MANAGER, "MA")
    helper = staff(Role.FIELD_HELPER, "LG")

    assert other.get(here).status_code == 403
    assert other.get(here.replace("/LG/", "/MA/")).status_code == 404
    assert helper.get(here).status_code == 200
    assert helper.post(f"{here}/undo").status_code == 403
