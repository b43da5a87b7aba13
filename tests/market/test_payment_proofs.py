"""A vendor's proofs on her own pages, for machines and in the terminal, and the published roots."""

import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select
from typer.testing import CliRunner

from market.cli import app
from market.database import reading
from market.roles import Role
from merchants.tables import Market, Vendor
from reconciliation.tables import DayClose
from reconciliation.verification.proof_check import check_proof
from tests.market import broken_books
from tests.market.broken_books import ON
from tests.market.conftest import Reader
from tests.merchants.queries import counted

DAY = ON.isoformat()
QUERIES_MAX = 12


@pytest.fixture(autouse=True)
def broken(october: sa.Engine) -> None:
    broken_books.break_a_day(october)


@pytest.fixture
def hers(october: sa.Engine) -> str:
    """The code of the vendor who was paid."""
    with reading(october) as session:
        vendor = session.exec(
            select(Vendor).join(Market).where(Market.code == "MA", Vendor.market_id == Market.id)
        ).first()
        assert vendor is not None
        return str(vendor.code)


def published_root(engine: sa.Engine) -> str:
    with reading(engine) as session:
        closes = session.exec(
            select(DayClose).where(DayClose.scope == "MA", DayClose.business_date == ON)
        ).all()
        return max(closes, key=lambda one: one.version).root_sha256


def test_a_vendor_reads_it_loads_it_and_it_holds(
    reader: Reader, october: sa.Engine, hers: str
) -> None:
    vendor = reader(Role.VENDOR, hers)
    root = published_root(october)
    code = f"{root[:4]} {root[4:8]} {root[8:12]}"

    day = unescape(vendor.get(f"/nguoi-ban/{hers}?ngay={DAY}").text)
    page = unescape(vendor.get(f"/nguoi-ban/{hers}/bang-chung?ngay={DAY}").text)
    files = re.findall(r'href="(/api/v1/vendors/[^"]+/proof\?[^"]+)"', page)
    roots = unescape(vendor.get("/ma-kiem?cho=MA&thang=2026-11").text)

    assert f"2 khoản này nằm trong số của chợ ngày 02/11/2026, mã kiểm {code}." in day
    assert f'href="/nguoi-ban/{hers}/bang-chung?ngay={DAY}"' in day
    assert code in page
    assert root in roots
    assert len(files) == 3  # two payments and the day
    for file in files:
        answer = vendor.get(file)
        assert check_proof(answer.content, root=root) == []
        assert answer.headers["content-disposition"].startswith("attachment; filename=")


def test_a_vendor_gets_nothing_of_another(
    reader: Reader, codes: dict[str, list[str]], hers: str
) -> None:
    other = next(code for code in codes["MA"] if code != hers)
    vendor = reader(Role.VENDOR, other)

    assert vendor.get(f"/api/v1/vendors/{hers}/days/{DAY}/proof").status_code == 403
    assert vendor.get(f"/nguoi-ban/{hers}/bang-chung?ngay={DAY}").status_code == 403


def test_what_is_not_in_the_books_has_no_proof(reader: Reader, hers: str) -> None:
    vendor = reader(Role.VENDOR, hers)
    where = f"/api/v1/vendors/{hers}/days"

    assert vendor.get(f"{where}/{DAY}/proof?payment=99").status_code == 404
    assert vendor.get(f"{where}/{DAY}/proof?version=99").status_code == 404
    assert vendor.get(f"{where}/2026-11-04/proof").status_code == 404
    assert "Chưa có gì để chứng minh" in unescape(
        vendor.get(f"/nguoi-ban/{hers}/bang-chung?ngay=2026-11-04").text
    )


def test_the_proof_of_an_older_version_can_still_be_had(
    reader: Reader, october: sa.Engine, hers: str
) -> None:
    first = published_root(october)
    broken_books.book_late(october)
    broken_books.close_again(october)
    vendor = reader(Role.VENDOR, hers)

    older = vendor.get(f"/api/v1/vendors/{hers}/days/{DAY}/proof?version=1")
    newest = vendor.get(f"/api/v1/vendors/{hers}/days/{DAY}/proof")
    told = vendor.get("/api/v1/public/markets/MA/roots/2026-11").json()

    assert check_proof(older.content, root=first) == []
    assert check_proof(newest.content, root=published_root(october)) == []
    assert [(one["version"], one["is_newest"]) for one in told if one["business_date"] == DAY] == [
        (2, True),
        (1, False),
    ]


def test_published_roots_tell_no_money(reader: Reader) -> None:
    stranger = reader()

    told = stranger.get("/api/v1/public/markets/MA/roots/2026-11").json()
    page = unescape(stranger.get("/ma-kiem?cho=MA&thang=2026-11").text)

    assert set(told[0]) == {
        "market_code",
        "business_date",
        "version",
        "state",
        "closed_at",
        "root_sha256",
        "is_newest",
    }
    assert "₫" not in page


def test_the_checking_program_runs_alone(
    reader: Reader, october: sa.Engine, hers: str, tmp_path: Path
) -> None:
    program, file = tmp_path / "proof_check.py", tmp_path / "proof.json"
    program.write_bytes(reader().get("/ma-kiem/proof_check.py").content)
    file.write_bytes(
        reader(Role.VENDOR, hers).get(f"/api/v1/vendors/{hers}/days/{DAY}/proof").content
    )

    def run(root: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(program), str(file), root]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    right, wrong = run(published_root(october)), run("0" * 64)

    assert (right.returncode, wrong.returncode) == (0, 1)
    assert "proved" in right.stdout
    assert "the market published" in wrong.stdout


def test_the_terminal_makes_and_checks_a_proof(
    october: sa.Engine,
    hers: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reader: Reader,
) -> None:
    file = tmp_path / "proof.json"
    content = reader(Role.VENDOR, hers).get(f"/api/v1/vendors/{hers}/days/{DAY}/proof").content
    file.write_bytes(content)
    root = published_root(october)
    spoilt = tmp_path / "spoilt.json"
    spoilt.write_bytes(content.replace(b'"amount_vnd": 50000', b'"amount_vnd": 60000'))

    def check(*told: str) -> tuple[int, str]:
        ran = CliRunner().invoke(app, ["verify", "proof", *told])
        return ran.exit_code, ran.output

    status, said = check(str(file), "--root", root[:12])
    assert status == 0
    assert "Đúng / proved: 2 khoản" in said
    assert "02/11/2026" in said
    assert check(str(file), "--root", "0" * 64)[0] == 1
    assert check(str(spoilt))[0] == 1
    assert json.loads(check(str(file), "--json")[1]) == {
        "proved": True,
        "findings": [],
        "root_sha256": root,
    }


def test_a_page_of_proofs_asks_a_fixed_number_of_questions(
    reader: Reader, october: sa.Engine, hers: str
) -> None:
    vendor = reader(Role.VENDOR, hers)
    app_engine = vendor.app.state.engine  # type: ignore[attr-defined]
    asked = []
    for _ in range(2):
        with counted(app_engine) as sent:
            vendor.get(f"/nguoi-ban/{hers}/bang-chung?ngay={DAY}")
        asked.append(len(sent))
        broken_books.break_a_day(october, count=20)

    assert asked[0] == asked[1] <= QUERIES_MAX
