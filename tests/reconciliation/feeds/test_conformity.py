"""What is not as the samples expect it is named by file, case, row and field."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from market.cli import app
from reconciliation.feeds.conformity import FAULTS, Difference, compare
from tests.feed_samples import FOLDER

RECORDS = "EXPECTED_transactions.jsonl"
ROW = {"file": "a.csv", "case": None, "row": 1, "amount": 5_000}


def differences(found: list[Any], expected: list[Any]) -> list[Difference]:
    compared = compare(
        [{"record": one} for one in found], [], expected={RECORDS: expected}, expected_faults=[]
    )
    return list(compared.differences)


def test_equal_lines_differ_in_nothing_whatever_their_order() -> None:
    other = ROW | {"row": 2}

    assert differences([other, ROW], [ROW, other]) == []


def test_a_field_is_named_with_both_values() -> None:
    assert differences([ROW | {"amount": 7_000, "more": 1}], [ROW]) == [
        Difference(RECORDS, "a.csv 1", {"amount": (5_000, 7_000), "more": ("(absent)", 1)})
    ]


def test_a_line_too_few_and_one_too_many_are_told_apart() -> None:
    assert [one.is_missing for one in differences([], [ROW])] == [True]
    assert [one.is_unexpected for one in differences([ROW, ROW], [ROW])] == [True]


def test_of_a_broken_file_action_and_reason_are_compared_and_no_words() -> None:
    due = {"file": "b.dat", "action": "reject_file", "reason": "checksum", "why": "in words"}
    here = {"file": "b.dat", "action": "reject_file", "reason": "partial"}

    found = compare([], [{"file": here}], expected={}, expected_faults=[due])

    assert list(found.differences) == [
        Difference(FAULTS, "b.dat", {"reason": ("checksum", "partial")})
    ]
    assert found.compared == {FAULTS: 1}


def test_the_command_finds_the_samples_as_they_must_be() -> None:
    result = CliRunner().invoke(app, ["feed", "conform", "--check", str(FOLDER)])

    assert result.exit_code == 0, result.output
    assert "faults/FAULTS.jsonl: 10 expected, 0 different" in result.output


@pytest.mark.parametrize(
    ("name", "change"), [(FAULTS, {"reason": "schema"}), (RECORDS, {"amount": 1})]
)
def test_the_command_says_what_differs(tmp_path: Path, name: str, change: dict[str, Any]) -> None:
    folder = tmp_path / "samples"
    shutil.copytree(FOLDER, folder)
    first, *rest = (folder / name).read_text(encoding="utf-8").splitlines()
    lines = [json.dumps(json.loads(first) | change), *rest]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    result = CliRunner().invoke(app, ["feed", "conform", "--check", str(folder)])

    assert result.exit_code == 1
    [field] = change
    assert f"{name}: " in result.stdout
    assert f": {field}: expected" in result.stdout
