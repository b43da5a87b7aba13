"""“Xuất Excel” on the list of stalls: the ticked ones, or all that the filters show."""

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.pages.stalls import bulk
from market.roles import Role
from market.settings import Settings
from market.tables import SecurityEvent
from merchants.imports.register import SheetResult, import_sheet
from merchants.sheets.reading import read_sheet
from merchants.tables import AcceptancePoint, Stall, Zone
from tests.market.conftest import NOW, SEALER, SignedIn, Staff
from tests.market.reading_html import Page
from tests.merchants.imports.test_register import other_row
from tests.merchants.sheet_files import lines, row, xlsx_bytes

LIST = "/cho/MA/gian-hang"


@pytest.fixture
def readable(october: sa.Engine) -> None:
    """Accounts that can be opened, and a zone for the first ten stalls of chợ Mậu A."""
    with writing(october) as session:
        for point in session.exec(select(AcceptancePoint)):
            point.account_sealed = SEALER.seal(f"01234{point.id:08}")
            session.add(point)
        zone = Zone(market_id=1, name="Khu A")
        session.add(zone)
        session.flush()
        for number in range(1, 11):
            stall = session.exec(
                select(Stall).where(Stall.market_id == 1, Stall.code == f"A{number:02}")
            ).one()
            stall.zone_id = zone.id
            session.add(stall)


@pytest.fixture
def manager(staff: Staff, readable: None) -> SignedIn:
    """The manager of market MA."""
    return staff(Role.MARKET_MANAGER, "MA")


def stalls_in(content: bytes) -> list[str]:
    return [str(row.cells["stall_code"]) for row in read_sheet(content, "a.xlsx").rows]


def export(client: SignedIn, query: str = "", **fields: Any) -> list[str]:
    answer = client.send(f"{LIST}{query}", lam="xuat", **fields)
    assert answer.status_code == 200, Page(answer.text).text
    assert answer.headers["cache-control"] == "no-store"
    return stalls_in(answer.content)


def test_the_ticked_stalls_are_exported_and_no_other(manager: SignedIn) -> None:
    assert export(manager, chon=["A05", "A02"], once="a") == ["A02", "A05"]
    assert export(manager, "?q=a01", chon=["A03", "Q99"], once="b") == ["A03"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=a01", ["A01"]),
        ("?khu=Khu A", [f"A{number:02}" for number in range(1, 11)]),
        ("?khu=Khu A&q=A1", ["A01", "A10"]),
    ],
)
def test_the_whole_list_is_the_list_that_is_shown(
    manager: SignedIn, query: str, expected: list[str]
) -> None:
    assert export(manager, query, pham_vi="loc", chon=["A20"], once="a") == expected


def test_the_whole_list_is_not_cut_where_other_tasks_stop(
    manager: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BULK_MAX", 3)

    assert len(export(manager, pham_vi="loc", once="a")) == 25


def test_taken_in_again_it_changes_nothing(
    manager: SignedIn, october: sa.Engine, settings: Settings
) -> None:
    def take(content: bytes) -> SheetResult:
        with writing(october) as session:
            sheet = read_sheet(content, "a.xlsx")
            return import_sheet(session, sheet, sealer=settings.sealer, now=NOW, market_code="MA")

    people = [row(stall="Z01", zone="Khu Z"), other_row(1, stall="Z02", zone="Khu Z")]
    take(xlsx_bytes(lines(people)))

    content = manager.send(f"{LIST}?khu=Khu Z", lam="xuat", pham_vi="loc", once="a").content

    assert [(each.stall_code, each.change) for each in take(content).rows] == [
        ("Z01", "same"),
        ("Z02", "same"),
    ]


def test_that_numbers_left_the_house_is_remembered(manager: SignedIn, october: sa.Engine) -> None:
    export(manager, chon=["A01", "A04"], once="a")

    with reading(october) as session:
        (event,) = session.exec(
            select(SecurityEvent).where(SecurityEvent.action == "data_exported")
        )
        assert (event.subject, event.note) == ("market:MA", "vendor sheet xlsx, 2 stalls")


@pytest.mark.parametrize(
    ("query", "fields"),
    [("", {}), ("", {"chon": "Q99"}), ("?tt=vacant", {"pham_vi": "loc"})],
)
def test_no_stall_at_all_is_told_on_the_same_page(
    manager: SignedIn, query: str, fields: dict[str, str]
) -> None:
    answer = manager.send(f"{LIST}{query}", lam="xuat", once="a", **fields)

    assert answer.status_code == 422
    assert "Chưa đánh dấu gian nào" in Page(answer.text).text


@pytest.mark.parametrize("role", [Role.MARKET_CLERK, Role.FIELD_HELPER])
def test_who_exports_nothing_is_neither_offered_it_nor_let(
    staff: Staff, readable: None, role: Role
) -> None:
    client = staff(role, "MA")

    assert 'value="xuat"' not in client.get(LIST).text
    assert client.send(LIST, lam="xuat", chon=["A01"], once="a").status_code == 403
    answer = client.get("/api/v1/markets/MA/export.xlsx", params={"stall": "A01"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("asked", "expected"),
    [({"stall": ["a02", "A05"]}, ["A02", "A05"]), ({}, [f"A{n:02}" for n in range(1, 26)])],
)
def test_the_api_takes_the_chosen_stalls(
    manager: SignedIn, asked: Mapping[str, list[str]], expected: list[str]
) -> None:
    answer = manager.get("/api/v1/markets/MA/export.xlsx", params=asked)

    assert sorted(stalls_in(answer.content)) == expected
