"""A vendor from a line in a sheet to a line in the adoption report, through the front doors only.

Commands are real processes, pages come from a real server on loopback, the poster is read by a real
decoder, and both databases are real.
"""

import csv
import hashlib
import hmac
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from market.clock import HO_CHI_MINH

CHO40 = Path(sys.executable).parent / "cho40"
SEPAY_SECRET = "walk-sepay-secret"
ACCOUNT = "1018795282"
PAID_VND = 68_866
BANK_REFERENCE = "5243.65937"


@dataclass
class Office:
    """A market office: one folder, one database, one command line."""

    folder: Path
    environment: dict[str, str]

    def cho40(self, *words: str, status: int = 0) -> str:
        """Run a command and return what it printed; its exit status must be ``status``."""
        done = subprocess.run(
            [CHO40, *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def pages(self) -> Iterator[httpx.Client]:
        """Serve the pages on loopback and give a browser-like client."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen(
            [CHO40, "serve", "--port", str(port)], cwd=self.folder, env=self.environment
        )
        try:
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}", follow_redirects=True, timeout=20
            ) as client:
                _wait_for(client)
                yield client
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Office:
    """A new office on either database."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "CHO40_DATA_DIR": str(tmp_path / "var"),
        "CHO40_SEPAY_HMAC_SECRETS": json.dumps([SEPAY_SECRET]),
    }
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        environment["CHO40_DATABASE_URL"] = server.empty_database(f"walk{os.getpid()}")
    return Office(tmp_path, environment)


def test_a_vendor_from_the_sheet_to_the_adoption_report(office: Office) -> None:
    today = datetime.now(UTC).astimezone(HO_CHI_MINH).date()
    office.cho40("init")
    _register(office, today)
    vendor_code = _hang_the_poster(office, today)

    with office.pages() as browser:
        _customer_pays(browser, vendor_code)
        _bank_sends_its_statement(office, vendor_code, today)
        office.cho40("day", "close", today.isoformat())

        _the_vendor_reads_her_day(office, browser, vendor_code, today)
        _the_month_is_read(office, browser, today)
    assert office.cho40("verify")


def _register(office: Office, today: date) -> None:
    _write_csv(
        office.folder / "markets.csv",
        [
            {
                "market_code": "MA",
                "name": "Chợ trung tâm Mậu A",
                "class": "2",
                "stalls": "240",
                "calendar_rule_type": "daily",
                "calendar_params": "",
                "calendar_vi": "họp hằng ngày",
                "commune_code": "04375",
                "commune_name": "Xã Mậu A",
                "commune_valid_from": "2025-07-01",
                "synthetic": "1",
                "note": "",
            }
        ],
    )
    good = {
        "Mã chợ": "MA",
        "Khu vực": "Dãy rau",
        "Mã gian hàng": "A012",
        "Ngành hàng": "Rau củ",
        "Tình trạng gian hàng": "đang kinh doanh",
        "Họ tên": "Nguyễn Thị Hương",
        "Điện thoại": "0912345118",
        "Tên hộ kinh doanh": "",
        "Ngày đồng ý": today.strftime("%d/%m/%Y"),
        "Ngân hàng": "Vietcombank",
        "Số tài khoản": ACCOUNT,
        "Tên chủ tài khoản": "NGUYEN THI HUONG",
        "Ví / cổng thanh toán": "",
        "Mã điểm ví": "",
        "Số hợp đồng": "",
        "Ngày hợp đồng": "",
        "Số mã QR đang treo": "1",
        "Ngày kiểm tra": today.strftime("%d/%m/%Y"),
        "Ngày treo bảng mã": today.strftime("%d/%m/%Y"),
    }
    bad = good | {"Mã gian hàng": "A013", "Ngân hàng": "Ngân hàng Sao Hoả", "Điện thoại": ""}
    _write_csv(office.folder / "stalls.csv", [good, bad])

    office.cho40("market", "import", "markets.csv")
    office.cho40("vendor", "import", "stalls.csv", "--dry-run", status=3)
    first = _import(office)
    again = _import(office)

    assert [row["outcome"] for row in first] == ["accepted", "rejected"]
    assert "Sao Hoả" in " ".join(first[1]["messages"])
    assert [row["change"] for row in again] == ["same", "none"]


def _import(office: Office) -> list[dict[str, object]]:
    printed = office.cho40("vendor", "import", "stalls.csv", "--json", status=3)
    lines = [json.loads(line) for line in printed.splitlines()]
    return [line["row"] for line in lines if "row" in line and isinstance(line["row"], dict)]


def _hang_the_poster(office: Office, today: date) -> str:
    office.cho40("poster", "issue", "MA")
    office.cho40("poster", "book", "MA", "--out", "book.pdf")
    office.cho40("poster", "draw", "A012", "--market", "MA", "--format", "png", "--out", "a012.png")
    office.cho40("poster", "installed", "A012", "--market", "MA", "--on", today.isoformat())

    seen = json.loads(office.cho40("qr", "scan", "a012.png", "--json").splitlines()[0])
    payload = seen["codes"][0]["payload"]
    (office.folder / "seen.jsonl").write_text(json.dumps({"id": "A012", "payload": payload}))
    judged = json.loads(office.cho40("qr", "check", "seen.jsonl"))

    assert (office.folder / "book.pdf").read_bytes().startswith(b"%PDF")
    assert judged["valid"]
    assert judged["fields"]["38"]["01"] == {"00": "970436", "01": ACCOUNT}
    return str(judged["fields"]["62"]["08"])


def _customer_pays(browser: httpx.Client, vendor_code: str) -> None:
    body = json.dumps(
        {
            "id": 92705,
            "gateway": "Vietcombank",
            "transactionDate": datetime.now(HO_CHI_MINH).strftime("%Y-%m-%d %H:%M:%S"),
            "accountNumber": ACCOUNT,
            "code": None,
            "content": f"mua rau {vendor_code}",
            "transferType": "in",
            "transferAmount": PAID_VND,
            "accumulated": 19_077_000,
            "subAccount": None,
            "referenceCode": BANK_REFERENCE,
            "description": "",
        }
    ).encode()

    told = [_post(browser, body, secret=SEPAY_SECRET) for _ in range(2)]
    forged = _post(browser, body.replace(b"68866", b"99999"), secret="not the secret")

    assert [answer.status_code for answer in told] == [200, 200]
    assert forged.status_code == 401


def _post(browser: httpx.Client, body: bytes, *, secret: str) -> httpx.Response:
    at = str(int(time.time()))
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-SePay-Timestamp": at, "X-SePay-Signature": f"sha256={signature}"}
    return browser.post("/hooks/sepay", content=body, headers=headers)


def _bank_sends_its_statement(office: Office, vendor_code: str, today: date) -> None:
    day = today.strftime("%d/%m/%Y")
    statement = office.folder / "vcb.csv"
    statement.write_text(
        f"Số tài khoản:,{ACCOUNT}\n"
        f"Từ ngày:,{day},Đến ngày:,{day}\n\n"
        "Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả\n"
        f'{day},{BANK_REFERENCE},,"68,866",MBVCB.452.029552.{vendor_code}.CT tu 0351000646393 '
        f"NGUYEN VAN A toi {ACCOUNT} NGUYEN THI HUONG\n"
        'Tổng,,0,"68,866",\n',
        encoding="utf-8",
    )
    cut = office.folder / "vcb_cut.csv"
    cut.write_text(statement.read_text().rsplit("Tổng", 1)[0], encoding="utf-8")

    office.cho40("feed", "ingest", "--provider", "bank_vcb", "vcb_cut.csv", status=4)
    office.cho40("feed", "ingest", "--provider", "bank_vcb", "vcb.csv")
    office.cho40("feed", "ingest", "--provider", "bank_vcb", "vcb.csv")


def _the_vendor_reads_her_day(
    office: Office, browser: httpx.Client, vendor_code: str, today: date
) -> None:
    report = json.loads(
        office.cho40("report", "vendor-day", vendor_code, today.isoformat(), "--json")
    )
    link = office.cho40("link", "vendor", vendor_code)
    closed = browser.get(f"/nguoi-ban/{vendor_code}")
    page = browser.get(_path(link))

    assert report["amounts"]["gross_vnd"] == PAID_VND
    assert report["amounts"]["matched_vnd"] == PAID_VND
    assert closed.status_code in {401, 403}
    assert "68.866" in page.text
    assert "NGUYEN VAN A" not in page.text
    browser.cookies.clear()


def _the_month_is_read(office: Office, browser: httpx.Client, today: date) -> None:
    month = today.strftime("%Y-%m")

    browser.get(_path(office.cho40("link", "market", "MA")))
    for_the_manager = _indicators(browser.get(f"/api/v1/markets/MA/adoption/{month}").json())
    browser.cookies.clear()
    browser.get(_path(office.cho40("link", "economist")))
    page = browser.get(f"/muc-do-dung?ky={month}")
    printed = office.cho40("report", "adoption", month, "--market", "MA", "--json")
    for_the_economist = _indicators(json.loads(printed))

    assert for_the_manager["S3"] == for_the_manager["U1"] == (1, 1)
    # One vendor's money is nobody else's to see: too few vendors, so the economist sees no value.
    assert for_the_economist["U8"] == (None, None)
    assert page.status_code == httpx.codes.OK
    assert "68.866" not in page.text


def _indicators(report: dict[str, Any]) -> dict[str, tuple[int | None, int | None]]:
    found = report["markets"][0]["indicators"]
    return {i["id"]: (i["numerator"], i["denominator"]) for i in found}


def _path(printed: str) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", printed)
    assert found, printed
    return found[1]


def _write_csv(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _wait_for(client: httpx.Client) -> None:
    for _ in range(80):
        try:
            if client.get("/healthz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.25)
    pytest.fail("the pages never answered")
