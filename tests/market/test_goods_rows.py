"""Goods groups and the bounds of money in the tidy table: what the page tells, hidden where it hides."""

import csv
import io
from typing import Any

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook

from market.adoption.dictionary import dictionary_rows
from market.roles import Role
from tests.market.conftest import Reader


def rows_of(client: TestClient, path: str) -> list[dict[str, str]]:
    text = client.get(path).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def told(rows: list[dict[str, str]], begin: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Return value and flag of the rows whose indicator begins so, by market and indicator."""
    return {
        (row["market"], row["indicator"]): (row["value"], row["flag"])
        for row in rows
        if row["indicator"].startswith(begin)
    }


def as_text(value: float | None) -> str:
    return "" if value is None else str(value)


def goods_of(area: dict[str, Any], hidden_whole: str) -> dict[tuple[str, str], tuple[str, str]]:
    found = {}
    for one in area["goods"]:
        id_ = f"GOODS/{one['goods_group'] or 'unknown'}"
        share = one["hidden"] or hidden_whole
        for name, key, flag in (
            (id_, "value_vnd", one["hidden"]),
            (f"{id_}/share", "share", share),
            (f"{id_}/vendors", "vendors", one["hidden"]),
            (f"{id_}/receipts", "receipts", one["hidden"]),
        ):
            found[area["market_code"], name] = (as_text(one[key]), flag)
    return found


@pytest.mark.usefixtures("october_published")
@pytest.mark.parametrize(
    ("role", "scope", "where"),
    [
        (Role.ECONOMIST, "*", ""),
        (Role.ECONOMIST, "*", "/markets/LG"),
        (Role.AUDITOR, "MA", "/markets/MA"),
    ],
)
def test_each_group_is_told_as_on_the_page_and_hidden_with_its_flag(
    reader: Reader, role: Role, scope: str, where: str
) -> None:
    client = reader(role, scope)

    rows = rows_of(client, f"/api/v1{where}/adoption/2026-10.csv")
    report = client.get(f"/api/v1{where}/adoption/2026-10").json()

    areas = [*report["markets"], *([report["total"]] if report["total"] else [])]
    expected: dict[tuple[str, str], tuple[str, str]] = {}
    bounds = {}
    for area in areas:
        (money,) = (one for one in area["indicators"] if one["id"] == "U8")
        expected |= goods_of(area, money["hidden"])
        width = money["hidden"] or ("s" if money["credible"] is None else "")
        credible = None if money["credible"] is None else round(money["credible"])
        bounds[area["market_code"], "U8/credible"] = (as_text(credible), width)
    assert expected
    assert told(rows, "GOODS/") == expected
    assert told(rows, "U8/credible") == bounds
    for row in rows:
        if row["indicator"].startswith(("GOODS/", "U8/")):
            assert row["window"] == "2026-10-01/2026-10-31"
            assert bool(row["value"]) != bool(row["flag"])


@pytest.mark.usefixtures("october_published")
def test_the_money_of_a_market_day_has_its_bounds(reader: Reader) -> None:
    rows = rows_of(reader(Role.AUDITOR, "MA"), "/api/v1/markets/MA/adoption/2026-10.csv")

    (confirmed,) = (row for row in rows if row["indicator"] == "U8")
    (credible,) = (row for row in rows if row["indicator"] == "U8/credible")
    assert float(credible["ci_low"]) == float(confirmed["value"])
    assert float(credible["ci_high"]) == float(credible["value"])
    assert float(credible["value"]) >= float(confirmed["value"]) > 0
    assert credible["unit"] == confirmed["unit"]


def test_before_publication_no_group_is_told_and_the_bounds_wait(reader: Reader) -> None:
    rows = rows_of(reader(Role.ECONOMIST), "/api/v1/adoption/2026-10.csv")

    assert told(rows, "GOODS/") == {}
    assert set(told(rows, "U8/credible").values()) == {("", "w")}


@pytest.mark.usefixtures("october_published")
def test_the_workbook_has_the_same_rows(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)
    book = economist.get("/muc-do-dung/bang-tinh.xlsx?ky=2026-10").content

    header, *lines = (
        CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("Số liệu").to_python()
    )
    at = header.index("indicator")
    tidy = rows_of(economist, "/api/v1/adoption/2026-10.csv")
    goods = list(told(tidy, "GOODS/"))
    assert goods
    assert {indicator for _, indicator in goods} <= {line[at] for line in lines}


def test_the_data_dictionary_says_what_they_are() -> None:
    assert "GOODS" in str(dictionary_rows())
