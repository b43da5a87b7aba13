"""The logs: what happened, told to whom it concerns, and taken out only with a trace."""

import csv
import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from market.database import reading, writing
from market.i18n.english import ENGLISH
from market.i18n.event_names import EVENT_NAMES
from market.pages.activity_log import ACTOR_NAMES
from market.roles import Role
from market.security.security_log import SecurityAction, record_security_event
from market.tables import SecurityEvent
from merchants.actors import COMMAND, Actor
from merchants.days import day_begins_at, market_day
from merchants.events import record_event
from merchants.kinds import EventAction
from tests.market.conftest import NOW, Reader, Staff, add_user
from tests.market.reading_html import Page
from tests.market.test_pages import counting


@pytest.fixture
def events(october: sa.Engine) -> dict[str, int]:
    """A clerk of each market, and something done by and to each."""
    with writing(october) as session:
        ids = {
            code: add_user(session, Role.MARKET_CLERK, markets=[code], full_name=f"Mai {code}").id
            for code in ("MA", "LG")
        }
        for code, number in ids.items():
            record_security_event(
                session,
                SecurityAction.USER_ADDED,
                actor=COMMAND,
                now=NOW,
                subject=f"user:{number}",
                note=f"market_clerk {code}",
            )
        record_event(
            session,
            EventAction.CHANGED,
            actor=Actor(kind="staff", name=str(ids["MA"])),
            now=NOW,
            market_id=1,
            vendor_id=1,
            stall_id=1,
            from_value="cũ",
            to_value="=mới",
            note="ghi chú",
        )
        record_event(session, EventAction.IMPORTED, actor=COMMAND, now=NOW, market_id=2)
        record_event(
            session,
            EventAction.VISITED,
            actor=Actor(kind="vendor", name="CC222223Z"),
            now=NOW - timedelta(days=3),
            market_id=1,
        )
        return {code: number or 0 for code, number in ids.items()}


@pytest.mark.usefixtures("events")
def test_a_market_sees_what_was_done_to_its_register_and_to_no_other(staff: Staff) -> None:
    page = Page(staff(Role.MARKET_MANAGER, "MA").get("/cho/MA/nhat-ky").text)

    assert (
        "Sửa thông tin 05/11/2026 09:00 Mai MA A01, CC222223Z từ cũ thành =mới; ghi chú"
        in page.text
    )
    assert "Đến gian hàng 02/11/2026 09:00 CC222223Z" in page.text
    assert len(page.of("tr")) == 3
    assert page.shortcomings() == []


@pytest.mark.usefixtures("events")
@pytest.mark.parametrize(
    ("query", "rows"),
    [("viec=changed", 1), ("viec=imported", 0), ("viec=", 2), ("tu=2026-11-03", 1),
     ("den=2026-11-02", 1), ("tu=&den=", 2), ("tu=0001-01-01&den=9999-12-31", 2),
     ("tu=2026-11-05&den=2026-11-05", 1)],
)  # fmt: skip
def test_a_log_is_filtered_by_what_and_when(staff: Staff, query: str, rows: int) -> None:
    client = staff(Role.AUDITOR, "MA")

    page = Page(client.get(f"/cho/MA/nhat-ky?{query}").text)

    assert len(page.of("tr")) == (rows + 1 if rows else 0)
    assert ("Chưa có việc nào như thế" in page.text) == (rows == 0)


@pytest.mark.parametrize(
    "query", ["tu=x", "truoc=0", "truoc=99999999999999999999", "viec=" + "x" * 41]
)
def test_a_filter_that_cannot_be_read_is_malformed(staff: Staff, query: str) -> None:
    assert staff(Role.ADMIN).get(f"/nhat-ky?{query}").status_code == 422


@pytest.mark.usefixtures("events")
def test_the_doors_log_shows_a_manager_the_own_people_only(
    staff: Staff, events: dict[str, int]
) -> None:
    manager, admin = staff(Role.MARKET_MANAGER, "MA"), staff(Role.ADMIN)

    own, whole = Page(manager.get("/nhat-ky").text), Page(admin.get("/nhat-ky").text)

    assert "Mai MA" in own.text
    assert "Mai LG" not in own.text
    assert "Mai LG" in whole.text
    assert "Nhân viên chợ: LG" in whole.text
    assert "Người vận hành" in whole.text
    assert whole.shortcomings() == []


def test_a_link_to_read_a_market_reads_its_log(reader: Reader, events: dict[str, int]) -> None:
    client = reader(Role.AUDITOR, "MA")

    assert "Mai MA" in client.get("/cho/MA/nhat-ky").text
    assert "Mai LG" not in client.get("/nhat-ky").text
    assert client.get("/cho/LG/nhat-ky").status_code == 403


@pytest.mark.usefixtures("events")
@pytest.mark.parametrize(
    ("path", "rows"), [("/nhat-ky.csv", 2), ("/cho/MA/nhat-ky.csv?viec=changed", 1)]
)
def test_a_log_taken_out_is_whole_harmless_and_remembered(
    staff: Staff, october: sa.Engine, path: str, rows: int
) -> None:
    admin = staff(Role.ADMIN)

    answer = admin.get(path)

    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(table) == rows + 1
    assert not any(cell.startswith("=") for row in table for cell in row)
    with reading(october) as session:
        newest = session.exec(select(SecurityEvent).order_by(SecurityEvent.id.desc())).first()
        assert newest is not None
        assert (newest.action, newest.actor) == ("log_exported", f"staff:{admin.user_id}")
        assert newest.note == f"{rows} rows"


def test_logs_are_read_page_by_page_with_the_same_few_questions(
    staff: Staff, october: sa.Engine, events: dict[str, int]
) -> None:
    admin = staff(Role.ADMIN)
    with counting(admin) as few:
        admin.get("/cho/MA/nhat-ky")
    with writing(october) as session:
        for number in range(120):
            actor = Actor(kind="staff", name=str(events["MA"]))
            record_event(
                session,
                EventAction.CHANGED,
                actor=actor,
                now=NOW,
                market_id=1,
                note=f"lần {number:03}",
            )
    with counting(admin) as many:
        first = Page(admin.get("/cho/MA/nhat-ky").text)

    path, told = "/cho/MA/nhat-ky", []
    for _ in range(4):
        page = Page(admin.get(path).text)
        told += [word for word in page.text.split() if word.isdigit() and len(word) == 3]
        older = [a["href"] for a in page.of("a") if "truoc=" in a.get("href", "")]
        if not older:
            break
        path = older[0]

    assert len(few) == len(many)
    assert len(first.of("tr")) == 51
    assert told == [f"{number:03}" for number in range(119, -1, -1)]


def test_logs_through_the_api(staff: Staff, events: dict[str, int]) -> None:
    admin, manager = staff(Role.ADMIN), staff(Role.MARKET_MANAGER, "MA")

    first = admin.get("/api/v1/log?limit=1").json()
    second = admin.get(f"/api/v1/log?limit=1&after={first['next']}").json()
    own = manager.get("/api/v1/log").json()["items"]
    done = manager.get("/api/v1/markets/MA/log?action=changed").json()["items"]

    assert first["items"][0]["subject"] == f"user:{events['LG']}"
    assert (second["items"][0]["subject"], second["next"]) == (f"user:{events['MA']}", None)
    assert [one["subject"] for one in own] == [f"user:{events['MA']}"]
    assert (done[0]["vendor_code"], done[0]["stall_code"]) == ("CC222223Z", "A01")
    assert manager.get("/api/v1/markets/LG/log").status_code == 403


def test_everything_that_is_done_has_a_name_in_both_languages() -> None:
    actions = {*(str(a) for a in EventAction), *(str(a) for a in SecurityAction)}

    assert actions - set(EVENT_NAMES) == set()
    assert set(EVENT_NAMES.values()) - ENGLISH.keys() == set()
    assert set(ACTOR_NAMES.values()) - ENGLISH.keys() == set()


@given(st.dates(date(2000, 1, 1), date(2999, 12, 31)))
def test_a_day_begins_at_its_first_instant(on: date) -> None:
    begins_at = day_begins_at(on)

    assert market_day(begins_at) == on
    assert market_day(begins_at - timedelta(microseconds=1)) == on - timedelta(days=1)
