"""``cho40 feed read`` and ``cho40 feed conform``: lines for machines, exit statuses for scripts."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from market.cli import app
from tests.feed_samples import FOLDER, VCB_ACCOUNT, sample_lines, vcb_csv

GOOD = FOLDER / "bank" / "vcb_statement_utf8bom.csv"
PARTIAL = FOLDER / "faults" / "vcb_statement_partial.csv"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["feed", *map(str, arguments)])


def told(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def quarantined(tmp_path: Path) -> Path:
    """A statement with one row that waits."""
    path = tmp_path / "rows.csv"
    path.write_text(
        vcb_csv("20/11/2026,1,,5,A", "20/11/2026,2,,6.6,B", total="0,12,"), encoding="utf-8"
    )
    return path


def test_a_good_file_is_records_a_statement_and_what_became_of_it() -> None:
    result = run("read", "--provider", "bank_vcb", "--account", VCB_ACCOUNT, GOOD, "--json")

    lines = told(result)
    assert result.exit_code == 0
    assert [next(iter(line)) for line in lines] == ["record"] * 4 + ["statement", "file"]
    assert lines[-1] == {"file": {"file": str(GOOD), "action": "accept", "reason": None}}
    golden = next(
        row
        for row in sample_lines("EXPECTED_transactions.jsonl")
        if row["file"] == "bank/vcb_statement_utf8bom.csv"
    )
    assert lines[0]["record"] == {**golden, "file": str(GOOD)}


def test_a_row_that_waits_is_told_with_its_own_words(quarantined: Path) -> None:
    result = run("read", "--provider", "bank_vcb", quarantined, "--json")

    rejects = [line["reject"] for line in told(result) if "reject" in line]
    assert result.exit_code == 3
    assert rejects == [
        {"file": str(quarantined), "row": 2, "reason": "amount", "raw": "20/11/2026,2,,6.6,B"}
    ]


def test_a_refused_file_says_why_and_nothing_else() -> None:
    result = run("read", "--provider", "bank_vcb", PARTIAL, "--json")

    assert result.exit_code == 4
    assert told(result) == [
        {"file": {"file": str(PARTIAL), "action": "reject_file", "reason": "partial"}}
    ]


def test_the_worst_of_several_files_decides(quarantined: Path) -> None:
    assert run("read", GOOD, quarantined).exit_code == 3
    assert run("read", quarantined, PARTIAL, GOOD).exit_code == 4


@pytest.mark.parametrize(
    ("name", "provider", "channel"),
    [
        ("bank/vcb_statement.xlsx", "bank_vcb", "file"),
        ("momo/transaction_report.csv", "momo", "file"),
        ("stripe/live_vnd_balance_transactions_page1.json", "stripe", "poll"),
        ("stripe/live_vnd_payout_reconciliation_itemized_5.csv", "stripe", "file"),
    ],
)
def test_without_a_provider_the_bytes_tell_it(name: str, provider: str, channel: str) -> None:
    result = run("read", "--account", "1018795282", FOLDER / name, "--json")

    record = told(result)[0]["record"]
    assert (record["provider"], record["source_channel"]) == (provider, channel)


def test_a_recognised_webhook_body_is_a_webhook(tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text(sample_lines("sepay/webhooks_hmac.jsonl")[0]["body"], encoding="utf-8")

    record = told(run("read", body, "--json"))[0]["record"]

    assert (record["provider"], record["source_channel"]) == ("sepay", "webhook")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-1.4", "unsupported_format"),
        (b"a,b\nc,d\n", "schema"),
        (b"no table at all", "unsupported_format"),
        (b'{"who": "knows"}', "schema"),
    ],
)
def test_what_no_reader_knows_is_refused_with_its_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)

    result = run("read", path, "--json")

    assert result.exit_code == 4
    assert told(result)[0]["file"]["reason"] == reason


def test_an_unknown_provider_is_a_usage_error_that_names_the_known() -> None:
    result = run("read", "--provider", "bank_of_nowhere", GOOD)

    assert result.exit_code == 2
    assert "bank_vcb" in result.output


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    assert run("read", tmp_path / "none.csv").exit_code == 2


def test_people_get_one_line_per_file(quarantined: Path) -> None:
    result = run("read", quarantined)

    assert result.stdout == (
        f"{quarantined}: quarantine_rows (amount), 1 records, 1 statements, 1 rejects\n"
    )


def test_conform_prints_the_golden_lines() -> None:
    result = run("conform", FOLDER)

    records = [line["record"] for line in told(result) if "record" in line]
    assert result.exit_code == 0
    assert records == sample_lines("EXPECTED_transactions.jsonl")


def test_conform_says_which_providers_have_no_reader(tmp_path: Path) -> None:
    folder = tmp_path / "samples"
    shutil.copytree(FOLDER, folder)
    with (folder / "MANIFEST.jsonl").open("a", encoding="utf-8") as manifest:
        manifest.write('{"file":"KEYS.json","provider":"vnpt","kind":"poll"}\n')

    result = run("conform", folder, "--json")

    assert result.exit_code == 3
    assert {
        "file": {"file": "KEYS.json", "action": "unsupported_provider", "reason": None}
    } in told(result)


@pytest.mark.parametrize("damage", ["MANIFEST.jsonl", "KEYS.json", "CONFIG.json", "momo"])
def test_conform_needs_a_whole_folder(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "samples"
    shutil.copytree(FOLDER, folder)
    broken = folder / damage
    if broken.is_dir():
        shutil.rmtree(broken)
    else:
        broken.write_text("{", encoding="utf-8")

    assert run("conform", folder).exit_code == 2


def test_conform_tells_what_becomes_of_the_broken_files_without_failing_for_it() -> None:
    result = run("conform", FOLDER)

    told_files = {line["file"]["file"]: line["file"] for line in told(result) if "file" in line}
    assert result.exit_code == 0
    for fault in sample_lines("faults/FAULTS.jsonl"):
        found = told_files[fault["file"]]
        assert (found["action"], found["reason"]) == (fault["action"], fault["reason"])


@pytest.mark.parametrize("arguments", [(), ("--lang", "en"), ("--example",)])
def test_the_form_for_everyone_else_is_printed_and_read_again(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    out = tmp_path / "form.csv"

    printed = run("template", *arguments)
    written = run("template", *arguments, "--out", out)

    assert (printed.exit_code, written.exit_code) == (0, 0)
    assert written.stdout.strip() == str(out)
    assert out.read_bytes().decode("utf-8-sig").splitlines() == printed.stdout.splitlines()
    assert run("read", "--account", "0123456789", out).exit_code == 0


def test_the_form_has_two_languages() -> None:
    assert run("template", "--lang", "fr").exit_code == 2
