"""The feeds at the terminal: seen by anybody at the machine, worked on in somebody's name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from market import clock
from market.cli import app, main
from market.database import reading, writing
from market.roles import Role
from market.security.errors import ScopeRefused
from market.settings import Settings
from merchants.errors import SecondPersonNeeded
from reconciliation.tables import Delivery, DeliveryState, ProviderTransaction
from tests.market.conftest import NOW, add_user
from tests.market.feed_world import (
    BROKEN,
    broken_file,
    good_file,
    logged,
    nobodys_payment,
    refused_file,
)

ONE, TWO = ("--as", "mot@cho.example"), ("--as", "hai@cho.example")
Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, october: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``cho40 feed …`` on the data of the application; two administrators are known."""
    with writing(october) as session:
        for login in ("mot", "hai"):
            add_user(session, Role.ADMIN, login=f"{login}@cho.example")
        add_user(session, Role.MARKET_MANAGER, markets=["MA"], login="ql@cho.example")
    key = settings.hash_key.get_secret_value()
    monkeypatch.setenv("CHO40_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps([key]))
    monkeypatch.setenv("CHO40_HASH_KEY", key)
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def run_feed(*words: object) -> Result:
        done = CliRunner().invoke(app, ["feed", *map(str, words)], env={"COLUMNS": "200"})
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run_feed


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_state_and_lists_tell_what_waits(run: Run, october: sa.Engine, settings: Settings) -> None:
    broken, refused = broken_file(october, settings), refused_file(october, settings)

    bank = next(one for one in lines(run("state", "--json")) if one["provider"] == "bank_vcb")
    waiting = lines(run("deliveries", "--waiting", "--json"))
    with_rows = lines(run("deliveries", "--rejects", "--provider", "bank_vcb", "--json"))

    assert (bank["waiting"], bank["rows_waiting"], bank["came_today"]) == (1, 1, 2)
    assert [one["id"] for one in waiting] == [refused]
    assert [one["id"] for one in with_rows] == [broken]
    assert "Vietcombank" in run("state").stdout
    assert "chưa bao giờ" in run("state").stdout
    assert run("deliveries", "--state", "x").exit_code == 2
    assert "đang tính 1, dòng chờ 1/1" in run("show", broken).stdout
    assert json.loads(run("show", broken, "--json").stdout)["rejects_open"] == 1


def test_a_number_that_nothing_has_is_said_in_vietnamese_first(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["cho40", "feed", "show", "99"])

    with pytest.raises(SystemExit):
        main()

    assert capsys.readouterr().err == "cho40: Không có lượt nhận này / there is no delivery 99\n"


def test_what_came_as_it_came_needs_a_name_and_is_logged(
    run: Run, october: sa.Engine, settings: Settings, tmp_path: Path
) -> None:
    number = broken_file(october, settings)
    (row,) = lines(run("rejects", number, "--json"))
    out = tmp_path / "raw.csv"

    assert run("rejects", number, "--raw", row["id"]).exit_code == 2
    assert "tien ca" in run("rejects", number, "--raw", row["id"], *ONE).stdout
    assert "ngày không có thật" in run("rejects", number).stdout
    run("raw", number, "--out", out, *ONE)

    assert out.read_bytes() == BROKEN.encode()
    assert out.stat().st_mode & 0o077 == 0
    assert run("raw", number, *ONE).stdout_bytes == BROKEN.encode()
    actions = [action for action, _, _ in logged(october)]
    assert actions.count("raw_line_opened") == 1
    assert actions.count("raw_file_taken") == 2


def test_reading_again_says_so_and_ends_with_what_still_waits(
    run: Run, october: sa.Engine, settings: Settings
) -> None:
    number = broken_file(october, settings)
    refused_file(october, settings)

    one = run("replay", number, *ONE)
    feed = run("replay", "--provider", "bank_vcb", "--json", *ONE)

    assert (one.exit_code, feed.exit_code) == (3, 3)
    assert "còn 1 dòng chờ" in one.stdout
    assert len(lines(feed)) == 2
    assert run("replay", *ONE).exit_code == 2
    assert run("replay", "--provider", "momo", *ONE).exit_code == 0


def test_reparse_shows_first_and_writes_only_when_told(
    run: Run, october: sa.Engine, settings: Settings
) -> None:
    good_file(october, settings)

    shown = run("reparse", "--provider", "bank_vcb", "--from", "05/11/2026", *ONE)
    written = run("reparse", "--provider", "bank_vcb", "--from", "05/11/2026", "--apply", *ONE)

    assert "0 lượt khác" in shown.stdout
    assert "chưa ghi gì" in shown.stdout
    assert "đã ghi" in written.stdout


def test_two_users_take_a_delivery_back(run: Run, october: sa.Engine, settings: Settings) -> None:
    number = good_file(october, settings)

    run("void", number, "--reason", "Tệp của chợ khác", *ONE)
    with pytest.raises(SecondPersonNeeded):
        run("void", number, "--decide", "approve", *ONE)
    done = run("void", number, "--decide", "approve", *TWO)

    assert "1 khoản thôi tính" in done.stdout
    with reading(october) as session:
        assert session.get_one(Delivery, number).state is DeliveryState.VOIDED
    assert run("void", number, *ONE).exit_code == 2
    assert run("void", number, "--reason", "x", "--decide", "refuse", *ONE).exit_code == 2


def test_the_calendar_lists_gaps(run: Run) -> None:
    days = lines(run("calendar", "2026-10", "--missing", "--json"))

    assert {one["state"] for one in days} == {"missing"}
    assert len(days) == 31
    assert "bank_vcb" in run("calendar", "2026-10").stdout
    assert run("calendar", "10/2026").exit_code == 2


def test_two_users_give_nobodys_money_to_a_vendor(
    run: Run, october: sa.Engine, settings: Settings, codes: dict[str, list[str]]
) -> None:
    number = nobodys_payment(october, settings, f"{codes['MA'][0]} {codes['MA'][1]}")
    told = ("--vendor", codes["MA"][0], "--reason", "Cô đưa xem tin báo")

    (listed,) = lines(run("unattributed", "--provider", "sepay", "--json"))
    assert [one["vendor_code"] for one in listed["candidates"]] == codes["MA"][:2]
    run("assign", number, *told, "--as", "ql@cho.example")
    (claimed,) = lines(run("unattributed", "--claimed", "--json"))
    done = run("assign", number, "--decide", "approve", *ONE)

    assert claimed["claim"]["reason"] == "Cô đưa xem tin báo"
    assert "đã duyệt" in done.stdout
    with reading(october) as session:
        assert session.get_one(ProviderTransaction, number).attribution_rule == "hand"
    assert run("assign", number, "--vendor", codes["MA"][0], *ONE).exit_code == 2


def test_a_manager_of_a_market_does_not_work_on_the_feeds(
    run: Run, october: sa.Engine, settings: Settings
) -> None:
    number = good_file(october, settings)

    with pytest.raises(ScopeRefused):
        run("replay", number, "--as", "ql@cho.example")

    assert [action for action, _, _ in logged(october)] == []
