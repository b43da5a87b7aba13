"""What a stall may be called, the same for every door."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.errors import EntryRefused
from merchants.sheets.application import read_application
from merchants.sheets.reading import SheetRow
from merchants.stalls.changes import read_codes
from merchants.stalls.codes import is_stall_code
from tests.conftest import NOW


@pytest.mark.parametrize("code", ["A001", "1", "A/12", "K1/A-05", "12.B", "A-1.2/3", "A" * 12])
def test_signs_stand_between_letters_and_digits(code: str) -> None:
    assert is_stall_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "a01",
        "/A",
        "A/",
        "A/..",
        "A/./B",
        "A//1",
        "A..1",
        "A-",
        "-1",
        ".",
        "SẠP 1",
        "A" * 13,
        "A\n",
    ],
)
def test_what_an_address_would_lose_is_no_code(code: str) -> None:
    assert not is_stall_code(code)


@given(st.text(st.sampled_from("A1./-"), max_size=13))
def test_sheet_and_form_take_the_same_codes(code: str) -> None:
    row = SheetRow(1, {"stall_code": code, "stall_state": "Trống"})
    reading = read_application(row, market_code="MA", today=NOW.date())
    try:
        is_taken_by_form = read_codes(code) == [code]
    except EntryRefused:
        is_taken_by_form = False

    assert (reading.application is not None) == is_stall_code(code)
    # A hyphen between two numbers is a span there: 1-11 are eleven stalls.
    assert is_taken_by_form <= is_stall_code(code)


def test_both_doors_say_the_rule() -> None:
    row = SheetRow(1, {"stall_code": "A/..", "stall_state": "Trống"})
    reading = read_application(row, market_code="MA", today=NOW.date())
    with pytest.raises(EntryRefused) as refusal:
        read_codes("A/..")

    rule = "dấu . - / chỉ đứng ở giữa"
    assert rule in " ".join(fault.reason for fault in reading.faults)
    assert rule in refusal.value.faults["codes"]
