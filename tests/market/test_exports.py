"""Files that spreadsheets open without harm."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.exports import csv_bytes


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_spreadsheet_sees_utf8() -> None:
    content = csv_bytes(["tên"], [["Chợ Mậu A"]])

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig") == "tên\r\nChợ Mậu A\r\n"


@pytest.mark.parametrize("text", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_text_that_looks_like_a_formula_is_defused(text: str) -> None:
    assert read(csv_bytes(["a"], [[text]]))[1] == [f"'{text}"]


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert read(csv_bytes(["a", "b", "c"], [[-65_000, 0.5, None]]))[1] == ["-65000", "0.5", ""]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
def test_no_cell_begins_as_a_formula(texts: list[str]) -> None:
    row = read(csv_bytes(["x"] * len(texts), [texts]))[1]

    assert [cell.removeprefix("'") for cell in row] == [text.removeprefix("'") for text in texts]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)
