"""``cho40 simulate``: a folder of provider files with the truth beside them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from market.cli import app
from reconciliation.errors import FaultSpecRefused


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["simulate", *arguments])


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_folder_holds_what_its_manifest_names(tmp_path: Path) -> None:
    out = tmp_path / "world"

    result = _run("--market", "DC", "--days", "14", "--seed", "3", "--out", str(out))

    manifest = [json.loads(line) for line in (out / "MANIFEST.jsonl").read_text().splitlines()]
    assert result.exit_code == 0, result.output
    assert {
        "vendors.xlsx",
        "webhooks/sepay.jsonl",
        "webhooks/casso.jsonl",
        "stripe/objects.json",
    } <= {entry["file"] for entry in manifest}
    assert all((out / entry["file"]).is_file() for entry in manifest)
    assert (out / "truth.jsonl").is_file()


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        _run("--market", "LG", "--days", "14", "--seed", "5", "--out", str(tmp_path / name))

    assert _contents(tmp_path / "one") == _contents(tmp_path / "two")


def test_the_counts_are_those_of_the_truth(tmp_path: Path) -> None:
    out = tmp_path / "world"

    result = _run("--market", "DC", "--days", "14", "--out", str(out), "--json")

    counts = json.loads(result.output)
    truth = [json.loads(line) for line in (out / "truth.jsonl").read_text().splitlines()]
    movements = [line["movement"] for line in truth if "movement" in line]
    assert sum(counts["movements"].values()) == len(movements)
    assert counts["payments_vnd"] == sum(
        movement["amount_vnd"] for movement in movements if movement["kind"] == "payment"
    )
    assert counts["files"] == sum("file" in line for line in truth)


def test_a_used_folder_is_refused_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    refused = _run("--market", "LG", "--days", "7", "--out", str(tmp_path))
    forced = _run("--market", "LG", "--days", "7", "--out", str(tmp_path), "--force")

    assert refused.exit_code == 2
    assert forced.exit_code == 0
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_an_unknown_market_is_a_usage_error(tmp_path: Path) -> None:
    result = _run("--market", "XX", "--out", str(tmp_path / "world"))

    assert result.exit_code == 2
    assert "MA, DC, LG, CQ" in result.output
    assert not (tmp_path / "world").exists()


def test_an_unknown_fault_is_refused(tmp_path: Path) -> None:
    result = _run("--faults", "earthquake=0.1", "--out", str(tmp_path / "world"))

    assert isinstance(result.exception, FaultSpecRefused)
    with pytest.raises(FaultSpecRefused, match="earthquake"):
        raise result.exception
