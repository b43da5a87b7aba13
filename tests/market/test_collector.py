"""What is left out of the collector's rounds is still taken down at the end, and bulk has few rounds."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from market.cli import app
from tests.feed_samples import vcb_csv

_PROGRAM = """
import gc
import qr.scan
from market.collector import leave_out_of_rounds
leave_out_of_rounds()
leave_out_of_rounds(generation=1)
print(gc.get_freeze_count() > 1000)
"""


def test_a_process_that_left_things_out_ends_without_a_warning() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )

    assert ended.stdout == "True\n"
    assert ended.stderr == ""


def test_a_file_is_taken_in_with_few_rounds_of_the_collector(
    sqlite_engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("CHO40_DATABASE_URL", raising=False)
    files = [tmp_path / name for name in ("small.csv", "large.csv")]
    for file, rows in zip(files, (1, 2_000), strict=True):
        lines = [f"20/11/2026,5243.{row},,1000,tien rau" for row in range(rows)]
        file.write_text(vcb_csv(*lines, total=f"0,{rows * 1000},"))
    thresholds = gc.get_threshold()
    rounds: list[str] = []

    def count(phase: str, _told: object) -> None:
        rounds.extend([phase] if phase == "start" else [])

    for file in files:  # the first loads what the second needs
        rounds.clear()
        gc.callbacks.append(count)
        try:
            told = CliRunner().invoke(app, ["feed", "ingest", "--provider", "bank_vcb", str(file)])
        finally:
            gc.callbacks.remove(count)
        assert told.exit_code == 0

    assert len(rounds) < 40, f"{len(rounds)} rounds for two thousand rows"
    assert gc.get_threshold() == thresholds
