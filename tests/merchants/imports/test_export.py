"""A market's export has the columns of its sheet, and taken in again it changes nothing."""

import itertools
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from market.database import open_engine, reading, writing
from merchants.errors import MarketNotFound
from merchants.imports.export import MarketSheet, market_sheet
from merchants.imports.register import SheetResult, import_sheet
from merchants.kinds import AcceptancePointState, NameMatch, PosterState
from merchants.posters.issue import issue_posters
from merchants.sealing import Sealer
from merchants.sheets.columns import COLUMNS
from merchants.sheets.reading import read_sheet
from merchants.tables import AcceptancePoint, Poster, Stall, Vendor, Zone
from tests.merchants.conftest import Register, fill
from tests.merchants.imports.import_world import everything
from tests.merchants.imports.test_register import other_row
from tests.merchants.imports.test_register_properties import sheets
from tests.merchants.queries import counted
from tests.merchants.sheet_files import VACANT, row


@pytest.fixture
def fresh(tmp_path: Path, sqlite_template: Path, sealer: Sealer) -> Callable[[], Register]:
    """Give a register with the demonstration markets and nothing else, as often as asked."""
    numbers = itertools.count()

    def make() -> Register:
        path = tmp_path / f"{next(numbers)}.sqlite3"
        shutil.copy(sqlite_template, path)
        return fill(open_engine(f"sqlite:///{path}"), sealer)

    return make


def exported(register: Register, market: str = "MA") -> MarketSheet:
    """A market's sheet."""
    with reading(register.engine) as session:
        return market_sheet(session, market, sealer=register.sealer)


def take_back(register: Register, content: bytes, name: str) -> SheetResult:
    """Take an exported file in again."""
    with writing(register.engine) as session:
        return import_sheet(
            session,
            read_sheet(content, name),
            sealer=register.sealer,
            now=register.now,
            market_code="MA",
        )


@settings(max_examples=25)
@given(sheets, st.sampled_from(["xlsx", "csv"]))
def test_an_export_taken_in_again_changes_nothing(
    fresh: Callable[[], Register], rows: list[dict[str, object]], kind: str
) -> None:
    register = fresh()
    register.take(*rows, row(stall="Z9"))
    registered = everything(register)

    sheet = exported(register)
    content = sheet.to_xlsx() if kind == "xlsx" else sheet.to_csv()
    result = take_back(register, content, f"a.{kind}")

    assert {each.change for each in result.rows} == {"same"}
    assert not result.count("rejected")
    assert everything(register) == registered
    register.engine.dispose()


@settings(max_examples=15)
@given(sheets, st.sets(st.sampled_from(["A001", "A002", "A010", "B001", "Z9", "Q77"])))
def test_chosen_stalls_alone_are_exported_and_change_nothing(
    fresh: Callable[[], Register], rows: list[dict[str, object]], chosen: set[str]
) -> None:
    register = fresh()
    register.take(*rows, row(stall="Z9"))
    registered = everything(register)

    with reading(register.engine) as session:
        sheet = market_sheet(session, "MA", sealer=register.sealer, stall_codes=chosen)
    known = {stall.code for stall in register.all(Stall)}

    assert {line["stall_code"] for line in sheet.lines} == chosen & known
    if sheet.lines:
        result = take_back(register, sheet.to_xlsx(), "a.xlsx")
        assert {each.change for each in result.rows} == {"same"}
    assert everything(register) == registered
    register.engine.dispose()


texts = st.text(
    st.sampled_from("=+-@'\t aăđA1“\"<&;,"), min_size=1, max_size=12
).map(lambda text: " ".join(text.split())).filter(lambda text: text.strip("-–—'"))  # fmt: skip


@settings(max_examples=30)
@given(texts, texts, st.sampled_from(["xlsx", "csv"]))
@example("'=1", "''+x", "csv")
def test_whatever_stands_in_the_register_comes_back_unchanged(
    fresh: Callable[[], Register], goods: str, zone: str, kind: str
) -> None:
    register = fresh()
    register.take(row())
    with writing(register.engine) as session:
        session.exec(select(Stall)).one().goods_group = goods
        session.exec(select(Zone)).one().name = zone
    registered = everything(register)

    sheet = exported(register)
    content = sheet.to_xlsx() if kind == "xlsx" else sheet.to_csv()
    result = take_back(register, content, f"a.{kind}")

    assert [(each.change, each.outcome) for each in result.rows] == [("same", "accepted")]
    assert everything(register) == registered
    register.engine.dispose()


@pytest.mark.parametrize(
    "text", ["=1+1", "+84", "-1", "@SUM(A1)", '=HYPERLINK("http://a")', "'=1", "''-1"]
)
def test_no_text_begins_like_a_formula(sqlite_register: Register, text: str) -> None:
    register = sqlite_register
    register.take(row())
    with writing(register.engine) as session:
        session.exec(select(Stall)).one().goods_group = text

    sheet = exported(register)

    assert f"'{text}" in sheet.to_csv().decode("utf-8-sig").replace('""', '"')
    (back,) = read_sheet(sheet.to_xlsx(), "a.xlsx").rows
    assert back.cells["goods_group"] == f"'{text}"


def test_an_export_has_exactly_the_columns_of_the_sheet(register: Register) -> None:
    register.take(
        row(wallet="MoMo", wallet_point="S1", contract="HD-1", codes="2", audited="10/10/2026")
    )

    sheet = exported(register)

    header, line = sheet.to_csv().decode("utf-8-sig").splitlines()
    assert header.split(",") == [column.title for column in COLUMNS]
    assert line == (
        "MA,Khu A,A001,Rau củ,Đang bán,Nguyễn Thị Hương,0912345678,,01/08/2026,Vietcombank,"
        "0123456789012,NGUYEN THI HUONG,MoMo,S1,HD-1,,2,10/10/2026,"
    )


def test_stalls_come_in_floor_order_with_the_empty_ones(register: Register) -> None:
    register.take(
        other_row(10, stall="A10"), other_row(2, stall="A2"), row(**VACANT | {"stall": "A1"})
    )

    assert [line["stall_code"] for line in exported(register).lines] == ["A1", "A2", "A10"]


def test_a_market_without_stalls_gives_a_header_alone(register: Register) -> None:
    assert exported(register).lines == []
    with pytest.raises(MarketNotFound):
        exported(register, "XX")


def test_a_second_holder_is_told_beside_the_sheet(register: Register) -> None:
    register.take(row(wallet="MoMo", wallet_point="STORE1"))
    with writing(register.engine) as session:
        wallet = session.exec(
            select(AcceptancePoint).where(AcceptancePoint.feed_provider == "momo")
        ).one()
        wallet.holder_name, wallet.name_match = "TRAN VAN KHAC", NameMatch.MISMATCH
        wallet.state = AcceptancePointState.DECLARED

    sheet = exported(register)

    assert "wallet" not in sheet.lines[0]
    assert sheet.notes == ["Gian A001: tài khoản ···ORE1 của TRAN VAN KHAC chỉ có trong sổ chợ."]
    result = take_back(register, sheet.to_xlsx(), "a.xlsx")
    assert result.rows[0].change == "same"


def test_posters_hung_up_come_back_unchanged(register: Register) -> None:
    register.take(row(), other_row(1))
    with writing(register.engine) as session:
        terms: dict[str, Any] = {"sealer": register.sealer, "now": register.now}
        issue_posters(session, "MA", verification_key="test-key", **terms)
        poster = session.exec(select(Poster).order_by(Poster.id)).first()
        assert poster is not None
        poster.state, poster.installed_on = PosterState.CHECKED, date(2026, 11, 21)
        point = session.get_one(AcceptancePoint, poster.acceptance_point_id)
        point.state = AcceptancePointState.LIVE
    registered = everything(register)

    sheet = exported(register)

    assert [line.get("installed_on") for line in sheet.lines] == [date(2026, 11, 21), None]
    assert take_back(register, sheet.to_csv(), "a.csv").count("same") == 2
    assert everything(register)["Poster"] == registered["Poster"]


def test_an_export_asks_a_handful_of_questions(register: Register) -> None:
    counts = []
    for first, last in ((1, 3), (10, 60)):
        register.take(*[other_row(n) for n in range(first, last)])
        with counted(register.engine) as sent:
            exported(register)
        counts.append(len(sent))

    assert counts[0] == counts[1] <= 12


def test_the_same_register_makes_the_same_bytes(sqlite_register: Register) -> None:
    sqlite_register.take(row())

    assert exported(sqlite_register).to_xlsx() == exported(sqlite_register).to_xlsx()


def test_vendors_of_other_markets_stay_out(register: Register) -> None:
    register.take(row(), other_row(1, market="DC"))

    assert [line["full_name"] for line in exported(register).lines] == ["Nguyễn Thị Hương"]
    assert len(register.all(Vendor)) == 2
