"""``cho40 report``, ``cho40 link`` and ``cho40 serve`` as an operator types them."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from typer.testing import CliRunner

from market import cli
from market.adoption.errors import PeriodNotReadable
from market.database import open_engine, reading
from market.reports import fee_audit
from market.reports.errors import PeriodNotBegun
from market.reports.fee_models import FeeAuditReport, ShortPayoutView
from market.roles import Role
from market.security.links import open_link
from market.settings import Settings
from tests.market.conftest import KEY, NOW


@pytest.fixture(autouse=True)
def october_in_the_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands find the database with October through the environment."""
    monkeypatch.setenv("CHO40_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CHO40_SECRET_KEYS", json.dumps([KEY]))
    monkeypatch.setenv("CHO40_BASE_URL", "https://cho.example/")
    monkeypatch.setattr("market.clock.now", lambda: NOW)


def run(*words: str) -> str:
    result = CliRunner().invoke(cli.app, list(words), env={"COLUMNS": "160"})
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_vendors_day_on_the_terminal_as_json_and_as_csv(codes: dict[str, list[str]]) -> None:
    words = ("report", "vendor-day", codes["MA"][0], "2026-10-03")

    told = run(*words)
    assert "Khách trả 20.000\u00a0₫" in told
    assert "1 lần khách trả." in told
    assert json.loads(run(*words, "--json"))["amounts"]["gross_vnd"] == 20_000
    assert run(*words, "--csv").startswith("\ufeffvendor_code,market,date")


def test_a_markets_day_on_the_terminal() -> None:
    assert "người bán nhận tiền qua QR." in run("report", "market-day", "MA", "2026-10-03")


@pytest.mark.parametrize("day", ["2026-10-03", "03/10/2026", "3/10/2026"])
def test_a_day_is_written_as_people_or_as_machines_write_it(day: str) -> None:
    told = [
        json.loads(run("report", kind, code, day, "--json"))["on"]
        for kind, code in (("vendor-day", "CC222223Z"), ("market-day", "MA"))
    ]

    assert told == ["2026-10-03", "2026-10-03"]


def test_adoption_is_written_to_a_file(tmp_path: Path) -> None:
    for option, start in (("--json", b"{"), ("--csv", b"\xef\xbb\xbfperiod")):
        out = tmp_path / "out"
        assert run("report", "adoption", "2026-10", option, "--out", str(out)) == ""
        assert out.read_bytes().startswith(start)


def test_adoption_as_plain_text_and_for_one_market(tmp_path: Path) -> None:
    out = tmp_path / "adoption.txt"
    run("report", "adoption", "2026-10", "--out", str(out))

    text = out.read_text(encoding="utf-8")
    assert "tháng 10/2026" in text
    assert "Chợ Lâm Giang" in text
    assert "\x1b[" not in text
    one = json.loads(run("report", "adoption", "2026-10", "--market", "LG", "--json"))
    assert [area["market_code"] for area in one["markets"]] == ["LG"]


@pytest.mark.parametrize(
    ("words", "told", "title"),
    [
        (("2026-10",), ("2026-10", "calendar", "2026-10-01"), "tháng 10/2026"),
        (("2026-Q4",), ("2026-Q4", "calendar", "2026-10-01"), "quý IV năm 2026"),
        (("2026",), ("2026", "calendar", "2026-01-01"), "năm 2026"),
        (
            ("2026-10", "--scheme", "admin_15_14"),
            ("2026-10", "admin_15_14", "2026-09-15"),
            "tháng 10/2026, chốt ngày 14",
        ),
    ],
)
def test_adoption_of_any_period_is_told(
    words: tuple[str, ...], told: tuple[str, str, str], title: str
) -> None:
    report = json.loads(run("report", "adoption", *words, "--json"))

    assert (report["period"], report["scheme"], report["window_first"]) == told
    assert f"không tiền mặt, {title} (" in " ".join(run("report", "adoption", *words).split())


@pytest.mark.parametrize(
    "words",
    [
        ("report", "adoption", "10/2026"),
        ("report", "vendor-day", "CC222223Z", "2026/10/03"),
        ("report", "market-day", "MA", "31/31/2026"),
        ("report", "adoption", "2026-10", "--json", "--csv"),
        ("report", "adoption", "2026-Q5"),
        ("report", "adoption", "2026-10", "--scheme", "lunar"),
        ("report", "build", "--period", "2026-10", "--scheme", "lunar"),
        ("link", "economist", "--days", "0"),
    ],
)
def test_a_word_that_cannot_be_read_is_a_usage_error(words: tuple[str, ...]) -> None:
    assert CliRunner().invoke(cli.app, list(words)).exit_code == 2


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("build", "--period", "2027-01"), PeriodNotBegun),
        (("adoption", "2027-01"), PeriodNotBegun),
        (("build", "--period", "9999"), PeriodNotReadable),
        (("adoption", "9999-12"), PeriodNotReadable),
    ],
)
def test_a_period_out_of_time_is_refused(words: tuple[str, ...], refusal: type[Exception]) -> None:
    result = CliRunner().invoke(cli.app, ["report", *words])

    assert result.stdout == ""
    assert isinstance(result.exception, refusal)


def test_a_year_is_built_after_its_months_that_have_ended(tmp_path: Path) -> None:
    in_words = run("report", "build", "--period", "2026-Q4")
    out = tmp_path / "out"
    told = json.loads(run("report", "build", "--period", "2026", "--out", str(out), "--json"))

    assert in_words.startswith("công bố trước / published first: 2026-10\n2026-Q4: bản 1 (mới)\n")
    assert (told["period"], told["version"], told["months_first"]) == ("2026", 1, [])
    assert {one.name for one in out.iterdir()} == told["files"].keys()


def test_an_unknown_code_is_one_line_and_exit_status_1() -> None:
    for words in (["report", "vendor-day", "CC999999X", "2026-10-03"], ["link", "market", "XX"]):
        ran = subprocess.run(
            [sys.executable, "-m", "market", *words], capture_output=True, text=True, check=False
        )

        assert ran.returncode == 1
        assert ran.stderr.startswith("cho40: Không có ")
        assert " / no " in ran.stderr
        assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "role", "scope"),
    [
        (("vendor", "CC222223Z"), Role.VENDOR, "CC222223Z"),
        (("market", "MA"), Role.AUDITOR, "MA"),
        (("economist",), Role.ECONOMIST, "*"),
    ],
)
def test_a_link_is_an_address_that_opens_its_scope(
    settings: Settings, words: tuple[str, ...], role: Role, scope: str
) -> None:
    address = run("link", *words, "--days", "3").strip()

    start = "https://cho.example/vao/"
    assert address.startswith(start)
    engine = open_engine(settings.url)
    with reading(engine) as session:
        link = open_link(session, address.removeprefix(start), secret_keys=[KEY], now=NOW)
        assert (link.role, link.scope) == (role, scope)
    engine.dispose()


def test_links_are_listed_without_their_address_and_can_be_revoked(settings: Settings) -> None:
    token = run("link", "vendor", "CC222223Z").strip().rsplit("/", 1)[1]
    run("link", "market", "MA")

    listed = run("link", "list")
    number = json.loads(run("link", "list", "--json").splitlines()[-1])["id"]
    run("link", "revoke", str(number))

    assert "CC222223Z" in listed
    assert token not in listed
    assert "CC222223Z" not in run("link", "list")
    assert json.loads(run("link", "list", "--all", "--json").splitlines()[-1])["holds"] is False
    assert CliRunner().invoke(cli.app, ["link", "revoke", "999"]).exit_code == 1


def test_the_server_listens_where_it_is_told_and_keeps_no_access_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: dict[str, object] = {}

    def note(app: object, **options: object) -> None:
        given.update(options, app=app)

    monkeypatch.setattr(uvicorn, "run", note)
    run("serve", "--port", "8123")

    assert (given["host"], given["port"]) == ("127.0.0.1", 8123)
    assert (given["access_log"], given["proxy_headers"]) == (False, False)


def test_served_pages_answer_and_the_token_stands_in_no_log(settings: Settings) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "market", "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert server.stderr is not None
    try:
        line = next(line for line in server.stderr if "running on" in line)
        base = line.split("running on ")[1].split()[0]
        path = run("link", "market", "MA").strip().removeprefix("https://cho.example")
        with httpx.Client(base_url=base) as client:
            client.get(path)
            answer = client.get("/cho/MA")
    finally:
        server.terminate()
    log = server.stderr.read()
    server.wait(timeout=20)
    server.stderr.close()

    assert answer.status_code == 200
    assert "Chợ trung tâm Mậu A" in answer.text
    assert path not in log


def test_fees_are_told_over_several_months(
    codes: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("market.cli.report._today", NOW.date)
    words = ("report", "fees", codes["MA"][0], "2026-10")

    one, two = (json.loads(run(*words, *more, "--json")) for more in ((), ("--months", "2")))

    assert (one["months"], one["first"], one["month"]) == (1, "2026-10-01", "2026-10")
    assert (two["months"], two["first"], two["month"]) == (2, "2026-09-01", "2026-10")
    assert "từ tháng 9/2026 đến tháng 10/2026" in run(*words, "--months", "2")


def test_a_month_without_fees_says_so_instead_of_an_empty_table(
    codes: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("market.cli.report._today", NOW.date)

    told = run("report", "fees", codes["MA"][0], "2026-01")

    assert "tháng 1/2026: không có khoản nào phải trả phí" in " ".join(told.split())
    assert "Hợp đồng" not in told


def test_payouts_that_came_short_are_told_on_the_terminal(
    codes: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    audited = fee_audit.fee_audit_report

    def with_a_short_payout(*asked: Any, **how: Any) -> FeeAuditReport:
        short = ShortPayoutView(
            on=date(2026, 10, 5), ledger="momo", name="MoMo", amount_vnd=24_626, short_vnd=9_000
        )
        return audited(*asked, **how).model_copy(update={"short_payouts": [short]})

    monkeypatch.setattr("market.cli.report._today", NOW.date)
    monkeypatch.setattr(fee_audit, "fee_audit_report", with_a_short_payout)

    told = run("report", "fees", codes["MA"][0], "2026-10")

    assert "Đợt tiền về thiếu" in told
    [row] = [line for line in told.splitlines() if "05/10/2026" in line]
    assert row.split() == ["05/10/2026", "MoMo", "24.626", "₫", "9.000", "₫"]
