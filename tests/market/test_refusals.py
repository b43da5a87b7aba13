"""What the doors refuse is one line, names no secret, and leaves nothing half done."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from market.reports import market_day_report, vendor_day_report
from merchants.days import market_day
from reconciliation.close.closing import close_days
from reconciliation.close.versions import newest_closes
from reconciliation.errors import DayNotOver, DayOutOfRange
from reconciliation.profiles import load_profiles
from tests.reconciliation.ledger_world import SEALER

CHO40 = Path(sys.executable).parent / "cho40"


def refused(folder: Path, *words: str, **settings: str) -> str:
    """Run a command that must be refused and return its one line of why."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)} | settings
    done = subprocess.run(
        [CHO40, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def test_a_refused_start_names_no_secret(tmp_path: Path) -> None:
    told = refused(
        tmp_path,
        "market",
        "list",
        CHO40_MODE="production",
        CHO40_STRIPE_API_KEY="sk_live_TOPSECRET123",
        CHO40_SEPAY_HMAC_SECRETS='["s3cr3tHMAC"]',
    )

    assert "production mode needs" in told
    assert "TOPSECRET" not in told
    assert "s3cr3t" not in told


def test_an_unreadable_setting_is_one_line(tmp_path: Path) -> None:
    assert "secret_keys" in refused(tmp_path, "init", CHO40_SECRET_KEYS="not json")


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert "file" in refused(tmp_path, "init", CHO40_DATA_DIR=str(tmp_path / "file" / "var"))


def test_the_database_is_for_its_owner_only(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "CHO40_DATA_DIR": str(tmp_path)}
    subprocess.run([CHO40, "init"], env=environment, check=True, capture_output=True)

    assert (tmp_path / "cho40.sqlite3").stat().st_mode & 0o077 == 0


def test_a_day_that_has_not_come_is_not_closed(engine: sa.Engine, now: datetime) -> None:
    tomorrow = market_day(now) + timedelta(days=1)

    with pytest.raises(DayNotOver), writing(engine) as session:
        close_days(
            session,
            tomorrow,
            tomorrow,
            market_code=None,
            profiles=load_profiles(None),
            sealer=SEALER,
            now=now,
        )

    with reading(engine) as session:
        assert newest_closes(session, tomorrow, tomorrow) == {}


@pytest.mark.parametrize("report", [vendor_day_report, market_day_report])
@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31"])
def test_a_day_out_of_the_calendar_is_refused(
    sqlite_engine: sa.Engine, report: object, on: str
) -> None:
    assert callable(report)

    with pytest.raises(DayOutOfRange), reading(sqlite_engine) as session:
        report(session, "CC2222ADC", datetime.fromisoformat(on).date())
