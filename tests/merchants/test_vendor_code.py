"""A vendor code survives a remark, and one wrong character is no code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.vendor_code import (
    ALPHABET,
    LENGTH,
    NUMBER_MAX,
    PREFIX,
    read_vendor_code,
    write_vendor_code,
)

numbers = st.integers(1, NUMBER_MAX)


@pytest.mark.parametrize(
    ("number", "code"), [(1, "CC222223Z"), (30, "CC222232Z"), (NUMBER_MAX, "CCZZZZZZ6")]
)
def test_codes_that_are_printed_stay_what_they_are(number: int, code: str) -> None:
    assert write_vendor_code(number) == code


@given(numbers)
def test_read_undoes_write(number: int) -> None:
    assert read_vendor_code(write_vendor_code(number)) == number


@given(numbers)
def test_a_code_has_the_fixed_shape(number: int) -> None:
    code = write_vendor_code(number)

    assert len(code) == LENGTH == 9
    assert code.startswith(PREFIX)
    assert set(code) <= set(ALPHABET)


@given(numbers, st.integers(len(PREFIX), LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_no_code(number: int, place: int, other: str) -> None:
    code = write_vendor_code(number)
    wrong = code[:place] + other + code[place + 1 :]

    assert read_vendor_code(wrong) == (number if wrong == code else None)


def test_hardly_any_two_neighbours_exchanged_are_a_code() -> None:
    # ISO/IEC 7064 hybrid systems promise every wrong character and nearly every exchange.
    swapped = [
        code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        for code in map(write_vendor_code, range(1, NUMBER_MAX, 500_009))
        for place in range(len(PREFIX), LENGTH - 1)
        if code[place] != code[place + 1]
    ]

    missed = [code for code in swapped if read_vendor_code(code) is not None]

    assert len(swapped) > 8_000
    assert len(missed) / len(swapped) < 0.005


@given(st.text(max_size=12))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    number = read_vendor_code(text)

    assert number is None or write_vendor_code(number) == text


@pytest.mark.parametrize(
    "text", ["", "CC22222ZZ", "cc222223z", " CC222223Z", "CC222223Z\n", "XX222223Z"]
)
def test_only_the_written_form_is_a_code(text: str) -> None:
    assert read_vendor_code(text) is None


@pytest.mark.parametrize("number", [0, -1, NUMBER_MAX + 1])
def test_a_number_without_a_code_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="is not in 1 … 728999999"):
        write_vendor_code(number)
