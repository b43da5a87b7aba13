"""The number vendors call: kept in one shape, told in groups that can be read aloud."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.files.cells import CellRefused
from merchants.markets.contact import read_contact_phone, spoken_phone


@pytest.mark.parametrize(
    ("written", "kept", "spoken"),
    [
        ("", "", ""),
        ("0216 385 1234", "+842163851234", "0216 385 1234"),
        ("(0216) 385.1234", "+842163851234", "0216 385 1234"),
        ("0912000118", "+84912000118", "0912 000 118"),
        ("+84 912 000 118", "+84912000118", "0912 000 118"),
        ("1900 1234", "19001234", "1900 1234"),
    ],
)
def test_a_number_is_kept_in_one_shape_and_told_in_groups(
    written: str, kept: str, spoken: str
) -> None:
    assert read_contact_phone(written) == kept
    assert spoken_phone(kept) == spoken


@pytest.mark.parametrize("written", ["0216", "chị Mai", "190012", "0912 000 1188", "0112000118"])
def test_what_nobody_can_be_called_by_is_refused(written: str) -> None:
    with pytest.raises(CellRefused):
        read_contact_phone(written)


@given(st.from_regex(r"0[35789][0-9]{8}|02[0-9]{9}|1[89]00[0-9]{4,6}", fullmatch=True))
def test_what_is_shown_can_be_written_back(written: str) -> None:
    kept = read_contact_phone(written)

    assert read_contact_phone(spoken_phone(kept)) == kept == read_contact_phone(kept)
