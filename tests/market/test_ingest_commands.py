"""``cho40 feed ingest | poll | list | retry`` through the command line, on both databases."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from market.cli import app
from market.database import reading, writing
from market.sandbox import create_sandbox
from market.sandbox.sample import sample_objects
from merchants.vendor_code import write_vendor_code
from reconciliation.feeds.providers.sepay import SepayReader
from tests import factories
from tests.feed_samples import FOLDER, MOMO_ACCOUNT
from tests.reconciliation.arrivals import ledger, sepay
from tests.serving import serving

Run = Callable[..., Result]
STATEMENT = FOLDER / "bank" / "vcb_statement_utf8bom.csv"
PARTIAL = FOLDER / "faults" / "vcb_statement_partial.csv"


@pytest.fixture
def run(engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``cho40 feed …`` on the database of the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CHO40_DATABASE_URL", engine.url.render_as_string(hide_password=False))

    def _run(*arguments: object, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(app, ["feed", *map(str, arguments)], input=stdin)

    return _run


def told(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line)["file"] for line in result.stdout.splitlines()]


def test_files_are_taken_in_and_told_one_by_one(engine: sa.Engine, run: Run) -> None:
    result = run("ingest", "--provider", "bank_vcb", STATEMENT, STATEMENT)

    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert first == (
        f"{STATEMENT}: đã đọc, 4 mới, 0 lặp, 0 đổi, 0 giữ lại / "
        "processed, 4 new, 0 repeated, 0 revised, 0 rejected"
    )
    assert second == (
        f"{STATEMENT}: gửi lặp, 0 mới, 0 lặp, 0 đổi, 0 giữ lại / "
        "duplicate, 0 new, 0 repeated, 0 revised, 0 rejected"
    )
    with reading(engine) as session:
        assert len(ledger(session)) == 4


def test_a_file_from_stdin_is_taken_in(run: Run) -> None:
    report = (FOLDER / "momo" / "transaction_report.csv").read_bytes()

    result = run(
        "ingest", "--provider", "momo", "--account", MOMO_ACCOUNT, "--json", "-", stdin=report
    )

    [facts] = told(result)
    assert (facts["file"], facts["state"], facts["new"]) == ("stdin", "processed", 3)


def test_rows_that_wait_exit_3(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_bytes(
        STATEMENT.read_bytes().replace(b"20/11/2026,5243.65937", b"31/11/2026,5243.65937")
    )

    result = run("ingest", "--provider", "bank_vcb", "--json", broken)

    assert (result.exit_code, told(result)[0]["rejected"]) == (3, 1)


def test_why_a_file_is_refused_is_told_in_vietnamese_too(run: Run) -> None:
    [refused] = told(run("ingest", "--provider", "bank_vcb", "--json", PARTIAL))
    listed = run("deliveries", "--json")

    assert (refused["reason"], refused["reason_vi"]) == ("partial", "tệp bị cắt, thiếu dòng cuối")
    assert json.loads(listed.stdout.splitlines()[0])["reason_vi"] == refused["reason_vi"]
    shown = " ".join(run("deliveries").stdout.replace("│", " ").split())
    assert "the closing row" not in shown


def test_a_refused_file_exits_4_and_the_others_enter(engine: sa.Engine, run: Run) -> None:
    result = run("ingest", "--provider", "bank_vcb", PARTIAL, STATEMENT)

    assert result.exit_code == 4
    assert "rejected (partial: the closing row Tổng is missing)" in result.stdout
    assert "không nhận tệp (tệp bị cắt, thiếu dòng cuối)" in result.stdout
    with reading(engine) as session:
        assert len(ledger(session)) == 4


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ingest", "--provider", "bank_xyz", STATEMENT], "no reader for 'bank_xyz'"),
        (["ingest", "--provider", "bank_vcb", "nowhere.csv"], "nowhere.csv is no file"),
        (["poll", "momo"], "'momo' has no API to poll"),
        (["poll", "stripe"], "CHO40_STRIPE_ACCOUNT names no account"),
        (["poll", "--provider", "gsma"], "CHO40_GSMA_ACCOUNT names no account"),
        (["poll"], "has no API to poll; known: stripe, gsma, mtn"),
        (["deliveries", "--state", "lost"], "'lost' is no state"),
    ],
)
def test_wrong_usage_exits_2_and_says_why(run: Run, arguments: list[object], says: str) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert says in result.stderr


def test_many_files_are_taken_group_by_group(
    engine: sa.Engine, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("market.cli.ingest.GROUP_FILES_MAX", 2)
    paths = [tmp_path / f"{number}.json" for number in range(1, 6)]
    for number, path in enumerate(paths, start=1):
        path.write_bytes(sepay(number).content)

    result = run("ingest", "--provider", "sepay", "--json", *paths)

    assert [facts["file"] for facts in told(result)] == [str(path) for path in paths]
    with reading(engine) as session:
        assert {row["book"].value for row in ledger(session)} == {"payments"}


def test_a_failed_delivery_is_listed_and_tried_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = tmp_path / "body.json"
    body.write_bytes(sepay().content)
    with monkeypatch.context() as patch:
        patch.setattr(SepayReader, "read", lambda *_, **__: 1 / 0)
        first = run("ingest", "--provider", "sepay", body)
        still = run("retry")
    listed = run("deliveries", "--state", "failed", "--json")
    shown = run("deliveries")

    again = run("retry")

    assert (first.exit_code, still.exit_code, again.exit_code) == (1, 1, 0)
    [delivery] = map(json.loads, listed.stdout.splitlines())
    assert (delivery["state"], delivery["provider"]) == ("failed", "sepay")
    assert delivery["reason"].startswith("fault: ZeroDivisionError")
    assert "sepay" in shown.stdout
    assert "delivery 1: đã đọc, 1 mới" in again.stdout
    assert "Nothing yet" in run("deliveries", "--state", "failed").stdout


def test_a_second_poll_adds_nothing(
    engine: sa.Engine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHO40_STRIPE_ACCOUNT", "acct_sandbox")
    with serving(create_sandbox(sample_objects())) as url:
        monkeypatch.setenv("CHO40_STRIPE_BASE_URL", url)

        first = run("poll", "stripe", "--json")
        second = run("poll", "stripe", "--json")
        everything = run("poll", "stripe", "--all", "--json")

    assert (first.exit_code, second.exit_code, everything.exit_code) == (0, 0, 0)
    assert sum(facts["new"] for facts in told(first)) == 50
    assert sum(facts["new"] + facts["revised"] for facts in told(second) + told(everything)) == 0


def test_an_unreachable_provider_is_refused_in_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHO40_STRIPE_ACCOUNT", "acct_sandbox")
    monkeypatch.setenv("CHO40_STRIPE_API_KEY", "sk_live_no")
    with serving(create_sandbox(sample_objects())) as url:
        monkeypatch.setenv("CHO40_STRIPE_BASE_URL", url)

        result = run("poll", "stripe")

    assert "401" in str(result.exception)


def test_a_gsma_account_is_polled_by_name_or_by_option(
    engine: sa.Engine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHO40_GSMA_ACCOUNT", "MERCH-MAU")
    with serving(create_sandbox(sample_objects())) as url:
        monkeypatch.setenv("CHO40_GSMA_BASE_URL", f"{url}/gsma")
        monkeypatch.setenv("CHO40_GSMA_API_KEY", "key")

        first = run("poll", "--provider", "gsma", "--json")
        second = run("poll", "gsma", "--json")

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert sum(facts["new"] for facts in told(first)) == 25
    assert sum(facts["new"] + facts["revised"] for facts in told(second)) == 0


def test_an_account_is_opened_for_a_vendor_who_is_there(
    engine: sa.Engine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHO40_STRIPE_ACCOUNT", "acct_platform")
    with writing(engine) as session:
        place = factories.market()
        session.add(place)
        session.flush()
        one = factories.vendor(market_id=place.id)
        session.add(one)
        session.flush()
        assert one.id is not None
        code = write_vendor_code(one.id)
    with serving(create_sandbox({})) as url:
        monkeypatch.setenv("CHO40_STRIPE_BASE_URL", url)

        opened = [run("stripe-account", code.lower(), "--json") for _ in range(2)]
        unknown = run("stripe-account", "NOBODY")

    assert [one.exit_code for one in opened] == [0, 0], opened[0].output
    accounts = [json.loads(one.stdout)["account"] for one in opened]
    assert accounts == ["acct_1Sandbox00000001"] * 2
    assert unknown.exit_code != 0
    assert "acct_" not in unknown.output
