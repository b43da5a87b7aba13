"""Late data restates a closed day: the page says so, a bridge says why, and a rebuild agrees.

The bank's first statement lacks a line, the day is closed; then the line comes. Commands are real
processes, pages come from the application, both databases are real.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from market.app import create_app
from market.clock import HO_CHI_MINH
from market.settings import Settings

CHO40 = Path(sys.executable).parent / "cho40"
ACCOUNT = "1018795282"
MARKET = (
    "market_code,name,class,stalls,calendar_rule_type,calendar_params,calendar_vi,commune_code,"
    "commune_name,commune_valid_from,synthetic,note\n"
    "MA,Chợ trung tâm Mậu A,2,240,daily,,họp hằng ngày,04375,Xã Mậu A,2025-07-01,1,\n"
)
STALL_HEAD = (
    "Mã chợ,Khu vực,Mã gian hàng,Ngành hàng,Tình trạng gian hàng,Họ tên,Điện thoại,"
    "Tên hộ kinh doanh,Ngày đồng ý,Ngân hàng,Số tài khoản,Tên chủ tài khoản,Ví / cổng thanh toán,"
    "Mã điểm ví,Số hợp đồng,Ngày hợp đồng,Số mã QR đang treo,Ngày kiểm tra,Ngày treo bảng mã\n"
)


@dataclass
class Office:
    """A market office: one folder, one database, one command line."""

    folder: Path

    def cho40(self, *words: str) -> str:
        """Run a command that must succeed, and return what it printed."""
        done = subprocess.run(
            [CHO40, *words], capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Office:
    """A new office on either database."""
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("CHO40_DATABASE_URL", raising=False)
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        monkeypatch.setenv("CHO40_DATABASE_URL", server.empty_database(f"restated{os.getpid()}"))
    return Office(tmp_path)


def test_late_data_restates_a_closed_day_and_the_report_says_so(office: Office) -> None:
    today = datetime.now(UTC).astimezone(HO_CHI_MINH).date()
    _found_a_market(office, today)
    _statement_comes(office, today, "sang.csv", ("5243.1", 50_000))
    office.cho40("day", "close", today.isoformat(), "--market", "MA")
    known_at = datetime.now(UTC).isoformat()

    _statement_comes(office, today, "chieu.csv", ("5243.1", 50_000), ("5243.2", 30_000))
    office.cho40("day", "close", today.isoformat(), "--market", "MA")

    _the_page_says_why(office, today)
    _the_bridge_sums(office, today)
    _the_first_version_is_still_there(office, today, known_at)
    _raw_bytes_prove_both(office, today)


def _found_a_market(office: Office, today: date) -> None:
    on = today.strftime("%d/%m/%Y")
    (office.folder / "markets.csv").write_text(MARKET, encoding="utf-8-sig")
    stall = (
        f"MA,Dãy rau,A012,Rau củ,đang kinh doanh,Nguyễn Thị Hương,0912345118,,{on},Vietcombank,"
        f"{ACCOUNT},NGUYEN THI HUONG,,,,,1,{on},{on}\n"
    )
    (office.folder / "stalls.csv").write_text(STALL_HEAD + stall, encoding="utf-8-sig")
    office.cho40("init")
    office.cho40("market", "import", str(office.folder / "markets.csv"))
    office.cho40("vendor", "import", str(office.folder / "stalls.csv"))


def _statement_comes(office: Office, today: date, name: str, *lines: tuple[str, int]) -> None:
    on = today.strftime("%d/%m/%Y")
    told = "".join(f"{on},{reference},,{amount},tien rau\n" for reference, amount in lines)
    total = sum(amount for _, amount in lines)
    (office.folder / name).write_text(
        f"Số tài khoản:,{ACCOUNT}\nTừ ngày:,{on},Đến ngày:,{on}\n\n"
        f"Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả\n{told}"
        f"Tổng,,0,{total},\n",
        encoding="utf-8",
    )
    office.cho40("feed", "ingest", "--provider", "bank_vcb", str(office.folder / name))


def _the_page_says_why(office: Office, today: date) -> None:
    path = re.search(r"https?://[^/\s]+(/\S+)", office.cho40("link", "market", "MA"))
    assert path
    with TestClient(create_app(Settings()), base_url="https://cho.example") as browser:
        browser.get(path[1])
        answer = browser.get(f"/cho/MA/chot-ngay?ngay={today.isoformat()}")
        page = unescape(answer.text).replace("\u00a0", " ")
        queue = unescape(browser.get("/cho/MA/khoan-lech").text).replace("\u00a0", " ")

    restated = page.partition("Vì sao phiên bản 2 khác phiên bản 1")[2]
    assert "Các phiên bản: 2" in page
    assert "Khoản đến muộn" in restated
    assert "50.000 ₫" in restated
    assert "+30.000 ₫" in restated
    assert "80.000 ₫" in restated
    assert "khoản lệch" in queue


def _the_bridge_sums(office: Office, today: date) -> None:
    told = json.loads(office.cho40("day", "bridge", today.isoformat(), "--market", "MA", "--json"))

    assert [(line["cause"], line["changes"]["gross_vnd"]) for line in told] == [("late", 30_000)]


def _the_first_version_is_still_there(office: Office, today: date, known_at: str) -> None:
    now = json.loads(office.cho40("day", "show", today.isoformat(), "--market", "MA", "--json"))
    then = json.loads(
        office.cho40(
            "day", "show", today.isoformat(), "--market", "MA", "--as-of", known_at, "--json"
        )
    )

    assert [(one["version"], one["market_day"]["gross_vnd"]) for one in now] == [(2, 80_000)]
    assert [(one["version"], one["market_day"]["gross_vnd"]) for one in then] == [(1, 50_000)]


def _raw_bytes_prove_both(office: Office, today: date) -> None:
    day = today.isoformat()
    newest = office.cho40("day", "rebuild", day, "--market", "MA")
    first = office.cho40("day", "rebuild", day, "--market", "MA", "--version", "1")

    assert "Giống đến từng byte" in newest
    assert "Giống đến từng byte" in first
    office.cho40("verify")
