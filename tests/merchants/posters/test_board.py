"""How a market stands with its posters: with, without and why, to print, no longer right."""

from typing import Any

from merchants.kinds import PosterState
from merchants.posters.board import Shown
from merchants.posters.printed import PosterFault
from merchants.tables import Poster, Vendor
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.posters.poster_world import board, change, issued
from tests.merchants.queries import counted
from tests.merchants.sheet_files import VACANT


def rename(vendor: Any) -> None:
    vendor.display_name = "Rau sạch"


def test_the_counts_of_a_market(register: Register) -> None:
    issued(register, 3)
    register.take(
        other_row(11, consented=""),
        other_row(12, holder="LE THI KHAC"),
        other_row(13),
        other_row(14, **VACANT),
    )
    change(register, Vendor, rename, id=2)

    found = board(register)

    assert dict(found.counts) == {
        Shown.ALL: 3,
        Shown.TO_PRINT: 3,
        Shown.WRONG: 1,
        Shown.WITHOUT: 3,
    }
    assert [row.stall_code for row in found.rows] == ["B001", "B002", "B003"]
    assert found.rows[1].faults == [PosterFault.DISPLAY_NAME]
    assert found.rows[1].vendor_name == "Rau sạch"


def test_who_has_none_is_told_why_and_who_may_have_one_is_not(register: Register) -> None:
    issued(register, 1)
    register.take(other_row(11, consented=""), other_row(12, holder="LE THI KHAC"), other_row(13))

    found = board(register, shown=Shown.WITHOUT)

    told = {row.stall_code: row.block for row in found.rows}
    assert told["B011"] == "chưa có ngày đồng ý của người bán"
    assert "chưa khớp" in told["B012"]
    assert told["B013"] == ""
    assert all(row.poster is None for row in found.rows)


def test_a_zone_is_shown_by_itself_and_pages_follow_each_other(register: Register) -> None:
    issued(register, 5)
    register.take(other_row(21, zone="Khu C"), other_row(22, zone=""))

    pages = [board(register, skip=skip, limit=2).rows for skip in (0, 2, 4)]

    assert [[row.stall_code for row in page] for page in pages] == [
        ["B001", "B002"],
        ["B003", "B004"],
        ["B005"],
    ]
    assert board(register, zone_name="Khu C").counts[Shown.WITHOUT] == 1
    assert board(register, zone_name="").counts[Shown.WITHOUT] == 1
    assert board(register, zone_name="Khu A").counts[Shown.WITHOUT] == 0


def test_an_ended_poster_leaves_its_stall_without_one(register: Register) -> None:
    issued(register, 1)

    def end(poster: Any) -> None:
        poster.state = PosterState.REVOKED

    change(register, Poster, end)

    found = board(register, shown=Shown.WITHOUT)

    assert [(row.stall_code, row.block) for row in found.rows] == [("B001", "")]


def test_the_board_asks_the_same_few_questions_for_any_market(register: Register) -> None:
    issued(register, 2)
    register.take(other_row(39, consented=""))
    few: dict[Shown, int] = {}
    for shown in Shown:
        with counted(register.engine) as sent:
            board(register, shown=shown)
        few[shown] = len(sent)
    issued(register, 30)
    register.take(*(other_row(number, consented="") for number in range(40, 70)))

    for shown in Shown:
        with counted(register.engine) as sent:
            board(register, shown=shown)
        assert len(sent) <= few[shown]
