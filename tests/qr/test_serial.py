"""Serials and verification codes: one wrong character is no code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from qr.errors import SerialRefused
from qr.serial import (
    CROCKFORD,
    poster_serial,
    read_poster_serial,
    read_verification_code,
    verification_code,
)

market_codes = st.from_regex(r"[A-Z0-9]{1,5}", fullmatch=True)
numbers = st.integers(1, 9_999_999)


def test_a_serial_is_short_and_names_market_and_number() -> None:
    assert poster_serial("MA", 12) == "MA-00012-E"


@given(market_codes, numbers)
def test_reading_a_serial_undoes_writing(market_code: str, number: int) -> None:
    serial = poster_serial(market_code, number)

    assert len(serial) <= 16
    assert read_poster_serial(f" {serial.lower()} ") == (market_code, number)


@given(market_codes, numbers, st.data())
def test_one_wrong_character_is_no_serial(
    market_code: str, number: int, data: st.DataObject
) -> None:
    serial = poster_serial(market_code, number)
    place = data.draw(st.integers(0, len(serial) - 1))
    wrong = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"))
    changed = serial[:place] + wrong + serial[place + 1 :]

    assert changed == serial or read_poster_serial(changed) is None


@pytest.mark.parametrize(
    "text", ["", "MA-00012", "MA-00000-0", "MA-00012-Ex", "M" * 20 + "-00012-E"]
)
def test_what_is_no_serial_reads_as_none(text: str) -> None:
    assert read_poster_serial(text) is None


def test_a_number_with_a_zero_too_many_is_no_serial() -> None:
    check = mod_37_36.calc_check_digit("MA000012")

    assert read_poster_serial(f"MA-000012-{check}") is None


@pytest.mark.parametrize(
    ("market_code", "number", "message"),
    [
        ("ma", 1, "market_code: is 'ma', must be letters A-Z and digits"),
        ("M-A", 1, "is 'M-A'"),
        ("", 1, "is ''"),
        ("MA\n", 1, "is 'MA"),
        ("MA", 0, "number: is 0, must be 1 or more"),
        ("MARKET88", 100_000, "MARKET88-100000-. holds 17 characters, at most 16 fit"),
    ],
)
def test_a_serial_that_could_not_be_printed_is_refused(
    market_code: str, number: int, message: str
) -> None:
    with pytest.raises(SerialRefused, match=message):
        poster_serial(market_code, number)


def code(
    key: str = "k", market: str = "MA", stall: str = "A012", serial: str = "S", payload: str = "P"
) -> str:
    return verification_code(key, market=market, stall=stall, serial=serial, payload=payload)


def test_a_verification_code_is_the_cut_hmac_in_base_32() -> None:
    import hashlib
    import hmac

    digest = hmac.new(b"k", b"MA|A012|S|P", hashlib.sha256).digest()
    bits = f"{int.from_bytes(digest[:5], 'big'):040b}"
    body = "".join(CROCKFORD[int(bits[i : i + 5], 2)] for i in range(0, 40, 5))

    assert code()[:8] == body
    assert len(code()) == 9


@pytest.mark.parametrize(
    "other",
    [{"key": "l"}, {"market": "MB"}, {"stall": "A013"}, {"serial": "T"}, {"payload": "Q"}],
)
def test_another_key_or_part_gives_another_code(other: dict[str, str]) -> None:
    assert code(**other) != code()


@pytest.mark.parametrize("part", ["market", "stall", "serial"])
def test_parts_cannot_be_shifted_into_one_another(part: str) -> None:
    with pytest.raises(SerialRefused, match=rf"{part}: is 'A\|B', may not hold"):
        code(**{part: "A|B"})


def test_without_a_key_there_is_no_code() -> None:
    with pytest.raises(SerialRefused, match="key: is empty"):
        code(key="")


@given(st.text(min_size=1, max_size=20, alphabet="ABC0123456789"))
def test_a_typed_code_is_read_back(payload: str) -> None:
    printed = code(payload=payload)

    assert read_verification_code(printed) == printed
    assert read_verification_code(f"{printed[:4]}-{printed[4:8]} {printed[8:]}".lower()) == printed


@given(st.integers(0, 8), st.sampled_from(CROCKFORD))
def test_one_wrong_character_is_no_verification_code(place: int, wrong: str) -> None:
    printed = code()
    changed = printed[:place] + wrong + printed[place + 1 :]

    assert changed == printed or read_verification_code(changed) is None


def test_letters_like_digits_are_read_as_digits() -> None:
    printed = next(each for n in range(1000) if {"0", "1"} <= set(each := code(payload=str(n))))

    assert read_verification_code(printed.replace("0", "O").replace("1", "l")) == printed


@pytest.mark.parametrize("text", ["", "12345678", "1234567890", "12345678U", "1234567.9"])
def test_what_is_no_verification_code_reads_as_none(text: str) -> None:
    assert read_verification_code(text) is None
