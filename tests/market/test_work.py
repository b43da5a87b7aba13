"""The worker: each job is run by one worker at a time, and a dead worker's job is taken over."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select
from typer.testing import CliRunner

from market.cli import app
from market.database import migrate, open_engine, reading
from market.sandbox import create_sandbox
from market.sandbox.sample import sample_objects
from market.schedule import LEASE, Job, give_lease_back, run_job, run_once, take_lease
from market.settings import Settings
from reconciliation.errors import BooksDoNotBalance
from reconciliation.tables import DayClose, JobLease
from tests.serving import serving

T0 = datetime(2026, 11, 21, 2, tzinfo=UTC)


def settings_for(engine: sa.Engine) -> Settings:
    """Settings without any feed."""
    return Settings(database_url=str(engine.url), stripe_account="")


def job(name: str = "count", *, told: str = "done so") -> tuple[Job, list[datetime]]:
    """A job that notes when it ran."""
    runs: list[datetime] = []

    def work(_engine: sa.Engine, _settings: Settings, at: datetime) -> str:
        runs.append(at)
        return told

    return Job(name, work, {}), runs


def test_a_lease_is_held_by_one_worker(engine: sa.Engine) -> None:
    assert take_lease(engine, "close", holder="a", at=T0)
    assert not take_lease(engine, "close", holder="b", at=T0 + timedelta(minutes=1))
    assert take_lease(engine, "poll", holder="b", at=T0)


def test_a_lease_given_back_is_free(engine: sa.Engine) -> None:
    take_lease(engine, "close", holder="a", at=T0)
    give_lease_back(engine, "close", holder="a", at=T0 + timedelta(seconds=5))

    assert take_lease(engine, "close", holder="b", at=T0 + timedelta(seconds=5))


def test_a_dead_workers_lease_ends_by_itself(engine: sa.Engine) -> None:
    take_lease(engine, "close", holder="dead", at=T0)

    assert not take_lease(engine, "close", holder="b", at=T0 + LEASE - timedelta(seconds=1))
    assert take_lease(engine, "close", holder="b", at=T0 + LEASE)


def test_a_lease_that_another_took_over_is_not_ended(engine: sa.Engine) -> None:
    take_lease(engine, "close", holder="slow", at=T0)
    take_lease(engine, "close", holder="b", at=T0 + LEASE)

    give_lease_back(engine, "close", holder="slow", at=T0 + LEASE)

    assert not take_lease(engine, "close", holder="c", at=T0 + LEASE)


def test_a_job_runs_under_its_lease_and_gives_it_back(engine: sa.Engine) -> None:
    counting, runs = job()

    report = run_job(counting, engine, settings_for(engine), holder="a", clock=lambda: T0)

    assert (report.state, report.told) == ("done", "done so")
    assert runs == [T0]
    with reading(engine) as session:
        [until_at] = session.exec(select(JobLease.until_at)).all()
    assert until_at == T0


def test_a_job_that_another_worker_runs_is_passed_over(engine: sa.Engine) -> None:
    counting, runs = job()
    take_lease(engine, counting.name, holder="b", at=T0)

    report = run_job(counting, engine, settings_for(engine), holder="a", clock=lambda: T0)

    assert report.state == "busy"
    assert runs == []


def test_a_refused_job_is_told_and_the_others_run(engine: sa.Engine) -> None:
    def refuse(_engine: sa.Engine, _settings: Settings, _at: datetime) -> str:
        raise BooksDoNotBalance("1 đồng is missing")

    counting, runs = job()
    jobs = [Job("refuse", refuse, {}), counting]

    reports = run_once(engine, settings_for(engine), holder="a", clock=lambda: T0, jobs=jobs)

    assert [report.state for report in reports] == ["failed", "done"]
    assert reports[0].told == "1 đồng is missing"
    assert runs == [T0]


def test_a_bug_in_a_job_gives_the_lease_back(engine: sa.Engine) -> None:
    def break_down(_engine: sa.Engine, _settings: Settings, _at: datetime) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_job(Job("bug", break_down, {}), engine, settings_for(engine), holder="a")

    assert take_lease(engine, "bug", holder="b", at=datetime.now(UTC) + timedelta(seconds=1))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with an empty, migrated SQLite database, named in the environment."""
    migrate(open_engine(f"sqlite:///{tmp_path / 'cho40.sqlite3'}"))
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CHO40_STRIPE_ACCOUNT", "")
    monkeypatch.delenv("CHO40_DATABASE_URL", raising=False)
    return tmp_path


def test_work_once_runs_every_job_and_repeating_adds_nothing(home: Path) -> None:
    first = CliRunner().invoke(app, ["work", "--once"])
    second = CliRunner().invoke(app, ["work", "--once"])

    assert first.exit_code == 0, first.output
    assert [line.split(": ")[:2] for line in first.output.splitlines()] == [
        ["poll_payments", "done"],
        ["follow_notices", "done"],
        ["attribute_anew", "done"],
        ["close_last_days", "done"],
        ["account_states", "done"],
        ["publish_adoption", "done"],
        ["keep_adoption_drafts", "done"],
        ["forget_old", "done"],
    ]
    assert "0 phiên bản mới" in second.output
    with reading(open_engine(f"sqlite:///{home / 'cho40.sqlite3'}")) as session:
        assert session.exec(select(DayClose)).all() == []


def test_work_once_polls_stripe_and_closes_what_it_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHO40_STRIPE_ACCOUNT", "acct_1")
    with serving(create_sandbox(sample_objects())) as url:
        monkeypatch.setenv("CHO40_STRIPE_BASE_URL", url)
        first = CliRunner().invoke(app, ["work", "--once"])
        second = CliRunner().invoke(app, ["work", "--once"])

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "poll_payments: done: stripe: 4 trang, 50 khoản mới, 0 khoản đổi" in first.output
    assert "poll_payments: done: stripe: 4 trang, 0 khoản mới, 0 khoản đổi" in second.output


def test_work_once_fails_when_a_provider_refuses_and_still_closes(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHO40_STRIPE_ACCOUNT", "acct_1")
    monkeypatch.setenv("CHO40_STRIPE_API_KEY", "no key at all")
    with serving(create_sandbox({})) as url:
        monkeypatch.setenv("CHO40_STRIPE_BASE_URL", url)
        result = CliRunner().invoke(app, ["work", "--once"])

    assert result.exit_code == 1
    assert "poll_payments: failed" in result.output
    assert "close_last_days: done" in result.output


def test_the_worker_runs_its_jobs_until_it_is_told_to_stop(home: Path) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "market", "work"],
        env={**os.environ},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stderr is not None
    told = ""
    deadline = time.monotonic() + 60
    while "close_last_days: done" not in told and time.monotonic() < deadline:
        told += worker.stderr.readline()

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=20) == 0
    assert "close_last_days: done" in told
    worker.stderr.close()
