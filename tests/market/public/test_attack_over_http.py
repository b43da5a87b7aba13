"""An attacker who reads every answer there is: of every period, as an economist and as anybody.

He has an economist's session and the open pages. He fetches JSON, CSV, the workbook, the reports and
the pages of every period, of all markets, of each and of the area; looks for figures that should be
hidden in any of their formats; lines up all that JSON tells as sums over (month, market, goods), with
the public's rounded figures as bounds; subtracts, and solves linear programmes of his own.
"""

import io
import json
import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog
from starlette.testclient import TestClient

from market.adoption.disclosure.products import TableProduct, product_rules
from market.security.sessions import COOKIE
from tests.market.public.conftest import Published
from tests.market.public.publishing import (
    AREA,
    GOODS,
    MARKETS,
    P_PERCENT,
    PERIODS,
    Contributions,
    Piece,
)
from tests.qr.pdf_reading import read_pdf

pytestmark = pytest.mark.xdist_group("attack")  # what was published is fetched once

HOLDINGS_MIN = product_rules(P_PERCENT)[TableProduct.DISTRICT].cell.holdings_min
OTHERS = "khác"
Name = tuple[frozenset[str], frozenset[str], frozenset[str]]
"""A cell by what it holds: months, markets, goods."""


@dataclass
class World:
    """What is true, and what everything that can be fetched says."""

    truth: Contributions
    json: dict[str, list[dict[str, Any]]]
    """By period, the reports of all markets, of each market, of the area."""
    public: dict[str, dict[str, Any]]
    texts: dict[str, str]
    """By address, everything a person or a machine reads there."""
    refused: dict[str, int]
    """What a manager of Lâm Giang is answered at other markets' addresses."""


@pytest.fixture(scope="module")
def world(published: Published) -> World:
    with TestClient(published.app(), base_url="https://cho.example") as client:
        client.cookies.set(COOKIE, published.economist)
        found = _read_everything(client, published.truth)
        client.cookies.clear()
        client.cookies.set(COOKIE, published.manager_of_lg)
        addresses = (
            "/api/v1/adoption/2026-Q3",
            "/api/v1/markets/MA/adoption/2026-Q3",
            "/muc-do-dung?ky=2026-Q3&cho=MA",
            "/muc-do-dung/bang-tinh.xlsx?ky=2026-Q3&cho=MA",
            "/bao-cao",
        )
        found.refused = {path: client.get(path).status_code for path in addresses}
    return found


def _read_everything(client: TestClient, truth: Contributions) -> World:
    found = World(truth, {}, {}, {}, {})

    def fetch(path: str) -> bytes:
        answer = client.get(path)
        assert answer.status_code == 200, f"{answer.status_code} {path}"
        found.texts[path] = _text_of(path, answer.content)
        return answer.content

    for period in PERIODS:
        wheres = ["", *(f"/markets/{code}" for code in MARKETS), "/areas/VUNG"]
        found.json[period] = []
        for where in wheres:
            found.json[period].append(json.loads(fetch(f"/api/v1{where}/adoption/{period}")))
            fetch(f"/api/v1{where}/adoption/{period}.csv")
        for asked in ("", "&cho=LG", "&dia-ban=VUNG"):
            fetch(f"/muc-do-dung?ky={period}{asked}")
            fetch(f"/muc-do-dung/bang-tinh.xlsx?ky={period}{asked}")
        client.app.state.public_meter._buckets.clear()  # type: ignore[attr-defined]
        found.public[period] = json.loads(fetch(f"/api/v1/public/adoption/{period}"))
        fetch(f"/api/v1/public/adoption/{period}.csv")
        fetch(f"/cong-khai?ky={period}")
    listed = client.get("/bao-cao").text
    files = sorted(set(re.findall(r'href="(/bao-cao/\d+/[^"]+)"', listed)))
    assert len(files) >= 3 * len(PERIODS)
    for path in files:
        fetch(path)
    return found


def _text_of(path: str, content: bytes) -> str:
    if path.endswith(".pdf"):
        paper = read_pdf(content)
        return " ".join(text for page in paper.pages for text in paper.texts(page))
    if ".xlsx" in path:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return " ".join(book.read(name).decode() for name in book.namelist())
    return content.decode("utf-8-sig")


def cell(truth: Contributions, name: Name) -> dict[int, int]:
    """Return by vendor what went into a cell."""
    found: dict[int, int] = defaultdict(int)
    for (month, market, goods), own in truth.items():
        if month in name[0] and market in name[1] and goods in name[2]:
            for vendor, value in own.items():
                found[vendor] += value
    return found


def distance(contributions: dict[int, int]) -> float | None:
    """Return how far bounds must stay from an unsafe value, written down anew; ``None`` = it is safe."""
    values = sorted((value for value in contributions.values() if value), reverse=True)
    if not values:
        return None
    first, second = [*values, 0][:2]
    level = Fraction(P_PERCENT, 100) * first - (sum(values) - first - second)
    if len(values) >= HOLDINGS_MIN and level <= 0:
        return None
    return float(max(level, 1))


def every_cell() -> list[Name]:
    """Return each cell that some table of some period could tell."""
    wheres = [frozenset({code}) for code in MARKETS] + [frozenset(AREA), frozenset(MARKETS)]
    goods = [frozenset({one}) for one in GOODS] + [frozenset(GOODS)]
    months = {frozenset(own) for own in PERIODS.values()}
    return [(m, w, g) for m in months for w in wheres for g in goods]


def told_sums(world: World) -> dict[Name, int]:
    """Return every sum of money that the economist's answers tell, by what it holds."""
    known: dict[Name, int] = {}

    def tell(name: Name, value: int) -> None:
        assert known.setdefault(name, value) == value

    for period, reports in world.json.items():
        months = frozenset(PERIODS[period])
        areas = [
            area
            for report in reports
            for area in [report["total"], *report["markets"]]
            if area is not None
        ]
        named = {row["goods_group"] for area in areas for row in area["goods"]} - {OTHERS}
        for area in areas:
            markets = _markets(area["market_code"])
            for one in area["indicators"]:
                if one["unit"].startswith("vnd") and one["numerator"] is not None:
                    tell((months, markets, frozenset(GOODS)), round(one["numerator"]))
            for row in area["goods"]:
                if row["value_vnd"] is not None:
                    group = row["goods_group"]
                    goods = frozenset(GOODS) - named if group == OTHERS else frozenset({group})
                    tell((months, markets, goods), row["value_vnd"])
    return known


def rounded_sums(world: World) -> list[tuple[Name, float, float]]:
    """Return from what to what the public's figures let sums of money be."""
    found = []
    for period, tables in world.public.items():
        months = frozenset(PERIODS[period])
        for area in tables["areas"]:
            markets = _markets(area["code"])
            (money,) = (one for one in area["figures"] if one["id"] == "U8")
            if money["value"] is None or not area["market_days"]:
                continue
            half = tables["value_base_vnd"] / 2
            days = _days(world, period, area["code"])
            low, high = ((money["value"] + side * half) * days for side in (-1, 1))
            found.append(((months, markets, frozenset(GOODS)), low, high))
    return found


def _days(world: World, period: str, code: str) -> int:
    """Return the denominator of U8, which the economist is told."""
    for report in world.json[period]:
        for area in [report["total"], *report["markets"]]:
            if area is not None and area["market_code"] == code:
                (money,) = (one for one in area["indicators"] if one["id"] == "U8")
                if money["denominator"] is not None:
                    return int(money["denominator"])
    return 10**9


def _markets(code: str) -> frozenset[str]:
    if code == "*":
        return frozenset(MARKETS)
    return frozenset(AREA) if code.lstrip("@") == "VUNG" else frozenset({code})


class Attacker:
    """Linear programmes over the smallest pieces: one month, market and goods group each."""

    def __init__(
        self, truth: Contributions, known: dict[Name, int], bounds: list[tuple[Name, float, float]]
    ) -> None:
        self.pieces: list[Piece] = sorted(truth)
        self.scale = max(known.values()) / 1e6
        self.rows = np.array([self.row(name) for name in known])
        self.values = np.array(list(known.values())) / self.scale
        upper = [(self.row(name), high) for name, _, high in bounds]
        upper += [([-each for each in self.row(name)], -low) for name, low, _ in bounds]
        self.upper = np.array([row for row, _ in upper]) if upper else None
        self.limits = np.array([end for _, end in upper]) / self.scale if upper else None

    def row(self, name: Name) -> list[float]:
        return [
            float(all(part in names for part, names in zip(piece, name, strict=True)))
            for piece in self.pieces
        ]

    def bounds(self, name: Name) -> tuple[float, float]:
        goal = np.array(self.row(name))
        ends = []
        for sign in (1, -1):
            found = linprog(
                sign * goal,
                A_eq=self.rows,
                b_eq=self.values,
                A_ub=self.upper,
                b_ub=self.limits,
                method="highs-ds",
            )
            ends.append(float("inf") if found.status == 3 else sign * found.fun * self.scale)
            assert found.status in {0, 3}
        return ends[0], ends[1]


def test_no_unsafe_figure_is_worked_out_from_all_answers_together(world: World) -> None:
    known = told_sums(world)
    attacker = Attacker(world.truth, known, rounded_sums(world))
    unsafe = 0
    for name in every_cell():
        contributions = cell(world.truth, name)
        away = distance(contributions)
        if away is None:
            continue
        unsafe += 1
        value = sum(contributions.values())
        slack = 1e-6 * value + 1e-3
        low, high = attacker.bounds(name)
        assert name not in known, name
        assert high - value >= away - slack, (name, value, low, high)
        assert value - low >= min(away, value) - slack, (name, value, low, high)
    assert unsafe >= 10
    assert len(known) >= 10


def test_what_is_told_is_true(world: World) -> None:
    for name, value in told_sums(world).items():
        assert value == sum(cell(world.truth, name).values()), name
    for name, low, high in rounded_sums(world):
        assert low <= sum(cell(world.truth, name).values()) <= high, name


def test_no_unsafe_figure_stands_in_any_file_or_page(world: World) -> None:
    unsafe = {
        sum(contributions.values())
        for name in every_cell()
        for contributions in [cell(world.truth, name)]
        if distance(contributions) is not None
    }
    assert len(unsafe) >= 10
    numbers = {
        path: {
            int(re.sub(r"[.,\s\u00a0]", "", found))
            for found in re.findall(r"\d{1,3}(?:[.\u00a0]\d{3})+|\d{4,}", text)
        }
        for path, text in world.texts.items()
    }
    assert len(numbers) >= 80
    for path, standing in numbers.items():
        assert not standing & unsafe, path


def test_a_manager_reads_the_own_market_only(world: World) -> None:
    assert set(world.refused.values()) == {403}


def test_the_attacker_is_no_straw_man(world: World) -> None:
    # Told one unsafe cell's row and column whole, he has it.
    known = told_sums(world)
    name = next(
        (m, w, g)
        for m, w, g in every_cell()
        if len(m) == len(w) == len(g) == 1 and distance(cell(world.truth, (m, w, g))) is not None
    )
    for goods in [frozenset(GOODS), *(frozenset({one}) for one in GOODS)]:
        if goods != name[2]:
            known[name[0], name[1], goods] = sum(
                cell(world.truth, (name[0], name[1], goods)).values()
            )
    value = sum(cell(world.truth, name).values())

    assert Attacker(world.truth, known, []).bounds(name) == pytest.approx((value, value), rel=1e-5)
