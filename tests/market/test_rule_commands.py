"""``cho40 rule`` at the terminal: who, which days, which rows, and a trial that tries them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from market.cli import app
from market.database import migrate, open_engine, writing
from market.roles import Role
from tests.market.conftest import KEY, add_user
from tests.reconciliation.ledger_world import LedgerWorld

LAN = "lan@cho.example"
KNOWN_AT = datetime(2026, 11, 11, tzinfo=UTC)
CONTRACT = """
[[profile]]
provider = "bank_vcb"
valid_from = {valid_from}
books = ["payments", "statement"]
bank_reference = [["bank_reference", "bank_reference"]]
ids_exclude = "learned"
window_s = 600
statement_per = "account"
"""
FEE = """
[profile.fee]
bps = 100
"""


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a database with one closed payment, whose bank took 1.700 of 50.000 đồng."""
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps([KEY]))
    monkeypatch.setenv("CHO40_HASH_KEY", KEY)
    monkeypatch.delenv("CHO40_DATABASE_URL", raising=False)
    engine: sa.Engine = open_engine(f"sqlite:///{tmp_path / 'cho40.sqlite3'}")
    migrate(engine)
    with writing(engine) as session:
        world = LedgerWorld(session, KNOWN_AT)
        world.both(world.vendor(world.market()), 50_000, fee_amount=1_700)
        add_user(session, Role.ADMIN, login=LAN, full_name="Nguyễn Thị Lan")
    run("day", "close", "2026-11-10")
    return tmp_path


def run(*words: str) -> str:
    """Run one command and return what it prints."""
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())  # tables stand apart by blanks


def propose(folder: Path, valid_from: str, *, more: str = FEE, row_from: str) -> str:
    """Propose another row of Vietcombank."""
    file = folder / "rules.toml"
    file.write_text(CONTRACT.format(valid_from=row_from) + more, encoding="utf-8")
    when = ("--valid-from", valid_from, "--reason", "Phụ lục 3", "--as", LAN)
    return run("rule", "propose", str(file), *when)


def test_a_change_is_told_by_name_and_with_the_days_of_its_rows(closed: Path) -> None:
    told = propose(closed, "01/12/2026", row_from="2026-12-15")

    assert "Nguyễn Thị Lan" in told
    assert "staff:" not in told + run("rule", "list") + run("rule", "show", "1")
    assert "Vietcombank 15/12/2026" in told  # its own day: the later of the two
    assert "cho40 rule backtest 1" in told
    assert "Vietcombank 15/12/2026 fee.bps không ghi" in run("rule", "show", "1")


@pytest.mark.parametrize("row_from", ["2000-01-01", "2026-12-01", "2027-01-01"])
def test_rows_of_days_to_come_are_tried_on_days_gone_by(closed: Path, row_from: str) -> None:
    propose(closed, "01/12/2026", row_from=row_from)

    told = run("rule", "backtest", "1")

    assert "Thử trên ngày đã chốt, 14/10/2026 đến 10/11/2026: 2 trên 3 kết luận đổi" in told
    assert "thông báo với sao kê sao kê khớp khớp, có lệch 1 50.000 ₫" in told
    assert "10/11/2026 Vietcombank 50.000 ₫" in told
    assert "14/10/2026–10/11/2026" in run("rule", "list")


def test_a_change_that_would_change_nothing_is_said_in_a_sentence(closed: Path) -> None:
    propose(closed, "01/12/2026", more="rounding_vnd = 1", row_from="2026-12-01")

    told = run("rule", "backtest", "1")

    assert "không kết luận nào trong 3 đổi." in told
    assert "Ví dụ" not in told
