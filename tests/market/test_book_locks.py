"""Locking a market's books by every door: pages, machines, terminal."""

import json
from datetime import UTC, date, datetime
from html import unescape

import pytest
import sqlalchemy as sa
from sqlmodel import select
from typer.testing import Result

from market.database import writing
from market.roles import Role
from merchants.tables import Vendor
from tests.market import broken_books
from tests.market.broken_books import ON
from tests.market.conftest import SignedIn, Staff
from tests.market.test_break_commands import KNOWN_AT, MAI, TOAN, database, run
from tests.reconciliation.ledger_world import LedgerWorld

__all__ = ["database"]

PATH, DAY = "/cho/MA/khoa-so", f"/cho/MA/chot-ngay?ngay={ON.isoformat()}"
API = "/api/v1/markets/MA/book-locks"
FINAL_AT = datetime(2026, 12, 1, tzinfo=UTC)
OTHER_ACCOUNT = "0123456789"
"""Where the other vendors of these books are paid."""
SPAN = {"tu": f"{ON:%d/%m/%Y}", "den": f"{ON:%d/%m/%Y}", "ly_do": "đã nộp báo cáo"}
BODY = {"first_on": ON.isoformat(), "last_on": ON.isoformat(), "reason": "đã nộp báo cáo"}


@pytest.fixture
def final(october: sa.Engine) -> sa.Engine:
    """A day that is closed for good: every book that should be here is."""
    broken_books.break_a_day(october)
    with writing(october) as session:
        vendor = session.exec(select(Vendor)).first()
        assert vendor is not None
        LedgerWorld(session, FINAL_AT).statement(vendor, ON, account_alias=OTHER_ACCOUNT)
    broken_books.close_again(october, at=FINAL_AT)
    return october


def _text(client: SignedIn, path: str) -> str:
    return unescape(client.get(path).text).replace("\u00a0", " ")


def _late(engine: sa.Engine) -> None:
    broken_books.book_late(engine)
    broken_books.close_again(engine, at=FINAL_AT)


def test_two_people_lock_a_day_and_late_data_is_shown_outside(
    staff: Staff, final: sa.Engine
) -> None:
    clerk = staff(Role.MARKET_CLERK, "MA", full_name="Lò Thị Mai")
    manager = staff(Role.MARKET_MANAGER, "MA")

    proposed = clerk.send(PATH, viec="lock", **SPAN)
    own = _text(clerk, PATH)
    number = 1
    locked = manager.send(f"{PATH}/{number}/quyet", quyet="duyet")
    _late(final)
    day, list_page = _text(clerk, DAY), _text(manager, PATH)

    assert (proposed.status_code, locked.status_code) == (303, 303)
    assert "không tự duyệt được" in own
    assert "Ngày này đã khoá sổ và có dữ liệu mới" in day
    assert "+10.000 ₫" in day
    assert "1 ngày đã khoá có dữ liệu mới" in list_page
    assert "Lò Thị Mai" in list_page
    again = clerk.send("/cho/MA/chot-ngay", ngay=ON.isoformat())
    assert "Sổ đã khoá" in _text(clerk, again.headers["location"])


def test_a_locked_day_is_opened_again_and_restated(staff: Staff, final: sa.Engine) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")
    clerk.send(PATH, viec="lock", **SPAN)
    manager.send(f"{PATH}/1/quyet", quyet="duyet")
    _late(final)

    clerk.send(PATH, viec="reopen", **SPAN)
    manager.send(f"{PATH}/2/quyet", quyet="duyet")
    closed = clerk.send("/cho/MA/chot-ngay", ngay=ON.isoformat())

    assert "Đã chốt, có phiên bản mới" in _text(clerk, closed.headers["location"])
    assert "có dữ liệu mới" not in _text(clerk, DAY)
    assert "có dữ liệu mới" not in _text(clerk, PATH).split("Các lần khoá")[0].split("lede")[0]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"viec": "open"}, "Chọn khoá sổ hoặc mở sổ"),
        ({"viec": "lock", "tu": "31/02/2026"}, "chưa phải ngày"),
        ({"viec": "lock", "ly_do": ""}, "Ghi vì sao"),
        ({"viec": "lock", "den": "01/01/2026"}, "Ngày cuối phải sau ngày đầu"),
        ({"viec": "reopen"}, "Các ngày này chưa khoá"),
    ],
)
def test_what_cannot_be_proposed_comes_back_as_it_was_typed(
    staff: Staff, final: sa.Engine, fields: dict[str, str], told: str
) -> None:
    answer = staff(Role.MARKET_CLERK, "MA").send(PATH, **SPAN | fields)

    assert answer.status_code == 422
    assert told in unescape(answer.text)
    assert "đã nộp báo cáo" in answer.text or fields.get("ly_do") == ""


def test_the_proposer_takes_back_and_does_not_decide(staff: Staff, final: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "MA")
    manager.send(PATH, viec="lock", **SPAN)

    own = manager.send(f"{PATH}/1/quyet", quyet="duyet")
    unsaid = staff(Role.MARKET_MANAGER, "MA").send(f"{PATH}/1/quyet", quyet="tu-choi")
    taken_back = manager.send(f"{PATH}/1/rut")

    assert (own.status_code, unsaid.status_code, taken_back.status_code) == (422, 422, 303)
    assert "người thứ hai" in unescape(own.text)
    assert "Ghi vì sao không duyệt" in unescape(unsaid.text)
    assert "đã rút" in _text(manager, PATH)


def test_machines_lock_by_the_same_rules(staff: Staff, final: sa.Engine) -> None:
    clerk, manager = staff(Role.MARKET_CLERK, "MA"), staff(Role.MARKET_MANAGER, "MA")

    made = clerk.post(API, json=BODY | {"kind": "lock"})
    own = clerk.post(f"{API}/1/decide", json={"approve": True})
    twice = clerk.post(API, json=BODY | {"kind": "lock"})
    agreed = manager.post(f"{API}/1/decide", json={"approve": True})
    _late(final)
    told = clerk.get(API).json()
    second = clerk.post(API, json=BODY | {"kind": "reopen"})
    taken_back = clerk.post(f"{API}/2/withdraw")

    assert (made.status_code, own.status_code, twice.status_code) == (201, 403, 409)
    assert agreed.json()["decision"] == "approved"
    assert [one["gross_change_vnd"] for one in told["held"]] == [10_000]
    assert second.status_code == 201
    assert taken_back.json()["decision"] == "withdrawn"
    assert clerk.post("/api/v1/markets/MA/book-locks/9/withdraw").status_code == 404


def test_the_terminal_locks_by_the_same_rules(database: sa.Engine) -> None:
    span = ("--from", "2026-11-10", "--to", "10/11/2026")

    with writing(database) as session:
        vendor = session.exec(select(Vendor)).one()
        LedgerWorld(session, KNOWN_AT).statement(vendor, date(2026, 11, 10))
    run("day", "close", "2026-11-10")

    def lock(*words: str) -> Result:
        return run("day", "lock", *words)

    def propose(kind: str) -> Result:
        return lock("propose", "ma", kind, *span, "--reason", "đã nộp báo cáo", "--as", MAI)

    proposed = propose("lock")
    clerks = lock("approve", "MA", "1", "--as", MAI)
    refused = lock("refuse", "MA", "1", "--note", "sớm quá", "--as", TOAN)
    propose("lock")
    taken_back = lock("withdraw", "MA", "2", "--as", MAI)
    propose("lock")
    approved = lock("approve", "MA", "3", "--as", TOAN)
    with writing(database) as session:
        vendor = session.exec(select(Vendor)).one()
        LedgerWorld(session, KNOWN_AT).booked(vendor, 10_000, dedupe_key="late")
    closed = run("day", "close", "2026-11-10")

    assert [one.exit_code for one in (proposed, refused, taken_back, approved, closed)] == [0] * 5
    assert clerks.exit_code == 1
    assert "sổ khoá" in closed.output
    told = json.loads(lock("list", "MA", "--json").output)
    assert [one["decision"] for one in told["locks"]] == ["approved", "withdrawn", "refused"]
    assert [one["gross_change_vnd"] for one in told["held"]] == [10_000]
    assert "dữ liệu mới chờ ngoài sổ" in lock("list", "MA").output
