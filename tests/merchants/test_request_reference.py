"""The reference of an asked amount: short, one wrong character is none, and it names one vendor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants import request_reference as references
from merchants.request_reference import read_request_reference, write_request_reference
from merchants.vendor_code import ALPHABET as VENDOR_ALPHABET
from merchants.vendor_code import NUMBER_MAX as VENDOR_MAX
from merchants.vendor_code import write_vendor_code
from reconciliation.references import (
    find_request_references,
    find_vendor_codes,
    without_payer,
)

vendors = st.integers(1, VENDOR_MAX).map(write_vendor_code)
numbers = st.integers(1, references.NUMBER_MAX)
LETTERS = "".join(sorted(set(VENDOR_ALPHABET) | set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")))


def test_the_first_reference_of_the_first_vendor() -> None:
    vendor = write_vendor_code(1)

    reference = write_request_reference(vendor, 1)

    assert reference[: len(vendor)] == vendor
    assert reference[len(vendor) : -1] == "U222223"
    assert len(reference) == references.LENGTH == 17


@given(vendor=vendors, number=numbers)
def test_reading_undoes_writing(vendor: str, number: int) -> None:
    reference = write_request_reference(vendor, number)

    assert read_request_reference(reference) == (vendor, number)
    assert len(reference) <= 19


@given(vendor=vendors, number=numbers, place=st.integers(0, 16), letter=st.sampled_from(LETTERS))
def test_one_wrong_character_is_no_reference(
    vendor: str, number: int, place: int, letter: str
) -> None:
    reference = write_request_reference(vendor, number)
    spoiled = reference[:place] + letter + reference[place + 1 :]

    assert (read_request_reference(spoiled) is None) == (spoiled != reference)


@given(
    vendor=vendors,
    number=numbers,
    before=st.text("0123456789. ", max_size=12),
    after=st.text("0123456789. ", max_size=12),
)
def test_a_reference_names_its_vendor_and_nobody_else(
    vendor: str, number: int, before: str, after: str
) -> None:
    memo = f"{before}{write_request_reference(vendor, number)}{after}"

    assert find_vendor_codes(memo) == [vendor]


@given(vendor=vendors, number=numbers, blanks=st.sets(st.integers(1, 16), max_size=6))
def test_a_reference_is_found_in_what_banks_make_of_it(
    vendor: str, number: int, blanks: set[int]
) -> None:
    reference = write_request_reference(vendor, number)
    torn = "".join(f" {c}" if place in blanks else c for place, c in enumerate(reference))
    memo = f"MBVCB.4125261053.047334.{torn.lower()}.CT tu 9000006789 N GUYEN VAN A toi 1123355589"

    assert find_request_references(memo) == [reference]


@given(vendor=vendors, number=numbers)
def test_a_reference_among_a_payers_words_survives_their_removal(vendor: str, number: int) -> None:
    reference = write_request_reference(vendor, number)
    memo = f"MBVCB.41252.CT tu 9000006789 NGUYEN VAN A toi 1123355589 {reference}"

    kept = without_payer(memo) or ""

    assert "NGUYEN" not in kept
    assert find_request_references(kept) == [reference]
    assert find_vendor_codes(kept) == [vendor]


@pytest.mark.parametrize("number", [0, -1, references.NUMBER_MAX + 1])
def test_a_number_outside_the_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        write_request_reference(write_vendor_code(1), number)


@pytest.mark.parametrize("vendor", ["", "CC222222A", "CC2222233X", "XX2222233"])
def test_what_is_no_vendor_code_gets_no_reference(vendor: str) -> None:
    with pytest.raises(ValueError, match="no vendor code"):
        write_request_reference(vendor, 1)


@pytest.mark.parametrize("text", ["", "CC222223A", "tien rau", "UUUUUUUUUUUUUUUUU"])
def test_other_texts_are_no_reference(text: str) -> None:
    assert read_request_reference(text) is None
    assert find_request_references(text) == []


def test_number_zero_is_no_reference() -> None:
    vendor = write_vendor_code(1)
    zero = [f"{vendor}U222222{check}" for check in references.ALPHABET]

    assert [one for one in zero if read_request_reference(one)] == []
